//! The user's menu.

use std::io;

use youku_core::Kind;

use crate::client::Purchase;
use crate::terminal::texts::fill;
use crate::terminal::transfer;
use crate::terminal::view::{Action, View, line};
use crate::terminal::{TextTable, interruptible, local_time, renew_membership, yuan};

impl View<'_> {
    pub(super) async fn member(mut self) -> io::Result<()> {
        loop {
            let (title, choices) = &self.texts.member_menu;
            let choice = self.menu(title, choices)?;
            if choice == "q" {
                self.leave().await;
                return Ok(());
            }
            let action = interruptible(self.console.is_terminal(), self.serve(&choice)).await;
            self.end(action)?;
        }
    }

    async fn serve(&mut self, choice: &str) -> Action {
        match choice {
            "1" => self.register().await,
            "2" => self.log_in().await,
            "3" => self.list_movies().await,
            "4" => self.buy_membership().await,
            "5" => self.download(Kind::Free).await,
            "6" => self.download(Kind::Charged).await,
            "7" => self.list_records().await,
            "8" => self.list_notices().await,
            "9" => self.list_purchases().await,
            _ => Ok(self.console.say(self.texts.wrong_choice)?),
        }
    }

    async fn list_movies(&mut self) -> Action {
        let movies = self.client().await?.movies(None).await?;
        if movies.is_empty() {
            return Ok(self.console.say(self.texts.no_movies)?);
        }
        let (table, texts) = (self.table(&movies), self.texts);
        let line = |index: usize| format!("{:>4}. {}", index + 1, line(texts, &movies[index]));
        Ok(self.console.show(&table, line)?)
    }

    async fn buy_membership(&mut self) -> Action {
        let price = self.client().await?.prices().await?.membership_fen;
        if !self.confirm(&fill(self.texts.buy_membership, yuan(price)))? {
            return Ok(());
        }
        let settings = self.settings;
        let client = self.client().await?;
        let membership = renew_membership(client, &settings.state, &settings.server_key, price);
        let membership = membership.await?;
        self.console.say(self.texts.membership_renewed)?;
        Ok(self.say_filled(self.texts.until, local_time(membership.until))?)
    }

    async fn download(&mut self, kind: Kind) -> Action {
        let Some(movie) = self.choose_movie(Some(kind)).await? else {
            return Ok(());
        };
        let price = match kind {
            Kind::Free => 0,
            Kind::Charged => self.client().await?.movie(movie.id).await?.price_fen,
        };
        if price > 0 && !self.confirm(&fill(self.texts.confirm_charge, yuan(price)))? {
            return Ok(());
        }
        let (settings, texts) = (self.settings, self.texts);
        let (client, folder) = (self.client().await?, &settings.downloads);
        let incoming = client.resume_download(movie.id, folder, price).await?;
        let price = incoming.price_fen();
        let saved = transfer::save(client, incoming, folder, texts).await;
        // The reply to the request has charged it, however the transfer ended.
        if price > 0 {
            self.say_filled(texts.price, yuan(price))?;
        }
        Ok(self.say_filled(texts.saved, saved?.path.display())?)
    }

    async fn list_records(&mut self) -> Action {
        let records = self.client().await?.history().await?;
        if records.is_empty() {
            return Ok(self.console.say(self.texts.no_records)?);
        }
        let mut table = TextTable::new([self.texts.head_time, self.texts.head_name]);
        for record in &records {
            table.row([local_time(record.downloaded_at), record.movie.clone()]);
        }
        let line = |index: usize| {
            let record = &records[index];
            format!("{}  {}", local_time(record.downloaded_at), record.movie)
        };
        Ok(self.console.show(&table, line)?)
    }

    async fn list_purchases(&mut self) -> Action {
        let purchases = self.client().await?.purchases().await?;
        let texts = self.texts;
        if purchases.is_empty() {
            return Ok(self.console.say(texts.no_purchases)?);
        }
        let heads = [texts.head_time, texts.head_name, texts.head_price];
        let mut table = TextTable::new(heads).right(2);
        let cells = |purchase: &Purchase| {
            let (time, price) = (local_time(purchase.paid_at), yuan(purchase.price_fen));
            [time, purchase.movie.clone(), price]
        };
        for purchase in &purchases {
            table.row(cells(purchase));
        }
        let line = |index: usize| cells(&purchases[index]).join("  ");
        Ok(self.console.show(&table, line)?)
    }

    async fn list_notices(&mut self) -> Action {
        let notices = self.client().await?.notices().await?;
        if notices.is_empty() {
            self.console.say(self.texts.no_notices)?;
        }
        for notice in notices {
            let time = local_time(notice.published_at);
            self.console.say(&format!("{time}  {}", notice.title))?;
            self.console.say_lines(&format!("  {}", notice.content))?;
        }
        Ok(())
    }
}
