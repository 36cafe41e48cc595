//! Checks the parsed input, with one function for each rule. Every rule reports separately, so no mistake
//! hides another.

pub(crate) mod shape;

pub(crate) mod key;
pub(crate) mod version;

pub(crate) mod name;
pub(crate) mod stored;

pub(crate) mod option;
pub(crate) mod redundant;
pub(crate) mod reference;

pub(crate) mod index;

use quote::format_ident;

use crate::errors::Errors;
use crate::model::{Column, Model};
use crate::parse::known_attributes::Setting;
use crate::parse::parsed::{Field, Parsed};

pub(crate) use shape::has_named_fields;
pub(crate) use stored::fault as type_fault;

/// `None` only after a mistake has been pushed.
pub(crate) fn check<'a>(parsed: &'a Parsed<'a>, errors: &mut Errors) -> Option<Model<'a>> {
    let for_enum = "write `#[derive(ColumnEnum)]` for an enum that is the type of a column";
    has_named_fields(parsed.input, "a model", for_enum, errors)?;
    shape::has_columns(parsed, errors)?;
    shape::has_no_generics(parsed, errors);
    name::is_legal(&parsed.table, name::Kind::Table, errors);
    name::columns_differ(parsed, errors);
    name::constants_differ(parsed, errors);
    name::groups_differ(parsed, errors);
    index::groups_fit(parsed, errors);
    for field in &parsed.fields {
        option::skip_stands_alone(field, errors);
    }
    let columns: Vec<_> = parsed
        .columns()
        .map(|field| column(field, errors))
        .collect();
    let key = key::is_one(parsed, errors);
    key::auto_is_own_id(parsed, errors);
    version::is_one_at_most(parsed, errors);
    Some(Model {
        ident: &parsed.input.ident,
        vis: &parsed.input.vis,
        runtime: &parsed.private,
        private: format_ident!("__orm"),
        new: parsed.new_ident(),
        table: &parsed.table.text,
        columns: columns.into_iter().collect::<Option<_>>()?,
        key: key?,
        skipped: parsed
            .fields
            .iter()
            .filter(|field| field.is_skipped())
            .collect(),
    })
}

fn column<'a>(field: &'a Field<'a>, errors: &mut Errors) -> Option<Column<'a>> {
    name::is_legal(&field.column, name::Kind::Column, errors);
    name::group_is_legal(field, errors);
    redundant::index_is_needed(field, errors);
    stored::type_is_known(field, errors);
    key::has_key_type(field, errors);
    key::auto_is_key(field, errors);
    key::auto_is_integer(field, errors);
    option::length_is_of_text(field, errors);
    index::is_not_of_json(field, errors);
    version::is_unsigned(field, errors);
    reference::is_there(field, errors);
    reference::is_kept_to_act(field, errors);
    let on_delete = reference::on_delete(field, errors);
    let length = option::length(field, errors);
    Some(Column {
        field,
        name: &field.column.text,
        source: option::source(field, errors)?,
        length: length.ok()?,
        unique: field.settings.group(Setting::Unique),
        index: field.settings.group(Setting::Index),
        references: field.settings.path(Setting::References),
        on_delete: on_delete.ok()?,
        foreign_key: !field.settings.has(Setting::NoForeignKey),
    })
}
