//! Giving a file a name that no other file has, and that a loss of power does not take away.

use std::fs::File;
use std::io;
use std::path::Path;

use tempfile::TempPath;

/// Renames a file, and fails with [`AlreadyExists`](io::ErrorKind::AlreadyExists) rather than replace
/// another. Only on a file system that has neither such a renaming nor a second name for a file may
/// one be replaced that appears at the very moment.
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    let Err(failed) = TempPath::try_from_path(from)?.persist_noclobber(to) else {
        return Ok(());
    };
    // Nothing is removed because it has no other name.
    failed.path.keep()?;
    if failed.error.kind() == io::ErrorKind::AlreadyExists || std::fs::symlink_metadata(to).is_ok()
    {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    std::fs::rename(from, to)
}

/// Writes the names in `folder` to the disk: without that a loss of power can take a new name away from a file whose bytes are
/// safe. Does nothing where the system does not open folders (Windows), or the file system does not synchronise them.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error) if matches!(error.kind(), InvalidInput | PermissionDenied | Unsupported) => {
            Ok(())
        }
        synced => synced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        for path in [&from, &to] {
            std::fs::write(path, path.to_str().unwrap()).unwrap();
        }
        let renamed = rename_new(&from, &to).unwrap_err();
        assert_eq!(renamed.kind(), io::ErrorKind::AlreadyExists);
        for path in [&from, &to] {
            let kept = std::fs::read_to_string(path).unwrap();
            assert_eq!(kept, path.to_str().unwrap());
        }
        std::fs::remove_file(&to).unwrap();
        rename_new(&from, &to).unwrap();
        assert!(to.exists() && !from.exists());
    }
}
