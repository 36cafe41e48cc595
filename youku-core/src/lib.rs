//! The Youku movie service as a library: accounts, sessions, movies, memberships, notices and
//! history, to embed in a program of your own.
//!
//! It contains no sockets, HTTP or terminals: a host passes requests in and answers out, as
//! `youku-server` does over TCP. It stores its data in a database (SQLite, MySQL or MariaDB) and
//! the bytes of movies in a store (a folder, memory, a bucket of S3 with the feature `s3`, or any
//! `object_store`).
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> youku_core::Result<()> {
//! use youku_core::{Begin, Credentials, Kind, NewMovie, Registration, Youku, first};
//!
//! let youku = Youku::builder().database("sqlite::memory:").movies("memory:///").open().await?;
//!
//! // The operator creates the first administrator; administrators invite others.
//! let root = Registration { username: "root".into(), password: "correct horse".into() };
//! youku.create_admin(root).await?;
//! let credentials = Credentials {
//!     username: "root".into(),
//!     password: "correct horse".into(),
//!     role: None,
//!     peer: "[::1]:1999".into(),
//! };
//! let session = youku.login(credentials).await?;
//!
//! // Only an `Admin` uploads; only a session whose user is an administrator gives one.
//! let admin = session.admin().await?;
//! let bytes: &[u8] = b"not much of a movie";
//! let movie = NewMovie {
//!     name: "The Matrix.mp4".into(),
//!     size: bytes.len() as u64,
//!     kind: Kind::Free,
//!     sha256: None,
//!     hint: None,
//! };
//! let movie = match admin.upload(movie).await? {
//!     Begin::Exists(movie) => movie,
//!     Begin::Open(mut upload) => {
//!         upload.copy_from(bytes).await?;
//!         upload.finish().await?.movie.id
//!     }
//! };
//! assert_eq!(session.movies().matching("matrix").page(first(50)).await?.len(), 1);
//!
//! // Members do not wait. Others wait for 30 s by default, inside of `body`.
//! session.renew_membership(0).await?;
//! let download = session.download(movie).open().await?;
//! assert_eq!(download.file_name, "The Matrix.mp4");
//! let mut body = download.body().await?;
//! while let Some(chunk) = body.chunk().await? {
//!     // Send it to the client.
//!     assert_eq!(chunk, bytes);
//! }
//! assert_eq!(session.history(first(50)).await?[0].movie_name, "The Matrix.mp4");
//! # youku.close().await }
//! ```
//!
//! The folder `examples` of the repository has complete programs: `embed_axum` serves over HTTP,
//! `embed_cli` has no server, and `existing_pool` shares its database with the service.
//!
//! # Where to look
//!
//! | to | look at |
//! |---|---|
//! | open a service, choose limits, waits and prices | [`Youku::builder`], [`Policy`] |
//! | register, log in, find the session of a request | [`Youku::register`], [`Youku::login`], [`Youku::session`] |
//! | do what a user does: list, download, buy, read | [`Session`] |
//! | do what an administrator does: upload, delete, announce, invite, lock users, read the audit | [`Admin`] |
//! | answer a client that was refused | [`Error`], [`Code`], [`Rule`] |
//! | store a file under a name that someone else chose | [`local_file_name`] |
//! | keep a service going | [`Youku::maintenance`], [`Youku::health`], [`Youku::statistics`] |
//! | act for a user whom the host has identified, or for no person | [`Youku::session_for`], [`Youku::system`] |
//! | help a user who forgot a password | [`Youku::reset_password`] |
//! | delete an account, or hand out its data | [`Session::delete_account`], [`Session::export`] |
//! | check that every movie is unchanged | [`Youku::verify`] |
//! | see what a sweep would remove, and what it has hidden | [`Youku::sweep_plan`], [`Youku::hidden_movies`], [`Builder::open_read_only`] |
//! | end what holds sweeps back | [`Youku::accept_database`], [`Youku::accept_clock`] |
//! | say more about a movie than its name | [`Admin::describe`], [`Admin::set_poster`], [`Session::movie_details`] |
//! | register a user in a transaction of your own | [`Youku::register_in`] |
//! | show how far an upload is | [`Upload::progress`], [`Admin::watch_upload`] |
//! | be told what happens | [`Youku::subscribe`], [`Youku::deliver`] |
//! | refuse uploads, for example after a scan for viruses | [`UploadCheck`] |
//! | take real money | [`Payments`] |
//! | test a program that embeds this | [`testing`] |
//!
//! # What holds everywhere
//!
//! - **Handles are capabilities.** A [`Session`] or [`Admin`] proves that its user was allowed to
//!   have it. Every change checks session and role again, inside its own transaction, so a handle
//!   that has outlived its session is harmless.
//! - **The database decides races.** When many clients want the same thing at once, at any number
//!   of servers, one gets it and the others get an error: a user name, the bytes of a movie, a
//!   purchase, an invite.
//! - **Only complete movies are listed.** The transaction that lists a movie follows the sync of
//!   its last byte; see [`Upload`].
//! - **Time and randomness are passed in**, see [`Clock`] and [`Randomness`].
//! - **Dropping a future is safe.** Each function documents what may have happened by then.
//! - **Money** is counted in fen, a hundredth of a yuan, in whole numbers.
//!
//! It needs a Tokio runtime with its timer enabled.
//!
//! # Running a service
//!
//! - **Schema.** Opening runs the pending migrations of the database, or only checks that they were
//!   run ([`Builder::migrations`], [`Builder::migrate`]), and compares the tables with what this
//!   program needs. An older program refuses a database that a newer one has migrated.
//! - **A database of your own.** [`Builder::existing_database`] shares your connection pool, and
//!   [`Builder::table_prefix`] keeps the tables apart from yours.
//! - **Maintenance.** Nothing runs by itself: run [`Youku::maintenance`] next to your server, at
//!   one node or at all of them. Without it the service still works correctly, but expired data
//!   stays and takes up space.
//! - **Health.** [`Youku::health`] is for a readiness probe, [`Youku::statistics`] for a page for
//!   operators.
//! - **Logs** go through `tracing`: `info` for what users did, `warn` for problems that resolve
//!   themselves, `error` for problems that an operator has to look at, `debug` for every statement.
//!   They contain no password, token or invite, and no digest of one.
//! - **Backup.** Copy the database first and the movies after it: a row whose bytes are missing is
//!   hidden until they are back, and bytes without a row are removed after
//!   [`Policy::orphan_grace`]. After restoring an older copy of the database nothing is removed until
//!   [`Youku::accept_database`]. Copy an SQLite file with `VACUUM INTO` or SQLite's
//!   own backup, never with `cp` while it is open; copy MySQL with `mariadb-dump
//!   --single-transaction`. The files in the folder of movies are written once, so any copy of
//!   `objects` and `store-id` will do. Deleted movies keep their bytes between the two copies.
//!
//! | metric | is | labels |
//! |---|---|---|
//! | `youku_registrations_total` | users who registered | `role`: `user`, `admin` |
//! | `youku_logins_total` | log-ins | `outcome`: `ok`, `refused`, `locked` |
//! | `youku_password_comparisons_total` | passwords compared for log-ins, also for unknown names | `cost`: the parameters of Argon2id |
//! | `youku_uploads_total` | uploads that ended well | `movie`: `new`, `known` |
//! | `youku_uploaded_bytes_total` | their bytes | |
//! | `youku_downloads_total` | downloads whose bytes began | |
//! | `youku_statement_seconds` | histogram of statements to the database | `database`, `outcome`: `ok`, `error` |
//! | `youku_maintenance_rounds_total` | rounds of maintenance | `outcome`: `ok`, `error` |
//! | `youku_maintenance_held_back_total` | sweeps that were held back from removing anything | `reason`: `clock_jumped`, `database_restored`, `store_incomplete` |
//! | `youku_maintenance_removed_total` | what they removed | `kind` |
//!
//! They go through the [`metrics`](https://docs.rs/metrics) facade. Install a recorder before the
//! service is opened, otherwise nothing is recorded.

mod basics;
mod host;

mod records;

mod credentials;

mod storage;

mod service;
mod sessions;

mod accounts;

mod movies;

mod money;

mod uploads;

mod downloads;

mod notices;

mod operations;

mod builder;

pub mod testing;

pub use accounts::export::{
    Export, ExportedAccount, ExportedDownload, ExportedMembership, ExportedMovie, ExportedNotice,
    ExportedPayment, ExportedPurchase, ExportedSession, ExportedUpload,
};
pub use accounts::invite::{Invite, InviteView};
pub use accounts::login::Credentials;
pub use accounts::password_change::PasswordChange;
pub use accounts::register::Registration;
pub use accounts::register::in_transaction::PreparedRegistration;
pub use accounts::users::UserView;
pub use basics::code::Code;
pub use basics::error::{Error, Result};
pub use basics::file_name::local_file_name;
pub use basics::id::{InviteId, MovieId, NoticeId, SessionId, UserId};
pub use basics::page::{Cursor, Listing, Page, first};
pub use basics::rule::Rule;
pub use builder::Builder;
pub use downloads::body::{Body, BodyFile};
pub use downloads::download::Download;
pub use downloads::history::HistoryEntry;
pub use downloads::open::DownloadRequest;
pub use downloads::quote::Quote;
pub use host::clock::{Clock, Sleep, SystemClock};
pub use host::password_cost::PasswordCost;
pub use host::payments::{Charge, Charging, Item, Ledger, Payment, Payments};
pub use host::policy::Policy;
pub use host::policy::descriptions::DescriptionLimits;
pub use host::policy::events::EventPolicy;
pub use host::randomness::{Randomness, SystemRandomness};
pub use host::registration::RegistrationMode;
pub use host::upload_check::{Checking, CompleteUpload, UploadCheck, Verdict};
pub use jiff::Timestamp;
pub use money::membership::Membership;
pub use money::purchase::Purchase;
pub use movies::details::MovieDetails;
pub use movies::details::describe::MovieDescription;
pub use movies::details::poster::Poster;
pub use movies::edit::MovieEdit;
pub use movies::list::Movies;
pub use movies::sort::Sort;
pub use movies::titles::MovieTitle;
pub use movies::view::MovieView;
pub use notices::{NewNotice, NoticeView};
pub use object_store;
pub use operations::audit::AuditEntry;
pub use operations::events::Event;
pub use operations::events::delivery::Delivered;
pub use operations::events::subscriber::Subscriber;
pub use operations::health::Health;
pub use operations::maintenance::Maintained;
pub use operations::statistics::Statistics;
pub use operations::sweep::Sweep;
pub use operations::sweep::hidden::HiddenMovie;
pub use operations::sweep::hold::Hold;
pub use operations::sweep::plan::{SweepPlan, UnownedObject};
pub use operations::verify::{Damage, Damaged, Verified};
pub use records::accounts::audit::Act;
pub use records::accounts::user::Role;
pub use records::events::event::EventKind;
pub use records::movies::movie::Kind;
pub use records::schema::Migrate;
#[doc(hidden)]
pub use records::schema::create_tables_of_models;
pub use service::upload_id::UploadId;
pub use service::youku::Youku;
pub use sessions::admin::Admin;
pub use sessions::handle::Session;
pub use sessions::list::SessionView;
pub use uploads::new_movie::NewMovie;
pub use uploads::open::Begin;
pub use uploads::progress::UploadProgress;
pub use uploads::resumable::chunk::Chunk;
pub use uploads::resumable::handle::{ResumableUpload, UploadStatus};
pub use uploads::upload::{Finished, Upload};
