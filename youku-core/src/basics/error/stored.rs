//! How failures of a disk or a store are reported to a caller.

use std::error::Error as StdError;
use std::io;
use std::iter::successors;

use crate::basics::code::Code;
use crate::basics::error::Error;

impl Error {
    /// A failed read or write of a movie's bytes on the local disk.
    pub(crate) fn disk(source: io::Error) -> Self {
        if is_full(source.kind()) {
            Self::no_space().with_source(source)
        } else {
            Self::internal(source)
        }
    }

    /// A failed operation of the movie store.
    pub(crate) fn store(source: object_store::Error) -> Self {
        match disk_cause(&source) {
            Some(kind) => Self::disk(io::Error::new(kind, source)),
            None => Self::new(Code::Unavailable, "the movie store cannot be reached")
                .with_source(source),
        }
    }
}

/// Whether the error means that a disk has no room left, and is otherwise healthy.
pub(crate) fn is_full(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(kind, StorageFull | QuotaExceeded | FileTooLarge)
}

/// ENFILE and EMFILE: no file descriptor is available at the moment, for any file.
const NO_DESCRIPTORS: [i32; 2] = [23, 24];

/// The kind of the disk error at the bottom of a store's error, if there is one. Connection errors,
/// a lack of descriptors, and errors that libraries wrap in an I/O error do not count as disk
/// errors.
fn disk_cause(error: &object_store::Error) -> Option<io::ErrorKind> {
    use io::ErrorKind::{
        AddrNotAvailable, BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset,
        HostUnreachable, NetworkDown, NetworkUnreachable, NotConnected, TimedOut,
    };
    let mut causes = successors(Some(error as &(dyn StdError + 'static)), |&error| {
        error.source()
    });
    let io = causes.find_map(|error| error.downcast_ref::<io::Error>())?;
    if NO_DESCRIPTORS.contains(&io.raw_os_error()?) {
        return None;
    }
    match io.kind() {
        AddrNotAvailable | BrokenPipe | ConnectionAborted | ConnectionRefused | ConnectionReset
        | HostUnreachable | NetworkDown | NetworkUnreachable | NotConnected | TimedOut => None,
        kind => Some(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn disk_errors_differ_from_an_unreachable_store() {
        let (eio, enfile, emfile, enospc) = (5, 23, 24, 28);
        let (eaddrnotavail, econnreset) = (99, 104);
        for (errno, code) in [
            (eio, Code::Internal),
            (enospc, Code::NoSpace),
            (enfile, Code::Unavailable),
            (emfile, Code::Unavailable),
            (eaddrnotavail, Code::Unavailable),
            (econnreset, Code::Unavailable),
        ] {
            let failed = object_store::Error::Generic {
                store: "test",
                source: io::Error::from_raw_os_error(errno).into(),
            };
            assert_eq!(Error::store(failed).code(), code, "{errno}");
        }
    }
}
