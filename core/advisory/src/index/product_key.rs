//! The key by which a VEX statement is set aside unread: the package that it names.
//!
//! A hub has ten thousand statements on one vulnerability, of which one or none is about a
//! system in hand. A key decides nothing: what it lets through is read and compared, and
//! an identifier that is not a package URL has the key that everything passes.

use terms::purl::{Demands, Purl};

use super::format::hash;
use crate::package::Key;

/// The package of a package URL as one number: one for all spellings under which
/// [`Key`] looks it up. The release of a distribution is no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductKey(u64);

impl ProductKey {
    /// The key of a statement that may be about anything.
    pub const ANY: Self = Self(0);

    /// The key of a package, whatever its version, qualifiers and subpath.
    #[must_use]
    pub fn of(purl: &Purl<'_>) -> Self {
        match Key::from_purl(purl) {
            Some(key) => Self(hash(&[&key.ecosystem, &key.name]).max(1)),
            None => Self::ANY,
        }
    }

    /// The key of an identifier as a statement writes it.
    pub(crate) fn read(identifier: &str) -> Self {
        let purl = Purl::parse_with(identifier.trim(), Demands::Waived);
        purl.map_or(Self::ANY, |purl| Self::of(&purl))
    }

    pub(super) const fn from_number(number: u64) -> Self {
        Self(number)
    }

    pub(super) const fn number(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_one_key_however_it_is_written_and_anything_else_has_the_key_of_all()
    {
        #[track_caller]
        fn check(identifier: &str, package: Option<&str>) {
            let expected = match package {
                Some(purl) => ProductKey::of(&Purl::parse(purl).unwrap()),
                None => ProductKey::ANY,
            };
            assert_eq!(ProductKey::read(identifier), expected, "{identifier}");
        }

        check("pkg:npm/a", Some("pkg:npm/a"));
        check(" pkg:npm/a@1.0?arch=x#sub ", Some("pkg:npm/a"));
        check("PKG:PyPI/Left_Pad@1", Some("pkg:pypi/left-pad"));
        check("pkg:golang/K8s.io/API", Some("pkg:golang/k8s.io/api@v1"));
        check("pkg:cargo/foo-bar", Some("pkg:cargo/Foo_Bar"));
        check("pkg:nuget/newtonsoft.json", Some("pkg:nuget/Newtonsoft.Json"));
        check("pkg:npm/JSONStream", Some("pkg:npm/JSONStream@1"));
        check("pkg:deb/debian/curl?distro=debian-11", Some("pkg:deb/debian/curl"));
        check("pkg:npm/%40a/b", Some("pkg:npm/%40a/b@2"));
        check("pkg:npm", None);
        check("cpe:2.3:a:b:c:*:*:*:*:*:*:*:*", None);
        check("https://example.com/product", None);
        check("", None);
        assert_ne!(ProductKey::read("pkg:npm/a"), ProductKey::read("pkg:npm/b"));
        assert_ne!(
            ProductKey::read("pkg:npm/JSONStream"),
            ProductKey::read("pkg:npm/jsonstream")
        );
        assert_ne!(ProductKey::read("pkg:npm/a"), ProductKey::read("pkg:pypi/a"));
        assert_ne!(ProductKey::read("pkg:npm/a"), ProductKey::read("pkg:npm/%40x/a"));
    }
}
