//! Statements as the documents hold them, in one form.

use std::collections::BTreeMap;

use advisory::index::RecordRef;
use advisory::{Product as TreeProduct, Record, Source};
use reading::Place;
use sbom::{Bom, Component, Subject};

use super::{Identifier, Product, Standing, Statement};
use crate::component::pairs;
use crate::grounds::{Document, Origin};
use crate::system;

/// The statements of an advisory or VEX document.
///
/// CSAF says what it says about products of its tree; those that carry a package URL, a
/// CPE name or another identifier become statements. The others are for device matching.
#[must_use]
pub fn of_record(record: &Record, standing: Standing) -> Vec<Statement> {
    let plain = record.statements.iter().filter_map(|statement| {
        let vulnerability = record.vulnerabilities.get(statement.vulnerability)?;
        let origin = origin(record, statement.place.clone());
        Some(plain(statement, vulnerability.ids.clone(), origin, standing))
    });
    let tree =
        record.products.iter().flat_map(|product| of_product(record, product, standing));
    plain.chain(tree).collect()
}

/// A statement of the index, which is a claim of whoever wrote it.
pub(crate) fn of_index(
    record: &RecordRef<'_>,
    statement: &advisory::Statement,
    ids: &[String],
) -> Statement {
    let origin = pairs::origin(record, statement.place.clone());
    plain(statement, ids.to_vec(), origin, Standing::Claimed)
}

fn plain(
    statement: &advisory::Statement,
    ids: Vec<String>,
    origin: Origin,
    standing: Standing,
) -> Statement {
    let products = statement.products.iter().map(|product| Product {
        names: identifiers(&product.identifiers),
        components: identifiers(&product.subcomponents),
        versions: product.versions.clone(),
    });
    Statement {
        ids,
        status: Some(statement.status),
        justification: statement.justification,
        detail: statement.detail.clone(),
        timestamp: first_stated(&statement.timestamp, &origin.modified).to_owned(),
        products: products.collect(),
        origin,
        standing,
    }
}

/// What a document says of one product of its tree.
fn of_product(
    record: &Record,
    product: &TreeProduct,
    standing: Standing,
) -> Vec<Statement> {
    let named = named(record, product);
    if named.names.is_empty() {
        return Vec::new();
    }
    let statements = product.statuses.iter().filter_map(|status| {
        let vulnerability = record.vulnerabilities.get(status.vulnerability)?;
        Some(Statement {
            ids: vulnerability.ids.clone(),
            status: Some(status.status),
            justification: status.justification,
            detail: String::new(),
            timestamp: record.modified.clone(),
            products: vec![named.clone()],
            origin: origin(record, product.place.clone()),
            standing,
        })
    });
    statements.collect()
}

/// The identifiers of a product; of a relationship those of its component, inside those
/// of its platform where the platform has any.
fn named(record: &Record, product: &TreeProduct) -> Product {
    let own = product_names(product);
    let Some((_, component, platform)) = &product.relationship else {
        return Product { names: own, ..Product::default() };
    };
    let of = |id: &str| {
        record
            .products
            .iter()
            .find(|other| other.id == id && other.relationship.is_none())
            .map(product_names)
            .unwrap_or_default()
    };
    let component = if own.is_empty() { of(component) } else { own };
    let platform = of(platform);
    match (component.is_empty(), platform.is_empty()) {
        (true, _) => Product::default(),
        (false, true) => Product { names: component, ..Product::default() },
        (false, false) => {
            Product { names: platform, components: component, versions: vec![] }
        }
    }
}

fn product_names(product: &TreeProduct) -> Vec<Identifier> {
    product.purls.iter().chain(&product.cpes).map(|text| Identifier::read(text)).collect()
}

/// The statements that a bill of materials carries about itself.
#[must_use]
pub fn of_bom(bom: &Bom, file: &str, standing: Standing) -> Vec<Statement> {
    let document = system::document(bom, file);
    let components = by_reference(bom);
    let statements = bom.statements.iter().map(|statement| {
        let mut ids = vec![statement.id.clone()];
        ids.extend(statement.aliases.iter().cloned());
        let versions = statement
            .versions
            .iter()
            .filter(|version| version.status != "unaffected")
            .map(|version| version.text.clone());
        Statement {
            ids,
            status: statement.status,
            justification: statement.justification,
            detail: statement.detail.clone(),
            timestamp: bom.created.clone().unwrap_or_default(),
            products: products(
                &document,
                &components,
                &statement.references,
                &versions.collect::<Vec<_>>(),
            ),
            origin: Origin {
                document: match standing {
                    Standing::Accepted(_) => Document::Record(Source::CycloneDxVex),
                    Standing::Claimed => Document::Bom,
                },
                id: file.to_owned(),
                publisher: String::new(),
                modified: bom.created.clone().unwrap_or_default(),
                place: statement.place.clone(),
            },
            standing,
        }
    });
    statements.collect()
}

/// The components that a statement refers to; without a reference it is about the subject.
///
/// A reference into the document itself is also read as the identifiers of the component
/// that it leads to, so that a document that carries both holds for others as well.
fn products(
    document: &str,
    components: &BTreeMap<&str, &Component>,
    references: &[String],
    versions: &[String],
) -> Vec<Product> {
    if references.is_empty() {
        return vec![Product { names: vec![link(document, "")], ..Product::default() }];
    }
    let product = |reference: &String| {
        let mut names = match Identifier::read(reference) {
            Identifier::Text(reference) => vec![link(document, &reference)],
            // A reference is often the package URL itself.
            other => vec![link(document, reference), other],
        };
        if let Some(component) = components.get(reference.as_str()) {
            let texts = component.purl.iter().chain(&component.cpes);
            names.extend(texts.map(|text| Identifier::read(text)));
        }
        Product { names, components: Vec::new(), versions: versions.to_vec() }
    };
    references.iter().map(product).collect()
}

fn link(document: &str, reference: &str) -> Identifier {
    Identifier::Link {
        text: format!("{document}#{reference}"),
        document: document.to_owned(),
        reference: reference.to_owned(),
    }
}

fn by_reference(bom: &Bom) -> BTreeMap<&str, &Component> {
    let subject = match &bom.subject {
        Subject::Apart(subject) => Some(subject.as_ref()),
        Subject::Unstated | Subject::Within(_) => None,
    };
    subject
        .into_iter()
        .chain(bom.parts())
        .map(|component| (component.reference.as_str(), component))
        .collect()
}

fn identifiers(texts: &[String]) -> Vec<Identifier> {
    texts.iter().map(|text| Identifier::read(text)).collect()
}

fn origin(record: &Record, place: Place) -> Origin {
    Origin {
        document: Document::Record(record.source),
        id: record.id.clone(),
        publisher: record.publisher.clone(),
        modified: record.modified.clone(),
        place,
    }
}

fn first_stated<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.is_empty() { other } else { one }
}
