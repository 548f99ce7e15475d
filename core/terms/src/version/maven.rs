//! Versions of Maven artifacts.
//!
//! Source: Maven's POM reference, "Version Order Specification", and the order of Maven 4
//! as released (`ComparableVersion` of 4.0.0-rc-6). A version is a list of items; a hyphen,
//! and the place where digits and letters meet, open a list inside the list, which is its
//! last item. Letters with digits behind them (`rc1`, `rc-1`) are one item. Qualifiers are
//! ordered `alpha` < `beta` < `milestone` < `rc` = `cr` < `snapshot` < nothing = `ga` =
//! `final` = `release` < `sp` < every other word; a qualifier comes before a list, a list
//! before a number; zeros before the end or before a qualifier do not count. Case does
//! not count.
//!
//! This order has circles: `1.sp.1` < `1-alpha` (a word before a list), `1-alpha` < `1` <
//! `1.sp.1`, and `1` = `1-final1` < `1-final2` = `1`. So only the plain versions have a sort
//! key: numbers, and behind them at most one word, one word with digits, or one number.
//! They are nearly all. A known consequence: `4.1.39.Final-redhat-1` comes before
//! `4.1.39.Final`, in whose last list `final` stands.
//!
//! Not read: more than 256 characters, which Maven 4 refuses too.

use std::cmp::Ordering;

use super::key;

/// Characters of a version, as in Maven 4; the depth of lists is less than half of it.
const CHARACTERS_MAX: usize = 256;

/// How two texts stand to each other.
pub(super) fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    if key(a.as_bytes(), &mut left).is_some() && key(b.as_bytes(), &mut right).is_some() {
        return Some(left.cmp(&right));
    }
    Some(Items::of(a)?.compare(&Items::of(b)?))
}

const BEFORE_RELEASE: u8 = 1;
const END: u8 = 2;
const BEHIND_RELEASE: u8 = 3;
const NUMBER: u8 = 4;

/// Behind every word.
const PLAIN_NUMBER: u8 = 8;

/// The key of a plain version: `1.2.3`, `1.2-jre`, `1.2.RC1`, `1.2-rc-1`, `1.2-3`.
pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut rest = text;
    let mut numbers_end = 0;
    // Where the numbers end that are not zero.
    let mut kept = out.len();
    while let Some((digits, after)) = key::digits(rest) {
        out.push(NUMBER);
        key::number(out, digits);
        if !key::significant(digits).is_empty() {
            kept = out.len();
        }
        numbers_end = text.len() - after.len();
        match after {
            [b'.', next, ..] if next.is_ascii_digit() => rest = after.get(1..)?,
            _ => break,
        }
    }
    let tail = text.get(numbers_end..).filter(|_| numbers_end > 0)?;
    if let [b'-', digits @ ..] = tail
        && key::is_number(digits)
        && !key::significant(digits).is_empty()
    {
        // Zeros before a list that begins with a number count.
        out.extend([BEHIND_RELEASE, PLAIN_NUMBER]);
        key::number(out, digits);
        return (text.len() <= CHARACTERS_MAX).then_some(());
    }
    out.truncate(kept);
    qualifier_key(tail, out)?;
    (text.len() <= CHARACTERS_MAX).then_some(())
}

fn qualifier_key(tail: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let tail = match tail {
        [] | [b'-', b'0', ..] if tail.iter().skip(1).all(|digit| *digit == b'0') => {
            out.push(END);
            return Some(());
        }
        [b'.' | b'-', rest @ ..] => rest,
        _ => tail,
    };
    let (word, rest) = key::leading(tail, u8::is_ascii_alphabetic);
    let digits = match rest {
        [b'-', digits @ ..] if !digits.is_empty() => digits,
        digits => digits,
    };
    if word.is_empty() || !(digits.is_empty() || key::is_number(digits)) {
        return None;
    }
    let word = str::from_utf8(word).ok()?.to_ascii_lowercase();
    let Qualifier(place, name) = if digits.is_empty() {
        Qualifier::of(&word)
    } else {
        Qualifier::before_digits(&word)
    };
    match (place, digits) {
        (RELEASE, []) => {
            out.push(END);
            return Some(());
        }
        (RELEASE, _) => return None,
        (..RELEASE, _) => out.push(BEFORE_RELEASE),
        _ => out.push(BEHIND_RELEASE),
    }
    out.push(place);
    key::text(out, name.as_bytes());
    if digits.is_empty() {
        out.push(0);
    } else {
        out.push(1);
        key::number(out, digits);
    }
    Some(())
}

#[derive(Clone, Debug)]
enum Item {
    /// Digits without zeros in front.
    Number(Vec<u8>),
    Word(Qualifier),
    /// A word and the digits behind it.
    Combined(Qualifier, Vec<u8>),
    List(Items),
}

/// A place in the order of qualifiers, and the word where the place is shared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Qualifier(u8, String);

/// The place of a version without qualifier.
const RELEASE: u8 = 5;

impl Qualifier {
    /// A single letter is short for a word where digits follow it.
    fn before_digits(word: &str) -> Self {
        Self::of(match word {
            "a" => "alpha",
            "b" => "beta",
            "m" => "milestone",
            other => other,
        })
    }

    fn of(word: &str) -> Self {
        let place = match word {
            "alpha" => 0,
            "beta" => 1,
            "milestone" => 2,
            "rc" | "cr" => 3,
            "snapshot" => 4,
            "" | "ga" | "final" | "release" => RELEASE,
            "sp" => 6,
            other => return Self(7, other.to_owned()),
        };
        Self(place, String::new())
    }

    fn against_nothing(&self) -> Ordering {
        self.0.cmp(&RELEASE)
    }
}

#[derive(Clone, Debug, Default)]
struct Items(Vec<Item>);

impl Items {
    fn of(text: &str) -> Option<Self> {
        if text.is_empty() || text.chars().count() > CHARACTERS_MAX {
            return None;
        }
        let mut levels = levels(&text.to_lowercase());
        // Each list is the last item of the one before it.
        let mut inner: Option<Self> = None;
        while let Some(level) = levels.pop() {
            let mut items = Self(level);
            items.0.extend(inner.take().map(Item::List));
            items.normalize();
            inner = Some(items);
        }
        inner
    }

    /// Leaves out zeros at the end and before a qualifier.
    fn normalize(&mut self) {
        for at in (0..self.0.len()).rev() {
            let is_nothing = match self.0.get(at) {
                Some(Item::Number(digits)) => digits.is_empty(),
                Some(Item::List(items)) => items.0.is_empty(),
                _ => false,
            };
            let goes = match self.0.get(at + 1) {
                None | Some(Item::Word(_)) => true,
                Some(Item::List(items)) => {
                    matches!(items.0.first(), Some(Item::Word(_) | Item::Combined(..)))
                }
                _ => false,
            };
            if is_nothing && goes {
                self.0.remove(at);
            }
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let length = self.0.len().max(other.0.len());
        (0..length)
            .map(|at| match (self.0.get(at), other.0.get(at)) {
                (Some(a), Some(b)) => a.compare(b),
                (Some(a), None) => a.against_nothing(),
                (None, Some(b)) => b.against_nothing().reverse(),
                (None, None) => Ordering::Equal,
            })
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    fn against_nothing(&self) -> Ordering {
        self.0
            .iter()
            .map(Item::against_nothing)
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl Item {
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => key::compare_numbers(a, b),
            (Self::Number(_), _) => Ordering::Greater,
            (_, Self::Number(_)) => Ordering::Less,
            (Self::List(a), Self::List(b)) => a.compare(b),
            (Self::List(_), _) => Ordering::Greater,
            (_, Self::List(_)) => Ordering::Less,
            (Self::Word(a), Self::Word(b)) => a.cmp(b),
            (Self::Combined(a, a_digits), Self::Combined(b, b_digits)) => {
                a.cmp(b).then_with(|| key::compare_numbers(a_digits, b_digits))
            }
            (Self::Word(a), Self::Combined(b, _)) => a.cmp(b).then(Ordering::Less),
            (Self::Combined(a, _), Self::Word(b)) => a.cmp(b).then(Ordering::Greater),
        }
    }

    fn against_nothing(&self) -> Ordering {
        match self {
            Self::Number(digits) => (!digits.is_empty()).cmp(&false),
            Self::Word(word) | Self::Combined(word, _) => word.against_nothing(),
            Self::List(items) => items.against_nothing(),
        }
    }
}

/// What stands between two separators.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Run {
    #[default]
    Word,
    Digits,
    /// A word and digits.
    Combined,
}

/// What the text collects on its way from one separator to the next.
#[derive(Default)]
struct Reading {
    levels: Vec<Vec<Item>>,
    /// The characters since the last item, hyphens inside `rc-1` left out.
    buffer: String,
    run: Run,
}

impl Reading {
    fn add(&mut self, item: Item) {
        if let Some(level) = self.levels.last_mut() {
            level.push(item);
        }
    }

    fn add_buffer(&mut self) {
        let text = std::mem::take(&mut self.buffer);
        self.add(item(&text, self.run));
        if self.run == Run::Combined {
            self.run = Run::Digits;
        }
    }

    fn open(&mut self) {
        self.levels.push(Vec::new());
    }

    fn open_unless_empty(&mut self) {
        if self.levels.last().is_some_and(|level| !level.is_empty()) {
            self.open();
        }
    }

    fn separator(&mut self) {
        if self.buffer.is_empty() {
            self.add(Item::Number(Vec::new()));
        } else {
            self.add_buffer();
        }
    }

    fn digit(&mut self, digit: char) {
        if self.run == Run::Word {
            self.run = if self.buffer.is_empty() {
                Run::Digits
            } else {
                self.open_unless_empty();
                Run::Combined
            };
        }
        self.buffer.push(digit);
    }

    fn letter(&mut self, letter: char) {
        if self.run != Run::Word && !self.buffer.is_empty() {
            self.add_buffer();
            self.open();
        }
        self.run = Run::Word;
        self.buffer.push(letter);
    }
}

/// The lists, from the outermost in; each is the last item of the one before it.
fn levels(text: &str) -> Vec<Vec<Item>> {
    let mut reading = Reading { levels: vec![Vec::new()], ..Reading::default() };
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '.' => reading.separator(),
            // `rc-1` is `rc1`.
            '-' if reading.run == Run::Word
                && !reading.buffer.is_empty()
                && characters.peek().is_some_and(char::is_ascii_digit) => {}
            '-' => {
                reading.separator();
                reading.open_unless_empty();
            }
            digit if digit.is_ascii_digit() => reading.digit(digit),
            other => reading.letter(other),
        }
    }
    if !reading.buffer.is_empty() {
        if reading.run == Run::Word {
            reading.open_unless_empty();
        }
        reading.add_buffer();
    }
    reading.levels
}

fn item(text: &str, run: Run) -> Item {
    match run {
        Run::Word => Item::Word(Qualifier::of(text)),
        Run::Digits => Item::Number(significant(text)),
        Run::Combined => {
            let at = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
            let (word, digits) = text.split_at_checked(at).unwrap_or(("", text));
            Item::Combined(Qualifier::before_digits(word), significant(digits))
        }
    }
}

fn significant(digits: &str) -> Vec<u8> {
    key::significant(digits.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

        /// Comparison itself takes keys where it can; so this asks the lists.
        #[test]
        fn keys_are_in_the_order_of_the_lists(
            a in r"[0-2]{1,2}(\.[0-2]{1,2}){0,3}[.-]?(a|b|RC|ga|Final|sp|jre|m|0|1)?-?[0-2]{0,2}",
            b in r"[0-2]{1,2}(\.[0-2]{1,2}){0,3}[.-]?(a|b|RC|ga|Final|sp|jre|m|0|1)?-?[0-2]{0,2}",
        ) {
            let (mut left, mut right) = (Vec::new(), Vec::new());
            if key(a.as_bytes(), &mut left).is_some()
                && key(b.as_bytes(), &mut right).is_some()
            {
                let lists = Items::of(&a).unwrap().compare(&Items::of(&b).unwrap());
                prop_assert_eq!(left.cmp(&right), lists, "{} {}", a, b);
            }
        }
    }

    #[test]
    fn plain_versions_have_keys_and_others_have_none() {
        #[track_caller]
        fn check(text: &str, expected: Option<()>) {
            assert_eq!(key(text.as_bytes(), &mut Vec::new()), expected, "{text}");
        }

        check("2.14.1", Some(()));
        check("31.1-jre", Some(()));
        check("4.1.108.Final", Some(()));
        check("2.0-beta9", Some(()));
        check("2.0-beta-9", Some(()));
        check("1.2-3", Some(()));
        check("1-0", Some(()));
        check("0", Some(()));
        check("1.0-rc1-SNAPSHOT", None);
        check("1-final1", None);
        check("1.2.3.", None);
        check("1.2--3", None);
        check("v1.2", None);
        check("", None);
        check("1.2.jre8.1", None);
    }
}
