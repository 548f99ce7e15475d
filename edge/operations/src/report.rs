//! Taking a report away: who did, and of what, stands in the audit log.

use store::{Act, Fact, Noun, StoreError};

use crate::{Actor, App};

/// Of what a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An organisation, by its number.
    Organisation(i64),
    /// A supplier, by its number.
    Supplier(i64),
    /// A purchase, by its number.
    Purchase(i64),
}

/// Notes that somebody takes a report away, which and in which form: before it is given, so that
/// none leaves unseen.
///
/// # Errors
/// When the database fails.
pub async fn note(
    app: &App,
    by: &Actor,
    of: Subject,
    (report, form): (&'static str, &'static str),
) -> Result<(), StoreError> {
    let write = app.store.write(by.head, (app.now)()).await?;
    let (noun, id) = match of {
        Subject::Organisation(id) => (Noun::Organisation, id),
        Subject::Supplier(id) => (Noun::Supplier, id),
        Subject::Purchase(id) => (Noun::Purchase, id),
    };
    let facts = vec![("report", Fact::word(report)), ("form", Fact::word(form))];
    let what = "export report";
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}
