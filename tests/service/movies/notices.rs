//! Notices.

use youku_core::{Act, Code, Cursor, NewNotice, Page, Policy};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{HOUR, World, bad_field, policy, refused};

fn notice(title: &str, content: &str) -> NewNotice {
    NewNotice {
        title: title.to_owned(),
        content: content.to_owned(),
    }
}

both_databases![
    every_user_reads_notices_newest_first,
    pages_of_notices_continue_where_the_last_one_ended,
    length_is_counted_in_characters,
    lengths_are_the_policy,
    control_characters_are_removed,
    notices_are_edited_and_deleted,
];

async fn notices_are_edited_and_deleted(world: World) -> Result {
    let admin = world.admin().await?;
    let first = admin.publish_notice(notice("one", "1")).await?;
    let second = admin.publish_notice(notice("two", "2")).await?;
    world.clock.advance(HOUR);
    let edited = admin.edit_notice(first.id, notice("uno", "eins")).await?;
    assert_eq!((&*edited.title, &*edited.content), ("uno", "eins"));
    assert_eq!((edited.id, edited.time), (first.id, first.time));
    let again = admin.edit_notice(first.id, notice("uno", "eins")).await?;
    assert_eq!(again, edited);
    let empty = admin.edit_notice(first.id, notice("", "eins")).await;
    assert_eq!(bad_field(empty), Some("title"));
    assert_eq!(admin.delete_notice(second.id).await?, second);
    let listed = world.youku.notices(Page::first(9)).await?;
    assert_eq!(listed.entries, [edited]);
    for gone in [
        admin.delete_notice(second.id).await,
        admin.edit_notice(second.id, notice("a", "b")).await,
    ] {
        assert_eq!(refused(gone), Code::NotFound);
    }
    let audit = admin.audit(Page::first(3)).await?;
    let acts: Vec<_> = audit.iter().map(|line| (line.act, line.notice)).collect();
    let edit = (Act::NoticeEdited, Some(first.id));
    assert_eq!(acts, [(Act::NoticeDeleted, Some(second.id)), edit, edit]);
    Ok(())
}

async fn every_user_reads_notices_newest_first(world: World) -> Result {
    assert!(world.youku.notices(Page::first(9)).await?.is_empty());
    let admin = world.admin().await?;
    for title in ["one", "two", "three"] {
        let published = admin.publish_notice(notice(title, "你好")).await?;
        assert_eq!(
            (published.title.as_str(), published.content.as_str()),
            (title, "你好")
        );
    }
    let read = world.youku.notices(Page::first(2)).await?;
    assert_eq!(
        read.iter().map(|n| n.title.as_str()).collect::<Vec<_>>(),
        ["three", "two"]
    );
    let rest = world
        .youku
        .notices(Page::first(2).after(read[1].id.get()))
        .await?;
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].title, "one");
    assert_eq!(
        world
            .user("neo")
            .await?
            .notices(Page::first(9))
            .await?
            .len(),
        3
    );
    Ok(())
}

async fn pages_of_notices_continue_where_the_last_one_ended(world: World) -> Result {
    let admin = world.admin().await?;
    for number in 0..7 {
        admin
            .publish_notice(notice(&number.to_string(), "你好"))
            .await?;
    }
    let mut read = Vec::new();
    let mut page = Page::first(3);
    loop {
        let mut listing = world.youku.notices(page).await?;
        // A notice that is published between two reads comes before all that were read.
        admin.publish_notice(notice("new", "你好")).await?;
        read.append(&mut listing.entries);
        match listing.next {
            // The form in which it passes through a client.
            Some(next) => page = Page::first(3).after(next.to_string().parse::<Cursor>()?),
            None => break,
        }
    }
    let titles: Vec<_> = read.iter().map(|notice| notice.title.as_str()).collect();
    assert_eq!(titles, ["6", "5", "4", "3", "2", "1", "0"]);
    assert!(read.is_sorted_by(|newer, older| newer.id > older.id));
    let all = world.youku.notices(Page::first(u32::MAX)).await?;
    assert_eq!((all.len(), &all.next), (10, &None));
    Ok(())
}

async fn length_is_counted_in_characters(world: World) -> Result {
    let admin = world.admin().await?;
    admin
        .publish_notice(notice(&"电".repeat(15), &"影".repeat(100)))
        .await?;
    for (title, content, field) in [
        (String::new(), "b".to_owned(), "title"),
        (" \u{202e}".to_owned(), "b".to_owned(), "title"),
        ("电".repeat(16), "b".to_owned(), "title"),
        ("a".to_owned(), String::new(), "content"),
        ("a".to_owned(), "影".repeat(101), "content"),
        ("a".to_owned(), "x".repeat(1 << 20), "content"),
    ] {
        let refused = admin.publish_notice(notice(&title, &content)).await;
        assert_eq!(bad_field(refused), Some(field));
    }
    assert_eq!(world.rows("notice").await?, 1);
    Ok(())
}

async fn lengths_are_the_policy(database: TestDatabase) -> Result {
    let wordy = Policy {
        max_title_chars: 255,
        max_content_chars: 2000,
        ..policy()
    };
    let world = World::with_policy(&database, wordy).await;
    let admin = world.admin().await?;
    let long = notice(&"电".repeat(255), &"影".repeat(2000));
    let published = admin.publish_notice(long.clone()).await?;
    assert_eq!(
        (published.title, published.content),
        (long.title, long.content)
    );
    Ok(())
}

async fn control_characters_are_removed(world: World) -> Result {
    let admin = world.admin().await?;
    let nasty = notice("\x1b[2Ja\nb", "one\r\n\ttwo\0\u{2066}");
    let published = admin.publish_notice(nasty).await?;
    assert_eq!(published.title, "[2Jab");
    assert_eq!(published.content, "one\n\ttwo");
    Ok(())
}
