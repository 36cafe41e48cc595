//! Values of serde types as JSON.

use std::collections::{BTreeMap, HashMap};

use proptest::collection::{btree_map, vec};
use proptest::prelude::{Strategy, any};
use serde::{Deserialize, Serialize};
use youku_orm::{Database, Json, Model, New, sql};
use youku_tests::{Result, both_databases};

use super::round_trip;
use super::samples::sample;

both_databases![
    numbers_keep_their_digits,
    trees,
    null_of_json_and_of_sql,
    text_that_is_not_json_is_refused,
    json_of_another_type_is_an_error_without_its_text,
    a_value_that_json_cannot_express_is_refused,
    json_functions_search_inside_a_value,
];

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
struct Tree {
    label: String,
    weight: f64,
    count: u64,
    marks: BTreeMap<String, Option<i64>>,
    children: Vec<Tree>,
}

fn tree(children: Vec<Tree>) -> impl Strategy<Value = Tree> {
    let label = || vec(any::<char>(), 0..6).prop_map(String::from_iter);
    let weight = proptest::num::f64::NORMAL;
    let marks = btree_map(label(), any::<Option<i64>>(), 0..3);
    (label(), weight, any::<u64>(), marks).prop_map(move |(label, weight, count, marks)| {
        let children = children.clone();
        Tree {
            label,
            weight,
            count,
            marks,
            children,
        }
    })
}

round_trip!(trees: Json<Tree>, equal, {
    let odd = ["", "\0", "'\\\"", "\u{1f600}", "\u{10ffff}", "</script>"];
    let bare = |label: &str| Tree {
        label: label.to_owned(),
        weight: 0.1 + 0.2,
        count: u64::MAX,
        marks: BTreeMap::from([(label.to_owned(), Some(i64::MIN)), ("b".to_owned(), None)]),
        children: Vec::new(),
    };
    let odd = odd.map(bare);
    sample(tree(odd.to_vec()).prop_map(Json), odd.map(Json))
});

#[derive(Model, Debug, PartialEq)]
struct Note {
    #[model(primary_key, auto)]
    id: u64,
    tags: Json<Vec<String>>,
    #[model(default = Json(None))]
    inner: Json<Option<u8>>,
    #[model(default = None)]
    outer: Option<Json<u8>>,
}

fn note(tags: &[&str]) -> NewNote {
    NewNote {
        tags: Json(tags.iter().map(|tag| tag.to_string()).collect()),
    }
}

async fn null_of_json_and_of_sql(db: Database) -> Result {
    db.create_tables::<Note>().await?;
    let row = note(&[]).insert(&db).await?;
    assert_eq!(Note::get(&db, row.id).await?, row);
    assert_eq!(Note::filter(Note::INNER.is_null()).count(&db).await?, 0);
    assert_eq!(Note::filter(Note::OUTER.is_null()).count(&db).await?, 1);
    Ok(())
}

async fn text_that_is_not_json_is_refused(db: Database) -> Result {
    db.create_tables::<Note>().await?;
    let refused = sql("INSERT INTO note (tags, `inner`) VALUES ('[', 'null')")
        .execute(&db)
        .await;
    assert!(refused.is_err());
    Ok(())
}

async fn json_of_another_type_is_an_error_without_its_text(db: Database) -> Result {
    for text in [r#""secret""#, r#"["secret", 2]"#, r#"["secret""#] {
        let read = sql("SELECT ?")
            .bind(text)
            .one::<Json<Vec<String>>>(&db)
            .await;
        let error = read.expect_err("it is not a list of texts");
        assert!(
            error.is_decode() && !error.to_string().contains("secret"),
            "{error}"
        );
    }
    Ok(())
}

async fn a_value_that_json_cannot_express_is_refused(db: Database) -> Result {
    let map = Json(HashMap::from([(vec![1_u8], 2_u8)]));
    let bound = sql("SELECT ?").bind(map).one::<String>(&db).await;
    let text = bound.expect_err("a key of JSON is text").to_string();
    assert!(text.contains("cannot be written as JSON"), "{text}");
    Ok(())
}

async fn json_functions_search_inside_a_value(db: Database) -> Result {
    db.create_tables::<Note>().await?;
    let notes = Note::insert_many(&db, vec![note(&["new"]), note(&["old", "new"])]).await?;
    let second = "SELECT * FROM note WHERE JSON_EXTRACT(tags, '$[1]') = ?";
    let found: Vec<Note> = sql(second).bind("new").all(&db).await?;
    assert_eq!(found, notes[1..]);
    Ok(())
}

async fn numbers_keep_their_digits(db: Database) -> Result {
    #[derive(Model, Debug, PartialEq)]
    struct Measured {
        #[model(primary_key, auto)]
        id: u64,
        floats: Json<Vec<f64>>,
        integers: Json<(u64, i64)>,
    }
    db.create_tables::<Measured>().await?;
    let measured = || NewMeasured {
        // The second one needs more than the usual precision when its text is read.
        floats: Json(vec![
            0.1 + 0.2,
            31.245270191439438,
            f64::MIN_POSITIVE,
            f64::MAX,
        ]),
        integers: Json((u64::MAX, i64::MIN)),
    };
    let row = measured().insert(&db).await?;
    assert_eq!(
        (&row.floats, row.integers),
        (&measured().floats, measured().integers)
    );
    assert_eq!(Measured::get(&db, row.id).await?, row);
    Ok(())
}
