//! What an organisation makes of the catalog, as a profile.
//!
//! OSCAL leaves a control out without a place for the reason: that stands in a property of the
//! document, as do ages and side. Exceptions change no control and are no part of it; they
//! stand in the plan of action.

use evidence::Kind;
use posture::{Control, Side, Tailoring, catalog};

use super::{Subject, back_matter, catalog_resource, parameter, reference};
use crate::metadata::Property;
use crate::profile::{
    Add, Alter, Import, Merge, Modify, Profile, Selection, SetParameter,
};
use crate::{Document, Id, Other};

/// Words of evidence that are no kinds of records.
const MORE: [&str; 2] = ["firewall", "scan"];

/// What an organisation makes of the catalog.
#[must_use]
pub fn profile(subject: &Subject<'_>, tailoring: &Tailoring) -> Document {
    let own = catalog_resource();
    let (left_out, kept): (Vec<Control>, Vec<Control>) =
        catalog().controls().partition(|it| tailoring.not_applicable(*it).is_some());
    let title = format!("What {} makes of the considerations", subject.name);
    let mut metadata = subject.metadata(&title);
    metadata.props = said(tailoring, &left_out);
    let document = Profile {
        uuid: Id::NIL,
        metadata,
        imports: vec![import(reference(own.uuid), &left_out)],
        merge: Some(Merge { as_is: Some(true), other: Other::new() }),
        modify: modify(tailoring, &kept),
        back_matter: back_matter(vec![own]),
        other: Other::new(),
    };
    Document::Profile(Box::new(document)).identified()
}

/// What a profile has no place of its own for.
fn said(tailoring: &Tailoring, left_out: &[Control]) -> Vec<Property> {
    let side = match tailoring.side {
        Side::Provider => "provider",
        Side::Supplier => "supplier",
    };
    let mut props = vec![Property::ours("side", side)];
    let words = Kind::ALL.iter().map(|kind| kind.word()).chain(MORE);
    props.extend(words.filter_map(|word| {
        let days = tailoring.age(word)?;
        Some(Property::ours("age-days", &days.to_string()).of(word))
    }));
    props.extend(left_out.iter().filter_map(|control| {
        let reason = tailoring.not_applicable(*control)?;
        Some(Property::ours("not-applicable", &reason).of(control.id()))
    }));
    props
}

fn import(href: String, left_out: &[Control]) -> Import {
    let ids: Vec<String> = left_out.iter().map(|it| it.id().to_owned()).collect();
    let out = Selection {
        with_child_controls: None,
        with_ids: ids,
        matching: Vec::new(),
        other: Other::new(),
    };
    Import {
        href: Some(href),
        include_all: Some(Other::new()),
        include_controls: Vec::new(),
        exclude_controls: if left_out.is_empty() { Vec::new() } else { vec![out] },
        other: Other::new(),
    }
}

fn modify(tailoring: &Tailoring, kept: &[Control]) -> Option<Modify> {
    let set = kept.iter().flat_map(|control| {
        control.parameters().keys().filter_map(|name| {
            let value = tailoring.parameter(control.id(), name)?;
            Some(SetParameter {
                param_id: Some(parameter(*control, name)),
                props: Vec::new(),
                values: vec![value.to_string()],
                other: Other::new(),
            })
        })
    });
    let owned = kept.iter().filter(|control| !tailoring.owner(**control).is_empty());
    let alters = owned.map(|control| Alter {
        control_id: control.id().to_owned(),
        adds: vec![Add {
            position: Some("ending".to_owned()),
            props: vec![Property::ours("owner", tailoring.owner(*control))],
            other: Other::new(),
        }],
        other: Other::new(),
    });
    let modify = Modify {
        set_parameters: set.collect(),
        alters: alters.collect(),
        other: Other::new(),
    };
    let says = !(modify.set_parameters.is_empty() && modify.alters.is_empty());
    says.then_some(modify)
}
