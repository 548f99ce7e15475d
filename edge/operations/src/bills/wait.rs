//! Bills that were delivered and wait for somebody who says which release they describe.

use store::{Act, Fact, HeldBeside, Noun, StoreError, WaitingBill};

use crate::{Actor, App, Permission};

/// The bills that wait for whoever asks: those of organisations for which they may deliver, the
/// newest first.
///
/// # Errors
/// When the database fails.
pub async fn waiting(app: &App, by: &Actor) -> Result<Vec<WaitingBill>, StoreError> {
    app.store.waiting_bills(&by.scope(Permission::DeliverDocuments)).await
}

/// The bills that list less than half of an older one, so that both hold until somebody takes one
/// out of force: those of organisations for which whoever asks may deliver.
///
/// # Errors
/// When the database fails.
pub async fn held_beside(app: &App, by: &Actor) -> Result<Vec<HeldBeside>, StoreError> {
    app.store.bills_held_beside(&by.scope(Permission::DeliverDocuments)).await
}

/// Says that a bill is not to be placed: it was the wrong file, or another came in its place.
/// Its document stays; delivered again, it waits again.
///
/// # Errors
/// When none waits that the actor may place, or the database fails.
pub async fn set_aside(app: &App, by: &Actor, original: i64) -> Result<(), StoreError> {
    let mut waiting = waiting(app, by).await?.into_iter();
    if !waiting.any(|one| one.original == original) {
        let (noun, id) = ("bill of materials that waits", original.to_string());
        return Err(StoreError::Absent { noun, id });
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.await_no_placing(original).await?;
    let facts = vec![("original", Fact::Number(original))];
    let (what, noun) = ("set bill of materials aside", Noun::Original);
    write.commit(Act { by: by.person, what, noun, id: original, facts }).await?;
    Ok(())
}
