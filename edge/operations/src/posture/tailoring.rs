//! What an organisation makes of a control, and exceptions: asked for by one person, approved by
//! another, until a day. Neither is evidence, and an exception changes no verdict.

use std::collections::BTreeMap;

use posture::{Control, Exception, Tailored, Tailoring, catalog};
use reading::Place;
use store::{
    Act, ControlException, Fact, NewControlException, Noun, Organisation, Scope,
    StoreError, TailoredControl,
};

use crate::{Actor, App, Permission};

/// Letters of a reason or an owner.
pub(crate) const TEXT_MAX: usize = 2000;
/// Days after which an exception ends at the latest: then somebody looks again.
pub(crate) const DAYS_MAX: i32 = 366;

/// Why nothing is kept.
#[derive(Debug, thiserror::Error)]
pub enum TailoringError {
    /// The actor may not say that of the organisation.
    #[error("you may not say that of that organisation")]
    NotAllowed,
    /// A field is missing.
    #[error("the {0} is missing")]
    Missing(&'static str),
    /// A field does not hold what it should.
    #[error("the {0} is {1}")]
    Wrong(&'static str, &'static str),
    /// Whoever asked for an exception approves it.
    #[error("whoever asked for an exception does not approve it")]
    Own,
    /// The database failed, or something is not there for the actor.
    #[error(transparent)]
    Store(#[from] StoreError),
}

async fn place(
    app: &App,
    (by, may): (&Actor, Permission),
    id: i64,
) -> Result<Organisation, TailoringError> {
    match app.store.organisation(&by.scope(may), id).await {
        Err(StoreError::Absent { .. }) => Err(TailoringError::NotAllowed),
        found => Ok(found?),
    }
}

fn short(field: &'static str, text: &str) -> Result<String, TailoringError> {
    match text.trim() {
        text if text.chars().count() > TEXT_MAX => {
            Err(TailoringError::Wrong(field, "too long"))
        }
        text => Ok(text.to_owned()),
    }
}

/// Says what an organisation makes of a control. That it does not apply takes away what nobody
/// can show, so whoever says it may accept risks.
///
/// # Errors
/// When the actor may not, a parameter is none of the control's or below nothing, or the
/// database fails.
pub async fn tailor(
    app: &App,
    by: &Actor,
    (organisation, control): (i64, Control),
    said: TailoredControl,
) -> Result<(), TailoringError> {
    let place = place(app, (by, Permission::AcceptRisk), organisation).await?;
    let mut parameters = BTreeMap::new();
    for (name, value) in said.parameters {
        let usual = control.parameter(&name);
        let usual =
            usual.ok_or(TailoringError::Wrong("parameters", "none of its own"))?;
        if value < 0 {
            return Err(TailoringError::Wrong("parameters", "below nothing"));
        }
        if value != usual {
            parameters.insert(name, value);
        }
    }
    let said = TailoredControl {
        not_applicable: short("not_applicable", &said.not_applicable)?,
        owner: short("owner", &said.owner)?,
        parameters,
    };
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.tailor_control((place.id, control.id()), &said, by.person).await?;
    super::queue(&mut write).await?;
    let applies = if said.not_applicable.is_empty() { "yes" } else { "no" };
    let facts = vec![
        ("control", Fact::word(control.id())),
        ("applies", Fact::word(applies)),
        ("parameters", Fact::Number(said.parameters.len() as i64)),
    ];
    let (what, noun, id) = ("tailor control", Noun::Tailoring, place.id);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// Asks for an exception to a control; gives its number.
///
/// # Errors
/// When the actor may not keep evidence there, the reason is missing, the day is past or too far
/// away, or the database fails.
pub async fn ask_exception(
    app: &App,
    by: &Actor,
    (organisation, control): (i64, Control),
    (reason, last_day): (&str, &str),
) -> Result<i64, TailoringError> {
    let place = place(app, (by, Permission::KeepEvidence), organisation).await?;
    let reason = short("reason", reason)?;
    if reason.is_empty() {
        return Err(TailoringError::Missing("reason"));
    }
    let wrong = |what| TailoringError::Wrong("last_day", what);
    let last = terms::date::day(last_day.trim());
    let last = last.map_err(|_| wrong("no day, such as 2026-11-26"))?;
    let today = terms::date::day(&app.today()).map_err(|_| wrong("no day"))?;
    match evidence::days_between(today, last) {
        ..0 => return Err(wrong("a day that is over")),
        days if days > DAYS_MAX => return Err(wrong("more than a year away")),
        _ => {}
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let id = write
        .ask_exception(NewControlException {
            organisation: place.id,
            control: control.id(),
            reason: &reason,
            last_day: &last.to_string(),
            by: by.person,
        })
        .await?;
    let facts = vec![
        ("organisation", Fact::Number(place.id)),
        ("control", Fact::word(control.id())),
    ];
    let (what, noun) = ("ask for exception", Noun::Tailoring);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(id)
}

/// An exception that the actor may see with a permission.
async fn one(
    app: &App,
    (by, may): (&Actor, Permission),
    id: i64,
) -> Result<ControlException, StoreError> {
    let all = app.store.control_exceptions(&by.scope(may)).await?;
    let absent = || StoreError::Absent { noun: "exception", id: id.to_string() };
    all.into_iter().find(|one| one.id == id).ok_or_else(absent)
}

/// Approves an exception that somebody else asked for.
///
/// # Errors
/// When there is none that the actor may approve, they asked for it themselves, or the database
/// fails.
pub async fn approve_exception(
    app: &App,
    by: &Actor,
    id: i64,
) -> Result<(), TailoringError> {
    let found = one(app, (by, Permission::AcceptRisk), id).await?;
    if found.asked_by == by.person {
        return Err(TailoringError::Own);
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.approve_exception(id, by.person).await?;
    super::queue(&mut write).await?;
    let facts = vec![("organisation", Fact::Number(found.organisation))];
    let (what, noun) = ("approve exception", Noun::Tailoring);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// Ends an exception, or declines one that was asked for.
///
/// # Errors
/// When there is none that the actor may end, or the database fails.
pub async fn end_exception(app: &App, by: &Actor, id: i64) -> Result<(), TailoringError> {
    let found = one(app, (by, Permission::KeepEvidence), id).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.end_exception(id, by.person).await?;
    super::queue(&mut write).await?;
    let facts = vec![("organisation", Fact::Number(found.organisation))];
    let (what, noun) = ("end exception", Noun::Tailoring);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// The exceptions of an organisation that are not over, to a control or to any.
///
/// # Errors
/// When the database fails.
pub async fn exceptions(
    app: &App,
    by: &Actor,
    organisation: i64,
    control: &str,
) -> Result<Vec<ControlException>, StoreError> {
    let all = app.store.control_exceptions(&by.scope(Permission::ViewEvidence)).await?;
    let is_asked = |one: &ControlException| {
        one.organisation == organisation && one.control == control && one.ended.is_none()
    };
    Ok(all.into_iter().filter(is_asked).collect())
}

/// Puts what organisations make of controls, and exceptions that hold, to their tailorings.
pub(super) async fn put(
    app: &App,
    head: i64,
    tailorings: &mut BTreeMap<i64, Tailoring>,
) -> Result<(), StoreError> {
    for ((organisation, control), said) in app.store.tailored_controls(head).await? {
        let own = tailorings.get_mut(&organisation);
        if let Some((own, control)) = own.zip(catalog().control(&control)) {
            own.tailor(
                control,
                Tailored {
                    not_applicable: said.not_applicable,
                    owner: said.owner,
                    parameters: said.parameters,
                },
            );
        }
    }
    let exceptions = app.store.control_exceptions(&Scope::whole(head)).await?;
    let approvers: Vec<i64> =
        exceptions.iter().filter_map(|one| one.approved_by).collect();
    let names = app.store.names_of(head, &approvers).await?;
    for one in exceptions.into_iter().filter(|one| one.ended.is_none()) {
        let Some(approver) = one.approved_by else { continue };
        let Ok(expires) = terms::date::day(&one.last_day) else { continue };
        if let Some(own) = tailorings.get_mut(&one.organisation) {
            let name = names.get(&approver).filter(|name| !name.is_empty());
            own.exceptions.push(Exception {
                control: one.control,
                reason: one.reason,
                approver: name.cloned().unwrap_or_else(|| format!("number {approver}")),
                expires,
                place: Place::Document,
            });
        }
    }
    Ok(())
}
