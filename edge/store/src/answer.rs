//! What was answered to questions, by whom, and for which devices.
//!
//! An answer is given and ended, never changed or deleted. What it does to a verdict or a
//! priority is worked out by whoever reads it.

use crate::database::{Row, Value};
use crate::sealed_note::{Noted, sealed};
use crate::write::{Happened, Noun};
use crate::{Path, Scope, Store, StoreError, Write, stored};

/// A question, as an answer remembers it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AskedQuestion {
    /// By what it is known: a digest of what follows, but for `asked`.
    pub key: String,
    /// What it is about, in a word.
    pub kind: String,
    /// The maker of the product; empty where it is about none.
    pub maker: String,
    /// The product's name; empty where it is about none.
    pub model: String,
    /// The organisation whose zone it is about; 0 where it is about none.
    pub zone_of: i64,
    /// The zone; empty where it is about none.
    pub zone: String,
    /// What is asked, as it is compared.
    pub ask: String,
    /// How it was put.
    pub asked: String,
}

/// What somebody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// Nobody here knows; somebody else has to be asked.
    NotKnown,
}

impl Said {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::NotKnown];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotKnown => "not_known",
        }
    }

    /// The answer of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|said| said.word() == word)
    }
}

/// Which devices of its organisation an answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Covers {
    /// All that the question fits, also those that come later.
    All,
    /// Certain ones.
    Devices,
}

impl Covers {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Devices => "devices",
        }
    }
}

/// An answer that is given now.
#[derive(Clone, Debug)]
pub struct NewAnswer<'a> {
    /// The organisation for which it holds, with everything below.
    pub organisation: i64,
    /// To what.
    pub question: &'a AskedQuestion,
    /// Other keys under which the same was answered before.
    pub earlier: &'a [String],
    /// What.
    pub said: Said,
    /// The devices that it is about; none for all that the question fits.
    pub devices: Option<&'a [i64]>,
    /// Whom to ask, what it rests on; may be empty.
    pub note: &'a str,
    /// The last day on which it is believed.
    pub until: Option<&'a str>,
    /// Who says so.
    pub by: i64,
}

/// An answer as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The number.
    pub id: i64,
    /// The organisation for which it holds, with everything below.
    pub organisation: i64,
    /// Where that stands in the tree.
    pub path: Path,
    /// To what.
    pub question: AskedQuestion,
    /// What.
    pub said: Said,
    /// About which devices.
    pub covers: Covers,
    /// How many devices it was about when it was given.
    pub devices: i64,
    /// The note; empty in a copy for memory.
    pub note: String,
    /// The last day on which it is believed, `2027-06-30`.
    pub until: Option<String>,
    /// Who said so.
    pub by: i64,
    /// When.
    pub at: String,
    /// Since when it holds no longer.
    pub ended: Option<String>,
    /// Who ended it.
    pub ended_by: Option<i64>,
    /// Why: `taken_back` or `replaced`.
    pub end_reason: Option<String>,
}

impl Store {
    /// The answers of a top organisation that changed after `seq`, ended ones included,
    /// without their notes: for those who keep a copy in memory.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answers_since(
        &self,
        head: i64,
        seq: i64,
    ) -> Result<Vec<Answer>, StoreError> {
        self.database
            .rows(
                "SELECT a.id, a.organisation, o.path, a.question, a.kind, a.maker, a.model,
                        a.zone_of, a.zone, a.ask, a.asked, a.said, a.covers, a.devices,
                        a.believed_until, a.said_by, a.said_at, a.ended, a.ended_by,
                        a.end_reason
                   FROM answer a
                   JOIN organisation o ON o.head = a.head AND o.id = a.organisation
                  WHERE a.head = $1 AND a.seq > $2
                  ORDER BY a.id",
                &[head.into(), seq.into()],
                read_answer,
            )
            .await
    }

    /// The devices that answers are about, each with its answer; of those that are about
    /// all there are none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answered_devices(
        &self,
        head: i64,
        answers: &[i64],
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        let list: Vec<Value> = answers.iter().map(|id| (*id).into()).collect();
        self.database
            .rows_among(
                "SELECT answer, device FROM answer_device WHERE head = $1 AND answer",
                &[head.into()],
                &list,
                "ORDER BY answer, device",
                |row| Ok((row.integer("answer")?, row.integer("device")?)),
            )
            .await
    }

    /// What was ever answered under these keys, the newest first: by organisations that whoever
    /// asks may see, and by those above them, whose answers hold for these too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answers_to(
        &self,
        scope: &Scope,
        questions: &[&str],
    ) -> Result<Vec<Answer>, StoreError> {
        let questions: Vec<Value> = questions.iter().map(|key| (*key).into()).collect();
        let mut found = std::collections::BTreeMap::new();
        for root in scope.roots() {
            let kept = self
                .database
                .rows_among(
                    "SELECT a.id, a.organisation, o.path, a.question, a.kind, a.maker, a.model,
                            a.zone_of, a.zone, a.ask, a.asked, a.said, a.covers, a.devices,
                            a.believed_until, a.said_by, a.said_at, a.ended, a.ended_by,
                            a.end_reason, a.sealed_note, h.sealed_key
                       FROM answer a
                       JOIN organisation o ON o.head = a.head AND o.id = a.organisation
                       JOIN head h ON h.id = a.head
                      WHERE a.head = $1
                        AND (o.path LIKE $2 OR $3 LIKE o.path || '%')
                        AND a.question",
                    &[
                        scope.head().into(),
                        format!("{}%", root.as_str()).into(),
                        root.as_str().into(),
                    ],
                    &questions,
                    "",
                    |row| sealed(row, read_answer),
                )
                .await?;
            let opened = self.with_notes(scope.head(), kept, |_| true)?.into_iter();
            found.extend(opened.map(|answer: Answer| (answer.id, answer)));
        }
        Ok(found.into_values().rev().collect())
    }
}

impl Write<'_> {
    /// How many answers to some questions a scope sees at this moment, with how many of them
    /// ended: the number grows with each that is given or ends.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer_revision(
        &mut self,
        scope: &Scope,
        questions: &[&str],
    ) -> Result<i64, StoreError> {
        let questions: Vec<Value> = questions.iter().map(|key| (*key).into()).collect();
        let found = self
            .changing
            .rows_among(
                "SELECT o.path, CASE WHEN a.ended IS NULL THEN 1 ELSE 2 END AS steps
                   FROM answer a
                   JOIN organisation o ON o.head = a.head AND o.id = a.organisation
                  WHERE a.head = $1 AND a.question",
                &[self.head.into()],
                &questions,
                "",
                |row| Ok((Path::from_stored(row.text("path")?), row.integer("steps")?)),
            )
            .await?;
        let is_seen = |path: &Path| {
            scope.roots().iter().any(|root| root.holds(path) || path.holds(root))
        };
        let seen = found.iter().filter(|(path, _)| is_seen(path));
        Ok(seen.map(|(_, steps)| steps).sum())
    }

    /// Keeps an answer. One that the same organisation gave to the same question about the
    /// same devices, under whichever key, holds no longer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer(&mut self, new: NewAnswer<'_>) -> Result<i64, StoreError> {
        let id = self.id();
        let keys = new.earlier.iter().chain([&new.question.key]);
        for key in keys {
            match new.devices {
                None => self.replace_answer(&new, key, None).await?,
                Some(devices) => self.withdraw_devices(&new, key, devices).await?,
            }
        }
        let row = self.answer_row(id, &new)?;
        self.changing
            .insert_many(
                "INSERT INTO answer (head, id, organisation, question, kind, maker, model,
                                     zone_of, zone, ask, asked, said, covers, devices,
                                     sealed_note, believed_until, said_by, said_at, seq)",
                19,
                "",
                &[row],
            )
            .await?;
        let covered: Vec<Vec<Value>> = new
            .devices
            .unwrap_or_default()
            .iter()
            .map(|device| vec![self.head.into(), id.into(), (*device).into()])
            .collect();
        self.changing
            .insert_many(
                "INSERT INTO answer_device (head, answer, device)",
                3,
                "",
                &covered,
            )
            .await?;
        self.note(Noun::Answer, id, Happened::Made);
        Ok(id)
    }

    fn answer_row(&self, id: i64, new: &NewAnswer<'_>) -> Result<Vec<Value>, StoreError> {
        let note = self.seal_note(id, new.note)?;
        let (covers, devices) = match new.devices {
            None => (Covers::All, 0),
            Some(devices) => (Covers::Devices, devices.len() as i64),
        };
        let question = new.question;
        Ok(vec![
            self.head.into(),
            id.into(),
            new.organisation.into(),
            question.key.as_str().into(),
            question.kind.as_str().into(),
            question.maker.as_str().into(),
            question.model.as_str().into(),
            question.zone_of.into(),
            question.zone.as_str().into(),
            question.ask.as_str().into(),
            question.asked.as_str().into(),
            new.said.word().into(),
            covers.word().into(),
            devices.into(),
            note.into(),
            new.until.into(),
            new.by.into(),
            stored(self.now).into(),
            self.seq.into(),
        ])
    }

    /// Ends what the organisation answered under a key about all, or the one answer of that
    /// number.
    async fn replace_answer(
        &mut self,
        new: &NewAnswer<'_>,
        key: &str,
        only: Option<i64>,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE answer
                    SET ended = $4, ended_by = $5, end_reason = 'replaced', seq = $6
                  WHERE head = $1 AND question = $2 AND organisation = $3
                    AND ended IS NULL
                    AND (id = $7 OR ($7 = 0 AND covers = 'all'))",
                &[
                    self.head.into(),
                    key.into(),
                    new.organisation.into(),
                    stored(self.now).into(),
                    new.by.into(),
                    self.seq.into(),
                    only.unwrap_or(0).into(),
                ],
            )
            .await?;
        Ok(())
    }

    /// Takes devices out of what the organisation answered about them before; an answer
    /// that is about none any more ends.
    async fn withdraw_devices(
        &mut self,
        new: &NewAnswer<'_>,
        key: &str,
        devices: &[i64],
    ) -> Result<(), StoreError> {
        let list: Vec<Value> = devices.iter().map(|id| (*id).into()).collect();
        let earlier: [Value; 3] = [self.head.into(), key.into(), new.organisation.into()];
        let touched = self
            .changing
            .run_among(
                "DELETE FROM answer_device
                  WHERE head = $1
                    AND answer IN (SELECT id
                                     FROM answer
                                    WHERE head = $1 AND question = $2
                                      AND organisation = $3 AND ended IS NULL)
                    AND device",
                &earlier,
                &list,
                "",
            )
            .await?;
        if touched == 0 {
            return Ok(());
        }
        let empty = self
            .changing
            .rows(
                "UPDATE answer
                    SET seq = $4
                  WHERE head = $1 AND question = $2 AND organisation = $3
                    AND ended IS NULL AND covers = 'devices'
              RETURNING id, (SELECT COUNT(*)
                               FROM answer_device d
                              WHERE d.head = answer.head AND d.answer = answer.id) AS left_over",
                &[
                    self.head.into(),
                    key.into(),
                    new.organisation.into(),
                    self.seq.into(),
                ],
                |row| Ok((row.integer("id")?, row.integer("left_over")?)),
            )
            .await?;
        for (id, _) in empty.into_iter().filter(|(_, left_over)| *left_over == 0) {
            self.replace_answer(new, key, Some(id)).await?;
        }
        Ok(())
    }

    /// Ends an answer: it holds no longer.
    ///
    /// # Errors
    /// When the database fails, or the organisation gave no such answer that still holds.
    pub async fn take_back(
        &mut self,
        organisation: i64,
        answer: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE answer
                    SET ended = $4, ended_by = $5, end_reason = 'taken_back', seq = $6
                  WHERE head = $1 AND id = $2 AND organisation = $3 AND ended IS NULL",
                &[
                    self.head.into(),
                    answer.into(),
                    organisation.into(),
                    stored(self.now).into(),
                    by.into(),
                    self.seq.into(),
                ],
            )
            .await?;
        if touched == 0 {
            return Err(StoreError::absent("answer", answer));
        }
        self.note(Noun::Answer, answer, Happened::Changed);
        Ok(())
    }
}

impl Noted for Answer {
    fn id(&self) -> i64 {
        self.id
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn set_note(&mut self, note: String) {
        self.note = note;
    }
}

fn read_answer(row: &Row<'_>) -> Result<Answer, StoreError> {
    let said = row.text("said")?;
    Ok(Answer {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        question: AskedQuestion {
            key: row.text("question")?,
            kind: row.text("kind")?,
            maker: row.text("maker")?,
            model: row.text("model")?,
            zone_of: row.integer("zone_of")?,
            zone: row.text("zone")?,
            ask: row.text("ask")?,
            asked: row.text("asked")?,
        },
        said: Said::from_word(&said)
            .ok_or(StoreError::Unreadable { what: "answer.said", held: said })?,
        covers: match row.text("covers")?.as_str() {
            "all" => Covers::All,
            _ => Covers::Devices,
        },
        devices: row.integer("devices")?,
        note: String::new(),
        until: row.text_if_any("believed_until")?,
        by: row.integer("said_by")?,
        at: row.text("said_at")?,
        ended: row.text_if_any("ended")?,
        ended_by: row.integer_if_any("ended_by")?,
        end_reason: row.text_if_any("end_reason")?,
    })
}
