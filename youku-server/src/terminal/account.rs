//! Registration and log-in, the same in both views.

use youku_core::Role;

use crate::terminal::view::{Action, View};

impl View<'_> {
    pub(super) async fn register(&mut self) -> Action {
        let username = self.ask(self.words.username)?;
        let password = self.secret(self.words.password)?;
        if self.secret(self.words.password_again)? != password {
            self.console.say(self.words.passwords_differ)?;
            return Ok(());
        }
        let invite = match self.role {
            Role::Admin => self.ask(self.words.invite)?,
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
        };
        Ok(self.console.say(self.words.registered)?)
    }

    pub(super) async fn log_in(&mut self) -> Action {
        let username = self.ask(self.words.username)?;
        let password = self.secret(self.words.password)?;
        let role = self.role;
        let client = self.client().await?;
        let identity = client.login(&username, &password, role).await?;
        let words = self.words;
        let text = if identity.is_vip {
            words.logged_in_member
        } else {
            words.logged_in
        };
        Ok(self.console.say(text)?)
    }
}
