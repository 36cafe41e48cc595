// mistakes: 1

use youku_orm::Projection;

#[derive(Projection)]
struct Nothing {}

fn main() {}
