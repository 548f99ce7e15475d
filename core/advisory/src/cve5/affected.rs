//! `affected[]`: what is named, and which of its versions.
//!
//! One entry gives a fact for each CPE name and for the package, and where it has neither
//! for vendor and product in words. Red Hat's entries name a package and, as CPE, the
//! product that ships it: there the CPE is the package's release.

use reading::{Note, Notes, Place};
use serde::Deserialize;
use terms::Purl;
use terms::purl::Demands;
use terms::vex::Status;

use crate::package::Key;
use crate::record::{Affected, Identity};
use crate::wire::{self, List, Text};

use super::version::{self, Entry as Version};

#[derive(Deserialize)]
pub(super) struct Entry<'a> {
    #[serde(borrow, default)]
    vendor: Text<'a>,
    #[serde(borrow, default)]
    product: Text<'a>,
    #[serde(borrow, default, rename = "collectionURL")]
    collection: Text<'a>,
    #[serde(borrow, default, rename = "packageName")]
    package: Text<'a>,
    #[serde(borrow, default, rename = "packageURL", alias = "packageUrl")]
    purl: Text<'a>,
    #[serde(borrow, default)]
    cpes: List<Text<'a>>,
    #[serde(borrow, default)]
    platforms: List<Text<'a>>,
    #[serde(borrow, default)]
    modules: List<Text<'a>>,
    #[serde(borrow, default, rename = "programFiles")]
    files: List<Text<'a>>,
    #[serde(borrow, default)]
    repo: Text<'a>,
    #[serde(borrow, default, rename = "defaultStatus")]
    default: Text<'a>,
    #[serde(borrow, default)]
    versions: List<Version<'a>>,
}

/// Collections by the host of their address, and OSV's name for each.
const COLLECTIONS: [(&str, &str); 22] = [
    ("npmjs.com", "npm"),
    ("registry.npmjs.org", "npm"),
    ("pypi.org", "PyPI"),
    ("pypi.python.org", "PyPI"),
    ("repo.maven.apache.org", "Maven"),
    ("repo1.maven.org", "Maven"),
    ("mvnrepository.com", "Maven"),
    ("search.maven.org", "Maven"),
    ("central.sonatype.com", "Maven"),
    ("crates.io", "crates.io"),
    ("rubygems.org", "RubyGems"),
    ("packagist.org", "Packagist"),
    ("nuget.org", "NuGet"),
    ("api.nuget.org", "NuGet"),
    ("pkg.go.dev", "Go"),
    ("proxy.golang.org", "Go"),
    ("hex.pm", "Hex"),
    ("hackage.haskell.org", "Hackage"),
    ("cran.r-project.org", "CRAN"),
    ("pub.dev", "Pub"),
    ("packages.debian.org", "Debian"),
    ("packages.fedoraproject.org", "Fedora"),
];

/// Names that are shown of a list of platforms, modules or files.
const NAMES_SHOWN: usize = 12;

/// Reads the entries of one container.
pub(super) fn read(
    entries: &List<Entry<'_>>,
    pointer: &str,
    notes: &mut Notes,
    into: &mut Vec<Affected>,
) {
    for (at, entry) in entries.iter().enumerate() {
        let place = Place::Pointer(format!("{pointer}/{at}"));
        if commits_only(entry) && twin(entries, entry) {
            let message =
                "versions are commits; another entry of the product has numbers";
            notes.add(|| Note::new(place, message));
            continue;
        }
        let identities = identities(entry, &place, notes);
        if identities.is_empty() {
            notes.add(|| Note::new(place, "no product is named"));
            continue;
        }
        let otherwise = status(entry.default.as_str(), &place, notes);
        let limits = limits(entry);
        for identity in identities {
            let scheme = match &identity {
                Identity::Package(key) => Some(key.scheme()),
                Identity::Cpe(_) | Identity::Name { .. } => None,
            };
            let extents = version::extents(&entry.versions, scheme);
            into.push(Affected {
                vulnerability: 0,
                identity,
                extents,
                otherwise,
                limits: limits.clone(),
                place: place.clone(),
            });
        }
    }
}

fn commits_only(entry: &Entry<'_>) -> bool {
    !entry.versions.is_empty() && entry.versions.iter().all(Version::is_commit)
}

/// Whether another entry speaks of the same product in versions that have an order.
fn twin(entries: &List<Entry<'_>>, entry: &Entry<'_>) -> bool {
    entries.iter().any(|other| {
        other.product == entry.product
            && other.vendor == entry.vendor
            && !other.versions.is_empty()
            && !commits_only(other)
    })
}

/// What is said of versions that no entry names; the format's default is *unknown*.
fn status(word: &str, place: &Place, notes: &mut Notes) -> Option<Status> {
    match version::status(word) {
        Some(status) => status,
        None => {
            let message = format!("default status `{word}` is read as unknown");
            notes.add(|| Note::new(place.clone(), message));
            None
        }
    }
}

fn identities(entry: &Entry<'_>, place: &Place, notes: &mut Notes) -> Vec<Identity> {
    let mut found: Vec<Identity> = Vec::new();
    if let Some(key) = purl(entry, place, notes) {
        found.push(Identity::Package(key));
    }
    if is_red_hat(entry) {
        let keys = entry.cpes.iter().filter_map(|cpe| red_hat(cpe.as_str(), entry));
        push_new(&mut found, keys.map(Identity::Package));
    } else {
        push_new(&mut found, collected(entry).map(Identity::Package).into_iter());
        found.extend(cpes(entry));
    }
    if found.is_empty() && is_named(entry) {
        let product =
            if is_blank(&entry.product) { &entry.package } else { &entry.product };
        found.push(Identity::Name {
            vendor: if is_blank(&entry.vendor) {
                String::new()
            } else {
                entry.vendor.owned()
            },
            product: if is_blank(product) { entry.repo.owned() } else { product.owned() },
        });
    }
    found
}

fn push_new(found: &mut Vec<Identity>, more: impl Iterator<Item = Identity>) {
    for identity in more {
        if !found.contains(&identity) {
            found.push(identity);
        }
    }
}

fn is_blank(text: &Text<'_>) -> bool {
    let text = text.as_str();
    text.is_empty() || text == "-" || text.eq_ignore_ascii_case("n/a")
}

fn is_named(entry: &Entry<'_>) -> bool {
    !is_blank(&entry.product) || !is_blank(&entry.package) || !entry.repo.is_empty()
}

/// The package that a purl names (format 5.2).
fn purl(entry: &Entry<'_>, place: &Place, notes: &mut Notes) -> Option<Key> {
    if entry.purl.is_empty() {
        return None;
    }
    let key = Purl::parse_with(entry.purl.as_str(), Demands::Waived)
        .ok()
        .and_then(|purl| Key::from_purl(&purl));
    if key.is_none() {
        let message = format!("`{}` is no package URL", entry.purl.as_str());
        notes.add(|| Note::new(place.clone(), message));
    }
    key
}

/// The package that a collection and a name in it give.
fn collected(entry: &Entry<'_>) -> Option<Key> {
    if entry.package.is_empty() {
        return None;
    }
    let host = host(entry.collection.as_str());
    let (_, ecosystem) =
        COLLECTIONS.iter().find(|(known, _)| host.eq_ignore_ascii_case(known))?;
    let name = match *ecosystem {
        "Go" => module(entry),
        _ => entry.package.as_str(),
    };
    // Group and artifact are what makes a Maven name.
    if *ecosystem == "Maven" && !name.contains([':', '/']) {
        return None;
    }
    Key::from_osv(ecosystem, name)
}

/// Go's numbering authority names a package (`crypto/tls`) and, as vendor, its module.
fn module<'e>(entry: &'e Entry<'_>) -> &'e str {
    let (vendor, package) = (entry.vendor.as_str(), entry.package.as_str());
    match vendor {
        "Go standard library" => "stdlib",
        "Go toolchain" => "toolchain",
        module if module.contains('.') && package.starts_with(module) => module,
        _ => package,
    }
}

fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

fn is_red_hat(entry: &Entry<'_>) -> bool {
    !entry.package.is_empty()
        && matches!(
            host(entry.collection.as_str()),
            "access.redhat.com" | "catalog.redhat.com"
        )
}

/// The package of one Red Hat product. Images and archives of middleware are no packages
/// of a distribution and stay names.
fn red_hat(cpe: &str, entry: &Entry<'_>) -> Option<Key> {
    if !entry.collection.as_str().contains("package-browser") {
        return None;
    }
    let (_, product) = cpe.split_once(":redhat:")?;
    // A package of a module stream is written `stream/name`.
    let name = entry.package.as_str();
    let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
    Key::from_osv(&format!("Red Hat:{product}"), name)
}

/// The CPE names, one of those that differ in version and update only where the entry has
/// versions of its own.
fn cpes(entry: &Entry<'_>) -> Vec<Identity> {
    let mut kept: Vec<&str> = Vec::new();
    for cpe in entry.cpes.iter().map(Text::as_str).filter(|cpe| !cpe.is_empty()) {
        let known = kept.iter().any(|known| {
            *known == cpe || (!entry.versions.is_empty() && same_product(known, cpe))
        });
        if !known {
            kept.push(cpe);
        }
    }
    kept.into_iter().map(|cpe| Identity::Cpe(cpe.to_owned())).collect()
}

/// Whether two formatted strings are equal but for version and update.
fn same_product(a: &str, b: &str) -> bool {
    let mut attributes = (split(a), split(b));
    for at in 0usize.. {
        match (attributes.0.next(), attributes.1.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || at == 5 || at == 6 => {}
            _ => return false,
        }
    }
    false
}

/// The attributes of a formatted string: split at colons that are not quoted.
fn split(cpe: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    cpe.split(move |character| {
        let splits = character == ':' && !quoted;
        quoted = character == '\\' && !quoted;
        splits
    })
}

fn limits(entry: &Entry<'_>) -> Vec<String> {
    let lists = [
        ("platforms", &entry.platforms),
        ("modules", &entry.modules),
        ("files", &entry.files),
    ];
    let mut limits = Vec::new();
    for (word, list) in lists {
        let names = wire::owned(list);
        if names.is_empty() {
            continue;
        }
        let shown = names.iter().take(NAMES_SHOWN).map(String::as_str);
        let mut text = format!("{word}: {}", shown.collect::<Vec<_>>().join(", "));
        if let Some(more) = names.len().checked_sub(NAMES_SHOWN).filter(|more| *more > 0)
        {
            text.push_str(&format!(" and {more} more"));
        }
        limits.push(text);
    }
    limits
}
