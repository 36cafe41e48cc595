//! The service on a disk that fails on command.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use youku_core::{Admin, Page, Policy, Youku};
use youku_tests::Result;

use crate::world::{credentials, policy, registration};

/// A call of libc, the files on which it fails, and how it fails.
pub(super) type Fault<'f> = (&'static str, &'f str, i32);

/// A service on the disk.
pub(super) struct Disk {
    order: PathBuf,
    pub(super) movies: PathBuf,
    pub(super) youku: Youku,
    pub(super) admin: Admin,
}

impl Disk {
    pub(super) async fn open(order: PathBuf, movies: PathBuf, elsewhere: &Path) -> Result<Self> {
        let youku = Youku::builder()
            .database(format!("sqlite:{}", elsewhere.join("youku.db").display()))
            .movies_folder(&movies)
            .policy(Policy {
                restore_window: Duration::ZERO,
                sweep_grace: Duration::ZERO,
                ..policy()
            })
            .open()
            .await?;
        youku.create_admin(registration("root")).await?;
        let admin = youku.login(credentials("root")).await?.admin().await?;
        admin.session().renew_membership(0).await?;
        Ok(Self {
            order,
            movies,
            youku,
            admin,
        })
    }

    /// From now on the disk fails in this way.
    pub(super) fn fail(&self, (call, files, errno): Fault<'_>) -> Result {
        let new = self.order.with_extension("new");
        fs::write(&new, format!("{call} {files} {errno}"))?;
        Ok(fs::rename(new, &self.order)?)
    }

    pub(super) fn heal(&self) -> Result {
        Ok(fs::remove_file(&self.order)?)
    }

    /// Asserts that what is listed is whole, and that there are that many movies.
    pub(super) async fn has_movies(&self, count: u64) -> Result {
        let found = self.youku.verify().await?;
        assert_eq!((found.movies, found.damaged), (count, vec![]));
        Ok(())
    }

    pub(super) async fn listed(&self) -> Result<u64> {
        let movies = self.admin.session().movies().page(Page::first(99)).await?;
        Ok(movies.len() as u64)
    }

    /// The name of the object that was written last.
    pub(super) fn newest_object(&self) -> Result<String> {
        let entries = fs::read_dir(self.movies.join("objects"))?;
        let entries: Vec<_> = entries.collect::<std::io::Result<_>>()?;
        let newest = entries
            .iter()
            .max_by_key(|entry| entry.metadata().and_then(|data| data.modified()).ok());
        let name = newest.ok_or("an object")?.file_name();
        Ok(name.into_string().map_err(|_| "a key")?)
    }

    pub(super) fn objects(&self) -> Result<usize> {
        Ok(fs::read_dir(self.movies.join("objects"))?.count())
    }
}
