//! Structs around one value, used as types of columns and as keys.

use youku_orm::{ColumnKind, ColumnType, ColumnValue, Database, Id, Model, New, Timestamp, sql};
use youku_tests::{Result, both_databases};

use crate::models::Person;

both_databases![
    a_newtype_is_stored_as_its_inner_value,
    a_newtype_is_compared_set_and_selected,
    a_newtype_is_a_key,
    a_newtype_is_an_auto_key,
    a_newtype_of_a_newtype_reaches_the_database,
    a_cell_that_does_not_fit_names_its_column,
];

#[derive(ColumnType, Debug, Clone, PartialEq)]
struct Email(String);

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
struct Cents(u8);

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
struct Price(Cents);

#[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
struct Moment(Timestamp);

#[derive(ColumnType, Debug, Clone, PartialEq)]
struct AccountNumber(u32);

/// A float cannot be a key, so this type cannot either; it may be any other column.
#[derive(ColumnType, Debug)]
struct Weight(f64);

#[derive(Model, Debug)]
struct Account {
    #[model(primary_key, auto)]
    number: AccountNumber,
    #[model(unique, length = 64)]
    email: Email,
    spare: Option<Email>,
    #[model(default = Price(Cents(7)))]
    price: Price,
    weight: Weight,
    seen: Option<Moment>,
}

#[derive(Model, Debug, PartialEq)]
struct Inbox {
    #[model(primary_key, length = 64)]
    email: Email,
    owner: AccountNumber,
}

fn account(email: &str) -> NewAccount {
    NewAccount {
        email: Email(email.to_owned()),
        spare: None,
        weight: Weight(0.5),
        seen: None,
    }
}

async fn a_newtype_is_stored_as_its_inner_value(db: Database) -> Result {
    assert_eq!(Email::KIND, ColumnKind::Text);
    assert_eq!(Option::<Price>::INFO.kind, ColumnKind::Unsigned(8));
    db.create_tables::<Account>().await?;
    account("a@b").insert(&db).await?;
    let raw: Vec<(String, u8, f64)> = sql("SELECT email, price, weight FROM account")
        .all(&db)
        .await?;
    assert_eq!(raw, [("a@b".to_owned(), 7, 0.5)]);
    let typed: Vec<(Email, Price)> = sql("SELECT email, price FROM account").all(&db).await?;
    assert_eq!(typed, [(Email("a@b".to_owned()), Price(Cents(7)))]);
    Ok(())
}

async fn a_newtype_is_compared_set_and_selected(db: Database) -> Result {
    db.create_tables::<Account>().await?;
    account("a@b").insert(&db).await?;
    let wanted = Email("a@b".to_owned());
    let query = Account::filter(Account::EMAIL.eq(&wanted));
    assert_eq!(query.clone().count(&db).await?, 1);
    query
        .set(Account::SPARE, Email("c@d".to_owned()))
        .set(Account::PRICE, Price(Cents(9)))
        .update(&db)
        .await?;
    let found = Account::filter(Account::SPARE.in_([Email("c@d".to_owned())]))
        .select((Account::PRICE, Account::SPARE))
        .one(&db)
        .await?;
    assert_eq!(found, (Price(Cents(9)), Some(Email("c@d".to_owned()))));
    assert_eq!(
        Account::filter(Account::PRICE.gt(Price(Cents(9))))
            .count(&db)
            .await?,
        0
    );
    Ok(())
}

async fn a_newtype_is_a_key(db: Database) -> Result {
    db.create_tables::<Inbox>().await?;
    let email = Email("a@b".to_owned());
    let new = NewInbox {
        email: email.clone(),
        owner: AccountNumber(3),
    };
    let mut inbox = new.insert(&db).await?;
    inbox.owner = AccountNumber(4);
    inbox.update(&db).await?;
    assert_eq!(Inbox::find(&db, &email).await?, Some(inbox));
    assert_eq!(Inbox::find(&db, Email("A@b".to_owned())).await?, None);
    Ok(())
}

async fn a_newtype_is_an_auto_key(db: Database) -> Result {
    db.create_tables::<Account>().await?;
    let rows = vec![account("a@b"), account("c@d")];
    let inserted = Account::insert_many(&db, rows).await?;
    assert_eq!(inserted[1].number, AccountNumber(2));
    let found = Account::get(&db, AccountNumber(2)).await?;
    assert_eq!(found.email, Email("c@d".to_owned()));
    Ok(())
}

async fn a_newtype_of_a_newtype_reaches_the_database(db: Database) -> Result {
    db.create_tables::<Account>().await?;
    let moment = Moment("2024-02-29T12:00:00.123456Z".parse()?);
    let new = NewAccount {
        seen: Some(moment),
        ..account("a@b")
    };
    let account = Account::insert(new)
        .set(Account::PRICE, Price(Cents(u8::MAX)))
        .exec(&db)
        .await?;
    assert_eq!(
        (account.price, account.seen),
        (Price(Cents(255)), Some(moment))
    );
    let read = Account::get(&db, account.number).await?;
    assert_eq!((read.price, read.seen), (Price(Cents(255)), Some(moment)));
    assert!((read.weight.0 - 0.5).abs() < f64::EPSILON);
    Ok(())
}

async fn a_cell_that_does_not_fit_names_its_column(db: Database) -> Result {
    let error = sql("SELECT 300 AS price").one::<(Price,)>(&db).await;
    let error = error.expect_err("300 is not a `u8`");
    assert!(error.is_decode(), "{error}");
    assert!(error.to_string().contains("column `price`"), "{error}");
    Ok(())
}

#[test]
fn a_newtype_of_an_id_keeps_its_kind() {
    /// The person to whom an inbox belongs.
    #[derive(ColumnType, Clone, Copy, PartialEq)]
    struct InboxOf(Id<Person>);
    assert_eq!(InboxOf::KIND, Id::<Person>::KIND);
    assert_eq!(InboxOf(Id::new(7)).0.get(), 7);
}
