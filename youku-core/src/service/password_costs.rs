//! The work of a log-in under a name that no user has.
//!
//! When [`Policy::password_cost`](crate::Policy::password_cost) changes, older hashes keep their cost until
//! their users log in. A log-in with a wrong password then takes as long as the hash of its user
//! costs. So an unknown name gets one of the stored costs too, as often as users have it: always the
//! same for one name, chosen by a secret of the database. Otherwise the time would tell who is
//! registered.

use std::sync::{Arc, PoisonError, RwLock};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use youku_orm::{Database, Model, Transaction};

use crate::basics::error::{Error, Result};
use crate::credentials::hasher::Cost;
use crate::host::randomness::{Randomness, random_hex};
use crate::records::MaintenanceRow;
use crate::records::accounts::user::UserRow;
use crate::records::maintenance::ONLY;
use crate::service::shared::Service;

/// How many different costs are told apart. There are as many as the policy had values.
const MAX_COSTS: usize = 16;

/// The stored costs, as this process last counted them, and the secret of the database.
#[derive(Debug)]
pub(crate) struct PasswordCosts {
    key: String,
    counted: RwLock<Arc<[(Cost, u64)]>>,
}

impl PasswordCosts {
    pub(crate) fn new(key: String) -> Self {
        let counted = RwLock::new(Arc::default());
        Self { key, counted }
    }

    /// The cost for the unknown name `name`; none if no user has a password.
    fn draw(&self, name: &str) -> Option<Cost> {
        let counted = self.counted.read();
        let counted = counted.unwrap_or_else(PoisonError::into_inner).clone();
        let all: u64 = counted.iter().map(|(_, count)| count).sum();
        let keyed = Hmac::<Sha256>::new_from_slice(self.key.as_bytes());
        let mut keyed = keyed.expect("a key of any length is valid");
        keyed.update(name.as_bytes());
        let digest = keyed.finalize().into_bytes();
        let (random, _) = digest.split_first_chunk().expect("a digest has 32 bytes");
        // An equally distributed number below `all`.
        let drawn = (u128::from(u64::from_be_bytes(*random)) * u128::from(all)) >> 64;
        let mut passed = 0;
        let chosen = counted.iter().find(|(_, count)| {
            passed += u128::from(*count);
            drawn < passed
        });
        chosen.map(|(cost, _)| cost.clone())
    }
}

impl Service {
    /// The cost of the comparison for a name that no user has.
    pub(crate) fn cost_for_unknown(&self, name: &str) -> Cost {
        let drawn = self.password_costs.draw(name);
        drawn.unwrap_or_else(|| self.hasher.cost())
    }

    /// Counts the stored costs again.
    pub(crate) async fn count_password_costs(&self) -> Result<()> {
        let counted = count(&self.db, &self.hasher.cost()).await?;
        let stored = self.password_costs.counted.write();
        *stored.unwrap_or_else(PoisonError::into_inner) = counted.into();
        Ok(())
    }
}

/// Every cost that a stored hash has, with the number of users. The order is the same for every
/// node, with `current` at its end: while users log in and get it, names move to it one by one.
async fn count(db: &Database, current: &Cost) -> Result<Vec<(Cost, u64)>> {
    let mut counted: Vec<(Cost, u64)> = Vec::new();
    while counted.len() < MAX_COSTS {
        let mut others = UserRow::filter(UserRow::PASSWORD_HASH.starts_with("$argon2id$"));
        for (cost, _) in &counted {
            others = others.filter(!UserRow::PASSWORD_HASH.starts_with(cost.prefix()));
        }
        let Some(hash) = others.select(UserRow::PASSWORD_HASH).first(db).await? else {
            break;
        };
        let cost = Cost::of(&hash).ok_or_else(|| Error::internal("an invalid password hash"))?;
        let same = UserRow::filter(UserRow::PASSWORD_HASH.starts_with(cost.prefix()));
        counted.push((cost, same.count(db).await?));
    }
    counted.sort_by_key(|(cost, _)| (cost == current, cost.prefix().to_owned()));
    Ok(counted)
}

/// The secret of the database, which is made when it is first needed.
pub(crate) async fn login_key(
    db: &Database,
    randomness: &dyn Randomness,
    attempts: u32,
) -> Result<String> {
    let new = random_hex::<32>(randomness)?;
    let key = db.transaction_retry(attempts, async |tx: &mut Transaction| {
        let row = MaintenanceRow::filter(MaintenanceRow::MT_ID.eq(ONLY));
        let without = row.filter(MaintenanceRow::LOGIN_KEY.is_null());
        let made = without.set(MaintenanceRow::LOGIN_KEY, new.as_str());
        made.update(&mut *tx).await?;
        let row = MaintenanceRow::get(&mut *tx, ONLY).await?;
        row.login_key.ok_or_else(Error::lost_race)
    });
    key.await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(memory: u32) -> Cost {
        Cost::of(&format!("$argon2id$v=19$m={memory},t=1,p=1$c2FsdA$aGFzaA")).unwrap()
    }

    fn costs(counted: &[(u32, u64)]) -> PasswordCosts {
        let costs = PasswordCosts::new("secret".to_owned());
        let counted = counted
            .iter()
            .map(|(memory, count)| (cost(*memory), *count));
        *costs.counted.write().unwrap() = counted.collect();
        costs
    }

    #[test]
    fn costs_are_drawn_as_often_as_users_have_them() {
        let costs = costs(&[(8, 300), (16, 100)]);
        let names = (0..4000).map(|number| costs.draw(&format!("name{number}")));
        let dear = names.filter(|drawn| *drawn == Some(cost(16))).count();
        assert!((900..1100).contains(&dear), "{dear}");
    }

    #[test]
    fn name_keeps_its_cost_until_the_share_of_that_cost_has_shrunk() {
        let (before, after) = (costs(&[(8, 60), (16, 40)]), costs(&[(8, 50), (16, 50)]));
        for number in 0..1000 {
            let name = format!("name{number}");
            let (one, other) = (before.draw(&name), after.draw(&name));
            assert!(one == other || other == Some(cost(16)), "{name}");
        }
        let other = PasswordCosts {
            key: "another secret".to_owned(),
            ..costs(&[(8, 60), (16, 40)])
        };
        let name = |number| format!("name{number}");
        assert!((0..99).any(|number| other.draw(&name(number)) != before.draw(&name(number))));
        assert_eq!(costs(&[]).draw("name"), None);
    }
}
