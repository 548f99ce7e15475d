//! Forms MDS2: what makers disclose of the security of their products.
//!
//! A form that waits, or does not count any more, is its owner's alone. One in force is for whom
//! its product is, as SBOMs are. Each question takes a scope.

use std::collections::BTreeMap;

use crate::audience::read_audience;
use crate::database::{Row, Value};
use crate::typed::{Opener, WHY_NO_FORM};
use crate::write::{Happened, Noun};
use crate::{Audience, Path, Scope, Store, StoreError, Write, stored};

/// A form as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mds2Form {
    /// The number.
    pub id: i64,
    /// Whose it is.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// The document as delivered.
    pub original: i64,
    /// What the file was called.
    pub file: String,
    /// Of which product; none where nobody has said so yet.
    pub product: Option<i64>,
    /// Of which releases; of all where none is named.
    pub releases: Vec<i64>,
    /// The maker through whose account it came; empty where somebody of the house brought it.
    pub maker: String,
    /// What is listed of it.
    pub said: Mds2Said,
    /// When it came, as stored.
    pub received: String,
    /// Who brought it.
    pub received_by: i64,
    /// Since when it is in force, as stored; none where it never was.
    pub in_force: Option<String>,
    /// Since when it counts no more, as stored.
    pub ended: Option<String>,
    /// Why; empty where another took its place.
    pub reason: String,
    /// The form that took its place.
    pub replaced_by: Option<i64>,
}

/// What is listed of a form, as its document says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mds2Said {
    /// The edition, `2019` or `2013`.
    pub edition: String,
    /// In what it was delivered, in words.
    pub medium: String,
    /// Who made the device.
    pub made_by: String,
    /// The model.
    pub model: String,
    /// The number of the document.
    pub document: String,
    /// When it was released, as written.
    pub released: String,
    /// The day of that, where it can be told.
    pub release_day: Option<String>,
    /// How many questions its edition has.
    pub questions: i64,
    /// How many of them are answered.
    pub answered: i64,
}

/// How a form stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mds2Standing {
    /// Somebody has to look at it.
    Waiting,
    /// It counts.
    InForce,
    /// Another took its place.
    Replaced,
    /// Somebody took it out of force.
    Withdrawn,
    /// It was never put in force, and is not to be.
    Declined,
}

impl Mds2Standing {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InForce => "in_force",
            Self::Replaced => "replaced",
            Self::Withdrawn => "withdrawn",
            Self::Declined => "declined",
        }
    }
}

impl Mds2Form {
    /// How it stands.
    #[must_use]
    pub const fn standing(&self) -> Mds2Standing {
        match (&self.ended, &self.in_force) {
            (None, None) => Mds2Standing::Waiting,
            (None, Some(_)) => Mds2Standing::InForce,
            (Some(_), None) => Mds2Standing::Declined,
            (Some(_), Some(_)) if self.replaced_by.is_some() => Mds2Standing::Replaced,
            (Some(_), Some(_)) => Mds2Standing::Withdrawn,
        }
    }

    /// Whether it counts.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.standing() == Mds2Standing::InForce
    }
}

/// A form to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewMds2Form<'a> {
    /// Whose it is.
    pub organisation: i64,
    /// The document as delivered.
    pub original: i64,
    /// The maker through whose account it comes; empty where somebody of the house brings it.
    pub maker: &'a str,
    /// What is listed of it.
    pub said: &'a Mds2Said,
    /// Who brings it.
    pub by: i64,
}

impl Store {
    /// The forms that whoever asks may see, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mds2_forms(&self, scope: &Scope) -> Result<Vec<Mds2Form>, StoreError> {
        let mut releases: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        let named = self
            .database
            .rows(
                "SELECT form, product_release
                   FROM mds2_form_release
                  WHERE head = $1
                  ORDER BY form, product_release",
                &[scope.head().into()],
                |row| Ok((row.integer("form")?, row.integer("product_release")?)),
            )
            .await?;
        for (form, release) in named {
            releases.entry(form).or_default().push(release);
        }
        let opener = self.opener(scope.head()).await?;
        let found = self
            .database
            .rows(
                "SELECT f.id, f.organisation, f.original, f.product, f.maker, f.edition,
                        f.medium, f.made_by, f.model, f.document, f.released, f.release_day,
                        f.questions, f.answered, f.received, f.received_by, f.in_force,
                        f.ended, f.reason, f.sealed_reason, f.replaced_by, d.name AS file,
                        o.path,
                        COALESCE(p.audience, 'owner') AS audience
                   FROM mds2_form f
                   JOIN original d ON d.head = f.head AND d.id = f.original
                   JOIN organisation o ON o.head = f.head AND o.id = f.organisation
                   LEFT JOIN product p ON p.head = f.head AND p.id = f.product
                  WHERE f.head = $1
                  ORDER BY f.id DESC",
                &[scope.head().into()],
                |row| Ok((read_form(row, &opener)?, read_audience(row, "audience")?)),
            )
            .await?;
        let mut seen = Vec::new();
        for (mut form, audience) in found {
            if is_seen(scope, &form, audience) {
                form.releases = releases.remove(&form.id).unwrap_or_default();
                seen.push(form);
            }
        }
        Ok(seen)
    }

    /// One form that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn mds2_form(
        &self,
        scope: &Scope,
        id: i64,
    ) -> Result<Mds2Form, StoreError> {
        let mut all = self.mds2_forms(scope).await?.into_iter();
        all.find(|form| form.id == id).ok_or_else(|| StoreError::absent("MDS2 form", id))
    }
}

/// What does not count is its owner's alone.
fn is_seen(scope: &Scope, form: &Mds2Form, audience: Audience) -> bool {
    match form.is_in_force() {
        true => scope.admits_for(&form.path, audience),
        false => scope.admits(&form.path),
    }
}

impl Write<'_> {
    /// Keeps a form that arrived; of one that is kept already, its number. One that was set aside
    /// or declined waits again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_mds2_form(
        &mut self,
        new: NewMds2Form<'_>,
    ) -> Result<i64, StoreError> {
        let known = self
            .changing
            .row(
                "SELECT id FROM mds2_form WHERE head = $1 AND original = $2",
                &[self.head.into(), new.original.into()],
                |row| row.integer("id"),
            )
            .await?;
        if let Some(id) = known {
            // Through whose account it came first is what is kept.
            self.changing
                .run(
                    "UPDATE mds2_form
                        SET maker = CASE WHEN maker = '' THEN CAST($3 AS TEXT) ELSE maker END
                      WHERE head = $1 AND id = $2",
                    &[self.head.into(), id.into(), new.maker.into()],
                )
                .await?;
            self.changing
                .run(
                    "UPDATE mds2_form
                        SET ended = NULL, ended_by = NULL, reason = '',
                            sealed_reason = NULL
                      WHERE head = $1 AND id = $2 AND in_force IS NULL
                        AND ended IS NOT NULL",
                    &[self.head.into(), id.into()],
                )
                .await?;
            self.note(Noun::Mds2Form, id, Happened::Changed);
            return Ok(id);
        }
        let id = self.id();
        let said = new.said;
        let row: [Value; 16] = [
            self.head.into(),
            id.into(),
            new.organisation.into(),
            new.original.into(),
            new.maker.into(),
            said.edition.as_str().into(),
            said.medium.as_str().into(),
            said.made_by.as_str().into(),
            said.model.as_str().into(),
            said.document.as_str().into(),
            said.released.as_str().into(),
            said.release_day.as_deref().into(),
            said.questions.into(),
            said.answered.into(),
            stored(self.now).into(),
            new.by.into(),
        ];
        self.changing
            .run(
                "INSERT INTO mds2_form (head, id, organisation, original, maker, edition,
                                        medium, made_by, model, document, released,
                                        release_day, questions, answered, received,
                                        received_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
                &row,
            )
            .await?;
        self.note(Noun::Mds2Form, id, Happened::Made);
        Ok(id)
    }

    /// Says of which product and releases a form is; of all releases where none is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn place_mds2_form(
        &mut self,
        form: i64,
        product: i64,
        releases: &[i64],
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE mds2_form SET product = $3 WHERE head = $1 AND id = $2",
                &[self.head.into(), form.into(), product.into()],
            )
            .await?;
        self.changing
            .run(
                "DELETE FROM mds2_form_release WHERE head = $1 AND form = $2",
                &[self.head.into(), form.into()],
            )
            .await?;
        for release in releases {
            self.changing
                .run(
                    "INSERT INTO mds2_form_release (head, form, product_release)
                     VALUES ($1, $2, $3)
                         ON CONFLICT (head, form, product_release) DO NOTHING",
                    &[self.head.into(), form.into(), (*release).into()],
                )
                .await?;
        }
        self.note(Noun::Mds2Form, form, Happened::Changed);
        Ok(())
    }

    /// Puts a form in force that has its product.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_mds2_form_in_force(
        &mut self,
        form: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE mds2_form
                    SET in_force = $3, in_force_by = $4, ended = NULL, ended_by = NULL,
                        reason = '', sealed_reason = NULL, replaced_by = NULL
                  WHERE head = $1 AND id = $2 AND product IS NOT NULL",
                &[self.head.into(), form.into(), stored(self.now).into(), by.into()],
            )
            .await?;
        self.note(Noun::Mds2Form, form, Happened::Changed);
        Ok(())
    }

    /// Ends a form: with the reason, or since another takes its place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_mds2_form(
        &mut self,
        form: i64,
        (reason, replaced_by): (&str, Option<i64>),
        by: i64,
    ) -> Result<(), StoreError> {
        let reason = self.seal_typed(&WHY_NO_FORM, (form, 0), reason)?;
        self.changing
            .run(
                "UPDATE mds2_form
                    SET ended = $3, ended_by = $4, reason = '', sealed_reason = $5,
                        replaced_by = $6
                  WHERE head = $1 AND id = $2 AND ended IS NULL",
                &[
                    self.head.into(),
                    form.into(),
                    stored(self.now).into(),
                    by.into(),
                    reason,
                    replaced_by.into(),
                ],
            )
            .await?;
        self.note(Noun::Mds2Form, form, Happened::Changed);
        Ok(())
    }

    /// Keeps what is listed of a form, as its document says it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mend_mds2_form(
        &mut self,
        form: i64,
        said: &Mds2Said,
    ) -> Result<(), StoreError> {
        let row: [Value; 11] = [
            self.head.into(),
            form.into(),
            said.edition.as_str().into(),
            said.medium.as_str().into(),
            said.made_by.as_str().into(),
            said.model.as_str().into(),
            said.document.as_str().into(),
            said.released.as_str().into(),
            said.release_day.as_deref().into(),
            said.questions.into(),
            said.answered.into(),
        ];
        self.changing
            .run(
                "UPDATE mds2_form
                    SET edition = $3, medium = $4, made_by = $5, model = $6, document = $7,
                        released = $8, release_day = $9, questions = $10, answered = $11
                  WHERE head = $1 AND id = $2",
                &row,
            )
            .await?;
        self.note(Noun::Mds2Form, form, Happened::Changed);
        Ok(())
    }
}

fn read_form(row: &Row<'_>, opener: &Opener) -> Result<Mds2Form, StoreError> {
    let id = row.integer("id")?;
    Ok(Mds2Form {
        id,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        original: row.integer("original")?,
        file: row.text("file")?,
        product: row.integer_if_any("product")?,
        releases: Vec::new(),
        maker: row.text("maker")?,
        said: Mds2Said {
            edition: row.text("edition")?,
            medium: row.text("medium")?,
            made_by: row.text("made_by")?,
            model: row.text("model")?,
            document: row.text("document")?,
            released: row.text("released")?,
            release_day: row.text_if_any("release_day")?,
            questions: row.integer("questions")?,
            answered: row.integer("answered")?,
        },
        received: row.text("received")?,
        received_by: row.integer("received_by")?,
        in_force: row.text_if_any("in_force")?,
        ended: row.text_if_any("ended")?,
        reason: WHY_NO_FORM.read(row, opener, (id, 0))?,
        replaced_by: row.integer_if_any("replaced_by")?,
    })
}
