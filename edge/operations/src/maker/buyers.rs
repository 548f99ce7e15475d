//! What buyers want to know of a supplier before they buy: the questions of red flags, answered
//! once, and who may read the answer.
//!
//! A buyer is an organisation at which the guest has a desk, or one below such a desk that asked.
//! The questions are the same for every supplier, so that they tell nothing of any verdict.

use std::collections::{BTreeMap, BTreeSet};

use controls::red_flag::{About, Flag, catalog};
use store::{
    Act, Fact, MakerQuestion, MakerSaid, NewMakerQuestion, Noun, Organisation, Path,
    Scope, StoreError,
};

use super::{ANSWER_MAX, Desk, MakerError, desks, is_same};
use crate::supplier::called;
use crate::{Actor, App};

/// With what the words begin from which a question of a flag was put.
const FLAG: &str = "flag:";

/// What a question of a flag was put from.
#[must_use]
pub fn about_flag(flag: Flag) -> String {
    format!("{FLAG}{}", flag.id())
}

/// The id of the flag from whose question something was put; none where it was put from anything
/// else.
#[must_use]
pub fn flag_of(about: &str) -> Option<&str> {
    about.strip_prefix(FLAG)
}

/// A question of a flag, as a guest meets it.
#[derive(Clone, Debug)]
pub struct FlagQuestion {
    /// The flag.
    pub flag: Flag,
    /// For which maker it would be answered.
    pub maker: String,
    /// About which product; empty where it is about the supplier.
    pub product: String,
    /// What was said; none where nothing was.
    pub said: Option<MakerSaid>,
    /// In which words.
    pub note: String,
    /// When, as stored.
    pub answered: Option<String>,
    /// When it was put first, as stored; none where nobody asked.
    pub put: Option<String>,
    /// Who may read the answer, or could.
    pub buyers: Vec<Buyer>,
}

/// Somebody who may read an answer, or could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buyer {
    /// The organisation.
    pub organisation: Organisation,
    /// How it stands to the question.
    pub interest: Interest,
}

/// How a buyer stands to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// It neither asked nor reads an answer.
    None,
    /// It asked, and reads no answer.
    Waits,
    /// It asked, and reads the answer.
    Answered,
    /// It did not ask, and reads the answer all the same.
    Offered,
}

impl Buyer {
    /// Whether it asked.
    #[must_use]
    pub const fn asks(&self) -> bool {
        matches!(self.interest, Interest::Waits | Interest::Answered)
    }

    /// Whether it reads the answer.
    #[must_use]
    pub const fn sees(&self) -> bool {
        matches!(self.interest, Interest::Answered | Interest::Offered)
    }
}

impl Interest {
    fn of(row: Option<&MakerQuestion>) -> Self {
        match row.map(|row| (row.offered, row.said.is_some())) {
            None | Some((true, false)) => Self::None,
            Some((false, false)) => Self::Waits,
            Some((false, true)) => Self::Answered,
            Some((true, true)) => Self::Offered,
        }
    }
}

impl FlagQuestion {
    /// Whether somebody asked who reads no answer.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.buyers.iter().any(|buyer| buyer.interest == Interest::Waits)
    }
}

/// What is known of one maker for which somebody answers.
struct Answering {
    maker: String,
    organisations: Vec<Organisation>,
    questions: Vec<MakerQuestion>,
}

impl Answering {
    /// The makers for which somebody answers, each once.
    async fn all(app: &App, by: &Actor) -> Result<Vec<Self>, StoreError> {
        let desks = desks(app, by).await?;
        if desks.is_empty() {
            return Ok(Vec::new());
        }
        let paths: Vec<Path> =
            desks.iter().map(|desk| desk.organisation.path.clone()).collect();
        let scope = Scope::of(by.head, paths);
        let questions = app.store.maker_questions(&scope).await?;
        let places = app.store.organisations(&scope).await?;
        let mut all: Vec<Self> = Vec::new();
        for desk in desks {
            let known = all.iter_mut().find(|one| is_same(&one.maker, &desk.maker));
            let of_desk = Self::of(&desk, &questions, &places);
            match known {
                Some(known) => known.join(of_desk),
                None => all.push(of_desk),
            }
        }
        Ok(all)
    }

    fn of(desk: &Desk, questions: &[MakerQuestion], places: &[Organisation]) -> Self {
        let is_own = |one: &&MakerQuestion| {
            flag_of(&one.about).is_some()
                && desk.organisation.path.holds(&one.path)
                && is_same(&one.maker, &desk.maker)
        };
        let questions: Vec<MakerQuestion> =
            questions.iter().filter(is_own).cloned().collect();
        // Who has asked has told its name by that.
        let asking: BTreeSet<i64> = questions
            .iter()
            .filter(|one| !one.offered)
            .map(|one| one.organisation)
            .collect();
        let is_buyer = |place: &&Organisation| {
            place.id == desk.organisation.id || asking.contains(&place.id)
        };
        let organisations = places.iter().filter(is_buyer).cloned().collect();
        Self { maker: desk.maker.clone(), organisations, questions }
    }

    fn join(&mut self, other: Self) {
        for place in other.organisations {
            if self.organisations.iter().all(|known| known.id != place.id) {
                self.organisations.push(place);
            }
        }
        for question in other.questions {
            if self.questions.iter().all(|known| known.id != question.id) {
                self.questions.push(question);
            }
        }
    }

    /// The rows of a question, by organisation: the newest of each.
    fn rows(&self, flag: Flag, product: &str) -> BTreeMap<i64, &MakerQuestion> {
        let about = about_flag(flag);
        let mut rows = BTreeMap::new();
        for one in &self.questions {
            if one.about == about && one.product == product {
                // They come the newest first.
                rows.entry(one.organisation).or_insert(one);
            }
        }
        rows
    }

    fn question(&self, flag: Flag, product: &str) -> FlagQuestion {
        let rows = self.rows(flag, product);
        let buyer = |place: &Organisation| Buyer {
            organisation: place.clone(),
            interest: Interest::of(rows.get(&place.id).copied()),
        };
        let buyers = self.organisations.iter().map(buyer).collect();
        let newest = rows.values().max_by_key(|row| row.answered.clone());
        let answered = newest.filter(|row| row.said.is_some());
        let asked = rows.values().filter(|row| !row.offered);
        FlagQuestion {
            flag,
            maker: self.maker.clone(),
            product: product.to_owned(),
            said: answered.and_then(|row| row.said),
            note: answered.map(|row| row.note.clone()).unwrap_or_default(),
            answered: answered.and_then(|row| row.answered.clone()),
            put: asked.map(|row| row.put.clone()).min(),
            buyers,
        }
    }

    /// Every question that may be answered: those about the supplier, and those about products
    /// that somebody asked or that were answered.
    fn all_questions(&self) -> Vec<FlagQuestion> {
        let mut products: BTreeSet<(&str, &str)> = BTreeSet::new();
        for one in &self.questions {
            if let Some(flag) = flag_of(&one.about)
                && !one.product.is_empty()
                && (!one.offered || one.said.is_some())
            {
                products.insert((flag, &one.product));
            }
        }
        let mut all = Vec::new();
        for flag in catalog().flags() {
            if flag.about() == About::Supplier || self.is_put(flag) {
                all.push(self.question(flag, ""));
            }
            let named = products.iter().filter(|(id, _)| *id == flag.id());
            all.extend(named.map(|(_, product)| self.question(flag, product)));
        }
        all
    }

    /// Whether a question about a product was put where no product is known.
    fn is_put(&self, flag: Flag) -> bool {
        let about = about_flag(flag);
        self.questions.iter().any(|one| one.about == about && one.product.is_empty())
    }
}

/// The questions of buyers to whoever asks as a guest: what waits first.
///
/// # Errors
/// When the database fails.
pub async fn flag_questions(
    app: &App,
    by: &Actor,
) -> Result<Vec<FlagQuestion>, StoreError> {
    let all = Answering::all(app, by).await?;
    let mut questions: Vec<FlagQuestion> =
        all.iter().flat_map(Answering::all_questions).collect();
    questions.sort_by_key(|one| {
        (!one.waits(), one.said.is_none(), one.flag.severity(), one.flag.number())
    });
    Ok(questions)
}

/// One of them, by its flag, the maker and the product.
///
/// # Errors
/// When there is none for whoever asks, or the database fails.
pub async fn flag_question(
    app: &App,
    by: &Actor,
    flag: &str,
    (maker, product): (&str, &str),
) -> Result<FlagQuestion, StoreError> {
    let all = flag_questions(app, by).await?.into_iter();
    let mut fitting = all.filter(|one| {
        one.flag.id() == flag
            && one.product == product
            && (maker.is_empty() || is_same(&one.maker, maker))
    });
    fitting
        .next()
        .ok_or_else(|| StoreError::Absent { noun: "question", id: flag.to_owned() })
}

/// Answers the question of a flag, for the buyers that are named; others read it no longer. A
/// buyer that keeps no dossier of the maker gets one, or nobody there would read the answer.
///
/// # Errors
/// When there is no such question for the actor, a buyer is none of its own, nobody is to read
/// it and nobody does, the answer is empty or too long, or the database fails; then nothing is
/// kept.
pub async fn answer_flag(
    app: &App,
    by: &Actor,
    question: &FlagQuestion,
    (said, note): (MakerSaid, &str),
    buyers: &BTreeSet<i64>,
) -> Result<(), MakerError> {
    let all = Answering::all(app, by).await?;
    let of = all.iter().find(|one| is_same(&one.maker, &question.maker));
    let absent = |noun, id: String| MakerError::Store(StoreError::Absent { noun, id });
    let id = question.flag.id().to_owned();
    let of = of.ok_or_else(|| absent("question", id))?;
    let mut bare = Vec::new();
    for buyer in buyers {
        let place = of.organisations.iter().find(|place| place.id == *buyer);
        let place = place.ok_or_else(|| absent("organisation", buyer.to_string()))?;
        let own = Scope::of(by.head, vec![place.path.clone()]);
        if called(app, &own, place.id, &of.maker).await?.is_none() {
            bare.push(place.id);
        }
    }
    if said == MakerSaid::Told && note.trim().is_empty() {
        return Err(MakerError::Missing("answer"));
    }
    if note.chars().count() > ANSWER_MAX {
        return Err(MakerError::Long);
    }
    let rows = of.rows(question.flag, &question.product);
    let reads = |row: &&MakerQuestion| row.said.is_some();
    if buyers.is_empty() && !rows.values().any(reads) {
        return Err(MakerError::Missing("buyers"));
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    for organisation in bare {
        write.open_supplier(organisation, &of.maker, by.person).await?;
    }
    let mut first = 0;
    for buyer in buyers {
        let id = match rows.get(buyer) {
            Some(row) => row.id,
            None => {
                let new = NewMakerQuestion {
                    organisation: *buyer,
                    maker: &of.maker,
                    product: &question.product,
                    about: &about_flag(question.flag),
                    asked: question.flag.ask(),
                    by: by.person,
                };
                write.offer_as_maker(new).await?
            }
        };
        write.answer_as_maker(id, said, note, by.person).await?;
        first = id;
    }
    for (organisation, row) in rows {
        if !buyers.contains(&organisation) && row.said.is_some() {
            write.take_answer_back(row.id).await?;
            first = if first == 0 { row.id } else { first };
        }
    }
    let facts = vec![
        ("said", Fact::word(said.word())),
        ("buyers", Fact::Number(buyers.len() as i64)),
    ];
    let (what, noun) = ("answer buyers as maker", Noun::MakerQuestion);
    write.commit(Act { by: by.person, what, noun, id: first, facts }).await?;
    Ok(())
}

/// The buyers of whoever asks as a guest, each once, with the maker for which it would answer.
pub(super) async fn buyers(
    app: &App,
    by: &Actor,
) -> Result<Vec<(String, Organisation)>, StoreError> {
    let all = Answering::all(app, by).await?;
    let each = all.into_iter().flat_map(|one| {
        let maker = one.maker;
        one.organisations.into_iter().map(move |place| (maker.clone(), place))
    });
    Ok(each.collect())
}
