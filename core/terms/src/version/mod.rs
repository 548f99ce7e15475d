//! The order of versions, one scheme per module, and never a guess.
//!
//! Two versions of a scheme are less, equal, greater, or *incomparable*; the last is
//! `None`. A text that the scheme cannot read is incomparable with everything but a text
//! equal to it, and so is every pair of a scheme that has no order (`git`). Blanks around
//! a text never count.
//!
//! Nearly every scheme writes a [`sort_key`], bytes whose order is that of the versions, and
//! is compared by it, so that a key and a comparison cannot disagree. The few that have
//! circles or unequal equals in their order compare directly, and give a key only to the
//! texts that are free of them.

pub mod firmware;
pub mod rpm;

pub(crate) mod git;

mod alpm;
mod apk;
mod bitnami;
mod composer;
mod conan;
mod cran;
mod datetime;
mod deb;
mod dotted;
mod gem;
mod gentoo;
mod golang;
mod hackage;
mod julia;
mod jvm;
mod key;
mod maven;
mod nuget;
mod openssl;
mod placeholder;
mod pub_;
mod pypi;
mod semver;
mod windows;

use std::cmp::Ordering;
use std::fmt;

pub use placeholder::Placeholder;

/// A version scheme, by the words of `vers` and purl where they have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[expect(
    missing_docs,
    reason = "the names are the schemes' own; each module explains one"
)]
pub enum Scheme {
    Semver = 0,
    Npm = 1,
    Pypi = 2,
    Maven = 3,
    Nuget = 4,
    Gem = 5,
    Composer = 6,
    Golang = 7,
    Cargo = 8,
    Deb = 9,
    Rpm = 10,
    Apk = 11,
    Alpm = 12,
    Gentoo = 13,
    Cran = 14,
    Hackage = 15,
    Hex = 16,
    Pub = 17,
    Swift = 18,
    Conan = 19,
    Bitnami = 20,
    Julia = 21,
    Openssl = 22,
    Jvm = 23,
    Windows = 24,
    Datetime = 25,
    Git = 26,
    Firmware = 27,
    /// No scheme is known: equal texts are equal, everything else is incomparable.
    Unknown = 28,
}

impl Scheme {
    /// Every scheme that has a name, in the order of their numbers.
    pub const ALL: [Self; 28] = [
        Self::Semver,
        Self::Npm,
        Self::Pypi,
        Self::Maven,
        Self::Nuget,
        Self::Gem,
        Self::Composer,
        Self::Golang,
        Self::Cargo,
        Self::Deb,
        Self::Rpm,
        Self::Apk,
        Self::Alpm,
        Self::Gentoo,
        Self::Cran,
        Self::Hackage,
        Self::Hex,
        Self::Pub,
        Self::Swift,
        Self::Conan,
        Self::Bitnami,
        Self::Julia,
        Self::Openssl,
        Self::Jvm,
        Self::Windows,
        Self::Datetime,
        Self::Git,
        Self::Firmware,
    ];

    /// The scheme's name on the command line, in `vers` and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Semver => "semver",
            Self::Npm => "npm",
            Self::Pypi => "pypi",
            Self::Maven => "maven",
            Self::Nuget => "nuget",
            Self::Gem => "gem",
            Self::Composer => "composer",
            Self::Golang => "golang",
            Self::Cargo => "cargo",
            Self::Deb => "deb",
            Self::Rpm => "rpm",
            Self::Apk => "apk",
            Self::Alpm => "alpm",
            Self::Gentoo => "gentoo",
            Self::Cran => "cran",
            Self::Hackage => "hackage",
            Self::Hex => "hex",
            Self::Pub => "pub",
            Self::Swift => "swift",
            Self::Conan => "conan",
            Self::Bitnami => "bitnami",
            Self::Julia => "julia",
            Self::Openssl => "openssl",
            Self::Jvm => "jvm",
            Self::Windows => "windows",
            Self::Datetime => "datetime",
            Self::Git => "git",
            Self::Firmware => "firmware",
            Self::Unknown => "unknown",
        }
    }

    /// The scheme of that name, if there is one.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name)
    }

    /// The scheme of a vers URI: [`Self::named`], and the words that vers uses where purl
    /// has another (`alpine`, `debian`, `ebuild`, `rubygems`, …).
    #[must_use]
    pub fn of_vers(name: &str) -> Option<Self> {
        Some(match name {
            "alpine" => Self::Apk,
            "arch" | "archlinux" => Self::Alpm,
            "debian" | "ubuntu" => Self::Deb,
            "ebuild" => Self::Gentoo,
            "go" => Self::Golang,
            "packagist" => Self::Composer,
            "rubygems" => Self::Gem,
            "crates" | "crates.io" => Self::Cargo,
            "intdot" => Self::Hackage,
            _ => return Self::named(name),
        })
    }

    /// The scheme with that number, for readers of the index.
    #[must_use]
    pub fn numbered(number: u8) -> Option<Self> {
        match number {
            28 => Some(Self::Unknown),
            _ => Self::ALL.get(usize::from(number)).copied(),
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How `a` stands to `b` in the order of `scheme`; `None` is *incomparable*.
#[must_use]
pub fn compare(scheme: Scheme, a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (a.trim_ascii(), b.trim_ascii());
    if a == b {
        return Some(Ordering::Equal);
    }
    if a.is_empty() || b.is_empty() {
        return None;
    }
    match scheme {
        Scheme::Git => git::same(a, b).then_some(Ordering::Equal),
        Scheme::Unknown => None,
        Scheme::Alpm => Some(alpm::compare(a.as_bytes(), b.as_bytes())),
        Scheme::Rpm => Some(rpm::compare_with_epoch(rpm::Epoch::Zero, a, b)),
        Scheme::Composer => composer::compare(a.as_bytes(), b.as_bytes()),
        Scheme::Conan => conan::compare(a.as_bytes(), b.as_bytes()),
        Scheme::Datetime => datetime::compare(a.as_bytes(), b.as_bytes()),
        Scheme::Maven => maven::compare(a, b),
        Scheme::Windows => windows::compare(a.as_bytes(), b.as_bytes()),
        Scheme::Firmware => firmware::compare(a, b),
        _ => Some(sort_key(scheme, a)?.cmp(&sort_key(scheme, b)?)),
    }
}

/// How a version of Composer stands to a bound: a named branch only to itself.
pub(crate) fn composer_with_bound(version: &str, bound: &str) -> Option<Ordering> {
    let order = compare(Scheme::Composer, version, bound)?;
    let is_branch = |text: &str| composer::is_branch(text.trim_ascii().as_bytes());
    let is_apart = order != Ordering::Equal && (is_branch(version) || is_branch(bound));
    (!is_apart).then_some(order)
}

/// Whether the order of a scheme is that of its sort keys and nothing else, so that a text
/// without a key is incomparable with every other text.
#[must_use]
pub const fn is_keyed(scheme: Scheme) -> bool {
    !matches!(
        scheme,
        Scheme::Alpm
            | Scheme::Rpm
            | Scheme::Composer
            | Scheme::Conan
            | Scheme::Datetime
            | Scheme::Maven
            | Scheme::Windows
            | Scheme::Firmware
            | Scheme::Git
    )
}

/// A key whose order as bytes is the order of the versions of `scheme`.
///
/// `None` where the scheme cannot read `text` or has no such key; then [`compare`] is
/// asked. For two texts that both have a key, comparing keys and [`compare`] agree.
#[must_use]
pub fn sort_key(scheme: Scheme, text: &str) -> Option<Vec<u8>> {
    let mut key = Vec::with_capacity(text.len() + 8);
    sort_key_into(scheme, text, &mut key).then_some(key)
}

/// Writes the [`sort_key`] of `text` into `out`, which is emptied first, and says whether
/// there is one. A buffer that is used again makes matching free of allocation.
#[must_use]
pub fn sort_key_into(scheme: Scheme, text: &str, out: &mut Vec<u8>) -> bool {
    out.clear();
    let written = write_key(scheme, text.trim_ascii().as_bytes(), out).is_some();
    if !written {
        out.clear();
    }
    written
}

/// Which side of a bound a cut between keys is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Before every version that equals the bound.
    Before,
    /// Behind every version that equals the bound.
    Behind,
}

/// The place of a bound among the sort keys: a key is behind `Before` if its version is
/// the bound or later, and behind `Behind` if it is later.
pub(crate) fn cut(scheme: Scheme, bound: &str, side: Side) -> Option<Vec<u8>> {
    let text = bound.trim_ascii();
    if matches!(scheme, Scheme::Rpm | Scheme::Alpm) && !text.is_empty() {
        let mut out = Vec::with_capacity(text.len() + 8);
        match scheme {
            Scheme::Rpm => rpm::cut(text.as_bytes(), side, &mut out),
            _ => alpm::cut(text.as_bytes(), side, &mut out)?,
        }
        return Some(out);
    }
    let mut out = sort_key(scheme, text)?;
    if side == Side::Behind {
        out.push(0);
    }
    Some(out)
}

fn write_key(scheme: Scheme, text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    if text.is_empty() {
        return None;
    }
    match scheme {
        Scheme::Semver => semver::key(text, semver::Numbers::Many, out),
        Scheme::Npm | Scheme::Cargo | Scheme::Hex | Scheme::Swift => {
            semver::key(text, semver::Numbers::Three, out)
        }
        Scheme::Golang => golang::key(text, out),
        Scheme::Pub => pub_::key(text, out),
        Scheme::Julia => julia::key(text, out),
        Scheme::Bitnami => bitnami::key(text, out),
        Scheme::Nuget => nuget::key(text, out),
        Scheme::Pypi => pypi::key(text, out),
        Scheme::Gem => gem::key(text, out),
        Scheme::Composer => composer::key(text, out),
        Scheme::Deb => deb::key(text, out),
        Scheme::Rpm => rpm::key(text, out),
        Scheme::Apk => apk::key(text, out),
        Scheme::Alpm => alpm::key(text, out),
        Scheme::Gentoo => gentoo::key(text, out),
        Scheme::Cran => cran::key(text, out),
        Scheme::Hackage => hackage::key(text, out),
        Scheme::Conan => conan::key(text, out),
        Scheme::Openssl => openssl::key(text, out),
        Scheme::Jvm => jvm::key(text, out),
        Scheme::Windows => windows::key(text, out),
        Scheme::Datetime => datetime::key(text, out),
        Scheme::Maven => maven::key(text, out),
        Scheme::Git | Scheme::Firmware | Scheme::Unknown => None,
    }
}
