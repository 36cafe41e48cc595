// mistakes: 1

use youku_orm::Model;

/// The types of a crate that `youku-orm` knows by a feature, which is off.
mod uuid {
    pub struct Uuid;
}

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    token: uuid::Uuid,
}

fn main() {}
