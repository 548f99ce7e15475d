//! Whether the product of a statement is the system that is judged, or a part of it.

use advisory::package::Key;
use terms::cpe;
use terms::purl::{Demands, Purl};
use terms::range::{Containment, Vers};
use terms::version::{self, Scheme};

use super::{Product, Reach};
use crate::cpe_names;
use crate::system::{Candidate, Position, System};

/// How a statement names a product or a component.
#[derive(Clone, Debug, PartialEq)]
pub enum Identifier {
    /// A package URL.
    Purl {
        /// As written.
        text: String,
        /// As read.
        purl: Purl<'static>,
    },
    /// A CPE name, as written.
    Cpe(String),
    /// A reference inside a document, or the document itself: a BOM-Link
    /// (`urn:cdx:SERIAL/VERSION#REFERENCE`), or a reference that a document makes to
    /// itself. A reference without its document names nothing.
    Link {
        /// As written.
        text: String,
        /// By what the document is told from others, as [`System::document`] has it.
        document: String,
        /// The reference; empty for the document.
        reference: String,
    },
    /// An IRI or a name, compared as text with the identity of the document.
    Text(String),
    /// A device by maker, model and release. Nothing in a bill of materials is known by these:
    /// whoever knows the device finds out whether it is meant.
    Device(Device),
    /// The system that is judged, as somebody found out who knows the device; as written.
    System(String),
}

/// A device as a tree of products or a document about it names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// All of it in words.
    pub text: String,
    /// Who makes it; empty where that is not said.
    pub maker: String,
    /// What it is called.
    pub model: String,
    /// The releases that are meant, as written: a version, a `vers` range, or words. None means
    /// every one.
    pub releases: Vec<String>,
    /// What it is narrowed down by besides: model numbers, architectures, patch levels.
    pub limits: Vec<String>,
}

impl Identifier {
    /// Reads an identifier; whatever it is not is compared as text.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        if text.get(..4).is_some_and(|front| front.eq_ignore_ascii_case("pkg:")) {
            if let Ok(purl) = Purl::parse_with(text, Demands::Waived) {
                return Self::Purl { text: text.to_owned(), purl: purl.into_owned() };
            }
        } else if text.get(..4).is_some_and(|front| front.eq_ignore_ascii_case("cpe:")) {
            return Self::Cpe(text.to_owned());
        } else if let Some(rest) = text.strip_prefix("urn:cdx:") {
            let (document, reference) = rest.split_once('#').unwrap_or((rest, ""));
            let serial = document.split('/').next().unwrap_or_default();
            return Self::Link {
                text: text.to_owned(),
                document: serial.to_ascii_lowercase(),
                reference: percent_decoded(reference),
            };
        }
        Self::Text(text.to_owned())
    }

    /// As written.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Purl { text, .. } | Self::Link { text, .. } => text,
            Self::Cpe(text) | Self::Text(text) | Self::System(text) => text,
            Self::Device(device) => &device.text,
        }
    }
}

/// How a product of a statement reaches a component of a system.
pub(super) fn reach(
    product: &Product,
    system: &System<'_>,
    candidate: &Candidate<'_>,
) -> Option<Reach> {
    if product.components.is_empty() {
        return alone(product, system, candidate);
    }
    if !is_system(&product.names, system) {
        return None;
    }
    let exact = best(&product.components, system, candidate)?;
    holds_version(product, candidate).then_some(match exact {
        Exactness::Version => Reach::VersionInProduct,
        Exactness::Any => Reach::ComponentInProduct,
    })
}

/// A product without components inside: a component of the system, or all of it.
fn alone(
    product: &Product,
    system: &System<'_>,
    candidate: &Candidate<'_>,
) -> Option<Reach> {
    if let Some(exact) = best(&product.names, system, candidate) {
        let exact = if product.versions.is_empty() { exact } else { Exactness::Version };
        return holds_version(product, candidate).then_some(match exact {
            Exactness::Version => Reach::Version,
            Exactness::Any => Reach::Component,
        });
    }
    let whole = is_system(&product.names, system)
        && system
            .at(Position::Subject)
            .is_none_or(|subject| holds_version(product, subject));
    whole.then_some(Reach::Product)
}

/// Whether an identifier names a version.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Exactness {
    Version,
    Any,
}

fn best(
    names: &[Identifier],
    system: &System<'_>,
    candidate: &Candidate<'_>,
) -> Option<Exactness> {
    names.iter().filter_map(|name| meets(name, system, candidate)).min()
}

/// Whether any of the names is that of the system as a whole.
pub(crate) fn is_system(names: &[Identifier], system: &System<'_>) -> bool {
    names.iter().any(|name| {
        let subjects = subjects(system);
        let mut met = subjects.filter_map(|subject| meets(name, system, subject));
        met.next().is_some() || is_document(name, system)
    })
}

/// What the document is about, as components.
pub(crate) fn subjects<'s, 'b>(
    system: &'s System<'b>,
) -> impl Iterator<Item = &'s Candidate<'b>> + use<'s, 'b> {
    let within = match &system.bom.subject {
        sbom::Subject::Within(positions) => positions.as_slice(),
        sbom::Subject::Apart(_) | sbom::Subject::Unstated => &[],
    };
    let within = within.iter().filter_map(|at| system.at(Position::Listed(*at)));
    system.at(Position::Subject).into_iter().chain(within)
}

/// Whether a name is that of the document itself.
fn is_document(name: &Identifier, system: &System<'_>) -> bool {
    match name {
        Identifier::Link { document, reference, .. } => {
            reference.is_empty() && *document == system.document
        }
        Identifier::Text(text) => {
            system.bom.identity.as_deref().is_some_and(|identity| {
                text == identity
                    || identity.rsplit_once('/').is_some_and(|(front, _)| text == front)
            })
        }
        Identifier::System(_) => true,
        Identifier::Purl { .. } | Identifier::Cpe(_) | Identifier::Device(_) => false,
    }
}

/// Whether a name is that of a component.
fn meets(
    name: &Identifier,
    system: &System<'_>,
    candidate: &Candidate<'_>,
) -> Option<Exactness> {
    match name {
        Identifier::Purl { purl, .. } => candidate
            .purls
            .iter()
            .filter_map(|own| purl_meets(purl, own, candidate))
            .min(),
        Identifier::Cpe(text) => {
            let stated = cpe::Name::parse(text).ok()?;
            let own = system.names.get(candidate.names.clone())?;
            let exact = match cpe_names::has_version(&stated) {
                true => Exactness::Version,
                false => Exactness::Any,
            };
            own.iter().any(|own| cpe_names::covers(&stated, own)).then_some(exact)
        }
        Identifier::Link { document, reference, .. } => {
            let same = *document == system.document
                && !reference.is_empty()
                && candidate.component.reference == *reference;
            same.then_some(Exactness::Version)
        }
        Identifier::Text(_) | Identifier::Device(_) | Identifier::System(_) => None,
    }
}

/// Whether the purl of a statement covers that of a component: the same package, the same
/// version where one is named, and every qualifier that it names.
fn purl_meets(
    stated: &Purl<'_>,
    own: &Purl<'_>,
    candidate: &Candidate<'_>,
) -> Option<Exactness> {
    let same = is_same_package(stated, own)
        && stated.subpath().is_none_or(|path| own.subpath() == Some(path))
        && stated
            .qualifiers()
            .all(|(key, value)| own.qualifier(key).is_some_and(|own| own == value));
    if !same {
        return None;
    }
    let Some(version) = stated.version() else { return Some(Exactness::Any) };
    let compared = own.version().or(candidate.component.version.as_deref())?;
    let scheme = candidate.scheme();
    let equal = version == compared
        || version::compare(scheme, version, compared) == Some(std::cmp::Ordering::Equal);
    equal.then_some(Exactness::Version)
}

/// Whether two purls name one package, under the rules by which records are found:
/// docs/decisions/component_matching.md has the names that are one.
fn is_same_package(stated: &Purl<'_>, own: &Purl<'_>) -> bool {
    let parts = |purl: &Purl<'_>| {
        let key = Key::from_purl(purl)?;
        Some((key.ecosystem, key.name))
    };
    // A hub names thousands of packages: most are told apart without making a key.
    let first =
        |purl: &Purl<'_>| purl.name().bytes().next().map(|b| b.to_ascii_lowercase());
    let is_written_the_same = stated.ty() == own.ty()
        && stated.namespace() == own.namespace()
        && stated.name() == own.name();
    is_written_the_same
        || (first(stated) == first(own)
            && parts(stated).is_some_and(|stated| parts(own) == Some(stated)))
}

/// Whether the component's version is one of those that the product names, if it names any.
/// A version that cannot be placed is not: a statement must reach what it settles.
fn holds_version(product: &Product, candidate: &Candidate<'_>) -> bool {
    if product.versions.is_empty() {
        return true;
    }
    let Some(version) = candidate.version() else { return false };
    let scheme = candidate.scheme();
    product.versions.iter().any(|stated| holds(stated, version, scheme))
}

fn holds(stated: &str, version: &str, scheme: Scheme) -> bool {
    if stated.starts_with("vers:") {
        // What stands in for a version lies in no range but that of every one.
        if !stated.ends_with("/*")
            && version::Placeholder::of(scheme, version) != version::Placeholder::No
        {
            return false;
        }
        return Vers::parse(stated)
            .is_ok_and(|range| range.contains(version) == Containment::Inside);
    }
    stated == version
        || version::compare(scheme, stated, version) == Some(std::cmp::Ordering::Equal)
}

/// The reference of a BOM-Link is percent-encoded.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = code.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
