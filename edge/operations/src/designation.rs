//! Who answers for security: named by whoever keeps the evidence, accepted by the person who is
//! named, and by nobody else; and where the office is vacant.

use std::collections::BTreeMap;

use store::{
    Act, Audience, Designation, Fact, NewDesignation, Noun, Office, Organisation, Scope,
    StoreError,
};

use crate::{Actor, App, Permission, posture as standing};

/// Why somebody is not named.
#[derive(Debug, thiserror::Error)]
pub enum DesignationError {
    /// The actor may not name anybody in that organisation.
    #[error("you may not name anybody in that organisation")]
    NotAllowed,
    /// A field is missing.
    #[error("the {0} is missing")]
    Missing(&'static str),
    /// A field does not hold what it should.
    #[error("the {0} is {1}")]
    Wrong(&'static str, &'static str),
    /// The office is held by somebody on one of those days.
    #[error("somebody holds that office then")]
    Held,
    /// The database failed, or something is not there for the actor.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who is to be named, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of `Designation`")]
pub struct Naming {
    pub organisation: i64,
    pub office: String,
    pub person: i64,
    pub first_day: String,
    pub last_day: String,
    pub audience: Audience,
}

fn day(field: &'static str, text: &str) -> Result<Option<String>, DesignationError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = terms::date::day(text);
    let wrong = DesignationError::Wrong(field, "no day, such as 2026-11-26");
    day.map(|day| Some(day.to_string())).map_err(|_| wrong)
}

/// The people who may be named in an organisation: those with a role there, or above it as far
/// up as the actor keeps evidence, but for suppliers' guests; by number, with their names.
///
/// # Errors
/// When the actor may not name anybody there, or the database fails.
pub async fn candidates(
    app: &App,
    by: &Actor,
    organisation: i64,
) -> Result<BTreeMap<i64, String>, StoreError> {
    let scope = by.scope(Permission::KeepEvidence);
    let place = app.store.organisation(&scope, organisation).await?;
    let is_own = |role| role != store::Role::SupplierGuest;
    let people = app.store.people_over(&scope, &place.path, is_own).await?;
    let people: Vec<i64> = people.into_iter().collect();
    app.store.names_of(by.head, &people).await
}

/// Names somebody; they still have to accept.
///
/// # Errors
/// When the actor may not, the person has no role there, a field is wrong, somebody is the
/// security officer there on one of those days, or the database fails.
pub async fn designate(
    app: &App,
    by: &Actor,
    naming: &Naming,
) -> Result<i64, DesignationError> {
    let people = match candidates(app, by, naming.organisation).await {
        Err(StoreError::Absent { .. }) => return Err(DesignationError::NotAllowed),
        found => found?,
    };
    let office = Office::from_word(&naming.office);
    let office = office.ok_or(DesignationError::Missing("office"))?;
    if !people.contains_key(&naming.person) {
        return Err(DesignationError::Missing("person"));
    }
    let first_day = day("first_day", &naming.first_day)?;
    let first_day = first_day.ok_or(DesignationError::Missing("first_day"))?;
    let last_day = day("last_day", &naming.last_day)?;
    if last_day.as_ref().is_some_and(|last| *last < first_day) {
        return Err(DesignationError::Wrong("last_day", "before the first day"));
    }
    let whole = Scope::whole(by.head);
    let known = app.store.designations(&whole, None).await?;
    let overlaps = |one: &Designation| {
        let begins = last_day.as_ref().is_none_or(|last| one.first_day <= *last);
        let ends = one.last_day.as_ref().is_none_or(|last| first_day <= *last);
        one.organisation == naming.organisation && one.office == office && begins && ends
    };
    if office == Office::SecurityOfficer && known.iter().any(overlaps) {
        return Err(DesignationError::Held);
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let id = write
        .designate(NewDesignation {
            organisation: naming.organisation,
            office,
            person: naming.person,
            first_day: &first_day,
            last_day: last_day.as_deref(),
            audience: naming.audience,
            by: by.person,
        })
        .await?;
    standing::queue(&mut write).await?;
    let facts = vec![
        ("organisation", Fact::Number(naming.organisation)),
        ("office", Fact::word(office.word())),
        ("person", Fact::Number(naming.person)),
    ];
    let (what, noun) = ("name for office", Noun::Designation);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(id)
}

/// Accepts what the actor is named for.
///
/// # Errors
/// When the actor is not who is named, it is accepted or ended already, or the database fails.
pub async fn accept(app: &App, by: &Actor, id: i64) -> Result<(), StoreError> {
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.accept_designation(id, by.person).await?;
    standing::queue(&mut write).await?;
    let (what, noun) = ("accept office", Noun::Designation);
    write.commit(Act { by: by.person, what, noun, id, facts: Vec::new() }).await?;
    Ok(())
}

/// Ends a designation with a day.
///
/// # Errors
/// When there is none that the actor may end, the day is none or before it began, or the
/// database fails.
pub async fn end(
    app: &App,
    by: &Actor,
    id: i64,
    last_day: &str,
) -> Result<(), DesignationError> {
    let scope = by.scope(Permission::KeepEvidence);
    let all = app.store.designations(&scope, None).await?;
    let absent = || StoreError::Absent { noun: "designation", id: id.to_string() };
    let one = all.into_iter().find(|one| one.id == id).ok_or_else(absent)?;
    let last_day = day("last_day", last_day)?;
    let last_day = last_day.ok_or(DesignationError::Missing("last_day"))?;
    if last_day < one.first_day {
        return Err(DesignationError::Wrong("last_day", "before the first day"));
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.end_designation(id, &last_day, by.person).await?;
    standing::queue(&mut write).await?;
    let facts = vec![("organisation", Fact::Number(one.organisation))];
    let (what, noun) = ("end office", Noun::Designation);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// A designation with the names that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The designation.
    pub designation: Designation,
    /// What whoever is named is called; empty where they were erased.
    pub name: String,
    /// What the organisation is called.
    pub place: String,
}

/// An organisation whose office of the security officer nobody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vacancy {
    /// The organisation.
    pub place: Organisation,
    /// The last day on which somebody held it; none where nobody ever did.
    pub since: Option<String>,
}

/// What the actor sees of designations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offices {
    /// The designations, the newest first.
    pub named: Vec<Named>,
    /// Where nobody is the security officer who was one, or where nobody ever was in the widest
    /// place that the actor sees.
    pub vacant: Vec<Vacancy>,
    /// What the actor is named for and has not accepted.
    pub to_accept: Vec<Named>,
}

/// Who answers for what, as far as the actor sees evidence; and what the actor is named for,
/// which a program of theirs is told only where its token lends evidence.
///
/// # Errors
/// When the database fails.
pub async fn offices(app: &App, by: &Actor) -> Result<Offices, StoreError> {
    let scope = by.scope(Permission::ViewEvidence);
    let own = by.token().is_none().then_some(by.person);
    let seen = app.store.designations(&scope, own).await?;
    let whole = app.store.organisations(&Scope::whole(by.head)).await?;
    let places: BTreeMap<i64, &Organisation> =
        whole.iter().map(|place| (place.id, place)).collect();
    let people: Vec<i64> = seen.iter().map(|one| one.person).collect();
    let names = app.store.names_of(by.head, &people).await?;
    let today = app.today();
    let mut named: Vec<Named> = seen
        .iter()
        .map(|one| Named {
            name: names.get(&one.person).cloned().unwrap_or_default(),
            place: places
                .get(&one.organisation)
                .map_or("", |place| &place.name)
                .to_owned(),
            designation: one.clone(),
        })
        .collect();
    named.reverse();
    let is_open = |one: &&Named| {
        let it = &one.designation;
        it.person == by.person
            && it.accepted.is_none()
            && it.ended.is_none()
            && it.last_day.as_ref().is_none_or(|last| *last >= today)
    };
    let to_accept = named.iter().filter(is_open).cloned().collect();
    let all = app.store.designations(&Scope::whole(by.head), None).await?;
    let vacant = vacant(&scope, &whole, &all, &today);
    Ok(Offices { named, vacant, to_accept })
}

fn vacant(
    scope: &Scope,
    places: &[Organisation],
    all: &[Designation],
    today: &str,
) -> Vec<Vacancy> {
    let officers: Vec<&Designation> =
        all.iter().filter(|one| one.office == Office::SecurityOfficer).collect();
    let widest = places
        .iter()
        .filter(|place| scope.admits(&place.path))
        .map(|place| place.path.depth())
        .min();
    let mut vacant = Vec::new();
    for place in places.iter().filter(|place| scope.admits(&place.path)) {
        let reaches = |one: &&&Designation| {
            one.organisation == place.id || (one.is_shared && one.path.holds(&place.path))
        };
        if officers.iter().filter(reaches).any(|one| one.holds_on(today)) {
            continue;
        }
        let own = officers.iter().filter(|one| one.organisation == place.id);
        let since = own
            .filter_map(|one| one.last_day.clone())
            .filter(|last| last.as_str() < today)
            .max();
        if since.is_some() || Some(place.path.depth()) == widest {
            vacant.push(Vacancy { place: place.clone(), since });
        }
    }
    vacant
}
