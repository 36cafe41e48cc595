//! `r#type` is the column `type` and the constant `TYPE`.

use youku_orm::{Insertable, Model, Table, Value};

#[derive(Model)]
#[allow(non_camel_case_types)]
struct r#struct {
    #[model(primary_key, auto)]
    r#type: u64,
    #[model(default = 7)]
    r#match: u8,
    r#in: String,
}

pub(crate) fn main() {
    assert_eq!(r#struct::TABLE, "struct");
    assert_eq!(
        r#struct::SELECT,
        "SELECT `type`, `match`, `in` FROM `struct`"
    );
    assert_eq!(r#struct::TYPE.name(), "type");
    let new = Newstruct {
        r#in: "a".to_owned(),
    };
    let values = new.into_values();
    assert_eq!(values, [Value::U64(7), Value::Text("a".to_owned())]);
}
