//! What makers state about vulnerabilities of their products (VEX), and what of it somebody
//! has accepted.
//!
//! Both are the product's organisation's: each question takes a scope. An acceptance names
//! product or release, component and vulnerability, and never a judgement.

use std::collections::BTreeSet;

use crate::database::{Row, Value};
use crate::typed::{Opener, WHY_ACCEPTED, WHY_NO_LONGER_ACCEPTED};
use crate::write::{Happened, Noun};
use crate::{Path, Scope, Store, StoreError, Write, stored};

/// A document with statements, as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vex {
    /// The number.
    pub id: i64,
    /// The product.
    pub product: i64,
    /// The release; 0 is every one.
    pub release: i64,
    /// The document as delivered.
    pub original: i64,
    /// `CSAF`, `OpenVEX`, `CycloneDX`.
    pub format: String,
    /// What it calls itself.
    pub title: String,
    /// How many statements it holds.
    pub statements: i64,
    /// When it came, as stored.
    pub received: String,
    /// Who brought it.
    pub received_by: i64,
}

/// A document to be kept at a product.
#[derive(Clone, Copy, Debug)]
pub struct NewVex<'a> {
    /// The product.
    pub product: i64,
    /// The release; 0 is every one.
    pub release: i64,
    /// The document as delivered.
    pub original: i64,
    /// `CSAF`, `OpenVEX`, `CycloneDX`.
    pub format: &'a str,
    /// What it calls itself.
    pub title: &'a str,
    /// How many statements it holds.
    pub statements: i64,
    /// Who brings it.
    pub by: i64,
}

/// What somebody has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The number.
    pub id: i64,
    /// The product.
    pub product: i64,
    /// The release; 0 is every one.
    pub release: i64,
    /// The document in which the statement stands.
    pub original: i64,
    /// The vulnerability, as the document names it.
    pub vulnerability: String,
    /// The component, as the document names it; empty for the product itself.
    pub component: String,
    /// Where in the document the statement stands.
    pub place: String,
    /// What it says, in the words of the wire.
    pub status: String,
    /// Why it was accepted.
    pub reason: String,
    /// When, as stored.
    pub accepted: String,
    /// By whom.
    pub accepted_by: i64,
    /// When it was taken back.
    pub ended: Option<String>,
    /// By whom.
    pub ended_by: Option<i64>,
    /// Why.
    pub end_reason: Option<String>,
}

/// Something to be accepted.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `Acceptance`")]
pub struct NewAcceptance<'a> {
    pub product: i64,
    pub release: i64,
    pub original: i64,
    pub vulnerability: &'a str,
    pub component: &'a str,
    pub place: &'a str,
    pub status: &'a str,
    pub reason: &'a str,
    pub by: i64,
}

/// What a question about acceptances reads.
macro_rules! acceptance_columns {
    () => {
        "a.id, a.product, a.product_release, a.original, a.vulnerability, a.component, a.place,
         a.status, a.reason, a.sealed_reason, a.accepted, a.accepted_by, a.ended, a.ended_by,
         a.end_reason, a.sealed_end_reason"
    };
}

/// What a question about documents reads.
macro_rules! vex_columns {
    () => {
        "v.id, v.product, v.product_release, v.original, v.format, v.title, v.statements,
         v.received, v.received_by"
    };
}

impl Store {
    /// The documents with statements about a product that whoever asks may see, the newest
    /// first.
    ///
    /// # Errors
    /// When the database fails, or there is no such product.
    pub async fn vex_of_product(
        &self,
        scope: &Scope,
        product: i64,
    ) -> Result<Vec<Vex>, StoreError> {
        let product = self.product(scope, product).await?;
        self.database
            .rows(
                concat!(
                    "SELECT ",
                    vex_columns!(),
                    " FROM vex v WHERE v.head = $1 AND v.product = $2 ORDER BY v.id DESC"
                ),
                &[scope.head().into(), product.id.into()],
                read_vex,
            )
            .await
    }

    /// The documents with statements about all products that whoever asks may see, the newest
    /// first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn vex_within(&self, scope: &Scope) -> Result<Vec<Vex>, StoreError> {
        let found = self
            .database
            .rows(
                concat!(
                    "SELECT ",
                    vex_columns!(),
                    ", o.path
                       FROM vex v
                       JOIN product p ON p.head = v.head AND p.id = v.product
                       JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                      WHERE v.head = $1
                      ORDER BY v.id DESC"
                ),
                &[scope.head().into()],
                |row| Ok((read_vex(row)?, Path::from_stored(row.text("path")?))),
            )
            .await?;
        let seen = found.into_iter().filter(|(_, path)| scope.admits(path));
        Ok(seen.map(|(vex, _)| vex).collect())
    }

    /// What was accepted of all products that whoever asks may see; what was taken back too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acceptances_within(
        &self,
        scope: &Scope,
    ) -> Result<Vec<Acceptance>, StoreError> {
        let opener = self.opener(scope.head()).await?;
        let found = self
            .database
            .rows(
                concat!(
                    "SELECT ",
                    acceptance_columns!(),
                    ", o.path
                       FROM acceptance a
                       JOIN product p ON p.head = a.head AND p.id = a.product
                       JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                      WHERE a.head = $1
                      ORDER BY a.id"
                ),
                &[scope.head().into()],
                |row| {
                    let acceptance = read_acceptance(row, &opener)?;
                    Ok((acceptance, Path::from_stored(row.text("path")?)))
                },
            )
            .await?;
        let seen = found.into_iter().filter(|(_, path)| scope.admits(path));
        Ok(seen.map(|(acceptance, _)| acceptance).collect())
    }

    /// The documents with statements that came through a maker's own account, each with the
    /// product of that maker about which it came.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn originals_of_makers(
        &self,
        head: i64,
    ) -> Result<BTreeSet<(i64, i64)>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT v.original, v.product
                   FROM maker_delivery d
                   JOIN vex v ON v.head = d.head AND v.id = d.document
                  WHERE d.head = $1 AND d.noun = 'vex'",
                &[head.into()],
                |row| Ok((row.integer("original")?, row.integer("product")?)),
            )
            .await?;
        Ok(found.into_iter().collect())
    }

    /// One document with statements that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn vex(&self, scope: &Scope, id: i64) -> Result<Vex, StoreError> {
        self.database
            .row(
                concat!(
                    "SELECT ",
                    vex_columns!(),
                    ", o.path
                       FROM vex v
                       JOIN product p ON p.head = v.head AND p.id = v.product
                       JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                      WHERE v.head = $1 AND v.id = $2"
                ),
                &[scope.head().into(), id.into()],
                |row| Ok((read_vex(row)?, Path::from_stored(row.text("path")?))),
            )
            .await?
            .filter(|(_, path)| scope.admits(path))
            .map(|(vex, _)| vex)
            .ok_or_else(|| StoreError::absent("document with statements", id))
    }

    /// What was accepted of a product that whoever asks may see, the newest first; what was
    /// taken back too.
    ///
    /// # Errors
    /// When the database fails, or there is no such product.
    pub async fn acceptances(
        &self,
        scope: &Scope,
        product: i64,
    ) -> Result<Vec<Acceptance>, StoreError> {
        let opener = self.opener(scope.head()).await?;
        let product = self.product(scope, product).await?;
        self.database
            .rows(
                concat!(
                    "SELECT ",
                    acceptance_columns!(),
                    " FROM acceptance a
                     WHERE a.head = $1 AND a.product = $2
                     ORDER BY a.id DESC"
                ),
                &[scope.head().into(), product.id.into()],
                |row| read_acceptance(row, &opener),
            )
            .await
    }

    /// One acceptance that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn acceptance(
        &self,
        scope: &Scope,
        id: i64,
    ) -> Result<Acceptance, StoreError> {
        let opener = self.opener(scope.head()).await?;
        self.database
            .row(
                concat!(
                    "SELECT ",
                    acceptance_columns!(),
                    ", o.path
                       FROM acceptance a
                       JOIN product p ON p.head = a.head AND p.id = a.product
                       JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                      WHERE a.head = $1 AND a.id = $2"
                ),
                &[scope.head().into(), id.into()],
                |row| {
                    let acceptance = read_acceptance(row, &opener)?;
                    Ok((acceptance, Path::from_stored(row.text("path")?)))
                },
            )
            .await?
            .filter(|(_, path)| scope.admits(path))
            .map(|(acceptance, _)| acceptance)
            .ok_or_else(|| StoreError::absent("acceptance", id))
    }

    /// The acceptances with these numbers that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acceptances_among(
        &self,
        scope: &Scope,
        numbers: &BTreeSet<i64>,
    ) -> Result<Vec<Acceptance>, StoreError> {
        let opener = self.opener(scope.head()).await?;
        let list: Vec<Value> = numbers.iter().map(|number| (*number).into()).collect();
        let found = self
            .database
            .rows_among(
                concat!(
                    "SELECT ",
                    acceptance_columns!(),
                    ", o.path
                       FROM acceptance a
                       JOIN product p ON p.head = a.head AND p.id = a.product
                       JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                      WHERE a.head = $1 AND a.id"
                ),
                &[scope.head().into()],
                &list,
                "ORDER BY a.id",
                |row| {
                    let acceptance = read_acceptance(row, &opener)?;
                    Ok((acceptance, Path::from_stored(row.text("path")?)))
                },
            )
            .await?;
        let seen = found.into_iter().filter(|(_, path)| scope.admits(path));
        Ok(seen.map(|(acceptance, _)| acceptance).collect())
    }

    /// What is accepted of a release now, by number: of it and of its product as a whole.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accepted_of_release(
        &self,
        head: i64,
        release: i64,
    ) -> Result<Vec<Acceptance>, StoreError> {
        let opener = self.opener(head).await?;
        self.database
            .rows(
                concat!(
                    "SELECT ",
                    acceptance_columns!(),
                    " FROM product_release r
                      JOIN acceptance a ON a.head = r.head AND a.product = r.product
                     WHERE r.head = $1 AND r.id = $2 AND a.ended IS NULL
                       AND a.product_release IN (0, r.id)
                     ORDER BY a.id"
                ),
                &[head.into(), release.into()],
                |row| read_acceptance(row, &opener),
            )
            .await
    }
}

impl Write<'_> {
    /// Keeps a document with statements. The same document at the same place again is the same.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_vex(&mut self, new: NewVex<'_>) -> Result<i64, StoreError> {
        let before = self
            .changing
            .row(
                "SELECT id
                   FROM vex
                  WHERE head = $1 AND product = $2 AND product_release = $3
                    AND original = $4",
                &[
                    self.head.into(),
                    new.product.into(),
                    new.release.into(),
                    new.original.into(),
                ],
                |row| row.integer("id"),
            )
            .await?;
        if let Some(id) = before {
            return Ok(id);
        }
        let id = self.id();
        self.changing
            .run(
                "INSERT INTO vex (head, id, product, product_release, original, format, title,
                                  statements, received, received_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                &[
                    self.head.into(),
                    id.into(),
                    new.product.into(),
                    new.release.into(),
                    new.original.into(),
                    new.format.into(),
                    new.title.into(),
                    new.statements.into(),
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.note(Noun::Vex, id, Happened::Made);
        Ok(id)
    }

    /// Notes that somebody accepts a statement.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accept(&mut self, new: NewAcceptance<'_>) -> Result<i64, StoreError> {
        let id = self.id();
        let reason = self.seal_typed(&WHY_ACCEPTED, (id, 0), new.reason)?;
        self.changing
            .run(
                "INSERT INTO acceptance (head, id, product, product_release, original,
                                         vulnerability, component, place, status, reason,
                                         sealed_reason, accepted, accepted_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, $12)",
                &[
                    self.head.into(),
                    id.into(),
                    new.product.into(),
                    new.release.into(),
                    new.original.into(),
                    new.vulnerability.into(),
                    new.component.into(),
                    new.place.into(),
                    new.status.into(),
                    reason,
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.note(Noun::Acceptance, id, Happened::Made);
        Ok(id)
    }

    /// Notes that somebody takes an acceptance back.
    ///
    /// # Errors
    /// When the database fails, or it was taken back already.
    pub async fn end_acceptance(
        &mut self,
        id: i64,
        by: i64,
        reason: &str,
    ) -> Result<(), StoreError> {
        let reason = self.seal_typed(&WHY_NO_LONGER_ACCEPTED, (id, 0), reason)?;
        let touched = self
            .changing
            .run(
                "UPDATE acceptance
                    SET ended = $3, ended_by = $4, end_reason = '', sealed_end_reason = $5
                  WHERE head = $1 AND id = $2 AND ended IS NULL",
                &[
                    self.head.into(),
                    id.into(),
                    stored(self.now).into(),
                    by.into(),
                    reason,
                ],
            )
            .await?;
        if touched != 1 {
            return Err(StoreError::absent("acceptance", id));
        }
        self.note(Noun::Acceptance, id, Happened::Changed);
        Ok(())
    }
}

fn read_vex(row: &Row<'_>) -> Result<Vex, StoreError> {
    Ok(Vex {
        id: row.integer("id")?,
        product: row.integer("product")?,
        release: row.integer("product_release")?,
        original: row.integer("original")?,
        format: row.text("format")?,
        title: row.text("title")?,
        statements: row.integer("statements")?,
        received: row.text("received")?,
        received_by: row.integer("received_by")?,
    })
}

fn read_acceptance(row: &Row<'_>, opener: &Opener) -> Result<Acceptance, StoreError> {
    let id = row.integer("id")?;
    Ok(Acceptance {
        id,
        product: row.integer("product")?,
        release: row.integer("product_release")?,
        original: row.integer("original")?,
        vulnerability: row.text("vulnerability")?,
        component: row.text("component")?,
        place: row.text("place")?,
        status: row.text("status")?,
        reason: WHY_ACCEPTED.read(row, opener, (id, 0))?,
        accepted: row.text("accepted")?,
        accepted_by: row.integer("accepted_by")?,
        ended: row.text_if_any("ended")?,
        ended_by: row.integer_if_any("ended_by")?,
        end_reason: WHY_NO_LONGER_ACCEPTED.read_if_any(row, opener, (id, 0))?,
    })
}
