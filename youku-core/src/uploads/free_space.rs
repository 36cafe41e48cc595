//! Checking whether the disk has room for an upload, before its bytes come.

use jiff::Timestamp;
use youku_orm::Model;

use crate::basics::error::Result;
use crate::movies::quota::under_way;
use crate::records::movies::upload::UploadRow;
use crate::service::shared::Service;
use crate::storage::staging::space::Needed;

/// Fails when `size` bytes do not fit in addition to those that other uploads have announced. The
/// check runs before the transaction that opens the upload, so it guarantees nothing.
///
/// # Errors
///
/// `no_space`.
pub(crate) async fn require_space(size: u64, now: Timestamp, service: &Service) -> Result<()> {
    let announced = UploadRow::filter(under_way(now)).select(UploadRow::MOVIE_SIZE.sum());
    let needed = Needed {
        new: size,
        under_way: announced.one(&service.db).await?.unwrap_or(0),
        reserve: service.policy.min_free_bytes,
    };
    needed.require(&service.staging, &service.blobs).await
}
