//! Where the database and the movies are: the arguments that every command shares.

use std::error::Error;
use std::path::{Path, PathBuf};

use clap::Args;
use youku_core::{Builder, Policy, Youku};

/// The options of the storage.
#[derive(Args)]
pub(crate) struct Storage {
    /// Store the database and the movies in this folder, unless `--database` and `--movies` name other
    /// places, and stage uploads to a bucket there. The folder is created if it does not exist.
    #[arg(
        long,
        value_name = "DIR",
        env = "YOUKU_DATA_DIR",
        default_value = "youku-data"
    )]
    data_dir: PathBuf,
    /// Use this database, such as `mysql://user:password@host:3306/youku` [default: the SQLite file
    /// `youku.db` in the data folder].
    #[arg(
        long,
        value_name = "URL",
        env = "YOUKU_DATABASE",
        hide_env_values = true
    )]
    database: Option<String>,
    /// Prefix the names of the tables, such as by `app_`, in a shared database.
    #[arg(long, value_name = "PREFIX", env = "YOUKU_TABLE_PREFIX")]
    table_prefix: Option<String>,
    /// Store the bytes of movies here, such as `file:///srv/movies` or `s3://bucket/prefix`
    /// [default: the folder `movies` in the data folder].
    #[arg(long, value_name = "URL", env = "YOUKU_MOVIES", hide_env_values = true)]
    movies: Option<String>,
}

impl Storage {
    /// Opens the service with `policy`.
    pub(crate) async fn open(&self, policy: Policy) -> Result<Youku, Box<dyn Error>> {
        Ok(self.builder()?.policy(policy).open().await?)
    }

    /// The folder for the database and the movies, which may not exist.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// A builder of the service. Creates the folder for its data.
    pub(crate) fn builder(&self) -> Result<Builder, Box<dyn Error>> {
        if self.database.is_none() || self.movies.is_none() || self.is_remote() {
            make_private(&self.data_dir).map_err(|error| {
                format!(
                    "cannot create folder `{}`: {error}",
                    self.data_dir.display()
                )
            })?;
        }
        Ok(self.existing())
    }

    /// The same without creating the folder.
    pub(crate) fn existing(&self) -> Builder {
        let database = match &self.database {
            Some(url) => url.clone(),
            None => format!("sqlite:{}", self.data_dir.join("youku.db").display()),
        };
        let mut builder = Youku::builder().database(database);
        if let Some(prefix) = &self.table_prefix {
            builder = builder.table_prefix(prefix);
        }
        match &self.movies {
            Some(url) if self.is_remote() => {
                builder.movies(url).staging(self.data_dir.join("staging"))
            }
            Some(url) => builder.movies(url),
            None => builder.movies_folder(self.data_dir.join("movies")),
        }
    }

    fn is_remote(&self) -> bool {
        self.movies.as_deref().is_some_and(is_remote)
    }
}

/// Whether uploads to the storage at `url` are staged in a local folder first.
fn is_remote(url: &str) -> bool {
    !url.starts_with("file:") && !url.starts_with("memory:")
}

/// Creates the folder without access for other users of the machine: it will contain password hashes.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
