//! Answers that come back in a file: looked at first, then kept.
//!
//! The file is the one that the list gives away, with its last two columns filled in by
//! whoever knows: a ward, a maker.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use device::answers;
use fleet::Filter;
use operations::question::{Key, NOTE_MAX, Question, Reply, Which, answer, list};
use operations::{Actor, Permission};
use reading::{Place, Rejected};
use serde::{Deserialize, Serialize};
use store::{Organisation, Said};

use super::Named;
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults};
use crate::form::Typed;
use crate::parts;
use crate::problem::{Problem, sentence};
use crate::words::{self, many};

/// What is typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typing {
    /// The file's text.
    content: String,
    organisation: String,
    /// `take` keeps the answers; anything else only looks at them.
    act: String,
}

#[derive(Template, Serialize)]
#[template(path = "question/answers.html")]
struct Page {
    sentence: String,
    lines: Vec<Line>,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    content: String,
    #[serde(skip)]
    organisation: Option<Choice>,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    fault: String,
}

/// One line of the file.
#[derive(Debug, Serialize)]
struct Line {
    row: u64,
    question: Named,
    said: String,
    note: String,
    devices: u64,
    /// Why it is not taken; empty where it is.
    complaint: String,
    #[serde(skip)]
    meant: Option<(Key, Said, Reach)>,
}

/// About which devices a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// All that the question fits.
    All,
    /// Those of today: they differ in what is asked.
    Today,
}

impl Show for Page {
    fn title(&self) -> String {
        "Answers from a file".to_owned()
    }
}

/// `GET /questions/answers`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let page = page(&house, &by, &Typing::default(), Vec::new(), None).await?;
    face.show(&page)
}

/// `POST /questions/answers`: looks at what a file answers, or keeps it.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Typed(typing): Typed<Typing>,
) -> Result<Response, Problem> {
    let lines = match read(&house, &by, &typing.content).await {
        Ok(lines) => lines,
        Err(problem) if problem.faults.is_empty() => return Err(problem),
        Err(problem) => {
            let page = page(&house, &by, &typing, Vec::new(), Some(&problem)).await?;
            return face.again(&page, problem);
        }
    };
    // Where nothing can be taken, why is said again.
    if typing.act != "take" || lines.iter().all(|line| line.meant.is_none()) {
        let page = page(&house, &by, &typing, lines, None).await?;
        return face.show(&page);
    }
    take(&house, &by, &typing, &lines).await?;
    Ok(face.done("/questions"))
}

/// What is asked of devices that differ is answered for those of today.
async fn take(
    house: &House,
    by: &Actor,
    typing: &Typing,
    lines: &[Line],
) -> Result<(), Problem> {
    let own = by.scope(Permission::AnswerQuestions);
    let first = own.roots().first().map(store::Path::organisation);
    let organisation = typing.organisation.trim().parse().ok().or(first);
    let Some(organisation) = organisation else {
        return Err(Problem::not_found("organisation", &typing.organisation));
    };
    let every = Filter::default();
    for line in lines {
        let Some((key, said, reach)) = &line.meant else { continue };
        let reply = Reply {
            organisation,
            said: *said,
            which: match reach {
                Reach::All => Which::All,
                Reach::Today => Which::Today(&every),
            },
            note: &line.note,
            until: "",
        };
        answer(&house.app, by, key, reply).await?;
    }
    Ok(())
}

/// Reads a file, and looks the question of each line up.
async fn read(house: &House, by: &Actor, content: &str) -> Result<Vec<Line>, Problem> {
    let rows = answers::parse(content).map_err(|refused| refusal(&refused))?;
    let open = list(&house.app, by).await?;
    // What was asked before spellings of one maker were joined is taken for what is written so.
    let mut by_key: BTreeMap<&str, (&Question, u64)> = BTreeMap::new();
    for question in open.iter() {
        let earlier = question.earlier.iter();
        let earlier = earlier.map(|(key, earlier)| (key.as_str(), earlier.devices));
        let all = earlier.chain([(question.key.as_str(), question.devices)]);
        by_key.extend(all.map(|(key, devices)| (key, (question, devices))));
    }
    let first: BTreeMap<String, usize> =
        rows.iter().rev().map(|row| (row.key.clone(), row.line)).collect();
    Ok(rows.into_iter().map(|row| line(&by_key, &first, row)).collect())
}

/// Why a file is refused, at the field into which it is pasted.
fn refusal(refused: &Rejected) -> Problem {
    Problem::wrong_fields(vec![Fault::new("content", mend(refused))])
}

/// What is wrong with a file, where, and what to do.
pub(crate) fn mend(refused: &Rejected) -> String {
    let at = match &refused.place {
        Place::Document => String::new(),
        place => format!("{place}: "),
    };
    let what = sentence(&format!("{at}{}", refused.message));
    format!("{what} {}", sentence(&refused.hint))
}

/// `first` is the first line of each key.
fn line(
    open: &BTreeMap<&str, (&Question, u64)>,
    first: &BTreeMap<String, usize>,
    row: answers::Row,
) -> Line {
    let answers::Row { line, key, said, note, repeats } = row;
    let (question, devices) = open.get(key.as_str()).copied().unzip();
    let is_earlier = |one: &&Question| one.key.as_str() != key;
    let today = question.filter(is_earlier).and_then(|one| first.get(one.key.as_str()));
    let repeats = repeats.or(today.copied());
    let word = said.to_lowercase().replace([' ', '-'], "_");
    let meant = match word.as_str() {
        "y" | "yes" => Some(Said::Yes),
        "n" | "no" => Some(Said::No),
        "not_known" | "unknown" | "nobody_here_knows" => Some(Said::NotKnown),
        _ => None,
    };
    let complaint = if question.is_none() {
        "No question with this key is open.".to_owned()
    } else if meant.is_none() {
        "The answer is none of yes, no and not_known.".to_owned()
    } else if let Some(first) = repeats {
        format!("Line {first} answers this question already.")
    } else if note.chars().count() > NOTE_MAX {
        format!("The note is longer than {NOTE_MAX} characters.")
    } else {
        String::new()
    };
    let taken = question.zip(meant).filter(|_| complaint.is_empty());
    Line {
        row: line as u64,
        question: Named {
            name: question.map_or_else(|| key.clone(), |one| one.asked.clone()),
            address: question
                .map(|one| format!("/questions/{}", one.key))
                .unwrap_or_default(),
        },
        devices: devices.unwrap_or_default(),
        complaint,
        meant: taken.map(|(question, said)| {
            let is_nowhere = question.zone_of != 0 && question.zone.trim().is_empty();
            let differs = question.kind.differs_by_device() || is_nowhere;
            let reach = if differs { Reach::Today } else { Reach::All };
            (Key::from_text(&key), said, reach)
        }),
        said: meant.map_or(said, |said| words::said(said).to_owned()),
        note,
    }
}

async fn page(
    house: &House,
    by: &Actor,
    typing: &Typing,
    lines: Vec<Line>,
    problem: Option<&Problem>,
) -> Result<Page, Problem> {
    let own = by.scope(Permission::AnswerQuestions);
    let organisations: Vec<Organisation> = house.app.store.organisations(&own).await?;
    let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
    let taken = lines.iter().filter(|line| line.meant.is_some()).count() as i64;
    let left = lines.len() as i64 - taken;
    let sentence = match (lines.is_empty(), left) {
        (true, _) => {
            "Fill in the columns “answer” and “note” of the list of questions, and \
                      paste the file here. Nothing is kept before you have seen it."
                .to_owned()
        }
        (false, 0) => format!("{}. Keep them?", many(taken, "answer", "answers")),
        (false, _) => format!(
            "{}; {} cannot be taken. Keep the others?",
            many(taken, "answer", "answers"),
            many(left, "line", "lines")
        ),
    };
    let options = parts::Place::options(&organisations);
    let hint = "The answers hold there and everywhere below.";
    let choice = Choice::new(
        "organisation",
        "For which organisation",
        options,
        &typing.organisation,
    );
    Ok(Page {
        sentence,
        lines,
        token: by.form_token.clone(),
        content: typing.content.clone(),
        organisation: (organisations.len() > 1).then(|| choice.hint(hint)),
        fault: faults.first().map(|fault| fault.detail.clone()).unwrap_or_default(),
        faults: problem.map_or_else(Faults::none, Faults::of),
    })
}
