//! What a record says of a product of its tree beside the status: why it is not affected,
//! and what to do.

use terms::vex::{Justification, Status};

use super::body::{self, IdentityRef, Part};
use super::octets::Cut;
use super::view::AffectedRef;
use crate::{Product, Source};

/// A record's words on one product of its tree and one vulnerability.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductWords {
    /// Why it is not affected (CSAF `flags`).
    pub justification: Option<Justification>,
    /// The same in words (CSAF threats of the category `impact`), a line each.
    pub impact: String,
    /// What to do (CSAF `remediations`), a line each: `vendor_fix: Update to 2.0`.
    pub action: String,
    /// The groups that name it (`known_affected`, `unknown`), as written.
    pub groups: Vec<String>,
}

impl AffectedRef<'_> {
    /// What the record says of this product beside its status; `None` where the record has
    /// no product tree, or this stands elsewhere in it.
    #[must_use]
    pub fn words(&self) -> Option<ProductWords> {
        let record = self.record();
        if record.source() != Source::Csaf {
            return None;
        }
        let place = self.place();
        let body = record.body();
        let mut products = body::part(body, Part::Products).enumerate();
        let (number, statuses) = products.find_map(|(number, product)| {
            let (statuses, own) = statuses(product);
            (own == place).then_some((number, statuses))
        })?;
        let said = statuses
            .map(body::product_status)
            .filter(|said| said.vulnerability == self.position());
        let said: Vec<_> = said.collect();
        Some(ProductWords {
            groups: said.iter().map(|said| said.group.clone()).collect(),
            justification: said
                .iter()
                .filter(|said| said.status == Status::NotAffected)
                .find_map(|said| said.justification),
            impact: self.impact(body, number),
            action: self.action(body, number),
        })
    }

    /// The product of which the record says that this is a component, where it says so
    /// (CSAF relationships `default_component_of` and `optional_component_of`) of what is
    /// no package of a distribution: those are components of the distribution.
    #[must_use]
    pub fn whole(&self) -> Option<Product> {
        let record = self.record();
        if record.source() != Source::Csaf || self.is_of_distribution() {
            return None;
        }
        let place = self.place();
        let body = record.body();
        let products = || body::part(body, Part::Products);
        let own = products().find(|product| statuses(*product).1 == place)?;
        let (category, _, whole) = body::product(own).relationship?;
        if !matches!(category.as_str(), "default_component_of" | "optional_component_of")
        {
            return None;
        }
        let named = |mut product: Cut<'_>| product.text() == whole;
        let found = products().find(|product| named(*product)).map(body::product);
        found.or_else(|| {
            Some(Product {
                name: whole.clone(),
                id: whole,
                branches: Vec::new(),
                purls: Vec::new(),
                cpes: Vec::new(),
                models: Vec::new(),
                relationship: None,
                statuses: Vec::new(),
                place,
            })
        })
    }

    fn is_of_distribution(&self) -> bool {
        match self.identity() {
            IdentityRef::Package { ecosystem, .. } => {
                let kind = ecosystem.split('/').next();
                matches!(kind, Some("deb" | "rpm" | "apk" | "alpm"))
            }
            IdentityRef::Cpe(_) | IdentityRef::Name { .. } => false,
        }
    }

    fn impact(&self, body: Cut<'_>, product: usize) -> String {
        let impacts = body::part(body, Part::Impacts).map(body::impact);
        let own = impacts.filter(|impact| {
            impact.vulnerability == self.position() && impact.products.contains(&product)
        });
        own.map(|impact| impact.text).collect::<Vec<_>>().join("\n")
    }

    fn action(&self, body: Cut<'_>, product: usize) -> String {
        let remedies = body::part(body, Part::Remediations).map(body::remediation);
        let own = remedies.filter(|remedy| {
            remedy.vulnerability.is_none_or(|at| at == self.position())
                && (remedy.products.is_empty() || remedy.products.contains(&product))
        });
        let lines = own.map(|remedy| format!("{}: {}", remedy.kind.word(), remedy.text));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The statuses of a product and its place, without what is not asked for.
fn statuses(mut product: Cut<'_>) -> (super::octets::Items<'_>, reading::Place) {
    for _ in ["id", "name"] {
        product.octets();
    }
    product.list();
    for _ in ["purls", "cpes", "models"] {
        product.texts();
    }
    if product.byte() == 1 {
        for _ in ["category", "component", "platform"] {
            product.octets();
        }
    }
    let statuses = product.list();
    (statuses, body::place(&mut product))
}
