//! Releases that an advisory offers as fixes, judged as the device with them would be.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ask::Replies;
use super::super::judge::{Configuration, Row};
use super::{Answer, Confidence, Matcher, Verdict, Whose};

/// A device as it would be with releases that advisories offer.
struct Updated<'m> {
    matcher: &'m Matcher,
    configuration: &'m Configuration,
    replies: &'m Replies,
    told: &'m Whose,
    /// What an advisory, by its position, says of the device with a release.
    known: BTreeMap<(usize, String), Option<Answer>>,
}

impl Updated<'_> {
    /// Whether an advisory no longer says a vulnerability of the device with a release; where
    /// none is given, whether it says nothing of it at all.
    fn clears(
        &mut self,
        record: usize,
        release: &str,
        vulnerability: Option<usize>,
    ) -> bool {
        let key = (record, release.to_owned());
        let (matcher, told) = (self.matcher, self.told);
        let (configuration, replies) = (self.configuration, self.replies);
        let judged = self.known.entry(key).or_insert_with(|| {
            let version = release.to_owned();
            let updated = Configuration { version, ..configuration.clone() };
            let row = Row::new(&updated).answered(replies);
            matcher.answers(&row, told, Some(record)).pop()
        });
        judged.as_ref().is_some_and(|then| {
            let open = |one: usize| then.vulnerabilities.contains(&one);
            then.verdict == Verdict::NotAffected
                || vulnerability.is_some_and(|one| !open(one))
        })
    }

    /// Takes back releases as fixes of what a device that has them is still affected by, as
    /// their own advisory says of them.
    fn check(&mut self, answer: &mut Answer) {
        let record = answer.record;
        for (one, releases) in &mut answer.fixes {
            *releases =
                of_list(releases, |release| self.clears(record, release, Some(*one)));
        }
        answer.fixes.retain(|(_, releases)| !releases.is_empty());
        let mends =
            |release: &str| answer.fixes.iter().any(|(_, mended)| lists(mended, release));
        answer.fixed_version = of_list(&answer.fixed_version, |release| {
            mends(release) || self.clears(record, release, None)
        });
    }

    /// Which of the releases that others offer mend what an advisory says, too. One that is
    /// less surely free of it than the device is surely told of is none.
    fn join(&mut self, answer: &mut Answer, offered: &BTreeSet<String>) {
        let mut positions: Vec<Option<usize>> =
            answer.vulnerabilities.iter().copied().map(Some).collect();
        positions.push(None);
        for one in positions {
            let own = answer.fix_of(one).to_owned();
            let others = offered.iter().filter(|release| !lists(&own, release));
            let clear = others.filter(|release| {
                self.clears(answer.record, release, one)
                    && self.sureness(answer.record, release) <= Some(answer.confidence)
            });
            let releases = clear.map(String::as_str).collect::<Vec<_>>().join("; ");
            if !releases.is_empty() {
                answer.also_fixed.push((one, releases));
            }
        }
    }

    /// How surely an advisory speaks of the device with a release, of which it was asked.
    fn sureness(&self, record: usize, release: &str) -> Option<Confidence> {
        let judged = self.known.get(&(record, release.to_owned()))?;
        judged.as_ref().map(|then| then.confidence)
    }
}

impl Matcher {
    /// Judges every release that is offered as the device with it would be: by the advisory
    /// that offers it, and by the others, of which it may mend what they say, too.
    pub(super) fn check_fixes(
        &self,
        answers: &mut [Answer],
        configuration: &Configuration,
        replies: &Replies,
        told: &Whose,
    ) {
        let known = BTreeMap::new();
        let mut updated = Updated { matcher: self, configuration, replies, told, known };
        for answer in answers.iter_mut() {
            updated.check(answer);
        }
        let offered: BTreeSet<String> = answers.iter().flat_map(offered).collect();
        if offered.len() > 1 {
            let open = |answer: &&mut Answer| answer.verdict != Verdict::NotAffected;
            for answer in answers.iter_mut().filter(open) {
                updated.join(answer, &offered);
            }
        }
    }
}

/// The releases that an answer offers.
fn offered(answer: &Answer) -> impl Iterator<Item = String> {
    let of_each = answer.fixes.iter().map(|(_, releases)| releases);
    let all = of_each.chain([&answer.fixed_version]);
    all.flat_map(|list| releases(list)).map(str::to_owned)
}

/// The releases of a list (`2.3; 3.1`); none of an empty one.
pub fn releases(list: &str) -> impl Iterator<Item = &str> {
    list.split("; ").filter(|release| !release.is_empty())
}

fn lists(list: &str, release: &str) -> bool {
    releases(list).any(|one| one == release)
}

/// Those of a list of releases that count.
fn of_list(list: &str, counts: impl FnMut(&&str) -> bool) -> String {
    releases(list).filter(counts).collect::<Vec<_>>().join("; ")
}
