//! A document that is dropped on a dossier: told by content, kept as it came, and read again
//! whenever a verdict is worked out.

use std::sync::Arc;

use advisory::recognise::{self, Format};
use advisory::{Document as Published, Source, csaf};
use controls::supplier_history::Advisory;
use evidence::scan::{self, Tool};
use reading::{Legible, legible};
use store::{Act, Fact, NewOriginal, NewSupplierEntry, Noun, Parcel, Write};
use supplier::Document;
use supplier::dossier::{Dossier, Origin};
use terms::Tlp;

use super::entry::{EntryKind, entries_of};
use super::evidence::{Read, document_name};
use super::{SupplierError, kept, makers, one};
use crate::aside::{CutShort, aside};
use crate::maker::is_same;
use crate::mds2::{is_form, unread_form};
use crate::packed::unpacked;
use crate::{Actor, App};

/// What an original is, for whoever keeps it.
const KIND: &str = "supplier document";

/// What became of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// What it was taken for.
    pub read: &'static str,
    /// How many entries were made of it.
    pub entries: usize,
    /// Whether it is about everybody, and counts for every supplier of the organisation.
    pub is_list: bool,
}

/// What a document was found to be.
#[derive(Clone, Debug)]
pub(crate) struct Recognised {
    /// In words.
    pub(crate) words: &'static str,
    /// What stands in it.
    pub(crate) read: Read,
}

impl Recognised {
    /// Whether it tells of everybody, and not of one supplier.
    fn is_list(&self) -> bool {
        matches!(
            &self.read,
            Read::Supplier(document)
                if matches!(**document, Document::Breaches(_) | Document::Cnas(_))
        )
    }
}

/// What a document is, by its content, also where it came packed. What nothing here reads is kept
/// as it is: it may be a proof that a person reads.
///
/// # Errors
/// When it is broken, or is delivered elsewhere.
pub(crate) fn recognised(bytes: &[u8], file: &str) -> Result<Recognised, SupplierError> {
    let bytes = &*unpacked(bytes)?;
    if let Some(kind) = supplier::kind(bytes) {
        let document = supplier::parse(kind, bytes)?.value;
        return Ok(Recognised { words: kind.words(), read: Read::supplier(document) });
    }
    match recognise::format(bytes) {
        Some(Format::CycloneDxVex) => {
            Err(elsewhere("An SBOM or statements (VEX)", PRODUCTS))
        }
        Some(_) => published(bytes, file),
        None if sbom::parse(bytes).is_ok() => Err(elsewhere("An SBOM", PRODUCTS)),
        None if is_form(bytes) => Err(elsewhere("An MDS2 form", FORMS)),
        None => scanned(bytes),
    }
}

/// The result of a scanner, else what a person reads.
fn scanned(bytes: &[u8]) -> Result<Recognised, SupplierError> {
    match evidence::format(bytes) {
        Some(evidence::Format::Scan(tool)) if !matches!(tool, Tool::Other(_)) => {
            let scan = scan::parse(tool, bytes)?.value;
            Ok(Recognised { words: tool.words(), read: Read::Scan(Arc::new(scan)) })
        }
        _ => Ok(Recognised { words: Legible::Yes.words(), read: Read::Nothing }),
    }
}

const PRODUCTS: &str = "at the release of its product, under Products";
const FORMS: &str = "at its product, under Products";
const FEEDS: &str = "by the feeds, for all suppliers";

const fn elsewhere(what: &'static str, place: &'static str) -> SupplierError {
    SupplierError::Elsewhere { what, place }
}

/// What a document is that somebody delivers; what is kept already stays what it is.
///
/// # Errors
/// As [`recognised`], and where nobody can open it.
pub(crate) fn delivered(bytes: &[u8], file: &str) -> Result<Recognised, SupplierError> {
    let found = recognised(bytes, file)?;
    Ok(match found.read {
        Read::Nothing => {
            let legible = legible(bytes)?.words();
            Recognised { words: unread_form(bytes).unwrap_or(legible), ..found }
        }
        _ => found,
    })
}

/// An advisory of the supplier, as its document tells it: with revisions and thanks, which no
/// index keeps.
fn published(bytes: &[u8], file: &str) -> Result<Recognised, SupplierError> {
    let record = match advisory::parse(bytes)?.value {
        Published::Record(record) => *record,
        Published::Records(_) | Published::Kev(_) | Published::Epss(_) => {
            return Err(elsewhere("A file of a feed", FEEDS));
        }
    };
    match record.source {
        Source::Csaf => {}
        Source::OpenVex | Source::CycloneDxVex => {
            return Err(elsewhere("A document with statements (VEX)", PRODUCTS));
        }
        _ => return Err(elsewhere("A record of a feed", FEEDS)),
    }
    let publication = csaf::publication(bytes).ok().map(|parsed| parsed.value);
    if publication.as_ref().is_some_and(|it| it.category == "csaf_vex") {
        return Err(elsewhere("A document with statements (VEX)", PRODUCTS));
    }
    let (file, record) = (file.to_owned(), Arc::new(record));
    let advisory = Advisory { file, record, publication };
    Ok(Recognised { words: "advisory (CSAF)", read: Read::Advisory(Arc::new(advisory)) })
}

/// Keeps the bytes of a document of a dossier.
pub(crate) async fn keep_file(
    write: &mut Write<'_>,
    organisation: i64,
    by: i64,
    (name, parcel): (&str, &Parcel),
) -> Result<i64, store::StoreError> {
    write
        .keep_original(NewOriginal {
            organisation,
            name,
            kind: KIND,
            label: Tlp::UNLABELLED,
            by,
            parcel,
        })
        .await
}

/// Keeps a document in the dossier of a supplier. A dossier as a file becomes its entries; a list
/// of everybody takes the place of the one that the organisation had. Of the result of a scanner
/// it may be said of which product of the dossier it is, as that is called there.
///
/// # Errors
/// When the actor may not keep the dossier, the file is broken or is delivered elsewhere, the
/// product is none of the dossier or the file is no scan, or the database fails; then nothing is
/// kept.
pub async fn drop_document(
    app: &App,
    by: &Actor,
    supplier: i64,
    (name, product): (&str, &str),
    parcel: Parcel,
) -> Result<Dropped, SupplierError> {
    let supplier = kept(app, by, supplier).await?;
    let product = product.trim();
    is_of_dossier(app, by, supplier.id, product).await?;
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let file = name.to_owned();
    let (parcel, found) = aside(move || {
        let found = parcel
            .bytes()
            .map_err(SupplierError::from)
            .and_then(|bytes| delivered(&bytes, &document_name(0, &file)));
        (parcel, found)
    })
    .await?;
    drop(reader);
    let found = found?;
    if !product.is_empty() && !matches!(found.read, Read::Scan(_)) {
        return Err(SupplierError::Wrong("product", "asked of scans alone"));
    }
    let dossier = match &found.read {
        Read::Supplier(document) => match &**document {
            Document::Dossier(dossier) => Some(about(dossier, &supplier.name)?),
            _ => None,
        },
        _ => None,
    };
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let file = (name, &parcel);
    let original = keep_file(&mut write, supplier.organisation, by.person, file).await?;
    let is_list = found.is_list();
    if is_list {
        replace_lists(app, by, &mut write, supplier.organisation, found.words).await?;
    }
    let mut kept =
        Kept { write: &mut write, by: by.person, supplier: &supplier, count: 0 };
    for (kind, origin, fields) in dossier.iter().flat_map(|one| entries_of(one)) {
        kept.entry(kind, origin, &fields, (None, supplier.id)).await?;
    }
    let fields = fields(found.words, product);
    let of = if is_list { 0 } else { supplier.id };
    kept.entry(EntryKind::Document, Origin::House, &fields, (Some((original, name)), of))
        .await?;
    let entries = kept.count;
    let facts = vec![
        ("digest", Fact::digest(parcel.digest().as_bytes())),
        ("entries", Fact::Number(entries as i64)),
    ];
    let (what, noun, id) = ("drop document on dossier", Noun::Supplier, supplier.id);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(Dropped { read: found.words, entries, is_list })
}

/// Nothing where nobody says a product, or it is one of the dossier.
async fn is_of_dossier(
    app: &App,
    by: &Actor,
    supplier: i64,
    product: &str,
) -> Result<(), SupplierError> {
    if product.is_empty() {
        return Ok(());
    }
    let (known, _) = one(app, by, supplier).await?;
    match known.products.iter().any(|it| it.name == product) {
        true => Ok(()),
        false => Err(SupplierError::Wrong("product", "no product of this dossier")),
    }
}

/// What is kept of a document beside it: what it was read as, and of which product it is, where
/// somebody says so.
fn fields(words: &str, product: &str) -> std::collections::BTreeMap<String, String> {
    let fields = [("read", words), ("product", product)];
    let said = fields.into_iter().filter(|(_, text)| !text.is_empty());
    said.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// A dossier that is about the supplier: by its name, or a name that it gives itself.
fn about<'d>(dossier: &'d Dossier, name: &str) -> Result<&'d Dossier, SupplierError> {
    let own = controls::Supplier::new(&dossier.name, &dossier.aliases, makers());
    match own.is(name) || is_same(&dossier.name, name) {
        true => Ok(dossier),
        false => Err(SupplierError::OtherSupplier(dossier.name.clone())),
    }
}

/// Entries while they are kept.
struct Kept<'w, 's> {
    write: &'w mut Write<'s>,
    by: i64,
    supplier: &'w store::Supplier,
    count: usize,
}

impl Kept<'_, '_> {
    async fn entry(
        &mut self,
        kind: EntryKind,
        origin: Origin,
        fields: &std::collections::BTreeMap<String, String>,
        (document, supplier): (Option<(i64, &str)>, i64),
    ) -> Result<(), store::StoreError> {
        self.count += 1;
        self.write
            .keep_supplier_entry(NewSupplierEntry {
                organisation: self.supplier.organisation,
                supplier,
                kind: kind.word(),
                origin: origin.word(),
                fields,
                document,
                maker: "",
                by: self.by,
            })
            .await?;
        Ok(())
    }
}

/// A newer list of everybody takes the place of the one before.
async fn replace_lists(
    app: &App,
    by: &Actor,
    write: &mut Write<'_>,
    organisation: i64,
    words: &str,
) -> Result<(), store::StoreError> {
    let scope = store::Scope::whole(by.head);
    let known = app.store.supplier_entries(&scope, store::Withdrawn::Without).await?;
    let is_before = |one: &&store::SupplierEntry| {
        one.supplier == 0
            && one.organisation == organisation
            && one.fields.get("read").is_some_and(|read| read == words)
    };
    for one in known.iter().filter(is_before) {
        write.withdraw_supplier_entry(one.id, "a newer list", by.person).await?;
    }
    Ok(())
}
