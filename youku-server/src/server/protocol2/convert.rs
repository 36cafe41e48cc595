//! From the service's types to the objects of the replies.

use youku_core::{
    AuditEntry, Download, HistoryEntry, InviteView, MovieId, MovieView, NoticeId, NoticeView,
    Session, SessionView, UploadStatus, UserId, UserView,
};

use crate::message::objects::{
    AuditLine, DownloadReply, Identity, Invite, Movie, MovieDetails, Notice, OpenInvite,
    OpenSession, Purchase, Quote, Record, Statistics, Upload, User,
};
use crate::message::whole_seconds;

impl From<&Session> for Identity {
    fn from(session: &Session) -> Self {
        Self {
            user_id: session.user_id().get(),
            username: session.username().to_owned(),
            role: session.role(),
            is_vip: session.is_vip(),
            member_until: session.member_until(),
        }
    }
}

impl From<SessionView> for OpenSession {
    fn from(session: SessionView) -> Self {
        Self {
            id: session.id.get(),
            peer: session.peer,
            created_at: session.created_at,
            expires_at: session.expires_at,
            is_current: session.is_current,
        }
    }
}

impl From<MovieView> for Movie {
    fn from(movie: MovieView) -> Self {
        Self {
            id: movie.id.get(),
            name: movie.name,
            size: movie.size,
            kind: movie.kind,
            sha256: movie.sha256,
            uploaded_at: movie.uploaded_at,
        }
    }
}

impl From<youku_core::MovieDetails> for MovieDetails {
    fn from(details: youku_core::MovieDetails) -> Self {
        Self {
            movie_id: details.movie.get(),
            title: details.title,
            description: details.description,
            tags: details.tags,
            data: details.data.map(|data| data.to_string()),
            media_type: details.media_type,
            has_poster: details.has_poster,
        }
    }
}

impl From<youku_core::Quote> for Quote {
    fn from(quote: youku_core::Quote) -> Self {
        Self {
            movie: quote.movie.into(),
            is_owned: quote.is_owned,
            price_fen: quote.price_fen,
            wait_seconds: whole_seconds(quote.wait),
        }
    }
}

impl From<NoticeView> for Notice {
    fn from(notice: NoticeView) -> Self {
        Self {
            id: notice.id.get(),
            title: notice.title,
            content: notice.content,
            published_at: notice.time,
        }
    }
}

impl From<HistoryEntry> for Record {
    fn from(entry: HistoryEntry) -> Self {
        Self {
            movie_id: entry.movie_id.get(),
            movie: entry.movie_name,
            downloaded_at: entry.time,
        }
    }
}

impl From<youku_core::Purchase> for Purchase {
    fn from(purchase: youku_core::Purchase) -> Self {
        Self {
            movie_id: purchase.movie_id.get(),
            movie: purchase.movie_name,
            price_fen: purchase.price_fen,
            paid_at: purchase.paid_at,
        }
    }
}

impl From<UploadStatus> for Upload {
    fn from(status: UploadStatus) -> Self {
        Self {
            id: status.id.to_string(),
            name: status.name,
            size: status.size,
            kind: status.kind,
            sha256: status.sha256,
            offset: status.offset,
            is_resumable: status.is_resumable,
            expires_at: status.expires_at,
        }
    }
}

impl From<&Download> for DownloadReply {
    fn from(download: &Download) -> Self {
        let ready_at = download.ready_at;
        Self {
            movie_name: download.movie_name.clone(),
            file_name: download.file_name.clone(),
            movie_size: download.size,
            offset: download.offset,
            length: download.length,
            sha256: download.sha256.clone(),
            watch_id: download.watch_id.clone(),
            ready_at: ready_at.as_second() + i64::from(ready_at.subsec_nanosecond() > 0),
            wait_time: whole_seconds(download.wait),
            price: download.price_fen,
        }
    }
}

impl From<UserView> for User {
    fn from(user: UserView) -> Self {
        Self {
            id: user.id.get(),
            username: user.username,
            role: user.role,
            registered_at: user.registered_at,
            member_until: user.member_until,
            locked_at: user.locked_at,
        }
    }
}

impl From<youku_core::Invite> for Invite {
    fn from(invite: youku_core::Invite) -> Self {
        Self {
            code: invite.code,
            id: invite.id.get(),
            expires_at: invite.expires_at,
        }
    }
}

impl From<InviteView> for OpenInvite {
    fn from(invite: InviteView) -> Self {
        Self {
            id: invite.id.get(),
            role: invite.role,
            inviter_id: invite.inviter.get(),
            inviter_name: invite.inviter_name,
            created_at: invite.created_at,
            expires_at: invite.expires_at,
        }
    }
}

impl From<AuditEntry> for AuditLine {
    fn from(entry: AuditEntry) -> Self {
        Self {
            act: entry.act.as_str().to_owned(),
            time: entry.time,
            actor_id: entry.actor.map(UserId::get),
            actor_name: entry.actor_name,
            peer: entry.peer,
            user_id: entry.user.map(UserId::get),
            user_name: entry.user_name,
            movie_id: entry.movie.map(MovieId::get),
            notice_id: entry.notice.map(NoticeId::get),
        }
    }
}

impl From<youku_core::Statistics> for Statistics {
    fn from(counted: youku_core::Statistics) -> Self {
        Self {
            users: counted.users,
            admins: counted.admins,
            members: counted.members,
            locked_users: counted.locked_users,
            sessions: counted.sessions,
            movies: counted.movies,
            movie_bytes: counted.movie_bytes,
            deleted_movies: counted.deleted_movies,
            deleted_bytes: counted.deleted_bytes,
            hidden_movies: counted.hidden_movies,
            uploads: counted.uploads,
            downloads: counted.downloads,
            purchases: counted.purchases,
            purchase_fen: counted.purchase_fen,
            memberships: counted.memberships,
            membership_fen: counted.membership_fen,
        }
    }
}
