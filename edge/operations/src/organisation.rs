//! The tree of organisations: it grows, names change, and what owns nothing is taken out.

use store::{
    Act, Belonging, Fact, Kind, NewOrganisation, Noun, Organisation, Scope, StoreError,
};

use crate::revision::{self, Shown};
use crate::{Actor, App, Permission};

/// How long a name may be.
const NAME_MAX: usize = 200;

/// Why an organisation was not made, renamed or removed.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    /// It has no name.
    #[error("the name of the organisation is missing")]
    Nameless,
    /// The name is too long.
    #[error("the name of an organisation has at most {NAME_MAX} characters")]
    LongName,
    /// Somebody has called it otherwise meanwhile: so.
    #[error("it is called `{0}` by now")]
    Changed(String),
    /// Another one beside it is called so.
    #[error("there is `{name}` below `{parent}` already")]
    Twin {
        /// What the other is called.
        name: String,
        /// What both are below.
        parent: String,
    },
    /// That kind does not stand below that one.
    #[error(
        "{what} does not stand below {parent}: it goes from purchasing group to system, hospital \
         and site"
    )]
    Order {
        /// What it would be.
        what: &'static str,
        /// What it would be below.
        parent: &'static str,
    },
    /// It is the top of the house.
    #[error("the organisation at the top is the house itself, and stays")]
    Top,
    /// Something belongs to it.
    #[error("it still has {0}")]
    Owns(String),
    /// The database failed, or there is none that the actor may change.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes an organisation right below another that the actor runs.
///
/// # Errors
/// When it has no name or that of another beside it, does not belong below one of that kind, the
/// actor does not run the one above, or the database fails.
pub async fn make_below(
    app: &App,
    by: &Actor,
    parent: i64,
    new: NewOrganisation<'_>,
) -> Result<Organisation, OrganisationError> {
    check_name(new.name)?;
    let scope = by.scope(Permission::Administer);
    let mut write = app.store.write(by.head, (app.now)()).await?;
    // Read while the write holds the tree: of two who make the same at the same moment, the
    // second is told.
    let parent = app.store.organisation(&scope, parent).await?;
    if !stands_below(new.kind, parent.kind) {
        let (what, parent) = (article(new.kind), article(parent.kind));
        return Err(OrganisationError::Order { what, parent });
    }
    no_twin(app, &parent, new.name, None).await?;
    let made = write.make_organisation(Some(&parent), new).await?;
    let facts = vec![
        ("below", Fact::Number(parent.id)),
        ("kind", Fact::word(Kind::word(made.kind))),
    ];
    write.commit(act(by, "make organisation", made.id, facts)).await?;
    Ok(made)
}

/// The revision of what an organisation is called.
#[must_use]
pub fn revision(organisation: &Organisation) -> i64 {
    revision::of([organisation.name.as_str()])
}

/// Calls an organisation that the actor runs otherwise. Every page shows it from then on, on
/// every node.
///
/// # Errors
/// When the name is empty or that of another beside it, the actor does not run it, somebody has
/// called it otherwise since it was shown, or the database fails.
pub async fn rename(
    app: &App,
    by: &Actor,
    shown: impl Into<Shown>,
    name: &str,
) -> Result<(), OrganisationError> {
    check_name(name)?;
    let shown = shown.into();
    let scope = by.scope(Permission::Administer);
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let before = app.store.organisation(&scope, shown.id).await?;
    if shown.is_outdated(revision(&before)) {
        return Err(OrganisationError::Changed(before.name));
    }
    if before.name == name.trim() {
        return Ok(());
    }
    if let Some(parent) = before.parent {
        let parent = app.store.organisation(&Scope::whole(by.head), parent).await?;
        no_twin(app, &parent, name, Some(before.id)).await?;
    }
    write.rename_organisation(before.id, name).await?;
    let facts = vec![
        ("was", Fact::organisation(&before.name)),
        ("is", Fact::organisation(name.trim())),
    ];
    write.commit(act(by, "rename organisation", before.id, facts)).await?;
    Ok(())
}

/// Takes out an organisation that the actor runs and that owns nothing.
///
/// # Errors
/// When it is at the top or still owns something, the actor does not run it, or the database
/// fails.
pub async fn remove(
    app: &App,
    by: &Actor,
    organisation: i64,
) -> Result<(), OrganisationError> {
    let scope = by.scope(Permission::Administer);
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let organisation = app.store.organisation(&scope, organisation).await?;
    if organisation.parent.is_none() {
        return Err(OrganisationError::Top);
    }
    // Nobody else writes for the house meanwhile, so nothing comes to it.
    let owned = app.store.belongings(&organisation).await?;
    if !owned.is_empty() {
        return Err(OrganisationError::Owns(told(&owned)));
    }
    write.remove_organisation(organisation.id).await?;
    let facts = vec![("was", Fact::organisation(&organisation.name))];
    write.commit(act(by, "remove organisation", organisation.id, facts)).await?;
    Ok(())
}

/// What belongs to an organisation, in words: `3 devices, 1 import and 2 roles of people`.
#[must_use]
pub fn told(owned: &[Belonging]) -> String {
    let each = owned.iter().map(|one| match one.count {
        1 => format!("1 {}", one.one),
        many => format!("{many} {}", one.several),
    });
    let each: Vec<String> = each.collect();
    match each.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// Whether one kind may stand right below another: steps may be left out, and a hospital may be
/// a part of a hospital.
#[must_use]
pub fn stands_below(kind: Kind, parent: Kind) -> bool {
    match (kind, parent) {
        (Kind::Maker, Kind::Maker | Kind::PurchasingGroup | Kind::System) => true,
        (Kind::Maker, _) | (_, Kind::Maker) => false,
        (kind, parent) => rank(kind) >= rank(parent),
    }
}

const fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::PurchasingGroup => 0,
        Kind::System => 1,
        Kind::Hospital => 2,
        Kind::Site | Kind::Maker => 3,
    }
}

const fn article(kind: Kind) -> &'static str {
    match kind {
        Kind::PurchasingGroup => "a purchasing group",
        Kind::System => "a hospital system",
        Kind::Hospital => "a hospital",
        Kind::Site => "a site",
        Kind::Maker => "a maker",
    }
}

fn check_name(name: &str) -> Result<(), OrganisationError> {
    match name.trim().chars().count() {
        0 => Err(OrganisationError::Nameless),
        1..=NAME_MAX => Ok(()),
        _ => Err(OrganisationError::LongName),
    }
}

/// That nothing else right below the parent is called so, however it is spaced and in whatever
/// letters.
async fn no_twin(
    app: &App,
    parent: &Organisation,
    name: &str,
    itself: Option<i64>,
) -> Result<(), OrganisationError> {
    let all = app.store.organisations(&Scope::whole(parent.head)).await?;
    let beside = all.into_iter().filter(|one| one.parent == Some(parent.id));
    let mut others = beside.filter(|one| Some(one.id) != itself);
    match others.find(|one| folded(&one.name) == folded(name)) {
        None => Ok(()),
        Some(twin) => {
            let parent = parent.name.clone();
            Err(OrganisationError::Twin { name: twin.name, parent })
        }
    }
}

fn folded(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

fn act(by: &Actor, what: &'static str, id: i64, facts: Vec<(&'static str, Fact)>) -> Act {
    Act { by: by.person, what, noun: Noun::Organisation, id, facts }
}
