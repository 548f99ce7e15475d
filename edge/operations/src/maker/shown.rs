//! What a guest shows of its maker to buyers: that it is a member of an ISAO, certificates, who
//! answers for security, documents. It lies in the dossier of each buyer that was chosen, as a
//! claim, until somebody there confirms it.

use std::collections::{BTreeMap, BTreeSet};

use store::{
    Act, Fact, NewSupplierEntry, Noun, Organisation, Parcel, Path, Scope, StoreError,
    SupplierEntry, Withdrawn,
};
use supplier::dossier::Origin;

use super::buyers::buyers;
use super::{MakerError, desks, is_same};
use crate::aside::{CutShort, aside, expect_legible};
use crate::supplier::{EntryKind, called, checked, delivered, keep_file};
use crate::{Actor, App};

/// Something that a guest shows.
#[derive(Clone, Copy, Debug)]
pub struct NewShown<'a> {
    /// What kind of thing.
    pub kind: EntryKind,
    /// What it says, by field.
    pub fields: &'a BTreeMap<String, String>,
    /// To which organisations.
    pub buyers: &'a BTreeSet<i64>,
    /// What the file is called.
    pub name: &'a str,
}

/// Something that a guest has shown to one buyer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// As it is kept.
    pub entry: SupplierEntry,
    /// To whom.
    pub buyer: Organisation,
}

/// To whom a guest may show something: the maker for which it answers there, and the
/// organisation.
///
/// # Errors
/// When the database fails.
pub async fn may_show(
    app: &App,
    by: &Actor,
) -> Result<Vec<(String, Organisation)>, StoreError> {
    buyers(app, by).await
}

/// What whoever asks as a guest has shown, or a colleague for it, to those who are its buyers;
/// the newest first.
///
/// # Errors
/// When the database fails.
pub async fn shown(app: &App, by: &Actor) -> Result<Vec<Shown>, StoreError> {
    let desks = desks(app, by).await?;
    let paths: Vec<Path> =
        desks.iter().map(|desk| desk.organisation.path.clone()).collect();
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let scope = Scope::of(by.head, paths);
    let entries = app.store.supplier_entries(&scope, Withdrawn::OfGuests).await?;
    // What a colleague showed to one below which has asked nothing here would tell its name.
    let buyers = buyers(app, by).await?;
    let is_own = |one: &SupplierEntry| {
        desks.iter().any(|desk| {
            desk.organisation.path.holds(&one.path)
                && !one.maker.is_empty()
                && is_same(&one.maker, &desk.maker)
        })
    };
    let mut shown: Vec<Shown> = entries
        .into_iter()
        .filter(is_own)
        .filter_map(|entry| {
            let (_, buyer) = buyers.iter().find(|(maker, place)| {
                place.id == entry.organisation && is_same(maker, &entry.maker)
            })?;
            Some(Shown { buyer: buyer.clone(), entry })
        })
        .collect();
    shown.reverse();
    Ok(shown)
}

/// Shows something to buyers: keeps it in the dossier that each keeps of the maker, which is
/// opened where there is none. It is a claim until somebody there confirms it.
///
/// # Errors
/// When a buyer is none of the guest's, nobody is chosen, it is no kind that a guest may bring,
/// a field is missing or wrong, the file is broken, or the database fails; then nothing is kept.
pub async fn show(
    app: &App,
    by: &Actor,
    new: NewShown<'_>,
    file: Option<Parcel>,
) -> Result<(), MakerError> {
    let known = buyers(app, by).await?;
    if new.buyers.is_empty() {
        return Err(MakerError::Missing("buyers"));
    }
    if !EntryKind::OF_GUESTS.contains(&new.kind) {
        return Err(MakerError::Missing("kind"));
    }
    let mut fields = checked(new.kind, new.fields)?;
    let file = match (new.kind, file) {
        (EntryKind::Document, None) => return Err(MakerError::Missing("file")),
        (EntryKind::Document, Some(parcel)) => {
            let (parcel, words) = look(app, parcel, new.name).await?;
            fields = [("read".to_owned(), words.to_owned())].into();
            Some(parcel)
        }
        (kind, file) => proof(app, kind, file).await?,
    };
    let mut to = Vec::new();
    for buyer in new.buyers {
        let found = known.iter().find(|(_, place)| place.id == *buyer);
        let (maker, place) = found.ok_or_else(|| {
            let id = buyer.to_string();
            StoreError::Absent { noun: "organisation", id }
        })?;
        let own = Scope::of(by.head, vec![place.path.clone()]);
        let supplier = called(app, &own, place.id, maker).await?;
        to.push((maker, place.id, supplier.map(|one| one.id)));
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let mut first = 0;
    for (maker, organisation, supplier) in to {
        let supplier = match supplier {
            Some(known) => known,
            None => write.open_supplier(organisation, maker, by.person).await?,
        };
        let document = match &file {
            None => None,
            Some(parcel) => {
                let file = (new.name, parcel);
                let kept = keep_file(&mut write, organisation, by.person, file).await?;
                Some((kept, new.name))
            }
        };
        first = write
            .keep_supplier_entry(NewSupplierEntry {
                organisation,
                supplier,
                kind: new.kind.word(),
                origin: Origin::Supplier.word(),
                fields: &fields,
                document,
                maker,
                by: by.person,
            })
            .await?;
    }
    let facts = vec![
        ("kind", Fact::word(new.kind.word())),
        ("buyers", Fact::Number(new.buyers.len() as i64)),
    ];
    let (what, noun) = ("show buyers as maker", Noun::SupplierEntry);
    write.commit(Act { by: by.person, what, noun, id: first, facts }).await?;
    Ok(())
}

/// The proof of what is said; none where there is none to be had.
async fn proof(
    app: &App,
    kind: EntryKind,
    file: Option<Parcel>,
) -> Result<Option<Parcel>, MakerError> {
    let proof = file.filter(|_| kind.has_proof());
    if let Some(proof) = &proof {
        expect_legible::<MakerError>(app, proof).await?;
    }
    Ok(proof)
}

/// What a file is; one that is broken, or is delivered elsewhere, is refused.
async fn look(
    app: &App,
    parcel: Parcel,
    name: &str,
) -> Result<(Parcel, &'static str), MakerError> {
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let name = name.to_owned();
    let (parcel, found) = aside(move || {
        let found = parcel
            .bytes()
            .map_err(crate::supplier::SupplierError::from)
            .and_then(|bytes| delivered(&bytes, &name));
        (parcel, found)
    })
    .await?;
    drop(reader);
    Ok((parcel, found?.words))
}

/// Takes back what a guest has shown to one buyer.
///
/// # Errors
/// When there is none of the guest's, or the database fails.
pub async fn take_back(app: &App, by: &Actor, entry: i64) -> Result<(), MakerError> {
    let all = shown(app, by).await?.into_iter();
    let mut own =
        all.filter(|one| one.entry.id == entry && one.entry.withdrawn.is_none());
    let found = own.next().ok_or_else(|| {
        let id = entry.to_string();
        StoreError::Absent { noun: "entry", id }
    })?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let reason = "taken back by the supplier";
    write.withdraw_supplier_entry(found.entry.id, reason, by.person).await?;
    let (what, noun) = ("take back as maker", Noun::SupplierEntry);
    let act = Act { by: by.person, what, noun, id: entry, facts: Vec::new() };
    write.commit(act).await?;
    Ok(())
}
