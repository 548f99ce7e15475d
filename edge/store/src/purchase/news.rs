//! What was told of purchases: what is new about what was bought, and overrides that wait.

use std::collections::{BTreeMap, BTreeSet};

use super::GateOverride;
use crate::{Store, StoreError, Write, stored};

/// What was new about purchases, by purchase: how much of each kind, by word.
pub type ToldNews = BTreeMap<i64, BTreeMap<String, usize>>;

impl Store {
    /// The digests of what was told as new about a purchase.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purchase_news(
        &self,
        head: i64,
        purchase: i64,
    ) -> Result<BTreeSet<Vec<u8>>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT digest FROM purchase_news WHERE head = $1 AND purchase = $2",
                &[head.into(), purchase.into()],
                |row| row.bytes("digest"),
            )
            .await?;
        Ok(found.into_iter().collect())
    }

    /// What was first told since a moment, as stored, of all purchases of a top organisation: what
    /// of it somebody sees is for the caller to find out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purchase_news_since(
        &self,
        head: i64,
        since: &str,
    ) -> Result<ToldNews, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT purchase, kind FROM purchase_news
                  WHERE head = $1 AND told >= $2
                  ORDER BY purchase, kind",
                &[head.into(), since.into()],
                |row| Ok((row.integer("purchase")?, row.text("kind")?)),
            )
            .await?;
        let mut told = ToldNews::new();
        for (purchase, kind) in found {
            *told.entry(purchase).or_default().entry(kind).or_default() += 1;
        }
        Ok(told)
    }

    /// Overrides that nobody has approved or ended, each with the number of its purchase, of all
    /// purchases of a top organisation: which of them somebody sees is for the caller to find out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting_overrides(
        &self,
        head: i64,
    ) -> Result<Vec<(i64, GateOverride)>, StoreError> {
        let opener = self.opener(head).await?;
        self.database
            .rows(
                "SELECT v.id, v.bidder, v.gate, v.standing, v.reason, v.sealed_reason, v.last_day, v.asked,
                        v.asked_by, v.approved, v.approved_by, v.ended, b.purchase
                   FROM purchase_override v
                   JOIN purchase_bidder b ON b.head = v.head AND b.id = v.bidder
                   JOIN purchase p ON p.head = b.head AND p.id = b.purchase
                  WHERE v.head = $1 AND v.approved IS NULL AND v.ended IS NULL
                    AND b.left_out IS NULL AND p.ended IS NULL
                  ORDER BY v.id",
                &[head.into()],
                |row| Ok((row.integer("purchase")?, super::read_override(row, &opener)?)),
            )
            .await
    }
}

impl Write<'_> {
    /// Notes that something is new about a purchase; `false` where it was told before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_purchase_news(
        &mut self,
        purchase: i64,
        (digest, kind): (&[u8], &str),
    ) -> Result<bool, StoreError> {
        let touched = self
            .changing
            .run(
                "INSERT INTO purchase_news (head, purchase, digest, kind, told)
                 VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (head, purchase, digest) DO NOTHING",
                &[
                    self.head.into(),
                    purchase.into(),
                    digest.to_vec().into(),
                    kind.into(),
                    stored(self.now).into(),
                ],
            )
            .await?;
        Ok(touched > 0)
    }
}
