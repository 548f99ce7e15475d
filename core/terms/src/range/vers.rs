//! vers URIs: `vers:npm/>=1.0.0|<2.0.0`.
//!
//! Source: VERS (package-url/vers-spec, 2025): scheme, `/`, constraints parted by `|`; in a
//! version percent-encoding, once. `*` alone is every version. Read more widely than the
//! canonical form: constraints in any order, blanks and empty constraints between them,
//! an upper-case scheme, a percent sign that begins no triplet refused. [`Vers`] prints
//! the canonical form.
//!
//! Containment, in this order: a version that equals a `!=` is outside; one that equals
//! `=`, `<=` or `>=` is inside; otherwise the intervals decide, that `<` and `>` make
//! of the sorted constraints. A range of nothing but `!=` holds everything else. Of two
//! constraints in one direction with none of the other between them the wider counts.

use std::cmp::Ordering;
use std::fmt;

use super::{Bound, Containment, within};
use crate::Malformed;
use crate::version::{Scheme, compare, git};

/// Constraints of one range. The longest of a real record has 1,200.
const CONSTRAINTS_MAX: usize = 100_000;

/// A range of versions of one scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vers {
    name: String,
    scheme: Scheme,
    extent: Extent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Extent {
    /// `*`
    All,
    /// In the order of the scheme where there is one, else as written.
    Constraints(Vec<Constraint>),
}

/// One constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// How a version must stand to the one named.
    pub comparator: Comparator,
    /// The version, percent-decoded.
    pub version: String,
}

/// How a version must stand to that of a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the signs")]
pub enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparator {
    /// The sign; none for *equal*.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// The comparator at the beginning of `text`, and the rest; no sign is *equal*.
    fn split(text: &str) -> (Self, &str) {
        [
            ("!=", Self::NotEqual),
            ("<=", Self::LessOrEqual),
            (">=", Self::GreaterOrEqual),
            ("<", Self::Less),
            (">", Self::Greater),
            ("=", Self::Equal),
        ]
        .into_iter()
        .find_map(|(sign, found)| text.strip_prefix(sign).map(|rest| (found, rest)))
        .unwrap_or((Self::Equal, text))
    }

    const fn includes(self) -> bool {
        matches!(self, Self::Equal | Self::LessOrEqual | Self::GreaterOrEqual)
    }
}

impl Vers {
    /// Reads a vers URI. A scheme that Lazaret does not know is read, and orders nothing.
    ///
    /// # Errors
    /// With the place where it stops being one.
    pub fn parse(input: &str) -> Result<Self, Malformed> {
        let (name, at) = name(input)?;
        let scheme = Scheme::of_vers(&name).unwrap_or(Scheme::Unknown);
        let extent = extent(input, at, scheme)?;
        Ok(Self { name, scheme, extent })
    }

    /// Reads a vers URI whose versions are known to be of `scheme`: the URI may leave it
    /// open (`vers:all/…`, `vers:generic/…`), and must not name another.
    ///
    /// # Errors
    /// With the place where it stops being one, or where it names another scheme.
    pub fn parse_as(scheme: Scheme, input: &str) -> Result<Self, Malformed> {
        let (name, at) = name(input)?;
        let is_open = matches!(name.as_str(), "all" | "generic" | "unknown");
        if !is_open && Scheme::of_vers(&name) != Some(scheme) {
            return Err(malformed(input, "vers:".len(), scheme.name()));
        }
        let extent = extent(input, at, scheme)?;
        Ok(Self { name, scheme, extent })
    }

    /// The scheme that orders the versions.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The constraints in their order; none where the range is `*`.
    #[must_use]
    pub fn constraints(&self) -> &[Constraint] {
        match &self.extent {
            Extent::All => &[],
            Extent::Constraints(constraints) => constraints,
        }
    }

    /// Where `version` lies.
    #[must_use]
    pub fn contains(&self, version: &str) -> Containment {
        let Extent::Constraints(constraints) = &self.extent else {
            return Containment::Inside;
        };
        let equality = self.by_equality(constraints, version);
        match equality {
            Some(decided) => decided,
            None => self.by_intervals(constraints, version),
        }
    }

    /// What the constraints say that name `version` itself.
    fn by_equality(
        &self,
        constraints: &[Constraint],
        version: &str,
    ) -> Option<Containment> {
        let equal = |constraint: &&Constraint| {
            compare(self.scheme, version, &constraint.version) == Some(Ordering::Equal)
        };
        let named: Vec<Comparator> = constraints
            .iter()
            .filter(equal)
            .map(|constraint| constraint.comparator)
            .collect();
        if named.contains(&Comparator::NotEqual) {
            return Some(Containment::Outside);
        }
        named
            .iter()
            .any(|comparator| comparator.includes())
            .then_some(Containment::Inside)
    }

    /// What the intervals say, when no constraint names `version` itself.
    fn by_intervals(&self, constraints: &[Constraint], version: &str) -> Containment {
        let doubt = |wanted: Comparator| {
            constraints
                .iter()
                .filter(|constraint| constraint.comparator == wanted)
                .any(|constraint| self.may_equal(version, &constraint.version))
        };
        let only_not_equal = constraints
            .iter()
            .all(|constraint| constraint.comparator == Comparator::NotEqual);
        let in_an_interval = if only_not_equal {
            Containment::Inside
        } else {
            self.intervals(constraints).map_or(Containment::Unknown, |intervals| {
                intervals
                    .into_iter()
                    .map(|(lower, upper)| within(self.scheme, lower, upper, version))
                    .fold(Containment::Outside, Containment::or)
            })
        };
        match in_an_interval {
            Containment::Outside if doubt(Comparator::Equal) => Containment::Unknown,
            Containment::Inside if doubt(Comparator::NotEqual) => Containment::Unknown,
            decided => decided,
        }
    }

    /// Whether two versions that are not known to be equal may be equal all the same.
    fn may_equal(&self, a: &str, b: &str) -> bool {
        compare(self.scheme, a, b).is_none()
            && !(self.scheme == Scheme::Git && git::differ(a, b))
    }

    /// The intervals that the bounds make; `None` where they cannot be sorted.
    fn intervals<'a>(
        &self,
        constraints: &'a [Constraint],
    ) -> Option<Vec<(Option<Bound<'a>>, Option<Bound<'a>>)>> {
        let mut intervals = Vec::new();
        let mut lower: Option<Bound<'a>> = None;
        let mut last: Option<Direction> = None;
        let mut before: Option<&str> = None;
        for constraint in constraints {
            let Some((direction, bound)) = direction(constraint) else { continue };
            if let Some(before) = before {
                compare(self.scheme, before, &constraint.version)?;
            }
            before = Some(&constraint.version);
            match (direction, last) {
                // Of several lower bounds in a row the first is the widest.
                (Direction::Lower, Some(Direction::Lower)) => {}
                (Direction::Lower, _) => lower = Some(bound),
                // Of several upper bounds in a row the last is the widest.
                (Direction::Upper, Some(Direction::Upper)) => {
                    if let Some((_, upper)) = intervals.last_mut() {
                        *upper = Some(bound);
                    }
                }
                (Direction::Upper, _) => intervals.push((lower.take(), Some(bound))),
            }
            last = Some(direction);
        }
        if lower.is_some() {
            intervals.push((lower, None));
        }
        Some(intervals)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Lower,
    Upper,
}

fn direction(constraint: &Constraint) -> Option<(Direction, Bound<'_>)> {
    let version = constraint.version.as_str();
    Some(match constraint.comparator {
        Comparator::Greater => (Direction::Lower, Bound::Excluded(version)),
        Comparator::GreaterOrEqual => (Direction::Lower, Bound::Included(version)),
        Comparator::Less => (Direction::Upper, Bound::Excluded(version)),
        Comparator::LessOrEqual => (Direction::Upper, Bound::Included(version)),
        Comparator::Equal | Comparator::NotEqual => return None,
    })
}

/// The canonical form: constraints sorted by version.
impl fmt::Display for Vers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vers:{}/", self.name)?;
        let Extent::Constraints(constraints) = &self.extent else {
            return f.write_str("*");
        };
        for (at, constraint) in constraints.iter().enumerate() {
            if at > 0 {
                f.write_str("|")?;
            }
            f.write_str(constraint.comparator.sign())?;
            encode(&constraint.version, f)?;
        }
        Ok(())
    }
}

/// The scheme's name in lower case, and where the constraints begin.
fn name(input: &str) -> Result<(String, usize), Malformed> {
    let is_vers = input.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("vers:"));
    if !is_vers {
        return Err(malformed(input, 0, "`vers:`"));
    }
    let rest = input.get(5..).unwrap_or_default();
    let Some((name, _)) = rest.split_once('/') else {
        return Err(malformed(input, input.len(), "`/`"));
    };
    let bad = name.find(|c: char| !(c.is_ascii_alphanumeric() || ".-_+".contains(c)));
    if let Some(at) = bad {
        return Err(malformed(input, 5 + at, "the name of a scheme"));
    }
    if name.is_empty() {
        return Err(malformed(input, 5, "the name of a scheme"));
    }
    Ok((name.to_ascii_lowercase(), 5 + name.len() + 1))
}

fn extent(input: &str, start: usize, scheme: Scheme) -> Result<Extent, Malformed> {
    let text = input.get(start..).unwrap_or_default();
    if text.trim_ascii() == "*" {
        return Ok(Extent::All);
    }
    let mut constraints = Vec::new();
    let mut at = start;
    for part in text.split('|') {
        if !part.trim_ascii().is_empty() {
            constraints.push(constraint(input, at, part)?);
        }
        if constraints.len() > CONSTRAINTS_MAX {
            return Err(malformed(input, at, "fewer constraints"));
        }
        at += part.len() + 1;
    }
    if constraints.is_empty() {
        return Err(malformed(input, start, "a constraint or `*`"));
    }
    sort(scheme, &mut constraints);
    Ok(Extent::Constraints(constraints))
}

/// Reads `part`, which begins at `at`.
fn constraint(input: &str, at: usize, part: &str) -> Result<Constraint, Malformed> {
    let text = part.trim_ascii_start();
    let at = at + part.len() - text.len();
    let (comparator, version) = Comparator::split(text.trim_ascii_end());
    let encoded = version.trim_ascii_start();
    let at = at + text.trim_ascii_end().len() - encoded.len();
    if encoded.is_empty() {
        return Err(malformed(input, at, "a version"));
    }
    // `*` beside other constraints would swallow or contradict them.
    if encoded == "*" {
        return Err(malformed(input, at, "a version, since `*` stands alone"));
    }
    if let Some(sign) = encoded.find(['<', '>', '=', '!', ',', ' ']) {
        return Err(malformed(input, at + sign, "`|`"));
    }
    let version = decode(encoded)
        .map_err(|(bad, expected)| malformed(input, at + bad, expected))?;
    if version.trim_ascii().is_empty() {
        return Err(malformed(input, at, "a version"));
    }
    Ok(Constraint { comparator, version })
}

/// Percent-decodes once; the offset of a bad triplet.
fn decode(text: &str) -> Result<String, (usize, &'static str)> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let at = text.len() - rest.len();
        if *first == b'%' {
            let triplet = after.split_at_checked(2).and_then(|(digits, after)| {
                let digits = str::from_utf8(digits).ok()?;
                let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                is_hex
                    .then(|| u8::from_str_radix(digits, 16).ok())?
                    .map(|byte| (byte, after))
            });
            let (byte, after) = triplet.ok_or((at, "two hexadecimal digits"))?;
            bytes.push(byte);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).map_err(|error| (error.utf8_error().valid_up_to(), "UTF-8"))
}

/// Letters, digits and `.-_~:+` stay; everything else is percent-encoded. vers-spec leaves
/// the colon of times, and purl the plus of builds, as they are.
fn encode(version: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for byte in version.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~:+".contains(&byte) {
            write!(f, "{}", char::from(byte))?;
        } else {
            write!(f, "%{byte:02X}")?;
        }
    }
    Ok(())
}

/// Sorts by version; what stands twice stays, as in the specification's tests. Where two
/// versions are incomparable the order as written stands, and [`Vers::contains`] finds them out.
fn sort(scheme: Scheme, constraints: &mut Vec<Constraint>) {
    let keyed: Option<Vec<Vec<u8>>> = constraints
        .iter()
        .map(|constraint| crate::version::sort_key(scheme, &constraint.version))
        .collect();
    match keyed {
        Some(keys) => {
            let mut rows: Vec<(Vec<u8>, Constraint)> =
                keys.into_iter().zip(constraints.drain(..)).collect();
            rows.sort_by(|(a, _), (b, _)| a.cmp(b));
            constraints.extend(rows.into_iter().map(|(_, constraint)| constraint));
        }
        None => insertion_sort(scheme, constraints),
    }
}

/// A sort that stays sane where the order has holes: each constraint goes behind the last
/// one that is known not to be later.
fn insertion_sort(scheme: Scheme, constraints: &mut Vec<Constraint>) {
    if constraints.len() > COMPARED_MAX {
        return;
    }
    let mut sorted: Vec<Constraint> = Vec::with_capacity(constraints.len());
    for constraint in constraints.drain(..) {
        let at = sorted
            .iter()
            .rposition(|other| {
                compare(scheme, &other.version, &constraint.version)
                    .is_none_or(Ordering::is_le)
            })
            .map_or(0, |at| at + 1);
        sorted.insert(at, constraint);
    }
    *constraints = sorted;
}

/// Constraints that are sorted by comparing: the work grows with the square.
const COMPARED_MAX: usize = 5_000;

fn malformed(
    input: &str,
    at: usize,
    expected: impl Into<std::borrow::Cow<'static, str>>,
) -> Malformed {
    Malformed::at_byte("vers", input, at, expected)
}
