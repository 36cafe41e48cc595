// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
union Number {
    integer: u32,
    float: f32,
}

fn main() {}
