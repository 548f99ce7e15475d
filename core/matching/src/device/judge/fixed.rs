//! What the remedies of an advisory say of a row's version.

use terms::version::firmware::Version;

use super::super::ask::{Ask, Means, Put, Topic};
use super::super::extent::{Span, Standing};
use super::super::leaf::{Counts, Leaf, Versions};
use super::super::remedy::{Holds, Later, Remedies};
use super::doubt::Doubt;
use super::unread::{half_read, no_build};
use super::{Row, Says, which_version};

/// Whether what is later than a fix of the leaf holds it too: the leaf has no upper end, and
/// no words that change what it says.
fn later(leaf: &Leaf, row: &Row, endless: impl Fn(&Span) -> bool) -> Later {
    let open = match &leaf.versions {
        Versions::All => true,
        Versions::Some(spans, _) => spans.iter().any(endless),
        Versions::Unreadable(_) => false,
    };
    // Of a leaf that is read by half only the very release that is stated is known to hold
    // the fix.
    if open && !half_read(leaf, row) { Later::Yes } else { Later::No }
}

/// A stretch without an upper bound.
const fn is_open(span: &Span) -> bool {
    matches!(span, Span::Between { upper: None, .. })
}

/// Whether it cannot be told of which release the row is, so that no fix is known to be in.
fn has_no_release(row: &Row, leaf: &Leaf) -> bool {
    row.versions.is_empty() && row.stray.is_empty()
        || leaf.counts == Counts::Builds && no_build(row)
}

/// Why a row's number may not be a release that is compared with that of a fix.
fn beside_fix(row: &Row, fix: &str) -> Option<Doubt> {
    row.doubt_of_number(&[&fix.parse().ok()?])
}

/// The vulnerabilities of which a remedy says that the row's version holds their fix. A
/// stretch that a pattern ends (`<= 12.2.x.x`) holds the maker's own fixes, behind which it
/// is as open as one without an end.
pub(super) fn cleared(
    row: &Row,
    leaf: &Leaf,
    standing: Option<Standing>,
    version: Option<&Version>,
    remedies: &Remedies<'_>,
) -> Vec<usize> {
    let Some(version) = version.filter(|_| !has_no_release(row, leaf)) else {
        return Vec::new();
    };
    if standing == Some(Standing::Named) {
        return Vec::new();
    }
    if let Holds::Fix(text) = remedies.holds(version, later(leaf, row, is_open))
        && beside_fix(row, &text).is_some()
    {
        return Vec::new();
    }
    let endless = |span: &Span| match span {
        Span::Between { upper: Some(upper), .. } => upper.version.is_pattern(),
        span => is_open(span),
    };
    remedies.cleared(version, later(leaf, row, endless))
}

/// A version behind the range whose predecessor is said to have some of the vulnerabilities
/// still: whether those are mended in it nobody has said.
pub(super) fn left_open(
    row: &Row,
    leaf: &Leaf,
    version: Option<&Version>,
    remedies: &Remedies<'_>,
) -> Option<(Vec<usize>, Says)> {
    let version = version.filter(|_| !has_no_release(row, leaf))?;
    let (open, sentence) = remedies.left_open(version)?;
    let release = row.shown_version();
    let text = format!(
        "Does {release} hold the fix of what the release before left open? The advisory \
         says: {sentence}"
    );
    let put = Put { topic: Topic::Fix, of: release, words: &sentence, text };
    let ask = Ask { yes: Means::NotAffected, ..row.ask(leaf, put) };
    Some((open, row.settled(ask)))
}

/// What the remedies say of the row's version.
pub(super) fn remedied(
    row: &Row,
    leaf: &Leaf,
    standing: Option<Standing>,
    version: Option<&Version>,
    remedies: &Remedies<'_>,
) -> Option<Says> {
    if row.versions.is_empty() && row.stray.is_empty() {
        return None;
    }
    let version = version?;
    // A list means what is finer than its members, but not what the advisory itself tells
    // from them: it lists 4.20 and announces 4.20 SR2.
    let is_listed = |span: &Span| matches!(span, Span::Listed(..));
    let list =
        matches!(&leaf.versions, Versions::Some(spans, _) if spans.iter().all(is_listed));
    if list
        && standing == Some(Standing::Inside)
        && let Some(release) = remedies.announces(version)
    {
        let why =
            format!("{} is not listed, and is announced with the fix", release.text);
        return Some(Says::Outside(why));
    }
    if has_no_release(row, leaf) {
        return None;
    }
    let named = standing == Some(Standing::Named);
    match remedies.holds(version, later(leaf, row, is_open)) {
        Holds::Affected => Some(Says::Affected),
        Holds::Fix(_) | Holds::Unclear(_) if named => None,
        Holds::Fix(text) => Some(match beside_fix(row, &text) {
            Some(doubt) => {
                let words = format!("before {text}");
                let text = doubt.question(row.shown_version(), &words);
                row.settled(which_version(leaf, row, &words, text))
            }
            None => Says::Outside(format!("{text} holds the fix")),
        }),
        Holds::Unclear(sentence) => {
            let release = row.shown_version();
            let put = Put {
                topic: Topic::Fix,
                of: release,
                words: &sentence,
                text: format!(
                    "Does {release} hold the fix? The advisory says: {sentence}"
                ),
            };
            let ask = Ask { yes: Means::NotAffected, ..row.ask(leaf, put) };
            match row.settled(ask) {
                // It does not hold it; the versions decide.
                Says::Affected => None,
                says => Some(says),
            }
        }
        Holds::Nothing => None,
    }
}
