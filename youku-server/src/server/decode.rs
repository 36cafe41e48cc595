//! The decoding of a client's bytes, up to the call of the service, as one function without a connection.

use crate::message::{Dialect, Fields, Protocol, Refusal, Reply};
use crate::server::announced::announced_bytes;
use crate::server::{existing, protocol2};
use crate::{Frame, Language, Limits, PREFIX_BYTES, frame_length};

/// Reads `bytes` as a connection does. The connection speaks protocol 2, or an existing dialect if
/// `is_protocol2` is `false`. Each frame becomes a request or a refusal, and the raw bytes that an
/// upload announces are skipped. Returns the number of frames.
///
/// It exists for fuzzing.
///
/// # Errors
///
/// A violation of the protocol: a refusal without a text, or one that cannot be encoded as a frame.
#[doc(hidden)]
pub fn decode_stream(mut bytes: &[u8], is_protocol2: bool) -> Result<usize, String> {
    let mut protocol = if is_protocol2 {
        Protocol::Two
    } else {
        Protocol::default()
    };
    let mut frames = 0;
    while let Some((prefix, rest)) = bytes.split_first_chunk::<PREFIX_BYTES>() {
        let length = match frame_length(*prefix, Limits::default().max_frame) {
            Ok(length) => length,
            Err(error) => {
                check(&Refusal::from(&error), protocol)?;
                break;
            }
        };
        let Some((text, rest)) = rest.split_at_checked(length) else {
            break;
        };
        frames += 1;
        let Some(announced) = decode(text, &mut protocol)? else {
            break;
        };
        let announced = usize::try_from(announced).unwrap_or(usize::MAX);
        bytes = rest.get(announced..).unwrap_or_default();
    }
    Ok(frames)
}

/// Reads one text, and returns how many raw bytes follow it if that can be known.
fn decode(text: &[u8], protocol: &mut Protocol) -> Result<Option<u64>, String> {
    let fields = match Fields::parse(text) {
        Ok(fields) => fields,
        Err(refusal) => return check(&refusal, *protocol).map(|()| Some(0)),
    };
    if let Protocol::Existing(dialect) = protocol {
        *dialect = Dialect::of(&fields).unwrap_or(*dialect);
    }
    let announced = announced_bytes(&fields, *protocol);
    let refused = match protocol {
        Protocol::Two => fields.strict_request::<protocol2::Request>().err(),
        Protocol::Existing(_) => fields.request::<existing::Request>().err(),
    };
    if let Some(refusal) = refused {
        check(&refusal, *protocol)?;
    }
    Ok(announced)
}

fn check(refusal: &Refusal, protocol: Protocol) -> Result<(), String> {
    for language in [Language::English, Language::Chinese] {
        if refusal.message(language, protocol).is_empty() {
            return Err(format!("{refusal:?} has no text"));
        }
        let reply = Reply::refused(refusal, language, protocol);
        Frame::encode(&reply).map_err(|error| format!("{refusal:?}: {error}"))?;
    }
    Ok(())
}
