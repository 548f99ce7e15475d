//! Gates that somebody overrides, and how a purchase ends.

use serde_json::json;
use store::{
    Act, Award, Fact, GateOverride, NewGateOverride, NewOriginal, Noun, Parcel, Purchase,
    PurchaseEnd, StoreError,
};
use terms::Tlp;

use super::{
    Bidding, Compared, PurchaseError, REASON_MAX, compare, day_ahead, kept, seen, within,
};
use crate::webhook::{Event, tell_purchase};
use crate::{Actor, App, Permission, posture};

/// Days after which an override ends at the latest: then somebody looks again.
const OVERRIDE_DAYS_MAX: i32 = 366;
/// What the record of an award is, for whoever keeps it.
const RECORD: &str = "award";

fn reason(text: &str) -> Result<String, PurchaseError> {
    match within("reason", text, REASON_MAX)? {
        text if text.is_empty() => Err(PurchaseError::Missing("reason")),
        text => Ok(text),
    }
}

fn bid(compared: &Compared, bidder: i64) -> Result<&Bidding, PurchaseError> {
    let found = compared.bids.iter().find(|it| it.bidder.id == bidder);
    let absent = || StoreError::Absent { noun: "bidder", id: bidder.to_string() };
    Ok(found.ok_or_else(absent)?)
}

/// An override that somebody wishes.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// For which bidder.
    pub bidder: i64,
    /// Which gate.
    pub gate: &'a str,
    /// Why.
    pub reason: &'a str,
    /// The last day on which it is to hold.
    pub last_day: &'a str,
}

/// Asks that a gate which is not passed keep nobody from buying from a bidder. Somebody else
/// approves. Gives its number.
///
/// # Errors
/// When the actor may not change the purchase, it has ended, the gate does not block, there is no
/// reason, the day is over or more than a year away, or the database fails.
pub async fn ask_override(
    app: &App,
    by: &Actor,
    id: i64,
    wish: Wish<'_>,
) -> Result<i64, PurchaseError> {
    kept(app, by, id).await?;
    let compared = compare(app, by, id).await?;
    let found = bid(&compared, wish.bidder)?;
    let mut gates = found.gates.iter();
    let gate = gates.find(|it| it.gate.id == wish.gate && it.blocks);
    let gate = gate.ok_or(PurchaseError::Open)?;
    let reason = reason(wish.reason)?;
    let last_day = day_ahead(app, "last_day", wish.last_day)?;
    let day = |text: &str| terms::date::day(text).ok();
    if let Some((today, last)) = day(&app.today()).zip(day(&last_day))
        && ::evidence::days_between(today, last) > OVERRIDE_DAYS_MAX
    {
        return Err(PurchaseError::Wrong("last_day", "more than a year away"));
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let number = write
        .ask_gate_override(NewGateOverride {
            purchase: id,
            bidder: wish.bidder,
            gate: wish.gate,
            standing: gate.gate.standing,
            reason: &reason,
            last_day: &last_day,
            by: by.person,
        })
        .await?;
    let digest = *blake3::hash(reason.as_bytes()).as_bytes();
    let facts = vec![
        ("bidder", Fact::Number(wish.bidder)),
        ("override", Fact::Number(number)),
        ("reason", Fact::digest(&digest)),
    ];
    let told = (Event::OverrideAsked, None);
    tell_purchase(app, &mut write, told, &compared.purchase).await?;
    let (what, noun) = ("ask for override of gate", Noun::Purchase);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(number)
}

/// An override of a purchase that has not ended.
async fn asked(
    app: &App,
    by: &Actor,
    id: i64,
    number: i64,
) -> Result<GateOverride, PurchaseError> {
    let scope = by.scope(Permission::ViewPurchases);
    let all = app.store.gate_overrides(&scope, id).await?;
    let found = all.into_iter().find(|one| one.id == number && one.ended.is_none());
    let absent = || StoreError::Absent { noun: "override", id: number.to_string() };
    Ok(found.ok_or_else(absent)?)
}

/// The overrides that wait for the actor to approve them: of purchases that go on where they see
/// them and may accept risks, asked for by somebody else, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn to_approve(
    app: &App,
    by: &Actor,
) -> Result<Vec<(Purchase, GateOverride)>, StoreError> {
    let may = by.scope(Permission::AcceptRisk);
    let scope = by.scope(Permission::ViewPurchases);
    if may.roots().is_empty() || scope.roots().is_empty() {
        return Ok(Vec::new());
    }
    let waiting = app.store.waiting_overrides(by.head).await?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let today = app.today();
    let seen = app.store.purchases(&scope).await?;
    let own = waiting.into_iter().filter_map(|(purchase, one)| {
        let purchase = seen.iter().find(|it| it.id == purchase)?;
        let is_own = may.admits(&purchase.path)
            && one.asked_by != by.person
            && one.last_day >= today;
        is_own.then(|| (purchase.clone(), one))
    });
    Ok(own.collect())
}

/// Approves an override that somebody else asked for. Gives the bidder whose gate it is.
///
/// # Errors
/// When there is none that waits, the actor may accept no risks where the purchase is, asked for
/// it themselves, the purchase has ended, or the database fails.
pub async fn approve(
    app: &App,
    by: &Actor,
    id: i64,
    number: i64,
) -> Result<i64, PurchaseError> {
    let purchase = seen(app, by, id).await?;
    if !by.scope(Permission::AcceptRisk).admits(&purchase.path) {
        return Err(PurchaseError::Others);
    }
    if purchase.ended.is_some() {
        return Err(PurchaseError::Ended);
    }
    let found = asked(app, by, id, number).await?;
    if found.asked_by == by.person {
        return Err(PurchaseError::Own);
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.approve_gate_override(id, number, by.person).await?;
    let facts = vec![("override", Fact::Number(number))];
    let (what, noun) = ("approve override of gate", Noun::Purchase);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(found.bidder)
}

/// Ends an override, or declines one that was asked for. Gives the bidder whose gate it is.
///
/// # Errors
/// When the actor may not change the purchase, it has ended, there is none, or the database fails.
pub async fn end_override(
    app: &App,
    by: &Actor,
    id: i64,
    number: i64,
) -> Result<i64, PurchaseError> {
    kept(app, by, id).await?;
    let found = asked(app, by, id, number).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.end_gate_override(id, number, by.person).await?;
    let facts = vec![("override", Fact::Number(number))];
    let (what, noun) = ("end override of gate", Noun::Purchase);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(found.bidder)
}

/// Awards a purchase to a bidder that no gate keeps from it, and keeps what was known.
///
/// # Errors
/// When the actor may not change the purchase, it has ended, a gate blocks, something has changed
/// since `shown` (the digest of what they looked at; empty where nothing is compared), the day is
/// over, or the database fails.
pub async fn award(
    app: &App,
    by: &Actor,
    (id, bidder): (i64, i64),
    (conditions, last_day): (&str, &str),
    shown: &str,
) -> Result<(), PurchaseError> {
    kept(app, by, id).await?;
    let compared = compare(app, by, id).await?;
    let purchase = &compared.purchase;
    let found = bid(&compared, bidder)?;
    match shown {
        "" => return Err(PurchaseError::Missing("shown")),
        shown if shown != compared.digest => return Err(PurchaseError::Changed),
        _ => {}
    }
    let blocking: Vec<&str> =
        found.gates.iter().filter(|it| it.blocks).map(|it| &*it.gate.title).collect();
    if !blocking.is_empty() {
        return Err(PurchaseError::Blocked(blocking.join("; ")));
    }
    let conditions = within("conditions", conditions, REASON_MAX)?;
    let last_day = day_ahead(app, "last_day", last_day)?;
    let record = record(&compared, found, (&conditions, &last_day));
    let parcel = Parcel::of(record.to_string().as_bytes())?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let record = write
        .keep_original(NewOriginal {
            organisation: purchase.organisation,
            name: &format!("award-{id}.json"),
            kind: RECORD,
            label: Tlp::UNLABELLED,
            by: by.person,
            parcel: &parcel,
        })
        .await?;
    let award = Award { bidder, last_day, record };
    let end = PurchaseEnd { reason: &conditions, award: Some(&award), by: by.person };
    write.end_purchase((id, purchase.revision), end).await?;
    let facts = vec![
        ("bidder", Fact::Number(bidder)),
        ("record", Fact::digest(parcel.digest().as_bytes())),
    ];
    tell_purchase(app, &mut write, (Event::Awarded, None), purchase).await?;
    posture::queue(&mut write).await?;
    let (what, noun) = ("award purchase", Noun::Purchase);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// What was known of whom it was awarded to, and of nobody else.
fn record(
    compared: &Compared,
    found: &Bidding,
    (conditions, last_day): (&str, &str),
) -> serde_json::Value {
    let overrides = found.gates.iter().filter_map(|it| it.by_override.as_ref());
    let overrides: Vec<serde_json::Value> = overrides
        .map(|it| {
            json!({
                "gate": it.gate,
                "standing": it.standing,
                "reason": it.reason,
                "last_day": it.last_day,
                "asked": it.asked,
                "asked_by": it.asked_by,
                "approved": it.approved,
                "approved_by": it.approved_by,
            })
        })
        .collect();
    let files: Vec<serde_json::Value> = compared
        .files
        .iter()
        .filter(|it| it.bidder == found.bidder.id && it.removed.is_none())
        .map(|it| json!({"name": it.name, "from": it.side, "sha256": it.sha256}))
        .collect();
    json!({
        "purchase": compared.purchase.id,
        "title": compared.purchase.said.title,
        "tier": compared.purchase.said.tier,
        "used_until": compared.purchase.said.used_until,
        "as_of": compared.day,
        "advisories": compared.generation,
        "profile": {"name": compared.profile.0, "version": compared.profile.1},
        "bidder": {
            "name": found.bidder.name,
            "product": found.product,
            "version": found.bidder.version,
        },
        "conditions": conditions,
        "last_day": last_day,
        "exceptions": overrides,
        "gates": found.gates,
        "judgement": found.judgement,
        "originals": files,
    })
}

/// Ends a purchase in which nothing is bought.
///
/// # Errors
/// When the actor may not change it, it has ended, there is no reason, or the database fails.
pub async fn cancel(
    app: &App,
    by: &Actor,
    id: i64,
    why: &str,
) -> Result<(), PurchaseError> {
    let purchase = kept(app, by, id).await?;
    let why = reason(why)?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let end = PurchaseEnd { reason: &why, award: None, by: by.person };
    write.end_purchase((id, purchase.revision), end).await?;
    let digest = *blake3::hash(why.as_bytes()).as_bytes();
    let facts = vec![("reason", Fact::digest(&digest))];
    let (what, noun) = ("cancel purchase", Noun::Purchase);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}
