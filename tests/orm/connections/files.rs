//! SQLite files: which can be opened, and which error the others give.

use youku_orm::{Database, Model};
use youku_tests::Result;

use crate::connections::connecting::refused;
use crate::models::{Person, create};

#[tokio::test]
async fn a_missing_folder_is_named() {
    let text = refused("sqlite:/nonexistent/folder/youku.db").await;
    assert!(
        text.contains("/nonexistent/folder/youku.db") && text.contains("folder exist"),
        "{text}"
    );
    assert!(refused("sqlite:").await.contains("as in `sqlite:youku.db`"));
}

#[tokio::test]
async fn a_file_that_is_not_a_database_is_refused() -> Result {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("text.db");
    std::fs::write(
        &path,
        "this is not a database, but it is longer than a header of one hundred bytes, is it not? yes",
    )?;
    let text = refused(&format!("sqlite:{}", path.display())).await;
    assert!(text.contains("not a database"), "{text}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_file_can_be_opened_by_many_at_once() -> Result {
    for _ in 0..20 {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite:{}", folder.path().join("new.db").display());
        let opened: Vec<_> = (0..8)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move {
                    let db = Database::connect(&url).await?;
                    create(&db).await?;
                    // A reader can be opened too.
                    Person::query().count(&db).await
                })
            })
            .collect();
        for people in opened {
            assert_eq!(people.await??, 0);
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_opened_to_read_stays_as_it_is() -> Result {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("people.db");
    let url = format!("sqlite:{}", path.display());
    let missing = Database::options().read_only(true).connect(&url).await;
    assert!(missing.is_err() && !path.exists());
    let db = Database::connect(&url).await?;
    create(&db).await?;
    db.close().await?;
    let bytes = std::fs::read(&path)?;
    let db = Database::connect(&format!("{url}?read_only=true")).await?;
    assert_eq!(Person::query().count(&db).await?, 0);
    let write = youku_orm::sql("DELETE FROM person").execute(&db).await;
    let text = write.expect_err("it is read-only").to_string();
    assert!(text.contains("readonly"), "{text}");
    db.close().await?;
    assert!(std::fs::read(&path)? == bytes);
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
    Ok(())
}
