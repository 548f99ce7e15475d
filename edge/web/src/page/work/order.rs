//! Work orders: what is to be done with the devices that it is done on, as a maintenance
//! system takes it in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use operations::fleet::{Entry, Holdings, Share, holdings, scope_of};
use operations::webhook::{Order, OrderLine};
use operations::{Actor, Permission};
use serde::Serialize;
use store::Device;

use super::address::Asked;
use super::row::Row;
use super::survey::survey;
use crate::House;
use crate::problem::Problem;

/// How many devices are read at once.
const DEVICES: usize = 500;

/// A work order, with which devices are of it.
pub(super) struct Prepared {
    pub(super) row: Row,
    owner: Option<i64>,
    shares: Vec<Share>,
    /// The devices that are still to be read, each with its share.
    rest: Vec<(u32, usize)>,
}

/// A work order without its devices, as a file says it.
#[derive(Serialize)]
pub(super) struct Head<'a> {
    pub(super) action: &'a str,
    pub(super) organisation: i64,
    pub(super) site: &'a str,
    pub(super) kind: &'a str,
    pub(super) what: &'a str,
    pub(super) product: &'a str,
    pub(super) priority: &'static str,
    pub(super) because: &'a str,
    pub(super) state: &'static str,
    pub(super) due: &'a str,
    pub(super) is_overdue: bool,
    pub(super) owner: &'a str,
    pub(super) vulnerabilities: Vec<&'a str>,
    pub(super) exploited: Vec<&'a str>,
    pub(super) advisories: Vec<&'a str>,
    pub(super) link: String,
}

/// The work orders that match within what whoever asks may take away, in the order of the
/// list.
pub(super) async fn prepared(
    house: &House,
    by: &Actor,
    asked: &Asked,
    today: jiff::civil::Date,
) -> Result<Vec<Prepared>, Problem> {
    let held = Arc::new(holdings(&house.app, by.head).await?);
    let seen = scope_of(by, Permission::ExportDevices);
    let owners: Vec<i64> = held.owners(&seen).into_iter().collect();
    let names = operations::people::owner_names(&house.app, by.head, &owners).await?;
    let asked = asked.clone();
    tokio::task::spawn_blocking(move || {
        let survey = survey(&held, &seen, &asked, today);
        let actions: Vec<_> =
            survey.entries.iter().filter_map(|entry| entry.action).collect();
        let mut shares = held.shares(&actions).into_iter();
        let entries = survey.entries.iter();
        let orders = entries.map(|entry| {
            let own = entry.action.and_then(|_| shares.next()).unwrap_or_default();
            Prepared::new(entry, own, &held, &names, today)
        });
        orders.collect()
    })
    .await
    .map_err(|_| Problem::ours("work orders were cut short"))
}

impl Prepared {
    fn new(
        entry: &Entry<'_>,
        shares: Vec<Share>,
        held: &Holdings,
        names: &BTreeMap<i64, String>,
        today: jiff::civil::Date,
    ) -> Self {
        let devices = shares.iter().zip(0..);
        let mut rest: Vec<(u32, usize)> = devices
            .flat_map(|(share, at)| share.devices.iter().map(move |id| (id, at)))
            .collect();
        // The first is read first, and taken from the end.
        rest.sort_unstable_by(|one, other| other.cmp(one));
        Self {
            row: Row::new(entry, held, names, today),
            owner: entry.owner(),
            shares,
            rest,
        }
    }

    /// On how many devices it is done that were not read yet.
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    /// The next devices; none at the end. One that is not there any more is left out.
    pub(super) async fn next_lines(
        &mut self,
        house: &House,
        by: &Actor,
    ) -> Result<Vec<OrderLine>, Problem> {
        let from = self.rest.len().saturating_sub(DEVICES);
        let mut some = self.rest.split_off(from);
        some.reverse();
        let ids: Vec<i64> = some.iter().map(|(ordinal, _)| i64::from(*ordinal)).collect();
        let scope = by.scope(Permission::ExportDevices);
        let found = house.app.store.devices(&scope, &ids).await?;
        let mut found: BTreeMap<i64, Device> =
            found.into_iter().map(|device| (device.id, device)).collect();
        let held = holdings(&house.app, by.head).await?;
        let lines = some.into_iter().filter_map(|(ordinal, at)| {
            let device = found.remove(&i64::from(ordinal))?;
            let source = held.source(device.source).to_owned();
            Some(line(house, device, source, self.shares.get(at)?))
        });
        Ok(lines.collect())
    }

    fn all(&self, of: impl Fn(&Share) -> &BTreeSet<Arc<str>>) -> Vec<&str> {
        let all: BTreeSet<&str> = self
            .shares
            .iter()
            .flat_map(|share| of(share).iter().map(|id| &**id))
            .collect();
        all.into_iter().collect()
    }

    pub(super) fn head(&self, house: &House) -> Head<'_> {
        let row = &self.row;
        Head {
            action: &row.action,
            organisation: row.organisation,
            site: &row.shown.organisation,
            kind: &row.kind,
            what: &row.what,
            product: &row.product,
            priority: row.priority.word(),
            because: &row.because,
            state: row.state,
            due: &row.due,
            is_overdue: row.is_overdue,
            owner: &row.owner,
            vulnerabilities: self.all(|share| &share.vulnerabilities),
            exploited: self.all(|share| &share.exploited),
            advisories: self.all(|share| &share.advisories),
            link: house.app.link(&row.shown.address),
        }
    }

    /// As it is sent, with all of its devices; it names nobody.
    pub(super) async fn whole(
        mut self,
        house: &House,
        by: &Actor,
    ) -> Result<Order, Problem> {
        let mut lines = Vec::new();
        while self.left() > 0 {
            lines.extend(self.next_lines(house, by).await?);
        }
        let row = self.row;
        Ok(Order {
            organisation: row.organisation,
            link: house.app.link(&row.shown.address),
            site: row.shown.organisation,
            action: row.action,
            kind: row.kind,
            what: row.what,
            product: row.product,
            priority: row.priority.word(),
            because: row.because,
            state: row.state,
            due: row.due,
            owner: self.owner,
            devices: row.devices,
            lines,
        })
    }
}

fn line(house: &House, device: Device, source: String, share: &Share) -> OrderLine {
    let own = |ids: &BTreeSet<Arc<str>>| ids.iter().map(ToString::to_string).collect();
    let Device { id, told, .. } = device;
    OrderLine {
        device: id,
        asset_tag: told.asset_tag,
        serial: told.serial,
        udi: told.udi,
        maker: told.build.maker,
        model: match told.build.model.is_empty() {
            true => told.build.description,
            false => told.build.model,
        },
        release: told.build.version,
        target: share.target.clone(),
        ward: told.department,
        asset_system: source,
        vulnerabilities: own(&share.vulnerabilities),
        exploited: own(&share.exploited),
        advisories: own(&share.advisories),
        link: house.app.link(&format!("/devices/{id}")),
    }
}
