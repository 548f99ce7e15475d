//! What the JSON shapes of others have in common: members that hold what nobody expects.

use reading::Place;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::Fault;

/// A member that is read where it has the shape that its writers use; what is wrong in it
/// becomes a fault and never costs the rest of the document.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Member<T> {
    /// As it should be.
    Right(T),
    /// Something else.
    Wrong(IgnoredAny),
}

impl<T> Default for Member<T> {
    fn default() -> Self {
        Self::Wrong(IgnoredAny)
    }
}

impl<T> Member<T> {
    /// What it holds, where it has the right shape.
    pub(crate) fn get(self) -> Option<T> {
        match self {
            Self::Right(value) => Some(value),
            Self::Wrong(_) => None,
        }
    }
}

/// The text of a member; what is no text is a fault.
pub(crate) fn text(
    member: Option<Member<String>>,
    pointer: &str,
    faults: &mut Vec<Fault>,
) -> String {
    match member {
        None => String::new(),
        Some(Member::Right(text)) => text.trim().to_owned(),
        Some(Member::Wrong(_)) => {
            faults.push(Fault::new(at(pointer), "a text is expected here"));
            String::new()
        }
    }
}

/// A list; what is none is empty, and a fault.
pub(crate) fn list<T>(
    member: Option<Member<Vec<Member<T>>>>,
    pointer: &str,
    faults: &mut Vec<Fault>,
) -> Vec<(usize, T)> {
    let items = match member {
        None => return Vec::new(),
        Some(Member::Right(items)) => items,
        Some(Member::Wrong(_)) => {
            faults.push(Fault::new(at(pointer), "a list is expected here"));
            return Vec::new();
        }
    };
    let mut read = Vec::with_capacity(items.len());
    for (number, item) in items.into_iter().enumerate() {
        match item {
            Member::Right(item) => read.push((number, item)),
            Member::Wrong(_) => faults.push(Fault::new(
                at(&format!("{pointer}/{number}")),
                "the entry has another shape than is expected",
            )),
        }
    }
    read
}

pub(crate) fn at(pointer: &str) -> Place {
    Place::Pointer(pointer.to_owned())
}
