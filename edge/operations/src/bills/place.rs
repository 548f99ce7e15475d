//! A bill is placed: at a release of a product, for the builds that a person names.

use std::collections::BTreeSet;

use store::{
    Act, BillFacts, Fact, Latest, NewBill, Noun, Product, Release, StoreError, Write,
};

use super::look::{Subject, counted, quality, subject};
use super::{BillError, KIND, home, queue, queue_for};
use crate::aside::aside;
use crate::fleet::builds_seen;
use crate::project::Tags;
use crate::{Actor, App, Permission};

/// What a person says of a bill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placing {
    /// Who makes the product.
    pub maker: String,
    /// What it is called.
    pub product: String,
    /// Which release it is.
    pub version: String,
    /// The device builds that are of this release.
    pub builds: Vec<i64>,
}

/// Where a bill was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The product.
    pub product: i64,
    /// The release.
    pub release: i64,
    /// The bill.
    pub bill: i64,
    /// The job that judges it.
    pub job: i64,
}

/// Which device builds are of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Builds<'a> {
    /// These.
    Named(&'a [i64]),
    /// Those of which a person said so before.
    AsSaid,
}

/// What a program says of a release when it delivers; what it does not say stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spoken {
    /// The release that it is a part of.
    pub(crate) parent: Option<i64>,
    /// Its tags, in the place of those before.
    pub(crate) tags: Option<Tags>,
    /// Whether it is the newest of its product.
    pub(crate) latest: Option<Latest>,
}

impl Spoken {
    /// Keeps tags, and which release is the newest.
    pub(crate) async fn keep(
        &self,
        write: &mut Write<'_>,
        release: i64,
    ) -> Result<(), StoreError> {
        if let Some(tags) = &self.tags {
            write.set_tags(release, tags.names()).await?;
        }
        match self.latest {
            None => Ok(()),
            Some(latest) => write.set_latest(release, latest).await,
        }
    }
}

/// Places a delivered bill, and queues the judging of what it lists.
///
/// # Errors
/// When the actor may not, a word is missing, a build is not one that the actor sees, or the
/// database fails; then nothing is changed.
pub async fn place(
    app: &App,
    by: &Actor,
    original: i64,
    placing: &Placing,
) -> Result<Placed, BillError> {
    let builds = Builds::Named(&placing.builds);
    place_for(app, by, original, placing, builds, &Spoken::default()).await
}

/// As [`place`], for the builds that `builds` tells (those of `placing` are not looked at), with
/// what a program says of the release.
///
/// One that lists less than half of what the one in force lists stands beside that one, which
/// stays in force until a person takes it out.
pub(crate) async fn place_for(
    app: &App,
    by: &Actor,
    original: i64,
    placing: &Placing,
    builds: Builds<'_>,
    spoken: &Spoken,
) -> Result<Placed, BillError> {
    let scope = by.scope(Permission::DeliverDocuments);
    let document = app.store.original(&scope, original).await?;
    if document.kind != KIND {
        return Err(StoreError::absent("bill of materials", original).into());
    }
    let place = home(app, by, document.organisation).await?;
    let stated = |text: &str, what: &'static str| match text.trim() {
        "" => Err(BillError::Missing(what)),
        text => Ok(text.to_owned()),
    };
    let maker = stated(&placing.maker, "maker")?;
    let product = stated(&placing.product, "product")?;
    let version = stated(&placing.version, "version")?;
    let builds = match builds {
        Builds::Named(builds) => Some((builds, expect_seen(app, by, builds).await?)),
        Builds::AsSaid => None,
    };
    let bytes = app.store.bytes_of(&scope, original).await?;
    let about = aside(move || said(&bytes)).await??;
    let mut write = app.store.write(place.head, (app.now)()).await?;
    let product = write.keep_product(place.id, &maker, &product).await?;
    let release = write.keep_release(product, &version).await?;
    let bill = write
        .keep_bill(NewBill {
            release,
            original,
            subject: &about.subject,
            format: &about.format,
            spec: &about.spec,
            components: about.components,
            with_purl: about.with_purl,
            with_cpe: about.with_cpe,
            scores: &about.scores,
            by: by.person,
        })
        .await?;
    write.note_delivery(release, spoken.parent).await?;
    spoken.keep(&mut write, release).await?;
    let mut facts =
        vec![("original", Fact::Number(original)), ("release", Fact::Number(release))];
    if let Some((builds, seen)) = builds {
        say(&mut write, release, builds, &seen, by).await?;
        facts.push(("builds", Fact::Number(builds.len() as i64)));
    }
    let job = queue_for(&mut write, bill).await?;
    let what = "place bill of materials";
    write.commit(Act { by: by.person, what, noun: Noun::Bill, id: bill, facts }).await?;
    Ok(Placed { product, release, bill, job })
}

/// What a document says of itself, as a bill keeps it.
pub(crate) fn said(bytes: &[u8]) -> Result<BillFacts, BillError> {
    Ok(described(bytes)?.1)
}

/// What a document is about, and what it says of itself.
pub(crate) fn described(bytes: &[u8]) -> Result<(Subject, BillFacts), BillError> {
    let bom = sbom::parse(bytes)?.value;
    let (counted, about) = (counted(&bom), subject(&bom));
    let facts = BillFacts {
        subject: about.name.clone(),
        format: counted.format,
        spec: counted.spec,
        components: counted.components,
        with_purl: counted.with_purl,
        with_cpe: counted.with_cpe,
        scores: serde_json::to_string(&quality(&bom))?,
    };
    Ok((about, facts))
}

/// Says which builds are of a release, in the place of what was said before.
///
/// # Errors
/// As [`place`].
pub async fn describe(
    app: &App,
    by: &Actor,
    release: i64,
    builds: &[i64],
) -> Result<(), BillError> {
    let (_, release) = own_release(app, by, release).await?;
    let seen = expect_seen(app, by, builds).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    say(&mut write, release.id, builds, &seen, by).await?;
    queue(&mut write).await?;
    let facts = vec![("builds", Fact::Number(builds.len() as i64))];
    let what = "say which builds are of a release";
    let act = Act { by: by.person, what, noun: Noun::Release, id: release.id, facts };
    write.commit(act).await?;
    Ok(())
}

/// Says which of the builds that the actor sees are of a release. What others said of those
/// that the actor does not see is not theirs to take back.
async fn say(
    write: &mut Write<'_>,
    release: i64,
    builds: &[i64],
    seen: &BTreeSet<i64>,
    by: &Actor,
) -> Result<(), StoreError> {
    let before = write.builds_said(release).await?.into_iter();
    let unseen = before.filter(|build| !seen.contains(build));
    let all: BTreeSet<i64> = builds.iter().copied().chain(unseen).collect();
    let all: Vec<i64> = all.into_iter().collect();
    write.set_builds(release, &all, by.person).await
}

/// Takes a bill out of force, because it was the wrong one. Its document stays.
///
/// # Errors
/// When the actor may not, or the database fails.
pub async fn withdraw(app: &App, by: &Actor, bill: i64) -> Result<(), BillError> {
    let scope = by.scope(Permission::DeliverDocuments);
    let bill = app.store.bill(&scope, bill).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.withdraw_bill(bill.id, by.person).await?;
    queue(&mut write).await?;
    let what = "withdraw bill of materials";
    let act =
        Act { by: by.person, what, noun: Noun::Bill, id: bill.id, facts: Vec::new() };
    write.commit(act).await?;
    Ok(())
}

/// A release of an organisation for which the actor may deliver.
pub(super) async fn own_release(
    app: &App,
    by: &Actor,
    release: i64,
) -> Result<(Product, Release), BillError> {
    let scope = by.scope(Permission::DeliverDocuments);
    let (product, release) = app.store.release(&scope, release).await?;
    home(app, by, product.organisation).await?;
    Ok((product, release))
}

/// The builds that the actor sees. One that nobody shows the actor is none, for the actor.
async fn expect_seen(
    app: &App,
    by: &Actor,
    named: &[i64],
) -> Result<BTreeSet<i64>, BillError> {
    let seen: BTreeSet<i64> = builds_seen(app, by).await?.into_keys().collect();
    match named.iter().find(|build| !seen.contains(build)) {
        None => Ok(seen),
        Some(stranger) => Err(BillError::NoBuild(*stranger)),
    }
}
