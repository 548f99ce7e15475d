//! What a supplier is asked: the questions of flags that cannot be told or are raised, put to its
//! guest by a person's act. The guest reads the question and who asks, and no verdict.

use std::collections::BTreeMap;

use controls::red_flag::Flag;
use controls::{Finding, Subject, Verdict};
use store::{Act, Fact, MakerQuestion, NewMakerQuestion, Noun};

use super::assessed::{Assessed, is_called, one};
use super::entry::EntryKind;
use super::{SupplierError, kept};
use crate::maker::about_flag;
use crate::{Actor, App};

/// A question that the evidence leaves open, once for each product.
#[derive(Clone, Debug)]
pub struct Question {
    /// The flag.
    pub flag: Flag,
    /// About which product; empty where it is about the supplier.
    pub product: String,
    /// What the evidence says.
    pub verdict: Verdict,
    /// What was put and answered; none where it was not put yet.
    pub put: Option<MakerQuestion>,
}

impl Assessed {
    /// The further names of the supplier.
    #[must_use]
    pub fn aliases(&self) -> Vec<String> {
        let aliases = self.entries.iter();
        let aliases = aliases.filter(|one| one.kind == EntryKind::Alias.word());
        aliases.filter_map(|one| one.fields.get("name").cloned()).collect()
    }

    /// What was asked and answered about a finding.
    #[must_use]
    pub fn answer(&self, finding: &Finding) -> Option<&MakerQuestion> {
        let (about, product) = (about_flag(finding.flag), product(finding));
        let of = |one: &&MakerQuestion| one.about == about && one.product == product;
        self.answers.iter().rev().find(of)
    }
}

fn product(finding: &Finding) -> &str {
    match &finding.subject {
        Subject::Product(name) => name,
        Subject::Supplier => "",
    }
}

/// The questions that are open about a supplier, the gravest first.
#[must_use]
pub fn asked(of: &Assessed) -> Vec<Question> {
    let open = of.vetted.findings.iter().filter(|finding| !finding.ask.is_empty());
    let mut questions: Vec<Question> = open
        .map(|finding| Question {
            flag: finding.flag,
            product: product(finding).to_owned(),
            verdict: finding.ruling.verdict,
            put: of.answer(finding).cloned(),
        })
        .collect();
    questions.sort_by_key(|one| (one.flag.severity(), one.flag.number()));
    questions
}

/// Puts one question to the guest of a supplier.
///
/// # Errors
/// When the actor may not, nobody answers for the supplier there, the flag is not open, or the
/// database fails.
pub async fn put(
    app: &App,
    by: &Actor,
    supplier: i64,
    flag: &str,
    product: &str,
) -> Result<usize, SupplierError> {
    put_some(app, by, supplier, &|one| one.flag.id() == flag && one.product == product)
        .await
}

/// Puts every question to the guest of a supplier that is open and was not put yet.
///
/// # Errors
/// As [`put`].
pub async fn put_all(
    app: &App,
    by: &Actor,
    supplier: i64,
) -> Result<usize, SupplierError> {
    put_some(app, by, supplier, &|_| true).await
}

async fn put_some(
    app: &App,
    by: &Actor,
    supplier: i64,
    wanted: &(dyn Fn(&Question) -> bool + Sync),
) -> Result<usize, SupplierError> {
    let supplier = kept(app, by, supplier).await?;
    let (assessed, _) = one(app, by, supplier.id).await?;
    let aliases = assessed.aliases();
    let guests = app.store.guests(by.head).await?;
    let guest = guests.iter().find(|guest| {
        guest.path.holds(&supplier.path) && is_called(&supplier, &aliases, &guest.maker)
    });
    let maker = &guest.ok_or(SupplierError::NoGuest)?.maker;
    let mut open: BTreeMap<(String, String), Question> = BTreeMap::new();
    for question in asked(&assessed).into_iter().filter(|one| wanted(one)) {
        // What waits or was answered is not put twice; what was answered unasked is.
        if question.put.as_ref().is_none_or(|put| put.offered) {
            let key = (question.flag.id().to_owned(), question.product.clone());
            open.insert(key, question);
        }
    }
    if open.is_empty() {
        return Err(SupplierError::NothingOpen);
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    for question in open.values() {
        match &question.put {
            Some(offered) => write.ask_offered(offered.id).await?,
            None => {
                let new = NewMakerQuestion {
                    organisation: supplier.organisation,
                    maker,
                    product: &question.product,
                    about: &about_flag(question.flag),
                    asked: question.flag.ask(),
                    by: by.person,
                };
                write.ask_maker(new).await?;
            }
        }
    }
    let facts = vec![("questions", Fact::Number(open.len() as i64))];
    let (what, noun, id) = ("ask supplier", Noun::Supplier, supplier.id);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(open.len())
}
