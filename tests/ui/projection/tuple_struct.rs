// mistakes: 1

use youku_orm::Projection;

#[derive(Projection)]
struct Names(String, String);

fn main() {}
