//! `youku-server migrate`, `check` and `sweep`: maintenance of the data, with or without a running server.

use std::error::Error;

use clap::Args;
use youku_core::{Damage, Policy, Verified};

use crate::policy::RestoreWindow;
use crate::storage::Storage;

#[derive(Args)]
pub(crate) struct Migrate {
    #[command(flatten)]
    storage: Storage,
}

/// Reports the damaged movies; any damaged movie is a failure.
fn report(verified: &Verified) -> Result<(), Box<dyn Error>> {
    println!("verified movies: {}", verified.movies);
    for damaged in &verified.damaged {
        let wrong = match damaged.damage {
            Damage::Missing => "the bytes are missing",
            _ => "the bytes do not match the SHA-256",
        };
        let (id, name) = (damaged.movie.id, &damaged.movie.name);
        println!("damaged: movie {id}, `{name}`: {wrong}");
    }
    if verified.damaged.is_empty() {
        Ok(())
    } else {
        Err("some movies are damaged: delete each of them and upload it again".into())
    }
}

#[derive(Args)]
pub(crate) struct Check {
    /// Read every movie and compare its bytes with its SHA-256.
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    storage: Storage,
}

#[derive(Args)]
pub(crate) struct Sweep {
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    restore_window: RestoreWindow,
}

impl Migrate {
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        let ran = self.storage.builder()?.migrate().await?;
        for name in &ran {
            println!("migrated: {name}");
        }
        if ran.is_empty() {
            println!("the database is up to date");
        }
        Ok(())
    }
}

impl Check {
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        let unchanged = youku_core::Migrate::CheckOnly;
        let youku = self.storage.builder()?.migrations(unchanged).open().await?;
        let verified = if self.verify {
            Some(youku.verify().await)
        } else {
            None
        };
        youku.close().await?;
        if let Some(verified) = verified.transpose()? {
            report(&verified)?;
        }
        println!("OK: the database and the movie storage are consistent");
        Ok(())
    }
}

impl Sweep {
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        let policy = Policy {
            restore_window: self.restore_window.duration(),
            ..Policy::default()
        };
        let youku = self.storage.open(policy).await?;
        let swept = youku.sweep().await;
        youku.close().await?;
        let swept = swept?;
        let removed = [
            ("expired uploads", swept.uploads),
            ("abandoned staged files", swept.staged_files),
            ("bytes of deleted movies", swept.collected_movies),
            ("stored objects without a movie", swept.objects),
            ("expired sessions", swept.sessions),
            ("expired invites", swept.invites),
            ("expired failed log-ins", swept.login_failures),
            ("finished waits", swept.waits),
        ];
        for (what, count) in removed {
            println!("removed {what}: {count}");
        }
        println!(
            "movies hidden because their bytes are missing: {}",
            swept.lost_movies
        );
        Ok(())
    }
}
