//! Suppliers of whom an organisation keeps a dossier, and the entries of these.
//!
//! What an entry says lies sealed under the organisation's key, since contacts name people;
//! what kind of thing it is, from whom, and since when does not.

use std::collections::BTreeMap;

use terms::Tlp;

use crate::database::{Row, Value};
use crate::keys::Whose;
use crate::typed::{Opener, WHY_NO_ENTRY};
use crate::write::{Happened, Noun};
use crate::{Path, Scope, Store, StoreError, Write, stored};

/// A supplier of whom a dossier is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplier {
    /// The number.
    pub id: i64,
    /// Whose dossier it is.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// The legal name.
    pub name: String,
    /// When the dossier was opened, as stored.
    pub opened: String,
    /// By whom.
    pub opened_by: i64,
}

/// One thing that is kept about a supplier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupplierEntry {
    /// The number.
    pub id: i64,
    /// Whose it is.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// About which supplier; 0 where it is about all of them.
    pub supplier: i64,
    /// What kind of thing.
    pub kind: String,
    /// From whom the fact is.
    pub origin: String,
    /// What it says, by field.
    pub fields: BTreeMap<String, String>,
    /// The document that it is, or that proves it.
    pub document: Option<SupplierDocument>,
    /// Through the guest of which maker it came; empty where somebody of the house brought it.
    pub maker: String,
    /// When it came, as stored.
    pub brought: String,
    /// Who brought it.
    pub brought_by: i64,
    /// Since when somebody of the house confirms what a guest brought, as stored.
    pub confirmed: Option<String>,
    /// Since when it is withdrawn, as stored.
    pub withdrawn: Option<String>,
    /// Why.
    pub reason: String,
}

/// A document of a dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupplierDocument {
    /// The number of the original.
    pub original: i64,
    /// The file's name as it was delivered with this entry; the same bytes may have come under
    /// another one before.
    pub name: String,
    /// BLAKE3 of its bytes.
    pub digest: Vec<u8>,
    /// How many bytes.
    pub size: i64,
    /// With whom it may be shared.
    pub label: Tlp,
}

impl SupplierEntry {
    /// Whether a guest brought it and nobody of the house has confirmed it.
    #[must_use]
    pub fn waits(&self) -> bool {
        !self.maker.is_empty() && self.confirmed.is_none() && self.withdrawn.is_none()
    }
}

/// An entry to be kept.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `SupplierEntry`")]
pub struct NewSupplierEntry<'a> {
    pub organisation: i64,
    pub supplier: i64,
    pub kind: &'a str,
    pub origin: &'a str,
    pub fields: &'a BTreeMap<String, String>,
    pub document: Option<(i64, &'a str)>,
    pub maker: &'a str,
    pub by: i64,
}

/// Which entries are wanted beside those in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    /// None of those that are withdrawn.
    Without,
    /// Those of one supplier too.
    Of(i64),
    /// Those that guests brought too.
    OfGuests,
}

/// Among the fields of an entry, the name of its file.
const FILE: &str = "file";

const fn of_entry(head: i64, id: i64) -> Whose {
    Whose { what: "an entry of a dossier", head, id }
}

impl Store {
    /// The suppliers of whom organisations within a scope keep a dossier, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn suppliers(&self, scope: &Scope) -> Result<Vec<Supplier>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT s.id, s.organisation, s.name, s.opened, s.opened_by, o.path
                   FROM supplier s
                   JOIN organisation o ON o.head = s.head AND o.id = s.organisation
                  WHERE s.head = $1
                  ORDER BY s.name, s.id",
                &[scope.head().into()],
                read_supplier,
            )
            .await?;
        Ok(found.into_iter().filter(|one| scope.admits(&one.path)).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// When the database fails, or there is none within the scope.
    pub async fn supplier(&self, scope: &Scope, id: i64) -> Result<Supplier, StoreError> {
        let found = self
            .database
            .row(
                "SELECT s.id, s.organisation, s.name, s.opened, s.opened_by, o.path
                   FROM supplier s
                   JOIN organisation o ON o.head = s.head AND o.id = s.organisation
                  WHERE s.head = $1 AND s.id = $2",
                &[scope.head().into(), id.into()],
                read_supplier,
            )
            .await?;
        let found = found.filter(|one| scope.admits(&one.path));
        found.ok_or_else(|| StoreError::absent("supplier", id))
    }

    /// The entries of dossiers of organisations within a scope, in the order in which they came.
    ///
    /// # Errors
    /// When the database fails, or what is sealed does not open.
    pub async fn supplier_entries(
        &self,
        scope: &Scope,
        withdrawn: Withdrawn,
    ) -> Result<Vec<SupplierEntry>, StoreError> {
        let (of, of_guests): (i64, i64) = match withdrawn {
            Withdrawn::Without => (-1, 0),
            Withdrawn::Of(supplier) => (supplier, 0),
            Withdrawn::OfGuests => (-1, 1),
        };
        let opener = self.opener(scope.head()).await?;
        let found = self
            .database
            .rows(
                "SELECT e.id, e.organisation, e.supplier, e.kind, e.origin, e.sealed_entry,
                        e.original, e.maker, e.brought, e.brought_by, e.confirmed, e.withdrawn,
                        e.reason, e.sealed_reason, o.path, h.sealed_key, d.name, d.digest, d.size, d.label
                   FROM supplier_entry e
                   JOIN organisation o ON o.head = e.head AND o.id = e.organisation
                   JOIN head h ON h.id = e.head
                   LEFT JOIN original d ON d.head = e.head AND d.id = e.original
                  WHERE e.head = $1
                    AND (e.withdrawn IS NULL OR e.supplier = $2
                         OR (e.maker <> '' AND CAST($3 AS BIGINT) = 1))
                  ORDER BY e.id",
                &[scope.head().into(), of.into(), of_guests.into()],
                |row| {
                    let sealed = row.bytes_if_any("sealed_entry")?;
                    Ok((read_entry(row, &opener)?, sealed, row.bytes("sealed_key")?))
                },
            )
            .await?;
        let mut seen = Vec::with_capacity(found.len());
        let mut own = None;
        for (mut entry, sealed, key) in found {
            if !scope.admits(&entry.path) {
                continue;
            }
            if let Some(sealed) = sealed {
                // One key opens all of them.
                if own.is_none() {
                    own = Some(self.keys.of_head(scope.head(), &key)?);
                }
                let Some(key) = &own else { continue };
                let text = key.open_text(of_entry(scope.head(), entry.id), &sealed)?;
                entry.fields = serde_json::from_str(&text).map_err(|error| {
                    StoreError::Unreadable {
                        what: "supplier_entry.sealed_entry",
                        held: error.to_string(),
                    }
                })?;
            }
            if let (Some(document), Some(name)) =
                (&mut entry.document, entry.fields.remove(FILE))
            {
                document.name = name;
            }
            seen.push(entry);
        }
        Ok(seen)
    }

    /// Whether anything of some nouns has changed since a change of a top organisation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_changed(
        &self,
        head: i64,
        since: i64,
        nouns: &[Noun],
    ) -> Result<bool, StoreError> {
        let words: Vec<Value> = nouns.iter().map(|noun| noun.word().into()).collect();
        let changed = self
            .database
            .rows_among(
                "SELECT DISTINCT noun FROM change WHERE head = $1 AND seq > $2 AND noun",
                &[head.into(), since.into()],
                &words,
                "",
                |row| row.text("noun"),
            )
            .await?;
        Ok(!changed.is_empty())
    }
}

impl Write<'_> {
    /// Opens the dossier of a supplier; gives the number of the one that is kept already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_supplier(
        &mut self,
        organisation: i64,
        name: &str,
        by: i64,
    ) -> Result<i64, StoreError> {
        let known = self
            .changing
            .row(
                "SELECT id FROM supplier WHERE head = $1 AND organisation = $2 AND name = $3",
                &[self.head.into(), organisation.into(), name.into()],
                |row| row.integer("id"),
            )
            .await?;
        if let Some(known) = known {
            return Ok(known);
        }
        let id = self.id();
        self.changing
            .run(
                "INSERT INTO supplier (head, id, organisation, name, opened, opened_by)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                &[
                    self.head.into(),
                    id.into(),
                    organisation.into(),
                    name.into(),
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        self.note(Noun::Supplier, id, Happened::Made);
        Ok(id)
    }

    /// Gives a supplier another legal name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rename_supplier(
        &mut self,
        supplier: i64,
        name: &str,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE supplier SET name = $3 WHERE head = $1 AND id = $2",
                &[self.head.into(), supplier.into(), name.into()],
            )
            .await?;
        self.note(Noun::Supplier, supplier, Happened::Changed);
        Ok(())
    }

    /// Keeps an entry of a dossier.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_supplier_entry(
        &mut self,
        new: NewSupplierEntry<'_>,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        let mut fields = new.fields.clone();
        if let Some((_, name)) = new.document {
            fields.insert(FILE.to_owned(), name.to_owned());
        }
        let text = serde_json::to_string(&fields).unwrap_or_default();
        let sealed = self.key()?.seal_text(of_entry(self.head, id), &text)?;
        self.changing
            .run(
                "INSERT INTO supplier_entry (head, id, organisation, supplier, kind, origin,
                                             sealed_entry, original, maker, brought, brought_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                &[
                    self.head.into(),
                    id.into(),
                    new.organisation.into(),
                    new.supplier.into(),
                    new.kind.into(),
                    new.origin.into(),
                    sealed.into(),
                    new.document.map(|(original, _)| original).into(),
                    new.maker.into(),
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.note(Noun::SupplierEntry, id, Happened::Made);
        Ok(id)
    }

    /// Notes that somebody of the house confirms what a guest brought, and from whom the fact
    /// is by that.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn confirm_supplier_entry(
        &mut self,
        entry: i64,
        origin: &str,
        by: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE supplier_entry
                    SET origin = $3, confirmed = $4, confirmed_by = $5
                  WHERE head = $1 AND id = $2",
                &[
                    self.head.into(),
                    entry.into(),
                    origin.into(),
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        self.note(Noun::SupplierEntry, entry, Happened::Changed);
        Ok(())
    }

    /// Withdraws an entry, with the reason; it stays to be read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw_supplier_entry(
        &mut self,
        entry: i64,
        reason: &str,
        by: i64,
    ) -> Result<(), StoreError> {
        let reason = self.seal_typed(&WHY_NO_ENTRY, (entry, 0), reason)?;
        self.changing
            .run(
                "UPDATE supplier_entry
                    SET withdrawn = $3, withdrawn_by = $4, reason = '', sealed_reason = $5
                  WHERE head = $1 AND id = $2 AND withdrawn IS NULL",
                &[
                    self.head.into(),
                    entry.into(),
                    stored(self.now).into(),
                    by.into(),
                    reason,
                ],
            )
            .await?;
        self.note(Noun::SupplierEntry, entry, Happened::Gone);
        Ok(())
    }
}

fn read_supplier(row: &Row<'_>) -> Result<Supplier, StoreError> {
    Ok(Supplier {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        name: row.text("name")?,
        opened: row.text("opened")?,
        opened_by: row.integer("opened_by")?,
    })
}

fn read_entry(row: &Row<'_>, opener: &Opener) -> Result<SupplierEntry, StoreError> {
    let id = row.integer("id")?;
    Ok(SupplierEntry {
        id,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        supplier: row.integer("supplier")?,
        kind: row.text("kind")?,
        origin: row.text("origin")?,
        fields: BTreeMap::new(),
        document: match row.integer_if_any("original")? {
            None => None,
            Some(original) => Some(read_document(row, original)?),
        },
        maker: row.text("maker")?,
        brought: row.text("brought")?,
        brought_by: row.integer("brought_by")?,
        confirmed: row.text_if_any("confirmed")?,
        withdrawn: row.text_if_any("withdrawn")?,
        reason: WHY_NO_ENTRY.read(row, opener, (id, 0))?,
    })
}

fn read_document(row: &Row<'_>, original: i64) -> Result<SupplierDocument, StoreError> {
    let label = row.text_if_any("label")?.unwrap_or_default();
    Ok(SupplierDocument {
        original,
        name: row.text_if_any("name")?.unwrap_or_default(),
        digest: row.bytes_if_any("digest")?.unwrap_or_default(),
        size: row.integer_if_any("size")?.unwrap_or_default(),
        label: Tlp::parse(&label).unwrap_or(Tlp::UNLABELLED),
    })
}
