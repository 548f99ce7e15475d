//! Passwords: argon2id, m = 19 MiB, t = 2, p = 1 (OWASP's second choice of 2024).

use argon2::password_hash::phc::PasswordHash;
use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
};
use tokio::sync::Semaphore;

/// As many at a time: each takes 19 MiB and a core for some tens of milliseconds.
static HANDS: Semaphore = Semaphore::const_new(2);

/// The shortest password that is taken (NIST SP 800-63B-4 §3.1.1.2 asks for 15 where it is
/// the only factor).
pub(crate) const SHORTEST: usize = 15;
/// The longest that is read.
pub(crate) const LONGEST: usize = 256;

/// Why a password is not taken, or could not be worked on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error(
        "a password has at least {SHORTEST} characters; a sentence is easy to remember"
    )]
    Short,
    /// Too long.
    #[error("a password has at most {LONGEST} characters")]
    Long,
    /// The hash could not be worked out.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(19 * 1024, 2, 1, None)
        .map_err(|error| PasswordError::Hash(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a new password, as a PHC string.
pub(crate) async fn hash(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() < SHORTEST {
        return Err(PasswordError::Short);
    }
    if password.chars().count() > LONGEST {
        return Err(PasswordError::Long);
    }
    let password = password.to_owned();
    by_hand(move || {
        argon2()?
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| PasswordError::Hash(error.to_string()))
    })
    .await?
}

/// Whether `password` is the one that was hashed. Without a hash the same work is done for
/// nothing, so that the time does not tell who has an account.
pub(crate) async fn fits(
    password: &str,
    hash: Option<String>,
) -> Result<bool, PasswordError> {
    if password.chars().count() > LONGEST {
        return Ok(false);
    }
    let password = password.to_owned();
    by_hand(move || {
        let Some(hash) = hash else {
            argon2()?.hash_password(password.as_bytes()).ok();
            return Ok(false);
        };
        let hash = PasswordHash::new(&hash)
            .map_err(|error| PasswordError::Hash(error.to_string()))?;
        Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await?
}

/// Works on passwords, a few at a time.
async fn by_hand<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PasswordError> {
    let failed = |error: &dyn std::fmt::Display| PasswordError::Hash(error.to_string());
    let _hand = HANDS.acquire().await.map_err(|error| failed(&error))?;
    crate::aside::aside(work).await.map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::{PasswordError, fits, hash};

    #[tokio::test]
    async fn the_right_one_fits_and_no_other() {
        let kept = hash("correct horse battery").await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(fits("correct horse battery", Some(kept.clone())).await.unwrap());
        assert!(!fits("correct horse batterz", Some(kept)).await.unwrap());
        assert!(!fits("correct horse battery", None).await.unwrap());
    }

    #[tokio::test]
    async fn short_and_endless_ones_are_not_taken() {
        assert_eq!(hash("fourteen chars").await, Err(PasswordError::Short));
        assert_eq!(hash(&"x".repeat(257)).await, Err(PasswordError::Long));
        assert!(!fits(&"x".repeat(1_000_000), Some(String::new())).await.unwrap());
    }
}
