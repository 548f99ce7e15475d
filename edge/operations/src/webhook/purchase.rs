//! What webhooks are told of purchases: that one was awarded, that something is new about what
//! was bought, that somebody asks for an override. Who bids is told to nobody.

use store::{Purchase, StoreError, Write};

use super::event::{Event, OfPurchase};
use super::shift::is_within;
use super::tell::put;
use crate::App;

/// Tells the webhooks of whoever buys, and of whoever buys along, where they may see it.
pub(crate) async fn tell_purchase(
    app: &App,
    write: &mut Write<'_>,
    (event, news): (Event, Option<usize>),
    purchase: &Purchase,
) -> Result<(), StoreError> {
    let listening = write.listening(event.word()).await?;
    if listening.is_empty() {
        return Ok(());
    }
    let paths = write.paths().await?;
    let members = purchase.members.iter().map(|(member, _)| *member);
    let mut places = vec![purchase.organisation];
    // Who buys along approves nothing.
    places.extend(members.filter(|_| event != Event::OverrideAsked));
    let anchor = if event == Event::News { "#since" } else { "" };
    let link = app.link(&format!("/purchases/{}{anchor}", purchase.id));
    for one in &listening {
        if places.iter().any(|place| is_within(&paths, one, *place)) {
            let organisation = one.path.organisation();
            let link = link.clone();
            let data = OfPurchase { organisation, purchase: purchase.id, news, link };
            put(app, write, one, event, &data).await?;
        }
    }
    Ok(())
}
