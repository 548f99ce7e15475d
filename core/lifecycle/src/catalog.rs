//! Products, their cycles, and which of them a component is.

use std::collections::BTreeMap;

use reading::Place;
use sbom::Component;
use terms::Day;

use crate::supplement;

/// When something ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// On that day.
    On(Day),
    /// It has ended, and nobody says when.
    Over,
    /// It goes on, and no end is told.
    GoesOn,
    /// Nobody says, with what would have to be known.
    Unknown(String),
}

/// One cycle of a product: a line of releases that ends together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// Its name, such as `3.0` or `10-21h2-iot-lts`; empty where the product has one alone.
    pub name: String,
    /// When its support ends.
    pub ends: End,
    /// When support that is paid for besides ends; `None` where there is none.
    pub extended: Option<End>,
    /// Where it stands.
    pub place: Place,
}

/// A product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// What it is called.
    pub name: String,
    /// The document that tells.
    pub source: String,
    /// Package URLs without versions.
    pub purls: Vec<String>,
    /// `vendor:product` of CPE names.
    pub cpes: Vec<String>,
    /// Names by which it is known exactly, in small letters.
    pub names: Vec<String>,
    /// Its cycles.
    pub cycles: Vec<Cycle>,
}

/// How support of something stands; what asks most stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It has ended.
    Ended,
    /// It ends while it is meant to be used, or goes on only where somebody pays for it.
    EndsInUse,
    /// Nobody can tell.
    CannotTell,
    /// It goes on, or outlasts the use.
    GoesOn,
}

impl Standing {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::EndsInUse => "ends_in_use",
            Self::CannotTell => "cannot_tell",
            Self::GoesOn => "goes_on",
        }
    }
}

impl End {
    /// The day, where one is told.
    #[must_use]
    pub const fn day(&self) -> Option<Day> {
        match self {
            Self::On(day) => Some(*day),
            Self::Over | Self::GoesOn | Self::Unknown(_) => None,
        }
    }
}

impl Cycle {
    /// How its support stands on a day, for something that is used until another. Support that
    /// is paid for besides keeps an end from being one, and somebody has to pay.
    #[must_use]
    pub fn standing(&self, used_until: Option<Day>, today: Day) -> Standing {
        let is_paid_for = self.paid_until().is_some_and(|it| it >= today);
        match &self.ends {
            End::On(day) if *day < today && is_paid_for => Standing::EndsInUse,
            End::On(day) if *day < today => Standing::Ended,
            End::On(day) if used_until.is_some_and(|until| *day < until) => {
                Standing::EndsInUse
            }
            End::Over => Standing::Ended,
            End::On(_) | End::GoesOn => Standing::GoesOn,
            End::Unknown(_) => Standing::CannotTell,
        }
    }

    /// The day on which support that is paid for besides ends.
    #[must_use]
    pub fn paid_until(&self) -> Option<Day> {
        self.extended.as_ref().and_then(End::day)
    }
}

/// By what a component is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Named<'n> {
    /// Its name.
    pub name: &'n str,
    /// Its version; empty where none is stated.
    pub version: &'n str,
    /// Its package URLs, with or without a version.
    pub purls: &'n [&'n str],
    /// `vendor:product` of its CPE names.
    pub cpes: &'n [&'n str],
}

/// Products, and by what each is known.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    products: Vec<Product>,
    by_purl: BTreeMap<String, usize>,
    by_cpe: BTreeMap<String, usize>,
    by_name: BTreeMap<String, usize>,
}

/// What is known of the support of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Support<'c> {
    /// Its product and cycle are known.
    Known(Known<'c>),
    /// Its product is known, and which cycle it is of is not.
    NoCycle(&'c Product),
    /// Nothing is known of it.
    Nothing,
}

/// A product and the cycle of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<'c> {
    /// The product.
    pub product: &'c Product,
    /// The cycle.
    pub cycle: &'c Cycle,
}

impl Catalog {
    /// What comes with the program: the supplement alone.
    #[must_use]
    pub fn built_in() -> Self {
        let mut catalog = Self::default();
        supplement::products().into_iter().for_each(|product| catalog.add(product));
        catalog
    }

    /// Takes a product in. What is known already by one of its identifiers stays: the
    /// supplement fills gaps where it is added last, and rules where it is added first.
    pub fn add(&mut self, product: Product) {
        let at = self.products.len();
        for purl in &product.purls {
            self.by_purl.entry(purl_key(purl)).or_insert(at);
        }
        for cpe in &product.cpes {
            self.by_cpe.entry(cpe.to_lowercase()).or_insert(at);
        }
        for name in &product.names {
            self.by_name.entry(plain(name)).or_insert(at);
        }
        self.products.push(product);
    }

    /// How many products there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.products.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// What is known of the support of a component.
    #[must_use]
    pub fn support(&self, component: &Component) -> Support<'_> {
        let purls = component.purl.iter().chain(&component.purls_other);
        let purls: Vec<&str> = purls.map(String::as_str).collect();
        let cpes: Vec<String> =
            component.cpes.iter().filter_map(|cpe| cpe_key(cpe)).collect();
        let cpes: Vec<&str> = cpes.iter().map(String::as_str).collect();
        let version = component.version.as_deref().unwrap_or_default();
        let name = component.name.as_str();
        self.support_of(Named { name, version, purls: &purls, cpes: &cpes })
    }

    /// The same, of one of which no more is known than what it is known by.
    #[must_use]
    pub fn support_of(&self, named: Named<'_>) -> Support<'_> {
        let Some(product) = self.product(named) else { return Support::Nothing };
        let cycle = product.cycle(named.version);
        cycle.map_or(Support::NoCycle(product), |cycle| {
            Support::Known(Known { product, cycle })
        })
    }

    /// The most exact name first: an edition in the name says more than a CPE name.
    fn product(
        &self,
        Named { name, version, purls, cpes }: Named<'_>,
    ) -> Option<&Product> {
        let whole = plain(&format!("{name} {version}"));
        let by_name =
            [whole, plain(name)].into_iter().filter_map(|it| self.by_name.get(&it));
        let by_purl = purls.iter().filter_map(|purl| self.by_purl.get(&purl_key(purl)));
        let by_cpe = cpes.iter().filter_map(|key| self.by_cpe.get(&key.to_lowercase()));
        let at = by_name.chain(by_purl).chain(by_cpe).next()?;
        self.products.get(*at)
    }
}

impl Product {
    /// The cycle of a version: the longest name that the version is or begins with. A product
    /// with one cycle without a name has no other.
    fn cycle(&self, version: &str) -> Option<&Cycle> {
        if let [only] = self.cycles.as_slice()
            && only.name.is_empty()
        {
            return Some(only);
        }
        let version = bare(version);
        let fits = |cycle: &&Cycle| is_of(&version, &bare(&cycle.name));
        self.cycles.iter().filter(fits).max_by_key(|cycle| cycle.name.len())
    }
}

/// A version in small letters, without a leading `v`.
fn bare(version: &str) -> String {
    let low = version.trim().to_lowercase();
    match low.strip_prefix('v').filter(|it| it.starts_with(|c: char| c.is_ascii_digit()))
    {
        Some(rest) => rest.to_owned(),
        None => low,
    }
}

/// Whether a version is a cycle or stands within it: `2.12.1` is of `2.12`, `2.120` is not.
fn is_of(version: &str, cycle: &str) -> bool {
    !cycle.is_empty()
        && version.strip_prefix(cycle).is_some_and(|rest| {
            rest.is_empty()
                || rest.starts_with(['.', '-', '+', '_'])
                // `1.0.2k` is of `1.0.2`.
                || (rest.len() <= 2 && rest.chars().all(|c| c.is_ascii_lowercase()))
        })
}

/// A name in small letters with single blanks, without marks.
fn plain(name: &str) -> String {
    let low = name.to_lowercase().replace(['_', '-', '(', ')', '®', '™', ','], " ");
    low.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A package URL without version, qualifiers and the rest.
fn purl_key(purl: &str) -> String {
    let end = purl.find(['@', '?', '#']).unwrap_or(purl.len());
    purl.get(..end).unwrap_or(purl).trim_end_matches('/').to_lowercase()
}

/// `vendor:product` of a CPE name of 2.2 or 2.3.
pub(crate) fn cpe_key(cpe: &str) -> Option<String> {
    let low = cpe.trim().to_lowercase();
    let rest = low.strip_prefix("cpe:2.3:").or_else(|| low.strip_prefix("cpe:/"))?;
    let mut parts = rest.split(':').skip(1);
    let (vendor, product) = (parts.next()?, parts.next()?);
    let is_stated = |part: &str| !part.is_empty() && part != "*" && part != "-";
    (is_stated(vendor) && is_stated(product)).then(|| format!("{vendor}:{product}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(name: &str, version: &str, purl: &str, cpe: &str) -> Component {
        let mut component = Component::at(Place::Document);
        name.clone_into(&mut component.name);
        component.version = Some(version.to_owned()).filter(|it| !it.is_empty());
        component.purl = Some(purl.to_owned()).filter(|it| !it.is_empty());
        component.cpes =
            [cpe].iter().filter(|it| !it.is_empty()).map(|it| (*it).to_owned()).collect();
        component
    }

    #[test]
    fn a_version_is_of_the_longest_cycle_that_it_begins_with() {
        let is_within =
            |(version, cycle): &(&str, &str)| is_of(&bare(version), &bare(cycle));
        let within = [
            ("2.12.1", "2.12"),
            ("2.12", "2.12"),
            ("v2.12.1", "2.12"),
            ("1.0.2k", "1.0.2"),
            ("3.0.14-fips", "3.0"),
        ];
        let outside = [
            ("2.120", "2.12"),
            ("12.12", "2.12"),
            ("2", "2.12"),
            ("", "2.12"),
            ("2.12", ""),
        ];
        for pair in within {
            assert!(is_within(&pair), "{pair:?}");
        }
        for pair in outside {
            assert!(!is_within(&pair), "{pair:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_never_supported_and_editions_are_told_apart() {
        #[track_caller]
        fn check(name: &str, version: &str, cpe: &str, expected: &str) {
            let catalog = Catalog::built_in();
            let component = component(name, version, "", cpe);
            let found = match catalog.support(&component) {
                Support::Known(known) => match &known.cycle.ends {
                    End::On(day) => day.to_string(),
                    End::Over => "over".to_owned(),
                    End::GoesOn => "goes on".to_owned(),
                    End::Unknown(_) => "unknown".to_owned(),
                },
                Support::NoCycle(_) => "no cycle".to_owned(),
                Support::Nothing => "nothing".to_owned(),
            };
            assert_eq!(found, expected, "{name} {version} {cpe}");
        }

        check("Windows 10 IoT Enterprise LTSC 2021", "", "", "2032-01-13");
        check("Windows 10 Enterprise LTSC 2021", "", "", "2027-01-12");
        check("Windows 10 LTSC 2021", "", "", "unknown");
        check("Windows XP Embedded", "", "", "2016-01-12");
        check("windows", "10", "", "nothing");
        check("QNX", "7.1", "", "unknown");
        check("VxWorks", "7", "", "unknown");
        check("wolfSSL", "5.7.0", "", "unknown");
        check("BusyBox", "1.36.1", "", "unknown");
        check(
            "busybox",
            "1.36.1",
            "cpe:2.3:a:busybox:busybox:1.36.1:*:*:*:*:*:*:*",
            "unknown",
        );
        check("my-busybox-fork", "1", "", "nothing");
        check("Mbed TLS", "2.28.8", "", "2025-03-31");
        check("zlib", "1.3.1", "", "nothing");
    }

    #[test]
    fn identifiers_are_read_without_versions() {
        assert_eq!(purl_key("pkg:maven/log4j/log4j@1.2?x=y"), "pkg:maven/log4j/log4j");
        assert_eq!(cpe_key("cpe:2.3:a:apache:log4j").as_deref(), Some("apache:log4j"));
        assert_eq!(cpe_key("cpe:/a:apache:log4j:1.2").as_deref(), Some("apache:log4j"));
        assert_eq!(cpe_key("cpe:2.3:a:*:log4j:*"), None);
        assert_eq!(cpe_key("apache:log4j"), None);
    }
}
