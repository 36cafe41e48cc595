// mistakes: 2

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: u64,
    #[model(on_delete = "cascade")]
    invited_by: u64,
    #[model(no_foreign_key)]
    name: Option<String>,
}

fn main() {}
