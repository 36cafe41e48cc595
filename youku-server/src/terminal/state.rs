//! What the client remembers between two runs.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use youku_core::{Randomness, SystemRandomness};

use crate::client::hexadecimal;

/// A folder of small files that only its owner can read: the session at each server, and the key of
/// each purchase of membership that may have been charged and has no answer yet.
///
/// Every file is written beside its place and then renamed, so another process finds the old one or
/// the new one, and never a part.
#[derive(Debug, Clone)]
pub struct State {
    folder: PathBuf,
}

/// A session that was kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSession {
    /// Whose it is, for people.
    pub username: String,
    /// The session itself: as good as a password until it ends.
    pub session: String,
}

impl State {
    /// The state in `folder`, which is made when something is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self { folder }
    }

    /// The user's state folder: `youku` in `XDG_STATE_HOME`, or in `.local/state` of the home folder
    /// (XDG Base Directory Specification); `None` for a user who has neither.
    pub fn of_user() -> Option<Self> {
        let absolute = |name| {
            let path = PathBuf::from(std::env::var_os(name)?);
            // The specification has relative paths ignored.
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
    /// one, which is kept from now on.
    pub(super) fn begin_purchase(&self, server: &str, user: u64) -> io::Result<String> {
        let file = self.purchase_file(server, user);
        let mut key = [0; 16];
        SystemRandomness.fill(&mut key)?;
        let key = hexadecimal(&key);
        match self.stage(&file, &key)?.persist_noclobber(&file) {
            Ok(_) => Ok(key),
            // This process or another one has begun it before.
            Err(there) if there.error.kind() == io::ErrorKind::AlreadyExists => {
                Ok(serde_json::from_slice(&fs::read(&file)?)?)
            }
            Err(failed) => Err(failed.error),
        }
    }

    /// Forgets the purchase under `key`, of which it is known how it ended.
    pub(super) fn end_purchase(&self, server: &str, user: u64, key: &str) -> io::Result<()> {
        let file = self.purchase_file(server, user);
        match self.read::<String>(&file).is_some_and(|kept| kept == key) {
            true => remove(&file),
            false => Ok(()),
        }
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

    /// Writes what is to become `file` beside its place.
    fn stage(&self, file: &Path, value: &impl Serialize) -> io::Result<NamedTempFile> {
        let folder = file.parent().unwrap_or(&self.folder);
        make(folder)?;
        // Made with the permissions of its owner alone.
        let mut staged = NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut staged, value)?;
        staged.flush()?;
        staged.as_file().sync_all()?;
        Ok(staged)
    }
}

/// A file name that no other server has: what is neither a letter nor a digit is written in
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

/// Shows nothing of the session.
impl std::fmt::Debug for KeptSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptSession")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(username: &str) -> KeptSession {
        KeptSession {
            username: username.into(),
            session: "secret".into(),
        }
    }

    #[test]
    fn each_server_has_its_session() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::new(folder.path().join("youku"));
        assert_eq!(state.session("a:1"), None);
        for server in ["a:1", "[::1]:1", "../../a"] {
            state.keep_session(server, &session(server)).unwrap();
        }
        state.keep_session("a:1", &session("later")).unwrap();
        assert_eq!(state.session("a:1").unwrap().username, "later");
        assert_eq!(state.session("../../a").unwrap().username, "../../a");
        state.forget_session("a:1").unwrap();
        state.forget_session("a:1").unwrap();
        assert_eq!(state.session("a:1"), None);
        assert_eq!(state.session("[::1]:1").unwrap().username, "[::1]:1");
    }

    #[test]
    fn a_purchase_has_one_key_until_it_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::new(folder.path().join("youku"));
        let begin = |server, user| state.begin_purchase(server, user).unwrap();
        let key = begin("a:1", 7);
        assert_eq!(begin("a:1", 7), key);
        assert_ne!(begin("a:1", 8), key);
        assert_ne!(begin("a:17", 7), key);
        state.end_purchase("a:1", 7, "another").unwrap();
        assert_eq!(begin("a:1", 7), key);
        state.end_purchase("a:1", 7, &key).unwrap();
        state.end_purchase("a:1", 7, &key).unwrap();
        assert_ne!(begin("a:1", 7), key);
    }

    /// A new key would charge again.
    #[test]
    fn a_purchase_whose_key_is_damaged_is_not_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::new(folder.path());
        state.begin_purchase("a:1", 7).unwrap();
        fs::write(state.purchase_file("a:1", 7), "{").unwrap();
        state.begin_purchase("a:1", 7).unwrap_err();
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let state = State::new(folder.path().join("youku"));
        state.keep_session("a:1", &session("neo")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&state.session_file("a:1")), 0o600);
        assert_eq!(mode(&folder.path().join("youku")), 0o700);
        assert_eq!(mode(&folder.path().join("youku/sessions")), 0o700);
    }

    #[test]
    fn what_is_damaged_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::new(folder.path());
        state.keep_session("a:1", &session("neo")).unwrap();
        fs::write(state.session_file("a:1"), "{").unwrap();
        assert_eq!(state.session("a:1"), None);
    }
}
