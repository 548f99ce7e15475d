//! Requests that a program may send again, under a key of its own choosing: what was answered
//! is answered again, and nothing is done twice.

use jiff::{SignedDuration, Timestamp};
use terms::IdempotencyKey;

use crate::database::Row;
use crate::keys::Whose;
use crate::session::digest_of;
use crate::{Store, StoreError, stored};

/// For how long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// After how long a request that was begun and never answered counts for nothing: the node
/// that worked on it is gone.
const BEGUN: SignedDuration = SignedDuration::from_mins(20);

/// A key that a program chose, for one of its tokens.
#[derive(Clone, Copy, Debug)]
pub struct Repeat<'a> {
    /// The top organisation.
    pub head: i64,
    /// The number of the token.
    pub token: i64,
    /// The key.
    pub key: &'a IdempotencyKey,
}

/// An answer as it is given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// A digest of what was asked.
    pub request: Vec<u8>,
    /// The status.
    pub status: u16,
    /// Its kind of content.
    pub kind: String,
    /// The content.
    pub answer: Vec<u8>,
}

/// How it stands with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is new, and now taken: the request is to be answered.
    New,
    /// A request with it is being answered.
    Busy,
    /// A request with it was answered.
    Answered(Repeated),
}

impl Store {
    /// Takes a key, or tells what was answered under it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_key(
        &self,
        repeat: Repeat<'_>,
        now: Timestamp,
    ) -> Result<Taken, StoreError> {
        let Repeat { head, token, key } = repeat;
        let old = |life: SignedDuration| stored(now.saturating_sub(life).unwrap_or(now));
        let mut changing = self.database.begin().await?;
        changing
            .run(
                "DELETE FROM repeatable
                  WHERE head = $1 AND (begun < $2 OR (status IS NULL AND begun < $3))",
                &[head.into(), old(KEPT).into(), old(BEGUN).into()],
            )
            .await?;
        let taken = changing
            .run(
                "INSERT INTO repeatable (head, token, digest, begun)
                 VALUES ($1, $2, $3, $4)
                     ON CONFLICT (head, token, digest) DO NOTHING",
                &[
                    head.into(),
                    token.into(),
                    digest_of(key.as_str()).into(),
                    stored(now).into(),
                ],
            )
            .await?;
        changing.commit().await?;
        if taken == 1 {
            return Ok(Taken::New);
        }
        match self.kept(repeat).await? {
            Some((Some(request), Some(status), Some(kind), Some(sealed))) => {
                let key = self.key_of_head(head).await?;
                let answer = key.open(whose(head, token), &sealed)?;
                let status = u16::try_from(status).unwrap_or(500);
                Ok(Taken::Answered(Repeated { request, status, kind, answer }))
            }
            _ => Ok(Taken::Busy),
        }
    }

    async fn kept(&self, repeat: Repeat<'_>) -> Result<Option<Kept>, StoreError> {
        self.database
            .row(
                "SELECT request, status, kind, answer
                   FROM repeatable
                  WHERE head = $1 AND token = $2 AND digest = $3",
                &[
                    repeat.head.into(),
                    repeat.token.into(),
                    digest_of(repeat.key.as_str()).into(),
                ],
                |row: &Row<'_>| {
                    Ok((
                        row.bytes_if_any("request")?,
                        row.integer_if_any("status")?,
                        row.text_if_any("kind")?,
                        row.bytes_if_any("answer")?,
                    ))
                },
            )
            .await
    }

    /// Keeps what was answered under a key that was taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_answer(
        &self,
        repeat: Repeat<'_>,
        answered: &Repeated,
    ) -> Result<(), StoreError> {
        let Repeat { head, token, key } = repeat;
        let sealed =
            self.key_of_head(head).await?.seal(whose(head, token), &answered.answer)?;
        let mut changing = self.database.begin().await?;
        changing
            .run(
                "UPDATE repeatable
                    SET request = $4, status = $5, kind = $6, answer = $7
                  WHERE head = $1 AND token = $2 AND digest = $3",
                &[
                    head.into(),
                    token.into(),
                    digest_of(key.as_str()).into(),
                    answered.request.as_slice().into(),
                    i64::from(answered.status).into(),
                    answered.kind.as_str().into(),
                    sealed.into(),
                ],
            )
            .await?;
        changing.commit().await
    }

    /// Gives a key back that was taken: the request was not done, and may be sent again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_key_back(&self, repeat: Repeat<'_>) -> Result<(), StoreError> {
        let mut changing = self.database.begin().await?;
        changing
            .run(
                "DELETE FROM repeatable
                  WHERE head = $1 AND token = $2 AND digest = $3 AND status IS NULL",
                &[
                    repeat.head.into(),
                    repeat.token.into(),
                    digest_of(repeat.key.as_str()).into(),
                ],
            )
            .await?;
        changing.commit().await
    }
}

type Kept = (Option<Vec<u8>>, Option<i64>, Option<String>, Option<Vec<u8>>);

fn whose(head: i64, token: i64) -> Whose {
    Whose { what: "an answer", head, id: token }
}
