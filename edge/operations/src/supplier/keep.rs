//! What people of the house keep about a supplier: opening a dossier, adding to it, confirming
//! what a guest brought, withdrawing, and settling a name.

use std::collections::BTreeMap;

use store::{
    Act, Fact, NewSupplierEntry, Noun, Parcel, Supplier, SupplierEntry, Withdrawn,
};
use supplier::dossier::Origin;

use super::assessed::is_called;
use super::document::keep_file;
use super::entry::{EntryKind, checked};
use super::{FIELD_MAX, NAME_MAX, SupplierError, below, kept};
use crate::aside::expect_legible;
use crate::{Actor, App, Permission};

/// An entry that somebody of the house brings.
#[derive(Clone, Copy, Debug)]
pub struct Brought<'a> {
    /// What kind of thing.
    pub kind: EntryKind,
    /// From whom the fact is.
    pub origin: Origin,
    /// What it says, by field.
    pub fields: &'a BTreeMap<String, String>,
    /// The document that proves it: its name and its bytes.
    pub file: Option<(&'a str, &'a Parcel)>,
}

/// Whether a name is the supplier's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// It is the same company, or one for which it answers.
    Yes,
    /// It is another.
    No,
}

/// Opens the dossier of a supplier; gives the number of the one that the organisation keeps
/// already.
///
/// # Errors
/// When the actor may not keep dossiers of that organisation, the name is missing or too long,
/// or the database fails.
pub async fn open(
    app: &App,
    by: &Actor,
    organisation: i64,
    name: &str,
) -> Result<i64, SupplierError> {
    let name = named(name)?;
    let scope = by.scope(Permission::KeepSuppliers);
    let place = match app.store.organisation(&scope, organisation).await {
        Err(store::StoreError::Absent { .. }) => return Err(SupplierError::NotAllowed),
        found => found?,
    };
    let own = store::Scope::of(by.head, vec![place.path.clone()]);
    if let Some(known) = called(app, &own, place.id, name).await? {
        return Ok(known.id);
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let id = write.open_supplier(place.id, name, by.person).await?;
    let facts = vec![("organisation", Fact::Number(place.id))];
    let (what, noun) = ("open dossier", Noun::Supplier);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(id)
}

/// The supplier of that name of whom an organisation keeps a dossier: by its name, or a further
/// one.
pub(crate) async fn called(
    app: &App,
    scope: &store::Scope,
    organisation: i64,
    name: &str,
) -> Result<Option<Supplier>, store::StoreError> {
    let all = app.store.suppliers(scope).await?;
    let all: Vec<Supplier> =
        all.into_iter().filter(|one| one.organisation == organisation).collect();
    let entries = app.store.supplier_entries(scope, Withdrawn::Without).await?;
    Ok(all.into_iter().find(|one| {
        let own = entries.iter().filter(|entry| entry.supplier == one.id);
        let aliases: Vec<String> = own
            .filter(|entry| entry.kind == EntryKind::Alias.word())
            .filter_map(|entry| entry.fields.get("name").cloned())
            .collect();
        is_called(one, &aliases, name)
    }))
}

fn named(name: &str) -> Result<&str, SupplierError> {
    match name.trim() {
        "" => Err(SupplierError::Missing("name")),
        name if name.chars().count() > NAME_MAX => Err(SupplierError::Long("name")),
        name => Ok(name),
    }
}

/// Gives a supplier another legal name.
///
/// # Errors
/// As [`open`].
pub async fn rename(
    app: &App,
    by: &Actor,
    supplier: i64,
    name: &str,
) -> Result<(), SupplierError> {
    let supplier = kept(app, by, supplier).await?;
    let name = named(name)?;
    let own = below(by, &supplier);
    let known = called(app, &own, supplier.organisation, name).await?;
    if known.is_some_and(|known| known.id != supplier.id) {
        return Err(SupplierError::Wrong("name", "that of another dossier"));
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.rename_supplier(supplier.id, name).await?;
    let (what, noun, id) = ("rename supplier", Noun::Supplier, supplier.id);
    write.commit(Act { by: by.person, what, noun, id, facts: Vec::new() }).await?;
    Ok(())
}

/// Adds an entry to the dossier of a supplier; gives its number.
///
/// # Errors
/// When the actor may not keep it, a field is missing or wrong, or the database fails.
pub async fn add(
    app: &App,
    by: &Actor,
    supplier: i64,
    brought: Brought<'_>,
) -> Result<i64, SupplierError> {
    let supplier = kept(app, by, supplier).await?;
    keep(app, by, &supplier, brought, None).await
}

/// Puts an entry in the place of another, which is withdrawn. Its document stays unless another
/// comes. Gives the number of the new one.
///
/// # Errors
/// As [`add`], and when there is no such entry in force.
pub async fn replace(
    app: &App,
    by: &Actor,
    (supplier, entry): (i64, i64),
    brought: Brought<'_>,
) -> Result<i64, SupplierError> {
    let supplier = kept(app, by, supplier).await?;
    let old = entry_of(app, by, &supplier, entry).await?;
    keep(app, by, &supplier, brought, Some(&old)).await
}

async fn keep(
    app: &App,
    by: &Actor,
    supplier: &Supplier,
    brought: Brought<'_>,
    old: Option<&SupplierEntry>,
) -> Result<i64, SupplierError> {
    let fields = checked(brought.kind, brought.fields)?;
    let origin = match brought.kind.has_origin() {
        true => brought.origin,
        false => Origin::House,
    };
    if let Some((_, proof)) = brought.file {
        expect_legible::<SupplierError>(app, proof).await?;
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let place = supplier.organisation;
    let document = match brought.file {
        Some(file) => {
            Some((keep_file(&mut write, place, by.person, file).await?, file.0))
        }
        None => old
            .and_then(|old| old.document.as_ref())
            .map(|one| (one.original, one.name.as_str())),
    };
    let id = write
        .keep_supplier_entry(NewSupplierEntry {
            organisation: place,
            supplier: supplier.id,
            kind: brought.kind.word(),
            origin: origin.word(),
            fields: &fields,
            document,
            maker: "",
            by: by.person,
        })
        .await?;
    let mut facts = vec![
        ("supplier", Fact::Number(supplier.id)),
        ("kind", Fact::word(brought.kind.word())),
    ];
    if let Some(old) = old {
        write.withdraw_supplier_entry(old.id, REPLACED, by.person).await?;
        facts.push(("replaces", Fact::Number(old.id)));
    }
    let (what, noun) = ("add to dossier", Noun::SupplierEntry);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(id)
}

/// Why an entry is withdrawn that another took the place of.
const REPLACED: &str = "replaced by a newer entry";

/// An entry in force of a dossier, or of a list of its organisation.
async fn entry_of(
    app: &App,
    by: &Actor,
    supplier: &Supplier,
    entry: i64,
) -> Result<SupplierEntry, SupplierError> {
    let own = below(by, supplier);
    let all = app.store.supplier_entries(&own, Withdrawn::Without).await?;
    let found = all.into_iter().find(|one| {
        one.id == entry
            && one.organisation == supplier.organisation
            && (one.supplier == supplier.id || one.supplier == 0)
    });
    found.ok_or_else(|| {
        let id = entry.to_string();
        store::StoreError::Absent { noun: "entry", id }.into()
    })
}

/// Withdraws an entry, with the reason. What a guest brought is declined by that, and the guest
/// reads why.
///
/// # Errors
/// When there is none in force that the actor may withdraw, no reason is given, or the database
/// fails.
pub async fn withdraw(
    app: &App,
    by: &Actor,
    (supplier, entry): (i64, i64),
    reason: &str,
) -> Result<(), SupplierError> {
    let supplier = kept(app, by, supplier).await?;
    let entry = entry_of(app, by, &supplier, entry).await?;
    let reason = match reason.trim() {
        "" => return Err(SupplierError::Missing("reason")),
        reason if reason.chars().count() > FIELD_MAX => {
            return Err(SupplierError::Long("reason"));
        }
        reason => reason,
    };
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.withdraw_supplier_entry(entry.id, reason, by.person).await?;
    let facts = vec![("supplier", Fact::Number(supplier.id))];
    let (what, noun, id) = ("withdraw from dossier", Noun::SupplierEntry, entry.id);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// Confirms what a guest brought: somebody of the house looked at it, and says from whom the
/// fact is.
///
/// # Errors
/// When there is nothing that waits, the supplier's own word is given for it, or the database
/// fails.
pub async fn confirm(
    app: &App,
    by: &Actor,
    (supplier, entry): (i64, i64),
    origin: Origin,
) -> Result<(), SupplierError> {
    let supplier = kept(app, by, supplier).await?;
    let entry = entry_of(app, by, &supplier, entry).await?;
    if !entry.waits() {
        let id = entry.id.to_string();
        return Err(store::StoreError::Absent { noun: "entry that waits", id }.into());
    }
    if origin == Origin::Supplier {
        return Err(SupplierError::Missing("origin"));
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.confirm_supplier_entry(entry.id, origin.word(), by.person).await?;
    let facts = vec![
        ("supplier", Fact::Number(supplier.id)),
        ("origin", Fact::word(origin.word())),
    ];
    let (what, noun, id) = ("confirm entry of supplier", Noun::SupplierEntry, entry.id);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// Says of a name, under which advisories stand, whether it is the supplier's.
///
/// # Errors
/// As [`add`].
pub async fn settle(
    app: &App,
    by: &Actor,
    supplier: i64,
    name: &str,
    same: Same,
) -> Result<i64, SupplierError> {
    let kind = match same {
        Same::Yes => EntryKind::Alias,
        Same::No => EntryKind::Stranger,
    };
    let fields = BTreeMap::from([("name".to_owned(), named(name)?.to_owned())]);
    let origin = Origin::House;
    add(app, by, supplier, Brought { kind, origin, fields: &fields, file: None }).await
}

/// The entries of a dossier that are withdrawn, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn past(
    app: &App,
    by: &Actor,
    supplier: &Supplier,
) -> Result<Vec<SupplierEntry>, store::StoreError> {
    let scope = by.scope(Permission::ViewSuppliers);
    let all = app.store.supplier_entries(&scope, Withdrawn::Of(supplier.id)).await?;
    let mut past: Vec<SupplierEntry> = all
        .into_iter()
        .filter(|one| one.supplier == supplier.id && one.withdrawn.is_some())
        .collect();
    past.sort_by(|one, other| other.withdrawn.cmp(&one.withdrawn));
    Ok(past)
}
