//! Work orders as they are sent, some devices in each message.

use serde::Serialize;
use store::{Act, Fact, Noun, StoreError};

use super::event::Event;
use super::shift::is_within;
use super::tell::put;
use crate::{Actor, App};

/// How many work orders are one message.
const ORDERS_MAX: usize = 500;
/// How many devices of work orders are one message.
const LINES_MAX: usize = 500;

/// A work order as it is sent: what somebody hands over on purpose to whoever does the work.
/// Nobody is named in it, and it holds no more than who does the work has to know.
#[derive(Clone, Debug, Serialize)]
pub struct Order {
    /// Whose devices they are.
    pub organisation: i64,
    /// What that organisation is called.
    pub site: String,
    /// By what the action is known.
    pub action: String,
    /// What is done, in the word of the wire.
    pub kind: String,
    /// What is done, in words.
    pub what: String,
    /// To which product.
    pub product: String,
    /// How soon, in the word of the wire.
    pub priority: &'static str,
    /// Why so soon.
    pub because: String,
    /// Where it stands, in the word of the wire.
    pub state: &'static str,
    /// By which day.
    pub due: String,
    /// The number of the person who sees to it.
    pub owner: Option<i64>,
    /// On how many devices in all.
    pub devices: u64,
    /// Where to look.
    pub link: String,
    /// The devices; of an order with many, those of this message.
    pub lines: Vec<OrderLine>,
}

/// A device of a work order.
#[derive(Clone, Debug, Serialize)]
pub struct OrderLine {
    /// Our number of it.
    pub device: i64,
    /// The number that the hospital put on it.
    pub asset_tag: String,
    /// The maker's serial number.
    pub serial: String,
    /// The unique device identifier as written.
    pub udi: String,
    /// Who makes it.
    pub maker: String,
    /// What it is called.
    pub model: String,
    /// The release that the inventory shows.
    pub release: String,
    /// The release to install; empty where none is.
    pub target: String,
    /// Where it stands.
    pub ward: String,
    /// The asset system that names it.
    pub asset_system: String,
    /// The vulnerabilities that it is done about on this device.
    pub vulnerabilities: Vec<String>,
    /// Those of them that are exploited.
    pub exploited: Vec<String>,
    /// The advisories that say so.
    pub advisories: Vec<String>,
    /// Where to look.
    pub link: String,
}

/// Sends work orders to the webhooks that want them; how many messages that are.
///
/// # Errors
/// When the database fails.
pub async fn tell_orders(
    app: &App,
    by: &Actor,
    orders: &[Order],
) -> Result<i64, StoreError> {
    #[derive(Serialize)]
    struct Orders<'a> {
        organisation: i64,
        orders: &'a [Order],
    }
    let event = Event::Sent;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let paths = write.paths().await?;
    let mut told = 0;
    for one in write.listening(event.word()).await? {
        let own =
            orders.iter().filter(|order| is_within(&paths, &one, order.organisation));
        for some in parted(own) {
            let data = Orders { organisation: one.path.organisation(), orders: &some };
            put(app, &mut write, &one, event, &data).await?;
            told += 1;
        }
    }
    let lines: usize = orders.iter().map(|order| order.lines.len()).sum();
    let facts = vec![
        ("actions", Fact::Number(orders.len() as i64)),
        ("devices", Fact::Number(lines as i64)),
        ("messages", Fact::Number(told)),
    ];
    let (what, noun) = ("send work orders", Noun::Action);
    write.commit(Act { by: by.person, what, noun, id: 0, facts }).await?;
    Ok(told)
}

/// Work orders by message: none has more than so many devices or orders. An order with more
/// devices than fit goes on in the next message, under the same name.
fn parted<'o>(orders: impl Iterator<Item = &'o Order>) -> Vec<Vec<Order>> {
    let mut messages: Vec<Vec<Order>> = Vec::new();
    let mut room = 0;
    for order in orders {
        let mut rest = order.lines.as_slice();
        loop {
            let is_full =
                room == 0 || messages.last().is_some_and(|last| last.len() >= ORDERS_MAX);
            if is_full {
                messages.push(Vec::new());
                room = LINES_MAX;
            }
            let (lines, later) = rest.split_at(room.min(rest.len()));
            if let Some(last) = messages.last_mut() {
                last.push(Order { lines: lines.to_vec(), ..order.head() });
            }
            room -= lines.len();
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
    }
    messages
}

impl Order {
    /// All of it but its devices.
    fn head(&self) -> Self {
        Self {
            organisation: self.organisation,
            site: self.site.clone(),
            action: self.action.clone(),
            kind: self.kind.clone(),
            what: self.what.clone(),
            product: self.product.clone(),
            priority: self.priority,
            because: self.because.clone(),
            state: self.state,
            due: self.due.clone(),
            owner: self.owner,
            devices: self.devices,
            link: self.link.clone(),
            lines: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(action: &str, lines: usize) -> Order {
        let line = |device| OrderLine {
            device,
            asset_tag: String::new(),
            serial: String::new(),
            udi: String::new(),
            maker: String::new(),
            model: String::new(),
            release: String::new(),
            target: String::new(),
            ward: String::new(),
            asset_system: String::new(),
            vulnerabilities: Vec::new(),
            exploited: Vec::new(),
            advisories: Vec::new(),
            link: String::new(),
        };
        Order {
            organisation: 1,
            site: String::new(),
            action: action.to_owned(),
            kind: "update".to_owned(),
            what: String::new(),
            product: String::new(),
            priority: "watch",
            because: String::new(),
            state: "open",
            due: String::new(),
            owner: None,
            devices: lines as u64,
            link: String::new(),
            lines: (0..lines as i64).map(line).collect(),
        }
    }

    #[test]
    fn an_order_with_many_devices_goes_on_in_the_next_message() {
        #[track_caller]
        fn check(orders: &[Order], expected: &[&[(&str, usize)]]) {
            let messages = parted(orders.iter());
            let found: Vec<Vec<(&str, usize)>> = messages
                .iter()
                .map(|orders| {
                    let told = |one: &Order| one.lines.len();
                    orders.iter().map(|one| (&*one.action, told(one))).collect()
                })
                .collect();
            assert_eq!(found, expected);
        }

        check(&[], &[]);
        check(&[order("a", 0)], &[&[("a", 0)]]);
        check(&[order("a", 2), order("b", 3)], &[&[("a", 2), ("b", 3)]]);
        check(
            &[order("a", 499), order("b", 502), order("c", 0)],
            &[&[("a", 499), ("b", 1)], &[("b", 500)], &[("b", 1), ("c", 0)]],
        );
        check(&[order("a", 500), order("b", 0)], &[&[("a", 500)], &[("b", 0)]]);
        let many: Vec<Order> = (0..501).map(|_| order("a", 0)).collect();
        let sizes: Vec<usize> = parted(many.iter()).iter().map(Vec::len).collect();
        assert_eq!(sizes, [500, 1]);
        // No device is lost or told twice.
        let whole = parted([order("a", 1203)].iter());
        let devices = whole.iter().flatten().flat_map(|one| &one.lines);
        let devices: Vec<i64> = devices.map(|line| line.device).collect();
        assert_eq!(devices, (0..1203).collect::<Vec<i64>>());
    }
}
