//! Verdicts about builds, and what was known when.

use std::collections::{BTreeMap, BTreeSet};

use crate::database::{Row, Value};
use crate::{Store, StoreError, Write, stored};

/// What a judgement is about. It stays when the verdict changes, when an SBOM is delivered
/// again, when an advisory is withdrawn and comes back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// 0 for what rests on public documents alone, else the organisation whose documents it
    /// rests on too.
    pub view: i64,
    /// The number of the build.
    pub configuration: i64,
    /// The vulnerability, or the advisory where that names none.
    pub vulnerability: String,
    /// The key of the component, or empty for the device itself.
    pub component: String,
}

/// What was found about a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// `affected`, `not_affected`, `fixed`, `under_investigation` or `cannot_tell`.
    pub verdict: &'static str,
    /// How surely the build is what the advisory means.
    pub confidence: String,
    /// The release that holds the fix, or empty.
    pub fixed_in: String,
    /// What would settle it, or empty.
    pub question: String,
    /// What it rests on, as JSON.
    pub grounds: String,
}

/// A judgement as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The number.
    pub id: i64,
    /// What it is about.
    pub subject: Subject,
    /// The verdict in the words of the wire.
    pub verdict: String,
    /// How surely the build is what the advisory means.
    pub confidence: String,
    /// The release that holds the fix, or empty.
    pub fixed_in: String,
    /// What would settle it, or empty.
    pub question: String,
    /// What it rests on, as JSON.
    pub grounds: String,
    /// When it was first given.
    pub opened: String,
    /// When the verdict last changed.
    pub changed: String,
    /// When it ceased to hold.
    pub closed: Option<String>,
    /// Why.
    pub close_reason: Option<String>,
}

/// One change of a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// When.
    pub at: String,
    /// What the verdict was from then on; `closed` when it ceased to hold.
    pub verdict: String,
    /// Why.
    pub why: String,
}

/// Why verdicts change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons {
    /// Why those about a build and a vulnerability do.
    pub of: BTreeMap<(i64, String), String>,
    /// Why the others about a build do.
    pub builds: BTreeMap<i64, String>,
    /// Why the others about a vulnerability do.
    pub vulnerabilities: BTreeMap<String, String>,
    /// Why all others do.
    pub others: String,
}

impl Reasons {
    fn of(&self, subject: &Subject) -> &str {
        let build = subject.configuration;
        let exact = self.of.get(&(build, subject.vulnerability.clone()));
        exact
            .or_else(|| self.builds.get(&build))
            .or_else(|| self.vulnerabilities.get(&subject.vulnerability))
            .unwrap_or(&self.others)
    }
}

impl From<&str> for Reasons {
    fn from(others: &str) -> Self {
        Self { others: others.to_owned(), ..Self::default() }
    }
}

/// How many judgements changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Not known before.
    pub opened: i64,
    /// With another verdict than before.
    pub turned: i64,
    /// With the same verdict and other grounds.
    pub refined: i64,
    /// That no longer hold.
    pub closed: i64,
}

const COLUMNS_OF_JUDGEMENT: usize = 15;

macro_rules! judgement_columns {
    () => {
        "id, view, configuration, vulnerability, component, verdict, confidence, fixed_in,
         question, grounds, opened, changed, closed, close_reason"
    };
}

impl Store {
    /// The judgements of a top organisation that changed after `seq`, closed ones included.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judgements_since(
        &self,
        head: i64,
        seq: i64,
    ) -> Result<Vec<Judgement>, StoreError> {
        self.database
            .rows(
                concat!(
                    "SELECT ",
                    judgement_columns!(),
                    " FROM judgement
                      WHERE head = $1 AND seq > $2
                      ORDER BY id"
                ),
                &[head.into(), seq.into()],
                read_judgement,
            )
            .await
    }

    /// The judgements about one build, closed ones included.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judgements_of(
        &self,
        head: i64,
        configuration: i64,
    ) -> Result<Vec<Judgement>, StoreError> {
        self.database
            .rows(
                concat!(
                    "SELECT ",
                    judgement_columns!(),
                    " FROM judgement
                      WHERE head = $1 AND configuration = $2
                      ORDER BY vulnerability, component, view"
                ),
                &[head.into(), configuration.into()],
                read_judgement,
            )
            .await
    }

    /// How the verdict of one judgement changed, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn turns(
        &self,
        head: i64,
        judgement: i64,
    ) -> Result<Vec<Turn>, StoreError> {
        self.database
            .rows(
                "SELECT at, verdict, why
                   FROM judgement_history
                  WHERE head = $1 AND judgement = $2
                  ORDER BY seq",
                &[head.into(), judgement.into()],
                |row| {
                    Ok(Turn {
                        at: row.text("at")?,
                        verdict: row.text("verdict")?,
                        why: row.text("why")?,
                    })
                },
            )
            .await
    }
}

/// One change of a verdict, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turned {
    /// 0 for what rests on public documents alone, else the organisation whose documents it
    /// rests on too.
    pub view: i64,
    /// The number of the build.
    pub configuration: i64,
    /// The vulnerability, or the advisory where that names none.
    pub vulnerability: String,
    /// The component; empty for the device itself.
    pub component: String,
    /// The change.
    pub turn: Turn,
}

impl Store {
    /// How the verdicts about some builds changed in every view, build by build, the oldest
    /// first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn turns_of_builds(
        &self,
        head: i64,
        builds: &BTreeSet<i64>,
    ) -> Result<Vec<Turned>, StoreError> {
        let list: Vec<Value> = builds.iter().map(|build| (*build).into()).collect();
        self.database
            .rows_among(
                "SELECT j.view, j.configuration, j.vulnerability, j.component, h.at,
                        h.verdict, h.why
                   FROM judgement j
                   JOIN judgement_history h ON h.head = j.head AND h.judgement = j.id
                  WHERE j.head = $1 AND j.configuration",
                &[head.into()],
                &list,
                "ORDER BY h.seq, h.judgement",
                read_turned,
            )
            .await
    }

    /// How the verdicts about a vulnerability changed in every view, under each of some names,
    /// the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn turns_about(
        &self,
        head: i64,
        vulnerabilities: &BTreeSet<String>,
    ) -> Result<Vec<Turned>, StoreError> {
        let list: Vec<Value> =
            vulnerabilities.iter().map(|id| id.as_str().into()).collect();
        self.database
            .rows_among(
                "SELECT j.view, j.configuration, j.vulnerability, j.component, h.at,
                        h.verdict, h.why
                   FROM judgement j
                   JOIN judgement_history h ON h.head = j.head AND h.judgement = j.id
                  WHERE j.head = $1 AND j.vulnerability",
                &[head.into()],
                &list,
                "ORDER BY h.seq, h.judgement",
                read_turned,
            )
            .await
    }
}

impl Store {
    /// What was judged by a document of that id and holds no more. It is looked for in what
    /// verdicts rested on, so it is asked only of what no index in use knows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ended_by(
        &self,
        head: i64,
        document: &str,
    ) -> Result<Vec<Subject>, StoreError> {
        let named = serde_json::to_string(document).unwrap_or_default();
        let mut pattern = String::from("%\"advisory\":");
        for char in named.chars() {
            if matches!(char, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(char);
        }
        pattern.push('%');
        self.database
            .rows(
                "SELECT view, configuration, vulnerability, component
                   FROM judgement
                  WHERE head = $1 AND closed IS NOT NULL AND grounds LIKE $2 ESCAPE '!'
                  ORDER BY id",
                &[head.into(), pattern.into()],
                |row| {
                    Ok(Subject {
                        view: row.integer("view")?,
                        configuration: row.integer("configuration")?,
                        vulnerability: row.text("vulnerability")?,
                        component: row.text("component")?,
                    })
                },
            )
            .await
    }
}

fn read_turned(row: &Row<'_>) -> Result<Turned, StoreError> {
    Ok(Turned {
        view: row.integer("view")?,
        configuration: row.integer("configuration")?,
        vulnerability: row.text("vulnerability")?,
        component: row.text("component")?,
        turn: Turn {
            at: row.text("at")?,
            verdict: row.text("verdict")?,
            why: row.text("why")?,
        },
    })
}

impl Write<'_> {
    /// Replaces what is known in one view about some builds by what was found now with the
    /// index of `generation`. What is not found any more is closed with its reason; what was
    /// worked out with a newer index stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_judgements(
        &mut self,
        view: i64,
        configurations: &[i64],
        generation: i64,
        found: &BTreeMap<Subject, Judged>,
        why: &Reasons,
    ) -> Result<Changed, StoreError> {
        let before = self.judged_before(view, configurations).await?;
        let mut changed = Changed::default();
        let (mut rows, mut history, mut same) = (Vec::new(), Vec::new(), Vec::new());
        for (subject, judged) in found {
            let id = match before.get(subject) {
                Some(old) if old.generation > generation => continue,
                Some(old) => {
                    match old.difference(judged) {
                        Difference::None => {
                            same.push(old.id);
                            continue;
                        }
                        Difference::Grounds => changed.refined += 1,
                        Difference::Verdict => {
                            changed.turned += 1;
                            history.push((old.id, judged.verdict, why.of(subject)));
                        }
                    }
                    old.id
                }
                None => {
                    changed.opened += 1;
                    let id = self.id();
                    history.push((id, judged.verdict, why.of(subject)));
                    id
                }
            };
            rows.push(self.judgement_row(id, subject, judged, generation));
        }
        let mut gone: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for (subject, old) in &before {
            let stands = found.contains_key(subject) || old.generation > generation;
            if old.is_open && !stands {
                gone.entry(why.of(subject)).or_default().push(old.id);
                history.push((old.id, "closed", why.of(subject)));
                changed.closed += 1;
            }
        }
        self.write_judgements(&rows).await?;
        self.confirm_judgements(&same, generation).await?;
        for (why, gone) in &gone {
            self.close_judgements(gone, generation, why).await?;
        }
        self.write_turns(&history).await?;
        Ok(changed)
    }

    async fn judged_before(
        &mut self,
        view: i64,
        configurations: &[i64],
    ) -> Result<BTreeMap<Subject, Before>, StoreError> {
        let list: Vec<Value> = configurations.iter().map(|id| (*id).into()).collect();
        let found = self
            .changing
            .rows_among(
                concat!(
                    "SELECT ",
                    judgement_columns!(),
                    ", generation
                       FROM judgement
                      WHERE head = $1 AND view = $2 AND configuration"
                ),
                &[self.head.into(), view.into()],
                &list,
                "ORDER BY id",
                |row| Ok((read_judgement(row)?, row.integer("generation")?)),
            )
            .await?;
        let before = |(judgement, generation): (Judgement, i64)| {
            let old = Before {
                id: judgement.id,
                generation,
                is_open: judgement.closed.is_none(),
                verdict: judgement.verdict,
                rest: [
                    judgement.confidence,
                    judgement.fixed_in,
                    judgement.question,
                    judgement.grounds,
                ],
            };
            (judgement.subject, old)
        };
        Ok(found.into_iter().map(before).collect())
    }

    fn judgement_row(
        &self,
        id: i64,
        subject: &Subject,
        judged: &Judged,
        generation: i64,
    ) -> Vec<Value> {
        let now = stored(self.now);
        vec![
            self.head.into(),
            id.into(),
            subject.view.into(),
            subject.configuration.into(),
            subject.vulnerability.as_str().into(),
            subject.component.as_str().into(),
            judged.verdict.into(),
            judged.confidence.as_str().into(),
            judged.fixed_in.as_str().into(),
            judged.question.as_str().into(),
            judged.grounds.as_str().into(),
            generation.into(),
            now.as_str().into(),
            now.into(),
            self.seq.into(),
        ]
    }

    async fn write_judgements(&mut self, rows: &[Vec<Value>]) -> Result<(), StoreError> {
        self.changing
            .insert_many(
                "INSERT INTO judgement (head, id, view, configuration, vulnerability, component,
                                        verdict, confidence, fixed_in, question, grounds,
                                        generation, opened, changed, seq)",
                COLUMNS_OF_JUDGEMENT,
                "ON CONFLICT (head, view, configuration, vulnerability, component) DO UPDATE
                    SET changed = CASE WHEN judgement.verdict = excluded.verdict
                                        AND judgement.closed IS NULL
                                       THEN judgement.changed
                                       ELSE excluded.changed END,
                        verdict = excluded.verdict,
                        confidence = excluded.confidence,
                        fixed_in = excluded.fixed_in,
                        question = excluded.question,
                        grounds = excluded.grounds,
                        generation = excluded.generation,
                        seq = excluded.seq,
                        closed = NULL,
                        close_reason = NULL",
                rows,
            )
            .await
    }

    /// What was found again as it was is no change; but a result of an older index that comes
    /// late must not close it.
    async fn confirm_judgements(
        &mut self,
        same: &[i64],
        generation: i64,
    ) -> Result<(), StoreError> {
        let list: Vec<Value> = same.iter().map(|id| (*id).into()).collect();
        self.changing
            .run_among(
                "UPDATE judgement SET generation = $2 WHERE head = $1 AND id",
                &[self.head.into(), generation.into()],
                &list,
                "",
            )
            .await?;
        Ok(())
    }

    async fn close_judgements(
        &mut self,
        gone: &[i64],
        generation: i64,
        why: &str,
    ) -> Result<(), StoreError> {
        let list: Vec<Value> = gone.iter().map(|id| (*id).into()).collect();
        self.changing
            .run_among(
                "UPDATE judgement
                    SET closed = $2, close_reason = $3, seq = $4, generation = $5
                  WHERE head = $1 AND id",
                &[
                    self.head.into(),
                    stored(self.now).into(),
                    why.into(),
                    self.seq.into(),
                    generation.into(),
                ],
                &list,
                "",
            )
            .await?;
        Ok(())
    }

    async fn write_turns(
        &mut self,
        turns: &[(i64, &'static str, &str)],
    ) -> Result<(), StoreError> {
        let rows: Vec<Vec<Value>> = turns
            .iter()
            .map(|(judgement, verdict, why)| {
                vec![
                    self.head.into(),
                    (*judgement).into(),
                    self.seq.into(),
                    stored(self.now).into(),
                    (*verdict).into(),
                    (*why).into(),
                ]
            })
            .collect();
        self.changing
            .insert_many(
                "INSERT INTO judgement_history (head, judgement, seq, at, verdict, why)",
                6,
                "",
                &rows,
            )
            .await
    }
}

/// A judgement as it was.
struct Before {
    id: i64,
    generation: i64,
    is_open: bool,
    verdict: String,
    /// Confidence, fix, question, grounds.
    rest: [String; 4],
}

/// In what a judgement differs from what was found now.
enum Difference {
    None,
    Grounds,
    Verdict,
}

impl Before {
    fn difference(&self, now: &Judged) -> Difference {
        let rest = [&now.confidence, &now.fixed_in, &now.question, &now.grounds];
        if !self.is_open || self.verdict != now.verdict {
            Difference::Verdict
        } else if self.rest.iter().ne(rest) {
            Difference::Grounds
        } else {
            Difference::None
        }
    }
}

fn read_judgement(row: &Row<'_>) -> Result<Judgement, StoreError> {
    Ok(Judgement {
        id: row.integer("id")?,
        subject: Subject {
            view: row.integer("view")?,
            configuration: row.integer("configuration")?,
            vulnerability: row.text("vulnerability")?,
            component: row.text("component")?,
        },
        verdict: row.text("verdict")?,
        confidence: row.text("confidence")?,
        fixed_in: row.text("fixed_in")?,
        question: row.text("question")?,
        grounds: row.text("grounds")?,
        opened: row.text("opened")?,
        changed: row.text("changed")?,
        closed: row.text_if_any("closed")?,
        close_reason: row.text_if_any("close_reason")?,
    })
}
