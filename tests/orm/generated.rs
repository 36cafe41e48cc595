//! What the derive generates: names, statements, the struct of a new row.

use youku_orm::{ColumnKind, Database, Id, Model, New, Table, sql};
use youku_tests::{Result, both_databases};

use crate::models::{Book, Person};

both_databases![
    renamed_columns_work,
    odd_names_work,
    a_skipped_field_is_not_a_column,
    defaults_are_computed_at_each_insert,
    the_crate_may_have_another_path,
    constants_run_unchanged,
];

/// The path of the library that [`Elsewhere`] names.
mod renamed {
    pub(super) use youku_orm as orm;
}

#[derive(Model, Debug, PartialEq)]
#[model(table = "order", rename_all = "camelCase")]
struct PurchaseOrder {
    #[model(primary_key, auto)]
    order_id: Id<PurchaseOrder>,
    #[model(column = "group")]
    buyer_group: String,
    #[model(unique, length = 10)]
    select: String,
    unit_price: i64,
}

#[derive(Model, Debug, PartialEq)]
#[model(table = "Größe, x-y z")]
struct Odd {
    #[model(primary_key, column = "the key")]
    r#type: i64,
    #[model(index)]
    größe: f64,
    #[model(column = "日本 'quoted' \"twice\"", unique, length = 5)]
    label: String,
}

#[derive(Model, Debug, PartialEq)]
struct HTTPCacheEntry {
    #[model(primary_key, auto)]
    id: u64,
    url: String,
    #[model(skip)]
    parsed: Option<Vec<String>>,
}

#[derive(Model, Debug, PartialEq)]
struct Ticket {
    #[model(primary_key, auto)]
    id: i32,
    #[model(default = next_code())]
    code: String,
    #[model(default = Ticket::FEE)]
    price: u32,
    #[model(default = "none")]
    note: Option<String>,
    #[model(default = -1)]
    seat: i16,
}

impl Ticket {
    const FEE: u32 = 250;
}

#[derive(renamed::orm::Model, Debug, PartialEq)]
#[model(crate = "crate::generated::renamed::orm")]
struct Elsewhere {
    #[model(primary_key)]
    id: i64,
}

fn next_code() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("code {}", NEXT.fetch_add(1, Ordering::Relaxed))
}

#[test]
fn a_table_has_the_name_of_its_struct_in_snake_case() {
    assert_eq!(Person::TABLE, "person");
    assert_eq!(HTTPCacheEntry::TABLE, "http_cache_entry");
    assert_eq!(Book::TABLE, "library_book");
}

#[test]
fn statements_are_constants() {
    let columns = "`id`, `name`, `age`, `nickname`, `standing`, `is_active`";
    let others = "`name`, `age`, `nickname`, `standing`, `is_active`";
    assert_eq!(Person::SELECT, format!("SELECT {columns} FROM `person`"));
    assert_eq!(
        Person::FIND,
        format!("SELECT {columns} FROM `person` WHERE `id` = ?")
    );
    assert_eq!(
        Person::INSERT,
        format!("INSERT INTO `person` ({others}) VALUES (?, ?, ?, ?, ?)")
    );
    assert_eq!(
        Person::UPDATE,
        "UPDATE `person` SET `name` = ?, `age` = ?, `nickname` = ?, `standing` = ?, `is_active` = ? WHERE `id` = ?"
    );
    assert_eq!(Person::DELETE, "DELETE FROM `person` WHERE `id` = ?");
    assert_eq!(
        Book::INSERT,
        "INSERT INTO `library_book` (`isbn`, `title`, `owner`) VALUES (?, ?, ?)"
    );
}

#[test]
fn columns_are_described() {
    let names: Vec<_> = Person::COLUMNS.iter().map(|column| column.name).collect();
    assert_eq!(
        names,
        ["id", "name", "age", "nickname", "standing", "is_active"]
    );
    let (id, name, age, nickname) = (
        Person::COLUMNS[0],
        Person::COLUMNS[1],
        Person::COLUMNS[2],
        Person::COLUMNS[3],
    );
    assert_eq!(Person::KEY, 0);
    assert!(id.key && id.auto && id.kind == ColumnKind::Unsigned(64));
    assert_eq!(
        (name.unique, name.length, name.key),
        (Some(""), Some(64), false)
    );
    assert_eq!((age.kind, age.nullable), (ColumnKind::Signed(32), false));
    assert_eq!((nickname.kind, nickname.nullable), (ColumnKind::Text, true));
    assert!(Book::COLUMNS[0].key && !Book::COLUMNS[0].auto);
}

#[test]
fn column_constants_know_their_column() {
    assert_eq!(Person::NICKNAME.name(), "nickname");
    assert_eq!(PurchaseOrder::BUYER_GROUP.name(), "group");
    assert_eq!(PurchaseOrder::UNIT_PRICE.name(), "unitPrice");
    assert_eq!(PurchaseOrder::TABLE, "order");
    assert_eq!(Odd::TYPE.name(), "the key");
    assert_eq!(Odd::GRÖSSE.name(), "größe");
    assert_eq!(format!("{:?}", Person::AGE), "Column(person.age)");
}

async fn renamed_columns_work(db: Database) -> Result {
    db.create_tables::<PurchaseOrder>().await?;
    let new = NewPurchaseOrder {
        buyer_group: "b".to_owned(),
        select: "s".to_owned(),
        unit_price: 5,
    };
    let order = new.insert(&db).await?;
    let row: (u64, String, String, i64) =
        sql("SELECT `orderId`, `group`, `select`, `unitPrice` FROM `order`")
            .one(&db)
            .await?;
    assert_eq!(row, (1, "b".to_owned(), "s".to_owned(), 5));
    let found = PurchaseOrder::filter(
        PurchaseOrder::BUYER_GROUP
            .eq("b")
            .and(PurchaseOrder::SELECT.eq("s")),
    );
    assert_eq!(
        found
            .order_by(PurchaseOrder::UNIT_PRICE.asc())
            .one(&db)
            .await?,
        order
    );
    Ok(())
}

async fn odd_names_work(db: Database) -> Result {
    db.create_tables::<Odd>().await?;
    let odd = NewOdd {
        r#type: -3,
        größe: 1.5,
        label: "x".to_owned(),
    }
    .insert(&db)
    .await?;
    assert_eq!(Odd::find(&db, -3).await?.as_ref(), Some(&odd));
    let changed = Odd {
        größe: 2.5, ..odd
    };
    changed.update(&db).await?;
    assert_eq!(
        Odd::filter(Odd::GRÖSSE.gt(2.0).and(Odd::LABEL.eq("x")))
            .one(&db)
            .await?,
        changed
    );
    assert_eq!(sql(Odd::SELECT).all::<Odd>(&db).await?, [changed]);
    assert!(
        NewOdd {
            r#type: 1,
            größe: 0.0,
            label: "x".to_owned()
        }
        .insert(&db)
        .await
        .is_err()
    );
    Ok(())
}

async fn a_skipped_field_is_not_a_column(db: Database) -> Result {
    db.create_tables::<HTTPCacheEntry>().await?;
    let mut entry = NewHTTPCacheEntry {
        url: "u".to_owned(),
    }
    .insert(&db)
    .await?;
    assert_eq!(entry.parsed, None);
    entry.parsed = Some(vec!["p".to_owned()]);
    entry.update(&db).await?;
    assert_eq!(HTTPCacheEntry::get(&db, entry.id).await?.parsed, None);
    assert_eq!(HTTPCacheEntry::COLUMNS.len(), 2);
    Ok(())
}

async fn defaults_are_computed_at_each_insert(db: Database) -> Result {
    db.create_tables::<Ticket>().await?;
    let one = NewTicket {}.insert(&db).await?;
    let two = Ticket::insert(NewTicket {})
        .set(Ticket::SEAT, 4)
        .exec(&db)
        .await?;
    assert_ne!(one.code, two.code);
    assert_eq!(Ticket::get(&db, one.id).await?, one);
    assert_eq!(Ticket::get(&db, two.id).await?, two);
    assert_eq!(
        (one.price, one.note.as_deref(), one.seat, two.seat),
        (250, Some("none"), -1, 4)
    );
    Ok(())
}

async fn the_crate_may_have_another_path(db: Database) -> Result {
    db.create_tables::<Elsewhere>().await?;
    let row = NewElsewhere { id: i64::MIN }.insert(&db).await?;
    assert_eq!(Elsewhere::get(&db, i64::MIN).await?, row);
    Ok(())
}

async fn constants_run_unchanged(db: Database) -> Result {
    db.create_tables::<Person>().await?;
    let insert = sql(Person::INSERT)
        .bind("ann")
        .bind(1)
        .bind(None::<String>)
        .bind("guest")
        .bind(false);
    insert.execute(&db).await?;
    let update = sql(Person::UPDATE)
        .bind("bob")
        .bind(2)
        .bind("B")
        .bind("life_member")
        .bind(true)
        .bind(1);
    assert_eq!(update.execute(&db).await?.rows_affected, 1);
    let bob: Person = sql(Person::FIND).bind(1).one(&db).await?;
    assert_eq!(
        (bob.name.as_str(), bob.age, bob.is_active),
        ("bob", 2, true)
    );
    assert_eq!(
        sql(Person::DELETE)
            .bind(1)
            .execute(&db)
            .await?
            .rows_affected,
        1
    );
    assert!(sql(Person::SELECT).all::<Person>(&db).await?.is_empty());
    Ok(())
}
