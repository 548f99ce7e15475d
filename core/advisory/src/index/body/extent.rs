//! Extents in a body: bounds and exact versions with their sort keys.

use std::cmp::Ordering;

use terms::range::compare_with_bound;
use terms::version::{Placeholder, Scheme, compare, is_keyed, sort_key, sort_key_into};
use terms::vex;
use zerocopy::FromBytes;
use zerocopy::little_endian::U32;

use super::super::octets::{Cut, Out};
use super::{optional, status, write_optional, write_status};
use crate::{Bound, Extent, Interval};

pub(super) fn write(out: &mut Out, (extent, status): &(Extent, vex::Status)) {
    write_status(out, Some(*status));
    match extent {
        Extent::All => out.byte(0),
        Extent::Exact { scheme, versions } => {
            out.byte(1);
            out.byte(*scheme as u8);
            write_exact(out, *scheme, versions);
        }
        Extent::Interval(interval) => {
            out.byte(2);
            write_interval(out, interval);
        }
        Extent::Unreadable(text) => {
            out.byte(3);
            out.text(text);
        }
    }
}

/// Versions with a key come first, in the order of their keys; the others follow, in the
/// order of their texts. A table of offsets makes both halves searchable.
fn write_exact(out: &mut Out, scheme: Scheme, versions: &[String]) {
    let (mut keys, mut key) = (Vec::new(), Vec::new());
    let ranges: Vec<_> = versions
        .iter()
        .map(|text| {
            let start = keys.len();
            let is_keyed = sort_key_into(scheme, text, &mut key);
            keys.extend_from_slice(&key);
            is_keyed.then_some(start..keys.len())
        })
        .collect();
    let mut entries: Vec<_> = ranges
        .into_iter()
        .zip(versions)
        .map(|(range, text)| {
            let key = range.and_then(|range| keys.get(range));
            (key.is_none(), key, text.as_str())
        })
        .collect();
    entries.sort_unstable();
    entries.dedup();
    let keyed = entries.iter().filter(|(keyless, ..)| !keyless).count();
    out.size(entries.len());
    out.size(keyed);
    let mut offsets = Vec::with_capacity(entries.len());
    let mut texts = Out::default();
    for (_, key, text) in &entries {
        offsets.push(u32::try_from(texts.len()).unwrap_or(u32::MAX));
        if let Some(key) = key {
            texts.octets(key);
        }
        texts.text(text);
    }
    for offset in offsets {
        out.raw(&offset.to_le_bytes());
    }
    out.raw(&texts.into_bytes());
}

fn write_interval(out: &mut Out, interval: &Interval) {
    out.byte(interval.scheme as u8);
    write_bound(out, interval.scheme, interval.lower.as_ref());
    write_bound(out, interval.scheme, interval.upper.as_ref());
    write_optional(out, interval.fixed.as_deref());
}

fn write_bound(out: &mut Out, scheme: Scheme, bound: Option<&Bound>) {
    let text = match bound {
        None => return out.byte(0),
        Some(Bound::Included(text)) => {
            out.byte(1);
            text
        }
        Some(Bound::Excluded(text)) => {
            out.byte(2);
            text
        }
    };
    out.text(text);
    match sort_key(scheme, text) {
        None => out.byte(0),
        Some(key) => {
            out.byte(1);
            out.octets(&key);
        }
    }
}

pub(super) fn read(cut: Cut<'_>) -> (Extent, vex::Status) {
    let (extent, status) = extent_ref(cut);
    let extent = match extent {
        ExtentRef::All => Extent::All,
        ExtentRef::Exact(exact) => Extent::Exact {
            scheme: exact.scheme,
            versions: exact.versions().map(str::to_owned).collect(),
        },
        ExtentRef::Interval(interval) => Extent::Interval(Interval {
            scheme: interval.scheme,
            lower: interval.lower.map(BoundRef::owned),
            upper: interval.upper.map(BoundRef::owned),
            fixed: interval.fixed.map(str::to_owned),
        }),
        ExtentRef::Unreadable(text) => Extent::Unreadable(text.to_owned()),
    };
    (extent, status)
}

/// One extent and what is said of the versions inside.
pub(crate) fn extent_ref(mut cut: Cut<'_>) -> (ExtentRef<'_>, vex::Status) {
    let Some(status) = status(&mut cut) else {
        cut.spoil();
        return (ExtentRef::Unreadable(""), vex::Status::UnderInvestigation);
    };
    let extent = match cut.byte() {
        0 => ExtentRef::All,
        1 => exact_ref(cut),
        2 => ExtentRef::Interval(IntervalRef {
            scheme: scheme(&mut cut),
            lower: bound_ref(&mut cut),
            upper: bound_ref(&mut cut),
            fixed: optional(&mut cut),
        }),
        3 => ExtentRef::Unreadable(cut.text()),
        _ => {
            cut.spoil();
            ExtentRef::Unreadable("")
        }
    };
    (extent, status)
}

fn exact_ref(mut cut: Cut<'_>) -> ExtentRef<'_> {
    let scheme = scheme(&mut cut);
    let count = cut.count();
    let keyed = cut.size();
    let table = cut.raw(count.saturating_mul(4));
    match <[U32]>::ref_from_bytes(table) {
        Ok(offsets) if offsets.len() == count && keyed <= count => {
            ExtentRef::Exact(ExactRef { scheme, keyed, offsets, entries: cut })
        }
        _ => {
            cut.spoil();
            ExtentRef::Unreadable("")
        }
    }
}

fn scheme(cut: &mut Cut<'_>) -> Scheme {
    Scheme::numbered(cut.byte()).unwrap_or_else(|| {
        cut.spoil();
        Scheme::Unknown
    })
}

fn bound_ref<'a>(cut: &mut Cut<'a>) -> Option<BoundRef<'a>> {
    let inclusion = match cut.byte() {
        0 => return None,
        1 => Inclusion::Included,
        _ => Inclusion::Excluded,
    };
    let text = cut.text();
    let key = (cut.byte() == 1).then(|| cut.octets());
    Some(BoundRef { text, key, inclusion })
}

/// Some versions, borrowed from the index.
#[derive(Clone, Copy, Debug)]
pub enum ExtentRef<'a> {
    /// Every version.
    All,
    /// Exactly these.
    Exact(ExactRef<'a>),
    /// Those between two bounds.
    Interval(IntervalRef<'a>),
    /// A text that no rule can read.
    Unreadable(&'a str),
}

impl ExtentRef<'_> {
    /// Whether a version lies inside. What stands in for a version that nobody knows lies
    /// outside of nothing; it lies inside where every version does, or where it is listed as
    /// it stands.
    pub fn place(&self, sought: &mut Sought<'_>) -> Containment {
        let place = match self {
            Self::All => Containment::Inside,
            Self::Exact(exact) => exact.place(sought),
            Self::Interval(interval) => interval.place(sought),
            Self::Unreadable(_) => Containment::Unknown,
        };
        match (sought.placeholder, place) {
            (Placeholder::No, place) => place,
            (Placeholder::Zero, Containment::Inside) => Containment::Inside,
            (Placeholder::Certain, Containment::Inside) if !self.is_bounded() => {
                Containment::Inside
            }
            (Placeholder::Zero | Placeholder::Certain, _) => Containment::Unknown,
        }
    }

    /// Whether the versions inside are told from others by their order.
    const fn is_bounded(&self) -> bool {
        match self {
            Self::Interval(interval) => {
                interval.lower.is_some() || interval.upper.is_some()
            }
            Self::All | Self::Exact(_) | Self::Unreadable(_) => false,
        }
    }

    /// The scheme by which versions are compared, where there is one.
    #[must_use]
    pub fn scheme(&self) -> Option<Scheme> {
        match self {
            Self::Exact(exact) => Some(exact.scheme),
            Self::Interval(interval) => Some(interval.scheme),
            Self::All | Self::Unreadable(_) => None,
        }
    }
}

/// Where a version lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Containment {
    /// Inside.
    Inside,
    /// Outside.
    Outside,
    /// The scheme cannot compare them.
    Unknown,
}

/// A version that is looked for. It remembers its sort key from extent to extent.
#[derive(Clone, Debug)]
pub struct Sought<'v> {
    text: &'v str,
    placeholder: Placeholder,
    /// The scheme of the key, and whether the version has one in it.
    of: Option<(Scheme, bool)>,
    key: Vec<u8>,
}

impl<'v> Sought<'v> {
    /// A version as written.
    #[must_use]
    pub const fn new(text: &'v str) -> Self {
        Self::read(text, Placeholder::No)
    }

    /// A version as written, of which it is known whether it is one.
    #[must_use]
    pub const fn read(text: &'v str, placeholder: Placeholder) -> Self {
        Self { text, placeholder, of: None, key: Vec::new() }
    }

    /// Another version, in the same memory.
    #[must_use]
    pub fn again(self, text: &str) -> Sought<'_> {
        Sought { text, placeholder: Placeholder::No, of: None, key: self.key }
    }

    /// The version as written.
    #[must_use]
    pub const fn text(&self) -> &'v str {
        self.text
    }

    /// Its sort key in a scheme.
    pub fn key(&mut self, scheme: Scheme) -> Option<&[u8]> {
        let has_key = match self.of {
            Some((of, has_key)) if of == scheme => has_key,
            _ => {
                let has_key = sort_key_into(scheme, self.text, &mut self.key);
                self.of = Some((scheme, has_key));
                has_key
            }
        };
        has_key.then_some(self.key.as_slice())
    }
}

/// A list of exact versions, sorted.
#[derive(Clone, Copy)]
pub struct ExactRef<'a> {
    /// The scheme by which a version equals one of them.
    pub scheme: Scheme,
    keyed: usize,
    offsets: &'a [U32],
    entries: Cut<'a>,
}

impl std::fmt::Debug for ExactRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExactRef")
            .field("scheme", &self.scheme)
            .field("versions", &self.versions().collect::<Vec<_>>())
            .finish()
    }
}

impl<'a> ExactRef<'a> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.offsets.is_empty()
    }

    /// The versions as written, in the order of their scheme where it has keys.
    pub fn versions(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let list = *self;
        (0..list.len()).map(move |position| list.entry(position).1)
    }

    /// Whether a version is one of them by the equality of the scheme. A text that the
    /// scheme cannot read is unknown, unless it is written in the list.
    pub fn place(&self, sought: &mut Sought<'_>) -> Containment {
        let text = sought.text();
        let Some(key) = sought.key(self.scheme) else {
            return self.place_keyless(text);
        };
        let by_key = self.search(0, self.keyed, |(own, _)| own.unwrap_or(&[]).cmp(key));
        if by_key.is_some() || self.equals_keyless(text) {
            return Containment::Inside;
        }
        Containment::Outside
    }

    /// Without a key for the version only the scheme's own comparison is left. Schemes
    /// without any order (`git`) know no other equality than that of texts.
    fn place_keyless(&self, text: &str) -> Containment {
        let written = |(_, own): (Option<&[u8]>, &str)| own.cmp(text);
        if self.search(self.keyed, self.len(), written).is_some() {
            return Containment::Inside;
        }
        if matches!(self.scheme, Scheme::Git | Scheme::Unknown) {
            return Containment::Unknown;
        }
        let mut place = Containment::Unknown;
        for own in self.versions() {
            match compare(self.scheme, text, own) {
                Some(Ordering::Equal) => return Containment::Inside,
                Some(_) => place = Containment::Outside,
                None => {}
            }
        }
        place
    }

    /// Versions without a key are few: those that the scheme cannot read.
    fn equals_keyless(&self, text: &str) -> bool {
        (self.keyed..self.len()).any(|position| {
            compare(self.scheme, text, self.entry(position).1) == Some(Ordering::Equal)
        })
    }

    fn search(
        &self,
        mut low: usize,
        mut high: usize,
        order: impl Fn((Option<&'a [u8]>, &'a str)) -> Ordering,
    ) -> Option<usize> {
        while low < high {
            let middle = low.midpoint(high);
            match order(self.entry(middle)) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    fn entry(&self, position: usize) -> (Option<&'a [u8]>, &'a str) {
        let offset = self.offsets.get(position).map_or(u32::MAX, |offset| offset.get());
        let mut cut = self.entries.from(offset as usize);
        let key = (position < self.keyed).then(|| cut.octets());
        (key, cut.text())
    }
}

/// The versions between two bounds; without a bound it is open on that side.
#[derive(Clone, Copy, Debug)]
pub struct IntervalRef<'a> {
    /// The scheme that orders versions and bounds.
    pub scheme: Scheme,
    /// The lower bound.
    pub lower: Option<BoundRef<'a>>,
    /// The upper bound.
    pub upper: Option<BoundRef<'a>>,
    /// The first version that holds the fix, where it is stated; for display.
    pub fixed: Option<&'a str>,
}

impl IntervalRef<'_> {
    /// Where a version lies. One bound that certainly shuts it out is enough for
    /// *outside*, whatever the other says.
    pub fn place(&self, sought: &mut Sought<'_>) -> Containment {
        let above = admits(self.lower, self.scheme, sought, &[Ordering::Greater]);
        let below = admits(self.upper, self.scheme, sought, &[Ordering::Less]);
        match (above, below) {
            (Some(false), _) | (_, Some(false)) => Containment::Outside,
            (Some(true), Some(true)) => Containment::Inside,
            (None, _) | (_, None) => Containment::Unknown,
        }
    }
}

/// Whether a bound lets a version in; `None` where they cannot be compared.
fn admits(
    bound: Option<BoundRef<'_>>,
    scheme: Scheme,
    sought: &mut Sought<'_>,
    beyond: &[Ordering],
) -> Option<bool> {
    let Some(bound) = bound else { return Some(true) };
    let order = bound.compare(scheme, sought)?;
    Some(match order {
        Ordering::Equal => bound.inclusion == Inclusion::Included,
        other => beyond.contains(&other),
    })
}

/// One end of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundRef<'a> {
    /// The version as written.
    pub text: &'a str,
    /// Its sort key, where the scheme has one.
    pub key: Option<&'a [u8]>,
    /// Whether the version itself belongs to the interval.
    pub inclusion: Inclusion,
}

/// Whether a bound belongs to its interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inclusion {
    /// It does.
    Included,
    /// It does not.
    Excluded,
}

impl BoundRef<'_> {
    /// How the version that is sought stands to the bound.
    pub fn compare(&self, scheme: Scheme, sought: &mut Sought<'_>) -> Option<Ordering> {
        let text = sought.text();
        match (sought.key(scheme), self.key) {
            (Some(sought), Some(own)) => Some(sought.cmp(own)),
            // One of the two cannot be ordered, so only equal texts are left: neither is
            // read again for every bound.
            _ if is_keyed(scheme) => {
                (text.trim_ascii() == self.text.trim_ascii()).then_some(Ordering::Equal)
            }
            _ => compare_with_bound(scheme, text, self.text),
        }
    }

    fn owned(self) -> Bound {
        match self.inclusion {
            Inclusion::Included => Bound::Included(self.text.to_owned()),
            Inclusion::Excluded => Bound::Excluded(self.text.to_owned()),
        }
    }
}
