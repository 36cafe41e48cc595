//! Options that are refused, and the log.

use serde_json::Value;

use crate::support::{Server, end, program};

#[test]
fn contradictory_options_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "\n").unwrap();
    let file = secret.to_str().unwrap();
    let any = "127.0.0.1:0";
    let cases: [(&[&str], &str); 8] = [
        (&["--listen", "127.0.0.1:0/md5"], "give `--secret-file`"),
        (
            &["--listen", "127.0.0.1:0/md5", "--secret-file", file],
            "the shared secret is empty",
        ),
        (
            &["--listen", any, "--secret-file", "/nonexistent"],
            "cannot read secret file `/nonexistent`",
        ),
        (&["--listen", "127.0.0.1:0/sha1"], "`/md5` or `/sha256`"),
        (&["--listen", "127.0.0.1:0/p2/p2"], "and by `/p2`"),
        (&["--listen-tls", any], "`--tls-self-signed` for testing"),
        (&["--tls-self-signed"], "add `--listen-tls ADDRESS`"),
        (
            &["--listen-tls", any, "--tls-cert", "/nonexistent"],
            "--tls-key",
        ),
    ];
    for (arguments, expected) in cases {
        let (output, text) = end(program("serve", folder.path()).args(arguments));
        assert!(!output.status.success());
        assert!(text.contains(expected), "{arguments:?}: {text}");
    }
    let mut unused = program("serve", folder.path());
    let (_, text) = end(unused.args(["--listen", any]).env("YOUKU_SECRET", "hush"));
    assert!(
        text.contains("no address requires the shared secret"),
        "{text}"
    );
    assert!(!text.contains("hush"), "{text}");
}

#[test]
fn the_log_is_text_or_json() {
    let folder = tempfile::tempdir().unwrap();
    for (format, is_json) in [("text", false), ("json", true)] {
        let mut command = program("serve", folder.path());
        command
            .args(["--listen", "127.0.0.1:0"])
            .env("YOUKU_LOG_FORMAT", format);
        let server = Server::start(&mut command);
        server.address();
        let line = server.log_line();
        assert_eq!(
            serde_json::from_str::<Value>(&line).is_ok(),
            is_json,
            "{line}"
        );
    }
}
