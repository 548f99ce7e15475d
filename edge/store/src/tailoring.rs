//! What organisations make of controls, and the exceptions that they make.
//!
//! Reasons and owners are texts of people and lie sealed under the organisation's key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::database::Row;
use crate::keys::{Key, Whose};
use crate::write::{Happened, Noun};
use crate::{Path, Scope, Store, StoreError, Write, stored};

/// What an organisation makes of a control.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TailoredControl {
    /// Why it does not apply; empty where it does.
    pub not_applicable: String,
    /// Who sees to it: a role.
    pub owner: String,
    /// Other parameters than are usual.
    pub parameters: BTreeMap<String, i64>,
}

/// An exception to a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlException {
    /// The number.
    pub id: i64,
    /// Whose it is.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// The id of the control.
    pub control: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub last_day: String,
    /// When it was asked for, as stored.
    pub asked: String,
    /// By whom.
    pub asked_by: i64,
    /// When it was approved, as stored.
    pub approved: Option<String>,
    /// By whom.
    pub approved_by: Option<i64>,
    /// When somebody ended or declined it, as stored.
    pub ended: Option<String>,
}

/// An exception to be asked for.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `ControlException`")]
pub struct NewControlException<'a> {
    pub organisation: i64,
    pub control: &'a str,
    pub reason: &'a str,
    pub last_day: &'a str,
    pub by: i64,
}

/// Of which organisation a tailoring is: the control is part of what is sealed.
const fn of_tailoring(head: i64, organisation: i64) -> Whose {
    Whose { what: TAILORING, head, id: organisation }
}

const fn of_exception(head: i64, id: i64) -> Whose {
    Whose { what: EXCEPTION, head, id }
}

/// What is sealed.
pub(crate) const TAILORING: &str = "what is made of a control";
/// What is sealed.
pub(crate) const EXCEPTION: &str = "the reason of an exception";

impl Store {
    /// What the organisations of a top organisation make of controls, by organisation and
    /// control; for work that the house does by itself.
    ///
    /// # Errors
    /// When the database fails, or what is sealed does not open.
    pub async fn tailored_controls(
        &self,
        head: i64,
    ) -> Result<BTreeMap<(i64, String), TailoredControl>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT t.organisation, t.control, t.sealed_tailoring, h.sealed_key
                   FROM posture_tailoring t
                   JOIN head h ON h.id = t.head
                  WHERE t.head = $1
                  ORDER BY t.organisation, t.control",
                &[head.into()],
                |row| {
                    let of = (row.integer("organisation")?, row.text("control")?);
                    Ok((of, row.bytes("sealed_tailoring")?, row.bytes("sealed_key")?))
                },
            )
            .await?;
        let mut tailored = BTreeMap::new();
        let mut own: Option<Key> = None;
        for (of, sealed, key) in found {
            let key = match own.take() {
                Some(key) => key,
                None => self.keys.of_head(head, &key)?,
            };
            let text = key.open_text(of_tailoring(head, of.0), &sealed)?;
            own = Some(key);
            let said =
                serde_json::from_str(&text).map_err(|error| StoreError::Unreadable {
                    what: "posture_tailoring.sealed_tailoring",
                    held: error.to_string(),
                })?;
            tailored.insert(of, said);
        }
        Ok(tailored)
    }

    /// When somebody last said what an organisation makes of each control, as stored.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tailored_at(
        &self,
        head: i64,
        organisation: i64,
    ) -> Result<Vec<String>, StoreError> {
        self.database
            .rows(
                "SELECT changed
                   FROM posture_tailoring
                  WHERE head = $1 AND organisation = $2
                  ORDER BY control",
                &[head.into(), organisation.into()],
                |row| row.text("changed"),
            )
            .await
    }

    /// The exceptions of organisations within a scope, in the order in which they were asked
    /// for.
    ///
    /// # Errors
    /// When the database fails, or what is sealed does not open.
    pub async fn control_exceptions(
        &self,
        scope: &Scope,
    ) -> Result<Vec<ControlException>, StoreError> {
        let head = scope.head();
        let found = self
            .database
            .rows(
                "SELECT e.id, e.organisation, e.control, e.sealed_exception, e.last_day, e.asked,
                        e.asked_by, e.approved, e.approved_by, e.ended, o.path, h.sealed_key
                   FROM posture_exception e
                   JOIN organisation o ON o.head = e.head AND o.id = e.organisation
                   JOIN head h ON h.id = e.head
                  WHERE e.head = $1
                  ORDER BY e.id",
                &[head.into()],
                |row| {
                    let sealed = row.bytes("sealed_exception")?;
                    Ok((read_exception(row)?, sealed, row.bytes("sealed_key")?))
                },
            )
            .await?;
        let mut seen = Vec::new();
        for (mut one, sealed, key) in found {
            if scope.admits(&one.path) {
                let key = self.keys.of_head(head, &key)?;
                one.reason = key.open_text(of_exception(head, one.id), &sealed)?;
                seen.push(one);
            }
        }
        Ok(seen)
    }
}

impl Write<'_> {
    /// Says what an organisation makes of a control, in the place of what was said before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tailor_control(
        &mut self,
        (organisation, control): (i64, &str),
        said: &TailoredControl,
        by: i64,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(said).unwrap_or_default();
        let sealed =
            self.key()?.seal_text(of_tailoring(self.head, organisation), &text)?;
        self.changing
            .run(
                "INSERT INTO posture_tailoring (head, organisation, control, sealed_tailoring,
                                                changed, changed_by)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (head, organisation, control) DO UPDATE
                    SET sealed_tailoring = excluded.sealed_tailoring,
                        changed = excluded.changed, changed_by = excluded.changed_by",
                &[
                    self.head.into(),
                    organisation.into(),
                    control.into(),
                    sealed.into(),
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        self.note(Noun::Tailoring, organisation, Happened::Changed);
        Ok(())
    }

    /// Asks for an exception; gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_exception(
        &mut self,
        new: NewControlException<'_>,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        let sealed = self.key()?.seal_text(of_exception(self.head, id), new.reason)?;
        self.changing
            .run(
                "INSERT INTO posture_exception (head, id, organisation, control,
                                                sealed_exception, last_day, asked, asked_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                &[
                    self.head.into(),
                    id.into(),
                    new.organisation.into(),
                    new.control.into(),
                    sealed.into(),
                    new.last_day.into(),
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.note(Noun::Tailoring, id, Happened::Made);
        Ok(id)
    }

    /// Approves an exception that somebody else asked for.
    ///
    /// # Errors
    /// When the database fails, whoever approves asked for it, or it is approved or over.
    pub async fn approve_exception(
        &mut self,
        id: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE posture_exception
                    SET approved = $3, approved_by = $4
                  WHERE head = $1 AND id = $2 AND approved IS NULL AND ended IS NULL
                    AND asked_by <> $4",
                &[self.head.into(), id.into(), stored(self.now).into(), by.into()],
            )
            .await?;
        self.note(Noun::Tailoring, id, Happened::Changed);
        one(touched, id)
    }

    /// Ends an exception, or declines it.
    ///
    /// # Errors
    /// When the database fails, or it is over.
    pub async fn end_exception(&mut self, id: i64, by: i64) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE posture_exception
                    SET ended = $3, ended_by = $4
                  WHERE head = $1 AND id = $2 AND ended IS NULL",
                &[self.head.into(), id.into(), stored(self.now).into(), by.into()],
            )
            .await?;
        self.note(Noun::Tailoring, id, Happened::Gone);
        one(touched, id)
    }
}

fn one(touched: u64, id: i64) -> Result<(), StoreError> {
    match touched {
        1 => Ok(()),
        _ => Err(StoreError::absent("exception", id)),
    }
}

fn read_exception(row: &Row<'_>) -> Result<ControlException, StoreError> {
    Ok(ControlException {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        control: row.text("control")?,
        reason: String::new(),
        last_day: row.text("last_day")?,
        asked: row.text("asked")?,
        asked_by: row.integer("asked_by")?,
        approved: row.text_if_any("approved")?,
        approved_by: row.integer_if_any("approved_by")?,
        ended: row.text_if_any("ended")?,
    })
}
