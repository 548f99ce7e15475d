//! What the remedies and notes of an advisory say about versions and products.
//!
//! A release in prose becomes a fix only where the sentence, read clause by clause, states
//! that this release of this product holds the fix or is what to update to, and that it is
//! there. Such a release is not affected, though a leaf says *all versions* or plain order
//! would put it inside, unless it fixes only some of the vulnerabilities, or the leaf lists
//! that very release.

mod clause;
mod number;
mod spared;
mod words;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use advisory::{Record, RemediationKind};
use naming::text::{Atom, Text, Unit};
use terms::version::firmware::{Part, Version};

use super::leaf::Leaf;
use super::product::{Alternative, Product};
use clause::{Setting, Stated};

pub use clause::{Claim, Reach};
pub use number::Whole;
pub use spared::{Spared, spared};

/// A release that a remedy or a note speaks of.
#[derive(Clone, Debug)]
pub struct Release {
    /// As it is written.
    pub text: String,
    /// The version.
    pub version: Version,
    /// Whether the version is all that the name says.
    pub whole: Whole,
    /// What is said of it.
    pub claim: Claim,
    /// Which releases are meant beside it.
    pub reach: Reach,
    /// Positions of the vulnerabilities of which it is said; `None` means all.
    pub vulnerabilities: Option<Vec<usize>>,
    /// Products that the remedy is for; empty means all.
    pub products: Vec<usize>,
    /// The sentence, for a person.
    pub written: String,
    said_of: SaidOf,
}

/// The words by which it is told whose release it is.
#[derive(Clone, Debug, Default)]
struct SaidOf {
    sentence: Text,
    before: Text,
    /// Whether the words before it name one product or may name several.
    naming: Naming,
    behind: Text,
    /// The words in a bracket at its end, which are surely its own.
    bracket: Text,
    names: Vec<String>,
    /// The heading that the sentence stands under: `For Zeta Viewer:`.
    heading: Text,
}

/// Every release that the remedies and notes of a record speak of.
#[must_use]
pub fn releases(record: &Record) -> Vec<Release> {
    let mut releases: Vec<Release> = Vec::new();
    let mut seen: BTreeMap<(&str, &[usize]), std::ops::Range<usize>> = BTreeMap::new();
    let mut listing = Listing::No;
    let mut heading = String::new();
    for remediation in &record.remediations {
        let Some(setting) = setting(remediation.kind) else { continue };
        let key = (remediation.text.as_str(), remediation.products.as_slice());
        if let Some(known) = seen.get(&key) {
            for release in releases.get_mut(known.clone()).into_iter().flatten() {
                release.also_of(remediation.vulnerability, record);
            }
            continue;
        }
        let from = releases.len();
        for sentence in sentences(&remediation.text) {
            if clause::is_heading(&sentence) {
                listing = Listing::Yes;
            }
            let setting = match (listing, setting) {
                (Listing::Yes, Setting::Advice) => Setting::Offer,
                _ => setting,
            };
            let stated = clause::read(&sentence, setting);
            if stated.is_empty() && sentence.trim_end().ends_with(':') {
                heading.clone_from(&sentence);
            }
            if stated.is_empty() && !sentence.trim_end().ends_with(':') {
                listing = Listing::No;
            }
            for stated in stated {
                let mut release = Release::of(stated, &sentence, record);
                release.products.clone_from(&remediation.products);
                release.limit(remediation.vulnerability);
                release.said_of.heading = Text::read(&[&heading]);
                releases.extend(release.split(&sentence, record));
            }
        }
        // A heading is that of its own remedy, or of the next where it stands alone.
        if !remediation.text.trim_end().ends_with(':') {
            heading.clear();
        }
        seen.insert(key, from..releases.len());
    }
    releases.extend(noted(record));
    releases
}

/// Whether the sentences stand in a list whose heading offers fixes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listing {
    No,
    Yes,
}

const fn setting(kind: RemediationKind) -> Option<Setting> {
    match kind {
        RemediationKind::VendorFix | RemediationKind::OptionalPatch => {
            Some(Setting::Offer)
        }
        RemediationKind::Mitigation | RemediationKind::Workaround => {
            Some(Setting::Advice)
        }
        RemediationKind::FixPlanned => Some(Setting::Plan),
        RemediationKind::NoFixPlanned | RemediationKind::NoneAvailable => None,
    }
}

/// Releases that notes say are not affected; nothing else in a note is believed.
fn noted(record: &Record) -> Vec<Release> {
    let mut found = Vec::new();
    for note in &record.notes {
        for sentence in sentences(&note.text) {
            let lower = sentence.to_lowercase();
            if !lower.contains("not ") && !lower.contains("unaffected") {
                continue;
            }
            for stated in clause::read(&sentence, Setting::Advice) {
                if stated.claim == Claim::Spared {
                    let mut release = Release::of(stated, &sentence, record);
                    release.limit(note.vulnerability);
                    found.push(release);
                }
            }
        }
    }
    found
}

/// Sentences; a stop inside a version is none.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut current = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let stop = matches!(character, '\n' | ';')
            || (character == '.'
                && characters.peek().is_none_or(|next| next.is_whitespace()));
        if stop {
            // `B. Braun`, `v.` and the like end no sentence.
            let word = current.rsplit(' ').next().unwrap_or_default();
            let short = ["ver", "vers", "rev", "no", "nr", "e.g", "i.e", "rel"];
            let abbreviated = short.contains(&word.to_lowercase().as_str());
            if character != '.'
                || !abbreviated
                    && (word.chars().count() > 1
                        || word.contains(|c: char| c.is_ascii_digit()))
            {
                sentences.push(std::mem::take(&mut current));
                continue;
            }
        }
        current.push(character);
    }
    sentences.push(current);
    sentences.retain(|sentence| !sentence.trim().is_empty());
    sentences
}

impl Release {
    fn of(stated: Stated, sentence: &str, record: &Record) -> Self {
        let lower = sentence.to_lowercase();
        let but = lower.contains("except") || lower.contains("with the exception of");
        Self {
            text: stated.number.text,
            version: stated.number.version,
            whole: stated.number.whole,
            claim: stated.claim,
            reach: stated.reach,
            vulnerabilities: if but { None } else { named(&lower, record) },
            products: Vec::new(),
            written: shortened(sentence.trim()),
            said_of: SaidOf {
                sentence: Text::read(&[sentence]),
                before: Text::read(&[&stated.before]),
                naming: Naming::of(&stated.before),
                behind: Text::read(&[&stated.behind]),
                bracket: Text::read(&[&stated.bracket]),
                names: stated.names,
                heading: Text::default(),
            },
        }
    }

    /// The release as one of a product whose status says that it is fixed.
    #[must_use]
    pub fn by_status(version: Version, text: &str, vulnerabilities: Vec<usize>) -> Self {
        Self {
            text: text.trim().to_owned(),
            version,
            whole: Whole::Yes,
            claim: Claim::Fix,
            reach: Reach::Onward,
            vulnerabilities: Some(vulnerabilities),
            products: Vec::new(),
            written: String::new(),
            said_of: SaidOf::default(),
        }
    }

    /// `fixes all but CVE-…`: it still has those.
    fn split(self, sentence: &str, record: &Record) -> Vec<Self> {
        let lower = sentence.to_lowercase();
        let at =
            ["except", "with the exception of"].iter().find_map(|mark| lower.find(mark));
        let left = at.and_then(|at| named(lower.get(at..)?, record));
        let Some(left) = left.filter(|_| self.claim == Claim::Fix) else {
            return vec![self];
        };
        let all = 0..record.vulnerabilities.len();
        let rest = all.filter(|one| !left.contains(one)).collect();
        let still = Self {
            claim: Claim::Affected,
            reach: Reach::At,
            vulnerabilities: Some(left),
            ..self.clone()
        };
        vec![Self { vulnerabilities: Some(rest), ..self }, still]
    }

    /// The remedy is of one vulnerability only.
    fn limit(&mut self, vulnerability: Option<usize>) {
        if let (None, Some(one)) = (&self.vulnerabilities, vulnerability) {
            self.vulnerabilities = Some(vec![one]);
        }
    }

    /// The same remedy stands at another vulnerability too; where the sentence names
    /// vulnerabilities it is of those.
    fn also_of(&mut self, vulnerability: Option<usize>, record: &Record) {
        let told = named(&self.written.to_lowercase(), record).is_some();
        match (&mut self.vulnerabilities, vulnerability) {
            (Some(known), Some(one)) if !told && !known.contains(&one) => known.push(one),
            (known, None) if !told => *known = None,
            _ => {}
        }
    }

    /// Whether it is said of a vulnerability.
    #[must_use]
    pub fn is_of(&self, vulnerability: usize) -> bool {
        self.vulnerabilities.as_ref().is_none_or(|some| some.contains(&vulnerability))
    }

    /// Whether the remedy is for a leaf: it is for all, or for this one.
    #[must_use]
    pub fn is_for(&self, leaf: usize) -> bool {
        self.products.is_empty() || self.products.contains(&leaf)
    }

    /// The products that it is said to be a release of: those that the words nearest to it
    /// name; empty where no product is named.
    #[must_use]
    pub fn of_products<'p>(&self, all: &[&'p Product]) -> Vec<&'p Product> {
        let SaidOf { sentence, before, naming, behind, heading, bracket, .. } =
            &self.said_of;
        let named =
            |text: &Text| Some(best_named(all, text)).filter(|named| !named.is_empty());
        named(bracket)
            .or_else(|| {
                let mut best = named(before)?;
                match naming {
                    Naming::One => Some(nearest(all, best, before)),
                    Naming::Joined => {
                        let nearest = nearest(all, best.clone(), before);
                        best.extend(
                            nearest
                                .iter()
                                .filter(|it| !best.contains(it))
                                .copied()
                                .collect::<Vec<_>>(),
                        );
                        Some(best)
                    }
                    Naming::Several => Some(best),
                }
            })
            .or_else(|| named(behind))
            .or_else(|| named(sentence))
            .or_else(|| named(heading))
            .unwrap_or_default()
    }

    /// Whether the words beside it name something that the advisory does not know as this
    /// leaf: `R-SeeNet 2.4.19` in an advisory about another program.
    #[must_use]
    pub fn is_foreign(&self, known: &str) -> bool {
        let names = &self.said_of.names;
        let is_known = |name: &String| known.contains(&letters(name));
        !names.is_empty() && !names.iter().any(is_known)
    }
}

/// What a leaf is known as, in letters and digits alone.
#[must_use]
pub fn known_as(leaf: &Leaf, record: &Record) -> String {
    let full = record.products.get(leaf.product).map_or("", |fact| fact.name.as_str());
    let mut known = letters(&format!("{} {full} {}", leaf.vendor, record.title));
    for product in leaf.names.iter().chain(&leaf.models) {
        known.extend(product.makers.iter().map(String::as_str));
    }
    known
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The products of which a text names most; all words of one are more than some of others.
fn best_named<'p>(all: &[&'p Product], text: &Text) -> Vec<&'p Product> {
    let hits = |product: &Product| {
        let (mut hit, mut count) = (0_usize, 0_usize);
        for group in product.keys() {
            count += 1;
            hit += usize::from(mentions(group.any.as_slice(), text));
        }
        (hit > 0).then_some((hit == count, hit))
    };
    let ranked: Vec<_> =
        all.iter().filter_map(|product| Some((hits(product)?, *product))).collect();
    let best = ranked.iter().map(|(rank, _)| *rank).max();
    let ranked = ranked.into_iter().filter(|(rank, _)| Some(*rank) == best);
    ranked.map(|(_, product)| product).collect()
}

/// What words in front of a release may name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Naming {
    /// One product, the nearest.
    #[default]
    One,
    /// Two in one word: `Delta/Infinity Explorer`.
    Joined,
    /// Several, or what is spoken of besides.
    Several,
}

impl Naming {
    fn of(words: &str) -> Self {
        let lower = words.to_lowercase();
        let mark = |word: &str| matches!(word, "and" | "or" | "&" | "for");
        if lower.contains('/') {
            Self::Joined
        } else if lower.split_whitespace().any(mark) {
            Self::Several
        } else {
            Self::One
        }
    }
}

/// The products that the words in front of a release name: those of `best`, unless others,
/// of which as much is named, have the word that stands next to it. `Agilia Connect Partner
/// v3.3.2` is of the Agilia Partner and not of the Agilia Connect beside it.
fn nearest<'p>(
    all: &[&'p Product],
    best: Vec<&'p Product>,
    before: &Text,
) -> Vec<&'p Product> {
    let places = |product: &Product| -> Vec<usize> {
        let keys = product.keys();
        keys.filter_map(|group| last_mention(&group.any, before)).collect()
    };
    let near = |product: &Product| places(product).into_iter().max();
    let ours = best.iter().filter_map(|product| near(product)).max();
    let most = best.iter().map(|product| places(product).len()).max();
    let nearer: Vec<&'p Product> = all
        .iter()
        .filter(|product| near(product) > ours && Some(places(product).len()) >= most)
        .copied()
        .collect();
    let next = nearer.iter().filter_map(|product| near(product)).max();
    let nearer: Vec<&'p Product> =
        nearer.into_iter().filter(|product| near(product) == next).collect();
    if nearer.is_empty() { best } else { nearer }
}

fn mentions(any: &[Alternative], sentence: &Text) -> bool {
    last_mention(any, sentence).is_some()
}

/// Where one of the alternatives stands last in the sentence.
fn last_mention(any: &[Alternative], sentence: &Text) -> Option<usize> {
    let places = any.iter().filter_map(|alternative| match alternative {
        Alternative::Word(unit) if unit.spelt().len() > 2 || unit.is_code() => {
            stands_alone(unit, sentence)
        }
        Alternative::Word(_) | Alternative::Range(..) => None,
    });
    places.max()
}

/// Where the unit is last a word of the sentence and not a piece of one.
fn stands_alone(unit: &Unit, sentence: &Text) -> Option<usize> {
    let atoms = sentence.atoms();
    let alone = unit.occurrences(sentence).filter(|hit| {
        let word = atoms.get(hit.from).map(|atom| atom.word);
        let at = |at: Option<usize>| at.and_then(|at| atoms.get(at));
        let head = at(hit.from.checked_sub(1)).map(|atom| atom.word);
        // `D2-250-1` is not the D2-250.
        let number = |atom: &&Atom| atom.text.bytes().all(|byte| byte.is_ascii_digit());
        let tail = at(Some(hit.to)).filter(number).map(|atom| atom.word);
        let goes_on = unit.is_code() && tail.is_some() && tail == word;
        (head != word || head.is_none()) && !goes_on
    });
    alone.map(|hit| hit.from).max()
}

/// The vulnerabilities that a text in small letters names, by CVE or by weakness.
fn named(lower: &str, record: &Record) -> Option<Vec<usize>> {
    if !lower.contains("cve-") && !lower.contains("cwe-") {
        return None;
    }
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .filter(|word| word.starts_with("cve-") || word.starts_with("cwe-"))
        .collect();
    let is_named = |id: &String| words.contains(&id.to_lowercase().as_str());
    let all = record.vulnerabilities.iter().enumerate();
    let named = all.filter(|(_, one)| one.ids.iter().chain(&one.cwes).any(is_named));
    Some(named.map(|(at, _)| at).collect())
}

/// A sentence as a question can quote it.
fn shortened(sentence: &str) -> String {
    const CHARACTERS_MAX: usize = 300;
    match sentence.char_indices().nth(CHARACTERS_MAX) {
        Some((at, _)) => format!("{}…", sentence.get(..at).unwrap_or_default()),
        None => sentence.to_owned(),
    }
}

/// What the advisory says of the fixes for one leaf.
#[derive(Clone, Debug, Default)]
pub struct Remedies<'r> {
    /// The releases that are this product's.
    pub releases: Vec<&'r Release>,
    /// The vulnerabilities that the leaf is affected by.
    pub vulnerabilities: &'r [usize],
}

/// What the remedies say of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Nothing that would change anything.
    Nothing,
    /// It holds the fix, with the release that says so.
    Fix(String),
    /// It is still affected.
    Affected,
    /// Whether it holds the fix must be asked, with the sentence.
    Unclear(String),
}

/// Whether a release behind a fix holds it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "yes or no")]
pub enum Later {
    No,
    Yes,
}

impl<'r> Remedies<'r> {
    /// What is said of a version; `later` is whether the leaf has no upper end.
    #[must_use]
    pub fn holds(&self, version: &Version, later: Later) -> Holds {
        let at = |release: &&&Release| release.covers(version);
        let still = |release: &&&Release| {
            release.claim == Claim::Affected
                && self.vulnerabilities.iter().any(|one| release.is_of(*one))
        };
        if self.releases.iter().filter(still).any(|release| at(&release)) {
            return Holds::Affected;
        }
        // The very release that was announced with the fix is out where a row has it.
        if let Some(release) = self.announces(version)
            && self.vulnerabilities.iter().all(|one| release.is_of(*one))
        {
            return Holds::Fix(release.text.clone());
        }
        let fixed = |one: &usize| self.fixes(*one, version, later);
        let fixes: Option<Vec<&Release>> =
            self.vulnerabilities.iter().map(fixed).collect();
        let last = fixes.as_ref().and_then(|fixes| fixes.last());
        if let Some(release) = last {
            return Holds::Fix(release.text.clone());
        }
        let open = later == Later::Yes;
        let unclear = self.releases.iter().find(|release| {
            let order = version.compare(&release.version);
            match release.claim {
                Claim::Announced => open && order == Some(Ordering::Greater),
                Claim::Unclear => order == Some(Ordering::Equal),
                Claim::Fix => open && order.is_none() && version.covers(&release.version),
                _ => false,
            }
        });
        unclear.map_or(Holds::Nothing, |release| Holds::Unclear(release.written.clone()))
    }

    /// The release that fixes a vulnerability in a version.
    fn fixes(&self, one: usize, version: &Version, later: Later) -> Option<&'r Release> {
        let of = |release: &&Release| release.is_of(one);
        let fixes = self.releases.iter().copied().filter(of);
        let spared = fixes
            .clone()
            .find(|release| release.claim == Claim::Spared && release.covers(version));
        let fixes: Vec<&Release> =
            fixes.filter(|release| release.claim == Claim::Fix).collect();
        let same = |release: &&&Release| {
            version.compare(&release.version) == Some(Ordering::Equal)
        };
        let same = spared.or_else(|| fixes.iter().find(same).copied());
        if same.is_some() || later == Later::No {
            return same;
        }
        let train = train(version, &fixes);
        let behind = |release: &&Release| {
            release.version.parts().len() > 1
                && version.compare(&release.version) == Some(Ordering::Greater)
        };
        (!train.is_empty() && train.iter().all(behind)).then(|| train.first().copied())?
    }

    /// The announced release that a version is.
    #[must_use]
    pub fn announces(&self, version: &Version) -> Option<&'r Release> {
        self.releases.iter().copied().find(|release| {
            release.claim == Claim::Announced
                && version.compare(&release.version) == Some(Ordering::Equal)
        })
    }

    /// What to update to, for a row of which `version` is known: for each vulnerability the
    /// fix of the version's own train, and none that a later one contains.
    #[must_use]
    pub fn update(&self, version: Option<&Version>) -> String {
        self.update_for(self.vulnerabilities, version)
    }

    /// The same for some of the vulnerabilities: a release may mend one and not another.
    #[must_use]
    pub fn update_for(
        &self,
        vulnerabilities: &[usize],
        version: Option<&Version>,
    ) -> String {
        let mut wanted: Vec<&Release> = Vec::new();
        for one in vulnerabilities {
            let fixes: Vec<&Release> = self
                .releases
                .iter()
                .copied()
                .filter(|release| release.claim == Claim::Fix && release.is_of(*one))
                .filter(|release| {
                    // Whoever has the release and is affected still is not helped by it.
                    let order = version.and_then(|own| own.compare(&release.version));
                    matches!(order, None | Some(Ordering::Less))
                })
                .collect();
            let ours = version.map_or_else(|| fixes.clone(), |own| train(own, &fixes));
            for release in ours {
                if !wanted.iter().any(|known| known.text == release.text) {
                    wanted.push(release);
                }
            }
        }
        let contained = |release: &Release| {
            wanted.iter().any(|other| {
                other.version.compare(&release.version) == Some(Ordering::Greater)
                    && (shared(&other.version, &release.version) > 0)
            })
        };
        let kept = wanted.iter().filter(|release| !contained(release));
        kept.map(|release| release.text.as_str()).collect::<Vec<_>>().join("; ")
    }

    /// The vulnerabilities of which a remedy says that this version holds their fix, though
    /// it may not hold that of others.
    #[must_use]
    pub fn cleared(&self, version: &Version, later: Later) -> Vec<usize> {
        let ours = self.vulnerabilities.iter().copied();
        ours.filter(|one| self.fixes(*one, version, later).is_some()).collect()
    }

    /// The vulnerabilities that a release before this version is said to have still, while
    /// nothing says that a later one has not; and the sentence that says so.
    #[must_use]
    pub fn left_open(&self, version: &Version) -> Option<(Vec<usize>, String)> {
        let behind = |release: &Release| {
            version.compare(&release.version) == Some(Ordering::Greater)
        };
        let still = |one: usize| {
            self.releases.iter().copied().find(|release| {
                release.claim == Claim::Affected
                    && release.reach == Reach::At
                    && release.is_of(one)
                    && behind(release)
            })
        };
        let mended = |one: usize| {
            self.releases.iter().any(|release| {
                matches!(release.claim, Claim::Fix | Claim::Spared)
                    && release.is_of(one)
                    && (release.covers(version) || behind(release))
            })
        };
        let open = self.vulnerabilities.iter().copied().filter(|one| !mended(*one));
        let open: Vec<(usize, &Release)> =
            open.filter_map(|one| Some((one, still(one)?))).collect();
        let sentence = open.first()?.1.written.clone();
        Some((open.into_iter().map(|(one, _)| one).collect(), sentence))
    }

    /// The releases that are announced.
    #[must_use]
    pub fn announced(&self) -> Vec<&'r str> {
        let mut texts: Vec<&str> = Vec::new();
        for release in &self.releases {
            if release.claim == Claim::Announced
                && !texts.contains(&release.text.as_str())
            {
                texts.push(&release.text);
            }
        }
        texts
    }
}

impl Release {
    /// Whether what is said of the release is said of a version.
    fn covers(&self, version: &Version) -> bool {
        let order = version.compare(&self.version);
        match self.reach {
            Reach::Before => order == Some(Ordering::Less),
            Reach::At => order == Some(Ordering::Equal),
            Reach::Onward => matches!(order, Some(Ordering::Equal | Ordering::Greater)),
        }
    }
}

/// The fixes that begin most like a version: 12.4.3 is judged by 12.4.11 and not by 12.6.8.
fn train<'r>(version: &Version, fixes: &[&'r Release]) -> Vec<&'r Release> {
    let alike = |release: &&Release| shared(version, &release.version);
    let most = fixes.iter().map(alike).max().unwrap_or_default();
    let ours = fixes.iter().filter(|release| alike(release) == most);
    ours.copied().collect()
}

/// How many parts two versions have in common at the beginning, but for the last of each.
fn shared(a: &Version, b: &Version) -> usize {
    if a.shape() != b.shape() {
        return 0;
    }
    let stems = |version: &Version| -> Vec<Part> {
        let parts = version.parts();
        parts.get(..parts.len().saturating_sub(1)).unwrap_or_default().to_vec()
    };
    stems(a).iter().zip(&stems(b)).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests;
