//! Evidence: what an organisation can show for itself, as documents and as entries made by hand.
//!
//! What a piece is called, where it comes from, who signed it and what it says by hand lies sealed
//! under the organisation's key, since it may name people; its bytes lie sealed as every
//! original's. Of which kinds it is, how much stands in it and how long it counts does not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use terms::Tlp;

use crate::database::{Row, Value};
use crate::keys::{Key, Whose};
use crate::typed::{Opener, WHY_NO_EVIDENCE};
use crate::write::{Happened, Noun};
use crate::{Audience, Path, Scope, Store, StoreError, Write, stored};

/// What is said of a piece of evidence; it may name people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EvidenceWords {
    /// The file's name as it was delivered; empty where there is none.
    pub file: String,
    /// What its content was taken for, in words.
    pub read: String,
    /// What it is about.
    pub subject: String,
    /// From which system, or from whom, it comes.
    pub source: String,
    /// Who signed it.
    pub signer: String,
    /// What an entry says that was made by hand, by field; empty for a document that is read.
    pub entry: BTreeMap<String, String>,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The number.
    pub id: i64,
    /// Whose it is.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// What stands in it, by word.
    pub kinds: Vec<String>,
    /// How far it carries by itself.
    pub class: String,
    /// What is said of it.
    pub words: EvidenceWords,
    /// The document, where there is one.
    pub document: Option<EvidenceDocument>,
    /// How many rows or entries were read of it.
    pub records: i64,
    /// How much of it could not be read.
    pub complaints: i64,
    /// Of which day it is, where somebody says so.
    pub valid_from: Option<String>,
    /// The last day on which it counts.
    pub valid_until: Option<String>,
    /// Whether those below see it too, and it counts for them.
    pub is_shared: bool,
    /// When it came, as stored.
    pub brought: String,
    /// Who brought it.
    pub brought_by: i64,
    /// Since when it counts, as stored; before that somebody looks at it.
    pub taken: Option<String>,
    /// The piece that took its place.
    pub replaced_by: Option<i64>,
    /// Since when it is withdrawn, as stored.
    pub withdrawn: Option<String>,
    /// By whom.
    pub withdrawn_by: Option<i64>,
    /// Why.
    pub reason: String,
}

/// The document of a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceDocument {
    /// The number of the original.
    pub original: i64,
    /// BLAKE3 of its bytes.
    pub digest: Vec<u8>,
    /// How many bytes.
    pub size: i64,
    /// With whom it may be shared.
    pub label: Tlp,
}

impl Evidence {
    /// Whether it counts, or would if it were not over.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.taken.is_some() && self.withdrawn.is_none()
    }

    /// Whether somebody has to look at it before it counts.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.taken.is_none() && self.withdrawn.is_none()
    }

    /// Whether its last day lies behind a day, `2026-11-26`.
    #[must_use]
    pub fn is_over(&self, today: &str) -> bool {
        self.valid_until.as_deref().is_some_and(|until| until < today)
    }
}

/// A piece of evidence to be kept.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `Evidence`")]
pub struct NewEvidence<'a> {
    pub organisation: i64,
    pub kinds: &'a [&'a str],
    pub class: &'a str,
    pub words: &'a EvidenceWords,
    pub original: Option<i64>,
    pub records: i64,
    pub complaints: i64,
    pub by: i64,
}

/// What is said of a piece when it is taken in.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `Evidence`")]
pub struct TakenEvidence<'a> {
    pub words: &'a EvidenceWords,
    pub valid_from: Option<&'a str>,
    pub valid_until: Option<&'a str>,
    pub audience: Audience,
    pub by: i64,
}

/// Which pieces are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceListed {
    /// Those that count or wait.
    Now,
    /// Those that are withdrawn too.
    Ever,
}

const fn of_evidence(head: i64, id: i64) -> Whose {
    Whose { what: WHAT, head, id }
}

/// What is sealed.
pub(crate) const WHAT: &str = "what is said of evidence";

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT e.id, e.organisation, e.kinds, e.class, e.sealed_evidence, e.original,
                    e.record_count, e.complaint_count, e.valid_from, e.valid_until, e.is_shared,
                    e.brought, e.brought_by, e.taken, e.replaced_by, e.withdrawn,
                    e.withdrawn_by, e.reason, e.sealed_reason, o.path, h.sealed_key,
                    d.digest, d.size, d.label
               FROM evidence e
               JOIN organisation o ON o.head = e.head AND o.id = e.organisation
               JOIN head h ON h.id = e.head
               LEFT JOIN original d ON d.head = e.head AND d.id = e.original
              WHERE e.head = $1 ",
            $rest
        )
    };
}

/// A row with what is sealed of it, and the key under which.
type Sealed = (Evidence, Vec<u8>, Vec<u8>);

impl Store {
    /// The evidence of organisations within a scope, in the order in which it came.
    ///
    /// # Errors
    /// When the database fails, or what is sealed does not open.
    pub async fn evidence_within(
        &self,
        scope: &Scope,
        listed: EvidenceListed,
    ) -> Result<Vec<Evidence>, StoreError> {
        let past = i64::from(listed == EvidenceListed::Ever);
        let opener = self.opener(scope.head()).await?;
        let mut found = Vec::new();
        for pattern in scope.patterns() {
            found.extend(
                self.database
                    .rows(
                        select!(
                            "AND o.path LIKE $2
                             AND (e.withdrawn IS NULL OR CAST($3 AS BIGINT) = 1)
                           ORDER BY e.id"
                        ),
                        &[scope.head().into(), pattern.into(), past.into()],
                        |row| read_sealed(row, &opener),
                    )
                    .await?,
            );
        }
        found.sort_by_key(|(one, ..)| one.id);
        self.opened_evidence(scope.head(), found)
    }

    /// The document of an organisation that has those bytes, and waits or counts: it was
    /// delivered before.
    ///
    /// # Errors
    /// When the database fails, or what is sealed does not open.
    pub async fn evidence_with(
        &self,
        scope: &Scope,
        organisation: i64,
        digest: &[u8],
    ) -> Result<Option<Evidence>, StoreError> {
        let opener = self.opener(scope.head()).await?;
        let found = self
            .database
            .rows(
                select!(
                    "AND e.organisation = $2 AND d.digest = $3 AND e.withdrawn IS NULL
                   ORDER BY e.id"
                ),
                &[scope.head().into(), organisation.into(), digest.into()],
                |row| read_sealed(row, &opener),
            )
            .await?;
        let found = self.opened_evidence(scope.head(), found)?;
        let is_document =
            |one: &Evidence| one.words.entry.is_empty() && scope.admits(&one.path);
        Ok(found.into_iter().find(is_document))
    }

    /// One piece that whoever asks may see: its owner lies within the scope, or it is shared
    /// with those below its owner and one of them does.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn evidence(&self, scope: &Scope, id: i64) -> Result<Evidence, StoreError> {
        let found = self.evidence_of(scope.head(), &[id]).await?;
        let is_seen = |one: &Evidence| {
            let is_below = || scope.roots().iter().any(|root| one.path.holds(root));
            scope.admits(&one.path) || (one.is_shared && one.is_in_force() && is_below())
        };
        let found = found.into_iter().find(is_seen);
        found.ok_or_else(|| StoreError::absent("piece of evidence", id))
    }

    /// Pieces of a top organisation by their numbers, for work that the house does by itself.
    ///
    /// # Errors
    /// When the database fails, or what is sealed does not open.
    pub async fn evidence_of(
        &self,
        head: i64,
        ids: &[i64],
    ) -> Result<Vec<Evidence>, StoreError> {
        let ids: Vec<Value> = ids.iter().map(|id| (*id).into()).collect();
        let opener = self.opener(head).await?;
        let read = |row: &Row<'_>| read_sealed(row, &opener);
        let found = self
            .database
            .rows_among(select!("AND e.id"), &[head.into()], &ids, "", read)
            .await?;
        self.opened_evidence(head, found)
    }

    /// The numbers of rows of a noun that changed since a change of a top organisation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn changed_since(
        &self,
        head: i64,
        since: i64,
        noun: Noun,
    ) -> Result<Vec<i64>, StoreError> {
        self.database
            .rows(
                "SELECT DISTINCT id
                   FROM change
                  WHERE head = $1 AND seq > $2 AND noun = $3
                  ORDER BY id",
                &[head.into(), since.into(), noun.word().into()],
                |row| row.integer("id"),
            )
            .await
    }

    /// Opens what is sealed; one key opens all of it.
    fn opened_evidence(
        &self,
        head: i64,
        found: Vec<Sealed>,
    ) -> Result<Vec<Evidence>, StoreError> {
        let mut opened = Vec::with_capacity(found.len());
        let mut own: Option<Key> = None;
        for (mut one, sealed, key) in found {
            let key = match own.take() {
                Some(key) => key,
                None => self.keys.of_head(head, &key)?,
            };
            let text = key.open_text(of_evidence(head, one.id), &sealed)?;
            one.words =
                serde_json::from_str(&text).map_err(|error| StoreError::Unreadable {
                    what: "evidence.sealed_evidence",
                    held: error.to_string(),
                })?;
            own = Some(key);
            opened.push(one);
        }
        Ok(opened)
    }
}

impl Write<'_> {
    /// Keeps a piece of evidence, for somebody to look at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_evidence(
        &mut self,
        new: NewEvidence<'_>,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        let sealed = self.sealed_words(id, new.words)?;
        self.changing
            .run(
                "INSERT INTO evidence (head, id, organisation, kinds, class, sealed_evidence,
                                       original, record_count, complaint_count, brought,
                                       brought_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                &[
                    self.head.into(),
                    id.into(),
                    new.organisation.into(),
                    new.kinds.join(" ").into(),
                    new.class.into(),
                    sealed.into(),
                    new.original.into(),
                    new.records.into(),
                    new.complaints.into(),
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.note(Noun::Evidence, id, Happened::Made);
        Ok(id)
    }

    fn sealed_words(
        &self,
        id: i64,
        words: &EvidenceWords,
    ) -> Result<Vec<u8>, StoreError> {
        let text = serde_json::to_string(words).unwrap_or_default();
        Ok(self.key()?.seal_text(of_evidence(self.head, id), &text)?)
    }

    /// Takes a piece in that waits: it counts from now on.
    ///
    /// # Errors
    /// When the database fails, or somebody has taken it in or thrown it away.
    pub async fn take_evidence(
        &mut self,
        id: i64,
        taken: TakenEvidence<'_>,
    ) -> Result<(), StoreError> {
        let sealed = self.sealed_words(id, taken.words)?;
        let touched = self
            .changing
            .run(
                "UPDATE evidence
                    SET sealed_evidence = $3, valid_from = $4, valid_until = $5,
                        is_shared = $6, taken = $7, taken_by = $8
                  WHERE head = $1 AND id = $2 AND taken IS NULL AND withdrawn IS NULL",
                &[
                    self.head.into(),
                    id.into(),
                    sealed.into(),
                    taken.valid_from.into(),
                    taken.valid_until.into(),
                    taken.audience.stored().into(),
                    stored(self.now).into(),
                    taken.by.into(),
                ],
            )
            .await?;
        self.note(Noun::Evidence, id, Happened::Changed);
        one(touched, id)
    }

    /// Withdraws a piece that counts, with the reason and, where there is one, what takes its
    /// place; it stays to be read.
    ///
    /// # Errors
    /// When the database fails, or it does not count.
    pub async fn withdraw_evidence(
        &mut self,
        id: i64,
        (reason, replaced_by): (&str, Option<i64>),
        by: i64,
    ) -> Result<(), StoreError> {
        let reason = self.seal_typed(&WHY_NO_EVIDENCE, (id, 0), reason)?;
        let touched = self
            .changing
            .run(
                "UPDATE evidence
                    SET withdrawn = $3, withdrawn_by = $4, reason = '', sealed_reason = $5,
                        replaced_by = $6
                  WHERE head = $1 AND id = $2 AND taken IS NOT NULL AND withdrawn IS NULL",
                &[
                    self.head.into(),
                    id.into(),
                    stored(self.now).into(),
                    by.into(),
                    reason,
                    replaced_by.into(),
                ],
            )
            .await?;
        self.note(Noun::Evidence, id, Happened::Gone);
        one(touched, id)
    }

    /// Throws a piece away that waits, and its bytes too where nothing else rests on them.
    ///
    /// # Errors
    /// When the database fails, or somebody has taken it in or thrown it away.
    pub async fn drop_evidence(&mut self, piece: &Evidence) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "DELETE FROM evidence
                  WHERE head = $1 AND id = $2 AND taken IS NULL AND withdrawn IS NULL",
                &[self.head.into(), piece.id.into()],
            )
            .await?;
        self.note(Noun::Evidence, piece.id, Happened::Gone);
        one(touched, piece.id)?;
        let Some(document) = &piece.document else { return Ok(()) };
        let values = [self.head.into(), document.original.into()];
        self.changing
            .run(
                "DELETE FROM original
                  WHERE head = $1 AND id = $2
                    AND NOT EXISTS (SELECT 1 FROM evidence e
                                     WHERE e.head = original.head
                                       AND e.original = original.id)",
                &values,
            )
            .await?;
        self.changing
            .run(
                "DELETE FROM original_chunk
                  WHERE head = $1 AND original = $2
                    AND NOT EXISTS (SELECT 1 FROM original d
                                     WHERE d.head = original_chunk.head
                                       AND d.id = original_chunk.original)",
                &values,
            )
            .await?;
        Ok(())
    }
}

fn one(touched: u64, id: i64) -> Result<(), StoreError> {
    match touched {
        1 => Ok(()),
        _ => Err(StoreError::absent("piece of evidence", id)),
    }
}

fn read_sealed(row: &Row<'_>, opener: &Opener) -> Result<Sealed, StoreError> {
    let (sealed, key) = (row.bytes("sealed_evidence")?, row.bytes("sealed_key")?);
    Ok((read_evidence(row, opener)?, sealed, key))
}

fn read_evidence(row: &Row<'_>, opener: &Opener) -> Result<Evidence, StoreError> {
    let id = row.integer("id")?;
    let kinds = row.text("kinds")?;
    Ok(Evidence {
        id,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        kinds: kinds.split_whitespace().map(str::to_owned).collect(),
        class: row.text("class")?,
        words: EvidenceWords::default(),
        document: match row.integer_if_any("original")? {
            None => None,
            Some(original) => Some(read_document(row, original)?),
        },
        records: row.integer("record_count")?,
        complaints: row.integer("complaint_count")?,
        valid_from: row.text_if_any("valid_from")?,
        valid_until: row.text_if_any("valid_until")?,
        is_shared: row.integer("is_shared")? == 1,
        brought: row.text("brought")?,
        brought_by: row.integer("brought_by")?,
        taken: row.text_if_any("taken")?,
        replaced_by: row.integer_if_any("replaced_by")?,
        withdrawn: row.text_if_any("withdrawn")?,
        withdrawn_by: row.integer_if_any("withdrawn_by")?,
        reason: WHY_NO_EVIDENCE.read(row, opener, (id, 0))?,
    })
}

fn read_document(row: &Row<'_>, original: i64) -> Result<EvidenceDocument, StoreError> {
    let label = row.text_if_any("label")?.unwrap_or_default();
    Ok(EvidenceDocument {
        original,
        digest: row.bytes_if_any("digest")?.unwrap_or_default(),
        size: row.integer_if_any("size")?.unwrap_or_default(),
        label: Tlp::parse(&label).unwrap_or(Tlp::UNLABELLED),
    })
}
