//! Which parts of other catalogs a control belongs to: files of identifiers, nothing else.
//!
//! Sources: NIST Cybersecurity Framework 2.0; HHS Cybersecurity Performance Goals (January
//! 2024); HIPAA Security Rule, 45 CFR 164; section 524B of the FD&C Act; FDA's guidance on
//! premarket submissions (2026) and on postmarket management (2016); IMDRF N70 FINAL:2023.
//! What is said of an identifier is our paraphrase.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// One other catalog, and what of it each control belongs to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crosswalk {
    /// Its short name, for programs.
    pub catalog: String,
    /// Its name.
    pub name: String,
    /// Its edition.
    pub edition: String,
    /// What each identifier means, in our words.
    pub means: BTreeMap<String, String>,
    /// The identifiers of each control.
    pub controls: BTreeMap<String, Vec<String>>,
}

const DATA: [&str; 7] = [
    include_str!("../data/crosswalk/nist-csf-2.0.toml"),
    include_str!("../data/crosswalk/hph-cpg.toml"),
    include_str!("../data/crosswalk/hipaa-security-rule.toml"),
    include_str!("../data/crosswalk/fdca-524b.toml"),
    include_str!("../data/crosswalk/fda-premarket.toml"),
    include_str!("../data/crosswalk/fda-postmarket.toml"),
    include_str!("../data/crosswalk/imdrf-n70.toml"),
];

/// Were a file broken, it would be missing; a test reads them.
static CROSSWALKS: LazyLock<Vec<Crosswalk>> =
    LazyLock::new(|| DATA.iter().filter_map(|text| toml::from_str(text).ok()).collect());

/// The crosswalks that come with the program.
#[must_use]
pub fn crosswalks() -> &'static [Crosswalk] {
    &CROSSWALKS
}

impl Crosswalk {
    /// The identifiers that a control belongs to.
    #[must_use]
    pub fn of(&self, control: &str) -> &[String] {
        self.controls.get(control).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_crosswalk_is_read_and_names_controls_and_meanings_that_are_there() {
        assert_eq!(crosswalks().len(), DATA.len());
        for text in DATA {
            let read: Result<Crosswalk, _> = toml::from_str(text);
            assert!(read.is_ok(), "{read:?}");
        }
        for crosswalk in crosswalks() {
            for (control, identifiers) in &crosswalk.controls {
                assert!(
                    catalog().control(control).is_some(),
                    "{}: {control}",
                    crosswalk.catalog
                );
                for identifier in identifiers {
                    let means = crosswalk.means.get(identifier);
                    assert!(means.is_some(), "{}: {identifier}", crosswalk.catalog);
                }
            }
            for identifier in crosswalk.means.keys() {
                let is_used =
                    crosswalk.controls.values().any(|it| it.contains(identifier));
                assert!(
                    is_used,
                    "{}: nothing belongs to {identifier}",
                    crosswalk.catalog
                );
            }
        }
        let csf = crosswalks().iter().find(|it| it.catalog == "nist-csf-2.0").unwrap();
        assert_eq!(csf.controls.len(), 64);
    }
}
