//! The audit: every administrative act and every security event, written by the transaction of the
//! act and read by administrators.
//!
//! It contains ids, times and the addresses that users came from, and never a password, a token, an
//! invite or a name that was typed to log in. Single failed log-ins are not recorded, because
//! attackers could fill the database with them; that they have locked a name is recorded.

use jiff::Timestamp;
use youku_orm::{Id, New, Transaction, sql};

use crate::basics::error::Result;
use crate::basics::id::{MovieId, NoticeId, UserId};
use crate::basics::page::{Listing, Page};
use crate::records::accounts::audit::{Act, AuditRow, NewAuditRow};
use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::MovieRow;
use crate::records::notice::NoticeRow;
use crate::sessions::admin::Admin;
use crate::sessions::caller::Caller;

/// One past act.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEntry {
    /// The number of the entry, for the [page](Page::after) that follows it.
    pub id: u64,
    /// What was done.
    pub act: Act,
    /// When.
    pub time: Timestamp,
    /// Who did it; none when no logged-in user did it.
    pub actor: Option<UserId>,
    /// The name of the actor.
    pub actor_name: Option<String>,
    /// Where it was done from, as the host said at the [log-in](crate::Credentials::peer); empty
    /// when that is unknown.
    pub peer: String,
    /// The user it was done to; none for an act that concerns no particular user, or the actor
    /// alone.
    pub user: Option<UserId>,
    /// The name of that user.
    pub user_name: Option<String>,
    /// The movie it was done to.
    pub movie: Option<MovieId>,
    /// The notice it was done to.
    pub notice: Option<NoticeId>,
}

/// One statement for entries and names, regardless of their number.
const AUDIT: &str = "SELECT `a`.`a_id`, `a`.`act`, `a`.`create_time`, `a`.`actor_id`, \
     `d`.`username`, `a`.`peer`, `a`.`user_id`, `u`.`username`, `a`.`movie_id`, `a`.`notice_id` \
     FROM `audit` AS `a` LEFT JOIN `user` AS `d` ON `d`.`u_id` = `a`.`actor_id` \
     LEFT JOIN `user` AS `u` ON `u`.`u_id` = `a`.`user_id` \
     WHERE `a`.`a_id` < ? ORDER BY `a`.`a_id` DESC LIMIT ?";

type Found = (
    Id<AuditRow>,
    Act,
    Timestamp,
    Option<Id<UserRow>>,
    Option<String>,
    String,
    Option<Id<UserRow>>,
    Option<String>,
    Option<Id<MovieRow>>,
    Option<Id<NoticeRow>>,
);

impl Admin {
    /// What was done, newest first: every administrative act and every security event, see [`Act`].
    /// Each entry was written by the transaction of the act, so an act without an entry was not
    /// done.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the field `after` is not a cursor of this
    ///   list.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no
    ///   longer an administrator.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn audit(&self, page: Page) -> Result<Listing<AuditEntry>> {
        self.check().await?;
        let service = self.session().service();
        let one_more = service.one_more(&page);
        let found: Vec<Found> = sql(AUDIT)
            .bind(page.before_id()?)
            .bind(one_more)
            .all(&service.db)
            .await?;
        Ok(Listing::cut(found, one_more, |entry| entry.0.get().into()))
    }
}

impl NewAuditRow {
    /// Records that `actor` did something, from `peer`.
    pub(crate) fn new(act: Act, actor: Option<Id<UserRow>>, peer: &str, now: Timestamp) -> Self {
        Self {
            act,
            create_time: now,
            actor_id: actor,
            peer: peer.to_owned(),
            user_id: None,
            movie_id: None,
            notice_id: None,
        }
    }

    /// Records that the user of a session did something.
    pub(crate) fn by(caller: &Caller, act: Act, now: Timestamp) -> Self {
        Self::new(act, Some(caller.user), &caller.peer, now)
    }

    pub(crate) fn about_user(self, user: Option<Id<UserRow>>) -> Self {
        Self {
            user_id: user,
            ..self
        }
    }

    pub(crate) fn about_movie(self, movie: Id<MovieRow>) -> Self {
        Self {
            movie_id: Some(movie),
            ..self
        }
    }

    pub(crate) fn about_notice(self, notice: Id<NoticeRow>) -> Self {
        Self {
            notice_id: Some(notice),
            ..self
        }
    }

    /// Writes it in the transaction of the act.
    pub(crate) async fn write(self, tx: &mut Transaction) -> Result<()> {
        self.insert(tx).await?;
        Ok(())
    }
}

impl From<Found> for AuditEntry {
    fn from(
        (id, act, time, actor, actor_name, peer, user, user_name, movie, notice): Found,
    ) -> Self {
        Self {
            id: id.get(),
            act,
            time,
            actor: actor.map(UserId::from),
            actor_name,
            peer,
            user: user.map(UserId::from),
            user_name,
            movie: movie.map(MovieId::from),
            notice: notice.map(NoticeId::from),
        }
    }
}
