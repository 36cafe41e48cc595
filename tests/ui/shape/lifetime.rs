// mistakes: 1

use std::borrow::Cow;

use youku_orm::Model;

#[derive(Model)]
struct User<'a> {
    #[model(primary_key, auto)]
    u_id: u64,
    username: Cow<'a, str>,
}

fn main() {}
