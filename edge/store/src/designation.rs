//! Who answers for security: named by somebody, accepted by whoever is named, until a day.

use crate::Audience;
use crate::database::Row;
use crate::write::{Happened, Noun};
use crate::{Path, Scope, Store, StoreError, Write, stored};

/// What somebody answers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Office {
    /// The security of the whole organisation.
    SecurityOfficer,
    /// The same, while the officer is away.
    Deputy,
    /// The protection of personal data.
    PrivacyOfficer,
}

impl Office {
    /// Every office.
    pub const ALL: [Self; 3] =
        [Self::SecurityOfficer, Self::Deputy, Self::PrivacyOfficer];

    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SecurityOfficer => "security_officer",
            Self::Deputy => "deputy",
            Self::PrivacyOfficer => "privacy_officer",
        }
    }

    /// The office that is written with `word`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|office| office.word() == word)
    }
}

/// That somebody answers for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Designation {
    /// The number.
    pub id: i64,
    /// In which organisation.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// For what.
    pub office: Office,
    /// Who: the number of an account.
    pub person: i64,
    /// The first day: `2026-11-26`.
    pub first_day: String,
    /// The last day; none while it is open.
    pub last_day: Option<String>,
    /// Whether it holds for those below too.
    pub is_shared: bool,
    /// When it was named, as stored.
    pub named: String,
    /// By whom.
    pub named_by: i64,
    /// When whoever is named accepted it, as stored.
    pub accepted: Option<String>,
    /// When somebody ended it, as stored.
    pub ended: Option<String>,
}

impl Designation {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: &str) -> bool {
        self.first_day.as_str() <= day
            && self.last_day.as_deref().is_none_or(|last| day <= last)
    }
}

/// Somebody to be named.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `Designation`")]
pub struct NewDesignation<'a> {
    pub organisation: i64,
    pub office: Office,
    pub person: i64,
    pub first_day: &'a str,
    pub last_day: Option<&'a str>,
    pub audience: Audience,
    pub by: i64,
}

impl Store {
    /// The designations of organisations within a scope, and those of one person, wherever they
    /// are; in the order in which they were made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn designations(
        &self,
        scope: &Scope,
        person: Option<i64>,
    ) -> Result<Vec<Designation>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT d.id, d.organisation, d.office, d.person, d.first_day, d.last_day,
                        d.is_shared, d.named, d.named_by, d.accepted, d.ended, o.path
                   FROM designation d
                   JOIN organisation o ON o.head = d.head AND o.id = d.organisation
                  WHERE d.head = $1
                  ORDER BY d.id",
                &[scope.head().into()],
                read_designation,
            )
            .await?;
        let is_seen =
            |one: &Designation| scope.admits(&one.path) || Some(one.person) == person;
        Ok(found.into_iter().filter(is_seen).collect())
    }
}

impl Write<'_> {
    /// Names somebody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn designate(
        &mut self,
        new: NewDesignation<'_>,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        self.changing
            .run(
                "INSERT INTO designation (head, id, organisation, office, person, first_day,
                                          last_day, is_shared, named, named_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                &[
                    self.head.into(),
                    id.into(),
                    new.organisation.into(),
                    new.office.word().into(),
                    new.person.into(),
                    new.first_day.into(),
                    new.last_day.into(),
                    new.audience.stored().into(),
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.note(Noun::Designation, id, Happened::Made);
        Ok(id)
    }

    /// Notes that whoever is named accepts.
    ///
    /// # Errors
    /// When the database fails, somebody else is named, or it is accepted or ended already.
    pub async fn accept_designation(
        &mut self,
        id: i64,
        person: i64,
    ) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE designation
                    SET accepted = $4
                  WHERE head = $1 AND id = $2 AND person = $3 AND accepted IS NULL
                    AND ended IS NULL",
                &[self.head.into(), id.into(), person.into(), stored(self.now).into()],
            )
            .await?;
        self.note(Noun::Designation, id, Happened::Changed);
        one(touched, id)
    }

    /// Ends a designation with a day.
    ///
    /// # Errors
    /// When the database fails, or it is ended already.
    pub async fn end_designation(
        &mut self,
        id: i64,
        last_day: &str,
        by: i64,
    ) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE designation
                    SET last_day = $3, ended = $4, ended_by = $5
                  WHERE head = $1 AND id = $2 AND ended IS NULL",
                &[
                    self.head.into(),
                    id.into(),
                    last_day.into(),
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        self.note(Noun::Designation, id, Happened::Changed);
        one(touched, id)
    }
}

fn one(touched: u64, id: i64) -> Result<(), StoreError> {
    match touched {
        1 => Ok(()),
        _ => Err(StoreError::absent("designation", id)),
    }
}

fn read_designation(row: &Row<'_>) -> Result<Designation, StoreError> {
    let office = row.text("office")?;
    Ok(Designation {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        office: Office::from_word(&office)
            .ok_or(StoreError::Unreadable { what: "designation.office", held: office })?,
        person: row.integer("person")?,
        first_day: row.text("first_day")?,
        last_day: row.text_if_any("last_day")?,
        is_shared: row.integer("is_shared")? == 1,
        named: row.text("named")?,
        named_by: row.integer("named_by")?,
        accepted: row.text_if_any("accepted")?,
        ended: row.text_if_any("ended")?,
    })
}
