// mistakes: 6

use youku_orm::{Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    #[model(references = User)]
    invited_by: Option<u32>,
    group: Id<Group>,
    label: Option<Id<Label>>,
    #[model(no_foreign_key)]
    hidden: Hidden,
    #[model(no_foreign_key)]
    right: Id<Session>,
}

#[derive(Model)]
struct Group {
    #[model(primary_key, auto)]
    id: i32,
    #[model(no_foreign_key)]
    parent: Option<Id<Self>>,
}

#[derive(Model)]
struct Label {
    #[model(primary_key, length = 20)]
    name: String,
}

#[derive(Model)]
struct Session {
    #[model(primary_key)]
    number: u64,
}

mod other {
    use youku_orm::{Id, Model};

    #[derive(Model)]
    pub struct Label {
        #[model(primary_key, auto)]
        id: Id<Label>,
        #[model(no_foreign_key)]
        of_the_same_name: Id<super::Label>,
    }
}

type Hidden = Option<Id<Group>>;

fn main() {}
