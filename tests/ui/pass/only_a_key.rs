//! A model may be nothing but its key.

#![deny(warnings)]

use youku_orm::{Insertable, Model, Table};

#[derive(Model)]
struct Ticket {
    #[model(primary_key, auto)]
    id: u64,
}

pub(crate) fn main() {
    assert_eq!(Ticket::INSERT, "INSERT INTO `ticket` () VALUES ()");
    assert_eq!(
        Ticket::UPDATE,
        "UPDATE `ticket` SET `id` = `id` WHERE `id` = ?"
    );
    let values = NewTicket {}.into_values();
    assert!(values.is_empty());
    assert_eq!(*Ticket { id: 5 }.key(), 5);
}
