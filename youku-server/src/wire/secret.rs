//! A secret that a server and its clients share. The server reads no frame of a client that does not
//! know it.
//!
//! As soon as a client has connected, the server sends 32 random bytes. The client answers with
//! their HMAC (RFC 2104) under the secret: 16 bytes with MD5, as the existing clients do it, or 32
//! with SHA-256. After a right answer the client sends its first frame; after a wrong one the server
//! closes the connection.
//!
//! The secret only decides which clients may open a connection. Nothing that follows is encrypted or
//! tied to the secret, and an attacker between the two sides can take over an open connection. If
//! attackers can read or change the traffic, use TLS, with or without the secret inside it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use youku_core::{Randomness, SystemRandomness};

use crate::wire::connection::eof_as_closed;
use crate::{ConnectionError, Stream};

/// How many random bytes a server sends.
pub const CHALLENGE_BYTES: usize = 32;

/// How long either side waits for the other by default; see
/// [`Limits::handshake`](crate::Limits::handshake).
pub const CHALLENGE_TIME: Duration = Duration::from_secs(10);

/// A secret, and the hash function that proves its knowledge. `Debug` shows neither.
///
/// ```
/// use youku_server::SharedSecret;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), youku_server::ConnectionError> {
/// let secret = SharedSecret::sha256("a long random text");
/// let (mut server, mut client) = tokio::io::duplex(64);
/// let (asked, answered) = tokio::join!(secret.challenge(&mut server), secret.answer(&mut client));
/// asked?; // the client knows the secret
/// answered?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SharedSecret {
    secret: Arc<[u8]>,
    hash: Hash,
}

#[derive(Clone, Copy)]
enum Hash {
    Md5,
    Sha256,
}

impl SharedSecret {
    /// A secret that is proven by HMAC-MD5, for the existing clients. As a MAC over a challenge it
    /// is not known to be broken, unlike MD5 itself (RFC 6151, section 2.3); prefer
    /// [`sha256`](Self::sha256) all the same where every client can do it.
    pub fn md5(secret: impl AsRef<[u8]>) -> Self {
        Self::new(secret.as_ref(), Hash::Md5)
    }

    /// A secret that is proven by HMAC-SHA-256. Make it long and random: an attacker who sees one
    /// challenge and its answer can try guesses offline.
    pub fn sha256(secret: impl AsRef<[u8]>) -> Self {
        Self::new(secret.as_ref(), Hash::Sha256)
    }

    fn new(secret: &[u8], hash: Hash) -> Self {
        Self {
            secret: secret.into(),
            hash,
        }
    }

    /// The server's half: sends a fresh challenge and reads the answer, and not one byte beyond it.
    /// It has no timeout of its own: the caller must set one.
    ///
    /// # Errors
    ///
    /// [`ConnectionError::WrongAnswer`]; [`ConnectionError::Closed`] when the answer is incomplete;
    /// [`ConnectionError::Io`]. After any of them close the connection.
    ///
    /// # Cancel safety
    ///
    /// Not safe: close the connection.
    pub async fn challenge(&self, stream: &mut impl Stream) -> Result<(), ConnectionError> {
        let mut challenge = [0; CHALLENGE_BYTES];
        SystemRandomness.fill(&mut challenge)?;
        send(stream, &challenge).await?;
        let mut answer = vec![0; self.hash.bytes()];
        stream
            .read_exact(&mut answer)
            .await
            .map_err(eof_as_closed)?;
        if self.is_answer(&challenge, &answer) {
            Ok(())
        } else {
            Err(ConnectionError::WrongAnswer)
        }
    }

    /// The client's half: reads the challenge and answers it, within 10 seconds.
    ///
    /// The server sends nothing after a right answer, and closes the connection after a wrong one. So
    /// the client learns of a wrong answer when it reads the first reply.
    ///
    /// # Errors
    ///
    /// [`ConnectionError::NoChallenge`] when the server sends none, because it requires no secret;
    /// [`ConnectionError::Closed`], [`ConnectionError::Io`].
    ///
    /// # Cancel safety
    ///
    /// Not safe: close the connection.
    pub async fn answer(&self, stream: &mut impl Stream) -> Result<(), ConnectionError> {
        let answered = async {
            let mut challenge = [0; CHALLENGE_BYTES];
            stream
                .read_exact(&mut challenge)
                .await
                .map_err(eof_as_closed)?;
            send(stream, &self.answer_to(&challenge)).await
        };
        timeout(CHALLENGE_TIME, answered)
            .await
            .map_err(|_| ConnectionError::NoChallenge(CHALLENGE_TIME))?
    }

    /// The right answer to `challenge`: 16 bytes for MD5, 32 for SHA-256.
    #[must_use]
    pub fn answer_to(&self, challenge: &[u8]) -> Vec<u8> {
        match self.hash {
            Hash::Md5 => self
                .mac::<Hmac<Md5>>(challenge)
                .finalize()
                .into_bytes()
                .to_vec(),
            Hash::Sha256 => self
                .mac::<Hmac<Sha256>>(challenge)
                .finalize()
                .into_bytes()
                .to_vec(),
        }
    }

    /// Whether `answer` is right. The time this takes does not depend on how much of it is right.
    #[must_use]
    pub fn is_answer(&self, challenge: &[u8], answer: &[u8]) -> bool {
        let verified = match self.hash {
            Hash::Md5 => self.mac::<Hmac<Md5>>(challenge).verify_slice(answer),
            Hash::Sha256 => self.mac::<Hmac<Sha256>>(challenge).verify_slice(answer),
        };
        verified.is_ok()
    }

    fn mac<M: Mac + KeyInit>(&self, challenge: &[u8]) -> M {
        let mac = <M as KeyInit>::new_from_slice(&self.secret);
        mac.expect("HMAC takes keys of any length")
            .chain_update(challenge)
    }
}

impl Hash {
    fn bytes(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha256 => 32,
        }
    }
}

async fn send(stream: &mut impl Stream, bytes: &[u8]) -> Result<(), ConnectionError> {
    stream.write_all(bytes).await?;
    Ok(stream.flush().await?)
}

/// Leaves out the secret.
impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedSecret").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test case 2 of RFC 2202 (MD5) and of RFC 4231 (SHA-256).
    #[test]
    fn the_answers_are_those_of_the_rfcs() {
        let question = b"what do ya want for nothing?";
        let md5 = SharedSecret::md5("Jefe");
        let hex = |bytes: Vec<u8>| data_encoding::HEXLOWER.encode(&bytes);
        assert_eq!(
            hex(md5.answer_to(question)),
            "750c783e6ab0b503eaa86e310a5db738"
        );
        let sha256 = SharedSecret::sha256("Jefe");
        assert_eq!(
            hex(sha256.answer_to(question)),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert!(sha256.is_answer(question, &sha256.answer_to(question)));
        assert!(!sha256.is_answer(question, &md5.answer_to(question)));
    }

    #[test]
    fn the_secret_is_not_shown() {
        assert_eq!(
            format!("{:?}", SharedSecret::md5("hush")),
            "SharedSecret { .. }"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_without_a_challenge_is_recognized() {
        let (_server, mut client) = tokio::io::duplex(64);
        let answered = SharedSecret::md5("hush").answer(&mut client).await;
        assert!(matches!(answered, Err(ConnectionError::NoChallenge(_))));
    }
}
