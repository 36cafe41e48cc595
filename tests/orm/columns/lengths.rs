//! How long an indexed text may be, and how many bytes an index holds.

use youku_orm::{Column, ColumnEnum, Database, Model, New, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

both_databases![
    an_indexed_text_has_255_characters,
    an_enum_can_be_indexed,
    an_index_that_is_too_long_is_refused,
    an_index_may_have_3072_bytes,
];

#[derive(Model, Debug, Clone, PartialEq)]
struct Word {
    #[model(primary_key)]
    text: String,
    #[model(unique)]
    sound: Option<Vec<u8>>,
    #[model(index)]
    origin: String,
}

fn word(text: &str, sound: &[u8], origin: &str) -> NewWord {
    let sound = Some(sound.to_vec());
    NewWord {
        text: text.to_owned(),
        sound,
        origin: origin.to_owned(),
    }
}

async fn an_indexed_text_has_255_characters(db: Database) -> Result {
    db.create_tables::<Word>().await?;
    let most = "\u{1f600}".repeat(255);
    let fits = word(&most, &[0xff; 255], &most).insert(&db).await?;
    assert_eq!(Word::get(&db, most.as_str()).await?, fits);
    let long = "a".repeat(256);
    for too_long in [
        word(&long, b"", ""),
        word("", long.as_bytes(), ""),
        word("", b"", &long),
    ] {
        let error = too_long.insert(&db).await.expect_err("it has one more");
        assert!(
            error.is_check_violation() && error.to_string().contains("at most 255"),
            "{error}"
        );
    }
    let by_hand = "INSERT INTO word (text, origin) VALUES (?, '')";
    assert!(sql(by_hand).bind(long).execute(&db).await.is_err());
    Ok(())
}

#[derive(ColumnEnum, Debug, Clone, Copy, PartialEq)]
enum Mood {
    Glad,
    NeitherGladNorSadButRatherThoughtful,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Day {
    #[model(primary_key, auto)]
    id: u64,
    #[model(index)]
    mood: Mood,
    #[model(unique, length = 4)]
    short: Option<Mood>,
}

async fn an_enum_can_be_indexed(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    db.create_tables::<Day>().await?;
    let length = |info: Option<u32>| info.ok_or("an enum has a length");
    assert_eq!(length(Column::info(Day::MOOD).length)?, 64);
    assert_eq!(length(Column::info(Day::SHORT).length)?, 4);
    let mood = Mood::NeitherGladNorSadButRatherThoughtful;
    let day = NewDay {
        mood,
        short: Some(Mood::Glad),
    }
    .insert(&db)
    .await?;
    assert_eq!(Day::filter(Day::MOOD.eq(mood)).one(&db).await?, day);
    if database.backend() == Backend::Mysql {
        let ty = "SELECT column_type FROM information_schema.columns \
                  WHERE table_schema = DATABASE() AND table_name = 'day' AND column_name = 'mood'";
        assert_eq!(sql(ty).one::<String>(&db).await?, "varchar(64)");
    }
    Ok(())
}

/// The derive cannot read its lengths directly from the source.
type Text = String;

#[derive(Model, Debug)]
struct Wide {
    #[model(primary_key, auto)]
    id: u64,
    #[model(index = "all", length = 700)]
    first: Text,
    #[model(index = "all")]
    second: Text,
}

async fn an_index_that_is_too_long_is_refused(db: Database) -> Result {
    let error = db
        .create_tables::<Wide>()
        .await
        .expect_err("it has 3,820 bytes");
    let text = error.to_string();
    assert!(text.contains("`all` of `wide` takes 3820 bytes"), "{text}");
    Ok(())
}

#[derive(Model, Debug)]
struct Full {
    #[model(primary_key, auto)]
    id: u64,
    #[model(index = "all", length = 513)]
    first: String,
    #[model(index = "all", length = 254)]
    second: Option<String>,
    #[model(index = "all")]
    number: u32,
}

async fn an_index_may_have_3072_bytes(db: Database) -> Result {
    db.create_tables::<Full>().await?;
    assert_eq!(Full::query().count(&db).await?, 0);
    Ok(())
}
