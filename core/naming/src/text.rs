//! Free text cut into pieces, and words of product names found in them.
//!
//! A piece ([`Atom`]) is a run of letters or of digits; `IntelliVue MX-800` has the atoms
//! `intelli vue mx 800`. A [`Unit`] is one word of a product name written together:
//! `mx800`. It is found where consecutive atoms spell it, so that blanks, hyphens, case and
//! joined words do not matter, but a number inside a longer number is never found.

use crate::spelling;

/// A text as atoms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    atoms: Vec<Atom>,
}

/// A run of letters or a run of digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atom {
    /// The run, folded.
    pub text: String,
    /// The number of the word it is part of; words end at blanks, commas, slashes, brackets.
    pub word: usize,
    /// The number of the field it is part of.
    pub field: usize,
}

/// How a unit was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// Letter by letter.
    Exactly,
    /// As a part of a longer word whose rest looks like a catalogue number's.
    Within,
    /// Shortened: `config` for `configuration`.
    Shortened,
    /// With a slip of the finger.
    Misspelt,
}

/// Where a unit was found: atoms `from..to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// How.
    pub found: Found,
    /// The first atom.
    pub from: usize,
    /// Behind the last atom.
    pub to: usize,
}

impl Text {
    /// The atoms of several fields, which no unit may span.
    #[must_use]
    pub fn read(fields: &[&str]) -> Self {
        let mut text = Self::default();
        let mut word = 0;
        for (field, written) in fields.iter().enumerate() {
            text.field(&decoded(written), field, &mut word);
            word += 1;
        }
        text
    }

    /// Whether all words of a name stand in it; a name without words stands nowhere.
    #[must_use]
    pub fn says(&self, name: &str) -> bool {
        let units: Vec<Unit> = name.split_whitespace().filter_map(Unit::read).collect();
        !units.is_empty()
            && units.iter().all(|unit| unit.occurrences(self).next().is_some())
    }

    /// The atoms.
    #[must_use]
    pub fn atoms(&self) -> &[Atom] {
        &self.atoms
    }

    fn field(&mut self, written: &str, field: usize, word: &mut usize) {
        let mut run = String::new();
        let mut kind = Kind::Other;
        for character in written.chars() {
            let next = Kind::of(character);
            // `DoseWise` is two runs; `VM` and `iCT` are one.
            let camel =
                kind == Kind::Lower && next == Kind::Upper && run.chars().count() > 2;
            let same = !camel
                && next.letter() == kind.letter()
                && next != Kind::Other
                && next != Kind::Plus;
            if !same {
                self.push(&mut run, *word, field);
            }
            match next {
                Kind::Plus => {
                    // `Link+` is the product Link plus, not Link.
                    run.push_str("plus");
                    self.push(&mut run, *word, field);
                }
                Kind::Other => {
                    if !matches!(
                        character,
                        '-' | '.' | '_' | '\'' | '’' | '*' | '®' | '™' | '©'
                    ) {
                        *word += 1;
                    }
                }
                _ => spelling::push_folded(character, &mut run),
            }
            kind = next;
        }
        self.push(&mut run, *word, field);
    }

    fn push(&mut self, run: &mut String, word: usize, field: usize) {
        if !run.is_empty() {
            let text = spelling::american(std::mem::take(run));
            self.atoms.push(Atom { text, word, field });
        }
    }
}

/// Broken encodings are put right before runs are cut.
fn decoded(written: &str) -> String {
    if written.contains(['Ã', 'Â', 'â']) {
        spelling::fold(written)
    } else {
        written.to_owned()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Plus,
    Other,
}

#[derive(PartialEq, Eq)]
enum Letter {
    Yes,
    Digit,
    No,
}

impl Kind {
    fn of(character: char) -> Self {
        match character {
            '+' => Self::Plus,
            other if other.is_ascii_digit() => Self::Digit,
            other if other.is_uppercase() => Self::Upper,
            other if other.is_alphabetic() => Self::Lower,
            _ => Self::Other,
        }
    }

    const fn letter(self) -> Letter {
        match self {
            Self::Lower | Self::Upper => Letter::Yes,
            Self::Digit => Letter::Digit,
            Self::Plus | Self::Other => Letter::No,
        }
    }
}

/// One word of a product name, written together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    spelt: String,
    pattern: Pattern,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pattern {
    Plain,
    /// An `x` between digits or behind two of them stands for any digit: `5x0`, `61x`.
    Wildcard,
    /// Two and more `x` at the end stand for any letters and digits: `804AXX`.
    Open,
}

impl Unit {
    /// The unit of a word such as `MX-800`; `None` where no letter or digit is left.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        let spelt: String =
            Text::read(&[word]).atoms.into_iter().map(|atom| atom.text).collect();
        if spelt.is_empty() {
            return None;
        }
        let bytes = spelt.as_bytes();
        let wild = bytes.windows(3).any(|three| match three {
            [a, b'x', c] => a.is_ascii_digit() && c.is_ascii_digit(),
            _ => false,
        });
        let ends =
            matches!(bytes, [.., a, b, b'x'] if a.is_ascii_digit() && b.is_ascii_digit());
        // `3xxx`, `ATV6xx`, `804AXX`: several places.
        let stem = spelt.trim_end_matches('x');
        let several = spelt.len() - stem.len() >= 2
            && stem.bytes().any(|byte| byte.is_ascii_digit());
        let pattern = match (several, wild || ends) {
            (true, _) => Pattern::Open,
            (false, true) => Pattern::Wildcard,
            (false, false) => Pattern::Plain,
        };
        Some(Self { spelt, pattern })
    }

    /// How it is spelt.
    #[must_use]
    pub fn spelt(&self) -> &str {
        &self.spelt
    }

    /// Whether it holds a digit, as model numbers do.
    #[must_use]
    pub fn is_code(&self) -> bool {
        self.spelt.bytes().any(|byte| byte.is_ascii_digit())
    }

    /// Whether an `x` in it stands for any digit.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        self.pattern != Pattern::Plain
    }

    /// Whether it is a number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.spelt.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Where the unit stands in `text`, letter by letter, at any place.
    pub fn occurrences<'t>(&'t self, text: &'t Text) -> impl Iterator<Item = Hit> + 't {
        (0..text.atoms.len()).filter_map(move |from| self.at(text, from))
    }

    /// Where the unit begins at atom `from`.
    fn at(&self, text: &Text, from: usize) -> Option<Hit> {
        let mut rest = self.spelt.as_bytes();
        let field = text.atoms.get(from)?.field;
        for (to, atom) in text.atoms.iter().enumerate().skip(from) {
            let piece = atom.text.as_bytes();
            if atom.field != field || piece.len() > rest.len() {
                return None;
            }
            let (head, tail) = rest.split_at_checked(piece.len())?;
            if !self.equal(head, piece, rest.len()) {
                return None;
            }
            rest = tail;
            if rest.is_empty() {
                return Some(Hit { found: Found::Exactly, from, to: to + 1 });
            }
        }
        None
    }

    /// Whether a piece is what is spelt there; `left` is how many letters are left.
    fn equal(&self, ours: &[u8], theirs: &[u8], left: usize) -> bool {
        match self.pattern {
            Pattern::Plain => ours == theirs,
            Pattern::Wildcard => ours
                .iter()
                .zip(theirs)
                .all(|(a, b)| a == b || (*a == b'x' && b.is_ascii_digit())),
            Pattern::Open => {
                let stem = self.spelt.trim_end_matches('x').len();
                let from = self.spelt.len() - left;
                ours.iter().zip(theirs).enumerate().all(|(at, (a, b))| {
                    a == b
                        || *a == b'x' && b.is_ascii_digit()
                        || from + at >= stem && b.is_ascii_alphanumeric()
                })
            }
        }
    }

    /// Where a long name stands with a slip, shortened, or in the plural.
    #[must_use]
    pub fn nearly(&self, text: &Text) -> Option<Hit> {
        self.search(text, Found::Shortened)
    }

    /// Where a long name stands with a slip or in the plural, but not shortened.
    #[must_use]
    pub fn misspelt(&self, text: &Text) -> Option<Hit> {
        self.search(text, Found::Misspelt)
    }

    fn search(&self, text: &Text, best_allowed: Found) -> Option<Hit> {
        if self.is_code() || self.spelt.len() < 4 {
            return None;
        }
        let slips = spelling::slips(self.spelt.len());
        let mut best: Option<Hit> = None;
        for from in 0..text.atoms.len() {
            let mut joined = String::new();
            let Some(first) = text.atoms.get(from) else { break };
            for (to, atom) in text.atoms.iter().enumerate().skip(from).take(4) {
                if atom.field != first.field || joined.len() > self.spelt.len() + slips {
                    break;
                }
                joined.push_str(&atom.text);
                // A letter that stands apart at the end is no slip: `Any-A` is not `Any-B`.
                let alone = |atom: &Atom| atom.text.len() == 1;
                let last = to > from && alone(atom) && !self.spelt.ends_with(&atom.text);
                let behind = text.atoms.get(to + 1).filter(|next| next.word == atom.word);
                if last || behind.is_some_and(alone) {
                    continue;
                }
                let short = (to == from && best_allowed == Found::Shortened)
                    .then(|| self.short_for(&joined))
                    .flatten();
                let Some(found) = self.near(&joined, slips).or(short) else { continue };
                if best.is_none_or(|best| found < best.found) {
                    best = Some(Hit { found, from, to: to + 1 });
                }
            }
        }
        best
    }

    /// In the plural, or with a slip.
    fn near(&self, joined: &str, slips: usize) -> Option<Found> {
        let plural = |long: &str, short: &str| long.strip_suffix('s') == Some(short);
        if plural(joined, &self.spelt) || plural(&self.spelt, joined) {
            return Some(Found::Exactly);
        }
        let near = slips > 0
            && spelling::within(self.spelt.as_bytes(), joined.as_bytes(), slips);
        near.then_some(Found::Misspelt)
    }

    /// Whether a whole word is short for it.
    fn short_for(&self, word: &str) -> Option<Found> {
        let beginning =
            word.len() >= 4 && self.spelt.len() >= 6 && self.spelt.starts_with(word);
        let known = spelling::shortens(word, &self.spelt);
        (beginning || known || contraction(&self.spelt, word)).then_some(Found::Shortened)
    }
}

/// `wkstn` is workstation: its consonants, from the first letter to the last.
fn contraction(long: &str, short: &str) -> bool {
    let vowels = short.contains(['a', 'e', 'i', 'o', 'u']);
    if vowels
        || short.len() < 3
        || long.len() < 7
        || long.chars().last() != short.chars().last()
    {
        return false;
    }
    let mut letters = long.chars();
    long.chars().next() == short.chars().next()
        && short.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests;
