//! The ids that leave the crate, and the keys of the rows that they identify.

use youku_orm::Id;

use crate::basics::id::{InviteId, MovieId, NoticeId, SessionId, UserId};
use crate::records::{InviteRow, MovieRow, NoticeRow, SessionRow, UserRow};

macro_rules! key {
    ($name:ident, $row:ident) => {
        impl $name {
            /// The same as a key.
            pub(crate) fn key(self) -> Id<$row> {
                Id::new(self.get())
            }
        }

        impl From<Id<$row>> for $name {
            fn from(key: Id<$row>) -> Self {
                Self::new(key.get())
            }
        }
    };
}
key!(UserId, UserRow);
key!(MovieId, MovieRow);
key!(NoticeId, NoticeRow);
key!(InviteId, InviteRow);
key!(SessionId, SessionRow);
