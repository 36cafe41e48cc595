//! Generated code takes nothing from the scope it lands in.

#![deny(warnings)]

#[allow(dead_code, unused_macros)]
mod scope {
    struct Option;
    struct Result;
    struct String;
    struct Vec;
    struct Box;
    struct Some;
    struct None;
    struct Ok;
    struct Err;
    struct R;
    struct B;
    trait Default {}
    trait Send {}
    trait From {}
    trait Into {}
    trait Copy {}
    trait Clone {}
    trait Sized {}
    trait Model {}
    trait New {}
    trait Row {}
    trait Bind {}
    trait Column {}
    macro_rules! unreachable {
        () => {};
    }
    mod core {}
    mod std {}
    mod youku_orm {}

    #[derive(::youku_orm::Model)]
    pub(crate) struct User {
        #[model(primary_key, auto)]
        u_id: ::youku_orm::Id<User>,
        #[model(default = "Ada")]
        name: ::std::string::String,
        role: ::std::option::Option<Role>,
        email: Email,
        #[model(skip)]
        cache: ::std::vec::Vec<u8>,
    }

    #[derive(::std::clone::Clone, ::std::marker::Copy, ::youku_orm::ColumnEnum)]
    pub(crate) enum Role {
        Admin,
    }

    #[derive(::youku_orm::Projection)]
    #[model(from = User)]
    pub(crate) struct Name {
        name: ::std::string::String,
        #[model(select = User::ROLE)]
        what: ::std::option::Option<Role>,
    }

    #[derive(::youku_orm::ColumnType)]
    pub(crate) struct Email(::std::string::String);
}

pub(crate) fn main() {
    let _ = <scope::User as youku_orm::Model>::query().select_as::<scope::Name>();
    assert_eq!(
        <scope::User as youku_orm::Table>::INSERT,
        "INSERT INTO `user` (`name`, `role`, `email`) VALUES (?, ?, ?)"
    );
}
