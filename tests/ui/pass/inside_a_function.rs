//! A model may live in the body of a function.

#![deny(warnings)]

use youku_orm::{ColumnEnum, Id, Insertable, Model, Value};

pub(crate) fn main() {
    const NOBODY: &str = "nobody";

    #[derive(Clone, Copy, ColumnEnum)]
    enum Role {
        Admin,
    }

    #[derive(Model)]
    struct User {
        #[model(primary_key, auto)]
        id: Id<User>,
        #[model(default = NOBODY)]
        name: String,
        #[model(default = Role::Admin)]
        role: Role,
        inviter: Option<Id<Self>>,
    }

    let values = NewUser { inviter: None }.into_values();
    assert_eq!(
        values,
        [
            Value::Text(NOBODY.to_owned()),
            Value::Text(Role::Admin.name().to_owned()),
            Value::Null
        ]
    );
    let _ = User::filter(User::INVITER.eq(Id::new(4)));
}
