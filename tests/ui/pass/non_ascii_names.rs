//! Names in any script are names of tables, columns and constants.

use youku_orm::{ColumnEnum, Model, Table};

#[derive(Model)]
struct 用户 {
    #[model(primary_key, auto)]
    编号: u64,
    größe: u32,
    #[model(column = "имя")]
    name: String,
    art: Art,
}

#[derive(Clone, Copy, ColumnEnum)]
enum Art {
    Öffentlich,
}

pub(crate) fn main() {
    assert_eq!(
        用户::SELECT,
        "SELECT `编号`, `größe`, `имя`, `art` FROM `用户`"
    );
    assert_eq!(用户::编号.name(), "编号");
    assert_eq!(用户::GRÖSSE.name(), "größe");
    assert_eq!(Art::NAMES, ["öffentlich"]);
    let _ = New用户 {
        größe: 1,
        name: String::new(),
        art: Art::Öffentlich,
    };
}
