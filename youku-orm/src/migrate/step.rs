//! One step: its number, its name, its work.

use std::borrow::Cow;
use std::fmt;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::database::transaction::Transaction;
use crate::error::{Error, Result};
use crate::migrate::MigrationFuture;
use crate::migrate::history::{Applied, NewApplied};
use crate::model::{Model, New};
use crate::sql::effect::Effect;
use jiff::Timestamp;

/// The function of a step in Rust.
type RustWork = Box<dyn for<'t> Fn(&'t mut Transaction) -> MigrationFuture<'t> + Send + Sync>;

/// What a step does.
pub(super) enum Work {
    Sql(Cow<'static, str>),
    Rust(RustWork),
}

/// One step.
pub(super) struct Step {
    /// 0 for a name without a number.
    pub(super) version: u64,
    pub(super) name: Cow<'static, str>,
    work: Work,
    /// Whether it may run again after it was interrupted.
    idempotent: bool,
}

impl Step {
    pub(super) fn new(name: impl Into<Cow<'static, str>>, work: Work) -> Self {
        let name = name.into();
        let digits = name.bytes().take_while(u8::is_ascii_digit).count();
        Self {
            version: name[..digits].parse().unwrap_or(0),
            name,
            work,
            idempotent: false,
        }
    }

    pub(super) fn idempotent(self) -> Self {
        Self {
            idempotent: true,
            ..self
        }
    }

    /// Whether `row` records that this step began and did not finish, and whether the step may run again.
    pub(super) fn resumes(&self, row: &Applied) -> bool {
        self.idempotent && row.finished_at.is_none() && row.name == self.name
    }

    /// SHA-256 of the text in hexadecimal. Line ends are first converted to those of Unix, because version
    /// control may change them. Empty for a step in Rust.
    pub(super) fn checksum(&self) -> String {
        match &self.work {
            Work::Sql(text) => Sha256::digest(text.replace("\r\n", "\n"))
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            Work::Rust(_) => String::new(),
        }
    }

    /// Runs the step and records it, all in this transaction.
    ///
    /// The beginning of the step is recorded in the same transaction: a statement that commits a part of the
    /// step, as DDL does on MySQL, also commits the record that the step began.
    pub(super) async fn run(&self, mut tx: Transaction) -> Result<()> {
        tx.for_migration();
        let done = async {
            let mut is_resumed = false;
            if self.idempotent {
                let begun = Applied::filter(Applied::VERSION.eq(self.version));
                is_resumed = begun.delete(&mut tx).await? > 0;
            }
            let new = NewApplied {
                version: self.version,
                name: self.name.to_string(),
                checksum: self.checksum(),
                started_at: Timestamp::now(),
                finished_at: None,
            };
            let begun = new.insert(&mut tx).await?;
            match &self.work {
                Work::Sql(text) => match tx.script(text.trim()).await {
                    // MySQL 8 has no `ADD COLUMN IF NOT EXISTS`. It adds all columns of one statement or none.
                    Err(error) if is_resumed && error.is_duplicate_column() && is_one(text) => {}
                    ran => ran?,
                },
                Work::Rust(work) => work(&mut tx).await?,
            }
            let finished = Applied {
                finished_at: Some(Timestamp::now()),
                ..begun
            };
            finished.update(&mut tx).await.map(drop)
        };
        match done.await {
            Ok(()) => tx.commit().await,
            Err(error) => {
                // The caller gets the step's error. If the rollback fails, the transaction ends with the connection.
                let _ = tx.rollback().await;
                Err(error.in_migration(&self.name))
            }
        }
    }
}

/// Whether a text of MySQL has one statement only.
fn is_one(text: &str) -> bool {
    Effect::of(text.trim(), true) != Effect::Several
}

/// The numbers are 1, 2, 3 and so on.
pub(super) fn are_numbered(steps: &[Step]) -> Result<()> {
    for (wanted, step) in (1..).zip(steps) {
        let name = &step.name;
        let text = match step.version {
            version if version == wanted => continue,
            0 => format!(
                "the migration `{name}` has no number: begin its name with one, as in \
                 `{wanted:04}_create_user.sql`"
            ),
            version if version < wanted => {
                let before = &steps[wanted as usize - 2].name;
                format!("the migration `{name}` comes after `{before}`: give it number {wanted}")
            }
            version => format!(
                "the migration {wanted} is missing before `{name}`, which has number {version}"
            ),
        };
        return Err(Error::usage(text));
    }
    Ok(())
}

/// The steps of every `.sql` file of a folder.
pub(super) fn read_folder(folder: &Path) -> Result<Vec<Step>> {
    let unread = |path: &Path, error: std::io::Error| {
        let path = path.display();
        Error::usage(format!(
            "the migrations of `{path}` cannot be read: {error}"
        ))
        .with_source(error)
    };
    let mut steps = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| unread(folder, error))? {
        let path = entry.map_err(|error| unread(folder, error))?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            let text = fs::read_to_string(&path).map_err(|error| unread(&path, error))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            steps.push(Step::new(name.into_owned(), Work::Sql(text.into())));
        }
    }
    steps.sort_by(|one, other| (one.version, &one.name).cmp(&(other.version, &other.name)));
    Ok(steps)
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_endings_do_not_change_the_checksum() {
        let step = |text| Step::new("0001_a.sql", Work::Sql(Cow::Borrowed(text)));
        assert_eq!(step("a;\r\nb").checksum(), step("a;\nb").checksum());
        assert_ne!(step("a;\nb").checksum(), step("a; b").checksum());
        // As `printf abc | sha256sum` says.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(step("abc").checksum(), known);
    }
}
