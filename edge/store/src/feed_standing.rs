//! How each feed stood when it was asked last. Only one node follows feeds, and every one tells
//! how old it is what is judged with. It is what a machine found and no act of anybody.

use crate::database::Value;
use crate::{Store, StoreError};

/// How a feed stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedStanding {
    /// Its name.
    pub name: String,
    /// How often it is asked, in seconds.
    pub every: i64,
    /// When it was last asked to the end, as stored; none where it never answered.
    pub asked: Option<String>,
    /// Whether it did not answer the last time.
    pub is_failing: bool,
    /// The words of the sources that it renews, with a blank between; empty where nobody knows.
    pub gives: String,
    /// What stands here is no feed but what an index told of before feeds were followed, and no
    /// feed tells as new: the newest change of it. Empty where it does not say.
    pub alone: Option<String>,
}

impl Store {
    /// Every feed that is followed, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn feed_standings(&self) -> Result<Vec<FeedStanding>, StoreError> {
        self.database
            .rows(
                "SELECT name, every, asked, fault, gives, alone FROM feed_standing \
                 ORDER BY name",
                &[],
                |row| {
                    Ok(FeedStanding {
                        name: row.text("name")?,
                        every: row.integer("every")?,
                        asked: row.text_if_any("asked")?,
                        is_failing: row.integer("fault")? != 0,
                        gives: row.text("gives")?,
                        alone: row.text_if_any("alone")?,
                    })
                },
            )
            .await
    }

    /// Notes how all feeds stand that are followed; of others nothing is known any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_feed_standings(
        &self,
        all: &[FeedStanding],
    ) -> Result<(), StoreError> {
        let rows: Vec<Vec<Value>> = all
            .iter()
            .map(|one| {
                vec![
                    one.name.as_str().into(),
                    one.every.into(),
                    one.asked.clone().into(),
                    i64::from(one.is_failing).into(),
                    one.gives.as_str().into(),
                    one.alone.clone().into(),
                ]
            })
            .collect();
        let mut changing = self.database.begin().await?;
        changing.run("DELETE FROM feed_standing", &[]).await?;
        changing
            .insert_many(
                "INSERT INTO feed_standing (name, every, asked, fault, gives, alone)",
                6,
                "",
                &rows,
            )
            .await?;
        changing.commit().await
    }
}
