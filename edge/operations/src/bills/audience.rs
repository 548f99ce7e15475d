//! For whom the SBOMs of a product are: for the organisation that keeps them, or for everything
//! below it too, whose devices they then count for as their own documents do.

use store::{Act, Audience, Fact, Noun, Product};

use super::{BillError, home, queue};
use crate::fleet::holdings;
use crate::{Actor, App, Permission};

/// Says for whom the SBOMs of a product are, and queues the judging that follows.
///
/// # Errors
/// When the actor may not deliver for its organisation, or the database fails.
pub async fn set_audience(
    app: &App,
    by: &Actor,
    product: i64,
    audience: Audience,
) -> Result<(), BillError> {
    let scope = by.scope(Permission::DeliverDocuments);
    let product = app.store.product(&scope, product).await?;
    let place = home(app, by, product.organisation).await?;
    let mut write = app.store.write(place.head, (app.now)()).await?;
    let before = write.set_audience(product.id, audience).await?;
    if before == audience {
        return Ok(());
    }
    queue(&mut write).await?;
    let (noun, id) = (Noun::Product, product.id);
    let facts =
        vec![("was", Fact::word(before.word())), ("is", Fact::word(audience.word()))];
    write.commit(Act { by: by.person, what: SAY, noun, id, facts }).await?;
    Ok(())
}

/// Which products something is said about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Products {
    /// Those that the organisation has not seen before.
    New,
    /// These, and all that it knows.
    All,
}

/// Says for whom the SBOMs of an organisation's products are.
///
/// # Errors
/// When the actor may not set it there, or for all of them may not deliver there, or the
/// database fails.
pub async fn set_products_for(
    app: &App,
    by: &Actor,
    organisation: i64,
    audience: Audience,
    which: Products,
) -> Result<(), BillError> {
    let scope = by.scope(Permission::Administer);
    let place = app.store.organisation(&scope, organisation).await?;
    let known: Vec<Product> = match which {
        Products::New => Vec::new(),
        Products::All => {
            home(app, by, place.id).await?;
            let all = app.store.products(&by.scope(Permission::DeliverDocuments)).await?;
            let own = all.into_iter().map(|one| one.product);
            own.filter(|one| one.organisation == place.id).collect()
        }
    };
    let mut write = app.store.write(place.head, (app.now)()).await?;
    write.set_products_for(place.id, audience).await?;
    let mut changed = 0;
    for product in known {
        let before = write.set_audience(product.id, audience).await?;
        changed += i64::from(before != audience);
    }
    if changed > 0 {
        queue(&mut write).await?;
    }
    let (noun, id) = (Noun::Organisation, place.id);
    let facts =
        vec![("is", Fact::word(audience.word())), ("products", Fact::Number(changed))];
    write.commit(Act { by: by.person, what: SAY, noun, id, facts }).await?;
    Ok(())
}

/// In the words of the audit log.
const SAY: &str = "say for whom SBOMs are";

/// How many devices of some builds stand below an organisation, and not at it: of the devices
/// that the actor sees.
///
/// # Errors
/// When the database fails or the index cannot be read.
pub async fn devices_below(
    app: &App,
    by: &Actor,
    organisation: i64,
    builds: &[i64],
) -> Result<u64, BillError> {
    let held = holdings(app, by.head).await?;
    Ok(held.devices_below(&crate::fleet::scope(by), organisation, builds))
}
