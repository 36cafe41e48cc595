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
            Damage::Missing => "bytes are missing",
            _ => "the bytes are others",
        };
        let (id, name) = (damaged.movie.id, &damaged.movie.name);
        println!("damaged: movie {id}, `{name}`: {wrong}");
    }
    match verified.damaged.is_empty() {
        true => Ok(()),
        false => Err("movies are damaged: delete each and upload it again".into()),
    }
}

#[derive(Args)]
pub(crate) struct Check {
    /// Read every movie too and compare its bytes with its digest, which takes as long as that.
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
            println!("ran {name}");
        }
        if ran.is_empty() {
            println!("nothing to do");
        }
        Ok(())
    }
}

impl Check {
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        let unchanged = youku_core::Migrate::CheckOnly;
        let youku = self.storage.builder()?.migrations(unchanged).open().await?;
        let verified = match self.verify {
            true => Some(youku.verify().await),
            false => None,
        };
        youku.close().await?;
        if let Some(verified) = verified.transpose()? {
            report(&verified)?;
        }
        println!("database and movies are fit for use");
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
            ("staged files", swept.staged_files),
            ("bytes of movies deleted long ago", swept.collected_movies),
            ("stored objects that no movie owns", swept.objects),
            ("expired sessions", swept.sessions),
            ("expired invites", swept.invites),
            ("forgotten failed log-ins", swept.login_failures),
            ("used waits", swept.waits),
        ];
        for (what, count) in removed {
            println!("removed {what}: {count}");
        }
        println!("hidden movies without their bytes: {}", swept.lost_movies);
        Ok(())
    }
}
