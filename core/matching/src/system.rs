//! One bill of materials with its terms read: one system, ready to be judged.
//!
//! Terms are read once, here. What cannot be read becomes an [`Why`] of its component.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use advisory::index::{Coverage, Covered, Index, ProductKey};
use advisory::package::Key;
use foldhash::HashSet;
use sbom::contradiction::{contradicting, stated};
use sbom::{Bom, Component, Subject};
use terms::cpe;
use terms::purl::{Demands, Purl};
use terms::version::{Placeholder, Scheme};

use crate::{Why, cpe_names};

/// A component of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Position {
    /// What the document is about, where it stands outside the list.
    Subject,
    /// Position in [`Bom::subject_parts`], what stands inside the subject.
    Part(usize),
    /// Position in [`Bom::components`].
    Listed(usize),
}

/// A bill of materials as one system.
#[derive(Debug)]
pub struct System<'b> {
    /// The document.
    pub bom: &'b Bom,
    /// By what the document is told from others: its serial number or namespace, else the
    /// name of its file.
    pub document: String,
    /// Its components in the order of their positions.
    pub candidates: Vec<Candidate<'b>>,
    /// Every CPE name of the system, which meet a configuration together.
    pub names: Vec<cpe::Name>,
    /// For each name the position of its component in [`System::candidates`].
    pub owners: Vec<usize>,
    /// The same names as configurations are held against them.
    pub(crate) reported: cpe::System,
    /// The packages that it holds, by which statements are found that may be about it.
    pub(crate) products: HashSet<ProductKey>,
    /// What it means where the document does not tell a source package.
    silence: Source,
    /// Positions of names by their product, without quoting and in lower case.
    by_product: BTreeMap<String, Vec<usize>>,
}

/// One component with its terms read.
#[derive(Debug)]
pub struct Candidate<'b> {
    /// Which component it is.
    pub position: Position,
    /// The component as written.
    pub component: &'b Component,
    /// The packages under which it is looked up.
    pub packages: Vec<Package<'b>>,
    /// Its package URLs.
    pub purls: Vec<Purl<'b>>,
    /// Its CPE names, in [`System::names`].
    pub names: Range<usize>,
    /// Why it, or a part of it, cannot be looked up.
    pub whys: Vec<Why>,
}

/// Some of a system's candidates, one behind the other, that are judged by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    start: usize,
    end: usize,
}

impl Share {
    /// All of them.
    #[must_use]
    pub fn whole(system: &System<'_>) -> Self {
        Self { start: 0, end: system.candidates.len() }
    }

    /// About as many in each of `shares`, in order; no share is empty unless the system is.
    pub fn split(
        system: &System<'_>,
        shares: usize,
    ) -> impl Iterator<Item = Self> + use<> {
        let all = system.candidates.len();
        let shares = shares.clamp(1, all.max(1));
        (0..shares).map(move |number| Self {
            start: all * number / shares,
            end: all * (number + 1) / shares,
        })
    }

    /// Whether the candidate at that position is among them.
    pub(crate) const fn holds(self, number: usize) -> bool {
        self.start <= number && number < self.end
    }

    /// They, with their positions in [`System::candidates`].
    pub(crate) fn candidates<'s, 'b>(
        self,
        system: &'s System<'b>,
    ) -> impl Iterator<Item = (usize, &'s Candidate<'b>)> + use<'s, 'b> {
        let all = system.candidates.get(self.start..self.end).unwrap_or(&[]);
        (self.start..).zip(all)
    }
}

/// A package under which a component is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package<'b> {
    /// Its name in its ecosystem.
    pub key: Key,
    /// What it is to the component.
    pub role: Role,
    /// The version as the scheme of the ecosystem writes it; `None` where none is stated.
    pub version: Option<Cow<'b, str>>,
    /// Whether that only stands in for a version that nobody knows.
    pub placeholder: Placeholder,
    /// The version that the document states beside the package URL, where the two contradict
    /// each other.
    pub beside: Option<&'b str>,
    /// Whether its source package is known.
    pub source: Source,
    /// By which of the component's package URLs it is looked up, in the order in which the
    /// document gives them.
    pub(crate) purl: usize,
}

impl Package<'_> {
    /// Whether another package is looked up in the same way.
    fn is_same(&self, other: &Self) -> bool {
        let parts = |package: &Self| (package.role, package.beside, package.source);
        self.key == other.key
            && self.placeholder == other.placeholder
            && self.version == other.version
            && parts(self) == parts(other)
    }
}

/// Whether the document tells from which source package a package was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// It does, or there is nothing to tell: a source package, a package of a registry, or
    /// a document of a tool whose silence means that the two have one name.
    Told,
    /// It does not.
    Untold,
}

/// What a package is to a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The component itself.
    Itself,
    /// The source package that it was built from.
    Source,
}

impl Candidate<'_> {
    /// The version by which it is compared: that of its first package, else as written.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        let package = self.packages.iter().find_map(|package| package.version.as_deref());
        package.or_else(|| self.component.version.as_deref().and_then(stated))
    }

    /// Why an index that speaks of so much, and no more, has no answer for it: nobody
    /// looked. Packages decide where there are any that feeds speak of, since the CPE names
    /// beside them are often guessed; else CPE names do.
    #[must_use]
    pub fn uncovered(&self, coverage: &Coverage) -> Option<Why> {
        let mut packages =
            self.packages.iter().filter(|package| is_spoken_of(&package.key)).peekable();
        let Some(first) = packages.peek().map(|package| &package.key) else {
            let is_silent = !self.names.is_empty() && coverage.cpe_records == 0;
            return is_silent.then_some(Why::NoCpeRecords);
        };
        if packages.any(|package| coverage.of(&package.key) == Covered::Yes) {
            return None;
        }
        let feed = first.registry().to_owned();
        let of = format!("{feed} {}", first.release).trim_end().to_owned();
        Some(Why::NotCovered { of, feed })
    }

    /// Why an index that names the packages of its distribution by their sources has no
    /// answer for it: its source is not told, and none is called as it is. What is called
    /// like a source that the index knows is taken to be built from that.
    #[must_use]
    pub fn unsourced(&self, index: &Index<'_>) -> Option<Why> {
        let is_lost = |package: &&Package<'_>| {
            let key = &package.key;
            package.source == Source::Untold
                && index.coverage().of(key) == Covered::Yes
                && index.package(&key.ecosystem, &key.name).next().is_none()
        };
        let lost = self.packages.iter().find(is_lost)?;
        Some(Why::NoSource {
            of: lost.key.registry().to_owned(),
            name: lost.key.name.clone(),
        })
    }

    /// The scheme that orders its versions.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.packages.first().map_or(Scheme::Unknown, |package| package.key.scheme())
    }
}

impl<'b> System<'b> {
    /// Reads the terms of a document.
    #[must_use]
    pub fn new(bom: &'b Bom, file: &str) -> Self {
        let subject = match &bom.subject {
            Subject::Apart(component) => Some((Position::Subject, component.as_ref())),
            Subject::Unstated | Subject::Within(_) => None,
        };
        let parts = bom.subject_parts.iter().enumerate();
        let parts = parts.map(|(at, component)| (Position::Part(at), component));
        let listed = bom.components.iter().enumerate();
        let listed = listed.map(|(at, component)| (Position::Listed(at), component));
        let mut system = Self {
            bom,
            document: document(bom, file),
            candidates: Vec::new(),
            names: Vec::new(),
            owners: Vec::new(),
            reported: cpe::System::default(),
            products: HashSet::default(),
            silence: silence(bom),
            by_product: BTreeMap::new(),
        };
        system.candidates.reserve(bom.components.len() + bom.subject_parts.len() + 1);
        for (position, component) in subject.into_iter().chain(parts).chain(listed) {
            system.add(position, component);
        }
        for (at, name) in system.names.iter().enumerate() {
            system.by_product.entry(cpe_names::product(name)).or_default().push(at);
        }
        system.reported = cpe::System::new(system.names.clone());
        system
    }

    /// The names that may be of a product, and the positions of their components; every
    /// name where the product is left open.
    pub(crate) fn names_of(
        &self,
        product: Option<&str>,
    ) -> impl Iterator<Item = (&cpe::Name, usize)> {
        let positions = match product {
            None => (0..self.names.len()).collect(),
            Some(product) => {
                let mut positions = Vec::new();
                // A name that leaves its product open may be of any.
                for key in [product, cpe_names::OPEN] {
                    positions.extend(self.by_product.get(key).into_iter().flatten());
                }
                positions
            }
        };
        positions
            .into_iter()
            .filter_map(|at: usize| Some((self.names.get(at)?, *self.owners.get(at)?)))
    }

    /// The candidate at a position of the document.
    #[must_use]
    pub fn at(&self, position: Position) -> Option<&Candidate<'b>> {
        let found = self
            .candidates
            .binary_search_by_key(&position, |candidate| candidate.position);
        self.candidates.get(found.ok()?)
    }

    fn add(&mut self, position: Position, component: &'b Component) {
        let number = self.candidates.len();
        let mut whys = Vec::new();
        let first = self.names.len();
        for text in component.cpes.iter().filter(|text| !text.trim().is_empty()) {
            match cpe::Name::parse(text.trim()) {
                Ok(name) => {
                    self.names.push(with_version(name, component));
                    self.owners.push(number);
                }
                Err(fault) => whys.push(Why::MalformedCpe {
                    cpe: text.clone(),
                    fault: fault_of(&fault),
                }),
            }
        }
        let mut purls = Vec::new();
        let mut packages = Vec::new();
        for (at, text) in purl_texts(component).enumerate() {
            match Purl::parse_with(text, Demands::Waived) {
                Ok(purl) => {
                    self.products.insert(ProductKey::of(&purl));
                    let of = (&purl, at);
                    if position != Position::Subject && lacks_namespace(&purl, component)
                    {
                        whys.push(without_namespace(text, &purl));
                        purls.push(purl);
                        continue;
                    }
                    add_packages(of, component, self.silence, &mut packages);
                    purls.push(purl);
                }
                Err(fault) => whys.push(Why::MalformedPurl {
                    purl: text.to_owned(),
                    fault: fault_of(&fault),
                }),
            }
        }
        let names = first..self.names.len();
        self.candidates.push(Candidate {
            position,
            component,
            packages,
            purls,
            names,
            whys,
        });
        self.note_what_is_missing(number);
    }

    /// Notes that a component has no identifier, or no version. The subject is asked for
    /// neither: what it is made of is judged, and device advisories know it by its name.
    fn note_what_is_missing(&mut self, number: usize) {
        let Some(candidate) = self.candidates.get_mut(number) else { return };
        if candidate.position == Position::Subject {
            return;
        }
        let names = self.names.get(candidate.names.clone()).unwrap_or_default();
        if candidate.packages.is_empty() && names.is_empty() {
            if candidate.whys.is_empty() {
                candidate.whys.push(Why::NoIdentifier);
            }
            return;
        }
        if let ([first, ..], []) = (candidate.packages.as_slice(), names)
            && !candidate.packages.iter().any(|package| is_spoken_of(&package.key))
        {
            let ecosystem = first.key.ecosystem.clone();
            candidate.whys.push(Why::UnknownEcosystem { ecosystem });
            return;
        }
        let versioned =
            candidate.packages.iter().any(|package| package.version.is_some())
                || names.iter().any(cpe_names::has_version);
        if !versioned {
            candidate.whys.push(Why::NoVersion);
        }
    }
}

/// Whether any source of advisories speaks of packages of this kind: those whose order of
/// versions is known, and two whose order is their own.
fn is_spoken_of(key: &Key) -> bool {
    key.scheme() != Scheme::Unknown || matches!(key.ecosystem.as_str(), "opam" | "brew")
}

/// By what a document is told from others. The version of a CycloneDX document is left
/// out: a statement about one holds for the next.
pub(crate) fn document(bom: &Bom, file: &str) -> String {
    match bom.identity.as_deref() {
        None | Some("") => file.to_owned(),
        Some(identity) => match identity.strip_prefix("urn:uuid:") {
            Some(serial) => {
                serial.split('/').next().unwrap_or_default().to_ascii_lowercase()
            }
            None => identity.to_owned(),
        },
    }
}

fn fault_of(fault: &terms::Malformed) -> String {
    format!("expected {} at character {}", fault.expected, fault.at)
}

pub(crate) fn purl_texts(component: &Component) -> impl Iterator<Item = &str> {
    component
        .purl
        .iter()
        .chain(&component.purls_other)
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
}

/// A name without a version takes that of its component: the document states it.
fn with_version(name: cpe::Name, component: &Component) -> cpe::Name {
    match component.version.as_deref().and_then(stated) {
        Some(version) => cpe_names::with_version(name, version),
        None => name,
    }
}

/// What it means that a document does not tell a package's source. syft writes the
/// qualifier `upstream` exactly where the names differ (as dpkg does with `Source`), so its
/// silence tells the source too. So does that of any document in which many packages tell a
/// source and none of them its own name: about half of all packages have that of their
/// source, so whoever wrote it tells what differs.
fn silence(bom: &Bom) -> Source {
    let is_syft = |author: &sbom::Contact| {
        let name = author.name.to_ascii_lowercase();
        author.kind == sbom::ContactKind::Tool
            && name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "syft")
    };
    if bom.authors.iter().any(is_syft) || tells_what_differs(bom) {
        Source::Told
    } else {
        Source::Untold
    }
}

/// Packages that must tell a source of another name before silence means the own one.
const DIFFERING_MIN: usize = 10;

fn tells_what_differs(bom: &Bom) -> bool {
    let mut differing = 0;
    for component in bom.parts() {
        let beside = &component.source_package.name;
        for text in purl_texts(component) {
            let is_of_kind = text.starts_with("pkg:deb/") || text.starts_with("pkg:apk/");
            let tells = !beside.is_empty()
                || text.contains("upstream=")
                || text.contains("source=");
            if !is_of_kind || !tells {
                continue;
            }
            let Ok(purl) = Purl::parse_with(text, Demands::Waived) else { continue };
            let told = source_text(&purl).unwrap_or(beside);
            let told = told.split_once('@').map_or(told, |(name, _)| name);
            if told.eq_ignore_ascii_case(purl.name()) {
                return false;
            }
            differing += usize::from(!told.is_empty());
        }
    }
    differing >= DIFFERING_MIN
}

/// The packages that a purl names: itself, and its source package where it says so.
fn add_packages<'b>(
    (purl, at): (&Purl<'b>, usize),
    component: &'b Component,
    silence: Source,
    packages: &mut Vec<Package<'b>>,
) {
    let Some(mut key) = key_of(purl, component) else { return };
    if key.ecosystem == "golang" && key.name == "std" {
        // CycloneDX's own Go tool calls the standard library so; advisories say `stdlib`.
        "stdlib".clone_into(&mut key.name);
    }
    let version = version_of(purl, component, &key);
    let tells = source_text(purl).is_some()
        || !component.source_package.name.is_empty()
        || matches!(purl.qualifier("arch"), Some("source" | "src"));
    let source = match is_named_by_source(&key) && !tells {
        true => silence,
        false => Source::Told,
    };
    let beside = contradicting(component, purl);
    let own = Package {
        placeholder: placeholder_of(&key, version.as_deref()),
        key,
        role: Role::Itself,
        version,
        beside,
        source,
        purl: at,
    };
    let source = source_of(purl, &own);
    let told = source_told(component, purl, &own);
    for package in [Some(own), source, told].into_iter().flatten() {
        if !packages.iter().any(|other| other.is_same(&package)) {
            packages.push(package);
        }
    }
}

/// Whether a package URL leaves out the namespace without which nothing is known by its
/// name, and the document does not tell it beside: what reads jars without a POM writes
/// `pkg:maven/log4j-core@2.14.1`.
fn lacks_namespace(purl: &Purl<'_>, component: &Component) -> bool {
    purl.namespace().is_none()
        && matches!(purl.ty(), "maven" | "composer" | "swift" | "github")
        && component.group.trim().is_empty()
}

fn without_namespace(text: &str, purl: &Purl<'_>) -> Why {
    Why::MalformedPurl {
        purl: text.to_owned(),
        fault: format!(
            "expected a namespace in front of the name (of Maven the group), by which a \
             package of the type `{}` is known",
            purl.ty()
        ),
    }
}

fn key_of(purl: &Purl<'_>, component: &Component) -> Option<Key> {
    let namespace = match (purl.ty(), purl.namespace()) {
        // The group stands beside the name in the document.
        ("maven" | "composer" | "npm", None) => component.group.trim(),
        (_, namespace) => namespace.unwrap_or_default(),
    };
    Key::from_purl_parts(purl.ty(), namespace, purl.name(), purl.qualifier("distro"))
}

/// The version in the spelling of the ecosystem.
fn version_of<'b>(
    purl: &Purl<'b>,
    component: &'b Component,
    key: &Key,
) -> Option<Cow<'b, str>> {
    let written = purl.version().and_then(stated);
    let beside = component.version.as_deref().and_then(stated);
    let is_version =
        |text: &&str| Placeholder::of(key.scheme(), text) != Placeholder::Certain;
    let version = match (written, beside) {
        (Some(version), beside) => match beside.filter(is_version) {
            Some(beside) if !is_version(&version) => Cow::Borrowed(beside),
            _ => Cow::Owned(version.to_owned()),
        },
        (None, Some(beside)) => Cow::Borrowed(beside),
        (None, None) => return None,
    };
    if key.ecosystem == "golang" && matches!(key.name.as_str(), "stdlib" | "toolchain") {
        // `go1.22.1` is how the toolchain prints it, `1.22.1` how advisories do.
        return Some(match version.strip_prefix("go") {
            Some(number) => Cow::Owned(number.to_owned()),
            None => version,
        });
    }
    Some(with_epoch(purl, version))
}

fn placeholder_of(key: &Key, version: Option<&str>) -> Placeholder {
    version.map_or(Placeholder::No, |version| Placeholder::of(key.scheme(), version))
}

/// An rpm epoch stands in a qualifier of its own, and none means zero.
fn with_epoch<'b>(purl: &Purl<'_>, version: Cow<'b, str>) -> Cow<'b, str> {
    match purl.qualifier("epoch") {
        Some(epoch) if purl.ty() == "rpm" && !version.contains(':') => {
            Cow::Owned(format!("{epoch}:{version}"))
        }
        _ => version,
    }
}

/// Whether advisories name packages of this kind by their sources alone: the trackers of
/// Debian and Ubuntu do, and the security databases of those who build with apk. Those of
/// rpm mostly name both.
fn is_named_by_source(key: &Key) -> bool {
    matches!(key.ecosystem.split('/').next(), Some("deb" | "apk"))
}

fn source_text<'p>(purl: &'p Purl<'_>) -> Option<&'p str> {
    let text = purl.qualifier("upstream").or_else(|| purl.qualifier("source"))?;
    (!text.is_empty()).then_some(text)
}

/// The source package of a distribution's package, from the qualifiers of those who write
/// SBOMs: `upstream=openssl`, `upstream=openssl@1.1.1n`, `upstream=acl-2.2.53-3.el8.src.rpm`,
/// `source=openssl`.
fn source_of<'b>(purl: &Purl<'_>, own: &Package<'b>) -> Option<Package<'b>> {
    let kind = purl.ty();
    if !is_of_distribution(kind) {
        return None;
    }
    let text = source_text(purl)?;
    let (name, version) = match kind {
        "rpm" => rpm_source(text),
        _ => match text.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (text, None),
        },
    };
    let version = version.map(|version| with_epoch(purl, Cow::Owned(version.to_owned())));
    source(kind, name, version, own)
}

/// The source package that the document tells beside the purl. Trivy and syft do.
fn source_told<'b>(
    component: &Component,
    purl: &Purl<'_>,
    own: &Package<'b>,
) -> Option<Package<'b>> {
    if !is_of_distribution(purl.ty()) {
        return None;
    }
    let told = &component.source_package;
    source(purl.ty(), &told.name, told.full_version().map(Cow::Owned), own)
}

fn is_of_distribution(kind: &str) -> bool {
    matches!(kind, "deb" | "rpm" | "apk" | "alpm")
}

/// A source package, unless it is called like the package itself; its version is that of the
/// package where none is told.
fn source<'b>(
    kind: &str,
    name: &str,
    version: Option<Cow<'b, str>>,
    own: &Package<'b>,
) -> Option<Package<'b>> {
    let name = match kind {
        "rpm" => name.to_owned(),
        _ => name.to_ascii_lowercase(),
    };
    if name.is_empty() || name == own.key.name {
        return None;
    }
    let key = Key { name, ..own.key.clone() };
    let (version, beside) = match version {
        Some(version) => (Some(version), None),
        None => (own.version.clone(), own.beside),
    };
    Some(Package {
        placeholder: placeholder_of(&key, version.as_deref()),
        key,
        role: Role::Source,
        version,
        beside,
        source: Source::Told,
        purl: own.purl,
    })
}

/// Name and version of `acl-2.2.53-3.el8.src.rpm`; other texts are a name.
fn rpm_source(text: &str) -> (&str, Option<&str>) {
    let Some(stem) =
        text.strip_suffix(".src.rpm").or_else(|| text.strip_suffix(".nosrc.rpm"))
    else {
        return (text, None);
    };
    let mut dashes = stem.rmatch_indices('-').map(|(at, _)| at);
    let (Some(_), Some(at)) = (dashes.next(), dashes.next()) else { return (stem, None) };
    match (stem.get(..at), stem.get(at + 1..)) {
        (Some(name), Some(version)) => (name, Some(version)),
        _ => (stem, None),
    }
}
