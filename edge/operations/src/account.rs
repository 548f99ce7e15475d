//! One's own password, and the way back in for whoever can show nobody who they are.
//!
//! A new password by a link of an administrator is in `people`; the second factor is in
//! `second_factor`.

use jiff::SignedDuration;
use store::{Act, Fact, NewSession, Noun, Person, Purpose, StoreError};

use crate::password::{self, PasswordError};
use crate::{Actor, App};

/// How long the link of a rescue works: it is opened by whoever has just asked for it.
const RESCUE: SignedDuration = SignedDuration::from_hours(1);

/// Why nothing about an account was changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The old password is wrong.
    #[error("this is not your password")]
    Wrong,
    /// The new one is the old one.
    #[error("this is the password that you have; choose another")]
    Same,
    /// The account has no password.
    #[error("this account has no password")]
    None,
    /// A program asks, or whoever asks is signed out by now.
    #[error("a password is changed by whoever it belongs to, who is signed in")]
    NotInPerson,
    /// Nobody signs in with that address.
    #[error("no account has this address")]
    Nobody,
    /// The account is blocked.
    #[error("this account is blocked")]
    Blocked,
    /// The new password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Changes one's own password, of whoever knows the one before. Every session of the account
/// ends, that of `secret` too, and links for a new password work no more; another session is
/// begun in its place.
///
/// # Errors
/// When the old password does not fit, the new one is not taken or is the old one, there is
/// none, or the database fails.
pub async fn change_password(
    app: &App,
    by: &Actor,
    secret: &str,
    (old, new): (&str, &str),
) -> Result<NewSession, AccountError> {
    let now = (app.now)();
    let session = app.store.session(secret, now).await?;
    let session =
        session.filter(|_| by.token().is_none()).ok_or(AccountError::NotInPerson)?;
    let before = app.store.person(by.head, by.person).await?.password;
    let before = before.ok_or(AccountError::None)?;
    if !password::fits(old, Some(before.clone())).await? {
        let write = app.store.write(by.head, now).await?;
        let mut refused = act(by.person, "refuse new password", by.person);
        refused.facts.push(("reason", Fact::word("wrong password")));
        write.commit(refused).await?;
        return Err(AccountError::Wrong);
    }
    if old == new {
        return Err(AccountError::Same);
    }
    let hash = password::hash(new).await?;
    let mut write = app.store.write(by.head, now).await?;
    // Asked again while the write holds the organisation: of two who change it at the same
    // moment, the second no longer knows the password.
    let held = app.store.person(by.head, by.person).await?.password;
    if held != Some(before) {
        return Err(AccountError::Wrong);
    }
    write.set_password(by.person, &hash).await?;
    write.end_sessions_of(by.person).await?;
    write.end_links_of(by.person).await?;
    let session = write.begin_session_by(by.person, session.voucher).await?;
    write.commit(act(by.person, "change password", by.person)).await?;
    Ok(session)
}

/// Lets somebody back in who has lost the password or the second factor, at the word of whoever
/// holds the machine and the root key: gives the secret of a link that sets a new password,
/// within an hour. The second factor is gone at once, and so is every session and every other
/// link of theirs.
///
/// # Errors
/// When nobody has the address, the account is blocked, or the database fails.
pub async fn rescue(app: &App, address: &str) -> Result<String, AccountError> {
    let person = app.store.person_by_address(address).await?;
    let Person { head, id, blocked, .. } = person.ok_or(AccountError::Nobody)?;
    if blocked.is_some() {
        return Err(AccountError::Blocked);
    }
    let mut write = app.store.write(head, (app.now)()).await?;
    write.set_totp(id, None).await?;
    write.set_recovery_codes(id, &[]).await?;
    write.end_sessions_of(id).await?;
    write.end_links_of(id).await?;
    let secret = write.make_link(Purpose::NewPassword, id, RESCUE).await?;
    write.commit(act(0, "rescue account", id)).await?;
    Ok(secret)
}

fn act(by: i64, what: &'static str, person: i64) -> Act {
    Act { by, what, noun: Noun::Person, id: person, facts: Vec::new() }
}
