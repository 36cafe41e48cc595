//! A model may live in the body of a function.

#![deny(warnings)]

use youku_orm::{ColumnEnum, Id, Model, New};

fn main() {
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

    let user = NewUser { inviter: None }.into_model(4);
    assert_eq!(
        (user.id, user.name.as_str(), user.role.name()),
        (Id::new(4), NOBODY, "admin")
    );
    assert!(user.inviter.is_none());
    let _ = User::filter(User::INVITER.eq(user.id));
}
