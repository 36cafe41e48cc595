//! Files and folders that only the user of the service may read: they contain movies and password hashes.
//!
//! The modes are set when a file or folder is created. They do not depend on the umask, and they hold even if the folder
//! above was made by another program. The mode of a file or folder that exists is not changed.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Options that create a file with the mode 0600.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates a folder, and the missing ones above it, with the mode 0700.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Whether a reader finds the old content or the new one after a power failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// The new one, once this has returned.
    Synced,
    /// Either of the two, or an empty file: for content that is written again.
    Unsynced,
}

/// Replaces the content of a file at once. The new content is written next to it, to a file with a name of its own, so that
/// several programs may replace the same file at once: one of the contents stays, whole.
pub(crate) fn replace_file(path: &Path, content: &[u8], durability: Durability) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // It has the mode 0600, and is removed if it does not get to its place.
    let mut new = tempfile::Builder::new()
        .prefix(".new-")
        .tempfile_in(folder)?;
    new.write_all(content)?;
    if durability == Durability::Synced {
        new.as_file().sync_all()?;
    }
    new.persist(path)?;
    Ok(())
}

/// Whether other users of the machine may read the file or enter the folder; false if that is unknown.
pub(crate) fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn file_that_several_programs_replace_has_the_content_of_one() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("number");
        thread::scope(|scope| {
            for number in 0..4 {
                let (path, content) = (&path, vec![b'0' + number; 5000]);
                scope.spawn(move || {
                    for _ in 0..100 {
                        replace_file(path, &content, Durability::Unsynced).unwrap();
                        let found = fs::read(path).unwrap();
                        assert!(found.len() == 5000 && found.iter().all(|byte| *byte == found[0]));
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
