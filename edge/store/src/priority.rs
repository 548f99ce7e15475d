//! How urgent vulnerabilities were, and since when.
//!
//! A priority is never copied into a judgement: it hangs on the vulnerability and on how a
//! device stands. What is kept is when its word changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::database::{Row, Value};
use crate::{Store, StoreError, Write, stored};

/// How urgent a vulnerability is, however a device stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weight {
    /// A letter for each way in which a device may stand.
    pub words: String,
    /// What it rests on, as JSON.
    pub grounds: String,
}

/// How urgent a vulnerability was from some moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// The vulnerability.
    pub vulnerability: String,
    /// Since when.
    pub at: String,
    /// How urgent.
    pub weight: Weight,
}

impl Store {
    /// The vulnerabilities by which any build of a top organisation is affected now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn affecting(&self, head: i64) -> Result<BTreeSet<String>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT DISTINCT vulnerability
                   FROM judgement
                  WHERE head = $1 AND verdict = 'affected' AND closed IS NULL",
                &[head.into()],
                |row| row.text("vulnerability"),
            )
            .await?;
        Ok(found.into_iter().collect())
    }

    /// How urgent each vulnerability was last known to be.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_weights(
        &self,
        head: i64,
    ) -> Result<BTreeMap<String, Weight>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT p.vulnerability, p.at, p.words, p.grounds
                   FROM priority_history p
                  WHERE p.head = $1
                    AND p.seq = (SELECT MAX(o.seq)
                                   FROM priority_history o
                                  WHERE o.head = p.head
                                    AND o.vulnerability = p.vulnerability)",
                &[head.into()],
                read_weighed,
            )
            .await?;
        Ok(found.into_iter().map(|one| (one.vulnerability, one.weight)).collect())
    }

    /// How urgent some vulnerabilities were and since when, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn weights_of(
        &self,
        head: i64,
        vulnerabilities: &BTreeSet<String>,
    ) -> Result<Vec<Weighed>, StoreError> {
        let list: Vec<Value> =
            vulnerabilities.iter().map(|id| id.as_str().into()).collect();
        self.database
            .rows_among(
                "SELECT vulnerability, at, words, grounds
                   FROM priority_history
                  WHERE head = $1 AND vulnerability",
                &[head.into()],
                &list,
                "ORDER BY vulnerability, seq",
                read_weighed,
            )
            .await
    }
}

impl Write<'_> {
    /// Notes how urgent some vulnerabilities are from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_weights(
        &mut self,
        weights: &BTreeMap<String, Weight>,
    ) -> Result<(), StoreError> {
        let rows: Vec<Vec<Value>> = weights
            .iter()
            .map(|(vulnerability, weight)| {
                vec![
                    self.head.into(),
                    vulnerability.as_str().into(),
                    self.seq.into(),
                    stored(self.now).into(),
                    weight.words.as_str().into(),
                    weight.grounds.as_str().into(),
                ]
            })
            .collect();
        self.changing
            .insert_many(
                "INSERT INTO priority_history (head, vulnerability, seq, at, words, grounds)",
                6,
                "",
                &rows,
            )
            .await
    }
}

fn read_weighed(row: &Row<'_>) -> Result<Weighed, StoreError> {
    Ok(Weighed {
        vulnerability: row.text("vulnerability")?,
        at: row.text("at")?,
        weight: Weight { words: row.text("words")?, grounds: row.text("grounds")? },
    })
}
