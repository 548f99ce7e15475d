//! Forms that wait while whoever typed them shows who they are somewhere else.

use jiff::{SignedDuration, Timestamp};

use crate::keys::Whose;
use crate::session::{digest_of, secret};
use crate::{Store, StoreError, stored};

/// How long one is kept.
const LIFE: SignedDuration = SignedDuration::from_hours(1);
/// How many somebody may have: one for each window that is open.
const HELD_MAX: i64 = 5;

const FORM: Whose = Whose { what: "an interrupted form", head: 0, id: 0 };

impl Store {
    /// Keeps what somebody typed for an hour; gives the secret under which it is found. Of one
    /// person the newest few are kept. Nothing that anybody is told changes by it, so it is no
    /// act.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_form(
        &self,
        head: i64,
        person: i64,
        typed: &str,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let secret = secret()?;
        let until = stored(now.saturating_add(LIFE).unwrap_or(now));
        let sealed = self.keys.seal_for_house(FORM, typed.as_bytes())?;
        let mut changing = self.database.begin().await?;
        changing
            .run("DELETE FROM interrupted_form WHERE until <= $1", &[stored(now).into()])
            .await?;
        changing
            .run(
                "DELETE FROM interrupted_form
                  WHERE head = $1 AND person = $2
                    AND digest IN (SELECT digest
                                     FROM interrupted_form
                                    WHERE head = $1 AND person = $2
                                    ORDER BY until DESC, digest
                                    LIMIT 1000 OFFSET $3)",
                &[head.into(), person.into(), (HELD_MAX - 1).into()],
            )
            .await?;
        changing
            .run(
                "INSERT INTO interrupted_form (head, digest, person, sealed, until)
                 VALUES ($1, $2, $3, $4, $5)",
                &[
                    head.into(),
                    digest_of(&secret).into(),
                    person.into(),
                    sealed.into(),
                    until.into(),
                ],
            )
            .await?;
        changing.commit().await?;
        Ok(secret)
    }

    /// What somebody typed, if it is theirs and not too old.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn kept_form(
        &self,
        head: i64,
        person: i64,
        secret: &str,
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let sealed = self
            .database
            .row(
                "SELECT sealed
                   FROM interrupted_form
                  WHERE head = $1 AND digest = $2 AND person = $3 AND until > $4",
                &[
                    head.into(),
                    digest_of(secret).into(),
                    person.into(),
                    stored(now).into(),
                ],
                |row| row.bytes("sealed"),
            )
            .await?;
        let Some(sealed) = sealed else { return Ok(None) };
        let plain = self.keys.open_for_house(FORM, &sealed)?;
        Ok(String::from_utf8(plain).ok())
    }
}
