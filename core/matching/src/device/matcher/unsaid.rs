//! What an advisory leaves open that names releases which are fixed or not affected, and none
//! that is affected.
//!
//! Of a release before the one that holds the fix it says nothing: CSAF 2.0 §3.2.3.9 has
//! `first_fixed` *contain the first fix* and `fixed` *contain a fix*, and neither says that what
//! comes before them has the flaw, nor that it has not. Such a release, and one that nobody
//! states, is asked. Behind the end of a range that is not affected something changes, and it is
//! asked too; what is said of single releases says nothing of others.

use std::collections::{BTreeMap, BTreeSet};

use terms::vex::Status;

use super::super::advice::Kept;
use super::super::ask::{Ask, Means, Put, Topic};
use super::super::basis::Basis;
use super::super::extent::Span;
use super::super::judge::{self, Judgement, Row, Rule, Says};
use super::super::leaf::{Leaf, Versions};
use super::super::remedy::{Holds, Later, Release, Remedies};
use super::{Answer, Asked, Matcher, Verdict};

impl Kept {
    /// Whether the advisory says of a product only that it is fixed or not affected.
    pub(super) fn is_settled(&self, product: usize) -> bool {
        let statuses = self.statuses.get(product).map_or(&[][..], Vec::as_slice);
        !statuses.iter().any(|(_, status)| is_open(*status))
    }
}

const fn is_open(status: Status) -> bool {
    matches!(status, Status::Affected | Status::UnderInvestigation)
}

/// A leaf that says of releases which are not the row's that they are well.
struct Beside<'m> {
    leaf: &'m Leaf,
    status: Status,
}

impl Matcher {
    /// Asks what an advisory leaves open that would clear a device by its silence.
    pub(super) fn ask_unsaid(
        &self,
        judgements: &[(usize, Judgement)],
        row: &Row,
        answer: &mut Answer,
    ) {
        let mut unsaid = self.unsaid(answer.record, judgements);
        let mut later = None;
        unsaid.retain(|vulnerability, beside| {
            let fix = holds_fix(*vulnerability, beside, row);
            if fix.is_some() {
                answer.cleared.retain(|(at, _)| at != vulnerability);
                answer.cleared.push((*vulnerability, Basis::Fixed));
            }
            let open = fix.is_none();
            later = later.take().or(fix);
            open
        });
        let Some(Beside { leaf, status }) = unsaid.values().flatten().next() else {
            if let (Some(fix), Some(last)) = (later, answer.grounds.last_mut()) {
                let release = row.shown_version();
                *last = format!("{release} is later than {fix}, which holds the fix");
            }
            return;
        };
        answer.vulnerabilities = unsaid.keys().copied().collect();
        answer.cleared.retain(|(at, _)| !unsaid.contains_key(at));
        answer.leaf = leaf.product;
        if *status == Status::Fixed && answer.fixed_version.is_empty() {
            answer.fixed_version =
                releases(leaf).map(|(_, text)| text).collect::<Vec<_>>().join(", ");
        }
        let ask = question(leaf, *status, row);
        let ground = match row.settled(ask.clone()) {
            Says::Affected => {
                answer.verdict = Verdict::Affected;
                "somebody has answered that it is meant".to_owned()
            }
            Says::Outside(why) => {
                answer.vulnerabilities.clear();
                why
            }
            Says::Ask(_) => {
                answer.verdict = Verdict::CannotTell;
                answer.question.clone_from(&ask.text);
                let vulnerabilities = answer.vulnerabilities.clone();
                let said =
                    if *status == Status::Fixed { "is fixed" } else { "is not affected" };
                let ground = format!(
                    "the advisory says only of {} that it {said}",
                    judge::limit(leaf)
                );
                answer.asked.push(Asked { ask, leaf: leaf.product, vulnerabilities });
                ground
            }
        };
        if let Some(last) = answer.grounds.last_mut() {
            *last = ground;
        }
    }

    /// The vulnerabilities of which it says of other releases of the product that they are well,
    /// and of none that it is not.
    fn unsaid(
        &self,
        record: usize,
        judgements: &[(usize, Judgement)],
    ) -> BTreeMap<usize, Vec<Beside<'_>>> {
        let Some(kept) = self.kept(record) else { return BTreeMap::new() };
        let (mut said, mut unsaid) = (BTreeSet::new(), BTreeMap::new());
        for (at, judgement) in judgements {
            let Some(leaf) = self.leaf(*at) else { continue };
            let statuses = kept.statuses.get(leaf.product).map_or(&[][..], Vec::as_slice);
            for (vulnerability, status) in statuses {
                if is_open(*status) || judgement.says == Says::Affected {
                    said.insert(*vulnerability);
                } else if is_of_other_release(leaf, judgement)
                    && !(*status == Status::NotAffected && is_listed(leaf, judgement))
                {
                    let beside: &mut Vec<Beside<'_>> =
                        unsaid.entry(*vulnerability).or_default();
                    beside.push(Beside { leaf, status: *status });
                }
            }
        }
        unsaid.retain(|vulnerability, _| !said.contains(vulnerability));
        unsaid
    }
}

/// Whether a leaf speaks of the product, and not, or not for sure, of the row's release.
fn is_of_other_release(leaf: &Leaf, judgement: &Judgement) -> bool {
    match (&judgement.says, judgement.rule) {
        (Says::Ask(_), _) | (Says::Outside(_), Rule::OutOfRange | Rule::Silent) => true,
        // `Pump 2.0` is a release of the pump, too.
        (Says::Outside(_), Rule::Other) => leaf.generation.is_some() && leaf.is_plain(),
        _ => false,
    }
}

/// Whether a leaf lists releases, of which the row's is none: what is said of one release is of
/// that one, where a range that ends says that something changes there.
fn is_listed(leaf: &Leaf, judgement: &Judgement) -> bool {
    matches!(judgement.says, Says::Outside(_))
        && !matches!(&leaf.versions, Versions::Some(spans, _)
            if spans.iter().any(|span| matches!(span, Span::Between { .. })))
}

/// The releases that a leaf lists.
fn releases(
    leaf: &Leaf,
) -> impl Iterator<Item = (terms::version::firmware::Version, String)> {
    let spans = match &leaf.versions {
        Versions::Some(spans, None) => spans.as_slice(),
        Versions::Some(..) | Versions::All | Versions::Unreadable(_) => &[],
    };
    spans.iter().filter_map(|span| match span {
        Span::Listed(version, text) => Some((version.clone(), text.clone())),
        Span::Between { .. } => None,
    })
}

/// The release of those that are fixed behind which the row's lies in the same train.
fn holds_fix(vulnerability: usize, beside: &[Beside<'_>], row: &Row) -> Option<String> {
    let fixed = beside.iter().filter(|one| one.status == Status::Fixed);
    let all: Vec<Release> = fixed
        .clone()
        .filter(|one| one.leaf.is_plain() && one.leaf.unread.is_none())
        .flat_map(|one| releases(one.leaf))
        .map(|(version, text)| Release::by_status(version, &text, vec![vulnerability]))
        .collect();
    let remedies =
        Remedies { releases: all.iter().collect(), vulnerabilities: &[vulnerability] };
    let version = fixed.clone().find_map(|one| row.best_version(one.leaf))?;
    match remedies.holds(&version, Later::Yes) {
        Holds::Fix(text) => Some(text),
        Holds::Nothing | Holds::Affected | Holds::Unclear(_) => None,
    }
}

/// What is asked about a release of which the advisory says nothing.
fn question(leaf: &Leaf, status: Status, row: &Row) -> Ask {
    let words = judge::limit(leaf);
    let release = row.stated();
    let (topic, yes, text) = match (status, release.is_empty()) {
        (Status::Fixed, true) => (
            Topic::Fix,
            Means::NotAffected,
            format!(
                "Which release is it, and does it hold the fix? The advisory says so only of \
                 {words}"
            ),
        ),
        (Status::Fixed, false) => (
            Topic::Fix,
            Means::NotAffected,
            format!("Does {release} hold the fix? The advisory says so only of {words}"),
        ),
        (_, true) => (
            Topic::Investigation,
            Means::Affected,
            format!(
                "Which release is it, and is it affected? The advisory says only of {words} \
                 that it is not"
            ),
        ),
        (_, false) => (
            Topic::Investigation,
            Means::Affected,
            format!(
                "Is {release} affected? The advisory says only of {words} that it is not"
            ),
        ),
    };
    let put = Put { topic, of: release, words: &words, text };
    Ask { yes, ..row.ask(leaf, put) }
}
