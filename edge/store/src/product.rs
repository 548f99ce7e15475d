//! Products, their releases, and which device builds are of them.
//!
//! What hangs on a document is its owner's: each question takes a scope, and a product that
//! two organisations know is two rows.

use std::collections::BTreeSet;

use crate::audience::read_audience;
use crate::database::{Row, Value};
use crate::release_turn::{ReleaseAbout, ReleaseTurned};
use crate::write::{Happened, Noun};
use crate::{Audience, Path, Scope, Store, StoreError, Write, stored};

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
    /// For whom its SBOMs are.
    pub audience: Audience,
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

/// A product with how much is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documented {
    /// The product.
    pub product: Product,
    /// Its releases.
    pub releases: i64,
    /// Its bills of materials in force.
    pub bills: i64,
    /// The components of them of which something cannot be told.
    pub unknown: i64,
}

macro_rules! documented {
    () => {
        "SELECT p.id, p.organisation, p.maker, p.name, p.made, p.audience,
                COUNT(DISTINCT r.id) AS releases, COUNT(b.id) AS bills,
                CAST(COALESCE(SUM(b.unknown_count), 0) AS BIGINT) AS unknown
           FROM product p
           JOIN organisation o ON o.head = p.head AND o.id = p.organisation
           LEFT JOIN product_release r ON r.head = p.head AND r.product = p.id
           LEFT JOIN bill b
                  ON b.head = r.head AND b.product_release = r.id AND b.replaced IS NULL
          WHERE p.head = $1 AND "
    };
}

macro_rules! grouped {
    () => {
        " GROUP BY p.id, p.organisation, p.maker, p.name, p.made, p.audience
          ORDER BY p.maker, p.name, p.id"
    };
}

impl Store {
    /// The products that whoever asks may see, by maker and name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn products(&self, scope: &Scope) -> Result<Vec<Documented>, StoreError> {
        let mut found = Vec::new();
        for pattern in scope.patterns() {
            found.extend(
                self.database
                    .rows(
                        concat!(documented!(), "o.path LIKE $2", grouped!()),
                        &[scope.head().into(), pattern.into()],
                        read_documented,
                    )
                    .await?,
            );
        }
        for above in scope.above() {
            found.extend(
                self.database
                    .rows(
                        concat!(
                            documented!(),
                            "p.organisation = $2 AND p.audience = 'below'",
                            grouped!()
                        ),
                        &[scope.head().into(), above.into()],
                        read_documented,
                    )
                    .await?,
            );
        }
        let name = |one: &Documented| {
            let product = &one.product;
            (product.maker.clone(), product.name.clone(), product.id)
        };
        found.sort_by_cached_key(name);
        Ok(found)
    }

    /// One product that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn product(&self, scope: &Scope, id: i64) -> Result<Product, StoreError> {
        self.database
            .row(
                "SELECT p.id, p.organisation, p.maker, p.name, p.made, p.audience, o.path
                   FROM product p
                   JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                  WHERE p.head = $1 AND p.id = $2",
                &[scope.head().into(), id.into()],
                |row| Ok((read_product(row)?, Path::from_stored(row.text("path")?))),
            )
            .await?
            .filter(|(product, path)| scope.admits_for(path, product.audience))
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

    /// The releases of all products that whoever asks may see, by product, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn releases_within(
        &self,
        scope: &Scope,
    ) -> Result<Vec<(Product, Release)>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT p.id, p.organisation, p.maker, p.name, p.made, p.audience, o.path,
                        r.id AS release, r.version, r.made AS release_made
                   FROM product p
                   JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                   JOIN product_release r ON r.head = p.head AND r.product = p.id
                  WHERE p.head = $1
                  ORDER BY p.maker, p.name, p.id, r.id DESC",
                &[scope.head().into()],
                |row| {
                    let product = read_product(row)?;
                    let release = Release {
                        id: row.integer("release")?,
                        product: product.id,
                        version: row.text("version")?,
                        made: row.text("release_made")?,
                    };
                    Ok((product, release, Path::from_stored(row.text("path")?)))
                },
            )
            .await?;
        let seen = found
            .into_iter()
            .filter(|(product, _, path)| scope.admits_for(path, product.audience));
        Ok(seen.map(|(product, release, _)| (product, release)).collect())
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
                "INSERT INTO product (head, id, organisation, maker, name, made, audience)
                 SELECT o.head, CAST($2 AS BIGINT), o.id, CAST($4 AS TEXT),
                        CAST($5 AS TEXT), CAST($6 AS TEXT), o.products_for
                   FROM organisation o
                  WHERE o.head = $1 AND o.id = $3",
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

    /// Says for whom the SBOMs of a product are; what it was before.
    ///
    /// # Errors
    /// When the database fails, or there is no such product.
    pub async fn set_audience(
        &mut self,
        product: i64,
        audience: Audience,
    ) -> Result<Audience, StoreError> {
        let sql = "SELECT audience FROM product WHERE head = $1 AND id = $2";
        let key = [self.head.into(), product.into()];
        let before =
            self.changing.row(sql, &key, |row| read_audience(row, "audience")).await?;
        let before = before.ok_or_else(|| StoreError::absent("product", product))?;
        if before != audience {
            self.changing
                .run(
                    "UPDATE product SET audience = $3 WHERE head = $1 AND id = $2",
                    &[self.head.into(), product.into(), audience.word().into()],
                )
                .await?;
            self.note(Noun::Product, product, Happened::Changed);
        }
        Ok(before)
    }

    /// Says for whom the SBOMs of products are that an organisation has not seen before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_products_for(
        &mut self,
        organisation: i64,
        audience: Audience,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE organisation SET products_for = $3 WHERE head = $1 AND id = $2",
                &[self.head.into(), organisation.into(), audience.word().into()],
            )
            .await?;
        self.note(Noun::Organisation, organisation, Happened::Changed);
        Ok(())
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

    /// Of which builds a person said that they are of a release.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn builds_said(&mut self, release: i64) -> Result<Vec<i64>, StoreError> {
        self.changing
            .rows(
                "SELECT configuration
                   FROM product_release_build
                  WHERE head = $1 AND product_release = $2
                  ORDER BY configuration",
                &[self.head.into(), release.into()],
                |row| row.integer("configuration"),
            )
            .await
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
        let before: BTreeSet<i64> =
            self.builds_said(release).await?.into_iter().collect();
        let after: BTreeSet<i64> = builds.iter().copied().collect();
        for (what, turned) in [
            (ReleaseTurned::Said, &after - &before),
            (ReleaseTurned::TakenBack, &before - &after),
        ] {
            let about: Vec<ReleaseAbout> =
                turned.into_iter().map(ReleaseAbout::Build).collect();
            self.turn_release(release, what, &about, by).await?;
        }
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
}

fn read_product(row: &Row<'_>) -> Result<Product, StoreError> {
    Ok(Product {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        maker: row.text("maker")?,
        name: row.text("name")?,
        made: row.text("made")?,
        audience: read_audience(row, "audience")?,
    })
}

fn read_documented(row: &Row<'_>) -> Result<Documented, StoreError> {
    Ok(Documented {
        product: read_product(row)?,
        releases: row.integer("releases")?,
        bills: row.integer("bills")?,
        unknown: row.integer("unknown")?,
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
