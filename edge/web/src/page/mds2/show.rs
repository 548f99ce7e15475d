//! One form: what it answers, what its maker is to be asked, and what changed.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use mds2::lint::{self, Finding, Severity};
use mds2::{Form, Question};
use operations::mds2::{DEVICES, DOSSIERS, Mds2Error, Seen, end, see};
use operations::supplier::SBOMS;
use operations::{Actor, Permission};
use purchase::support::{Standing, Supported};
use serde::Serialize;
use store::Mds2Standing;

use super::compare::{self, Row as Change, Shown as Which};
use super::list::{Names, Row};
use super::{Answered, HOME, name_of, number};
use crate::House;
use crate::access::By;
use crate::clock::Shown;
use crate::face::{Face, Show};
use crate::form::Kept;
use crate::page::product::release::delivered;
use crate::problem::Problem;
use crate::words::counted;

#[derive(Template, Serialize)]
#[template(path = "mds2/show.html")]
struct Page {
    sentence: String,
    #[serde(flatten)]
    form: Row,
    file: String,
    medium: String,
    document: String,
    description: String,
    in_force: Option<Shown>,
    ended: Option<Shown>,
    replaced_by: Option<i64>,
    /// How many SBOMs and devices it was held against.
    sboms: usize,
    devices: usize,
    /// The version of the rules.
    rules: &'static str,
    findings: Vec<Found>,
    /// Components of its product of whose support something is known.
    support: Vec<Lasting>,
    /// What changed since the form whose place it took.
    before: Option<Before>,
    sections: Vec<Section>,
    footnotes: Vec<Note>,
    /// What was set aside or mended in reading.
    notes: Vec<Note>,
    /// Other forms in force with which it may be compared.
    #[serde(skip)]
    others: Vec<(i64, String)>,
    #[serde(skip)]
    acts: Option<Acts>,
}

/// What whoever keeps it may do with it.
struct Acts {
    token: String,
    /// Why it would end; empty where it has.
    ends: &'static str,
    takes: &'static str,
}

/// Something that its maker is to be asked.
#[derive(Serialize)]
struct Found {
    rule: &'static str,
    severity: &'static str,
    title: &'static str,
    why: String,
    /// What to do next.
    ask: &'static str,
    grounds: Vec<Ground>,
}

#[derive(Serialize)]
struct Ground {
    document: String,
    place: String,
    text: String,
    #[serde(skip)]
    shown: String,
    #[serde(skip)]
    address: String,
}

/// A component of whose support something is known.
#[derive(Serialize)]
struct Lasting {
    standing: &'static str,
    component: String,
    product: String,
    ends: Option<String>,
    extended: Option<String>,
    /// What would have to be known.
    unknown: String,
    source: String,
    document: String,
    place: String,
    #[serde(skip)]
    words: String,
}

#[derive(Serialize)]
struct Before {
    id: i64,
    released: String,
    changed: Vec<Change>,
    #[serde(skip)]
    sentence: String,
}

#[derive(Serialize)]
struct Section {
    code: &'static str,
    title: String,
    answered: usize,
    answers: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    id: &'static str,
    asks: &'static str,
    #[serde(flatten)]
    said: Answered,
    /// Whether it is the first of its question, to which addresses lead.
    #[serde(skip)]
    is_first: bool,
}

#[derive(Serialize)]
struct Note {
    /// The number of a footnote.
    #[serde(skip_serializing_if = "String::is_empty")]
    number: String,
    place: String,
    text: String,
}

impl Show for Page {
    fn title(&self) -> String {
        format!("MDS2 of {}", self.form.name)
    }
}

/// `GET /mds2/{form}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(form): Path<String>,
) -> Result<Response, Problem> {
    let seen = see(&house.app, &by, number(&form)?).await?;
    let scope = by.reading(Permission::ViewDevices);
    let all = house.app.store.mds2_forms(&scope).await?;
    let others = all.iter().filter(|one| one.is_in_force() && one.id != seen.form.id);
    let others = others.map(|one| (one.id, name_of(one))).collect();
    let clock = face.clock().clone();
    let row = Names::of(&house, &by).await?.row(&seen.form, &clock);
    let at = |stored: &Option<String>| stored.as_deref().map(|at| clock.show(at));
    face.show(&Page {
        sentence: sentence(&seen),
        file: seen.form.file.clone(),
        medium: seen.form.said.medium.clone(),
        document: seen.form.said.document.clone(),
        description: seen
            .read
            .value
            .description()
            .map_or(String::new(), |(text, _)| text.to_owned()),
        in_force: at(&seen.form.in_force),
        ended: at(&seen.form.ended),
        replaced_by: seen.form.replaced_by,
        sboms: seen.sboms,
        devices: seen.devices,
        rules: lint::version(),
        findings: seen.findings.iter().map(found).collect(),
        support: seen.supported.iter().map(lasting).collect(),
        before: before(&seen),
        sections: sections(&seen.read.value),
        footnotes: footnotes(&seen.read.value),
        notes: seen
            .read
            .notes
            .iter()
            .map(|note| Note {
                number: String::new(),
                place: note.place.to_string(),
                text: note.message.clone(),
            })
            .collect(),
        others,
        acts: acts(&seen, &by),
        form: row,
    })
}

fn sentence(seen: &Seen) -> String {
    let said = &seen.form.said;
    let answered =
        format!("{} of {} questions are answered", said.answered, said.questions);
    let grave = seen.findings.iter().filter(|it| it.rule.severity == Severity::High);
    let asks = match (seen.findings.len(), grave.count()) {
        (0, _) => "nothing contradicts it that is known here".to_owned(),
        (all, 0) => {
            format!("its maker is to be asked {}", counted(all, "thing", "things"))
        }
        (all, grave) => format!(
            "its maker is to be asked {}, {grave} of them grave",
            counted(all, "thing", "things")
        ),
    };
    format!("{answered}, and {asks}. What it answers is the maker's word.")
}

fn acts(seen: &Seen, by: &Actor) -> Option<Acts> {
    let (ends, takes) = match seen.form.standing() {
        Mds2Standing::Waiting if seen.form.maker.is_empty() => {
            ("Set it aside", "Take it in force")
        }
        Mds2Standing::Waiting => ("Decline it", "Take it in force"),
        Mds2Standing::InForce => ("Take it out of force", "Say anew of what it is"),
        Mds2Standing::Replaced | Mds2Standing::Withdrawn | Mds2Standing::Declined => {
            ("", "Take it in force again")
        }
    };
    let token = by.form_token.clone();
    seen.is_kept_by_actor.then_some(Acts { token, ends, takes })
}

fn found(finding: &Finding) -> Found {
    Found {
        rule: &finding.rule.id,
        severity: finding.rule.severity.word(),
        title: &finding.rule.title,
        why: finding.why.clone(),
        ask: &finding.rule.ask,
        grounds: finding.grounds.iter().map(ground).collect(),
    }
}

fn ground(ground: &lint::Ground) -> Ground {
    let place = ground.place.to_string();
    let (shown, address) = document(&ground.document, &ground.text);
    let shown = match (shown.as_str(), &ground.place) {
        (shown, reading::Place::Document) => shown.to_owned(),
        ("", _) => place.clone(),
        (shown, _) => format!("{shown}, {place}"),
    };
    Ground {
        document: ground.document.clone(),
        place,
        text: ground.text.clone(),
        shown,
        address,
    }
}

/// What a document is called, and where it is opened. Of the form itself, to the question.
fn document(name: &str, text: &str) -> (String, String) {
    let numbered = |start: &str| name.strip_prefix(start);
    if let Some((release, version)) = numbered(SBOMS).and_then(|it| it.split_once('/')) {
        return (format!("SBOM of {version}"), format!("/products/releases/{release}"));
    }
    if let Some(device) = numbered(DEVICES) {
        return ("inventory".to_owned(), format!("/devices/{device}"));
    }
    if let Some(supplier) = numbered(DOSSIERS) {
        return ("dossier".to_owned(), format!("/suppliers/{supplier}"));
    }
    // A ground of the form begins with the id of its question.
    let id = text.split_once(':').map(|(id, _)| id);
    let address = id.filter(|id| !id.contains(' ')).map(|id| format!("#q-{id}"));
    (String::new(), address.unwrap_or_default())
}

fn lasting(one: &Supported) -> Lasting {
    let day = |day: Option<terms::Day>| day.map(|day| day.to_string());
    let words = match (one.standing, one.ends) {
        (Standing::Ended, Some(on)) => format!("ended on {on}"),
        (Standing::Ended, None) => "has ended".to_owned(),
        (Standing::EndsInUse, Some(on)) => format!("ended on {on} but for who pays"),
        (Standing::EndsInUse, None) => "goes on for who pays".to_owned(),
        (Standing::CannotTell, _) => format!("cannot tell: {}", one.unknown),
        (Standing::GoesOn, Some(on)) => format!("until {on}"),
        (Standing::GoesOn, None) => "goes on".to_owned(),
    };
    let (document, _) = document(&one.document, "");
    Lasting {
        standing: one.standing.word(),
        component: one.component.clone(),
        product: one.product.clone(),
        ends: day(one.ends),
        extended: day(one.extended),
        unknown: one.unknown.clone(),
        source: one.source.clone(),
        document,
        place: one.place.to_string(),
        words,
    }
}

fn before(seen: &Seen) -> Option<Before> {
    let (form, read) = seen.before.as_ref()?;
    let (changed, count, _) =
        compare::rows(&[&read.value, &seen.read.value], Which::Differing);
    let released = match form.said.released.as_str() {
        "" => "the one before".to_owned(),
        released => format!("the one of {released}"),
    };
    let sentence = match count {
        0 => format!("Nothing is answered otherwise than in {released}."),
        count => format!(
            "{} answered otherwise than in {released}.",
            counted(count, "question is", "questions are")
        ),
    };
    Some(Before { id: form.id, released: form.said.released.clone(), changed, sentence })
}

/// Every question of the edition, and each line that answers it.
fn sections(form: &Form) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for question in form.edition.questions() {
        let code = question.section();
        if sections.last().is_none_or(|last| last.code != code) {
            let title = question.section_title();
            sections.push(Section { code, title, answered: 0, answers: Vec::new() });
        }
        let Some(section) = sections.last_mut() else { continue };
        let lines = lines(form, question);
        section.answered += usize::from(lines.iter().any(|line| !line.said.is_open));
        section.answers.extend(lines);
    }
    sections
}

fn lines(form: &Form, question: &'static Question) -> Vec<Line> {
    let line =
        |said, is_first| Line { id: question.id, asks: question.asks, said, is_first };
    let said = form.said(question.id);
    match said.entries.as_slice() {
        [] => vec![line(Answered::of(mds2::Answer::Blank, None), true)],
        entries => entries
            .iter()
            .enumerate()
            .map(|(at, entry)| line(Answered::of(entry.answer, Some(entry)), at == 0))
            .collect(),
    }
}

fn footnotes(form: &Form) -> Vec<Note> {
    let notes = form.footnotes.iter().map(|note| Note {
        number: note.number.clone(),
        place: note.place.to_string(),
        text: note.text.clone(),
    });
    notes.collect()
}

/// `GET /mds2/{form}/file`: the form as it was delivered.
pub(crate) async fn file(
    State(house): State<House>,
    By(by): By,
    Path(form): Path<String>,
) -> Result<Response, Problem> {
    let scope = by.reading(Permission::ViewDevices);
    let form = house.app.store.mds2_form(&scope, number(&form)?).await?;
    // It may be seen; that its product lets others read it, its document does not know.
    delivered(&house, &store::Scope::whole(by.head), form.original).await
}

/// `GET /mds2/{form}/workbook.xlsx`: what it answers, as a clean workbook.
pub(crate) async fn workbook(
    State(house): State<House>,
    By(by): By,
    Path(form): Path<String>,
) -> Result<Response, Problem> {
    let scope = by.reading(Permission::ViewDevices);
    let form = house.app.store.mds2_form(&scope, number(&form)?).await?;
    let read = operations::mds2::read(&house.app, by.head, &form).await?;
    let bytes = mds2::workbook::write(Some(&read.value)).map_err(Mds2Error::from)?;
    Ok(workbook_file(&format!("mds2-{}.xlsx", form.id), bytes))
}

/// `GET /mds2/empty.xlsx`: a clean workbook that a maker fills in.
pub(crate) async fn empty() -> Result<Response, Problem> {
    let bytes = mds2::workbook::write(None).map_err(Mds2Error::from)?;
    Ok(workbook_file("mds2.xlsx", bytes))
}

fn workbook_file(name: &str, bytes: Vec<u8>) -> Response {
    const KIND: &str =
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, KIND.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, bytes).into_response()
}

/// `POST /mds2/{form}/ended`: with the reason.
pub(crate) async fn ended(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(form): Path<String>,
    Kept(fields): Kept<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let id = number(&form)?;
    let reason = fields.get("reason").map_or("", String::as_str);
    end(&house.app, &by, id, reason).await?;
    Ok(face.done(&format!("{HOME}/{id}")))
}
