//! `youku-server migrate`, `check` and `sweep`: maintenance of the data, with or without a running server.

use std::error::Error;

use clap::Args;
use youku_core::{Damage, Damaged, HiddenMovie, Hold, SweepPlan, Youku};

use crate::policy::Leftovers;
use crate::storage::Storage;

#[derive(Args)]
pub(crate) struct Migrate {
    #[command(flatten)]
    storage: Storage,
}

/// Reports the damaged and the hidden movies; any of them is a failure.
fn report(damaged: &[Damaged], hidden: &[HiddenMovie]) -> Result<(), Box<dyn Error>> {
    hidden.iter().for_each(report_hidden);
    for damaged in damaged {
        let wrong = match damaged.damage {
            Damage::Missing => "the bytes are missing or cannot be read",
            _ => "the bytes do not match the SHA-256",
        };
        let (id, name) = (damaged.movie.id, &damaged.movie.name);
        println!("damaged: movie {id}, `{name}`: {wrong}");
    }
    let is_missing = |damaged: &Damaged| damaged.damage == Damage::Missing;
    if damaged.iter().any(is_missing) {
        return Err(
            "the bytes of some movies are missing or cannot be read: check that the disk is mounted and the movie storage is \
             complete, and bring the bytes back; delete nothing while they may be away only for a time. If they are lost for \
             good, run `youku-server sweep`, or `youku-server sweep --accept-missing` if it is held back"
                .into(),
        );
    }
    if !damaged.is_empty() {
        return Err(
            "the bytes of some movies have changed: bring them back from a backup, or delete these movies and upload them again"
                .into(),
        );
    }
    if !hidden.is_empty() {
        return Err(
            "some movies are hidden because their bytes are missing: bring the bytes back and run \
             `youku-server sweep`, or upload the movies again"
                .into(),
        );
    }
    Ok(())
}

fn report_hidden(hidden: &HiddenMovie) {
    let (id, name) = (hidden.movie.id, &hidden.movie.name);
    match hidden.same_content {
        Some(other) => println!("hidden: movie {id}, `{name}`: movie {other} has the same content"),
        None => println!("hidden: movie {id}, `{name}`: the bytes are missing"),
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
    /// List what would be removed, and remove nothing.
    #[arg(long, conflicts_with = "accept_database")]
    dry_run: bool,
    /// Use a database that was restored from an older backup. Without this option nothing is removed
    /// while the movie storage has more movies than the database knows.
    #[arg(long)]
    accept_database: bool,
    /// Use a clock that has jumped since the last sweep, because it is right now. Without this option
    /// nothing is removed by its age until `--clock-grace` has passed.
    #[arg(long, conflicts_with = "dry_run")]
    accept_clock: bool,
    /// Hide every movie whose bytes are missing, however many they are, because they are lost. Without
    /// this option nothing is hidden or removed while too many are missing. A hidden movie is listed again
    /// when its bytes are back.
    #[arg(long, conflicts_with = "dry_run")]
    accept_missing: bool,
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    leftovers: Leftovers,
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
        let youku = self.storage.existing().open_read_only().await?;
        let found = self.find(&youku).await;
        youku.close().await?;
        let (damaged, hidden) = found?;
        report(&damaged, &hidden)?;
        println!("OK: the database and the movie storage are consistent");
        Ok(())
    }
}

impl Check {
    /// The damaged movies, as far as they are looked for, and the hidden ones.
    async fn find(&self, youku: &Youku) -> youku_core::Result<(Vec<Damaged>, Vec<HiddenMovie>)> {
        if !self.verify {
            return Ok((Vec::new(), youku.hidden_movies().await?));
        }
        let verified = youku.verify().await?;
        println!("verified movies: {}", verified.movies);
        Ok((verified.damaged, verified.hidden))
    }
}

impl Sweep {
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        let policy = self.leftovers.policy();
        let youku = if self.dry_run {
            let existing = self.storage.existing().policy(policy);
            existing.open_read_only().await?
        } else {
            self.storage.open(policy).await?
        };
        let done = self.sweep(&youku).await;
        youku.close().await?;
        Ok(done?)
    }

    async fn sweep(&self, youku: &Youku) -> youku_core::Result<()> {
        if self.dry_run {
            print_plan(&youku.sweep_plan().await?);
            return Ok(());
        }
        if self.accept_database && youku.accept_database().await? {
            println!("the restored database is accepted");
        }
        if self.accept_clock && youku.accept_clock().await? {
            println!("the clock is accepted");
        }
        if self.accept_missing {
            let hidden = youku.accept_missing().await?;
            println!("movies hidden because their bytes are lost: {hidden}");
        }
        let swept = youku.sweep().await?;
        if let Some(hold) = swept.hold {
            println!("held back: {}", explain(hold));
        }
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
        println!(
            "movies listed again because their bytes are back: {}",
            swept.found_movies
        );
        println!("hidden movies: {}", swept.hidden_movies);
        Ok(())
    }
}

/// Why nothing is removed, and what to do.
fn explain(hold: Hold) -> &'static str {
    match hold {
        Hold::DatabaseRestored => {
            "the movie storage has movies that the database does not know, because the database is new or was restored from a \
             backup. If it is the right one, run `youku-server sweep --accept-database`"
        }
        Hold::ClockJumped => {
            "the clock of this machine has jumped since the last sweep, or that was long ago. If the clock is right, run \
             `youku-server sweep --accept-clock`; otherwise nothing is removed by its age until `--clock-grace` has passed"
        }
        Hold::StoreIncomplete => {
            "the bytes of too many movies are missing. Bring them back; if they are lost for good, run \
             `youku-server sweep --accept-missing`"
        }
        _ => "see the log",
    }
}

fn print_plan(plan: &SweepPlan) {
    if let Some(hold) = plan.hold {
        println!("held back: {}", explain(hold));
    }
    for (name, size) in &plan.uploads {
        println!("upload: `{name}`, {size} bytes announced");
    }
    for file in &plan.staged_files {
        println!("abandoned staged file: {file}");
    }
    let movies = [
        ("bytes of deleted movie", &plan.collected_movies),
        (
            "movie to hide, because its bytes are missing",
            &plan.lost_movies,
        ),
        (
            "movie to list again, because its bytes are back",
            &plan.found_movies,
        ),
    ];
    for (what, movies) in movies {
        for movie in movies {
            println!(
                "{what}: {}, `{}`, {} bytes",
                movie.id, movie.name, movie.size
            );
        }
    }
    for object in &plan.objects {
        let when = match (object.is_due, object.found_at) {
            (true, _) => "now".to_owned(),
            (_, Some(found_at)) => format!("`--orphan-grace` after {found_at}"),
            (_, None) => "`--orphan-grace` after the next sweep".to_owned(),
        };
        let (key, size) = (&object.key, object.size);
        println!("stored object without a movie: {key}, {size} bytes, removed {when}");
    }
    let counts = [
        ("expired sessions", plan.sessions),
        ("expired invites", plan.invites),
        ("expired failed log-ins", plan.login_failures),
        ("finished waits", plan.waits),
    ];
    for (what, count) in counts {
        println!("{what}: {count}");
    }
}
