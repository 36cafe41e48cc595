//! What the user wrote: attributes, settings, names and types, as far as they can be read.

pub(crate) mod known_attributes;

pub(crate) mod grammar;
pub(crate) mod value;

pub(crate) mod settings;

pub(crate) mod names;
pub(crate) mod types;

pub(crate) mod parsed;
