//! What is done about one device build: its findings, gathered by the act that does for them.

use std::collections::BTreeSet;
use std::sync::Arc;

use fleet::Priorities;

use crate::step::{Named, Step, is_one_act};
use crate::updates::{Fix, Updates};

/// An open finding about a build, as far as it decides what is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The vulnerability, or the advisory where that names none.
    pub vulnerability: Arc<str>,
    /// What is done about it alone.
    pub step: Step,
    /// The advisory that decided; empty where it is about a component.
    pub advisory: Arc<str>,
    /// Vendor and product as that advisory names them.
    pub named: (Arc<str>, Arc<str>),
    /// Releases that other advisories offer and that were judged to mend it too, as a list.
    pub also_fixed_in: Arc<str>,
    /// Whether the vulnerability is exploited.
    pub exploited: fleet::Answer,
    /// How urgent it is, by how a device stands.
    pub priorities: Priorities,
    /// Since when it is known, as stored.
    pub since: Arc<str>,
}

/// One thing to do about a build.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// What.
    pub step: Step,
    /// Vendor and product as the advisory names them.
    pub named: (Arc<str>, Arc<str>),
    /// What mends each of its findings, where it is an update.
    pub fixes: Vec<Mend>,
    /// The vulnerabilities for which it does.
    pub vulnerabilities: BTreeSet<Arc<str>>,
    /// Those of them that are exploited.
    pub exploited: BTreeSet<Arc<str>>,
    /// The advisories that say so.
    pub advisories: BTreeSet<Arc<str>>,
    /// How urgent it is, by how a device stands.
    pub priorities: Priorities,
    /// Since when the first of them is known, as stored.
    pub since: Arc<str>,
    /// The positions of the findings.
    pub findings: Vec<usize>,
}

/// What mends a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mend {
    /// Vendor and product as its advisory names them.
    pub named: (Arc<str>, Arc<str>),
    /// See [`Fix::offered`].
    pub offered: Arc<str>,
    /// See [`Fix::also`].
    pub also: Arc<str>,
}

/// What is done about a build, in the order in which its findings come.
#[must_use]
pub fn tasks(findings: &[Finding]) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        match tasks.iter_mut().find(|task| task.does_for(finding)) {
            Some(task) => task.join(finding, at),
            None => tasks.push(Task::of(finding, at)),
        }
    }
    for task in &mut tasks {
        if let Some(releases) = updates(&task.fixes).installed() {
            task.step = Step::Update(releases);
        }
    }
    tasks
}

/// The updates that mend all of these.
pub(crate) fn updates<'m>(fixes: impl IntoIterator<Item = &'m Mend>) -> Updates<'m> {
    let mut updates = Updates::default();
    for Mend { named, offered, also } in fixes {
        updates.add(self::named(named), Fix { offered, also });
    }
    updates
}

impl Task {
    fn of(finding: &Finding, at: usize) -> Self {
        let mut task = Self {
            step: finding.step.clone(),
            named: finding.named.clone(),
            fixes: Vec::new(),
            vulnerabilities: BTreeSet::new(),
            exploited: BTreeSet::new(),
            advisories: BTreeSet::new(),
            priorities: Priorities::default(),
            since: Arc::clone(&finding.since),
            findings: Vec::new(),
        };
        task.join(finding, at);
        task
    }

    /// Whether what is done is one act with what a finding asks for.
    fn does_for(&self, finding: &Finding) -> bool {
        if self.step.is_of_advisory() && !self.advisories.contains(&finding.advisory) {
            return false;
        }
        is_one_act(&self.step, named(&self.named), &finding.step, named(&finding.named))
    }

    fn join(&mut self, finding: &Finding, at: usize) {
        if let Step::Update(release) = &finding.step {
            let mend = Mend {
                named: finding.named.clone(),
                offered: release.as_str().into(),
                also: Arc::clone(&finding.also_fixed_in),
            };
            if !self.fixes.contains(&mend) {
                self.fixes.push(mend);
            }
        }
        self.vulnerabilities.insert(Arc::clone(&finding.vulnerability));
        if finding.exploited == fleet::Answer::Yes {
            self.exploited.insert(Arc::clone(&finding.vulnerability));
        }
        if !finding.advisory.is_empty() {
            self.advisories.insert(Arc::clone(&finding.advisory));
        }
        self.priorities.raise(&finding.priorities);
        if finding.since < self.since {
            self.since = Arc::clone(&finding.since);
        }
        self.findings.push(at);
    }
}

fn named((vendor, product): &(Arc<str>, Arc<str>)) -> Named<'_> {
    Named { vendor, product }
}

#[cfg(test)]
pub(crate) mod tests {
    use fleet::Priority;

    use super::*;
    use crate::step::Wanted;

    pub(crate) fn finding(vulnerability: &str, step: Step, advisory: &str) -> Finding {
        Finding {
            vulnerability: vulnerability.into(),
            step,
            advisory: advisory.into(),
            named: ("Acme".into(), "Pump".into()),
            also_fixed_in: "".into(),
            exploited: fleet::Answer::No,
            priorities: Priorities::new(|_| Some(Priority::Watch)),
            since: "2026-11-20T00:00:00.000Z".into(),
        }
    }

    fn update(release: &str) -> Step {
        Step::Update(release.to_owned())
    }

    #[track_caller]
    fn check(findings: &[Finding], expected: &[(Step, &[usize])]) {
        let tasks = tasks(findings);
        let found: Vec<(Step, &[usize])> = tasks
            .iter()
            .map(|task| (task.step.clone(), task.findings.as_slice()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn one_update_does_for_all_that_it_clears() {
        check(&[], &[]);
        let also = |finding: Finding, releases: &str| Finding {
            also_fixed_in: releases.into(),
            ..finding
        };
        let three = |first: &str| {
            [
                also(finding("CVE-1", update("2.2"), "A"), first),
                finding("CVE-2", update("2.3"), "B"),
                also(finding("CVE-3", update("2.1"), "A"), "2.2; 2.3"),
            ]
        };
        check(&three("2.3"), &[(update("2.3"), &[0, 1, 2])]);
        // One advisory says that the release which the other one offers is affected still.
        check(&three(""), &[(update("2.2; 2.3"), &[0, 1, 2])]);
        let other = Finding {
            named: ("Acme".into(), "Gateway".into()),
            ..finding("CVE-2", update("9"), "B")
        };
        check(
            &[finding("CVE-1", update("2.2"), "A"), other],
            &[(update("2.2"), &[0]), (update("9"), &[1])],
        );
    }

    #[test]
    fn what_one_advisory_asks_for_is_one_thing_and_what_another_does_another() {
        check(
            &[
                finding("CVE-1", Step::Mitigate, "A"),
                finding("CVE-2", Step::Mitigate, "B"),
                finding("CVE-3", Step::Mitigate, "A"),
            ],
            &[(Step::Mitigate, &[0, 2]), (Step::Mitigate, &[1])],
        );
        let maker = |wanted| Step::Maker(wanted);
        check(
            &[
                finding("CVE-1", maker(Wanted::Remedy), "A"),
                finding("CVE-2", maker(Wanted::Remedy), "B"),
                finding("CVE-3", maker(Wanted::Components), ""),
                finding("CVE-4", maker(Wanted::Components), ""),
                finding("CVE-5", maker(Wanted::Fix), "A"),
                finding("CVE-6", maker(Wanted::Fix), "B"),
            ],
            &[
                // One letter asks for the remedies of two advisories.
                (maker(Wanted::Remedy), &[0, 1]),
                (maker(Wanted::Components), &[2, 3]),
                (maker(Wanted::Fix), &[4, 5]),
            ],
        );
    }

    #[test]
    fn a_task_is_as_urgent_as_its_most_urgent_finding_and_as_old_as_its_oldest() {
        let urgent = Finding {
            exploited: fleet::Answer::Yes,
            priorities: Priorities::new(|_| Some(Priority::ActNow)),
            since: "2026-11-01T00:00:00.000Z".into(),
            ..finding("CVE-2", update("2.3"), "B")
        };
        // The same flaw by two components counts once.
        let again = finding("CVE-1", update("2.2"), "C");
        let all = [finding("CVE-1", update("2.2"), "A"), urgent, again];
        let [task] = &tasks(&all)[..] else { panic!("one task") };
        let priority = task.priorities.of(fleet::Table(0), fleet::Standing::default());
        assert_eq!(priority, Some(Priority::ActNow));
        assert_eq!((task.vulnerabilities.len(), task.exploited.len()), (2, 1));
        assert_eq!(&*task.since, "2026-11-01T00:00:00.000Z");
        assert_eq!(task.advisories.len(), 3);
    }
}
