//! The answer for programs; `docs/schema/control-assess.schema.json`.

use std::io::{self, Write};

use evidence::Ground;
use posture::actions::{Action, best};
use posture::{
    Assessed, Category, Changed, Control, Posture, Tally, Verdict, catalog, changes,
};
use serde::Serialize;

use super::Answer;

#[derive(Serialize)]
struct Shown<'a> {
    as_of: String,
    since: Option<String>,
    catalog: &'a str,
    organisations: Vec<Organisation<'a>>,
    documents: Vec<Read<'a>>,
    unread: Vec<Left<'a>>,
    refused: Vec<Left<'a>>,
}

#[derive(Serialize)]
struct Organisation<'a> {
    name: &'a str,
    folder: &'a str,
    /// The position of the organisation above.
    parent: Option<usize>,
    posture: Counted,
    /// With all organisations below it.
    group: Rolled,
    before: Option<Counted>,
    controls: Vec<One<'a>>,
    changed: Option<Vec<Change>>,
    actions: Vec<Do>,
}

#[derive(Serialize)]
struct Rolled {
    organisations: usize,
    posture: Counted,
}

#[derive(Serialize)]
struct Counted {
    #[serde(flatten)]
    whole: Counts,
    categories: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    category: &'static str,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize)]
struct Counts {
    percent: Option<usize>,
    met: usize,
    partly_met: usize,
    not_met: usize,
    cannot_tell: usize,
    not_applicable: usize,
    excepted: usize,
}

#[derive(Serialize)]
pub(super) struct One<'a> {
    id: &'static str,
    category: &'static str,
    audience: &'static str,
    basis: &'static str,
    title: &'static str,
    verdict: &'static str,
    why: &'a str,
    owner: Option<&'a str>,
    exception: Option<Excepted<'a>>,
    grounds: Vec<Fact<'a>>,
    would_change: Option<&'static str>,
    next: Vec<&'a str>,
}

#[derive(Serialize)]
struct Excepted<'a> {
    reason: &'a str,
    approver: &'a str,
    expires: String,
    holds: bool,
}

#[derive(Serialize)]
struct Fact<'a> {
    class: &'static str,
    document: &'a str,
    place: String,
    text: &'a str,
    date: Option<String>,
    age_days: Option<i32>,
}

#[derive(Serialize)]
struct Change {
    id: &'static str,
    before: &'static str,
    after: &'static str,
    why: String,
}

#[derive(Serialize)]
struct Do {
    action: String,
    controls: Vec<&'static str>,
    could_reach_percent: usize,
}

#[derive(Serialize)]
struct Read<'a> {
    file: &'a str,
    kind: &'static str,
}

#[derive(Serialize)]
struct Left<'a> {
    file: &'a str,
    why: &'a str,
}

/// Writes one object; of one control alone, where one is named.
pub(super) fn write(
    answer: &Answer,
    only: Option<Control>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rolled = answer.group.rolled();
    let organisations = answer.organisations.iter().zip(&rolled).enumerate();
    let organisations = organisations.map(|(at, (organisation, rolled))| {
        let assessed = answer.group.assessed(at);
        let before =
            answer.before.as_ref().map(|(day, group)| (*day, group.assessed(at)));
        let wanted =
            assessed.iter().filter(|one| only.is_none_or(|it| one.control == it));
        Organisation {
            name: &organisation.name,
            folder: &organisation.folder,
            parent: answer.group.members().get(at).and_then(|member| member.parent),
            posture: counted(&Posture::of(assessed, answer.today)),
            group: Rolled {
                organisations: rolled.organisations,
                posture: counted(&rolled.posture),
            },
            before: before.map(|(day, before)| counted(&Posture::of(before, day))),
            controls: wanted.map(|one| shown(answer, one)).collect(),
            changed: before.map(|(_, before)| {
                changes(before, assessed).into_iter().map(changed).collect()
            }),
            actions: best(assessed, answer.today, answer.actions)
                .into_iter()
                .map(action)
                .collect(),
        }
    });
    let delivery = &answer.delivery;
    let shown = Shown {
        as_of: answer.today.to_string(),
        since: answer.before.as_ref().map(|(day, _)| day.to_string()),
        catalog: &catalog().version,
        organisations: organisations.collect(),
        documents: delivery
            .documents()
            .iter()
            .map(|(file, kind)| Read { file, kind })
            .collect(),
        unread: left(delivery.unread()),
        refused: left(delivery.refused()),
    };
    serde_json::to_writer(&mut *out, &shown)?;
    writeln!(out)
}

fn left(list: &[(String, String)]) -> Vec<Left<'_>> {
    list.iter().map(|(file, why)| Left { file, why }).collect()
}

fn counted(posture: &Posture) -> Counted {
    let part = |category: Category| Part {
        category: category.word(),
        counts: counts(&posture.category(category)),
    };
    Counted {
        whole: counts(&posture.whole()),
        categories: Category::ALL.into_iter().map(part).collect(),
    }
}

fn counts(tally: &Tally) -> Counts {
    Counts {
        percent: tally.percent(),
        met: tally.count(Verdict::Met),
        partly_met: tally.count(Verdict::PartlyMet),
        not_met: tally.count(Verdict::NotMet),
        cannot_tell: tally.count(Verdict::CannotTell),
        not_applicable: tally.count(Verdict::NotApplicable),
        excepted: tally.excepted,
    }
}

fn shown<'a>(answer: &Answer, one: &'a Assessed) -> One<'a> {
    let control = one.control;
    let is_open = !one.steps.is_empty();
    One {
        id: control.id(),
        category: control.category().word(),
        audience: control.audience().word(),
        basis: control.basis().word(),
        title: control.title(),
        verdict: one.ruling.verdict.word(),
        why: &one.ruling.why,
        owner: Some(one.owner.as_str()).filter(|owner| !owner.is_empty()),
        exception: one.exception.as_ref().map(|exception| Excepted {
            reason: &exception.reason,
            approver: &exception.approver,
            expires: exception.expires.to_string(),
            holds: one.is_excepted(answer.today),
        }),
        grounds: one.ruling.grounds.iter().map(|ground| fact(answer, ground)).collect(),
        would_change: is_open.then(|| control.change()),
        next: one.steps.iter().map(|step| step.text.as_str()).collect(),
    }
}

fn fact<'a>(answer: &Answer, ground: &'a Ground) -> Fact<'a> {
    Fact {
        class: ground.class.word(),
        document: &ground.document,
        place: ground.place.to_string(),
        text: &ground.text,
        date: ground.date.map(|day| day.to_string()),
        age_days: ground.age_days(answer.today),
    }
}

fn changed(change: Changed) -> Change {
    Change {
        id: change.control.id(),
        before: change.before.word(),
        after: change.after.word(),
        why: change.why,
    }
}

fn action(action: Action) -> Do {
    Do {
        action: action.step.text,
        controls: action.controls,
        could_reach_percent: action.could_reach,
    }
}
