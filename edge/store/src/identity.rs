//! Names by which an identity provider knows people, and what is remembered of whoever was
//! sent there and has not come back.

use jiff::{SignedDuration, Timestamp};

use crate::keys::Whose;
use crate::second_factor::{digits, of_digits};
use crate::write::{Happened, Noun};
use crate::{Person, Store, StoreError, Write, from_stored, stored};

/// How long somebody may be away.
const AWAY: SignedDuration = SignedDuration::from_mins(15);

const ERRANDS: Whose = Whose { what: "an errand", head: 0, id: 0 };

impl Store {
    /// Whom an issuer calls `subject`.
    ///
    /// # Errors
    /// When the database fails. That there is nobody is no error.
    pub async fn person_by_identity(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<Person>, StoreError> {
        let found = self
            .database
            .row(
                "SELECT head, person FROM identity WHERE digest = $1",
                &[self.keys.of_identity(issuer, subject).into()],
                |row| Ok((row.integer("head")?, row.integer("person")?)),
            )
            .await?;
        match found {
            Some((head, person)) => Ok(Some(self.person(head, person).await?)),
            None => Ok(None),
        }
    }

    /// The people of a top organisation who are known to a provider.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people_with_identity(
        &self,
        head: i64,
    ) -> Result<std::collections::BTreeSet<i64>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT DISTINCT person FROM identity WHERE head = $1",
                &[head.into()],
                |row| row.integer("person"),
            )
            .await?;
        Ok(found.into_iter().collect())
    }

    /// Since when somebody is known to a provider, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn identities(
        &self,
        head: i64,
        person: i64,
    ) -> Result<Vec<Timestamp>, StoreError> {
        self.database
            .rows(
                "SELECT made FROM identity WHERE head = $1 AND person = $2 ORDER BY made",
                &[head.into(), person.into()],
                |row| from_stored(&row.text("made")?),
            )
            .await
    }

    /// What is to be remembered of somebody who is sent away. It is kept nowhere: the browser
    /// holds it, and this house alone can read it.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn errand(&self, text: &str, now: Timestamp) -> Result<String, StoreError> {
        let until = stored(now.saturating_add(AWAY).unwrap_or(now));
        let plain = format!("{until} {text}");
        Ok(digits(&self.keys.seal_for_house(ERRANDS, plain.as_bytes())?))
    }

    /// What was to be remembered, if it is of this house and not too old.
    #[must_use]
    pub fn errand_of(&self, errand: &str, now: Timestamp) -> Option<String> {
        let plain = self.keys.open_for_house(ERRANDS, &of_digits(errand)?).ok()?;
        let plain = String::from_utf8(plain).ok()?;
        let (until, text) = plain.split_once(' ')?;
        (now < from_stored(until).ok()?).then(|| text.to_owned())
    }
}

impl Write<'_> {
    /// Joins a name of an issuer to an account; a second time changes nothing.
    ///
    /// # Errors
    /// When the name is joined to another account, or the database fails.
    pub async fn join_identity(
        &mut self,
        person: i64,
        issuer: &str,
        subject: &str,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO identity (head, person, digest, made)
                 VALUES ($1, $2, $3, $4)
                     ON CONFLICT (head, person, digest) DO NOTHING",
                &[
                    self.head.into(),
                    person.into(),
                    self.store.keys.of_identity(issuer, subject).into(),
                    stored(self.now).into(),
                ],
            )
            .await
            .map_err(|error| match error.is_duplicate() {
                true => StoreError::Taken(
                    "this identity is joined to another account already",
                ),
                false => error,
            })?;
        self.note(Noun::Person, person, Happened::Changed);
        Ok(())
    }

    /// Parts an account from every name that a provider has for it; how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn part_identities(&mut self, person: i64) -> Result<u64, StoreError> {
        let parted = self
            .changing
            .run(
                "DELETE FROM identity WHERE head = $1 AND person = $2",
                &[self.head.into(), person.into()],
            )
            .await?;
        self.note(Noun::Person, person, Happened::Changed);
        Ok(parted)
    }
}
