//! Where an organisation stands, as a document of OSCAL to be taken away.

use oscal::export::{self, Subject};
use oscal::{Document, Model};
use store::{Act, Fact, Noun};

use super::{Judged, PostureError, judged};
use crate::{Actor, App};

/// A document about an organisation; none where it would say nothing, which OSCAL forbids.
///
/// # Errors
/// When there is no organisation whose evidence the actor may see, the database fails or the
/// index cannot be read.
pub async fn told(
    app: &App,
    by: &Actor,
    (organisation, model): (Option<i64>, Model),
) -> Result<Option<Document>, PostureError> {
    let one = judged(app, by, organisation).await?;
    let Some(document) = document(&one, model) else { return Ok(None) };
    let write = app.store.write(by.head, (app.now)()).await?;
    let id = one.organisation.id;
    let facts = vec![("model", Fact::word(model.word()))];
    let (what, noun) = ("export posture", Noun::Organisation);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(Some(document))
}

fn document(one: &Judged, model: Model) -> Option<Document> {
    let key = one.organisation.id.to_string();
    let subject = Subject { name: &one.organisation.name, key: &key, day: one.day };
    match model {
        Model::Catalog => Some(export::catalog()),
        Model::Mapping => Some(export::mapping()),
        Model::Profile => Some(export::profile(&subject, &one.tailoring)),
        Model::Results => Some(export::results(&subject, &one.assessed)),
        Model::Poam => export::poam(&subject, &one.assessed),
    }
}
