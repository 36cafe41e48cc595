//! Each kind of store in which the service can keep its movies, for tests that run on all of them.

use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use youku_core::Policy;
use youku_tests::{Backend, Outcome, Result, TestDatabase, s3};

use crate::world::{Movies, World, policy};

/// A kind of store.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Disk,
    Memory,
    S3,
}

/// A service, and its store as other programs see it.
pub(crate) struct Stored {
    pub(crate) world: World,
    pub(crate) store: Arc<dyn ObjectStore>,
}

/// Makes tests of async functions that take a [`Stored`]: each runs on all stores and databases.
macro_rules! every_store {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            $crate::stores::every_store!(@ $name disk Disk);
            $crate::stores::every_store!(@ $name memory Memory);
            $crate::stores::every_store!(@ $name s3 S3);
        }
    )+};
    (@ $name:ident $module:ident $kind:ident) => {
        mod $module {
            use crate::stores::{Kind, run};
            use youku_tests::Backend;

            #[test]
            fn sqlite() {
                run(Kind::$kind, Backend::Sqlite, super::super::$name);
            }

            #[test]
            fn mysql() {
                run(Kind::$kind, Backend::Mysql, super::super::$name);
            }
        }
    };
}
pub(crate) use every_store;

/// Runs one test body on a new store and a new database.
pub(crate) fn run<F, O>(kind: Kind, backend: Backend, body: F)
where
    F: AsyncFnOnce(Stored) -> O,
    O: Outcome,
{
    if matches!(kind, Kind::S3) && !s3::is_available() {
        return;
    }
    youku_tests::run(backend, async |database: TestDatabase| {
        body(Stored::new(kind, &database, policy()).await).await
    });
}

impl Stored {
    pub(crate) async fn new(kind: Kind, database: &TestDatabase, policy: Policy) -> Self {
        let (movies, store): (_, Arc<dyn ObjectStore>) = match kind {
            Kind::Disk => {
                let world = World::with_policy(database, policy).await;
                let folder = LocalFileSystem::new_with_prefix(world.path(""));
                let store = Arc::new(folder.expect("a folder"));
                return Self { world, store };
            }
            Kind::Memory => {
                let store = Arc::new(InMemory::new());
                (Movies::Store(store.clone()), store)
            }
            Kind::S3 => {
                let (url, store) = bucket();
                (Movies::Url(url), Arc::new(store))
            }
        };
        let world = World::with_movies(database, movies, policy).await;
        Self { world, store }
    }

    /// The names of the objects in the store, without those that the service uses internally.
    pub(crate) async fn objects(&self) -> Result<Vec<Path>> {
        let objects = self.store.list(Some(&Path::from("objects")));
        Ok(objects
            .map_ok(|object| object.location)
            .try_collect()
            .await?)
    }

    /// Removes every movie without the service's knowledge.
    pub(crate) async fn lose_objects(&self) -> Result {
        for object in self.objects().await? {
            self.store.delete(&object).await?;
        }
        Ok(())
    }
}

/// A new bucket: as a URL for the service, and as a store for direct access.
pub(crate) fn bucket() -> (String, impl ObjectStore) {
    // The test's store gets its TLS library from here, although it does not use one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (endpoint, bucket) = s3::new_bucket().expect("the caller asked `is_available`");
    let store = AmazonS3Builder::new()
        .with_endpoint(endpoint)
        .with_bucket_name(&bucket)
        .with_access_key_id("neo")
        .with_secret_access_key("zion")
        .with_allow_http(true)
        .build();
    let secrets = "access_key_id=neo&secret_access_key=zion";
    let url = format!("s3://{bucket}/?endpoint={endpoint}&allow_http=true&{secrets}");
    (url, store.expect("a bucket"))
}
