//! The list of CVE numbering authorities.
//!
//! Source: CVE Program, `CNAsList.json` as published with its web site (no specification;
//! the shape is that of the file of 2022 to 2026). Whoever stands in it assigns CVE ids for
//! its own products, and says by which policy flaws are disclosed.

use reading::{Note, Notes, Parsed, Place, Rejected, json, limits, text};
use serde::Deserialize;

use crate::wire::{self, Member};

/// The list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CnaList {
    /// Its partners, in the order of the file.
    pub partners: Vec<Partner>,
}

/// One authority.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partner {
    /// Short name: `philips`.
    pub short_name: String,
    /// Id: `CNA-2019-0003`.
    pub id: String,
    /// The organisation.
    pub organization: String,
    /// For what it assigns ids, in words.
    pub scope: String,
    /// Addresses at which it is reached: mail, pages, forms.
    pub contacts: Vec<String>,
    /// Its disclosure policies.
    pub policies: Vec<String>,
    /// Where it publishes advisories.
    pub advisories: Vec<String>,
    /// Roles as written: `CNA`, `Root`, `CNA-LR`.
    pub roles: Vec<String>,
    /// Position in the file, from 0.
    pub number: usize,
}

impl Partner {
    /// Where it stands.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::Pointer(format!("/{}", self.number))
    }
}

#[derive(Deserialize)]
struct Wire {
    #[serde(rename = "shortName")]
    short_name: Option<Member<String>>,
    #[serde(rename = "cnaID")]
    id: Option<Member<String>>,
    #[serde(rename = "organizationName")]
    organization: Option<Member<String>>,
    scope: Option<Member<String>>,
    contact: Option<Member<Vec<Member<WireContact>>>>,
    #[serde(rename = "disclosurePolicy")]
    policies: Option<Member<Vec<Member<WireLink>>>>,
    #[serde(rename = "securityAdvisories")]
    advisories: Option<Member<WireAdvisories>>,
    #[serde(rename = "CNA")]
    cna: Option<Member<WireCna>>,
}

#[derive(Deserialize)]
struct WireContact {
    email: Option<Member<Vec<Member<WireLink>>>>,
    contact: Option<Member<Vec<Member<WireLink>>>>,
    form: Option<Member<Vec<Member<WireLink>>>>,
}

#[derive(Deserialize)]
struct WireLink {
    #[serde(rename = "emailAddr")]
    mail: Option<Member<String>>,
    url: Option<Member<String>>,
}

#[derive(Deserialize)]
struct WireAdvisories {
    advisories: Option<Member<Vec<Member<WireLink>>>>,
}

#[derive(Deserialize)]
struct WireCna {
    #[serde(alias = "roles")]
    role: Option<Member<Vec<Member<String>>>>,
}

/// Reads the list.
///
/// # Errors
/// When the bytes are no JSON list, pass a limit, or no entry names an authority.
pub fn parse(bytes: &[u8]) -> Result<Parsed<CnaList>, Rejected> {
    let text = text::decode(bytes)?;
    let wires: Vec<Member<Wire>> = json::from_str(&text)?;
    if wires.len() > limits::PARTNERS_MAX {
        return Err(Rejected::new(
            Place::Document,
            format!("more than the {} authorities that are read", limits::PARTNERS_MAX),
            "the list of the CVE Program has some five hundred",
        ));
    }
    let mut notes = Notes::new();
    let mut list = CnaList::default();
    for (number, wire) in wires.into_iter().enumerate() {
        let place = || Place::Pointer(format!("/{number}"));
        let partner = wire.get().map(|wire| partner(wire, number, &mut notes));
        match partner.filter(|partner| !partner.organization.is_empty()) {
            Some(partner) => list.partners.push(partner),
            None => notes.at(place, "the entry names no organisation; it is set aside"),
        }
    }
    if list.partners.is_empty() {
        return Err(Rejected::new(
            Place::Document,
            "no list of CVE numbering authorities: no entry names an organisation",
            "the CVE Program publishes it as `CNAsList.json`",
        ));
    }
    Ok(Parsed { value: list, notes: notes.finish() })
}

fn partner(wire: Wire, number: usize, notes: &mut Notes) -> Partner {
    let mut faults = Vec::new();
    let pointer = format!("/{number}");
    let mut text = |member, name: &str| {
        wire::text(member, &format!("{pointer}/{name}"), &mut faults)
    };
    let mut partner = Partner {
        short_name: text(wire.short_name, "shortName"),
        id: text(wire.id, "cnaID"),
        organization: text(wire.organization, "organizationName"),
        scope: text(wire.scope, "scope"),
        number,
        ..Partner::default()
    };
    for contact in right(wire.contact) {
        for link in [contact.email, contact.contact, contact.form] {
            partner.contacts.extend(links(link));
        }
    }
    partner.policies = links(wire.policies);
    if let Some(advisories) = wire.advisories.and_then(Member::get) {
        partner.advisories = links(advisories.advisories);
    }
    if let Some(cna) = wire.cna.and_then(Member::get) {
        partner.roles = right(cna.role);
    }
    for fault in faults {
        notes.add(|| Note::new(fault.place, fault.message));
    }
    partner
}

/// The entries of a list that have the right shape.
fn right<T>(member: Option<Member<Vec<Member<T>>>>) -> Vec<T> {
    let items = member.and_then(Member::get).unwrap_or_default();
    items.into_iter().filter_map(Member::get).collect()
}

fn links(member: Option<Member<Vec<Member<WireLink>>>>) -> Vec<String> {
    let links = right(member).into_iter().filter_map(|link| {
        link.mail.and_then(Member::get).or_else(|| link.url.and_then(Member::get))
    });
    links.map(|link| link.trim().to_owned()).filter(|link| !link.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"[{"shortName":"acme","cnaID":"CNA-2020-0001","organizationName":" Acme Medical, Inc. ",
        "scope":"Acme only","contact":[{"email":[{"label":"Email","emailAddr":"psirt@acme.example"}],
        "contact":[{"label":"page","url":"https://acme.example/s"}],"form":[]}],"disclosurePolicy":
        [{"label":"Policy","language":"","url":"https://acme.example/cvd"}],"securityAdvisories":{"alerts":[],
        "advisories":[{"label":"Advisories","url":"https://acme.example/a"}]},"resources":[],
        "CNA":{"isRoot":false,"role":["CNA"],"type":["Vendors and Projects"]},"country":"USA"}]"#;

    #[test]
    fn an_authority_is_read_with_its_contacts_and_policies() {
        let parsed = parse(ONE.as_bytes()).unwrap();
        let partner = &parsed.value.partners[0];
        assert_eq!(partner.organization, "Acme Medical, Inc.");
        assert_eq!(partner.contacts, ["psirt@acme.example", "https://acme.example/s"]);
        assert_eq!(partner.policies, ["https://acme.example/cvd"]);
        assert_eq!(partner.advisories, ["https://acme.example/a"]);
        assert_eq!(partner.roles, ["CNA"]);
        assert_eq!(partner.place(), Place::Pointer("/0".to_owned()));
        assert!(parsed.notes.is_empty());
    }

    #[test]
    fn an_entry_with_other_shapes_keeps_what_can_be_read() {
        #[track_caller]
        fn check(old: &str, new: &str, partners: usize, notes: usize) {
            let text = ONE.replace(old, new).replacen(
                '[',
                "[{\"organizationName\":\"Other\"},",
                1,
            );
            let parsed = parse(text.as_bytes()).unwrap();
            assert_eq!(
                (parsed.value.partners.len(), parsed.notes.len()),
                (partners, notes),
                "{new}"
            );
        }

        check("\"scope\":\"Acme only\"", "\"scope\":7", 2, 1);
        check("\"disclosurePolicy\":", "\"disclosurePolicy\":null,\"x\":", 2, 0);
        check("[\"CNA\"]", "\"CNA\"", 2, 0);
        check(" Acme Medical, Inc. ", " ", 1, 1);
        check("\"contact\":[{\"email\"", "\"contact\":[7,{\"email\"", 2, 0);
    }

    #[test]
    fn what_is_no_list_of_them_is_refused() {
        #[track_caller]
        fn check(text: &str) {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }

        check("");
        check("{}");
        check("[]");
        check("[1,2,null]");
        check("[{\"organizationName\":\"\"}]");
        check(&"[".repeat(10_000));
    }

    proptest::proptest! {
        #[test]
        fn any_members_are_read_or_refused(value in "(\\{|\\[|\"|[a-z]|1|:|,|\\}|\\]){0,30}") {
            let _ = parse(format!("[{{\"organizationName\":\"A\",\"contact\":{value}}}]").as_bytes());
        }
    }
}
