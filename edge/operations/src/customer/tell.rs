//! Noting that customers were told of a flaw, and taking that back.

use std::collections::BTreeSet;

use jiff::civil::Date;
use store::{Act, CustomerTold, Fact, NewCustomerTold, Noun, StoreError};

use super::telling::{flaw, told_within};
use super::{ANSWER_MAX, CustomerError};
use crate::{Actor, App, Permission};

/// What customers are told now.
#[derive(Clone, Copy, Debug)]
pub struct NewTelling<'a> {
    /// Of which product.
    pub product: i64,
    /// Of which vulnerability, by any of its names.
    pub vulnerability: &'a str,
    /// Of which releases, as whoever tells saw them.
    pub releases: &'a BTreeSet<i64>,
    /// Which customers.
    pub customers: &'a BTreeSet<i64>,
    /// On which day, as typed; today where nothing is.
    pub day: &'a str,
    /// How, and with which document.
    pub note: &'a str,
}

/// Notes that customers were told of a flaw: of the releases that are named, as far as they carry
/// it and the customer has not heard of them. A release that is found to carry it later is
/// another thing of which they have to hear.
///
/// # Errors
/// When there is no such flaw for which the actor may answer, nobody is chosen who has not heard
/// of one of these releases, the day is none or lies ahead, the note is too long, or the database
/// fails; then nothing is kept.
pub async fn tell(
    app: &App,
    by: &Actor,
    new: NewTelling<'_>,
    today: Date,
) -> Result<usize, CustomerError> {
    let scope = by.scope(Permission::AnswerQuestions);
    let telling = told_within(app, &scope, today).await?;
    let flaw = flaw(&telling, new.product, new.vulnerability)?;
    let day = day(new.day, today)?;
    if new.note.chars().count() > ANSWER_MAX {
        return Err(CustomerError::Long(ANSWER_MAX));
    }
    let shown: BTreeSet<i64> =
        flaw.releases().intersection(new.releases).copied().collect();
    let mut pairs = Vec::new();
    let chosen = flaw.untold.iter().filter(|one| new.customers.contains(&one.customer));
    for hearer in chosen {
        let has_heard =
            |release: &i64| hearer.heard.iter().any(|told| told.release == *release);
        let new = shown.iter().filter(|release| !has_heard(release));
        pairs.extend(new.map(|release| (hearer.customer, *release)));
    }
    let customers: BTreeSet<i64> = pairs.iter().map(|(customer, _)| *customer).collect();
    if customers.is_empty() {
        return Err(CustomerError::NobodyTold);
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    for (customer, release) in &pairs {
        let Some(known) = telling.customers.get(customer) else { continue };
        write
            .note_customer_told(NewCustomerTold {
                organisation: known.organisation,
                customer: *customer,
                release: *release,
                vulnerability: &flaw.vulnerability,
                told: &day,
                note: new.note,
                by: by.person,
            })
            .await?;
    }
    let facts = vec![
        ("customers", Fact::Number(customers.len() as i64)),
        ("releases", Fact::Number(shown.len() as i64)),
    ];
    let (what, noun) = ("note that customers were told", Noun::Product);
    write.commit(Act { by: by.person, what, noun, id: flaw.product.id, facts }).await?;
    Ok(customers.len())
}

/// The day that is typed; today where nothing is.
fn day(typed: &str, today: Date) -> Result<String, CustomerError> {
    let day: Date = match typed.trim() {
        "" => today,
        typed => terms::date::day(typed)
            .ok()
            .and_then(|day| day.to_string().parse().ok())
            .filter(|day| *day <= today)
            .ok_or(CustomerError::Day)?,
    };
    Ok(day.to_string())
}

/// Takes back that a customer was told of a flaw: what was noted last, of all releases that were
/// noted with it. What was noted before stands.
///
/// # Errors
/// When there is no such flaw for which the actor may answer, the customer was not told of it,
/// or the database fails.
pub async fn take_back(
    app: &App,
    by: &Actor,
    (product, vulnerability): (i64, &str),
    customer: i64,
    today: Date,
) -> Result<(), CustomerError> {
    let scope = by.scope(Permission::AnswerQuestions);
    let telling = told_within(app, &scope, today).await?;
    let flaw = flaw(&telling, product, vulnerability)?;
    let mut hearers = flaw.told.iter().chain(&flaw.untold);
    let heard: &[CustomerTold] = hearers
        .find(|one| one.customer == customer)
        .map(|one| one.heard.as_slice())
        .unwrap_or_default();
    let Some(newest) = heard.iter().map(|one| one.noted.as_str()).max() else {
        return Err(
            StoreError::Absent { noun: "customer", id: customer.to_string() }.into()
        );
    };
    let mut write = app.store.write(by.head, (app.now)()).await?;
    for one in heard.iter().filter(|one| one.noted == newest) {
        write.take_back_told(one.id, customer, by.person).await?;
    }
    let facts = vec![("product", Fact::Number(product))];
    let (what, noun) = ("take back that a customer was told", Noun::Customer);
    write.commit(Act { by: by.person, what, noun, id: customer, facts }).await?;
    Ok(())
}

/// What was noted of tellings, by their numbers, for whoever looks.
///
/// # Errors
/// When the database fails.
pub async fn notes(
    app: &App,
    by: &Actor,
    told: &[i64],
) -> Result<std::collections::BTreeMap<i64, String>, StoreError> {
    let all = app.store.notes_on_told(&by.scope(Permission::ViewDevices), told).await?;
    Ok(all.into_iter().map(|one| (one.id, one.note)).collect())
}
