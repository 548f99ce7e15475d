//! One row of an inventory against one leaf.

use naming::MakerMatch;
use naming::text::Text;
use terms::version::firmware::Version;

use super::ask::{Ask, Means, Put, Replies, Reply, Topic};
use super::extent::{self, Span, Standing};
use super::leaf::{Counts, Leaf, Part, Versions};
use super::product::{Alternative, Product};
use super::remedy::Remedies;
use super::shown::{Shown, Shows, Told};
use super::wording::together;
use besides::{besides, network_part};
use days::Day;
use doubt::Written;
use fixed::{cleared, left_open, remedied};
use generation::{Of, generation};
use recognised::{Which, other_number, product};
use unnamed::silence;
use unread::by_version;
use written::{
    announced, behind_letters, builds, dotted, ends_listed, is_bare_build,
    joined_to_model, listed, made_on, names_in, numbers, same_text, unmarked,
    without_catalog,
};

/// Number of the field of a row's text that holds the model.
pub const MODEL: usize = 1;

/// What an inventory says of devices that are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Configuration {
    /// The maker as written; may be empty.
    pub maker: String,
    /// The model as written; may be empty.
    pub model: String,
    /// The description as written.
    pub description: String,
    /// The version of the software as written; may be empty.
    pub version: String,
    /// The day on which the device was received or put in use, `2018-06-20`; may be empty.
    pub received: String,
}

/// A configuration, cut up once for all leaves.
#[derive(Clone, Debug)]
pub struct Row {
    /// Maker, model and description.
    pub text: Text,
    /// The model alone.
    pub model: Text,
    /// The maker as written.
    maker: String,
    /// The model, or the description where there is none, written together.
    pub(super) called: String,
    versions: Vec<Version>,
    /// The day that stands in the place of the version.
    day: Option<Day>,
    /// What is doubtful in the field of the version.
    doubtful: Written,
    /// Numbers behind the word *build*.
    builds: Vec<Version>,
    /// Versions that stand in the description or the model.
    stray: Vec<Version>,
    /// Words of the description that are letters and digits: `20D29`.
    lettered: Vec<Version>,
    written: String,
    /// The same where it is a version by itself, which a mark may stand in front of.
    marked: String,
    /// The field of the version as words: `Android 7.1` tells the system too.
    version_words: Text,
    /// A small number at the end of the model, which may be its version: `NeuroWorks 8`.
    ending: Option<(usize, Version)>,
    received: Option<Version>,
    /// The day on which the description says that it was made.
    made: Option<Version>,
    /// Numbers in the model that may be versions or generations: `10`, `V5.4`.
    numbers: Vec<Version>,
    /// What was answered about it.
    pub(super) replies: Replies,
    /// The version behind letters of the model: `WS-CM 1.6` of a `WS 203V I CM`.
    of_model: Option<Version>,
}

/// What a leaf says of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// What.
    pub says: Says,
    /// How the product was recognised.
    pub shown: Shown,
    /// How the maker was recognised; `None` where the row names none.
    pub maker: Option<MakerMatch>,
    /// How the version stands.
    pub rule: Rule,
    /// The vulnerabilities of which a remedy says that this very version holds their fix.
    pub cleared: Vec<usize>,
}

/// What a leaf says of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Says {
    /// It is meant.
    Affected,
    /// It is not meant, and why.
    Outside(String),
    /// It may be meant; the question that would settle it.
    Ask(Ask),
}

/// The rule by which the version was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The leaf means every version.
    EveryVersion,
    /// The leaf names the version.
    Named,
    /// The version lies in a stretch.
    InRange,
    /// It lies in none.
    OutOfRange,
    /// A list that names later ones does not name it.
    Silent,
    /// It holds the fix.
    Fixed,
    /// It is too coarse, or there is none.
    Unknown,
    /// It is of another kind.
    Incomparable,
    /// The row names a family, the leaf a member of it.
    Coarser,
    /// Something else decided.
    Other,
}

impl Row {
    /// Cuts a configuration up.
    #[must_use]
    pub fn new(configuration: &Configuration) -> Self {
        let Configuration { maker, model, description, version, received } =
            configuration;
        let joined = joined_to_model(version, model);
        let day = Day::read(version);
        let versions = match (&joined, &day) {
            (Some(version), _) => vec![version.clone()],
            (None, Some(day)) => day.date.iter().cloned().collect(),
            // A build without its release is none.
            (None, None) if is_bare_build(version) => Vec::new(),
            // What a spreadsheet made a time of can be any release.
            (None, None) if terms::date::is_time(version) => Vec::new(),
            (None, None) => listed(version),
        };
        let stray = if version.trim().is_empty() {
            let mut stray = announced(&dotted(description));
            stray.extend(announced(model));
            stray
        } else {
            announced(&dotted(description))
        };
        let fields = [maker.as_str(), model, description];
        let called = [model, description].into_iter().find(|it| !it.trim().is_empty());
        let doubtful = match &day {
            Some(_) => Written::default(),
            None => Written::read(version, fields, versions.len()),
        };
        let ending = model.trim().rsplit_once(' ').map_or("", |(_, last)| last);
        let small =
            (1..=2).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_digit());
        // Names in the field of the version (`ALEOS 4.16.0`) and numbers of the catalog are
        // read with the description.
        let (bare, catalog) = without_catalog(model);
        let model = bare.as_str();
        let described = format!("{description} {} {catalog}", names_in(version));
        // Where there is no model, the description stands for it.
        let fields = match model.trim() {
            "" => [maker.as_str(), &described, ""],
            _ => [maker.as_str(), model, &described],
        };
        let text = Text::read(&fields);
        let last = text.atoms().iter().rposition(|atom| atom.field == MODEL);
        let bare = small && stray.is_empty() && version.trim().is_empty();
        let ending = last.filter(|_| bare).zip(ending.parse().ok());
        Self {
            text,
            model: Text::read(&["", model]),
            maker: maker.trim().to_owned(),
            called: called.map(|name| together(name)).unwrap_or_default(),
            marked: if joined.is_none() { dotted(version.trim()) } else { String::new() },
            versions,
            day,
            doubtful,
            builds: [version, description, model].into_iter().flat_map(builds).collect(),
            stray,
            lettered: description
                .split(|c: char| !c.is_alphanumeric() && c != '.')
                .filter(|word| word.starts_with(|c: char| c.is_ascii_digit() || c == 'v'))
                .filter_map(|word| word.parse().ok())
                .collect(),
            written: version.trim().to_owned(),
            version_words: Text::read(&[version]),
            ending,
            received: received.parse().ok(),
            made: made_on(description),
            of_model: behind_letters(version, model),
            numbers: numbers(model),
            replies: Replies::default(),
        }
    }

    /// The same device, of which somebody has answered questions.
    #[must_use]
    pub fn answered(self, replies: &Replies) -> Self {
        Self { replies: replies.clone(), ..self }
    }

    /// The version as the inventory states it; empty where it does not.
    pub(super) fn stated(&self) -> &str {
        &self.written
    }

    /// Whether the version stands elsewhere than in its field.
    pub(super) fn has_stray_version(&self) -> bool {
        self.versions.is_empty() && !self.stray.is_empty()
    }

    /// Whether it is called as the leaf's product, but for blanks and signs, with or without
    /// the vendor in front.
    pub(super) fn is_called_as(&self, leaf: &Leaf) -> bool {
        let behind = self.called.strip_prefix(together(&leaf.vendor).as_str());
        leaf.whole.len() >= 2
            && (self.called == leaf.whole || behind == Some(leaf.whole.as_str()))
    }

    /// Whether no version is known at all.
    fn has_no_version(&self) -> bool {
        self.versions.is_empty() && self.stray.is_empty() && self.written.is_empty()
    }

    /// The versions to compare, without letters that the maker puts in front.
    fn versions(&self, prefixes: &[String]) -> Vec<Version> {
        let mut versions: Vec<Version> = Vec::new();
        let lower = dotted(&self.written).to_lowercase();
        for prefix in prefixes {
            let rest = lower.strip_prefix(prefix.as_str());
            let rest = rest.map(|rest| rest.trim_start_matches([' ', '-', '_']));
            versions.extend(rest.and_then(|rest| rest.parse::<Version>().ok()));
        }
        if versions.is_empty() {
            versions.clone_from(&self.versions);
        }
        if versions.is_empty() || self.of_model.is_some() {
            versions.extend(self.of_model.clone());
        }
        if versions.is_empty() {
            versions.clone_from(&self.stray);
        }
        versions
    }
}

/// What the leaf says of the row; `None` where it speaks of something else.
#[must_use]
pub fn judge(
    leaf: &Leaf,
    row: &Row,
    maker: Option<MakerMatch>,
    remedies: &Remedies<'_>,
) -> Option<Judgement> {
    if let Some(judgement) = part(leaf, row, maker) {
        return Some(judgement);
    }
    let Some((shown, which)) = product(leaf, row, maker) else {
        return host(leaf, row, maker).or_else(|| coarser::coarser(leaf, row, maker));
    };
    let make = |says: Says, rule: Rule| Judgement {
        says,
        shown: shown.clone(),
        maker,
        rule,
        cleared: Vec::new(),
    };
    if let Which::Unclear(ask) = which
        && let Some(says) = unclear(leaf, row, ask)
    {
        return Some(make(says, Rule::Unknown));
    }
    if let Some(says) = excluded(leaf, row) {
        return Some(make(says, Rule::Other));
    }
    match generation(leaf, row, &shown) {
        Of::This => {}
        Of::Other(why) => return Some(make(Says::Outside(why), Rule::Other)),
        Of::Unclear(ask) => {
            if let Some(says) = unclear(leaf, row, ask) {
                return Some(make(says, Rule::Unknown));
            }
        }
    }
    if let Some(judgement) = ends_with_version(leaf, row, &shown) {
        return Some(make(judgement, Rule::Named));
    }
    let (standing, version) = stands(leaf, row);
    let (versions, rule) = by_version(leaf, row, standing);
    let cleared = cleared(row, leaf, standing, version.as_ref(), remedies);
    let make = |says, rule| Judgement { cleared: cleared.clone(), ..make(says, rule) };
    let remedied = remedied(row, leaf, standing, version.as_ref(), remedies);
    if let Some(said) = remedied.clone().filter(|said| !matches!(said, Says::Ask(_))) {
        return Some(make(said, Rule::Fixed));
    }
    // The version of the device is not that of its part.
    let part = shown.component == Told::No && leaf.versions != Versions::All;
    if matches!(versions, Says::Outside(_)) && !part {
        if let Some((open, says)) = left_open(row, leaf, version.as_ref(), remedies) {
            let others = remedies.vulnerabilities.iter().copied();
            let cleared = others.filter(|one| !open.contains(one)).collect();
            return Some(Judgement { cleared, ..make(says, Rule::Fixed) });
        }
        let (says, rule) =
            beyond(leaf, row, version.as_ref(), remedies, (versions, rule));
        return Some(make(says, rule));
    }
    for says in besides(leaf, row, &shown) {
        match says {
            Says::Outside(_) => return Some(make(says, Rule::Other)),
            Says::Ask(_) if versions == Says::Affected || part => {
                return Some(make(says, Rule::Other));
            }
            _ => {}
        }
    }
    let versions = if part { of_part(leaf, row).unwrap_or(versions) } else { versions };
    match remedied.filter(|_| versions == Says::Affected) {
        Some(asked) => Some(make(asked, Rule::Fixed)),
        None => Some(make(versions, rule)),
    }
}

/// What is said of a row whose version lies outside: unless it is that of a part, and with
/// what only the silence of a list says.
fn beyond(
    leaf: &Leaf,
    row: &Row,
    version: Option<&Version>,
    remedies: &Remedies<'_>,
    (outside, rule): (Says, Rule),
) -> (Says, Rule) {
    if let Some(says) = parts::mistaken(leaf, row) {
        return (says, Rule::Unknown);
    }
    match silence(leaf, row, version, remedies) {
        Some(why) if rule == Rule::OutOfRange => (Says::Outside(why), Rule::Silent),
        _ => (outside, rule),
    }
}

/// What is said of a row of which it is not clear whether it is the product that is meant;
/// `None` where somebody has answered that it is.
fn unclear(leaf: &Leaf, row: &Row, ask: Ask) -> Option<Says> {
    match (row.replies.to(&ask), by_version(leaf, row, stands(leaf, row).0).0) {
        (Some(Reply::Yes), _) => None,
        (Some(reply), _) => Some(Says::Outside(ask.answered(reply))),
        (None, Says::Outside(why)) => Some(Says::Outside(why)),
        (None, Says::Affected | Says::Ask(_)) => Some(Says::Ask(ask)),
    }
}

/// That the part is meant, where somebody has answered that it is: its version is not that
/// of the device, which may lie elsewhere.
fn of_part(leaf: &Leaf, row: &Row) -> Option<Says> {
    let reply = row.replies.to(&network_part(leaf, row));
    (reply == Some(Reply::Yes)).then_some(Says::Affected)
}

/// The first name of the product, for a question.
pub(super) fn called(leaf: &Leaf) -> String {
    leaf.names.first().map(spelt).unwrap_or_default()
}

/// A number at the end of the model that is none of the name's and that the leaf lists.
fn ends_with_version(leaf: &Leaf, row: &Row, shown: &Shown) -> Option<Says> {
    let (at, version) =
        row.ending.as_ref().filter(|(at, _)| !shown.atoms.contains(at))?;
    let Versions::Some(spans, None) = &leaf.versions else { return None };
    let listed = |span: &Span| matches!(span, Span::Listed(..));
    let clear = spans.iter().all(listed)
        && leaf.conditions.is_empty()
        && leaf.unread.is_none()
        && leaf.without.is_empty()
        && row.text.atoms().len() > *at
        && extent::standing(version, spans) == Standing::Named;
    clear.then_some(Says::Affected)
}

pub(super) fn spelt(product: &Product) -> String {
    let words = product.groups.iter().filter_map(|group| match group.any.first()? {
        Alternative::Word(unit) => Some(unit.spelt().to_uppercase()),
        Alternative::Range(letters, low, high) => {
            Some(format!("{}{low}-{high}", letters.to_uppercase()))
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A row that shows only what the part is built into.
fn host(leaf: &Leaf, row: &Row, maker: Option<MakerMatch>) -> Option<Judgement> {
    let host = leaf.host.as_ref().filter(|_| maker.is_some())?;
    let shown = host.shown(&row.text, MODEL)?;
    if other_number(leaf, row, &shown) {
        return None;
    }
    let part = leaf.names.first().map(spelt)?;
    let ask = row.ask(
        leaf,
        Put {
            topic: Topic::Fitted,
            of: &part,
            words: &limit(leaf),
            text: format!("Is a {part} in it, and of which version?"),
        },
    );
    let says = row.settled(ask);
    Some(Judgement { says, shown, maker, rule: Rule::Unknown, cleared: Vec::new() })
}

/// A row that is the part with versions of its own, or the device around it.
fn part(leaf: &Leaf, row: &Row, maker: Option<MakerMatch>) -> Option<Judgement> {
    let part = leaf.part.as_ref()?;
    maker?;
    let keys = |product: &Product| {
        let mut keys = product.keys().peekable();
        keys.peek().is_some()
            && keys.all(|group| {
                group.any.iter().any(|any| match any {
                    Alternative::Word(unit) => {
                        unit.occurrences(&row.text).next().is_some()
                            || unit.nearly(&row.text).is_some()
                    }
                    Alternative::Range(..) => false,
                })
            })
    };
    let name = leaf.names.iter().find(|name| keys(name))?;
    let shown = Shown {
        found: naming::text::Found::Exactly,
        extent: Shows::Whole,
        edition: Told::NotAsked,
        component: Told::Yes,
        letter: Told::NotAsked,
        atoms: Vec::new(),
    };
    if part.names.iter().any(keys) {
        let mut versions = row.versions(&leaf.prefixes);
        versions.extend(row.stray.iter().cloned());
        versions.extend(row.lettered.iter().cloned());
        let (says, rule) = match best(&versions, &part.spans).0 {
            Some(Standing::Inside | Standing::Named) => (Says::Affected, Rule::InRange),
            Some(Standing::Outside) if row.doubt_of_words(leaf).is_none() => (
                Says::Outside(format!("{} is not one of the {}", row.written, part.text)),
                Rule::OutOfRange,
            ),
            _ => (row.settled(which_part(leaf, part, row)), Rule::Unknown),
        };
        return Some(Judgement { says, shown, maker, rule, cleared: Vec::new() });
    }
    let shown = name.shown(&row.text, MODEL)?;
    let (standing, _) = stands(leaf, row);
    let (says, rule) = match by_version(leaf, row, standing) {
        (Says::Outside(why), rule) if !parts::is_of_part(leaf, part, row) => {
            (Says::Outside(why), rule)
        }
        _ => (row.settled(which_part(leaf, part, row)), Rule::Unknown),
    };
    Some(Judgement { says, shown, maker, rule, cleared: Vec::new() })
}

fn which_part(leaf: &Leaf, part: &Part, row: &Row) -> Ask {
    let words = part.spans.iter().map(span).collect::<Vec<_>>().join(", ");
    row.ask(
        leaf,
        Put {
            topic: Topic::Part,
            of: &part.text,
            words: &words,
            text: format!("Which version is its {}?", part.text),
        },
    )
}

fn excluded(leaf: &Leaf, row: &Row) -> Option<Says> {
    for exclusion in &leaf.excluded {
        if exclusion.product.shown(&row.text, MODEL).is_none() {
            continue;
        }
        let why = format!("the advisory leaves out {}", exclusion.text);
        if exclusion.spans.is_empty() {
            return Some(Says::Outside(why));
        }
        let (standing, _) = best(&row.versions(&leaf.prefixes), &exclusion.spans);
        let doubtful = row.doubt_of_words(leaf).is_some();
        return match standing {
            Some(Standing::Inside | Standing::Named) if !doubtful => {
                Some(Says::Outside(why))
            }
            Some(Standing::Outside) => None,
            _ => {
                let put = Put {
                    topic: Topic::LeftOut,
                    of: "",
                    words: &exclusion.text,
                    text: format!("Is its version one of {}?", exclusion.text),
                };
                let ask = Ask { yes: Means::NotAffected, ..row.ask(leaf, put) };
                match row.settled(ask) {
                    // It is none of those that are left out; the rest decides.
                    Says::Affected => None,
                    says => Some(says),
                }
            }
        };
    }
    None
}

/// The best standing of several versions, and the version that has it.
fn best(versions: &[Version], spans: &[Span]) -> (Option<Standing>, Option<Version>) {
    let standings =
        versions.iter().map(|version| (extent::standing(version, spans), version));
    let rank = |standing: Standing| match standing {
        Standing::Named => 0,
        Standing::Inside => 1,
        Standing::Outside => 2,
        Standing::Partial => 3,
        Standing::Incomparable => 4,
    };
    let best = standings.min_by_key(|(standing, _)| rank(*standing));
    (best.map(|(standing, _)| standing), best.map(|(_, version)| version.clone()))
}

/// Where the row's version stands. Of a version that is doubtful it is only known where it
/// stands if one that the row states is meant, and not whether it holds a fix.
fn stands(leaf: &Leaf, row: &Row) -> (Option<Standing>, Option<Version>) {
    let (standing, version) = stands_as_read(leaf, row);
    match standing {
        Some(Standing::Inside) if row.is_one_of_many(leaf) => (standing, None),
        Some(Standing::Outside) if row.doubt(leaf).is_some() => (None, None),
        _ => (standing, version),
    }
}

/// Where the row's version stands as it is read; the second list of a leaf must agree.
fn stands_as_read(leaf: &Leaf, row: &Row) -> (Option<Standing>, Option<Version>) {
    let mut versions = row.versions(&leaf.prefixes);
    if leaf.counts == Counts::Builds && !row.builds.is_empty() {
        versions.clone_from(&row.builds);
    }
    if row.is_literally_of(leaf) {
        return (Some(Standing::Named), versions.first().cloned());
    }
    if let Some(number) = row.day.as_ref().and_then(|day| day.numbered_as(leaf)) {
        versions = vec![number.clone()];
    }
    // `SV 2.70`, `aw4.3`: without the mark where no version of the leaf has one.
    if let Some(plain) = unmarked(&row.marked, leaf) {
        versions = vec![plain];
    }
    match &leaf.versions {
        Versions::All => (Some(Standing::Inside), versions.first().cloned()),
        Versions::Unreadable(text) => {
            (same_text(text, &row.written), versions.first().cloned())
        }
        Versions::Some(spans, other) => {
            let (mut standing, version) = best(&versions, spans);
            if !leaf.trains.is_empty() {
                // Outside of the train that the name states it is another product.
                match best(&versions, &leaf.trains).0 {
                    Some(Standing::Outside) => standing = Some(Standing::Outside),
                    Some(Standing::Inside | Standing::Named) => {}
                    other => standing = standing.and(other),
                }
            }
            if let Some(other) = other {
                let (second, _) = best(&versions, other);
                let inside = |standing: Option<Standing>| {
                    matches!(standing, Some(Standing::Inside | Standing::Named))
                };
                if inside(standing) != inside(second) {
                    standing = None;
                }
            }
            let maybe = matches!(
                best(&versions, &leaf.maybe).0,
                Some(Standing::Inside | Standing::Named)
            );
            if maybe && standing == Some(Standing::Outside) {
                standing = None;
            }
            (standing, version.or_else(|| versions.first().cloned()))
        }
    }
}

fn by_range(leaf: &Leaf, row: &Row, standing: Option<Standing>) -> (Says, Rule) {
    if leaf.versions == Versions::All {
        return (Says::Affected, Rule::EveryVersion);
    }
    let limit = limit(leaf);
    match standing {
        Some(Standing::Named) => (Says::Affected, Rule::Named),
        Some(Standing::Inside) => (Says::Affected, Rule::InRange),
        Some(Standing::Outside) => (
            Says::Outside(format!("{} is not among {limit}", row.shown_version())),
            Rule::OutOfRange,
        ),
        _ if row.has_no_version() => {
            let text = format!("Which version is it? Affected: {limit}");
            answered(row.settled(which_version(leaf, row, &limit, text)), Rule::Unknown)
        }
        _ => {
            let version = row.shown_version();
            let rule = match standing {
                Some(Standing::Incomparable) => Rule::Incomparable,
                _ => Rule::Unknown,
            };
            let text = row.asked(leaf, version, &limit);
            answered(row.settled(which_version(leaf, row, &limit, text)), rule)
        }
    }
}

/// What somebody answered says nothing of how versions compare.
pub(super) fn answered(says: Says, asked: Rule) -> (Says, Rule) {
    let rule = if matches!(says, Says::Ask(_)) { asked } else { Rule::Other };
    (says, rule)
}

/// Whether its version is one of these.
pub(super) fn which_version(leaf: &Leaf, row: &Row, limit: &str, text: String) -> Ask {
    // What words mean that are no version, the advisory alone can tell.
    let topic = match leaf.versions {
        Versions::Unreadable(_) => Topic::Words,
        Versions::All | Versions::Some(..) => Topic::Version,
    };
    row.ask(leaf, Put { topic, of: &called(leaf), words: limit, text })
}

impl Row {
    /// The version that is compared with a leaf.
    pub(super) fn best_version(&self, leaf: &Leaf) -> Option<Version> {
        stands(leaf, self).1
    }

    /// The question whether a version that cannot be compared is among those of a limit.
    fn asked(&self, leaf: &Leaf, version: &str, limit: &str) -> String {
        match &self.day {
            Some(Day { release: Some(release), .. }) => format!(
                "{version} is a day, and may be what a spreadsheet made of {release}: which \
                 version is it? Affected: {limit}"
            ),
            Some(_) => {
                format!("{version} is a day: which version is it? Affected: {limit}")
            }
            None if self.versions.is_empty() && !self.builds.is_empty() => {
                format!("Of which release is {version}? Affected: {limit}")
            }
            None => match self.doubt(leaf) {
                Some(doubt) => doubt.question(version, limit),
                None => format!("Is {version} among {limit}?"),
            },
        }
    }

    /// Whether its version is one of the leaf's, letter by letter.
    fn is_literally_of(&self, leaf: &Leaf) -> bool {
        !leaf.literal.is_empty() && leaf.literal.contains(&self.written.to_lowercase())
            || self.ends_one_of(leaf)
    }

    /// Whether model and version together are a version that the leaf lists.
    fn ends_one_of(&self, leaf: &Leaf) -> bool {
        let Versions::Some(spans, None) = &leaf.versions else { return false };
        leaf.trains.is_empty()
            && spans.iter().any(|span| match span {
                Span::Listed(_, text) => {
                    ends_listed(text, &self.written, &self.model, &self.numbers)
                }
                Span::Between { .. } => false,
            })
    }

    pub(super) fn shown_version(&self) -> &str {
        if self.written.is_empty() {
            "the version in the description"
        } else {
            &self.written
        }
    }
}

pub(super) fn limit(leaf: &Leaf) -> String {
    let spans = match &leaf.versions {
        Versions::All => return "every version".to_owned(),
        Versions::Unreadable(text) => return text.clone(),
        Versions::Some(spans, _) => spans,
    };
    spans.iter().map(span).collect::<Vec<_>>().join(", ")
}

/// A stretch in words.
#[must_use]
pub fn span(span: &Span) -> String {
    let end = |bound: &extent::Bound, closed: &str, open: &str| {
        let sign = if bound.end == extent::End::In { closed } else { open };
        format!("{sign} {}", bound.text)
    };
    match span {
        Span::Listed(_, text) => text.clone(),
        Span::Between { lower, upper } => {
            let lower = lower.as_ref().map(|bound| end(bound, ">=", ">"));
            let upper = upper.as_ref().map(|bound| end(bound, "<=", "<"));
            [lower, upper].into_iter().flatten().collect::<Vec<_>>().join(" and ")
        }
    }
}

mod besides;
pub(super) mod coarser;
mod dated;
mod days;
mod doubt;
mod fixed;
mod generation;
mod parts;
mod recognised;
#[cfg(test)]
mod tests;
mod unnamed;
mod unread;
mod written;
