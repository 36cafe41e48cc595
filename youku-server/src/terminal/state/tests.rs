use crate::terminal::state::*;

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

#[test]
fn concurrent_processes_share_the_key_of_a_purchase() {
    let folder = tempfile::tempdir().unwrap();
    let state = State::new(folder.path());
    let keys: Vec<String> = std::thread::scope(|scope| {
        let begin = || state.begin_purchase("a:1", 7).unwrap();
        let begun: Vec<_> = (0..8).map(|_| scope.spawn(begin)).collect();
        begun.into_iter().map(|key| key.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    let purchases = folder.path().join("purchases");
    assert_eq!(fs::read_dir(purchases).unwrap().count(), 1);
}

/// A new key would charge again.
#[test]
fn a_purchase_with_a_damaged_key_is_not_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let state = State::new(folder.path());
    state.begin_purchase("a:1", 7).unwrap();
    let file = state.purchase_file("a:1", 7);
    for damaged in ["", "{", "7", "\"\"", "\"0123\""] {
        fs::write(&file, damaged).unwrap();
        let failed = state.begin_purchase("a:1", 7).unwrap_err();
        assert!(failed.to_string().contains("remove the file"), "{failed}");
        assert_eq!(fs::read_to_string(&file).unwrap(), damaged);
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_state() {
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
fn a_damaged_session_file_is_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let state = State::new(folder.path());
    state.keep_session("a:1", &session("neo")).unwrap();
    fs::write(state.session_file("a:1"), "{").unwrap();
    assert_eq!(state.session("a:1"), None);
}

/// A user who logs out is told when the session is still on the disk.
#[test]
fn a_session_that_cannot_be_removed_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let state = State::new(folder.path());
    fs::create_dir_all(state.session_file("a:1").join("in the way")).unwrap();
    state.forget_session("a:1").unwrap_err();
    state.forget_session("b:1").unwrap();
}
