//! Encrypted connections to MariaDB.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use youku_orm::{Database, Model, New, Tls, sql};
use youku_tests::{Backend, Result, TestDatabase, run};

use crate::models::{Person, create, person};

/// The server's certificate authority; the server tells every client where its certificate is.
async fn authority(database: &TestDatabase) -> Result<String> {
    let db = Database::connect(database.url()).await?;
    Ok(sql("SELECT @@ssl_ca").one(&db).await?)
}

/// The URL with the name in the server's certificate.
fn by_name(database: &TestDatabase) -> String {
    database.url().replace("127.0.0.1", "localhost")
}

async fn cipher(db: &Database) -> Result<String> {
    let (_, cipher): (String, String) = sql("SHOW STATUS LIKE 'Ssl_cipher'").one(db).await?;
    Ok(cipher)
}

async fn refused(connect: impl Future<Output = youku_orm::Result<Database>>) -> String {
    let error = connect.await.expect_err("it must not connect");
    assert!(error.is_unavailable() && !error.is_retryable(), "{error}");
    error.to_string()
}

#[test]
fn a_connection_is_encrypted_when_requested() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let plain = Database::connect(database.url()).await?;
        assert_eq!(cipher(&plain).await?, "");

        let tls = Tls::new().ca_file(authority(&database).await?);
        let db = Database::options()
            .tls(tls)
            .connect(&by_name(&database))
            .await?;
        assert_ne!(cipher(&db).await?, "");
        create(&db).await?;
        db.transaction(async |tx| person("ann", 1).insert(tx).await)
            .await?;
        assert_eq!(Person::query().count(&db).await?, 1);
        db.close().await?;
        Ok(())
    });
}

#[test]
fn the_url_can_request_tls() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let authority = authority(&database).await?;
        let url = format!(
            "{}?tls_ca={authority}&max_connections=1",
            by_name(&database)
        );
        assert_ne!(cipher(&Database::connect(&url).await?).await?, "");
        Ok(())
    });
}

#[test]
fn a_user_who_requires_tls_can_connect() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let admin = Database::connect(database.url()).await?;
        let (_, name) = database.url().rsplit_once('/').unwrap();
        // So that no two tests share a user.
        let user = &name[name.len() - 16..];
        let statements = [
            format!("CREATE USER '{user}' REQUIRE SSL"),
            format!("GRANT ALL ON `{name}`.* TO '{user}'"),
        ];
        for statement in statements {
            sql(statement).execute(&admin).await?;
        }
        let url = by_name(&database).replace("root@", &format!("{user}@"));
        assert!(Database::connect(&url).await.is_err());
        let tls = Tls::new().ca_file(authority(&database).await?);
        let db = Database::options().tls(tls).connect(&url).await?;
        assert_ne!(cipher(&db).await?, "");
        sql(format!("DROP USER '{user}'")).execute(&admin).await?;
        Ok(())
    });
}

#[test]
fn a_certificate_of_an_unknown_authority_is_refused() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let url = by_name(&database);
        let text = refused(Database::options().tls(Tls::new()).connect(&url)).await;
        assert!(
            text.contains("certificate was refused") && text.contains("`tls_ca`"),
            "{text}"
        );

        let own = authority(&database).await?;
        let other = Tls::new().ca_file(own.replace("ca.pem", "other-ca.pem"));
        let text = refused(Database::options().tls(other).connect(&url)).await;
        assert!(text.contains("certificate was refused"), "{text}");
        Ok(())
    });
}

#[test]
fn a_certificate_of_another_host_is_refused() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let tls = Tls::new().ca_file(authority(&database).await?);
        let by_address = database.url();
        let connect = Database::options().tls(tls.clone()).connect(by_address);
        let text = refused(connect).await;
        assert!(text.contains("not valid for name"), "{text}");
        assert!(text.contains("`tls_host_name`"), "{text}");

        let tls = tls.host_name("localhost");
        let db = Database::options().tls(tls).connect(by_address).await?;
        assert_ne!(cipher(&db).await?, "");
        Ok(())
    });
}

#[tokio::test]
async fn a_missing_authority_is_named() {
    let tls = Tls::new().ca_file("/nonexistent/ca.pem");
    let connect = Database::options()
        .tls(tls)
        .connect("mysql://root@localhost/x");
    let error = connect.await.expect_err("the file is missing");
    assert!(
        error.to_string().contains("`/nonexistent/ca.pem`"),
        "{error}"
    );
}

/// A server without TLS learns nothing, not even the user name.
#[tokio::test]
async fn a_server_without_encryption_is_refused() -> Result {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("mysql://root:hush@{}/x?tls=true", listener.local_addr()?);
    let server = async {
        let (mut client, _) = listener.accept().await?;
        client.write_all(&greeting()).await?;
        let mut heard = Vec::new();
        client.read_to_end(&mut heard).await?;
        Result::<Vec<u8>>::Ok(heard)
    };
    let (text, heard) = tokio::join!(refused(Database::connect(&url)), server);
    assert!(text.contains("does not offer TLS"), "{text}");
    assert_eq!(heard?, b"");
    Ok(())
}

/// The first packet of a server that has CLIENT_PROTOCOL_41 and plugins, but no CLIENT_SSL
/// (<https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html>).
fn greeting() -> Vec<u8> {
    let mut content = b"\x0a8.0.30\0\x01\0\0\0abcdefgh\0".to_vec();
    content.extend(0x8201_u16.to_le_bytes());
    content.extend(b"\x2d\x02\0");
    content.extend(0x0008_u16.to_le_bytes());
    content.extend(b"\x15\0\0\0\0\0\0\0\0\0\0abcdefghijkl\0mysql_native_password\0");
    let mut packet = u32::try_from(content.len()).unwrap().to_le_bytes().to_vec();
    packet.extend(content);
    packet
}
