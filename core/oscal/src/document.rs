//! A document of any of the models, and the front door.

use std::borrow::Cow;
use std::fmt;

use reading::json::escape;
use reading::{Notes, Parsed, Place, Rejected, json, limits, text};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::catalog::Catalog;
use crate::mapping::MappingCollection;
use crate::metadata::Metadata;
use crate::poam::Poam;
use crate::profile::Profile;
use crate::results::AssessmentResults;
use crate::{Id, VERSION};

/// A document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Document {
    /// Controls.
    #[serde(rename = "catalog")]
    Catalog(Box<Catalog>),
    /// Which controls apply, and how.
    #[serde(rename = "profile")]
    Profile(Box<Profile>),
    /// What was found.
    #[serde(rename = "assessment-results")]
    Results(Box<AssessmentResults>),
    /// What is to be done.
    #[serde(rename = "plan-of-action-and-milestones")]
    Poam(Box<Poam>),
    /// Which controls belong together.
    #[serde(rename = "mapping-collection")]
    Mapping(Box<MappingCollection>),
}

/// The models that are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Model {
    /// Controls.
    Catalog,
    /// Which controls apply, and how.
    Profile,
    /// What was found.
    Results,
    /// What is to be done.
    Poam,
    /// Which controls belong together.
    Mapping,
}

impl Model {
    /// Every model.
    pub const ALL: [Self; 5] =
        [Self::Catalog, Self::Profile, Self::Results, Self::Poam, Self::Mapping];

    /// The member of the document that holds it.
    #[must_use]
    pub const fn root(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Profile => "profile",
            Self::Results => "assessment-results",
            Self::Poam => "plan-of-action-and-milestones",
            Self::Mapping => "mapping-collection",
        }
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Profile => "profile",
            Self::Results => "assessment-results",
            Self::Poam => "poam",
            Self::Mapping => "mapping",
        }
    }

    /// The model of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.word() == word)
    }
}

/// Models of OSCAL that nothing here reads.
const OTHERS: [&str; 3] =
    ["system-security-plan", "component-definition", "assessment-plan"];

const JSON: &str = "OSCAL is read as JSON: `oscal-cli convert --to=json` or `trestle import` \
                    make it of XML and YAML";
/// In the namespace of every document of OSCAL that is XML.
const XML_NAMESPACE: &str = "http://csrc.nist.gov/ns/oscal/";
const READ: &str = "catalog, profile, assessment-results, plan-of-action-and-milestones and \
                    mapping-collection are read";

impl Document {
    /// Which model it is.
    #[must_use]
    pub const fn model(&self) -> Model {
        match self {
            Self::Catalog(_) => Model::Catalog,
            Self::Profile(_) => Model::Profile,
            Self::Results(_) => Model::Results,
            Self::Poam(_) => Model::Poam,
            Self::Mapping(_) => Model::Mapping,
        }
    }

    /// What it says of itself.
    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        match self {
            Self::Catalog(it) => &it.metadata,
            Self::Profile(it) => &it.metadata,
            Self::Results(it) => &it.metadata,
            Self::Poam(it) => &it.metadata,
            Self::Mapping(it) => &it.metadata,
        }
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> Id {
        match self {
            Self::Catalog(it) => it.uuid,
            Self::Profile(it) => it.uuid,
            Self::Results(it) => it.uuid,
            Self::Poam(it) => it.uuid,
            Self::Mapping(it) => it.uuid,
        }
    }

    const fn id_mut(&mut self) -> &mut Id {
        match self {
            Self::Catalog(it) => &mut it.uuid,
            Self::Profile(it) => &mut it.uuid,
            Self::Results(it) => &mut it.uuid,
            Self::Poam(it) => &mut it.uuid,
            Self::Mapping(it) => &mut it.uuid,
        }
    }

    /// The same with an id that comes of what it says: OSCAL wants another with every change.
    #[must_use]
    pub(crate) fn identified(mut self) -> Self {
        *self.id_mut() = Id::NIL;
        let text = self.write();
        *self.id_mut() = Id::named(&["document", &text]);
        self
    }

    /// The document as text, ending with a line break.
    #[must_use]
    pub fn write(&self) -> String {
        // Nothing in a document can fail to be written: keys are texts and numbers were read.
        serde_json::to_string_pretty(self).map_or_else(|_| String::new(), |it| it + "\n")
    }
}

/// The first member of a JSON object that is no `$schema`, without reading further.
struct Root<'t>(Option<Cow<'t, str>>);

impl<'de> Deserialize<'de> for Root<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct First;
        impl<'de> Visitor<'de> for First {
            type Value = Root<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with one document")
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Self::Value, A::Error> {
                let mut root = None;
                while let Some(key) = map.next_key::<Name<'de>>()? {
                    map.next_value::<IgnoredAny>()?;
                    if key.0 != "$schema" && root.is_none() {
                        root = Some(key.0);
                    }
                }
                Ok(Root(root))
            }
        }
        deserializer.deserialize_map(First)
    }
}

#[derive(Deserialize)]
struct Name<'t>(#[serde(borrow)] Cow<'t, str>);

#[derive(Deserialize)]
struct Only<T> {
    #[serde(
        alias = "catalog",
        alias = "profile",
        alias = "assessment-results",
        alias = "plan-of-action-and-milestones",
        alias = "mapping-collection"
    )]
    document: T,
}

/// Whether a text looks like a document of OSCAL, of whichever model; also as XML or YAML, which
/// [`parse`] refuses with how to make JSON of it.
#[must_use]
pub fn is_oscal(text: &str) -> bool {
    let start: String = text.chars().take(2000).filter(|c| !c.is_whitespace()).collect();
    let mut roots = Model::ALL.iter().map(|model| model.root()).chain(OTHERS);
    match start.chars().next() {
        Some('{') => roots.any(|root| start.contains(&format!("\"{root}\":{{"))),
        Some('<') => start.contains(XML_NAMESPACE),
        // Everything of OSCAL begins with a UUID; a catalog of something else does not.
        _ => roots.any(|root| {
            let rest = start.trim_start_matches("---").strip_prefix(root);
            rest.is_some_and(|rest| rest.starts_with(":uuid:"))
        }),
    }
}

/// Reads a document.
///
/// # Errors
/// When it is no JSON, no document of a model that is read, lacks what OSCAL needs, is of an
/// edition other than 1, or passes a limit.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Document>, Rejected> {
    if bytes.len() > limits::OSCAL_BYTES_MAX {
        let message = format!("more than {} bytes", limits::OSCAL_BYTES_MAX);
        return Err(Rejected::new(Place::Document, message, "part it into several"));
    }
    let text = text::decode(bytes)?;
    if !text.trim_start().starts_with('{') {
        let place = Place::Line { line: 1, column: 1 };
        return Err(Rejected::new(place, "no JSON object begins here", JSON));
    }
    let Root(root) = json::from_str(&text)?;
    let root = root.unwrap_or_default();
    let named = Model::ALL.into_iter().find(|model| model.root() == root);
    let Some(model) = named else {
        let is_other = OTHERS.contains(&root.as_ref());
        let message = match is_other {
            true => format!("a {root} of OSCAL, which nothing here reads"),
            false => format!("{} is no document of OSCAL", text::quoted(&root)),
        };
        let place = Place::Pointer(format!("/{}", escape(&root)));
        return Err(Rejected::new(place, message, READ));
    };
    let document = typed(model, &text)?;
    let notes = edition(model, document.metadata())?;
    Ok(Parsed { value: document, notes: notes.finish() })
}

fn typed(model: Model, text: &str) -> Result<Document, Rejected> {
    fn one<'t, T: Deserialize<'t>>(
        text: &'t str,
        model: Model,
    ) -> Result<Box<T>, Rejected> {
        let read: Result<Only<T>, Rejected> = json::from_str(text);
        // The member has one of five names, and the place says which.
        read.map(|only| Box::new(only.document)).map_err(|mut why| {
            if let Place::Pointer(path) = &why.place
                && path.is_empty()
            {
                why.place = Place::Pointer(format!("/{}", model.root()));
            }
            why
        })
    }
    Ok(match model {
        Model::Catalog => Document::Catalog(one(text, model)?),
        Model::Profile => Document::Profile(one(text, model)?),
        Model::Results => Document::Results(one(text, model)?),
        Model::Poam => Document::Poam(one(text, model)?),
        Model::Mapping => Document::Mapping(one(text, model)?),
    })
}

/// An edition that is not ours is read as far as it says the same; one that breaks with it is
/// not.
fn edition(model: Model, metadata: &Metadata) -> Result<Notes, Rejected> {
    let place = || Place::Pointer(format!("/{}/metadata/oscal-version", model.root()));
    let version = metadata.oscal_version.trim();
    let mut notes = Notes::new();
    let mut parts = version.split('.');
    match (parts.next(), parts.next()) {
        (Some("1"), Some("2")) => {}
        (Some("1"), Some(_)) => notes.at(
            place,
            format!("of OSCAL {version}; it is read as {VERSION}, which says more"),
        ),
        _ => {
            let message = format!("OSCAL {} is not read", text::quoted(version));
            return Err(Rejected::new(place(), message, "editions 1.0 to 1.2 are read"));
        }
    }
    Ok(notes)
}
