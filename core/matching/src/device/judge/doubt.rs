//! Why what an inventory states as the version may not be the release that runs.
//!
//! A number beside the word *planned* is no release of the device, nor is the one of its boot
//! loader, nor what a spreadsheet made of it. Such a field can show that a device is meant,
//! where a version of it is; it never shows that the device is not.

use naming::text::Unit;
use terms::version::firmware::{Part, Version};

use super::super::extent::{self, Span, Standing};
use super::super::leaf::{Leaf, Versions};
use super::dated::last_day;
use super::days::Serial;
use super::written::{dotted, joined_to_model, unmarked};
use super::{Row, best};

/// Words beside a version that leave it what it is.
#[rustfmt::skip]
const NEUTRAL: &[&str] = &[
    // What the number is.
    "version", "versions", "ver", "vers", "release", "released", "rel", "rev", "revision",
    "build", "bld", "builds", "sp", "sr", "service", "pack", "patch", "patchlevel",
    "update", "upd", "hotfix", "hotfixrev", "hf", "fix", "cu", "cumulative", "feature",
    "fp", "gma", "maintenance", "mr", "ga", "beta", "alpha", "rc", "level", "security",
    "firmware", "fw", "software", "sw", "sv", "frn", "runtime", "cp", "lts", "eff",
    "versión", "versione", "versie", "softwareversion", "firmwareversion", "softwarestand",
    "stand", "ausgabe", "logiciel", "micrologiciel", "compilación", "softwareversie",
    // Which edition it is.
    "edition", "standard", "enterprise", "professional", "pro", "premium", "basic",
    "advanced", "english", "deutsch", "français", "bit",
    // When it came on the device.
    "date", "dated", "installed", "installiert", "installé", "installée", "instalado",
    "instalada", "installato", "installata", "geïnstalleerd", "current", "aktuell",
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug",
    "sep", "sept", "oct", "nov", "dec", "januar", "februar", "märz", "mai", "juni", "juli",
    "oktober", "dezember", "okt", "dez", "mär",
    // Which word for `and`.
    "and", "und", "as", "of",
];

/// Words whose number is not that of the release: `SP 3`, `patchlevel 5`, `64bit`.
#[rustfmt::skip]
const OF_A_PACK: &[&str] = &[
    "sp", "sr", "pack", "patch", "patchlevel", "pl", "hotfix", "hotfixrev", "hf", "fix", "cu",
    "feature", "fp", "maintenance", "mr", "gma", "update", "upd", "beta", "alpha", "rc",
    "level", "bit", "security", "cp",
];

/// Words of what is not on the device yet, or is no longer, whoever else has them in a name.
#[rustfmt::skip]
const NOT_THERE: &[&str] = &[
    "planned", "pending", "scheduled", "failed", "available", "target", "targeted",
    "upgrade", "upgrading", "needs", "needed", "requested", "ordered", 
    "future", "not", "until", "rollback", "uninstalled", "removed",
    "previously", "formerly", "postponed", "cancelled", "canceled", "awaiting", "offered",
    "geplant", "ausstehend", "nicht", "verfügbar", "fehlgeschlagen", "vorgesehen", 
    "ausgeplant", "angeboten", "bestellt", "prévu", "prévue", "disponible", "échec",
    "échoué", "pendiente", "previsto", "prevista", "planificado", "programado", "fallido",
    "disponibile", "pianificato", "fallito", "attesa", "gepland", "beschikbaar", "mislukt",
    "verwacht", "niet",
];

/// Why a version is doubtful.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Doubt {
    /// Other words stand beside it: `4.2 (planned)`, `Bootloader 6.0`.
    Words(String),
    /// Several stand in the field, and not all of them were read.
    Several,
    /// It may be the number that a spreadsheet keeps of a day.
    Serial(Serial),
    /// It is a time of day, which a spreadsheet makes of `2:03`.
    Time,
    /// It is one number, or numbers and blanks, where those of the advisory have points.
    Points,
    /// A part of it has a zero in front, `4.02`, which may be 4.2 or between 4.0 and 4.1.
    Zero,
    /// It is one of those listed but for a word: `1.1.3 Build 11` of a `1.1.3 MR Build 11`.
    ButForAWord(String),
}

impl Doubt {
    /// What is asked: which version it is, and why that is asked.
    pub(super) fn question(&self, version: &str, limit: &str) -> String {
        let why = match self {
            Self::Words(cell) => {
                return format!(
                    "The inventory says “{cell}”: which version is installed? Affected: \
                     {limit}"
                );
            }
            Self::Several => "names several versions".to_owned(),
            Self::Serial(Serial { day, release }) => format!(
                "may be the number by which a spreadsheet keeps the day {day}, which it \
                 made of {release}"
            ),
            Self::Time => {
                "is a time of day, which a spreadsheet may have made of it".to_owned()
            }
            Self::Points => {
                "has no points, as the versions of the advisory have".to_owned()
            }
            Self::Zero => "may be read in two ways".to_owned(),
            Self::ButForAWord(listed) => format!("is {listed} but for a word"),
        };
        format!("{version} {why}: which version is it? Affected: {limit}")
    }
}

/// What is doubtful in the fields of a row, whatever it is compared with.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    /// The field that holds what is doubtful, where a word says that it is not there.
    not_there: Option<String>,
    /// Words beside the version of which it is not known what they say of it.
    unknown: Vec<String>,
    /// How many versions stand in the field.
    several: Several,
    /// The last day that may be meant beside the version, `2027-03-31`.
    day: Option<String>,
}

impl Written {
    /// Looks through the field of the version, or through those that tell one where it is
    /// empty.
    pub(super) fn read(
        version: &str,
        [maker, model, description]: [&str; 3],
        read: usize,
    ) -> Self {
        let is_not_there = |text: &str| {
            let words = words(text);
            let mut words = words.iter().map(|(word, _)| word.as_str());
            words.any(|word| NOT_THERE.contains(&word))
        };
        if version.trim().is_empty() {
            let mut fields = [description, model].into_iter();
            let not_there = fields.find(|field| is_not_there(field));
            return Self { not_there: not_there.map(str::to_owned), ..Self::default() };
        }
        let own: Vec<String> =
            [maker, model].into_iter().flat_map(words).map(|(word, _)| word).collect();
        let unknown = words(version).into_iter().filter(|(word, beside)| {
            let least = if *beside == Beside::Digits { 5 } else { 2 };
            word.chars().count() >= least
                && !NEUTRAL.contains(&word.as_str())
                && !own.contains(word)
        });
        let sign = version.contains(['?', '~', '<', '>', '≤', '≥', '→', '≈']);
        let mut unknown: Vec<String> = unknown.map(|(word, _)| word).collect();
        unknown.extend(
            bare_pack(version).filter(|_| joined_to_model(version, model).is_none()),
        );
        Self {
            not_there: (sign || is_cut(version) || is_not_there(version))
                .then(|| version.trim().to_owned()),
            unknown,
            several: several(version, read),
            day: last_day(version),
        }
    }
}

/// Whether the beginning or the end of a number is gone: `.3`, `3-`.
fn is_cut(version: &str) -> bool {
    let text = version.trim();
    text.starts_with(['.', '-']) || text.ends_with('-')
}

/// The word to which the number of a field belongs, where no other number is that of the release,
/// or where it has points, as that of the release has: `SP 3`, `2.1 / update: 2.3`.
fn bare_pack(version: &str) -> Option<String> {
    if !version.contains(char::is_alphabetic) {
        return None;
    }
    let lower = version.to_lowercase();
    let is_end = |c: char| !(c.is_alphanumeric() || c == '.');
    let mut before = String::new();
    let (mut of_release, mut of_pack) = (0, None);
    for token in lower.split(is_end).filter(|token| !token.is_empty()) {
        let letters: String = token.chars().filter(|c| c.is_alphabetic()).collect();
        if !token.contains(|c: char| c.is_ascii_digit()) {
            before = letters;
            continue;
        }
        let word = if letters.is_empty() { std::mem::take(&mut before) } else { letters };
        if !OF_A_PACK.contains(&word.as_str()) {
            of_release += 1;
        } else if of_pack.is_none() || token.contains('.') {
            of_pack = Some((word, token.contains('.')));
        }
    }
    let (word, pointed) = of_pack?;
    (of_release == 0 || pointed).then_some(word)
}

/// Whether several versions stand in a field, between the signs of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Several {
    #[default]
    No,
    /// Each of them was read.
    Read,
    /// Fewer were read.
    Unread,
}

fn several(version: &str, read: usize) -> Several {
    if dotted(version).parse::<Version>().is_ok() {
        return Several::No;
    }
    let mut pieces = vec![version.to_lowercase()];
    for mark in ["/", ";", "&", "|", ", ", " or ", " oder ", " ou ", " and ", " und "] {
        let cut = |piece: &String| -> Vec<String> {
            piece.split(mark).map(str::to_owned).collect()
        };
        pieces = pieces.iter().flat_map(cut).collect();
    }
    let numbered = |piece: &&String| piece.contains(|c: char| c.is_ascii_digit());
    match pieces.iter().filter(numbered).count() {
        0 | 1 => Several::No,
        stated if stated > read => Several::Unread,
        _ => Several::Read,
    }
}

/// Whether a word is glued to a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Digits,
    Nothing,
}

/// The words of a text, without the digits in them, and whether there were any.
fn words(text: &str) -> Vec<(String, Beside)> {
    let lower = text.to_lowercase();
    let glued = |word: &str| {
        let digits = word.contains(|c: char| c.is_ascii_digit());
        if digits { Beside::Digits } else { Beside::Nothing }
    };
    let blank = |c: char| !c.is_alphanumeric();
    let whole = lower.split(blank).flat_map(|word| {
        let beside = glued(word);
        let runs = word.split(|c: char| !c.is_alphabetic());
        runs.filter(|run| !run.is_empty()).map(move |run| (run.to_owned(), beside))
    });
    whole.collect()
}

impl Row {
    /// Why the version that it states may not be the device's; `None` where it is one.
    pub(super) fn doubt(&self, leaf: &Leaf) -> Option<Doubt> {
        if let Some(doubt) = self.doubt_of_words(leaf) {
            return Some(doubt);
        }
        let spans = match &leaf.versions {
            Versions::Some(spans, _) => spans.as_slice(),
            Versions::All | Versions::Unreadable(_) => &[],
        };
        let bounds: Vec<&Version> = spans.iter().flat_map(extent::bounds).collect();
        self.doubt_of_number(&bounds)
            .or_else(|| self.doubt_of_zero(spans))
            .or_else(|| self.but_for_a_word(spans))
    }

    /// Words beside the version that neither the row nor the leaf knows otherwise.
    pub(super) fn doubt_of_words(&self, leaf: &Leaf) -> Option<Doubt> {
        if let Some(field) = &self.doubtful.not_there {
            return Some(Doubt::Words(field.clone()));
        }
        if self.doubtful.several == Several::Unread {
            return Some(Doubt::Several);
        }
        if terms::date::is_time(&self.written) {
            return Some(Doubt::Time);
        }
        if self.doubtful.day.as_deref().is_some_and(|day| is_to_come(leaf, day)) {
            return Some(Doubt::Words(self.written.clone()));
        }
        let unknown = self.doubtful.unknown.iter().any(|word| !is_of(leaf, word));
        (unknown && unmarked(&self.marked, leaf).is_none())
            .then(|| Doubt::Words(self.written.clone()))
    }

    /// Whether a version of it may be meant, and another may be the device's.
    pub(super) fn is_one_of_many(&self, leaf: &Leaf) -> bool {
        self.doubtful.several != Several::No || self.doubt_of_words(leaf).is_some()
    }

    /// One number beside versions that are written otherwise.
    pub(super) fn doubt_of_number(&self, bounds: &[&Version]) -> Option<Doubt> {
        // `Upd 116` is the end of a version that begins in the model.
        if self.marked.is_empty() {
            return None;
        }
        let text = dotted(&self.written);
        let text = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        let bare = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let mut blanks = text.split_whitespace();
        if blanks.clone().count() > 1 && blanks.all(bare) {
            return Some(Doubt::Points);
        }
        let (number, fraction) = text.split_once('.').unwrap_or((text, "0"));
        if bounds.is_empty() || !bare(number) || !bare(fraction) {
            return None;
        }
        let first = |bound: &&Version| match bound.parts().first() {
            Some(Part::Number(digits)) => digits.len(),
            _ => usize::MAX,
        };
        let longest = bounds.iter().map(first).max().unwrap_or_default();
        if let Some(serial) = Serial::read(number).filter(|_| longest < 4) {
            return Some(Doubt::Serial(serial));
        }
        let pointed = bounds.iter().all(|bound| bound.parts().len() > 1);
        let squashed = |bound: &&Version| {
            let digits = bound.parts().iter().map(|part| match part {
                Part::Number(digits) if digits.is_empty() => "0".to_owned(),
                Part::Number(digits) => digits.to_string(),
                _ => " ".to_owned(),
            });
            digits.collect::<String>() == number
        };
        let other = number.len() >= 3 && number.len() > longest;
        let alone = pointed && !text.contains('.');
        (alone && (other || bounds.iter().any(squashed))).then_some(Doubt::Points)
    }

    /// `4.02` beside `<= 4.1`: 4.2, or a release between 4.0 and 4.1.
    fn doubt_of_zero(&self, spans: &[Span]) -> Option<Doubt> {
        let written = dotted(&self.written);
        let split = split_zeros(&written)?;
        // Beside `22.10` a `22.04` is the fourth month of that year.
        let wide = |text: &str| {
            let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
            let before = text.strip_suffix(digits).unwrap_or_default();
            // The first part of `C.03` is the letter.
            let first = usize::from(!before.ends_with('.'));
            let mut parts = digits.split(|c: char| !c.is_ascii_digit()).skip(first);
            parts.any(|part| part.len() > 1)
        };
        let any = spans.iter().any(|span| match span {
            Span::Listed(_, text) => wide(text),
            Span::Between { lower, upper } => {
                [lower, upper].into_iter().flatten().any(|bound| wide(&bound.text))
            }
        });
        let standing = best(&[split.parse().ok()?], spans).0;
        let inside = matches!(standing, Some(Standing::Inside | Standing::Named));
        (inside && !any).then_some(Doubt::Zero)
    }

    /// A version that is a listed one but for words without a number.
    fn but_for_a_word(&self, spans: &[Span]) -> Option<Doubt> {
        let cut = |text: &str| -> (Vec<String>, Vec<String>) {
            let lower = text.to_lowercase().replace(['_', '(', ')'], " ");
            let words = lower.split_whitespace().map(str::to_owned);
            words.partition(|word| word.contains(|c: char| c.is_ascii_digit()))
        };
        let (numbers, words) = cut(&self.written);
        let texts = spans.iter().filter_map(|span| match span {
            Span::Listed(_, text) => Some(text),
            Span::Between { .. } => None,
        });
        let mut texts = texts.filter(|text| {
            let (theirs, more) = cut(text);
            numbers.len() > 1
                && theirs == numbers
                && more.len() > words.len()
                && words.iter().all(|word| more.contains(word))
        });
        texts.next().map(|text| Doubt::ButForAWord(text.clone()))
    }
}

/// Whether a day beside a version may be one that has not come: it is not before the one on which
/// the advisory was last written, and that names its own releases by no such year.
fn is_to_come(leaf: &Leaf, day: &str) -> bool {
    let year = day.get(..4).unwrap_or_default();
    *day >= *leaf.written && !texts(leaf).any(|text| text.contains(year))
}

/// The versions of a leaf as they are written.
fn texts(leaf: &Leaf) -> impl Iterator<Item = &str> {
    let spans = match &leaf.versions {
        Versions::Some(spans, _) => spans.as_slice(),
        Versions::All | Versions::Unreadable(_) => &[],
    };
    spans.iter().chain(&leaf.without).chain(&leaf.maybe).flat_map(|span| {
        let texts: Vec<&str> = match span {
            Span::Listed(_, text) => vec![text],
            Span::Between { lower, upper } => {
                [lower, upper].into_iter().flatten().map(|bound| &*bound.text).collect()
            }
        };
        texts
    })
}

/// Whether a leaf knows a word: of its product, of its versions, or of its maker.
fn is_of(leaf: &Leaf, word: &str) -> bool {
    let spans = match &leaf.versions {
        Versions::Some(spans, _) => spans.as_slice(),
        Versions::All | Versions::Unreadable(_) => &[],
    };
    let holds = |text: &str| words(text).iter().any(|(other, _)| other == word);
    let in_span = |span: &Span| match span {
        Span::Listed(_, text) => holds(text),
        Span::Between { lower, upper } => {
            [lower, upper].into_iter().flatten().any(|bound| holds(&bound.text))
        }
    };
    let unit = Unit::read(word);
    leaf.prefixes.iter().any(|prefix| prefix == word)
        || holds(&leaf.vendor)
        || spans.iter().chain(&leaf.without).chain(&leaf.maybe).any(in_span)
        || unit.is_some_and(|unit| leaf.names.iter().any(|name| name.holds(&unit)))
}

/// A version with a point behind each zero that a part begins with: `4.0.2` of `4.02`;
/// `None` where there is no such zero.
fn split_zeros(text: &str) -> Option<String> {
    let mut split = String::with_capacity(text.len() + 2);
    let (mut before, mut found) = (' ', false);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        split.push(character);
        let digit = rest.peek().is_some_and(char::is_ascii_digit);
        if character == '0' && before == '.' && digit {
            split.push('.');
            found = true;
        }
        before = character;
    }
    found.then_some(split)
}
