//! Users of SCIM 2.0.
//!
//! Source: RFC 7643 §4.1 (user), RFC 7644 §3.4.2 (list response). Of a user is kept whether
//! the account is active, which roles and groups it has, and when it was made. Passwords,
//! certificates, addresses and names are not looked at.
//!
//! Not here: groups and bulk requests, which are told apart and refused: the members of a
//! group do not say whether their accounts are switched on.

use reading::{Notes, Parsed, Place, Rejected, json, text};
use serde::Deserialize;

use crate::cell::{self, Order};
use crate::{Field, Kind, Pseudonyms, Record, Value};

#[derive(Deserialize)]
struct List {
    #[serde(rename = "Resources")]
    resources: Vec<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    #[serde(default)]
    schemas: Vec<String>,
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    external_id: String,
    active: Option<bool>,
    #[serde(default)]
    emails: Vec<Plural>,
    #[serde(default)]
    groups: Vec<Plural>,
    #[serde(default)]
    roles: Vec<Plural>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    meta: Meta,
}

#[derive(Deserialize)]
struct Plural {
    #[serde(default)]
    value: String,
    #[serde(default)]
    display: String,
}

#[derive(Default, Deserialize)]
struct Meta {
    #[serde(default)]
    created: String,
}

/// Whether a text is of SCIM.
#[must_use]
pub fn is_scim(head: &str) -> bool {
    head.contains("urn:ietf:params:scim:")
}

/// Reads a user, a list of users, or the answer to a query.
///
/// # Errors
/// When it is none of these.
pub fn parse(
    bytes: &[u8],
    pseudonyms: &Pseudonyms,
) -> Result<Parsed<Vec<Record>>, Rejected> {
    let text = text::decode(bytes)?;
    let (base, users): (&str, Vec<User>) = if text.trim_start().starts_with('[') {
        ("", json::from_str(&text)?)
    } else if text.contains("\"Resources\"") {
        ("/Resources", json::from_str::<List>(&text)?.resources)
    } else {
        ("-", vec![json::from_str(&text)?])
    };
    let mut notes = Notes::new();
    let mut records = Vec::new();
    for (at, user) in users.iter().enumerate() {
        let place = match base {
            "-" => Place::Pointer(String::new()),
            base => Place::Pointer(format!("{base}/{at}")),
        };
        if user.user_name.trim().is_empty() {
            let what = user.schemas.iter().find(|it| it.contains(":Group"));
            let what = what.map_or("no user", |_| "a group, and no user");
            notes.at(|| place, format!("this is {what}; it is left out"));
            continue;
        }
        records.push(record(user, place, pseudonyms));
    }
    match records.is_empty() && !users.is_empty() {
        true => Err(Rejected::new(
            Place::Document,
            "the document of SCIM holds no user",
            "export the users: GET /Users",
        )),
        false => Ok(Parsed { value: records, notes: notes.finish() }),
    }
}

fn record(user: &User, place: Place, pseudonyms: &Pseudonyms) -> Record {
    let mut record = Record::new(Kind::Account, place);
    record.put(Field::Login, Value::Person(pseudonyms.of(&user.user_name)));
    if !user.external_id.trim().is_empty() {
        record.put(Field::Employee, Value::Person(pseudonyms.of(&user.external_id)));
    }
    if let Some(mail) = user.emails.iter().find(|mail| !mail.value.trim().is_empty()) {
        record.put(Field::Mail, Value::Person(pseudonyms.of(&mail.value)));
    }
    match user.active {
        Some(true) => record.put(Field::Enabled, Value::Yes),
        Some(false) => record.put(Field::Enabled, Value::No),
        None => {}
    }
    let named =
        user.groups.iter().chain(&user.roles).map(|it| match it.display.as_str() {
            "" => it.value.as_str(),
            display => display,
        });
    let named: Vec<&str> = named.filter(|name| !name.is_empty()).collect();
    if !named.is_empty() {
        record.put(Field::Roles, Value::Text(named.join(", ")));
    }
    if !user.title.trim().is_empty() {
        record.put(Field::Role, Value::Text(user.title.trim().to_owned()));
    }
    if let Some(day) = cell::day(&user.meta.created, Order::MonthFirst) {
        record.put(Field::From, Value::Day(day));
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_read_and_what_is_none_is_told() {
        let names = Pseudonyms::new([7; 32]);
        let text = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"Resources":[
            {"userName":"ann","active":false,"groups":[{"value":"1","display":"Admins"}]},
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"x"}]}"#;
        let parsed = parse(text.as_bytes(), &names).unwrap();
        assert_eq!((parsed.value.len(), parsed.notes.len()), (1, 1));
        assert_eq!(parsed.value[0].says(Field::Enabled), Some(false));
        assert_eq!(parsed.value[0].text(Field::Roles), "Admins");
        assert!(!format!("{parsed:?}").contains("ann"));
        let group = br#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]}"#;
        assert!(parse(group, &names).is_err());
        assert!(parse(b"{", &names).is_err());
    }
}
