//! By which table an organisation gives priorities.

use std::sync::Arc;

use store::{Act, Fact, Noun, StoreError};
use worklist::Policy;

use crate::aside::aside;
use crate::fleet::{FleetError, Foreseen, InForce, holdings};
use crate::judging::weigh;
use crate::{Actor, App, Permission, action};

/// Puts a table in force for an organisation and for those below it that have none of their
/// own.
///
/// # Errors
/// When whoever asks does not run the organisation, or the database fails.
pub async fn set(
    app: &App,
    by: &Actor,
    organisation: i64,
    policy: &Policy,
) -> Result<(), StoreError> {
    let text = policy.to_string();
    let lines: Vec<&str> = text.lines().collect();
    let facts = vec![
        ("rows", Fact::Number(lines.len() as i64)),
        // Words of our own and numbers: nothing that somebody typed stands in a table.
        ("table", Fact::Word(lines.join("; ").into())),
    ];
    keep(app, by, organisation, &text, ("set priority table", facts)).await
}

/// Takes the table of an organisation back: that of the nearest one above it is in force.
///
/// # Errors
/// When whoever asks does not run the organisation, or the database fails.
pub async fn take_back(
    app: &App,
    by: &Actor,
    organisation: i64,
) -> Result<(), StoreError> {
    keep(app, by, organisation, "", ("take priority table back", Vec::new())).await
}

async fn keep(
    app: &App,
    by: &Actor,
    organisation: i64,
    written: &str,
    (what, facts): (&'static str, Vec<(&'static str, Fact)>),
) -> Result<(), StoreError> {
    let scope = by.scope(Permission::Administer);
    let organisation = app.store.organisation(&scope, organisation).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.set_priority_table(organisation.id, written, by.person).await?;
    // What is as urgent as another table says is noted, and may rest on what was not noted
    // because it made no difference.
    weigh::queue(&mut write).await?;
    action::queue(&mut write).await?;
    let noun = Noun::Organisation;
    write.commit(Act { by: by.person, what, noun, id: organisation.id, facts }).await?;
    Ok(())
}

/// What would change if a table were put in force; without one, if that of the organisation
/// were taken back.
///
/// # Errors
/// When whoever asks does not run the organisation, the database fails, or the index cannot
/// be read.
pub async fn foresee(
    app: &App,
    by: &Actor,
    organisation: i64,
    policy: Option<Policy>,
) -> Result<Foreseen, FleetError> {
    let scope = by.scope(Permission::Administer);
    let organisation = app.store.organisation(&scope, organisation).await?.id;
    let held = holdings(app, by.head).await?;
    let foreseen = aside(move || {
        let policy = match policy {
            Some(policy) => Arc::new(policy),
            None => {
                let InForce { policy, .. } = held.above(organisation);
                policy
            }
        };
        held.foresee(organisation, &policy)
    })
    .await?;
    Ok(foreseen)
}
