//! Releases as programs that deliver bills of materials name them: a project is a product with
//! a version.

use crate::audience::read_audience;
use crate::database::Row;
use crate::{Product, Release, Scope, Store, StoreError, Write, stored};

/// A release, its product, and what programs said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The product.
    pub product: Product,
    /// The release.
    pub release: Release,
    /// The release that it is a part of, if a program said so.
    pub parent: Option<i64>,
    /// The tags that programs gave it, in order.
    pub tags: Vec<String>,
    /// Whether a program said that it is the newest of its product.
    pub is_latest: bool,
    /// When a bill came last, as stored.
    pub delivered: Option<String>,
    /// Format and edition of a bill in force, such as `CycloneDX 1.6`.
    pub format: Option<String>,
}

/// Which release of a product is the newest, as a program says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latest {
    /// This one, and no other from now on.
    This,
    /// Not this one.
    Another,
}

/// Which projects are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// All of them.
    All,
    /// Those of products with this name.
    Named(&'a str),
    /// That of a release.
    Release(i64),
}

impl Store {
    /// The projects that whoever asks may see, by name and version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn projects(
        &self,
        scope: &Scope,
        wanted: Wanted<'_>,
    ) -> Result<Vec<Project>, StoreError> {
        // No product is called nothing, and no release has number 0: who asks for such a one
        // is given none, and never all.
        let (name, release) = match wanted {
            Wanted::Named("") | Wanted::Release(0) => return Ok(Vec::new()),
            Wanted::All => ("", 0),
            Wanted::Named(name) => (name, 0),
            Wanted::Release(release) => ("", release),
        };
        let mut found = Vec::new();
        for pattern in scope.patterns() {
            found.extend(
                self.database
                    .rows(
                        "SELECT p.id AS product, p.organisation, p.maker, p.name,
                                p.made AS product_made, p.audience, r.id, r.version, r.made, d.parent,
                                d.delivered, COALESCE(d.tags, '') AS tags,
                                COALESCE(d.latest, 0) AS latest,
                                (SELECT MAX(b.received)
                                   FROM bill b
                                  WHERE b.head = r.head AND b.product_release = r.id)
                                    AS received,
                                (SELECT MAX(b.format || ' ' || b.spec)
                                   FROM bill b
                                  WHERE b.head = r.head AND b.product_release = r.id
                                    AND b.replaced IS NULL) AS format
                           FROM product_release r
                           JOIN product p ON p.head = r.head AND p.id = r.product
                           JOIN organisation o
                             ON o.head = p.head AND o.id = p.organisation
                           LEFT JOIN product_release_delivery d
                                  ON d.head = r.head AND d.product_release = r.id
                          WHERE r.head = $1 AND o.path LIKE $2
                            AND ($3 = '' OR p.name = $3)
                            AND ($4 = 0 OR r.id = $4)
                          ORDER BY p.name, r.version, r.id",
                        &[
                            scope.head().into(),
                            pattern.into(),
                            name.into(),
                            release.into(),
                        ],
                        read_project,
                    )
                    .await?,
            );
        }
        found.sort_by_cached_key(|one| {
            (one.product.name.clone(), one.release.version.clone(), one.release.id)
        });
        Ok(found)
    }
}

impl Write<'_> {
    /// Notes that a bill of a release came, and what the release is a part of if that is said.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_delivery(
        &mut self,
        release: i64,
        parent: Option<i64>,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO product_release_delivery (head, product_release, parent, delivered)
                 VALUES ($1, $2, $3, $4)
                     ON CONFLICT (head, product_release) DO UPDATE
                    SET delivered = excluded.delivered,
                        parent = COALESCE(excluded.parent, product_release_delivery.parent)",
                &[self.head.into(), release.into(), parent.into(), stored(self.now).into()],
            )
            .await?;
        Ok(())
    }

    /// Says what a release is a part of, before any bill of it came.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_parent(
        &mut self,
        release: i64,
        parent: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO product_release_delivery (head, product_release, parent)
                 VALUES ($1, $2, $3)
                     ON CONFLICT (head, product_release) DO UPDATE
                    SET parent = excluded.parent",
                &[self.head.into(), release.into(), parent.into()],
            )
            .await?;
        Ok(())
    }

    /// Gives a release tags in the place of those before. No tag holds a line break.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_tags(
        &mut self,
        release: i64,
        tags: &[String],
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO product_release_delivery (head, product_release, tags)
                 VALUES ($1, $2, $3)
                     ON CONFLICT (head, product_release) DO UPDATE
                    SET tags = excluded.tags",
                &[self.head.into(), release.into(), tags.join("\n").into()],
            )
            .await?;
        Ok(())
    }

    /// Says whether a release is the newest of its product; where it is, no other is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_latest(
        &mut self,
        release: i64,
        latest: Latest,
    ) -> Result<(), StoreError> {
        if latest == Latest::This {
            self.changing
                .run(
                    "UPDATE product_release_delivery SET latest = 0
                      WHERE head = $1 AND latest = 1
                        AND product_release IN
                            (SELECT other.id
                               FROM product_release own
                               JOIN product_release other
                                 ON other.head = own.head AND other.product = own.product
                              WHERE own.head = $1 AND own.id = $2)",
                    &[self.head.into(), release.into()],
                )
                .await?;
        }
        let number = i64::from(latest == Latest::This);
        self.changing
            .run(
                "INSERT INTO product_release_delivery (head, product_release, latest)
                 VALUES ($1, $2, $3)
                     ON CONFLICT (head, product_release) DO UPDATE
                    SET latest = excluded.latest",
                &[self.head.into(), release.into(), number.into()],
            )
            .await?;
        Ok(())
    }
}

fn read_project(row: &Row<'_>) -> Result<Project, StoreError> {
    let product = row.integer("product")?;
    // Older bills came without a note.
    let delivered = row.text_if_any("delivered")?.max(row.text_if_any("received")?);
    Ok(Project {
        product: Product {
            id: product,
            organisation: row.integer("organisation")?,
            maker: row.text("maker")?,
            name: row.text("name")?,
            made: row.text("product_made")?,
            audience: read_audience(row, "audience")?,
        },
        release: Release {
            id: row.integer("id")?,
            product,
            version: row.text("version")?,
            made: row.text("made")?,
        },
        parent: row.integer_if_any("parent")?,
        tags: row.text("tags")?.lines().map(str::to_owned).collect(),
        is_latest: row.integer("latest")? == 1,
        delivered,
        format: row.text_if_any("format")?,
    })
}
