//! Pages of the audit.

use youku_core::{Page, Policy};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{World, policy};

both_databases![
    audit_is_read_by_pages_newest_first,
    a_page_may_mention_more_users_than_a_statement_takes_values,
];

async fn audit_is_read_by_pages_newest_first(world: World) -> Result {
    let admin = world.admin().await?;
    for _ in 0..5 {
        admin.invite().await?;
    }
    let all = admin.audit(Page::first(500)).await?.entries;
    assert!(all.is_sorted_by(|newer, older| newer.id > older.id));
    let mut paged = Vec::new();
    let mut page = Page::first(3);
    loop {
        let entries = admin.audit(page).await?;
        paged.extend(entries.entries);
        match entries.next {
            Some(next) => page = Page::first(3).after(next),
            None => break,
        }
    }
    assert_eq!((paged.len(), &paged), (7, &all));
    Ok(())
}

/// How many entries the long page has. Each mentions two users that no other entry mentions, and
/// MySQL takes 65,535 values.
const ENTRIES: u32 = 33_000;

async fn a_page_may_mention_more_users_than_a_statement_takes_values(
    database: TestDatabase,
) -> Result {
    let long = Policy {
        max_page: ENTRIES + 9,
        ..policy()
    };
    let world = World::with_policy(&database, long).await;
    let admin = world.admin().await?;
    let digits = (0..10).map(|digit| format!("SELECT {digit} AS `d`"));
    let digits = format!("({})", digits.collect::<Vec<_>>().join(" UNION ALL "));
    let number = "(`a`.`d` + 10 * `b`.`d` + 100 * `c`.`d` + 1000 * `e`.`d` + 10000 * `f`.`d`)";
    world
        .execute(format!(
            "INSERT INTO `audit` (`act`, `create_time`, `actor_id`, `peer`, `user_id`) \
             SELECT `act`, `create_time`, 1000 + {number}, '', 1000000 + {number} FROM `audit`, \
             {digits} `a`, {digits} `b`, {digits} `c`, {digits} `e`, {digits} `f` \
             WHERE `a_id` = 1 AND {number} < {ENTRIES}"
        ))
        .await?;
    let entries = admin.audit(Page::first(ENTRIES + 9)).await?;
    assert_eq!(entries.len(), ENTRIES as usize + 2);
    let first = entries.last().expect("the page has entries");
    assert_eq!(first.user_name.as_deref(), Some("root"));
    assert_eq!(entries[0].actor_name, None);
    Ok(())
}
