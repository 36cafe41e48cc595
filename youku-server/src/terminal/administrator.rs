//! The administrator's menu.

use std::io;
use std::path::{Path, PathBuf};

use youku_core::Kind;

use super::transfer::{self, Transfer};
use super::view::{Action, View};

impl View<'_> {
    pub(super) async fn administrator(mut self) -> io::Result<()> {
        loop {
            self.console.say_lines(self.words.administrator_menu)?;
            let action = match self.console.ask(self.words.choose)?.as_str() {
                "1" => self.register().await,
                "2" => self.log_in().await,
                "3" => self.upload().await,
                "4" => self.delete().await,
                "5" => self.publish_notice().await,
                "q" => return Ok(()),
                _ => Ok(self.console.say(self.words.wrong_choice)?),
            };
            self.end(action)?;
        }
    }

    async fn upload(&mut self) -> Action {
        let Some(path) = self.choose_file()? else {
            return Ok(());
        };
        let kind = match self.confirm(self.words.is_it_free)? {
            true => Kind::Free,
            false => Kind::Charged,
        };
        let text = match transfer::upload(self.client().await?, &path, kind).await? {
            Transfer::Done(_) => self.words.uploaded,
            Transfer::Exists => self.words.movie_exists,
        };
        Ok(self.console.say(text)?)
    }

    /// Asks for a file; a folder is listed to choose one from.
    fn choose_file(&mut self) -> io::Result<Option<PathBuf>> {
        let answer = self.console.ask(self.words.file)?;
        if answer == "q" {
            return Ok(None);
        }
        let path = PathBuf::from(&answer);
        if path.is_file() {
            return Ok(Some(path));
        }
        let mut files = files_in(&path);
        if files.is_empty() {
            self.say_of(self.words.no_file, answer)?;
            return Ok(None);
        }
        let name = |path: &PathBuf| path.file_name().unwrap_or_default().display().to_string();
        let names: Vec<String> = files.iter().map(name).collect();
        Ok(self.choose(&names)?.map(|index| files.swap_remove(index)))
    }

    async fn delete(&mut self) -> Action {
        if let Some(movie) = self.choose_movie(None).await? {
            self.client().await?.delete_movie(movie.id).await?;
            self.say_of(self.words.deleted, movie.name)?;
        }
        Ok(())
    }

    async fn publish_notice(&mut self) -> Action {
        let title = self.console.ask(self.words.title)?;
        let content = self.console.ask(self.words.content)?;
        self.client()
            .await?
            .publish_notice(&title, &content)
            .await?;
        Ok(self.console.say(self.words.notice_published)?)
    }
}

/// The regular files of a folder by name; none when it is no folder that can be read.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}
