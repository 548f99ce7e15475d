//! How many vulnerabilities a base and overlays hold together: as many as one index of all
//! their records.
//!
//! A record of an overlay may join two vulnerabilities of the base, add one, or mask the only
//! record that named one. What none of its ids touches is as it was, so only what they touch
//! is joined anew.

use std::collections::{BTreeMap, BTreeSet};

use super::aliases::Aliases;
use super::body::{self, Head, Part};
use super::build::groups_of;
use super::counts::Counts;
use super::look_up::Index;
use super::vulnerability::VulnerabilityRef;

impl Index<'_> {
    /// The number of vulnerabilities, where `base` is what the base holds alone.
    pub(super) fn folded_vulnerabilities(&self, base: &Counts) -> u64 {
        let Some(last) = self.layers.len().checked_sub(1).filter(|last| *last > 0) else {
            return base.vulnerabilities;
        };
        let touched = self.touched(last);
        let mut mentions = BTreeMap::new();
        for (layer, number) in &touched {
            mentions.extend(VulnerabilityRef::alone(self, *layer, *number).named_by());
        }
        let mut aliases = Aliases::default();
        for (record, ids) in (0..).zip(mentions.values()) {
            let mut nodes = Vec::new();
            for id in ids {
                let node = aliases.node(id);
                if !nodes.contains(&node) {
                    nodes.push(node);
                }
            }
            aliases.mention(record, (0, 0), &nodes);
        }
        let again = touched.iter().filter(|(layer, _)| *layer == last).count() as u64;
        base.vulnerabilities.saturating_sub(again) + groups_of(&mut aliases)
    }

    /// Every vulnerability of a layer that shares an id with one of an overlay, or with one
    /// of a record that an overlay masks, however many steps away.
    fn touched(&self, last: usize) -> BTreeSet<(usize, u32)> {
        let mut touched = BTreeSet::new();
        let mut open: Vec<(usize, u32)> = Vec::new();
        for (at, layer) in self.layers.iter().enumerate().take(last) {
            let count = u32::try_from(layer.vulnerabilities.len()).unwrap_or(u32::MAX);
            open.extend((0..count.saturating_sub(1)).map(|number| (at, number)));
        }
        for (layer, row) in self.masked() {
            let body = self.body(layer, row);
            let id = Head::key(body).1;
            open.extend(self.led_to(id));
            for mut cut in body::part(body, Part::Vulnerabilities) {
                cut.texts().for_each(|id| open.extend(self.led_to(id)));
            }
        }
        while let Some((layer, number)) = open.pop() {
            if !touched.insert((layer, number)) {
                continue;
            }
            let own = VulnerabilityRef::alone(self, layer, number);
            let named: Vec<&str> = own.named_by().flat_map(|(_, ids)| ids).collect();
            for id in own.ids().chain(named) {
                open.extend(self.led_to(id));
            }
        }
        touched
    }
}
