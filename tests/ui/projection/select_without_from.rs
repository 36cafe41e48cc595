// mistakes: 1

use youku_orm::Projection;

#[derive(Projection)]
struct Named {
    #[model(select = User::USERNAME)]
    name: String,
}

fn main() {}
