//! The administrator's menu.

use std::io;
use std::path::{Path, PathBuf};

use youku_core::Kind;

use crate::client::{MovieEdit, Uploaded};
use crate::terminal::transfer;
use crate::terminal::view::{Action, View, line};
use crate::terminal::{TextTable, interruptible, size};

impl View<'_> {
    pub(super) async fn administrator(mut self) -> io::Result<()> {
        loop {
            let (title, choices) = &self.texts.administrator_menu;
            let choice = self.menu(title, choices)?;
            if choice == "q" {
                self.leave().await;
                return Ok(());
            }
            let action = interruptible(self.console.is_terminal(), self.administer(&choice)).await;
            self.end(action)?;
        }
    }

    async fn administer(&mut self, choice: &str) -> Action {
        match choice {
            "1" => self.register().await,
            "2" => self.log_in().await,
            "3" => self.upload().await,
            "4" => self.delete().await,
            "5" => self.publish_notice().await,
            "6" => self.edit().await,
            _ => Ok(self.console.say(self.texts.wrong_choice)?),
        }
    }

    async fn upload(&mut self) -> Action {
        let Some(path) = self.choose_file()? else {
            return Ok(());
        };
        let kind = kind(self.confirm(self.texts.is_it_free)?);
        let language = self.settings.language;
        let text = match transfer::upload(self.client().await?, &path, kind, language).await? {
            Uploaded::Listed(_) => self.texts.uploaded,
            Uploaded::Exists(_) => self.texts.movie_exists,
        };
        Ok(self.console.say(text)?)
    }

    /// Asks for a file; a folder is listed to choose one from.
    fn choose_file(&mut self) -> Action<Option<PathBuf>> {
        let answer = self.ask(self.texts.file)?;
        if answer == "q" {
            return Ok(None);
        }
        let path = PathBuf::from(&answer);
        if path.is_file() {
            return Ok(Some(path));
        }
        let mut files = files_in(&path);
        if files.is_empty() {
            self.say_filled(self.texts.no_file, answer)?;
            return Ok(None);
        }
        let name = |index: usize| {
            let path: &PathBuf = &files[index];
            path.file_name().unwrap_or_default().display().to_string()
        };
        let texts = self.texts;
        let mut table = TextTable::new([texts.head_number, texts.head_file, texts.head_size]);
        table = table.right(0).right(2);
        for (index, file) in files.iter().enumerate() {
            let bytes = file.metadata().map_or(0, |file| file.len());
            table.row([(index + 1).to_string(), name(index), size(bytes)]);
        }
        let chosen = self.choose(&table, name)?;
        Ok(chosen.map(|index| files.swap_remove(index)))
    }

    async fn edit(&mut self) -> Action {
        let Some(movie) = self.choose_movie(None).await? else {
            return Ok(());
        };
        let name = self.ask(self.texts.new_name)?;
        let is_free = self.confirm_or_leave(self.texts.is_it_free_now)?;
        let edit = MovieEdit {
            name: (!name.is_empty()).then_some(name),
            kind: is_free.map(kind),
        };
        if edit == MovieEdit::default() {
            return Ok(());
        }
        let edited = self.client().await?.edit_movie(movie.id, &edit).await?;
        Ok(self.say_filled(self.texts.edited, line(self.texts, &edited))?)
    }

    async fn delete(&mut self) -> Action {
        if let Some(movie) = self.choose_movie(None).await? {
            self.client().await?.delete_movie(movie.id).await?;
            self.say_filled(self.texts.deleted, movie.name)?;
        }
        Ok(())
    }

    async fn publish_notice(&mut self) -> Action {
        let title = self.ask(self.texts.title)?;
        let content = self.ask(self.texts.content)?;
        self.client()
            .await?
            .publish_notice(&title, &content)
            .await?;
        Ok(self.console.say(self.texts.notice_published)?)
    }
}

fn kind(is_free: bool) -> Kind {
    if is_free { Kind::Free } else { Kind::Charged }
}

/// The regular files of a folder, sorted by name; none if the folder cannot be read.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}
