//! Links that work once: the first sign-in of a new house, invitations, new passwords.

use jiff::SignedDuration;

use crate::session::{digest_of, secret};
use crate::write::{Happened, Noun};
use crate::{Store, StoreError, Write, stored};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Whoever opens it first sets up the house.
    FirstRun,
    /// Somebody with a new account sets a password.
    Invitation,
    /// Somebody sets a new password.
    NewPassword,
    /// Signs in, once; for a house that is tried out.
    SignIn,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::FirstRun => "first_run",
            Self::Invitation => "invitation",
            Self::NewPassword => "new_password",
            Self::SignIn => "sign_in",
        }
    }

    fn from_word(word: String) -> Result<Self, StoreError> {
        [Self::FirstRun, Self::Invitation, Self::NewPassword, Self::SignIn]
            .into_iter()
            .find(|purpose| purpose.word() == word)
            .ok_or(StoreError::Unreadable { what: "link.purpose", held: word })
    }
}

/// A link that may still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it is for.
    pub purpose: Purpose,
    /// The top organisation; 0 for the house.
    pub head: i64,
    /// For whom; 0 for whoever opens it.
    pub person: i64,
}

impl Store {
    /// The link with a secret, if it may still be used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link(
        &self,
        secret: &str,
        now: jiff::Timestamp,
    ) -> Result<Option<Link>, StoreError> {
        self.database
            .row(
                "SELECT purpose, head, person
                   FROM link
                  WHERE digest = $1 AND used IS NULL AND expires > $2",
                &[digest_of(secret).into(), stored(now).into()],
                |row| {
                    Ok(Link {
                        purpose: Purpose::from_word(row.text("purpose")?)?,
                        head: row.integer("head")?,
                        person: row.integer("person")?,
                    })
                },
            )
            .await
    }
}

impl Write<'_> {
    /// Makes a link; gives its secret, which is kept nowhere.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_link(
        &mut self,
        purpose: Purpose,
        person: i64,
        life: SignedDuration,
    ) -> Result<String, StoreError> {
        let secret = secret()?;
        let expires = self.now.saturating_add(life).unwrap_or(self.now);
        self.changing
            .run(
                "INSERT INTO link (digest, purpose, head, person, expires)
                 VALUES ($1, $2, $3, $4, $5)",
                &[
                    digest_of(&secret).into(),
                    purpose.word().into(),
                    self.head.into(),
                    person.into(),
                    stored(expires).into(),
                ],
            )
            .await?;
        self.note(Noun::Link, person, Happened::Made);
        Ok(secret)
    }

    /// Uses a link up; `false` when somebody else was first.
    ///
    /// The link may be one of the house while the write is that of an organisation: the
    /// first run makes the organisation with it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_link(&mut self, secret: &str) -> Result<bool, StoreError> {
        let now = stored(self.now);
        let touched = self
            .changing
            .run(
                "UPDATE link
                    SET used = $2
                  WHERE digest = $1 AND used IS NULL AND expires > $2",
                &[digest_of(secret).into(), now.into()],
            )
            .await?;
        Ok(touched == 1)
    }

    /// Ends every link of a person that nobody has opened yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_links_of(&mut self, person: i64) -> Result<(), StoreError> {
        let now = stored(self.now);
        self.changing
            .run(
                "UPDATE link
                    SET used = $3
                  WHERE head = $1 AND person = $2 AND used IS NULL",
                &[self.head.into(), person.into(), now.into()],
            )
            .await?;
        Ok(())
    }
}
