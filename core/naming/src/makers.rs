//! Makers and their many names.
//!
//! The names come from `data/makers.toml`, public company history with its source; a
//! hospital adds its own in files of the same form. What is not in the data is compared
//! by spelling alone, and says so.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::spelling::{fold, slips, within};

const BUILT_IN: &str = include_str!("../data/makers.toml");

/// Words that only say what kind of company it is.
#[rustfmt::skip]
const LEGAL: [&str; 56] = [
    "inc", "incorporated", "corp", "corporation", "co", "company", "companies", "llc",
    "ltd", "limited", "gmbh", "ag", "kg", "kgaa", "se", "sa", "sas", "spa", "srl",
    "bv", "nv", "ab", "oy", "oyj", "as", "aps", "plc", "pty", "pte", "pvt", "lp",
    "llp", "kk", "ohg", "mbh", "the", "and", "of", "und", "et", "de", "ltda", "sarl",
    "sl", "doo", "zoo", "sro", "ulc", "eurl", "sdn", "bhd", "kabushiki", "kaisha", "cie", "a", "s",
];

/// Words that many companies of the trade carry: a name without them is the same name.
#[rustfmt::skip]
const WEAK: [&str; 65] = [
    "medical", "healthcare", "health", "care", "group", "international", "usa", "us",
    "america", "americas", "north", "deutschland", "germany", "europe", "uk",
    "france", "japan", "china", "canada", "technologies", "technology", "technologie",
    "systems", "system", "solutions", "products", "product", "devices", "device",
    "holdings", "holding", "global", "worldwide", "manufacturing", "diagnostics",
    "laboratories", "equipment", "industries", "enterprises", "services",
    "medizintechnik", "medizin", "medtech", "team", "project", "electronics",
    "instruments", "med", "hlthcare", "hlth", "hc", "intl", "tech", "techs", "sys",
    "mfg", "prods", "labs", "lab", "diag", "instr", "elec", "equip", "svcs", "grp",
];

/// Names of one maker, from data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    /// The name to show.
    name: String,
    /// Other names of the same company.
    #[serde(default)]
    same: Vec<String>,
    /// Companies and brands that belong or once belonged to it: their names stand on its
    /// devices.
    #[serde(default)]
    related: Vec<String>,
    /// Where that is to be read.
    #[serde(default)]
    #[expect(dead_code, reason = "for the reader of the file")]
    source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    maker: Vec<Group>,
}

/// A file of names could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file of makers' names cannot be read: {0}")]
pub struct Aliases(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Membership {
    Same,
    Related,
}

/// How two names are known to mean one maker; the first is the surest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MakerMatch {
    /// The same name but for legal form, case and punctuation.
    Exact,
    /// Two names of one company, by the data.
    Alias,
    /// The names differ by a slip or by general words.
    Spelling,
    /// One belongs or belonged to the other, by the data.
    Family,
}

impl MakerMatch {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Alias => "alias",
            Self::Spelling => "spelling",
            Self::Family => "family",
        }
    }
}

/// A maker's name, looked up once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maker {
    /// The keys of the names that it states: the whole, and its parts.
    keys: Vec<String>,
    /// The words without the legal form.
    words: Vec<String>,
    /// The words without the general ones too, written together.
    core: String,
    /// The words of its parts: of `A, B Technologies` those of either.
    parts: Vec<Vec<String>>,
    memberships: Vec<(usize, Membership)>,
    misspelt: bool,
    stated: Stated,
}

/// Whether a name stands in the data as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stated {
    /// It does, or nothing is known of it.
    Whole,
    /// It is what longer names begin with, but for general words: `Acme` where the data has
    /// Acme Medical Care.
    Beginning,
}

impl Maker {
    /// Whether there is no name at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The name without legal form and general words, written together.
    #[must_use]
    pub fn core(&self) -> &str {
        &self.core
    }

    /// Whether the data knows the name.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !self.memberships.is_empty()
    }

    /// The words of the name, folded, without the legal form.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

/// Every maker that is known.
#[derive(Clone, Debug)]
pub struct Makers {
    groups: Vec<Group>,
    names: BTreeMap<String, Vec<(usize, Membership)>>,
    /// The names that stand in the data as they are.
    whole: BTreeSet<String>,
    /// Bytes of the longest name that is known.
    longest: usize,
}

impl Makers {
    /// The names that come with the program.
    #[must_use]
    pub fn built_in() -> Self {
        let mut makers = Self {
            groups: Vec::new(),
            names: BTreeMap::new(),
            whole: BTreeSet::new(),
            longest: 0,
        };
        // A test reads the data; were it broken, names would be compared by spelling.
        let _ = makers.extend(BUILT_IN);
        makers
    }

    /// Adds the names of a file of the same form as `data/makers.toml`.
    ///
    /// # Errors
    /// When the text is not of that form.
    pub fn extend(&mut self, text: &str) -> Result<(), Aliases> {
        let file: File =
            toml::from_str(text).map_err(|error| Aliases(error.to_string()))?;
        for group in file.maker {
            let at = self.groups.len();
            self.add(&group.name, at, Membership::Same);
            for name in &group.same {
                self.add(name, at, Membership::Same);
            }
            for name in &group.related {
                self.add(name, at, Membership::Related);
            }
            self.groups.push(group);
        }
        Ok(())
    }

    fn add(&mut self, name: &str, group: usize, membership: Membership) {
        let words = words(name);
        self.whole.insert(key(&words));
        for key in [key(&words), core(&words)] {
            if key.len() < 2 {
                continue;
            }
            self.longest = self.longest.max(key.len());
            let entry = self.names.entry(key).or_default();
            if !entry.contains(&(group, membership)) {
                entry.push((group, membership));
            }
        }
    }

    /// How many names are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Looks a name up as it is written, with joint makers, brackets and former names.
    #[must_use]
    pub fn read(&self, text: &str) -> Maker {
        let folded = fold(text);
        let whole = words(&folded);
        let mut maker = Maker {
            keys: vec![key(&whole)],
            core: core(&whole),
            words: whole,
            parts: Vec::new(),
            memberships: Vec::new(),
            misspelt: false,
            stated: Stated::Whole,
        };
        if maker.is_empty() {
            return maker;
        }
        if let Some(known) = self.exactly(&maker.words) {
            maker.memberships = known;
            let whole = key(&maker.words);
            if whole == maker.core && !self.whole.contains(&whole) {
                maker.stated = Stated::Beginning;
            }
            return maker;
        }
        for part in parts(&folded) {
            let part = words(part);
            if part.is_empty() {
                continue;
            }
            maker.keys.push(key(&part));
            let known = self.exactly(&part).or_else(|| self.beginning(&part));
            maker.memberships.extend(known.unwrap_or_default());
            maker.parts.push(part);
        }
        if maker.memberships.is_empty() {
            maker.memberships = self.misspelt(&maker.words);
            maker.misspelt = !maker.memberships.is_empty();
        }
        maker.memberships.sort_unstable();
        maker.memberships.dedup();
        maker
    }

    /// The maker that goes by exactly this name, as it is shown, or to which a brand of this
    /// name belongs; a slip or a longer name is none. Of joint names the first that is known.
    #[must_use]
    pub fn known(&self, text: &str) -> Option<&str> {
        let folded = fold(text);
        let known = self.exactly(&words(&folded)).or_else(|| {
            parts(&folded).into_iter().find_map(|part| self.exactly(&words(part)))
        });
        let (group, _) =
            known?.into_iter().min_by_key(|(at, membership)| (*membership, *at))?;
        self.groups.get(group).map(|group| group.name.as_str())
    }

    /// The words by which a maker is one and no other, however it is written: those of the
    /// company that the data knows by exactly this name, else its own but for legal form, case
    /// and punctuation. A slip, a shorter or a longer name is another maker.
    #[must_use]
    pub fn called(&self, text: &str) -> Vec<String> {
        words(&fold(self.known(text).unwrap_or(text)))
    }

    /// A maker, by its own name and not by a brand, that a text begins with and does not
    /// end with: `Siemens` of `Siemens SIMATIC`.
    #[must_use]
    pub fn leading(&self, text: &str) -> Option<String> {
        self.leading_short(text).filter(|head| head.len() >= 4)
    }

    /// As [`Makers::leading`], and short names too: `GE` of `GE CARESCAPE B650`.
    #[must_use]
    pub fn leading_short(&self, text: &str) -> Option<String> {
        let all: Vec<&str> = text.split_whitespace().collect();
        (1..all.len().min(4)).rev().find_map(|length| {
            let head = all.get(..length)?.join(" ");
            let wanted = key(&words(&fold(&head)));
            let known = self.names.get(&wanted)?;
            // Word for word: `InTouch` alone is not the company InTouch Health.
            let spelt = |group: &Group| {
                let mut names = std::iter::once(&group.name).chain(&group.same);
                names.any(|name| key(&words(name)) == wanted)
            };
            let own = known.iter().any(|(at, membership)| {
                *membership == Membership::Same && self.groups.get(*at).is_some_and(spelt)
            });
            (own && head.len() >= 2).then_some(head)
        })
    }

    fn exactly(&self, words: &[String]) -> Option<Vec<(usize, Membership)>> {
        self.names.get(&key(words)).or_else(|| self.names.get(&core(words))).cloned()
    }

    /// `GE Vingmed Ultrasound`, `Philips Medical Systems (Cleveland)`: a known name and more.
    fn beginning(&self, words: &[String]) -> Option<Vec<(usize, Membership)>> {
        let mut head = String::new();
        let mut found = None;
        let (_, heads) = words.split_last()?;
        for word in heads {
            head.push_str(word);
            if head.len() > self.longest {
                break;
            }
            found = self.names.get(&head).or(found);
        }
        found.cloned()
    }

    /// A known name with a slip; short names differ on purpose.
    fn misspelt(&self, words: &[String]) -> Vec<(usize, Membership)> {
        let mut found = Vec::new();
        for key in [key(words), core(words)] {
            let most = slips(key.len());
            if most == 0 {
                continue;
            }
            for (name, known) in &self.names {
                if within(name.as_bytes(), key.as_bytes(), most.min(slips(name.len()))) {
                    found.extend(known.iter().copied());
                }
            }
        }
        found
    }

    /// Whether two names mean one maker, and how that is known.
    #[must_use]
    pub fn compare(&self, a: &Maker, b: &Maker) -> Option<MakerMatch> {
        if a.is_empty() || b.is_empty() {
            return None;
        }
        if a.keys.first() == b.keys.first() || a.core == b.core {
            return Some(MakerMatch::Exact);
        }
        let known = shared(a, b);
        if known.is_some() {
            return match (known, a.misspelt || b.misspelt) {
                (Some(MakerMatch::Alias), true) => Some(MakerMatch::Spelling),
                (known, _) => known,
            };
        }
        if a.keys.iter().skip(1).any(|key| b.keys.contains(key))
            || b.keys.iter().skip(1).any(|key| a.keys.contains(key))
        {
            return Some(MakerMatch::Alias);
        }
        // What the data knows apart is apart, however alike it is spelt; but a name that it
        // knows only as the beginning of longer ones may be that of any of them.
        let apart = !a.memberships.is_empty() && !b.memberships.is_empty();
        let begins = |short: &Maker, long: &Maker| {
            short.stated == Stated::Beginning && long.words.starts_with(&short.words)
        };
        let one = begins(a, b) || begins(b, a) || !apart && alike(a, b);
        one.then_some(MakerMatch::Spelling)
    }

    /// Words that a maker's names put in front of product names: its own and its brands'.
    #[must_use]
    pub fn names_of(&self, maker: &Maker) -> Vec<Vec<String>> {
        let mut names = vec![maker.words.clone()];
        for (group, membership) in &maker.memberships {
            let Some(group) = self.groups.get(*group) else { continue };
            if *membership == Membership::Related {
                continue;
            }
            let all =
                std::iter::once(&group.name).chain(&group.same).chain(&group.related);
            names.extend(all.map(|name| words(name)));
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// The closest group that both are in, at least one of them as the company itself.
fn shared(a: &Maker, b: &Maker) -> Option<MakerMatch> {
    let mut found = None;
    for (group, membership) in &a.memberships {
        for (other, theirs) in &b.memberships {
            if group != other {
                continue;
            }
            match (membership, theirs) {
                (Membership::Same, Membership::Same) => return Some(MakerMatch::Alias),
                (Membership::Related, Membership::Related) => {}
                _ => found = Some(MakerMatch::Family),
            }
        }
    }
    found
}

/// Names that the data does not know: one begins with the other, or they differ by a slip.
fn alike(a: &Maker, b: &Maker) -> bool {
    let (x, y) = (&a.core, &b.core);
    let most = slips(x.len().min(y.len()));
    if most > 0 && within(x.as_bytes(), y.as_bytes(), most) {
        return true;
    }
    // `Detla Electronics`: a short name with its general words is long.
    let whole = |maker: &Maker| maker.words.len() > 1 && maker.core.len() >= 5;
    if let (Some(x), Some(y), true, true) =
        (a.keys.first(), b.keys.first(), whole(a), whole(b))
        && x.len().min(y.len()) >= 11
        && within(x.as_bytes(), y.as_bytes(), 1)
    {
        return true;
    }
    let lists = |maker: &'_ Maker| -> Vec<Vec<String>> {
        let several = maker.parts.iter().filter(|_| maker.parts.len() > 1).cloned();
        std::iter::once(maker.words.clone()).chain(several).collect()
    };
    let others = lists(b);
    lists(a).iter().any(|a| others.iter().any(|b| goes_on(a, b)))
}

/// Whether the longer of two names goes on where the shorter ends. General words count for
/// neither, nor for which of them is the longer.
fn goes_on(a: &[String], b: &[String]) -> bool {
    let strong = |words: &[String]| -> Vec<String> {
        words.iter().filter(|word| !weak(word)).cloned().collect()
    };
    let (a, b) = (strong(a), strong(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let letters: usize = short.iter().map(String::len).sum();
    letters >= 3 && long.starts_with(&short)
}

/// The names that one text joins: `A / B`, `A (formerly B)`, `A, B`, `A and B`.
fn parts(folded: &str) -> Vec<&str> {
    let mut parts = vec![folded];
    let marks = |character: char| {
        matches!(character, '/' | '(' | ')' | ';' | ',' | '|' | '[' | ']')
    };
    for separator in [
        " formerly ",
        " fka ",
        " f/k/a ",
        " dba ",
        " d/b/a ",
        " a division of ",
        " division of ",
        " a subsidiary of ",
        " part of ",
        " now ",
        " by ",
        " and ",
        " & ",
        " - ",
        " or ",
    ] {
        parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
    }
    parts = parts.into_iter().flat_map(|part| part.split(marks)).collect();
    let words = ["formerly ", "now ", "an ", "a ", "by ", "and "];
    parts
        .into_iter()
        .map(|part| {
            let part = part.trim();
            let part =
                words.iter().find_map(|word| part.strip_prefix(word)).unwrap_or(part);
            part.strip_suffix(" company").unwrap_or(part)
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// The words of a name, folded, without the legal form.
fn words(name: &str) -> Vec<String> {
    let folded = fold(name).replace('&', " and ");
    let mut words: Vec<String> = Vec::new();
    for word in folded.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '\'')) {
        // `B.V.` and `S.p.A.` are legal forms, `B.Braun` is two words.
        let joined: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        if LEGAL.contains(&joined.as_str()) && joined.len() > 1 {
            continue;
        }
        for piece in word.split(['.', '\'']) {
            let legal = LEGAL.contains(&piece) && piece.len() > 1;
            if !piece.is_empty() && !legal {
                words.push(umlauts(piece));
            }
        }
    }
    words
}

/// `ae`, `oe` and `ue` stand for umlauts, which [`fold`] writes without the `e`.
fn umlauts(word: &str) -> String {
    word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

fn key(words: &[String]) -> String {
    words.concat()
}

fn weak(word: &str) -> bool {
    WEAK.contains(&word)
}

/// The key without the general words; with them where nothing would be left.
fn core(words: &[String]) -> String {
    let core: String =
        words.iter().filter(|word| !weak(word)).map(String::as_str).collect();
    if core.len() < 2 { key(words) } else { core }
}

#[cfg(test)]
mod tests;
