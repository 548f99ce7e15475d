//! Tags of projects, as programs write them.

use operations::project::{TagFault, Tags};
use serde::{Deserialize, Serialize};

/// A tag as programs read it.
#[derive(Clone, Serialize)]
pub(super) struct Tag {
    pub(super) name: String,
}

/// A tag as programs write it: an object, or its name alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Written {
    Object { name: Option<String> },
    Name(String),
}

impl Written {
    fn name(&self) -> &str {
        match self {
            Self::Object { name } => name.as_deref().unwrap_or_default(),
            Self::Name(name) => name,
        }
    }
}

/// The tags of a list; nothing where there is none.
pub(super) fn of_list(list: Option<&[Written]>) -> Result<Option<Tags>, TagFault> {
    list.map(|list| Tags::read(list.iter().map(Written::name))).transpose()
}

/// The tags of a text, between commas; nothing where it is blank.
pub(super) fn of_text(text: &str) -> Vec<Written> {
    text.split(',').map(|name| Written::Name(name.to_owned())).collect()
}
