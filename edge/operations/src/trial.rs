//! A house that is tried out: invented people who come in by a link, without a password.
//!
//! Such a link is made by whoever runs the program on this machine and by nobody over the
//! network, works once, and is an act in the audit log like any other sign-in.

use jiff::SignedDuration;
use store::{
    Act, Fact, NewOrganisation, NewPerson, NewSession, Noun, Purpose, Role, Scope,
    StoreError,
};

use crate::first_run::Founding;
use crate::people::PeopleError;
use crate::{App, password};

/// How long a link works.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// Somebody invented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visitor<'a> {
    /// The name.
    pub name: &'a str,
    /// The e-mail address.
    pub address: &'a str,
    /// The role.
    pub role: Role,
    /// Where it holds.
    pub organisation: i64,
    /// The maker for which a supplier's guest answers; empty for anybody else.
    pub maker: &'a str,
}

/// Makes an account for each of the visitors of a top organisation, all with one password.
///
/// # Errors
/// When an address has an account already, the password is not taken, or the database fails;
/// then none of them is made.
pub async fn admit(
    app: &App,
    head: i64,
    zone: &str,
    password: &str,
    visitors: &[Visitor<'_>],
) -> Result<(), PeopleError> {
    let hash = password::hash(password).await?;
    let scope = Scope::whole(head);
    let mut write = app.store.write(head, (app.now)()).await?;
    for visitor in visitors {
        let organisation = app.store.organisation(&scope, visitor.organisation).await?;
        let Visitor { name, address, role, maker, .. } = *visitor;
        let person = write.make_person(NewPerson { name, address, zone }).await?;
        write.set_password(person, &hash).await?;
        write.bind(person, role, &organisation).await?;
        if !maker.is_empty() {
            write.set_guest(person, organisation.id, maker).await?;
        }
    }
    let count = i64::try_from(visitors.len()).unwrap_or(i64::MAX);
    let facts = vec![("people", Fact::Number(count))];
    write
        .commit(Act { by: 0, what: "admit visitors", noun: Noun::Person, id: 0, facts })
        .await?;
    Ok(())
}

/// Makes one more top organisation beside those that are there, with the first of its people;
/// gives its number and theirs.
///
/// # Errors
/// When the address has an account already, the password is not taken, or the database fails.
pub async fn found_beside(
    app: &App,
    founding: Founding<'_>,
) -> Result<(i64, i64), PeopleError> {
    let hash = password::hash(founding.password).await?;
    let head = app.store.make_head().await?;
    let mut write = app.store.write(head, (app.now)()).await?;
    let new = NewOrganisation { kind: founding.kind, name: founding.organisation };
    let top = write.make_organisation(None, new).await?;
    let Founding { name, address, zone, .. } = founding;
    let person = write.make_person(NewPerson { name, address, zone }).await?;
    write.set_password(person, &hash).await?;
    write.bind(person, Role::Administrator, &top).await?;
    let (what, noun) = ("found organisation", Noun::Organisation);
    write.commit(Act { by: person, what, noun, id: top.id, facts: Vec::new() }).await?;
    Ok((head, person))
}

/// Makes a link with which the visitor of that address signs in, once; `None` where nobody has
/// the address.
///
/// # Errors
/// When the database fails.
pub async fn offer(app: &App, address: &str) -> Result<Option<String>, StoreError> {
    let Some(person) = app.store.person_by_address(address).await? else {
        return Ok(None);
    };
    let mut write = app.store.write(person.head, (app.now)()).await?;
    let secret = write.make_link(Purpose::SignIn, person.id, LIFE).await?;
    write.commit(act(0, "offer sign-in", person.id)).await?;
    Ok(Some(secret))
}

/// Whose link it is, by name; `None` where it does not work any more.
///
/// # Errors
/// When the database fails.
pub async fn whose(app: &App, secret: &str) -> Result<Option<String>, StoreError> {
    let link = app.store.link(secret, (app.now)()).await?;
    let Some(link) = link.filter(|link| link.purpose == Purpose::SignIn) else {
        return Ok(None);
    };
    let person = app.store.person(link.head, link.person).await?;
    Ok(person.blocked.is_none().then_some(person.name))
}

/// Signs in whoever a link is for, and uses it up.
///
/// # Errors
/// When it does not work, or the database fails.
pub async fn enter(app: &App, secret: &str) -> Result<NewSession, PeopleError> {
    let link = app.store.link(secret, (app.now)()).await?;
    let link = link.filter(|link| link.purpose == Purpose::SignIn);
    let link = link.ok_or(PeopleError::Link)?;
    if app.store.person(link.head, link.person).await?.blocked.is_some() {
        return Err(PeopleError::Link);
    }
    let mut write = app.store.write(link.head, (app.now)()).await?;
    if !write.use_link(secret).await? {
        return Err(PeopleError::Link);
    }
    let session = write.begin_session(link.person).await?;
    write.commit(act(link.person, "sign in by link", link.person)).await?;
    Ok(session)
}

fn act(by: i64, what: &'static str, person: i64) -> Act {
    Act { by, what, noun: Noun::Person, id: person, facts: Vec::new() }
}
