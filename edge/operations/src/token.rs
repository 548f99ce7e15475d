//! Tokens of the API: made by whoever they ask for, in person, and taken back by them or by
//! whoever manages people.

use jiff::SignedDuration;
use store::{Act, Fact, NewToken, Noun, Path, StoreError, Token};

use crate::people::{self, PeopleError};
use crate::{Actor, App, Permission};

/// For how many days a token works at most.
pub const DAYS_MAX: i64 = 365;
/// How many characters a name may have.
pub const NAME_MAX: usize = 100;
/// How many tokens somebody may have at the same time.
const HELD_MAX: usize = 100;

/// Why a token is not made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It has no name.
    #[error("say what the token is for")]
    Nameless,
    /// Its name is too long.
    #[error("a name has at most {NAME_MAX} characters")]
    LongName,
    /// It would lend nothing.
    #[error("choose at least one thing that the token lets a program do")]
    Nothing,
    /// It would lend what its holder may not do there, or what is done in person only.
    #[error(
        "a token cannot lend what you may not do there yourself, by a role that somebody gave \
         you: {}",
        .0.word()
    )]
    Beyond(Permission),
    /// It would work for no day, or for too many.
    #[error("a token works for at least 1 and at most {DAYS_MAX} days")]
    Life,
    /// A program asks.
    #[error("a token cannot make or take back tokens; sign in, and do it yourself")]
    NotInPerson,
    /// Its holder has too many.
    #[error("you have {HELD_MAX} tokens already; take some back")]
    TooMany,
    /// The person is not one whose tokens the actor may take back.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The database failed, or there is no such organisation or token.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A token that somebody wants.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// What it is for.
    pub name: &'a str,
    /// What it lends.
    pub permissions: &'a [Permission],
    /// The organisation to which it is held, with everything below.
    pub organisation: i64,
    /// For how many days it works.
    pub days: i64,
}

/// Makes a token of the actor's own; gives its number, and its text, which is kept nowhere.
///
/// # Errors
/// When a word is missing, it would lend more than the actor may do there, or the database
/// fails.
pub async fn make(
    app: &App,
    by: &Actor,
    wish: Wish<'_>,
) -> Result<(i64, String), TokenError> {
    in_person(by)?;
    if wish.name.trim().is_empty() {
        return Err(TokenError::Nameless);
    }
    if wish.name.trim().chars().count() > NAME_MAX {
        return Err(TokenError::LongName);
    }
    if !(1..=DAYS_MAX).contains(&wish.days) {
        return Err(TokenError::Life);
    }
    let mut permissions = wish.permissions.to_vec();
    permissions.sort();
    permissions.dedup();
    let root = root(app, by, &permissions, wish.organisation).await?;
    if app.store.tokens(by.head, by.person).await?.len() >= HELD_MAX {
        return Err(TokenError::TooMany);
    }
    let words: Vec<&str> =
        permissions.iter().map(|permission| permission.word()).collect();
    let new = NewToken {
        person: by.person,
        name: wish.name,
        permissions: &words,
        organisation: root.organisation(),
        life: SignedDuration::from_hours(24 * wish.days),
    };
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let (id, text) = write.make_token(new).await?;
    let lent =
        permissions.iter().map(|permission| (permission.word(), Fact::word("lent")));
    let mut facts: Vec<(&'static str, Fact)> = lent.collect();
    facts.push(("organisation", Fact::Number(wish.organisation)));
    facts.push(("days", Fact::Number(wish.days)));
    let act = Act { by: by.person, what: "make token", noun: Noun::Token, id, facts };
    write.commit(act).await?;
    Ok((id, text))
}

/// Takes a token of the actor's own back.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn revoke(app: &App, by: &Actor, token: i64) -> Result<(), TokenError> {
    in_person(by)?;
    take_back(app, by, by.person, token).await
}

/// Takes a token of somebody else back, whose account the actor manages.
///
/// # Errors
/// When the person is beyond the actor's reach, there is no such token, or the database fails.
pub async fn revoke_of(
    app: &App,
    by: &Actor,
    person: i64,
    token: i64,
) -> Result<(), TokenError> {
    in_person(by)?;
    people::seen(app, by, person).await?;
    take_back(app, by, person, token).await
}

/// The tokens of somebody that were not taken back, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn held(app: &App, head: i64, person: i64) -> Result<Vec<Token>, StoreError> {
    app.store.tokens(head, person).await
}

async fn take_back(
    app: &App,
    by: &Actor,
    person: i64,
    token: i64,
) -> Result<(), TokenError> {
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.revoke_token(person, token).await?;
    let facts = vec![("person", Fact::Number(person))];
    let what = "take token back";
    let act = Act { by: by.person, what, noun: Noun::Token, id: token, facts };
    write.commit(act).await?;
    Ok(())
}

fn in_person(by: &Actor) -> Result<(), TokenError> {
    match by.token() {
        None => Ok(()),
        Some(_) => Err(TokenError::NotInPerson),
    }
}

/// The organisation to which a token is held: the actor must have each permission somewhere
/// in it.
async fn root(
    app: &App,
    by: &Actor,
    permissions: &[Permission],
    organisation: i64,
) -> Result<Path, TokenError> {
    let Some(first) = permissions.first() else { return Err(TokenError::Nothing) };
    let found = app.store.organisation(&store::Scope::whole(by.head), organisation).await;
    // One that is not there is answered like one that the actor has nothing to do with.
    let root = match found {
        Err(StoreError::Absent { .. }) => return Err(TokenError::Beyond(*first)),
        found => found?.path,
    };
    let lending = by.lending();
    let reaches = |permission: &Permission| {
        let scope = lending.scope(*permission);
        permission.is_lent()
            && scope.roots().iter().any(|path| path.holds(&root) || root.holds(path))
    };
    match permissions.iter().find(|permission| !reaches(permission)) {
        None => Ok(root),
        Some(permission) => Err(TokenError::Beyond(*permission)),
    }
}
