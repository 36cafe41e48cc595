//! Who did what, and when.

use youku_orm::{ColumnEnum, Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;
use crate::records::movies::movie::MovieRow;
use crate::records::notice::NoticeRow;

/// What was done: an administrative act or a security event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnEnum)]
#[non_exhaustive]
pub enum Act {
    /// A user registered.
    Registered,
    /// A user logged in.
    LoggedIn,
    /// Failed log-ins locked a name for a while. There is no actor, and no user either if no user
    /// has that name.
    NameLocked,
    /// A user logged out.
    LoggedOut,
    /// A session was ended by its user from another one, or by an administrator.
    SessionEnded,
    /// A user deleted their account.
    AccountDeleted,
    /// An administrator deleted the account of the user.
    UserDeleted,
    /// A user changed their password.
    PasswordChanged,
    /// The operator of the service gave the user another password. There is no actor.
    PasswordReset,
    /// An administrator locked the user.
    UserLocked,
    /// An administrator unlocked the user, or their name after failed log-ins.
    UserUnlocked,
    /// An administrator made the user an administrator.
    Promoted,
    /// An administrator removed the administrator role from the user.
    Demoted,
    /// The operator of the service created an administrator without an invite. There is no actor.
    AdminCreated,
    /// An administrator created an invite for an administrator.
    AdminInvited,
    /// An administrator created an invite for a user.
    UserInvited,
    /// An invited person registered; the user is the administrator who had invited them.
    InviteUsed,
    /// An administrator revoked an invite; the user is the administrator who had created it.
    InviteRevoked,
    /// An upload listed a movie, for the first time or again.
    MovieUploaded,
    /// A movie was deleted.
    MovieDeleted,
    /// A deleted movie was listed again.
    MovieRestored,
    /// The bytes of a movie were removed for good.
    MoviePurged,
    /// A movie got another name.
    MovieRenamed,
    /// A movie that had to be paid for became free.
    MovieMadeFree,
    /// A free movie has to be paid for from then on.
    MovieMadeCharged,
    /// What is said about a movie changed, or its poster.
    MovieDescribed,
    /// A notice was published.
    NoticePublished,
    /// A notice was changed.
    NoticeEdited,
    /// A notice was deleted.
    NoticeDeleted,
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

/// One act. The transaction of the act writes it, and it never changes.
///
/// Its columns are not foreign keys: an entry outlives what it is about, and writing one does not
/// wait for transactions that change a user or a movie.
#[derive(Debug, Clone, Model)]
#[model(table = "audit")]
pub(crate) struct AuditRow {
    #[model(primary_key, auto)]
    pub(crate) a_id: Id<AuditRow>,
    pub(crate) act: Act,
    pub(crate) create_time: Timestamp,
    /// The actor.
    #[model(no_foreign_key)]
    pub(crate) actor_id: Option<Id<UserRow>>,
    /// Where it was done from, as the host said; empty if the host did not say.
    #[model(length = 255)]
    pub(crate) peer: String,
    /// The user it was done to.
    #[model(no_foreign_key)]
    pub(crate) user_id: Option<Id<UserRow>>,
    #[model(no_foreign_key)]
    pub(crate) movie_id: Option<Id<MovieRow>>,
    #[model(no_foreign_key)]
    pub(crate) notice_id: Option<Id<NoticeRow>>,
}
