//! Registration and log-in, the same in both views.

use youku_core::Role;

use super::view::{Action, View};

impl View<'_> {
    pub(super) async fn register(&mut self) -> Action {
        let username = self.console.ask(self.words.username)?;
        let password = self.console.secret(self.words.password)?;
        if self.console.secret(self.words.password_again)? != password {
            self.console.say(self.words.passwords_differ)?;
            return Ok(());
        }
        let invite = match self.role {
            Role::Admin => self.console.ask(self.words.invite)?,
            Role::User => String::new(),
        };
        let role = self.role;
        let client = self.client().await?;
        match invite.as_str() {
            "" => client.register(&username, &password, role).await?,
            invite => {
                client
                    .register_invited(&username, &password, invite)
                    .await?
            }
        }
        Ok(self.console.say(self.words.registered)?)
    }

    pub(super) async fn log_in(&mut self) -> Action {
        let username = self.console.ask(self.words.username)?;
        let password = self.console.secret(self.words.password)?;
        let role = self.role;
        let login = self
            .client()
            .await?
            .login(&username, &password, role)
            .await?;
        let words = self.words;
        let text = if login.is_vip {
            words.logged_in_member
        } else {
            words.logged_in
        };
        Ok(self.console.say(text)?)
    }
}
