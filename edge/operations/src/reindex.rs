//! Everything that is derived is made again, from what is kept: the documents as they were
//! delivered, the rows that inventories named, and what people decided.
//!
//! Derived are what was read of an SBOM and what it lists, what is listed of an MDS2 form, by which words a build is found, verdicts with their
//! grounds, on which SBOMs they rest, how urgent they are, and what is to be done. Decisions,
//! answers, statements and acceptances point at none of these by number, so nothing of them is
//! touched. What an older version kept in the clear is sealed. It may run while the house is used: jobs do the work, and other nodes help.

use std::time::Duration;

use store::{Act, BillFacts, Fact, Mds2Said, Noun, Scope, StoreError};

use crate::aside::{CutShort, aside};
use crate::bills::{self, BillError};
use crate::judging::{self, JudgingError};
use crate::work::work_inside;
use crate::{App, action, mds2, sealing};

/// Why not everything was made again.
#[derive(Debug, thiserror::Error)]
pub enum ReindexError {
    /// What bills say could not be written down.
    #[error(transparent)]
    Bills(#[from] BillError),
    /// The index in use cannot be had.
    #[error(transparent)]
    Judging(#[from] JudgingError),
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was made again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remade {
    /// Top organisations.
    pub organisations: usize,
    /// SBOMs that were read again.
    pub bills: usize,
    /// SBOMs of which something else was kept than they say.
    pub mended_bills: usize,
    /// MDS2 forms that were read again.
    pub forms: usize,
    /// MDS2 forms of which something else was listed than they say.
    pub mended_forms: usize,
    /// Builds that were not found by their own words.
    pub misfiled_builds: usize,
    /// What could not be made again, and why.
    pub faults: Vec<String>,
}

/// The jobs that make the rest again.
const KINDS: [&str; 4] =
    [judging::JUDGE, bills::JUDGE, judging::weigh::WEIGH, action::NOTE];
/// How often it is looked whether other nodes have done their part.
const PAUSE: Duration = Duration::from_millis(500);

/// Makes everything again, and ends when the last job has.
///
/// # Errors
/// When the database fails. A document that cannot be read any more, and a job that is given
/// up, are told.
pub async fn reindex(app: &App, owner: &str) -> Result<Remade, ReindexError> {
    sealing::seal(app).await?;
    let mut remade = Remade::default();
    for head in app.store.heads().await? {
        begin(app, head, &mut remade).await?;
    }
    loop {
        remade.faults.extend(work_inside(app, owner).await?);
        let mut left = 0;
        for kind in KINDS {
            left += app.store.unfinished(kind).await?;
        }
        if left == 0 {
            return Ok(remade);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Reads the documents of a top organisation again, and queues what follows from them.
async fn begin(app: &App, head: i64, remade: &mut Remade) -> Result<(), ReindexError> {
    let mended = mended(app, head, remade).await?;
    let forms = mended_forms(app, head, remade).await?;
    let misfiled = app.store.misfiled_builds(head).await?;
    let mut write = app.store.write(head, (app.now)()).await?;
    for (bill, facts) in &mended {
        write.mend_bill(*bill, facts).await?;
    }
    for (form, said) in &forms {
        write.mend_mds2_form(*form, said).await?;
    }
    for build in &misfiled {
        write.file_build(build).await?;
    }
    write.list_bills_anew().await?;
    write.judge_all_anew().await?;
    judging::queue(&mut write).await?;
    bills::queue(&mut write).await?;
    judging::weigh::queue(&mut write).await?;
    action::queue(&mut write).await?;
    let count = |number: usize| Fact::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let facts = vec![("bills", count(mended.len())), ("builds", count(misfiled.len()))];
    let noun = Noun::Organisation;
    write.commit(Act { by: 0, what: "reindex", noun, id: head, facts }).await?;
    remade.organisations += 1;
    remade.mended_bills += mended.len();
    remade.mended_forms += forms.len();
    remade.misfiled_builds += misfiled.len();
    Ok(())
}

/// The bills of which something else is kept than their documents say.
async fn mended(
    app: &App,
    head: i64,
    remade: &mut Remade,
) -> Result<Vec<(i64, BillFacts)>, ReindexError> {
    let scope = Scope::whole(head);
    let mut mended = Vec::new();
    for bill in app.store.all_bills(head).await? {
        let said = match app.store.bytes_of(&scope, bill.original).await {
            Ok(bytes) => aside(move || bills::said(&bytes)).await?,
            Err(error @ StoreError::Unreadable { .. }) => Err(error.into()),
            Err(error) => return Err(error.into()),
        };
        remade.bills += 1;
        match said {
            Ok(said) if said == bill.facts() => {}
            Ok(said) => mended.push((bill.id, said)),
            // It stays as it was kept: nothing better is known.
            Err(error) => remade
                .faults
                .push(format!("bill {} of organisation {head}: {error}", bill.id)),
        }
    }
    Ok(mended)
}

/// The forms of which something else is listed than their documents say.
async fn mended_forms(
    app: &App,
    head: i64,
    remade: &mut Remade,
) -> Result<Vec<(i64, Mds2Said)>, ReindexError> {
    let mut mended = Vec::new();
    for form in app.store.mds2_forms(&Scope::whole(head)).await? {
        remade.forms += 1;
        match mds2::read(app, head, &form).await {
            Ok(read) => {
                let said = mds2::said(&read.value);
                if said != form.said {
                    mended.push((form.id, said));
                }
            }
            // It stays as it was kept: nothing better is known.
            Err(error) => remade
                .faults
                .push(format!("MDS2 form {} of organisation {head}: {error}", form.id)),
        }
    }
    Ok(mended)
}
