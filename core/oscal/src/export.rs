//! What the house has, as documents of OSCAL.
//!
//! Nothing here looks at a clock: a document is of the day of what it tells, and the same input
//! gives the same bytes.

mod catalog;
mod mapping;
mod poam;
mod profile;
mod results;

use posture::Control;
use terms::Day;

use crate::metadata::{BackMatter, Metadata, Party, Resource};
use crate::results::{Actor, Component, Local, Origin, State};
use crate::{Id, Other, VERSION};

pub use catalog::catalog;
pub use mapping::mapping;
pub use poam::poam;
pub use profile::profile;
pub use results::results;

/// Of whom a document is.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The organisation's name.
    pub name: &'a str,
    /// By what it is known among others of the same name, over time: a folder, a number.
    pub key: &'a str,
    /// Of which day.
    pub day: Day,
}

impl Subject<'_> {
    /// The id of a thing of that organisation.
    fn id(&self, words: &[&str]) -> Id {
        Id::named(&[&["of", self.name, self.key], words].concat())
    }

    /// Its day, as OSCAL writes moments.
    fn moment(&self) -> String {
        moment(self.day)
    }

    /// What a document about it says of itself.
    fn metadata(&self, title: &str) -> Metadata {
        let party = Party {
            uuid: self.id(&["party"]),
            kind: "organization".to_owned(),
            name: Some(crate::metadata::line(self.name)),
            other: Other::new(),
        };
        Metadata { parties: vec![party], ..metadata(title, &self.day.to_string()) }
    }
}

/// The beginning of a day, as OSCAL writes moments.
fn moment(day: Day) -> String {
    format!("{day}T00:00:00Z")
}

/// What a document of a day says of itself.
fn metadata(title: &str, day: &str) -> Metadata {
    Metadata {
        title: crate::metadata::line(title),
        published: None,
        last_modified: format!("{day}T00:00:00Z"),
        version: day.to_owned(),
        oscal_version: VERSION.to_owned(),
        props: Vec::new(),
        roles: Vec::new(),
        parties: Vec::new(),
        responsible_parties: Vec::new(),
        remarks: None,
        other: Other::new(),
    }
}

/// What a document refers to.
fn resource(uuid: Id, title: &str, description: &str) -> Resource {
    Resource {
        uuid,
        title: Some(crate::metadata::line(title)),
        description: Some(description.to_owned()).filter(|text| !text.is_empty()),
        props: Vec::new(),
        rlinks: Vec::new(),
        remarks: None,
        other: Other::new(),
    }
}

fn back_matter(resources: Vec<Resource>) -> Option<BackMatter> {
    let has_any = !resources.is_empty();
    has_any.then(|| BackMatter { resources, other: Other::new() })
}

/// A resource, as others refer to it.
fn reference(uuid: Id) -> String {
    format!("#{uuid}")
}

/// The resource that stands for our catalog, in whichever document.
fn catalog_resource() -> Resource {
    let catalog = posture::catalog();
    let title = format!("{CATALOG_TITLE}, {}", catalog.version);
    let id = Id::named(&["catalog", &catalog.version]);
    let mut resource = resource(id, &title, CATALOG_HELP);
    resource.props = vec![crate::metadata::Property::ours("catalog", &catalog.version)];
    resource
}

const CATALOG_TITLE: &str = "Considerations for connected medical devices, as controls";
const CATALOG_HELP: &str = "`lazaret oscal export catalog` writes it";

/// The part of a control in our catalog by which it is judged.
#[must_use]
pub fn objective(control: Control) -> String {
    format!("{}_obj", control.id())
}

/// The parameter of a control in our catalog.
#[must_use]
pub fn parameter(control: Control, name: &str) -> String {
    format!("{}_{name}", control.id())
}

fn program() -> Id {
    Id::named(&["program"])
}

/// The tool that found what is told.
fn local() -> Local {
    let program = Component {
        uuid: program(),
        kind: "software".to_owned(),
        title: "Lazaret".to_owned(),
        description:
            "Judges controls by evidence; each verdict names the facts it rests on"
                .to_owned(),
        status: State {
            state: "operational".to_owned(),
            reason: None,
            remarks: None,
            other: Other::new(),
        },
        other: Other::new(),
    };
    Local { components: vec![program], other: Other::new() }
}

fn origins() -> Vec<Origin> {
    let actor =
        Actor { kind: "tool".to_owned(), actor_uuid: program(), other: Other::new() };
    vec![Origin { actors: vec![actor], other: Other::new() }]
}
