//! What of this house a statement is joined to, and why it is to nothing.

use std::collections::BTreeSet;

use matching::statement::{Identifier, Product as Meant, Statement};
use store::{Product, Release};

use super::{Channel, Comparing, Named, Own, StatementError};
use crate::fleet::builds_seen;
use crate::{Actor, App, Permission};

/// What statements are compared with at a product: as which releases it is known here.
#[derive(Debug, Default)]
pub(super) struct House {
    own: Vec<Own>,
    /// Whether it came through the maker's own account.
    channel: Option<Channel>,
}

impl House {
    pub(super) async fn of(
        (app, by): (&App, &Actor),
        product: &Product,
        release: Option<&Release>,
        original: i64,
    ) -> Result<Self, StatementError> {
        let scope = by.scope(Permission::ViewDevices);
        let releases = match release {
            Some(release) => vec![release.clone()],
            None => app.store.releases(&scope, product.id).await?,
        };
        let mut versions: BTreeSet<String> =
            releases.into_iter().map(|release| release.version).collect();
        if release.is_none() {
            // Devices of releases that nobody has named are of the product too: those that
            // whoever looks may see.
            let seen = builds_seen(app, by).await?;
            let builds = app.store.builds(scope.head()).await?;
            let name = Named::of(&product.maker, &product.name);
            let named = builds.iter().filter(|one| {
                seen.contains_key(&one.id)
                    && name.is_some()
                    && Named::of(&one.build.maker, &one.build.model) == name
            });
            versions.extend(named.map(|one| one.build.version.clone()));
        }
        let own = versions.into_iter().map(|version| Own {
            maker: product.maker.clone(),
            models: vec![product.name.clone()],
            version,
        });
        let by_makers = app.store.originals_of_makers(scope.head()).await?;
        let channel = match by_makers.contains(&(original, product.id)) {
            true => Channel::Maker,
            false => Channel::Anybody,
        };
        Ok(Self { own: own.collect(), channel: Some(channel) })
    }

    /// The releases that a statement names as a whole, and why it names none of this product.
    /// Where it names the product in which a component is meant, it means the bills of it.
    pub(super) fn joined(
        &self,
        statement: &mut Statement,
        comparing: &mut Comparing,
    ) -> (BTreeSet<String>, String) {
        let mut devices = BTreeSet::new();
        let mut reasons = BTreeSet::new();
        let Some(channel) = self.channel else { return (devices, String::new()) };
        for product in &mut statement.products {
            let mut is_named = false;
            for own in &self.own {
                match comparing.names(product, own, channel) {
                    Ok(()) => {
                        is_named = true;
                        if product.components.is_empty() {
                            devices.insert(own.version.clone());
                        }
                    }
                    Err(reason) => {
                        reasons.insert(reason);
                    }
                }
            }
            if is_named {
                as_system(product);
                if !product.components.is_empty() {
                    reasons.insert("no SBOM in force lists the component".to_owned());
                }
            }
        }
        let told = reasons.into_iter().take(REASONS_MAX).collect::<Vec<_>>().join("; ");
        (devices, told)
    }
}

/// Reasons that are told of one statement.
const REASONS_MAX: usize = 3;

/// Has a product that names the device mean the system that is judged.
pub(super) fn as_system(product: &mut Meant) {
    let text = product.names.first().map_or("", Identifier::text).to_owned();
    product.names.push(Identifier::System(text));
    if product.components.is_empty() {
        // They are those of the device, and were compared.
        product.versions.clear();
    }
}

/// The versions that a product of a statement means, as written.
pub(super) fn versions_of(product: &Meant) -> Vec<String> {
    let of_device = product.names.iter().find_map(|name| match name {
        Identifier::Device(device) if product.components.is_empty() => {
            Some(device.releases.clone())
        }
        _ => None,
    });
    match (product.versions.is_empty(), of_device) {
        (true, Some(releases)) => releases,
        _ => product.versions.clone(),
    }
}
