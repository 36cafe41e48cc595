// mistakes: 1

use youku_orm::{ColumnType, Model};

#[derive(Clone, PartialEq, ColumnType)]
struct Weight(f64);

#[derive(Model)]
struct Parcel {
    #[model(primary_key)]
    weight: Weight,
}

fn main() {}
