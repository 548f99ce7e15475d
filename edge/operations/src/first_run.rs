//! A new house: whoever holds its first link names the organisation and becomes its
//! administrator.

use jiff::SignedDuration;
use store::{
    Act, Kind, NewOrganisation, NewPerson, NewSession, Noun, Purpose, Role, StoreError,
};

use crate::App;
use crate::address::{NO_ADDRESS, is_address};
use crate::password::{self, PasswordError};

/// How long the first link works. A new one is printed at each start until it was used.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// Why the house was not set up.
#[derive(Debug, thiserror::Error)]
pub enum FirstRunError {
    /// The link was used, is too old, or never was one.
    #[error(
        "this link does not work any more; a new one is printed when the server starts"
    )]
    Link,
    /// A field that must not be empty is.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// No mail can be addressed so.
    #[error("{NO_ADDRESS}")]
    Address,
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What whoever sets up a house says.
#[derive(Clone, Copy, Debug)]
pub struct Founding<'a> {
    /// What the top organisation is.
    pub kind: Kind,
    /// What it is called.
    pub organisation: &'a str,
    /// The first administrator's name.
    pub name: &'a str,
    /// The first administrator's e-mail address.
    pub address: &'a str,
    /// The first administrator's password.
    pub password: &'a str,
    /// The time zone, by its IANA name.
    pub zone: &'a str,
}

/// Makes the first link of a house in which nobody lives yet; `None` in any other.
///
/// # Errors
/// When the database fails.
pub async fn offer(app: &App) -> Result<Option<String>, StoreError> {
    if !app.store.heads().await?.is_empty() {
        return Ok(None);
    }
    let mut write = app.store.write(0, (app.now)()).await?;
    let secret = write.make_link(Purpose::FirstRun, 0, LIFE).await?;
    let act =
        Act { by: 0, what: "offer first link", noun: Noun::Link, id: 0, facts: vec![] };
    write.commit(act).await?;
    Ok(Some(secret))
}

/// Whether a first link still works.
///
/// # Errors
/// When the database fails.
pub async fn works(app: &App, secret: &str) -> Result<bool, StoreError> {
    let link = app.store.link(secret, (app.now)()).await?;
    Ok(link.is_some_and(|link| link.purpose == Purpose::FirstRun))
}

/// Sets up the house, and signs its first administrator in.
///
/// # Errors
/// When the link does not work, a field is empty, the password is not taken, or the
/// database fails; then nothing is kept.
pub async fn found(
    app: &App,
    secret: &str,
    founding: Founding<'_>,
) -> Result<NewSession, FirstRunError> {
    for (what, text) in [
        ("the name of the organisation", founding.organisation),
        ("your name", founding.name),
        ("your e-mail address", founding.address),
    ] {
        if text.trim().is_empty() {
            return Err(FirstRunError::Missing(what));
        }
    }
    if !is_address(founding.address) {
        return Err(FirstRunError::Address);
    }
    if !works(app, secret).await? {
        return Err(FirstRunError::Link);
    }
    let hash = password::hash(founding.password).await?;
    let head = app.store.make_head().await?;
    let mut write = app.store.write(head, (app.now)()).await?;
    if !write.use_link(secret).await? {
        return Err(FirstRunError::Link);
    }
    let new = NewOrganisation { kind: founding.kind, name: founding.organisation };
    let top = write.make_organisation(None, new).await?;
    let new =
        NewPerson { name: founding.name, address: founding.address, zone: founding.zone };
    let person = write.make_person(new).await?;
    write.set_password(person, &hash).await?;
    write.bind(person, Role::Administrator, &top).await?;
    let session = write.begin_session(person).await?;
    let act = Act {
        by: person,
        what: "found organisation",
        noun: Noun::Organisation,
        id: top.id,
        facts: Vec::new(),
    };
    write.commit(act).await?;
    Ok(session)
}
