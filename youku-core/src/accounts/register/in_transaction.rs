//! Registering a user together with what a host writes about them.

use std::fmt;

use youku_orm::Transaction;

use crate::accounts::register::{NewUser, Registration, insert};
use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;
use crate::credentials::password::Password;
use crate::credentials::username::Username;
use crate::records::accounts::user::Role;
use crate::service::metrics;
use crate::service::youku::Youku;

/// A registration whose name is checked and whose password is hashed; made by [`Youku::prepare_registration`]. `Debug` does
/// not show the hash.
#[derive(Clone)]
pub struct PreparedRegistration {
    name: Username,
    hash: String,
    peer: String,
}

impl fmt::Debug for PreparedRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedRegistration")
            .field("username", &self.name.shown)
            .finish_non_exhaustive()
    }
}

impl Youku {
    /// Checks a registration and hashes its password, for [`register_in`](Self::register_in). That takes long, so it is not done
    /// inside a transaction. `peer` is that of [`register_from`](Self::register_from).
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the name or the password breaks a rule; the field is `username` or
    ///   `password`.
    /// - [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn prepare_registration(
        &self,
        registration: Registration,
        peer: &str,
    ) -> Result<PreparedRegistration> {
        let service = &*self.0;
        let name = Username::parse(&registration.username, &service.policy)?;
        let password = Password::parse(registration.password, &service.policy)?;
        let hash = service.hasher.hash(password, &*service.randomness).await?;
        let NewUser { peer, .. } = NewUser::new(Role::User, peer);
        Ok(PreparedRegistration { name, hash, peer })
    }

    /// Registers a user inside a transaction of the host, which has opened the database
    /// ([`Builder::existing_database`](crate::Builder::existing_database)): so the user exists if and only if the transaction is
    /// committed. The audit entry and the event of the registration are in it too.
    ///
    /// The transaction may be of any handle to the same pool, with any [prefix](crate::Builder::table_prefix). After an error it
    /// is as it was before the call, and may continue. It is the host who registers, so
    /// [`Policy::registration`](crate::Policy::registration) does not count.
    ///
    /// ```
    /// # async fn example(shop: youku_orm::Database, youku: youku_core::Youku) -> youku_core::Result<()> {
    /// # use youku_core::Registration;
    /// let registration = Registration { username: "ann".into(), password: "correct horse".into() };
    /// let prepared = youku.prepare_registration(registration, "").await?;
    /// let viewer = shop
    ///     .transaction_retry(8, async |tx| {
    ///         let viewer = youku.register_in(tx, &prepared).await?;
    ///         // Write the host's own row about the viewer here.
    ///         Ok::<_, youku_core::Error>(viewer)
    ///     })
    ///     .await?;
    /// # let _ = viewer;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`Code::Exists`](crate::Code::Exists): the name is taken.
    /// - [`Code::Unavailable`](crate::Code::Unavailable): the host's `transaction_retry` runs the transaction again, if it
    ///   conflicts with another one.
    /// - [`Code::Internal`](crate::Code::Internal): also for a transaction of another database.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the transaction is as it was before the call.
    pub async fn register_in(
        &self,
        tx: &mut Transaction,
        registration: &PreparedRegistration,
    ) -> Result<UserId> {
        let service = &*self.0;
        if service.is_read_only {
            return Err(Error::read_only());
        }
        let PreparedRegistration { name, hash, peer } = registration;
        let now = service.now();
        let new_user = NewUser::new(Role::User, peer);
        let register = async |tx: &mut Transaction| {
            let user = insert(name, hash, Role::User, now, &mut *tx).await?;
            new_user.entry(user, None, now).write(tx).await?;
            Ok::<_, Error>(user)
        };
        // The savepoint undoes what was written before an error.
        let register = async |tx: &mut Transaction| tx.nested(register).await;
        let user = tx.with_tables_of(&service.db, register).await?;
        tracing::info!(%user, "user registered in a transaction of the host");
        metrics::registered(Role::User);
        Ok(user.into())
    }
}
