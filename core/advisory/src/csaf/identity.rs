//! Products that carry an identifier: what is said of exactly which version.
//!
//! Only what is exact is taken: a version in a `product_version` branch, a `vers` range
//! in a `product_version_range` branch, a version inside the identifier. Prose such as
//! `2.3 and prior` stays with the product, for the device matching to read.

use std::collections::BTreeMap;

use reading::Place;
use terms::Purl;
use terms::version::Scheme;
use terms::vex::Status;

use super::tree::Index;
use crate::package::Key;
use crate::record::{
    Affected, Bound, Extent, Identity, Interval, Product, ProductStatus, Record,
};

/// What the document says of products that are named by a CPE or a package URL.
pub(super) fn affected(record: &Record, index: &Index) -> Vec<Affected> {
    let mut affected = Vec::new();
    for product in &record.products {
        let (named, limits) = subject(record, index, product);
        for (identity, extents) in identities(named) {
            for status in product.statuses.iter().filter(|status| says(status)) {
                affected.push(Affected {
                    vulnerability: status.vulnerability,
                    identity: identity.clone(),
                    extents: extents
                        .iter()
                        .map(|extent| (extent.clone(), status.status))
                        .collect(),
                    otherwise: None,
                    limits: limits.clone(),
                    place: product.place.clone(),
                });
            }
        }
    }
    affected.extend(trains(record, index));
    affected
}

/// The first and the last releases of trains, each with its product.
type Ends<'r> = [Vec<(String, &'r Product)>; 2];

/// What lies between the first and the last release that are known to be affected, and
/// beyond the one that is named alone: only the releases themselves are said of.
///
/// Source: CSAF 2.0 §3.2.3.9 (`first_affected`, `last_affected`).
fn trains(record: &Record, index: &Index) -> Vec<Affected> {
    let mut ends: BTreeMap<(usize, Identity), Ends<'_>> = BTreeMap::new();
    for product in &record.products {
        let (named, _) = subject(record, index, product);
        for (identity, extents) in identities(named) {
            let Some(version) = only(&extents) else { continue };
            for status in &product.statuses {
                let at = match status.group.as_str() {
                    "first_affected" => 0,
                    "last_affected" => 1,
                    _ => continue,
                };
                let key = (status.vulnerability, identity.clone());
                if let Some(end) = ends.entry(key).or_default().get_mut(at) {
                    end.push((version.to_owned(), product));
                }
            }
        }
    }
    let trains = ends.into_iter().filter_map(|((vulnerability, identity), ends)| {
        let (extent, place) = train(&identity, &ends)?;
        Some(Affected {
            vulnerability,
            identity,
            extents: vec![(extent, Status::Affected)],
            otherwise: None,
            limits: Vec::new(),
            place,
        })
    });
    trains.collect()
}

/// One train of releases, where one first and one last are named; else nobody can tell
/// which belong together, or where the other end is.
fn train(identity: &Identity, ends: &Ends<'_>) -> Option<(Extent, Place)> {
    let scheme = match identity {
        Identity::Package(key) => key.scheme(),
        Identity::Cpe(_) | Identity::Name { .. } => Scheme::Firmware,
    };
    if let [[(first, product)], [(last, _)]] = ends.each_ref().map(Vec::as_slice) {
        let interval = Interval {
            scheme,
            lower: Some(Bound::Included(first.clone())),
            upper: Some(Bound::Included(last.clone())),
            fixed: None,
        };
        return Some((Extent::Interval(interval), product.place.clone()));
    }
    let words = ["first affected", "last affected"].into_iter().zip(ends);
    let words = words.flat_map(|(word, ends)| {
        ends.iter().map(move |(version, _)| format!("{word} {version}"))
    });
    let (_, product) = ends.iter().flatten().next()?;
    let text = words.collect::<Vec<_>>().join(", ");
    Some((Extent::Unreadable(text), product.place.clone()))
}

/// The one version of a product.
fn only(extents: &[Extent]) -> Option<&str> {
    match extents {
        [Extent::Exact { versions, .. }] => match versions.as_slice() {
            [version] => Some(version),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a status says something of the flaw. That the issuer does not know is a word
/// too, and no silence; the status then is *under investigation*, and the group tells.
fn says(status: &ProductStatus) -> bool {
    status.group != "recommended"
}

/// The identifiers of a product, each with the versions that it means.
fn identities(product: &Product) -> Vec<(Identity, Vec<Extent>)> {
    let mut identities = Vec::new();
    for cpe in &product.cpes {
        identities.push((Identity::Cpe(cpe.clone()), extents(product, cpe_version(cpe))));
    }
    for text in &product.purls {
        let Ok(purl) = Purl::parse(text) else { continue };
        let Some(key) = Key::from_purl(&purl) else { continue };
        let scheme = key.scheme();
        // A version inside the purl is the package's; the branch may be that of a product.
        let extents = match purl.version().filter(|version| !version.is_empty()) {
            Some(version) => {
                vec![Extent::Exact { scheme, versions: vec![version.to_owned()] }]
            }
            None => extents(product, None),
        };
        identities.push((Identity::Package(key), extents));
    }
    identities.retain(|(_, extents)| !extents.is_empty());
    identities
}

/// What a product's identifiers name: itself, or for a relationship the component, limited
/// to the platform.
fn subject<'r>(
    record: &'r Record,
    index: &Index,
    product: &'r Product,
) -> (&'r Product, Vec<String>) {
    let Some((category, component, platform)) = &product.relationship else {
        return (product, Vec::new());
    };
    if !product.cpes.is_empty() || !product.purls.is_empty() {
        return (product, Vec::new());
    }
    let find = |id: &String| index.product(id).and_then(|at| record.products.get(at));
    let platform = find(platform).map_or(platform.as_str(), |platform| &platform.name);
    let limit = format!("{} {platform}", category.replace('_', " "));
    (find(component).unwrap_or(product), vec![limit])
}

fn extents(product: &Product, inside: Option<String>) -> Vec<Extent> {
    for branch in product.branches.iter().rev() {
        match branch.category.as_str() {
            "product_version_range" => return vers(&branch.name),
            "product_version" => return vec![exact(&branch.name)],
            _ => {}
        }
    }
    inside.map(|version| exact(&version)).into_iter().collect()
}

fn exact(version: &str) -> Extent {
    Extent::Exact { scheme: Scheme::Unknown, versions: vec![version.trim().to_owned()] }
}

/// The version attribute of a CPE name in either binding, where it is a value.
fn cpe_version(cpe: &str) -> Option<String> {
    let text = cpe.strip_prefix("cpe:2.3:").or_else(|| cpe.strip_prefix("cpe:/"))?;
    let mut attributes = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            ':' => attributes.push(String::new()),
            '\\' => attributes.last_mut()?.extend(characters.next()),
            other => attributes.last_mut()?.push(other),
        }
    }
    let version = attributes.into_iter().nth(3)?;
    let value = !matches!(version.as_str(), "" | "*" | "-" | "ANY" | "NA");
    (value && !version.contains(['*', '?'])).then_some(version)
}

/// A `vers` range as intervals; empty where it is none.
fn vers(text: &str) -> Vec<Extent> {
    let Some((scheme, constraints)) =
        text.trim().strip_prefix("vers:").and_then(|rest| rest.split_once('/'))
    else {
        return Vec::new();
    };
    if constraints.trim() == "*" {
        return vec![Extent::All];
    }
    let scheme = Scheme::named(scheme).unwrap_or(Scheme::Unknown);
    let mut extents = Vec::new();
    let mut lower: Option<Bound> = None;
    for constraint in constraints.split('|').map(str::trim) {
        let interval = |lower, upper| {
            Extent::Interval(Interval { scheme, lower, upper, fixed: None })
        };
        if let Some(version) = constraint.strip_prefix(">=") {
            lower = Some(Bound::Included(version.trim().to_owned()));
        } else if let Some(version) = constraint.strip_prefix("<=") {
            let upper = Some(Bound::Included(version.trim().to_owned()));
            extents.push(interval(lower.take(), upper));
        } else if let Some(version) = constraint.strip_prefix('>') {
            lower = Some(Bound::Excluded(version.trim().to_owned()));
        } else if let Some(version) = constraint.strip_prefix('<') {
            let upper = Some(Bound::Excluded(version.trim().to_owned()));
            extents.push(interval(lower.take(), upper));
        } else if constraint.starts_with('!') || constraint.is_empty() {
            // An excluded version inside a range: not exact in intervals.
            return Vec::new();
        } else {
            let version = constraint.trim_start_matches('=').trim().to_owned();
            extents.push(Extent::Exact { scheme, versions: vec![version] });
        }
    }
    if lower.is_some() {
        extents.push(Extent::Interval(Interval {
            scheme,
            lower,
            upper: None,
            fixed: None,
        }));
    }
    extents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_either_binding_of_cpe_and_a_wildcard_is_none() {
        #[track_caller]
        fn check(cpe: &str, expected: Option<&str>) {
            assert_eq!(cpe_version(cpe).as_deref(), expected, "{cpe}");
        }

        check("cpe:2.3:o:v:p:1.2\\:3:*:*:*:*:*:*:*", Some("1.2:3"));
        check("cpe:/a:redhat:enterprise_linux:8.6::appstream", Some("8.6"));
        check("cpe:2.3:o:v:p\\:q:2:*:*:*:*:*:*:*", Some("2"));
        check("cpe:2.3:o:v:p:*:*:*:*:*:*:*:*", None);
        check("cpe:2.3:o:v:p:-:*:*:*:*:*:*:*", None);
        check("cpe:2.3:o:v:p:1.*:*:*:*:*:*:*:*", None);
        check("cpe:/a:v:p", None);
        check("pkg:npm/x", None);
    }

    #[test]
    fn the_first_and_the_last_affected_release_are_the_ends_of_a_train() {
        #[track_caller]
        fn check(first: &[&str], last: &[&str], expected: &str) {
            let product = Product {
                id: String::new(),
                branches: Vec::new(),
                name: String::new(),
                purls: Vec::new(),
                cpes: Vec::new(),
                models: Vec::new(),
                relationship: None,
                statuses: Vec::new(),
                place: Place::Document,
            };
            let ends = [first, last].map(|versions| {
                versions.iter().map(|version| ((*version).to_owned(), &product)).collect()
            });
            let key = Key::from_osv("npm", "x").unwrap();
            let shown = match train(&Identity::Package(key), &ends) {
                Some((Extent::Interval(one), _)) => {
                    format!("{:?}..{:?}", one.lower, one.upper)
                }
                Some((Extent::Unreadable(text), _)) => text,
                other => format!("{other:?}"),
            };
            assert_eq!(shown, expected);
        }

        check(&["1.0"], &["3.0"], r#"Some(Included("1.0"))..Some(Included("3.0"))"#);
        check(&["1.0"], &[], "first affected 1.0");
        check(&[], &["3.0"], "last affected 3.0");
        check(
            &["1.0", "2.0"],
            &["1.9"],
            "first affected 1.0, first affected 2.0, last affected 1.9",
        );
        check(&[], &[], "None");
    }

    #[test]
    fn a_vers_range_becomes_intervals_and_prose_nothing() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            let shown: Vec<_> = vers(text).iter().map(show).collect();
            assert_eq!(shown, expected, "{text}");
        }

        fn show(extent: &Extent) -> String {
            let end = |bound: &Option<Bound>| match bound {
                Some(Bound::Included(version)) => format!("={version}"),
                Some(Bound::Excluded(version)) => version.clone(),
                None => String::new(),
            };
            match extent {
                Extent::All => "*".to_owned(),
                Extent::Exact { versions, .. } => versions.join(","),
                Extent::Interval(interval) => {
                    format!("{}..{}", end(&interval.lower), end(&interval.upper))
                }
                Extent::Unreadable(text) => text.clone(),
            }
        }

        check("vers:all/*", &["*"]);
        check("vers:semver/>=1|<2", &["=1..2"]);
        check("vers:generic/<=1|3|>4", &["..=1", "3", "4.."]);
        check("vers:semver/>=1|!=1.5|<2", &[]);
        check("2.3 and prior", &[]);
        check("<= 2.3", &[]);
        check("vers:", &[]);
    }
}
