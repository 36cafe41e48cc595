//! What the client remembers between two runs.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use youku_core::{Randomness, SystemRandomness};

use crate::client::{is_hexadecimal, rename_new, sync_folder};

/// How often to look for a key and create one, while other processes begin and end the same purchase.
const TRIES: usize = 8;

/// How many hexadecimal digits the key of a purchase has.
const KEY: usize = 32;

/// A folder of small files that only its owner can read: the session at each server, and the key of
/// each purchase of membership that may have been charged and has no reply yet.
///
/// Every file is written to a temporary file in the same folder and then renamed, so another process
/// reads the old file or the new one, and never a part.
#[derive(Debug, Clone)]
pub struct State {
    folder: PathBuf,
}

/// A stored session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSession {
    /// The name of its user, for display.
    pub username: String,
    /// The session itself. Protect it like a password.
    pub session: String,
}

impl State {
    /// The state in `folder`, which is created when something is first stored.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self { folder }
    }

    /// The user's state folder: `youku` in `XDG_STATE_HOME`, or in `.local/state` of the home folder
    /// (XDG Base Directory Specification); `None` for a user who has neither.
    pub fn of_user() -> Option<Self> {
        let absolute = |name| {
            let path = PathBuf::from(std::env::var_os(name)?);
            // The specification says to ignore relative paths.
            path.is_absolute().then_some(path)
        };
        let state = absolute("XDG_STATE_HOME")
            .or_else(|| std::env::home_dir().map(|home| home.join(".local/state")))?;
        Some(Self::new(state.join("youku")))
    }

    /// The session at `server`, if one was kept that can be read.
    pub fn session(&self, server: &str) -> Option<KeptSession> {
        self.read(&self.session_file(server))
    }

    /// Keeps a session for `server`, in place of an earlier one.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be written.
    pub fn keep_session(&self, server: &str, session: &KeptSession) -> io::Result<()> {
        self.write(&self.session_file(server), session)
    }

    /// Forgets the session at `server`, if there is one.
    ///
    /// # Errors
    ///
    /// The file cannot be removed.
    pub fn forget_session(&self, server: &str) -> io::Result<()> {
        remove(&self.session_file(server))
    }

    /// The key of the purchase that `user` has begun at `server`: the one that was kept, or a new
    /// one, which is kept from now on. A file that holds none is left as it is, because its purchase
    /// may have been charged.
    pub(super) fn begin_purchase(&self, server: &str, user: u64) -> io::Result<String> {
        let file = self.purchase_file(server, user);
        for _ in 0..TRIES {
            match fs::read(&file) {
                Ok(kept) => return key_in(&kept),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            let key = new_key()?;
            match self.add(&file, &key) {
                Ok(()) => return Ok(key),
                // Another process has begun the purchase in between.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Forgets the purchase under `key`, whose outcome is known.
    pub(super) fn end_purchase(&self, server: &str, user: u64, key: &str) -> io::Result<()> {
        let file = self.purchase_file(server, user);
        if self.read::<String>(&file).is_some_and(|kept| kept == key) {
            return remove(&file);
        }
        Ok(())
    }

    pub(super) fn purchase_file(&self, server: &str, user: u64) -> PathBuf {
        let name = file_name(&format!("{server} {user}"));
        self.folder.join("purchases").join(name)
    }

    fn session_file(&self, server: &str) -> PathBuf {
        self.folder.join("sessions").join(file_name(server))
    }

    fn read<T: DeserializeOwned>(&self, file: &Path) -> Option<T> {
        let text = fs::read(file).ok()?;
        serde_json::from_slice(&text).ok()
    }

    fn write(&self, file: &Path, value: &impl Serialize) -> io::Result<()> {
        self.stage(file, value)?.persist(file)?;
        Ok(())
    }

    /// Creates a file that survives a loss of power. Fails if the file exists.
    fn add(&self, file: &Path, value: &impl Serialize) -> io::Result<()> {
        // Removed unless it gets its final name.
        let staged = self.stage(file, value)?.into_temp_path();
        rename_new(&staged, file)?;
        sync_folder(file.parent().unwrap_or(&self.folder))
    }

    /// Writes the new content of `file` to a temporary file in the same folder.
    fn stage(&self, file: &Path, value: &impl Serialize) -> io::Result<NamedTempFile> {
        let folder = file.parent().unwrap_or(&self.folder);
        make(folder)?;
        // Created with permissions for its owner only.
        let mut staged = NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut staged, value)?;
        staged.flush()?;
        staged.as_file().sync_all()?;
        Ok(staged)
    }
}

/// A file name that no other server has: bytes other than letters, digits, `.` and `-` are written in
/// hexadecimal.
fn file_name(server: &str) -> String {
    let mut name = String::new();
    for byte in server.to_lowercase().bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' => name.push(char::from(byte)),
            byte => name.push_str(&format!("%{byte:02x}")),
        }
    }
    name + ".json"
}

fn new_key() -> io::Result<String> {
    let mut key = [0; KEY / 2];
    SystemRandomness.fill(&mut key)?;
    Ok(HEXLOWER.encode(&key))
}

/// The key that the file of a purchase holds.
fn key_in(kept: &[u8]) -> io::Result<String> {
    let is_key = |key: &String| is_hexadecimal(key, KEY);
    let key = serde_json::from_slice(kept).ok().filter(is_key);
    key.ok_or_else(|| {
        let text = "the file is damaged and its purchase may have been charged: check until when you are a \
                    member, then remove the file";
        io::Error::new(io::ErrorKind::InvalidData, text)
    })
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Leaves out the session, which is a secret.
impl std::fmt::Debug for KeptSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptSession")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
