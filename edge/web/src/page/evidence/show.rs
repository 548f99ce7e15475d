//! One piece of evidence: what it is, what was read of it and what was not, what it would change;
//! and what may be done about it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use evidence::Field as EntryField;
use operations::Actor;
use operations::evidence::{
    Answers, Complaint, Counted, Seen, Stands, bytes, see, take, throw_away, withdraw,
};
use serde::{Deserialize, Serialize};
use store::Evidence;
use terms::Tlp;

use super::enter::{audience, audience_of};
use super::list::name;
use super::proposed::{ExceptionRow, PointRow, ProposalRow};
use super::{HOME, mark, number, words};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Choice, Faults, Field, Holds};
use crate::form::Typed;
use crate::mark::Mark;
use crate::page::import::file_headers;
use crate::page::supplier::day;
use crate::parts;
use crate::problem::Problem;
use crate::words::{figure, size};

/// How many complaints are shown; the rest is counted.
const COMPLAINTS: usize = 200;

type Typing = BTreeMap<String, String>;

#[derive(Template, Serialize)]
#[template(path = "evidence/show.html")]
struct One {
    id: i64,
    name: String,
    stands: Mark,
    organisation: String,
    read_as: String,
    kinds: Vec<String>,
    class: String,
    subject: String,
    source: String,
    signer: String,
    /// What an entry says that was made by hand.
    says: Vec<(&'static str, String)>,
    valid_from: Option<String>,
    valid_until: Option<String>,
    is_shared: bool,
    brought: Shown,
    taken: Option<Shown>,
    withdrawn: Option<Shown>,
    reason: String,
    replaced_by: Option<i64>,
    document: Option<Document>,
    counts: Vec<CountedRow>,
    complaint_count: usize,
    complaints: Vec<Complaint>,
    /// The verdicts that it would change.
    would_change: Vec<Change>,
    /// What a profile would make of controls.
    proposals: Vec<ProposalRow>,
    /// The exceptions of a plan of action.
    exceptions: Vec<ExceptionRow>,
    /// What a plan of action says is to be done.
    open_points: Vec<PointRow>,
    #[serde(skip)]
    class_words: &'static str,
    /// What is said first.
    #[serde(skip)]
    notice: &'static str,
    #[serde(skip)]
    days: [String; 2],
    #[serde(skip)]
    acts: Option<Acts>,
}

#[derive(Serialize)]
struct Document {
    size: i64,
    blake3: String,
    label: &'static str,
    #[serde(skip)]
    size_words: String,
}

#[derive(Serialize)]
struct CountedRow {
    kind: &'static str,
    count: usize,
    #[serde(skip)]
    words: String,
}

#[derive(Serialize)]
struct Change {
    control: &'static str,
    title: &'static str,
    before: Mark,
    after: Mark,
    why: String,
}

/// What whoever keeps it may do about it.
struct Acts {
    token: String,
    faults: Faults,
    taking: Option<Taking>,
    reason: Option<Field>,
}

/// What is said of a piece that waits.
struct Taking {
    lines: [Field; 5],
    audience: Choice,
    /// With whom its document may be shared.
    label: Choice,
    replaces: Option<Choice>,
}

impl Show for One {
    fn title(&self) -> String {
        self.name.clone()
    }
}

/// How somebody comes to the page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Coming {
    known: String,
}

/// `GET /evidence/{evidence}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Query(coming): Query<Coming>,
) -> Result<Response, Problem> {
    let notice = match coming.known.as_str() {
        "yes" => {
            "That file was delivered before: this is it, and nothing was kept twice."
        }
        _ => "",
    };
    let page = page(&house, &by, &id, None, face.clock()).await?;
    face.show(&One { notice, ..page })
}

/// `POST /evidence/{evidence}/taken`: it counts from now on.
pub(crate) async fn taken(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Typed(typed): Typed<Typing>,
) -> Result<Response, Problem> {
    let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let answers = Answers {
        subject: text("subject"),
        source: text("source"),
        signer: text("signer"),
        valid_from: text("valid_from"),
        valid_until: text("valid_until"),
        audience: audience_of(&text("audience")),
        label: text("label"),
        replaces: text("replaces").trim().parse().ok(),
    };
    let done = take(&house.app, &by, number(&id)?, &answers).await;
    finish(face, (&house, &by), &id, &typed, done.map_err(Problem::from)).await
}

/// `POST /evidence/{evidence}/withdrawn`: it counts no more, with the reason.
pub(crate) async fn withdrawn(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
    Typed(typed): Typed<Typing>,
) -> Result<Response, Problem> {
    let reason = typed.get("reason").map_or("", String::as_str);
    let done = withdraw(&house.app, &by, number(&id)?, reason).await;
    finish(face, (&house, &by), &id, &typed, done.map_err(Problem::from)).await
}

/// `POST /evidence/{evidence}/thrown-away`: what waits is gone, with its bytes.
pub(crate) async fn thrown_away(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    throw_away(&house.app, &by, number(&id)?).await?;
    Ok(face.done(HOME))
}

/// `GET /evidence/{evidence}/file`: the bytes, as they came.
pub(crate) async fn file(
    State(house): State<House>,
    By(by): By,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (piece, bytes) = bytes(&house.app, &by, number(&id)?).await?;
    let headers = file_headers("application/octet-stream", &piece.words.file);
    Ok((headers, bytes).into_response())
}

async fn finish(
    face: Face,
    (house, by): (&House, &Actor),
    id: &str,
    typed: &Typing,
    done: Result<(), Problem>,
) -> Result<Response, Problem> {
    match done {
        Ok(()) => Ok(face.done(&format!("{HOME}/{id}"))),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let again = Some((typed, &problem));
            let page = page(house, by, id, again, face.clock()).await?;
            face.again(&page, problem)
        }
    }
}

async fn page(
    house: &House,
    by: &Actor,
    id: &str,
    again: Option<(&Typing, &Problem)>,
    clock: &Clock,
) -> Result<One, Problem> {
    let seen = see(&house.app, by, number(id)?).await?;
    let acts = seen.is_kept_by_actor.then(|| Acts::of(by, &seen, again));
    let Seen {
        piece, place, stands, preview, changes, proposals, exceptions, open, ..
    } = seen;
    let changes = changes.into_iter().map(|one| Change {
        control: one.control.id(),
        title: one.control.title(),
        before: Mark::control(one.before),
        after: Mark::control(one.after),
        why: one.why,
    });
    let shown = |day_of: &Option<String>| day_of.as_deref().map(day).unwrap_or_default();
    let complaint_count = preview.complaints.len();
    Ok(One {
        id: piece.id,
        name: name(&piece),
        stands: mark(stands),
        organisation: place.name,
        kinds: piece.kinds.iter().map(|kind| words::kind(kind).to_owned()).collect(),
        class_words: words::class(&piece.class),
        says: says(&piece),
        days: [shown(&piece.valid_from), shown(&piece.valid_until)],
        brought: clock.show(&piece.brought),
        taken: piece.taken.as_deref().map(|at| clock.show(at)),
        withdrawn: piece.withdrawn.as_deref().map(|at| clock.show(at)),
        replaced_by: piece.replaced_by,
        document: document(&piece),
        counts: preview.counts.iter().map(CountedRow::of).collect(),
        complaint_count,
        complaints: preview.complaints.into_iter().take(COMPLAINTS).collect(),
        would_change: changes.collect(),
        proposals: proposals.iter().map(ProposalRow::of).collect(),
        exceptions: exceptions.iter().map(ExceptionRow::of).collect(),
        open_points: open.iter().map(PointRow::of).collect(),
        notice: "",
        acts,
        read_as: piece.words.read,
        class: piece.class,
        subject: piece.words.subject,
        source: piece.words.source,
        signer: piece.words.signer,
        valid_from: piece.valid_from,
        valid_until: piece.valid_until,
        is_shared: piece.is_shared,
        reason: piece.reason,
    })
}

/// What an entry says, with the words of its fields.
fn says(piece: &Evidence) -> Vec<(&'static str, String)> {
    let fields = piece.words.entry.iter();
    fields
        .filter_map(|(word, value)| {
            let field = EntryField::named(word)?;
            let value = match field {
                EntryField::Sought => words::kind(value).to_owned(),
                _ if field.form() == evidence::Form::Day => day(value),
                _ => value.clone(),
            };
            Some((words::field(field), value))
        })
        .collect()
}

fn document(piece: &Evidence) -> Option<Document> {
    let document = piece.document.as_ref()?;
    let digest: Vec<String> =
        document.digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(Document {
        size: document.size,
        blake3: digest.concat(),
        label: document.label.colour(),
        size_words: size(document.size),
    })
}

impl CountedRow {
    fn of(counted: &Counted) -> Self {
        Self {
            kind: counted.kind,
            count: counted.count,
            words: words::capital(words::kind(counted.kind)),
        }
    }

    fn read(&self) -> String {
        figure(i64::try_from(self.count).unwrap_or(i64::MAX))
    }
}

impl Acts {
    fn of(by: &Actor, seen: &Seen, again: Option<(&Typing, &Problem)>) -> Self {
        let problem = again.map(|(_, problem)| problem);
        let faults = parts::faults(problem);
        let typed = |name: &str| {
            let typed = again.and_then(|(typed, _)| typed.get(name));
            typed.map_or("", String::as_str)
        };
        let reason = Field::new("reason", "Why?", Holds::Text)
            .hint("It stays to be read among what was withdrawn.")
            .typed(typed("reason"))
            .judged(faults);
        let is_waiting = seen.stands == Stands::Waiting;
        let counts = matches!(seen.stands, Stands::InForce | Stands::Expired);
        Self {
            token: by.form_token.clone(),
            faults: problem.map_or_else(Faults::none, Faults::of),
            taking: is_waiting.then(|| Taking::of(seen, again)),
            reason: counts.then_some(reason),
        }
    }
}

/// The question with whom a document may be shared.
fn label(chosen: &str) -> Choice {
    let options = Tlp::ALL.map(|label| {
        let means = match label {
            Tlp::Clear => "with the world",
            Tlp::Green => "within the community",
            Tlp::Amber => "with clients too who need to know",
            Tlp::AmberStrict => "within the organisation alone",
            Tlp::Red => "with nobody but who received it",
        };
        (label.colour().to_owned(), format!("{label}: {means}"))
    });
    let chosen = match chosen {
        "" => Tlp::UNLABELLED.colour(),
        chosen => chosen,
    };
    Choice::new("label", "With whom the document may be shared", options, chosen)
        .hint("What RED says leaves in no evidence pack, nor does what follows from it.")
}

impl Taking {
    fn of(seen: &Seen, again: Option<(&Typing, &Problem)>) -> Self {
        let faults = parts::faults(again.map(|(_, problem)| problem));
        let typed = |name: &str| {
            let typed = again.and_then(|(typed, _)| typed.get(name));
            typed.cloned()
        };
        let line = |name: &'static str, holds, hint| {
            Field::new(name, words::label(name), holds)
                .hint(hint)
                .typed(&typed(name).unwrap_or_default())
                .judged(faults)
        };
        let newest = seen.alike.first().map(|one| one.id.to_string());
        let chosen = typed("replaces").or(newest).unwrap_or_default();
        let options = seen.alike.iter().map(|one| {
            let day = one.valid_from.as_deref().or(one.brought.get(..10));
            (one.id.to_string(), format!("{}, {}", name(one), day.unwrap_or_default()))
        });
        let nothing =
            (String::new(), "nothing: it counts beside what is there".to_owned());
        let options: Vec<(String, String)> =
            std::iter::once(nothing).chain(options).collect();
        let replaces =
            Choice::new("replaces", words::label("replaces"), options, &chosen)
                .hint("An older export of the same system would count its rows twice.")
                .judged(faults);
        Self {
            lines: [
                line(
                    "source",
                    Holds::Text,
                    "The learning system, the identity provider, an auditor.",
                ),
                line("subject", Holds::Text, ""),
                line(
                    "signer",
                    Holds::Text,
                    "Where somebody signed it. It is kept sealed.",
                ),
                line("valid_from", Holds::Day, "Where the file does not say so itself."),
                line("valid_until", Holds::Day, "From then on it counts no more."),
            ],
            audience: audience(&typed("audience").unwrap_or_default()).judged(faults),
            label: label(&typed("label").unwrap_or_default()).judged(faults),
            replaces: (!seen.alike.is_empty()).then_some(replaces),
        }
    }
}
