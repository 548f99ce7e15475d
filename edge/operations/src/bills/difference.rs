//! What changed from one release of a product to another, by their bills of materials.

use std::collections::{BTreeMap, BTreeSet};

use feeds::IndexFile;
use sbom::diff::{self, Dependency, Field};
use sbom::{Bom, Component};
use serde::Serialize;
use store::{Bill, Product, Release, StoreError};

use super::BillError;
use super::ask::DOCUMENT;
use super::found;
use crate::aside::{CutShort, aside};
use crate::judging::JudgingError;
use crate::statement::accepted;
use crate::{Actor, App, Permission};

/// Two releases of a product, compared.
#[derive(Debug)]
pub struct Comparison {
    /// The product.
    pub product: Product,
    /// The release that comes before.
    pub old: Release,
    /// The release that comes after.
    pub new: Release,
    /// What changed in each bill of materials that both have.
    pub changed: Vec<Changed>,
    /// What bills about something that only the older release has are about.
    pub only_old: Vec<String>,
    /// What bills about something that only the newer release has are about.
    pub only_new: Vec<String>,
}

/// What changed in a bill of materials.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Changed {
    /// What it is about.
    pub subject: String,
    /// Components of the newer alone.
    pub added: Vec<Named>,
    /// Components of the older alone.
    pub removed: Vec<Named>,
    /// Components of both that differ.
    pub differing: Vec<Differing>,
    /// Dependencies of the newer alone, in words.
    pub dependencies_added: Vec<String>,
    /// Dependencies of the older alone, in words.
    pub dependencies_removed: Vec<String>,
    /// Known flaws that the older carries and the newer does not; `None` where no index is in
    /// use.
    pub cleared: Option<BTreeSet<String>>,
    /// Known flaws that the newer carries and the older does not.
    pub brought: Option<BTreeSet<String>>,
}

impl Changed {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.differing.is_empty()
            && !self.has_dependencies()
    }

    /// Whether dependencies changed.
    #[must_use]
    pub fn has_dependencies(&self) -> bool {
        !self.dependencies_added.is_empty() || !self.dependencies_removed.is_empty()
    }
}

/// A component.
#[derive(Clone, Debug, Serialize)]
pub struct Named {
    /// Its name, with its group in front.
    pub name: String,
    /// Its version; empty where none is stated.
    pub version: String,
    /// Its purl; empty where there is none.
    pub purl: String,
    /// Where it stands.
    pub place: String,
}

/// A component of both that differs.
#[derive(Clone, Debug, Serialize)]
pub struct Differing {
    /// As the newer has it.
    pub component: Named,
    /// The version of the older, where it is another.
    pub old_version: Option<String>,
    /// The licences of older and newer, where they differ.
    pub licences: Option<[String; 2]>,
    /// Whether a digest differs.
    pub hashes: bool,
}

/// Compares two releases of one product that the actor may see.
///
/// # Errors
/// When there is none, they are of two products, the index cannot be opened, or the database
/// fails.
pub async fn difference(
    app: &App,
    by: &Actor,
    old: i64,
    new: i64,
) -> Result<Comparison, BillError> {
    let scope = by.reading(Permission::ViewDevices);
    let (product, new) = app.store.release(&scope, new).await?;
    let (other, old) = app.store.release(&scope, old).await?;
    if other.id != product.id {
        return Err(StoreError::absent("release", old.id).into());
    }
    let bills = app.store.bills_of_product(&scope, product.id).await?;
    let of = |release: &Release| -> BTreeMap<String, Bill> {
        let own = bills.iter().filter(|bill| bill.release == release.id).rev();
        own.map(|bill| (bill.subject.clone(), bill.clone())).collect()
    };
    let (mut before, mut after) = (of(&old), of(&new));
    let mut changed = Vec::new();
    for (was, is) in pairs(&mut before, &mut after) {
        changed.push(compare(app, &scope, &was, &is).await?);
    }
    Ok(Comparison {
        product,
        old,
        new,
        changed,
        only_old: before.into_keys().collect(),
        only_new: after.into_keys().collect(),
    })
}

/// Bills about the same, or the only ones of each; what is left has no other.
fn pairs(
    before: &mut BTreeMap<String, Bill>,
    after: &mut BTreeMap<String, Bill>,
) -> Vec<(Bill, Bill)> {
    let both: Vec<String> =
        after.keys().filter(|subject| before.contains_key(*subject)).cloned().collect();
    let same = both
        .iter()
        .filter_map(|subject| Some((before.remove(subject)?, after.remove(subject)?)));
    let mut pairs: Vec<(Bill, Bill)> = same.collect();
    if before.len() == 1
        && after.len() == 1
        && let (Some((_, was)), Some((_, is))) = (before.pop_first(), after.pop_first())
    {
        pairs.push((was, is));
    }
    pairs
}

async fn compare(
    app: &App,
    scope: &store::Scope,
    was: &Bill,
    is: &Bill,
) -> Result<Changed, BillError> {
    let head = scope.head();
    let old = app.store.bytes_of(scope, was.original).await?;
    let new = app.store.bytes_of(scope, is.original).await?;
    let index = app.index_in_use().await?.map(|in_use| in_use.path);
    let heard =
        [accepted(app, head, was.release).await?, accepted(app, head, is.release).await?];
    let subject = is.subject.clone();
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let changed = aside(move || {
        let (before, after) = (sbom::parse(&old)?.value, sbom::parse(&new)?.value);
        let mut changed = changes(&before, &after);
        if let Some(file) = index {
            let index = IndexFile::open(&file).map_err(JudgingError::Index)?;
            let [accepted_before, accepted_after] = heard;
            let flaws = |bom: &Bom, accepted| {
                let judged = found::judge(bom, &index, 0, accepted)?;
                let affected = judged.found.into_iter();
                let affected = affected.filter(|(_, one)| one.verdict == "affected");
                Ok::<_, BillError>(affected.map(|((id, _), _)| id).collect())
            };
            let carried: BTreeSet<String> = flaws(&before, accepted_before)?;
            let carries: BTreeSet<String> = flaws(&after, accepted_after)?;
            changed.cleared = Some(carried.difference(&carries).cloned().collect());
            changed.brought = Some(carries.difference(&carried).cloned().collect());
        }
        Ok::<_, BillError>(Changed { subject, ..changed })
    })
    .await?;
    drop(reader);
    changed
}

fn changes(old: &Bom, new: &Bom) -> Changed {
    let found = diff::compare(old, new);
    let of_old = found.removed.iter().filter_map(|part| part.of(old));
    let of_new = found.added.iter().filter_map(|part| part.of(new));
    let differing = found.changed.iter().filter_map(|change| {
        let (was, is) = (change.old.of(old)?, change.new.of(new)?);
        let differs = |field: Field| field == Field::Differs;
        let licences = || [was.licences.join(", "), is.licences.join(", ")];
        Some(Differing {
            component: Named::of(is),
            old_version: differs(change.version)
                .then(|| was.version.clone().unwrap_or_default()),
            licences: differs(change.licences).then(licences),
            hashes: differs(change.hashes),
        })
    });
    Changed {
        subject: DOCUMENT.to_owned(),
        removed: of_old.map(Named::of).collect(),
        added: of_new.map(Named::of).collect(),
        differing: differing.collect(),
        dependencies_added: found.dependencies_added.iter().map(told).collect(),
        dependencies_removed: found.dependencies_removed.iter().map(told).collect(),
        ..Changed::default()
    }
}

fn told(dependency: &Dependency) -> String {
    let kind = dependency.kind.replace('_', " ");
    format!("{} {kind} {}", dependency.from, dependency.to)
}

impl Named {
    fn of(component: &Component) -> Self {
        Self {
            name: match component.group.as_str() {
                "" => component.name.clone(),
                group => format!("{group}/{}", component.name),
            },
            version: component.version.clone().unwrap_or_default(),
            purl: component.purl.clone().unwrap_or_default(),
            place: component.place.to_string(),
        }
    }
}
