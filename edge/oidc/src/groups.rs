//! The groups in which a provider says that somebody is: a claim of the ID token whose name
//! the house says, since OpenID Connect has none for it.
//!
//! Providers write a list of texts, and some write a single text where there is one group. What
//! is anything else is no list of groups: it is not guessed at, and gives nothing.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// Which claim holds groups, and what is asked for so that the provider sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupsClaim {
    /// The name of the claim, at the top of the ID token.
    pub claim: String,
    /// The scope that is asked for beside `openid`, where the provider wants one.
    pub scope: Option<String>,
}

/// What a token says of groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Groups {
    /// Nobody here wants to know.
    NotAsked,
    /// The claim is not there.
    Absent,
    /// The claim is there, and is no list of groups.
    Unreadable,
    /// The groups, each once; there may be none.
    Named(BTreeSet<String>),
}

/// What a payload says of groups in `claim`; whether the payload is one is for others to find
/// out.
pub(crate) fn groups(payload: &[u8], claim: Option<&str>) -> Groups {
    let Some(claim) = claim else { return Groups::NotAsked };
    let mut reader = serde_json::Deserializer::from_slice(payload);
    Picked(claim).deserialize(&mut reader).unwrap_or(Groups::Unreadable)
}

/// Picks one member of an object, and reads nothing else of it.
struct Picked<'c>(&'c str);

impl<'de> DeserializeSeed<'de> for Picked<'_> {
    type Value = Groups;

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        from: D,
    ) -> Result<Groups, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Picked<'_> {
    type Value = Groups;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the claims of a token")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Groups, A::Error> {
        let mut found = Groups::Absent;
        while let Some(name) = members.next_key::<String>()? {
            if name != self.0 {
                members.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = members.next_value::<Value>()?;
            // A claim that is said twice means two things to two readers.
            found = match found {
                Groups::Absent => read(value),
                _ => Groups::Unreadable,
            };
        }
        Ok(found)
    }
}

fn read(value: Value) -> Groups {
    let each = match value {
        Value::String(one) => vec![Value::String(one)],
        Value::Array(several) => several,
        _ => return Groups::Unreadable,
    };
    let texts = each.into_iter().map(|one| match one {
        Value::String(text) => Some(text),
        _ => None,
    });
    texts.collect::<Option<_>>().map_or(Groups::Unreadable, Groups::Named)
}
