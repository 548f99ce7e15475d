//! Statements as the documents hold them, in one form.

use std::collections::BTreeMap;

use advisory::index::RecordRef;
use advisory::{Product as TreeProduct, Record, Source};
use reading::Place;
use sbom::{Bom, Component, Subject};
use terms::vex::Status;
use terms::vex::cyclonedx::VersionStatus;

use super::{Device, Identifier, Product, Standing, Statement};
use crate::component::pairs;
use crate::grounds::{Document, Origin};
use crate::system;

/// The statements of an advisory or VEX document.
///
/// CSAF says what it says about products of its tree; those that carry a package URL, a
/// CPE name or another identifier become statements. The others are for device matching.
#[must_use]
pub fn of_record(record: &Record, standing: Standing) -> Vec<Statement> {
    all_of_record(record, standing, Naming::Identifiers)
}

/// The same, with what CSAF says of products that only words name: those are devices, and
/// whoever knows the device finds out which are meant.
#[must_use]
pub fn of_record_and_devices(record: &Record, standing: Standing) -> Vec<Statement> {
    all_of_record(record, standing, Naming::Words)
}

/// By what products of a tree are named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// Package URLs and CPE names.
    Identifiers,
    /// These, and maker, model and release in words.
    Words,
}

fn all_of_record(record: &Record, standing: Standing, naming: Naming) -> Vec<Statement> {
    let plain = record.statements.iter().filter_map(|statement| {
        let vulnerability = record.vulnerabilities.get(statement.vulnerability)?;
        let origin = origin(record, statement.place.clone());
        Some(plain(statement, vulnerability.ids.clone(), origin, standing))
    });
    // Of two products with one id the first is meant, as the reader has it.
    let mut by_id = BTreeMap::new();
    for product in &record.products {
        by_id.entry(product.id.as_str()).or_insert(product);
    }
    let tree = record.products.iter().enumerate().flat_map(|(number, product)| {
        let named = named(product, &by_id, naming);
        named.map(|named| of_product(record, number, product, &named, standing))
    });
    let tree = tree.flatten();
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
        impact: statement.impact.clone(),
        action: statement.action.clone(),
        timestamp: made(statement.timestamp.clone(), Some(statement.status), &origin),
        products: products.collect(),
        origin,
        standing,
    }
}

/// What a document says of one product of its tree. That a release is recommended says
/// nothing of the flaw.
fn of_product(
    record: &Record,
    number: usize,
    product: &TreeProduct,
    named: &Product,
    standing: Standing,
) -> Vec<Statement> {
    let statuses = product.statuses.iter().filter(|status| status.group != "recommended");
    let statements = statuses.filter_map(|status| {
        let at = status.vulnerability;
        let vulnerability = record.vulnerabilities.get(at)?;
        Some(Statement {
            ids: vulnerability.ids.clone(),
            status: (status.group != "unknown").then_some(status.status),
            justification: status.justification,
            impact: impact(record, at, number),
            action: action(record, at, number),
            timestamp: record.modified.clone(),
            products: vec![named.clone()],
            origin: origin(record, product.place.clone()),
            standing,
        })
    });
    statements.collect()
}

fn impact(record: &Record, vulnerability: usize, product: usize) -> String {
    let own = record.impacts.iter().filter(|impact| {
        impact.vulnerability == vulnerability
            && impact.products.binary_search(&product).is_ok()
    });
    own.map(|impact| impact.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn action(record: &Record, vulnerability: usize, product: usize) -> String {
    let own = record.remediations.iter().filter(|remedy| {
        remedy.vulnerability.is_none_or(|at| at == vulnerability)
            && (remedy.products.is_empty() || remedy.products.contains(&product))
    });
    let lines = own.map(|remedy| format!("{}: {}", remedy.kind.word(), remedy.text));
    lines.collect::<Vec<_>>().join("\n")
}

/// The identifiers of a product and the versions that it means; of a relationship those of
/// its component, inside those of its platform where the platform has any. `None` where
/// nothing identifies it, or it names versions that cannot be read: what it says would then
/// reach every version.
fn named(
    product: &TreeProduct,
    by_id: &BTreeMap<&str, &TreeProduct>,
    naming: Naming,
) -> Option<Product> {
    if naming == Naming::Words {
        return in_words(product, by_id);
    }
    let own = product_names(product);
    let Some((_, component, platform)) = &product.relationship else {
        let versions = versions(product)?;
        return (!own.is_empty()).then_some(Product {
            names: own,
            versions,
            ..Product::default()
        });
    };
    let of = |id: &String| by_id.get(id.as_str()).copied();
    let component = of(component);
    let (components, versions) = match (own.is_empty(), component) {
        (false, _) => (own, versions(component.unwrap_or(product))?),
        (true, Some(component)) => (product_names(component), versions(component)?),
        (true, None) => return None,
    };
    let platform = of(platform).map(product_names).unwrap_or_default();
    match (components.is_empty(), platform.is_empty()) {
        (true, _) => None,
        (false, true) => {
            Some(Product { names: components, versions, ..Product::default() })
        }
        (false, false) => Some(Product { names: platform, components, versions }),
    }
}

/// A product with everything that names it, words too. A component is never taken out of the
/// product in which it is meant.
fn in_words(
    product: &TreeProduct,
    by_id: &BTreeMap<&str, &TreeProduct>,
) -> Option<Product> {
    let with_words = |product: &TreeProduct| {
        let mut names = product_names(product);
        names.push(Identifier::Device(device(product)));
        names
    };
    let Some((_, component, platform)) = &product.relationship else {
        // Words say versions themselves; those that no package URL and no CPE name can be
        // compared by reach no component.
        let (names, versions) = match versions(product) {
            Some(versions) => (with_words(product), versions),
            None => (vec![Identifier::Device(device(product))], Vec::new()),
        };
        return Some(Product { names, versions, ..Product::default() });
    };
    let of = |id: &String| by_id.get(id.as_str()).copied();
    let component = of(component);
    let own = product_names(product);
    let (components, versions) = match (own.is_empty(), component) {
        (false, _) => (own, versions(component.unwrap_or(product))?),
        (true, Some(component)) => (product_names(component), versions(component)?),
        (true, None) => return None,
    };
    let names = of(platform).map(with_words)?;
    (!components.is_empty()).then_some(Product { names, components, versions })
}

/// The words by which the branches of a product name a device.
fn device(product: &TreeProduct) -> Device {
    let last = |wanted: &str| {
        let mut all = product.branches.iter().rev();
        all.find(|branch| branch.category == wanted).map(|branch| branch.name.trim())
    };
    let range = last("product_version_range");
    let release = range.or_else(|| last("product_version"));
    const NAMED: [&str; 5] = [
        "vendor",
        "product_family",
        "product_name",
        "product_version",
        "product_version_range",
    ];
    let others = product
        .branches
        .iter()
        .filter(|branch| !NAMED.contains(&branch.category.as_str()));
    let limits = others.map(|branch| format!("{} {}", branch.category, branch.name));
    let numbers = product.models.iter().map(|number| format!("number {number}"));
    let every = ["*", "vers:all/*"];
    Device {
        text: match product.name.trim() {
            "" => {
                let names = product.branches.iter().map(|branch| branch.name.trim());
                names.collect::<Vec<_>>().join(" ")
            }
            name => name.to_owned(),
        },
        maker: last("vendor").unwrap_or_default().to_owned(),
        model: last("product_name").unwrap_or(product.name.trim()).to_owned(),
        releases: release
            .filter(|text| !every.contains(text))
            .map(str::to_owned)
            .into_iter()
            .collect(),
        limits: limits.chain(numbers).collect(),
    }
}

/// The versions that the branches of a product name, one or a `vers` range each; none where
/// an identifier names its own, or no branch does. `None` where they are prose.
fn versions(product: &TreeProduct) -> Option<Vec<String>> {
    let in_purl = |text: &String| matches!(Identifier::read(text), Identifier::Purl { purl, .. } if purl.version().is_some());
    if product.purls.iter().any(in_purl) {
        return Some(Vec::new());
    }
    for branch in product.branches.iter().rev() {
        let name = branch.name.trim();
        match branch.category.as_str() {
            "product_version_range" if matches!(name, "*" | "vers:all/*") => {
                return Some(Vec::new());
            }
            "product_version_range" => {
                return name.starts_with("vers:").then(|| vec![name.to_owned()]);
            }
            "product_version" => return Some(vec![name.to_owned()]),
            _ => {}
        }
    }
    Some(Vec::new())
}

fn product_names(product: &TreeProduct) -> Vec<Identifier> {
    product.purls.iter().chain(&product.cpes).map(|text| Identifier::read(text)).collect()
}

/// The statements that a bill of materials carries about itself.
#[must_use]
pub fn of_bom(bom: &Bom, file: &str, standing: Standing) -> Vec<Statement> {
    let document = system::document(bom, file);
    let components = by_reference(bom);
    let made = instant(bom.created.as_deref());
    let origin = Origin {
        document: match (standing, bom.format) {
            (Standing::Claimed, _) => Document::Bom,
            (Standing::Accepted(_), sbom::Format::CycloneDx) => {
                Document::Record(Source::CycloneDxVex)
            }
            (Standing::Accepted(_), sbom::Format::Spdx) => Document::Bom,
        },
        id: file.to_owned(),
        publisher: bom.authors.first().map_or_else(String::new, |by| by.name.clone()),
        modified: made.clone(),
        place: Place::Document,
    };
    let patches = of_patches(bom, &document, &origin, standing, &made);
    let statements = bom.statements.iter().flat_map(|statement| {
        let mut ids = vec![statement.id.clone()];
        ids.extend(statement.aliases.iter().cloned());
        let time = instant(statement.timestamp.as_deref());
        let words = statement.responses.iter().map(|word| word.replace('_', " "));
        let action: Vec<String> = words.chain([statement.action.clone()]).collect();
        let whole = Statement {
            ids,
            status: statement.status,
            justification: statement.justification,
            impact: statement.detail.clone(),
            action: action.join("\n").trim_end().to_owned(),
            timestamp: time,
            products: Vec::new(),
            origin: Origin { place: statement.place.clone(), ..origin.clone() },
            standing,
        };
        let by_status = by_status(statement).into_iter();
        let references = &statement.references;
        let (document, components) = (&document, &components);
        by_status.map(move |(status, versions)| Statement {
            timestamp: self::made(whole.timestamp.clone(), status, &whole.origin),
            status,
            justification: whole
                .justification
                .filter(|_| matches!(status, None | Some(Status::NotAffected))),
            products: products(document, components, references, &versions),
            ..whole.clone()
        })
    });
    statements.chain(patches).collect()
}

/// The same, where what the document is about is named in words too: whoever knows the device
/// finds out whether that is meant.
#[must_use]
pub fn of_bom_and_devices(bom: &Bom, file: &str, standing: Standing) -> Vec<Statement> {
    let mut statements = of_bom(bom, file, standing);
    let own = system::document(bom, file);
    let subjects: Vec<&Component> = match &bom.subject {
        Subject::Apart(subject) => vec![subject.as_ref()],
        Subject::Within(at) => {
            at.iter().filter_map(|at| bom.components.get(*at)).collect()
        }
        Subject::Unstated => Vec::new(),
    };
    let products = statements.iter_mut().flat_map(|statement| &mut statement.products);
    for product in products {
        let mut devices = Vec::new();
        for name in &product.names {
            let Identifier::Link { document, reference, .. } = name else { continue };
            let meant = subjects.iter().filter(|subject| {
                *document == own
                    && (reference.is_empty() || subject.reference == *reference)
            });
            devices.extend(meant.map(|subject| Identifier::Device(in_short(subject))));
        }
        product.names.extend(devices);
    }
    statements
}

/// The words by which a document names what it is about.
fn in_short(subject: &Component) -> Device {
    let maker = subject.supplier.clone().unwrap_or_default();
    let version = subject.version.clone();
    let words = [maker.as_str(), &subject.name, version.as_deref().unwrap_or_default()];
    let words = words.into_iter().filter(|word| !word.is_empty());
    Device {
        text: words.collect::<Vec<_>>().join(" "),
        model: subject.name.clone(),
        releases: version.into_iter().collect(),
        limits: Vec::new(),
        maker,
    }
}

/// That a patch on a component resolves a vulnerability is a statement of the document that
/// it is fixed there.
fn of_patches(
    bom: &Bom,
    document: &str,
    origin: &Origin,
    standing: Standing,
    made: &str,
) -> Vec<Statement> {
    let mut statements = Vec::new();
    for component in all(bom).filter(|component| !component.patches.is_empty()) {
        let own = Some(&component.reference).filter(|reference| !reference.is_empty());
        let own = own.map(|reference| link(document, reference));
        let texts = component.purl.iter().chain(&component.cpes);
        let names: Vec<Identifier> =
            own.into_iter().chain(texts.map(|text| Identifier::read(text))).collect();
        if names.is_empty() {
            continue;
        }
        for patch in &component.patches {
            let what = match patch.kind.as_str() {
                "backport" => "a backport",
                "cherry-pick" => "a cherry-picked patch",
                "unofficial" => "an unofficial patch",
                "monkey" => "a monkey patch",
                _ => "a patch",
            };
            statements.extend(patch.resolves.iter().map(|id| Statement {
                ids: vec![id.clone()],
                status: Some(Status::Fixed),
                justification: None,
                impact: format!("the SBOM says that {what} resolves it"),
                action: String::new(),
                timestamp: made.to_owned(),
                products: vec![Product { names: names.clone(), ..Product::default() }],
                origin: Origin { place: patch.place.clone(), ..origin.clone() },
                standing,
            }));
        }
    }
    statements
}

/// What a statement says of which versions: where it lists versions with a status of their
/// own, it says several things. No list means every version.
fn by_status(statement: &sbom::Statement) -> BTreeMap<Option<Status>, Vec<String>> {
    let mut said: BTreeMap<Option<Status>, Vec<String>> = BTreeMap::new();
    if statement.versions.is_empty() {
        said.insert(statement.status, Vec::new());
    }
    for version in &statement.versions {
        let status = match version.status.as_deref() {
            None => statement.status,
            Some(word) => Some(
                VersionStatus::from_word(word)
                    .unwrap_or(VersionStatus::Unknown)
                    .within(statement.status),
            ),
        };
        said.entry(status).or_default().push(version.text.clone());
    }
    said
}

/// A time in the one form in which times are compared; empty where it is none.
fn instant(text: Option<&str>) -> String {
    let instant = text.and_then(|text| terms::date::instant(text).ok());
    instant.map_or_else(String::new, |instant| instant.to_string())
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

/// Every component, and the subject where it stands apart.
fn all(bom: &Bom) -> impl Iterator<Item = &Component> {
    let subject = match &bom.subject {
        Subject::Apart(subject) => Some(subject.as_ref()),
        Subject::Unstated | Subject::Within(_) => None,
    };
    subject.into_iter().chain(bom.parts())
}

fn by_reference(bom: &Bom) -> BTreeMap<&str, &Component> {
    all(bom).map(|component| (component.reference.as_str(), component)).collect()
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

/// When a statement was made: as it says, else as its document does. None was made after the
/// document that holds it, so what clears a product stands before nothing by a later date: a
/// clock that is ahead would outrank all that is said until then.
fn made(own: String, status: Option<Status>, origin: &Origin) -> String {
    let whole = &origin.modified;
    let clears = matches!(status, Some(Status::NotAffected | Status::Fixed));
    let is_ahead = clears && !whole.is_empty() && *whole < own;
    if own.is_empty() || is_ahead { whole.clone() } else { own }
}
