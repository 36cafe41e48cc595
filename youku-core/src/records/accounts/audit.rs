//! Who did what, and when.

use youku_orm::{ColumnEnum, Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::MovieRow;
use crate::records::notice::NoticeRow;

/// What was done: an administrative act or an event of security.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnEnum)]
#[non_exhaustive]
pub enum Act {
    /// Somebody registered as a user.
    Registered,
    /// Somebody logged in.
    LoggedIn,
    /// Failed log-ins locked a name for a while. Nobody is the actor, and the user is none when
    /// nobody has that name.
    NameLocked,
    /// Somebody logged out.
    LoggedOut,
    /// Somebody changed their password.
    PasswordChanged,
    /// Whoever runs the service gave the user another password. Nobody is the actor.
    PasswordReset,
    /// An administrator locked the user.
    UserLocked,
    /// An administrator unlocked the user, or their name after failed log-ins.
    UserUnlocked,
    /// An administrator made the user an administrator.
    Promoted,
    /// An administrator made the user none.
    Demoted,
    /// An administrator was made without an invite, by whoever runs the service. Nobody is the
    /// actor.
    AdminCreated,
    /// An administrator made an invite.
    AdminInvited,
    /// Somebody registered as an administrator; the user is who had invited them.
    InviteUsed,
    /// A movie was listed by an upload, for the first time or again.
    MovieUploaded,
    /// A movie was deleted.
    MovieDeleted,
    /// A deleted movie was listed again.
    MovieRestored,
    /// A movie was given another name.
    MovieRenamed,
    /// A movie that was charged is free from then on.
    MovieMadeFree,
    /// A movie that was free is charged from then on.
    MovieMadeCharged,
    /// A notice was published.
    NoticePublished,
}

impl Act {
    /// The act as it is stored: lower case, words joined by `_`. It never changes.
    ///
    /// ```
    /// assert_eq!(youku_core::Act::UserLocked.as_str(), "user_locked");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.name()
    }
}

/// One act. It is written by the transaction of the act and never changed.
///
/// Its columns are no foreign keys: a line outlives what it is about, and writing one waits for
/// nobody who changes a user or a movie.
#[derive(Debug, Clone, Model)]
#[model(table = "audit")]
pub(crate) struct AuditRow {
    #[model(primary_key, auto)]
    pub(crate) a_id: Id<AuditRow>,
    pub(crate) act: Act,
    pub(crate) create_time: Timestamp,
    /// Who did it.
    #[model(no_foreign_key)]
    pub(crate) actor_id: Option<Id<UserRow>>,
    /// Where it was done from, as the host said it; empty when it did not.
    #[model(length = 255)]
    pub(crate) peer: String,
    /// To whom.
    #[model(no_foreign_key)]
    pub(crate) user_id: Option<Id<UserRow>>,
    #[model(no_foreign_key)]
    pub(crate) movie_id: Option<Id<MovieRow>>,
    #[model(no_foreign_key)]
    pub(crate) notice_id: Option<Id<NoticeRow>>,
}
