//! Bills of materials: the documents that say what a release is made of.
//!
//! A bill is its product's organisation's: each question takes a scope.

use std::collections::{BTreeMap, BTreeSet};

use crate::audience::read_audience;
use crate::database::{Row, Value};
use crate::release_turn::{ReleaseAbout, ReleaseTurned};
use crate::write::{Happened, Noun};
use crate::{Audience, Outcome, Path, Scope, Store, StoreError, Write, stored};

/// How many components of a bill `$b` can be looked up: by a package URL, or by a CPE name.
macro_rules! identified {
    ($b:literal) => {
        concat!(
            "CASE WHEN ",
            $b,
            "with_purl > ",
            $b,
            "with_cpe
                  THEN ",
            $b,
            "with_purl ELSE ",
            $b,
            "with_cpe END"
        )
    };
}

/// Two bills in force about one subject, of which the one lists less than half of the other, or
/// says of less than half as many what they can be looked up by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldBeside {
    /// The release that both describe.
    pub release: i64,
    /// Who makes the product.
    pub maker: String,
    /// What it is called.
    pub product: String,
    /// Which release it is.
    pub version: String,
    /// How many components the one lists that came for the other.
    pub components: i64,
    /// How many the other lists.
    pub before: i64,
    /// How many of the one's have a package URL, or how many a CPE name, whichever are more.
    pub identified: i64,
    /// The same of the other.
    pub identified_before: i64,
}

/// What a question about bills reads, of a bill `b` of a product `p`.
macro_rules! bill_columns {
    () => {
        "b.id, p.organisation, b.product_release, b.original, b.subject, b.format, b.spec,
         b.components, b.with_purl, b.with_cpe, b.scores, b.unknowns, b.unknown_count,
         b.generation, b.received, b.received_by, b.replaced"
    };
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
    /// The organisation whose document it is.
    pub organisation: i64,
    /// The view of the judgements that rest on it.
    pub view: i64,
    /// The bill.
    pub bill: i64,
    /// The document as delivered.
    pub original: i64,
    /// With which generation of the index it was last judged; 0 where it is to be judged.
    pub generation: i64,
    /// The change because of which it was last to be judged.
    pub due: i64,
    /// Why it was, in words of our own.
    pub due_why: String,
    /// The release that it describes.
    pub release: i64,
    /// The builds that a person named.
    pub builds: Vec<i64>,
}

/// Of which product and release a bill is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillOf {
    /// The bill.
    pub bill: i64,
    /// The organisation whose document it is.
    pub organisation: i64,
    /// Who makes the product.
    pub maker: String,
    /// What its maker calls it.
    pub name: String,
    /// The release as its maker writes it.
    pub version: String,
}

/// What a bill's document says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillFacts {
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
}

impl Bill {
    /// What its document says of itself, as it is kept.
    #[must_use]
    pub fn facts(&self) -> BillFacts {
        BillFacts {
            subject: self.subject.clone(),
            format: self.format.clone(),
            spec: self.spec.clone(),
            components: self.components,
            with_purl: self.with_purl,
            with_cpe: self.with_cpe,
            scores: self.scores.clone(),
        }
    }
}

/// What was found out about a bill when it was judged, but for the verdicts.
#[derive(Clone, Copy, Debug)]
pub struct BillJudged<'a> {
    /// The bill.
    pub bill: i64,
    /// [`Described::due`] as it was read.
    pub due: i64,
    /// The generation of the index.
    pub generation: i64,
    /// Components of which something cannot be told, as JSON, and how many.
    pub unknowns: &'a str,
    /// See there.
    pub unknown_count: i64,
    /// Under which keys it is looked up, the lowest first.
    pub keys: &'a [u32],
    /// The edition of the keys.
    pub keys_edition: i64,
}

/// For each view and build the bills on which its verdicts rest.
pub type JudgedBills = BTreeMap<(i64, i64), BTreeSet<i64>>;

impl Store {
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
                concat!(
                    "SELECT ",
                    bill_columns!(),
                    " FROM bill b
                      JOIN product_release r ON r.head = b.head AND r.id = b.product_release
                      JOIN product p ON p.head = r.head AND p.id = r.product
                     WHERE b.head = $1 AND b.product_release = $2
                     ORDER BY CASE WHEN b.replaced IS NULL THEN 0 ELSE 1 END, b.id DESC"
                ),
                &[scope.head().into(), release.id.into()],
                read_bill,
            )
            .await
    }

    /// The bills in force that list less than half of what an older one about the same subject
    /// lists, which therefore stays in force too, of products within a scope: the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bills_held_beside(
        &self,
        scope: &Scope,
    ) -> Result<Vec<HeldBeside>, StoreError> {
        let found = self
            .database
            .rows(
                // Few releases have several, which an index tells without reading a row.
                concat!(
                    "SELECT ",
                    bill_columns!(),
                    ", r.version, p.maker, p.name, o.path
                       FROM bill b
                       JOIN product_release r
                            ON r.head = b.head AND r.id = b.product_release
                       JOIN product p ON p.head = r.head AND p.id = r.product
                       JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                      WHERE b.head = $1 AND b.replaced IS NULL
                        AND b.product_release IN (
                                SELECT m.product_release FROM bill m
                                 WHERE m.head = $1 AND m.replaced IS NULL
                                 GROUP BY m.product_release HAVING COUNT(*) > 1)
                      ORDER BY b.id DESC"
                ),
                &[scope.head().into()],
                |row| {
                    let bill = read_bill(row)?;
                    let named =
                        [row.text("maker")?, row.text("name")?, row.text("version")?];
                    Ok((bill, named, Path::from_stored(row.text("path")?)))
                },
            )
            .await?;
        let beside = found.iter().filter(|(.., path)| scope.admits(path));
        let beside = beside.filter_map(|(bill, [maker, product, version], _)| {
            let (older, ..) = found.iter().find(|(other, ..)| bill.is_half_of(other))?;
            Some(HeldBeside {
                release: bill.release,
                maker: maker.clone(),
                product: product.clone(),
                version: version.clone(),
                components: bill.components,
                before: older.components,
                identified: bill.identified(),
                identified_before: older.identified(),
            })
        });
        Ok(beside.collect())
    }

    /// The bills in force of all releases of a product that whoever asks may see, the newest
    /// first.
    ///
    /// # Errors
    /// When the database fails, or there is no such product.
    pub async fn bills_of_product(
        &self,
        scope: &Scope,
        product: i64,
    ) -> Result<Vec<Bill>, StoreError> {
        let product = self.product(scope, product).await?;
        self.database
            .rows(
                concat!(
                    "SELECT ",
                    bill_columns!(),
                    " FROM product_release r
                      JOIN product p ON p.head = r.head AND p.id = r.product
                      JOIN bill b ON b.head = r.head AND b.product_release = r.id
                     WHERE r.head = $1 AND r.product = $2 AND b.replaced IS NULL
                     ORDER BY b.id DESC"
                ),
                &[scope.head().into(), product.id.into()],
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
                concat!(
                    "SELECT ",
                    bill_columns!(),
                    ", p.audience, o.path
                       FROM bill b
                       JOIN product_release r ON r.head = b.head AND r.id = b.product_release
                       JOIN product p ON p.head = r.head AND p.id = r.product
                       JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                      WHERE b.head = $1 AND b.id = $2"
                ),
                &[scope.head().into(), id.into()],
                read_owned,
            )
            .await?
            .filter(|(_, path, audience)| scope.admits_for(path, *audience))
            .map(|(bill, ..)| bill)
            .ok_or_else(|| StoreError::absent("bill of materials", id))
    }

    /// The bills of all products that whoever asks may see, in force or not, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bills_within(&self, scope: &Scope) -> Result<Vec<Bill>, StoreError> {
        let found = self
            .database
            .rows(
                concat!(
                    "SELECT ",
                    bill_columns!(),
                    ", p.audience, o.path
                       FROM bill b
                       JOIN product_release r ON r.head = b.head AND r.id = b.product_release
                       JOIN product p ON p.head = r.head AND p.id = r.product
                       JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                      WHERE b.head = $1
                      ORDER BY b.id DESC"
                ),
                &[scope.head().into()],
                read_owned,
            )
            .await?;
        let seen = found
            .into_iter()
            .filter(|(_, path, audience)| scope.admits_for(path, *audience));
        Ok(seen.map(|(bill, ..)| bill).collect())
    }

    /// Every bill of a top organisation, in force or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all_bills(&self, head: i64) -> Result<Vec<Bill>, StoreError> {
        self.database
            .rows(
                concat!(
                    "SELECT ",
                    bill_columns!(),
                    " FROM bill b
                      JOIN product_release r ON r.head = b.head AND r.id = b.product_release
                      JOIN product p ON p.head = r.head AND p.id = r.product
                     WHERE b.head = $1
                     ORDER BY b.id"
                ),
                &[head.into()],
                read_bill,
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
                "SELECT p.organisation, p.audience, b.id, b.original, b.generation, b.due,
                        b.due_why, b.product_release, c.configuration
                   FROM bill b
                   JOIN product_release r ON r.head = b.head AND r.id = b.product_release
                   JOIN product p ON p.head = r.head AND p.id = r.product
                   LEFT JOIN product_release_build c
                          ON c.head = b.head AND c.product_release = b.product_release
                  WHERE b.head = $1 AND b.replaced IS NULL
                  ORDER BY p.organisation, b.id, c.configuration",
                &[head.into()],
                |row| {
                    let organisation = row.integer("organisation")?;
                    let described = Described {
                        organisation,
                        view: read_audience(row, "audience")?.view(organisation),
                        bill: row.integer("id")?,
                        original: row.integer("original")?,
                        generation: row.integer("generation")?,
                        due: row.integer("due")?,
                        due_why: row.text("due_why")?,
                        release: row.integer("product_release")?,
                        builds: Vec::new(),
                    };
                    Ok((described, row.integer_if_any("configuration")?))
                },
            )
            .await?;
        let mut all: Vec<Described> = Vec::new();
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

    /// Of which product and release each bill is whose number is above that one, in force or
    /// not. What a bill is of never changes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn described_above(
        &self,
        head: i64,
        bill: i64,
    ) -> Result<Vec<BillOf>, StoreError> {
        self.database
            .rows(
                "SELECT b.id, p.organisation, p.maker, p.name, r.version
                   FROM bill b
                   JOIN product_release r ON r.head = b.head AND r.id = b.product_release
                   JOIN product p ON p.head = r.head AND p.id = r.product
                  WHERE b.head = $1 AND b.id > $2
                  ORDER BY b.id",
                &[head.into(), bill.into()],
                |row| {
                    Ok(BillOf {
                        bill: row.integer("id")?,
                        organisation: row.integer("organisation")?,
                        maker: row.text("maker")?,
                        name: row.text("name")?,
                        version: row.text("version")?,
                    })
                },
            )
            .await
    }

    /// Under which keys of that edition the bills in force are looked up. One that was not
    /// judged yet, or by an older edition, is not among them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bill_keys(
        &self,
        head: i64,
        edition: i64,
    ) -> Result<BTreeMap<i64, Vec<u32>>, StoreError> {
        let rows = self
            .database
            .rows(
                "SELECT id, keys
                   FROM bill
                  WHERE head = $1 AND replaced IS NULL AND keys_edition = $2
                    AND keys IS NOT NULL",
                &[head.into(), edition.into()],
                |row| Ok((row.integer("id")?, row.bytes("keys")?)),
            )
            .await?;
        let numbers = |bytes: Vec<u8>| {
            let (numbers, _) = bytes.as_chunks::<4>();
            numbers.iter().map(|number| u32::from_le_bytes(*number)).collect()
        };
        Ok(rows.into_iter().map(|(id, bytes)| (id, numbers(bytes))).collect())
    }

    /// On which bills the verdicts of each view and build rest, as they were last kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judged_bills(&self, head: i64) -> Result<JudgedBills, StoreError> {
        let rows = self
            .database
            .rows(
                "SELECT view, configuration, bill FROM judged_bill WHERE head = $1",
                &[head.into()],
                |row| {
                    let of = (row.integer("view")?, row.integer("configuration")?);
                    Ok((of, row.integer("bill")?))
                },
            )
            .await?;
        let mut all = JudgedBills::new();
        for (of, bill) in rows {
            all.entry(of).or_default().insert(bill);
        }
        Ok(all)
    }

    /// The views that have open judgements that rest on bills: a bill that was
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

impl Bill {
    /// Whether another holds beside it, since this one says less than half of what that one says:
    /// in force, about the same subject of the same release.
    #[must_use]
    pub fn is_half_of(&self, other: &Self) -> bool {
        other.replaced.is_none()
            && (other.release, &other.subject) == (self.release, &self.subject)
            && (other.components > replaces_up_to(self.components)
                || other.identified() > replaces_up_to(self.identified()))
    }

    /// How many components can be looked up: by package URLs, or by CPE names.
    fn identified(&self) -> i64 {
        self.with_purl.max(self.with_cpe)
    }
}

impl NewBill<'_> {
    fn identified(&self) -> i64 {
        self.with_purl.max(self.with_cpe)
    }
}

impl Write<'_> {
    /// Keeps a bill of materials. The same document again is the same bill, in force again if
    /// another had replaced it; a bill in force about the same subject is replaced, unless it lists
    /// more than twice as many components, or tells more than that apart.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_bill(&mut self, new: NewBill<'_>) -> Result<i64, StoreError> {
        let now = stored(self.now);
        let id = match self.bill_before(new).await? {
            Some(id) => id,
            None => self.make_bill(new).await?,
        };
        self.turn_bills(new, id).await?;
        // One that was out of force may have been judged with an older index.
        self.changing
            .run(
                "UPDATE bill
                    SET generation = 0, due = $3
                  WHERE head = $1 AND id = $2 AND replaced IS NOT NULL",
                &[self.head.into(), id.into(), self.seq.into()],
            )
            .await?;
        self.changing
            .run(
                concat!(
                    "UPDATE bill
                        SET replaced = CASE WHEN id = $4 THEN NULL ELSE $5 END
                      WHERE head = $1 AND product_release = $2 AND subject = $3
                        AND (id = $4
                             OR (replaced IS NULL AND components <= $6 AND ",
                    identified!(""),
                    " <= $7))"
                ),
                &[
                    self.head.into(),
                    new.release.into(),
                    new.subject.into(),
                    id.into(),
                    now.into(),
                    replaces_up_to(new.components).into(),
                    replaces_up_to(new.identified()).into(),
                ],
            )
            .await?;
        self.await_no_placing(new.original).await?;
        self.note(Noun::Bill, id, Happened::Changed);
        Ok(id)
    }

    /// Keeps a bill of materials that nobody has put in force yet: the same document again is
    /// the same bill, and stays as it is. Gives its number, and that it was taken already where
    /// it is in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn offer_bill(
        &mut self,
        new: NewBill<'_>,
    ) -> Result<(i64, Option<Outcome>), StoreError> {
        if let Some(id) = self.bill_before(new).await? {
            let in_force = self
                .changing
                .row(
                    "SELECT id FROM bill WHERE head = $1 AND id = $2 AND replaced IS NULL",
                    &[self.head.into(), id.into()],
                    |row| row.integer("id"),
                )
                .await?;
            return Ok((id, in_force.map(|_| Outcome::Taken)));
        }
        let id = self.make_bill(new).await?;
        self.out_of_force(id).await?;
        Ok((id, None))
    }

    /// Notes that a bill comes into force, and which ones it replaces, before that is so. Of one
    /// that was made in this change nothing is noted yet, and it is in force already.
    async fn turn_bills(&mut self, new: NewBill<'_>, id: i64) -> Result<(), StoreError> {
        let in_force = self
            .changing
            .rows(
                concat!(
                    "SELECT b.id
                       FROM bill b
                      WHERE b.head = $1 AND b.product_release = $2 AND b.subject = $3
                        AND b.replaced IS NULL
                        AND (b.id <> $4 AND b.components <= $5 AND ",
                    identified!("b."),
                    " <= $6
                             OR b.id = $4
                                AND EXISTS (SELECT 1 FROM release_turn t
                                             WHERE t.head = b.head AND t.bill = b.id))"
                ),
                &[
                    self.head.into(),
                    new.release.into(),
                    new.subject.into(),
                    id.into(),
                    replaces_up_to(new.components).into(),
                    replaces_up_to(new.identified()).into(),
                ],
                |row| row.integer("id"),
            )
            .await?;
        if !in_force.contains(&id) {
            let about = [ReleaseAbout::Bill(id)];
            self.turn_release(new.release, ReleaseTurned::InForce, &about, new.by)
                .await?;
        }
        let others = in_force.into_iter().filter(|other| *other != id);
        let about: Vec<ReleaseAbout> = others.map(ReleaseAbout::Bill).collect();
        self.turn_release(new.release, ReleaseTurned::Replaced, &about, new.by).await
    }

    /// The bill of the same document at the same release.
    async fn bill_before(&mut self, new: NewBill<'_>) -> Result<Option<i64>, StoreError> {
        self.changing
            .row(
                "SELECT id
                   FROM bill
                  WHERE head = $1 AND product_release = $2 AND original = $3",
                &[self.head.into(), new.release.into(), new.original.into()],
                |row| row.integer("id"),
            )
            .await
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

    /// Keeps what the document of a bill says of itself, in the place of what was kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mend_bill(
        &mut self,
        bill: i64,
        facts: &BillFacts,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE bill
                    SET subject = $3, format = $4, spec = $5, components = $6,
                        with_purl = $7, with_cpe = $8, scores = $9
                  WHERE head = $1 AND id = $2",
                &[
                    self.head.into(),
                    bill.into(),
                    facts.subject.as_str().into(),
                    facts.format.as_str().into(),
                    facts.spec.as_str().into(),
                    facts.components.into(),
                    facts.with_purl.into(),
                    facts.with_cpe.into(),
                    facts.scores.as_str().into(),
                ],
            )
            .await?;
        self.note(Noun::Bill, bill, Happened::Changed);
        Ok(())
    }

    /// Takes a bill of materials out of force, because a person says that it was wrong.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw_bill(&mut self, bill: i64, by: i64) -> Result<(), StoreError> {
        if let Some(release) = self.out_of_force(bill).await? {
            let about = [ReleaseAbout::Bill(bill)];
            self.turn_release(release, ReleaseTurned::Withdrawn, &about, by).await?;
        }
        Ok(())
    }

    /// Takes a bill out of force; gives its release where it was in force.
    async fn out_of_force(&mut self, bill: i64) -> Result<Option<i64>, StoreError> {
        let now = stored(self.now);
        let release = self
            .changing
            .row(
                "UPDATE bill SET replaced = $3
                  WHERE head = $1 AND id = $2 AND replaced IS NULL
              RETURNING product_release",
                &[self.head.into(), bill.into(), now.into()],
                |row| row.integer("product_release"),
            )
            .await?;
        self.note(Noun::Bill, bill, Happened::Changed);
        Ok(release)
    }

    /// Has the bills in force of a release judged again, for a reason of its own.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judge_bills_again(
        &mut self,
        release: i64,
        why: &'static str,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE bill
                    SET generation = 0, due = $3, due_why = $4
                  WHERE head = $1 AND product_release = $2 AND replaced IS NULL",
                &[self.head.into(), release.into(), self.seq.into(), why.into()],
            )
            .await?;
        Ok(())
    }

    /// Notes what was found out about a bill. Where it became due again meanwhile, it stays
    /// so; what an older index gave does not take the place of the newer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_judged(&mut self, one: BillJudged<'_>) -> Result<(), StoreError> {
        let keys: Vec<u8> =
            one.keys.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.changing
            .run(
                "UPDATE bill
                    SET unknowns = $4, unknown_count = $5, keys = $6, keys_edition = $7,
                        generation = CASE WHEN due = $8 THEN $3 ELSE 0 END
                  WHERE head = $1 AND id = $2 AND generation <= $3",
                &[
                    self.head.into(),
                    one.bill.into(),
                    one.generation.into(),
                    one.unknowns.into(),
                    one.unknown_count.into(),
                    keys.into(),
                    one.keys_edition.into(),
                    one.due.into(),
                ],
            )
            .await?;
        Ok(())
    }

    /// Notes on which bills the verdicts about some builds of a view rest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_judged_bills(
        &mut self,
        view: i64,
        builds: &BTreeMap<i64, BTreeSet<i64>>,
    ) -> Result<(), StoreError> {
        let list: Vec<Value> = builds.keys().map(|build| (*build).into()).collect();
        self.changing
            .run_among(
                "DELETE FROM judged_bill WHERE head = $1 AND view = $2 AND configuration",
                &[self.head.into(), view.into()],
                &list,
                "",
            )
            .await?;
        let rows: Vec<Vec<Value>> = builds
            .iter()
            .flat_map(|(build, bills)| bills.iter().map(move |bill| (build, bill)))
            .map(|(build, bill)| {
                vec![self.head.into(), view.into(), (*build).into(), (*bill).into()]
            })
            .collect();
        self.changing
            .insert_many(
                "INSERT INTO judged_bill (head, view, configuration, bill)",
                4,
                "",
                &rows,
            )
            .await
    }
}

/// A bill, where its owner stands, and for whom it is.
/// How many components a bill may list, or tell apart, in whose place one comes that lists, or
/// tells apart, so many.
///
/// What says less than half of what another says is more often a tool that failed than a release
/// that lost its parts, and neither what is not listed nor what cannot be looked up is said to be
/// affected: the other stays in force beside it until a person takes it out of force.
const fn replaces_up_to(components: i64) -> i64 {
    components.saturating_mul(2)
}

fn read_owned(row: &Row<'_>) -> Result<(Bill, Path, Audience), StoreError> {
    let path = Path::from_stored(row.text("path")?);
    Ok((read_bill(row)?, path, read_audience(row, "audience")?))
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
