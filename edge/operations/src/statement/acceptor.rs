//! Who accepted a statement on which a verdict rests, as far as whoever looks may know it.
//!
//! A verdict travels with the SBOM whose audience somebody widened; the document with the
//! statements, the people of the organisation that accepted one, and what they wrote do not.

use std::collections::{BTreeMap, BTreeSet};

use store::{Scope, StoreError};

use crate::{Actor, App, Permission};

/// Who let a statement speak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptor {
    /// The organisation that accepted it, for itself and those who hear it.
    pub organisation: String,
    /// When, as stored.
    pub accepted: String,
    /// What only whoever may see that organisation is told.
    pub within: Option<Within>,
}

/// What whoever may see an organisation is told of what it accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Within {
    /// The person's name; empty where it was erased.
    pub person: String,
    /// Why it was accepted.
    pub reason: String,
    /// The document in which the statement stands.
    pub document: Option<i64>,
}

/// Who accepted statements, by the numbers of acceptances, for pages that say on whose word a
/// verdict rests: those of organisations that the actor sees, and of the ones above, whose SBOMs
/// may count below. All others are left out.
///
/// # Errors
/// When the database fails.
pub async fn acceptors(
    app: &App,
    by: &Actor,
    numbers: &BTreeSet<i64>,
) -> Result<BTreeMap<i64, Acceptor>, StoreError> {
    let mut told = BTreeMap::new();
    if numbers.is_empty() {
        return Ok(told);
    }
    let (scope, whole) = (by.scope(Permission::ViewDevices), Scope::whole(by.head));
    let seen = app.store.organisations(&scope).await?;
    for one in app.store.acceptances_among(&whole, numbers).await? {
        let product = app.store.product(&whole, one.product).await?;
        let owner = app.store.organisation(&whole, product.organisation).await?;
        let within = if scope.admits(&owner.path) {
            let person = app.store.person(by.head, one.accepted_by).await?.name;
            let documents = app.store.vex_of_product(&scope, product.id).await?;
            let mut documents = documents.into_iter();
            let document = documents
                .find(|it| (it.original, it.release) == (one.original, one.release));
            let document = document.map(|it| it.id);
            Some(Within { person, reason: one.reason, document })
        } else if seen.iter().any(|below| owner.path.holds(&below.path)) {
            None
        } else {
            continue;
        };
        let (organisation, accepted) = (owner.name, one.accepted);
        told.insert(one.id, Acceptor { organisation, accepted, within });
    }
    Ok(told)
}
