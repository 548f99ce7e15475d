//! By which table an organisation gives priorities.

use std::sync::Arc;

use reading::limits;
use store::{Act, Fact, Noun, PriorityTable, StoreError};
use worklist::Policy;

use crate::aside::aside;
use crate::fleet::{FleetError, Foreseen, InForce, Tables, holdings};
use crate::judging::weigh;
use crate::{Actor, App, Permission, action};

/// Why a table is not put in force.
#[derive(Debug, thiserror::Error)]
pub enum PriorityTableError {
    /// As many organisations of the house have one of their own as there may be.
    #[error(
        "{} organisations have a table of their own, which is as many as one house keeps",
        limits::POLICY_TABLES_MAX
    )]
    TooMany,
    /// Somebody has changed it since it was shown.
    #[error("the table was changed since it was shown")]
    Changed(PriorityTable),
    /// The database failed, or there is no such organisation for whoever asks.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Puts a table in force for an organisation and for those below it that have none of their
/// own.
///
/// # Errors
/// When whoever asks does not run the organisation, the house has too many tables, the table
/// was changed since its revision `shown`, or the database fails.
pub async fn set(
    app: &App,
    by: &Actor,
    organisation: i64,
    shown: Option<i64>,
    policy: &Policy,
) -> Result<(), PriorityTableError> {
    // Whether whoever asks may is found out before how many others have one is told.
    let scope = by.scope(Permission::Administer);
    app.store.organisation(&scope, organisation).await?;
    let tables = Tables::of(&app.store.priority_tables(by.head).await?);
    if tables.beside(organisation) >= limits::POLICY_TABLES_MAX {
        return Err(PriorityTableError::TooMany);
    }
    let text = policy.to_string();
    let lines: Vec<&str> = text.lines().collect();
    let facts = vec![
        ("rows", Fact::Number(lines.len() as i64)),
        // Words of our own and numbers: nothing that somebody typed stands in a table.
        ("table", Fact::Word(lines.join("; ").into())),
    ];
    let what = ("set priority table", facts);
    keep(app, by, (organisation, shown), &text, what).await
}

/// By which number a change of an organisation's own table is told from others; 0 where it
/// never had one.
///
/// # Errors
/// When the database fails.
pub async fn revision(
    app: &App,
    by: &Actor,
    organisation: i64,
) -> Result<i64, StoreError> {
    let all = app.store.priority_tables(by.head).await?;
    let own = all.iter().filter(|table| table.organisation == organisation);
    Ok(own.map(|table| table.seq).max().unwrap_or(0))
}

/// Takes the table of an organisation back: that of the nearest one above it is in force.
///
/// # Errors
/// When whoever asks does not run the organisation, the table was changed since its revision
/// `shown`, or the database fails.
pub async fn take_back(
    app: &App,
    by: &Actor,
    organisation: i64,
    shown: Option<i64>,
) -> Result<(), PriorityTableError> {
    let what = ("take priority table back", Vec::new());
    keep(app, by, (organisation, shown), "", what).await
}

async fn keep(
    app: &App,
    by: &Actor,
    (organisation, shown): (i64, Option<i64>),
    written: &str,
    (what, facts): (&'static str, Vec<(&'static str, Fact)>),
) -> Result<(), PriorityTableError> {
    let scope = by.scope(Permission::Administer);
    let organisation = app.store.organisation(&scope, organisation).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let newest = write.newest_priority_table(organisation.id).await?;
    if let (Some(shown), Some(newest)) = (shown, newest)
        && newest.seq != shown
    {
        return Err(PriorityTableError::Changed(newest));
    }
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
