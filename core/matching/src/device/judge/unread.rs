//! What a leaf says of a row's version, where it takes versions out or holds words that no
//! rule has read.

use naming::text::Unit;
use terms::version::firmware::Version;

use super::super::ask::{Ask, Means, Put, Reply, Topic};
use super::super::extent::{self, Span, Standing};
use super::super::leaf::{Beside, Counts, Leaf, Leftover, Versions};
use super::super::limits::ways;
use super::{Row, Rule, Says, answered, best, by_range, called, span, which_version};

/// What the leaf says of the row's version.
pub(super) fn by_version(
    leaf: &Leaf,
    row: &Row,
    standing: Option<Standing>,
) -> (Says, Rule) {
    let (mut says, mut rule) = by_range(leaf, row, standing);
    if leaf.counts == Counts::Builds && no_build(row) {
        let limit = super::limit(leaf);
        let text = format!("Of which build is it? Affected: {limit}");
        let put = Put { topic: Topic::Build, of: &called(leaf), words: &limit, text };
        match row.settled(row.ask(leaf, put)) {
            Says::Affected => (says, rule) = (Says::Affected, Rule::InRange),
            asked @ Says::Ask(_) => return (asked, Rule::Unknown),
            outside @ Says::Outside(_) => return (outside, Rule::Other),
        }
    }
    if !matches!(says, Says::Outside(_)) {
        match taken_out(leaf, row) {
            Some(out @ Says::Outside(_)) => return (out, Rule::OutOfRange),
            // The leaf names the very version.
            Some(Says::Ask(_)) if rule == Rule::Named => {}
            Some(Says::Ask(ask)) => match row.replies.to(&ask) {
                Some(reply @ Reply::Yes) => {
                    return (Says::Outside(ask.answered(reply)), Rule::Other);
                }
                Some(Reply::No) => {}
                None => (says, rule) = (Says::Ask(ask), Rule::Unknown),
            },
            Some(Says::Affected) | None => {}
        }
    }
    match &leaf.unread {
        Some(unread) if matters(unread, leaf, row) => {
            let text = &unread.text;
            let put = Put {
                topic: Topic::Words,
                of: &called(leaf),
                words: text,
                text: format!(
                    "The advisory also says “{text}”: is this so of the device?"
                ),
            };
            answered(row.settled(row.ask(leaf, put)), Rule::Unknown)
        }
        _ => (says, rule),
    }
}

/// Whether the row has versions, and none of them tells a build.
pub(super) fn no_build(row: &Row) -> bool {
    let dotted = |versions: &[Version]| {
        !versions.is_empty() && versions.iter().all(|version| version.parts().len() > 1)
    };
    let versions = if row.versions.is_empty() { &row.stray } else { &row.versions };
    row.builds.is_empty() && dotted(versions)
}

/// Whether words of the leaf that no rule has read may change what is said of the row.
pub(super) fn half_read(leaf: &Leaf, row: &Row) -> bool {
    leaf.unread.as_ref().is_some_and(|unread| matters(unread, leaf, row))
        || matches!(leaf.versions, Versions::Unreadable(_))
}

/// What the versions say that the leaf takes out; `None` where they are others.
fn taken_out(leaf: &Leaf, row: &Row) -> Option<Says> {
    if leaf.without.is_empty() {
        return None;
    }
    let out = leaf.without.iter().map(span).collect::<Vec<_>>().join(", ");
    let ask = || {
        let text = format!("Which version is it? Not affected: {out}");
        let ask = which_version(leaf, row, &out, text);
        Says::Ask(Ask { yes: Means::NotAffected, ..ask })
    };
    let versions = row.versions(&leaf.prefixes);
    let sure = |span: &&Span| match span {
        Span::Listed(version, _) => version.is_pattern(),
        Span::Between { .. } => true,
    };
    let doubtful = row.is_one_of_many(leaf) || row.doubt(leaf).is_some();
    let whole: Vec<Span> = leaf.without.iter().filter(sure).cloned().collect();
    match best(&versions, &leaf.without).0 {
        Some(Standing::Outside) => None,
        Some(_) if doubtful => Some(ask()),
        Some(Standing::Named) => {
            Some(Says::Outside(format!("the advisory leaves out {out}")))
        }
        // What is finer than a version that is left out may be another one.
        Some(Standing::Inside) if best(&versions, &whole).0 == Some(Standing::Inside) => {
            Some(Says::Outside(format!("the advisory leaves out {out}")))
        }
        _ => Some(ask()),
    }
}

/// Whether words that no rule has read may change what is said of the row: a finer part of
/// a bound matters only to versions that begin as the bound does.
fn matters(unread: &Leftover, leaf: &Leaf, row: &Row) -> bool {
    if shows(row, &unread.text) || row.is_literally_of(leaf) {
        return false;
    }
    let Versions::Some(spans, _) = &leaf.versions else { return true };
    if unread.place == Beside::Elsewhere {
        return true;
    }
    let versions = row.versions(&leaf.prefixes);
    let mut bounds = spans.iter().flat_map(extent::bounds);
    versions.is_empty()
        || bounds.any(|bound| {
            versions.iter().any(|version| bound.covers(version) || version.covers(bound))
        })
}

/// Whether the row shows every one of the words, none of which denies anything.
fn shows(row: &Row, text: &str) -> bool {
    let denied = ["no", "not", "non", "without", "except", "excluding", "fixed", "until"];
    let shown = |unit: &Unit| {
        !denied.contains(&unit.spelt())
            && (unit.occurrences(&row.text).next().is_some()
                || unit.occurrences(&row.version_words).next().is_some())
    };
    let ways = ways(&text.replace(['(', ')', ';'], " "));
    ways.iter().any(|words| {
        let (seen, missing): (Vec<&Unit>, Vec<&Unit>) =
            words.iter().partition(|unit| shown(unit));
        // `Fortimark NGFW` of the row is the one of Fortim: one word may begin alike.
        match missing.as_slice() {
            [] => true,
            [other] => !seen.is_empty() && begins_alike(other, row),
            _ => false,
        }
    })
}

/// Whether a word of the row has the first five letters of this one.
fn begins_alike(unit: &Unit, row: &Row) -> bool {
    let letters = |word: &str| {
        word.get(..5)
            .filter(|head| head.bytes().all(|b| b.is_ascii_alphabetic()))
            .map(str::to_owned)
    };
    let Some(head) = letters(unit.spelt()) else { return false };
    row.text.atoms().iter().any(|atom| letters(&atom.text).as_ref() == Some(&head))
}
