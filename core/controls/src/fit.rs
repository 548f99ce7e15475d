//! Whether a document is about the product that is offered: an SBOM by what it says that it
//! describes, a form by its maker and model.
//!
//! Names are compared word by word, and makers as everywhere ([`Supplier`]). A document that
//! names another product or another maker counts for nothing good; one that does not say what
//! it is about leaves the question open. One of another version says so: a flag of its
//! own is raised by it, and a gate does not open.

use mds2::Form;
use naming::Makers;
use naming::text::{Text, Unit};
use sbom::{Bom, Component, Subject};

use crate::evidence::{Held, Likeness, Named, ProductEvidence, Supplier};

/// How a document stands to what is offered; the first is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is about it.
    Same,
    /// It is about another version of it.
    Version,
    /// Nobody can tell: it does not say, or it says something near.
    Unsaid,
    /// It is about another product, or another maker's.
    Other,
}

/// How a document stands to what is offered, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitted {
    /// How it stands.
    pub fit: Fit,
    /// What it is about and what is offered, in a sentence without a full stop; empty where
    /// both are the same.
    pub why: String,
}

impl Fitted {
    /// Whether it says something of what is offered, be it of another version: of which
    /// version it is, a flag of its own tells.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.fit <= Fit::Version
    }

    /// Whether it is about something else.
    #[must_use]
    pub fn is_other(&self) -> bool {
        self.fit == Fit::Other
    }
}

/// What is offered.
struct Offered<'o> {
    supplier: &'o Supplier<'o>,
    names: Vec<&'o str>,
    version: &'o str,
    /// What is said of it.
    verb: &'static str,
}

/// What a document says that it is about.
#[derive(Clone, Copy, Default)]
struct About<'a> {
    /// What it is called.
    name: &'a str,
    /// What else the document is called, which tells no more than that.
    beside: &'a str,
    version: &'a str,
    /// Who supplies it.
    maker: &'a str,
    /// Who made or wrote it, which may be a person.
    author: &'a str,
}

/// How one name stands to another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likely {
    Same,
    Near,
    Other,
}

/// Words that say what kind of thing it is, or of what a document is, and not which.
const GENERAL: [&str; 27] = [
    "firmware",
    "software",
    "sw",
    "fw",
    "system",
    "device",
    "application",
    "app",
    "image",
    "sbom",
    "bom",
    "cdx",
    "spdx",
    "cyclonedx",
    "json",
    "release",
    "version",
    "rev",
    "v",
    "r",
    "embedded",
    "product",
    "medical",
    "main",
    "unit",
    "the",
    "for",
];

/// Words behind which a number is a version.
const OF_VERSION: [&str; 9] =
    ["software", "firmware", "sw", "fw", "version", "release", "rev", "ver", "v"];

/// A number of a catalog has so many digits at least: fewer may be those of a generation.
const CATALOG_DIGITS_MIN: usize = 3;

impl ProductEvidence {
    /// How an SBOM stands to this product of a supplier.
    #[must_use]
    pub fn fit_of_sbom(&self, supplier: &Supplier<'_>, held: &Held<Bom>) -> Fitted {
        let fitted = fitted_sbom(&self.offered(supplier), held);
        match (fitted.fit, self.named) {
            (Fit::Same, Named::ByBom) => Fitted {
                fit: Fit::Unsaid,
                why: format!(
                    "nobody says which product is offered; {} is about {}",
                    held.file, self.name
                ),
            },
            _ => fitted,
        }
    }

    /// How a form stands to this product of a supplier.
    #[must_use]
    pub fn fit_of_form(&self, supplier: &Supplier<'_>, held: &Held<Form>) -> Fitted {
        let offered = self.offered(supplier);
        let form = &held.value;
        let about = About {
            name: form.model().map_or("", |it| it.0),
            beside: form.description().map_or("", |it| it.0),
            version: form.head.get("software").map_or("", |(text, _)| text.as_str()),
            maker: form.maker().map_or("", |it| it.0),
            author: "",
        };
        if about.name.trim().is_empty() && about.maker.trim().is_empty() {
            let why = format!(
                "{}: the form names neither maker nor model, where {offered} is offered",
                held.file
            );
            return Fitted { fit: Fit::Unsaid, why };
        }
        fitted(&offered, about, &held.file, "the form")
    }

    /// How an SBOM that is known by its file alone stands to this product.
    #[must_use]
    pub fn fit_of_file(&self, supplier: &Supplier<'_>, file: &str) -> Fitted {
        let of = self.sboms.iter().filter(|held| held.file == file);
        let worst = of.map(|held| self.fit_of_sbom(supplier, held));
        worst.max_by_key(|it| it.fit).unwrap_or(SAME)
    }

    fn offered<'o>(&'o self, supplier: &'o Supplier<'o>) -> Offered<'o> {
        let models = self.kept.iter().flat_map(|kept| &kept.models);
        let names = std::iter::once(&self.name).chain(models).map(|name| name.trim());
        Offered {
            supplier,
            names: names.filter(|name| !name.is_empty()).collect(),
            version: self.kept.as_ref().map_or("", |kept| kept.version.trim()),
            verb: "is offered",
        }
    }
}

/// How an SBOM stands to the device of a form, which goes by other names too.
#[must_use]
pub fn fit_of_sbom_to_form(
    form: &Form,
    names: &[&str],
    held: &Held<Bom>,
    makers: &Makers,
) -> Fitted {
    let supplier = Supplier::new(form.maker().map_or("", |it| it.0), &[], makers);
    let model = form.model().map_or("", |it| it.0);
    let names = std::iter::once(model).chain(names.iter().copied()).map(str::trim);
    let offered = Offered {
        supplier: &supplier,
        names: names.filter(|name| !name.is_empty()).collect(),
        version: "",
        verb: "is the device of the form",
    };
    fitted_sbom(&offered, held)
}

fn fitted_sbom(offered: &Offered<'_>, held: &Held<Bom>) -> Fitted {
    let all =
        subjects(&held.value).map(|about| fitted(offered, about, &held.file, "the SBOM"));
    all.min_by_key(|it| it.fit).unwrap_or_else(|| Fitted {
        fit: Fit::Unsaid,
        why: format!(
            "{}: the SBOM does not say what it is about, where {offered} {}",
            held.file, offered.verb
        ),
    })
}

const SAME: Fitted = Fitted { fit: Fit::Same, why: String::new() };

/// What an SBOM says that it describes; nothing where it does not say.
fn subjects(bom: &Bom) -> impl Iterator<Item = About<'_>> {
    let beside = bom.name.as_deref().unwrap_or_default();
    let named: Vec<&Component> = match &bom.subject {
        Subject::Apart(subject) => vec![subject],
        Subject::Within(positions) => {
            positions.iter().filter_map(|at| bom.components.get(*at)).collect()
        }
        Subject::Unstated => Vec::new(),
    };
    let named = named.into_iter();
    let mut all: Vec<About<'_>> =
        named.map(|component| About { beside, ..of(component) }).collect();
    if all.is_empty() && !beside.trim().is_empty() {
        all.push(About { beside, ..About::default() });
    }
    all.into_iter().filter(|about| !about.name.is_empty() || !about.beside.is_empty())
}

fn of(component: &Component) -> About<'_> {
    About {
        name: component.name.trim(),
        beside: "",
        version: component.version.as_deref().unwrap_or_default().trim(),
        maker: component.supplier.as_deref().unwrap_or_default().trim(),
        author: component.originator.as_deref().unwrap_or_default().trim(),
    }
}

fn fitted(offered: &Offered<'_>, about: About<'_>, file: &str, kind: &str) -> Fitted {
    if offered.names.is_empty() {
        let why =
            format!("nobody says which product is offered; {file} is about {about}");
        return Fitted { fit: Fit::Unsaid, why };
    }
    match (maker(offered, about), name(offered, about)) {
        (Likely::Other, _) | (_, Likely::Other) => Fitted {
            fit: Fit::Other,
            why: format!("{file} is about {about}, where {offered} {}", offered.verb),
        },
        (Likely::Near, _) | (_, Likely::Near) => Fitted {
            fit: Fit::Unsaid,
            why: format!(
                "{file} is about {about}, which may be something else than {offered}, which {}",
                offered.verb
            ),
        },
        (Likely::Same, Likely::Same) => {
            match is_same_version(offered.version, about.version) {
                true => SAME,
                false => Fitted {
                    fit: Fit::Version,
                    why: format!(
                        "{file}: {kind} is of version {}, where {offered} {}",
                        about.version, offered.verb
                    ),
                },
            }
        }
    }
}

/// Whether the maker is the supplier. Who names none says nothing against it.
fn maker(offered: &Offered<'_>, about: About<'_>) -> Likely {
    if offered.supplier.name().trim().is_empty() {
        return Likely::Same;
    }
    let is = |written: &str| match offered.supplier.likeness(written) {
        // Spelt alike, or of the same family: the name of the product tells the rest.
        Likeness::Own(_) | Likeness::Perhaps(_) => Likely::Same,
        Likeness::Other => Likely::Other,
    };
    match (about.maker, about.author) {
        ("", "") => Likely::Same,
        // It may be a person.
        ("", author) => is(author).min(Likely::Near),
        (maker, "") => is(maker),
        (maker, author) => is(maker).min(is(author)),
    }
}

/// Whether the name is that of what is offered: neither has words that the other lacks, but
/// for those of the maker, the version, and what it is.
fn name(offered: &Offered<'_>, about: About<'_>) -> Likely {
    let own = |name: &&str| compare(name, about, offered);
    offered.names.iter().map(own).min().unwrap_or(Likely::Near)
}

fn compare(name: &str, about: About<'_>, offered: &Offered<'_>) -> Likely {
    let general = [about.version, offered.version, about.maker, offered.supplier.name()];
    let lacks = |of: &str, in_text: &str| lacking(of, in_text, &general);
    let is_said = |text: &str| !text.is_empty() && Text::read(&[text]).says(name);
    let whole = if about.name.is_empty() { about.beside } else { about.name };
    let bare = without_marks(whole);
    match (is_said(whole), lacks(&bare, name), lacks(name, whole)) {
        (true, false, _) | (_, false, false) => Likely::Same,
        (true, true, _) | (_, false, true) | (_, true, false) => Likely::Near,
        (false, true, true) if is_said(about.beside) => Likely::Near,
        // Only the document has a name, and that need not be the product's.
        (false, true, true) if about.name.is_empty() => Likely::Near,
        (false, true, true) => Likely::Other,
    }
}

/// A name without what forms write beside it, and what tells no product from another: a number of
/// its catalog in brackets, and a version that says that it is one (`Drip 2 (DR-200), software
/// 2.1.0`). Of which version it is, is compared by itself.
fn without_marks(name: &str) -> String {
    let is_mark = |c: char| c == ',' || c == ';';
    let is_number = |word: &str| {
        word.contains('.')
            && word.starts_with(|c: char| c.is_ascii_digit())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    };
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let mut kept: Vec<&str> = Vec::new();
    for word in name.split_whitespace() {
        let bare = word.trim_matches(is_mark);
        let inner = bare.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let is_catalog = inner.is_some_and(|inner| digits(inner) >= CATALOG_DIGITS_MIN);
        let is_told = kept.last().is_some_and(|last| {
            let last = last.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            OF_VERSION.contains(&last.as_str())
        });
        if !(is_catalog || is_told && is_number(bare)) {
            kept.push(word);
        }
    }
    kept.join(" ")
}

/// Whether a name has a word that stands not in another and is not a general one.
fn lacking(name: &str, other: &str, general: &[&str]) -> bool {
    let mut known = vec![other];
    known.extend(general);
    let known = Text::read(&known);
    let words = name.split(|it: char| it.is_whitespace() || "_-/,;()[]:".contains(it));
    let units = words.filter_map(Unit::read);
    units.into_iter().any(|unit| {
        !GENERAL.contains(&unit.spelt()) && unit.occurrences(&known).next().is_none()
    })
}

/// Whether two versions are one. What one of them leaves out cannot differ.
pub(crate) fn is_same_version(one: &str, other: &str) -> bool {
    let (one, other) = (plain(one), plain(other));
    one.is_empty() || other.is_empty() || one == other
}

/// A version without a word in front of it and noughts behind.
fn plain(version: &str) -> String {
    let low = version.trim().to_lowercase();
    let bare = ["version", "release", "rev.", "rev", "ver.", "ver", "v.", "v"]
        .into_iter()
        .find_map(|word| {
            let rest = low.strip_prefix(word)?.trim_start();
            rest.starts_with(|it: char| it.is_ascii_digit()).then_some(rest)
        });
    let bare = bare.unwrap_or(&low);
    let mut short = bare;
    while let Some(rest) = short.strip_suffix(".0") {
        short = rest;
    }
    short.to_owned()
}

impl std::fmt::Display for Offered<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.names.first().copied().unwrap_or("a product");
        write_named(f, name, self.version, self.supplier.name().trim())
    }
}

impl std::fmt::Display for About<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let maker = if self.maker.is_empty() { self.author } else { self.maker };
        let name = match (self.name, self.beside.trim()) {
            ("", "") => "a product without a name",
            ("", beside) => beside,
            (name, _) => name,
        };
        write_named(f, name, self.version, maker)
    }
}

fn write_named(
    f: &mut std::fmt::Formatter<'_>,
    name: &str,
    version: &str,
    maker: &str,
) -> std::fmt::Result {
    f.write_str(name)?;
    if !version.is_empty() {
        write!(f, " {version}")?;
    }
    match maker {
        "" => Ok(()),
        maker => write!(f, " of {maker}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_forms_write_beside_a_name_tells_no_product_from_another() {
        for (name, bare) in [
            ("Drip 2 (DR-200), software 2.1.0", "Drip 2 software"),
            ("Drip 2, Version 2.1", "Drip 2, Version"),
            ("Drip (Gen 2)", "Drip (Gen 2)"),
            ("Drip (2)", "Drip (2)"),
            ("Drip 2 Plus", "Drip 2 Plus"),
            ("Drip software 2", "Drip software 2"),
            ("Drip 2.1.0", "Drip 2.1.0"),
        ] {
            assert_eq!(without_marks(name), bare);
        }
    }
}
