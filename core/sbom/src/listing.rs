//! What a document lists, as far as somebody looks for it: key, name, version and CPE name of
//! each component, as lines of text that can be kept.
//!
//! Licences, suppliers, relations and places stay in the document: whoever found which document
//! lists something reads it there.

mod held;
mod sought;

use std::collections::BTreeSet;

use terms::Purl;
use terms::cpe::{self, Attribute};

use crate::{Bom, Component};

pub use held::{Listings, Met};
pub use sought::{How, Sought};

/// Which edition of this reader writes the lines: what an older one wrote is written again.
pub const EDITION: i64 = 1;

/// One component as it is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry<'l> {
    /// By what it is known again, whatever its version: see [`key`].
    pub key: &'l str,
    /// Its name, with its group in front.
    pub name: &'l str,
    /// Its version as written, else that of its purl; empty where there is none.
    pub version: &'l str,
    /// Vendor and product of its first CPE name; empty where there is none.
    pub cpe: &'l str,
}

/// By what a component is known again when another version of it comes: the purl without
/// version, else vendor and product of a CPE name, else supplier and name.
#[must_use]
pub fn key(component: &Component) -> String {
    if let Some(purl) = purl(component) {
        return purl.package().to_string();
    }
    if let Some(name) = cpe_name(component) {
        return name;
    }
    let supplier = component.supplier.as_deref().unwrap_or_default();
    format!("{supplier}/{}", component.name)
}

/// The key as lines hold it: on one line.
#[must_use]
pub fn key_of_line(component: &Component) -> String {
    plain(&key(component))
}

fn purl(component: &Component) -> Option<Purl<'_>> {
    component.purl.as_deref().and_then(|text| Purl::parse(text).ok())
}

/// Vendor and product of the first CPE name that can be read.
fn cpe_name(component: &Component) -> Option<String> {
    let name = component.cpes.iter().find_map(|text| cpe::Name::parse(text).ok())?;
    Some(vendor_and_product(&name))
}

fn vendor_and_product(name: &cpe::Name) -> String {
    format!("{}:{}", name.spelt(Attribute::Vendor), name.spelt(Attribute::Product))
}

/// What a document lists, a line for each component, each once: key, name, version, CPE name,
/// a tab between them. What it is about is among it: an operating system is delivered so.
#[must_use]
pub fn lines(bom: &Bom) -> String {
    let about = match &bom.subject {
        crate::Subject::Apart(component) => Some(&**component),
        crate::Subject::Within(_) | crate::Subject::Unstated => None,
    };
    let all = about.into_iter().chain(&bom.subject_parts).chain(&bom.components);
    let lines: BTreeSet<String> = all.filter_map(line).collect();
    lines.into_iter().collect()
}

/// A component without a name, a purl and a CPE name cannot be looked for.
fn line(component: &Component) -> Option<String> {
    let key = key_of_line(component);
    if key == "/" {
        return None;
    }
    let name = match component.group.as_str() {
        "" => component.name.clone(),
        group => format!("{group}/{}", component.name),
    };
    let cpe = cpe_name(component).unwrap_or_default();
    let fields = [key, name, version(component), cpe].map(|field| plain(&field));
    Some(format!("{}\n", fields.join("\t")))
}

/// The version of a component as it is looked for: as written, else that of its purl; empty
/// where there is none.
#[must_use]
pub fn version(component: &Component) -> String {
    let own = component.version.as_deref().filter(|version| !version.trim().is_empty());
    let version = match own {
        Some(version) => Some(version.to_owned()),
        None => purl(component).and_then(|purl| purl.version().map(str::to_owned)),
    };
    plain(&version.unwrap_or_default())
}

/// Without what separates fields and lines.
fn plain(text: &str) -> String {
    text.trim().replace(|char: char| char.is_control(), " ")
}

/// Reads lines as [`lines`] wrote them. What is no such line is left out.
pub fn entries(lines: &str) -> impl Iterator<Item = Entry<'_>> {
    lines.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let mut field = || fields.next();
        Some(Entry { key: field()?, name: field()?, version: field()?, cpe: field()? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: &[[&str; 4]]) {
        let bom = crate::parse(json.as_bytes()).unwrap().value;
        let lines = lines(&bom);
        let found: Vec<[&str; 4]> = entries(&lines)
            .map(|one| [one.key, one.name, one.version, one.cpe])
            .collect();
        assert_eq!(found, expected);
    }

    fn bom(components: &str) -> String {
        format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{components}]}}"#
        )
    }

    #[test]
    fn a_component_is_listed_by_purl_else_cpe_else_supplier_and_name() {
        check(
            &bom(
                r#"{"type":"library","group":"org.apache.logging.log4j","name":"log4j-core",
                    "version":"2.14.1",
                    "purl":"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar"},
                   {"type":"library","name":"openssl","version":"1.0.2k",
                    "cpe":"cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*"},
                   {"type":"library","name":"firmware","supplier":{"name":"Invented"}}"#,
            ),
            &[
                ["Invented/firmware", "firmware", "", ""],
                ["openssl:openssl", "openssl", "1.0.2k", "openssl:openssl"],
                [
                    "pkg:maven/org.apache.logging.log4j/log4j-core",
                    "org.apache.logging.log4j/log4j-core",
                    "2.14.1",
                    "",
                ],
            ],
        );
    }

    #[test]
    fn the_version_of_a_purl_stands_in_for_one_that_is_not_stated() {
        check(
            &bom(r#"{"type":"library","name":"zlib","purl":"pkg:generic/zlib@1.2.11"}"#),
            &[["pkg:generic/zlib", "zlib", "1.2.11", ""]],
        );
    }

    #[test]
    fn the_same_twice_is_one_line_and_what_has_no_name_is_none() {
        check(
            &bom(r#"{"type":"library","name":"a\tb","version":"1"},
                   {"type":"library","name":"a\tb","version":"1"},
                   {"type":"library","name":""}"#),
            &[["/a b", "a b", "1", ""]],
        );
    }

    #[test]
    fn what_the_document_is_about_is_listed_too() {
        check(
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":
                {"type":"operating-system","name":"Invented OS","version":"3"}}}"#,
            &[["/Invented OS", "Invented OS", "3", ""]],
        );
    }

    #[test]
    fn what_is_no_line_is_left_out() {
        for lines in ["", "\n", "a\tb\tc", "one"] {
            assert_eq!(entries(lines).count(), 0, "{lines:?}");
        }
    }
}
