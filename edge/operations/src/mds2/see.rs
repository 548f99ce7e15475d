//! A form, looked at: what it answers, what it is asked about, and what changed since the one
//! before; and several side by side.

use ::mds2::Form;
use ::mds2::lint::{Finding, lint};
use naming::text::Text;
use purchase::support::Supported;
use store::{Mds2Form, Mds2Standing, Product, Release, StoreError};

use super::facts::{Known, gather};
use super::read::{FormRead, read};
use super::{Mds2Error, Placing, kept};
use crate::maker::is_same;
use crate::{Actor, App, Permission};

/// Forms that are put side by side.
const COMPARED_MAX: usize = 8;

/// A form, looked at.
#[derive(Debug)]
pub struct Seen {
    /// The form.
    pub form: Mds2Form,
    /// Its product; none where nobody has said so yet.
    pub product: Option<Product>,
    /// Its releases; all where none is named.
    pub releases: Vec<Release>,
    /// What stands in it.
    pub read: FormRead,
    /// What its maker is to be asked, the gravest first.
    pub findings: Vec<Finding>,
    /// Components of its product of whose support something is known.
    pub supported: Vec<Supported>,
    /// How many SBOMs and devices it was held against.
    pub sboms: usize,
    /// See there.
    pub devices: usize,
    /// The form whose place it took, where whoever asks may see it.
    pub before: Option<(Mds2Form, FormRead)>,
    /// Whether whoever asks may take it in force, or out of it.
    pub is_kept_by_actor: bool,
}

/// One of several forms that are compared.
#[derive(Debug)]
pub struct Side {
    /// The form.
    pub form: Mds2Form,
    /// Its product; none where nobody has said so yet.
    pub product: Option<Product>,
    /// What stands in it.
    pub read: FormRead,
}

/// Looks at a form.
///
/// # Errors
/// When there is none that the actor may see, its document cannot be read any more, or the
/// database fails.
pub async fn see(app: &App, by: &Actor, id: i64) -> Result<Seen, Mds2Error> {
    let scope = by.reading(Permission::ViewDevices);
    let all = app.store.mds2_forms(&scope).await?;
    let form = find(&all, id)?;
    let read_form = read(app, by.head, &form).await?;
    let product = product_of(app, by, &form).await?;
    let mut releases = Vec::new();
    let mut known = Known::default();
    let today = terms::date::day(&app.today()).ok();
    if let Some(product) = &product {
        let named = app.store.releases(&scope, product.id).await?.into_iter();
        releases = named.filter(|one| form.releases.contains(&one.id)).collect();
        if let Some(today) = today {
            let said = (&form, &read_form.value);
            known = gather(app, by, said, product, today).await?;
        }
    }
    let findings = match today {
        Some(today) => lint(&read_form.value, &known.facts, today),
        None => Vec::new(),
    };
    let before = match all.iter().find(|one| one.replaced_by == Some(id)) {
        Some(before) => Some((before.clone(), read(app, by.head, before).await?)),
        None => None,
    };
    let keeper = by.scope(Permission::DeliverDocuments);
    Ok(Seen {
        is_kept_by_actor: keeper.admits(&form.path),
        form,
        product,
        releases,
        read: read_form,
        findings,
        supported: known.supported,
        sboms: known.facts.bills.len(),
        devices: known.facts.owned.len(),
        before,
    })
}

fn find(all: &[Mds2Form], id: i64) -> Result<Mds2Form, StoreError> {
    let found = all.iter().find(|one| one.id == id).cloned();
    found.ok_or_else(|| StoreError::Absent { noun: "MDS2 form", id: id.to_string() })
}

async fn product_of(
    app: &App,
    by: &Actor,
    form: &Mds2Form,
) -> Result<Option<Product>, StoreError> {
    match form.product {
        None => Ok(None),
        Some(id) => {
            let scope = by.reading(Permission::ViewDevices);
            Ok(Some(app.store.product(&scope, id).await?))
        }
    }
}

/// Several forms, in the order in which they are named; twice the same is once.
///
/// # Errors
/// When there is one among them that the actor may not see, there are less than two or too many,
/// or the database fails.
pub async fn compared(
    app: &App,
    by: &Actor,
    ids: &[i64],
) -> Result<Vec<Side>, Mds2Error> {
    let mut named: Vec<i64> = Vec::new();
    for id in ids {
        if !named.contains(id) {
            named.push(*id);
        }
    }
    if !(2..=COMPARED_MAX).contains(&named.len()) {
        return Err(Mds2Error::Count(COMPARED_MAX));
    }
    let all = app.store.mds2_forms(&by.reading(Permission::ViewDevices)).await?;
    let mut sides = Vec::new();
    for id in named {
        let form = find(&all, id)?;
        let read = read(app, by.head, &form).await?;
        let product = product_of(app, by, &form).await?;
        sides.push(Side { form, product, read });
    }
    Ok(sides)
}

/// What a form seems to be of: as somebody said before, the product that was named when it was
/// delivered, one that the organisation knows, else what the form says.
///
/// # Errors
/// When there is none that the actor may keep, or the database fails.
pub async fn proposed(
    app: &App,
    by: &Actor,
    id: i64,
    wanted: Option<i64>,
) -> Result<(Mds2Form, FormRead, Placing), Mds2Error> {
    let form = kept(app, by, id).await?;
    let read = read(app, by.head, &form).await?;
    let scope = by.scope(Permission::DeliverDocuments);
    let all = app.store.products(&scope).await?.into_iter().map(|one| one.product);
    let own: Vec<Product> =
        all.filter(|one| one.organisation == form.organisation).collect();
    let meant = form.product.or(wanted);
    let by_number = own.iter().find(|one| Some(one.id) == meant);
    let product = by_number.or_else(|| named(&own, &read.value, &form));
    let releases = match (form.product, form.standing()) {
        (Some(product), _) => {
            let known = app.store.releases(&scope, product).await?.into_iter();
            let named = known.filter(|one| form.releases.contains(&one.id));
            named.map(|one| one.version).collect()
        }
        (None, Mds2Standing::Waiting) => version(&read.value),
        (None, _) => Vec::new(),
    };
    let placing = Placing {
        maker: product.map_or(&form.said.made_by, |one| &one.maker).clone(),
        product: product.map_or(&form.said.model, |one| &one.name).clone(),
        releases,
    };
    Ok((form, read, placing))
}

/// The one product of the maker that the form names.
fn named<'p>(own: &'p [Product], form: &Form, kept: &Mds2Form) -> Option<&'p Product> {
    let stated = [form.model(), form.description()].map(|it| it.map_or("", |it| it.0));
    let text = Text::read(&stated);
    let is_it =
        |one: &&Product| is_same(&one.maker, &kept.said.made_by) && text.says(&one.name);
    let mut found = own.iter().filter(is_it);
    // Two that fit are a question to a person.
    found.next().filter(|_| found.next().is_none())
}

/// The version that a form of 2013 names in its head.
fn version(form: &Form) -> Vec<String> {
    let software = form.head.get("software").map(|(text, _)| text.trim().to_owned());
    software.filter(|text| !text.is_empty()).into_iter().collect()
}
