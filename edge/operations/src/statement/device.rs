//! Whether a statement names a device of this house: by maker, model and release.
//!
//! What is accepted may say that a device is not affected, and a wrong one can hurt a patient.
//! So everything that names the product has to agree, nothing is guessed, and what cannot be
//! compared names nothing; why not is told to whoever looks.

use std::collections::BTreeMap;

use advisory::{
    Product, ProductBranch, ProductStatus, Record, Source, State, Vulnerability,
};
use matching::device::{Configuration, Matcher, Verdict};
use matching::statement::{Device, Identifier, Product as Meant};
use naming::Makers;
use reading::Place;
use terms::cpe::{self, Attribute};
use terms::range::{Containment, Vers};
use terms::vex::Status;

use crate::called;

/// A device of the house, as statements are compared with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Own {
    /// Who makes it.
    pub(crate) maker: String,
    /// What it is called: by the product of the house, and by its inventory.
    pub(crate) models: Vec<String>,
    /// Its release.
    pub(crate) version: String,
}

/// Over which way a statement came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    /// Through the account of the maker of the product: who the maker is, is known.
    Maker,
    /// Somebody brought it.
    Anybody,
}

/// Compares; what ranges hold is worked out once.
#[derive(Debug, Default)]
pub(crate) struct Comparing {
    /// Whether a range in words holds a version.
    held: BTreeMap<(String, String), bool>,
}

impl Comparing {
    /// Whether a product of a statement is the device as a whole, or the device in which its
    /// components are meant; else why not.
    pub(crate) fn names(
        &mut self,
        product: &Meant,
        own: &Own,
        channel: Channel,
    ) -> Result<(), String> {
        let mut named = 0;
        for name in &product.names {
            let Some(device) = device(name)? else { continue };
            self.is(&device, own, channel)?;
            named += 1;
        }
        let is_whole = product.components.is_empty() && !product.versions.is_empty();
        let is_meant = |stated: &String| self.holds(stated, &own.version);
        if is_whole && !product.versions.iter().any(is_meant) {
            return Err(other_release(&product.versions, own));
        }
        match (named, product.names.first()) {
            (0, Some(name)) => Err(format!(
                "`{}` says neither maker nor model, so no product of this house is known by it",
                name.text()
            )),
            (0, None) => Err("it names no product".to_owned()),
            _ => Ok(()),
        }
    }

    fn is(&mut self, device: &Device, own: &Own, channel: Channel) -> Result<(), String> {
        match (device.maker.trim(), channel) {
            ("", Channel::Maker) => {}
            ("", Channel::Anybody) => {
                return Err(format!("`{}` does not say who makes it", device.text));
            }
            (maker, _) if is_same_maker(maker, &own.maker) => {}
            (maker, _) => return Err(format!("it names a product of `{maker}`")),
        }
        let model = model_key(&device.maker, &device.model);
        let known = |one: &String| model_key(&own.maker, one) == model;
        if model.is_empty() || !own.models.iter().any(known) {
            let ours = own.models.first().map_or("", String::as_str);
            return Err(format!(
                "it names `{}`, and this product is called `{ours}`",
                device.model
            ));
        }
        if !device.limits.is_empty() {
            return Err(format!(
                "it means `{}` only where {} fits, which nobody here can tell",
                device.model,
                device.limits.join(", ")
            ));
        }
        match &device.releases {
            every if every.is_empty() => Ok(()),
            some if some.iter().any(|stated| self.holds(stated, &own.version)) => Ok(()),
            others => Err(other_release(others, own)),
        }
    }

    /// Whether a version, a `vers` range or a range in words holds a release.
    fn holds(&mut self, stated: &str, version: &str) -> bool {
        let (stated, version) = (stated.trim(), version.trim());
        if version.is_empty() || stated.is_empty() {
            return false;
        }
        if stated.starts_with("vers:") {
            // A range of no ecosystem is compared as releases of devices are.
            let range = match stated.strip_prefix("vers:generic/") {
                Some(constraints) => Vers::parse(&format!("vers:firmware/{constraints}")),
                None => Vers::parse(stated),
            };
            return range
                .is_ok_and(|range| range.contains(version) == Containment::Inside);
        }
        if !is_range(stated) {
            return called::release(stated) == called::release(version);
        }
        let key = (stated.to_owned(), version.to_owned());
        *self.held.entry(key).or_insert_with(|| is_within(stated, version))
    }
}

fn other_release(stated: &[String], own: &Own) -> String {
    let stated = stated.join(", ");
    match own.version.trim() {
        "" => format!("it means `{stated}`, and which release this is nobody says"),
        version => format!("it means `{stated}`, which release `{version}` is not"),
    }
}

/// The device that an identifier names; `None` where it names something by other means.
fn device(name: &Identifier) -> Result<Option<Device>, String> {
    match name {
        Identifier::Device(device) => Ok(Some(device.clone())),
        Identifier::Purl { text, purl } => {
            if purl.ty() != "generic" {
                return Err(format!(
                    "`{text}` is a package, which no SBOM in force lists"
                ));
            }
            let plain = |text: &str| text.replace(['/', '_', '-'], " ");
            let limits = purl.qualifiers().map(|(key, value)| format!("{key} {value}"));
            Ok(Some(Device {
                text: text.clone(),
                maker: purl.namespace().map(plain).unwrap_or_default(),
                model: purl.name().to_owned(),
                releases: purl.version().map(str::to_owned).into_iter().collect(),
                limits: limits.collect(),
            }))
        }
        Identifier::Cpe(text) => of_cpe(text).map(Some),
        Identifier::Text(_) | Identifier::Link { .. } | Identifier::System(_) => Ok(None),
    }
}

fn of_cpe(text: &str) -> Result<Device, String> {
    let name = cpe::Name::parse(text).map_err(|_| format!("`{text}` cannot be read"))?;
    let plain = |attribute| name.spelt(attribute).replace('\\', "").replace('_', " ");
    let is_open = |value: &str| matches!(value, "*" | "-");
    let [maker, model] = [Attribute::Vendor, Attribute::Product].map(plain);
    if is_open(&maker) || is_open(&model) {
        return Err(format!("`{text}` leaves maker or model open"));
    }
    let narrowed = [
        ("update", Attribute::Update),
        ("edition", Attribute::Edition),
        ("language", Attribute::Language),
        ("edition of the software", Attribute::SwEdition),
        ("software around it", Attribute::TargetSw),
        ("hardware around it", Attribute::TargetHw),
        ("other", Attribute::Other),
    ];
    let limits = narrowed.into_iter().filter_map(|(what, attribute)| {
        let value = plain(attribute);
        (!is_open(&value)).then(|| format!("{what} {value}"))
    });
    let version = name.spelt(Attribute::Version).replace('\\', "");
    if version == "-" {
        return Err(format!("`{text}` says that there is no release"));
    }
    Ok(Device {
        text: text.to_owned(),
        maker,
        model,
        releases: (version != "*").then_some(version).into_iter().collect(),
        limits: limits.collect(),
    })
}

/// A model as its name is compared: where an inventory and a product of the house have the same,
/// they mean one model of one maker.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Named {
    maker: Vec<String>,
    model: String,
}

impl Named {
    /// None where maker or model has no word.
    pub(crate) fn of(maker: &str, model: &str) -> Option<Self> {
        let model = model_key(maker, model);
        let maker = called::maker(maker).words.clone();
        (!maker.is_empty() && !model.is_empty()).then_some(Self { maker, model })
    }
}

/// Whether two names mean one maker and no other.
fn is_same_maker(one: &str, other: &str) -> bool {
    let (one, other) = (called::maker(one), called::maker(other));
    !one.words.is_empty() && one.words == other.words
}

/// A model as it is compared: letters, digits and `+`, without the maker in front.
fn model_key(maker: &str, model: &str) -> String {
    let words = |text: &str| -> Vec<String> {
        let is_word = |char: char| char.is_alphanumeric() || char == '+';
        let all = text.split(|char| !is_word(char)).filter(|word| !word.is_empty());
        all.map(str::to_lowercase).collect()
    };
    let all = words(model);
    let maker = words(maker);
    match all.strip_prefix(maker.as_slice()) {
        Some(rest) if !maker.is_empty() && !rest.is_empty() => rest.concat(),
        _ => all.concat(),
    }
}

/// Whether a text is more than one version.
fn is_range(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "all", "and", "any", "before", "below", "earlier", "from", "later", "or",
        "prior", "through", "to",
    ];
    let has_sign = text.contains(['<', '>', '≤', '≥', '=', '*', ',', '|']);
    let folded = text.to_lowercase();
    let is_word = |word: &str| WORDS.contains(&word);
    has_sign || folded.split(|char: char| !char.is_alphanumeric()).any(is_word)
}

/// Whether a range in words holds a version, by the rules by which advisories are read: what
/// they cannot tell is not held.
fn is_within(range: &str, version: &str) -> bool {
    let branch = |category: &str, name: &str| ProductBranch {
        category: category.to_owned(),
        name: name.to_owned(),
    };
    let (maker, model) = ("Invented Maker", "Modelone 4711");
    let record = Record {
        source: Source::Csaf,
        id: "range".to_owned(),
        publisher: String::new(),
        title: String::new(),
        published: String::new(),
        modified: String::new(),
        state: State::Live,
        tlp: String::new(),
        vulnerabilities: vec![Vulnerability {
            ids: vec!["CVE-0000-0000".to_owned()],
            ..Vulnerability::default()
        }],
        related: Vec::new(),
        affected: Vec::new(),
        configurations: Vec::new(),
        products: vec![Product {
            id: "p".to_owned(),
            branches: vec![
                branch("vendor", maker),
                branch("product_name", model),
                branch("product_version_range", range),
            ],
            name: format!("{maker} {model} {range}"),
            purls: Vec::new(),
            cpes: Vec::new(),
            models: Vec::new(),
            relationship: None,
            statuses: vec![ProductStatus {
                vulnerability: 0,
                status: Status::Affected,
                group: "known_affected".to_owned(),
                justification: None,
            }],
            place: Place::Document,
        }],
        remediations: Vec::new(),
        notes: Vec::new(),
        statements: Vec::new(),
        impacts: Vec::new(),
    };
    let device = Configuration {
        maker: maker.to_owned(),
        model: model.to_owned(),
        version: version.to_owned(),
        ..Configuration::default()
    };
    let answers = Matcher::new([&record], Makers::built_in()).judge(&device);
    answers.iter().any(|answer| answer.verdict == Verdict::Affected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(version: &str) -> Own {
        Own {
            maker: "Aldermoor Medical".to_owned(),
            models: vec!["Meridian 400".to_owned()],
            version: version.to_owned(),
        }
    }

    fn tree(maker: &str, model: &str, releases: &[&str]) -> Identifier {
        Identifier::Device(Device {
            text: format!("{maker} {model}"),
            maker: maker.to_owned(),
            model: model.to_owned(),
            releases: releases.iter().map(|&text| text.to_owned()).collect(),
            limits: Vec::new(),
        })
    }

    #[track_caller]
    fn check(names: Vec<Identifier>, version: &str, expected: &str) {
        let product = Meant { names, ..Meant::default() };
        let found = Comparing::default().names(&product, &own(version), Channel::Anybody);
        match (expected, &found) {
            ("", Ok(())) => {}
            (reason, Err(told)) if !reason.is_empty() && told.contains(reason) => {}
            _ => panic!("{product:?}: {found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn a_device_is_named_by_maker_model_and_release_and_by_nothing_less() {
        let named = |text: &str| vec![Identifier::read(text)];
        // As people write one and the same.
        check(vec![tree("Aldermoor Medical", "Meridian 400", &[])], "2.1", "");
        check(vec![tree("ALDERMOOR MEDICAL", "Meridian-400", &["2.1"])], "2.1", "");
        check(vec![tree("Aldermoor Medical", "Meridian 400", &["2.1"])], "SW v2.1.0", "");
        check(vec![tree("Aldermoor Medical", "Meridian 400", &["B.12"])], "B.12", "");
        // A family of its own: what holds for it says nothing of another.
        check(
            vec![tree("Aldermoor Medical", "Meridian 400", &["B.12"])],
            "C.12",
            "is not",
        );
        check(
            vec![tree(
                "Aldermoor Medical Inc.",
                "Aldermoor Medical Inc. Meridian 400",
                &["v2.1"],
            )],
            "2.1",
            "",
        );
        check(named("pkg:generic/aldermoor-medical/meridian-400@2.1"), "2.1", "");
        check(named("pkg:generic/aldermoor-medical/meridian-400"), "2.1", "");
        check(
            named("cpe:2.3:h:aldermoor_medical:meridian_400:*:*:*:*:*:*:*:*"),
            "2.1",
            "",
        );
        check(
            named("cpe:2.3:o:aldermoor_medical:meridian_400:2.1:*:*:*:*:*:*:*"),
            "2.1",
            "",
        );
        // Another release, model or maker; a relative of either.
        check(
            named("pkg:generic/aldermoor-medical/meridian-400@2.2"),
            "2.1",
            "which release `2.1` is not",
        );
        check(
            vec![tree("Aldermoor Medical", "Meridian 400", &["2.1"])],
            "",
            "nobody says",
        );
        check(
            vec![tree("Aldermoor Medical", "Meridian 400+", &[])],
            "2.1",
            "called `Meridian 400`",
        );
        check(
            vec![tree("Aldermoor Medical", "Meridian", &[])],
            "2.1",
            "called `Meridian 400`",
        );
        check(
            vec![tree("Aldermoor Medical", "Meridian 400 Wireless", &[])],
            "2.1",
            "called",
        );
        check(
            vec![tree("Halvorsen", "Meridian 400", &[])],
            "2.1",
            "product of `Halvorsen`",
        );
    }

    #[test]
    fn what_names_no_device_wholly_reaches_none() {
        let named = |text: &str| vec![Identifier::read(text)];
        // Nobody says who makes it, or what it is.
        check(vec![tree("", "Meridian 400", &[])], "2.1", "who makes it");
        check(named("pkg:generic/meridian-400@2.1"), "2.1", "who makes it");
        check(
            named("https://aldermoor.example/meridian-400"),
            "2.1",
            "neither maker nor model",
        );
        check(named("pkg:npm/meridian-400@2.1"), "2.1", "is a package");
        check(named("cpe:2.3:h:aldermoor_medical:*:*:*:*:*:*:*:*:*"), "2.1", "leaves");
        check(
            named("cpe:2.3:h:aldermoor_medical:meridian_400:2.1:beta:*:*:*:*:*:*"),
            "2.1",
            "update beta",
        );
        check(
            named("cpe:2.3:h:aldermoor_medical:meridian_400:-:*:*:*:*:*:*:*"),
            "2.1",
            "no release",
        );
        check(Vec::new(), "2.1", "names no product");
        // Everything that names it has to agree.
        let both = |releases: &[&str]| {
            vec![
                Identifier::read(
                    "cpe:2.3:h:aldermoor_medical:meridian_400:*:*:*:*:*:*:*:*",
                ),
                tree("Aldermoor Medical", "Meridian 400", releases),
            ]
        };
        check(both(&["2.1"]), "2.1", "");
        check(both(&["2.0"]), "2.1", "which release `2.1` is not");
    }

    #[test]
    fn a_release_is_held_by_a_range_and_a_coarser_one_is_not_enough() {
        let holds =
            |stated: &str, version: &str| Comparing::default().holds(stated, version);
        assert!(holds("2.1", "2.1"));
        assert!(holds("2.1", "V2.1"));
        assert!(!holds("2.1", "2.1.3"));
        assert!(!holds("2.1.3", "2.1"));
        assert!(holds("vers:generic/>=2.0|<2.3", "2.1"));
        assert!(!holds("vers:generic/>=2.0|<2.3", "2.3"));
        assert!(!holds("vers:generic/>=2.0|<2.3", "5.0"));
        assert!(!holds("vers:generic/!=2.1", "2.1"));
        assert!(holds("vers:generic/2.0|2.1", "2.1"));
        assert!(!holds("vers:generic/2.0|2.1", "2.2"));
        for (version, expected) in [("1.5", true), ("2.5", false), ("3.5", true)] {
            let ranges = "vers:generic/>=1.0|<2.0|>=3.0|<4.0";
            assert_eq!(holds(ranges, version), expected, "{version}");
        }
        assert!(holds("<2.3", "2.1"));
        assert!(!holds("<2.3", "2.3"));
        assert!(holds("<=2.1", "2.1"));
        assert!(holds(">=2.0|<2.2", "2.1"));
        assert!(holds("2.0 to 2.2", "2.1"));
        assert!(!holds("2.0 to 2.2", "2.3"));
        assert!(holds("2.2 and prior", "2.1"));
        assert!(!holds("whatever or not", "2.1"));
    }

    #[test]
    fn a_maker_need_not_say_who_it_is_in_its_own_account() {
        let product =
            Meant { names: vec![tree("", "Meridian 400", &["2.1"])], ..Meant::default() };
        let mut comparing = Comparing::default();
        assert_eq!(comparing.names(&product, &own("2.1"), Channel::Maker), Ok(()));
        assert!(comparing.names(&product, &own("2.2"), Channel::Maker).is_err());
        let other = Meant {
            names: vec![tree("Halvorsen", "Meridian 400", &[])],
            ..Meant::default()
        };
        assert!(comparing.names(&other, &own("2.1"), Channel::Maker).is_err());
    }
}
