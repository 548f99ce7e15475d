//! What buyers want to know before they buy, and what a guest answers once for those whom it
//! chooses.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use fleet::encoded;
use operations::Actor;
use operations::maker::{self, FlagQuestion, answer_flag, flag_question};
use serde::{Deserialize, Serialize};
use store::MakerSaid;

use super::question;
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::field::{Choice, Fault, Faults, Field, Holds};
use crate::form::Kept;
use crate::problem::Problem;
use crate::words;

/// Where they lie.
pub(crate) const HOME: &str = "/maker/red-flags";

/// A question of buyers.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) flag: &'static str,
    pub(crate) asked: &'static str,
    pub(crate) maker: String,
    pub(crate) product: String,
    pub(crate) waits: bool,
    /// In words; empty where nothing was answered.
    pub(crate) said: &'static str,
    pub(crate) note: String,
    pub(crate) answered: Option<Shown>,
    pub(crate) put: Option<Shown>,
    /// Who reads the answer.
    pub(crate) readers: Vec<String>,
    #[serde(skip)]
    pub(crate) address: String,
}

impl Row {
    pub(crate) fn of(one: &FlagQuestion, clock: &Clock) -> Self {
        let readers = one.buyers.iter().filter(|buyer| buyer.sees());
        Self {
            flag: one.flag.id(),
            asked: one.flag.ask(),
            waits: one.waits(),
            said: one.said.map(words::maker_said).unwrap_or_default(),
            note: one.note.clone(),
            answered: one.answered.as_deref().map(|at| clock.show(at)),
            put: one.put.as_deref().map(|at| clock.show(at)),
            readers: readers.map(|buyer| buyer.organisation.name.clone()).collect(),
            address: format!(
                "{HOME}/{}?maker={}&product={}",
                one.flag.id(),
                encoded(&one.maker),
                encoded(&one.product)
            ),
            maker: one.maker.clone(),
            product: one.product.clone(),
        }
    }

    pub(crate) fn who(&self) -> String {
        self.readers.join(", ")
    }

    /// The same among other questions.
    pub(crate) fn as_question(&self) -> question::Row {
        let put = self.put.clone().unwrap_or_else(|| Shown {
            stored: String::new(),
            text: String::new(),
            age: String::new(),
        });
        question::Row {
            id: 0,
            asked: self.asked.to_owned(),
            product: match self.product.as_str() {
                "" => "before a purchase".to_owned(),
                product => product.to_owned(),
            },
            put,
            said: self.said,
            note: self.note.clone(),
            answered: self.answered.clone(),
            notes: Vec::new(),
            address: self.address.clone(),
        }
    }
}

#[derive(Template, Serialize)]
#[template(path = "maker/red_flag.html")]
struct Page {
    #[serde(flatten)]
    row: Row,
    /// Who may read the answer, or could.
    buyers: Vec<Buyer>,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    faults: Faults,
    #[serde(skip)]
    said: Choice,
    #[serde(skip)]
    answer: Field,
    #[serde(skip)]
    fault: String,
}

#[derive(Serialize)]
pub(crate) struct Buyer {
    pub(crate) organisation: i64,
    pub(crate) name: String,
    /// `asked`, where it did.
    pub(crate) asking: &'static str,
    #[serde(rename = "reads")]
    pub(crate) is_chosen: bool,
}

impl Show for Page {
    fn title(&self) -> String {
        self.row.asked.to_owned()
    }
}

/// About what.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    maker: String,
    product: String,
}

/// What is typed: beside the answer `buyer_7` for each who is to read it.
type Typing = BTreeMap<String, String>;

/// The buyers that are chosen in a form.
pub(crate) fn chosen(typed: &Typing) -> BTreeSet<i64> {
    let keys = typed.keys().filter_map(|key| key.strip_prefix("buyer_"));
    keys.filter_map(|id| id.parse().ok()).collect()
}

/// `GET /maker/red-flags/{flag}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(flag): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let of = (wanted.maker.as_str(), wanted.product.as_str());
    let found = flag_question(&house.app, &by, &flag, of).await?;
    let page = page(&by, &found, None, face.clock());
    face.show(&page)
}

/// `POST /maker/red-flags/{flag}`: answers it, for the buyers that are chosen.
pub(crate) async fn act(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(flag): Path<String>,
    Kept(typed): Kept<Typing>,
) -> Result<Response, Problem> {
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    let of = (text("maker"), text("product"));
    let found = flag_question(&house.app, &by, &flag, of).await?;
    let given = match MakerSaid::from_word(text("said")) {
        None => Err(Problem::wrong_fields(vec![Fault::new("said", "Choose an answer.")])),
        Some(said) => {
            let answer = (said, text("answer"));
            answer_flag(&house.app, &by, &found, answer, &chosen(&typed))
                .await
                .map_err(Problem::from)
        }
    };
    match given {
        Ok(()) => Ok(face.done(question::HOME)),
        Err(problem) if problem.faults.is_empty() => Err(problem),
        Err(problem) => {
            let page = page(&by, &found, Some((&typed, &problem)), face.clock());
            face.again(&page, problem)
        }
    }
}

fn page(
    by: &Actor,
    found: &FlagQuestion,
    again: Option<(&Typing, &Problem)>,
    clock: &Clock,
) -> Page {
    let faults = again.map(|(_, problem)| problem.faults.as_slice()).unwrap_or_default();
    let text = |name: &str, known: &str| match again {
        Some((typed, _)) => typed.get(name).cloned().unwrap_or_default(),
        None => known.to_owned(),
    };
    let said = text("said", found.said.unwrap_or(MakerSaid::Told).word());
    let options = MakerSaid::ALL
        .map(|said| (said.word().to_owned(), words::maker_said(said).to_owned()));
    let typed = again.map(|(typed, _)| chosen(typed));
    let is_chosen = |buyer: &maker::Buyer| match &typed {
        Some(typed) => typed.contains(&buyer.organisation.id),
        // Whoever asked is answered, unless the guest says otherwise.
        None => buyer.sees() || buyer.asks(),
    };
    let buyers = found.buyers.iter().map(|buyer| Buyer {
        organisation: buyer.organisation.id,
        name: buyer.organisation.name.clone(),
        asking: if buyer.asks() { "asked" } else { "" },
        is_chosen: is_chosen(buyer),
    });
    let fault = faults.iter().find(|fault| fault.field == "buyers");
    Page {
        row: Row::of(found, clock),
        buyers: buyers.collect(),
        token: by.form_token.clone(),
        faults: again.map_or_else(Faults::none, |(_, problem)| Faults::of(problem)),
        said: Choice::new("said", "Your answer", options, &said).judged(faults),
        answer: Field::new("answer", "In your words", Holds::Text)
            .hint("What holds, since when, and where it can be read.")
            .typed(&text("answer", &found.note))
            .judged(faults),
        fault: fault.map(|fault| fault.detail.clone()).unwrap_or_default(),
    }
}
