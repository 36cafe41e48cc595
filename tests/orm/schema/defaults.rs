//! Defaults in a live table: those of a model are the model's own, however the database prints them.

use youku_orm::{Database, FindingKind, Id, Model, civil, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

both_databases![
    a_default_of_every_kind_is_the_models_own,
    defaults_written_by_hand_are_compared_by_their_value,
];

const DAY: civil::Date = civil::date(2024, 1, 2);
const CLOCK: civil::Time = civil::time(3, 4, 5, 0);
const MOMENT: civil::DateTime = DAY.at(3, 4, 5, 600_000_000);

#[derive(Model)]
struct Defaults {
    #[model(primary_key, auto)]
    id: Id<Defaults>,
    #[model(default = true)]
    flag: bool,
    #[model(default = -7)]
    small: i8,
    #[model(default = u64::MAX)]
    large: u64,
    #[model(default = 0.1)]
    single: f32,
    #[model(default = 1.0)]
    double: f64,
    #[model(default = 1e300)]
    huge: f64,
    #[model(default = "It's\n(a) \\ `\"Text\"", length = 40)]
    text: String,
    #[model(default = "NULL")]
    long: String,
    #[model(default = "Long\tText", length = 9_000)]
    checked: String,
    #[model(default = DAY)]
    day: civil::Date,
    #[model(default = CLOCK)]
    clock: civil::Time,
    #[model(default = MOMENT)]
    moment: civil::DateTime,
    #[model(default = None)]
    nothing: Option<String>,
    #[model(default = None, length = 20)]
    short_nothing: Option<String>,
    #[model(default = None)]
    no_number: Option<i32>,
}

async fn a_default_of_every_kind_is_the_models_own(db: Database) -> Result {
    db.create_tables::<Defaults>().await?;
    assert_eq!(db.check::<Defaults>().await?.to_string(), "");
    Ok(())
}

#[cfg(feature = "decimal")]
mod amounts {
    use youku_orm::{Database, Decimal, Id, Model};
    use youku_tests::{Result, both_databases};

    both_databases![a_default_of_a_decimal_is_the_models_own];

    #[derive(Model)]
    struct Invoice {
        #[model(primary_key, auto)]
        id: Id<Invoice>,
        #[model(default = Decimal::TEN)]
        amount: Decimal,
    }

    async fn a_default_of_a_decimal_is_the_models_own(db: Database) -> Result {
        db.create_tables::<Invoice>().await?;
        assert_eq!(db.check::<Invoice>().await?.to_string(), "");
        Ok(())
    }
}

#[derive(Model)]
struct Guest {
    #[model(primary_key, auto)]
    id: Id<Guest>,
    #[model(default = 1)]
    visits: i32,
    #[model(default = None)]
    age: Option<i32>,
    #[model(default = "a b", length = 20)]
    name: String,
}

async fn defaults_written_by_hand_are_compared_by_their_value(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    let (key, text) = match database.backend() {
        Backend::Mysql => (
            "BIGINT UNSIGNED NOT NULL PRIMARY KEY AUTO_INCREMENT",
            "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL",
        ),
        Backend::Sqlite | Backend::SqliteMemory => {
            ("INTEGER PRIMARY KEY AUTOINCREMENT", "TEXT NOT NULL")
        }
    };
    for (visits, age, name, other) in [
        ("1.0", "", "'a b'", vec![]),
        ("(1)", "DEFAULT NULL", "('a b')", vec![]),
        ("11", "", "'a b'", vec!["visits"]),
        ("1", "DEFAULT 1", "'a b'", vec!["age"]),
        ("1", "", "'ab'", vec!["name"]),
        ("1", "", "'A b'", vec!["name"]),
        ("1", "", "'(a b)'", vec!["name"]),
    ] {
        let columns = format!(
            "id {key}, visits INT NOT NULL DEFAULT {visits}, age INT {age}, name {text} DEFAULT {name}"
        );
        sql(format!("CREATE TABLE guest ({columns})"))
            .execute(&db)
            .await?;
        let findings = db.check::<Guest>().await?;
        let defaults = findings
            .iter()
            .filter(|one| one.kind == FindingKind::DefaultValue);
        let found: Vec<_> = defaults.filter_map(|one| one.column.as_deref()).collect();
        assert_eq!(found, other, "{columns}");
        sql("DROP TABLE guest").execute(&db).await?;
    }
    Ok(())
}
