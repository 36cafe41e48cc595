//! Bytes as lower-case hexadecimal text and back (RFC 4648, section 8).

/// Encodes each byte as two lower-case characters.
pub(crate) fn encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// Decodes exactly `N` bytes from `text`, in upper or lower case; nothing when it is anything else.
pub(crate) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = of_pair(pair)?;
    }
    Some(bytes)
}

/// Decodes any number of bytes from `text`, in upper or lower case; nothing when it is not
/// hexadecimal.
pub(crate) fn decode_all(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(of_pair).collect()
}

fn of_pair(pair: &[u8]) -> Option<u8> {
    let [high, low] = pair else {
        return None;
    };
    Some(digit(*high)? << 4 | digit(*low)?)
}

fn digit(character: u8) -> Option<u8> {
    let value = char::from(character).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        let bytes: [u8; 4] = [0, 0x7f, 0x80, 0xff];
        assert_eq!(encode(&bytes), "007f80ff");
        assert_eq!(decode("007F80ff"), Some(bytes));
        assert_eq!(decode_all("007F80ff"), Some(bytes.to_vec()));
    }

    #[test]
    fn anything_else_is_no_hexadecimal() {
        for text in [
            "",
            "00",
            "007f80f",
            "007f80fff",
            "007f80fg",
            "+07f80ff",
            "电影ab",
        ] {
            assert_eq!(decode::<4>(text), None, "{text}");
        }
        for text in ["0", "007f80f", "0g", "电"] {
            assert_eq!(decode_all(text), None, "{text}");
        }
    }
}
