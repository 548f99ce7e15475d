//! Products, their releases, and the bills of materials that describe them.
//!
//! What hangs on a document is its owner's: each question takes a scope, and a product that
//! two organisations know is two rows.

use crate::database::{Row, Value};
use crate::write::{Happened, Noun};
use crate::{Path, Scope, Store, StoreError, Write, stored};

/// A product as an organisation knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The number.
    pub id: i64,
    /// Whose documents about it are kept.
    pub organisation: i64,
    /// Who makes it.
    pub maker: String,
    /// What its maker calls it.
    pub name: String,
    /// Since when it is known, as stored.
    pub made: String,
}

/// One release of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The number.
    pub id: i64,
    /// The number of the product.
    pub product: i64,
    /// The version as its maker writes it.
    pub version: String,
    /// Since when it is known, as stored.
    pub made: String,
}

/// A bill of materials as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// The number.
    pub id: i64,
    /// Whose it is.
    pub organisation: i64,
    /// The release that it describes.
    pub release: i64,
    /// The document as delivered.
    pub original: i64,
    /// What it says that it is about.
    pub subject: String,
    /// `CycloneDX` or `SPDX`.
    pub format: String,
    /// The edition of the format that it claims.
    pub spec: String,
    /// How many components it lists, and how many of them state a purl or a CPE name.
    pub components: i64,
    /// See there.
    pub with_purl: i64,
    /// See there.
    pub with_cpe: i64,
    /// Quality by profile, as JSON.
    pub scores: String,
    /// Components of which something cannot be told, as JSON, and how many.
    pub unknowns: String,
    /// See there.
    pub unknown_count: i64,
    /// The generation of the index that it was last judged with; 0 before the first time.
    pub generation: i64,
    /// When it came, as stored.
    pub received: String,
    /// Who brought it.
    pub received_by: i64,
    /// When another took its place.
    pub replaced: Option<String>,
}

/// A bill of materials to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewBill<'a> {
    /// The release that it describes.
    pub release: i64,
    /// The document as delivered.
    pub original: i64,
    /// What it says that it is about.
    pub subject: &'a str,
    /// `CycloneDX` or `SPDX`.
    pub format: &'a str,
    /// The edition of the format that it claims.
    pub spec: &'a str,
    /// How many components it lists, and how many of them state a purl or a CPE name.
    pub components: i64,
    /// See there.
    pub with_purl: i64,
    /// See there.
    pub with_cpe: i64,
    /// Quality by profile, as JSON.
    pub scores: &'a str,
    /// Who brings it.
    pub by: i64,
}

/// A bill in force, whose it is, and which builds a person said that it describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The organisation whose document it is: the view of the judgements that rest on it.
    pub organisation: i64,
    /// The bill.
    pub bill: i64,
    /// The document as delivered.
    pub original: i64,
    /// The builds that a person named.
    pub builds: Vec<i64>,
}

impl Store {
    /// The products that whoever asks may see, by maker and name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn products(&self, scope: &Scope) -> Result<Vec<Product>, StoreError> {
        let mut found = Vec::new();
        for pattern in scope.patterns() {
            found.extend(
                self.database
                    .rows(
                        "SELECT p.id, p.organisation, p.maker, p.name, p.made
                           FROM product p
                           JOIN organisation o
                             ON o.head = p.head AND o.id = p.organisation
                          WHERE p.head = $1 AND o.path LIKE $2
                          ORDER BY p.maker, p.name, p.id",
                        &[scope.head().into(), pattern.into()],
                        read_product,
                    )
                    .await?,
            );
        }
        found.sort_by(|one, other| {
            (&one.maker, &one.name, one.id).cmp(&(&other.maker, &other.name, other.id))
        });
        Ok(found)
    }

    /// One product that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn product(&self, scope: &Scope, id: i64) -> Result<Product, StoreError> {
        self.database
            .row(
                "SELECT p.id, p.organisation, p.maker, p.name, p.made, o.path
                   FROM product p
                   JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                  WHERE p.head = $1 AND p.id = $2",
                &[scope.head().into(), id.into()],
                |row| Ok((read_product(row)?, Path::from_stored(row.text("path")?))),
            )
            .await?
            .filter(|(_, path)| scope.admits(path))
            .map(|(product, _)| product)
            .ok_or_else(|| StoreError::absent("product", id))
    }

    /// The releases of a product that whoever asks may see, the newest first.
    ///
    /// # Errors
    /// When the database fails, or there is no such product.
    pub async fn releases(
        &self,
        scope: &Scope,
        product: i64,
    ) -> Result<Vec<Release>, StoreError> {
        let product = self.product(scope, product).await?;
        self.database
            .rows(
                "SELECT id, product, version, made
                   FROM product_release
                  WHERE head = $1 AND product = $2
                  ORDER BY id DESC",
                &[scope.head().into(), product.id.into()],
                read_release,
            )
            .await
    }

    /// One release of a product that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn release(
        &self,
        scope: &Scope,
        id: i64,
    ) -> Result<(Product, Release), StoreError> {
        let release = self
            .database
            .row(
                "SELECT id, product, version, made
                   FROM product_release
                  WHERE head = $1 AND id = $2",
                &[scope.head().into(), id.into()],
                read_release,
            )
            .await?
            .ok_or_else(|| StoreError::absent("release", id))?;
        let hidden = |_| StoreError::absent("release", id);
        let product = self.product(scope, release.product).await.map_err(hidden)?;
        Ok((product, release))
    }

    /// The bills of materials of a release that whoever asks may see, those in force first.
    ///
    /// # Errors
    /// When the database fails, or there is no such release.
    pub async fn bills(
        &self,
        scope: &Scope,
        release: i64,
    ) -> Result<Vec<Bill>, StoreError> {
        let (_, release) = self.release(scope, release).await?;
        self.database
            .rows(
                "SELECT b.id, p.organisation, b.product_release, b.original, b.subject, b.format,
                        b.spec, b.components, b.with_purl, b.with_cpe, b.scores, b.unknowns,
                        b.unknown_count, b.generation, b.received, b.received_by, b.replaced
                   FROM bill b
                   JOIN product_release r ON r.head = b.head AND r.id = b.product_release
                   JOIN product p ON p.head = r.head AND p.id = r.product
                  WHERE b.head = $1 AND b.product_release = $2
                  ORDER BY CASE WHEN b.replaced IS NULL THEN 0 ELSE 1 END, b.id DESC",
                &[scope.head().into(), release.id.into()],
                read_bill,
            )
            .await
    }

    /// One bill of materials that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn bill(&self, scope: &Scope, id: i64) -> Result<Bill, StoreError> {
        self.database
            .row(
                "SELECT b.id, p.organisation, b.product_release, b.original, b.subject, b.format,
                        b.spec, b.components, b.with_purl, b.with_cpe, b.scores, b.unknowns,
                        b.unknown_count, b.generation, b.received, b.received_by, b.replaced,
                        o.path
                   FROM bill b
                   JOIN product_release r ON r.head = b.head AND r.id = b.product_release
                   JOIN product p ON p.head = r.head AND p.id = r.product
                   JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                  WHERE b.head = $1 AND b.id = $2",
                &[scope.head().into(), id.into()],
                |row| Ok((read_bill(row)?, Path::from_stored(row.text("path")?))),
            )
            .await?
            .filter(|(_, path)| scope.admits(path))
            .map(|(bill, _)| bill)
            .ok_or_else(|| StoreError::absent("bill of materials", id))
    }

    /// The builds that a person said to be of a release that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails, or there is no such release.
    pub async fn builds_of_release(
        &self,
        scope: &Scope,
        release: i64,
    ) -> Result<Vec<i64>, StoreError> {
        let (_, release) = self.release(scope, release).await?;
        self.database
            .rows(
                "SELECT configuration
                   FROM product_release_build
                  WHERE head = $1 AND product_release = $2
                  ORDER BY configuration",
                &[scope.head().into(), release.id.into()],
                |row| row.integer("configuration"),
            )
            .await
    }

    /// Every bill in force of a top organisation, with the builds that it describes: what is
    /// judged again when the index changes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn described(&self, head: i64) -> Result<Vec<Described>, StoreError> {
        let rows = self
            .database
            .rows(
                "SELECT p.organisation, b.id, b.original, c.configuration
                   FROM bill b
                   JOIN product_release r ON r.head = b.head AND r.id = b.product_release
                   JOIN product p ON p.head = r.head AND p.id = r.product
                   LEFT JOIN product_release_build c
                          ON c.head = b.head AND c.product_release = b.product_release
                  WHERE b.head = $1 AND b.replaced IS NULL
                  ORDER BY p.organisation, b.id, c.configuration",
                &[head.into()],
                |row| {
                    let bill = (
                        row.integer("organisation")?,
                        row.integer("id")?,
                        row.integer("original")?,
                    );
                    Ok((bill, row.integer_if_any("configuration")?))
                },
            )
            .await?;
        let mut all: Vec<Described> = Vec::new();
        for ((organisation, bill, original), build) in rows {
            match all.last_mut().filter(|last| last.bill == bill) {
                Some(last) => last.builds.extend(build),
                None => {
                    let builds = build.into_iter().collect();
                    all.push(Described { organisation, bill, original, builds });
                }
            }
        }
        Ok(all)
    }

    /// The organisations whose views have open judgements that rest on bills: a bill that was
    /// the last one of its view leaves some behind that must be closed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn views(&self, head: i64) -> Result<Vec<(i64, i64)>, StoreError> {
        self.database
            .rows(
                "SELECT DISTINCT view, configuration
                   FROM judgement
                  WHERE head = $1 AND view <> 0 AND closed IS NULL
                  ORDER BY view, configuration",
                &[head.into()],
                |row| Ok((row.integer("view")?, row.integer("configuration")?)),
            )
            .await
    }
}

impl Write<'_> {
    /// The number of a product of an organisation; one that is not known yet gets one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_product(
        &mut self,
        organisation: i64,
        maker: &str,
        name: &str,
    ) -> Result<i64, StoreError> {
        let key = [self.head.into(), organisation.into(), maker.into(), name.into()];
        let sql = "SELECT id
                     FROM product
                    WHERE head = $1 AND organisation = $2 AND maker = $3 AND name = $4";
        if let Some(id) = self.changing.row(sql, &key, |row| row.integer("id")).await? {
            return Ok(id);
        }
        let id = self.id();
        let now = stored(self.now);
        self.changing
            .run(
                "INSERT INTO product (head, id, organisation, maker, name, made)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                &[
                    self.head.into(),
                    id.into(),
                    organisation.into(),
                    maker.into(),
                    name.into(),
                    now.into(),
                ],
            )
            .await?;
        self.note(Noun::Product, id, Happened::Made);
        Ok(id)
    }

    /// The number of a release of a product; one that is not known yet gets one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_release(
        &mut self,
        product: i64,
        version: &str,
    ) -> Result<i64, StoreError> {
        let sql = "SELECT id
                     FROM product_release
                    WHERE head = $1 AND product = $2 AND version = $3";
        let key = [self.head.into(), product.into(), version.into()];
        if let Some(id) = self.changing.row(sql, &key, |row| row.integer("id")).await? {
            return Ok(id);
        }
        let id = self.id();
        let now = stored(self.now);
        self.changing
            .run(
                "INSERT INTO product_release (head, id, product, version, made)
                 VALUES ($1, $2, $3, $4, $5)",
                &[
                    self.head.into(),
                    id.into(),
                    product.into(),
                    version.into(),
                    now.into(),
                ],
            )
            .await?;
        self.note(Noun::Release, id, Happened::Made);
        Ok(id)
    }

    /// Keeps a bill of materials. The same document again is the same bill, in force again if
    /// another had replaced it; a bill in force about the same subject is replaced.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_bill(&mut self, new: NewBill<'_>) -> Result<i64, StoreError> {
        let now = stored(self.now);
        let before = self
            .changing
            .row(
                "SELECT id
                   FROM bill
                  WHERE head = $1 AND product_release = $2 AND original = $3",
                &[self.head.into(), new.release.into(), new.original.into()],
                |row| row.integer("id"),
            )
            .await?;
        let id = match before {
            Some(id) => id,
            None => self.make_bill(new).await?,
        };
        self.changing
            .run(
                "UPDATE bill
                    SET replaced = CASE WHEN id = $4 THEN NULL ELSE $5 END
                  WHERE head = $1 AND product_release = $2 AND subject = $3
                    AND (id = $4 OR replaced IS NULL)",
                &[
                    self.head.into(),
                    new.release.into(),
                    new.subject.into(),
                    id.into(),
                    now.into(),
                ],
            )
            .await?;
        self.note(Noun::Bill, id, Happened::Changed);
        Ok(id)
    }

    async fn make_bill(&mut self, new: NewBill<'_>) -> Result<i64, StoreError> {
        let id = self.id();
        let now = stored(self.now);
        self.changing
            .run(
                "INSERT INTO bill (head, id, product_release, original, subject, format, spec,
                                   components, with_purl, with_cpe, scores, received,
                                   received_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                &[
                    self.head.into(),
                    id.into(),
                    new.release.into(),
                    new.original.into(),
                    new.subject.into(),
                    new.format.into(),
                    new.spec.into(),
                    new.components.into(),
                    new.with_purl.into(),
                    new.with_cpe.into(),
                    new.scores.into(),
                    now.into(),
                    new.by.into(),
                ],
            )
            .await?;
        Ok(id)
    }

    /// Takes a bill of materials out of force, because a person says that it was wrong.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw_bill(&mut self, bill: i64) -> Result<(), StoreError> {
        let now = stored(self.now);
        self.changing
            .run(
                "UPDATE bill SET replaced = $3 WHERE head = $1 AND id = $2 AND replaced IS NULL",
                &[self.head.into(), bill.into(), now.into()],
            )
            .await?;
        self.note(Noun::Bill, bill, Happened::Changed);
        Ok(())
    }

    /// Says which builds are of a release, in the place of what was said before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_builds(
        &mut self,
        release: i64,
        builds: &[i64],
        by: i64,
    ) -> Result<(), StoreError> {
        let now = stored(self.now);
        self.changing
            .run(
                "DELETE FROM product_release_build WHERE head = $1 AND product_release = $2",
                &[self.head.into(), release.into()],
            )
            .await?;
        let row = |build: &i64| -> Vec<Value> {
            vec![
                self.head.into(),
                release.into(),
                (*build).into(),
                by.into(),
                now.as_str().into(),
            ]
        };
        let rows: Vec<Vec<Value>> = builds.iter().map(row).collect();
        self.changing
            .insert_many(
                "INSERT INTO product_release_build (head, product_release, configuration, said_by,
                                                    said)",
                5,
                "",
                &rows,
            )
            .await?;
        self.note(Noun::Release, release, Happened::Changed);
        Ok(())
    }

    /// Notes what could not be told of a bill, judged with the index of `generation`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_unknowns(
        &mut self,
        bill: i64,
        generation: i64,
        unknowns: &str,
        count: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE bill
                    SET unknowns = $4, unknown_count = $5, generation = $3
                  WHERE head = $1 AND id = $2 AND generation <= $3",
                &[
                    self.head.into(),
                    bill.into(),
                    generation.into(),
                    unknowns.into(),
                    count.into(),
                ],
            )
            .await?;
        Ok(())
    }
}

fn read_product(row: &Row<'_>) -> Result<Product, StoreError> {
    Ok(Product {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        maker: row.text("maker")?,
        name: row.text("name")?,
        made: row.text("made")?,
    })
}

fn read_release(row: &Row<'_>) -> Result<Release, StoreError> {
    Ok(Release {
        id: row.integer("id")?,
        product: row.integer("product")?,
        version: row.text("version")?,
        made: row.text("made")?,
    })
}

fn read_bill(row: &Row<'_>) -> Result<Bill, StoreError> {
    Ok(Bill {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        release: row.integer("product_release")?,
        original: row.integer("original")?,
        subject: row.text("subject")?,
        format: row.text("format")?,
        spec: row.text("spec")?,
        components: row.integer("components")?,
        with_purl: row.integer("with_purl")?,
        with_cpe: row.integer("with_cpe")?,
        scores: row.text("scores")?,
        unknowns: row.text("unknowns")?,
        unknown_count: row.integer("unknown_count")?,
        generation: row.integer("generation")?,
        received: row.text("received")?,
        received_by: row.integer("received_by")?,
        replaced: row.text_if_any("replaced")?,
    })
}
