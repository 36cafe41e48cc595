//! The user's menu.

use std::io;

use youku_core::Kind;

use super::transfer;
use super::view::{Action, View};

impl View<'_> {
    pub(super) async fn member(mut self) -> io::Result<()> {
        loop {
            self.console.say_lines(self.words.member_menu)?;
            let action = match self.console.ask(self.words.choose)?.as_str() {
                "1" => self.register().await,
                "2" => self.log_in().await,
                "3" => self.list_movies().await,
                "4" => self.buy_membership().await,
                "5" => self.download(Kind::Free).await,
                "6" => self.download(Kind::Charged).await,
                "7" => self.list_records().await,
                "8" => self.list_notices().await,
                "q" => return Ok(()),
                _ => Ok(self.console.say(self.words.wrong_choice)?),
            };
            self.end(action)?;
        }
    }

    async fn list_movies(&mut self) -> Action {
        let movies = self.client().await?.movies(None).await?;
        if movies.is_empty() {
            self.console.say(self.words.no_movies)?;
        }
        for (index, movie) in movies.iter().enumerate() {
            let line = self.line(movie);
            self.console.say(&format!("{:>4}. {line}", index + 1))?;
        }
        Ok(())
    }

    async fn buy_membership(&mut self) -> Action {
        if !self.confirm(self.words.buy_membership)? {
            return Ok(());
        }
        let until = self.client().await?.renew_membership().await?;
        self.console.say(self.words.membership_renewed)?;
        match until {
            Some(until) => Ok(self.say_of(self.words.until, until)?),
            None => Ok(()),
        }
    }

    async fn download(&mut self, kind: Kind) -> Action {
        let Some(movie) = self.choose_movie(Some(kind)).await? else {
            return Ok(());
        };
        if kind == Kind::Charged && !self.confirm(self.words.confirm_charge)? {
            return Ok(());
        }
        let (settings, words) = (self.settings, self.words);
        let incoming = self.client().await?.download(movie.id).await?;
        let price = incoming.price_fen();
        let saved = transfer::save(incoming, &settings.downloads, words.wait).await;
        // The reply to the request has charged it, however the transfer ended.
        if price > 0 {
            self.say_of(words.price, format!("{}.{:02}", price / 100, price % 100))?;
        }
        Ok(self.say_of(words.saved, saved?.path.display())?)
    }

    async fn list_records(&mut self) -> Action {
        let records = self.client().await?.history().await?;
        if records.is_empty() {
            self.console.say(self.words.no_records)?;
        }
        for record in records {
            self.console
                .say(&format!("{}  {}", record.time, record.movie))?;
        }
        Ok(())
    }

    async fn list_notices(&mut self) -> Action {
        let notices = self.client().await?.notices().await?;
        if notices.is_empty() {
            self.console.say(self.words.no_notices)?;
        }
        for notice in notices {
            self.console
                .say(&format!("{}  {}", notice.time, notice.title))?;
            self.console.say_lines(&format!("  {}", notice.content))?;
        }
        Ok(())
    }
}
