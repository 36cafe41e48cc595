//! Types behind an alias, whose spelling tells the macro nothing: what an attribute asks of them holds.

use youku_orm::{Id, Model, Table};

type UserId = Id<User>;
type Name = String;
type Digest = Vec<u8>;
type Revision = u32;
type Inviter = Option<Id<User>>;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: UserId,
    #[model(unique, length = 64)]
    name: Name,
    #[model(length = 32)]
    digest: Digest,
    #[model(version)]
    revision: Revision,
    #[model(on_delete = "set_null")]
    invited_by: Inviter,
}

pub(crate) fn main() {
    let [id, name, digest, revision, invited_by] = User::COLUMNS else {
        panic!("five columns");
    };
    assert!(id.auto && revision.version);
    assert_eq!((name.length, digest.length), (Some(64), Some(32)));
    assert!(invited_by.nullable && invited_by.references.is_some());
    assert_eq!(User::VERSION, Some(3));
}
