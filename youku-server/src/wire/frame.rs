//! A frame: the length of a JSON text, then the text.
//!
//! The length is a signed 32-bit little-endian integer, as Python's `struct.pack('i', n)` returns it on
//! little-endian machines. A frame does not end with a newline, and no byte separates two frames.

use serde::Serialize;

/// How many bytes the length takes.
pub const PREFIX_BYTES: usize = 4;

/// One JSON object with its length in front, to be sent in a single write.
///
/// Old clients read a reply with one `recv`, so the length and the text must be sent together.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    bytes: Vec<u8>,
}

impl Frame {
    /// Writes `message` as JSON, with its length in front.
    ///
    /// # Errors
    ///
    /// [`FrameError::Encode`] when `message` does not serialise or its JSON is longer than the
    /// 2 GiB that the length can say.
    ///
    /// ```
    /// let frame = youku_server::Frame::encode(&serde_json::json!({"type": "check_notice"}))?;
    /// assert_eq!(frame.as_bytes(), b"\x17\0\0\0{\"type\":\"check_notice\"}");
    /// # Ok::<(), youku_server::FrameError>(())
    /// ```
    pub fn encode(message: &impl Serialize) -> Result<Self, FrameError> {
        let mut bytes = vec![0; PREFIX_BYTES];
        serde_json::to_writer(&mut bytes, message)
            .map_err(|error| FrameError::Encode(error.to_string()))?;
        let length = i32::try_from(bytes.len() - PREFIX_BYTES)
            .map_err(|_| FrameError::Encode("the text is longer than 2 GiB".to_owned()))?;
        bytes[..PREFIX_BYTES].copy_from_slice(&length.to_le_bytes());
        Ok(Self { bytes })
    }

    /// The length and the text, as they go over the wire.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The JSON text alone.
    pub fn text(&self) -> &[u8] {
        &self.bytes[PREFIX_BYTES..]
    }
}

impl std::fmt::Debug for Frame {
    /// Shows the size only: the text may hold a password or a session.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame")
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// Why a frame could not be read or made. After any of the first three the boundary between frames
/// is lost, and the connection has to be closed.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The length is zero.
    #[error("the length of a frame is `0`: send at least `{{}}`")]
    Empty,
    /// The length is negative or over the limit.
    #[error(
        "the length of a frame is `{length}`: send between 1 and `{max}` bytes{}",
        if *.big_endian { ", with the length in little-endian order" } else { "" }
    )]
    TooLarge {
        /// The length as read, in bytes.
        length: i32,
        /// The limit, in bytes.
        max: usize,
        /// Whether the same four bytes make a good length when read in big-endian order, the usual
        /// mistake of a client that packs with `'!i'`.
        big_endian: bool,
    },
    /// A message that cannot be written as JSON.
    #[error("cannot encode the message as a frame: {0}")]
    Encode(String),
}

/// Reads a length and checks it against `max`, in bytes.
///
/// # Errors
///
/// [`FrameError::Empty`] for zero, [`FrameError::TooLarge`] for a negative length and one over `max`.
pub fn frame_length(prefix: [u8; PREFIX_BYTES], max: usize) -> Result<usize, FrameError> {
    let length = i32::from_le_bytes(prefix);
    match usize::try_from(length) {
        Ok(0) => Err(FrameError::Empty),
        Ok(bytes) if bytes <= max => Ok(bytes),
        _ => {
            let swapped = usize::try_from(length.swap_bytes());
            let big_endian = swapped.is_ok_and(|bytes| (1..=max).contains(&bytes));
            Err(FrameError::TooLarge {
                length,
                max,
                big_endian,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 65_536;

    fn check(length: i32, expected: &Result<usize, FrameError>) {
        assert_eq!(&frame_length(length.to_le_bytes(), MAX), expected);
    }

    #[test]
    fn lengths_from_one_to_the_limit_are_accepted() {
        check(1, &Ok(1));
        check(65_536, &Ok(65_536));
    }

    #[test]
    fn zero_is_not_a_length() {
        check(0, &Err(FrameError::Empty));
    }

    #[test]
    fn lengths_below_zero_and_over_the_limit_are_refused() {
        for length in [-1, 65_537, i32::MAX, i32::MIN + 1] {
            check(
                length,
                &Err(FrameError::TooLarge {
                    length,
                    max: MAX,
                    big_endian: false,
                }),
            );
        }
    }

    #[test]
    fn a_big_endian_length_is_recognized() {
        let error = frame_length(200_i32.to_be_bytes(), MAX).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the length of a frame is `-939524096`: send between 1 and `65536` bytes, \
             with the length in little-endian order"
        );
    }

    #[test]
    fn text_is_the_frame_without_its_length() {
        let frame = Frame::encode(&serde_json::json!({"flag": true})).unwrap();
        assert_eq!(frame.text(), br#"{"flag":true}"#);
        assert_eq!(frame.as_bytes()[..4], 13_i32.to_le_bytes());
    }

    #[test]
    fn chinese_text_is_counted_in_bytes() {
        let frame = Frame::encode(&"注册成功").unwrap();
        assert_eq!(frame.as_bytes()[..4], 14_i32.to_le_bytes());
    }
}
