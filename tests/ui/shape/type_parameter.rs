// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User<T> {
    #[model(primary_key, auto)]
    u_id: u64,
    extra: T,
}

fn main() {}
