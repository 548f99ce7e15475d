//! Work orders: which devices an action is about, and what is done on each of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fleet::{OrganisationId, Priorities};
use roaring::RoaringBitmap;
use worklist::{Action, Step, Task, Which};

use super::Work;
use crate::fleet::Holdings;

/// What an action does on devices of one build about which the same was answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Share {
    /// The devices, by ordinal.
    pub devices: RoaringBitmap,
    /// The release that is installed on them; empty where none is.
    pub target: String,
    /// The vulnerabilities that it is done about on them: not all of the action need touch
    /// every build.
    pub vulnerabilities: BTreeSet<Arc<str>>,
    /// Those of them that are exploited.
    pub exploited: BTreeSet<Arc<str>>,
    /// The advisories that say so.
    pub advisories: BTreeSet<Arc<str>>,
}

impl Holdings {
    /// What each of some actions does on which devices, in their order.
    #[must_use]
    pub fn shares(&self, actions: &[&Action]) -> Vec<Vec<Share>> {
        let organisations: BTreeSet<OrganisationId> =
            actions.iter().map(|action| action.key.organisation).collect();
        let devices = self.fleet.listed_by_build(|own| organisations.contains(&own));
        let spoken_of = self.work.spoken_of(self.heeded());
        // Builds of one product have several actions, and organisations the same builds.
        let mut known: BTreeMap<(i64, Which), Vec<Task>> = BTreeMap::new();
        let shares = actions.iter().map(|action| {
            let organisation = action.key.organisation;
            let of_build = action.builds.keys().filter_map(|which| {
                let (build, variant) = *which;
                if let Some(lost) = self.listed().lost.of(*which) {
                    let urgent = |_: &super::Weighed| Priorities::default();
                    let tasks = self.work.tasks_about_lost(self, lost, &urgent);
                    let devices = self.listed().lost.devices(*which)?.clone();
                    return Some(self.work.share(action, *which, &tasks, devices));
                }
                let own = self.work.knows_more(&spoken_of, organisation.0, build.0);
                // What is told to everybody is worked out once for all.
                let whose = if own { organisation.0 } else { 0 };
                let tasks = known
                    .entry((whose, *which))
                    .or_insert_with(|| self.work.tasks_about(self, whose, *which));
                let devices = devices.get(&(organisation, build, variant))?.clone();
                Some(self.work.share(action, *which, tasks, devices))
            });
            of_build.collect()
        });
        shares.collect()
    }
}

impl Work {
    /// What is done about devices of a build, however urgent: for an organisation, or for
    /// all of which no more counts than what is told to everybody (0).
    fn tasks_about(&self, house: &Holdings, whose: i64, which: Which) -> Vec<Task> {
        let urgent = |_: &super::Weighed| Priorities::default();
        match whose {
            0 => self.public_tasks(house, which, &urgent),
            whose => self.own_tasks(house, whose, which, &urgent),
        }
    }

    fn share(
        &self,
        action: &Action,
        (build, _): Which,
        tasks: &[Task],
        devices: RoaringBitmap,
    ) -> Share {
        let mut share = Share { devices, ..Share::default() };
        let Some(product) = self.names_of.product(build.0) else { return share };
        let organisation = action.key.organisation;
        let own = tasks.iter();
        for task in own.filter(|task| self.key(organisation, product, task) == action.key)
        {
            share.vulnerabilities.extend(task.vulnerabilities.iter().map(Arc::clone));
            share.exploited.extend(task.exploited.iter().map(Arc::clone));
            share.advisories.extend(task.advisories.iter().map(Arc::clone));
            if let Step::Update(release) = &task.step {
                share.target.clone_from(release);
            }
        }
        // Where one release does for all builds, that is the one to install.
        if let Step::Update(release) = &action.step
            && !release.contains(';')
        {
            share.target.clone_from(release);
        }
        share
    }
}
