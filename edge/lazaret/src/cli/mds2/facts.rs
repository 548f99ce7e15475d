//! What is known besides a form, from the files that were given, as plain facts.

use std::path::{Path, PathBuf};

use device::inventory::{Field, Mapping, Row, Said, Table};
use lifecycle::Catalog;
use mds2::Form;
use mds2::lint::{Connected, Facts, Foreign, Owned, Support};
use naming::text::Text;
use naming::{MakerMatch, Makers};
use purchase::support::{supported, unsupported};
use reading::Place;
use supplier::dossier::{self, Dossier, Product};
use terms::Day;

use crate::cli::{Failure, device as names};
use crate::input::{Input, Unreadable};
use crate::render;

/// The files that were given.
pub(super) struct Given<'g> {
    pub(super) sboms: &'g [PathBuf],
    pub(super) dossier: Option<&'g PathBuf>,
    pub(super) inventory: Option<&'g PathBuf>,
    pub(super) aliases: &'g [PathBuf],
}

/// Reads the files, and takes out what concerns the device of the form.
pub(super) fn gather(
    form: &Form,
    given: &Given<'_>,
    today: Day,
) -> Result<Facts, Failure> {
    let mut facts = Facts::default();
    let lifecycle = Catalog::built_in();
    let makers = names::makers(given.aliases)?;
    for path in given.sboms {
        let (input, bytes) = read(path)?;
        let parsed = sbom::parse(&bytes).map_err(|why| refused(&input, why.into()))?;
        let held = controls::Held::new(input.name(), parsed.value);
        let fitted = controls::fit_of_sbom_to_form(form, &[], &held, &makers);
        let (name, bom) = (input.name(), &held.value);
        if fitted.is_other() {
            facts.foreign.push(Foreign { document: name, about: fitted.why });
            continue;
        }
        let known = supported([(name.as_str(), bom)], &lifecycle, None, today);
        facts.unsupported.extend(unsupported(&known));
        facts.bills.push(controls::observation::bill(&name, bom));
    }
    if let Some(path) = given.dossier {
        let (input, bytes) = read(path)?;
        let parsed = dossier::parse(&bytes).map_err(|why| refused(&input, why.into()))?;
        facts.support = support(form, &input.name(), &parsed.value);
    }
    if let Some(path) = given.inventory {
        let (input, bytes) = read(path)?;
        facts.owned = owned(form, &input, &bytes, &makers)?;
    }
    Ok(facts)
}

fn read(path: &Path) -> Result<(Input, Vec<u8>), Failure> {
    let input = Input::from(path.to_owned());
    let bytes = input.read().map_err(|why| refused(&input, why))?;
    Ok((input, bytes))
}

fn refused(input: &Input, why: Unreadable) -> Failure {
    anyhow::anyhow!(input.refusal(&why))
}

/// The words by which a form names its device.
fn words(form: &Form) -> Text {
    let stated = [form.model(), form.description()].map(|it| it.map_or("", |it| it.0));
    Text::read(&stated)
}

/// What the house keeps about the product that the form names; where it keeps one alone,
/// about that.
fn support(form: &Form, document: &str, dossier: &Dossier) -> Vec<Support> {
    let text = words(form);
    let is_named = |product: &&Product| {
        std::iter::once(&product.name).chain(&product.models).any(|name| text.says(name))
    };
    let mut named: Vec<&Product> = dossier.products.iter().filter(is_named).collect();
    if named.is_empty() && dossier.products.len() == 1 {
        named.extend(&dossier.products);
    }
    if named.is_empty() {
        render::talk(&format!(
            "note: no product of the dossier is named by the form\n  --> {document}"
        ));
    }
    let kept = named.into_iter().map(|product| Support {
        document: document.to_owned(),
        place: product.place.clone(),
        product: product.name.clone(),
        ends: product.support_ends,
        connected: match product.networked {
            supplier::Answer::Yes => Connected::Yes,
            supplier::Answer::No => Connected::No,
            supplier::Answer::Unstated => Connected::Unstated,
        },
    });
    kept.collect()
}

/// Devices of the inventory that are of the form's maker and model.
fn owned(
    form: &Form,
    input: &Input,
    bytes: &[u8],
    makers: &Makers,
) -> Result<Vec<Owned>, Failure> {
    let no = |why: reading::Rejected| refused(input, why.into());
    let maker = makers.read(form.maker().map_or("", |it| it.0));
    let model = form.model().map_or("", |it| it.0);
    let text = words(form);
    let mut table = Table::open(bytes).map_err(no)?;
    let mut reader = table.read(&Mapping::default()).map_err(no)?;
    let mut owned = Vec::new();
    let mut row = Row::default();
    while reader.read(&mut row).map_err(no)? {
        let other = makers.read(row.text(Field::Maker));
        let is_maker = matches!(
            makers.compare(&maker, &other),
            Some(MakerMatch::Exact | MakerMatch::Alias)
        );
        let own = Text::read(&[row.text(Field::Model), row.text(Field::Description)]);
        let is_model = text.says(row.text(Field::Model)) || own.says(model);
        if is_maker && is_model {
            let place = reader.place(row.number(), Field::Model);
            owned.push(device(input, &row, place));
        }
    }
    if owned.is_empty() {
        render::talk(&format!(
            "note: no device of the inventory is of the form's maker and model\n  --> {}",
            input.name()
        ));
    }
    Ok(owned)
}

fn device(input: &Input, row: &Row, place: Place) -> Owned {
    let named = [Field::AssetTag, Field::Serial, Field::Hostname].map(|it| row.text(it));
    let name = named.into_iter().find(|name| !name.is_empty()).unwrap_or("a device");
    let addresses = [Field::Ip, Field::Mac].map(|it| row.text(it));
    let address = addresses.into_iter().find(|it| !it.is_empty()).unwrap_or_default();
    Owned {
        document: input.name(),
        place,
        name: name.to_owned(),
        version: row.text(Field::Version).to_owned(),
        address: address.to_owned(),
        holds_data: match row.said(Field::HoldsPhi) {
            Said::Yes => Connected::Yes,
            Said::No => Connected::No,
            _ => Connected::Unstated,
        },
    }
}
