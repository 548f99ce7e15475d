//! How one name stands to another.
//!
//! Source: NISTIR 7696 §6 (table 6-2, comparison of attributes; table 6-3 and §6.2,
//! comparison of names) and §7.3 (the string functions).

use super::{Attribute, Name, Value};

/// How the set of things that a source names stands to that of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The same things.
    Equal,
    /// The source names some of what the target names.
    Subset,
    /// The source names all of what the target names, and more.
    Superset,
    /// Nothing is named by both.
    Disjoint,
    /// The standard does not say: the target holds a wildcard, or the attributes point in
    /// different directions.
    Undefined,
}

impl Name {
    /// How this name, as the source, stands to `target`.
    #[must_use]
    pub fn relation(&self, target: &Self) -> Relation {
        let relations = Attribute::ALL
            .map(|attribute| self.get(attribute).relation(target.get(attribute)));
        let all_are = |other: Relation| {
            relations.iter().all(|one| *one == other || *one == Relation::Equal)
        };
        if relations.contains(&Relation::Disjoint) {
            return Relation::Disjoint;
        }
        [Relation::Equal, Relation::Subset, Relation::Superset]
            .into_iter()
            .find(|relation| all_are(*relation))
            .unwrap_or(Relation::Undefined)
    }
}

impl Value<'_> {
    /// How this value, as the source, stands to `target` (table 6-2).
    #[must_use]
    pub fn relation(self, target: Value<'_>) -> Relation {
        match (self, target) {
            (_, Value::Text(target)) if has_wildcard(target) => Relation::Undefined,
            (Value::Any, Value::Any) | (Value::Na, Value::Na) => Relation::Equal,
            (Value::Any, _) => Relation::Superset,
            (_, Value::Any) => Relation::Subset,
            (Value::Na, _) | (_, Value::Na) => Relation::Disjoint,
            (Value::Text(source), Value::Text(target)) if has_wildcard(source) => {
                match covers(source, target) {
                    true => Relation::Superset,
                    false => Relation::Disjoint,
                }
            }
            (Value::Text(source), Value::Text(target)) if source == target => {
                Relation::Equal
            }
            (Value::Text(_), Value::Text(_)) => Relation::Disjoint,
        }
    }
}

/// Whether an unquoted wildcard stands at an end of the text.
pub(super) fn has_wildcard(text: &str) -> bool {
    let (leading, _, trailing) = cut(text);
    leading != Run::Nothing || trailing != Run::Nothing
}

/// What a run of wildcards stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    /// There is none.
    Nothing,
    /// Up to so many characters: `?` is none or one (§7.3, `compareStrings`).
    UpTo(usize),
    /// Any number of characters.
    Anything,
}

impl Run {
    const fn takes(self, characters: usize) -> bool {
        match self {
            Self::Nothing => characters == 0,
            Self::UpTo(most) => characters <= most,
            Self::Anything => true,
        }
    }
}

fn covers(source: &str, target: &str) -> bool {
    let (leading, core, trailing) = cut(source);
    if core.is_empty() {
        return leading.takes(characters(target));
    }
    target.match_indices(core).any(|(at, _)| {
        let (before, after) = (target.get(..at), target.get(at + core.len()..));
        let (Some(before), Some(after)) = (before, after) else { return false };
        // Behind a lone backslash the match would begin in the middle of a character.
        !ends_in_a_quote(before)
            && leading.takes(characters(before))
            && trailing.takes(characters(after))
    })
}

/// Leading wildcards, the text between, trailing wildcards.
fn cut(text: &str) -> (Run, &str, Run) {
    let start = text.len() - text.trim_start_matches(['*', '?']).len();
    let (front, rest) = text.split_at(start);
    let mut end = rest.len() - (rest.len() - rest.trim_end_matches(['*', '?']).len());
    if ends_in_a_quote(rest.get(..end).unwrap_or("")) {
        // The first of them is quoted and belongs to the text.
        end += 1;
    }
    let (core, back) = rest.split_at_checked(end).unwrap_or((rest, ""));
    (run(front), core, run(back))
}

fn run(wildcards: &str) -> Run {
    match wildcards {
        "" => Run::Nothing,
        _ if wildcards.contains('*') => Run::Anything,
        _ => Run::UpTo(wildcards.len()),
    }
}

fn ends_in_a_quote(text: &str) -> bool {
    let backslashes = text.len() - text.trim_end_matches('\\').len();
    backslashes % 2 == 1
}

/// Characters of a spelling; one behind a backslash counts once.
fn characters(text: &str) -> usize {
    let mut is_quoted = false;
    text.bytes()
        .filter(|byte| {
            is_quoted = *byte == b'\\' && !is_quoted;
            !is_quoted
        })
        .count()
}
