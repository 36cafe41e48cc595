//! A field, its constant and its place in `NewX` are seen from the same places; private ones raise no lint.

#![deny(warnings, unreachable_pub)]

use youku_orm::Model;

mod models {
    use youku_orm::{Model, Table};

    #[derive(Model)]
    pub(crate) struct User {
        #[model(primary_key, auto)]
        pub(crate) id: u64,
        pub(crate) name: String,
        #[model(default = 0)]
        logins: u32,
    }

    #[derive(Model)]
    struct Private {
        #[model(primary_key)]
        name: String,
    }

    impl User {
        pub(crate) fn of_new_users() -> youku_orm::Filter<Self> {
            Self::LOGINS.eq(0)
        }
    }

    pub(crate) fn private_table() -> &'static str {
        Private::TABLE
    }
}

pub(crate) fn main() {
    let new = models::NewUser {
        name: "ada".to_owned(),
    };
    let _ = models::User::insert(new);
    let _ = models::User::filter(models::User::of_new_users()).order_by(models::User::ID.asc());
    assert_eq!(models::private_table(), "private");
}
