//! `hooks`: uploads are probed before they are listed, and events are told.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use youku_tests::example;

/// What the example prints if programs are looked for in `path` only.
fn printed(path: &Path) -> String {
    let output = Command::new(example("hooks"))
        .env("PATH", path)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn first_bytes_decide_where_ffprobe_is_not_installed() {
    let empty = tempfile::tempdir().unwrap();
    let printed = printed(empty.path());
    let expected = "`ffprobe` is not installed: the first bytes of a film decide\n\
                    movie 1 is video/mp4\n\
                    film.mp4: it is text/x-shellscript\n\
                    uploaded Some(1)\n\
                    listed Some(1)\n";
    assert_eq!(printed, expected);
}

#[test]
fn ffprobe_decides_where_it_is_installed() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("ffprobe");
    // It knows a film by its fifth to eighth byte.
    let text = "#!/bin/sh\nfor last; do :; done\n\
                case \"$(/usr/bin/head -c 8 \"$last\" 2>/dev/null | /usr/bin/tail -c 4)\" in ftyp) echo 2.5;; *) exit 1;; esac\n";
    fs::write(&program, text).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let printed = printed(folder.path());
    let expected = "sample.mp4: 2.5 seconds\n\
                    movie 1 is video/mp4\n\
                    film.mp4: `ffprobe` does not know it\n\
                    uploaded Some(1)\n\
                    listed Some(1)\n";
    assert_eq!(printed, expected);
}
