//! Distributions: what OSV and purl call them, and how their releases are spelled.
//!
//! Source: OSV schema 1.7 (ecosystems and their suffixes), purl-spec (`deb`, `rpm`,
//! `apk`), os-release ids as scanners put them in the qualifier `distro`, and the
//! release notes of Debian and Ubuntu for code names.

/// A distribution of packages.
#[derive(Debug)]
pub(super) struct Distribution {
    /// The purl type of its packages: `deb`, `rpm`, `apk`.
    pub(super) packages: &'static str,
    /// The purl namespace, in the spelling that a key has.
    pub(super) name: &'static str,
    /// OSV's ecosystem without a suffix.
    pub(super) osv: &'static str,
    /// Further spellings: namespaces, os-release ids, ecosystems of other collections.
    also: &'static [&'static str],
    spelling: Spelling,
}

/// How releases are spelled.
#[derive(Clone, Copy, Debug)]
enum Spelling {
    /// That many numbers, further ones are point releases.
    Numbers(usize),
    /// There is one release only.
    Rolling,
    /// As written, in lower case.
    AsWritten,
    Debian,
    Ubuntu,
    RedHat,
    Suse,
}

use Spelling::{AsWritten, Debian, Numbers, RedHat, Rolling, Suse, Ubuntu};

const fn of(
    packages: &'static str,
    name: &'static str,
    osv: &'static str,
    also: &'static [&'static str],
    spelling: Spelling,
) -> Distribution {
    Distribution { packages, name, osv, also, spelling }
}

static DISTRIBUTIONS: [Distribution; 24] = [
    of("rpm", "almalinux", "AlmaLinux", &["alma"], Numbers(1)),
    of("apk", "alpaquita", "Alpaquita", &[], Numbers(1)),
    of("apk", "alpine", "Alpine", &[], Numbers(2)),
    of("rpm", "amzn", "Amazon Linux", &["amazon", "amazonlinux", "al"], Numbers(1)),
    of(
        "rpm",
        "azurelinux",
        "Azure Linux",
        &["azure-linux", "cbl-mariner", "mariner", "azl"],
        Numbers(1),
    ),
    of(
        "apk",
        "bellsoft-hardened-containers",
        "BellSoft Hardened Containers",
        &[],
        Numbers(1),
    ),
    of("rpm", "centos", "CentOS", &[], Numbers(1)),
    of("apk", "chainguard", "Chainguard", &[], Rolling),
    of("apk", "cleanstart", "CleanStart", &[], Rolling),
    of("deb", "debian", "Debian", &[], Debian),
    of("deb", "echo", "Echo", &[], Rolling),
    of("rpm", "fedora", "Fedora", &[], Numbers(1)),
    of("rpm", "mageia", "Mageia", &[], Numbers(1)),
    of("apk", "minimos", "MinimOS", &[], Rolling),
    of("rpm", "openeuler", "openEuler", &[], AsWritten),
    of("rpm", "opensuse", "openSUSE", &["opensuse-leap", "opensuse-tumbleweed"], Suse),
    of("rpm", "oracle", "Oracle Linux", &["ol", "oraclelinux"], Numbers(1)),
    of("rpm", "photon", "Photon OS", &["photon-os"], Numbers(2)),
    of("rpm", "redhat", "Red Hat", &["rhel", "red-hat"], RedHat),
    of("rpm", "rocky", "Rocky Linux", &["rocky-linux", "rockylinux"], Numbers(1)),
    of(
        "rpm",
        "suse",
        "SUSE",
        &["sles", "sled", "sle", "sles_sap", "sle_hpc", "sl", "suse-linux"],
        Suse,
    ),
    of("deb", "ubuntu", "Ubuntu", &[], Ubuntu),
    of("apk", "wolfi", "Wolfi", &[], Rolling),
    of("alpm", "arch", "Arch Linux", &["archlinux"], Rolling),
];

impl Distribution {
    fn is(&self, id: &str) -> bool {
        let equal = |name: &&str| name.eq_ignore_ascii_case(id);
        [self.name, self.osv].iter().any(equal) || self.also.iter().any(equal)
    }

    /// The canonical spelling of a release: OSV's suffix, or the qualifier `distro`, with
    /// or without a distribution's id in front.
    pub(super) fn release(&self, text: &str) -> String {
        // What one reading leaves over may be one to read again: a blank that stood before
        // a colon, a product's name in the place of its version. No text has kept four.
        let mut release = text.to_owned();
        for _ in 0..4 {
            let read = self.read(&release);
            if read == release {
                break;
            }
            release = read;
        }
        release
    }

    fn read(&self, text: &str) -> String {
        let text = without_id(text).to_ascii_lowercase();
        match self.spelling {
            Rolling => String::new(),
            AsWritten => text,
            Numbers(count) => numbers(&text, count),
            Debian => debian(&text),
            Ubuntu => ubuntu(&text),
            RedHat => red_hat(&text),
            Suse => suse(&text),
        }
    }
}

/// The distribution that OSV calls `head`.
pub(super) fn of_osv(head: &str) -> Option<&'static Distribution> {
    DISTRIBUTIONS.iter().find(|distribution| distribution.is(head))
}

/// The distribution that a purl's namespace names.
pub(super) fn of_purl(kind: &str, namespace: &str) -> Option<&'static Distribution> {
    DISTRIBUTIONS
        .iter()
        .find(|distribution| distribution.packages == kind && distribution.is(namespace))
}

/// The distribution that the qualifier `distro` begins with.
pub(super) fn of_distro(kind: &str, distro: &str) -> Option<&'static Distribution> {
    let (id, _) = split_id(distro)?;
    of_purl(kind, id)
}

/// The qualifier `distro` without the id in front, however often that stands there.
fn without_id(distro: &str) -> &str {
    let mut rest = distro.trim();
    while let Some((_, after)) = split_id(rest) {
        rest = after.trim();
    }
    rest
}

/// The longest id of a known distribution that `distro` begins with, and what follows.
fn split_id(distro: &str) -> Option<(&str, &str)> {
    const JOINTS: [char; 4] = ['-', ':', '/', ' '];
    DISTRIBUTIONS
        .iter()
        .flat_map(|known| {
            [known.name, known.osv].into_iter().chain(known.also.iter().copied())
        })
        .filter_map(|id| {
            let (head, rest) = distro.split_at_checked(id.len())?;
            if !head.eq_ignore_ascii_case(id) {
                return None;
            }
            if rest.is_empty() {
                // `opensuse-tumbleweed` is a release too.
                return (!head.contains("tumbleweed")).then_some((head, rest));
            }
            let after = rest.strip_prefix(JOINTS)?;
            (!id.contains("tumbleweed")).then_some((head, after))
        })
        .max_by_key(|(head, _)| head.len())
}

/// The first `count` numbers of a dotted release; another word stays as it is.
fn numbers(text: &str, count: usize) -> String {
    let text =
        text.strip_prefix('v').filter(|rest| starts_with_digit(rest)).unwrap_or(text);
    if !starts_with_digit(text) {
        return text.to_owned();
    }
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let dotted = text.get(..end).unwrap_or(text);
    let numbers = dotted.split('.').take(count).collect::<Vec<_>>().join(".");
    numbers.trim_end_matches('.').to_owned()
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// Debian counted `3.1`, then `4.0` to `6.0`, and from 7 on whole numbers.
fn debian(text: &str) -> String {
    if !starts_with_digit(text) {
        return code_name(text, &DEBIAN).unwrap_or(text).to_owned();
    }
    let major = numbers(text, 1);
    match major.as_str() {
        "4" | "5" | "6" => format!("{major}.0"),
        "1" | "2" | "3" => numbers(text, 2),
        _ => major,
    }
}

/// Ubuntu: `22.04`, and in front of it `pro:` and its flavour (`fips`, `realtime`) where
/// the packages are not those of the plain release. A distribution's id in front of a step
/// says nothing there either: the number behind it goes to the end, and the next step would
/// then stand in front.
fn ubuntu(text: &str) -> String {
    let mut pro = "";
    let mut steps = Vec::new();
    let mut release = String::new();
    let between = |c: char| matches!(c, ':' | '/') || c.is_whitespace();
    for step in text.split(between).map(without_id) {
        match step {
            "lts" | "" => {}
            "pro" | "esm" => pro = "pro",
            step if starts_with_digit(step) => release = numbers(step, 2),
            step => match code_name(step, &UBUNTU) {
                Some(number) => release = number.to_owned(),
                None => steps.push(step),
            },
        }
    }
    let mut all: Vec<&str> = Vec::new();
    if !pro.is_empty() {
        all.push(pro);
    }
    all.extend(steps);
    if !release.is_empty() {
        all.push(&release);
    }
    all.join(":")
}

/// Red Hat: OSV's suffix is a CPE without its head, `rhel_eus:9.2::appstream`. The plain
/// distribution is its number; other products keep their name. The repository is left
/// out: a package is in one of them.
fn red_hat(text: &str) -> String {
    if starts_with_digit(text) {
        return numbers(text, 1);
    }
    let mut steps = text.split(':');
    let product = steps.next().unwrap_or_default();
    let version = steps.next().unwrap_or_default();
    match product {
        "enterprise_linux" | "rhel" => numbers(version, 1),
        _ if version.is_empty() => product.to_owned(),
        _ => format!("{product}:{version}"),
    }
}

/// SUSE and openSUSE: number and service pack, `15.5`. The products of one service pack
/// (Server, Desktop, modules) share their packages, and a purl does not say which are
/// installed; only Micro counts for itself.
fn suse(text: &str) -> String {
    if text.contains("tumbleweed") {
        return "tumbleweed".to_owned();
    }
    let mut words = text.split([' ', '-', '_', ':']);
    let Some(number) = words.find(|word| starts_with_digit(word)) else {
        return text.to_owned();
    };
    let pack = words.next().and_then(|word| word.strip_prefix("sp")).filter(|pack| {
        !pack.is_empty() && pack.bytes().all(|byte| byte.is_ascii_digit())
    });
    let number = match pack {
        Some(pack) => format!("{}.{pack}", numbers(number, 1)),
        None => numbers(number, 2),
    };
    if text.contains("micro") { format!("micro-{number}") } else { number }
}

fn code_name(name: &str, names: &[(&str, &'static str)]) -> Option<&'static str> {
    names.iter().find(|(code, _)| *code == name).map(|(_, number)| *number)
}

const DEBIAN: [(&str, &str); 16] = [
    ("potato", "2.2"),
    ("woody", "3.0"),
    ("sarge", "3.1"),
    ("etch", "4.0"),
    ("lenny", "5.0"),
    ("squeeze", "6.0"),
    ("wheezy", "7"),
    ("jessie", "8"),
    ("stretch", "9"),
    ("buster", "10"),
    ("bullseye", "11"),
    ("bookworm", "12"),
    ("trixie", "13"),
    ("forky", "14"),
    ("duke", "15"),
    ("unstable", "sid"),
];

const UBUNTU: [(&str, &str); 31] = [
    ("dapper", "6.06"),
    ("hardy", "8.04"),
    ("lucid", "10.04"),
    ("maverick", "10.10"),
    ("natty", "11.04"),
    ("oneiric", "11.10"),
    ("precise", "12.04"),
    ("quantal", "12.10"),
    ("raring", "13.04"),
    ("saucy", "13.10"),
    ("trusty", "14.04"),
    ("utopic", "14.10"),
    ("vivid", "15.04"),
    ("wily", "15.10"),
    ("xenial", "16.04"),
    ("yakkety", "16.10"),
    ("zesty", "17.04"),
    ("artful", "17.10"),
    ("bionic", "18.04"),
    ("cosmic", "18.10"),
    ("disco", "19.04"),
    ("eoan", "19.10"),
    ("focal", "20.04"),
    ("groovy", "20.10"),
    ("hirsute", "21.04"),
    ("impish", "21.10"),
    ("jammy", "22.04"),
    ("kinetic", "22.10"),
    ("lunar", "23.04"),
    ("mantic", "23.10"),
    ("noble", "24.04"),
];
