//! The builds of a house by how its inventories write them.
//!
//! What a build is never changes, and none goes: each is spelt once, and only those that came
//! since are looked at again. A house of twenty thousand builds takes part of a second to spell,
//! which each job of judging would otherwise wait for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use naming::spelling::fold;
use store::{Build, Configuration, StoreError};
use worklist::words_of;

use crate::App;
use crate::called::{joined, maker, release};
use crate::statement::Named;

/// The builds of each top organisation, as far as they were spelt.
pub(crate) type Spelt = Arc<Mutex<BTreeMap<i64, Arc<Alike>>>>;

/// Builds, and which of them are written alike.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alike {
    /// By number.
    builds: Arc<Vec<Configuration>>,
    /// For each build its group, at the place that the build has.
    group_at: Vec<usize>,
    groups: Vec<Vec<i64>>,
    group_of: BTreeMap<[String; 3], usize>,
    named: BTreeMap<Named, Vec<i64>>,
}

impl Alike {
    /// All builds of a top organisation.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn of(app: &App, head: i64) -> Result<Arc<Self>, StoreError> {
        let builds = app.store.builds(head).await?;
        let mut spelt = app.spelt.lock().unwrap_or_else(PoisonError::into_inner);
        let own = spelt.entry(head).or_default();
        // Whoever read more in the meantime is right too.
        if own.builds.len() < builds.len() {
            Arc::make_mut(own).read(builds);
        }
        Ok(Arc::clone(own))
    }

    fn read(&mut self, builds: Arc<Vec<Configuration>>) {
        for one in builds.iter().skip(self.builds.len()) {
            let group = *self.group_of.entry(written(&one.build)).or_insert_with(|| {
                self.groups.push(Vec::new());
                self.groups.len() - 1
            });
            self.group_at.push(group);
            if let Some(group) = self.groups.get_mut(group) {
                group.push(one.id);
            }
            if let Some(name) = Named::of(&one.build.maker, &one.build.model) {
                self.named.entry(name).or_default().push(one.id);
            }
        }
        self.builds = builds;
    }

    /// A build by its number.
    pub(crate) fn build(&self, id: i64) -> Option<&Configuration> {
        self.builds.get(self.place(id)?)
    }

    /// The builds that are written like one, itself among them.
    pub(crate) fn like(&self, id: i64) -> &[i64] {
        let group = self.place(id).and_then(|place| self.group_at.get(place));
        group.and_then(|group| self.groups.get(*group)).map_or(&[], Vec::as_slice)
    }

    /// The builds of a maker's model.
    pub(crate) fn named(&self, name: &Named) -> &[i64] {
        self.named.get(name).map_or(&[], Vec::as_slice)
    }

    fn place(&self, id: i64) -> Option<usize> {
        self.builds.binary_search_by_key(&id, |one| one.id).ok()
    }
}

/// Builds, and those that inventories write like one of them: what an SBOM of one says is said
/// of all.
///
/// # Errors
/// When the database fails.
pub async fn with_alike(
    app: &App,
    head: i64,
    named: &BTreeSet<i64>,
) -> Result<BTreeSet<i64>, StoreError> {
    let all = Alike::of(app, head).await?;
    let alike = named.iter().flat_map(|id| all.like(*id));
    Ok(alike.chain(named).copied().collect())
}

/// What the inventory says of maker, model and release, without how it spells them: a maker is
/// one with and without its legal form, a model however it is cut into words, a release by its
/// number. Every other mark and word tells two apart.
pub(crate) fn written(build: &Build) -> [String; 3] {
    let maker = maker(&build.maker);
    let maker = match maker.words.is_empty() {
        true => words_of(&build.maker),
        false => maker.words.join(" "),
    };
    let model = fold(&build.model);
    let words = model.split(|c: char| c.is_whitespace() || matches!(c, '-' | '_'));
    [maker, joined(words), release(&build.version)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(id: i64, [maker, model, version]: [&str; 3]) -> Configuration {
        let [maker, model, version] = [maker, model, version].map(str::to_owned);
        Configuration {
            id,
            build: Build { maker, model, description: String::new(), version },
        }
    }

    #[test]
    fn builds_that_come_later_join_those_that_are_written_alike() {
        let mut builds = vec![
            build(3, ["Meridian GmbH", "Pump-2", "2.1"]),
            build(5, ["Meridian", "Pump 3", "2.1"]),
        ];
        let mut alike = Alike::default();
        alike.read(Arc::new(builds.clone()));
        assert_eq!(alike.like(3), [3]);
        builds.push(build(9, ["MERIDIAN", "pump 2", "v2.1"]));
        alike.read(Arc::new(builds));
        assert_eq!(alike.like(3), [3, 9]);
        assert_eq!(alike.like(9), [3, 9]);
        assert_eq!(alike.like(5), [5]);
        assert!(alike.like(4).is_empty());
        assert_eq!(alike.build(9).map(|one| one.build.model.as_str()), Some("pump 2"));
        let name = Named::of("Meridian", "Pump 3").unwrap();
        assert_eq!(alike.named(&name), [5]);
    }
}
