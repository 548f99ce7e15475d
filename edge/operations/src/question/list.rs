//! Questions as whoever asks sees them, and what was ever answered to one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use store::{Act, Answer, Fact, Noun, StoreError};

use super::answering::keys_of;
use super::open::NO_WARD;
use super::{Key, Kind, Question, Recalled};
use crate::aside::aside;
use crate::fleet::{FleetError, holdings, scope};
use crate::{Actor, App, Permission};

/// A question with its answers.
#[derive(Debug)]
pub struct History {
    /// By what it is known today.
    pub key: Key,
    /// By what it was known before: what was answered or sent under one of these is about it.
    pub earlier: BTreeSet<Key>,
    /// The maker of the product; empty where it is about a zone.
    pub maker: String,
    /// What it is about.
    pub kind: Kind,
    /// The product or the zone, in words.
    pub subject: String,
    /// How it is put.
    pub asked: String,
    /// Where it is open, as far as whoever asks sees the devices.
    pub open: Option<Question>,
    /// What was ever answered, the newest first.
    pub answers: Vec<Remembered>,
    /// What whoever answers sends along: it grows with each answer that is given or ends.
    pub revision: i64,
}

/// An answer as a person reads it.
#[derive(Debug)]
pub struct Remembered {
    /// The answer.
    pub answer: Answer,
    /// Whose it is.
    pub organisation: String,
    /// Who gave it.
    pub by: String,
    /// Who ended it; empty where nobody has.
    pub ended_by: String,
    /// Whether it holds, and is still believed.
    pub holds: Holds,
    /// About how many devices, of those that whoever asks sees, it decides now.
    pub devices: u64,
    /// The only spelling of the product of which it speaks; empty where it speaks of any.
    pub spelling: String,
}

/// Whether an answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// It does.
    Yes,
    /// It was believed until a day that has passed.
    Expired,
    /// Somebody took it back, or a newer one took its place.
    Ended,
}

/// The open questions of whoever asks, those that change most first.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn list(app: &App, by: &Actor) -> Result<Arc<Vec<Question>>, FleetError> {
    let held = holdings(app, by.head).await?;
    let scope = scope(by);
    // Whoever gives up waiting finds it done the next time.
    Ok(aside(move || held.open_questions(&scope)).await?)
}

/// One question with everything that was answered to it, whether it is asked for by the key
/// of today or by an earlier one.
///
/// # Errors
/// When the database fails, or whoever asks sees neither the question nor an answer.
pub async fn history(app: &App, by: &Actor, key: &Key) -> Result<History, FleetError> {
    let held = holdings(app, by.head).await?;
    let scope = scope(by);
    let open = held.open_questions(&scope);
    let open = held.open_question(&open, key).cloned();
    let today = open.as_ref().map_or_else(|| held.todays(key), |open| open.key.clone());
    let mut earlier: BTreeSet<Key> = held.earlier_keys(&today).into_iter().collect();
    let keys = keys_of(&held, &today);
    let keys: Vec<&str> = keys.iter().map(Key::as_str).collect();
    let answers = app.store.answers_to(&by.scope(Permission::ViewDevices), &keys).await?;
    earlier.extend(open.iter().flat_map(|open| open.earlier.keys().cloned()));
    let (kind, subject, asked) = match (&open, answers.first()) {
        (Some(open), _) => (open.kind, open.subject(), open.asked.clone()),
        (None, Some(answer)) => {
            let question = &answer.question;
            let kind = Kind::from_word(&question.kind);
            let absent = || StoreError::absent("question", key);
            let product = format!("{} {}", question.maker, question.model);
            let subject = match question.zone_of {
                0 => product.trim().to_owned(),
                _ if question.zone.is_empty() => NO_WARD.to_owned(),
                _ => format!("what stands in {}", question.zone),
            };
            (kind.ok_or_else(absent)?, subject, question.asked.clone())
        }
        (None, None) => return Err(StoreError::absent("question", key).into()),
    };
    let asked_of = open.as_ref().map(|open| &open.maker);
    let last = answers.first().map(|answer| &answer.question.maker);
    let maker = asked_of.or(last).cloned().unwrap_or_default();
    let ended = answers.iter().filter(|answer| answer.ended.is_some()).count();
    let revision = (answers.len() + ended) as i64;
    let seen = held.fleet.within(&scope);
    let day = app.today();
    let names = names(app, by.head, &answers).await?;
    let name = |id: i64| names.get(&id).cloned().unwrap_or_default();
    let remembered = answers.into_iter().map(|answer| Remembered {
        organisation: held.organisation(answer.organisation).to_owned(),
        by: name(answer.by),
        ended_by: answer.ended_by.map(name).unwrap_or_default(),
        holds: holds(&answer, &day),
        spelling: spelling(&answer),
        devices: held.devices_of_answer(answer.id).intersection_len(&seen),
        answer,
    });
    let answers = remembered.collect();
    Ok(History {
        key: today,
        earlier,
        maker,
        kind,
        subject,
        asked,
        open,
        answers,
        revision,
    })
}

/// What was asked before spellings of one maker were joined was answered for one of them.
fn spelling(answer: &Answer) -> String {
    let asked = &answer.question;
    let recalled = Kind::from_word(&asked.kind).map(|kind| Recalled::of(asked, kind));
    match recalled.and_then(|recalled| recalled.written) {
        Some(_) => format!("{} {}", asked.maker, asked.model).trim().to_owned(),
        None => String::new(),
    }
}

fn holds(answer: &Answer, today: &str) -> Holds {
    let is_believed = answer.until.as_deref().is_none_or(|until| today <= until);
    match (answer.ended.is_some(), is_believed) {
        (true, _) => Holds::Ended,
        (false, false) => Holds::Expired,
        (false, true) => Holds::Yes,
    }
}

/// What the people are called who gave answers and ended them. Who was erased has no name.
///
/// # Errors
/// When the database fails.
pub async fn names(
    app: &App,
    head: i64,
    answers: &[Answer],
) -> Result<BTreeMap<i64, String>, StoreError> {
    let mut people = BTreeSet::new();
    for answer in answers {
        people.extend([Some(answer.by), answer.ended_by].into_iter().flatten());
    }
    let mut names = BTreeMap::new();
    for id in people.into_iter().filter(|id| *id != 0) {
        names.insert(id, app.store.person(head, id).await?.name);
    }
    Ok(names)
}

/// Notes in the audit log that somebody took a list of questions away.
///
/// # Errors
/// When the database fails.
pub async fn log_export(
    app: &App,
    by: &Actor,
    questions: usize,
) -> Result<(), StoreError> {
    let write = app.store.write(by.head, (app.now)()).await?;
    let facts = vec![("questions", Fact::Number(questions as i64))];
    let what = "export questions";
    let act = Act { by: by.person, what, noun: Noun::Answer, id: 0, facts };
    write.commit(act).await?;
    Ok(())
}
