//! Connecting as the options say, to the database that the URL names.

use crate::database::handle::{Database, Driver};
use crate::error::{Error, Result};
use crate::settings::options::DatabaseOptions;
use crate::settings::url;

impl DatabaseOptions {
    /// Connects; see [`Database::connect`].
    ///
    /// # Errors
    /// Those of [`Database::connect`].
    pub async fn connect(mut self, url: &str) -> Result<Database> {
        let url = url::take_parameters(url, &mut self)?;
        let limit = self.connect_timeout;
        match tokio::time::timeout(limit, self.open(&url)).await {
            Ok(connected) => connected,
            Err(_) => Err(Error::connect_timeout(limit)),
        }
    }

    /// Uses a pool of connections to MySQL that the program has already. Its size, its waits and its
    /// encryption are the pool's own; of these options count the timeouts, `slow_statement` and the
    /// hooks.
    ///
    /// ```no_run
    /// use youku_orm::{Database, mysql_options};
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let options = mysql_async::Opts::from_url("mysql://app@localhost/shop")?;
    /// let builder = mysql_async::OptsBuilder::from_opts(options);
    /// let pool = mysql_async::Pool::new(mysql_options(builder));
    /// let db = Database::options().with_mysql_pool(pool).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// A usage error for a pool whose options were not made with
    /// [`mysql_options`](crate::mysql_options); those of [`connect`](Self::connect).
    #[cfg(feature = "mysql")]
    pub async fn with_mysql_pool(self, pool: mysql_async::Pool) -> Result<Database> {
        let adopted = crate::drivers::mysql::Pool::adopt(pool, &self);
        match tokio::time::timeout(self.connect_timeout, adopted).await {
            Ok(adopted) => {
                let (pool, dialect) = adopted?;
                Ok(Database::new(Driver::Mysql(pool), dialect, self))
            }
            Err(_) => Err(Error::connect_timeout(self.connect_timeout)),
        }
    }

    async fn open(self, url: &str) -> Result<Database> {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        let (driver, dialect) = match scheme {
            #[cfg(feature = "sqlite")]
            "sqlite" => {
                let pool = crate::drivers::sqlite::Pool::connect(url, &self).await?;
                (Driver::Sqlite(pool), crate::sql::dialect::Dialect::sqlite())
            }
            #[cfg(not(feature = "sqlite"))]
            "sqlite" => return Err(feature_off("sqlite")),
            #[cfg(feature = "mysql")]
            "mysql" | "mariadb" => {
                let (pool, dialect) = crate::drivers::mysql::Pool::connect(url, &self).await?;
                (Driver::Mysql(pool), dialect)
            }
            #[cfg(not(feature = "mysql"))]
            "mysql" | "mariadb" => return Err(feature_off("mysql")),
            _ => {
                return Err(Error::usage(
                    "the database URL must begin with `sqlite:` or `mysql://`, as in `sqlite:youku.db`",
                ));
            }
        };
        Ok(Database::new(driver, dialect, self))
    }
}

#[cfg(not(all(feature = "sqlite", feature = "mysql")))]
fn feature_off(feature: &str) -> Error {
    Error::usage(format!(
        "this URL needs the feature `{feature}` of `youku-orm`, which is off"
    ))
}
