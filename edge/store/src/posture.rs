//! Where organisations stood: the verdict on each control as it was last noted, what changed and
//! when, and how many had which on which day.

use crate::database::Value;
use crate::{Store, StoreError, Write, stored};

/// The verdict on a control of an organisation, as it was last noted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotedVerdict {
    /// Whose it is.
    pub organisation: i64,
    /// The id of the control.
    pub control: String,
    /// In the word of the wire.
    pub verdict: String,
}

/// That a verdict changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnedVerdict {
    /// Whose it is.
    pub organisation: i64,
    /// The id of the control.
    pub control: String,
    /// What it was.
    pub before: String,
    /// What it is since then.
    pub after: String,
    /// When, as stored.
    pub at: String,
}

/// How many controls of an organisation had which verdict on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the words of verdicts")]
pub struct PostureDay {
    /// Whose they are.
    pub organisation: i64,
    /// The day: `2026-11-26`.
    pub day: String,
    pub met: i64,
    pub partly_met: i64,
    pub not_met: i64,
    pub cannot_tell: i64,
    pub not_applicable: i64,
}

impl Store {
    /// Every verdict of a top organisation as it was last noted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn noted_verdicts(
        &self,
        head: i64,
    ) -> Result<Vec<NotedVerdict>, StoreError> {
        self.database
            .rows(
                "SELECT organisation, control, verdict
                   FROM posture_verdict
                  WHERE head = $1
                  ORDER BY organisation, control",
                &[head.into()],
                |row| {
                    Ok(NotedVerdict {
                        organisation: row.integer("organisation")?,
                        control: row.text("control")?,
                        verdict: row.text("verdict")?,
                    })
                },
            )
            .await
    }

    /// The verdicts of an organisation that changed since a moment, the newest first. That
    /// whoever asks may see the organisation is for the caller to have found out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn turned_verdicts(
        &self,
        head: i64,
        organisation: i64,
        since: &str,
    ) -> Result<Vec<TurnedVerdict>, StoreError> {
        self.database
            .rows(
                "SELECT organisation, control, before, after, at
                   FROM posture_turn
                  WHERE head = $1 AND organisation = $2 AND at >= $3
                  ORDER BY at DESC, seq DESC, control",
                &[head.into(), organisation.into(), since.into()],
                |row| {
                    Ok(TurnedVerdict {
                        organisation: row.integer("organisation")?,
                        control: row.text("control")?,
                        before: row.text("before")?,
                        after: row.text("after")?,
                        at: row.text("at")?,
                    })
                },
            )
            .await
    }

    /// How the organisations of a top organisation stood since a day, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn posture_days(
        &self,
        head: i64,
        from: &str,
    ) -> Result<Vec<PostureDay>, StoreError> {
        self.database
            .rows(
                "SELECT organisation, day, met, partly_met, not_met, cannot_tell,
                        not_applicable
                   FROM posture_day
                  WHERE head = $1 AND day >= $2
                  ORDER BY day, organisation",
                &[head.into(), from.into()],
                |row| {
                    Ok(PostureDay {
                        organisation: row.integer("organisation")?,
                        day: row.text("day")?,
                        met: row.integer("met")?,
                        partly_met: row.integer("partly_met")?,
                        not_met: row.integer("not_met")?,
                        cannot_tell: row.integer("cannot_tell")?,
                        not_applicable: row.integer("not_applicable")?,
                    })
                },
            )
            .await
    }
}

impl Write<'_> {
    /// Notes verdicts as they are now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_verdicts(
        &mut self,
        verdicts: &[NotedVerdict],
    ) -> Result<(), StoreError> {
        let now = stored(self.now);
        let row = |one: &NotedVerdict| -> Vec<Value> {
            vec![
                self.head.into(),
                one.organisation.into(),
                one.control.as_str().into(),
                one.verdict.as_str().into(),
                now.as_str().into(),
            ]
        };
        let rows: Vec<Vec<Value>> = verdicts.iter().map(row).collect();
        self.changing
            .insert_many(
                "INSERT INTO posture_verdict (head, organisation, control, verdict, since)",
                5,
                "ON CONFLICT (head, organisation, control) DO UPDATE
                    SET verdict = excluded.verdict, since = excluded.since",
                &rows,
            )
            .await
    }

    /// Notes that verdicts changed: what each was before, and what it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn turn_verdicts(
        &mut self,
        turned: &[(NotedVerdict, &str)],
    ) -> Result<(), StoreError> {
        let now = stored(self.now);
        let row = |(before, after): &(NotedVerdict, &str)| -> Vec<Value> {
            vec![
                self.head.into(),
                before.organisation.into(),
                before.control.as_str().into(),
                self.seq.into(),
                before.verdict.as_str().into(),
                (*after).into(),
                now.as_str().into(),
            ]
        };
        let rows: Vec<Vec<Value>> = turned.iter().map(row).collect();
        self.changing
            .insert_many(
                "INSERT INTO posture_turn (head, organisation, control, seq, before, after, at)",
                7,
                "",
                &rows,
            )
            .await
    }

    /// Notes how organisations stand today; the last word of a day stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_posture_days(
        &mut self,
        days: &[PostureDay],
    ) -> Result<(), StoreError> {
        let row = |one: &PostureDay| -> Vec<Value> {
            vec![
                self.head.into(),
                one.organisation.into(),
                one.day.as_str().into(),
                one.met.into(),
                one.partly_met.into(),
                one.not_met.into(),
                one.cannot_tell.into(),
                one.not_applicable.into(),
            ]
        };
        let rows: Vec<Vec<Value>> = days.iter().map(row).collect();
        self.changing
            .insert_many(
                "INSERT INTO posture_day (head, organisation, day, met, partly_met, not_met,
                                          cannot_tell, not_applicable)",
                8,
                "ON CONFLICT (head, organisation, day) DO UPDATE
                    SET met = excluded.met, partly_met = excluded.partly_met,
                        not_met = excluded.not_met, cannot_tell = excluded.cannot_tell,
                        not_applicable = excluded.not_applicable",
                &rows,
            )
            .await
    }
}
