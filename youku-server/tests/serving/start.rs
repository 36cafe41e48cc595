//! A server that cannot start says why, with every cause.

use std::net::TcpListener;

use crate::support::{end, program, serve};

#[test]
fn an_address_that_is_taken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(folder.path(), &["--log", "off"]);
    let address = server.address();
    let listen = format!("serve --log off --listen {address}");
    let (output, text) = end(&mut program(&listen, folder.path()));
    assert_eq!(output.status.code(), Some(1));
    let taken = TcpListener::bind(&address).unwrap_err();
    assert_eq!(
        text,
        format!("youku-server: cannot listen on `{address}`: {taken}\n")
    );
}

#[test]
fn a_database_that_cannot_be_opened_is_reported_with_its_cause() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    let database = format!("sqlite:{}/youku.db", file.display());
    let mut command = program("serve --log off", folder.path());
    let (output, text) = end(command.args(["--database", &database]));
    assert_eq!(output.status.code(), Some(1));
    let file = format!("{}/youku.db", file.display());
    let cause = format!("unable to open database file: {file}");
    assert_eq!(
        text,
        format!(
            "youku-server: the database cannot be reached: the SQLite file `{file}` cannot be opened: \
             {cause}; check that its folder exists and that this program may write there: \
             Error code 14: unable to open database file\n"
        )
    );
}
