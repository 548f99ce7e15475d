//! Tokens of the API: with one a program asks for somebody, for less than they may and for a
//! time. Known by a digest, so that nobody who reads the database can ask with one.

use jiff::{SignedDuration, Timestamp};

use crate::database::Row;
use crate::session::{digest_of, secret};
use crate::write::{Happened, Noun};
use crate::{Path, Store, StoreError, Write, from_stored, stored};

/// What each token begins with, so that programs that look for lost secrets find it. Behind it
/// stands the top organisation, so that a look-up asks one organisation's rows only.
const SIGN: &str = "lzr_";

/// A token as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The top organisation.
    pub head: i64,
    /// The number.
    pub id: i64,
    /// For whom it asks.
    pub person: i64,
    /// What its holder calls it.
    pub name: String,
    /// What it lends, in the words of permissions.
    pub permissions: Vec<String>,
    /// The organisation to which it is held, with everything below.
    pub organisation: i64,
    /// Where that organisation stands.
    pub path: Path,
    /// Since when it is there.
    pub made: Timestamp,
    /// Until when it works.
    pub expires: Timestamp,
    /// The newest day on which it was used, `2026-11-25`.
    pub used_on: Option<String>,
    /// When it was taken back.
    pub revoked: Option<String>,
}

/// A token to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    /// For whom it asks.
    pub person: i64,
    /// What its holder calls it.
    pub name: &'a str,
    /// What it lends, in the words of permissions.
    pub permissions: &'a [&'static str],
    /// The organisation to which it is held, with everything below.
    pub organisation: i64,
    /// How long it works.
    pub life: SignedDuration,
}

/// What a question about tokens reads, of a token `t` of an organisation `o`.
macro_rules! token_columns {
    () => {
        "t.head, t.id, t.person, t.name, t.permissions, t.organisation, o.path, t.made,
         t.expires, t.used_on, t.revoked"
    };
}

impl Store {
    /// The token with a text, if it works and its holder is let in.
    ///
    /// # Errors
    /// When the database fails. A text that fits nothing is no error.
    pub async fn token(
        &self,
        text: &str,
        now: Timestamp,
    ) -> Result<Option<Token>, StoreError> {
        let Some(head) = head_of(text) else { return Ok(None) };
        let found = self
            .database
            .row(
                concat!(
                    "SELECT ",
                    token_columns!(),
                    " FROM api_token t
                      JOIN organisation o ON o.head = t.head AND o.id = t.organisation
                      JOIN person p ON p.head = t.head AND p.id = t.person
                     WHERE t.head = $1 AND t.digest = $2 AND t.revoked IS NULL
                       AND p.blocked IS NULL"
                ),
                &[head.into(), digest_of(text).into()],
                read_token,
            )
            .await?;
        let Some(token) = found.filter(|token| now < token.expires) else {
            return Ok(None);
        };
        let today = day(now);
        if token.used_on.as_ref().is_none_or(|used_on| *used_on < today) {
            self.note_use_of_token(&token, &today).await?;
        }
        Ok(Some(token))
    }

    /// The tokens of somebody that were not taken back, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tokens(&self, head: i64, person: i64) -> Result<Vec<Token>, StoreError> {
        self.database
            .rows(
                concat!(
                    "SELECT ",
                    token_columns!(),
                    " FROM api_token t
                      JOIN organisation o ON o.head = t.head AND o.id = t.organisation
                     WHERE t.head = $1 AND t.person = $2 AND t.revoked IS NULL
                     ORDER BY t.id DESC"
                ),
                &[head.into(), person.into()],
                read_token,
            )
            .await
    }

    /// The tokens of the whole house that let a program in at that moment: for whoever holds the
    /// root key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn live_tokens(&self, now: Timestamp) -> Result<Vec<Token>, StoreError> {
        self.database
            .rows(
                concat!(
                    "SELECT ",
                    token_columns!(),
                    " FROM api_token t
                      JOIN organisation o ON o.head = t.head AND o.id = t.organisation
                      JOIN person p ON p.head = t.head AND p.id = t.person
                     WHERE t.revoked IS NULL AND t.expires > $1 AND p.blocked IS NULL
                     ORDER BY t.head, t.id"
                ),
                &[stored(now).into()],
                read_token,
            )
            .await
    }

    /// That a token was used is no act of anybody; it is noted once a day.
    async fn note_use_of_token(
        &self,
        token: &Token,
        today: &str,
    ) -> Result<(), StoreError> {
        let mut changing = self.database.begin().await?;
        changing
            .run(
                "UPDATE api_token SET used_on = $3 WHERE head = $1 AND id = $2",
                &[token.head.into(), token.id.into(), today.into()],
            )
            .await?;
        changing.commit().await
    }
}

impl Write<'_> {
    /// Makes a token; gives its number, and its text, which is kept nowhere.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_token(
        &mut self,
        new: NewToken<'_>,
    ) -> Result<(i64, String), StoreError> {
        let (id, head) = (self.id(), self.head);
        let text = format!("{SIGN}{head}_{}", secret()?);
        let expires = self.now.saturating_add(new.life).unwrap_or(self.now);
        self.changing
            .run(
                "INSERT INTO api_token (head, id, digest, person, name, permissions,
                                        organisation, made, expires)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                &[
                    head.into(),
                    id.into(),
                    digest_of(&text).into(),
                    new.person.into(),
                    new.name.trim().into(),
                    new.permissions.join(" ").into(),
                    new.organisation.into(),
                    stored(self.now).into(),
                    stored(expires).into(),
                ],
            )
            .await?;
        self.note(Noun::Token, id, Happened::Made);
        Ok((id, text))
    }

    /// Takes a token of somebody back.
    ///
    /// # Errors
    /// When the database fails, or the person has no such token.
    pub async fn revoke_token(&mut self, person: i64, id: i64) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE api_token
                    SET revoked = $4
                  WHERE head = $1 AND person = $2 AND id = $3 AND revoked IS NULL",
                &[self.head.into(), person.into(), id.into(), stored(self.now).into()],
            )
            .await?;
        if touched == 0 {
            return Err(StoreError::absent("token", id));
        }
        self.note(Noun::Token, id, Happened::Gone);
        Ok(())
    }
}

/// The day of an instant, in UTC.
fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// The top organisation that a token's text names.
fn head_of(text: &str) -> Option<i64> {
    let (head, secret) = text.strip_prefix(SIGN)?.split_once('_')?;
    let is_secret = secret.len() == 64 && secret.bytes().all(|b| b.is_ascii_hexdigit());
    head.parse().ok().filter(|_| is_secret)
}

fn read_token(row: &Row<'_>) -> Result<Token, StoreError> {
    let permissions = row.text("permissions")?;
    Ok(Token {
        head: row.integer("head")?,
        id: row.integer("id")?,
        person: row.integer("person")?,
        name: row.text("name")?,
        permissions: permissions.split_whitespace().map(str::to_owned).collect(),
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        made: from_stored(&row.text("made")?)?,
        expires: from_stored(&row.text("expires")?)?,
        used_on: row.text_if_any("used_on")?,
        revoked: row.text_if_any("revoked")?,
    })
}
