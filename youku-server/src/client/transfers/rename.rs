//! Giving a file a name that no other file has, and that survives a loss of power.

use std::fs::File;
use std::io;
use std::path::Path;

use tempfile::TempPath;

/// Renames a file. Fails with [`AlreadyExists`](io::ErrorKind::AlreadyExists) if a file has the new
/// name. On a file system without an atomic rename of this kind and without hard links, a file that
/// appears at the same moment may be replaced.
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

/// Syncs the names in `folder` to the disk: otherwise a file whose bytes are on the disk can lose its
/// new name in a loss of power. Does nothing if the system cannot open folders (Windows), or if the
/// file system does not sync them.
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
    fn an_existing_file_is_not_replaced() {
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
