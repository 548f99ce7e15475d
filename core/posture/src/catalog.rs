//! The sixty-four controls: what each means is data, how it is judged is a function.
//!
//! `data/controls.toml` holds wording, evidence that is needed, parameters and what to do; one
//! pure function for each stands in `control`, and a test holds the two equal. The wording is
//! our own, after what others report of the considerations of the Healthcare Supply Chain
//! Association (HSCA); it is data so that a better one can take its place.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use evidence::Kind;
use serde::Deserialize;

/// One control.
#[derive(Clone, Copy, Debug)]
pub struct Control(&'static Entry);

impl PartialEq for Control {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Control {}

/// The controls, in their order.
#[derive(Debug, Default)]
pub struct Catalog {
    /// The version of the data.
    pub version: String,
    ages: BTreeMap<String, i64>,
    deliver: BTreeMap<String, String>,
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    ages: BTreeMap<String, i64>,
    deliver: BTreeMap<String, String>,
    control: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    audience: Audience,
    basis: Basis,
    title: String,
    about: String,
    needs: Vec<String>,
    #[serde(default)]
    also: Vec<String>,
    mend: String,
    change: String,
    #[serde(default)]
    parameters: BTreeMap<String, i64>,
    /// What each of them measures.
    #[serde(default)]
    measures: BTreeMap<String, String>,
}

/// The four categories of the guidance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// A: training and software.
    Training,
    /// B: acquisition standards and risk coverage.
    Acquisition,
    /// C: encryption of data.
    Encryption,
    /// D: sharing of information, and standards.
    Sharing,
}

impl Category {
    /// Every category, in its order.
    pub const ALL: [Self; 4] =
        [Self::Training, Self::Acquisition, Self::Encryption, Self::Sharing];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Training => "training-and-software",
            Self::Acquisition => "acquisition-and-risk-coverage",
            Self::Encryption => "data-encryption",
            Self::Sharing => "information-sharing",
        }
    }

    /// The words on a page.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Training => "training and software",
            Self::Acquisition => "acquisition and risk coverage",
            Self::Encryption => "data encryption",
            Self::Sharing => "information sharing",
        }
    }
}

/// To whom a control speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Hospitals, and those who buy for them.
    Provider,
    /// Suppliers; a hospital is judged by the suppliers that it has.
    Supplier,
    /// Both.
    Both,
}

impl Audience {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Supplier => "supplier",
            Self::Both => "both",
        }
    }
}

/// On what a control rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The guidance says so.
    Stated,
    /// It names the theme, and the detail is ours.
    Partly,
    /// What it says does not work without.
    Inferred,
}

impl Basis {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Partly => "partly",
            Self::Inferred => "inferred",
        }
    }
}

const DATA: &str = include_str!("../data/controls.toml");

/// Were the data broken, there would be no control at all; a test reads them.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let file: Option<File> = toml::from_str(DATA).ok();
    file.map_or_else(Catalog::default, |file| Catalog {
        version: file.version,
        ages: file.ages,
        deliver: file.deliver,
        entries: file.control,
    })
});

/// The controls that come with the program.
#[must_use]
pub fn catalog() -> &'static Catalog {
    &CATALOG
}

impl Catalog {
    /// The controls, in their order.
    pub fn controls(&'static self) -> impl Iterator<Item = Control> {
        self.entries.iter().map(Control)
    }

    /// The control of an id, whatever its case.
    #[must_use]
    pub fn control(&'static self, id: &str) -> Option<Control> {
        self.controls().find(|control| control.id().eq_ignore_ascii_case(id.trim()))
    }

    /// How many days evidence of a kind counts; `None` where it has no end of its own.
    #[must_use]
    pub fn age(&self, word: &str) -> Option<i64> {
        self.ages.get(word).copied()
    }

    /// How evidence of a kind is had, as something to do.
    #[must_use]
    pub fn deliver(&self, word: &str) -> &str {
        self.deliver.get(word).map_or("", String::as_str)
    }
}

impl Control {
    /// Its id, which stays: `A-01`.
    #[must_use]
    pub fn id(self) -> &'static str {
        &self.0.id
    }

    /// Its category, by the letter of its id.
    #[must_use]
    pub fn category(self) -> Category {
        match self.0.id.as_bytes().first() {
            Some(b'A') => Category::Training,
            Some(b'B') => Category::Acquisition,
            Some(b'C') => Category::Encryption,
            _ => Category::Sharing,
        }
    }

    /// To whom it speaks.
    #[must_use]
    pub const fn audience(self) -> Audience {
        self.0.audience
    }

    /// On what it rests.
    #[must_use]
    pub const fn basis(self) -> Basis {
        self.0.basis
    }

    /// What it asks, in a line.
    #[must_use]
    pub fn title(self) -> &'static str {
        &self.0.title
    }

    /// How it is judged, in a sentence.
    #[must_use]
    pub fn about(self) -> &'static str {
        &self.0.about
    }

    /// The kinds of evidence without which nothing can be told.
    #[must_use]
    pub fn needs(self) -> &'static [String] {
        &self.0.needs
    }

    /// Further kinds that it looks at.
    #[must_use]
    pub fn also(self) -> &'static [String] {
        &self.0.also
    }

    /// What to do where it is not met.
    #[must_use]
    pub fn mend(self) -> &'static str {
        &self.0.mend
    }

    /// What would change the verdict.
    #[must_use]
    pub fn change(self) -> &'static str {
        &self.0.change
    }

    /// Its parameters, as they are usual.
    #[must_use]
    pub fn parameters(self) -> &'static BTreeMap<String, i64> {
        &self.0.parameters
    }

    /// One of its parameters.
    #[must_use]
    pub fn parameter(self, name: &str) -> Option<i64> {
        self.0.parameters.get(name).copied()
    }

    /// What one of its parameters measures, in words and with its unit.
    #[must_use]
    pub fn measure(self, name: &str) -> Option<&'static str> {
        self.0.measures.get(name).map(String::as_str)
    }

    /// Whether evidence of a kind may change its verdict.
    #[must_use]
    pub fn looks_at(self, word: &str) -> bool {
        let all = self.0.needs.iter().chain(&self.0.also);
        // What is said of a file, what is signed and what is missing may be about any.
        [Kind::Document, Kind::Attestation, Kind::Absence]
            .iter()
            .any(|it| it.word() == word)
            || all.into_iter().any(|kind| kind == word)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_data_name_sixty_four_controls_and_only_evidence_that_is_known() {
        let catalog = catalog();
        assert_eq!(catalog.controls().count(), 64);
        let ids: BTreeSet<&str> = catalog.controls().map(Control::id).collect();
        assert_eq!(ids.len(), 64);
        let count =
            |category| catalog.controls().filter(|it| it.category() == category).count();
        assert_eq!(Category::ALL.map(count), [17, 26, 8, 13]);
        let basis = |basis| catalog.controls().filter(|it| it.basis() == basis).count();
        assert_eq!(
            [Basis::Stated, Basis::Partly, Basis::Inferred].map(basis),
            [37, 2, 25]
        );
        let is_known = |word: &str| {
            Kind::named(word).is_some() || ["firewall", "scan"].contains(&word)
        };
        for control in catalog.controls() {
            let id = control.id();
            assert!(!control.needs().is_empty(), "{id}");
            for kind in control.needs().iter().chain(control.also()) {
                assert!(is_known(kind), "{id}: {kind}");
                assert!(!catalog.deliver(kind).is_empty(), "{kind} has no way to be had");
            }
            for text in
                [control.title(), control.about(), control.mend(), control.change()]
            {
                assert!(!text.is_empty() && !text.ends_with('.'), "{id}: {text}");
            }
            let measured: Vec<&String> = control.0.measures.keys().collect();
            let parameters: Vec<&String> = control.parameters().keys().collect();
            assert_eq!(parameters, measured, "{id}");
        }
        assert!(
            catalog.ages.keys().chain(catalog.deliver.keys()).all(|kind| is_known(kind))
        );
        assert_eq!(catalog.control(" a-01 ").map(Control::id), Some("A-01"));
    }
}
