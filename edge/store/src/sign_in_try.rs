//! How often something may be tried, counted for all nodes of a house together.
//!
//! Source: the generic cell rate algorithm (ITU-T I.371, annex A): of each key one instant is
//! kept, up to which its tries are used up; a try moves it on by what one costs. That is a
//! bucket of tries which fills again with time, in one number and one statement.

use jiff::Timestamp;

use crate::{Store, StoreError};

/// What may be tried so often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Whose tries: kept as a keyed digest.
    pub key: String,
    /// How many there are at once.
    pub tries: i64,
    /// After how many milliseconds there is one more.
    pub every: i64,
}

/// By how many milliseconds the clocks of nodes may differ. What is used up until later than all
/// tries together last was noted by a clock that was ahead and has been put right.
const SKEW: i64 = 60 * 1000;

/// For how long what is used up no more is kept, in milliseconds: nobody waits for it then.
const KEPT: i64 = 60 * 60 * 1000;

impl Store {
    /// Takes one try out of each of these, or out of none.
    ///
    /// # Errors
    /// When the database fails. Inside: the milliseconds to wait when one of them has none
    /// left.
    pub async fn take_tries(
        &self,
        buckets: &[Bucket],
        now: Timestamp,
    ) -> Result<Result<(), i64>, StoreError> {
        let now = now.as_millisecond();
        let mut changing = self.database.begin().await?;
        for bucket in buckets {
            let digest = self.keys.of_try(&bucket.key);
            let spare = (bucket.tries - 1) * bucket.every;
            let taken = changing
                .run(
                    "INSERT INTO sign_in_try (digest, until) VALUES ($1, $4)
                         ON CONFLICT (digest) DO UPDATE
                        SET until = CASE WHEN sign_in_try.until > $6 THEN $2
                                         WHEN sign_in_try.until > $2
                                         THEN sign_in_try.until ELSE $2 END + $3
                      WHERE sign_in_try.until <= $5 OR sign_in_try.until > $6",
                    &[
                        digest.clone().into(),
                        now.into(),
                        bucket.every.into(),
                        (now + bucket.every).into(),
                        (now + spare).into(),
                        (now + bucket.tries * bucket.every + SKEW).into(),
                    ],
                )
                .await?;
            if taken == 0 {
                let until = changing
                    .row(
                        "SELECT until FROM sign_in_try WHERE digest = $1",
                        &[digest.into()],
                        |row| row.integer("until"),
                    )
                    .await?;
                // Dropped, so that of the others none is taken either.
                return Ok(Err((until.unwrap_or(now) - spare - now).max(1)));
            }
        }
        changing.commit().await?;
        Ok(Ok(()))
    }

    /// Gives a try back to each of these: it was no guess.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_tries_back(
        &self,
        buckets: &[Bucket],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let now = now.as_millisecond();
        let mut changing = self.database.begin().await?;
        for bucket in buckets {
            changing
                .run(
                    "UPDATE sign_in_try SET until = until - $2 WHERE digest = $1",
                    &[self.keys.of_try(&bucket.key).into(), bucket.every.into()],
                )
                .await?;
        }
        changing
            .run("DELETE FROM sign_in_try WHERE until < $1", &[(now - KEPT).into()])
            .await?;
        changing.commit().await
    }
}
