//! Proofs that what was delivered and decided stands in the audit log.

use std::collections::BTreeSet;

use ::pack::proof::Proofs;
use store::{Leaf, Noun, Scope};

use super::{Bytes, Document, KeptBack, PackError};
use crate::posture::Judged;
use crate::{Actor, App};

/// The acts by which an organisation's evidence, designations, tailorings and exceptions came
/// about, each proven in the log as it stands.
///
/// A leaf holds numbers and words of ours, and these are of things that whoever asks sees; of
/// the rest of the log nothing is told but how long it is.
pub(super) async fn of(
    app: &App,
    by: &Actor,
    (judged, documents): (&Judged, &[Document]),
) -> Result<(Vec<Leaf>, Proofs), PackError> {
    let place = &judged.organisation;
    let own = Scope::of(by.head, vec![place.path.clone()]);
    let (mut things, mut at) = (BTreeSet::new(), BTreeSet::new());
    // The leaf of a delivery holds the document's digest, which stays with the document.
    let is_kept = |one: &&Document| {
        matches!(one.bytes, Bytes::KeptBack(KeptBack::Label | KeptBack::Owner))
    };
    for one in documents.iter().filter(|one| !is_kept(one)) {
        things.insert((Noun::Evidence, one.piece));
        at.insert(one.brought.clone());
        at.extend(one.taken.clone());
    }
    for one in app.store.designations(&own, None).await? {
        if one.organisation == place.id {
            things.insert((Noun::Designation, one.id));
            at.insert(one.named);
            at.extend(one.accepted.into_iter().chain(one.ended));
        }
    }
    for one in app.store.control_exceptions(&own).await? {
        if one.organisation == place.id && one.ended.is_none() {
            things.insert((Noun::Tailoring, one.id));
            at.insert(one.asked);
            at.extend(one.approved);
        }
    }
    things.insert((Noun::Tailoring, place.id));
    at.extend(app.store.tailored_at(by.head, place.id).await?);
    let acts = app.store.acts_about(by.head, &things, &at).await?;
    let log = app.store.log_root(by.head).await?;
    let numbers: Vec<i64> = acts.iter().map(|leaf| leaf.number).collect();
    let leaves = app.store.inclusions(by.head, &log, &numbers).await?;
    Ok((acts, Proofs { log, leaves }))
}
