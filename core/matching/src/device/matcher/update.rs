//! Releases that an advisory offers as fixes, judged as the device with them would be.

use std::collections::BTreeMap;

use super::super::ask::Replies;
use super::super::judge::{Configuration, Row};
use super::{Answer, Matcher, Verdict, Whose};

impl Matcher {
    /// Takes back releases as fixes of what a device that has them is still affected by, as
    /// this advisory itself says of them.
    pub(super) fn check_fixes(
        &self,
        answer: &mut Answer,
        configuration: &Configuration,
        replies: &Replies,
        told: &Whose,
    ) {
        let record = answer.record;
        let mut known: BTreeMap<String, Option<Answer>> = BTreeMap::new();
        let mut clears = |release: &str, vulnerability: Option<usize>| {
            let judged = known.entry(release.to_owned()).or_insert_with(|| {
                let version = release.to_owned();
                let updated = Configuration { version, ..configuration.clone() };
                let row = Row::new(&updated).answered(replies);
                self.answers(&row, told, Some(record)).pop()
            });
            judged.as_ref().is_some_and(|then| {
                let open = |one: usize| then.vulnerabilities.contains(&one);
                then.verdict == Verdict::NotAffected
                    || vulnerability.is_some_and(|one| !open(one))
            })
        };
        for (one, releases) in &mut answer.fixes {
            *releases = of_list(releases, |release| clears(release, Some(*one)));
        }
        answer.fixes.retain(|(_, releases)| !releases.is_empty());
        let mends = |release: &str| {
            answer
                .fixes
                .iter()
                .any(|(_, mended)| mended.split("; ").any(|it| it == release))
        };
        answer.fixed_version = of_list(&answer.fixed_version, |release| {
            mends(release) || clears(release, None)
        });
    }
}

/// Those of a list of releases (`1.2; 1.3`) that count.
fn of_list(releases: &str, counts: impl FnMut(&&str) -> bool) -> String {
    releases.split("; ").filter(counts).collect::<Vec<_>>().join("; ")
}
