//! What the attributes of a field say about its column.

use youku_orm::{Insertable, Model, Table, Value};

#[derive(Model)]
struct Movie {
    #[model(primary_key, auto)]
    id: u32,
    #[model(unique = "name_and_year", length = 200)]
    name: String,
    #[model(unique = "name_and_year", index)]
    year: u16,
    #[model(unique, index = "digest_and_size")]
    digest: Vec<u8>,
    #[model(index = "digest_and_size", default = 2 + 3)]
    size: i64,
    #[model(default = -1)]
    price: i32,
    #[model(default = "none")]
    note: Option<String>,
    #[model(default = [b'a', b'b'].to_vec())]
    head: Vec<u8>,
    #[expect(dead_code, reason = "nothing that is generated reads it")]
    #[model(skip)]
    viewers: Vec<String>,
}

pub(crate) fn main() {
    let column = |name: &str| {
        Movie::COLUMNS
            .iter()
            .find(|column| column.name == name)
            .expect("a column of that name")
    };
    assert_eq!(Movie::KEY, 0);
    assert!(column("id").key && column("id").auto);
    assert_eq!(
        (column("name").unique, column("name").length),
        (Some("name_and_year"), Some(200))
    );
    assert_eq!(
        (column("year").unique, column("year").index),
        (Some("name_and_year"), Some(""))
    );
    assert_eq!(
        (column("digest").unique, column("digest").index),
        (Some(""), Some("digest_and_size"))
    );
    assert!(column("note").nullable && !column("price").nullable);
    let constants = Movie::COLUMNS
        .iter()
        .filter(|column| column.default.is_some());
    assert_eq!(
        constants.map(|column| column.name).collect::<Vec<_>>(),
        ["price", "note"]
    );

    let new = NewMovie {
        name: "Alien".to_owned(),
        year: 1979,
        digest: vec![7],
    };
    let values = new.into_values();
    assert_eq!(
        values,
        [
            Value::Text("Alien".to_owned()),
            Value::U64(1979),
            Value::Bytes(vec![7]),
            Value::I64(5),
            Value::I64(-1),
            Value::Text("none".to_owned()),
            Value::Bytes(b"ab".to_vec()),
        ]
    );
}
