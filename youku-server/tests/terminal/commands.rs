//! The commands: their objects, their exit statuses, and the session between them.

mod people;

use std::fs;
use std::process::Output;

use serde_json::{Value, json};
use youku_core::Kind;
use youku_server::terminal::{KeptSession, State};

use crate::script::{answering, frame};
use crate::world::{PASSWORD, World};

impl World {
    /// What a command writes with `--json`, which it has to do successfully.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat(), "");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    #[track_caller]
    pub(crate) fn fails(&self, arguments: &[&str], status: i32, code: &str) {
        let output = self.run(&[arguments, &["--json"]].concat(), "");
        assert_eq!(
            output.status.code(),
            Some(status),
            "{arguments:?}: {output:?}"
        );
        let told: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(told["error"]["code"], code, "{arguments:?}");
        assert_eq!(told["error"]["status"], status, "{arguments:?}");
    }

    #[track_caller]
    pub(crate) fn log_in(&self, username: &str) {
        let login = ["login", username, "--password-stdin"];
        let output = self.run(&login, &format!("{PASSWORD}\n"));
        assert!(output.status.success(), "{output:?}");
    }
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_session_is_stored_until_logout() {
    let world = World::new(0);
    let register = ["register", "neo", "--password-stdin", "--json"];
    let output = world.run(&register, &format!("{PASSWORD}\n"));
    let registered: Value = serde_json::from_str(&text(&output)).unwrap();
    assert_eq!(registered["username"], "neo");
    world.fails(&["whoami"], 3, "unauthenticated");
    world.log_in("neo");
    let user = &world.json(&["whoami"])["user"];
    assert_eq!(user["id"], registered["user_id"]);
    assert_eq!(
        (&user["role"], &user["is_vip"]),
        (&json!("user"), &json!(false))
    );
    assert!(world.json(&["vip", "--max-price", "30.00"])["membership"]["until"].is_string());
    assert_eq!(world.json(&["whoami"])["user"]["is_vip"], true);
    assert_eq!(world.json(&["logout"])["logged_out"], true);
    world.fails(&["list"], 3, "unauthenticated");
}

#[test]
fn an_invalid_reply_is_not_a_lost_connection() {
    let world = World::new(0);
    for bytes in [
        &b"\x02\0\0\0[]"[..],
        b"\x02\0\0\0{}",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\0\0\0\0",
    ] {
        let server = answering(vec![bytes.to_vec()]);
        world.fails(&["notices", "--server", &server], 1, "bad_reply");
    }
}

#[test]
fn a_session_is_kept_while_its_end_is_uncertain() {
    let world = World::new(0);
    let state = State::new(world.folder.path().join(".local/state/youku"));
    let hello = json!({"flag": true, "code": "ok", "proto": 2, "max_size": 1000});
    let ended = json!({"flag": false, "code": "unauthenticated", "msg": ""});
    let busy = json!({"flag": false, "code": "unavailable", "msg": ""});
    for (answer, status, code, is_kept) in [
        (json!([]), 1, "bad_reply", true),
        (busy, 8, "unavailable", true),
        (ended, 3, "unauthenticated", false),
    ] {
        let server = answering(vec![frame(&hello), frame(&answer)]);
        let session = KeptSession {
            username: "neo".into(),
            session: "secret".into(),
        };
        state.keep_session(&server, &session).unwrap();
        world.fails(&["logout", "--server", &server], status, code);
        assert_eq!(state.session(&server).is_some(), is_kept, "{code}");
    }
}

#[test]
fn only_the_owner_can_read_the_session_file() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new(0);
    world.register("neo");
    world.log_in("neo");
    let folder = world.folder.path().join(".local/state/youku/sessions");
    let files: Vec<_> = fs::read_dir(&folder).unwrap().collect();
    assert_eq!(files.len(), 1);
    let file = files[0].as_ref().unwrap();
    let mode = file.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    world.json(&["logout"]);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn a_movie_is_uploaded_found_and_downloaded() {
    let world = World::new(0);
    let file = world.folder.path().join("黑客帝国.mp4");
    fs::write(&file, vec![7; 300_000]).unwrap();
    let path = file.to_str().unwrap();
    world.log_in("admin");
    let uploads = world.json(&["upload", path]);
    let upload = &uploads["uploads"][0];
    assert_eq!(
        (&upload["file"], &upload["result"]),
        (&json!(path), &json!("uploaded"))
    );
    let id = upload["movie_id"].to_string();
    assert_eq!(
        world.json(&["upload", path])["uploads"][0]["result"],
        "exists"
    );

    let listed = world.json(&["list"])["movies"].clone();
    let movie = &listed[0];
    assert_eq!(movie["id"], upload["movie_id"]);
    assert_eq!(
        (&movie["name"], &movie["size"], &movie["kind"]),
        (&json!("黑客帝国.mp4"), &json!(300_000), &json!("free"))
    );
    assert_eq!(world.json(&["search", "帝国"])["movies"], listed);
    assert_eq!(world.json(&["search", "matrix"])["movies"], json!([]));
    assert_eq!(
        world.json(&["list", "--kind", "charged"])["movies"],
        json!([])
    );

    let downloads = world.json(&["download", &id]);
    let download = &downloads["downloads"][0];
    assert_eq!(download["sha256"], movie["sha256"]);
    let saved = fs::read(download["path"].as_str().unwrap()).unwrap();
    assert!(saved == fs::read(&file).unwrap(), "the bytes differ");
    assert_eq!(
        world.json(&["history"])["records"][0]["movie"],
        "黑客帝国.mp4"
    );
}

#[test]
fn each_kind_of_failure_has_its_exit_status() {
    let world = World::new(0);
    world.register("neo");
    assert_eq!(world.run(&["no-such-command"], "").status.code(), Some(2));
    world.fails(&["login", "neo"], 2, "usage");
    let wrong = world.run(&["login", "neo", "--password-stdin"], "wrong\n");
    assert_eq!(wrong.status.code(), Some(3));
    world.log_in("neo");
    world.fails(&["delete", "1"], 4, "forbidden");
    world.fails(&["download", "99"], 5, "not_found");
    let taken = world.run(&["register", "neo", "--password-stdin"], PASSWORD);
    assert_eq!(taken.status.code(), Some(6));
    let short = world.run(&["register", "trinity", "--password-stdin"], "x\n");
    assert_eq!(short.status.code(), Some(7));
    // Bound by a socket that does not listen, so that no other program can answer there.
    let silent = tokio::net::TcpSocket::new_v4().unwrap();
    silent.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = silent.local_addr().unwrap().to_string();
    // The last `--server` counts.
    world.fails(&["notices", "--server", &address], 9, "no_connection");
    world.log_in("admin");
    world.fails(&["upload", "/no/such/file"], 12, "local_file");
}

#[test]
fn a_failed_transfer_does_not_stop_the_others() {
    let world = World::new(0);
    world.register("neo");
    world.add_movie("a.mp4", Kind::Free, b"one");
    world.log_in("neo");
    let output = world.run(&["download", "99", "1", "--json"], "");
    assert_eq!(output.status.code(), Some(5));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["downloads"][0]["error"]["code"], "not_found");
    assert_eq!(report["downloads"][1]["result"], "saved");
    assert!(world.downloads().join("a.mp4").exists());
}

#[test]
fn tables_are_in_the_chosen_language() {
    let world = World::new(0);
    world.register("neo");
    world.add_movie("黑客帝国.mp4", Kind::Free, b"one");
    world.add_movie("The Matrix.mp4", Kind::Charged, b"two");
    world.log_in("neo");
    let table = text(&world.run(&["list", "--lang", "zh"], ""));
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("编号  名称"), "{table}");
    assert!(
        lines[1].contains("黑客帝国.mp4") && lines[1].contains("免费"),
        "{table}"
    );
    let columns = |line: &str, text: &str| {
        let before = line.split(text).next().unwrap();
        unicode_width::UnicodeWidthStr::width(before)
    };
    assert_eq!(
        columns(lines[1], "免费"),
        columns(lines[2], "收费"),
        "{table}"
    );
    let refused = world.run(&["delete", "1", "--lang", "zh"], "");
    assert!(
        String::from_utf8(refused.stderr)
            .unwrap()
            .contains("没有权限")
    );
}

#[test]
fn help_lists_exit_statuses_and_completions_are_written() {
    let world = World::new(0);
    assert!(text(&world.run(&["help"], "")).contains("10  transfer interrupted"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = text(&world.run(&["completions", shell], ""));
        assert!(script.contains("whoami"), "{shell}");
        if shell != "elvish" && shell != "powershell" {
            assert!(script.contains("name_descending"), "{shell}");
        }
    }
}
