//! What older versions kept in the clear is sealed: what registers say of devices beyond the
//! columns of lists, the cells that complaints quote, delivered files, and texts that people type:
//! why something is done or left, what was found out, what a purchase is about.
//!
//! It goes on while the house is used, in transactions of a fraction of a second. Cut short, it
//! is begun again at the next start, and where there is nothing to seal it is a few questions.

use std::time::Duration;

use store::{Act, Fact, InTheClear, Noun, StoreError};

use crate::App;
use crate::log::Level;

/// For how long others may write between two batches.
const PAUSE: Duration = Duration::from_millis(2);

/// Seals all that lies in the clear; says how much that was.
///
/// # Errors
/// When the database fails; what was sealed until then is.
pub async fn seal(app: &App) -> Result<InTheClear, StoreError> {
    let mut all = InTheClear::default();
    for head in app.store.heads().await? {
        let open = app.store.in_the_clear(head).await?;
        if open.is_nothing() {
            continue;
        }
        seal_of(app, head, open).await?;
        all.devices += open.devices;
        all.complaints += open.complaints;
        all.pieces += open.pieces;
        all.texts += open.texts;
    }
    if !all.is_nothing() {
        app.store.empty_log().await?;
        let facts = [
            ("devices", all.devices.into()),
            ("complaints", all.complaints.into()),
            ("pieces", all.pieces.into()),
            ("texts", all.texts.into()),
        ];
        app.log.say(Level::Info, "sealed", &facts);
    }
    Ok(all)
}

/// Seals what belongs to a top organisation. The first batch brings the leaf of the audit log.
async fn seal_of(app: &App, head: i64, open: InTheClear) -> Result<(), StoreError> {
    let mut write = app.store.write(head, (app.now)()).await?;
    let mut sealed = write.seal_some().await?;
    let facts = vec![
        ("devices", Fact::Number(open.devices)),
        ("complaints", Fact::Number(open.complaints)),
        ("pieces", Fact::Number(open.pieces)),
        ("texts", Fact::Number(open.texts)),
    ];
    let what = "seal what lay in the clear";
    let act = Act { by: 0, what, noun: Noun::Organisation, id: head, facts };
    let receipt = write.commit(act).await?;
    while !sealed.is_nothing() {
        tokio::time::sleep(PAUSE).await;
        let mut write = app.store.write(head, (app.now)()).await?;
        sealed = write.seal_some().await?;
        write.commit_part(receipt).await?;
    }
    Ok(())
}
