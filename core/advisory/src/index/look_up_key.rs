//! The keys under which an index is asked, folded into small numbers.
//!
//! Whoever keeps the keys under which a bill of materials is looked up can tell, when
//! records change, whether the bill can be touched. Two keys may fold into one number: what
//! is reached by it is then judged once too often, and never too seldom. The numbers are
//! kept beside documents, so they are part of [`KEYS_EDITION`].

use super::build::fold_name;
use super::cpe_key;
use super::format::hash;

/// The edition of the numbers and of which keys there are; with another one, kept numbers
/// say nothing.
pub const KEYS_EDITION: i64 = 1;

/// One of the keys under which an index is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookUpKey(u32);

impl LookUpKey {
    /// A package by the names of [`crate::package::Key`], whatever its release.
    #[must_use]
    pub fn package(ecosystem: &str, name: &str) -> Self {
        Self::fold(&["package", ecosystem, name])
    }

    /// A CPE name of a record; one that leaves vendor or product open is found by all.
    #[must_use]
    pub fn of_cpe(name: &str) -> Self {
        let (vendor, product) = cpe_key::of(name);
        Self::fold(&["cpe", &vendor, &product])
    }

    /// Vendor and product of a CPE name of whoever asks; quoting and case do not matter.
    #[must_use]
    pub fn cpe(vendor: &str, product: &str) -> Self {
        Self::fold(&["cpe", &cpe_key::fold(vendor), &cpe_key::fold(product)])
    }

    /// Under which names of any vendor or product are found, by all who ask by CPE.
    #[must_use]
    pub fn any_cpe() -> Self {
        Self::fold(&["cpe", cpe_key::ANY.0, cpe_key::ANY.1])
    }

    /// A product that is named in words.
    #[must_use]
    pub fn name(product: &str) -> Self {
        Self::fold(&["name", &fold_name(product)])
    }

    /// The id of a vulnerability, for those that speak of it themselves.
    #[must_use]
    pub fn id(id: &str) -> Self {
        Self::fold(&["id", &id.to_ascii_lowercase()])
    }

    /// Whether the index speaks of an ecosystem, and of which releases.
    #[must_use]
    pub fn coverage(ecosystem: &str) -> Self {
        Self::fold(&["coverage", ecosystem])
    }

    /// Whether the index speaks of CPE names.
    #[must_use]
    pub fn coverage_of_cpe() -> Self {
        Self::fold(&["coverage of cpe"])
    }

    /// As it is kept.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// From what was kept.
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        Self(number)
    }

    #[expect(clippy::cast_possible_truncation, reason = "half of the hash is meant")]
    fn fold(texts: &[&str]) -> Self {
        Self(hash(texts) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::LookUpKey as Key;

    #[test]
    fn what_is_looked_up_alike_has_one_key_and_what_is_not_has_another() {
        let vendor_open = Key::of_cpe("cpe:2.3:a:*:openssl:1:*:*:*:*:*:*:*");
        for (one, other) in [
            (
                Key::of_cpe("cpe:2.3:a:OpenSSL:openssl:1.0:*:*:*:*:*:*:*"),
                Key::cpe("openssl", "OpenSSL"),
            ),
            (Key::of_cpe("cpe:/a:b%2bc:d"), Key::cpe("b+c", "d")),
            (vendor_open, Key::any_cpe()),
            (Key::name("Some  Server"), Key::name("some server")),
            (Key::id("cve-2024-0001"), Key::id("CVE-2024-0001")),
            (Key::from_number(7), Key::from_number(7)),
        ] {
            assert_eq!(one, other);
        }
        for (one, other) in [
            (Key::package("npm", "a"), Key::package("npm", "b")),
            (Key::package("npm", "a"), Key::package("pypi", "a")),
            (Key::package("npm", "a"), Key::cpe("npm", "a")),
            (Key::name("a"), Key::id("a")),
            (Key::coverage("npm"), Key::name("npm")),
        ] {
            assert_ne!(one, other);
        }
    }
}
