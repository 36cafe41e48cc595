//! Rows that have expired, and moments that a clock which was ahead has stored.

use jiff::Timestamp;
use youku_orm::Model;

use crate::basics::error::Result;
use crate::host::clock::{after, before};
use crate::operations::batch::delete_by_batches;
use crate::records::MaintenanceRow;
use crate::records::accounts::invite::InviteRow;
use crate::records::accounts::login_failure::LoginFailureRow;
use crate::records::accounts::session::SessionRow;
use crate::records::movies::download_wait::DownloadWaitRow;
use crate::records::movies::movie::MovieRow;
use crate::records::movies::orphan::OrphanRow;
use crate::records::movies::upload::UploadRow;
use crate::service::shared::Service;
use youku_orm::{Query, Writable};

/// Sessions that have expired, and those that were replaced so long ago that no client has to be told.
pub(super) fn expired_sessions(service: &Service, now: Timestamp) -> Query<SessionRow, Writable> {
    let old = before(now, service.policy.replaced_session_retention);
    let expired = SessionRow::EXPIRES_AT.le(now);
    SessionRow::filter(expired.or(SessionRow::REPLACED_AT.le(old)))
}

/// Invites that have expired without being used.
pub(super) fn expired_invites(now: Timestamp) -> Query<InviteRow, Writable> {
    let expired = InviteRow::filter(InviteRow::EXPIRES_AT.le(now));
    expired.filter(InviteRow::USED_AT.is_null())
}

/// Names whose failed log-ins no longer count.
pub(super) fn old_failures(now: Timestamp) -> Query<LoginFailureRow, Writable> {
    LoginFailureRow::filter(LoginFailureRow::COUNTS_UNTIL.le(now))
}

/// Waits that were over long ago and were never used.
pub(super) fn old_waits(service: &Service, now: Timestamp) -> Query<DownloadWaitRow, Writable> {
    let over = before(now, service.policy.wait_lifetime);
    DownloadWaitRow::filter(DownloadWaitRow::READY_AT.lt(over))
}

/// What was deleted.
pub(super) struct Expired {
    pub(super) sessions: u64,
    pub(super) invites: u64,
    pub(super) login_failures: u64,
    pub(super) waits: u64,
}

/// Deletes what has expired by a clock that can be believed.
pub(super) async fn expire(service: &Service, now: Timestamp) -> Result<Expired> {
    let (sessions, invites) = (expired_sessions(service, now), expired_invites(now));
    let (failures, waits) = (old_failures(now), old_waits(service, now));
    Ok(Expired {
        sessions: delete_by_batches(service, SessionRow::S_ID, sessions).await?,
        invites: delete_by_batches(service, InviteRow::I_ID, invites).await?,
        login_failures: delete_by_batches(service, LoginFailureRow::LF_ID, failures).await?,
        waits: delete_by_batches(service, DownloadWaitRow::W_ID, waits).await?,
    })
}

/// Sets a column to `$most` in the rows where it is more than `$slack` later. The rows are looked for first, so that a healthy
/// database is only read. Evaluates to their number.
macro_rules! limit {
    ($service:ident, $row:ident::$column:ident, $most:expr, $slack:expr $(, $and:expr)*) => {{
        let (most, slack) = ($most, $slack);
        let later = $row::filter($row::$column.gt(after(most, slack)))$(.filter($and))*;
        if later.clone().exists(&$service.db).await? {
            let set = async |tx: &mut youku_orm::Transaction| {
                Ok(later.clone().set($row::$column, most).update(tx).await?)
            };
            $service.write(set).await?
        } else {
            0
        }
    }};
}

/// Brings every stored moment that lies further in the future than the policy allows back to what it allows from now on. A
/// clock that was ahead for a while has stored them.
pub(super) async fn limit_moments(service: &Service, now: Timestamp) -> Result<()> {
    let limited = limit_ends(service, now).await? + limit_beginnings(service, now).await?;
    if limited > 0 {
        tracing::warn!(
            limited,
            "stored times were further in the future than the policy allows, and count from now on: a clock was ahead, or the \
             policy has become shorter"
        );
    }
    Ok(())
}

/// Limits the moments at which something ends. The clock of another node may be ahead by what the policy allows.
async fn limit_ends(service: &Service, now: Timestamp) -> Result<u64> {
    let policy = &service.policy;
    let slack = policy.max_clock_error;
    let uploads = policy.upload_lifetime.max(policy.upload_heartbeat);
    let counts = policy.login_lockout.max(policy.login_window);
    let lifetime = after(now, policy.session_lifetime);
    let owned = UploadRow::OWNER.is_not_null();
    Ok(limit!(service, SessionRow::EXPIRES_AT, lifetime, slack)
        + limit!(
            service,
            SessionRow::IDLE_UNTIL,
            after(now, policy.session_idle),
            slack
        )
        + limit!(
            service,
            LoginFailureRow::LOCKED_UNTIL,
            after(now, policy.login_lockout),
            slack
        )
        + limit!(
            service,
            LoginFailureRow::COUNTS_UNTIL,
            after(now, counts),
            slack
        )
        + limit!(
            service,
            InviteRow::EXPIRES_AT,
            after(now, policy.invite_lifetime),
            slack
        )
        + limit!(
            service,
            DownloadWaitRow::READY_AT,
            after(now, policy.download_wait),
            slack
        )
        + limit!(service, UploadRow::EXPIRES_AT, after(now, uploads), slack)
        + limit!(
            service,
            UploadRow::EXPIRES_AT,
            after(now, policy.upload_heartbeat),
            slack,
            owned
        )
        + limit!(
            service,
            UploadRow::RESERVED_UNTIL,
            after(now, policy.upload_reservation),
            slack
        ))
}

/// Limits the moments from which a grace counts, but only those that lie more than that grace in the future. Those before were
/// perhaps stored by a right clock, and this one is behind: an earlier moment would make them due earlier.
async fn limit_beginnings(service: &Service, now: Timestamp) -> Result<u64> {
    let policy = &service.policy;
    Ok(
        limit!(service, MovieRow::DELETED_AT, now, policy.restore_window)
            + limit!(
                service,
                MaintenanceRow::ACCEPTED_AT,
                now,
                policy.orphan_grace
            )
            + limit!(service, OrphanRow::FOUND_AT, now, policy.orphan_grace),
    )
}
