//! How far everything has been judged, and who judges now.
//!
//! What a job has to do is told by this, not by the job: one that is killed or given up
//! leaves the mark where it was, and the next one makes up for it.

use jiff::Timestamp;

use crate::database::{Row, Value};
use crate::{Job, Store, StoreError, Write, stored};

/// What is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judging {
    /// Device builds against device advisories.
    Builds,
    /// What bills of materials list.
    Bills,
}

impl Judging {
    const fn word(self) -> &'static str {
        match self {
            Self::Builds => "builds",
            Self::Bills => "bills",
        }
    }
}

/// How far everything of a kind has been judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// With which generation of the index; 0 is never.
    pub generation: i64,
    /// Up to which change builds were known.
    pub seq: i64,
    /// Whether a job was cut short since, so that some verdicts are newer.
    pub cut_short: bool,
}

impl Store {
    /// Begins to judge: from now on this job alone writes results of the kind. Tells from
    /// where it goes on.
    ///
    /// # Errors
    /// When the node has lost the job, or the database fails.
    pub async fn begin_judging(
        &self,
        job: &Job,
        of: Judging,
        now: Timestamp,
    ) -> Result<Reached, StoreError> {
        let mut changing = self.database.begin().await?;
        job.fence(&mut changing, now).await?;
        let reached = changing
            .row(
                "INSERT INTO judged (head, what, generation, seq, job, cut_short)
                 VALUES ($1, $2, 0, 0, $3, 0)
                     ON CONFLICT (head, what) DO UPDATE
                    SET cut_short = CASE WHEN judged.job = 0 THEN judged.cut_short ELSE 1 END,
                        job = excluded.job
              RETURNING generation, seq, cut_short",
                &[job.head.into(), of.word().into(), job.id.into()],
                read_reached,
            )
            .await?
            .ok_or_else(|| StoreError::absent("organisation", job.head))?;
        changing.commit().await?;
        Ok(reached)
    }

    /// Ends a job that found nothing to do. Nothing that anybody is told changes by it, so
    /// it is no act.
    ///
    /// # Errors
    /// When the node has lost the job, or the database fails.
    pub async fn end_idle_job(
        &self,
        job: &Job,
        of: Judging,
        reached: Reached,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut changing = self.database.begin().await?;
        job.fence(&mut changing, now).await?;
        changing.run(DONE, &[job.head.into(), job.id.into(), stored(now).into()]).await?;
        let values = mark(job, of, reached);
        let touched = changing.run(END, &values).await?;
        if touched != 1 {
            return Err(OTHER);
        }
        if of == Judging::Bills {
            changing.run(ADVANCE, &advance(job, reached)).await?;
        }
        changing.commit().await
    }

    /// Ends a job that changed nothing that anybody is told, so it is no act.
    ///
    /// # Errors
    /// When the node has lost the job, or the database fails.
    pub async fn end_quiet_job(
        &self,
        job: &Job,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut changing = self.database.begin().await?;
        job.fence(&mut changing, now).await?;
        changing.run(DONE, &[job.head.into(), job.id.into(), stored(now).into()]).await?;
        changing.commit().await
    }

    /// The top organisations of which not everything of the kind was judged with that
    /// generation of the index.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn behind(
        &self,
        of: Judging,
        generation: i64,
    ) -> Result<Vec<i64>, StoreError> {
        self.database
            .rows(
                "SELECT h.id
                   FROM head h
                   LEFT JOIN judged j ON j.head = h.id AND j.what = $1
                  WHERE h.id <> 0 AND COALESCE(j.generation, 0) <> $2
                  ORDER BY h.id",
                &[of.word().into(), generation.into()],
                |row| row.integer("id"),
            )
            .await
    }

    /// The builds with verdicts of a newer generation than that, in the view of everybody: a
    /// job that was cut short left them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judged_after(
        &self,
        head: i64,
        generation: i64,
    ) -> Result<Vec<i64>, StoreError> {
        self.database
            .rows(
                "SELECT DISTINCT configuration
                   FROM judgement
                  WHERE head = $1 AND view = 0 AND generation > $2
                  ORDER BY configuration",
                &[head.into(), generation.into()],
                |row| row.integer("configuration"),
            )
            .await
    }

    /// The files of the generations that are in use, or with which something was judged that
    /// has not been judged since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn index_files_in_need(&self) -> Result<Vec<String>, StoreError> {
        self.database
            .rows(
                "SELECT DISTINCT file
                   FROM index_generation
                  WHERE number IN (SELECT generation FROM judged)
                     OR number = (SELECT MAX(number) FROM index_generation)
                  ORDER BY file",
                &[],
                |row| row.text("file"),
            )
            .await
    }

    /// The file of a generation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn index_file(
        &self,
        generation: i64,
    ) -> Result<Option<String>, StoreError> {
        self.database
            .row(
                "SELECT file FROM index_generation WHERE number = $1",
                &[generation.into()],
                |row| row.text("file"),
            )
            .await
    }
}

impl Write<'_> {
    /// Checks within the transaction that the node still has the job, and that no other job
    /// judges the same.
    ///
    /// # Errors
    /// When it has lost it, or the database fails.
    pub async fn hold_judging(
        &mut self,
        job: &Job,
        of: Judging,
    ) -> Result<(), StoreError> {
        self.hold(job).await?;
        let touched = self
            .changing
            .run(
                "UPDATE judged SET job = $3 WHERE head = $1 AND what = $2 AND job = $3",
                &[job.head.into(), of.word().into(), job.id.into()],
            )
            .await?;
        if touched == 1 { Ok(()) } else { Err(OTHER) }
    }

    /// Forgets how far everything was judged, so that all of it is judged anew, whatever was
    /// kept. A job that is at it finds so at its next write, and begins again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn judge_all_anew(&mut self) -> Result<(), StoreError> {
        for statement in [
            "UPDATE judged SET generation = 0, seq = 0, job = 0, cut_short = 0 WHERE head = $1",
            "UPDATE judgement SET generation = 0 WHERE head = $1",
        ] {
            self.changing.run(statement, &[self.head.into()]).await?;
        }
        let values = [self.head.into(), self.seq.into()];
        // Nodes hold what is to be done in memory: they read it again, as it is kept.
        self.changing
            .run("UPDATE work_action SET seq = $2 WHERE head = $1", &values)
            .await?;
        self.changing
            .run(
                "UPDATE bill
                    SET generation = 0, due = $2, due_why = 'everything was judged anew'
                  WHERE head = $1 AND replaced IS NULL",
                &values,
            )
            .await?;
        Ok(())
    }

    /// Ends a job in the transaction of its last result: from now on everything of the kind
    /// counts as judged so far.
    ///
    /// # Errors
    /// When the node has lost it, another job judges the same, or the database fails.
    pub async fn end_judging(
        &mut self,
        job: &Job,
        of: Judging,
        reached: Reached,
    ) -> Result<(), StoreError> {
        self.end_job(job).await?;
        let touched = self.changing.run(END, &mark(job, of, reached)).await?;
        if touched != 1 {
            return Err(OTHER);
        }
        if of == Judging::Bills {
            self.changing.run(ADVANCE, &advance(job, reached)).await?;
        }
        Ok(())
    }
}

const OTHER: StoreError = StoreError::Taken("another job judges the same");

const DONE: &str =
    "UPDATE job SET state = 'done', ended = $3 WHERE head = $1 AND id = $2";

/// The mark, if the job is the one that judges.
const END: &str = "UPDATE judged
                      SET generation = $4, seq = $5, job = 0, cut_short = 0
                    WHERE head = $1 AND what = $2 AND job = $3";

/// Bills that nothing touched are judged as far as those that were judged again.
const ADVANCE: &str = "UPDATE bill
                          SET generation = $2
                        WHERE head = $1 AND replaced IS NULL AND generation > 0
                          AND generation < $2";

fn mark(job: &Job, of: Judging, reached: Reached) -> [Value; 5] {
    [
        job.head.into(),
        of.word().into(),
        job.id.into(),
        reached.generation.into(),
        reached.seq.into(),
    ]
}

fn advance(job: &Job, reached: Reached) -> [Value; 2] {
    [job.head.into(), reached.generation.into()]
}

fn read_reached(row: &Row<'_>) -> Result<Reached, StoreError> {
    Ok(Reached {
        generation: row.integer("generation")?,
        seq: row.integer("seq")?,
        cut_short: row.integer("cut_short")? == 1,
    })
}
