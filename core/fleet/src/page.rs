//! The rows of one page.
//!
//! A column of few values is walked value by value, a text of each device's own along its
//! permutation. Either way the place of a cursor is found by its value and ordinal.

use std::cmp::Ordering;

use roaring::RoaringBitmap;

use crate::column::{Column, Kept};
use crate::groups::{Group, Key, by_key};
use crate::order::{Kind, Order};
use crate::sort::{Cursor, Direction, Sort};
use crate::view::{View, sum};

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// With the first row.
    #[default]
    First,
    /// Behind the last row of another page.
    After(Cursor),
    /// With the row before which so many stand.
    At(u64),
}

/// Some rows of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The devices, in order.
    pub ordinals: Vec<u32>,
    /// How many rows the whole list has.
    pub total: u64,
    /// How many rows stand before the first of these.
    pub before: u64,
    /// Where the next page begins; none if this is the last.
    pub next: Option<Cursor>,
}

impl View<'_> {
    /// At most `count` rows of the list in that order.
    #[must_use]
    pub fn page(&self, sort: Sort, start: &Start, count: usize) -> Page {
        let (before, ordinals) = match sort.column.kept() {
            Kept::Text(text) => self.along_order(Kind::Sort(text), sort, start, count),
            Kept::Repeating | Kept::ByConfiguration => self.by_value(sort, start, count),
        };
        let total = self.total();
        let next = match ordinals.last() {
            Some(last) if before + (ordinals.len() as u64) < total => {
                Some(Cursor { ordinal: *last, key: self.key(sort.column, *last) })
            }
            Some(_) | None => None,
        };
        Page { ordinals, total, before, next }
    }

    fn key(&self, column: Column, ordinal: u32) -> Option<Key> {
        if let Kept::Text(text) = column.kept() {
            let key = self.fleet.texts.get(ordinal, text);
            let key = String::from_utf8_lossy(key);
            return (!key.is_empty()).then(|| Key::Text(key.into()));
        }
        let code = self.fleet.code(column.base(), ordinal);
        let groups = self.fleet.groups(column);
        let group = groups.iter().find(|group| group.codes.contains(&code));
        group.and_then(|group| group.key.clone())
    }
}

/// Values of a run whose devices are united. Of more, each device is looked at, and only
/// until the page is full: a run of so many values has many devices.
const UNITED_MAX: usize = 64;

/// Values that are equal in the order of the list.
struct Run<'g> {
    key: Option<&'g Key>,
    groups: &'g [Group],
    count: u64,
}

/// Where to begin: with which run, behind which rows of it, and how many stand before.
struct Place {
    run: usize,
    rows: Behind,
    before: u64,
}

/// How much of the first run has been seen.
#[derive(Clone, Copy)]
enum Behind {
    Ordinal(u32),
    Count(u64),
}

impl View<'_> {
    fn by_value(&self, sort: Sort, start: &Start, count: usize) -> (u64, Vec<u32>) {
        let groups = self.fleet.groups(sort.column);
        let runs = self.runs(&groups, sort);
        let place = match start {
            Start::First => self.place_at(&runs, 0),
            Start::At(position) => self.place_at(&runs, *position),
            Start::After(cursor) => self.place_after(&runs, cursor, sort),
        };
        let mut ordinals = Vec::new();
        let mut behind = place.rows;
        for run in runs.iter().skip(place.run) {
            if ordinals.len() >= count {
                break;
            }
            if run.count > 0 {
                let room = count - ordinals.len();
                let (from, seen) = match behind {
                    Behind::Count(seen) => (Some(0), seen),
                    Behind::Ordinal(last) => (last.checked_add(1), 0),
                };
                let seen = usize::try_from(seen).unwrap_or(usize::MAX);
                if let Some(from) = from {
                    let members = self.members(run, sort.column, from);
                    ordinals.extend(members.skip(seen).take(room));
                }
            }
            behind = Behind::Count(0);
        }
        (place.before, ordinals)
    }

    /// The runs in the order of the list, those without a value last.
    fn runs<'g>(&self, groups: &'g [Group], sort: Sort) -> Vec<Run<'g>> {
        let counts = self.counts(sort.column);
        let mut runs: Vec<Run<'g>> = groups
            .chunk_by(|a, b| by_key(a.key.as_ref(), b.key.as_ref()).is_eq())
            .map(|groups| Run {
                key: groups.first().and_then(|group| group.key.as_ref()),
                groups,
                count: groups.iter().map(|group| sum(&counts, &group.codes)).sum(),
            })
            .collect();
        if sort.direction == Direction::Down {
            let filled = runs.iter().take_while(|run| run.key.is_some()).count();
            if let Some((filled, _)) = runs.split_at_mut_checked(filled) {
                filled.reverse();
            }
        }
        runs
    }

    fn place_at(&self, runs: &[Run<'_>], position: u64) -> Place {
        let position = position.min(self.total());
        let mut passed = 0;
        for (at, run) in runs.iter().enumerate() {
            if passed + run.count > position {
                let rows = Behind::Count(position - passed);
                return Place { run: at, rows, before: position };
            }
            passed += run.count;
        }
        Place { run: runs.len(), rows: Behind::Count(0), before: passed }
    }

    fn place_after(&self, runs: &[Run<'_>], cursor: &Cursor, sort: Sort) -> Place {
        let mut before = 0;
        for (at, run) in runs.iter().enumerate() {
            match in_list(run.key, cursor.key.as_ref(), sort.direction) {
                Ordering::Less => before += run.count,
                Ordering::Equal => {
                    let members = self.members(run, sort.column, 0);
                    let seen = members.take_while(|one| *one <= cursor.ordinal);
                    before += seen.count() as u64;
                    let rows = Behind::Ordinal(cursor.ordinal);
                    return Place { run: at, rows, before };
                }
                Ordering::Greater => {
                    return Place { run: at, rows: Behind::Count(0), before };
                }
            }
        }
        Place { run: runs.len(), rows: Behind::Count(0), before }
    }

    /// The devices of a run from an ordinal on, of those that the filter lets through.
    fn members(
        &self,
        run: &Run<'_>,
        column: Column,
        from: u32,
    ) -> Box<dyn Iterator<Item = u32> + '_> {
        let base = column.base();
        let devices = self.fleet.devices(base);
        let codes = run.groups.iter().flat_map(|group| &group.codes);
        if codes.clone().count() <= UNITED_MAX {
            let mut all = RoaringBitmap::new();
            codes
                .filter_map(|code| devices.get(*code as usize))
                .for_each(|one| one.add_to(&mut all));
            return Box::new((all & self.devices()).into_range(from..));
        }
        let mut wanted = vec![false; devices.len()];
        for code in codes {
            if let Some(slot) = wanted.get_mut(*code as usize) {
                *slot = true;
            }
        }
        Box::new(self.devices().range(from..).filter(move |ordinal| {
            wanted.get(self.fleet.code(base, *ordinal) as usize) == Some(&true)
        }))
    }
}

/// How two values stand in a list; no value stands last either way.
fn in_list(a: Option<&Key>, b: Option<&Key>, direction: Direction) -> Ordering {
    match (a, b, direction) {
        (Some(_), Some(_), Direction::Down) => by_key(b, a),
        (_, _, Direction::Up | Direction::Down) => by_key(a, b),
    }
}

/// What of a permutation is still to be read.
#[derive(Default)]
struct Rest<'o> {
    /// Read forwards, but for the first `seen` rows.
    head: &'o [u32],
    seen: u64,
    /// Then these, value by value from the end, and each value forwards.
    falling: &'o [u32],
    /// Then these forwards.
    tail: &'o [u32],
    /// How many rows stand before.
    before: u64,
}

impl View<'_> {
    fn along_order(
        &self,
        kind: Kind,
        sort: Sort,
        start: &Start,
        count: usize,
    ) -> (u64, Vec<u32>) {
        let order = self.fleet.order(kind);
        let rest = match (sort.direction, start) {
            (Direction::Up, Start::First) => self.rising_at(&order, 0),
            (Direction::Up, Start::At(position)) => self.rising_at(&order, *position),
            (Direction::Up, Start::After(cursor)) => {
                self.rising_after(kind, &order, cursor)
            }
            (Direction::Down, Start::First) => self.falling_at(kind, &order, 0),
            (Direction::Down, Start::At(position)) => {
                self.falling_at(kind, &order, *position)
            }
            (Direction::Down, Start::After(cursor)) => {
                self.falling_after(kind, &order, cursor)
            }
        };
        (rest.before, self.read(kind, &rest, count))
    }

    fn read(&self, kind: Kind, rest: &Rest<'_>, count: usize) -> Vec<u32> {
        let seen = usize::try_from(rest.seen).unwrap_or(usize::MAX);
        let mut rows: Vec<u32> = self.listed(rest.head).skip(seen).take(count).collect();
        let mut below = rest.falling;
        while rows.len() < count {
            let Some(last) = self.last_listed(below) else { break };
            let (under, run) = self.last_run(kind, last);
            let room = count - rows.len();
            rows.extend(self.listed(run).take(room));
            below = under;
        }
        let room = count - rows.len();
        rows.extend(self.listed(rest.tail).take(room));
        rows
    }

    fn listed<'o>(&self, ordinals: &'o [u32]) -> impl Iterator<Item = u32> + use<'_, 'o> {
        let devices = self.devices();
        ordinals.iter().copied().filter(|ordinal| devices.contains(*ordinal))
    }

    fn count_listed(&self, ordinals: &[u32]) -> u64 {
        if self.total() == self.fleet.len() {
            return ordinals.len() as u64;
        }
        self.listed(ordinals).count() as u64
    }

    /// The ordinals up to the last that is listed.
    fn last_listed<'o>(&self, ordinals: &'o [u32]) -> Option<&'o [u32]> {
        let devices = self.devices();
        let last = ordinals.iter().rposition(|ordinal| devices.contains(*ordinal))?;
        ordinals.get(..=last)
    }

    /// Cuts off those that share the text of the last.
    fn last_run<'o>(&self, kind: Kind, ordinals: &'o [u32]) -> (&'o [u32], &'o [u32]) {
        let texts = &self.fleet.texts;
        let Some(last) = ordinals.last() else { return (ordinals, &[]) };
        let key = kind.key(texts, *last);
        let first = ordinals.partition_point(|ordinal| {
            kind.collation().compare(kind.key(texts, *ordinal), key).is_lt()
        });
        ordinals.split_at_checked(first).unwrap_or((ordinals, &[]))
    }

    fn rising_at<'o>(&self, order: &'o Order, position: u64) -> Rest<'o> {
        let before = position.min(self.total());
        Rest { head: order.all(), seen: before, before, ..Rest::default() }
    }

    fn rising_after<'o>(
        &self,
        kind: Kind,
        order: &'o Order,
        cursor: &Cursor,
    ) -> Rest<'o> {
        let passed = match &cursor.key {
            Some(key) => order.filled().partition_point(|ordinal| {
                let by_key = self.against(kind, *ordinal, key);
                by_key.then(ordinal.cmp(&cursor.ordinal)).is_le()
            }),
            None => {
                let empty = order.empty();
                let passed = empty.partition_point(|other| *other <= cursor.ordinal);
                order.filled().len() + passed
            }
        };
        let (seen, head) = order.all().split_at_checked(passed).unwrap_or_default();
        Rest { head, before: self.count_listed(seen), ..Rest::default() }
    }

    fn falling_at<'o>(&self, kind: Kind, order: &'o Order, position: u64) -> Rest<'o> {
        let (filled, empty) = (order.filled(), order.empty());
        let position = position.min(self.total());
        let mut passed = 0;
        let last = filled.iter().rposition(|ordinal| {
            passed += u64::from(self.devices().contains(*ordinal));
            passed > position
        });
        let Some(last) = last else {
            let seen = position - passed;
            return Rest { head: empty, seen, before: position, ..Rest::default() };
        };
        // The row at `last` lies within a run that is read forwards from its first.
        let upper = filled.get(last..).unwrap_or_default();
        let (below, _) = self.last_run(kind, filled.get(..=last).unwrap_or_default());
        let behind =
            upper.iter().take_while(|ordinal| self.shares(kind, upper, **ordinal));
        let end = last + behind.count();
        let run = filled.get(below.len()..end).unwrap_or_default();
        let above = self.count_listed(filled.get(end..).unwrap_or_default());
        let seen = position.saturating_sub(above);
        Rest { head: run, seen, falling: below, tail: empty, before: position }
    }

    /// Whether a device has the text of the first of `ordinals`.
    fn shares(&self, kind: Kind, ordinals: &[u32], ordinal: u32) -> bool {
        let texts = &self.fleet.texts;
        let first = ordinals.first().map(|first| kind.key(texts, *first));
        first == Some(kind.key(texts, ordinal))
    }

    fn falling_after<'o>(
        &self,
        kind: Kind,
        order: &'o Order,
        cursor: &Cursor,
    ) -> Rest<'o> {
        let (filled, empty) = (order.filled(), order.empty());
        let Some(key) = &cursor.key else {
            let passed = empty.partition_point(|other| *other <= cursor.ordinal);
            let (seen, head) = empty.split_at_checked(passed).unwrap_or_default();
            let before = self.count_listed(filled) + self.count_listed(seen);
            return Rest { head, before, ..Rest::default() };
        };
        let first =
            filled.partition_point(|other| self.against(kind, *other, key).is_lt());
        let (below, rest) = filled.split_at_checked(first).unwrap_or_default();
        let length =
            rest.partition_point(|other| self.against(kind, *other, key).is_eq());
        let (run, above) = rest.split_at_checked(length).unwrap_or_default();
        let passed = run.partition_point(|other| *other <= cursor.ordinal);
        let (seen, head) = run.split_at_checked(passed).unwrap_or_default();
        let before = self.count_listed(above) + self.count_listed(seen);
        Rest { head, seen: 0, falling: below, tail: empty, before }
    }

    /// How a device's text stands to that of a cursor.
    fn against(&self, kind: Kind, ordinal: u32, key: &Key) -> Ordering {
        let own = kind.key(&self.fleet.texts, ordinal);
        kind.collation().compare(own, key.text().as_bytes())
    }
}
