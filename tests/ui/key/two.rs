// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct Seat {
    #[model(primary_key)]
    row: u32,
    #[model(primary_key)]
    number: u32,
}

fn main() {
    let _ = Seat::query().order_by(Seat::ROW.asc()).order_by(Seat::NUMBER.asc());
}
