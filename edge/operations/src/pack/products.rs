//! The documents of products on which facts of a posture rest: SBOMs and MDS2 forms in force, as
//! their makers delivered them, and which of them leave.

use std::collections::BTreeMap;

use ::pack::Released;
use store::{Organisation, Original, Scope};
use terms::Tlp;

use super::PackError;
use super::documents::{Bytes, Held, KeptBack};
use crate::export::plain;
use crate::posture::{FORMS, SBOMS, SUPPORT};
use crate::{Actor, App, Permission};

/// What a document says of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Says {
    /// What it is made of.
    Sbom,
    /// What its maker discloses of its security.
    Mds2,
}

impl Says {
    /// The word on the wire, and the folder.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sbom => "sbom",
            Self::Mds2 => "mds2",
        }
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Sbom => "SBOM",
            Self::Mds2 => "MDS2 form",
        }
    }

    /// Whether a fact of the house rests on documents of this sort, by what it names.
    fn is_under(self, document: &str) -> bool {
        match self {
            Self::Sbom => [SBOMS, SUPPORT].contains(&document),
            Self::Mds2 => document == FORMS,
        }
    }
}

/// A document of a product.
#[derive(Clone, Debug)]
pub struct OfProduct {
    /// What it says.
    pub says: Says,
    /// Its number as an SBOM, or as a form.
    pub number: i64,
    /// Who makes the product.
    pub maker: String,
    /// The product.
    pub product: String,
    /// The releases that it is of; of all where none is named.
    pub releases: Vec<String>,
    /// The file's name as it was delivered; empty where its label keeps it.
    pub name: String,
    /// With whom it may be shared.
    pub label: Tlp,
    /// How many bytes.
    pub size: i64,
    /// BLAKE3 of the bytes; empty where its label keeps it.
    pub blake3: String,
    /// SHA-256 of the bytes that leave, once they were read.
    pub sha256: String,
    /// When it was delivered, as stored.
    pub received: String,
    /// Its bytes.
    pub bytes: Bytes,
}

impl OfProduct {
    /// Its name in the pack; none where it is not in it.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.bytes.held().map(|held| held.file.as_str())
    }

    /// Whether its label keeps it and what follows from it, and a fact that names `document`
    /// follows from it.
    pub(super) fn keeps(&self, document: &str) -> bool {
        self.bytes == Bytes::KeptBack(KeptBack::Label) && self.says.is_under(document)
    }
}

/// A product and its releases, by number.
type Products = BTreeMap<i64, (store::Product, BTreeMap<i64, String>)>;

/// The SBOMs and forms in force of an organisation's own products.
pub(super) async fn of(
    app: &App,
    by: &Actor,
    place: &Organisation,
) -> Result<Vec<OfProduct>, PackError> {
    let own = Scope::of(by.head, vec![place.path.clone()]);
    let mut products = Products::new();
    for one in app.store.products(&own).await? {
        if one.product.organisation == place.id {
            products.insert(one.product.id, (one.product, BTreeMap::new()));
        }
    }
    let mut product_of: BTreeMap<i64, i64> = BTreeMap::new();
    for (product, release) in app.store.releases_within(&own).await? {
        if let Some((_, releases)) = products.get_mut(&product.id) {
            product_of.insert(release.id, product.id);
            releases.insert(release.id, release.version);
        }
    }
    let may_keep = by.scope(Permission::KeepEvidence).admits(&place.path);
    let mut found: Vec<(Says, i64, i64, Vec<i64>, i64)> = Vec::new();
    for bill in app.store.bills_within(&own).await? {
        if let Some(product) = product_of.get(&bill.release)
            && bill.replaced.is_none()
        {
            let of = vec![bill.release];
            found.push((Says::Sbom, bill.id, *product, of, bill.original));
        }
    }
    for form in app.store.mds2_forms(&own).await? {
        if let Some(product) = form.product.filter(|id| products.contains_key(id))
            && form.is_in_force()
        {
            found.push((Says::Mds2, form.id, product, form.releases, form.original));
        }
    }
    found.sort_by_key(|(says, number, ..)| (*says, *number));
    let mut all = Vec::with_capacity(found.len());
    for (says, number, product, releases, original) in found {
        let original = app.store.original(&own, original).await?;
        let Some((product, known)) = products.get(&product) else { continue };
        let releases = releases.iter().filter_map(|id| known.get(id)).cloned().collect();
        all.push(document(
            (says, number),
            (product, releases),
            original,
            (place, may_keep),
        ));
    }
    Ok(all)
}

fn document(
    (says, number): (Says, i64),
    (product, releases): (&store::Product, Vec<String>),
    original: Original,
    (place, may_keep): (&Organisation, bool),
) -> OfProduct {
    let name = match plain(&original.name).as_str() {
        "" => "document".to_owned(),
        name => name.to_owned(),
    };
    let held = Held {
        file: format!("products/{}/{number}/{name}", says.word()),
        original: original.id,
        owner: place.path.clone(),
    };
    let bytes = match Released::own(held, original.label) {
        None => Bytes::KeptBack(KeptBack::Label),
        Some(_) if !may_keep => Bytes::KeptBack(KeptBack::Right),
        Some(released) => Bytes::In(released),
    };
    let is_kept = bytes == Bytes::KeptBack(KeptBack::Label);
    OfProduct {
        says,
        number,
        maker: product.maker.clone(),
        product: product.name.clone(),
        releases,
        name: if is_kept { String::new() } else { original.name },
        label: original.label,
        size: original.size,
        blake3: if is_kept { String::new() } else { ::pack::hex(&original.digest) },
        sha256: String::new(),
        received: original.received,
        bytes,
    }
}
