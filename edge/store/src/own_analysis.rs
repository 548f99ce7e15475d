//! What organisations found out by themselves, and by when they want things done.

use crate::copy::Since;
use crate::database::Row;
use crate::write::{Happened, Noun};
use crate::{Store, StoreError, Write, stored};

/// How many rows are one page.
const PAGE: i64 = 2000;

/// An organisation's own analysis: it points at a product, a component and a vulnerability,
/// never at a row, so that nothing that is delivered again loses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAnalysis {
    /// Where it stands among the changes.
    pub at: Since,
    /// The number.
    pub id: i64,
    /// Whose it is.
    pub organisation: i64,
    /// What it is about.
    pub about: AnalysisSubject,
    /// Why it is not affected, in OpenVEX's word.
    pub justification: String,
    /// What was found out, as a person typed it.
    pub reason: String,
    /// When it was said.
    pub said: String,
    /// By whom.
    pub said_by: i64,
    /// When it was taken back.
    pub withdrawn: Option<String>,
    /// By whom.
    pub withdrawn_by: Option<i64>,
}

/// What an analysis is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AnalysisSubject {
    /// Who makes the product: words by which it is known.
    pub maker: String,
    /// What it is called, likewise.
    pub model: String,
    /// The release as the inventory writes it; empty for every one.
    pub version: String,
    /// The key of the component, or empty for the device itself.
    pub component: String,
    /// The vulnerability, or the advisory where that names none.
    pub vulnerability: String,
}

/// By when an organisation wants things done, and who accepts risks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkPolicy {
    /// Whose it is.
    pub organisation: i64,
    /// Days by priority, as text.
    pub deadlines: String,
    /// `one` or `two`: how many people it takes to accept a risk.
    pub approval: String,
    /// Since when.
    pub changed: String,
    /// Who said so.
    pub changed_by: i64,
}

impl Store {
    /// A page of the analyses that changed, in the order of change; an empty one is the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn own_analyses_since(
        &self,
        head: i64,
        since: Since,
    ) -> Result<Vec<OwnAnalysis>, StoreError> {
        self.database
            .rows(
                "SELECT seq, id, organisation, maker, model, version, component, vulnerability,
                        justification, reason, said, said_by, withdrawn, withdrawn_by
                   FROM own_analysis
                  WHERE head = $1 AND seq >= $2 AND (seq > $2 OR id > $3)
                  ORDER BY seq, id
                  LIMIT $4",
                &[head.into(), since.seq.into(), since.id.into(), PAGE.into()],
                read_analysis,
            )
            .await
    }

    /// What each organisation says about deadlines and approval.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn work_policies(&self, head: i64) -> Result<Vec<WorkPolicy>, StoreError> {
        self.database
            .rows(
                "SELECT organisation, deadlines, approval, changed, changed_by
                   FROM work_policy
                  WHERE head = $1
                  ORDER BY organisation",
                &[head.into()],
                |row| {
                    Ok(WorkPolicy {
                        organisation: row.integer("organisation")?,
                        deadlines: row.text("deadlines")?,
                        approval: row.text("approval")?,
                        changed: row.text("changed")?,
                        changed_by: row.integer("changed_by")?,
                    })
                },
            )
            .await
    }
}

impl Write<'_> {
    /// Keeps an analysis; about the same subject there is one, and the newer word stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_own_analysis(
        &mut self,
        organisation: i64,
        about: &AnalysisSubject,
        justification: &'static str,
        reason: &str,
        by: i64,
    ) -> Result<i64, StoreError> {
        let fresh = self.id();
        let id = self
            .changing
            .row(
                "INSERT INTO own_analysis (head, id, organisation, maker, model, version,
                                           component, vulnerability, justification, reason, said,
                                           said_by, seq)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                     ON CONFLICT (head, organisation, maker, model, version, component,
                                  vulnerability) DO UPDATE
                    SET justification = excluded.justification,
                        reason = excluded.reason,
                        said = excluded.said,
                        said_by = excluded.said_by,
                        withdrawn = NULL,
                        withdrawn_by = NULL,
                        seq = excluded.seq
              RETURNING id",
                &[
                    self.head.into(),
                    fresh.into(),
                    organisation.into(),
                    about.maker.as_str().into(),
                    about.model.as_str().into(),
                    about.version.as_str().into(),
                    about.component.as_str().into(),
                    about.vulnerability.as_str().into(),
                    justification.into(),
                    reason.into(),
                    stored(self.now).into(),
                    by.into(),
                    self.seq.into(),
                ],
                |row| row.integer("id"),
            )
            .await?
            .ok_or_else(|| StoreError::absent("analysis", &about.vulnerability))?;
        self.note(Noun::OwnAnalysis, id, Happened::Changed);
        Ok(id)
    }

    /// Takes an analysis back.
    ///
    /// # Errors
    /// When the database fails, or the organisation has none in force of that number.
    pub async fn withdraw_own_analysis(
        &mut self,
        organisation: i64,
        id: i64,
        by: i64,
    ) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE own_analysis
                    SET withdrawn = $4, withdrawn_by = $5, seq = $6
                  WHERE head = $1 AND organisation = $2 AND id = $3 AND withdrawn IS NULL",
                &[
                    self.head.into(),
                    organisation.into(),
                    id.into(),
                    stored(self.now).into(),
                    by.into(),
                    self.seq.into(),
                ],
            )
            .await?;
        if touched == 0 {
            return Err(StoreError::absent("analysis", id));
        }
        self.note(Noun::OwnAnalysis, id, Happened::Changed);
        Ok(())
    }

    /// Keeps by when an organisation wants things done.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_work_policy(
        &mut self,
        organisation: i64,
        deadlines: &str,
        approval: &'static str,
        by: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO work_policy (head, organisation, deadlines, approval, changed,
                                          changed_by)
                 VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (head, organisation) DO UPDATE
                    SET deadlines = excluded.deadlines,
                        approval = excluded.approval,
                        changed = excluded.changed,
                        changed_by = excluded.changed_by",
                &[
                    self.head.into(),
                    organisation.into(),
                    deadlines.into(),
                    approval.into(),
                    stored(self.now).into(),
                    by.into(),
                ],
            )
            .await?;
        self.note(Noun::Organisation, organisation, Happened::Changed);
        Ok(())
    }
}

fn read_analysis(row: &Row<'_>) -> Result<OwnAnalysis, StoreError> {
    let id = row.integer("id")?;
    Ok(OwnAnalysis {
        at: Since { seq: row.integer("seq")?, id },
        id,
        organisation: row.integer("organisation")?,
        about: AnalysisSubject {
            maker: row.text("maker")?,
            model: row.text("model")?,
            version: row.text("version")?,
            component: row.text("component")?,
            vulnerability: row.text("vulnerability")?,
        },
        justification: row.text("justification")?,
        reason: row.text("reason")?,
        said: row.text("said")?,
        said_by: row.integer("said_by")?,
        withdrawn: row.text_if_any("withdrawn")?,
        withdrawn_by: row.integer_if_any("withdrawn_by")?,
    })
}
