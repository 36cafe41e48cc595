//! MySQL's error numbers as this crate's errors
//! (<https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html>).

use mysql_async::{DriverError, ServerError};

use crate::error::{Class, Error};

impl From<mysql_async::Error> for Error {
    fn from(error: mysql_async::Error) -> Self {
        match error {
            mysql_async::Error::Server(server) => {
                let message = format!("{} (MySQL error {})", without_value(&server), server.code);
                Self::new(class(&server), message)
            }
            mysql_async::Error::Driver(DriverError::StmtParamsMismatch { required, supplied }) => {
                Self::usage(format!(
                    "{supplied} values are bound, but the statement has {required} `?`"
                ))
            }
            mysql_async::Error::Driver(DriverError::PoolDisconnected) => Self::closed(),
            mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer) => Self::new(
                Class::Unavailable,
                "the server does not offer TLS, which is required; nothing was sent to it",
            ),
            mysql_async::Error::Url(error) => Self::usage(format!(
                "the database URL cannot be read: {error}; write `mysql://user:password@host:3306/name`"
            )),
            other => Self::new(Class::Unavailable, unavailable(&other)).with_source(other),
        }
    }
}

/// The errors of rustls about a certificate have no number, but always this text
/// (<https://docs.rs/rustls/0.23/rustls/enum.Error.html>).
fn unavailable(error: &mysql_async::Error) -> String {
    let text = error.to_string();
    match text.find("invalid peer certificate: ") {
        Some(start) => format!(
            "the server's certificate was refused ({}); does `tls_ca` name its authority, and \
             `tls_host_name` the name that it is made out to?",
            &text[start + "invalid peer certificate: ".len()..]
        ),
        None => text,
    }
}

fn class(error: &ServerError) -> Class {
    match error.code {
        1062 | 1169 | 1586 => Class::Unique,
        1216 | 1217 | 1451 | 1452 => Class::ForeignKey,
        1048 | 1364 => Class::NotNull,
        1242 => Class::TooManyRows,
        1264 | 1406 | 1690 | 3819 | 4025 => Class::Check,
        // 1020: a row changed since this transaction first read it, with `innodb_snapshot_isolation`,
        // which MariaDB switches on by default since 11.6.
        // 1206: no memory for more locks, and InnoDB has rolled back the whole transaction.
        1020 | 1180 | 1205 | 1206 | 1213 | 3101 | 3572 => Class::Retryable,
        1290 | 1792 | 1836 => Class::ReadOnly,
        // The server's own `max_statement_time` (MariaDB) and `max_execution_time` (MySQL).
        1969 | 3024 => Class::StatementTimeout,
        // Shutdown, too many connections, killed, and a Galera node that is not in its cluster.
        1040 | 1047 | 1053 | 1077 | 1079 | 1129 | 1203 | 1226 | 1317 | 1927 => Class::Unavailable,
        // Broken, or idle for too long.
        1152 | 1158 | 1159 | 1160 | 1161 | 1184 | 3169 | 4031 => Class::Unavailable,
        // The auto-increment counter of the key, or its column, has no further number.
        167 | 1467 => Class::KeysExhausted,
        1153 => Class::Usage,
        1051 | 1054 | 1072 | 1109 | 1146 | 1305 => Class::Schema,
        1060 => Class::DuplicateColumn,
        _ => Class::Database,
    }
}

/// The server's text without the value that some of its texts quote.
fn without_value(error: &ServerError) -> String {
    let quotes_a_value = matches!(
        error.code,
        1062 | 1169 | 1292 | 1366 | 1411 | 1525 | 1586 | 1690
    );
    match (
        quotes_a_value,
        error.message.find('\''),
        error.message.rfind("' for "),
    ) {
        (true, Some(start), Some(end)) if start < end => {
            format!("{}…{}", &error.message[..start], &error.message[end + 1..])
        }
        (true, Some(start), _) => format!("{}…", &error.message[..start]),
        _ => error.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: u16, message: &str, expected: &str) {
        let error = ServerError {
            code,
            message: message.to_owned(),
            state: "HY000".to_owned(),
        };
        assert_eq!(without_value(&error), expected);
    }

    #[test]
    fn error_texts_do_not_contain_bound_values() {
        check(
            1062,
            "Duplicate entry 'it's' for ' bob' for key 'user_username_unique'",
            "Duplicate entry … for key 'user_username_unique'",
        );
        check(
            1292,
            "Truncated incorrect INTEGER value: 'secret'",
            "Truncated incorrect INTEGER value: …",
        );
        check(
            1146,
            "Table 'a.b' doesn't exist",
            "Table 'a.b' doesn't exist",
        );
    }
}
