//! The tree of organisations: purchasing group → system → hospital → site.

use jiff::Timestamp;

use crate::database::Row;
use crate::write::{Happened, Noun};
use crate::{Path, Scope, Store, StoreError, Write, stored};

/// What an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Buys for its members.
    PurchasingGroup,
    /// Several hospitals under one roof.
    System,
    /// A hospital.
    Hospital,
    /// A building or campus of a hospital.
    Site,
    /// Makes devices.
    Maker,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::PurchasingGroup, Self::System, Self::Hospital, Self::Site, Self::Maker];

    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::PurchasingGroup => "purchasing_group",
            Self::System => "system",
            Self::Hospital => "hospital",
            Self::Site => "site",
            Self::Maker => "maker",
        }
    }

    /// The kind that is written with `word`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// The top organisation above it, or itself.
    pub head: i64,
    /// Its number among the rows of the top organisation.
    pub id: i64,
    /// The one right above, if any.
    pub parent: Option<i64>,
    /// Where it stands.
    pub path: Path,
    /// What it is.
    pub kind: Kind,
    /// What it is called.
    pub name: String,
}

/// An organisation to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewOrganisation<'a> {
    /// What it is.
    pub kind: Kind,
    /// What it is called.
    pub name: &'a str,
}

impl Store {
    /// Makes the room for a new top organisation, and gives its number. The organisation
    /// itself is made by [`Write::make_organisation`] in the first write of that room; one
    /// that is never finished is an empty room and no organisation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_head(&self) -> Result<i64, StoreError> {
        let mut changing = self.database.begin().await?;
        let head = changing
            .row(
                "UPDATE instance
                    SET next_head = next_head + 1
                  WHERE id = 1
              RETURNING next_head - 1 AS head",
                &[],
                |row| row.integer("head"),
            )
            .await?
            .ok_or_else(|| StoreError::absent("house", 1))?;
        let key = self.keys.make_for_head(head)?;
        changing
            .run(
                "INSERT INTO head (id, next_id, sealed_key) VALUES ($1, $2, $3)",
                // The number of the top organisation is that of its head; the other rows
                // follow.
                &[head.into(), (head + 1).into(), key.into()],
            )
            .await?;
        changing.commit().await?;
        Ok(head)
    }

    /// The numbers of all top organisations.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn heads(&self) -> Result<Vec<i64>, StoreError> {
        self.database
            .rows(
                "SELECT head FROM organisation WHERE parent IS NULL ORDER BY head",
                &[],
                |row| row.integer("head"),
            )
            .await
    }

    /// The organisations within a scope, each after the one above it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn organisations(
        &self,
        scope: &Scope,
    ) -> Result<Vec<Organisation>, StoreError> {
        let mut found = Vec::new();
        for pattern in scope.patterns() {
            found.extend(
                self.database
                    .rows(
                        "SELECT head, id, parent, path, kind, name
                           FROM organisation
                          WHERE head = $1 AND path LIKE $2
                          ORDER BY path",
                        &[scope.head().into(), pattern.into()],
                        read_organisation,
                    )
                    .await?,
            );
        }
        Ok(found)
    }

    /// One organisation within a scope.
    ///
    /// # Errors
    /// When the database fails, or there is none that the asker may see.
    pub async fn organisation(
        &self,
        scope: &Scope,
        id: i64,
    ) -> Result<Organisation, StoreError> {
        self.database
            .row(
                "SELECT head, id, parent, path, kind, name
                   FROM organisation
                  WHERE head = $1 AND id = $2",
                &[scope.head().into(), id.into()],
                read_organisation,
            )
            .await?
            .filter(|found| scope.admits(&found.path))
            .ok_or_else(|| StoreError::absent("organisation", id))
    }
}

impl Write<'_> {
    /// Makes an organisation, at the top or below another of the same top.
    ///
    /// # Errors
    /// When the database fails, or the one above is not there.
    pub async fn make_organisation(
        &mut self,
        parent: Option<&Organisation>,
        new: NewOrganisation<'_>,
    ) -> Result<Organisation, StoreError> {
        let (id, path) = match parent {
            Some(parent) if parent.head == self.head => {
                let id = self.id();
                (id, parent.path.below(id))
            }
            Some(parent) => return Err(StoreError::absent("organisation", parent.id)),
            None => (self.head, Path::top(self.head)),
        };
        let made = Organisation {
            head: self.head,
            id,
            parent: parent.map(|parent| parent.id),
            path,
            kind: new.kind,
            name: new.name.trim().to_owned(),
        };
        self.insert_organisation(&made, self.now).await?;
        self.note(Noun::Organisation, id, Happened::Made);
        Ok(made)
    }

    async fn insert_organisation(
        &mut self,
        made: &Organisation,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO organisation (head, id, parent, path, kind, name, made)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                &[
                    made.head.into(),
                    made.id.into(),
                    made.parent.into(),
                    made.path.as_str().into(),
                    made.kind.word().into(),
                    made.name.as_str().into(),
                    stored(now).into(),
                ],
            )
            .await?;
        Ok(())
    }
}

fn read_organisation(row: &Row<'_>) -> Result<Organisation, StoreError> {
    let kind = row.text("kind")?;
    Ok(Organisation {
        head: row.integer("head")?,
        id: row.integer("id")?,
        parent: row.integer_if_any("parent")?,
        path: Path::from_stored(row.text("path")?),
        kind: Kind::from_word(&kind)
            .ok_or(StoreError::Unreadable { what: "organisation.kind", held: kind })?,
        name: row.text("name")?,
    })
}
