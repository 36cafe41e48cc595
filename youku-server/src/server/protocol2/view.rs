//! The objects of protocol 2. Times are whole seconds since 1970-01-01 UTC.

use jiff::Timestamp;
use serde::Serialize;
use youku_core::{Kind, MovieView, Session, UserView};

use crate::message::UserType;

/// A movie.
#[derive(Serialize)]
pub(super) struct Movie {
    movie_id: u64,
    /// Text for display; never a path.
    name: String,
    /// In bytes.
    size: u64,
    is_free: bool,
    /// Of the bytes, in hexadecimal.
    sha256: String,
    uploaded_at: i64,
}

impl From<MovieView> for Movie {
    fn from(movie: MovieView) -> Self {
        Self {
            movie_id: movie.id.get(),
            name: movie.name,
            size: movie.size,
            is_free: movie.kind == Kind::Free,
            sha256: movie.sha256,
            uploaded_at: movie.uploaded_at.as_second(),
        }
    }
}

/// A user as an administrator sees them.
#[derive(Serialize)]
pub(super) struct User {
    user_id: u64,
    username: String,
    user_type: UserType,
    registered_at: i64,
    /// The end of the membership, in the past or in the future.
    member_until: Option<i64>,
    /// When an administrator locked the user; `None` if the user may log in.
    locked_at: Option<i64>,
}

impl From<UserView> for User {
    fn from(user: UserView) -> Self {
        Self {
            user_id: user.id.get(),
            username: user.username,
            user_type: user.role.into(),
            registered_at: user.registered_at.as_second(),
            member_until: user.member_until.map(Timestamp::as_second),
            locked_at: user.locked_at.map(Timestamp::as_second),
        }
    }
}

/// The user of a session, as that user sees it.
#[derive(Serialize)]
pub(super) struct Identity<'a> {
    user_id: u64,
    username: &'a str,
    user_type: UserType,
    is_vip: bool,
    member_until: Option<i64>,
}

impl<'a> From<&'a Session> for Identity<'a> {
    fn from(session: &'a Session) -> Self {
        Self {
            user_id: session.user_id().get(),
            username: session.username(),
            user_type: session.role().into(),
            is_vip: session.is_vip(),
            member_until: session.member_until().map(Timestamp::as_second),
        }
    }
}
