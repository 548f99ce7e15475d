//! Which devices a product name of a leaf means.
//!
//! A name becomes *groups* of words, each of which the row must show in one of its
//! spellings: `MX800/700/600 (865240/41/42)` is one group of six model numbers. Words that
//! say what kind of thing it is (`system`, `monitor`) are asked for only where the row
//! shows a foreign model. A name may have more than one reading (`Central Station (CSCS)`).

use std::sync::Arc;

use naming::spelling::is_short;
use naming::text::{Found, Hit, Text, Unit};

/// Words that say nothing about which product it is.
#[rustfmt::skip]
const FILLER: [&str; 78] = [
    "system", "systems", "device", "devices", "software", "sw", "product", "products",
    "family", "line", "range", "series", "model", "models", "version", "versions",
    "firmware", "fw", "the", "of", "with", "and", "or", "for", "all", "any", "by",
    "in", "a", "an", "to", "on", "from", "use", "used", "using", "application",
    "applications", "app", "medical", "healthcare", "health", "unit", "units",
    "component", "components", "including", "related", "solution", "solutions",
    "package", "program", "enabled", "under", "current", "support", "legacy",
    "certain", "various", "other", "specimen", "w",
    "build", "builds", "part", "parts", "number", "numbers", "catalog", "catalogue",
    "reorder", "id", "pn", "only", "based", "incl", "v", "variant",
];

/// Words that say what kind of thing it is.
#[rustfmt::skip]
const CLASS: [&str; 153] = [
    "ultrasound", "monitor", "monitors", "monitoring", "patient", "bedside", "pump",
    "pumps", "infusion", "cpu", "cpus", "syringe", "volumetric", "large", "volume", "lvp",
    "hub", "controllers", "recording", "suite", "microbiology", "informatics", "data",
    "management", "blood", "culture", "ventilation", "respiratory", "hematology",
    "chemistry", "immunoassay", "coagulation", "urinalysis", "sequencing", "sequencer",
    "sequencers", "cytometer", "cytometry", "spirometer", "oximeter", "oximetry",
    "processor", "incubator", "warmer", "injector", "camera", "display", "printer",
    "ventilating", "therapy", "slice", "slices",
    "operating", "automation", "programmable", "industrial", "managed",
    "station", "viewer", "workstation", "workstations", "server", "servers", "programmer",
    "programmers", "recorder", "recorders", "generator", "generators", "ventilator",
    "ventilators", "bed", "beds", "panel", "control", "controller",
    "cardiograph", "cardiographs", "electrocardiograph", "ecg", "ekg", "hemodialysis",
    "dialysis", "delivery", "telemetry", "energy", "platform", "analyzer",
    "analyzers", "analysis", "testing", "resting", "stress", "cardiac", "imaging",
    "scanner", "scanners", "scan", "ct", "mr", "mri", "xray", "tomography",
    "computed", "magnetic", "resonance", "wireless", "connect", "connected",
    "network", "portable", "handheld", "reader", "terminal", "vital", "signs",
    "defibrillator", "pacemaker", "clinician", "module", "modules", "machine", "pacs",
    "medsurg", "client", "clients", "receiver", "receivers", "instrument",
    "instruments", "pet", "spect", "icd", "crtd", "crtp", "implantable", "central",
    "medication", "safety", "ambulatory", "automated", "dispensing", "cabinet",
    "cabinets", "information", "insulin", "glucose",
    "transmitter", "transmitters", "oncology", "radiation", "robotic", "radiosurgery",
];

/// Words for a thing beside the device that bears the brand's name.
const PARTS: [&str; 10] = [
    "station",
    "server",
    "servers",
    "workstation",
    "workstations",
    "client",
    "viewer",
    "module",
    "terminal",
    "hub",
];

/// Editions that exclude one another; each is a list of words for one of them.
pub(super) const EDITIONS: [&[&[&str]]; 2] = [
    &[
        &["html5", "html", "web", "browser"],
        &["java", "swing"],
        &["delphi"],
        &["android"],
        &["ios", "iphone", "ipad"],
    ],
    &[&["windows", "win"], &["linux"], &["macos"]],
];

/// Parts of a device that have versions of their own.
const COMPONENTS: [&str; 9] =
    ["wlan", "wifi", "wbm", "bootrom", "bluetooth", "radio", "nic", "modem", "bios"];

/// What a word of a product name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Says nothing.
    Filler,
    /// A maker's name in front of the product's.
    Maker,
    /// What kind of thing it is.
    Class,
    /// The same of a family whose members have numbers that its name does not have.
    Members,
    /// A part with versions of its own.
    Component,
    /// One of editions that exclude one another.
    Edition,
    /// A name.
    Name,
    /// A model number.
    Code,
}

impl Kind {
    /// Whether it says what kind of thing the product is.
    pub(super) const fn is_noun(self) -> bool {
        matches!(self, Self::Class | Self::Members)
    }
}

/// Words any of which will do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// The spellings.
    pub any: Vec<Alternative>,
    /// What it is.
    pub kind: Kind,
}

/// One word, or a range of model numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alternative {
    /// A word.
    Word(Unit),
    /// `MP20-MP90`: letters, and numbers from … to ….
    Range(String, u32, u32),
}

/// One reading of a product name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Product {
    /// The groups in order.
    pub groups: Vec<Group>,
    /// Names of the maker, written together: they may stand anywhere.
    pub makers: Arc<[String]>,
}

/// The names that a maker puts in front of its products' names: its own and its brands'.
#[derive(Clone, Debug, Default)]
pub struct Brands {
    /// Word by word.
    names: Vec<Vec<String>>,
    /// Written together, but for short ones.
    joined: Arc<[String]>,
}

impl Brands {
    /// Those names, word by word.
    #[must_use]
    pub fn new(names: Vec<Vec<String>>) -> Self {
        let joined = names.iter().map(|words| words.concat());
        let joined = joined.filter(|name| name.len() > 2).collect();
        Self { names, joined }
    }
}

impl Product {
    /// Reads a name without a number as that of a family, where its last word says what kind of
    /// thing its members are: `Zelta pumps`.
    pub(super) fn as_family(&mut self) {
        let is_named = self.groups.iter().any(|group| group.kind == Kind::Name);
        if !is_named || self.groups.iter().any(|group| group.kind == Kind::Code) {
            return;
        }
        let is_part = |group: &Group| {
            group.any.iter().any(|any| match any {
                Alternative::Word(unit) => {
                    let word = unit.spelt();
                    PARTS.contains(&word.strip_suffix('s').unwrap_or(word))
                }
                Alternative::Range(..) => true,
            })
        };
        let key = self.groups.iter().rposition(|group| group.kind >= Kind::Name);
        let noun = self.groups.iter().rposition(|group| group.kind == Kind::Class);
        if let Some(noun) = noun.filter(|noun| Some(*noun) > key)
            && let Some(group) = self.groups.get_mut(noun).filter(|group| !is_part(group))
        {
            group.kind = Kind::Members;
        }
    }

    /// The product of a name.
    #[must_use]
    pub fn read(name: &str, brands: &Brands) -> Self {
        Self { groups: groups(name, brands), makers: Arc::clone(&brands.joined) }
    }
}

/// Cuts a product name of a maker into groups.
#[must_use]
pub fn groups(name: &str, brands: &Brands) -> Vec<Group> {
    let words = listed(&without_glue(name, brands));
    let words = words.into_iter().flat_map(apart);
    let mut groups: Vec<Group> = Vec::new();
    for list in words {
        let Some(group) = group(&list) else { continue };
        // `3xxx 4xxx and 48xxx`: series in a list are alternatives.
        if is_pattern(&group)
            && let Some(first) = groups.iter_mut().find(|group| is_pattern(group))
        {
            first.any.extend(group.any);
            continue;
        }
        match groups.last_mut() {
            // `TC10 TC20 TC30`: numbers of one shape are alternatives.
            Some(last) if alike(last, &group) => last.any.extend(group.any),
            _ => groups.push(group),
        }
    }
    members(&mut groups);
    editions(&mut groups);
    mark_makers(&mut groups, brands);
    groups
}

/// `1732E-OB8M8SR/A`: a letter behind the slash of a model number is its series and no
/// other model.
fn apart(list: Vec<String>) -> Vec<Vec<String>> {
    let code = |word: &String| word.bytes().any(|byte| byte.is_ascii_digit());
    let letter =
        |word: &String| word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic());
    // `PET/CT` is both.
    let modality = |word: &String| {
        matches!(word.to_lowercase().as_str(), "pet" | "spect" | "ct" | "mr" | "nm")
    };
    if list.len() > 1 && list.iter().all(modality) {
        return list.into_iter().map(|word| vec![word]).collect();
    }
    let behind = list.get(1..).unwrap_or_default();
    let series = !behind.is_empty() && behind.iter().all(letter);
    match list.split_first() {
        Some((first, rest)) if series && code(first) => {
            vec![vec![first.clone()], rest.to_vec()]
        }
        _ => vec![list],
    }
}

/// Whether each group stands in front of one of these words.
fn in_front_of(groups: &[Group], words: &[&str]) -> Vec<bool> {
    let is = |group: &Group| match group.any.as_slice() {
        [Alternative::Word(unit)] => words.contains(&unit.spelt()),
        _ => false,
    };
    groups.iter().skip(1).map(is).chain([false]).collect()
}

/// `1200 Series` are the 1200 and its members 1240 and 1265, `600 Series` has the 640, and
/// `DS-KH85 Series` the DS-KH8520.
fn members(groups: &mut [Group]) {
    let words = ["series", "family", "families"];
    let next = in_front_of(groups, &words);
    let series: Vec<bool> = (0..groups.len())
        .map(|at| next.iter().skip(at).take(2).any(|series| *series))
        .collect();
    for (group, _) in groups.iter_mut().zip(series).filter(|(_, series)| *series) {
        let [Alternative::Word(unit)] = group.any.as_slice() else { continue };
        let spelt = unit.spelt();
        let digits = spelt.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let letters = spelt.len() - digits.len();
        if digits.len() < 2 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let members: Vec<String> = match (letters, spelt.strip_suffix("00")) {
            (_, Some(head)) => (0..10).map(|ten| format!("{head}{ten}x")).collect(),
            (2.., None) => vec![format!("{spelt}x"), format!("{spelt}xx")],
            _ => Vec::new(),
        };
        let members = members.iter().filter_map(|member| Unit::read(member));
        let members: Vec<Unit> = members.collect();
        group.any.extend(members.into_iter().map(Alternative::Word));
    }
}

/// `Machine Edition`: the word in front of *edition* tells which, whatever it says elsewhere.
fn editions(groups: &mut [Group]) {
    let told = in_front_of(groups, &["edition"]);
    for (group, _) in groups.iter_mut().zip(&told).filter(|(_, told)| **told) {
        if group.kind == Kind::Class || group.kind == Kind::Filler {
            group.kind = Kind::Name;
        }
    }
    // The word itself need not be shown.
    for (group, _) in groups.iter_mut().skip(1).zip(told).filter(|(_, told)| *told) {
        group.kind = Kind::Filler;
    }
}

/// `HAMILTON-T1` is the T1 of Hamilton: a maker's name in front of a hyphen is a word.
fn without_glue(name: &str, brands: &Brands) -> String {
    let maker = |head: &str| {
        let head = head.to_lowercase();
        head.len() > 3
            && brands.names.iter().any(|words| words.as_slice() == [head.as_str()])
    };
    let words = name.split(' ').map(|word| match word.rsplit_once('-') {
        // `E3-Series`
        Some((head, tail)) if tail.eq_ignore_ascii_case("series") => {
            format!("{head} {tail}")
        }
        _ => word.to_owned(),
    });
    let words = words.map(|word| match word.split_once('-') {
        Some((head, tail)) if maker(head) && !tail.is_empty() => format!("{head} {tail}"),
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Words, with the words that `/`, `|` or a comma join in one list.
fn listed(name: &str) -> Vec<Vec<String>> {
    let mut lists: Vec<Vec<String>> = Vec::new();
    let spaced = name.replace([',', '|', ';'], " , ");
    let mut joining = false;
    for word in spaced.split_whitespace() {
        if word == "," {
            joining = true;
            continue;
        }
        let word = word.trim_matches(['"', ':', '.', '(', ')', '[', ']', '\'']);
        // `I/O` is a word.
        let word = if word.eq_ignore_ascii_case("i/o") { "io" } else { word };
        let list: Vec<String> =
            word.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        if list.is_empty() {
            continue;
        }
        // `X1, X2, and X3`, `K-800 and K-808`.
        if matches!(word.to_lowercase().as_str(), "and" | "or" | "&")
            && lists.last().is_some_and(|last| codes(last))
        {
            joining = true;
            continue;
        }
        match lists.last_mut() {
            Some(last) if joining && codes(last) && codes(&list) => last.extend(list),
            _ => lists.push(list),
        }
        joining = false;
    }
    lists
}

fn codes(list: &[String]) -> bool {
    list.iter().all(|word| word.contains(|c: char| c.is_ascii_digit()))
}

/// `R08/16/120SFCPU`: letters behind the last number are those of all.
fn with_last_letters(list: &[String]) -> Option<Vec<String>> {
    let (last, rest) = list.split_last().filter(|(_, rest)| !rest.is_empty())?;
    let digits = last.bytes().take_while(u8::is_ascii_digit).count();
    let letters = last.get(digits..).filter(|letters| {
        digits > 0
            && letters.len() >= 2
            && letters.bytes().all(|byte| byte.is_ascii_uppercase())
    })?;
    let number = |word: &&String| word.ends_with(|c: char| c.is_ascii_digit());
    if !rest.iter().all(|word| number(&word)) {
        return None;
    }
    let all = rest.iter().map(|word| format!("{word}{letters}"));
    Some(all.chain([last.clone()]).collect())
}

fn group(list: &[String]) -> Option<Group> {
    let whole = with_last_letters(list);
    let list = whole.as_deref().unwrap_or(list);
    let first = list.first()?;
    let mut any: Vec<Alternative> = Vec::new();
    let mut last = String::new();
    for (at, word) in list.iter().enumerate() {
        if let Some(range) = range(word) {
            any.push(range);
            continue;
        }
        // `MP30/MX700/800`: what is left out stands in the number before.
        let before = if last.is_empty() { first } else { &last };
        let word = if at == 0 { word.clone() } else { expanded(before, word) };
        last.clone_from(&word);
        any.extend(Unit::read(&word).map(Alternative::Word));
    }
    let mut kind = any.iter().map(kind).max()?;
    // `MicroLogix 1400 A`: a capital is no article.
    if list.len() == 1 && first == "A" {
        kind = Kind::Name;
    }
    Some(Group { any, kind })
}

/// `MX800/700` is MX800 and MX700, `M8001A/2A` is M8001A and M8002A, `865240/41` is 865240
/// and 865241, `MP5/5SC` is MP5 and MP5SC.
fn expanded(first: &str, word: &str) -> String {
    let digit = |c: char| c.is_ascii_digit();
    if !word.starts_with(digit) || !first.contains(digit) {
        return word.to_owned();
    }
    let prefix: String = first.chars().take_while(|c| !digit(*c)).collect();
    let digits: String =
        first.chars().skip_while(|c| !digit(*c)).take_while(|c| digit(*c)).collect();
    let ours = word.chars().take_while(|c| digit(*c)).count();
    if ours >= digits.len() {
        return format!("{prefix}{word}");
    }
    let kept: String = digits.chars().take(digits.len() - ours).collect();
    // `R08` and `120` are R08 and R120.
    let kept =
        if digits.starts_with('0') && ours + 1 >= digits.len() { "" } else { &kept };
    format!("{prefix}{kept}{word}")
}

/// `MP20-MP90`, `TC20-70`, `1000-1999`.
fn range(word: &str) -> Option<Alternative> {
    let (low, high) = word.split_once('-')?;
    let whole = low.len() == high.len() && low.ends_with("00") && high.ends_with("99");
    if let (true, Ok(low), Ok(high)) = (whole, low.parse(), high.parse())
        && low < high
    {
        return Some(Alternative::Range(String::new(), low, high));
    }
    let cut = |text: &str| -> Option<(String, u32)> {
        let letters: String = text.chars().take_while(|c| c.is_alphabetic()).collect();
        let digits = text.get(letters.len()..)?;
        let plain =
            (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        Some((letters.to_lowercase(), plain.then(|| digits.parse().ok())??))
    };
    let (low_text, high_text) = (low, high);
    let ((letters, low), (other, high)) = (cut(low)?, cut(high)?);
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    // `MX400-550`
    let short = other.is_empty() && digits(high_text) == digits(low_text) && low >= 10;
    let same = !letters.is_empty() && (letters == other || short);
    (same && low < high).then_some(Alternative::Range(letters, low, high))
}

fn kind(alternative: &Alternative) -> Kind {
    let Alternative::Word(unit) = alternative else { return Kind::Code };
    let spelt = unit.spelt();
    if FILLER.contains(&spelt) {
        Kind::Filler
    } else if COMPONENTS.contains(&spelt) {
        Kind::Component
    } else if edition(spelt).is_some() {
        Kind::Edition
    } else if CLASS.contains(&spelt) {
        Kind::Class
    } else if unit.is_code() {
        Kind::Code
    } else {
        Kind::Name
    }
}

/// What a word is, by itself.
#[must_use]
pub fn kind_of(unit: &Unit) -> Kind {
    kind(&Alternative::Word(unit.clone()))
}

/// The group as a word is by itself, whatever stands beside it.
#[must_use]
pub fn by_itself(mut group: Group) -> Group {
    group.kind = group.any.iter().map(kind).max().unwrap_or(group.kind);
    group
}

/// The set of editions and the edition in it that a word names.
pub(super) fn edition(word: &str) -> Option<(usize, usize)> {
    EDITIONS.iter().enumerate().find_map(|(set, editions)| {
        let at = editions.iter().position(|words| words.contains(&word))?;
        Some((set, at))
    })
}

/// Whether it is a series with an `x` for any digit.
fn is_pattern(group: &Group) -> bool {
    group.any.iter().all(|any| match any {
        Alternative::Word(unit) => unit.is_pattern(),
        Alternative::Range(..) => false,
    })
}

/// Numbers with the same letters in front, side by side.
fn alike(last: &Group, next: &Group) -> bool {
    let shape = |group: &Group| match group.any.first() {
        Some(Alternative::Word(unit)) if group.kind == Kind::Code => {
            let letters: String =
                unit.spelt().chars().take_while(|c| c.is_alphabetic()).collect();
            (!letters.is_empty()).then_some(letters)
        }
        _ => None,
    };
    shape(last).is_some() && shape(last) == shape(next)
}

/// A maker's name in front of a product's name need not be in the row's model.
fn mark_makers(groups: &mut [Group], brands: &Brands) {
    let words: Vec<String> = groups
        .iter()
        .map(|group| match group.any.as_slice() {
            [Alternative::Word(unit)] => unit.spelt().to_owned(),
            _ => String::new(),
        })
        .collect();
    let mut brand = 0;
    for maker in &brands.names {
        for from in 0..words.len() {
            let most = maker.len().max(1).min(words.len() - from);
            let same = |length: &usize| {
                let part = words.get(from..from + length);
                part.is_some_and(|part| same_letters(part, maker))
            };
            let Some(length) = (1..=most).find(same) else { continue };
            let rest = |at: usize| at < from || at >= from + length;
            let distinct = groups.iter().enumerate().any(|(at, group)| {
                rest(at) && group.kind >= Kind::Name && group.any.iter().all(long_enough)
            });
            if distinct {
                for group in groups.iter_mut().skip(from).take(length) {
                    group.kind = Kind::Maker;
                }
            } else if from == 0 {
                brand = length;
            }
        }
    }
    if brand > 0 {
        only_brand(groups, brand);
    }
}

/// `Sigma Station Software`: beside a brand alone the words for the kind of thing tell which
/// product it is.
fn only_brand(groups: &mut [Group], brand: usize) {
    let others = groups.iter().skip(brand);
    if others.clone().any(|group| group.kind > Kind::Class) {
        return;
    }
    for group in groups.iter_mut().skip(brand) {
        let part = group.any.iter().any(|any| match any {
            Alternative::Word(unit) => PARTS.contains(&unit.spelt()),
            Alternative::Range(..) => false,
        });
        if part {
            group.kind = Kind::Name;
        }
    }
}

/// Whether words spell the same, written together.
fn same_letters(a: &[String], b: &[String]) -> bool {
    let letters = |words: &[String]| words.iter().map(String::len).sum::<usize>();
    letters(a) == letters(b)
        && a.iter()
            .flat_map(|word| word.bytes())
            .eq(b.iter().flat_map(|word| word.bytes()))
}

fn long_enough(alternative: &Alternative) -> bool {
    match alternative {
        Alternative::Word(unit) => {
            unit.spelt().len() >= if unit.is_code() { 2 } else { 3 }
        }
        Alternative::Range(..) => true,
    }
}

impl Alternative {
    /// Every place where it stands in the text.
    pub(super) fn hits(&self, text: &Text) -> Vec<Hit> {
        match self {
            Self::Word(unit) => unit.occurrences(text).collect(),
            Self::Range(letters, low, high) if letters.is_empty() => {
                let inside = |number: &str| {
                    number.len() == low.to_string().len()
                        && number.parse().is_ok_and(|n: u32| (*low..=*high).contains(&n))
                };
                let found = Found::Exactly;
                let atoms = text.atoms().iter().enumerate();
                let hits = atoms.filter(|(_, atom)| inside(&atom.text));
                hits.map(|(from, _)| Hit { found, from, to: from + 1 }).collect()
            }
            Self::Range(letters, low, high) => {
                let atoms = text.atoms();
                let pairs = atoms.windows(2).enumerate();
                pairs
                    .filter_map(|(from, pair)| {
                        let [head, number] = pair else { return None };
                        let inside = number
                            .text
                            .parse()
                            .is_ok_and(|n: u32| (*low..=*high).contains(&n));
                        (head.text == *letters && inside).then_some(Hit {
                            found: Found::Exactly,
                            from,
                            to: from + 2,
                        })
                    })
                    .collect()
            }
        }
    }
}

impl Product {
    /// Whether anything in it tells one product from another.
    #[must_use]
    pub fn is_distinct(&self) -> bool {
        self.groups.iter().any(|group| group.kind >= Kind::Name)
    }

    /// Whether it only names a kind of product: `Ultrasound systems`.
    #[must_use]
    pub fn is_class(&self) -> bool {
        !self.is_distinct() && self.groups.iter().any(|group| group.kind == Kind::Class)
    }

    /// Whether a word is one of the name's.
    #[must_use]
    pub fn holds(&self, unit: &Unit) -> bool {
        let mut words = self.groups.iter().flat_map(|group| &group.any);
        words.any(|any| matches!(any, Alternative::Word(word) if word == unit))
    }

    /// Whether a word stands in it, as it is spelt.
    #[must_use]
    pub fn has_word(&self, spelt: &str) -> bool {
        let mut words = self.groups.iter().flat_map(|group| &group.any);
        words.any(|any| matches!(any, Alternative::Word(unit) if unit.spelt() == spelt))
    }

    /// The first letters of its words but for numbers: `ncs` of NextSeq 500 Control Software.
    #[must_use]
    pub fn initials(&self) -> String {
        let words = self.groups.iter().filter_map(|group| group.any.first());
        let words = words.filter_map(|any| match any {
            Alternative::Word(unit) if !unit.is_code() => unit.spelt().chars().next(),
            _ => None,
        });
        words.collect()
    }

    /// Whether it lists several model numbers, each of which is a product.
    #[must_use]
    pub fn lists_models(&self) -> bool {
        self.keys().filter(|group| group.kind == Kind::Code).any(|group| {
            let plain = |any: &&Alternative| match any {
                Alternative::Word(unit) => !unit.is_pattern(),
                Alternative::Range(..) => true,
            };
            let range = |any: &Alternative| matches!(any, Alternative::Range(..));
            group.any.iter().any(range) || group.any.iter().filter(plain).count() > 1
        })
    }

    /// How many of the names and numbers a text has.
    #[must_use]
    pub fn count_in(&self, text: &Text) -> usize {
        let spoken =
            |group: &&Group| group.any.iter().any(|any| !any.hits(text).is_empty());
        self.keys().filter(spoken).count()
    }

    /// The words that must be found, in order.
    pub fn keys(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(|group| group.kind >= Kind::Name)
    }
}

/// Whether a piece tells nothing about which product it is.
pub(super) fn says_nothing(piece: &str) -> bool {
    FILLER.contains(&piece) || CLASS.contains(&piece) || is_short(piece)
}
