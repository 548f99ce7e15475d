//! Signing in and out.

use store::{Act, Fact, NewSession, Noun, Person, StoreError, Voucher};

use crate::password::{self, PasswordError};
use crate::{Actor, App};

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The address or the password is wrong. Which of them is not told.
    #[error("no account has this address and password")]
    Refused,
    /// The password could not be worked on.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How far somebody came who knows the address and the password.
#[derive(Clone, Debug)]
pub enum Entered {
    /// In.
    Session(NewSession),
    /// A code is asked for now; with this ticket, which works for some minutes.
    SecondFactor(String),
}

/// Lets somebody in who knows the address and the password, or asks for the second factor.
///
/// # Errors
/// When they do not fit, or the database fails.
pub async fn sign_in(
    app: &App,
    address: &str,
    password: &str,
) -> Result<Entered, SignInError> {
    let person = app.store.person_by_address(address).await?;
    let hash = person.as_ref().and_then(|person| person.password.clone());
    let fits = password::fits(password, hash).await?;
    let Some(person) = person.filter(|person| person.blocked.is_none()) else {
        return Err(SignInError::Refused);
    };
    if !fits {
        refuse(app, &person).await?;
        return Err(SignInError::Refused);
    }
    if person.totp.is_some() {
        let ticket =
            app.store.ticket(person.head, person.id, Voucher::House, (app.now)())?;
        return Ok(Entered::SecondFactor(ticket));
    }
    let mut write = app.store.write(person.head, (app.now)()).await?;
    let session = write.begin_session(person.id).await?;
    write.commit(act(person.id, "sign in", person.id)).await?;
    Ok(Entered::Session(session))
}

/// A wrong password of an account that exists is an act too: the auditor looks for them.
async fn refuse(app: &App, person: &Person) -> Result<(), StoreError> {
    let write = app.store.write(person.head, (app.now)()).await?;
    let mut refused = act(0, "refuse sign-in", person.id);
    refused.facts.push(("reason", Fact::word("wrong password")));
    write.commit(refused).await?;
    Ok(())
}

/// Ends the session that the secret belongs to.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(app: &App, by: &Actor, secret: &str) -> Result<(), StoreError> {
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.end_session(secret).await?;
    write.commit(act(by.person, "sign out", by.person)).await?;
    Ok(())
}

fn act(by: i64, what: &'static str, person: i64) -> Act {
    Act { by, what, noun: Noun::Person, id: person, facts: Vec::new() }
}

#[cfg(test)]
mod tests {
    use store::{Kind, RootKey, Store};

    use super::{Entered, SignInError, sign_in, sign_out};
    use crate::first_run::{FirstRunError, Founding, found, offer, works};
    use crate::{Actor, App, Permission};

    const FOUNDING: Founding<'_> = Founding {
        kind: Kind::Hospital,
        organisation: "Invented Hospital",
        name: "Ada",
        address: "ada@hospital.example",
        password: "a long sentence will do",
        zone: "Europe/London",
    };

    async fn house(folder: &std::path::Path) -> App {
        let url = format!("sqlite:{}", folder.join("lazaret.db").display());
        let store = Store::open(&url, &RootKey::make().unwrap()).await.unwrap();
        App::new(store, folder, jiff::Timestamp::now)
    }

    #[tokio::test]
    async fn whoever_holds_the_first_link_sets_up_the_house_once() {
        let folder = tempfile::tempdir().unwrap();
        let app = house(folder.path()).await;
        let link = offer(&app).await.unwrap().unwrap();
        assert!(!works(&app, "0000").await.unwrap());
        let short = Founding { password: "short", ..FOUNDING };
        assert!(matches!(
            found(&app, &link, short).await,
            Err(FirstRunError::Password(_))
        ));
        let nameless = Founding { name: " ", ..FOUNDING };
        assert!(matches!(
            found(&app, &link, nameless).await,
            Err(FirstRunError::Missing(_))
        ));

        let session = found(&app, &link, FOUNDING).await.unwrap();
        let session =
            app.store.session(&session.secret, (app.now)()).await.unwrap().unwrap();
        let ada = Actor::of_session(&app, session).await.unwrap();
        // A maker answers in the house of others, and nobody for it.
        let own =
            Permission::ALL.into_iter().filter(|it| *it != Permission::AnswerAsMaker);
        assert!(own.into_iter().all(|permission| ada.may(permission)));
        assert!(!ada.may(Permission::AnswerAsMaker));

        assert!(matches!(found(&app, &link, FOUNDING).await, Err(FirstRunError::Link)));
        assert_eq!(offer(&app).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_wrong_password_is_refused_and_told_in_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let app = house(folder.path()).await;
        let link = offer(&app).await.unwrap().unwrap();
        found(&app, &link, FOUNDING).await.unwrap();
        for (address, password) in [
            (FOUNDING.address, "a long sentence will not"),
            ("bob@hospital.example", FOUNDING.password),
            (FOUNDING.address, ""),
        ] {
            let refused = sign_in(&app, address, password).await;
            assert!(matches!(refused, Err(SignInError::Refused)), "{address} {password}");
        }
        let head = app.store.heads().await.unwrap()[0];
        let scope = store::Scope::whole(head);
        let leaves = app.store.leaves(&scope, i64::MAX, 10).await.unwrap();
        let acts: Vec<&str> = leaves.iter().map(|leaf| leaf.act.as_str()).collect();
        assert_eq!(acts, ["refuse sign-in", "refuse sign-in", "found organisation"]);

        let new = sign_in(&app, "ADA@hospital.example", FOUNDING.password).await.unwrap();
        let Entered::Session(new) = new else { panic!("there is no second factor") };
        let session = app.store.session(&new.secret, (app.now)()).await.unwrap().unwrap();
        let ada = Actor::of_session(&app, session).await.unwrap();
        sign_out(&app, &ada, &new.secret).await.unwrap();
        assert!(app.store.session(&new.secret, (app.now)()).await.unwrap().is_none());
    }
}
