//! The tree of organisations: purchasing group → system → hospital → site.

use jiff::Timestamp;

use crate::audience::read_audience;
use crate::database::Row;
use crate::write::{Happened, Noun};
use crate::{Audience, Path, Scope, Store, StoreError, Write, stored};

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
    /// For whom the SBOMs of a product are that it has not seen before.
    pub products_for: Audience,
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
                        "SELECT head, id, parent, path, kind, name, products_for
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
                "SELECT head, id, parent, path, kind, name, products_for
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

/// Says what belongs to an organisation, once: in words, and as one statement.
macro_rules! belongings {
    ($(($number:literal, $table:literal, $and:literal, $one:literal, $several:literal),)*) => {
        /// What belongs to an organisation: a number, the table, and what one of its rows and
        /// several are called. Whoever has any of it stays.
        pub const BELONGINGS: &[(i64, &str, &str, &str)] = &[
            (0, "organisation", "organisation below it", "organisations below it"),
            $(($number, $table, $one, $several),)*
        ];
        const COUNT_BELONGINGS: &str = concat!(
            "SELECT 0 AS what, COUNT(*) AS many
               FROM organisation
              WHERE head = $1 AND parent = $2",
            $(
                " UNION ALL
                 SELECT ", $number, ", COUNT(*)
                   FROM ", $table, "
                  WHERE head = $1 AND organisation = $2", $and,
            )*
            " ORDER BY what"
        );
    };
}

belongings! {
    (1, "device", "", "device", "devices"),
    (2, "binding", "", "role of somebody", "roles of people"),
    (3, "api_token", " AND revoked IS NULL", "token of a program", "tokens of programs"),
    (4, "inventory_source", "", "asset system", "asset systems"),
    (5, "import", "", "import", "imports"),
    (6, "upload", "", "import that waits", "imports that wait"),
    (7, "product", "", "product", "products"),
    (8, "original", "", "document", "documents"),
    (9, "original_audience", "", "document meant for it", "documents meant for it"),
    (10, "waiting_bill", "", "SBOM that waits", "SBOMs that wait"),
    (11, "work_action", "", "action", "actions"),
    (12, "answer", "", "answer", "answers"),
    (13, "analysis", "", "analysis", "analyses"),
    (14, "webhook", " AND removed IS NULL", "webhook", "webhooks"),
    (15, "guest", "", "supplier's guest", "suppliers' guests"),
    (16, "maker_delivery", "", "delivery of a maker", "deliveries of makers"),
    (17, "maker_question", "", "question to a maker", "questions to makers"),
    (18, "customer_question", "", "question of a customer", "questions of customers"),
    (19, "question_note", "", "note on a question", "notes on questions"),
    (20, "supplier", "", "dossier of a supplier", "dossiers of suppliers"),
    (21, "supplier_entry", "", "entry of a dossier", "entries of dossiers"),
    (22, "evidence", "", "piece of evidence", "pieces of evidence"),
    (23, "designation", "", "designation", "designations"),
    (24, "posture_exception", "", "exception to a control", "exceptions to controls"),
    (25, "mds2_form", "", "MDS2 form", "MDS2 forms"),
    (26, "purchase", "", "purchase", "purchases"),
    (27, "purchase_member", "", "purchase that it joins", "purchases that it joins"),
    (28, "life_cycle_table", "", "table of life cycles", "tables of life cycles"),
    (29, "device_replacement", "", "device in another's place", "devices in others' places"),
    (30, "device_move", "", "device that came from elsewhere", "devices that came from elsewhere"),
    (31, "customer", " AND removed IS NULL", "customer", "customers"),
    (32, "customer_told", " AND taken_back IS NULL", "word to a customer", "words to customers"),
}

/// The tables of what is set for an organisation and goes with it.
pub const SETTINGS: [&str; 9] = [
    "second_factor_rule",
    "work_policy",
    "work_day",
    "priority_table",
    "posture_tailoring",
    "posture_verdict",
    "posture_turn",
    "posture_day",
    "signing_key",
];

/// Takes the settings and the organisation away.
const REMOVE: [&str; 10] = [
    "DELETE FROM second_factor_rule WHERE head = $1 AND organisation = $2",
    "DELETE FROM work_policy WHERE head = $1 AND organisation = $2",
    "DELETE FROM work_day WHERE head = $1 AND organisation = $2",
    "DELETE FROM priority_table WHERE head = $1 AND organisation = $2",
    "DELETE FROM posture_tailoring WHERE head = $1 AND organisation = $2",
    "DELETE FROM posture_verdict WHERE head = $1 AND organisation = $2",
    "DELETE FROM posture_turn WHERE head = $1 AND organisation = $2",
    "DELETE FROM posture_day WHERE head = $1 AND organisation = $2",
    "DELETE FROM signing_key WHERE head = $1 AND organisation = $2",
    "DELETE FROM organisation WHERE head = $1 AND id = $2",
];

/// How many of something belong to an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Belonging {
    /// What one is called.
    pub one: &'static str,
    /// What several are called.
    pub several: &'static str,
    /// How many there are.
    pub count: i64,
}

impl Store {
    /// What belongs to an organisation itself, which stands in a scope of the asker; what is
    /// below it is counted as organisations.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn belongings(
        &self,
        organisation: &Organisation,
    ) -> Result<Vec<Belonging>, StoreError> {
        let counted = self
            .database
            .rows(
                COUNT_BELONGINGS,
                &[organisation.head.into(), organisation.id.into()],
                |row| Ok((row.integer("what")?, row.integer("many")?)),
            )
            .await?;
        let there = counted.into_iter().filter(|(_, count)| *count > 0);
        let told = there.filter_map(|(what, count)| {
            let (.., one, several) =
                *BELONGINGS.iter().find(|(number, ..)| *number == what)?;
            Some(Belonging { one, several, count })
        });
        Ok(told.collect())
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
            products_for: Audience::default(),
        };
        self.insert_organisation(&made, self.now).await?;
        self.note(Noun::Organisation, id, Happened::Made);
        Ok(made)
    }

    /// Calls an organisation otherwise.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rename_organisation(
        &mut self,
        organisation: i64,
        name: &str,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE organisation SET name = $3 WHERE head = $1 AND id = $2",
                &[self.head.into(), organisation.into(), name.trim().into()],
            )
            .await?;
        self.note(Noun::Organisation, organisation, Happened::Changed);
        Ok(())
    }

    /// Removes an organisation of which [`Store::belongings`] tells nothing, with its settings.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_organisation(
        &mut self,
        organisation: i64,
    ) -> Result<(), StoreError> {
        let one = [self.head.into(), organisation.into()];
        for statement in REMOVE {
            self.changing.run(statement, &one).await?;
        }
        self.note(Noun::Organisation, organisation, Happened::Gone);
        Ok(())
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
        products_for: read_audience(row, "products_for")?,
    })
}
