//! Movies as users and administrators see them: views, lists, edits.

pub(crate) mod view;

pub(crate) mod list;
pub(crate) mod search;

pub(crate) mod sort;
pub(crate) mod titles;

pub(crate) mod name;
pub(crate) mod quota;

pub(crate) mod edit;

pub(crate) mod details;

pub(crate) mod delete;
