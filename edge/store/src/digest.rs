//! Mails about what changed and what is due: who wants them, and what became of each.

use jiff::Timestamp;

use crate::job::queue;
use crate::keys::Whose;
use crate::second_factor::{digits, of_digits};
use crate::write::{Happened, Noun};
use crate::{Job, Store, StoreError, Write, stored};

/// The kind of a job that sends a digest.
pub const SEND_DIGEST: &str = "send digest";

/// How often somebody wants one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Often {
    /// Every day.
    Daily,
    /// On Mondays.
    Weekly,
}

impl Often {
    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }

    /// How often is written with `word`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Daily, Self::Weekly].into_iter().find(|often| often.word() == word)
    }
}

/// Somebody who wants digests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestReader {
    /// Who.
    pub person: i64,
    /// How often.
    pub often: Often,
    /// The time zone by its IANA name.
    pub zone: String,
    /// Since when, as stored.
    pub since: String,
    /// The day of the newest one.
    pub newest: Option<String>,
}

/// What became of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestFate {
    /// It is being written or sent.
    Waiting,
    /// The mail server has it.
    Sent,
    /// There was nothing to say.
    Nothing,
    /// The mail server did not take it all day.
    GivenUp,
}

impl DigestFate {
    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Nothing => "nothing",
            Self::GivenUp => "given_up",
        }
    }

    fn from_word(word: String) -> Result<Self, StoreError> {
        [Self::Waiting, Self::Sent, Self::Nothing, Self::GivenUp]
            .into_iter()
            .find(|one| one.word() == word)
            .ok_or(StoreError::Unreadable { what: "digest.state", held: word })
    }
}

/// A digest, as its reader may know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Of which day.
    pub day: String,
    /// What became of it.
    pub fate: DigestFate,
    /// Why it was not taken.
    pub said: String,
    /// When that was.
    pub at: String,
}

const WAY_OUT: Whose = Whose { what: "a way out of digests", head: 0, id: 0 };

impl Store {
    /// How often somebody wants a digest; `None` for never.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn digest_choice(
        &self,
        head: i64,
        person: i64,
    ) -> Result<Option<Often>, StoreError> {
        let word = self
            .database
            .row(
                "SELECT often FROM digest_choice WHERE head = $1 AND person = $2",
                &[head.into(), person.into()],
                |row| row.text("often"),
            )
            .await?;
        Ok(word.and_then(|word| Often::from_word(&word)))
    }

    /// The newest digest of somebody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_digest(
        &self,
        head: i64,
        person: i64,
    ) -> Result<Option<Digest>, StoreError> {
        self.database
            .row(
                "SELECT day, state, said, at
                   FROM digest
                  WHERE head = $1 AND person = $2
                  ORDER BY day DESC
                  LIMIT 1",
                &[head.into(), person.into()],
                |row| {
                    Ok(Digest {
                        day: row.text("day")?,
                        fate: DigestFate::from_word(row.text("state")?)?,
                        said: row.text("said")?,
                        at: row.text("at")?,
                    })
                },
            )
            .await
    }

    /// Those of a top organisation who want digests and are let in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn digest_readers(
        &self,
        head: i64,
    ) -> Result<Vec<DigestReader>, StoreError> {
        self.database
            .rows(
                "SELECT c.person, c.often, c.made, p.zone,
                        (SELECT MAX(d.day)
                           FROM digest d
                          WHERE d.head = c.head AND d.person = c.person) AS newest
                   FROM digest_choice c
                   JOIN person p ON p.head = c.head AND p.id = c.person
                  WHERE c.head = $1 AND p.blocked IS NULL AND p.sealed_key IS NOT NULL
                  ORDER BY c.person",
                &[head.into()],
                |row| {
                    let often = row.text("often")?;
                    Ok(DigestReader {
                        person: row.integer("person")?,
                        often: Often::from_word(&often).ok_or(
                            StoreError::Unreadable {
                                what: "digest_choice.often",
                                held: often,
                            },
                        )?,
                        zone: row.text("zone")?,
                        since: row.text("made")?,
                        newest: row.text_if_any("newest")?,
                    })
                },
            )
            .await
    }

    /// Queues the digest of a person and a day, unless some node has done so; whether this one
    /// did. Nothing that anybody in the house is told changes by it, so it is no act.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_digest(
        &self,
        head: i64,
        person: i64,
        day: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut changing = self.database.begin().await?;
        let made = changing
            .run(
                "INSERT INTO digest (head, person, day, state, at)
                 VALUES ($1, $2, $3, 'waiting', $4)
                     ON CONFLICT (head, person, day) DO NOTHING",
                &[head.into(), person.into(), day.into(), stored(now).into()],
            )
            .await?;
        if made == 1 {
            let payload = payload(person, day);
            queue(&mut changing, head, SEND_DIGEST, &payload, now).await?;
        }
        changing.commit().await?;
        Ok(made == 1)
    }

    /// Notes what became of a digest: it is settled, or the same job waits until `again`.
    ///
    /// # Errors
    /// When the node has lost the job, or the database fails.
    pub async fn note_digest(
        &self,
        job: &Job,
        person: i64,
        digest: &Digest,
        again: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut changing = self.database.begin().await?;
        job.fence(&mut changing, now).await?;
        changing
            .run(
                "UPDATE digest
                    SET state = $4, said = $5, at = $6
                  WHERE head = $1 AND person = $2 AND day = $3",
                &[
                    job.head.into(),
                    person.into(),
                    digest.day.as_str().into(),
                    digest.fate.word().into(),
                    digest.said.as_str().into(),
                    digest.at.as_str().into(),
                ],
            )
            .await?;
        job.leave(&mut changing, again).await?;
        changing.commit().await
    }

    /// A text with which whoever has it stops somebody's digests, and does nothing else.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn digest_way_out(&self, head: i64, person: i64) -> Result<String, StoreError> {
        let plain = format!("{head} {person}");
        let sealed = self.keys.seal_for_house(WAY_OUT, plain.as_bytes())?;
        Ok(digits(&sealed))
    }

    /// Whose digests a text stops, if it is one of ours.
    #[must_use]
    pub fn digests_stopped_by(&self, text: &str) -> Option<(i64, i64)> {
        let sealed = of_digits(text)?;
        let plain = self.keys.open_for_house(WAY_OUT, &sealed).ok()?;
        let plain = String::from_utf8(plain).ok()?;
        let (head, person) = plain.split_once(' ')?;
        Some((head.parse().ok()?, person.parse().ok()?))
    }
}

impl Write<'_> {
    /// Says how often somebody wants a digest; `None` for never.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn choose_digest(
        &mut self,
        person: i64,
        often: Option<Often>,
    ) -> Result<(), StoreError> {
        match often {
            Some(often) => {
                self.changing
                    .run(
                        "INSERT INTO digest_choice (head, person, often, made)
                         VALUES ($1, $2, $3, $4)
                             ON CONFLICT (head, person) DO UPDATE
                            SET often = excluded.often",
                        &[
                            self.head.into(),
                            person.into(),
                            often.word().into(),
                            stored(self.now).into(),
                        ],
                    )
                    .await?
            }
            None => {
                self.changing
                    .run(
                        "DELETE FROM digest_choice WHERE head = $1 AND person = $2",
                        &[self.head.into(), person.into()],
                    )
                    .await?
            }
        };
        self.note(Noun::Person, person, Happened::Changed);
        Ok(())
    }

    /// Queues the digest of a day once more, whatever became of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn repeat_digest(
        &mut self,
        person: i64,
        day: &str,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO digest (head, person, day, state, at)
                 VALUES ($1, $2, $3, 'waiting', $4)
                     ON CONFLICT (head, person, day) DO UPDATE
                    SET state = excluded.state, said = '', at = excluded.at",
                &[self.head.into(), person.into(), day.into(), stored(self.now).into()],
            )
            .await?;
        self.queue(SEND_DIGEST, &payload(person, day)).await?;
        Ok(())
    }
}

fn payload(person: i64, day: &str) -> String {
    format!("{{\"person\":{person},\"day\":\"{day}\"}}")
}
