// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    an_attempt_to_say_all_there_is_to_say_about_a_column_in_its_own_name: String,
}

fn main() {}
