//! The tree of organisations grows.

use store::{Act, Fact, Kind, NewOrganisation, Noun, Organisation, StoreError};

use crate::{Actor, App, Permission};

/// Why an organisation was not made.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    /// It has no name.
    #[error("the name of the organisation is missing")]
    Nameless,
    /// The database failed, or there is nothing above that the actor may change.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes an organisation right below another that the actor runs.
///
/// # Errors
/// When it has no name, the actor does not run the one above, or the database fails.
pub async fn make_below(
    app: &App,
    by: &Actor,
    parent: i64,
    new: NewOrganisation<'_>,
) -> Result<Organisation, OrganisationError> {
    if new.name.trim().is_empty() {
        return Err(OrganisationError::Nameless);
    }
    let scope = by.scope(Permission::Administer);
    let parent = app.store.organisation(&scope, parent).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let made = write.make_organisation(Some(&parent), new).await?;
    let act = Act {
        by: by.person,
        what: "make organisation",
        noun: Noun::Organisation,
        id: made.id,
        facts: vec![
            ("below", Fact::Number(parent.id)),
            ("kind", Fact::word(Kind::word(made.kind))),
        ],
    };
    write.commit(act).await?;
    Ok(made)
}
