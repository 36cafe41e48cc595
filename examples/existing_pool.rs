//! The movie service in a program that already has a database. Both share one connection pool. The service's tables are in the
//! program's database, which has its own table `user` too.
//!
//! ```text
//! cargo run --features mysql --example existing_pool                          # in memory
//! cargo run --features mysql --example existing_pool -- mysql://user:password@localhost/shop
//! ```

use std::error::Error;

use mysql_async::{Opts, OptsBuilder, Pool};
use youku_core::{Registration, Youku};
use youku_orm::{Database, Id, Model, New, mysql_options};

/// The program's own users: customers of a shop.
#[derive(Model, Debug, Clone, PartialEq)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    #[model(unique, length = 100)]
    email: String,
    /// The customer's user in the movie service, once they have used it.
    viewer: Option<u64>,
}

/// Connects as the program did before it used the movie service. On MySQL that is a pool of `mysql_async`, which the program may
/// still use directly.
async fn connect(url: &str) -> Result<Database, Box<dyn Error>> {
    if !url.starts_with("mysql:") {
        return Ok(Database::connect(url).await?);
    }
    let options = OptsBuilder::from_opts(Opts::from_url(url)?);
    let pool = Pool::new(mysql_options(options));
    Ok(Database::options().with_mysql_pool(pool).await?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "sqlite::memory:".to_owned());
    let shop = connect(&url).await?;
    shop.create_tables::<User>().await?;
    let ann = NewUser {
        email: "ann@example.org".to_owned(),
        viewer: None,
    };
    let mut ann = ann.insert(&shop).await?;

    let youku = Youku::builder()
        .existing_database(shop.clone())
        .table_prefix("movies_")
        .movies("memory:///")
        .open()
        .await?;
    let registration = Registration {
        username: ann.email.replace('@', " at "),
        password: "a password of her own".to_owned(),
    };
    let viewer = youku.register(registration).await?;
    ann.viewer = Some(viewer.get());
    ann.update(&shop).await?;
    println!("customer {} is viewer {viewer}", ann.id);

    // The service closes; the program's database stays open.
    youku.close().await?;
    let customers = User::filter(User::VIEWER.is_not_null())
        .count(&shop)
        .await?;
    println!("{customers} customer watches movies");
    shop.close().await?;
    Ok(())
}
