//! What becomes of a piece that counts: it is withdrawn, or somebody takes its bytes away.

use store::{Act, Evidence, Fact, Noun, Scope};

use super::{EvidenceError, FIELD_MAX, kept};
use crate::{Actor, App, posture as standing};

/// Withdraws a piece, with the reason; it stays to be read.
///
/// # Errors
/// When there is none in force that the actor may keep, no reason is given, or the database
/// fails.
pub async fn withdraw(
    app: &App,
    by: &Actor,
    id: i64,
    reason: &str,
) -> Result<(), EvidenceError> {
    let piece = kept(app, by, id).await?;
    let reason = match reason.trim() {
        "" => return Err(EvidenceError::Missing("reason")),
        reason if reason.chars().count() > FIELD_MAX => {
            return Err(EvidenceError::Long("reason"));
        }
        reason => reason,
    };
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.withdraw_evidence(piece.id, (reason, None), by.person).await?;
    standing::queue(&mut write).await?;
    let facts = vec![("organisation", Fact::Number(piece.organisation))];
    let (what, noun) = ("withdraw evidence", Noun::Evidence);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// The bytes of a piece as they came. They may name people, so the audit log says who took them.
///
/// # Errors
/// When there is none with a document that the actor may keep, or the database fails.
pub async fn bytes(
    app: &App,
    by: &Actor,
    id: i64,
) -> Result<(Evidence, Vec<u8>), EvidenceError> {
    let piece = kept(app, by, id).await?;
    let absent = || store::StoreError::Absent { noun: "document", id: id.to_string() };
    let original = piece.document.as_ref().ok_or_else(absent)?.original;
    let own = Scope::of(by.head, vec![piece.path.clone()]);
    let bytes = app.store.bytes_of(&own, original).await?;
    let write = app.store.write(by.head, (app.now)()).await?;
    let facts = vec![("organisation", Fact::Number(piece.organisation))];
    let (what, noun) = ("take document of evidence away", Noun::Evidence);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok((piece, bytes))
}
