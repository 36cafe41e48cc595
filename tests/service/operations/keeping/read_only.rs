//! Looking at a service changes nothing, even where opening it would repair something.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use youku_core::{Code, Hold, Youku};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{DAY, World, bad_field, credentials, policy, refused, upload};

both_databases![
    looking_at_a_service_changes_nothing,
    looking_at_a_new_database_creates_nothing,
];

/// The log of a crash is not written back, and a database without a log gets none.
#[tokio::test]
async fn looking_at_a_file_changes_neither_it_nor_its_log() -> Result {
    let folder = TempDir::new()?;
    let data = folder.path().join("data");
    let crashed = folder.path().join("crashed");
    let build = |database: &Path| {
        let url = format!("sqlite:{}", database.join("youku.db").display());
        let builder = Youku::builder().database(url).policy(policy());
        builder.movies_folder(folder.path().join("movies"))
    };
    fs::create_dir(&data)?;
    fs::create_dir(&crashed)?;
    let youku = build(&data).open().await?;
    youku
        .create_admin(crate::world::registration("root"))
        .await?;
    for entry in fs::read_dir(&data)? {
        let entry = entry?;
        fs::copy(entry.path(), crashed.join(entry.file_name()))?;
    }
    youku.close().await?;
    let rollback = rusqlite::Connection::open(data.join("youku.db"))?;
    rollback.pragma_update(None, "journal_mode", "DELETE")?;
    rollback.close().map_err(|(_, error)| error)?;
    for (folder, number) in [(data, 1), (crashed, 3)] {
        // The third file, with the index of the log, is made again by every program.
        let kept = || -> Result<Vec<_>> {
            let mut kept = files(&folder)?;
            assert_eq!(kept.len(), number);
            kept.retain(|(name, _)| !name.ends_with("-shm"));
            Ok(kept)
        };
        let before = kept()?;
        let look = build(&folder).open_read_only().await?;
        assert_eq!(look.statistics().await?.admins, 1);
        look.sweep_plan().await?;
        look.close().await?;
        assert!(kept()? == before);
    }
    Ok(())
}

/// Every file below `folder` with its content, and every folder.
fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.display().to_string();
        if path.is_dir() {
            found.push((name, Vec::new()));
            found.extend(files(&path)?);
        } else {
            found.push((name, fs::read(&path)?));
        }
    }
    found.sort();
    Ok(found)
}

/// What opening and rounds write to the database.
async fn state(world: &World) -> Result<Vec<u64>> {
    let mut state = Vec::new();
    for table in ["store", "orphan", "upload", "session", "login_failure"] {
        state.push(world.rows(table).await?);
    }
    let columns = [
        "restored_at",
        "repaired_at",
        "round_at",
        "trusted_at",
        "jumped_at",
        "claimed_at",
    ];
    for column in columns {
        let set = format!("SELECT COUNT(*) FROM `maintenance` WHERE `{column}` IS NOT NULL");
        state.push(world.number(set).await?);
    }
    Ok(state)
}

async fn looking_at_a_service_changes_nothing(world: World) -> Result {
    let admin = world.admin().await?;
    upload(&admin, "a", b"abc").await?;
    let deleted = upload(&admin, "deleted", b"deleted").await?;
    admin.delete(deleted.id).await?;
    fs::write(
        world
            .path("objects")
            .join("0123456789abcdef0123456789abcdef"),
        "x",
    )?;
    world.youku.clone().close().await?;
    fs::remove_dir(world.path(".staging"))?;
    world.clock.advance(31 * DAY);
    // A name that was lost, and a number that is too high or too low.
    for (number, hold) in [
        ("7", Some(Hold::DatabaseRestored)),
        // A service that is opened records its first reading of the clock and then believes it.
        ("1", None),
    ] {
        fs::write(world.path("store-generation"), number)?;
        world.execute("DELETE FROM `store`").await?;
        let forget = "UPDATE `maintenance` SET `trusted_at` = NULL, `round_at` = NULL";
        world.execute(forget).await?;
        let before = (files(&world.path(""))?, state(&world).await?);
        let builder = world.builder(policy()).database(world.database.url());
        let youku = builder.open_read_only().await?;
        assert_eq!(youku.verify().await?.movies, 1);
        let plan = youku.sweep_plan().await?;
        assert_eq!((plan.hold, plan.objects.len()), (hold, 1));
        assert_eq!(plan.collected_movies.len(), 1);
        assert_eq!(youku.statistics().await?.movies, 1);
        assert_eq!(refused(youku.sweep().await), Code::BadRequest);
        assert_eq!(refused(youku.accept_database().await), Code::BadRequest);
        assert_eq!(
            refused(youku.login(credentials("root")).await),
            Code::BadRequest
        );
        youku.close().await?;
        assert!((files(&world.path(""))?, state(&world).await?) == before);
    }
    Ok(())
}

async fn looking_at_a_new_database_creates_nothing(database: TestDatabase) -> Result {
    let folder = TempDir::new()?;
    let look = || {
        let builder = Youku::builder().database(database.url()).policy(policy());
        builder
            .movies_folder(folder.path().join("movies"))
            .open_read_only()
    };
    assert_eq!(bad_field(look().await), Some("database"));
    // It is migrated, and no service has been opened.
    let builder = Youku::builder().database(database.url());
    builder.migrate().await?;
    let youku = look().await?;
    assert_eq!(youku.verify().await?, Default::default());
    youku.sweep_plan().await?;
    youku.close().await?;
    assert_eq!(fs::read_dir(folder.path())?.count(), 0);
    Ok(())
}
