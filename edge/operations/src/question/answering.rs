//! Answering a question, and taking an answer back.

use fleet::{Filter, OrganisationId};
use jiff::civil::Date;
use roaring::RoaringBitmap;
use store::{Act, AskedQuestion, Fact, NewAnswer, Noun, Said, StoreError};

use super::open::asked as put;
use super::{Key, Kind, Question, Recalled, Subject, called};
use crate::fleet::{FleetError, Holdings, NoSuchSet, holdings, scope};
use crate::{Actor, App, Permission};

/// Letters of a note.
pub const NOTE_MAX: usize = 2000;

/// What somebody answers.
#[derive(Clone, Debug)]
pub struct Reply<'r> {
    /// The organisation for which it holds, with everything below.
    pub organisation: i64,
    /// What.
    pub said: Said,
    /// About which devices.
    pub which: Which<'r>,
    /// Whom to ask, or what it rests on; may be empty.
    pub note: &'r str,
    /// The last day on which it is believed; may be empty.
    pub until: &'r str,
}

/// About which devices somebody answers.
#[derive(Clone, Debug)]
pub enum Which<'r> {
    /// All that the question fits, also those that come later.
    All,
    /// Those that it fits today and that pass a filter.
    Today(&'r Filter),
}

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum QuestionError {
    /// The answer is about no device.
    #[error("no device of the organisation is concerned")]
    NoDevice,
    /// The last day is none, or has passed.
    #[error("`{0}` is no day from today on, such as `2027-06-30`")]
    Until(String),
    /// The note is too long.
    #[error("the note is longer than {NOTE_MAX} characters")]
    Note,
    /// Nothing is noted.
    #[error("the note is empty")]
    NoNote,
    /// It is about nothing that a maker makes.
    #[error("no maker is asked this")]
    NoMaker,
    /// Somebody has answered it, or taken an answer back, since it was shown.
    #[error("it was answered since it was shown")]
    Changed,
    /// The filter names a set that there is not.
    #[error(transparent)]
    Set(#[from] NoSuchSet),
    /// The fleet is not at hand.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The database failed, or there is no such question for whoever asks.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Answers a question for an organisation; gives the number of the answer, which holds at
/// once.
///
/// # Errors
/// When whoever answers may not do so for that organisation or does not see the question,
/// when no device is concerned, or the database fails.
pub async fn answer(
    app: &App,
    by: &Actor,
    key: &Key,
    reply: Reply<'_>,
) -> Result<i64, QuestionError> {
    answer_shown(app, by, key, None, reply).await
}

/// The same by somebody who was shown a revision of it ([`History::revision`]): nothing is
/// kept where it has another one by now.
///
/// # Errors
/// As [`answer`], and when it was answered since.
///
/// [`History::revision`]: super::History::revision
pub async fn answer_shown(
    app: &App,
    by: &Actor,
    key: &Key,
    shown: Option<i64>,
    reply: Reply<'_>,
) -> Result<i64, QuestionError> {
    let until = until(reply.until, &app.today())?;
    if reply.note.chars().count() > NOTE_MAX {
        return Err(QuestionError::Note);
    }
    let may = by.scope(Permission::AnswerQuestions);
    let organisation = app.store.organisation(&may, reply.organisation).await?.id;
    let held = holdings(app, by.head).await?;
    let all = held.open_questions(&scope(by));
    let open = all.iter().find(|question| question.is_known_by(key));
    let question = match open {
        Some(question) => asked(&held, question, key),
        None => answered(app, by, &held, key).await?,
    };
    let fitting = Fitting::of(&held, open, &question, organisation)?;
    let devices = match reply.which {
        Which::All => None,
        Which::Today(filter) => {
            let own = fleet::Scope::of([OrganisationId(organisation)]);
            let chosen = held.view(&own, filter)?.devices() & fitting.of_today(filter);
            Some(chosen.iter().map(i64::from).collect::<Vec<_>>())
        }
    };
    if fitting.all.is_empty() || devices.as_ref().is_some_and(Vec::is_empty) {
        return Err(QuestionError::NoDevice);
    }
    let earlier = fitting.earlier;
    let today = open.map_or_else(|| held.todays(key), |open| open.key.clone());
    let keys = keys_of(&held, &today);
    drop(held);
    let count =
        devices.as_ref().map_or(fitting.all.len() as i64, |some| some.len() as i64);
    let mut write = app.store.write(by.head, (app.now)()).await?;
    if let Some(shown) = shown {
        let keys: Vec<&str> = keys.iter().map(Key::as_str).collect();
        let seen = by.scope(Permission::ViewDevices);
        if write.answer_revision(&seen, &keys).await? != shown {
            return Err(QuestionError::Changed);
        }
    }
    let id = write
        .answer(NewAnswer {
            organisation,
            question: &question,
            earlier: &earlier,
            said: reply.said,
            devices: devices.as_deref(),
            note: reply.note,
            until: until.as_deref(),
            by: by.person,
        })
        .await?;
    let facts = vec![
        ("organisation", Fact::Number(organisation)),
        ("said", Fact::word(reply.said.word())),
        ("devices", Fact::Number(count)),
    ];
    let what = "answer question";
    write.commit(Act { by: by.person, what, noun: Noun::Answer, id, facts }).await?;
    Ok(id)
}

/// The keys under which a question was ever answered.
pub(super) fn keys_of(held: &Holdings, today: &Key) -> Vec<Key> {
    let mut keys: Vec<Key> = held.earlier_keys(today).into_iter().collect();
    keys.push(today.clone());
    keys
}

/// The devices of an organisation and those below that an answer may be about.
struct Fitting {
    /// Those for which the question is open.
    waiting: RoaringBitmap,
    /// These, and those for which it was answered.
    all: RoaringBitmap,
    /// Earlier keys under which the same was answered, which a new answer takes the place of.
    earlier: Vec<String>,
}

impl Fitting {
    /// What is answered under an earlier key is about what was written so, and about nothing
    /// else.
    fn of(
        held: &Holdings,
        open: Option<&Question>,
        asked: &AskedQuestion,
        organisation: i64,
    ) -> Result<Self, StoreError> {
        let kind = Kind::from_word(&asked.kind);
        let kind = kind.ok_or_else(|| StoreError::absent("question", &asked.key))?;
        let Recalled { key, subject, written } = Recalled::of(asked, kind);
        let mut within =
            held.fleet.within(&fleet::Scope::of([OrganisationId(organisation)]));
        if let (Subject::Product(product), Some(written)) = (&subject, &written) {
            within &= held.written_so(product, written);
        }
        let waiting = open.map(|open| held.devices_of_question(open, None));
        let waiting = waiting.unwrap_or_default();
        let answered = held.words(&key).iter().map(|word| &word.devices);
        let all = answered.fold(waiting.clone(), |all, some| all | some);
        let earlier = match written {
            Some(_) => Vec::new(),
            None => held.earlier_keys(&key).iter().map(Key::to_string).collect(),
        };
        Ok(Self { waiting: waiting & &within, all: all & &within, earlier })
    }

    /// Who answers for those of today without naming any answers for those that wait, where
    /// any do: others have their answer.
    fn of_today(&self, filter: &Filter) -> &RoaringBitmap {
        match *filter == Filter::default() && !self.waiting.is_empty() {
            true => &self.waiting,
            false => &self.all,
        }
    }
}

/// A question as an answer remembers it under one of its keys.
fn asked(held: &Holdings, question: &Question, key: &Key) -> AskedQuestion {
    let today = AskedQuestion {
        key: key.to_string(),
        kind: question.kind.word().to_owned(),
        maker: question.maker.clone(),
        model: question.model.clone(),
        zone_of: question.zone_of,
        zone: question.zone.clone(),
        ask: question.ask.clone(),
        asked: question.asked.clone(),
    };
    let earlier = question.earlier.get(key);
    let Some(build) = earlier.and_then(|earlier| held.build(earlier.build)) else {
        return today;
    };
    let [maker, model] = called(build).map(str::to_owned);
    let asked = match question.kind {
        Kind::Fact(fact) => put(fact, format!("{maker} {model}").trim()),
        Kind::Device(_) | Kind::Component => today.asked.clone(),
    };
    AskedQuestion { maker, model, asked, ..today }
}

/// A question that is open no more: as whoever answered it last put it.
async fn answered(
    app: &App,
    by: &Actor,
    held: &Holdings,
    key: &Key,
) -> Result<AskedQuestion, StoreError> {
    let seen = by.scope(Permission::ViewDevices);
    let mut keys = vec![key.clone()];
    if held.todays(key) == *key {
        keys.extend(held.earlier_keys(key));
    }
    let keys: Vec<&str> = keys.iter().map(Key::as_str).collect();
    let answers = app.store.answers_to(&seen, &keys).await?;
    let last = answers.into_iter().next();
    let last = last.ok_or_else(|| StoreError::absent("question", key))?;
    Ok(AskedQuestion { key: key.to_string(), ..last.question })
}

fn until(text: &str, today: &str) -> Result<Option<String>, QuestionError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day: Option<Date> = text.parse().ok();
    let day = day.map(|day| day.to_string()).filter(|day| day.as_str() >= today);
    day.map(Some).ok_or_else(|| QuestionError::Until(text.to_owned()))
}

/// Takes an answer back: the question is open again, unless somebody else answered it.
///
/// # Errors
/// When whoever asks may not answer for its organisation, it holds no longer, or the
/// database fails.
pub async fn take_back(app: &App, by: &Actor, id: i64) -> Result<Key, QuestionError> {
    let held = holdings(app, by.head).await?;
    let may = by.scope(Permission::AnswerQuestions);
    let answer = held.answer(id).filter(|answer| may.admits(&answer.path));
    let answer = answer.ok_or_else(|| StoreError::absent("answer", id))?;
    let (organisation, key) = (answer.organisation, Key::from_text(&answer.question.key));
    drop(held);
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.take_back(organisation, id, by.person).await?;
    let facts = vec![("organisation", Fact::Number(organisation))];
    let what = "take answer back";
    write.commit(Act { by: by.person, what, noun: Noun::Answer, id, facts }).await?;
    Ok(key)
}
