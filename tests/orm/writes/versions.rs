//! Rows that count their writes, so that no writer overwrites a change that it has not seen.

use youku_orm::{Database, Id, Model, New, Table, sql};
use youku_tests::{Result, both_databases};

both_databases![
    a_new_row_has_version_0,
    hand_written_rows_have_version_0,
    an_update_counts_the_version_up,
    a_second_writer_is_refused,
    a_returned_row_can_be_written_again,
    a_changed_only_update_is_checked_and_counted,
    without_changes_the_version_stays,
    a_delete_of_another_version_is_refused,
    a_deleted_row_is_not_found,
    an_update_by_filter_counts_every_row_up,
    a_version_at_its_maximum_refuses_an_update,
    a_conflict_leaves_its_transaction_open,
];

#[derive(Model, Debug, Clone, PartialEq)]
struct Page {
    #[model(version)]
    edition: u32,
    #[model(unique, length = 20)]
    title: String,
    #[model(primary_key, auto)]
    id: Id<Page>,
    text: String,
}

async fn page(db: &Database, title: &str) -> youku_orm::Result<Page> {
    db.create_tables::<Page>().await?;
    let (title, text) = (title.to_owned(), "draft".to_owned());
    NewPage { title, text }.insert(db).await
}

fn with(page: &Page, text: &str) -> Page {
    Page {
        text: text.to_owned(),
        ..page.clone()
    }
}

#[test]
fn statements_compare_the_version() {
    assert_eq!(
        Page::UPDATE,
        "UPDATE `page` SET `edition` = ?, `title` = ?, `text` = ? WHERE `id` = ? AND `edition` = ?"
    );
    assert_eq!(
        Page::DELETE,
        "DELETE FROM `page` WHERE `id` = ? AND `edition` = ?"
    );
    assert_eq!(Page::VERSION, Some(0));
    assert_eq!(crate::models::Person::VERSION, None);
}

async fn a_new_row_has_version_0(db: Database) -> Result {
    let page = page(&db, "a").await?;
    assert_eq!(page.edition, 0);
    assert_eq!(Page::get(&db, page.id).await?, page);
    Ok(())
}

async fn hand_written_rows_have_version_0(db: Database) -> Result {
    db.create_tables::<Page>().await?;
    sql("INSERT INTO page (title, text) VALUES ('a', '')")
        .execute(&db)
        .await?;
    assert_eq!(Page::query().one(&db).await?.edition, 0);
    Ok(())
}

async fn an_update_counts_the_version_up(db: Database) -> Result {
    let first = page(&db, "a").await?;
    let other = page(&db, "b").await?;
    let second = with(&first, "second").update(&db).await?;
    let expected = Page {
        edition: 1,
        ..with(&first, "second")
    };
    assert_eq!(second, expected);
    assert_eq!(Page::get(&db, first.id).await?, expected);
    assert_eq!(Page::get(&db, other.id).await?, other);
    Ok(())
}

async fn a_second_writer_is_refused(db: Database) -> Result {
    let read = page(&db, "a").await?;
    let written = with(&read, "mine").update(&db).await?;
    let error = with(&read, "theirs")
        .update(&db)
        .await
        .expect_err("the row was written since it was read");
    assert!(error.is_version_conflict(), "{error}");
    assert!(!error.is_not_found() && !error.is_retryable());
    assert!(error.sql().unwrap().starts_with("UPDATE `page`"));
    assert_eq!(Page::get(&db, read.id).await?, written);
    Ok(())
}

async fn a_returned_row_can_be_written_again(db: Database) -> Result {
    let mut row = page(&db, "a").await?;
    for number in 1..4 {
        row = with(&row, &number.to_string()).update(&db).await?;
        assert_eq!(row.edition, number);
    }
    row.delete(&db).await?;
    assert!(!Page::query().exists(&db).await?);
    Ok(())
}

async fn a_changed_only_update_is_checked_and_counted(db: Database) -> Result {
    let read = page(&db, "a").await?;
    let after = with(&read, "mine");
    let written = db.update_changed(&read, &after).await?;
    assert_eq!(
        written,
        Page {
            edition: 1,
            ..after
        }
    );
    assert_eq!(Page::get(&db, read.id).await?, written);

    let late = db.update_changed(&read, &with(&read, "theirs")).await;
    assert!(late.expect_err("it is late").is_version_conflict());
    let again = db
        .update_changed(&written, &with(&written, "again"))
        .await?;
    assert_eq!((again.edition, again.text.as_str()), (2, "again"));
    Ok(())
}

async fn without_changes_the_version_stays(db: Database) -> Result {
    let read = page(&db, "a").await?;
    assert_eq!(db.update_changed(&read, &read).await?, read);
    assert_eq!(Page::get(&db, read.id).await?, read);
    Ok(())
}

async fn a_delete_of_another_version_is_refused(db: Database) -> Result {
    let read = page(&db, "a").await?;
    let written = with(&read, "mine").update(&db).await?;
    let error = read.delete(&db).await.expect_err("it was written since");
    assert!(error.is_version_conflict(), "{error}");
    assert_eq!(Page::query().all(&db).await?, [written]);
    Ok(())
}

async fn a_deleted_row_is_not_found(db: Database) -> Result {
    let read = page(&db, "a").await?;
    read.delete(&db).await?;
    for error in [
        read.update(&db).await.expect_err("it is gone"),
        read.delete(&db).await.expect_err("it is gone"),
        db.update_changed(&read, &with(&read, "b"))
            .await
            .expect_err("it is gone"),
    ] {
        assert!(
            error.is_not_found() && !error.is_version_conflict(),
            "{error}"
        );
    }
    Ok(())
}

async fn an_update_by_filter_counts_every_row_up(db: Database) -> Result {
    let (a, b) = (page(&db, "a").await?, page(&db, "b").await?);
    let changed = Page::filter(Page::TITLE.eq("a")).set(Page::TEXT, "filtered");
    assert_eq!(changed.update(&db).await?, 1);
    let stale = with(&a, "stale").update(&db).await;
    assert!(stale.is_err_and(|error| error.is_version_conflict()));
    assert_eq!(Page::get(&db, a.id).await?.edition, 1);
    assert_eq!(Page::get(&db, b.id).await?.edition, 0);
    Ok(())
}

async fn a_version_at_its_maximum_refuses_an_update(db: Database) -> Result {
    #[derive(Model, Debug, PartialEq)]
    struct Small {
        #[model(primary_key)]
        id: u8,
        #[model(version)]
        version: u8,
    }
    db.create_tables::<Small>().await?;
    let full = Small::insert(NewSmall { id: 1 })
        .set(Small::VERSION, 255)
        .exec(&db)
        .await?;
    let error = full.update(&db).await.expect_err("256 has no room");
    assert!(error.is_check_violation(), "{error}");
    assert_eq!(Small::get(&db, 1).await?, full);
    Ok(())
}

async fn a_conflict_leaves_its_transaction_open(db: Database) -> Result {
    let read = page(&db, "a").await?;
    let mut tx = db.begin().await?;
    let written = with(&read, "in a transaction").update(&mut tx).await?;
    let late = with(&read, "late").update(&mut tx).await;
    assert!(late.is_err_and(|error| error.is_version_conflict()));
    with(&written, "the transaction continues")
        .update(&mut tx)
        .await?;
    tx.commit().await?;
    assert_eq!(Page::get(&db, read.id).await?.edition, 2);
    Ok(())
}
