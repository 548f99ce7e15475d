//! What is put to a maker by a person of the house, and what its guest answers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use matching::device::Topic;
use store::{
    Act, Fact, Guest, MakerQuestion, MakerSaid, NewMakerQuestion, NewQuestionNote, Noun,
    Organisation, Path, QuestionNote, Scope, StoreError,
};
use worklist::{Action, Wanted};

use super::{ANSWER_MAX, Desk, MakerError, desks, flag_of, flag_questions, is_same};
use crate::fleet::{Holdings, holdings, scope};
use crate::question::note::{read, with_question};
use crate::question::{Fact as Asks, Key, Kind, Question};
use crate::{Actor, App, Permission};

/// Vulnerabilities that a question names; the rest is counted.
const FLAWS: usize = 5;

/// Something that may be put to a maker, in the words in which it would be put: they hold no
/// ward, no device and no count of either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Askable {
    /// Which organisation would ask.
    pub organisation: Organisation,
    /// Of which maker.
    pub maker: String,
    /// About which product.
    pub product: String,
    /// What it is put from.
    pub about: String,
    /// What the same was put from before.
    pub before: Vec<String>,
    /// What is asked.
    pub asked: String,
    /// Whether somebody answers for the maker there, so that it can be put.
    pub has_guest: bool,
}

impl Askable {
    fn is_put_from(&self, about: &str) -> bool {
        self.about == about || self.before.iter().any(|before| before == about)
    }
}

/// What a guest is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The number.
    pub id: i64,
    /// About which product.
    pub product: String,
    /// What is asked.
    pub asked: String,
    /// When it was put, as stored.
    pub put: String,
    /// What the maker said; none while it waits.
    pub said: Option<MakerSaid>,
    /// In which words.
    pub note: String,
    /// When, as stored.
    pub answered: Option<String>,
    /// What those who asked noted for the maker, the newest first.
    pub notes: Vec<QuestionNote>,
}

/// What an action asks of its maker, if it does.
///
/// # Errors
/// When the database fails, or there is no such action for the actor.
pub async fn askable_action(
    app: &App,
    by: &Actor,
    name: &str,
    today: Date,
) -> Result<Option<Askable>, MakerError> {
    let held = holdings(app, by.head).await?;
    let entry = held.entry(&scope(by), name, today);
    let Some(entry) = entry else { return Err(absent("action", name).into()) };
    let Some(action) = entry.action else { return Ok(None) };
    let Some(asked) = words(&held, action) else { return Ok(None) };
    let (maker, product) =
        (action.product.maker_shown.to_string(), action.product.model_shown.to_string());
    let (organisation, about) = (entry.organisation, from_action(entry.slug));
    let before: Vec<String> =
        entry.earlier.iter().map(|name| from_action(name)).collect();
    drop(held);
    let may = by.scope(Permission::ActOnWork);
    let organisation = match app.store.organisation(&may, organisation).await {
        Err(StoreError::Absent { .. }) => return Ok(None),
        found => found?,
    };
    let askable = askable(app, organisation, [maker, product, about, asked]).await?;
    Ok(Some(Askable { before, ..askable }))
}

/// What an open question asks of the maker, if only a maker can answer it for all devices
/// alike.
///
/// # Errors
/// When the database fails.
pub async fn askable_question(
    app: &App,
    by: &Actor,
    key: &Key,
) -> Result<Option<Askable>, MakerError> {
    let may = by.scope(Permission::AnswerQuestions);
    let Some(root) = may.roots().first() else { return Ok(None) };
    let held = holdings(app, by.head).await?;
    let open = held.open_questions(&scope(by));
    let question = held.open_question(&open, key);
    let Some(question) = question.filter(|question| is_for_makers(question)) else {
        return Ok(None);
    };
    let Some((maker, product)) = of_product(&held, question) else { return Ok(None) };
    let (about, asked) = (from_question(&question.key), question.asked.clone());
    let mut before: Vec<String> = question.earlier.keys().map(from_question).collect();
    before.extend(held.earlier_keys(&question.key).iter().map(from_question));
    drop(held);
    let organisation = app.store.organisation(&may, root.organisation()).await?;
    let askable = askable(app, organisation, [maker, product, about, asked]).await?;
    Ok(Some(Askable { before, ..askable }))
}

/// What an action's question is put from.
#[must_use]
pub fn from_action(name: &str) -> String {
    format!("work:{name}")
}

/// What a question is put from.
#[must_use]
pub fn from_question(key: &Key) -> String {
    format!("question:{key}")
}

async fn askable(
    app: &App,
    organisation: Organisation,
    [maker, product, about, asked]: [String; 4],
) -> Result<Askable, StoreError> {
    let guests = app.store.guests(organisation.head).await?;
    let answers = |guest: &Guest| {
        guest.path.holds(&organisation.path) && is_same(&guest.maker, &maker)
    };
    let has_guest = guests.iter().any(answers);
    let before = Vec::new();
    Ok(Askable { organisation, maker, product, about, before, asked, has_guest })
}

/// What an action asks of the maker, as a maker reads it.
fn words(held: &Holdings, action: &Action) -> Option<String> {
    if action.asks.is_empty() {
        return None;
    }
    let builds = action.builds.keys().map(|(id, _)| *id);
    let versions: BTreeSet<&str> = builds
        .filter_map(|id| held.fleet.configuration(id))
        .map(|build| build.version.as_str())
        .filter(|version| !version.is_empty())
        .collect();
    let releases = match versions.is_empty() {
        true => String::new(),
        false => format!(" (release {})", named(versions.into_iter())),
    };
    let product = format!("{}{releases}", action.product.model_shown);
    let asked = action.asks.iter().map(|(wanted, ask)| {
        let flaws = named(ask.flaws.iter().map(|id| &**id));
        match wanted {
            Wanted::Remedy => {
                let advisory = named(ask.advisories.iter().map(|id| &**id));
                format!("What is your remedy for {product} against {flaws}, of {advisory}?")
            }
            Wanted::Components => format!(
                "Will there be a release of {product} with newer components, against {flaws}?"
            ),
            Wanted::Fix => format!("Will there be a fix for {product} against {flaws}?"),
            Wanted::Outcome => {
                format!("What came of your investigation of {flaws} in {product}?")
            }
        }
    });
    Some(asked.collect::<Vec<_>>().join(" "))
}

/// Names, the first of them.
fn named<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    let shown = names.iter().take(FLAWS).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(FLAWS) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Whether a maker can answer it for all devices of a product.
fn is_for_makers(question: &Question) -> bool {
    match question.kind {
        Kind::Fact(Asks::LifeSustaining | Asks::HoldsPhi) | Kind::Component => true,
        Kind::Fact(Asks::Reachable) => false,
        // What is on one device, and when it was made, its hospital sees.
        Kind::Device(topic) => !matches!(
            topic,
            Topic::Version | Topic::Build | Topic::Part | Topic::Fitted | Topic::Made
        ),
    }
}

/// Maker and product of a question; none where its builds are of several makers.
fn of_product(held: &Holdings, question: &Question) -> Option<(String, String)> {
    if !question.maker.is_empty() {
        return Some((question.maker.clone(), question.model.clone()));
    }
    let builds: Vec<_> = question
        .builds
        .keys()
        .filter_map(|id| held.fleet.configuration(fleet::ConfigurationId(*id)))
        .collect();
    let maker = &builds.first()?.maker;
    let is_one = builds.iter().all(|build| is_same(&build.maker, maker));
    let models: BTreeSet<&str> =
        builds.iter().map(|build| build.model.as_str()).collect();
    is_one.then(|| (maker.clone(), named(models.into_iter())))
}

/// Puts to the maker what an action asks of it, with a note for it, which may be empty. What was
/// put already and waits is not put twice; the note is added to it. Gives the number.
///
/// # Errors
/// When the actor may not act on it, it asks nothing of a maker, nobody answers for that maker
/// here, the note is too long, or the database fails.
pub async fn put_action(
    app: &App,
    by: &Actor,
    name: &str,
    today: Date,
    note: &str,
) -> Result<i64, MakerError> {
    let askable = askable_action(app, by, name, today).await?;
    let absent = || absent("question to a maker", name);
    put(app, by, askable.ok_or_else(absent)?, note).await
}

/// Puts an open question to the maker, likewise.
///
/// # Errors
/// As [`put_action`].
pub async fn put_question(
    app: &App,
    by: &Actor,
    key: &Key,
    note: &str,
) -> Result<i64, MakerError> {
    let askable = askable_question(app, by, key).await?;
    let absent = || absent("question to a maker", key.as_str());
    put(app, by, askable.ok_or_else(absent)?, note).await
}

async fn put(
    app: &App,
    by: &Actor,
    askable: Askable,
    note: &str,
) -> Result<i64, MakerError> {
    if !askable.has_guest {
        return Err(MakerError::NoGuest);
    }
    let note = read(note).map_err(|_| MakerError::LongNote)?.unwrap_or_default();
    let organisation = askable.organisation.id;
    let own = Scope::of(by.head, vec![askable.organisation.path.clone()]);
    let before = app.store.maker_questions(&own).await?.into_iter().find(|one| {
        one.organisation == askable.organisation.id
            && askable.is_put_from(&one.about)
            && one.said.is_none()
    });
    if let (Some(before), true) = (&before, note.is_empty()) {
        return Ok(before.id);
    }
    let beside = NewQuestionNote {
        organisation,
        about: before.as_ref().map_or(&askable.about, |before| &before.about),
        maker: before.as_ref().map_or(&askable.maker, |before| &before.maker),
        note,
        by: by.person,
    };
    let mut write = app.store.write(by.head, (app.now)()).await?;
    if let Some(before) = &before {
        with_question(&mut write, beside).await?;
        write.commit(asking(by, before.id, organisation, "note for maker")).await?;
        return Ok(before.id);
    }
    let id = write
        .ask_maker(NewMakerQuestion {
            organisation: askable.organisation.id,
            maker: &askable.maker,
            product: &askable.product,
            about: &askable.about,
            asked: &askable.asked,
            by: by.person,
        })
        .await?;
    with_question(&mut write, beside).await?;
    write.commit(asking(by, id, organisation, "ask maker")).await?;
    Ok(id)
}

fn asking(by: &Actor, id: i64, organisation: i64, what: &'static str) -> Act {
    let facts = vec![("organisation", Fact::Number(organisation))];
    Act { by: by.person, what, noun: Noun::MakerQuestion, id, facts }
}

/// What was put to makers from an action or a question, under any of its names, as far as
/// whoever asks sees the organisations, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn told(
    app: &App,
    by: &Actor,
    about: &[String],
) -> Result<Vec<MakerQuestion>, StoreError> {
    let all = app.store.maker_questions(&by.scope(Permission::ViewDevices)).await?;
    Ok(all.into_iter().filter(|one| about.contains(&one.about)).collect())
}

/// What is asked of whoever asks as a guest: what waits first, then what was answered, the
/// newest first. What several organisations asked in the same words stands once.
///
/// # Errors
/// When the database fails.
pub async fn asked(app: &App, by: &Actor) -> Result<Vec<Asked>, StoreError> {
    let noted = noted(app, by).await?;
    let mut seen: BTreeMap<_, (MakerQuestion, BTreeSet<(i64, String)>)> = BTreeMap::new();
    for one in put_to(app, by).await? {
        let key = (one.said.is_some(), one.product.clone(), one.asked.clone());
        let from = (one.organisation, one.about.clone());
        seen.entry(key).or_insert_with(|| (one, BTreeSet::new())).1.insert(from);
    }
    let mut asked: Vec<Asked> = seen
        .into_values()
        .map(|(one, from)| Asked {
            notes: noted
                .iter()
                .filter(|note| is_same(&note.maker, &one.maker))
                .filter(|note| from.contains(&(note.organisation, note.about.clone())))
                .cloned()
                .collect(),
            id: one.id,
            product: one.product,
            asked: one.asked,
            put: one.put,
            said: one.said,
            note: one.note,
            answered: one.answered,
        })
        .collect();
    asked.sort_by_key(|one| (one.said.is_some(), std::cmp::Reverse(one.id)));
    Ok(asked)
}

/// What was noted for makers at the desks of whoever asks as a guest; for which of them, what was
/// put to them tells.
async fn noted(app: &App, by: &Actor) -> Result<Vec<QuestionNote>, StoreError> {
    match scope_of_desks(app, by).await? {
        Some((scope, _)) => app.store.notes_for_makers(&scope).await,
        None => Ok(Vec::new()),
    }
}

/// How many questions wait for whoever asks as a guest.
///
/// # Errors
/// When the database fails.
pub async fn waiting_questions(app: &App, by: &Actor) -> Result<usize, StoreError> {
    let put = asked(app, by).await?.iter().filter(|one| one.said.is_none()).count();
    let of_buyers = flag_questions(app, by).await?;
    Ok(put + of_buyers.iter().filter(|one| one.waits()).count())
}

/// Everything that was put to whoever asks as a guest, by organisations at their desks and
/// below.
async fn put_to(app: &App, by: &Actor) -> Result<Vec<MakerQuestion>, StoreError> {
    let Some((scope, desks)) = scope_of_desks(app, by).await? else {
        return Ok(Vec::new());
    };
    let all = app.store.maker_questions(&scope).await?;
    let is_own = |one: &MakerQuestion| {
        // What flags ask is answered for buyers that the guest chooses.
        flag_of(&one.about).is_none()
            && desks.iter().any(|desk| {
                desk.organisation.path.holds(&one.path)
                    && is_same(&one.maker, &desk.maker)
            })
    };
    Ok(all.into_iter().filter(is_own).collect())
}

/// Where somebody sits as a guest; none for whoever does nowhere.
async fn scope_of_desks(
    app: &App,
    by: &Actor,
) -> Result<Option<(Scope, Vec<Desk>)>, StoreError> {
    let desks = desks(app, by).await?;
    let paths: Vec<Path> =
        desks.iter().map(|desk| desk.organisation.path.clone()).collect();
    let is_none = paths.is_empty();
    Ok((!is_none).then(|| (Scope::of(by.head, paths), desks)))
}

/// Answers what a maker is asked, for every organisation that asked it in the same words; an
/// answer that was given is replaced.
///
/// # Errors
/// When it was not put to the actor, the answer is empty or too long, or the database fails.
pub async fn answer(
    app: &App,
    by: &Actor,
    id: i64,
    said: MakerSaid,
    note: &str,
) -> Result<(), MakerError> {
    let all = put_to(app, by).await?;
    let question = all.iter().find(|one| one.id == id);
    let question = question.ok_or_else(|| absent("question", &id.to_string()))?;
    if said == MakerSaid::Told && note.trim().is_empty() {
        return Err(MakerError::Missing("answer"));
    }
    if note.chars().count() > ANSWER_MAX {
        return Err(MakerError::Long);
    }
    let same = all.iter().filter(|one| {
        (&one.product, &one.asked) == (&question.product, &question.asked)
            && one.said.is_some() == question.said.is_some()
    });
    let mut write = app.store.write(by.head, (app.now)()).await?;
    for one in same {
        write.answer_as_maker(one.id, said, note, by.person).await?;
    }
    let facts = vec![("said", Fact::word(said.word()))];
    let (what, noun) = ("answer as maker", Noun::MakerQuestion);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

fn absent(noun: &'static str, id: &str) -> StoreError {
    StoreError::Absent { noun, id: id.to_owned() }
}
