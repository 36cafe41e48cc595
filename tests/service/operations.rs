//! What a host does with a service: open it, migrate, observe, sweep, back up.

mod opening;
mod schema;

mod prefix;
mod storage;

mod audit;
mod audit_pages;
mod hosting;

mod rounds;
mod sweep;

mod bounds;

mod backups;
mod keeping;
#[cfg(target_os = "linux")]
mod memory;
