//! The customers of a maker in its own house, and what each was told of the flaws of releases.

use std::collections::{BTreeMap, BTreeSet};

use crate::database::{Row, Value};
use crate::sealed_note::{Noted, sealed};
use crate::write::{Happened, Noun};
use crate::{Path, Scope, Store, StoreError, Write, stored};

/// A customer of a maker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// The number.
    pub id: i64,
    /// Whose customer.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// What it is called.
    pub name: String,
    /// Which products it has; all of them where none is named.
    pub products: BTreeSet<i64>,
    /// Since when it is listed, as stored.
    pub added: String,
    /// Since when it is no longer, as stored; none while it is.
    pub removed: Option<String>,
}

/// A customer to be listed.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `Customer`")]
pub struct NewCustomer<'a> {
    pub organisation: i64,
    pub name: &'a str,
    pub products: &'a BTreeSet<i64>,
    pub by: i64,
}

/// That a customer was told that a release carries a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerTold {
    /// The number.
    pub id: i64,
    /// Whose customer.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// Who was told.
    pub customer: i64,
    /// Of which release.
    pub release: i64,
    /// Of which vulnerability, by the name that it had then.
    pub vulnerability: String,
    /// The day on which it was told, `2026-11-28`.
    pub told: String,
    /// How, and with which document; empty where nobody says, and until it is asked for.
    pub note: String,
    /// When this was noted, as stored.
    pub noted: String,
}

/// Something that a customer was told.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `CustomerTold`")]
pub struct NewCustomerTold<'a> {
    pub organisation: i64,
    pub customer: i64,
    pub release: i64,
    pub vulnerability: &'a str,
    pub told: &'a str,
    pub note: &'a str,
    pub by: i64,
}

impl Noted for CustomerTold {
    fn id(&self) -> i64 {
        self.id
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn set_note(&mut self, note: String) {
        self.note = note;
    }
}

impl Store {
    /// The customers of makers within a scope, by name; those that were taken off the list have
    /// a moment since when.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn all_customers(
        &self,
        scope: &Scope,
    ) -> Result<Vec<Customer>, StoreError> {
        let mut products: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        let named = self
            .database
            .rows(
                "SELECT customer, product FROM customer_product WHERE head = $1",
                &[scope.head().into()],
                |row| Ok((row.integer("customer")?, row.integer("product")?)),
            )
            .await?;
        for (customer, product) in named {
            products.entry(customer).or_default().insert(product);
        }
        let mut all = self
            .database
            .rows(
                "SELECT c.id, c.organisation, c.name, c.added, c.removed, o.path
                   FROM customer c
                   JOIN organisation o ON o.head = c.head AND o.id = c.organisation
                  WHERE c.head = $1
                  ORDER BY c.name, c.id",
                &[scope.head().into()],
                read,
            )
            .await?;
        all.retain(|one| scope.admits(&one.path));
        for one in &mut all {
            one.products = products.remove(&one.id).unwrap_or_default();
        }
        Ok(all)
    }

    /// The customers that are listed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customers(&self, scope: &Scope) -> Result<Vec<Customer>, StoreError> {
        let mut all = self.all_customers(scope).await?;
        all.retain(|one| one.removed.is_none());
        Ok(all)
    }

    /// What customers of makers within a scope were told, the newest first, without the notes;
    /// what was taken back is not among it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customers_told(
        &self,
        scope: &Scope,
    ) -> Result<Vec<CustomerTold>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT t.id, t.organisation, t.customer, t.product_release, t.vulnerability,
                        t.told, t.noted, o.path
                   FROM customer_told t
                   JOIN organisation o ON o.head = t.head AND o.id = t.organisation
                  WHERE t.head = $1 AND t.taken_back IS NULL
                  ORDER BY t.told DESC, t.id DESC",
                &[scope.head().into()],
                read_told,
            )
            .await?;
        Ok(found.into_iter().filter(|one| scope.admits(&one.path)).collect())
    }

    /// The same of these numbers alone, with the notes, in no order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notes_on_told(
        &self,
        scope: &Scope,
        told: &[i64],
    ) -> Result<Vec<CustomerTold>, StoreError> {
        let told: Vec<Value> = told.iter().map(|one| (*one).into()).collect();
        let found = self
            .database
            .rows_among(
                "SELECT t.id, t.organisation, t.customer, t.product_release, t.vulnerability,
                        t.told, t.sealed_note, t.noted, o.path, h.sealed_key
                   FROM customer_told t
                   JOIN organisation o ON o.head = t.head AND o.id = t.organisation
                   JOIN head h ON h.id = t.head
                  WHERE t.head = $1 AND t.id",
                &[scope.head().into()],
                &told,
                "",
                |row| sealed(row, read_told),
            )
            .await?;
        self.with_notes(scope.head(), found, |path| scope.admits(path))
    }
}

impl Write<'_> {
    /// Lists a customer, and says which products it has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_customer(
        &mut self,
        new: NewCustomer<'_>,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        self.changing
            .run(
                "INSERT INTO customer (head, id, organisation, name, added, added_by)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                &[
                    self.head.into(),
                    id.into(),
                    new.organisation.into(),
                    new.name.into(),
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.note(Noun::Customer, id, Happened::Made);
        self.set_products_of_customer(id, new.products).await?;
        Ok(id)
    }

    /// Says which products a customer has, in the place of what was said; all of them where none
    /// is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_products_of_customer(
        &mut self,
        customer: i64,
        products: &BTreeSet<i64>,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "DELETE FROM customer_product WHERE head = $1 AND customer = $2",
                &[self.head.into(), customer.into()],
            )
            .await?;
        for product in products {
            self.changing
                .run(
                    "INSERT INTO customer_product (head, customer, product)
                     VALUES ($1, $2, $3)",
                    &[self.head.into(), customer.into(), (*product).into()],
                )
                .await?;
        }
        self.note(Noun::Customer, customer, Happened::Changed);
        Ok(())
    }

    /// Lists a customer again that was taken off the list, under its number: what it was told
    /// holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_customer_again(
        &mut self,
        customer: i64,
        products: &BTreeSet<i64>,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE customer SET removed = NULL, removed_by = NULL
                  WHERE head = $1 AND id = $2",
                &[self.head.into(), customer.into()],
            )
            .await?;
        self.set_products_of_customer(customer, products).await
    }

    /// Takes a customer off the list; what it was told stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_customer(
        &mut self,
        customer: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE customer SET removed = $3, removed_by = $4
                  WHERE head = $1 AND id = $2 AND removed IS NULL",
                &[self.head.into(), customer.into(), stored(self.now).into(), by.into()],
            )
            .await?;
        self.note(Noun::Customer, customer, Happened::Changed);
        Ok(())
    }

    /// Notes that a customer was told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_customer_told(
        &mut self,
        new: NewCustomerTold<'_>,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        let note = self.seal_note(id, new.note)?;
        self.changing
            .run(
                "INSERT INTO customer_told (head, id, organisation, customer, product_release,
                                            vulnerability, told, sealed_note, noted, noted_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                &[
                    self.head.into(),
                    id.into(),
                    new.organisation.into(),
                    new.customer.into(),
                    new.release.into(),
                    new.vulnerability.into(),
                    new.told.into(),
                    note.into(),
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.note(Noun::Customer, new.customer, Happened::Changed);
        Ok(id)
    }

    /// Takes back that a customer was told: it was not, or not of this.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_back_told(
        &mut self,
        told: i64,
        customer: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE customer_told SET taken_back = $3, taken_back_by = $4
                  WHERE head = $1 AND id = $2 AND taken_back IS NULL",
                &[self.head.into(), told.into(), stored(self.now).into(), by.into()],
            )
            .await?;
        self.note(Noun::Customer, customer, Happened::Changed);
        Ok(())
    }
}

fn read(row: &Row<'_>) -> Result<Customer, StoreError> {
    Ok(Customer {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        name: row.text("name")?,
        products: BTreeSet::new(),
        added: row.text("added")?,
        removed: row.text_if_any("removed")?,
    })
}

fn read_told(row: &Row<'_>) -> Result<CustomerTold, StoreError> {
    Ok(CustomerTold {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        customer: row.integer("customer")?,
        release: row.integer("product_release")?,
        vulnerability: row.text("vulnerability")?,
        told: row.text("told")?,
        note: String::new(),
        noted: row.text("noted")?,
    })
}
