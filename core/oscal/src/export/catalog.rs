//! The sixty-four controls.

use posture::{Category, Control};

use super::{metadata, objective, parameter};
use crate::catalog::{Catalog, Control as Written, Group, Parameter, Part};
use crate::metadata::{Property, line};
use crate::{Document, Id, NAMESPACE, Other};

/// The catalog of controls.
#[must_use]
pub fn catalog() -> Document {
    let catalog = posture::catalog();
    // Its version is the day of its last change; a test holds it to be one.
    let mut metadata = metadata(super::CATALOG_TITLE, &catalog.version);
    metadata.remarks = Some(
        "In words of our own, after what others report of the considerations of the \
         Healthcare Supply Chain Association (HSCA)."
            .to_owned(),
    );
    let document = Catalog {
        uuid: Id::NIL,
        metadata,
        params: Vec::new(),
        controls: Vec::new(),
        groups: Category::ALL.map(group).into(),
        back_matter: None,
        other: Other::new(),
    };
    Document::Catalog(Box::new(document)).identified()
}

fn group(category: Category) -> Group {
    let own = posture::catalog().controls().filter(|it| it.category() == category);
    Group {
        id: Some(category.word().to_owned()),
        class: Some("category".to_owned()),
        title: capital(category.words()),
        params: Vec::new(),
        props: Vec::new(),
        parts: Vec::new(),
        groups: Vec::new(),
        controls: own.map(control).collect(),
        other: Other::new(),
    }
}

fn control(control: Control) -> Written {
    let id = control.id();
    let mut props = vec![
        Property { ns: None, ..Property::ours("label", id) },
        Property::ours("audience", control.audience().word()),
        Property::ours("basis", control.basis().word()),
    ];
    props.extend(control.needs().iter().map(|kind| Property::ours("needs", kind)));
    props.extend(control.also().iter().map(|kind| Property::ours("also", kind)));
    let params = control.parameters().iter().map(|(name, usual)| Parameter {
        id: Some(parameter(control, name)),
        class: None,
        props: Vec::new(),
        label: Some(name.replace('_', " ")),
        values: vec![usual.to_string()],
        other: Other::new(),
    });
    let sentence = |text: &str| format!("{text}.");
    let statement = part(format!("{id}_smt"), "statement", &sentence(control.title()));
    let guidance = part(format!("{id}_gdn"), "guidance", &sentence(control.mend()));
    let objective =
        part(objective(control), "assessment-objective", &sentence(control.about()));
    let change = Part {
        ns: Some(NAMESPACE.to_owned()),
        ..part(format!("{id}_chg"), "would-change", &sentence(control.change()))
    };
    Written {
        id: id.to_owned(),
        class: Some("consideration".to_owned()),
        title: line(control.title()),
        params: params.collect(),
        props,
        parts: vec![statement, guidance, objective, change],
        controls: Vec::new(),
        other: Other::new(),
    }
}

fn part(id: String, name: &str, prose: &str) -> Part {
    Part {
        id: Some(id),
        name: name.to_owned(),
        ns: None,
        class: None,
        title: None,
        props: Vec::new(),
        prose: Some(prose.to_owned()),
        parts: Vec::new(),
        other: Other::new(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
