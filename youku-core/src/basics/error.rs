//! The one error type of the service.

mod database;
pub(crate) mod stored;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::basics::code::Code;
use crate::basics::id::MovieId;
use crate::basics::rule::Rule;

/// The result of every function of the service that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation was refused or failed.
///
/// Its [`Display`](fmt::Display) is one English sentence that is safe to show to the client: it
/// holds no SQL, no path and no secret. The underlying cause, if there is one, is its
/// [`source`](StdError::source), which belongs in the log.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use youku_core::{Code, Registration, Rule, Youku};
///
/// let youku = Youku::builder().database("sqlite::memory:").movies("memory:///").open().await?;
/// let short = Registration { username: "neo".into(), password: "red".into() };
/// let refused = youku.register(short).await.unwrap_err();
/// assert_eq!(refused.code(), Code::BadRequest);
/// assert_eq!(refused.field(), Some("password"));
/// assert_eq!(refused.rule(), Some(&Rule::Length(8..=256)));
/// assert_eq!(refused.to_string(), "`password` must have 8 to 256 characters");
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Repr>);

struct Repr {
    code: Code,
    text: Cow<'static, str>,
    field: Option<&'static str>,
    rule: Option<Rule>,
    movie: Option<MovieId>,
    offset: Option<u64>,
    price_fen: Option<u64>,
    lost_race: bool,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// What kind of failure this is.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The field that breaks a rule, for [`Code::BadRequest`], in the spelling of this crate.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        self.0.field
    }

    /// The rule that this field breaks, for a host that states it in its own words or language.
    ///
    /// [`Code::BadRequest`] about what a user entered has one. A wrong setting of the
    /// [`Builder`](crate::Builder) has none, only a text for the operator.
    #[must_use]
    pub fn rule(&self) -> Option<&Rule> {
        self.0.rule.as_ref()
    }

    /// The movie that already exists, for a [`Code::Exists`] about a movie.
    #[must_use]
    pub fn movie(&self) -> Option<MovieId> {
        self.0.movie
    }

    /// Where an upload continues, in bytes from its beginning, for [`Code::OffsetMismatch`].
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }

    /// What the user would have to pay now, in fen, for [`Code::PriceChanged`].
    #[must_use]
    pub fn price(&self) -> Option<u64> {
        self.0.price_fen
    }

    /// Whether the same call may succeed later although nothing else changes.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.retry_after().is_some()
    }

    /// How long to wait before repeating the same call, if that is known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0.code {
            Code::Unavailable => Some(Duration::from_secs(1)),
            _ => self.0.retry_after,
        }
    }

    /// Whether the service itself failed, as opposed to refusing the request.
    pub(crate) fn is_failure(&self) -> bool {
        matches!(self.0.code, Code::Unavailable | Code::Internal)
    }

    pub(crate) fn new(code: Code, text: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Repr {
            code,
            text: text.into(),
            field: None,
            rule: None,
            movie: None,
            offset: None,
            price_fen: None,
            lost_race: false,
            retry_after: None,
            source: None,
        }))
    }

    /// The value that a user entered for `field` breaks `rule`.
    pub(crate) fn broken(field: &'static str, rule: Rule) -> Self {
        let mut error = Self::bad_request(field, format!("`{field}` {rule}"));
        error.0.rule = Some(rule);
        error
    }

    /// For a setting of the host. What users enter has a [`Rule`]: see [`broken`](Self::broken).
    pub(crate) fn bad_request(field: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::new(Code::BadRequest, text);
        error.0.field = Some(field);
        error
    }

    pub(crate) fn read_only() -> Self {
        let text = "`database` is not changed, because the service was opened read-only";
        Self::bad_request("database", text)
    }

    pub(crate) fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, "log in first")
    }

    /// The one answer to a wrong password, an unknown user and a wrong role.
    pub(crate) fn wrong_credentials() -> Self {
        Self::new(Code::Unauthenticated, "user name or password is wrong")
    }

    /// The answer to every log-in under a name that is locked after failed ones.
    pub(crate) fn locked_for(left: Duration) -> Self {
        let text = "too many failed log-ins; try again later";
        let mut error = Self::new(Code::Locked, text);
        error.0.retry_after = Some(left);
        error
    }

    /// Only for a client that has sent the correct password.
    pub(crate) fn locked_by_administrator() -> Self {
        Self::new(Code::Locked, "an administrator has locked this account")
    }

    pub(crate) fn no_such_movie() -> Self {
        Self::new(Code::NotFound, "there is no such movie")
    }

    pub(crate) fn no_such_user() -> Self {
        Self::new(Code::NotFound, "there is no such user")
    }

    /// For a listed movie whose bytes are not in the store, or not all of them. The store may be
    /// incomplete for a while.
    pub(crate) fn bytes_missing(movie: MovieId) -> Self {
        tracing::error!(%movie, "the bytes of a listed movie are missing or incomplete");
        let text = "the bytes of that movie are not available right now; try again later";
        Self::new(Code::Unavailable, text)
    }

    pub(crate) fn movie_exists(movie: MovieId) -> Self {
        let mut error = Self::new(Code::Exists, "a movie with the same bytes already exists");
        error.0.movie = Some(movie);
        error
    }

    pub(crate) fn user_exists() -> Self {
        Self::new(
            Code::Exists,
            "a user with that name already exists; choose another name",
        )
    }

    pub(crate) fn with_offset(mut self, offset: u64) -> Self {
        self.0.offset = Some(offset);
        self
    }

    pub(crate) fn no_space() -> Self {
        Self::new(Code::NoSpace, "the disk has no space left for movies")
    }

    pub(crate) fn payment_declined() -> Self {
        let text = "the charge was declined; nothing was charged";
        Self::new(Code::PaymentDeclined, text)
    }

    /// For a price above the one that the caller named.
    pub(crate) fn price_changed(price_fen: u64) -> Self {
        let text = format!("the price is {price_fen} fen; name at least that price to accept it");
        let mut error = Self::new(Code::PriceChanged, text);
        error.0.price_fen = Some(price_fen);
        error
    }

    /// For a limit on how many of something this program does at once.
    pub(crate) fn rate_limited(text: &'static str, retry_after: Duration) -> Self {
        let mut error = Self::new(Code::RateLimited, text);
        error.0.retry_after = Some(retry_after);
        error
    }

    /// For what must not happen. The cause is logged here, because the text for the client does not
    /// contain it.
    pub(crate) fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let source = source.into();
        tracing::error!(error = &*source as &dyn StdError, "internal error");
        Self::new(Code::Internal, "internal error; it has been logged").with_source(source)
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Two transactions wanted the same row, and this one came second. When it is run again, it
    /// finds what the first one wrote.
    pub(crate) fn lost_race() -> Self {
        let text = "too many other requests change the same data right now; try again";
        let mut error = Self::new(Code::Unavailable, text);
        error.0.lost_race = true;
        error
    }

    /// For an insert where UNIQUE columns decide a race: see [`lost_race`](Self::lost_race).
    pub(crate) fn lost_if_taken(source: youku_orm::Error) -> Self {
        if source.is_unique_violation() {
            Self::lost_race().with_source(source)
        } else {
            Self::from(source)
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug
            .field("code", &self.0.code)
            .field("text", &self.0.text);
        if let Some(field) = self.0.field {
            debug.field("field", &field);
        }
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}
