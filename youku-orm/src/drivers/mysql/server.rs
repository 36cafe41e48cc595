//! What a server says of itself when a pool connects to it, and which servers are too old.

use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use crate::error::{Class, Error, Result};
use crate::sql::dialect::Dialect;

/// The oldest MariaDB with the type JSON. CHECK and collations that do not pad are older.
const OLDEST_MARIADB: (u16, u16, u16) = (10, 2, 7);

/// Binary collations in which trailing spaces count: of MariaDB since 10.2.2, of MySQL since 8.0.17.
const COLLATIONS: [&str; 2] = ["utf8mb4_nopad_bin", "utf8mb4_0900_bin"];

/// What the library has to know of a server.
pub(super) struct ServerFacts {
    /// What `VERSION()` says. A proxy may greet with another version.
    version_text: String,
    /// The collation of [`COLLATIONS`] that the server has.
    collation: Option<String>,
    /// The maximum size of a packet in bytes: `max_allowed_packet`.
    pub(super) max_packet: usize,
}

impl ServerFacts {
    pub(super) async fn ask(connection: &mut Conn) -> Result<Self> {
        let [one, other] = COLLATIONS;
        let query = format!(
            "SELECT VERSION(), @@max_allowed_packet, \
             (SELECT MAX(collation_name) FROM information_schema.collations \
             WHERE collation_name IN ('{one}', '{other}'))"
        );
        let answer: Option<(String, usize, Option<String>)> = connection.query_first(query).await?;
        let (version_text, max_packet, collation) = answer.ok_or_else(|| {
            Error::new(Class::Unavailable, "the server did not report its version")
        })?;
        Ok(Self {
            version_text,
            collation,
            max_packet,
        })
    }

    /// The dialect of the server.
    ///
    /// # Errors
    /// A usage error for a server that is too old: texts that differ in trailing spaces would be equal, and CHECK would not
    /// be enforced.
    pub(super) fn dialect(&self) -> Result<Dialect> {
        let mariadb = self.version_text.contains("MariaDB");
        let version = version(&self.version_text);
        let collation = COLLATIONS
            .into_iter()
            .find(|name| self.collation.as_deref() == Some(name));
        match collation {
            Some(collation) if !mariadb || version >= OLDEST_MARIADB => {
                Ok(Dialect::mysql(mariadb, version, collation))
            }
            _ => Err(Error::usage(format!(
                "the server is too old: it has version {}, and MySQL 8.0.17 or MariaDB 10.2.7 is needed",
                self.version_text
            ))),
        }
    }
}

/// The number at the beginning of `10.11.6-MariaDB`.
fn version(text: &str) -> (u16, u16, u16) {
    // Some servers of MariaDB keep this in front of their version, for old clients.
    let text = text.strip_prefix("5.5.5-").unwrap_or(text);
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    let mut next = || numbers.next().and_then(|number| number.parse().ok());
    let mut next = || next().unwrap_or(0);
    (next(), next(), next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_its_text() {
        for (text, expected) in [
            ("8.0.36", (8, 0, 36)),
            ("8.4", (8, 4, 0)),
            ("10.11.6-MariaDB-0+deb12u1", (10, 11, 6)),
            ("5.5.5-10.2.7-MariaDB", (10, 2, 7)),
            ("", (0, 0, 0)),
        ] {
            assert_eq!(version(text), expected, "{text}");
        }
    }

    fn refusal(version_text: &str, collation: Option<&str>) -> String {
        let server = ServerFacts {
            version_text: version_text.to_owned(),
            collation: collation.map(str::to_owned),
            max_packet: 1 << 20,
        };
        let dialect = server.dialect();
        dialect.map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn a_server_that_is_too_old_is_refused_with_its_version() {
        let nopad = Some("utf8mb4_nopad_bin");
        assert_eq!(refusal("10.2.7-MariaDB", nopad), "");
        assert_eq!(refusal("8.0.17", Some("utf8mb4_0900_bin")), "");
        // What counts is what the server can do.
        assert_eq!(refusal("8.0.11-probe", nopad), "");
        for (text, collation) in [
            ("10.2.6-MariaDB", nopad),
            ("10.1.48-MariaDB", None),
            ("5.7.44", None),
            ("8.0.16", None),
        ] {
            let refusal = refusal(text, collation);
            assert!(
                refusal.contains(text) && refusal.contains("8.0.17"),
                "{refusal}"
            );
        }
    }
}
