//! A table with a column of every type.

use youku_orm::{ColumnEnum, Id, Model, Timestamp, civil};

use crate::models::Person;

/// One nullable column of each type.
#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Specimen {
    #[model(primary_key, auto)]
    pub(crate) id: u64,
    #[model(default = None)]
    pub(crate) tiny: Option<i8>,
    #[model(default = None)]
    pub(crate) small: Option<i16>,
    #[model(default = None)]
    pub(crate) normal: Option<i32>,
    #[model(default = None)]
    pub(crate) big: Option<i64>,
    #[model(default = None)]
    pub(crate) tiny_unsigned: Option<u8>,
    #[model(default = None)]
    pub(crate) small_unsigned: Option<u16>,
    #[model(default = None)]
    pub(crate) normal_unsigned: Option<u32>,
    #[model(default = None)]
    pub(crate) big_unsigned: Option<u64>,
    #[model(default = None)]
    pub(crate) single: Option<f32>,
    #[model(default = None)]
    pub(crate) double: Option<f64>,
    #[model(default = None)]
    pub(crate) flag: Option<bool>,
    #[model(default = None)]
    pub(crate) text: Option<String>,
    #[model(default = None)]
    pub(crate) bytes: Option<Vec<u8>>,
    #[model(default = None)]
    pub(crate) instant: Option<Timestamp>,
    #[model(default = None)]
    pub(crate) date: Option<civil::Date>,
    #[model(default = None)]
    pub(crate) clock: Option<civil::Time>,
    #[model(default = None)]
    pub(crate) moment: Option<civil::DateTime>,
    #[model(default = None)]
    pub(crate) colour: Option<Colour>,
    #[model(default = None, no_foreign_key)]
    pub(crate) person: Option<Id<Person>>,
}

#[derive(ColumnEnum, Debug, Clone, Copy, PartialEq)]
pub(crate) enum Colour {
    Red,
    DarkBlue,
}
