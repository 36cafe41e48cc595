//! The media type of a movie (RFC 6838), by its first bytes and its name.

use std::fmt;

/// How many bytes from the beginning of a movie can matter.
pub(crate) const FIRST_BYTES: u64 = 8192;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MediaType(&'static str);

/// For bytes of which nothing is known (RFC 2046, section 4.5.1).
const UNKNOWN: MediaType = MediaType("application/octet-stream");

/// Types by the extension of the name, for containers without a signature at their beginning.
const BY_EXTENSION: &[(&str, &str)] = &[
    ("mp4", "video/mp4"),
    ("m4v", "video/x-m4v"),
    ("mov", "video/quicktime"),
    ("mkv", "video/x-matroska"),
    ("webm", "video/webm"),
    ("avi", "video/x-msvideo"),
    ("mpg", "video/mpeg"),
    ("mpeg", "video/mpeg"),
    ("ts", "video/mp2t"),
    ("m2ts", "video/mp2t"),
    ("wmv", "video/x-ms-wmv"),
    ("flv", "video/x-flv"),
    ("ogv", OGG_VIDEO),
    ("3gp", "video/3gpp"),
    ("rmvb", "application/vnd.rn-realmedia-vbr"),
];

/// The signature of Ogg is the same for sound and pictures, so the name decides.
const OGG: &str = "audio/ogg";
const OGG_VIDEO: &str = "video/ogg";

impl MediaType {
    /// The type of a file with this name that begins with these bytes. What the bytes say counts, as a name costs nothing.
    pub(crate) fn find(name: &str, first: &[u8]) -> Self {
        let by_name = Self::of_name(name);
        match infer::get(first).map(|found| found.mime_type()) {
            Some(OGG) if by_name == Some(Self(OGG_VIDEO)) => Self(OGG_VIDEO),
            Some(by_bytes) => Self(by_bytes),
            None => by_name.unwrap_or(UNKNOWN),
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let same = |known: &&(&str, &str)| known.0.eq_ignore_ascii_case(extension);
        BY_EXTENSION.iter().find(same).map(|(_, found)| Self(found))
    }

    /// The type of an image that a browser shows, if these are its first bytes.
    pub(crate) fn of_image(first: &[u8]) -> Option<Self> {
        let found = infer::get(first)?.mime_type();
        matches!(found, "image/png" | "image/jpeg" | "image/webp").then_some(Self(found))
    }

    pub(crate) fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, first: &[u8], expected: &str) {
        assert_eq!(MediaType::find(name, first).as_str(), expected, "{name}");
    }

    #[test]
    fn first_bytes_count_more_than_the_name() {
        check(
            "a.avi",
            b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41",
            "video/mp4",
        );
        check("a.mp4", b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo");
        check("a.mp4", b"FLV\x01\x05\0\0\0\x09", "video/x-flv");
        check("a.mp4", b"<!DOCTYPE html><html>", "text/html");
        let webm = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm";
        // `infer` takes no shorter file for one.
        let mut file = webm.to_vec();
        file.resize(300, 0);
        check("a", &file, "video/webm");
    }

    #[test]
    fn name_counts_where_the_bytes_say_nothing() {
        check("The Matrix.MKV", b"", "video/x-matroska");
        check("a.ts", b"no signature", "video/mp2t");
        check("a.exe", b"no signature", "application/octet-stream");
        check("mp4", b"no signature", "application/octet-stream");
    }

    #[test]
    fn ogg_is_what_its_name_says() {
        check("a.ogv", b"OggS\0\x02", "video/ogg");
        check("a.ogg", b"OggS\0\x02", "audio/ogg");
    }

    #[test]
    fn images_are_those_that_browsers_show() {
        let image = |first| MediaType::of_image(first).map(MediaType::as_str);
        assert_eq!(image(b"\x89PNG\r\n\x1a\n\0\0"), Some("image/png"));
        assert_eq!(image(b"\xff\xd8\xff\xe0\0\x10JFIF"), Some("image/jpeg"));
        assert_eq!(image(b"RIFF\x24\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(image(b"GIF89a\x01\0\x01\0"), None);
        assert_eq!(image(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), None);
        assert_eq!(image(b""), None);
    }
}
