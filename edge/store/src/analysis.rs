//! What somebody found out about a vulnerability of a component of a release, and every change
//! of it.

use crate::database::{Row, Value};
use crate::write::{Happened, Noun};
use crate::{Scope, Store, StoreError, Write, stored};

/// An analysis as kept. Words are those of CycloneDX; empty where nothing was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// The number.
    pub id: i64,
    /// The key of the component: its purl without version, or what stands for it.
    pub component: String,
    /// The id of the vulnerability.
    pub vulnerability: String,
    /// `analysis.state`.
    pub state: String,
    /// `analysis.justification`.
    pub justification: String,
    /// The words of `analysis.response`, with a blank between them.
    pub responses: String,
    /// What was written about it.
    pub details: String,
    /// Whether lists leave the finding out.
    pub is_suppressed: bool,
    /// When it was changed last, as stored.
    pub changed: String,
    /// By whom.
    pub changed_by: i64,
}

/// One change or remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// When, as stored.
    pub at: String,
    /// By whom.
    pub by: i64,
    /// In words.
    pub remark: String,
}

impl Store {
    /// Every analysis of a release that whoever asks may see.
    ///
    /// # Errors
    /// When the database fails, or there is no such release.
    pub async fn analyses(
        &self,
        scope: &Scope,
        release: i64,
    ) -> Result<Vec<Analysis>, StoreError> {
        let (_, release) = self.release(scope, release).await?;
        self.database
            .rows(
                "SELECT id, component, vulnerability, state, justification, responses, details,
                        suppressed, changed, changed_by
                   FROM analysis
                  WHERE head = $1 AND product_release = $2
                  ORDER BY component, vulnerability",
                &[scope.head().into(), release.id.into()],
                read_analysis,
            )
            .await
    }

    /// The changes and remarks of an analysis of a release that whoever asks may see, in
    /// their order.
    ///
    /// # Errors
    /// When the database fails, or there is no such release.
    pub async fn remarks(
        &self,
        scope: &Scope,
        release: i64,
        analysis: i64,
    ) -> Result<Vec<Remark>, StoreError> {
        let (_, release) = self.release(scope, release).await?;
        self.database
            .rows(
                "SELECT m.at, m.by_whom, m.remark
                   FROM analysis_remark m
                   JOIN analysis a ON a.head = m.head AND a.id = m.analysis
                  WHERE m.head = $1 AND m.analysis = $2 AND a.product_release = $3
                  ORDER BY m.number",
                &[scope.head().into(), analysis.into(), release.id.into()],
                |row| {
                    Ok(Remark {
                        at: row.text("at")?,
                        by: row.integer("by_whom")?,
                        remark: row.text("remark")?,
                    })
                },
            )
            .await
    }
}

impl Write<'_> {
    /// Keeps an analysis of a release in the place of what was kept about the same, with
    /// what is remarked about the change. The `id` of the one given is not looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_analysis(
        &mut self,
        release: i64,
        analysis: &Analysis,
        remarks: &[String],
    ) -> Result<i64, StoreError> {
        let fresh = self.id();
        let now = stored(self.now);
        let row: [Value; 12] = [
            self.head.into(),
            fresh.into(),
            release.into(),
            analysis.component.as_str().into(),
            analysis.vulnerability.as_str().into(),
            analysis.state.as_str().into(),
            analysis.justification.as_str().into(),
            analysis.responses.as_str().into(),
            analysis.details.as_str().into(),
            i64::from(analysis.is_suppressed).into(),
            now.as_str().into(),
            analysis.changed_by.into(),
        ];
        let id = self
            .changing
            .row(
                "INSERT INTO analysis (head, id, product_release, component, vulnerability,
                                       state, justification, responses, details, suppressed,
                                       changed, changed_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                     ON CONFLICT (head, product_release, component, vulnerability) DO UPDATE
                    SET state = excluded.state, justification = excluded.justification,
                        responses = excluded.responses, details = excluded.details,
                        suppressed = excluded.suppressed, changed = excluded.changed,
                        changed_by = excluded.changed_by
              RETURNING id",
                &row,
                |row| row.integer("id"),
            )
            .await?
            .ok_or_else(|| StoreError::absent("analysis", fresh))?;
        self.remark(id, analysis.changed_by, remarks).await?;
        self.note(Noun::Analysis, id, Happened::Changed);
        Ok(id)
    }

    async fn remark(
        &mut self,
        analysis: i64,
        by: i64,
        remarks: &[String],
    ) -> Result<(), StoreError> {
        let count = self
            .changing
            .row(
                "SELECT COUNT(*) AS remarks
                   FROM analysis_remark
                  WHERE head = $1 AND analysis = $2",
                &[self.head.into(), analysis.into()],
                |row| row.integer("remarks"),
            )
            .await?
            .unwrap_or(0);
        let now = stored(self.now);
        let rows: Vec<Vec<Value>> = (count + 1..)
            .zip(remarks)
            .map(|(number, remark)| {
                vec![
                    self.head.into(),
                    analysis.into(),
                    number.into(),
                    now.as_str().into(),
                    by.into(),
                    remark.as_str().into(),
                ]
            })
            .collect();
        self.changing
            .insert_many(
                "INSERT INTO analysis_remark (head, analysis, number, at, by_whom, remark)",
                6,
                "",
                &rows,
            )
            .await
    }
}

fn read_analysis(row: &Row<'_>) -> Result<Analysis, StoreError> {
    Ok(Analysis {
        id: row.integer("id")?,
        component: row.text("component")?,
        vulnerability: row.text("vulnerability")?,
        state: row.text("state")?,
        justification: row.text("justification")?,
        responses: row.text("responses")?,
        details: row.text("details")?,
        is_suppressed: row.integer("suppressed")? != 0,
        changed: row.text("changed")?,
        changed_by: row.integer("changed_by")?,
    })
}
