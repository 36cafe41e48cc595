//! A model may be nothing but its key.

#![deny(warnings)]

use youku_orm::{Model, New};

#[derive(Model)]
struct Ticket {
    #[model(primary_key, auto)]
    id: u64,
}

fn main() {
    assert_eq!(Ticket::INSERT, "INSERT INTO `ticket` () VALUES ()");
    assert_eq!(
        Ticket::UPDATE,
        "UPDATE `ticket` SET `id` = `id` WHERE `id` = ?"
    );
    assert_eq!(NewTicket {}.into_model(5).id, 5);
}
