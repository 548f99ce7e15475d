//! Signing in by an identity provider, and whose identity is whose.
//!
//! Somebody is known by issuer and subject alone. An identity is joined to an account by
//! whoever holds a link that an administrator made for that account, by the account itself,
//! or by an administrator who knows the subject: never because an e-mail address looks alike.
//! Roles are those that somebody of ours gave, and where the settings say so, those of groups
//! (`groups`).

use oidc::{Asked, Claims, Fault, Provider};
use serde::{Deserialize, Serialize};
use store::{Act, Fact, NewSession, Noun, Person, StoreError, Voucher};

use crate::groups::{self, Sessions, Why};
use crate::people::{self, PeopleError, sets_password};
use crate::{Actor, App};

/// Why somebody was not signed in, or an identity not joined.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The house follows no provider.
    #[error("this house signs nobody in by an identity provider")]
    NoProvider,
    /// It took too long, or was begun elsewhere.
    #[error("that took too long, or was begun in another browser; begin again")]
    Late,
    /// Nobody here is known by that identity.
    #[error("nobody here is known by this identity")]
    Unknown,
    /// It is the identity of somebody else than whoever is signed in.
    #[error("this is the identity of somebody else")]
    SomebodyElse,
    /// The subject is none.
    #[error("a subject has 1 to 255 ASCII characters")]
    Subject,
    /// A program asks.
    #[error("a token has no identity; sign in, and do it yourself")]
    NotInPerson,
    /// The provider, or what it said.
    #[error(transparent)]
    Provider(#[from] Fault),
    /// The link or the account is not for the actor.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// For what somebody is sent to the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To be let in.
    SignIn,
    /// To join an identity to the account of a link, and be let in.
    Link(String),
    /// To join an identity to the account that is signed in.
    Own {
        /// The top organisation.
        head: i64,
        /// Who.
        person: i64,
    },
    /// To show again who it is.
    Confirm {
        /// The top organisation.
        head: i64,
        /// Who.
        person: i64,
    },
}

/// Somebody who is sent away.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Where to.
    pub to: String,
    /// What the browser holds until then.
    pub errand: String,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    purpose: Purpose,
    asked: oidc::Errand,
    next: String,
}

/// How far somebody came.
#[derive(Clone, Debug)]
pub enum Came {
    /// In.
    Session(NewSession),
    /// A code is asked for now, with this ticket.
    SecondFactor(String),
    /// The session that was there goes on.
    Same,
}

/// How long the place may be to which somebody goes afterwards.
const NEXT_MAX: usize = 800;

/// Sends somebody to the provider.
///
/// # Errors
/// When there is none, it cannot be asked, or the link does not work.
pub async fn send(
    app: &App,
    purpose: Purpose,
    next: &str,
) -> Result<Sent, IdentityError> {
    if let Purpose::Link(secret) = &purpose
        && !people::works(app, secret).await?
    {
        return Err(PeopleError::Link.into());
    }
    let asked = match purpose {
        Purpose::SignIn | Purpose::Link(_) => Asked::Who,
        Purpose::Own { .. } | Purpose::Confirm { .. } => Asked::WhoAnew,
    };
    let (to, asked) = provider(app)?.begin(asked, (app.now)()).await?;
    let next = if next.len() <= NEXT_MAX { next.to_owned() } else { String::new() };
    let kept = serde_json::to_string(&Kept { purpose, asked, next });
    let kept = kept.map_err(|_| IdentityError::Late)?;
    Ok(Sent { to, errand: app.store.errand(&kept, (app.now)())? })
}

/// Takes in whoever comes back: how far they came, and where they go on.
///
/// # Errors
/// When they were not sent, the provider's answer is not taken, or nobody here is known by
/// that identity.
pub async fn receive(
    app: &App,
    errand: &str,
    answer: &[(String, String)],
    session: Option<&str>,
) -> Result<(Came, String), IdentityError> {
    let now = (app.now)();
    let kept = app.store.errand_of(errand, now).ok_or(IdentityError::Late)?;
    let kept: Kept = serde_json::from_str(&kept).map_err(|_| IdentityError::Late)?;
    let provider = provider(app)?;
    let claims = provider.finish(&kept.asked, answer, now).await?;
    let came = match kept.purpose {
        Purpose::SignIn => enter(app, provider, &claims).await?,
        Purpose::Link(secret) => join(app, provider, &claims, &secret).await?,
        Purpose::Own { head, person } => {
            let secret = own(app, session, head, person).await?;
            join_own(app, provider, &claims, head, person, secret).await?
        }
        Purpose::Confirm { head, person } => {
            let secret = own(app, session, head, person).await?;
            confirm(app, provider, &claims, head, person, secret).await?
        }
    };
    Ok((came, kept.next))
}

fn provider(app: &App) -> Result<&Provider, IdentityError> {
    app.provider.as_deref().ok_or(IdentityError::NoProvider)
}

/// The person of an identity.
async fn known(
    app: &App,
    provider: &Provider,
    claims: &Claims,
) -> Result<Person, IdentityError> {
    let found = app.store.person_by_identity(provider.issuer(), &claims.subject).await?;
    found.ok_or(IdentityError::Unknown)
}

async fn enter(
    app: &App,
    provider: &Provider,
    claims: &Claims,
) -> Result<Came, IdentityError> {
    let person = known(app, provider, claims).await?;
    if person.blocked.is_some() {
        let write = app.store.write(person.head, (app.now)()).await?;
        let mut refused = act(0, "refuse sign-in", person.id);
        refused.facts.push(("reason", Fact::word("blocked")));
        write.commit(refused).await?;
        return Err(IdentityError::Unknown);
    }
    groups::settle(app, person.head, person.id, &claims.groups, Sessions::End).await?;
    if person.totp.is_some() {
        return Ok(Came::SecondFactor(ticket(app, &person)?));
    }
    let mut write = app.store.write(person.head, (app.now)()).await?;
    let session = write.begin_session_by(person.id, Voucher::Provider).await?;
    let mut done = act(person.id, "sign in", person.id);
    done.facts.push(("by", Fact::word("provider")));
    write.commit(done).await?;
    Ok(Came::Session(session))
}

/// Joins an identity to the account of a link, and uses the link up.
async fn join(
    app: &App,
    provider: &Provider,
    claims: &Claims,
    secret: &str,
) -> Result<Came, IdentityError> {
    let link = app.store.link(secret, (app.now)()).await?;
    let link =
        link.filter(|link| sets_password(link.purpose)).ok_or(PeopleError::Link)?;
    let person = app.store.person(link.head, link.person).await?;
    if person.blocked.is_some() {
        return Err(PeopleError::Link.into());
    }
    let mut write = app.store.write(link.head, (app.now)()).await?;
    if !write.use_link(secret).await? {
        return Err(PeopleError::Link.into());
    }
    write.join_identity(person.id, provider.issuer(), &claims.subject).await?;
    // A second factor is asked for here as at every other sign-in.
    let came = match person.totp {
        Some(_) => Came::SecondFactor(ticket(app, &person)?),
        None => {
            let session = write.begin_session_by(person.id, Voucher::Provider).await?;
            Came::Session(session)
        }
    };
    write.commit(act(person.id, "join identity", person.id)).await?;
    // The session that was just begun goes on, whatever the groups say.
    groups::settle(app, person.head, person.id, &claims.groups, Sessions::GoOn).await?;
    Ok(came)
}

/// What somebody shows who came from the provider and owes the code of a second factor.
fn ticket(app: &App, person: &Person) -> Result<String, StoreError> {
    app.store.ticket(person.head, person.id, Voucher::Provider, (app.now)())
}

/// The secret of the session with which somebody was sent: it must be theirs still.
async fn own<'a>(
    app: &App,
    session: Option<&'a str>,
    head: i64,
    person: i64,
) -> Result<&'a str, IdentityError> {
    let secret = session.ok_or(IdentityError::Late)?;
    let found = app.store.session(secret, (app.now)()).await?;
    match found.is_some_and(|found| (found.head, found.person) == (head, person)) {
        true => Ok(secret),
        false => Err(IdentityError::Late),
    }
}

async fn join_own(
    app: &App,
    provider: &Provider,
    claims: &Claims,
    head: i64,
    person: i64,
    secret: &str,
) -> Result<Came, IdentityError> {
    let mut write = app.store.write(head, (app.now)()).await?;
    write.join_identity(person, provider.issuer(), &claims.subject).await?;
    write.vouch_for_session(secret).await?;
    write.commit(act(person, "join identity", person)).await?;
    groups::settle(app, head, person, &claims.groups, Sessions::GoOn).await?;
    Ok(Came::Same)
}

async fn confirm(
    app: &App,
    provider: &Provider,
    claims: &Claims,
    head: i64,
    person: i64,
    secret: &str,
) -> Result<Came, IdentityError> {
    let found = known(app, provider, claims).await?;
    if (found.head, found.id) != (head, person) {
        let write = app.store.write(head, (app.now)()).await?;
        write.commit(act(person, "refuse confirmation", person)).await?;
        return Err(IdentityError::SomebodyElse);
    }
    groups::settle(app, head, person, &claims.groups, Sessions::GoOn).await?;
    let mut write = app.store.write(head, (app.now)()).await?;
    write.vouch_for_session(secret).await?;
    let mut done = act(person, "confirm", person);
    done.facts.push(("by", Fact::word("provider")));
    write.commit(done).await?;
    Ok(Came::Same)
}

/// Joins an identity that the actor knows to an account that the actor runs wholly.
///
/// # Errors
/// When the subject is none or joined elsewhere, the account has roles beyond the actor's
/// reach, or the database fails.
pub async fn bind(
    app: &App,
    by: &Actor,
    person: i64,
    subject: &str,
) -> Result<(), IdentityError> {
    in_person(by)?;
    let issuer = provider(app)?.issuer();
    let subject = subject.trim();
    if subject.is_empty() || subject.len() > 255 || !subject.is_ascii() {
        return Err(IdentityError::Subject);
    }
    people::wholly_run(app, by, person).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.join_identity(person, issuer, subject).await?;
    write.commit(act(by.person, "join identity", person)).await?;
    Ok(())
}

/// Parts somebody from their identities, takes the roles away that groups gave, and ends their
/// sessions; a password, if there is one, goes on.
///
/// # Errors
/// When the account has roles beyond the actor's reach, or the database fails.
pub async fn part(app: &App, by: &Actor, person: i64) -> Result<(), IdentityError> {
    in_person(by)?;
    people::wholly_run(app, by, person).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.part_identities(person).await?;
    for taken in groups::take_all(app, &mut write, person, Why::Parted).await? {
        write.also(&taken).await?;
    }
    if person != by.person {
        write.end_sessions_of(person).await?;
    }
    write.commit(act(by.person, "part identity", person)).await?;
    Ok(())
}

fn in_person(by: &Actor) -> Result<(), IdentityError> {
    match by.token() {
        None => Ok(()),
        Some(_) => Err(IdentityError::NotInPerson),
    }
}

fn act(by: i64, what: &'static str, person: i64) -> Act {
    Act { by, what, noun: Noun::Person, id: person, facts: Vec::new() }
}
