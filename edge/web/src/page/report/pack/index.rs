//! The page that leads through an evidence pack: whole by itself, without a network, and printed
//! as a document.

use askama::Template;
use evidence::Ground;
use operations::pack::{Document, Draft, OfProduct};
use posture::{Assessed, Category, Posture, Verdict};
use reading::Place;
use terms::{Day, Tlp};

use super::{ProductRow, Row, shown};
use crate::mark::Mark;
use crate::page::supplier::day;
use crate::words::counted;

/// How it looks, on a screen and on paper.
const STYLE: &str = include_str!("../../../../assets/pack.css");

#[derive(Template)]
#[template(path = "report/pack_index.html")]
struct Index<'d> {
    style: &'static str,
    name: &'d str,
    as_of: String,
    label: String,
    lead: String,
    fingerprint: &'d str,
    groups: Vec<Group<'d>>,
    documents: Vec<Piece<'d>>,
    products: Vec<Made<'d>>,
    acts: Vec<Act>,
    log_size: i64,
}

struct Group<'d> {
    title: &'static str,
    counts: String,
    controls: Vec<Control<'d>>,
}

struct Control<'d> {
    id: &'static str,
    title: &'static str,
    about: &'static str,
    /// None where nothing of it leaves.
    verdict: Option<Mark>,
    why: &'d str,
    owner: &'d str,
    facts: Vec<Fact<'d>>,
    exception: String,
    change: &'static str,
}

struct Fact<'d> {
    text: &'d str,
    /// Class, place and age.
    beside: String,
    document: &'d str,
    file: Option<&'d str>,
}

struct Piece<'d> {
    row: Row,
    one: &'d Document,
    about: String,
}

struct Made<'d> {
    row: ProductRow,
    one: &'d OfProduct,
}

struct Act {
    number: i64,
    what: String,
    about: String,
    at: String,
}

/// The page as a text.
pub(super) fn written(draft: &Draft, fingerprint: &str) -> String {
    let one = &draft.judged;
    let leaving = draft.leaving();
    let posture = Posture::of(&leaving, one.day);
    let groups = Category::ALL.map(|category| {
        let tally = posture.category(category);
        let counts = Verdict::ALL.map(|it| format!("{} {}", tally.count(it), it.words()));
        let own = one.assessed.iter().filter(|it| it.control.category() == category);
        Group {
            title: category.words(),
            counts: counts.join(" · "),
            controls: own.map(|it| Control::of(it, draft)).collect(),
        }
    });
    let index = Index {
        style: STYLE,
        name: &one.organisation.name,
        as_of: day(&one.day.to_string()),
        label: Tlp::UNLABELLED.to_string(),
        lead: lead(draft, &posture),
        fingerprint,
        groups: groups.into_iter().collect(),
        documents: draft.documents.iter().map(Piece::of).collect(),
        products: draft.products.iter().map(Made::of).collect(),
        acts: draft.acts.iter().map(Act::of).collect(),
        log_size: draft.log_size(),
    };
    // Writing into a text does not fail.
    index.render().unwrap_or_default()
}

fn lead(draft: &Draft, posture: &Posture) -> String {
    let tally = posture.whole();
    let count = |verdict| tally.count(verdict);
    let kept = match draft.kept_back.len() {
        0 => String::new(),
        kept => format!(
            " Of {} nothing is told, since what they rest on may not leave.",
            counted(kept, "control", "controls")
        ),
    };
    format!(
        "Of {} that apply, {} met, {} partly met and {} not met; of {} nobody can tell with \
         the evidence at hand.{kept}",
        counted(tally.applicable(), "control", "controls"),
        counted(count(Verdict::Met), "is", "are"),
        count(Verdict::PartlyMet),
        count(Verdict::NotMet),
        count(Verdict::CannotTell),
    )
}

impl<'d> Control<'d> {
    fn of(one: &'d Assessed, draft: &'d Draft) -> Self {
        let (control, today) = (one.control, draft.judged.day);
        let told = !draft.kept_back.contains(control.id());
        let verdict = one.ruling.verdict;
        let is_open = !matches!(verdict, Verdict::Met | Verdict::NotApplicable);
        let exception = one.exception.as_ref().map(|it| {
            let ends = if it.expires >= today { "holds until" } else { "ended on" };
            let last = day(&it.expires.to_string());
            format!(
                "An exception {ends} {last}, approved by {}: {}",
                it.approver, it.reason
            )
        });
        let facts = one.ruling.grounds.iter().filter(|_| told);
        Self {
            id: control.id(),
            title: control.title(),
            about: control.about(),
            verdict: told.then(|| Mark::control(verdict)),
            why: &one.ruling.why,
            owner: &one.owner,
            facts: facts.map(|ground| Fact::of(ground, draft, today)).collect(),
            exception: exception.unwrap_or_default(),
            change: if told && is_open { control.change() } else { "" },
        }
    }
}

impl<'d> Fact<'d> {
    fn of(ground: &'d Ground, draft: &'d Draft, today: Day) -> Self {
        let place = match &ground.place {
            Place::Document => String::new(),
            place => format!(", {place}"),
        };
        let age = match (ground.date, ground.age_days(today)) {
            (Some(date), Some(days)) => {
                let days = usize::try_from(days).unwrap_or_default();
                let days = counted(days, "day", "days");
                format!("of {}, {days} old", day(&date.to_string()))
            }
            _ => "of unknown age".to_owned(),
        };
        Self {
            text: &ground.text,
            beside: format!("{}{place}, {age}", ground.class.word()),
            document: &ground.document,
            file: draft.file_of(&ground.document),
        }
    }
}

impl<'d> Piece<'d> {
    fn of(one: &'d Document) -> Self {
        let until =
            one.valid_until.as_deref().map(|until| format!("until {}", day(until)));
        let from = one.valid_from.as_deref().map(|from| format!("of {}", day(from)));
        let brought = one.brought.get(..10).map(|at| format!("delivered {}", day(at)));
        let parts = [Some(one.class.clone()), from, until, brought];
        let about: Vec<String> = parts.into_iter().flatten().collect();
        Self { row: Row::of(one), one, about: about.join(", ") }
    }

    fn name(&self) -> String {
        shown(self.one)
    }
}

impl<'d> Made<'d> {
    fn of(one: &'d OfProduct) -> Self {
        Self { row: ProductRow::of(one), one }
    }

    fn received(&self) -> String {
        self.one.received.get(..10).map(day).unwrap_or_default()
    }
}

impl Act {
    fn of(leaf: &store::Leaf) -> Self {
        Self {
            number: leaf.number,
            what: leaf.act.clone(),
            about: format!("{} {}", leaf.noun, leaf.id),
            at: leaf.at.get(..16).unwrap_or(&leaf.at).replace('T', " "),
        }
    }
}
