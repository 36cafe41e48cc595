//! How much may be said about a movie.

/// Limits of what an administrator says about a movie; see [`Admin::describe`](crate::Admin::describe).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescriptionLimits {
    /// How long a title may be, in characters. Default: 200. It cannot be more than 500.
    pub title_chars: usize,
    /// How long a description may be, in characters. Default: 4000. It cannot be more than 100,000.
    pub description_chars: usize,
    /// How long the JSON value of the host may be, in bytes of its text. Default: 16 KiB. It cannot be more than 1 MiB.
    pub data_bytes: usize,
    /// How many tags a movie may have. Default: 16. It cannot be more than 100.
    pub tags: usize,
    /// How long a tag may be, in characters. Default: 32. It cannot be more than 64.
    pub tag_chars: usize,
    /// How large a poster may be, in bytes. Default: 256 KiB. It cannot be more than 4 MiB.
    pub poster_bytes: usize,
}

impl Default for DescriptionLimits {
    fn default() -> Self {
        Self {
            title_chars: 200,
            description_chars: 4000,
            data_bytes: 16 << 10,
            tags: 16,
            tag_chars: 32,
            poster_bytes: 256 << 10,
        }
    }
}
