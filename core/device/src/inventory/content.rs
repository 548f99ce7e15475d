//! What stands in a column whose heading does not tell: its cells show it.
//!
//! An address or an identifier shows what it is by its grammar. A column of makers holds
//! names that are known as makers', versions look like versions, numbers of the hospital and
//! of the maker are there once each. A model repeats, and where it does it stands beside the
//! same maker. Where two columns could be the same field, neither is taken: what is guessed
//! wrongly is worse than what is missing, which is asked about.

mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use naming::Makers;
use terms::Mac;
use terms::udi::Check;

use super::field::{Content, Field};
use super::mapping::{Columns, Reason};
use super::value::{self, Order};

/// Cells of a kind that a column must hold before it is taken for a field by them.
const FITTING_MIN: usize = 3;

/// Bytes of the longest cell that can be a maker, a number or a version.
const CELL_BYTES_MAX: usize = 120;

static MAKERS: LazyLock<Makers> = LazyLock::new(Makers::built_in);

/// The first rows of a table, by column; a cell that says nothing is empty.
pub(super) struct Sample<'s> {
    columns: Vec<Vec<&'s str>>,
}

impl<'s> Sample<'s> {
    pub(super) fn of(
        rows: impl Iterator<Item = &'s csv::StringRecord>,
        width: usize,
    ) -> Self {
        let mut columns = vec![Vec::new(); width];
        for row in rows.filter(|row| row.iter().any(|cell| !cell.trim().is_empty())) {
            for (at, column) in columns.iter_mut().enumerate() {
                let cell = row.get(at).unwrap_or_default().trim();
                column.push(if value::is_nothing(cell) { "" } else { cell });
            }
        }
        Self { columns }
    }

    fn cells(&self, at: usize) -> &[&'s str] {
        self.columns.get(at).map_or(&[], Vec::as_slice)
    }

    fn filled(&self, at: usize) -> impl Iterator<Item = &'s str> {
        self.cells(at).iter().copied().filter(|cell| !cell.is_empty())
    }

    fn count(&self, at: usize, is: impl Fn(&str) -> bool) -> usize {
        self.filled(at).filter(|cell| is(cell)).count()
    }

    /// How many of the cells that say something are of the kind, and how many there are.
    fn share(&self, at: usize, is: impl Fn(&str) -> bool) -> Share {
        Share { fitting: self.count(at, is), seen: self.filled(at).count() }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Share {
    fitting: usize,
    seen: usize,
}

impl Share {
    /// Whether no more than one cell in twenty is not of the kind, or one of eight: a register
    /// has slips.
    const fn is_nearly_all(self) -> bool {
        let wrong = self.seen.saturating_sub(self.fitting);
        self.fitting >= FITTING_MIN
            && (wrong * 20 <= self.seen || (wrong == 1 && self.seen >= 8))
    }

    /// Whether enough cells are of the kind, and at least that part of them.
    fn is_over(self, percent: usize) -> bool {
        self.fitting >= FITTING_MIN && self.fitting * 100 >= self.seen * percent
    }

    const fn reason(self) -> Reason {
        Reason::Content { fitting: self.fitting, seen: self.seen }
    }
}

/// Takes columns without a known heading for the fields that are missing, where their cells
/// show which one they are.
pub(super) fn recognise(columns: &mut Columns, sample: &Sample<'_>) {
    for at in columns.others() {
        for field in [Field::Mac, Field::Ip, Field::Udi] {
            let share = sample.share(at, |cell| fits(field, cell));
            if !columns.has(field) && share.is_over(80) {
                columns.put(field, at, share.reason());
                break;
            }
        }
    }
    maker(columns, sample);
    keys(columns, sample);
    dates(columns, sample);
    only_one(columns, sample, Field::Version, is_versions);
    only_one(columns, sample, Field::Department, |sample, at| {
        let share = sample.share(at, |cell| words::names_one(cell, words::DEPARTMENTS));
        share.is_over(60).then_some(share)
    });
    only_one(columns, sample, Field::Description, |sample, at| {
        // `PUMP-001` is a name in a network.
        let share = sample
            .share(at, |cell| !is_number(cell) && words::names_one(cell, words::DEVICES));
        share.is_over(60).then_some(share)
    });
    model(columns, sample);
}

/// Whether a cell is of a field's kind, as far as one cell can tell; `None` for fields of
/// which only a whole column can.
pub(super) fn shows(field: Field, cell: &str) -> Option<bool> {
    match field {
        Field::Maker => Some(is_maker(cell)),
        Field::Version => Some(is_version(cell)),
        _ => match field.content() {
            Content::Date => Some(is_date(cell)),
            Content::Macs | Content::Ips | Content::Udi => Some(fits(field, cell)),
            Content::Text | Content::Said => None,
        },
    }
}

/// A text as kinds of characters, runs in one: `BME-010015` is `A-0`.
pub(super) fn shape(cell: &str) -> String {
    let mut shape = String::new();
    for character in cell.trim().chars().take(CELL_BYTES_MAX) {
        let kind = match character {
            other if other.is_ascii_digit() => '0',
            other if other.is_uppercase() => 'A',
            other if other.is_alphabetic() => 'a',
            other if other.is_whitespace() => ' ',
            other => other,
        };
        if !shape.ends_with(kind) {
            shape.push(kind);
        }
    }
    shape
}

/// The field goes to the column that can be it, where there is only one.
fn only_one(
    columns: &mut Columns,
    sample: &Sample<'_>,
    field: Field,
    is: impl Fn(&Sample<'_>, usize) -> Option<Share>,
) {
    if columns.has(field) {
        return;
    }
    let found = columns.others().into_iter();
    let mut found = found.filter_map(|at| Some((at, is(sample, at)?)));
    if let (Some((at, share)), None) = (found.next(), found.next()) {
        columns.put(field, at, share.reason());
    }
}

/// The makers are in the column of which at least half are known by name, and twice as many
/// as in any other: a brand is often the beginning of a model's name.
fn maker(columns: &mut Columns, sample: &Sample<'_>) {
    if columns.has(Field::Maker) {
        return;
    }
    let others = columns.others().into_iter();
    let mut shares: Vec<(Share, usize)> =
        others.map(|at| (sample.share(at, is_maker), at)).collect();
    shares.sort_by_key(|(share, _)| usize::MAX - share.fitting);
    let second = shares.get(1).map_or(0, |(share, _)| share.fitting);
    if let Some((share, at)) = shares.first()
        && share.is_over(50)
        && share.fitting >= second * 2
    {
        columns.put(Field::Maker, *at, share.reason());
    }
}

/// The number of the hospital and that of the maker. Where the headings name neither, the
/// hospital's are those that every device has, of one shape, or the shorter ones; where they
/// name the hospital's alone, the maker's are those in which letters and digits are mixed.
fn keys(columns: &mut Columns, sample: &Sample<'_>) {
    if columns.has(Field::Serial) {
        return;
    }
    let headed = if columns.has(Field::AssetTag) { Headed::Yes } else { Headed::No };
    let others = columns.others().into_iter();
    let mut found: Vec<(usize, Share)> =
        others.filter_map(|at| Some((at, unique(sample, at)?))).collect();
    if headed == Headed::No {
        let tags = found.iter().filter(|(at, share)| {
            Share { fitting: share.seen, seen: sample.cells(*at).len() }.is_nearly_all()
        });
        let evenness = |at: usize, share: Share| {
            let shapes: BTreeSet<String> = sample.filled(at).map(shape).collect();
            let length: usize = sample.filled(at).map(str::len).sum();
            (shapes.len(), length / share.seen.max(1), at)
        };
        let Some((at, share)) =
            tags.min_by_key(|(at, share)| evenness(*at, *share)).copied()
        else {
            return;
        };
        columns.put(Field::AssetTag, at, share.reason());
        found.retain(|(other, _)| *other != at);
    }
    found.retain(|(at, _)| is_serials(sample, *at, headed));
    if let [(at, share)] = found.as_slice() {
        columns.put(Field::Serial, *at, share.reason());
    }
}

/// A column of numbers that are there once each. In a register the same number may stand
/// twice by mistake.
fn unique(sample: &Sample<'_>, at: usize) -> Option<Share> {
    let share = sample.share(at, is_number);
    let distinct: BTreeSet<&str> = sample.filled(at).collect();
    let filled = Share { fitting: share.seen, seen: sample.cells(at).len() };
    let once = Share { fitting: distinct.len(), seen: share.seen };
    let is = share.is_nearly_all()
        && filled.is_over(50)
        && once.is_nearly_all()
        && !sample
            .share(at, |cell| is_date(cell) || Mac::parse(cell).is_ok())
            .is_over(50);
    is.then_some(share)
}

/// Letters and digits without a blank, such as numbers of devices are.
fn is_number(cell: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/');
    cell.len() <= 40
        && cell.chars().all(allowed)
        && cell.bytes().any(|byte| byte.is_ascii_digit())
}

/// Numbers of makers: letters and digits mixed, and without one beginning that all share with
/// a mark behind it, as names in a network have. Digits alone may be numbers of orders; where
/// nothing else can be the maker's number, long ones are it.
fn is_serials(sample: &Sample<'_>, at: usize, headed: Headed) -> bool {
    let mixed = |cell: &str| {
        cell.bytes().any(|byte| byte.is_ascii_alphabetic())
            || (headed == Headed::No && cell.len() >= 7)
    };
    let beginning = |cell: &'_ str| -> Option<String> {
        let (head, _) = cell.split_once(['-', '_'])?;
        Some(head.to_lowercase())
    };
    let mut beginnings = sample.filled(at).map(beginning);
    let first = beginnings.next().flatten();
    let is_shared = first.is_some() && beginnings.all(|other| other == first);
    sample.share(at, mixed).is_over(50) && !is_shared
}

/// Whether headings name the number of the hospital.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Headed {
    Yes,
    No,
}

/// One column of dates, where no heading names any, says since when a device is known: it
/// was made before that day. Which one of several is meant only a person can say.
fn dates(columns: &mut Columns, sample: &Sample<'_>) {
    let of_dates = |field: &Field| field.content() == Content::Date;
    if Field::ALL.iter().filter(|field| of_dates(field)).any(|field| columns.has(*field))
    {
        return;
    }
    only_one(columns, sample, Field::Received, |sample, at| {
        let share = sample.share(at, is_date);
        share.is_over(80).then_some(share)
    });
}

/// A day; eight digits are more often a number, and `2.1.3` is more often a version.
fn is_date(cell: &str) -> bool {
    let dotted: Vec<&str> = cell.split('.').collect();
    let is_short = dotted.len() == 3 && dotted.iter().any(|part| part.len() < 2);
    let has_year =
        cell.as_bytes().windows(4).any(|four| four.iter().all(u8::is_ascii_digit));
    cell.len() <= CELL_BYTES_MAX
        && !cell.bytes().all(|byte| byte.is_ascii_digit())
        && (has_year || !is_short)
        && value::date(cell, Order::default()).is_some()
}

/// Versions: most of the cells can be read as one, and some can be nothing else. Prices and
/// weights are numbers with a point as well.
fn is_versions(sample: &Sample<'_>, at: usize) -> Option<Share> {
    let share = sample.share(at, is_version);
    let sure = sample.count(at, is_surely_version);
    let distinct: BTreeSet<&str> = sample.filled(at).collect();
    let units: BTreeSet<&str> = sample
        .filled(at)
        .filter_map(|cell| cell.rsplit_once(' '))
        .map(|(_, unit)| unit)
        .collect();
    let with_unit = sample.filled(at).all(|cell| cell.contains(' ')) && units.len() == 1;
    let is = share.is_over(80)
        && distinct.len() > 1
        && sure > 0
        && sure * 10 >= share.seen
        && !with_unit
        && !sample.share(at, is_date).is_over(80);
    is.then_some(share)
}

/// `2.1`, `v6.05`, `J.10`, `Rev. K`, `4.20 SR2`.
fn is_version(cell: &str) -> bool {
    let allowed =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    let is_part = |part: &str| {
        part.chars().all(allowed)
            && (part.bytes().filter(u8::is_ascii_alphabetic).count() <= 4
                || words::is_of_versions(part))
    };
    let parts: Vec<&str> = cell.split_whitespace().collect();
    let has_digit = |part: &&str| part.bytes().any(|byte| byte.is_ascii_digit());
    let numbered = parts.iter().any(has_digit) || words::is_of_versions(cell);
    cell.len() <= 24
        && (1..=4).contains(&parts.len())
        && parts.iter().all(|part| is_part(part))
        && numbered
        && !fits(Field::Ip, cell)
}

/// A version that is no plain number: two points, letters before a point, a `v` in front.
fn is_surely_version(cell: &str) -> bool {
    let points = cell.bytes().filter(|byte| *byte == b'.').count();
    let rest = cell.strip_prefix(['v', 'V']).unwrap_or(cell);
    let marked =
        rest.len() < cell.len() && rest.starts_with(|c: char| c.is_ascii_digit());
    let lettered = points == 1
        && cell.split_once('.').is_some_and(|(head, tail)| {
            let is_letter = |byte: u8| byte.is_ascii_alphabetic();
            head.len() <= 2
                && head.bytes().any(is_letter)
                && tail.starts_with(|c: char| c.is_ascii_digit())
        });
    is_version(cell) && (points >= 2 || marked || lettered)
}

fn is_maker(cell: &str) -> bool {
    cell.len() <= CELL_BYTES_MAX && MAKERS.known(cell).is_some()
}

/// The model is the text that repeats beside one maker each time. Where several columns do,
/// numbers in it and its place beside the maker tell; where they do not either, nobody can.
fn model(columns: &mut Columns, sample: &Sample<'_>) {
    let maker = columns.of(Field::Maker).first().map(|(at, _)| *at);
    let Some(maker) = maker.filter(|_| !columns.has(Field::Model)) else { return };
    let others = columns.others().into_iter();
    let mut found: Vec<(usize, usize, Share)> = others
        .filter_map(|at| {
            let (points, share) = model_points(sample, maker, at)?;
            Some((points, at, share))
        })
        .collect();
    found.sort_by_key(|(points, ..)| usize::MAX - points);
    let second = found.get(1).map_or(0, |(points, ..)| *points);
    if let Some((points, at, share)) = found.first()
        && (found.len() == 1 || *points >= second + 20)
    {
        columns.put(Field::Model, *at, share.reason());
    }
}

/// How much speaks for a column of models, and of how many rows; `None` where it is none.
fn model_points(sample: &Sample<'_>, maker: usize, at: usize) -> Option<(usize, Share)> {
    let letters = sample.share(at, |cell| {
        cell.len() <= 2 * CELL_BYTES_MAX && cell.chars().any(char::is_alphabetic)
    });
    let filled = Share { fitting: letters.seen, seen: sample.cells(at).len() };
    let distinct: BTreeSet<&str> = sample.filled(at).collect();
    if !letters.is_over(50) || !filled.is_over(60) || distinct.len() < 2 {
        return None;
    }
    let mut beside: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for (cell, maker) in sample.cells(at).iter().zip(sample.cells(maker)) {
        if !cell.is_empty() && !maker.is_empty() {
            let of = beside.entry(cell.to_lowercase()).or_default();
            *of.entry(one_name(maker)).or_default() += 1;
        }
    }
    let (mut repeated, mut constant) = (0, 0);
    for makers in beside.values() {
        let all: usize = makers.values().sum();
        if all > 1 {
            repeated += all;
            constant += makers.values().max().copied().unwrap_or(0);
        }
    }
    if constant * 10 < repeated * 9 {
        return None;
    }
    let coded = sample.count(at, |cell| cell.bytes().any(|byte| byte.is_ascii_digit()));
    let mut points = coded * 100 / letters.seen.max(1);
    points += if repeated >= FITTING_MIN { 50 } else { 0 };
    points += match (at == maker + 1, at.abs_diff(maker) <= 2) {
        (true, _) => 50,
        (false, true) => 25,
        (false, false) => 0,
    };
    Some((points, letters))
}

/// A maker under one name, whichever of its names stands there.
fn one_name(maker: &str) -> String {
    let known = MAKERS.known(maker).filter(|_| maker.len() <= CELL_BYTES_MAX);
    known.map_or_else(|| maker.to_lowercase(), str::to_owned)
}

/// Whether a cell is of the kind of a field that its grammar shows.
fn fits(field: Field, cell: &str) -> bool {
    let mut fitting = 0;
    let mut wrong = 0;
    match field.content() {
        Content::Macs => value::macs(cell, |mac| match mac {
            Ok(_) => fitting += 1,
            Err(_) => wrong += 1,
        }),
        Content::Ips => value::ips(cell, |ip| match ip {
            Ok(_) => fitting += 1,
            Err(_) => wrong += 1,
        }),
        // Without a check character any serial number could be one of HIBCC's. A number of
        // fourteen digits is right one time in ten.
        Content::Udi => match value::udi(cell) {
            (Some(udi), None)
                if udi.device_identifier().is_some()
                    && (udi.check() == Check::Right || cell.starts_with(['(', '='])) =>
            {
                fitting += 1;
            }
            _ => wrong += 1,
        },
        Content::Text | Content::Date | Content::Said => {}
    }
    fitting > 0 && wrong == 0
}

#[cfg(test)]
mod tests;
