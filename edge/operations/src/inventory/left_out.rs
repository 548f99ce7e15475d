//! Rows of an export that are left out, and the devices that they name all the same: those are
//! not missing, and stay as they were.

use std::collections::{BTreeMap, BTreeSet};

use device::inventory::{Done, LeftOut};
use store::{Named, Naming, StoreError};

use super::preview::Preview;
use crate::App;

/// How many devices are told by their numbers in one complaint.
const TOLD_MAX: usize = 3;

/// By what a row may name a device, as the store looks for it.
pub(super) fn naming(left_out: &LeftOut) -> Naming {
    Naming {
        row: left_out.row() as i64,
        keys: left_out.keys().collect(),
        serials: left_out.serials().collect(),
        udis: left_out.udis().collect(),
    }
}

/// How many devices were found; several rows may name one.
pub(super) fn devices(named: &[Named]) -> i64 {
    named.iter().map(|one| one.device).collect::<BTreeSet<i64>>().len() as i64
}

/// Says in the complaints about rows that are left out which devices of a source they name.
pub(super) async fn tell(
    app: &App,
    head: i64,
    source: Option<i64>,
    preview: &mut Preview,
) -> Result<(), StoreError> {
    let Some(source) = source else { return Ok(()) };
    let mut named = app.store.named(head, source, &preview.left_out_rows).await?;
    named.retain(|one| !preview.keys.tell(&one.key));
    amend(preview, &named);
    Ok(())
}

/// Says it of devices that were looked up.
pub(super) fn amend(preview: &mut Preview, named: &[Named]) {
    let mut by_row: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for one in named {
        let tag = if one.asset_tag.is_empty() { &one.serial } else { &one.asset_tag };
        by_row.entry(one.row).or_default().push(tag);
    }
    let left_out = Done::RowLeftOut.to_string();
    for (row, tags) in by_row {
        let mut of_row: Vec<&mut store::Complaint> =
            preview.complaints.iter_mut().filter(|one| one.row == row).collect();
        let at = of_row.iter().position(|one| one.message.ends_with(&left_out));
        if let Some(complaint) = of_row.get_mut(at.unwrap_or(0)) {
            complaint.message.push_str(&stays(&tags));
        }
    }
}

/// That devices stay as they were.
fn stays(tags: &[&str]) -> String {
    let shown = tags.iter().take(TOLD_MAX).copied().collect::<Vec<_>>().join(", ");
    match tags.len() {
        1 => format!("; the device {shown} that it names stays as it was"),
        2..=TOLD_MAX => format!("; the devices {shown} that it names stay as they were"),
        count => format!(
            "; the devices {shown} and {} more that it names stay as they were",
            count - TOLD_MAX
        ),
    }
}
