//! The audit: every administrative act and every security event, written by the transaction of the
//! act and read by administrators.
//!
//! It contains ids, times and the addresses that users came from, and never a password, a token, an
//! invite or a name that was typed to log in. Single failed log-ins are not recorded, because
//! attackers could fill the database with them; that they have locked a name is recorded.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use youku_orm::{Database, Id, Model, New, Transaction};

use crate::basics::error::Result;
use crate::basics::id::{MovieId, NoticeId, UserId};
use crate::basics::page::{Listing, Page};
use crate::operations::events::kinds_of;
use crate::records::accounts::audit::{Act, AuditRow, NewAuditRow};
use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::MovieRow;
use crate::records::notice::NoticeRow;
use crate::service::outbox::Happened;
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
    /// The name of the actor; none if the account was deleted.
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
        let query = AuditRow::query().order_by(AuditRow::A_ID.desc());
        let rows = page.start(query)?.limit(one_more).all(&service.db).await?;
        let found = Listing::<AuditRow>::cut(rows, one_more, |row| row.a_id.get().into());
        let names = names(&found, &service.db).await?;
        let entries = found.entries.into_iter().map(|row| entry(row, &names));
        Ok(Listing {
            entries: entries.collect(),
            next: found.next,
        })
    }
}

/// How many users are looked up with one statement. The policy of a host chooses how long a page may
/// be, and a statement takes a limited number of values: 32,766 on SQLite, 65,535 on MySQL.
const NAMES: usize = 1000;

/// The names of all users that the rows mention.
///
/// This is not a join: a row mentions up to two users, so it would be two outer joins of `user`, which
/// read a name again for each of its rows. A page mentions few users, most of them often.
async fn names(rows: &[AuditRow], db: &Database) -> Result<HashMap<Id<UserRow>, String>> {
    let mentioned = rows.iter().flat_map(|row| [row.actor_id, row.user_id]);
    let users: BTreeSet<_> = mentioned.flatten().collect();
    let users = Vec::from_iter(users);
    let mut names = HashMap::new();
    for users in users.chunks(NAMES) {
        let named = UserRow::filter(UserRow::U_ID.in_(users.iter().copied()));
        let named = named.select((UserRow::U_ID, UserRow::USERNAME));
        names.extend(named.all(db).await?);
    }
    Ok(names)
}

fn entry(row: AuditRow, names: &HashMap<Id<UserRow>, String>) -> AuditEntry {
    // A deleted user has an empty name.
    let name = |user: Option<Id<UserRow>>| {
        let name = names.get(&user?).filter(|name| !name.is_empty());
        name.cloned()
    };
    AuditEntry {
        id: row.a_id.get(),
        act: row.act,
        time: row.create_time,
        actor: row.actor_id.map(UserId::from),
        actor_name: name(row.actor_id),
        peer: row.peer,
        user: row.user_id.map(UserId::from),
        user_name: name(row.user_id),
        movie: row.movie_id.map(MovieId::from),
        notice: row.notice_id.map(NoticeId::from),
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

    pub(crate) fn about_user(mut self, user: Option<Id<UserRow>>) -> Self {
        self.user_id = user;
        self
    }

    pub(crate) fn about_movie(mut self, movie: Id<MovieRow>) -> Self {
        self.movie_id = Some(movie);
        self
    }

    pub(crate) fn about_notice(mut self, notice: Id<NoticeRow>) -> Self {
        self.notice_id = Some(notice);
        self
    }

    /// Writes it in the transaction of the act, with the events of the act.
    pub(crate) async fn write(self, tx: &mut Transaction) -> Result<()> {
        let (happened, kinds, now) = (Happened::from(&self), kinds_of(self.act), self.create_time);
        self.insert(&mut *tx).await?;
        happened.write(kinds, now, tx).await
    }
}
