//! The name under which a package is looked up, whoever writes it.
//!
//! OSV writes an ecosystem and a name, an SBOM a purl, CVE 5 a collection URL and a
//! package name. All of them become one [`Key`].

/// A package without its version: where it comes from, what it is called, and for
/// packages of a distribution, of which release.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The purl type, and for packages of a distribution a slash and its name:
    /// `npm`, `pypi`, `golang`, `deb/debian`, `rpm/almalinux`, `apk/alpine`.
    pub ecosystem: String,
    /// The name in the ecosystem's canonical spelling, with the namespace in front of a
    /// slash where the purl type has one (`@babel/core`, `org.apache/x`, `a/b/c`).
    pub name: String,
    /// The release of the distribution in its canonical spelling (`11`, `3.18`, `22.04`,
    /// `8`, `stream`); empty where there is none or none is stated.
    pub release: String,
}
