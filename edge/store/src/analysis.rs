//! What organisations found out by themselves about vulnerabilities, and every change of it.
//!
//! There is one table, whoever speaks: a person at work, or a program through the interface
//! that it knows from Dependency-Track.

use crate::copy::Since;
use crate::database::{Row, Value};
use crate::typed::{FOUND_OUT, Opener, REMARK};
use crate::write::{Happened, Noun};
use crate::{Path, Scope, Store, StoreError, Write, stored};

/// How many rows are one page.
const PAGE: i64 = 2000;

/// An organisation's own analysis: it points at a product, a component and a vulnerability,
/// never at a row, so that nothing that is delivered again loses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// Where it stands among the changes.
    pub at: Since,
    /// The number.
    pub id: i64,
    /// Whose it is.
    pub organisation: i64,
    /// What it is about.
    pub about: AnalysisSubject,
    /// What was found out.
    pub found: FoundOut,
    /// When it was said last, as stored.
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
    /// Who makes the product: as a document names it, or words by which it is known.
    pub maker: String,
    /// What it is called, likewise.
    pub model: String,
    /// The release as whoever said it writes it; empty for every one.
    pub version: String,
    /// The key of the component: its purl without version, or what stands for it; empty for
    /// the device itself.
    pub component: String,
    /// The vulnerability, or the advisory where that names none.
    pub vulnerability: String,
}

/// What was found out. Words are those of CycloneDX; empty where nothing was said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundOut {
    /// `analysis.state`.
    pub state: String,
    /// `analysis.justification`, or one of OpenVEX.
    pub justification: String,
    /// The words of `analysis.response`, with a blank between them.
    pub responses: String,
    /// What was written about it.
    pub details: String,
    /// Whether lists for programs leave the finding out.
    pub is_suppressed: bool,
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
    /// A page of the analyses that changed, in the order of change; an empty one is the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn analyses_since(
        &self,
        head: i64,
        since: Since,
    ) -> Result<Vec<Analysis>, StoreError> {
        let opener = self.opener(head).await?;
        self.database
            .rows(
                "SELECT seq, id, organisation, maker, model, version, component, vulnerability,
                        state, justification, responses, details, sealed_details, suppressed,
                        said, said_by, withdrawn, withdrawn_by
                   FROM analysis
                  WHERE head = $1 AND seq >= $2 AND (seq > $2 OR id > $3)
                  ORDER BY seq, id
                  LIMIT $4",
                &[head.into(), since.seq.into(), since.id.into(), PAGE.into()],
                |row| read_analysis(row, &opener),
            )
            .await
    }

    /// The changes and remarks of an analysis of which whoever asks may see the organisation,
    /// in their order; none where there is no such analysis.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remarks(
        &self,
        scope: &Scope,
        analysis: i64,
    ) -> Result<Vec<Remark>, StoreError> {
        let opener = self.opener(scope.head()).await?;
        let all = self
            .database
            .rows(
                "SELECT m.number, m.at, m.by_whom, m.remark, m.sealed_remark, o.path
                   FROM analysis_remark m
                   JOIN analysis a ON a.head = m.head AND a.id = m.analysis
                   JOIN organisation o ON o.head = a.head AND o.id = a.organisation
                  WHERE m.head = $1 AND m.analysis = $2
                  ORDER BY m.number",
                &[scope.head().into(), analysis.into()],
                |row| {
                    let number = row.integer("number")?;
                    let remark = Remark {
                        at: row.text("at")?,
                        by: row.integer("by_whom")?,
                        remark: REMARK.read(row, &opener, (analysis, number))?,
                    };
                    Ok((remark, Path::from_stored(row.text("path")?)))
                },
            )
            .await?;
        let seen = all.into_iter().filter(|(_, path)| scope.admits(path));
        Ok(seen.map(|(remark, _)| remark).collect())
    }
}

impl Write<'_> {
    /// Keeps what an organisation found out, in the place of what it said of the same before,
    /// with what is remarked about the change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_analysis(
        &mut self,
        organisation: i64,
        about: &AnalysisSubject,
        found: &FoundOut,
        by: i64,
        remarks: &[String],
    ) -> Result<i64, StoreError> {
        let id = match self.analysis_of(organisation, about).await? {
            Some(id) => id,
            None => self.make_analysis(organisation, about, by).await?,
        };
        let details = self.seal_typed(&FOUND_OUT, (id, 0), &found.details)?;
        self.changing
            .run(
                "UPDATE analysis
                    SET state = $3, justification = $4, responses = $5, details = '',
                        sealed_details = $6, suppressed = $7, said = $8, said_by = $9, withdrawn = NULL,
                        withdrawn_by = NULL, seq = $10
                  WHERE head = $1 AND id = $2",
                &[
                    self.head.into(),
                    id.into(),
                    found.state.as_str().into(),
                    found.justification.as_str().into(),
                    found.responses.as_str().into(),
                    details,
                    i64::from(found.is_suppressed).into(),
                    stored(self.now).into(),
                    by.into(),
                    self.seq.into(),
                ],
            )
            .await?;
        self.remark(id, by, remarks).await?;
        self.note(Noun::Analysis, id, Happened::Changed);
        Ok(id)
    }

    /// The change with which an analysis was last kept; none where there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn analysis_revision(
        &mut self,
        analysis: i64,
    ) -> Result<Option<i64>, StoreError> {
        self.changing
            .row(
                "SELECT seq FROM analysis WHERE head = $1 AND id = $2",
                &[self.head.into(), analysis.into()],
                |row| row.integer("seq"),
            )
            .await
    }

    /// The same of what an organisation said of something.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revision_about(
        &mut self,
        organisation: i64,
        about: &AnalysisSubject,
    ) -> Result<Option<i64>, StoreError> {
        match self.analysis_of(organisation, about).await? {
            Some(id) => self.analysis_revision(id).await,
            None => Ok(None),
        }
    }

    /// The number of what an organisation said of the same.
    async fn analysis_of(
        &mut self,
        organisation: i64,
        about: &AnalysisSubject,
    ) -> Result<Option<i64>, StoreError> {
        self.changing
            .row(
                "SELECT id
                   FROM analysis
                  WHERE head = $1 AND organisation = $2 AND vulnerability = $3
                    AND component = $4 AND maker = $5 AND model = $6 AND version = $7
                  ORDER BY id DESC
                  LIMIT 1",
                &[
                    self.head.into(),
                    organisation.into(),
                    about.vulnerability.as_str().into(),
                    about.component.as_str().into(),
                    about.maker.as_str().into(),
                    about.model.as_str().into(),
                    about.version.as_str().into(),
                ],
                |row| row.integer("id"),
            )
            .await
    }

    async fn make_analysis(
        &mut self,
        organisation: i64,
        about: &AnalysisSubject,
        by: i64,
    ) -> Result<i64, StoreError> {
        let id = self.id();
        self.changing
            .run(
                "INSERT INTO analysis (head, id, organisation, maker, model, version, component,
                                       vulnerability, state, justification, responses, details,
                                       suppressed, said, said_by, seq)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', '', 0, $9, $10, $11)",
                &[
                    self.head.into(),
                    id.into(),
                    organisation.into(),
                    about.maker.as_str().into(),
                    about.model.as_str().into(),
                    about.version.as_str().into(),
                    about.component.as_str().into(),
                    about.vulnerability.as_str().into(),
                    stored(self.now).into(),
                    by.into(),
                    self.seq.into(),
                ],
            )
            .await?;
        Ok(id)
    }

    /// Takes an analysis back, with what is remarked about it.
    ///
    /// # Errors
    /// When the database fails, or the organisation has none in force of that number.
    pub async fn withdraw_analysis(
        &mut self,
        organisation: i64,
        id: i64,
        by: i64,
        remark: &str,
    ) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE analysis
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
        self.remark(id, by, &[remark.to_owned()]).await?;
        self.note(Noun::Analysis, id, Happened::Changed);
        Ok(())
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
        let rows = (count + 1..)
            .zip(remarks)
            .map(|(number, remark)| -> Result<Vec<Value>, StoreError> {
                Ok(vec![
                    self.head.into(),
                    analysis.into(),
                    number.into(),
                    now.as_str().into(),
                    by.into(),
                    "".into(),
                    self.seal_typed(&REMARK, (analysis, number), remark)?,
                ])
            })
            .collect::<Result<Vec<_>, _>>()?;
        self.changing
            .insert_many(
                "INSERT INTO analysis_remark (head, analysis, number, at, by_whom, remark,
                                              sealed_remark)",
                7,
                "",
                &rows,
            )
            .await
    }
}

fn read_analysis(row: &Row<'_>, opener: &Opener) -> Result<Analysis, StoreError> {
    let id = row.integer("id")?;
    Ok(Analysis {
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
        found: FoundOut {
            state: row.text("state")?,
            justification: row.text("justification")?,
            responses: row.text("responses")?,
            details: FOUND_OUT.read(row, opener, (id, 0))?,
            is_suppressed: row.integer("suppressed")? != 0,
        },
        said: row.text("said")?,
        said_by: row.integer("said_by")?,
        withdrawn: row.text_if_any("withdrawn")?,
        withdrawn_by: row.integer_if_any("withdrawn_by")?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

    use crate::database::Database;
    use crate::{RootKey, Since, Store};

    /// A release of a product and what was said of it by either door, before there was one.
    const BEFORE: [&str; 8] = [
        "INSERT INTO head (id, next_id) VALUES (1, 50)",
        "INSERT INTO product (head, id, organisation, maker, name, made)
         VALUES (1, 10, 7, 'Acme', 'Pump', '2026')",
        "INSERT INTO product_release (head, id, product, version, made)
         VALUES (1, 11, 10, '2.1', '2026')",
        "INSERT INTO analysis (head, id, product_release, component, vulnerability, state,
                               justification, responses, details, suppressed, changed,
                               changed_by)
         VALUES (1, 20, 11, 'pkg:npm/x', 'CVE-2026-1', 'in_triage', '', 'update', 'seen', 1,
                 '2026-11-01', 3)",
        "INSERT INTO analysis_remark (head, analysis, number, at, by_whom, remark)
         VALUES (1, 20, 1, '2026-11-01', 3, 'said before')",
        "INSERT INTO own_analysis (head, id, organisation, maker, model, version, component,
                                   vulnerability, justification, reason, said, said_by, seq)
         VALUES (1, 21, 7, 'acme', 'pump', '', 'pkg:npm/x', 'CVE-2026-1',
                 'component_not_present', 'we looked', '2026-11-02', 4, 5)",
        "INSERT INTO own_analysis (head, id, organisation, maker, model, version, component,
                                   vulnerability, justification, reason, said, said_by,
                                   withdrawn, withdrawn_by, seq)
         VALUES (1, 22, 7, 'acme', 'bed', '', '', 'CVE-2026-2', 'component_not_present',
                 'wrong', '2026-11-02', 4, '2026-11-03', 5, 6)",
        "INSERT INTO judged (head, what, generation, seq, job, cut_short)
         VALUES (1, 'bills', 9, 9, 0, 0)",
    ];

    async fn brings_forward(url: &str) {
        let known = Database::known_migrations();
        let older: BTreeSet<i64> = known.into_iter().filter(|one| *one < 70).collect();
        let old = Database::open_as_of(url, &older).await.unwrap();
        let mut changing = old.begin().await.unwrap();
        for statement in BEFORE {
            changing.run(statement, &[]).await.unwrap();
        }
        changing.commit().await.unwrap();
        old.close().await;

        let store = Store::open(url, &RootKey::make().unwrap()).await.unwrap();
        let all = store.analyses_since(1, Since::default()).await.unwrap();
        let [release, own, gone] = all.as_slice() else { panic!("{all:?}") };
        let about = &release.about;
        assert_eq!((about.maker.as_str(), about.model.as_str()), ("Acme", "Pump"));
        assert_eq!((about.version.as_str(), release.organisation), ("2.1", 7));
        let found = &release.found;
        assert_eq!(
            (found.state.as_str(), found.responses.as_str()),
            ("in_triage", "update")
        );
        assert!(found.is_suppressed && found.details == "seen");
        assert_eq!((release.id, release.said_by), (20, 3));
        assert_eq!((own.id, own.found.state.as_str()), (21, "not_affected"));
        assert_eq!(own.found.justification, "component_not_present");
        assert_eq!((own.found.details.as_str(), &own.withdrawn), ("we looked", &None));
        assert_eq!((gone.id, gone.withdrawn_by), (22, Some(5)));
        // The trail of the older door stays, and its judgements are made once more.
        let remarks =
            "SELECT COUNT(*) AS n FROM analysis_remark WHERE analysis IN (20, 22)";
        let remarks = store.database.row(remarks, &[], |row| row.integer("n")).await;
        assert_eq!(remarks.unwrap(), Some(3));
        let waiting =
            "SELECT kind FROM job WHERE head = 1 AND id = 50 AND state = 'waiting'";
        let waiting = store.database.row(waiting, &[], |row| row.text("kind")).await;
        assert_eq!(waiting.unwrap().as_deref(), Some("judge bills of materials"));
        store.close().await;
    }

    #[tokio::test]
    async fn what_was_found_out_before_is_brought_forward() {
        let folder = tempfile::tempdir().unwrap();
        brings_forward(&format!("sqlite:{}/a.db", folder.path().display())).await;
        let Ok(server) = std::env::var("LAZARET_TEST_POSTGRES") else {
            assert!(std::env::var_os("CI").is_none(), "no PostgreSQL server is named");
            return;
        };
        let name = format!("lazaret_{}", &RootKey::make().unwrap().to_text()[..16]);
        let mut admin =
            sqlx::AnyConnection::connect(&format!("{server}/postgres")).await.unwrap();
        admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        brings_forward(&format!("{server}/{name}")).await;
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        admin.execute(AssertSqlSafe(drop)).await.unwrap();
    }
}
