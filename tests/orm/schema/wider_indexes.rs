//! A table whose unique index has more columns than the model's: that index does not make the model's column unique.

use youku_orm::{Database, FindingKind, Id, Model, New};
use youku_tests::{Result, both_databases};

both_databases![
    a_wider_unique_index_is_found,
    a_sync_adds_the_unique_index_in_addition_to_the_wider_one,
    a_wider_group_is_found,
    an_upsert_needs_the_unique_index_of_its_target,
];

mod wide {
    use youku_orm::{Id, Model};

    #[derive(Model)]
    pub(super) struct Badge {
        #[model(primary_key, auto)]
        id: Id<Badge>,
        #[model(unique = "all", length = 9)]
        number: String,
        #[model(unique = "all")]
        year: i32,
        #[model(unique = "all")]
        room: i32,
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Badge {
    #[model(primary_key, auto)]
    id: Id<Badge>,
    #[model(unique, length = 9)]
    number: String,
    year: i32,
    room: i32,
}

fn badge(number: &str, year: i32) -> NewBadge {
    NewBadge {
        number: number.to_owned(),
        year,
        room: 1,
    }
}

async fn found<M: Model>(db: &Database) -> Result<Vec<FindingKind>> {
    let findings = db.check::<M>().await?;
    Ok(findings.iter().map(|finding| finding.kind).collect())
}

async fn a_wider_unique_index_is_found(db: Database) -> Result {
    db.create_tables::<wide::Badge>().await?;
    assert_eq!(found::<wide::Badge>(&db).await?, []);
    assert_eq!(found::<Badge>(&db).await?, [FindingKind::MissingUnique]);
    Ok(())
}

async fn a_sync_adds_the_unique_index_in_addition_to_the_wider_one(db: Database) -> Result {
    db.create_tables::<wide::Badge>().await?;
    assert_eq!(db.sync::<Badge>().await?.statements().count(), 1);
    assert_eq!(found::<Badge>(&db).await?, []);
    assert!(db.sync::<Badge>().await?.is_empty());
    badge("1", 2024).insert(&db).await?;
    let second = badge("1", 2025).insert(&db).await;
    assert!(second.is_err_and(|error| error.is_unique_violation()));
    // The row conflicts with another one in both indexes, and only the first index is the target.
    let changed = Badge::insert(badge("1", 2024)).on_conflict(Badge::NUMBER);
    let changed = changed.set(Badge::ROOM, 7).exec(&db).await?;
    assert_eq!(Badge::query().all(&db).await?, [changed]);
    Ok(())
}

async fn a_wider_group_is_found(db: Database) -> Result {
    mod narrow {
        use youku_orm::{Id, Model};

        #[derive(Model)]
        pub(super) struct Badge {
            #[model(primary_key, auto)]
            id: Id<Badge>,
            #[model(unique = "some", length = 9)]
            number: String,
            #[model(unique = "some")]
            year: i32,
            room: i32,
        }
    }
    db.create_tables::<wide::Badge>().await?;
    assert_eq!(
        found::<narrow::Badge>(&db).await?,
        [FindingKind::MissingUnique]
    );
    Ok(())
}

/// No database accepts the wider index as the target. MySQL has no target, so the mapper looks for the index.
async fn an_upsert_needs_the_unique_index_of_its_target(db: Database) -> Result {
    db.create_tables::<wide::Badge>().await?;
    let first = badge("1", 2024).insert(&db).await?;
    let upsert = Badge::insert(badge("1", 2025)).on_conflict(Badge::NUMBER);
    let error = upsert.set(Badge::ROOM, 7).exec(&db).await;
    let error = error.expect_err("no index makes the number unique");
    assert!(error.is_schema(), "{error}");
    assert_eq!(Badge::query().count(&db).await?, 1);
    // The first row is unchanged.
    assert_eq!(Badge::get(&db, first.id).await?, first);
    Ok(())
}
