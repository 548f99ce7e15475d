//! Sessions: who is signed in. Known by a digest, so that nobody who reads the database can
//! take one over.

use jiff::{SignedDuration, Timestamp};

use crate::keys::random;
use crate::write::{Happened, Noun};
use crate::{Store, StoreError, Write, from_stored, stored};

/// How long a session lives without being used.
const IDLE: SignedDuration = SignedDuration::from_hours(8);
/// How long it lives at most.
const LIFE: SignedDuration = SignedDuration::from_hours(24 * 7);
/// How often its use is noted.
const NOTED: SignedDuration = SignedDuration::from_mins(5);

/// Who vouches for it that somebody is who they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voucher {
    /// The house: by a password, or a link of ours.
    House,
    /// The identity provider. Roles that its groups give hold in no other session: whoever
    /// knows a password that an administrator set is not therefore in a group.
    Provider,
}

impl Voucher {
    pub(crate) const fn number(self) -> i64 {
        match self {
            Self::House => 0,
            Self::Provider => 1,
        }
    }

    pub(crate) const fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Provider,
            _ => Self::House,
        }
    }
}

/// Somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The top organisation.
    pub head: i64,
    /// Who.
    pub person: i64,
    /// What every form must send back.
    pub form_token: String,
    /// When the password, or the second factor, was last given: grave acts ask for it anew.
    pub confirmed: Timestamp,
    /// Who vouches for who it is.
    pub voucher: Voucher,
}

/// A session that was just begun. The secret goes to the browser and is kept nowhere.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// What the browser's cookie holds: 64 hexadecimal digits.
    pub secret: String,
    /// What every form must send back.
    pub form_token: String,
}

impl Store {
    /// Who is signed in with the secret of a cookie.
    ///
    /// # Errors
    /// When the database fails. A secret that fits nothing is no error.
    pub async fn session(
        &self,
        secret: &str,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let digest = digest_of(secret);
        let found = self
            .database
            .row(
                "SELECT s.head, s.person, s.form_token, s.seen, s.expires, s.confirmed,
                        s.by_provider
                   FROM session s
                   JOIN person p ON p.head = s.head AND p.id = s.person
                  WHERE s.digest = $1 AND p.blocked IS NULL",
                &[digest.clone().into()],
                |row| {
                    let seen = from_stored(&row.text("seen")?)?;
                    let expires = from_stored(&row.text("expires")?)?;
                    let session = Session {
                        head: row.integer("head")?,
                        person: row.integer("person")?,
                        form_token: row.text("form_token")?,
                        confirmed: from_stored(&row.text("confirmed")?)?,
                        voucher: Voucher::from_number(row.integer("by_provider")?),
                    };
                    Ok((session, seen, expires))
                },
            )
            .await?;
        let Some((session, seen, expires)) = found else { return Ok(None) };
        if now >= expires || now.duration_since(seen) >= IDLE {
            return Ok(None);
        }
        if now.duration_since(seen) >= NOTED {
            self.note_use(digest, now).await?;
        }
        Ok(Some(session))
    }

    /// That a session was used is no act of anybody; it only keeps it alive.
    async fn note_use(&self, digest: Vec<u8>, now: Timestamp) -> Result<(), StoreError> {
        let mut changing = self.database.begin().await?;
        changing
            .run(
                "UPDATE session SET seen = $2 WHERE digest = $1",
                &[digest.into(), stored(now).into()],
            )
            .await?;
        changing.commit().await
    }
}

impl Write<'_> {
    /// Signs somebody in for whom the house vouches.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_session(&mut self, person: i64) -> Result<NewSession, StoreError> {
        self.begin_session_by(person, Voucher::House).await
    }

    /// Signs somebody in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_session_by(
        &mut self,
        person: i64,
        voucher: Voucher,
    ) -> Result<NewSession, StoreError> {
        let new = NewSession { secret: secret()?, form_token: secret()? };
        let now = stored(self.now);
        self.changing
            .run(
                "INSERT INTO session (digest, head, person, form_token, made, seen, expires,
                                      confirmed, by_provider)
                 VALUES ($1, $2, $3, $4, $5, $5, $6, $5, $7)",
                &[
                    digest_of(&new.secret).into(),
                    self.head.into(),
                    person.into(),
                    new.form_token.as_str().into(),
                    now.into(),
                    stored(self.now.saturating_add(LIFE).unwrap_or(self.now)).into(),
                    voucher.number().into(),
                ],
            )
            .await?;
        self.note_entry(person).await?;
        Ok(new)
    }

    /// Notes on which day somebody was last let in; an earlier one of the same day stands.
    async fn note_entry(&mut self, person: i64) -> Result<(), StoreError> {
        let day = self.now.strftime("%Y-%m-%d").to_string();
        let touched = self
            .changing
            .run(
                "UPDATE person
                    SET entered_on = $3
                  WHERE head = $1 AND id = $2 AND (entered_on IS NULL OR entered_on < $3)",
                &[self.head.into(), person.into(), day.into()],
            )
            .await?;
        if touched > 0 {
            self.note(Noun::Person, person, Happened::Changed);
        }
        Ok(())
    }

    /// Notes that whoever holds the session has just shown again who they are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn confirm_session(&mut self, secret: &str) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE session SET confirmed = $3 WHERE head = $1 AND digest = $2",
                &[self.head.into(), digest_of(secret).into(), stored(self.now).into()],
            )
            .await?;
        Ok(())
    }

    /// Notes that the provider vouches from now on for whoever holds the session, who has just
    /// shown it there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn vouch_for_session(&mut self, secret: &str) -> Result<(), StoreError> {
        self.confirm_session(secret).await?;
        self.changing
            .run(
                "UPDATE session SET by_provider = $3 WHERE head = $1 AND digest = $2",
                &[
                    self.head.into(),
                    digest_of(secret).into(),
                    Voucher::Provider.number().into(),
                ],
            )
            .await?;
        Ok(())
    }

    /// Signs out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&mut self, secret: &str) -> Result<(), StoreError> {
        self.changing
            .run(
                "DELETE FROM session WHERE head = $1 AND digest = $2",
                &[self.head.into(), digest_of(secret).into()],
            )
            .await?;
        Ok(())
    }

    /// Ends every session of a person: a new password, a role that was taken away.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_sessions_of(&mut self, person: i64) -> Result<(), StoreError> {
        self.changing
            .run(
                "DELETE FROM session WHERE head = $1 AND person = $2",
                &[self.head.into(), person.into()],
            )
            .await?;
        Ok(())
    }
}

/// 32 random bytes as text.
pub(crate) fn secret() -> Result<String, StoreError> {
    Ok(blake3::Hash::from_bytes(random()?).to_hex().to_string())
}

/// What is kept of a secret. It is random, so a plain hash is enough.
pub(crate) fn digest_of(secret: &str) -> Vec<u8> {
    blake3::hash(secret.as_bytes()).as_bytes().to_vec()
}
