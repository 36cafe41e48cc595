//! Chosen columns and expressions instead of whole models; groups and aggregates.

use youku_orm::{Database, Id, Model, count_all};
use youku_tests::{Result, both_databases};

use crate::models::{Person, people};

both_databases![
    one_column_is_a_list_of_its_type,
    several_columns_are_tuples,
    distinct_drops_repeated_rows,
    aggregates_of_everything_are_one_row,
    aggregates_of_nothing_are_none,
    groups_have_a_row_each,
    having_keeps_some_groups,
    a_group_can_be_ordered_by_its_aggregate,
    nullable_columns_stay_options,
    first_and_one_of_a_selection,
    columns_compare_with_columns,
    expressions_calculate_in_the_database,
    an_update_can_count_up,
];

/// A game that a player has played.
#[derive(Model)]
struct Game {
    #[model(primary_key, auto)]
    id: Id<Game>,
    team: i32,
    points: i32,
    goals: u64,
    handicap: Option<i32>,
    weight: f64,
}

/// Games of team 1 with 10 and 20 points, and of team 2 with 5.
async fn games(db: &Database) -> Result {
    db.create_tables::<Game>().await?;
    let game = |team, points, handicap| NewGame {
        team,
        points,
        goals: 3,
        handicap,
        weight: 0.5,
    };
    let games = vec![
        game(1, 10, None),
        game(1, 20, Some(15)),
        game(2, 5, Some(5)),
    ];
    Game::insert_many(db, games).await?;
    Ok(())
}

async fn one_column_is_a_list_of_its_type(db: Database) -> Result {
    let inserted = people(&db, &["ann", "bob"]).await?;
    let ids: Vec<Id<Person>> = Person::query()
        .select(Person::ID)
        .order_by(Person::ID.desc())
        .all(&db)
        .await?;
    assert_eq!(ids, [inserted[1].id, inserted[0].id]);
    Ok(())
}

async fn several_columns_are_tuples(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    let rows: Vec<(String, i32)> = Person::filter(Person::AGE.gt(1))
        .select((Person::NAME, Person::AGE))
        .filter(Person::AGE.lt(9))
        .all(&db)
        .await?;
    assert_eq!(rows, [("bob".to_owned(), 2)]);
    Ok(())
}

async fn distinct_drops_repeated_rows(db: Database) -> Result {
    games(&db).await?;
    let teams = Game::query().select(Game::TEAM).order_by(Game::TEAM.asc());
    assert_eq!(teams.clone().all(&db).await?, [1, 1, 2]);
    assert_eq!(teams.distinct().all(&db).await?, [1, 2]);
    Ok(())
}

async fn aggregates_of_everything_are_one_row(db: Database) -> Result {
    games(&db).await?;
    let sums = (Game::POINTS.sum(), Game::GOALS.sum(), Game::WEIGHT.sum());
    let sums = Game::query().select(sums).one(&db).await?;
    assert_eq!(sums, (Some(35), Some(9), Some(1.5)));
    let edges = (Game::POINTS.min(), Game::POINTS.max(), Game::POINTS.avg());
    let (least, most, mean) = Game::query().select(edges).one(&db).await?;
    assert_eq!((least, most), (Some(5), Some(20)));
    assert!((mean.unwrap() - 35.0 / 3.0).abs() < 1e-3, "{mean:?}");
    let counts = (
        count_all(),
        Game::HANDICAP.count(),
        Game::TEAM.count_distinct(),
    );
    assert_eq!(Game::query().select(counts).one(&db).await?, (3, 2, 2));
    Ok(())
}

async fn aggregates_of_nothing_are_none(db: Database) -> Result {
    games(&db).await?;
    let none = Game::filter(Game::TEAM.eq(9));
    let row = (Game::POINTS.sum(), Game::POINTS.max(), count_all());
    assert_eq!(none.select(row).one(&db).await?, (None, None, 0));
    Ok(())
}

async fn groups_have_a_row_each(db: Database) -> Result {
    games(&db).await?;
    let teams: Vec<(i32, u64, Option<i64>)> = Game::query()
        .select((Game::TEAM, count_all(), Game::POINTS.sum()))
        .group_by(Game::TEAM)
        .order_by(Game::TEAM.asc())
        .all(&db)
        .await?;
    assert_eq!(teams, [(1, 2, Some(30)), (2, 1, Some(5))]);
    Ok(())
}

async fn having_keeps_some_groups(db: Database) -> Result {
    games(&db).await?;
    let big = Game::query()
        .select(Game::TEAM)
        .group_by(Game::TEAM)
        .having(count_all::<Game>().ge(2u64).and(Game::POINTS.sum().gt(20)));
    assert_eq!(big.all(&db).await?, [1]);
    Ok(())
}

async fn a_group_can_be_ordered_by_its_aggregate(db: Database) -> Result {
    games(&db).await?;
    let poorest = Game::query()
        .select(Game::TEAM)
        .group_by((Game::TEAM,))
        .order_by(Game::POINTS.sum().asc())
        .limit(1);
    assert_eq!(poorest.all(&db).await?, [2]);
    Ok(())
}

async fn nullable_columns_stay_options(db: Database) -> Result {
    games(&db).await?;
    let rows: Vec<Option<i32>> = Game::query()
        .select(Game::HANDICAP)
        .order_by(Game::ID.asc())
        .offset(1)
        .limit(1)
        .all(&db)
        .await?;
    assert_eq!(rows, [Some(15)]);
    let first = Game::query()
        .select(Game::HANDICAP)
        .order_by(Game::ID.asc());
    assert_eq!(first.first(&db).await?, Some(None));
    Ok(())
}

async fn first_and_one_of_a_selection(db: Database) -> Result {
    games(&db).await?;
    let points = Game::query()
        .select(Game::POINTS)
        .order_by(Game::POINTS.desc());
    assert_eq!(points.clone().first(&db).await?, Some(20));
    assert!(
        points
            .clone()
            .one(&db)
            .await
            .unwrap_err()
            .is_too_many_rows()
    );
    assert!(points.limit(0).one(&db).await.unwrap_err().is_not_found());
    Ok(())
}

async fn columns_compare_with_columns(db: Database) -> Result {
    games(&db).await?;
    let equal = Game::filter(Game::POINTS.eq(Game::HANDICAP));
    assert_eq!(equal.one(&db).await?.points, 5);
    let over = Game::filter(Game::POINTS.gt(Game::HANDICAP))
        .count(&db)
        .await?;
    assert_eq!(over, 1, "NULL compares with nothing");
    Ok(())
}

async fn expressions_calculate_in_the_database(db: Database) -> Result {
    games(&db).await?;
    let doubled: Vec<i32> = Game::filter((Game::POINTS * 2 - 1).lt(20))
        .select(Game::POINTS + Game::TEAM)
        .order_by((Game::POINTS * Game::TEAM).asc())
        .all(&db)
        .await?;
    assert_eq!(doubled, [11, 7]);
    Ok(())
}

async fn an_update_can_count_up(db: Database) -> Result {
    games(&db).await?;
    let changed = Game::filter(Game::TEAM.eq(1))
        .set(Game::POINTS, Game::POINTS + 100)
        .set(Game::HANDICAP, Game::TEAM)
        .update(&db)
        .await?;
    assert_eq!(changed, 2);
    let rows = Game::query().select((Game::POINTS, Game::HANDICAP));
    let rows = rows.order_by(Game::ID.asc()).all(&db).await?;
    assert_eq!(rows, [(110, Some(1)), (120, Some(1)), (5, Some(5))]);
    Ok(())
}
