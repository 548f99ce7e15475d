//! What bills list is read out of their documents and kept, so that it can be looked for.
//!
//! It is done when a bill comes into force, and for all that an older version kept; a document
//! that cannot be read stays without, which whoever searches is told.

use sbom::listing;
use store::{Act, Fact, Noun, Receipt, Scope, StoreError};

use super::BillError;
use crate::App;
use crate::aside::aside;
use crate::log::Level;

/// How many bills are one transaction.
const BATCH: usize = 20;

/// Keeps what the bills of all organisations list, as far as it is not kept yet.
///
/// # Errors
/// When the database fails.
pub async fn list_all(app: &App) -> Result<(), BillError> {
    for head in app.store.heads().await? {
        list(app, head).await?;
    }
    Ok(())
}

/// Keeps what the bills in force of an organisation list, as far as it is not kept yet.
pub(crate) async fn list(app: &App, head: i64) -> Result<(), BillError> {
    let open = app.store.unlisted_bills(head, listing::EDITION).await?;
    let mut receipt: Option<Receipt> = None;
    for batch in open.chunks(BATCH) {
        let mut listed = Vec::new();
        for (bill, original) in batch {
            listed.extend(lines(app, head, *bill, *original).await?);
        }
        if listed.is_empty() {
            continue;
        }
        let mut write = app.store.write(head, (app.now)()).await?;
        for (bill, lines) in &listed {
            write.list_bill(*bill, listing::EDITION, lines).await?;
        }
        receipt = Some(match receipt {
            Some(of) => write.commit_part(of).await?,
            None => {
                let count = i64::try_from(open.len()).unwrap_or(i64::MAX);
                let facts = vec![("bills", Fact::Number(count))];
                let (what, noun) = ("list components", Noun::Organisation);
                write.commit(Act { by: 0, what, noun, id: head, facts }).await?
            }
        });
    }
    Ok(())
}

/// What one bill lists; nothing where its document cannot be read.
async fn lines(
    app: &App,
    head: i64,
    bill: i64,
    original: i64,
) -> Result<Option<(i64, String)>, BillError> {
    let unread = || {
        let facts = [("organisation", head.into()), ("bill", bill.into())];
        app.log.say(Level::Warn, "SBOM cannot be read", &facts);
    };
    let bytes = match app.store.bytes_of(&Scope::whole(head), original).await {
        Ok(bytes) => bytes,
        Err(StoreError::Unreadable { .. }) => {
            unread();
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let lines = aside(move || {
        sbom::parse(&bytes).map(|parsed| listing::lines(&parsed.value)).ok()
    })
    .await?;
    if lines.is_none() {
        unread();
    }
    Ok(lines.map(|lines| (bill, lines)))
}
