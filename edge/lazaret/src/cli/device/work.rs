//! What is done about the devices of an inventory, and what is asked, each once.
//!
//! One release that closes several advisories is one thing to do, and so is one release
//! for many devices: answers with the same action belong together where they share a
//! device or an advisory. Of several releases of one product that advisories name, the one
//! is installed that does for all; where none is known to, all are named.

use std::collections::{BTreeMap, BTreeSet};

use device::inventory::Device;
use matching::device::{Answer, Verdict};
use worklist::{Assessment, Fact, Fix, Named, Priority, Step, Updates, is_one_act};

use super::fleet::Fleet;
use super::urgency::Assessments;

/// One thing to do, for the devices about which it is done.
#[derive(Debug)]
pub(super) struct Task<'f> {
    pub(super) priority: Priority,
    pub(super) step: Step,
    pub(super) devices: Vec<&'f Device>,
    pub(super) about: About,
    /// The facts that hold of all devices, and the questions about any.
    pub(super) assessment: Option<Assessment>,
}

/// One question, for the devices of which it is asked.
#[derive(Debug)]
pub(super) struct Question<'f> {
    pub(super) devices: Vec<&'f Device>,
    pub(super) about: About,
    /// What the answer is compared with, advisory by advisory.
    pub(super) hints: BTreeMap<usize, BTreeSet<&'f str>>,
}

/// Advisories, and which of their vulnerabilities.
pub(super) type About = BTreeMap<usize, BTreeSet<usize>>;

/// Everything that is to be done and asked.
#[derive(Debug, Default)]
pub(super) struct Work<'f> {
    /// The most urgent first, and of those what concerns most devices.
    pub(super) tasks: Vec<Task<'f>>,
    /// By the question; of the devices, by what they are.
    pub(super) questions: BTreeMap<&'f str, Vec<Question<'f>>>,
    /// What nobody knows of devices or vulnerabilities though a priority hangs on it.
    /// Of how many devices.
    pub(super) doubts: BTreeMap<Fact, usize>,
}

impl<'f> Work<'f> {
    pub(super) fn of(fleet: &'f Fleet) -> Self {
        let mut known = Assessments::new();
        let mut tasks = Knots::default();
        let mut questions = Knots::default();
        let mut doubts: BTreeMap<Fact, usize> = BTreeMap::new();
        for device in &fleet.inventory.devices {
            let mut unknown = BTreeSet::new();
            for task in tasks_of(fleet, device, &mut known) {
                let facts = task.assessment.iter().flat_map(|it| &it.questions);
                unknown.extend(facts.copied());
                let keys = task.about.keys().map(|record| {
                    (task.priority, task.step.clone(), *record, task.vendor)
                });
                tasks.tie(keys.collect(), task);
            }
            for fact in unknown {
                *doubts.entry(fact).or_default() += 1;
            }
            for (head, question) in questions_of(fleet, device) {
                let records = question.about.keys();
                questions.tie(
                    records.map(|record| (head, *record)).collect(),
                    (head, question),
                );
            }
        }
        let mut work = Self { doubts, ..Self::default() };
        work.tasks = tasks.groups().into_iter().filter_map(merged).collect();
        work.tasks.sort_by_key(|task| (task.priority, usize::MAX - task.devices.len()));
        for group in questions.groups() {
            let mut group = group.into_iter();
            let Some((head, mut first)) = group.next() else { continue };
            for (_, other) in group {
                first.devices.extend(other.devices);
                add(&mut first.about, other.about);
                for (record, hints) in other.hints {
                    first.hints.entry(record).or_default().extend(hints);
                }
            }
            work.questions.entry(head).or_default().push(first);
        }
        for questions in work.questions.values_mut() {
            questions.sort_by_key(|question| usize::MAX - question.devices.len());
        }
        work
    }
}

/// What is done about one device.
#[derive(Debug)]
struct Own<'f> {
    device: &'f Device,
    step: Step,
    vendor: &'f str,
    product: &'f str,
    /// The updates that it is made of.
    updates: Updates<'f>,
    priority: Priority,
    about: About,
    assessment: Option<Assessment>,
}

fn tasks_of<'f>(
    fleet: &'f Fleet,
    device: &'f Device,
    known: &mut Assessments<'f>,
) -> Vec<Own<'f>> {
    let mut tasks: Vec<Own<'_>> = Vec::new();
    let answers = fleet.answers(device).iter();
    for answer in answers.filter(|answer| answer.verdict == Verdict::Affected) {
        let Some(step) = fleet.step(answer) else { continue };
        let assessment = fleet.urgency.of(answer, device, known);
        let (vendor, product) = fleet.product(answer);
        let mut updates = Updates::default();
        if let Step::Update(_) = &step {
            let (offered, also) = (&answer.fixed_version, answer.also_fix_of(None));
            updates.add(Named { vendor, product }, Fix { offered, also });
        }
        let task = Own {
            device,
            step,
            vendor,
            product,
            updates,
            // Nothing known counts as the worse.
            priority: assessment.as_ref().map_or(Priority::ActNow, |it| it.priority),
            about: about(answer),
            assessment,
        };
        let joined = tasks.iter_mut().find(|other| {
            is_one_act(&other.step, other.named(), &task.step, task.named())
        });
        match joined {
            Some(other) => other.join(task),
            None => tasks.push(task),
        }
    }
    for task in &mut tasks {
        if let Some(releases) = task.updates.installed() {
            task.step = Step::Update(releases);
        }
    }
    tasks
}

fn about(answer: &Answer) -> About {
    let vulnerabilities = answer.vulnerabilities.iter().copied().collect();
    BTreeMap::from([(answer.record, vulnerabilities)])
}

impl Own<'_> {
    fn named(&self) -> Named<'_> {
        Named { vendor: self.vendor, product: self.product }
    }

    fn join(&mut self, other: Self) {
        self.updates.join(other.updates);
        add(&mut self.about, other.about);
        if other.priority < self.priority {
            self.priority = other.priority;
            self.assessment = other.assessment;
        }
    }
}

fn add(about: &mut About, other: About) {
    for (record, vulnerabilities) in other {
        about.entry(record).or_default().extend(vulnerabilities);
    }
}

fn merged(group: Vec<Own<'_>>) -> Option<Task<'_>> {
    let mut group = group.into_iter();
    let first = group.next()?;
    let mut task = Task {
        priority: first.priority,
        step: first.step,
        devices: vec![first.device],
        about: first.about,
        assessment: first.assessment,
    };
    for other in group {
        task.devices.push(other.device);
        add(&mut task.about, other.about);
        let (Some(of_all), Some(own)) = (&mut task.assessment, other.assessment) else {
            continue;
        };
        of_all.facts.retain(|fact| own.facts.contains(fact));
        for question in own.questions {
            if !of_all.questions.contains(&question) {
                of_all.questions.push(question);
            }
        }
    }
    Some(task)
}

fn questions_of<'f>(
    fleet: &'f Fleet,
    device: &'f Device,
) -> BTreeMap<&'f str, Question<'f>> {
    let mut questions: BTreeMap<&str, Question<'_>> = BTreeMap::new();
    let answers = fleet.answers(device).iter();
    for answer in answers.filter(|answer| answer.verdict == Verdict::CannotTell) {
        let (head, hint) = parted(&answer.question);
        let question = questions.entry(head).or_insert_with(|| Question {
            devices: vec![device],
            about: About::new(),
            hints: BTreeMap::new(),
        });
        add(&mut question.about, about(answer));
        question.hints.entry(answer.record).or_default().extend(hint);
    }
    questions
}

/// The question that is put, and what its answer is compared with.
fn parted(question: &str) -> (&str, Option<&str>) {
    match question.split_once("? ") {
        Some((head, hint)) => {
            (question.get(..=head.len()).unwrap_or(head), Some(hint.trim()))
        }
        None => (question, None),
    }
}

/// Things that belong together since they share a key, directly or by way of others.
#[derive(Debug)]
struct Knots<K, T> {
    ids: BTreeMap<K, usize>,
    /// Of each key the one that it was tied to; its own number where it is the first.
    parents: Vec<usize>,
    things: Vec<(usize, T)>,
}

impl<K, T> Default for Knots<K, T> {
    fn default() -> Self {
        Self { ids: BTreeMap::new(), parents: Vec::new(), things: Vec::new() }
    }
}

impl<K: Ord, T> Knots<K, T> {
    fn tie(&mut self, keys: Vec<K>, thing: T) {
        let mut root = None;
        for key in keys {
            let next = self.parents.len();
            let id = *self.ids.entry(key).or_insert(next);
            if id == next {
                self.parents.push(next);
            }
            let own = self.root(id);
            match root {
                None => root = Some(own),
                Some(root) => {
                    if let Some(parent) = self.parents.get_mut(own) {
                        *parent = root;
                    }
                }
            }
        }
        if let Some(root) = root {
            self.things.push((root, thing));
        }
    }

    fn root(&mut self, mut id: usize) -> usize {
        while let Some(parent) = self.parents.get(id).copied().filter(|it| *it != id) {
            // Halving the way keeps it short.
            let above = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(own) = self.parents.get_mut(id) {
                *own = above;
            }
            id = above;
        }
        id
    }

    /// The groups in the order in which their first thing came.
    fn groups(mut self) -> Vec<Vec<T>> {
        let mut order: BTreeMap<usize, usize> = BTreeMap::new();
        let mut groups: Vec<Vec<T>> = Vec::new();
        for (key, thing) in std::mem::take(&mut self.things) {
            let root = self.root(key);
            let at = *order.entry(root).or_insert(groups.len());
            match groups.get_mut(at) {
                Some(group) => group.push(thing),
                None => groups.push(vec![thing]),
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_belong_together_that_share_a_key_by_way_of_others() {
        let mut knots = Knots::default();
        knots.tie(vec![1, 2], "a");
        knots.tie(vec![3], "b");
        knots.tie(vec![4, 5], "c");
        knots.tie(vec![5, 2], "d");
        knots.tie(vec![], "lost");
        assert_eq!(knots.groups(), [vec!["a", "c", "d"], vec!["b"]]);
    }

    #[test]
    fn a_question_is_parted_from_what_its_answer_is_compared_with() {
        assert_eq!(
            parted("Which version is it? Affected: <= 2"),
            ("Which version is it?", Some("Affected: <= 2"))
        );
        assert_eq!(parted("Is it on?"), ("Is it on?", None));
        assert_eq!(parted(""), ("", None));
    }
}
