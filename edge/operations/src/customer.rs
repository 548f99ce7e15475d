//! What customers ask a maker in the maker's own house.
//!
//! A customer gives away its open questions as a file; the maker brings that file into its own
//! house, answers, and gives the same questions back with answers, which the customer takes in
//! as it takes in any filled list. No house reaches into another: what passes between them is a
//! file that a person gave away. Of the customer's devices nothing is kept.

mod carried;
mod register;
mod tell;
mod telling;

use std::collections::BTreeSet;

use naming::spelling::fold;
use store::{
    Act, CustomerQuestion, Fact, Kind, NewCustomer, NewCustomerQuestion, Noun,
    Organisation, Said, StoreError,
};

use crate::bills::BillError;
use crate::called::maker;
use crate::{Actor, App, Permission};

pub(crate) use carried::Carriages;
pub use register::{Listed, customers, list, remove};
pub use tell::{NewTelling, notes, take_back, tell};
pub use telling::{CarriedFlaw, Carrier, Hearer, Telling, flaw, telling};

/// Letters of an answer.
const ANSWER_MAX: usize = 2000;
/// Letters of a name.
const NAME_MAX: usize = 200;
/// Bytes of the texts of a question: a few hundred, and a line for each build that it is about.
const TEXT_MAX: usize = 64 * 1024;
/// Letters from which on the name of a product alone tells whose a question is.
const TELLING: usize = 4;

/// Why something is not brought or answered.
#[derive(Debug, thiserror::Error)]
pub enum CustomerError {
    /// The organisation is none that customers ask.
    #[error("only a maker's own organisation is asked by customers")]
    NotAMaker,
    /// Nobody says who asks.
    #[error("nobody says who asks")]
    Nobody,
    /// A name or an answer is too long.
    #[error("it is longer than {0} characters")]
    Long(usize),
    /// A line of a list of customers cannot be taken: which one, and why.
    #[error("line {0}: {1}")]
    Line(usize, String),
    /// A list of customers has too many lines.
    #[error("it has more than {0} lines")]
    ManyLines(usize),
    /// No customer is chosen who has not heard of it.
    #[error("nobody is chosen who has not heard of it")]
    NobodyTold,
    /// Not every SBOM was looked into yet, and none of the others tells of it.
    #[error(
        "{0} SBOMs are not looked into yet, and none of the others tells of this flaw"
    )]
    Unread(usize),
    /// What is typed is no day, or one that lies ahead.
    #[error("it is no day until today, such as 2026-11-26")]
    Day,
    /// An SBOM cannot be read.
    #[error(transparent)]
    Bill(Box<BillError>),
    /// The database failed, or something is not there for the actor.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BillError> for CustomerError {
    fn from(error: BillError) -> Self {
        Self::Bill(Box::new(error))
    }
}

/// A line of a list, as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The key of the question.
    pub key: String,
    /// About which product or place.
    pub about: String,
    /// What is asked.
    pub asked: String,
    /// Of which builds.
    pub builds: String,
    /// What hangs on it.
    pub vulnerabilities: String,
    /// By which keys the customer knew the same before.
    pub earlier: BTreeSet<String>,
    /// Whether a maker can know.
    pub asks: Asks,
}

/// About what a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asks {
    /// A product.
    #[default]
    Product,
    /// Where devices of the customer stand: nothing that a maker knows.
    Place,
}

/// Which lines are brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that name the maker, or a product of it that the house knows.
    Own,
    /// All that are about a product.
    All,
}

/// Why a line is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// It has no key or asks nothing.
    Empty,
    /// Its texts are too long.
    Long,
    /// It is about a place of the customer.
    Place,
    /// It names neither the maker nor a product of it.
    Others,
    /// That customer asked it before.
    Before,
}

/// What became of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// How many questions are new.
    pub taken: usize,
    /// Which lines were left out, by their place among the lines, and why.
    pub left: Vec<(usize, LeftOut)>,
}

/// The organisations of whoever asks that customers may ask: makers in their own house.
///
/// # Errors
/// When the database fails.
pub async fn makers(app: &App, by: &Actor) -> Result<Vec<Organisation>, StoreError> {
    let scope = by.scope(Permission::AnswerQuestions);
    let mut all = app.store.organisations(&scope).await?;
    all.retain(|one| one.kind == Kind::Maker);
    Ok(all)
}

/// What customers ask, as far as whoever asks sees the makers: what waits first.
///
/// # Errors
/// When the database fails.
pub async fn asked(app: &App, by: &Actor) -> Result<Vec<CustomerQuestion>, StoreError> {
    app.store.customer_questions(&by.scope(Permission::ViewDevices)).await
}

/// How many questions of customers wait, each once for all that ask it in the same words.
///
/// # Errors
/// When the database fails.
pub async fn waiting(app: &App, by: &Actor) -> Result<usize, StoreError> {
    app.store.customers_waiting(&by.scope(Permission::ViewDevices)).await
}

/// Brings the questions of a list that a customer gave away. What that customer asked before
/// stays as it is.
///
/// # Errors
/// When the organisation is no maker for which the actor may answer, nobody says who asks, or
/// the database fails; then nothing is kept.
pub async fn bring(
    app: &App,
    by: &Actor,
    organisation: i64,
    customer: &str,
    lines: &[Line],
    which: Which,
) -> Result<Brought, CustomerError> {
    let place = makers(app, by).await?.into_iter().find(|one| one.id == organisation);
    let place = place.ok_or(CustomerError::NotAMaker)?;
    let customer = customer.trim();
    if customer.is_empty() {
        return Err(CustomerError::Nobody);
    }
    if customer.chars().count() > NAME_MAX {
        return Err(CustomerError::Long(NAME_MAX));
    }
    let own = Own::of(app, &place).await?;
    let kept = asked_by(app, &place, customer).await?;
    let own_scope = store::Scope::of(by.head, vec![place.path.clone()]);
    let known = register::known(app, &own_scope, &place).await?;
    let is_known = known.contains_key(&register::called(customer));
    let keys: BTreeSet<&str> = lines.iter().map(|line| line.key.trim()).collect();
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let mut brought = Brought::default();
    let mut first = 0;
    for (at, line) in lines.iter().enumerate() {
        if let Some(why) = own.left_out(line, which) {
            brought.left.push((at, why));
            continue;
        }
        let new = NewCustomerQuestion {
            organisation: place.id,
            customer,
            key: line.key.trim(),
            about: line.about.trim(),
            asked: line.asked.trim(),
            builds: line.builds.trim(),
            vulnerabilities: line.vulnerabilities.trim(),
            by: by.person,
        };
        if let Some(before) = asked_before(&kept, line, &keys) {
            write.rename_question(before.id, new).await?;
            brought.left.push((at, LeftOut::Before));
            first = if first == 0 { before.id } else { first };
            continue;
        }
        match write.bring_question(new).await? {
            None => brought.left.push((at, LeftOut::Before)),
            Some(id) => {
                brought.taken += 1;
                first = if first == 0 { id } else { first };
            }
        }
    }
    if first != 0 {
        // Who asks is a customer; of which products nobody has said yet.
        if !is_known {
            let (organisation, products) = (place.id, &BTreeSet::new());
            let new =
                NewCustomer { organisation, name: customer, products, by: by.person };
            write.list_customer(new).await?;
        }
        let facts = vec![
            ("customers", Fact::Number(i64::from(!is_known))),
            ("questions", Fact::Number(brought.taken as i64)),
            ("organisation", Fact::Number(place.id)),
        ];
        let (what, noun) = ("bring questions of customer", Noun::CustomerQuestion);
        write.commit(Act { by: by.person, what, noun, id: first, facts }).await?;
    }
    Ok(brought)
}

/// What a customer asked a maker before.
async fn asked_by(
    app: &App,
    place: &Organisation,
    customer: &str,
) -> Result<Vec<CustomerQuestion>, StoreError> {
    let own = store::Scope::of(place.head, vec![place.path.clone()]);
    let mut kept = app.store.customer_questions(&own).await?;
    kept.retain(|one| one.organisation == place.id && one.customer == customer);
    Ok(kept)
}

/// What the customer asked under a key that its list has no more, because it knows the question
/// by another one now. What was answered about fewer builds is no answer to this one, which is
/// then asked anew.
fn asked_before<'k>(
    kept: &'k [CustomerQuestion],
    line: &Line,
    keys: &BTreeSet<&str>,
) -> Option<&'k CustomerQuestion> {
    let is_known = kept.iter().any(|one| one.key == line.key.trim());
    let mut earlier = kept.iter().filter(|one| {
        line.earlier.contains(&one.key) && !keys.contains(one.key.as_str())
    });
    let first = earlier.next()?;
    let is_alone = !is_known && earlier.next().is_none();
    let is_whole = first.said.is_none() || first.builds == line.builds.trim();
    (is_alone && is_whole).then_some(first)
}

/// Answers what a customer asks, for every customer that asks it in the same words; an answer
/// that was given is replaced.
///
/// # Errors
/// When there is none that the actor may answer, the answer is too long, or the database fails.
pub async fn answer(
    app: &App,
    by: &Actor,
    id: i64,
    said: Said,
    note: &str,
) -> Result<(), CustomerError> {
    let scope = by.scope(Permission::AnswerQuestions);
    let all = app.store.customer_questions(&scope).await?;
    let question = all.iter().find(|one| one.id == id);
    let question = question.ok_or_else(|| StoreError::Absent {
        noun: "question of a customer",
        id: id.to_string(),
    })?;
    if note.chars().count() > ANSWER_MAX {
        return Err(CustomerError::Long(ANSWER_MAX));
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    for one in all.iter().filter(|one| is_same(one, question)) {
        write.answer_customer(one.id, said, note, by.person).await?;
    }
    let facts = vec![("said", Fact::word(said.word()))];
    let (what, noun) = ("answer customer", Noun::CustomerQuestion);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// Whether two questions are one for whoever answers: the same maker is asked the same, and both
/// wait or neither does.
#[must_use]
pub fn is_same(one: &CustomerQuestion, other: &CustomerQuestion) -> bool {
    let words = |one: &CustomerQuestion| {
        (one.organisation, one.key.clone(), one.asked.clone(), one.said.is_some())
    };
    words(one) == words(other)
}

/// Whether two names are those of one customer.
#[must_use]
pub fn is_called(one: &str, other: &str) -> bool {
    register::called(one) == register::called(other)
}

/// Logs that answers were taken away for a customer.
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
    let (what, noun) = ("export answers to customer", Noun::CustomerQuestion);
    write.commit(Act { by: by.person, what, noun, id: 0, facts }).await?;
    Ok(())
}

/// By what a maker knows that a question is its own.
struct Own {
    /// The words of each name of the maker.
    makers: BTreeSet<Vec<String>>,
    /// Its products, folded.
    products: BTreeSet<String>,
}

impl Own {
    async fn of(app: &App, place: &Organisation) -> Result<Self, StoreError> {
        let scope = store::Scope::of(place.head, vec![place.path.clone()]);
        let products = app.store.products(&scope).await?;
        let names = products.iter().map(|one| one.product.maker.as_str());
        let makers = names.chain([place.name.as_str()]);
        let makers = makers.map(|name| maker(name).words.clone());
        let products = products.iter().map(|one| fold(one.product.name.trim()));
        Ok(Self {
            makers: makers.filter(|words| !words.is_empty()).collect(),
            products: products.filter(|name| name.chars().count() >= TELLING).collect(),
        })
    }

    fn left_out(&self, line: &Line, which: Which) -> Option<LeftOut> {
        let texts =
            [&line.key, &line.asked, &line.about, &line.builds, &line.vulnerabilities];
        let bytes: usize = texts.map(String::len).iter().sum();
        if line.key.trim().is_empty() || line.asked.trim().is_empty() {
            Some(LeftOut::Empty)
        } else if bytes > TEXT_MAX {
            Some(LeftOut::Long)
        } else if line.asks == Asks::Place {
            Some(LeftOut::Place)
        } else if which == Which::Own && !self.is_named(line) {
            Some(LeftOut::Others)
        } else {
            None
        }
    }

    fn is_named(&self, line: &Line) -> bool {
        let text = fold(&format!("{} {}", line.about, line.builds));
        let words: Vec<&str> = text
            .split(|char: char| !char.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let holds = |name: &Vec<String>| {
            let is_it = |run: &[&str]| {
                run.iter().zip(name).all(|(one, own)| *one == own.as_str())
            };
            words.windows(name.len()).any(is_it)
        };
        self.makers.iter().any(holds)
            || self.products.iter().any(|product| text.contains(product))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Own {
        let makers =
            ["Aldermoor Medical Inc."].map(|name| maker(name).words.clone()).into();
        let products = ["Meridian 400"].map(fold).into();
        Own { makers, products }
    }

    fn line(about: &str, builds: &str) -> Line {
        Line {
            key: "k".to_owned(),
            asked: "Does it?".to_owned(),
            about: about.to_owned(),
            builds: builds.to_owned(),
            ..Line::default()
        }
    }

    #[track_caller]
    fn check(line: &Line, own_only: Option<LeftOut>, all: Option<LeftOut>) {
        assert_eq!(own().left_out(line, Which::Own), own_only);
        assert_eq!(own().left_out(line, Which::All), all);
    }

    #[test]
    fn a_maker_takes_what_names_it_or_its_products_and_no_place_of_a_customer() {
        check(&line("Aldermoor Medical Tarn PCA", ""), None, None);
        check(&line("", "ALDERMOOR  MEDICAL Ltd Tarn PCA 1.4; Other X 1"), None, None);
        check(&line("Meridian 400", ""), None, None);
        let others = Some(LeftOut::Others);
        check(&line("Brightwell Devices Halcyon 7", ""), others, None);
        check(&line("Aldermoor North", "Medical Aldermoor"), others, None);
        check(&line("", ""), others, None);
        let place = Line { asks: Asks::Place, ..line("Aldermoor Medical", "") };
        check(&place, Some(LeftOut::Place), Some(LeftOut::Place));
        let empty = Some(LeftOut::Empty);
        check(&Line { key: " ".to_owned(), ..line("Meridian 400", "") }, empty, empty);
        check(&Line { asked: String::new(), ..line("Meridian 400", "") }, empty, empty);
        let long = Some(LeftOut::Long);
        check(&line("Meridian 400", &"x".repeat(TEXT_MAX)), long, long);
    }
    fn kept(id: i64, key: &str, said: Option<Said>) -> CustomerQuestion {
        CustomerQuestion {
            id,
            organisation: 1,
            path: store::Scope::whole(1).roots()[0].clone(),
            customer: "Mercy".to_owned(),
            key: key.to_owned(),
            about: "Meridian 400".to_owned(),
            asked: "Does it?".to_owned(),
            builds: "Meridian 400 2.1".to_owned(),
            vulnerabilities: String::new(),
            brought: String::new(),
            said,
            note: String::new(),
            answered: None,
        }
    }

    #[test]
    fn a_question_that_has_another_key_now_is_asked_anew_only_where_it_is_about_more() {
        #[track_caller]
        fn check(
            kept: &[CustomerQuestion],
            builds: &str,
            keys: &[&str],
            expected: Option<i64>,
        ) {
            let earlier = ["old", "older"].map(str::to_owned).into();
            let line =
                Line { key: "new".to_owned(), earlier, ..line("Meridian 400", builds) };
            let keys = keys.iter().copied().collect();
            assert_eq!(asked_before(kept, &line, &keys).map(|one| one.id), expected);
        }

        let (same, more) = ("Meridian 400 2.1", "Meridian 400 2.1; MERIDIAN 400 2.2");
        let (waits, no) = (None, Some(Said::No));
        check(&[kept(1, "old", waits)], more, &["new"], Some(1));
        check(&[kept(1, "old", no)], same, &["new"], Some(1));
        check(&[kept(1, "old", no)], more, &["new"], None);
        // Still asked under its own key, or known under the new one already.
        check(&[kept(1, "old", waits)], same, &["new", "old"], None);
        check(&[kept(1, "old", waits), kept(2, "new", waits)], same, &["new"], None);
        // Two that were one for the customer, and what never was this question.
        check(&[kept(1, "old", no), kept(2, "older", waits)], same, &["new"], None);
        check(&[kept(1, "other", no)], same, &["new"], None);
    }
}
