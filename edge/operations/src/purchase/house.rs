//! What the house has about a bidder already, as files of its own side: nobody is asked for it.
//!
//! The dossier of the supplier and what is kept with it, the register as far as it speaks of this
//! supplier and product, MDS2 forms in force, and SBOMs in force of the very release that is
//! offered: of another release they would prove nothing.

use std::collections::BTreeSet;

use ::evidence::{Field, Record};
use ::purchase::{Content, Taken};
use ::supplier::Document;
use controls::Supplier;
use posture::{Held, What};
use store::{Bidder, Evidence, EvidenceListed, Mds2Form, Product, Purchase, Scope};

use super::{Ending, PurchaseError};
use crate::App;
use crate::aside::{CutShort, aside};
use crate::evidence::{delivered_names, held, told};
use crate::posture::forgotten_names;
use crate::supplier::{Assessed, kept_dossier, makers};

/// With what the names of what the house has begin.
const HOUSE: &str = "house/";

/// What the house has, gathered once for all bidders of a purchase.
pub(super) struct House {
    suppliers: Vec<std::sync::Arc<Assessed>>,
    pieces: Vec<(Evidence, Vec<Held>)>,
    products: Vec<Product>,
    forms: Vec<Mds2Form>,
}

/// Gathers it: of the organisation that buys, and what it lets itself read.
pub(super) async fn gather(
    app: &App,
    head: i64,
    purchase: &Purchase,
) -> Result<House, PurchaseError> {
    let own = Scope::of(head, vec![purchase.path.clone()]);
    let today = app.today();
    let mut pieces = Vec::new();
    let names = forgotten_names();
    for piece in app.store.evidence_within(&own, EvidenceListed::Now).await? {
        let is_own = piece.organisation == purchase.organisation;
        if !is_own || !piece.is_in_force() || piece.is_over(&today) {
            continue;
        }
        let read = match &piece.document {
            Some(document) if piece.words.entry.is_empty() => {
                let original = document.original;
                let bytes = app.store.bytes_of(&Scope::whole(head), original).await?;
                let (reader, names) = (app.readers.acquire().await, names.clone());
                let reader = reader.map_err(|_| CutShort)?;
                let read = aside(move || told(&bytes, &names).ok()).await?;
                drop(reader);
                read
            }
            _ => None,
        };
        let says = held(&piece, read, &names);
        pieces.push((piece, says));
    }
    let seen = own.reading();
    let products = app.store.products(&seen).await?.into_iter().map(|one| one.product);
    Ok(House {
        suppliers: crate::supplier::everywhere(app, head).await?,
        pieces,
        products: products.collect(),
        forms: app.store.mds2_forms(&seen).await?,
    })
}

/// A file of the house.
fn taken(file: String, kind: &'static str, content: Content) -> Taken {
    Taken { file: format!("{HOUSE}{file}"), kind, content, notes: Vec::new() }
}

/// What the house has about one bidder.
pub(super) async fn of_bidder(
    app: &App,
    head: i64,
    (purchase, house): (&Purchase, &House),
    bidder: &Bidder,
) -> Result<Vec<Taken>, PurchaseError> {
    let mut files = Vec::new();
    let assessed =
        house.suppliers.iter().find(|one| Some(one.supplier.id) == bidder.supplier);
    let mut aliases = vec![bidder.name.clone()];
    if let Some(one) = assessed {
        aliases.extend(one.aliases());
        aliases.push(one.supplier.name.clone());
        dossier(one, &mut files);
    }
    // Who it is is not kept while the store is asked.
    let offered: Vec<&Product> = {
        let supplier = Supplier::new(&bidder.name, &aliases, makers());
        register(house, &supplier, &bidder.product, &mut files);
        let is_offered = |product: &&Product| {
            let (name, offered) = (product.name.trim(), bidder.product.trim());
            !offered.is_empty()
                && name.eq_ignore_ascii_case(offered)
                && supplier.is(&product.maker)
        };
        house.products.iter().filter(is_offered).collect()
    };
    for product in offered {
        let releases = releases_offered(app, head, product, bidder).await?;
        forms(app, head, (house, product), &releases, &mut files).await?;
        let of = (product, bidder.version.as_str());
        sboms(app, (head, purchase), of, &releases, &mut files).await?;
    }
    Ok(files)
}

/// The releases of a product that are the one that is offered.
async fn releases_offered(
    app: &App,
    head: i64,
    product: &Product,
    bidder: &Bidder,
) -> Result<BTreeSet<i64>, PurchaseError> {
    let offered = bidder.version.trim();
    if offered.is_empty() {
        return Ok(BTreeSet::new());
    }
    let all = app.store.releases(&Scope::whole(head), product.id).await?.into_iter();
    let offered = all.filter(|release| release.version.trim() == offered);
    Ok(offered.map(|release| release.id).collect())
}

/// What ends of the dossier that is joined to a bidder.
pub(super) fn ends(house: &House, bidder: &Bidder) -> Vec<Ending> {
    let joined =
        house.suppliers.iter().find(|one| Some(one.supplier.id) == bidder.supplier);
    let ends = joined.iter().flat_map(|one| &one.ends);
    ends.map(|it| Ending { what: it.what.clone(), on: it.on.to_string() }).collect()
}

fn dossier(one: &Assessed, files: &mut Vec<Taken>) {
    let kept = Document::Dossier(Box::new(kept_dossier(one)));
    let content = Content::Supplier(Box::new(kept));
    files.push(taken("dossier".to_owned(), "dossier of the house", content));
    let mut shown: Vec<&str> = Vec::new();
    for (name, document) in &one.shown {
        if !matches!(**document, Document::Dossier(_)) {
            let content = Content::Supplier(Box::new((**document).clone()));
            files.push(taken(name.clone(), "document of the dossier", content));
            shown.push(name);
        }
    }
    // A proof is there whatever is in it.
    let proofs = one.proofs.iter().filter(|name| !shown.contains(&name.as_str()));
    let proofs: Vec<Taken> = proofs
        .map(|name| taken(name.clone(), "proof of the dossier", Content::Companion))
        .collect();
    files.extend(proofs);
}

/// What the register says of this supplier, and of no other product than the one offered.
fn register(
    house: &House,
    supplier: &Supplier<'_>,
    product: &str,
    files: &mut Vec<Taken>,
) {
    let is_meant = |record: &Record| {
        let about = record.text(Field::Product).trim();
        let named = record.text(Field::Supplier).trim();
        let is_other = !about.is_empty()
            && !product.trim().is_empty()
            && !about.eq_ignore_ascii_case(product.trim());
        !named.is_empty() && supplier.is(named) && !is_other
    };
    for (piece, says) in &house.pieces {
        let before = files.len();
        for held in says {
            let What::Records(records) = &held.what else { continue };
            let meant: Vec<Record> =
                records.iter().filter(|one| is_meant(one)).cloned().collect();
            if !meant.is_empty() {
                let read = Box::new(::evidence::Read::Records(meant));
                let content = Content::Evidence(read);
                files.push(taken(held.file.clone(), "register of the house", content));
            }
        }
        if files.len() > before {
            let there: Vec<String> = files.iter().map(|it| it.file.clone()).collect();
            for name in delivered_names(piece) {
                if !there.contains(&format!("{HOUSE}{name}")) {
                    let kind = "proof of the register";
                    files.push(taken(name, kind, Content::Companion));
                }
            }
        }
    }
}

/// Forms in force of the product: of all its releases, or of the one that is offered.
async fn forms(
    app: &App,
    head: i64,
    (house, product): (&House, &Product),
    offered: &BTreeSet<i64>,
    files: &mut Vec<Taken>,
) -> Result<(), PurchaseError> {
    let own = house.forms.iter();
    let own = own.filter(|form| form.is_in_force() && form.product == Some(product.id));
    for form in own {
        let is_of_all = form.releases.is_empty();
        if !is_of_all && !form.releases.iter().any(|release| offered.contains(release)) {
            continue;
        }
        let bytes = app.store.bytes_of(&Scope::whole(head), form.original).await?;
        let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
        let read = aside(move || mds2::parse(&bytes).ok()).await?;
        drop(reader);
        // One that cannot be read any more says nothing.
        if let Some(read) = read {
            let content = Content::Form(Box::new(read.value));
            let name = format!("mds2/{}/{}", form.id, form.file);
            files.push(taken(name, "MDS2 form in force", content));
        }
    }
    Ok(())
}

/// SBOMs in force of the release that is offered.
async fn sboms(
    app: &App,
    (head, purchase): (i64, &Purchase),
    (product, version): (&Product, &str),
    offered: &BTreeSet<i64>,
    files: &mut Vec<Taken>,
) -> Result<(), PurchaseError> {
    let seen = Scope::of(head, vec![purchase.path.clone()]).reading();
    for bill in app.store.bills_of_product(&seen, product.id).await? {
        if bill.replaced.is_some() || !offered.contains(&bill.release) {
            continue;
        }
        let bytes = app.store.bytes_of(&Scope::whole(head), bill.original).await?;
        let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
        let read = aside(move || sbom::parse(&bytes).ok()).await?;
        drop(reader);
        if let Some(read) = read {
            let content = Content::Sbom(Box::new(read.value));
            let name = format!("releases/{}/{}", bill.release, version);
            files.push(taken(name, "SBOM in force", content));
        }
    }
    Ok(())
}
