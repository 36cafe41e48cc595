//! Example programs of the workspace; each one is a `[[example]]` target of this package.
