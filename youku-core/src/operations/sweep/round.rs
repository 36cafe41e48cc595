//! One round of a sweep. What can hold it back is looked for before anything is removed, and a store that fails stops only the
//! work that needs it.

use jiff::Timestamp;
use youku_orm::Model;

use crate::basics::error::{Error, Result};
use crate::host::clock::before;
use crate::operations::batch::Failures;
use crate::operations::sweep::hold::{Hold, Scope};
use crate::operations::sweep::{Sweep, collect, given_up, hidden, orphans, rows, uploads};
use crate::records::movies::movie::MovieRow;
use crate::service::metrics;
use crate::service::store_identity;
use crate::service::youku::Youku;
use crate::storage::inventory::Inventory;

/// What a round did, and how the work ended that needs the store.
pub(crate) struct Round {
    pub(crate) swept: Sweep,
    /// Why some of that work was not done; none if all was.
    pub(crate) failure: Option<Error>,
}

/// What a round knows of the store.
#[derive(Default)]
struct Store {
    /// The list of its objects, if the round lists it.
    inventory: Option<Inventory>,
    /// Whether it has bytes that the database may have forgotten, or lacks many that it should have.
    is_doubted: bool,
}

impl Youku {
    pub(crate) async fn sweep_in(&self, scope: Scope) -> Result<Round> {
        let service = &*self.0;
        let now = service.now();
        let mut swept = Sweep {
            hold: (!scope.clock).then_some(Hold::ClockJumped),
            ..Sweep::default()
        };
        let mut failed = Failures::default();
        let store = self.examine_store(scope, &mut swept, &mut failed).await;
        if store.is_err() && service.is_doubted().await? {
            swept.hold = Some(Hold::DatabaseRestored);
        }
        if scope.clock && scope.limits {
            rows::limit_moments(service, now).await?;
        }
        if swept.hold.is_none() {
            let expired = rows::expire(service, now).await?;
            swept.sessions = expired.sessions;
            swept.invites = expired.invites;
            swept.login_failures = expired.login_failures;
            swept.waits = expired.waits;
        }
        let done = match store {
            Ok(store) => self.remove_bytes(scope, &store, &mut swept, now).await,
            Err(error) => Err(error),
        };
        let hidden = MovieRow::filter(hidden::is_hidden());
        swept.hidden_movies = hidden.count(&service.db).await?;
        if let Some(hold) = swept.hold {
            metrics::held_back(hold.as_str());
        }
        let failure = done.and(failed.or(())).err();
        tracing::info!(?swept, ?failure, "sweep ended");
        Ok(Round { swept, failure })
    }

    /// Looks for what holds the round back, hides movies without bytes, and lists hidden ones again. Removes nothing.
    async fn examine_store(
        &self,
        scope: Scope,
        swept: &mut Sweep,
        failed: &mut Failures,
    ) -> Result<Store> {
        let service = &*self.0;
        let mut store = Store::default();
        store_identity::require(&service.db, &service.blobs).await?;
        if service.is_database_restored().await? {
            swept.hold = Some(Hold::DatabaseRestored);
            store.is_doubted = true;
        }
        if scope.store {
            let inventory = service.blobs.inventory().await?;
            let examined = hidden::examine(service, &inventory, failed).await?;
            swept.lost_movies = examined.lost;
            swept.found_movies = examined.found;
            swept.missing_movies = examined.missing;
            if examined.missing > 0 {
                swept.hold.get_or_insert(Hold::StoreIncomplete);
                store.is_doubted = true;
            }
            store.inventory = Some(inventory);
        }
        Ok(store)
    }

    /// Removes what the round may remove. A failure of one kind does not stop the others.
    async fn remove_bytes(
        &self,
        scope: Scope,
        store: &Store,
        swept: &mut Sweep,
        now: Timestamp,
    ) -> Result<()> {
        let service = &*self.0;
        let given_up = given_up::remove(service).await;
        let ended = if store.is_doubted {
            Ok(0)
        } else {
            uploads::end(service, now, scope.clock).await
        };
        let (mut unowned, mut collected) = (Ok(0), Ok(0));
        if swept.hold.is_none() {
            let old = before(now, service.policy.sweep_grace);
            swept.staged_files = uploads::remove_unowned_files(service, old).await?;
            if let Some(inventory) = &store.inventory {
                // In this order, because the inventory has the bytes that are collected now.
                unowned = orphans::remove(service, inventory, now).await;
                collected = collect::collect(service, now).await;
            }
        }
        swept.uploads = ended?;
        swept.collected_movies = collected?;
        swept.objects = given_up? + unowned?;
        Ok(())
    }
}
