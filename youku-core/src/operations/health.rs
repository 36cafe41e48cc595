//! Checks whether everything that the service needs is available and answers.

use std::fmt;
use std::path::PathBuf;

use youku_orm::sql;

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::records::schema;
use crate::service::shared::Service;
use crate::service::store_identity;
use crate::service::youku::Youku;

/// The health of a service; made by [`Youku::health`]. It displays as `well`, or as what is wrong.
#[derive(Debug)]
#[non_exhaustive]
pub struct Health {
    /// Why the database does not answer; none when it does.
    pub database: Option<Error>,
    /// How its tables differ from what this program needs, one sentence for each difference; also
    /// empty when the database does not answer.
    pub schema: Vec<String>,
    /// Why the store of movies cannot be used, or does not belong to this database; none when it
    /// works.
    pub movies: Option<Error>,
    /// How many bytes are free where uploads are staged; none when the disk does not report it.
    pub free_bytes: Option<u64>,
}

impl Health {
    /// Whether the service can do its work. How much free space a disk needs is for its operator to
    /// decide; see [`free_bytes`](Self::free_bytes).
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.database.is_none() && self.schema.is_empty() && self.movies.is_none()
    }
}

impl Youku {
    /// Queries the database, compares its tables with what this program needs, and checks the store
    /// of movies. Each must answer within
    /// [`Policy::health_timeout`](crate::Policy::health_timeout), or counts as unavailable. It
    /// changes nothing.
    ///
    /// It is for monitoring, not for clients: its result contains names of tables.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn health(&self) -> Health {
        let service = &*self.0;
        let (database, movies, free_bytes) = tokio::join!(
            database(service),
            in_time(
                service,
                store_identity::require(&service.db, &service.blobs)
            ),
            free_bytes(service.staging.folder().to_owned()),
        );
        let (database, schema) = match database {
            Ok(findings) => (None, findings),
            Err(error) => (Some(error), Vec::new()),
        };
        let health = Health {
            database,
            schema,
            movies: movies.err(),
            free_bytes,
        };
        if !health.is_well() {
            tracing::warn!(%health, "the health check failed");
        }
        health
    }
}

async fn database(service: &Service) -> Result<Vec<String>> {
    in_time(service, async {
        let _: i64 = sql("SELECT 1").one(&service.db).await?;
        let findings = schema::findings(&service.db).await?;
        Ok(findings.iter().map(ToString::to_string).collect())
    })
    .await
}

async fn in_time<T>(service: &Service, work: impl Future<Output = Result<T>>) -> Result<T> {
    let limit = service.policy.health_timeout;
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => Err(Error::new(
            Code::Unavailable,
            "there was no answer within `health_timeout`",
        )),
    }
}

async fn free_bytes(folder: PathBuf) -> Option<u64> {
    let asked = tokio::task::spawn_blocking(move || fs4::available_space(folder)).await;
    asked.ok()?.ok()
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_well() {
            return f.write_str("well");
        }
        let mut wrong = self.schema.clone();
        let parts = [("database", &self.database), ("movies", &self.movies)];
        for (part, error) in parts {
            wrong.extend(error.as_ref().map(|error| format!("{part}: {error}")));
        }
        f.write_str(&wrong.join("; "))
    }
}
