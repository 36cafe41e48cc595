//! `youku-server migrate`, `check` and `sweep`: care for the data, while a server runs or without one.

use std::error::Error;

use clap::Args;
use youku_core::Policy;

use crate::storage::Storage;

#[derive(Args)]
pub(crate) struct Migrate {
    #[command(flatten)]
    storage: Storage,
}

#[derive(Args)]
pub(crate) struct Check {
    #[command(flatten)]
    storage: Storage,
}

#[derive(Args)]
pub(crate) struct Sweep {
    #[command(flatten)]
    storage: Storage,
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
        youku.close().await?;
        println!("database and movies are fit for use");
        Ok(())
    }
}

impl Sweep {
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        let youku = self.storage.open(Policy::default()).await?;
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
