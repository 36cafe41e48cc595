//! Registration and log-in, the same in both views.

use youku_core::Role;

use crate::terminal::view::{Action, View};

impl View<'_> {
    pub(super) async fn register(&mut self) -> Action {
        let username = self.ask(self.texts.username)?;
        let password = self.secret(self.texts.password)?;
        if self.secret(self.texts.password_again)? != password {
            self.console.say(self.texts.passwords_differ)?;
            return Ok(());
        }
        let role = self.role;
        let needs_invite = role == Role::Admin || self.client().await?.needs_invite();
        let invite = if needs_invite {
            self.ask(self.texts.invite)?
        } else {
            String::new()
        };
        let client = self.client().await?;
        match invite.as_str() {
            "" => client.register(&username, &password, role).await?,
            invite => {
                client
                    .register_invited(&username, &password, role, invite)
                    .await?
            }
        };
        Ok(self.console.say(self.texts.registered)?)
    }

    pub(super) async fn log_in(&mut self) -> Action {
        let username = self.ask(self.texts.username)?;
        let password = self.secret(self.texts.password)?;
        let role = self.role;
        let client = self.client().await?;
        let identity = client.login(&username, &password, role).await?;
        let texts = self.texts;
        let text = if identity.is_vip {
            texts.logged_in_member
        } else {
            texts.logged_in
        };
        Ok(self.console.say(text)?)
    }
}
