//! What dossiers keep about products.

use store::{StoreError, Supplier, SupplierEntry, Withdrawn};
use supplier::dossier::Product;

use super::assessed::is_called;
use super::entry::dossier;
use super::evidence::Of;
use crate::{Actor, App, Permission};

/// The products of a maker in the dossiers that the actor sees, each with the number of its
/// supplier. What a guest brought and nobody confirmed is among them as little as it counts.
///
/// # Errors
/// When the database fails.
pub(crate) async fn products_kept(
    app: &App,
    by: &Actor,
    maker: &str,
) -> Result<Vec<(i64, Product)>, StoreError> {
    let scope = by.scope(Permission::ViewSuppliers);
    let suppliers = app.store.suppliers(&scope).await?;
    if suppliers.is_empty() {
        return Ok(Vec::new());
    }
    let entries = app.store.supplier_entries(&scope, Withdrawn::Without).await?;
    let mut found = Vec::new();
    for supplier in &suppliers {
        let own = own(supplier, &entries);
        let names = Of::aliases(&own);
        if is_called(supplier, &names, maker) {
            let counted = own.iter().filter(|entry| !entry.waits());
            let kept = dossier(&supplier.name, counted);
            found.extend(kept.products.into_iter().map(|one| (supplier.id, one)));
        }
    }
    Ok(found)
}

fn own(supplier: &Supplier, entries: &[SupplierEntry]) -> Vec<SupplierEntry> {
    let own = entries.iter().filter(|entry| entry.supplier == supplier.id);
    own.cloned().collect()
}
