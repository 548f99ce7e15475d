//! What customers ask a maker in the maker's own house: questions of lists that they gave away,
//! and what the maker answers.

use crate::database::Row;
use crate::sealed_note::{Noted, keep_said, sealed};
use crate::write::{Happened, Noun};
use crate::{Path, Said, Scope, Store, StoreError, Write, stored};

/// A question of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerQuestion {
    /// The number.
    pub id: i64,
    /// Which organisation is asked.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// Who asks, as whoever brought the list writes it.
    pub customer: String,
    /// The key in the customer's list.
    pub key: String,
    /// About which product.
    pub about: String,
    /// What is asked.
    pub asked: String,
    /// Of which device builds, as the list writes them.
    pub builds: String,
    /// What hangs on it.
    pub vulnerabilities: String,
    /// When the list was brought, as stored.
    pub brought: String,
    /// What was answered; none while it waits.
    pub said: Option<Said>,
    /// In which words.
    pub note: String,
    /// When, as stored.
    pub answered: Option<String>,
}

/// A question that is brought.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of `CustomerQuestion`")]
pub struct NewCustomerQuestion<'a> {
    pub organisation: i64,
    pub customer: &'a str,
    pub key: &'a str,
    pub about: &'a str,
    pub asked: &'a str,
    pub builds: &'a str,
    pub vulnerabilities: &'a str,
    pub by: i64,
}

impl Store {
    /// What customers ask of organisations within a scope: what waits first, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customer_questions(
        &self,
        scope: &Scope,
    ) -> Result<Vec<CustomerQuestion>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT q.id, q.organisation, q.customer, q.question_key, q.about, q.asked,
                        q.builds, q.vulnerabilities, q.brought, q.said, q.sealed_note,
                        q.answered, o.path, h.sealed_key
                   FROM customer_question q
                   JOIN organisation o ON o.head = q.head AND o.id = q.organisation
                   JOIN head h ON h.id = q.head
                  WHERE q.head = $1
                  ORDER BY CASE WHEN q.said IS NULL THEN 0 ELSE 1 END, q.brought DESC, q.id",
                &[scope.head().into()],
                |row| sealed(row, read),
            )
            .await?;
        self.with_notes(scope.head(), found, |path| scope.admits(path))
    }
}

impl Store {
    /// How many questions of customers wait within a scope, each once for all that ask it in
    /// the same words.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customers_waiting(&self, scope: &Scope) -> Result<usize, StoreError> {
        let waiting = self
            .database
            .rows(
                "SELECT DISTINCT o.path, q.organisation, q.question_key, q.asked
                   FROM customer_question q
                   JOIN organisation o ON o.head = q.head AND o.id = q.organisation
                  WHERE q.head = $1 AND q.said IS NULL",
                &[scope.head().into()],
                |row| Ok(Path::from_stored(row.text("path")?)),
            )
            .await?;
        Ok(waiting.iter().filter(|path| scope.admits(path)).count())
    }
}

impl Write<'_> {
    /// Keeps a question that a customer asks; nothing where that customer asked it before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bring_question(
        &mut self,
        new: NewCustomerQuestion<'_>,
    ) -> Result<Option<i64>, StoreError> {
        let before = self
            .changing
            .row(
                "SELECT id
                   FROM customer_question
                  WHERE head = $1 AND organisation = $2 AND customer = $3
                    AND question_key = $4",
                &[
                    self.head.into(),
                    new.organisation.into(),
                    new.customer.into(),
                    new.key.into(),
                ],
                |row| row.integer("id"),
            )
            .await?;
        if before.is_some() {
            return Ok(None);
        }
        let id = self.id();
        self.changing
            .run(
                "INSERT INTO customer_question (head, id, organisation, customer, question_key,
                                                about, asked, builds, vulnerabilities,
                                                brought, brought_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                &[
                    self.head.into(),
                    id.into(),
                    new.organisation.into(),
                    new.customer.into(),
                    new.key.into(),
                    new.about.into(),
                    new.asked.into(),
                    new.builds.into(),
                    new.vulnerabilities.into(),
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.note(Noun::CustomerQuestion, id, Happened::Made);
        Ok(Some(id))
    }

    /// Notes that a customer knows a question by another key now, and of which builds it asks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rename_question(
        &mut self,
        question: i64,
        new: NewCustomerQuestion<'_>,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE customer_question
                    SET question_key = $3, builds = $4, vulnerabilities = $5
                  WHERE head = $1 AND id = $2",
                &[
                    self.head.into(),
                    question.into(),
                    new.key.into(),
                    new.builds.into(),
                    new.vulnerabilities.into(),
                ],
            )
            .await?;
        self.note(Noun::CustomerQuestion, question, Happened::Changed);
        Ok(())
    }

    /// Keeps what is answered to a customer, in the place of what was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer_customer(
        &mut self,
        question: i64,
        said: Said,
        note: &str,
        by: i64,
    ) -> Result<(), StoreError> {
        let sql = keep_said!("customer_question");
        self.keep_said(sql, question, said.word(), note, by).await?;
        self.note(Noun::CustomerQuestion, question, Happened::Changed);
        Ok(())
    }
}

impl Noted for CustomerQuestion {
    fn id(&self) -> i64 {
        self.id
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn set_note(&mut self, note: String) {
        self.note = note;
    }
}

fn read(row: &Row<'_>) -> Result<CustomerQuestion, StoreError> {
    Ok(CustomerQuestion {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        customer: row.text("customer")?,
        key: row.text("question_key")?,
        about: row.text("about")?,
        asked: row.text("asked")?,
        builds: row.text("builds")?,
        vulnerabilities: row.text("vulnerabilities")?,
        brought: row.text("brought")?,
        said: row.text_if_any("said")?.as_deref().and_then(Said::from_word),
        note: String::new(),
        answered: row.text_if_any("answered")?,
    })
}
