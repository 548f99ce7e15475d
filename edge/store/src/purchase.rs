//! Purchases: what is bought, who bids with which files, which gates somebody overrides, and how
//! it ended.
//!
//! A purchase is its organisation's; besides, the members that buy along see it. Each question
//! takes a scope, and what hangs on a purchase is told to nobody who may not see that.

mod keep;
mod news;

use std::collections::BTreeMap;

use crate::database::Row;
use crate::typed::{Opener, PURCHASE_PROFILE, PURCHASE_TITLE, WHY_ENDED, WHY_OVERRIDDEN};
use crate::{Path, Scope, Store, StoreError};

pub use keep::{NewBidder, NewGateOverride, NewPurchase, NewPurchaseFile, PurchaseEnd};
pub use news::ToldNews;

/// A purchase as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// The number.
    pub id: i64,
    /// Whose it is.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// What is said of it.
    pub said: PurchaseSaid,
    /// The organisations that buy along, and where they stand.
    pub members: Vec<(i64, Path)>,
    /// How often it was changed.
    pub revision: i64,
    /// When it was made, as stored.
    pub made: String,
    /// By whom.
    pub made_by: i64,
    /// How it ended; none while it goes on.
    pub ended: Option<PurchaseEnded>,
}

/// What somebody says of a purchase.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PurchaseSaid {
    /// What it is called.
    pub title: String,
    /// How much hangs on the device, by its word.
    pub tier: String,
    /// Until when the device is meant to be used, as a day.
    pub used_until: Option<String>,
    /// A changed copy of what is asked, as TOML; empty where it is the house's.
    pub profile: String,
}

/// How a purchase ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurchaseEnded {
    /// When, as stored.
    pub at: String,
    /// By whom.
    pub by: i64,
    /// Why; of an award the conditions.
    pub reason: String,
    /// The award; none where it was cancelled.
    pub award: Option<Award>,
}

/// An award.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Award {
    /// The bidder.
    pub bidder: i64,
    /// The last day on which it holds.
    pub last_day: String,
    /// What was known then: the number of an original.
    pub record: i64,
}

impl Purchase {
    /// Whether somebody with this scope sees it.
    #[must_use]
    pub fn is_seen(&self, scope: &Scope) -> bool {
        scope.admits(&self.path)
            || self.members.iter().any(|(_, path)| scope.admits(path))
    }
}

/// Who bids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bidder {
    /// The number.
    pub id: i64,
    /// In which purchase.
    pub purchase: i64,
    /// The legal name.
    pub name: String,
    /// The product that is offered; empty where nobody says.
    pub product: String,
    /// The version that would be delivered; empty where nobody says.
    pub version: String,
    /// The dossier that the house keeps.
    pub supplier: Option<i64>,
    /// When it was left out, as stored.
    pub left_out: Option<String>,
}

/// A file of a bid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurchaseFile {
    /// The number.
    pub id: i64,
    /// Whose bid it belongs to.
    pub bidder: i64,
    /// The document.
    pub original: i64,
    /// From whom it is, by word: `bidder` or `house`.
    pub side: String,
    /// Its name in the bid.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// How many bytes.
    pub size: i64,
    /// When it came, as stored.
    pub received: String,
    /// Who brought it.
    pub received_by: i64,
    /// When it was taken out of the bid, as stored.
    pub removed: Option<String>,
}

/// That somebody overrides a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateOverride {
    /// The number.
    pub id: i64,
    /// For which bidder.
    pub bidder: i64,
    /// Which gate.
    pub gate: String,
    /// How the gate stood, by word: it holds for nothing graver.
    pub standing: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub last_day: String,
    /// When it was asked for, as stored.
    pub asked: String,
    /// By whom.
    pub asked_by: i64,
    /// When it was approved, as stored.
    pub approved: Option<String>,
    /// By whom.
    pub approved_by: Option<i64>,
    /// When it was ended or declined, as stored.
    pub ended: Option<String>,
}

impl Store {
    /// The purchases that whoever asks may see, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purchases(&self, scope: &Scope) -> Result<Vec<Purchase>, StoreError> {
        self.purchases_of(scope, None).await
    }

    /// All, or the one of that number.
    async fn purchases_of(
        &self,
        scope: &Scope,
        id: Option<i64>,
    ) -> Result<Vec<Purchase>, StoreError> {
        let wanted = [scope.head().into(), id.unwrap_or_default().into()];
        let mut members: BTreeMap<i64, Vec<(i64, Path)>> = BTreeMap::new();
        let named = self
            .database
            .rows(
                "SELECT m.purchase, m.organisation, o.path
                   FROM purchase_member m
                   JOIN organisation o ON o.head = m.head AND o.id = m.organisation
                  WHERE m.head = $1 AND ($2 = 0 OR m.purchase = $2)
                  ORDER BY m.purchase, m.organisation",
                &wanted,
                |row| {
                    let member = row.integer("organisation")?;
                    let path = Path::from_stored(row.text("path")?);
                    Ok((row.integer("purchase")?, (member, path)))
                },
            )
            .await?;
        for (purchase, member) in named {
            members.entry(purchase).or_default().push(member);
        }
        let opener = self.opener(scope.head()).await?;
        let found = self
            .database
            .rows(
                "SELECT p.id, p.organisation, p.title, p.sealed_title, p.tier, p.used_until,
                        p.profile, p.sealed_profile, p.revision, p.made, p.made_by, p.outcome,
                        p.ended, p.ended_by, p.reason, p.sealed_reason, p.awarded, p.last_day, p.record, o.path
                   FROM purchase p
                   JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                  WHERE p.head = $1 AND ($2 = 0 OR p.id = $2)
                  ORDER BY p.id DESC",
                &wanted,
                |row| read_purchase(row, &opener),
            )
            .await?;
        let with_members = found.into_iter().map(|mut purchase| {
            purchase.members = members.remove(&purchase.id).unwrap_or_default();
            purchase
        });
        Ok(with_members.filter(|purchase| purchase.is_seen(scope)).collect())
    }

    /// One purchase that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn purchase(&self, scope: &Scope, id: i64) -> Result<Purchase, StoreError> {
        let found = self.purchases_of(scope, Some(id)).await?.pop();
        found.ok_or_else(|| StoreError::absent("purchase", id))
    }

    /// Who bids in a purchase, in the order in which they were added; those left out too.
    ///
    /// # Errors
    /// When the database fails, or there is no such purchase that may be seen.
    pub async fn purchase_bidders(
        &self,
        scope: &Scope,
        purchase: i64,
    ) -> Result<Vec<Bidder>, StoreError> {
        let purchase = self.purchase(scope, purchase).await?.id;
        self.database
            .rows(
                "SELECT id, purchase, name, product, version, supplier, left_out
                   FROM purchase_bidder
                  WHERE head = $1 AND purchase = $2
                  ORDER BY id",
                &[scope.head().into(), purchase.into()],
                |row| {
                    Ok(Bidder {
                        id: row.integer("id")?,
                        purchase: row.integer("purchase")?,
                        name: row.text("name")?,
                        product: row.text("product")?,
                        version: row.text("version")?,
                        supplier: row.integer_if_any("supplier")?,
                        left_out: row.text_if_any("left_out")?,
                    })
                },
            )
            .await
    }

    /// The files of all bids of a purchase, those taken out too.
    ///
    /// # Errors
    /// When the database fails, or there is no such purchase that may be seen.
    pub async fn purchase_files(
        &self,
        scope: &Scope,
        purchase: i64,
    ) -> Result<Vec<PurchaseFile>, StoreError> {
        let purchase = self.purchase(scope, purchase).await?.id;
        self.database
            .rows(
                "SELECT f.id, f.bidder, f.original, f.side, f.name, f.sha256, f.received,
                        f.received_by, f.removed, d.size
                   FROM purchase_file f
                   JOIN purchase_bidder b ON b.head = f.head AND b.id = f.bidder
                   JOIN original d ON d.head = f.head AND d.id = f.original
                  WHERE f.head = $1 AND b.purchase = $2
                  ORDER BY f.bidder, f.id",
                &[scope.head().into(), purchase.into()],
                |row| {
                    Ok(PurchaseFile {
                        id: row.integer("id")?,
                        bidder: row.integer("bidder")?,
                        original: row.integer("original")?,
                        side: row.text("side")?,
                        name: row.text("name")?,
                        sha256: row.text("sha256")?,
                        size: row.integer("size")?,
                        received: row.text("received")?,
                        received_by: row.integer("received_by")?,
                        removed: row.text_if_any("removed")?,
                    })
                },
            )
            .await
    }

    /// The overrides of gates of a purchase, those that ended too.
    ///
    /// # Errors
    /// When the database fails, or there is no such purchase that may be seen.
    pub async fn gate_overrides(
        &self,
        scope: &Scope,
        purchase: i64,
    ) -> Result<Vec<GateOverride>, StoreError> {
        let purchase = self.purchase(scope, purchase).await?.id;
        let opener = self.opener(scope.head()).await?;
        self.database
            .rows(
                "SELECT v.id, v.bidder, v.gate, v.standing, v.reason, v.sealed_reason, v.last_day, v.asked,
                        v.asked_by, v.approved, v.approved_by, v.ended
                   FROM purchase_override v
                   JOIN purchase_bidder b ON b.head = v.head AND b.id = v.bidder
                  WHERE v.head = $1 AND b.purchase = $2
                  ORDER BY v.id",
                &[scope.head().into(), purchase.into()],
                |row| read_override(row, &opener),
            )
            .await
    }
}

fn read_override(row: &Row<'_>, opener: &Opener) -> Result<GateOverride, StoreError> {
    let id = row.integer("id")?;
    Ok(GateOverride {
        id,
        bidder: row.integer("bidder")?,
        gate: row.text("gate")?,
        standing: row.text("standing")?,
        reason: WHY_OVERRIDDEN.read(row, opener, (id, 0))?,
        last_day: row.text("last_day")?,
        asked: row.text("asked")?,
        asked_by: row.integer("asked_by")?,
        approved: row.text_if_any("approved")?,
        approved_by: row.integer_if_any("approved_by")?,
        ended: row.text_if_any("ended")?,
    })
}

fn read_purchase(row: &Row<'_>, opener: &Opener) -> Result<Purchase, StoreError> {
    let id = row.integer("id")?;
    let award = match (row.integer_if_any("awarded")?, row.integer_if_any("record")?) {
        (Some(bidder), Some(record)) => {
            let last_day = row.text_if_any("last_day")?.unwrap_or_default();
            Some(Award { bidder, last_day, record })
        }
        _ => None,
    };
    let ended = match row.text_if_any("ended")? {
        Some(at) => Some(PurchaseEnded {
            at,
            by: row.integer_if_any("ended_by")?.unwrap_or_default(),
            reason: WHY_ENDED.read(row, opener, (id, 0))?,
            award,
        }),
        None => None,
    };
    Ok(Purchase {
        id,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        said: PurchaseSaid {
            title: PURCHASE_TITLE.read(row, opener, (id, 0))?,
            tier: row.text("tier")?,
            used_until: row.text_if_any("used_until")?,
            profile: PURCHASE_PROFILE.read(row, opener, (id, 0))?,
        },
        members: Vec::new(),
        revision: row.integer("revision")?,
        made: row.text("made")?,
        made_by: row.integer("made_by")?,
        ended,
    })
}
