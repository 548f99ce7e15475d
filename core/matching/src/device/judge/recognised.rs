//! Whether a row shows the product or a model of a leaf.

use std::collections::BTreeSet;

use naming::MakerMatch;
use naming::text::{Atom, Found, Unit};

use super::super::ask::{Ask, Put, Topic};
use super::super::leaf::Leaf;
use super::super::product::{Alternative, Product, says_nothing};
use super::super::shown::{Shown, Shows, Told};
use super::super::wording::{is_article, together};
use super::{MODEL, Row, called, spelt};

pub(super) enum Which {
    Clear,
    Unclear(Ask),
}

/// Whether the row shows a product or a model of the leaf.
pub(super) fn product(
    leaf: &Leaf,
    row: &Row,
    maker: Option<MakerMatch>,
) -> Option<(Shown, Which)> {
    let (shown, which) = of_row(leaf, row, maker)?;
    if !leaf.is_nobodys() || begins_with_maker(leaf, row) {
        return Some((shown, which));
    }
    // A number may be anybody's, and so may a short word.
    let own = shown.extent == Shows::Whole && leaf.names.iter().any(own);
    own.then(|| match which {
        Which::Clear => (shown, Which::Unclear(whose(leaf, row))),
        unclear @ Which::Unclear(_) => (shown, unclear),
    })
}

/// Whether the product's name begins with the row's maker.
fn begins_with_maker(leaf: &Leaf, row: &Row) -> bool {
    let maker = together(&row.maker);
    !maker.is_empty() && leaf.whole.starts_with(&maker)
}

/// Asks whether a product of which the advisory does not say who makes it is the row's.
fn whose(leaf: &Leaf, row: &Row) -> Ask {
    let meant = format!("the {} that {} means", called(leaf), leaf.advisory);
    let text = format!("Is it {meant}? The advisory does not say who makes it.");
    let put = Put { topic: Topic::Condition, of: "", words: &meant, text };
    // Who made it stays when the software changes.
    Ask { release: String::new(), ..row.ask(leaf, put) }
}

fn of_row(leaf: &Leaf, row: &Row, maker: Option<MakerMatch>) -> Option<(Shown, Which)> {
    let named = leaf.names.iter().find_map(|name| {
        let sure = maker.is_some() || telling(name);
        sure.then(|| name.shown(&row.text, MODEL)).flatten()
    });
    let in_letters =
        || leaf.lettered.iter().find_map(|name| name.shown_alone(&row.text, MODEL));
    let named = named
        .or_else(|| built_in(leaf, row).or_else(in_letters).filter(|_| maker.is_some()));
    if maker.is_none() && (named.is_none() || !row.maker.is_empty()) {
        return of_maker(leaf, row);
    }
    let named = named.or_else(|| run_together(leaf, row));
    if leaf.models.is_empty() {
        let shown = named?;
        // Without a maker, a number alone may be anybody's.
        let sure = maker.is_some() || shown.extent == Shows::Whole;
        return sure.then_some((shown, Which::Clear));
    }
    let part = |model: &&Product| named.is_some() && model.partly(&row.text, MODEL);
    let model = leaf
        .models
        .iter()
        .find_map(|model| stated(model, row))
        .or_else(|| leaf.models.iter().find(part).and(named.clone()));
    match (named, model) {
        (Some(shown), Some(_)) => Some((shown, Which::Clear)),
        (None, Some(shown))
            if maker.is_some() && leaf.models.iter().any(|model| alone(model, row)) =>
        {
            Some((shown, Which::Clear))
        }
        (Some(shown), None)
            if shown.extent == Shows::Whole
                && (row.is_called_as(leaf) || !other_number(leaf, row, &shown)) =>
        {
            let mut models: Vec<String> = leaf.models.iter().map(spelt).collect();
            models.dedup();
            let models = models.join(", ");
            let text = format!("Is its model one of {models}?");
            let put = Put { topic: Topic::Model, of: "", words: &models, text };
            Some((shown, Which::Unclear(row.ask(leaf, put))))
        }
        _ => None,
    }
}

/// A row that is called as the product is, written together or otherwise:
/// `BrillianceCTBigBore`.
fn run_together(leaf: &Leaf, row: &Row) -> Option<Shown> {
    let atoms = row.text.atoms().iter().enumerate();
    let model = atoms.filter(|(_, atom)| atom.field == MODEL);
    row.is_called_as(leaf).then(|| Shown {
        found: Found::Exactly,
        extent: Shows::Whole,
        edition: Told::NotAsked,
        component: Told::NotAsked,
        letter: Told::NotAsked,
        atoms: model.map(|(at, _)| at).collect(),
    })
}

/// A row that is called as the product is and names no maker, or one that may only have sold
/// it: who made it is asked. Beside another's name only a name counts that is nobody else's.
fn of_maker(leaf: &Leaf, row: &Row) -> Option<(Shown, Which)> {
    let shown = run_together(leaf, row)?;
    // Two letters are too many things.
    let distinct = leaf.whole.len() > 2
        && leaf.names.iter().any(|name| name.keys().next().is_some());
    if !distinct || !row.maker.is_empty() && !leaf.names.iter().any(own) {
        return None;
    }
    let by = format!("made by {}", leaf.vendor);
    let text = format!("Is it {by}?");
    let put = Put { topic: Topic::Condition, of: "", words: &by, text };
    // Who made it stays when the software changes.
    let ask = Ask { release: String::new(), ..row.ask(leaf, put) };
    Some((shown, Which::Unclear(ask)))
}

/// Whether a name is hardly anybody else's.
fn own(name: &Product) -> bool {
    telling(name) || name.keys().count() > 1 || long(name)
}

/// Whether a name of one word is long enough to be hardly anybody else's.
fn long(name: &Product) -> bool {
    name.keys().flat_map(|group| group.any.first()).any(|any| match any {
        Alternative::Word(unit) => unit.spelt().len() >= 7,
        Alternative::Range(..) => false,
    })
}

/// A part that the description names, where the model is the device around it: `Database
/// Manager` of an InoqulA.
fn built_in(leaf: &Leaf, row: &Row) -> Option<Shown> {
    let mut telling = row.text.atoms().iter().filter(|atom| {
        atom.field == MODEL && atom.text.len() > 2 && !says_nothing(&atom.text)
    });
    let around = |atom: &Atom| leaf.around.contains(&atom.text);
    let letters: usize = telling.clone().map(|atom| atom.text.len()).sum();
    if leaf.around.is_empty() || letters < 5 {
        return None;
    }
    let inside = telling.all(around);
    inside.then(|| leaf.names.iter().find_map(|name| name.anywhere(&row.text)))?
}

/// A model of the leaf where it stands in the row.
fn stated(model: &Product, row: &Row) -> Option<Shown> {
    if !model.is_distinct() {
        return None;
    }
    let stated = model.anywhere(&row.text);
    let stated = stated.or_else(|| model.without_first(&row.text, MODEL));
    // A number that the advisory calls a version may stand in its field.
    stated.or_else(|| {
        let shown = model.anywhere(&row.version_words)?;
        Some(Shown { atoms: Vec::new(), ..shown })
    })
}

/// Whether a model needs no product name beside it.
fn alone(model: &Product, row: &Row) -> bool {
    if stated(model, row).is_none() {
        return false;
    }
    // `CR-IR 357`: letters and a number together.
    let spelt: String = model
        .keys()
        .filter_map(|group| match group.any.first() {
            Some(Alternative::Word(unit)) => Some(unit.spelt()),
            _ => None,
        })
        .collect();
    let letters = spelt.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = spelt.bytes().filter(u8::is_ascii_digit).count();
    letters >= 3 && digits >= 3
        || model.keys().any(|group| {
            group.any.iter().any(|any| match any {
                Alternative::Word(unit) if unit.is_number() => {
                    unit.spelt().len() >= 4 && !unit.spelt().ends_with("00")
                }
                Alternative::Word(unit) => unit.spelt().len() >= 5,
                Alternative::Range(..) => true,
            })
        })
}

/// Whether the row's model holds a number or a name that the leaf does not have.
pub(super) fn other_number(leaf: &Leaf, row: &Row, shown: &Shown) -> bool {
    let makers = leaf.names.iter().flat_map(|name| name.makers.iter());
    let makers: Vec<&String> = makers.collect();
    // `MedSurg` of the name is two words of the row.
    let groups = leaf.names.iter().flat_map(|name| &name.groups);
    let hits = groups.flat_map(|group| &group.any).flat_map(|any| any.hits(&row.text));
    let of_name: BTreeSet<usize> = hits.flat_map(|hit| hit.from..hit.to).collect();
    row.text.atoms().iter().enumerate().any(|(at, atom)| {
        let telling =
            atom.text.bytes().any(|byte| byte.is_ascii_digit()) || atom.text.len() > 2;
        let class = Unit::read(&atom.text).is_some_and(|unit| {
            super::super::product::kind_of(&unit) <= super::super::product::Kind::Class
        });
        let maker = makers.iter().any(|maker| {
            atom.text.len() > 2
                && (maker.starts_with(&atom.text) || maker.ends_with(&atom.text))
        });
        let own = Unit::read(&atom.text)
            .is_some_and(|unit| leaf.names.iter().any(|name| name.holds(&unit)));
        let ours = shown.atoms.contains(&at) || of_name.contains(&at) || own;
        atom.field == MODEL && !ours && telling && !class && !maker
    })
}

/// Whether a name needs no maker beside it.
fn telling(name: &Product) -> bool {
    let mut letters = 0;
    let mut codes = 0;
    for group in name.keys() {
        for any in group.any.iter().take(1) {
            match any {
                // `NZ2MHG-TSNT4` is nobody else's.
                Alternative::Word(unit) if is_article(unit.spelt()) => return true,
                Alternative::Word(unit) if unit.is_code() => codes += 1,
                Alternative::Word(unit) => letters += unit.spelt().len(),
                Alternative::Range(..) => codes += 1,
            }
        }
    }
    letters >= 8 || (codes > 0 && letters >= 3)
}
