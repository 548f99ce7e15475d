//! Other ways of writing the words of a name: numerals, first letters, joined words, slips.

use naming::spelling::within;
use naming::text::{Atom, Found, Hit, Unit};

use super::super::product::{Alternative, Group, Kind, says_nothing};
use super::super::wording::stands_for;
use super::Finder;

/// Numbers and the numerals that are written for them; `I`, `V` and `X` are letters too.
const NUMERALS: [[&str; 2]; 7] = [
    ["2", "ii"],
    ["3", "iii"],
    ["4", "iv"],
    ["6", "vi"],
    ["7", "vii"],
    ["8", "viii"],
    ["9", "ix"],
];

impl Finder<'_> {
    /// Another way of writing a word: `Pulse 3` for Pulse III, `Site Edition` for SE, a
    /// slip in a short word beside another word of the name.
    pub(super) fn otherwise(&self, any: &Alternative) -> Option<Hit> {
        let Alternative::Word(unit) = any else { return None };
        self.numeral(unit)
            .or_else(|| self.spelt_out(unit))
            .or_else(|| self.slip(unit))
            .or_else(|| self.lengthened(unit))
    }

    /// A Roman numeral for a number right behind the name, or the other way.
    fn numeral(&self, unit: &Unit) -> Option<Hit> {
        let pair = NUMERALS.iter().find(|pair| pair.contains(&unit.spelt()))?;
        let other = pair.iter().find(|spelt| **spelt != unit.spelt())?;
        let atoms = self.text.atoms();
        let from = atoms.iter().enumerate().position(|(at, atom)| {
            let before = at.checked_sub(1);
            let behind = atoms.get(at + 1).is_none_or(|next| next.word != atom.word);
            atom.text == *other
                && behind
                && before.is_some_and(|at| self.atoms.contains(&at))
        })?;
        Some(Hit { found: Found::Shortened, from, to: from + 1 })
    }

    /// The words whose first letters a short word of the name is; two words only where the
    /// last is *edition*.
    fn spelt_out(&self, unit: &Unit) -> Option<Hit> {
        let letters = unit.spelt();
        if unit.is_code() || !(2..=5).contains(&letters.len()) {
            return None;
        }
        let from = self.text.atoms().windows(letters.len()).position(|run| {
            let edition = run.last().is_some_and(|last| last.text == "edition");
            let field = run.first().map(|first| first.field);
            let initials = run.iter().zip(letters.chars()).all(|(atom, letter)| {
                atom.text.len() >= 3
                    && atom.text.starts_with(letter)
                    && Some(atom.field) == field
            });
            initials && field > Some(0) && (edition || letters.len() > 2)
        })?;
        Some(Hit { found: Found::Shortened, from, to: from + letters.len() })
    }

    /// One slip in a word of five or six letters, where another word of the name was found.
    fn slip(&self, unit: &Unit) -> Option<Hit> {
        let spelt = unit.spelt();
        if unit.is_code() || !(5..=6).contains(&spelt.len()) || self.atoms.is_empty() {
            return None;
        }
        let from = self.text.atoms().iter().position(|atom| {
            let letters = atom.text.bytes().all(|byte| byte.is_ascii_alphabetic());
            atom.field > 0
                && letters
                && atom.text.len() >= 5
                && atom.text.get(..1) == spelt.get(..1)
                && !says_nothing(&atom.text)
                && within(spelt.as_bytes(), atom.text.as_bytes(), 1)
        })?;
        Some(Hit { found: Found::Misspelt, from, to: from + 1 })
    }

    /// `Senographe DS` for Seno DS: the word of the name is the beginning of the row's, where
    /// the name has another word.
    fn lengthened(&self, unit: &Unit) -> Option<Hit> {
        let spelt = unit.spelt();
        let several = self.product.keys().count() > 1;
        if unit.is_code() || spelt.len() < 4 || !several {
            return None;
        }
        let from = self.text.atoms().iter().position(|atom| {
            atom.field == super::super::judge::MODEL
                && atom.text.len() >= spelt.len() + 3
                && atom.text.starts_with(spelt)
                && atom.text.bytes().all(|byte| byte.is_ascii_alphabetic())
        })?;
        Some(Hit { found: Found::Shortened, from, to: from + 1 })
    }

    /// `FTView` for FactoryTalk View: two letters of the first word and the whole second one.
    pub(super) fn merged(&mut self, group: &Group, next: &Group) -> bool {
        let found = self.merged_at(group, next).filter(|_| self.found == Found::Exactly);
        let Some(from) = found else { return false };
        self.take(Hit { found: Found::Shortened, from, to: from + 1 });
        true
    }

    pub(super) fn merged_at(&self, group: &Group, next: &Group) -> Option<usize> {
        let (Some(Alternative::Word(a)), Some(Alternative::Word(b))) =
            (group.any.first(), next.any.first())
        else {
            return None;
        };
        if a.is_code() || b.is_code() || b.spelt().len() < 3 {
            return None;
        }
        let short = |atom: &Atom| {
            let head = atom.text.strip_suffix(b.spelt()).unwrap_or_default();
            head.len() == 2 && stands_for(head, &[a.spelt().to_owned()])
        };
        self.text.atoms().iter().position(|atom| atom.field > 0 && short(atom))
    }

    /// `Zeus IE` for Zeus Infinity Empowered: right behind a word of the name the first
    /// letters of all that is left of it, from the place `rest` on.
    pub(super) fn rest_in_letters(&mut self, rest: usize) -> bool {
        let groups = self.product.groups.get(rest..).unwrap_or_default();
        let letters: Option<String> = groups
            .iter()
            .filter(|group| group.kind > Kind::Filler)
            .map(|group| match group.any.as_slice() {
                [Alternative::Word(unit)] if !unit.is_code() => {
                    unit.spelt().chars().next()
                }
                _ => None,
            })
            .collect();
        let Some(letters) = letters.filter(|letters| letters.len() >= 2) else {
            return false;
        };
        let Some(last) = self.atoms.last().copied() else { return false };
        let atoms = self.text.atoms();
        let field = atoms.get(last).map(|atom| atom.field);
        let next = atoms.get(last + 1).filter(|atom| Some(atom.field) == field);
        if self.found > Found::Exactly || next.is_none_or(|atom| atom.text != letters) {
            return false;
        }
        self.take(Hit { found: Found::Shortened, from: last + 1, to: last + 2 });
        true
    }

    /// `DoseWise` in the row for the two words of the name.
    pub(super) fn joined(&mut self, group: &Group, next: &Group) -> bool {
        let (Some(Alternative::Word(a)), Some(Alternative::Word(b))) =
            (group.any.first(), next.any.first())
        else {
            return false;
        };
        let Some(unit) = Unit::read(&format!("{}{}", a.spelt(), b.spelt())) else {
            return false;
        };
        let Some(hit) = unit.occurrences(self.text).next() else { return false };
        self.take(hit);
        true
    }
}
