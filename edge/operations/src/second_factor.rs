//! The second factor: a code from an app, set up by whoever uses it; codes for whoever loses
//! it; and organisations that ask everybody for it.

mod totp;

use data_encoding::BASE32_NOPAD;
use store::{Act, Fact, NewSession, Noun, Person, StoreError};

use crate::password::{self, PasswordError};
use crate::people::{self, PeopleError};
use crate::{Actor, App, Permission};

/// How many recovery codes somebody gets.
const CODES: usize = 10;

/// Why something about a second factor was not done.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// The code is wrong, too old, or was used.
    #[error("this code does not fit, or was used already")]
    Wrong,
    /// Neither password nor code is right.
    #[error("that does not fit")]
    Unconfirmed,
    /// The ticket is too old, or none.
    #[error("that took too long; sign in again")]
    Late,
    /// The secret is none that was offered.
    #[error("this secret is not one that was offered")]
    Secret,
    /// There is one, or none, already.
    #[error("{0}")]
    State(&'static str),
    /// Whoever wants everybody to have one has none, and was not told what that means.
    #[error(
        "you have no second factor yourself, so you would do nothing more here until you have \
         set one up"
    )]
    Unwarned,
    /// A program asks.
    #[error("a token has no second factor; sign in, and do it yourself")]
    NotInPerson,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
    /// The person is beyond the actor's reach.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The password could not be worked on.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A secret that somebody may set up.
#[derive(Clone, Debug)]
pub struct Offer {
    /// As it is typed into an app.
    pub secret: String,
    /// The link that a picture holds.
    pub link: String,
}

/// Offers a secret for an app. Nothing is kept until a code of it comes back.
///
/// # Errors
/// When the database fails or there are no random bytes.
pub async fn offer(app: &App, by: &Actor) -> Result<Offer, SecondFactorError> {
    let secret = totp::secret().ok_or(SecondFactorError::NoRandomness)?;
    offered(app, by, &secret).await
}

/// The same offer again, after a code that did not fit.
///
/// # Errors
/// When the secret is none, or the database fails.
pub async fn offer_again(
    app: &App,
    by: &Actor,
    secret: &str,
) -> Result<Offer, SecondFactorError> {
    let secret = totp::read(secret).ok_or(SecondFactorError::Secret)?;
    offered(app, by, &secret).await
}

async fn offered(
    app: &App,
    by: &Actor,
    secret: &[u8],
) -> Result<Offer, SecondFactorError> {
    let person = app.store.person(by.head, by.person).await?;
    let secret = totp::written(secret);
    let account: String = person
        .address
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    let link = format!("otpauth://totp/Lazaret:{account}?secret={secret}&issuer=Lazaret");
    Ok(Offer { secret, link })
}

/// Sets a second factor up, with a code that shows that the app holds it; gives the recovery
/// codes, which are shown once.
///
/// # Errors
/// When there is one already, the code does not fit, or the database fails.
pub async fn set_up(
    app: &App,
    by: &Actor,
    secret: &str,
    code: &str,
) -> Result<Vec<String>, SecondFactorError> {
    in_person(by)?;
    let secret = totp::read(secret).ok_or(SecondFactorError::Secret)?;
    if app.store.person(by.head, by.person).await?.totp.is_some() {
        return Err(SecondFactorError::State("you have a second factor already"));
    }
    let step = totp::step_of(&secret, plain(code).as_str(), (app.now)());
    let step = step.ok_or(SecondFactorError::Wrong)?;
    let codes = new_codes()?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.set_totp(by.person, Some(&secret)).await?;
    write.use_totp(by.person, step).await?;
    write.set_recovery_codes(by.person, &kept(&codes)).await?;
    write.commit(act(by.person, "set up second factor", by.person)).await?;
    Ok(codes)
}

/// Makes new recovery codes in the place of those before.
///
/// # Errors
/// When there is no second factor, or the database fails.
pub async fn renew_codes(
    app: &App,
    by: &Actor,
) -> Result<Vec<String>, SecondFactorError> {
    in_person(by)?;
    has_one(app, by.head, by.person).await?;
    let codes = new_codes()?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.set_recovery_codes(by.person, &kept(&codes)).await?;
    write.commit(act(by.person, "renew recovery codes", by.person)).await?;
    Ok(codes)
}

/// Takes the actor's own second factor away.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn drop_own(app: &App, by: &Actor) -> Result<(), SecondFactorError> {
    in_person(by)?;
    drop_of(app, by, by.person).await
}

/// Takes the second factor of somebody away who has lost it: the next sign-in asks for the
/// password alone, and where one is asked for a new one is set up then.
///
/// # Errors
/// When the account has roles beyond the actor's reach, there is none, or the database fails.
pub async fn drop_lost(
    app: &App,
    by: &Actor,
    person: i64,
) -> Result<(), SecondFactorError> {
    in_person(by)?;
    people::wholly_run(app, by, person).await?;
    drop_of(app, by, person).await
}

async fn drop_of(app: &App, by: &Actor, person: i64) -> Result<(), SecondFactorError> {
    has_one(app, by.head, person).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.set_totp(person, None).await?;
    write.set_recovery_codes(person, &[]).await?;
    if person != by.person {
        write.end_sessions_of(person).await?;
    }
    write.commit(act(by.person, "take second factor away", person)).await?;
    Ok(())
}

/// Lets somebody in who has given the right password, or comes from the provider, and gives a
/// code now.
///
/// # Errors
/// When the ticket is too old, the code does not fit, or the database fails.
pub async fn enter(
    app: &App,
    ticket: &str,
    code: &str,
) -> Result<NewSession, SecondFactorError> {
    let now = (app.now)();
    let (head, person, voucher) =
        app.store.ticket_of(ticket, now).ok_or(SecondFactorError::Late)?;
    let person = app.store.person(head, person).await?;
    if person.blocked.is_some() || person.totp.is_none() {
        return Err(SecondFactorError::Late);
    }
    let mut write = app.store.write(head, now).await?;
    let what = match uses(&mut write, &person, code, now).await? {
        Some(Used::Code) => "sign in",
        Some(Used::RecoveryCode) => "sign in with a recovery code",
        None => {
            let mut refused = act(0, "refuse sign-in", person.id);
            refused.facts.push(("reason", Fact::word("wrong second factor")));
            write.commit(refused).await?;
            return Err(SecondFactorError::Wrong);
        }
    };
    let session = write.begin_session_by(person.id, voucher).await?;
    write.commit(act(person.id, what, person.id)).await?;
    Ok(session)
}

/// Somebody shows again who they are, with the password or with a code.
///
/// # Errors
/// When neither fits, or the database fails.
pub async fn confirm(
    app: &App,
    by: &Actor,
    secret: &str,
    password: &str,
    code: &str,
) -> Result<(), SecondFactorError> {
    in_person(by)?;
    let person = app.store.person(by.head, by.person).await?;
    let by_password =
        !password.is_empty() && password::fits(password, person.password.clone()).await?;
    let now = (app.now)();
    let mut write = app.store.write(by.head, now).await?;
    let is_right = by_password
        || (!code.trim().is_empty()
            && uses(&mut write, &person, code, now).await?.is_some());
    if !is_right {
        write.commit(act(by.person, "refuse confirmation", by.person)).await?;
        return Err(SecondFactorError::Unconfirmed);
    }
    write.confirm_session(secret).await?;
    write.commit(act(by.person, "confirm", by.person)).await?;
    Ok(())
}

/// The code that an app shows for a secret as it is written; for whoever tries the house out.
#[must_use]
pub fn shown_by_app(secret: &str, at: jiff::Timestamp) -> Option<String> {
    totp::code(&totp::read(secret)?, totp::step(at))
}

/// What was used.
enum Used {
    Code,
    RecoveryCode,
}

/// Uses a code of somebody up, if it is one: each lets in once.
async fn uses(
    write: &mut store::Write<'_>,
    person: &Person,
    code: &str,
    now: jiff::Timestamp,
) -> Result<Option<Used>, StoreError> {
    let Some(secret) = &person.totp else { return Ok(None) };
    let code = plain(code);
    if let Some(step) = totp::step_of(secret, &code, now) {
        return Ok(write.use_totp(person.id, step).await?.then_some(Used::Code));
    }
    let used = write.use_recovery_code(person.id, &code).await?;
    Ok(used.then_some(Used::RecoveryCode))
}

/// Whether an organisation asks for a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Whoever has a role there, above or below does nothing without one.
    Asked,
    /// Everybody as they like.
    Free,
}

/// What whoever asks others for a second factor has heard before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing.
    Nothing,
    /// That it holds for them too.
    Warning,
}

/// Says whether an organisation that the actor runs asks for a second factor. It holds for the
/// actor too: whoever has none is warned before.
///
/// # Errors
/// When the actor does not run it, has none and was not warned, or the database fails.
pub async fn set_rule(
    app: &App,
    by: &Actor,
    organisation: i64,
    (rule, heard): (Rule, Heard),
) -> Result<(), SecondFactorError> {
    let scope = by.scope(Permission::Administer);
    let organisation = app.store.organisation(&scope, organisation).await?;
    if (rule, heard) == (Rule::Asked, Heard::Nothing)
        && app.store.person(by.head, by.person).await?.totp.is_none()
    {
        return Err(SecondFactorError::Unwarned);
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let what = match rule {
        Rule::Asked => {
            write.ask_for_second_factor(organisation.id).await?;
            "ask for second factor"
        }
        Rule::Free => {
            write.ask_for_no_second_factor(organisation.id).await?;
            "ask for no second factor"
        }
    };
    let (noun, id) = (Noun::Organisation, organisation.id);
    write.commit(Act { by: by.person, what, noun, id, facts: Vec::new() }).await?;
    Ok(())
}

async fn has_one(app: &App, head: i64, person: i64) -> Result<(), SecondFactorError> {
    match app.store.person(head, person).await?.totp {
        Some(_) => Ok(()),
        None => Err(SecondFactorError::State("there is no second factor")),
    }
}

fn in_person(by: &Actor) -> Result<(), SecondFactorError> {
    match by.token() {
        None => Ok(()),
        Some(_) => Err(SecondFactorError::NotInPerson),
    }
}

/// A code as it is compared: what people put between its letters does not matter.
fn plain(code: &str) -> String {
    let letters = code.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    letters.collect::<String>().to_uppercase()
}

/// Codes of eighty bits, in four groups.
fn new_codes() -> Result<Vec<String>, SecondFactorError> {
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let mut bytes = [0; 10];
        getrandom::fill(&mut bytes).map_err(|_| SecondFactorError::NoRandomness)?;
        let text = BASE32_NOPAD.encode(&bytes);
        let groups: Vec<String> = text
            .as_bytes()
            .chunks(4)
            .map(|group| String::from_utf8_lossy(group).into())
            .collect();
        codes.push(groups.join("-"));
    }
    Ok(codes)
}

fn kept(codes: &[String]) -> Vec<String> {
    codes.iter().map(|code| plain(code)).collect()
}

fn act(by: i64, what: &'static str, person: i64) -> Act {
    Act { by, what, noun: Noun::Person, id: person, facts: Vec::new() }
}
