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
//! There is no sort key, because this order has circles: `1.sp.1` < `1-alpha` (a word before
//! a list), `1-alpha` < `1` < `1.sp.1`. A known consequence: `4.1.39.Final-redhat-1` comes before
//! `4.1.39.Final`, in whose last list `final` stands.
//!
//! Not read: more than 256 characters, which Maven 4 refuses too.

use std::cmp::Ordering;

use super::key;

/// Characters of a version, as in Maven 4; the depth of lists is less than half of it.
const CHARACTERS_MAX: usize = 256;

/// How two texts stand to each other.
pub(super) fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (Items::of(a)?, Items::of(b)?);
    Some(a.compare(&b))
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
