//! What is changed of a purchase.

use super::{Award, PurchaseSaid};
use crate::database::Value;
use crate::typed::{PURCHASE_PROFILE, PURCHASE_TITLE, WHY_ENDED, WHY_OVERRIDDEN};
use crate::write::{Happened, Noun};
use crate::{StoreError, Write, stored};

/// A purchase to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewPurchase<'a> {
    /// Whose it is.
    pub organisation: i64,
    /// What is said of it.
    pub said: &'a PurchaseSaid,
    /// The organisations that buy along.
    pub members: &'a [i64],
    /// Who makes it.
    pub by: i64,
}

/// A bidder to be added.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `Bidder`")]
pub struct NewBidder<'a> {
    pub purchase: i64,
    pub name: &'a str,
    pub product: &'a str,
    pub version: &'a str,
    pub supplier: Option<i64>,
    /// Who adds it.
    pub by: i64,
}

/// A file to be put to a bid.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `PurchaseFile`")]
pub struct NewPurchaseFile<'a> {
    pub purchase: i64,
    pub bidder: i64,
    pub original: i64,
    pub side: &'a str,
    pub name: &'a str,
    pub sha256: &'a str,
    /// Who brings it.
    pub by: i64,
}

/// An override to be asked for.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `GateOverride`")]
pub struct NewGateOverride<'a> {
    pub purchase: i64,
    pub bidder: i64,
    pub gate: &'a str,
    pub standing: &'a str,
    pub reason: &'a str,
    pub last_day: &'a str,
    /// Who asks.
    pub by: i64,
}

/// How a purchase is to end.
#[derive(Clone, Copy, Debug)]
pub struct PurchaseEnd<'a> {
    /// Why; of an award the conditions.
    pub reason: &'a str,
    /// The award; none where it is cancelled.
    pub award: Option<&'a Award>,
    /// Who ends it.
    pub by: i64,
}

impl Write<'_> {
    /// Keeps a purchase. Gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_purchase(
        &mut self,
        new: NewPurchase<'_>,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        let said = new.said;
        let row: [Value; 9] = [
            self.head.into(),
            id.into(),
            new.organisation.into(),
            self.seal_typed(&PURCHASE_TITLE, (id, 0), &said.title)?,
            said.tier.as_str().into(),
            said.used_until.as_deref().into(),
            self.seal_typed(&PURCHASE_PROFILE, (id, 0), &said.profile)?,
            stored(self.now).into(),
            new.by.into(),
        ];
        self.changing
            .run(
                "INSERT INTO purchase (head, id, organisation, title, sealed_title, tier,
                                       used_until, sealed_profile, made, made_by)
                 VALUES ($1, $2, $3, '', $4, $5, $6, $7, $8, $9)",
                &row,
            )
            .await?;
        self.put_members(id, new.members).await?;
        self.note(Noun::Purchase, id, Happened::Made);
        Ok(id)
    }

    /// Says something else of a purchase that goes on.
    ///
    /// # Errors
    /// When it has ended, or the database fails.
    pub async fn change_purchase(
        &mut self,
        purchase: i64,
        said: &PurchaseSaid,
        members: &[i64],
    ) -> Result<(), StoreError> {
        let row: [Value; 6] = [
            self.head.into(),
            purchase.into(),
            self.seal_typed(&PURCHASE_TITLE, (purchase, 0), &said.title)?,
            said.tier.as_str().into(),
            said.used_until.as_deref().into(),
            self.seal_typed(&PURCHASE_PROFILE, (purchase, 0), &said.profile)?,
        ];
        self.changing
            .run(
                "UPDATE purchase
                    SET title = '', sealed_title = $3, tier = $4, used_until = $5,
                        profile = '', sealed_profile = $6
                  WHERE head = $1 AND id = $2",
                &row,
            )
            .await?;
        self.changing
            .run(
                "DELETE FROM purchase_member WHERE head = $1 AND purchase = $2",
                &[self.head.into(), purchase.into()],
            )
            .await?;
        self.put_members(purchase, members).await?;
        self.revise_purchase(purchase).await
    }

    async fn put_members(
        &mut self,
        purchase: i64,
        members: &[i64],
    ) -> Result<(), StoreError> {
        for member in members {
            self.changing
                .run(
                    "INSERT INTO purchase_member (head, purchase, organisation)
                     VALUES ($1, $2, $3)
                         ON CONFLICT (head, purchase, organisation) DO NOTHING",
                    &[self.head.into(), purchase.into(), (*member).into()],
                )
                .await?;
        }
        Ok(())
    }

    /// Notes that something hangs on a purchase that did not, or does not any more. What has ended
    /// stays as it is, also where two act at once.
    async fn revise_purchase(&mut self, purchase: i64) -> Result<(), StoreError> {
        let revised = self
            .changing
            .run(
                "UPDATE purchase
                    SET revision = revision + 1
                  WHERE head = $1 AND id = $2 AND ended IS NULL",
                &[self.head.into(), purchase.into()],
            )
            .await?;
        if revised == 0 {
            return Err(StoreError::Taken("the purchase has ended"));
        }
        self.note(Noun::Purchase, purchase, Happened::Changed);
        Ok(())
    }

    /// Adds who bids. Gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_bidder(&mut self, new: NewBidder<'_>) -> Result<i64, StoreError> {
        let id = self.id();
        let row: [Value; 9] = [
            self.head.into(),
            id.into(),
            new.purchase.into(),
            new.name.into(),
            new.product.into(),
            new.version.into(),
            new.supplier.into(),
            stored(self.now).into(),
            new.by.into(),
        ];
        self.changing
            .run(
                "INSERT INTO purchase_bidder (head, id, purchase, name, product, version,
                                              supplier, added, added_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                &row,
            )
            .await?;
        self.revise_purchase(new.purchase).await?;
        Ok(id)
    }

    /// Leaves a bidder out: it is judged no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn leave_bidder_out(
        &mut self,
        purchase: i64,
        bidder: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE purchase_bidder
                    SET left_out = $4, left_out_by = $5
                  WHERE head = $1 AND purchase = $2 AND id = $3 AND left_out IS NULL",
                &[
                    self.head.into(),
                    purchase.into(),
                    bidder.into(),
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        self.revise_purchase(purchase).await
    }

    /// Puts a file to a bid. One of the same bytes that is there already, from the same side, is
    /// not put there twice. Gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_purchase_file(
        &mut self,
        new: NewPurchaseFile<'_>,
    ) -> Result<i64, StoreError> {
        let known = self
            .changing
            .row(
                "SELECT id
                   FROM purchase_file
                  WHERE head = $1 AND bidder = $2 AND original = $3 AND side = $4
                    AND removed IS NULL
                  ORDER BY id",
                &[
                    self.head.into(),
                    new.bidder.into(),
                    new.original.into(),
                    new.side.into(),
                ],
                |row| row.integer("id"),
            )
            .await?;
        if let Some(id) = known {
            return Ok(id);
        }
        let id = self.id();
        let row: [Value; 9] = [
            self.head.into(),
            id.into(),
            new.bidder.into(),
            new.original.into(),
            new.side.into(),
            new.name.into(),
            new.sha256.into(),
            stored(self.now).into(),
            new.by.into(),
        ];
        self.changing
            .run(
                "INSERT INTO purchase_file (head, id, bidder, original, side, name, sha256,
                                            received, received_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                &row,
            )
            .await?;
        self.revise_purchase(new.purchase).await?;
        Ok(id)
    }

    /// Takes a file out of a bid; its original stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_purchase_file(
        &mut self,
        purchase: i64,
        file: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE purchase_file
                    SET removed = $3, removed_by = $4
                  WHERE head = $1 AND id = $2 AND removed IS NULL",
                &[self.head.into(), file.into(), stored(self.now).into(), by.into()],
            )
            .await?;
        self.revise_purchase(purchase).await
    }

    /// Asks that a gate keep nobody from buying. Gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_gate_override(
        &mut self,
        new: NewGateOverride<'_>,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        let row: [Value; 9] = [
            self.head.into(),
            id.into(),
            new.bidder.into(),
            new.gate.into(),
            new.standing.into(),
            self.seal_typed(&WHY_OVERRIDDEN, (id, 0), new.reason)?,
            new.last_day.into(),
            stored(self.now).into(),
            new.by.into(),
        ];
        self.changing
            .run(
                "INSERT INTO purchase_override (head, id, bidder, gate, standing, reason,
                                                sealed_reason, last_day, asked, asked_by)
                 VALUES ($1, $2, $3, $4, $5, '', $6, $7, $8, $9)",
                &row,
            )
            .await?;
        self.revise_purchase(new.purchase).await?;
        Ok(id)
    }

    /// Approves what somebody else asked for.
    ///
    /// # Errors
    /// When whoever approves asked for it, it does not wait any more, the purchase has ended, or
    /// the database fails.
    pub async fn approve_gate_override(
        &mut self,
        purchase: i64,
        id: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        let approved = self
            .changing
            .run(
                "UPDATE purchase_override
                    SET approved = $3, approved_by = $4
                  WHERE head = $1 AND id = $2 AND approved IS NULL AND ended IS NULL
                    AND asked_by <> $4",
                &[self.head.into(), id.into(), stored(self.now).into(), by.into()],
            )
            .await?;
        if approved == 0 {
            return Err(StoreError::Taken("the override does not wait for you"));
        }
        self.revise_purchase(purchase).await
    }

    /// Ends an override, or declines one that was asked for.
    ///
    /// # Errors
    /// When the purchase has ended, or the database fails.
    pub async fn end_gate_override(
        &mut self,
        purchase: i64,
        id: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE purchase_override
                    SET ended = $3, ended_by = $4
                  WHERE head = $1 AND id = $2 AND ended IS NULL",
                &[self.head.into(), id.into(), stored(self.now).into(), by.into()],
            )
            .await?;
        self.revise_purchase(purchase).await
    }

    /// Ends a purchase, awarded or cancelled, that is as it was looked at: of that revision.
    ///
    /// # Errors
    /// When it has ended, something hangs on it that did not, or the database fails.
    pub async fn end_purchase(
        &mut self,
        (purchase, revision): (i64, i64),
        end: PurchaseEnd<'_>,
    ) -> Result<(), StoreError> {
        self.revise_purchase(purchase).await?;
        let award = end.award;
        let row: [Value; 10] = [
            self.head.into(),
            purchase.into(),
            (if award.is_some() { "awarded" } else { "cancelled" }).into(),
            stored(self.now).into(),
            end.by.into(),
            self.seal_typed(&WHY_ENDED, (purchase, 0), end.reason)?,
            award.map(|it| it.bidder).into(),
            award.map(|it| it.last_day.as_str()).into(),
            award.map(|it| it.record).into(),
            (revision + 1).into(),
        ];
        let ended = self
            .changing
            .run(
                "UPDATE purchase
                    SET outcome = $3, ended = $4, ended_by = $5, reason = '',
                        sealed_reason = $6, awarded = $7, last_day = $8, record = $9
                  WHERE head = $1 AND id = $2 AND revision = $10",
                &row,
            )
            .await?;
        match ended {
            0 => Err(StoreError::Taken("something has changed since you looked")),
            _ => Ok(()),
        }
    }
}
