//! Hashing passwords with Argon2id, at most as many at a time as there are cores.

use std::sync::Arc;
use std::thread;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use tokio::task;

use crate::basics::error::{Error, Result};
use crate::credentials::password::Password;
use crate::host::password_cost::PasswordCost;
use crate::host::randomness::{Randomness, random};

/// The result of comparing a password with a stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Wrong,
    Right,
    /// Correct, but hashed at another cost than the policy requires now.
    Outdated,
}

/// What a hash costs: the beginning of its PHC string, up to the salt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cost(String);

impl Cost {
    /// The cost of a stored hash; nothing if it is not a PHC string.
    pub(crate) fn of(hash: &str) -> Option<Self> {
        let (salt, _) = hash.match_indices('$').nth(3)?;
        Some(Self(hash[..=salt].to_owned()))
    }

    /// What every hash of this cost begins with.
    pub(crate) fn prefix(&self) -> &str {
        &self.0
    }
}

/// What a password is compared with.
#[derive(Debug, Clone)]
pub(crate) enum Stored {
    /// The hash of a user.
    Hash(String),
    /// Nothing: the result is `Wrong`, after the work of a hash of this cost.
    Nothing(Cost),
}

/// Hashes and compares passwords on blocking threads, with one permit for each core.
#[derive(Debug)]
pub(crate) struct Hasher {
    params: Params,
    permits: Arc<Semaphore>,
    /// A well-formed hash that matches no password: comparing with it takes as long as with a real
    /// one of the present cost.
    unmatched: String,
}

impl Hasher {
    /// # Errors
    ///
    /// `bad_request` on `policy` when Argon2 does not support that cost.
    pub(crate) fn new(cost: PasswordCost, randomness: &dyn Randomness) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None);
        let params = params.map_err(|source| {
            let rule =
                "Argon2 does not support this `password_cost`; see `PasswordCost` for the limits";
            Error::bad_request("policy", rule).with_source(source)
        })?;
        let unmatched = unmatched_hash(&params, &random(randomness)?, &random(randomness)?);
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            params,
            permits: Arc::new(Semaphore::new(cores)),
            unmatched: unmatched.map_err(Error::internal)?,
        })
    }

    /// The hash of `password` under a fresh salt, as a PHC string.
    ///
    /// Once it has begun it runs to its end, even when the future is dropped.
    pub(crate) async fn hash(
        &self,
        password: Password,
        randomness: &dyn Randomness,
    ) -> Result<String> {
        let salt: [u8; 16] = random(randomness)?;
        let argon2 = self.argon2();
        let hash = move || {
            let hash: PasswordHash = argon2.hash_password_with_salt(password.as_bytes(), &salt)?;
            Ok(hash.to_string())
        };
        self.run(hash).await
    }

    /// The present cost.
    pub(crate) fn cost(&self) -> Cost {
        Cost::of(&self.unmatched).expect("it is a PHC string")
    }

    /// Compares `password` with `stored`.
    pub(crate) async fn verify(&self, password: Password, stored: Stored) -> Result<Verdict> {
        let (argon2, current) = (self.argon2(), self.params.clone());
        let (known, stored) = match stored {
            Stored::Hash(hash) => (true, hash),
            Stored::Nothing(cost) => {
                let rest = &self.unmatched[self.cost().prefix().len()..];
                (false, format!("{}{rest}", cost.prefix()))
            }
        };
        let verify = move || {
            let hash = PasswordHash::new(&stored)?;
            if argon2.verify_password(password.as_bytes(), &hash).is_err() || !known {
                return Ok(Verdict::Wrong);
            }
            let params = Params::try_from(&hash)?;
            let same = (params.m_cost(), params.t_cost(), params.p_cost())
                == (current.m_cost(), current.t_cost(), current.p_cost());
            Ok(if same {
                Verdict::Right
            } else {
                Verdict::Outdated
            })
        };
        self.run(verify).await
    }

    fn argon2(&self) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone())
    }

    /// Runs `work` on a blocking thread. Its permit is released when the work is done, not when the
    /// caller drops the future.
    async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, argon2::password_hash::Error> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(Error::internal)?;
        let done = task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        done.await
            .map_err(Error::internal)?
            .map_err(Error::internal)
    }
}

fn unmatched_hash(
    params: &Params,
    salt: &[u8; 16],
    output: &[u8; 32],
) -> Result<String, argon2::password_hash::Error> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params)?,
        salt: Some(Salt::new(salt)?),
        hash: Some(Output::new(output)?),
    };
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering::Relaxed;

    use super::*;
    use crate::host::policy::Policy;
    use crate::host::seeded_randomness::SeededRandomness;

    const CHEAP: PasswordCost = PasswordCost {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };

    fn hasher(cost: PasswordCost) -> Hasher {
        Hasher::new(cost, &SeededRandomness::new(1)).unwrap()
    }

    fn password(text: &str) -> Password {
        Password::parse(text.to_owned(), &Policy::default()).unwrap()
    }

    #[tokio::test]
    async fn only_the_right_password_of_a_user_is_accepted() {
        let hasher = hasher(CHEAP);
        let stored = hasher
            .hash(password("correct horse"), &SeededRandomness::new(1))
            .await
            .unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$"),
            "{stored}"
        );
        let right = hasher
            .verify(password("correct horse"), Stored::Hash(stored.clone()))
            .await;
        assert_eq!(right.unwrap(), Verdict::Right);
        let wrong = hasher
            .verify(password("battery staple"), Stored::Hash(stored))
            .await;
        assert_eq!(wrong.unwrap(), Verdict::Wrong);
        for cost in [
            hasher.cost(),
            Cost("$argon2id$v=19$m=16,t=2,p=1$".to_owned()),
        ] {
            let nothing = Stored::Nothing(cost);
            let nobody = hasher.verify(password("correct horse"), nothing).await;
            assert_eq!(nobody.unwrap(), Verdict::Wrong);
        }
    }

    #[tokio::test]
    async fn hash_of_another_cost_is_outdated() {
        let stored = hasher(CHEAP)
            .hash(password("correct horse"), &SeededRandomness::new(1))
            .await
            .unwrap();
        let dearer = hasher(PasswordCost { passes: 2, ..CHEAP });
        let verdict = dearer
            .verify(password("correct horse"), Stored::Hash(stored))
            .await;
        assert_eq!(verdict.unwrap(), Verdict::Outdated);
    }

    #[tokio::test]
    async fn as_many_are_hashed_at_a_time_as_there_are_cores() {
        let hasher = hasher(CHEAP);
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let all = Arc::new(Barrier::new(cores));
        let works = (0..8 * cores).map(|_| {
            let (running, most, all) = (running.clone(), most.clone(), all.clone());
            hasher.run(move || {
                most.fetch_max(1 + running.fetch_add(1, Relaxed), Relaxed);
                // Completes only when as many tasks run as there are cores.
                all.wait();
                running.fetch_sub(1, Relaxed);
                Ok(())
            })
        });
        futures_util::future::try_join_all(works).await.unwrap();
        assert_eq!(most.load(Relaxed), cores);
    }

    #[test]
    fn default_cost_is_accepted_and_an_impossible_one_is_refused() {
        let seed = SeededRandomness::new(1);
        let hasher = Hasher::new(PasswordCost::default(), &seed).unwrap();
        assert!(
            hasher
                .unmatched
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{}",
            hasher.unmatched
        );
        let error = Hasher::new(PasswordCost { lanes: 0, ..CHEAP }, &seed).unwrap_err();
        assert_eq!(error.field(), Some("policy"));
    }
}
