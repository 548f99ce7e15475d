//! What bills of materials list, as it is looked for, and which devices carry it: for those who
//! keep a copy in memory. No scope is asked here: whoever keeps a copy shows nothing of it
//! without one.

use crate::audience::read_audience;
use crate::database::Value;
use crate::original::pack;
use crate::write::{Happened, Noun};
use crate::{Store, StoreError, Write};

/// A bill in force: whose it is, of which release, which builds a person named, and which change
/// wrote what it lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carrier {
    /// The bill.
    pub bill: i64,
    /// The organisation whose document it is.
    pub organisation: i64,
    /// The product.
    pub product: i64,
    /// The view of the judgements that rest on it.
    pub view: i64,
    /// The release that it describes.
    pub release: i64,
    /// Who makes the product.
    pub maker: String,
    /// What its maker calls it.
    pub name: String,
    /// The release as its maker writes it.
    pub version: String,
    /// The change that wrote what it lists; `None` where it was not read yet.
    pub listed: Option<i64>,
    /// The builds that a person named.
    pub builds: Vec<i64>,
}

impl Store {
    /// Every bill in force of a top organisation, by number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn carriers(&self, head: i64) -> Result<Vec<Carrier>, StoreError> {
        let rows = self
            .database
            .rows(
                "SELECT b.id, p.organisation, p.audience, p.id AS product, b.product_release,
                        p.maker, p.name, r.version, l.seq AS listed, c.configuration
                   FROM bill b
                   JOIN product_release r ON r.head = b.head AND r.id = b.product_release
                   JOIN product p ON p.head = r.head AND p.id = r.product
                   LEFT JOIN bill_listing l ON l.head = b.head AND l.bill = b.id
                   LEFT JOIN product_release_build c
                          ON c.head = b.head AND c.product_release = b.product_release
                  WHERE b.head = $1 AND b.replaced IS NULL
                  ORDER BY b.id, c.configuration",
                &[head.into()],
                |row| {
                    let organisation = row.integer("organisation")?;
                    let carrier = Carrier {
                        bill: row.integer("id")?,
                        organisation,
                        view: read_audience(row, "audience")?.view(organisation),
                        product: row.integer("product")?,
                        release: row.integer("product_release")?,
                        maker: row.text("maker")?,
                        name: row.text("name")?,
                        version: row.text("version")?,
                        listed: row.integer_if_any("listed")?,
                        builds: Vec::new(),
                    };
                    Ok((carrier, row.integer_if_any("configuration")?))
                },
            )
            .await?;
        let mut all: Vec<Carrier> = Vec::new();
        for (mut one, build) in rows {
            match all.last_mut().filter(|last| last.bill == one.bill) {
                Some(last) => last.builds.extend(build),
                None => {
                    one.builds.extend(build);
                    all.push(one);
                }
            }
        }
        Ok(all)
    }

    /// What some bills list, in lines.
    ///
    /// # Errors
    /// When the database fails, or what is kept cannot be unpacked.
    pub async fn listings(
        &self,
        head: i64,
        bills: &[i64],
    ) -> Result<Vec<(i64, String)>, StoreError> {
        let list: Vec<Value> = bills.iter().map(|bill| (*bill).into()).collect();
        self.database
            .rows_among(
                "SELECT bill, listed FROM bill_listing WHERE head = $1 AND bill",
                &[head.into()],
                &list,
                "",
                |row| Ok((row.integer("bill")?, unpacked(&row.bytes("listed")?)?)),
            )
            .await
    }

    /// The bills in force of which it is not kept, as this edition of the reader reads it, what
    /// they list: each with its document.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unlisted_bills(
        &self,
        head: i64,
        edition: i64,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        self.database
            .rows(
                "SELECT b.id, b.original
                   FROM bill b
                   LEFT JOIN bill_listing l ON l.head = b.head AND l.bill = b.id
                  WHERE b.head = $1 AND b.replaced IS NULL
                    AND (l.edition IS NULL OR l.edition <> $2)
                  ORDER BY b.id",
                &[head.into(), edition.into()],
                |row| Ok((row.integer("id")?, row.integer("original")?)),
            )
            .await
    }
}

impl Write<'_> {
    /// Keeps what a bill lists, in the place of what was kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_bill(
        &mut self,
        bill: i64,
        edition: i64,
        lines: &str,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO bill_listing (head, bill, edition, seq, listed)
                 VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (head, bill) DO UPDATE
                    SET edition = excluded.edition, seq = excluded.seq,
                        listed = excluded.listed",
                &[
                    self.head.into(),
                    bill.into(),
                    edition.into(),
                    self.seq.into(),
                    pack(lines.as_bytes())?.into(),
                ],
            )
            .await?;
        self.note(Noun::Bill, bill, Happened::Changed);
        Ok(())
    }

    /// Has what every bill lists read again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_bills_anew(&mut self) -> Result<(), StoreError> {
        self.changing
            .run("DELETE FROM bill_listing WHERE head = $1", &[self.head.into()])
            .await?;
        Ok(())
    }
}

fn unpacked(packed: &[u8]) -> Result<String, StoreError> {
    let unreadable =
        |held: String| StoreError::Unreadable { what: "what an SBOM lists", held };
    let bytes =
        zstd::stream::decode_all(packed).map_err(|it| unreadable(it.to_string()))?;
    String::from_utf8(bytes).map_err(|it| unreadable(it.to_string()))
}
