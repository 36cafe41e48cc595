//! The behaviour of the movie service, written once and run on SQLite and MariaDB, with movies in a
//! folder of the local disk. A test that depends on the store runs on every kind of store.

mod accounts;
mod admins;
mod audit;
mod backups;
mod bank;
mod between;
#[cfg(unix)]
mod crashes;
mod cut_off;
mod download_limits;
mod downloads;
mod dropped;
mod edits;
#[cfg(target_os = "linux")]
mod failing_disk;
mod failing_store;
#[cfg(target_os = "linux")]
mod full_disk;
mod handles;
mod history;
mod listings;
mod lockouts;
mod lost_replies;
mod lost_s3_replies;
mod membership_payments;
mod memberships;
#[cfg(target_os = "linux")]
mod memory;
mod movies;
mod notices;
mod opening;
mod operations;
mod passwords;
mod payments;
mod prefix;
mod purchases;
mod quotas;
mod races;
mod refused_commits;
mod resumed_uploads;
mod revocation;
mod rounds;
mod schema;
mod sessions;
mod storage;
mod stores;
mod sweep;
mod upload_faults;
mod upload_owners;
mod upload_restarts;
mod uploads;
mod users;
mod vanishing;
mod waits;
mod world;
