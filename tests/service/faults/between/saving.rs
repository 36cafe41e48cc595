//! An upload whose handle was dropped and that is still being saved: a query about it waits for the save.

use std::sync::Arc;

use tokio::sync::Semaphore;
use youku_core::{Admin, UploadId};
use youku_tests::{Result, both_databases};

use super::Watched;
use crate::uploads::resumed_uploads::{chunk, interrupt, open};
use crate::world::{World, bytes, new_movie};

both_databases![
    status_is_read_after_a_dropped_handle_has_saved,
    list_is_read_after_a_dropped_handle_has_saved,
];

async fn status_is_read_after_a_dropped_handle_has_saved(world: World) -> Result {
    is_read_after_saving(&world, async |admin, id| {
        Ok(admin.upload_status(id).await?.offset)
    })
    .await
}

async fn list_is_read_after_a_dropped_handle_has_saved(world: World) -> Result {
    is_read_after_saving(&world, async |admin, id| {
        let uploads = admin.uploads().await?;
        assert_eq!((uploads.len(), &uploads[0].id), (1, id));
        Ok(uploads[0].offset)
    })
    .await
}

/// The result of `ask` about an upload that is being saved at that time.
async fn is_read_after_saving(
    world: &World,
    ask: impl AsyncFnOnce(&Admin, &UploadId) -> Result<u64>,
) -> Result {
    let watched = Watched::new(world).await?;
    let admin = watched.admin(&world.admin().await?).await?;
    let content = bytes(1, 700_000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    let id = upload.id().clone();
    interrupt(&mut upload, &chunk(0, 700_000), &content[..300_000]).await?;
    let (reached, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (at, open) = (reached.clone(), gate.clone());
    watched.after("BEGIN", "", async move {
        at.add_permits(1);
        let _opened = open.acquire().await?;
        Ok(())
    });
    drop(upload);
    let _saving = reached.acquire().await?;
    // The query starts before the save continues.
    let (offset, ()) = tokio::join!(biased; ask(&admin, &id), async { gate.add_permits(1) });
    watched.acted()?;
    assert_eq!(offset?, 300_000);
    let told = watched.told();
    let place = |verb| told.iter().position(|sql| sql.starts_with(verb));
    assert!(place("COMMIT") < place("SELECT"), "{told:#?}");
    Ok(())
}
