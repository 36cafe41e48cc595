//! The two languages that the server and the terminal client speak.

/// A language of messages. Codes never change with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// The language that existing clients expect and get, unless a request chooses another.
    #[default]
    Chinese,
    /// Chosen by `"lang": "en"` in a request.
    English,
}

impl Language {
    /// The language of a request's `lang`, or of a locale name such as `zh_CN.UTF-8`: whatever
    /// starts with `zh` or `en`, in any case. `None` for anything else.
    ///
    /// ```
    /// use youku_server::Language;
    /// assert_eq!(Language::from_tag("zh_CN.UTF-8"), Some(Language::Chinese));
    /// assert_eq!(Language::from_tag("C"), None);
    /// ```
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.get(..2)?.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The spelling on the wire: `zh` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }
}
