//! Who belongs to the house, and what they may do where.
//!
//! Whoever changes an account runs every organisation in which it has a role: the
//! administrator of one hospital cannot take over the account of the whole group's.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use store::{
    Act, Binding, Blocked, Fact, Given, NewPerson, NewSession, Noun, Organisation,
    Purpose, Role, Scope, StoreError, Write,
};

use crate::address::{NO_ADDRESS, is_address};
use crate::password::{self, PasswordError};
use crate::revision::{self, Shown};
use crate::{Actor, App, Permission, posture as standing};

/// How long an invitation works.
const INVITATION: SignedDuration = SignedDuration::from_hours(24 * 7);
/// How long a link for a new password works.
const NEW_PASSWORD: SignedDuration = SignedDuration::from_hours(24);

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// Somebody has changed the person's roles meanwhile.
    #[error("somebody has changed the roles of this person meanwhile")]
    Changed,
    /// A field that must not be empty is.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// No mail can be addressed so.
    #[error("{NO_ADDRESS}")]
    Address,
    /// The address is somebody's whom the actor does not see. Whose, and whether they have an
    /// account, is not told.
    #[error(
        "nobody can be invited under this address from here; ask whoever runs the organisation at \
         the top"
    )]
    Elsewhere,
    /// The link was used, is too old, or never was one.
    #[error("this link does not work any more; ask your administrator for a new one")]
    Link,
    /// The account has roles where the actor runs nothing.
    #[error("this account has roles in organisations that you do not run")]
    Beyond,
    /// Nobody would be left who runs the top organisation.
    #[error(
        "nobody else runs the top organisation; make somebody else administrator first"
    )]
    LastAdministrator,
    /// The role comes from a group.
    #[error(
        "this role comes from the group `{0}` of the identity provider; it is gone when the person \
         has left the group and signs in again, or is parted from the provider"
    )]
    OfGroup(String),
    /// It is the actor's own account.
    #[error("nobody erases their own account; ask another administrator")]
    Oneself,
    /// It is the actor's own account.
    #[error("nobody blocks their own account; ask another administrator")]
    OwnBlock,
    /// The account is blocked, or is not, already.
    #[error("this account is {0}")]
    Already(&'static str),
    /// The account is blocked.
    #[error("this account is blocked; let it in again first")]
    Blocked,
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database failed, or something is not there for the actor.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody who is invited.
#[derive(Clone, Copy, Debug)]
pub struct Invitation<'a> {
    /// The name.
    pub name: &'a str,
    /// The e-mail address.
    pub address: &'a str,
    /// The time zone by its IANA name.
    pub zone: &'a str,
    /// The first role.
    pub role: Role,
    /// Where it holds.
    pub organisation: i64,
}

/// Makes an account with one role, and gives the secret of the link that sets its password.
///
/// # Errors
/// When a field is empty, the address has an account, the actor does not run the
/// organisation, or the database fails.
pub async fn invite(
    app: &App,
    by: &Actor,
    invitation: Invitation<'_>,
) -> Result<String, PeopleError> {
    invite_for(app, by, invitation, "").await
}

/// As [`invite`], of a supplier's guest who answers for a maker.
///
/// # Errors
/// As [`invite`], and when the maker is not named.
pub async fn invite_guest(
    app: &App,
    by: &Actor,
    invitation: Invitation<'_>,
    maker: &str,
) -> Result<String, PeopleError> {
    if maker.trim().is_empty() {
        return Err(PeopleError::Missing("the maker"));
    }
    let invitation = Invitation { role: Role::SupplierGuest, ..invitation };
    invite_for(app, by, invitation, maker).await
}

/// Nobody answers for a maker where `maker` is empty.
async fn invite_for(
    app: &App,
    by: &Actor,
    invitation: Invitation<'_>,
    maker: &str,
) -> Result<String, PeopleError> {
    for (what, text) in
        [("the name", invitation.name), ("the e-mail address", invitation.address)]
    {
        if text.trim().is_empty() {
            return Err(PeopleError::Missing(what));
        }
    }
    if !is_address(invitation.address) {
        return Err(PeopleError::Address);
    }
    let organisation = run_by(app, by, invitation.organisation).await?;
    not_elsewhere(app, by, invitation.address).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let new = NewPerson {
        name: invitation.name,
        address: invitation.address,
        zone: invitation.zone,
    };
    let person = write.make_person(new).await?;
    write.bind(person, invitation.role, &organisation).await?;
    if !maker.trim().is_empty() {
        write.set_guest(person, organisation.id, maker).await?;
    }
    let secret = write.make_link(Purpose::Invitation, person, INVITATION).await?;
    write.commit(act(by, "invite", person, invitation.role, organisation.id)).await?;
    Ok(secret)
}

/// That an address is not somebody's whom the actor does not see. Who asks for one after the
/// other to find out who has an account stands in the audit log.
async fn not_elsewhere(app: &App, by: &Actor, address: &str) -> Result<(), PeopleError> {
    let Some(person) = app.store.person_by_address(address).await? else {
        return Ok(());
    };
    if person.head == by.head && seen(app, by, person.id).await.is_ok() {
        return Ok(());
    }
    let write = app.store.write(by.head, (app.now)()).await?;
    let mut refused = plain(by.person, "refuse invitation", 0);
    refused.facts.push(("reason", Fact::word("address of somebody unseen")));
    write.commit(refused).await?;
    Err(PeopleError::Elsewhere)
}

/// Makes a link with which somebody sets a new password; the old one works until then.
///
/// # Errors
/// When the account has roles beyond the actor's reach, or the database fails.
pub async fn offer_new_password(
    app: &App,
    by: &Actor,
    person: i64,
) -> Result<String, PeopleError> {
    wholly_run(app, by, person).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    // Asked while the write holds the house, so that no link outlives a block.
    if app.store.person(by.head, person).await?.blocked.is_some() {
        return Err(PeopleError::Blocked);
    }
    let secret = write.make_link(Purpose::NewPassword, person, NEW_PASSWORD).await?;
    write.commit(plain(by.person, "offer new password", person)).await?;
    Ok(secret)
}

/// Whether a link for a password still works.
///
/// # Errors
/// When the database fails.
pub async fn works(app: &App, secret: &str) -> Result<bool, StoreError> {
    let link = app.store.link(secret, (app.now)()).await?;
    Ok(link.is_some_and(|link| sets_password(link.purpose)))
}

/// Sets the password of whoever a link was made for, ends every other session and link of
/// theirs, and signs them in.
///
/// # Errors
/// When the link does not work, the password is not taken, or the database fails.
pub async fn set_password(
    app: &App,
    secret: &str,
    password: &str,
) -> Result<NewSession, PeopleError> {
    let link = app.store.link(secret, (app.now)()).await?;
    let link =
        link.filter(|link| sets_password(link.purpose)).ok_or(PeopleError::Link)?;
    if app.store.person(link.head, link.person).await?.blocked.is_some() {
        return Err(PeopleError::Link);
    }
    let hash = password::hash(password).await?;
    let mut write = app.store.write(link.head, (app.now)()).await?;
    if !write.use_link(secret).await? {
        return Err(PeopleError::Link);
    }
    write.set_password(link.person, &hash).await?;
    write.end_sessions_of(link.person).await?;
    write.end_links_of(link.person).await?;
    let session = write.begin_session(link.person).await?;
    write.commit(plain(link.person, "set password", link.person)).await?;
    Ok(session)
}

/// Gives somebody a role in an organisation that the actor runs.
///
/// # Errors
/// When the actor does not run it or cannot see the person, somebody has changed the person's
/// roles since they were shown, or the database fails.
pub async fn give_role(
    app: &App,
    by: &Actor,
    shown: impl Into<Shown>,
    role: Role,
    organisation: i64,
) -> Result<(), PeopleError> {
    let shown = shown.into();
    let person = shown.id;
    let organisation = run_by(app, by, organisation).await?;
    seen(app, by, person).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    as_shown(app, by, shown).await?;
    write.bind(person, role, &organisation).await?;
    write.commit(act(by, "give role", person, role, organisation.id)).await?;
    Ok(())
}

/// Gives somebody the role of a supplier's guest who answers for a maker, or says anew for
/// which maker a guest answers.
///
/// # Errors
/// As [`give_role`], and when the maker is not named.
pub async fn make_guest(
    app: &App,
    by: &Actor,
    shown: impl Into<Shown>,
    organisation: i64,
    maker: &str,
) -> Result<(), PeopleError> {
    let shown = shown.into();
    let person = shown.id;
    if maker.trim().is_empty() {
        return Err(PeopleError::Missing("the maker"));
    }
    let organisation = run_by(app, by, organisation).await?;
    seen(app, by, person).await?;
    let role = Role::SupplierGuest;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    as_shown(app, by, shown).await?;
    write.bind(person, role, &organisation).await?;
    write.set_guest(person, organisation.id, maker).await?;
    write.commit(act(by, "give role", person, role, organisation.id)).await?;
    Ok(())
}

/// The revision of what roles somebody has.
#[must_use]
pub fn roles_revision(bindings: &[Binding]) -> i64 {
    let mut roles: Vec<String> = bindings
        .iter()
        .map(|one| {
            format!("{} {} {}", one.role.word(), one.organisation, one.given.group())
        })
        .collect();
    roles.sort_unstable();
    revision::of(roles.iter().map(String::as_str))
}

/// That somebody's roles are those that were shown; asked while a write holds the house.
async fn as_shown(app: &App, by: &Actor, shown: Shown) -> Result<(), PeopleError> {
    let now = roles_revision(&app.store.bindings(by.head, shown.id).await?);
    match shown.is_outdated(now) {
        true => Err(PeopleError::Changed),
        false => Ok(()),
    }
}

/// Takes a role away and ends the person's sessions.
///
/// # Errors
/// When the actor does not run the organisation, nobody would be left who runs the top
/// organisation, or the database fails.
pub async fn take_role(
    app: &App,
    by: &Actor,
    shown: impl Into<Shown>,
    role: Role,
    organisation: i64,
) -> Result<(), PeopleError> {
    let shown = shown.into();
    let person = shown.id;
    let organisation = run_by(app, by, organisation).await?;
    seen(app, by, person).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    as_shown(app, by, shown).await?;
    by_hand(&app.store.bindings(by.head, person).await?, role, organisation.id)?;
    // Asked while the write holds the organisation, so that two who take each other's role
    // at the same moment do not both succeed.
    if role == Role::Administrator && organisation.parent.is_none() {
        others_run_the_top(app, by.head, person).await?;
    }
    drop_role(&mut write, person, role, organisation.id).await?;
    write.commit(act(by, "take role", person, role, organisation.id)).await?;
    Ok(())
}

/// Blocks an account: somebody has left, or a machine of theirs was stolen. Sessions, links and
/// tokens end for good, nothing lets it in, and roles and what is assigned to it stay.
///
/// # Errors
/// When the account has roles beyond the actor's reach, is the actor's own or is blocked already,
/// nobody would be left who runs the top organisation, or the database fails.
pub async fn block(app: &App, by: &Actor, person: i64) -> Result<(), PeopleError> {
    if person == by.person {
        return Err(PeopleError::OwnBlock);
    }
    wholly_run(app, by, person).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    // Asked while the write holds the organisation, as when a role is taken.
    let bindings = app.store.bindings(by.head, person).await?;
    if bindings.iter().any(|one| runs_the_top(one, by.head)) {
        others_run_the_top(app, by.head, person).await?;
    }
    if !write.set_blocked(person, Blocked::Yes).await? {
        return Err(PeopleError::Already("blocked already"));
    }
    write.end_sessions_of(person).await?;
    write.end_links_of(person).await?;
    for token in app.store.tokens(by.head, person).await? {
        // A token that lay in a stolen machine does not come back with the account.
        match write.revoke_token(person, token.id).await {
            Ok(()) | Err(StoreError::Absent { .. }) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    standing::queue(&mut write).await?;
    write.commit(plain(by.person, "block account", person)).await?;
    Ok(())
}

/// Lets a blocked account in again. Sessions, links and tokens stay ended.
///
/// # Errors
/// When the account has roles beyond the actor's reach or is not blocked, or the database fails.
pub async fn unblock(app: &App, by: &Actor, person: i64) -> Result<(), PeopleError> {
    wholly_run(app, by, person).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    if !write.set_blocked(person, Blocked::No).await? {
        return Err(PeopleError::Already("not blocked"));
    }
    // A sign-in may have raced the block.
    write.end_sessions_of(person).await?;
    write.end_links_of(person).await?;
    standing::queue(&mut write).await?;
    write.commit(plain(by.person, "unblock account", person)).await?;
    Ok(())
}

/// What owners of something are called, by their numbers; of a blocked account that is said, so
/// that somebody else takes what it has. That whoever asks may know them is for the caller to
/// have found out.
///
/// # Errors
/// When the database fails.
pub async fn owner_names(
    app: &App,
    head: i64,
    people: &[i64],
) -> Result<BTreeMap<i64, String>, StoreError> {
    let mut names = app.store.names_of(head, people).await?;
    for person in app.store.blocked_among(head, people).await? {
        if let Some(name) = names.get_mut(&person) {
            name.push_str(" (blocked)");
        }
    }
    Ok(names)
}

/// Forgets who somebody is: name, address and password are gone for good, with sessions, roles,
/// tokens and identities. What they did stays, under their number.
///
/// # Errors
/// When the account has roles beyond the actor's reach or is the actor's own, nobody would be
/// left who runs the top organisation, or the database fails.
pub async fn erase(app: &App, by: &Actor, person: i64) -> Result<(), PeopleError> {
    if person == by.person {
        return Err(PeopleError::Oneself);
    }
    wholly_run(app, by, person).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    // Asked while the write holds the organisation, as when a role is taken.
    let bindings = app.store.bindings(by.head, person).await?;
    if bindings.iter().any(|one| runs_the_top(one, by.head)) {
        others_run_the_top(app, by.head, person).await?;
    }
    write.erase_person(person).await?;
    write.commit(plain(by.person, "erase person", person)).await?;
    Ok(())
}

/// That a role that is to be taken is not there by groups alone.
fn by_hand(
    bindings: &[store::Binding],
    role: Role,
    organisation: i64,
) -> Result<(), PeopleError> {
    let same: Vec<&Given> = bindings
        .iter()
        .filter(|one| (one.role, one.organisation) == (role, organisation))
        .map(|one| &one.given)
        .collect();
    match same.as_slice() {
        [first, ..] if !same.contains(&&Given::ByHand) => {
            Err(PeopleError::OfGroup(first.group().to_owned()))
        }
        _ => Ok(()),
    }
}

/// Whether somebody runs the top organisation by a role that was given by hand: one of a group
/// holds only while the provider answers.
fn runs_the_top(binding: &store::Binding, head: i64) -> bool {
    binding.role == Role::Administrator
        && binding.organisation == head
        && binding.given == Given::ByHand
}

async fn drop_role(
    write: &mut Write<'_>,
    person: i64,
    role: Role,
    organisation: i64,
) -> Result<(), StoreError> {
    write.unbind(person, role, organisation).await?;
    write.end_sessions_of(person).await
}

async fn others_run_the_top(
    app: &App,
    head: i64,
    person: i64,
) -> Result<(), PeopleError> {
    for other in app.store.people(&Scope::whole(head)).await? {
        if other.id == person || other.blocked.is_some() || other.password.is_none() {
            continue;
        }
        let bindings = app.store.bindings(head, other.id).await?;
        if bindings.iter().any(|binding| runs_the_top(binding, head)) {
            return Ok(());
        }
    }
    Err(PeopleError::LastAdministrator)
}

/// The organisation, if the actor manages its people.
async fn run_by(app: &App, by: &Actor, id: i64) -> Result<Organisation, StoreError> {
    app.store.organisation(&by.scope(Permission::ManagePeople), id).await
}

/// That the actor may see the person: one with a role where the actor manages people.
pub(crate) async fn seen(app: &App, by: &Actor, person: i64) -> Result<(), StoreError> {
    let scope = by.scope(Permission::ManagePeople);
    let bindings = app.store.bindings(by.head, person).await?;
    match bindings.iter().any(|binding| scope.admits(&binding.path)) {
        true => Ok(()),
        false => Err(StoreError::Absent { noun: "person", id: person.to_string() }),
    }
}

/// That the actor manages people wherever the person has a role.
pub(crate) async fn wholly_run(
    app: &App,
    by: &Actor,
    person: i64,
) -> Result<(), PeopleError> {
    seen(app, by, person).await?;
    let scope = by.scope(Permission::ManagePeople);
    let bindings = app.store.bindings(by.head, person).await?;
    match bindings.iter().all(|binding| scope.admits(&binding.path)) {
        true => Ok(()),
        false => Err(PeopleError::Beyond),
    }
}

pub(crate) const fn sets_password(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::Invitation | Purpose::NewPassword)
}

fn act(
    by: &Actor,
    what: &'static str,
    person: i64,
    role: Role,
    organisation: i64,
) -> Act {
    let facts = vec![
        ("role", Fact::word(role.word())),
        ("organisation", Fact::Number(organisation)),
    ];
    Act { by: by.person, what, noun: Noun::Person, id: person, facts }
}

fn plain(by: i64, what: &'static str, person: i64) -> Act {
    Act { by, what, noun: Noun::Person, id: person, facts: Vec::new() }
}

#[cfg(test)]
mod tests {
    use store::{Kind, NewOrganisation, NewSession, Role, RootKey, Store, StoreError};

    use super::{
        Invitation, PeopleError, erase, give_role, invite, offer_new_password,
        set_password, take_role,
    };
    use crate::first_run::{Founding, found, offer};
    use crate::organisation::make_below;
    use crate::{Actor, App};

    const PASSWORD: &str = "a long sentence will do";

    async fn house(folder: &std::path::Path) -> (App, Actor) {
        let url = format!("sqlite:{}", folder.join("lazaret.db").display());
        let store = Store::open(&url, &RootKey::make().unwrap()).await.unwrap();
        let app = App::new(store, folder, jiff::Timestamp::now);
        let link = offer(&app).await.unwrap().unwrap();
        let founding = Founding {
            kind: Kind::System,
            organisation: "Invented System",
            name: "Ada",
            address: "ada@hospital.example",
            password: PASSWORD,
            zone: "UTC",
        };
        let session = found(&app, &link, founding).await.unwrap();
        let ada = actor(&app, &session).await;
        (app, ada)
    }

    async fn actor(app: &App, session: &NewSession) -> Actor {
        let session =
            app.store.session(&session.secret, (app.now)()).await.unwrap().unwrap();
        Actor::of_session(app, session).await.unwrap()
    }

    async fn invited(
        app: &App,
        by: &Actor,
        name: &str,
        role: Role,
        organisation: i64,
    ) -> (Actor, NewSession) {
        let address = format!("{name}@hospital.example");
        let new = Invitation { name, address: &address, zone: "UTC", role, organisation };
        let link = invite(app, by, new).await.unwrap();
        let session = set_password(app, &link, PASSWORD).await.unwrap();
        assert!(matches!(
            set_password(app, &link, PASSWORD).await,
            Err(PeopleError::Link)
        ));
        (actor(app, &session).await, session)
    }

    #[tokio::test]
    async fn who_runs_one_hospital_does_not_reach_beyond_it() {
        let folder = tempfile::tempdir().unwrap();
        let (app, ada) = house(folder.path()).await;
        let new = NewOrganisation { kind: Kind::Hospital, name: "North" };
        let north = make_below(&app, &ada, ada.head, new).await.unwrap();
        let new = NewOrganisation { kind: Kind::Hospital, name: "South" };
        let south = make_below(&app, &ada, ada.head, new).await.unwrap();
        let (bob, _) = invited(&app, &ada, "bob", Role::Administrator, north.id).await;
        let (cleo, _) = invited(&app, &ada, "cleo", Role::Viewer, south.id).await;

        for (person, role, organisation) in [
            (bob.person, Role::Administrator, ada.head),
            (bob.person, Role::Viewer, south.id),
            (cleo.person, Role::Viewer, north.id),
            (cleo.person, Role::Viewer, south.id),
        ] {
            let refused = give_role(&app, &bob, person, role, organisation).await;
            assert!(
                matches!(refused, Err(PeopleError::Store(StoreError::Absent { .. }))),
                "{refused:?}"
            );
        }
        let new = NewOrganisation { kind: Kind::Site, name: "Annexe" };
        assert!(make_below(&app, &bob, south.id, new).await.is_err());
        make_below(&app, &bob, north.id, new).await.unwrap();

        // Ada gets a role in the north: bob sees her there, and still cannot become her.
        give_role(&app, &ada, ada.person, Role::Viewer, north.id).await.unwrap();
        assert!(matches!(
            offer_new_password(&app, &bob, ada.person).await,
            Err(PeopleError::Beyond)
        ));
        offer_new_password(&app, &ada, bob.person).await.unwrap();
    }

    #[tokio::test]
    async fn a_role_taken_away_ends_the_sessions_and_the_last_one_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (app, ada) = house(folder.path()).await;
        let last = take_role(&app, &ada, ada.person, Role::Administrator, ada.head).await;
        assert!(matches!(last, Err(PeopleError::LastAdministrator)), "{last:?}");
        let (bob, session) =
            invited(&app, &ada, "bob", Role::Administrator, ada.head).await;
        take_role(&app, &bob, ada.person, Role::Administrator, ada.head).await.unwrap();
        assert!(app.store.session(&session.secret, (app.now)()).await.unwrap().is_some());
        let last = take_role(&app, &bob, bob.person, Role::Administrator, bob.head).await;
        assert!(matches!(last, Err(PeopleError::LastAdministrator)), "{last:?}");
    }

    #[tokio::test]
    async fn whoever_is_erased_is_gone_and_who_runs_the_house_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (app, ada) = house(folder.path()).await;
        let own = erase(&app, &ada, ada.person).await;
        assert!(matches!(own, Err(PeopleError::Oneself)), "{own:?}");
        let new = NewOrganisation { kind: Kind::Hospital, name: "North" };
        let north = make_below(&app, &ada, ada.head, new).await.unwrap();
        let (bob, session) =
            invited(&app, &ada, "bob", Role::Administrator, north.id).await;
        give_role(&app, &ada, ada.person, Role::Viewer, north.id).await.unwrap();
        let beyond = erase(&app, &bob, ada.person).await;
        assert!(matches!(beyond, Err(PeopleError::Beyond)), "{beyond:?}");
        erase(&app, &ada, bob.person).await.unwrap();
        assert!(app.store.session(&session.secret, (app.now)()).await.unwrap().is_none());
        assert_eq!(app.store.person(ada.head, bob.person).await.unwrap().name, "");
        let again = erase(&app, &ada, bob.person).await;
        assert!(matches!(again, Err(PeopleError::Store(_))), "{again:?}");
        // The address is free for somebody else.
        invited(&app, &ada, "bob", Role::Viewer, ada.head).await;
    }

    #[tokio::test]
    async fn a_new_password_ends_the_sessions_of_the_old() {
        let folder = tempfile::tempdir().unwrap();
        let (app, ada) = house(folder.path()).await;
        let (bob, session) = invited(&app, &ada, "bob", Role::Viewer, ada.head).await;
        let link = offer_new_password(&app, &ada, bob.person).await.unwrap();
        for (secret, password) in [("0000", PASSWORD), (link.as_str(), "short")] {
            assert!(set_password(&app, secret, password).await.is_err());
        }
        set_password(&app, &link, "another long sentence").await.unwrap();
        assert!(app.store.session(&session.secret, (app.now)()).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn an_invitation_says_who_and_where() {
        let folder = tempfile::tempdir().unwrap();
        let (app, ada) = house(folder.path()).await;
        let good = Invitation {
            name: "Bob",
            address: "bob@hospital.example",
            zone: "UTC",
            role: Role::Viewer,
            organisation: ada.head,
        };
        for bad in [
            Invitation { name: " ", ..good },
            Invitation { address: "", ..good },
            Invitation { address: "bob", ..good },
            Invitation { address: "bob@hospital.example\r\nBcc: eve@x.example", ..good },
            Invitation { organisation: 9999, ..good },
            Invitation { address: "ADA@hospital.example", ..good },
        ] {
            assert!(invite(&app, &ada, bad).await.is_err(), "{bad:?}");
        }
        invite(&app, &ada, good).await.unwrap();
    }
}
