//! Users as they see themselves, and what they pay.

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::second;
use serde::{Deserialize, Serialize};
use youku_core::Role;

use crate::message::objects::format::role;

/// The user whose session the client uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Identity {
    /// Names the user in other calls.
    pub user_id: u64,
    /// As it was registered.
    pub username: String,
    /// What the user may do.
    #[serde(rename = "user_type", with = "role")]
    pub role: Role,
    /// Whether the user is a member now: members do not wait before downloads and pay lower prices.
    pub is_vip: bool,
    /// The end of the membership, in the past or in the future; `None` if the user never had one.
    #[serde(default, with = "second::optional")]
    pub member_until: Option<Timestamp>,
}

/// An open session of a user. Its id is not the session's secret, and gives no access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OpenSession {
    /// Names the session in other calls.
    #[serde(rename = "session_id")]
    pub id: u64,
    /// The address that it was opened from.
    pub peer: String,
    /// When it was opened.
    #[serde(with = "second::required")]
    pub created_at: Timestamp,
    /// When it ends if it is not used before that.
    #[serde(with = "second::required")]
    pub expires_at: Timestamp,
    /// Whether it is the session that the request used.
    pub is_current: bool,
}

/// A membership that was bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Membership {
    /// When it ends.
    #[serde(rename = "member_until", with = "second::required")]
    pub until: Timestamp,
    /// What this period cost, in fen.
    #[serde(rename = "price")]
    pub price_fen: u64,
}

/// The current prices, in fen, and durations, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Prices {
    /// Price of a paid movie for a non-member. Each user pays once for each movie.
    #[serde(rename = "movie_price")]
    pub movie_fen: u64,
    /// Price of a paid movie for a member.
    #[serde(rename = "member_price")]
    pub member_movie_fen: u64,
    /// Price of one period of membership.
    #[serde(rename = "membership_price")]
    pub membership_fen: u64,
    /// Length of one period of membership.
    #[serde(rename = "membership_period")]
    pub membership_seconds: u64,
    /// How long a non-member waits before a download.
    #[serde(rename = "download_wait")]
    pub wait_seconds: u64,
}

/// The reply to `login`.
#[derive(Serialize, Deserialize)]
pub(crate) struct LoggedIn {
    pub(crate) session: String,
    #[serde(flatten)]
    pub(crate) identity: Identity,
}

/// The reply to `register`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Registered {
    pub(crate) user_id: u64,
}
