//! How single values are written, for `#[serde(with)]`.

use youku_core::Kind;

/// The kind of a movie, by whether it is free.
pub(crate) fn kind(is_free: bool) -> Kind {
    if is_free { Kind::Free } else { Kind::Charged }
}

/// A role, in the spelling of [`UserType`](crate::message::UserType).
pub(super) mod role {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use youku_core::Role;

    use crate::message::UserType;

    pub(crate) fn serialize<S: Serializer>(role: &Role, to: S) -> Result<S::Ok, S::Error> {
        UserType::from(*role).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Role, D::Error> {
        UserType::deserialize(from).map(Role::from)
    }
}

/// The kind of a movie, as whether it is free.
pub(super) mod is_free {
    use serde::{Deserialize, Deserializer, Serializer};
    use youku_core::Kind;

    pub(crate) fn serialize<S: Serializer>(kind: &Kind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bool(*kind == Kind::Free)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Kind, D::Error> {
        bool::deserialize(from).map(super::kind)
    }
}
