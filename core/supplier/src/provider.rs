//! `provider-metadata.json`: who publishes CSAF, and where it is to be had.
//!
//! Source: OASIS CSAF 2.0 §7.1.7 with `provider_json_schema.json`; of 2.1 the same members
//! with `directory` in the place of `directory_url`. What the schema or the requirements of
//! the role (§7.2) forbid is a fault; the file is read all the same.
//!
//! Not here: whether anything answers at the addresses, and keys themselves.

use reading::{Notes, Parsed, Place, Rejected, json, limits, text};
use serde::Deserialize;
use terms::Instant;

use crate::wire::{self, Member, at, list};
use crate::{Answer, Fault, is_uri};

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderMetadata {
    /// Where the file stands; empty where it does not say.
    pub canonical_url: String,
    /// When it was last changed.
    pub updated: Option<Instant>,
    /// `2.0` or `2.1`.
    pub version: String,
    /// What the publisher promises to be.
    pub role: Role,
    /// Who publishes.
    pub publisher: Publisher,
    /// Whether aggregators may list it.
    pub listed: Answer,
    /// Whether aggregators may copy its documents.
    pub mirrored: Answer,
    /// Keys with which documents are signed.
    pub keys: Vec<Key>,
    /// Ways by which documents are to be had.
    pub distributions: Vec<Distribution>,
    /// What schema and role forbid, in the order of the members.
    pub faults: Vec<Fault>,
}

/// Roles of §7.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum Role {
    Publisher,
    Provider,
    TrustedProvider,
    /// None that is known.
    Unstated,
}

/// Who publishes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publisher {
    /// `vendor`, `coordinator`, …, as written.
    pub category: String,
    /// Name.
    pub name: String,
    /// Namespace, a URI.
    pub namespace: String,
    /// How the publisher is reached.
    pub contact: String,
}

/// A key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its fingerprint as written; empty where it is not told.
    pub fingerprint: String,
    /// Where it is to be had.
    pub url: String,
}

/// One way by which documents are to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// A folder with an index of its files.
    Directory(String),
    /// ROLIE feeds: TLP label and address.
    Rolie(Vec<(String, String)>),
}

#[derive(Deserialize)]
struct Wire {
    canonical_url: Option<Member<String>>,
    #[serde(default)]
    distributions: Option<Member<Vec<Member<WireDistribution>>>>,
    last_updated: Option<Member<String>>,
    #[serde(rename = "list_on_CSAF_aggregators")]
    listed: Option<Member<bool>>,
    metadata_version: Option<Member<String>>,
    #[serde(rename = "mirror_on_CSAF_aggregators")]
    mirrored: Option<Member<bool>>,
    #[serde(default, rename = "public_openpgp_keys")]
    keys: Option<Member<Vec<Member<WireKey>>>>,
    publisher: Option<Member<WirePublisher>>,
    role: Option<Member<String>>,
}

#[derive(Deserialize)]
struct WireDistribution {
    directory_url: Option<Member<String>>,
    directory: Option<Member<WireFeed>>,
    rolie: Option<Member<WireRolie>>,
}

#[derive(Deserialize)]
struct WireRolie {
    feeds: Option<Member<Vec<Member<WireFeed>>>>,
}

#[derive(Deserialize)]
struct WireFeed {
    tlp_label: Option<Member<String>>,
    url: Option<Member<String>>,
}

#[derive(Deserialize)]
struct WireKey {
    fingerprint: Option<Member<String>>,
    url: Option<Member<String>>,
}

#[derive(Deserialize)]
struct WirePublisher {
    category: Option<Member<String>>,
    name: Option<Member<String>>,
    namespace: Option<Member<String>>,
    contact_details: Option<Member<String>>,
}

const CATEGORIES: [&str; 7] =
    ["coordinator", "discoverer", "multiplier", "other", "translator", "user", "vendor"];
const LABELS: [&str; 7] =
    ["UNLABELED", "WHITE", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"];

/// Reads a file.
///
/// # Errors
/// When the bytes are no JSON object, pass a limit, or are no provider metadata.
pub fn parse(bytes: &[u8]) -> Result<Parsed<ProviderMetadata>, Rejected> {
    let text = text::decode(bytes)?;
    if bytes.len() > limits::PROVIDER_BYTES_MAX {
        return Err(Rejected::new(
            Place::Document,
            format!(
                "provider metadata of more than {} bytes",
                limits::PROVIDER_BYTES_MAX
            ),
            "such a file has some hundred lines: look at what was delivered in its place",
        ));
    }
    let wire: Wire = json::from_str(&text)?;
    if wire.canonical_url.is_none() && wire.metadata_version.is_none() {
        return Err(Rejected::new(
            Place::Pointer(String::new()),
            "no provider metadata: `canonical_url` and `metadata_version` are missing",
            "it stands where the field `CSAF` of security.txt says",
        ));
    }
    let mut faults = Vec::new();
    let value = read(wire, &mut faults);
    Ok(Parsed {
        value: ProviderMetadata { faults, ..value },
        notes: Notes::new().finish(),
    })
}

fn read(wire: Wire, faults: &mut Vec<Fault>) -> ProviderMetadata {
    let canonical_url = required(wire.canonical_url, "/canonical_url", faults);
    if !canonical_url.is_empty() {
        web_address(&canonical_url, "/canonical_url", faults);
        if !canonical_url.ends_with("/provider-metadata.json") {
            let message = "the address does not end with `/provider-metadata.json`";
            faults.push(Fault::new(at("/canonical_url"), message));
        }
    }
    let distributions = distributions(wire.distributions, faults);
    let updated = required(wire.last_updated, "/last_updated", faults);
    let updated = instant(&updated, "/last_updated", faults);
    let listed = boolean(wire.listed, "/list_on_CSAF_aggregators", faults);
    let version = required(wire.metadata_version, "/metadata_version", faults);
    if !matches!(version.as_str(), "" | "2.0" | "2.1") {
        let message = format!("{} is no version of CSAF 2", text::quoted(&version));
        faults.push(Fault::new(at("/metadata_version"), message));
    }
    let mirrored = boolean(wire.mirrored, "/mirror_on_CSAF_aggregators", faults);
    let keys = keys(wire.keys, faults);
    let publisher = publisher(wire.publisher, faults);
    let role = role(wire.role, faults);
    of_role(role, &distributions, &keys, faults);
    ProviderMetadata {
        canonical_url,
        updated,
        version,
        role,
        publisher,
        listed,
        mirrored,
        keys,
        distributions,
        faults: Vec::new(),
    }
}

/// A text that must be there.
fn required(
    member: Option<Member<String>>,
    pointer: &str,
    faults: &mut Vec<Fault>,
) -> String {
    let is_there = member.is_some();
    let text = wire::text(member, pointer, faults);
    if !is_there
        || (text.is_empty() && faults.last().is_none_or(|f| f.place != at(pointer)))
    {
        let name = pointer.rsplit('/').next().unwrap_or(pointer);
        faults.push(Fault::new(at(pointer), format!("`{name}` is missing")));
    }
    text
}

fn web_address(url: &str, pointer: &str, faults: &mut Vec<Fault>) {
    if !is_uri(url) {
        let message = format!("{} is no URI", text::quoted(url));
        faults.push(Fault::new(at(pointer), message));
    } else if !url.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("https://")) {
        let message = "the address does not begin with `https://` (requirement 3)";
        faults.push(Fault::new(at(pointer), message));
    }
}

fn instant(text: &str, pointer: &str, faults: &mut Vec<Fault>) -> Option<Instant> {
    if text.is_empty() {
        return None;
    }
    match terms::date::instant(text) {
        Ok(instant) => Some(instant),
        Err(wrong) => {
            faults.push(Fault::new(at(pointer), wrong.to_string()));
            None
        }
    }
}

fn boolean(
    member: Option<Member<bool>>,
    pointer: &str,
    faults: &mut Vec<Fault>,
) -> Answer {
    match member {
        Some(Member::Right(true)) => Answer::Yes,
        Some(Member::Right(false)) => Answer::No,
        other => {
            let message = match other {
                None => "it is missing: yes or no must be said",
                Some(_) => "`true` or `false` is expected here",
            };
            faults.push(Fault::new(at(pointer), message));
            Answer::Unstated
        }
    }
}

fn distributions(
    member: Option<Member<Vec<Member<WireDistribution>>>>,
    faults: &mut Vec<Fault>,
) -> Vec<Distribution> {
    let mut read = Vec::new();
    for (number, wire) in list(member, "/distributions", faults) {
        let pointer = format!("/distributions/{number}");
        let before = read.len();
        if wire.directory_url.is_some() {
            let pointer = format!("{pointer}/directory_url");
            let url = wire::text(wire.directory_url, &pointer, faults);
            web_address(&url, &pointer, faults);
            read.push(Distribution::Directory(url));
        }
        if let Some(directory) = wire.directory.and_then(Member::get) {
            let pointer = format!("{pointer}/directory");
            let (_, url) = feed(directory, &pointer, faults);
            read.push(Distribution::Directory(url));
        }
        if let Some(rolie) = wire.rolie.and_then(Member::get) {
            let pointer = format!("{pointer}/rolie/feeds");
            let feeds = list(rolie.feeds, &pointer, faults);
            let feeds: Vec<_> = feeds
                .into_iter()
                .map(|(number, wire)| feed(wire, &format!("{pointer}/{number}"), faults))
                .collect();
            if feeds.is_empty() {
                faults.push(Fault::new(at(&pointer), "no feed is named"));
            }
            read.push(Distribution::Rolie(feeds));
        }
        if read.len() == before {
            let message = "neither a directory nor a ROLIE feed is named";
            faults.push(Fault::new(at(&pointer), message));
        }
    }
    read
}

fn feed(wire: WireFeed, pointer: &str, faults: &mut Vec<Fault>) -> (String, String) {
    let label = required(wire.tlp_label, &format!("{pointer}/tlp_label"), faults);
    if !label.is_empty() && !LABELS.contains(&label.as_str()) {
        let message = format!("{} is no TLP label", text::quoted(&label));
        faults.push(Fault::new(at(&format!("{pointer}/tlp_label")), message));
    }
    let pointer = format!("{pointer}/url");
    let url = required(wire.url, &pointer, faults);
    if !url.is_empty() {
        web_address(&url, &pointer, faults);
    }
    (label, url)
}

fn keys(
    member: Option<Member<Vec<Member<WireKey>>>>,
    faults: &mut Vec<Fault>,
) -> Vec<Key> {
    let mut keys = Vec::new();
    for (number, wire) in list(member, "/public_openpgp_keys", faults) {
        let pointer = format!("/public_openpgp_keys/{number}");
        let place = format!("{pointer}/fingerprint");
        let fingerprint = wire::text(wire.fingerprint, &place, faults);
        let is_hex = fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !fingerprint.is_empty() && (!is_hex || fingerprint.len() < 40) {
            let message = "a fingerprint has forty hexadecimal digits or more";
            faults.push(Fault::new(at(&place), message));
        }
        let place = format!("{pointer}/url");
        let url = required(wire.url, &place, faults);
        if !url.is_empty() {
            web_address(&url, &place, faults);
        }
        keys.push(Key { fingerprint, url });
    }
    keys
}

fn publisher(
    member: Option<Member<WirePublisher>>,
    faults: &mut Vec<Fault>,
) -> Publisher {
    let Some(wire) = member.and_then(Member::get) else {
        faults.push(Fault::new(at("/publisher"), "nobody is named as publisher"));
        return Publisher::default();
    };
    let category = required(wire.category, "/publisher/category", faults);
    if !category.is_empty() && !CATEGORIES.contains(&category.as_str()) {
        let message = format!("{} is no category of publishers", text::quoted(&category));
        faults.push(Fault::new(at("/publisher/category"), message));
    }
    let name = required(wire.name, "/publisher/name", faults);
    let namespace = required(wire.namespace, "/publisher/namespace", faults);
    let contact = wire::text(wire.contact_details, "/publisher/contact_details", faults);
    Publisher { category, name, namespace, contact }
}

fn role(member: Option<Member<String>>, faults: &mut Vec<Fault>) -> Role {
    let word = required(member, "/role", faults);
    match word.as_str() {
        "csaf_publisher" => Role::Publisher,
        "csaf_provider" => Role::Provider,
        "csaf_trusted_provider" => Role::TrustedProvider,
        "" => Role::Unstated,
        other => {
            let message = format!("{} is no role of CSAF", text::quoted(other));
            faults.push(Fault::new(at("/role"), message));
            Role::Unstated
        }
    }
}

/// What a role asks for (§7.2): a provider has a way to its documents, a trusted one a key.
fn of_role(
    role: Role,
    distributions: &[Distribution],
    keys: &[Key],
    faults: &mut Vec<Fault>,
) {
    if matches!(role, Role::Provider | Role::TrustedProvider) && distributions.is_empty()
    {
        let message = "a provider must name a way to its documents";
        faults.push(Fault::new(at("/distributions"), message));
    }
    if role == Role::TrustedProvider && keys.is_empty() {
        let message = "a trusted provider must name a key (requirement 20)";
        faults.push(Fault::new(at("/public_openpgp_keys"), message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"canonical_url":"https://a.example/.well-known/csaf/provider-metadata.json",
        "distributions":[{"rolie":{"feeds":[{"tlp_label":"WHITE","url":"https://a.example/f.json"}]}}],
        "last_updated":"2026-01-01T00:00:00Z","list_on_CSAF_aggregators":true,"metadata_version":"2.0",
        "mirror_on_CSAF_aggregators":false,"public_openpgp_keys":[{"fingerprint":
        "A8914CA2F11139C6A69A0018FB3CD9B15DE61596","url":"https://a.example/key.asc"}],"publisher":
        {"category":"vendor","name":"Acme","namespace":"https://a.example"},"role":"csaf_trusted_provider"}"#;

    #[test]
    fn a_whole_file_has_no_fault_and_says_everything() {
        let file = parse(WHOLE.as_bytes()).unwrap().value;
        assert!(file.faults.is_empty(), "{:?}", file.faults);
        assert_eq!(
            (file.role, file.listed, file.mirrored),
            (Role::TrustedProvider, Answer::Yes, Answer::No)
        );
        let feeds = vec![("WHITE".to_owned(), "https://a.example/f.json".to_owned())];
        assert_eq!(file.distributions, [Distribution::Rolie(feeds)]);
        assert_eq!(file.publisher.name, "Acme");
    }

    #[test]
    fn what_is_wrong_is_a_fault_at_its_member() {
        #[track_caller]
        fn check(old: &str, new: &str, pointer: &str) {
            let text = WHOLE.replace(old, new);
            assert_ne!(text, WHOLE, "{old}");
            let faults = parse(text.as_bytes()).unwrap().value.faults;
            let places: Vec<_> =
                faults.iter().map(|fault| fault.place.to_string()).collect();
            assert_eq!(places, [pointer], "{new}: {faults:?}");
        }

        check(
            "\"metadata_version\":\"2.0\"",
            "\"metadata_version\":\"3\"",
            "/metadata_version",
        );
        check("2026-01-01T00:00:00Z", "soon", "/last_updated");
        check("\"list_on_CSAF_aggregators\":true,", "", "/list_on_CSAF_aggregators");
        check(":false", ":\"no\"", "/mirror_on_CSAF_aggregators");
        check("\"vendor\"", "\"maker\"", "/publisher/category");
        check("\"Acme\"", "7", "/publisher/name");
        check("csaf_trusted_provider", "boss", "/role");
        check("\"WHITE\"", "\"PURPLE\"", "/distributions/0/rolie/feeds/0/tlp_label");
        check(
            "https://a.example/f.json",
            "http://a.example/f.json",
            "/distributions/0/rolie/feeds/0/url",
        );
        check("A8914CA2F11139C6", "A8914CA2", "/public_openpgp_keys/0/fingerprint");
        check("/provider-metadata.json\"", "/other.json\"", "/canonical_url");
        check(
            "\"distributions\":[{\"rolie\"",
            "\"distributions\":[7,{\"rolie\"",
            "/distributions/0",
        );
    }

    #[test]
    fn what_is_something_else_is_refused() {
        #[track_caller]
        fn check(text: &str) {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }

        check("");
        check("[]");
        check("{}");
        check("{\"role\":\"csaf_provider\"}");
        check("{\"canonical_url\":");
        check(&format!("{{\"canonical_url\":{}", "[".repeat(1000)));
        check(&format!("{WHOLE}{}", " ".repeat(limits::PROVIDER_BYTES_MAX)));
    }

    proptest::proptest! {
        #[test]
        fn any_member_may_hold_anything(
            value in proptest::sample::select(vec!["null", "1", "[]", "{}", "\"x\"", "[[1]]", "true"]),
            member in proptest::sample::select(vec![
                "distributions", "last_updated", "publisher", "role", "public_openpgp_keys", "metadata_version",
            ]),
        ) {
            let text = format!("{{\"canonical_url\":\"https://a/provider-metadata.json\",\"{member}\":{value}}}");
            let parsed = parse(text.as_bytes());
            proptest::prop_assert!(parsed.is_ok_and(|parsed| !parsed.value.faults.is_empty()));
        }
    }
}
