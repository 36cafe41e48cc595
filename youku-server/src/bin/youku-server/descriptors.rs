//! How many files and connections the operating system lets the program have open.

/// How many descriptors the database, transfers and listeners need in addition to the connections.
const RESERVED: usize = 256;

/// Raises the limit as far as the program may: the usual default of a shell (1024) is meant for
/// programs that use `select`. Logs a warning if the limit is still too low for `connections`.
#[cfg(target_os = "linux")]
pub(crate) fn raise_limit(connections: usize) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!(%error, "the limit of open files cannot be raised");
    }
    let wanted = u64::try_from(connections.saturating_add(RESERVED)).unwrap_or(u64::MAX);
    if let Some(limit) = getrlimit(Resource::Nofile)
        .current
        .filter(|limit| *limit < wanted)
    {
        tracing::warn!(
            limit,
            connections,
            "the limit of open files is too low for `--max-connections`: raise `ulimit -Hn` or lower the option"
        );
    }
}

/// Does nothing on this system.
#[cfg(not(target_os = "linux"))]
pub(crate) fn raise_limit(_: usize) {}
