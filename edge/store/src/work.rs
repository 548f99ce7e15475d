//! What is done about devices: what was seen, what people decided, and what happened.
//!
//! An action is known by the digest of its words, so the row stays whatever is taken in,
//! withdrawn or brought back.

use crate::copy::Since;
use crate::database::{Row, Value};
use crate::typed::{Opener, WHY_DECIDED, WHY_TURNED};
use crate::write::{Happened, Noun};
use crate::{Store, StoreError, Write, stored};

/// How many rows are one page.
const PAGE: i64 = 2000;

/// An action as it is seen now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenAction {
    /// Whose devices they are.
    pub organisation: i64,
    /// The digest of the words by which it is known again.
    pub digest: [u8; 32],
    /// What is done, in the word of the wire.
    pub kind: String,
    /// Who makes the product: words by which it is known.
    pub maker: String,
    /// What it is called, likewise.
    pub model: String,
    /// To what end, likewise.
    pub target: String,
    /// The product as it is shown.
    pub product: String,
    /// What is done, as it is shown: the release, the question.
    pub what: String,
    /// How soon, in the word of the wire.
    pub priority: String,
    /// The day since which it is so urgent.
    pub since: String,
    /// The numbers of the device builds, as JSON.
    pub builds: String,
    /// The decision after which it was last noted that it is to be done all the same, by the
    /// time at which that was decided.
    pub returned: Option<String>,
}

/// An action as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAction {
    /// Where it stands among the changes.
    pub at: Since,
    /// The number.
    pub id: i64,
    /// What was last seen of it.
    pub seen: SeenAction,
    /// When it was first seen, as stored.
    pub opened: String,
    /// When nothing was to be done any more.
    pub closed: Option<String>,
    /// Why: `resolved`, `unsaid` or `cleared`.
    pub evidence: Option<String>,
    /// Who sees to it.
    pub owner: Option<i64>,
    /// What was decided last.
    pub decided: DecidedAction,
    /// The change with which a person last acted on it; 0 where nobody has.
    pub revision: i64,
}

/// What people decided about an action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecidedAction {
    /// `open`, `planned`, `reported`, `proposed` or `accepted`.
    pub decision: String,
    /// When.
    pub at: Option<String>,
    /// Who.
    pub by: Option<i64>,
    /// Who proposed it, where it is an acceptance.
    pub proposed_by: Option<i64>,
    /// The first day of a window.
    pub first_day: Option<String>,
    /// The last day of a window or of an acceptance.
    pub last_day: Option<String>,
    /// Why.
    pub reason: String,
    /// What it was about, as JSON; none where that was not kept.
    pub covers: Option<String>,
}

/// Something that happened to an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkTurn {
    /// When.
    pub at: String,
    /// Who: a person's number, or 0 for the house.
    pub by: i64,
    /// What, in a word of ours.
    pub what: String,
    /// With what, as JSON.
    pub detail: String,
    /// Why, as a person typed it.
    pub reason: String,
}

/// A turn to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewTurn<'a> {
    /// The number of the action.
    pub action: i64,
    /// Who: a person's number, or 0 for the house.
    pub by: i64,
    /// What, in a word of ours.
    pub what: &'static str,
    /// With what, as JSON.
    pub detail: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// How much was open at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkDay {
    /// Whose it was.
    pub organisation: i64,
    /// The day.
    pub day: String,
    /// Actions for which somebody had to do something, or will.
    pub open: i64,
    /// Those of them that were overdue.
    pub overdue: i64,
    /// Verdicts that nobody could tell.
    pub unknown: i64,
}

/// The columns of an action, with what follows them.
macro_rules! actions {
    ($rest:literal) => {
        concat!(
            "SELECT seq, id, organisation, digest, kind, maker, model, target, product, what,
                    priority, since, builds, returned, opened, closed, evidence, owner,
                    decision, decided, decided_by, proposed_by, first_day, last_day, reason,
                    sealed_reason, covers, revision
               FROM work_action ",
            $rest
        )
    };
}

impl Store {
    /// A page of the actions that changed, in the order of change; an empty one is the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn actions_since(
        &self,
        head: i64,
        since: Since,
    ) -> Result<Vec<KeptAction>, StoreError> {
        let opener = self.opener(head).await?;
        self.database
            .rows(
                actions!(
                    "WHERE head = $1 AND seq >= $2 AND (seq > $2 OR id > $3)
                     ORDER BY seq, id
                     LIMIT $4"
                ),
                &[head.into(), since.seq.into(), since.id.into(), PAGE.into()],
                |row| read_action(row, &opener),
            )
            .await
    }

    /// What happened to an action, the oldest first. That whoever asks may see the action is
    /// for the caller to have found out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn work_turns(
        &self,
        head: i64,
        action: i64,
    ) -> Result<Vec<WorkTurn>, StoreError> {
        let opener = self.opener(head).await?;
        self.database
            .rows(
                "SELECT action, seq, at, turned_by, what, detail, reason, sealed_reason
                   FROM work_turn
                  WHERE head = $1 AND action = $2
                  ORDER BY seq, what",
                &[head.into(), action.into()],
                |row| read_turn(row, &opener),
            )
            .await
    }

    /// How much was open at the end of each day since one, for every organisation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn work_days(
        &self,
        head: i64,
        from: &str,
    ) -> Result<Vec<WorkDay>, StoreError> {
        self.database
            .rows(
                "SELECT organisation, day, open, overdue, unknown
                   FROM work_day
                  WHERE head = $1 AND day >= $2
                  ORDER BY day, organisation",
                &[head.into(), from.into()],
                |row| {
                    Ok(WorkDay {
                        organisation: row.integer("organisation")?,
                        day: row.text("day")?,
                        open: row.integer("open")?,
                        overdue: row.integer("overdue")?,
                        unknown: row.integer("unknown")?,
                    })
                },
            )
            .await
    }
}

impl Write<'_> {
    /// Actions as they are kept at this moment, whatever anybody remembers of them: those of
    /// these digests that are kept at all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn kept_actions(
        &mut self,
        digests: &[[u8; 32]],
    ) -> Result<Vec<KeptAction>, StoreError> {
        let list: Vec<Value> =
            digests.iter().map(|digest| digest.as_slice().into()).collect();
        let opener = self.opener()?;
        let start = actions!("WHERE head = $1 AND digest");
        let read = |row: &Row<'_>| read_action(row, &opener);
        self.changing.rows_among(start, &[self.head.into()], &list, "", read).await
    }

    /// Keeps actions as they are seen now, each once; gives their numbers, in the order of
    /// `seen`. What people decided stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn see_actions(
        &mut self,
        seen: &[SeenAction],
    ) -> Result<Vec<i64>, StoreError> {
        let now = stored(self.now);
        let rows: Vec<Vec<Value>> = seen
            .iter()
            .map(|one| {
                vec![
                    self.head.into(),
                    self.id().into(),
                    one.organisation.into(),
                    one.digest.as_slice().into(),
                    one.kind.as_str().into(),
                    one.maker.as_str().into(),
                    one.model.as_str().into(),
                    one.target.as_str().into(),
                    one.product.as_str().into(),
                    one.what.as_str().into(),
                    one.priority.as_str().into(),
                    one.since.as_str().into(),
                    one.builds.as_str().into(),
                    one.returned.clone().into(),
                    now.as_str().into(),
                    self.seq.into(),
                ]
            })
            .collect();
        let kept = self
            .changing
            .insert_many_returning(
                "INSERT INTO work_action (head, id, organisation, digest, kind, maker, model,
                                          target, product, what, priority, since, builds,
                                          returned, opened, seq)",
                16,
                "ON CONFLICT (head, organisation, digest) DO UPDATE
                    SET product = excluded.product,
                        what = excluded.what,
                        priority = excluded.priority,
                        since = excluded.since,
                        builds = excluded.builds,
                        returned = excluded.returned,
                        closed = NULL,
                        evidence = NULL,
                        seq = excluded.seq
              RETURNING id, organisation, digest",
                &rows,
                |row| {
                    let key = (row.integer("organisation")?, row.bytes("digest")?);
                    Ok((key, row.integer("id")?))
                },
            )
            .await?;
        let kept: std::collections::BTreeMap<(i64, Vec<u8>), i64> =
            kept.into_iter().collect();
        let mut ids = Vec::new();
        for one in seen {
            let key = (one.organisation, one.digest.to_vec());
            let id = kept.get(&key).copied();
            let id = id.ok_or_else(|| StoreError::absent("action", &one.what))?;
            self.note(Noun::Action, id, Happened::Changed);
            ids.push(id);
        }
        Ok(ids)
    }

    /// Notes that nothing is to be done any more, and why; what people decided stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_actions(
        &mut self,
        ids: &[i64],
        evidence: Option<&'static str>,
    ) -> Result<(), StoreError> {
        let list: Vec<Value> = ids.iter().map(|id| (*id).into()).collect();
        self.changing
            .run_among(
                "UPDATE work_action
                    SET closed = $2, evidence = $3, seq = $4
                  WHERE head = $1 AND id",
                &[
                    self.head.into(),
                    stored(self.now).into(),
                    evidence.into(),
                    self.seq.into(),
                ],
                &list,
                "",
            )
            .await?;
        ids.iter().for_each(|id| self.note(Noun::Action, *id, Happened::Changed));
        Ok(())
    }

    /// Keeps what people decided about an action.
    ///
    /// # Errors
    /// When the database fails or there is no such action.
    pub async fn decide_action(
        &mut self,
        id: i64,
        decided: &DecidedAction,
    ) -> Result<(), StoreError> {
        let reason = self.seal_typed(&WHY_DECIDED, (id, 0), &decided.reason)?;
        let touched = self
            .changing
            .run(
                "UPDATE work_action
                    SET decision = $3, decided = $4, decided_by = $5, proposed_by = $6,
                        first_day = $7, last_day = $8, reason = '', sealed_reason = $9,
                        covers = $10, seq = $11
                  WHERE head = $1 AND id = $2",
                &[
                    self.head.into(),
                    id.into(),
                    decided.decision.as_str().into(),
                    decided.at.clone().into(),
                    decided.by.into(),
                    decided.proposed_by.into(),
                    decided.first_day.clone().into(),
                    decided.last_day.clone().into(),
                    reason,
                    decided.covers.clone().into(),
                    self.seq.into(),
                ],
            )
            .await?;
        self.changed_action(id, touched)
    }

    /// Says who sees to an action; nobody where it is `None`.
    ///
    /// # Errors
    /// When the database fails or there is no such action.
    pub async fn own_action(
        &mut self,
        id: i64,
        owner: Option<i64>,
    ) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE work_action SET owner = $3, seq = $4 WHERE head = $1 AND id = $2",
                &[self.head.into(), id.into(), owner.into(), self.seq.into()],
            )
            .await?;
        self.changed_action(id, touched)
    }

    /// Notes that a person acted on an action: it has another revision now.
    ///
    /// # Errors
    /// When the database fails or there is no such action.
    pub async fn revise_action(&mut self, id: i64) -> Result<(), StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE work_action SET revision = $3, seq = $3 WHERE head = $1 AND id = $2",
                &[self.head.into(), id.into(), self.seq.into()],
            )
            .await?;
        self.changed_action(id, touched)
    }

    /// What people did with an action after a revision of it, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn turns_after(
        &mut self,
        action: i64,
        revision: i64,
    ) -> Result<Vec<WorkTurn>, StoreError> {
        let opener = self.opener()?;
        self.changing
            .rows(
                "SELECT action, seq, at, turned_by, what, detail, reason, sealed_reason
                   FROM work_turn
                  WHERE head = $1 AND action = $2 AND seq > $3 AND turned_by <> 0
                  ORDER BY seq, what",
                &[self.head.into(), action.into(), revision.into()],
                |row| read_turn(row, &opener),
            )
            .await
    }

    fn changed_action(&mut self, id: i64, touched: u64) -> Result<(), StoreError> {
        if touched == 0 {
            return Err(StoreError::absent("action", id));
        }
        self.note(Noun::Action, id, Happened::Changed);
        Ok(())
    }

    /// Keeps what happened to actions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn turn_actions(
        &mut self,
        turns: &[NewTurn<'_>],
    ) -> Result<(), StoreError> {
        let now = stored(self.now);
        let row = |turn: &NewTurn<'_>| -> Result<Vec<Value>, StoreError> {
            Ok(vec![
                self.head.into(),
                turn.action.into(),
                self.seq.into(),
                turn.what.into(),
                now.as_str().into(),
                turn.by.into(),
                turn.detail.into(),
                "".into(),
                self.seal_typed(&WHY_TURNED, (turn.action, self.seq), turn.reason)?,
            ])
        };
        let rows = turns.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        self.changing
            .insert_many(
                "INSERT INTO work_turn (head, action, seq, what, at, turned_by, detail, reason,
                                        sealed_reason)",
                9,
                "",
                &rows,
            )
            .await
    }

    /// Keeps how much is open today; the last word of a day stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_days(&mut self, days: &[WorkDay]) -> Result<(), StoreError> {
        let row = |day: &WorkDay| -> Vec<Value> {
            vec![
                self.head.into(),
                day.organisation.into(),
                day.day.as_str().into(),
                day.open.into(),
                day.overdue.into(),
                day.unknown.into(),
            ]
        };
        let rows: Vec<Vec<Value>> = days.iter().map(row).collect();
        self.changing
            .insert_many(
                "INSERT INTO work_day (head, organisation, day, open, overdue, unknown)",
                6,
                "ON CONFLICT (head, organisation, day) DO UPDATE
                    SET open = excluded.open,
                        overdue = excluded.overdue,
                        unknown = excluded.unknown",
                &rows,
            )
            .await
    }
}

fn read_turn(row: &Row<'_>, opener: &Opener) -> Result<WorkTurn, StoreError> {
    let at = (row.integer("action")?, row.integer("seq")?);
    Ok(WorkTurn {
        at: row.text("at")?,
        by: row.integer("turned_by")?,
        what: row.text("what")?,
        detail: row.text("detail")?,
        reason: WHY_TURNED.read(row, opener, at)?,
    })
}

fn read_action(row: &Row<'_>, opener: &Opener) -> Result<KeptAction, StoreError> {
    let id = row.integer("id")?;
    let digest = row.bytes("digest")?;
    let digest = digest.as_slice().try_into().map_err(|_| StoreError::Unreadable {
        what: "work_action.digest",
        held: format!("{} bytes", digest.len()),
    })?;
    Ok(KeptAction {
        at: Since { seq: row.integer("seq")?, id },
        id,
        seen: SeenAction {
            organisation: row.integer("organisation")?,
            digest,
            kind: row.text("kind")?,
            maker: row.text("maker")?,
            model: row.text("model")?,
            target: row.text("target")?,
            product: row.text("product")?,
            what: row.text("what")?,
            priority: row.text("priority")?,
            since: row.text("since")?,
            builds: row.text("builds")?,
            returned: row.text_if_any("returned")?,
        },
        opened: row.text("opened")?,
        closed: row.text_if_any("closed")?,
        evidence: row.text_if_any("evidence")?,
        owner: row.integer_if_any("owner")?,
        decided: DecidedAction {
            decision: row.text("decision")?,
            at: row.text_if_any("decided")?,
            by: row.integer_if_any("decided_by")?,
            proposed_by: row.integer_if_any("proposed_by")?,
            first_day: row.text_if_any("first_day")?,
            last_day: row.text_if_any("last_day")?,
            reason: WHY_DECIDED.read(row, opener, (id, 0))?,
            covers: row.text_if_any("covers")?,
        },
        revision: row.integer("revision")?,
    })
}
