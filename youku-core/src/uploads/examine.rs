//! What complete bytes are, and whether the host accepts them. It happens before they are published and outside of any
//! transaction, so a check may take its time. Bytes are in the store only if the check has accepted them.

use tokio::time::timeout;

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::host::upload_check::{CompleteUpload, Verdict};
use crate::movies::details::media_type::{FIRST_BYTES, MediaType};
use crate::service::shared::Service;
use crate::storage::key::BlobKey;
use crate::storage::staging::sealed::Sealed;
use crate::uploads::new_movie::Announced;
use crate::uploads::row_guard::RowGuard;

/// What is known about complete bytes.
#[derive(Debug, Clone)]
pub(super) struct Content {
    /// In hexadecimal.
    pub(super) sha256: String,
    pub(super) media_type: MediaType,
}

impl Content {
    /// Of bytes that are in the store, so that the check has accepted them.
    pub(super) async fn of_published(
        announced: &Announced,
        key: &BlobKey,
        sha256: &str,
        service: &Service,
    ) -> Result<Self> {
        let range = 0..announced.size.min(FIRST_BYTES);
        let first = match service.blobs.read(key, range, announced.size).await? {
            Some(mut body) => body.chunk().await?.unwrap_or_default(),
            None => return Err(Error::upload_gone()),
        };
        Ok(Self {
            sha256: sha256.to_owned(),
            media_type: MediaType::find(&announced.name, &first),
        })
    }
}

/// Finds out what staged bytes are, and asks the host's check.
///
/// # Errors
///
/// `upload_refused` with the text of the host; `unavailable` when the check cannot decide or takes too long.
pub(super) async fn examine(
    announced: &Announced,
    sealed: &Sealed,
    guard: &RowGuard,
) -> Result<Content> {
    let service = guard.service();
    let first = sealed.first_bytes(FIRST_BYTES).await?;
    let content = Content {
        sha256: sealed.sha256.clone(),
        media_type: MediaType::find(&announced.name, &first),
    };
    let Some(check) = &service.upload_check else {
        return Ok(content);
    };
    let upload = CompleteUpload {
        name: announced.name.clone(),
        size: announced.size,
        sha256: content.sha256.clone(),
        media_type: content.media_type.to_string(),
        user: guard.session.user_id(),
        path: sealed.path().to_owned(),
    };
    let checked = timeout(service.policy.upload_check_timeout, check.check(&upload));
    match guard.kept_alive(checked).await {
        Ok(Verdict::Accept) => {
            tracing::trace!("upload accepted");
            Ok(content)
        }
        Ok(Verdict::Refuse(text)) => {
            tracing::info!(user = %upload.user, sha256 = upload.sha256, text, "upload refused");
            Err(Error::new(Code::UploadRefused, text))
        }
        Ok(Verdict::Undecided) => Err(undecided("the check of the upload could not decide")),
        Err(_) => Err(undecided("the check of the upload took too long")),
    }
}

fn undecided(text: &'static str) -> Error {
    tracing::warn!("{text}");
    let text = "the upload cannot be checked right now; try again later";
    Error::new(Code::Unavailable, text)
}

/// Ends the upload if it was refused, and removes its bytes at once. A resumable one whose check could not decide stays.
pub(super) async fn refuse(error: Error, sealed: Sealed, guard: RowGuard) -> Error {
    let stays = guard.is_resumable() && error.code() != Code::UploadRefused;
    if !stays {
        sealed.into_path().remove();
        guard.end_or_warn().await;
    }
    error
}
