//! The name under which a package is looked up, whoever writes it.
//!
//! OSV writes an ecosystem and a name, an SBOM a purl, CVE 5 a collection URL and a
//! package name. All of them become one [`Key`]; two spellings of one package give equal
//! keys, and packages of different registries or releases never do.
//!
//! Source: OSV schema 1.7 `affected[].package`, purl-spec's type definitions, PEP 503
//! (names of PyPI), and what the corpus writes. Case is folded wherever the registry
//! itself does not tell names apart by it, or where purl-spec lowers it, so that a purl no
//! longer tells (`golang`). npm tells `JSONStream` from `jsonstream`, both of which exist:
//! docs/decisions/component_matching.md has the table. A registry's address in an ecosystem
//! (`Packagist:https://packages.drupal.org/8`, `Maven:https://…`) is not part of the key:
//! SBOMs do not carry it, and one coordinate names one package there.
//!
//! Julia is keyed by name. The uuid is in every purl but not in OSV's `name`, and the
//! General registry gives each name to one uuid.
//!
//! What does not live here: versions, architectures, and which source package a binary
//! package was built from.

mod distribution;

use terms::Purl;
use terms::version::Scheme;

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
    /// `8`, `stream`, `pro:22.04`, `rhel_eus:9.2`); empty where there is none or none is
    /// stated. Distributions that roll have none.
    pub release: String,
}

impl Key {
    /// The key of a package as OSV names it; `None` for what has no purl type (`OSS-Fuzz`,
    /// `Linux`, `Android`, an ecosystem that nobody knows) or no name.
    #[must_use]
    pub fn from_osv(ecosystem: &str, name: &str) -> Option<Self> {
        let (head, suffix) = ecosystem.split_once(':').unwrap_or((ecosystem, ""));
        let (head, name) = (head.trim(), name.trim());
        if name.is_empty() {
            return None;
        }
        if let Some(distribution) = distribution::of_osv(head) {
            return Some(Self {
                ecosystem: format!("{}/{}", distribution.packages, distribution.name),
                name: fold(distribution.packages, name),
                release: distribution.release(suffix),
            });
        }
        let (_, kind) =
            REGISTRIES.iter().find(|(osv, _)| head.eq_ignore_ascii_case(osv))?;
        let name = match *kind {
            "maven" => fold(kind, &name.replacen(':', "/", 1)),
            "swift" => fold(kind, repository(name)),
            kind => fold(kind, name),
        };
        if name.is_empty() {
            return None;
        }
        Some(Self { ecosystem: (*kind).to_owned(), name, release: String::new() })
    }

    /// The key of a package as a purl names it.
    #[must_use]
    pub fn from_purl(purl: &Purl<'_>) -> Option<Self> {
        let namespace = purl.namespace().unwrap_or_default();
        let distro = purl.qualifier("distro");
        Self::from_purl_parts(purl.ty(), namespace, purl.name(), distro)
    }

    /// The key of a package as a purl names it, from its decoded parts; an empty namespace
    /// is none, and `distro` is the qualifier of that name. `None` without name, or where
    /// the type is none that a purl can have: with a slash it would pass for a type and
    /// the name of a distribution.
    #[must_use]
    pub fn from_purl_parts(
        kind: &str,
        namespace: &str,
        name: &str,
        distro: Option<&str>,
    ) -> Option<Self> {
        let kind = kind.trim().to_ascii_lowercase();
        let edge = |c: char| c == '/' || c.is_whitespace();
        let (namespace, name) = (namespace.trim_matches(edge), name.trim());
        if !is_type(&kind) || name.is_empty() {
            return None;
        }
        let kind = PURL_ALIASES
            .iter()
            .find(|(alias, _)| *alias == kind)
            .map_or(kind.as_str(), |(_, kind)| kind);
        if matches!(kind, "deb" | "rpm" | "apk" | "alpm") {
            return Some(packaged(kind, namespace, name, distro.unwrap_or_default()));
        }
        let whole = if namespace.is_empty() {
            name.to_owned()
        } else {
            format!("{namespace}/{name}")
        };
        Some(Self {
            ecosystem: kind.to_owned(),
            name: fold(kind, &whole),
            release: String::new(),
        })
    }

    /// What people call its registry or distribution, as OSV does: `npm`, `Ubuntu`; as it
    /// is where OSV has no name for it.
    #[must_use]
    pub fn registry(&self) -> &str {
        if let Some((kind, name)) = self.ecosystem.split_once('/') {
            return distribution::of_purl(kind, name).map_or(name, |known| known.osv);
        }
        REGISTRIES
            .iter()
            .find(|(_, kind)| *kind == self.ecosystem)
            .map_or(self.ecosystem.as_str(), |(osv, _)| osv)
    }

    /// The scheme that orders the package's versions.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        scheme_of(self)
    }
}

/// The scheme that orders the versions of a package: that of its ecosystem, and
/// [`Scheme::Unknown`] where the ecosystem has none that is known, never another one's.
///
/// opam's order is Debian's without epochs and revisions, Homebrew's has revisions of its
/// own: neither is any scheme here, so both are unknown.
#[must_use]
pub fn scheme_of(key: &Key) -> Scheme {
    let kind = key.ecosystem.split('/').next().unwrap_or_default();
    match kind {
        "npm" => Scheme::Npm,
        "pypi" => Scheme::Pypi,
        "maven" => Scheme::Maven,
        "nuget" => Scheme::Nuget,
        "gem" => Scheme::Gem,
        "composer" => Scheme::Composer,
        "golang" => Scheme::Golang,
        "cargo" => Scheme::Cargo,
        "deb" => Scheme::Deb,
        "rpm" => Scheme::Rpm,
        "apk" => Scheme::Apk,
        "alpm" => Scheme::Alpm,
        "ebuild" => Scheme::Gentoo,
        "cran" | "bioconductor" => Scheme::Cran,
        "hackage" => Scheme::Hackage,
        "hex" => Scheme::Hex,
        "pub" => Scheme::Pub,
        "swift" => Scheme::Swift,
        "conan" => Scheme::Conan,
        "bitnami" => Scheme::Bitnami,
        "julia" => Scheme::Julia,
        "github" | "vscode-extension" => Scheme::Semver,
        _ => Scheme::Unknown,
    }
}

/// OSV's names of registries and the purl types that stand for them.
const REGISTRIES: [(&str, &str); 21] = [
    ("npm", "npm"),
    ("PyPI", "pypi"),
    ("Go", "golang"),
    ("crates.io", "cargo"),
    ("Maven", "maven"),
    ("RubyGems", "gem"),
    ("Packagist", "composer"),
    ("NuGet", "nuget"),
    ("Hex", "hex"),
    ("Pub", "pub"),
    ("Hackage", "hackage"),
    ("CRAN", "cran"),
    ("Julia", "julia"),
    ("Bitnami", "bitnami"),
    ("SwiftURL", "swift"),
    ("ConanCenter", "conan"),
    ("opam", "opam"),
    ("Homebrew", "brew"),
    ("GitHub Actions", "github"),
    ("Bioconductor", "bioconductor"),
    ("VSCode", "vscode-extension"),
];

/// Types that occur in purls beside the registered ones, and those that they stand for.
const PURL_ALIASES: [(&str, &str); 4] = [
    ("githubactions", "github"),
    ("homebrew", "brew"),
    ("rubygems", "gem"),
    ("vscode", "vscode-extension"),
];

/// The key of a distribution's package. Without a namespace the qualifier says whose.
fn packaged(kind: &str, namespace: &str, name: &str, distro: &str) -> Key {
    let namespace = namespace.to_ascii_lowercase();
    let distribution = distribution::of_purl(kind, &namespace).or_else(|| {
        namespace.is_empty().then(|| distribution::of_distro(kind, distro))?
    });
    let (ecosystem, release) = match distribution {
        Some(known) => (format!("{kind}/{}", known.name), known.release(distro)),
        None if namespace.is_empty() => (kind.to_owned(), distro.to_ascii_lowercase()),
        None => {
            let release = unknown_release(&namespace, &distro.to_ascii_lowercase());
            (format!("{kind}/{namespace}"), release)
        }
    };
    Key { ecosystem, name: fold(kind, name), release }
}

/// The release of a distribution that nobody knows: without the namespace in front,
/// however often that stands there.
fn unknown_release(namespace: &str, distro: &str) -> String {
    let mut release = distro.trim_start_matches('-');
    while let Some(rest) = release.strip_prefix(namespace) {
        release = rest.trim_start_matches('-');
    }
    release.to_owned()
}

/// Whether a text can be the type of a purl.
fn is_type(kind: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".+-".contains(&byte);
    !kind.is_empty() && kind.bytes().all(allowed)
}

/// The canonical spelling of a name, namespace included.
fn fold(kind: &str, name: &str) -> String {
    match kind {
        "pypi" => pep_503(name),
        // crates.io gives a name once, whatever its case and whether `-` or `_`.
        "cargo" | "pub" => name.to_ascii_lowercase().replace('-', "_"),
        "nuget" => name.to_lowercase(),
        // A name with a slash has a scope, and a scope has its sign.
        "npm" if name.contains('/') && !name.starts_with('@') => format!("@{name}"),
        "golang" | "composer" | "hex" | "bitnami" | "swift" | "conan" | "github"
        | "gitlab" | "bitbucket" | "vscode-extension" | "deb" | "apk" | "alpm" => {
            name.to_ascii_lowercase()
        }
        _ => name.to_owned(),
    }
}

/// PEP 503: lower case, and each run of `-`, `_` and `.` becomes one `-`.
fn pep_503(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for character in name.chars() {
        if !matches!(character, '-' | '_' | '.') {
            folded.push(character.to_ascii_lowercase());
        } else if !folded.ends_with('-') {
            folded.push('-');
        }
    }
    folded
}

/// A repository's address as the purl of a Swift package has it.
fn repository(address: &str) -> &str {
    let path = address.split_once("://").map_or(address, |(_, path)| path);
    let path = path.trim_end_matches('/');
    path.strip_suffix(".git").unwrap_or(path).trim()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(ecosystem: &str, name: &str, release: &str) -> Option<Key> {
        Some(Key {
            ecosystem: ecosystem.to_owned(),
            name: name.to_owned(),
            release: release.to_owned(),
        })
    }

    /// Ecosystem and name; type, namespace, name and distro.
    type Spellings = ((&'static str, &'static str), Purl);
    type Purl = (&'static str, &'static str, &'static str, Option<&'static str>);

    const PACKAGES: &[(Spellings, (&str, &str, &str))] = &[
        (
            (("npm", "@babel/core"), ("npm", "@babel", "core", None)),
            ("npm", "@babel/core", ""),
        ),
        (
            (("npm", "@babel/core"), ("npm", "babel", "core", None)),
            ("npm", "@babel/core", ""),
        ),
        (
            (("npm", "JSONStream"), ("npm", "", "JSONStream", None)),
            ("npm", "JSONStream", ""),
        ),
        (
            (("npm", "jsonstream"), ("npm", "", "jsonstream", None)),
            ("npm", "jsonstream", ""),
        ),
        ((("PyPI", "Foo._-bar"), ("pypi", "", "foo_bar", None)), ("pypi", "foo-bar", "")),
        (
            (
                ("Go", "github.com/BurntSushi/toml"),
                ("golang", "github.com/burntsushi", "toml", None),
            ),
            ("golang", "github.com/burntsushi/toml", ""),
        ),
        ((("Go", "stdlib"), ("golang", "", "stdlib", None)), ("golang", "stdlib", "")),
        (
            (("Go", "toolchain"), ("golang", "", "toolchain", None)),
            ("golang", "toolchain", ""),
        ),
        (
            (("Maven", "org.apache:Xerces"), ("maven", "org.apache", "Xerces", None)),
            ("maven", "org.apache/Xerces", ""),
        ),
        (
            (
                ("Packagist:https://packages.drupal.org/8", "drupal/Webform"),
                ("composer", "drupal", "webform", None),
            ),
            ("composer", "drupal/webform", ""),
        ),
        (
            (("NuGet", "NewtonSoft.JSON"), ("nuget", "", "Newtonsoft.Json", None)),
            ("nuget", "newtonsoft.json", ""),
        ),
        (
            (("crates.io", "Serde-json"), ("cargo", "", "serde_json", None)),
            ("cargo", "serde_json", ""),
        ),
        (
            (("RubyGems", "RedCloth"), ("gem", "", "RedCloth", None)),
            ("gem", "RedCloth", ""),
        ),
        (
            (("Hackage", "Cabal"), ("hackage", "", "Cabal", None)),
            ("hackage", "Cabal", ""),
        ),
        (
            (("GitHub Actions", "TJ-actions/x"), ("github", "tj-actions", "x", None)),
            ("github", "tj-actions/x", ""),
        ),
        (
            (
                ("SwiftURL", "https://github.com/Apple/swift-nio.git"),
                ("swift", "github.com/apple", "swift-nio", None),
            ),
            ("swift", "github.com/apple/swift-nio", ""),
        ),
        (
            (("ConanCenter", "openssl"), ("conan", "", "openssl", None)),
            ("conan", "openssl", ""),
        ),
        (
            (("Homebrew", "libssh2"), ("brew", "", "libssh2", None)),
            ("brew", "libssh2", ""),
        ),
        (
            (("julia", "Deno_jll"), ("julia", "", "Deno_jll", None)),
            ("julia", "Deno_jll", ""),
        ),
    ];

    #[test]
    fn an_osv_package_and_its_purl_have_one_key() {
        #[track_caller]
        fn check(
            osv: (&str, &str),
            purl: (&str, &str, &str, Option<&str>),
            expected: (&str, &str, &str),
        ) {
            let expected = key(expected.0, expected.1, expected.2);
            assert_eq!(Key::from_osv(osv.0, osv.1), expected, "{osv:?}");
            let (kind, namespace, name, distro) = purl;
            let key = Key::from_purl_parts(kind, namespace, name, distro);
            assert_eq!(key, expected, "{purl:?}");
        }

        for ((osv, purl), expected) in PACKAGES {
            check(*osv, *purl, *expected);
        }
    }

    /// Ecosystem; type, namespace and distro; the key's ecosystem and release.
    type Release = (&'static str, [&'static str; 3], &'static str, &'static str);

    const RELEASES: &[Release] = &[
        ("AlmaLinux:8", ["rpm", "almalinux", "almalinux-8"], "rpm/almalinux", "8"),
        ("almalinux:8", ["rpm", "almalinux", "almalinux-8.10"], "rpm/almalinux", "8"),
        ("Alpine:v3.18", ["apk", "alpine", "alpine-3.18"], "apk/alpine", "3.18"),
        ("Alpine:v3.18", ["apk", "alpine", "3.18.4"], "apk/alpine", "3.18"),
        ("Alpine:edge", ["apk", "alpine", "alpine-edge"], "apk/alpine", "edge"),
        (
            "Alpaquita:stream",
            ["apk", "alpaquita", "alpaquita-stream"],
            "apk/alpaquita",
            "stream",
        ),
        ("Alpaquita:23", ["apk", "alpaquita", "23"], "apk/alpaquita", "23"),
        (
            "BellSoft Hardened Containers:25",
            ["apk", "bellsoft-hardened-containers", "25"],
            "apk/bellsoft-hardened-containers",
            "25",
        ),
        ("Ubuntu:22.04:LTS", ["deb", "ubuntu", "ubuntu-22.04"], "deb/ubuntu", "22.04"),
        ("Ubuntu:22.04:LTS", ["deb", "ubuntu", "jammy"], "deb/ubuntu", "22.04"),
        ("Ubuntu:22.04", ["deb", "Ubuntu", "ubuntu-22.04.3"], "deb/ubuntu", "22.04"),
        (
            "Ubuntu:Pro:14.04:LTS",
            ["deb", "ubuntu", "trusty/esm"],
            "deb/ubuntu",
            "pro:14.04",
        ),
        (
            "Ubuntu:Pro:FIPS-updates:22.04:LTS",
            ["deb", "ubuntu", "ubuntu-pro:fips-updates:22.04"],
            "deb/ubuntu",
            "pro:fips-updates:22.04",
        ),
        ("Debian:11", ["deb", "debian", "debian-11.6"], "deb/debian", "11"),
        ("Debian:6.0", ["deb", "debian", "squeeze"], "deb/debian", "6.0"),
        ("Debian:6.0", ["deb", "debian", "debian-6.0.10"], "deb/debian", "6.0"),
        ("Debian:3.0", ["deb", "debian", "debian-3.0"], "deb/debian", "3.0"),
        ("Debian", ["deb", "debian", ""], "deb/debian", ""),
        ("Debian:13", ["deb", "", "debian-trixie"], "deb/debian", "13"),
        (
            "Rocky Linux:8",
            ["rpm", "rocky-linux", "rocky-linux-8-4-legacy"],
            "rpm/rocky",
            "8",
        ),
        ("Rocky Linux:9", ["rpm", "rocky", "rocky-9.3"], "rpm/rocky", "9"),
        (
            "Red Hat:enterprise_linux:9::appstream",
            ["rpm", "redhat", "rhel-9.2"],
            "rpm/redhat",
            "9",
        ),
        (
            "SUSE:Linux Enterprise Server 12 SP1",
            ["rpm", "suse", "sles-12.1"],
            "rpm/suse",
            "12.1",
        ),
        (
            "SUSE:Linux Enterprise Module for Basesystem 15 SP5",
            ["rpm", "suse", "sles-15-sp5"],
            "rpm/suse",
            "15.5",
        ),
        ("SUSE:Package Hub 12", ["rpm", "suse", "SUSE Package Hub 12"], "rpm/suse", "12"),
        (
            "SUSE:Linux Micro 6.0",
            ["rpm", "suse", "sl-micro-6.0"],
            "rpm/suse",
            "micro-6.0",
        ),
        (
            "openSUSE:Leap 15.4",
            ["rpm", "opensuse", "opensuse-leap-15.4"],
            "rpm/opensuse",
            "15.4",
        ),
        (
            "openSUSE:Tumbleweed",
            ["rpm", "opensuse", "opensuse-tumbleweed-20240101"],
            "rpm/opensuse",
            "tumbleweed",
        ),
        ("Wolfi", ["apk", "wolfi", "wolfi-20230201"], "apk/wolfi", ""),
        ("Chainguard", ["apk", "chainguard", ""], "apk/chainguard", ""),
        ("CleanStart", ["apk", "cleanstart", ""], "apk/cleanstart", ""),
        ("Mageia:9", ["rpm", "mageia", "mageia-9"], "rpm/mageia", "9"),
        (
            "openEuler:22.03-LTS-SP1",
            ["rpm", "openeuler", "openEuler-22.03-LTS-SP1"],
            "rpm/openeuler",
            "22.03-lts-sp1",
        ),
        ("Photon OS:3.0", ["rpm", "photon", "photon-3.0"], "rpm/photon", "3.0"),
        ("Azure Linux:3", ["rpm", "azurelinux", "azurelinux-3.0"], "rpm/azurelinux", "3"),
    ];

    #[test]
    fn a_distribution_is_keyed_with_its_release_however_that_is_written() {
        #[track_caller]
        fn check(osv: &str, purl: [&str; 3], ecosystem: &str, release: &str) {
            let expected = key(ecosystem, "openssl", release);
            assert_eq!(Key::from_osv(osv, "openssl"), expected, "{osv}");
            let [kind, namespace, distro] = purl;
            let key = Key::from_purl_parts(kind, namespace, "openssl", Some(distro));
            assert_eq!(key, expected, "{purl:?}");
        }

        for (osv, purl, ecosystem, release) in RELEASES {
            check(osv, *purl, ecosystem, release);
        }
    }

    #[test]
    fn what_is_another_package_has_another_key() {
        #[track_caller]
        fn check(a: (&str, &str), b: (&str, &str)) {
            assert_ne!(Key::from_osv(a.0, a.1), Key::from_osv(b.0, b.1), "{a:?} {b:?}");
        }

        check(("npm", "a"), ("PyPI", "a"));
        check(("Ubuntu:14.04:LTS", "a"), ("Ubuntu:Pro:14.04:LTS", "a"));
        check(("Ubuntu:Pro:14.04:LTS", "a"), ("Ubuntu:Pro:FIPS:14.04:LTS", "a"));
        check(("Ubuntu:22.04:LTS", "a"), ("Debian:11", "a"));
        check(
            ("Red Hat:rhel_eus:9.2::appstream", "a"),
            ("Red Hat:enterprise_linux:9::appstream", "a"),
        );
        check(("Alpine:v3.18", "a"), ("Alpine:v3.19", "a"));
        check(("Alpine", "a"), ("Wolfi", "a"));
        check(("Maven", "g:A"), ("Maven", "g:a"));
        check(("npm", "@a/b"), ("npm", "b"));
        check(("npm", "@a/b"), ("npm", "a-b"));
        check(
            ("SUSE:Linux Micro 6.0", "a"),
            ("SUSE:Linux Enterprise Server 15 SP6", "a"),
        );
    }

    #[test]
    fn what_has_no_purl_type_or_no_name_has_no_key() {
        for (ecosystem, name) in [
            ("OSS-Fuzz", "bitcoin-core"),
            ("Linux", "Kernel"),
            ("Android", "platform/frameworks/base"),
            ("GIT", "x"),
            ("Ecosystem1", "proj1"),
            ("", "x"),
            (":8", "x"),
            ("npm", ""),
            ("npm", "  "),
            ("AlmaLinux:8", ""),
        ] {
            assert_eq!(Key::from_osv(ecosystem, name), None, "{ecosystem} {name}");
        }
        for address in ["https://", "https:// .git", "/", ".git"] {
            assert_eq!(Key::from_osv("SwiftURL", address), None, "{address}");
        }
        for kind in ["//////apk///", "deb/debian", "n pm", "npm?"] {
            assert_eq!(Key::from_purl_parts(kind, "", "x", None), None, "{kind}");
        }
        assert_eq!(Key::from_purl_parts("npm", "", "", None), None);
        assert_eq!(Key::from_purl_parts("", "", "x", None), None);
    }

    #[test]
    fn the_key_of_a_key_is_the_same_key() {
        #[track_caller]
        fn check(parts: [&str; 4], name: &str, release: &str) {
            let [kind, namespace, given, distro] = parts;
            let key = Key::from_purl_parts(kind, namespace, given, Some(distro)).unwrap();
            assert_eq!((key.name.as_str(), key.release.as_str()), (name, release));
            let (kind, namespace) =
                key.ecosystem.split_once('/').unwrap_or((&key.ecosystem, ""));
            let again =
                Key::from_purl_parts(kind, namespace, &key.name, Some(&key.release));
            assert_eq!(again.as_ref(), Some(&key));
        }

        check(["golang", " / /  a / ", "b", ""], "a/b", "");
        check(["golang", "/", "//////", ""], "//////", "");
        check(["deb", " debian ", "x", "debian-debian-11"], "x", "11");
        check(["rpm", "openeuler", "x", "openEuler-openEuler-22.03"], "x", "22.03");
        check(["rpm", "acme", "x", "-acme-acme-7"], "x", "7");
        check(["apk", "alpine", "x", "3..18"], "x", "3");
        check(["deb", "ubuntu", "x", "a\t:\t/\tb\t:\t:\t/\t\t/"], "x", "a:b");
        check(["deb", "ubuntu", "x", "al-1:al-2:al-3:al-4:al-5:al-6"], "x", "6");
        check(["deb", "ubuntu", "x", "4\t\tal:sl-al-x\t\tal:2"], "x", "x:2");
        check(["rpm", "redhat", "x", "rheu:9.2\u{b}::a"], "x", "rheu:9.2");
        check(["rpm", "redhat", "x", "enterprise_linux:enterprise_linux:9"], "x", "");
    }

    #[test]
    fn an_ecosystem_without_a_known_order_is_unknown_and_no_neighbours() {
        #[track_caller]
        fn check(ecosystem: &str, expected: Scheme) {
            let key = Key::from_osv(ecosystem, "x").unwrap();
            assert_eq!(key.scheme(), expected, "{ecosystem}");
        }

        check("Rocky Linux:8", Scheme::Rpm);
        check("Alpaquita:stream", Scheme::Apk);
        check("Ubuntu:22.04:LTS", Scheme::Deb);
        check("crates.io", Scheme::Cargo);
        check("Julia", Scheme::Julia);
        check("Homebrew", Scheme::Unknown);
        check("opam", Scheme::Unknown);
        for kind in ["generic", "oci", "docker", "tomorrow"] {
            let key = Key::from_purl_parts(kind, "", "x", None).unwrap();
            assert_eq!(key.scheme(), Scheme::Unknown, "{kind}");
        }
    }

    proptest! {
        #[test]
        fn the_case_of_an_ecosystem_never_matters(
            at in 0..REGISTRIES.len(),
            name in "[a-z][a-z0-9]{0,8}",
        ) {
            let (osv, _) = REGISTRIES[at];
            let plain = Key::from_osv(osv, &name);
            prop_assert_eq!(&Key::from_osv(&osv.to_uppercase(), &name), &plain);
            prop_assert_eq!(&Key::from_osv(&osv.to_lowercase(), &name), &plain);
        }

        #[test]
        fn registries_agree_between_osv_and_purl(
            at in 0..REGISTRIES.len(),
            namespace in "[A-Za-z][A-Za-z0-9._-]{0,8}",
            name in "[A-Za-z][A-Za-z0-9._-]{0,8}",
        ) {
            let (osv, kind) = REGISTRIES[at];
            let joint = if kind == "maven" { ':' } else { '/' };
            let name = name.trim_end_matches(".git");
            let whole = format!("{namespace}{joint}{name}");
            prop_assert_eq!(
                Key::from_osv(osv, &whole),
                Key::from_purl_parts(kind, &namespace, name, None)
            );
        }

        #[test]
        fn a_key_is_its_own_key_whatever_its_release_is_pieced_together_from(
            of in "(deb/ubuntu|deb/debian|rpm/redhat|rpm/suse|apk/alpine|rpm/openeuler|rpm/acme)",
            distro in "(al|sl|rhel|ubuntu|pro|esm|impish|enterprise_linux|sp|v|x|4|\\.|-|:|/|\t| ){0,16}",
        ) {
            let (kind, namespace) = of.split_once('/').unwrap();
            let key = Key::from_purl_parts(kind, namespace, "x", Some(&distro)).unwrap();
            let again = Key::from_purl_parts(kind, namespace, "x", Some(&key.release));
            prop_assert_eq!(again, Some(key.clone()), "{}", distro);
        }

        #[test]
        fn a_key_is_its_own_key(kind in "(npm|pypi|cargo|nuget|golang|gem|deb|rpm)",
            name in "\\PC{1,12}", distro in "\\PC{0,12}")
        {
            if let Some(key) = Key::from_purl_parts(&kind, "", &name, Some(&distro)) {
                let (kind, namespace) =
                    key.ecosystem.split_once('/').unwrap_or((&key.ecosystem, ""));
                let again =
                    Key::from_purl_parts(kind, namespace, &key.name, Some(&key.release));
                prop_assert_eq!(again, Some(key.clone()));
            }
        }
    }
}
