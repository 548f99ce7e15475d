//! Tokens as providers write them, and as somebody would who wants to be another.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use proptest::prelude::{any, proptest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

use crate::{
    Discovered, DiscoveryFault, Expected, Groups, Keys, KeysFault, Provider, Refusal,
    Settings, Setup, claims, verify,
};

const ISSUER: &str = "https://provider.example";
const NOW: i64 = 1_800_000_000;

fn expected() -> Expected<'static> {
    Expected {
        issuer: ISSUER,
        client: "lazaret",
        nonce: "n-1",
        now: Timestamp::from_second(NOW).unwrap(),
        shown_since: None,
        groups: None,
    }
}

/// A key of a provider.
struct Signer(EcdsaKeyPair);

impl Signer {
    fn new() -> Self {
        let random = SystemRandom::new();
        let way = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(way, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(way, pkcs8.as_ref(), &random).unwrap())
    }

    fn public(&self, id: &str) -> Value {
        let point = &self.0.public_key().as_ref()[1..];
        json!({
            "kty": "EC", "crv": "P-256", "kid": id, "use": "sig", "alg": "ES256",
            "x": BASE64URL_NOPAD.encode(&point[..32]),
            "y": BASE64URL_NOPAD.encode(&point[32..]),
        })
    }

    fn signed(&self, header: &Value, payload: &Value) -> String {
        let text = format!("{}.{}", encoded(header), encoded(payload));
        let signature = self.0.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        format!("{text}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
    }
}

fn encoded(value: &Value) -> String {
    BASE64URL_NOPAD.encode(value.to_string().as_bytes())
}

fn set(keys: &[Value]) -> Keys {
    Keys::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn header() -> Value {
    json!({ "alg": "ES256", "kid": "k1", "typ": "JWT" })
}

fn payload() -> Value {
    json!({
        "iss": ISSUER, "sub": "248289761001", "aud": "lazaret", "nonce": "n-1",
        "iat": NOW - 5, "exp": NOW + 300,
    })
}

/// `base` with some members in the place of others; null takes one away.
fn with(base: Value, changes: Value) -> Value {
    let mut base = base;
    for (name, value) in changes.as_object().unwrap() {
        let members = base.as_object_mut().unwrap();
        match value {
            Value::Null => drop(members.remove(name)),
            value => drop(members.insert(name.clone(), value.clone())),
        }
    }
    base
}

#[track_caller]
fn check_claims(changes: Value, verdict: Result<&str, Refusal>) {
    let payload = with(payload(), changes);
    let read = claims(payload.to_string().as_bytes(), &expected());
    let read = read.map(|claims| claims.subject);
    assert_eq!(read, verdict.map(str::to_owned), "{payload}");
}

#[test]
fn what_a_token_says_counts_only_where_every_claim_is_the_expected_one() {
    let subject = Ok("248289761001");
    for fine in [
        json!({}),
        json!({ "aud": ["lazaret"] }),
        json!({ "aud": ["other", "lazaret"], "azp": "lazaret" }),
        json!({ "azp": "lazaret" }),
        json!({ "exp": NOW - 59 }),
        json!({ "iat": NOW + 60 }),
        json!({ "exp": (NOW + 1) as f64 + 0.5 }),
        json!({ "more": { "of": ["something"] } }),
    ] {
        check_claims(fine, subject.clone());
    }
    for (changes, refusal) in [
        (json!({ "iss": "https://provider.example/" }), Refusal::Issuer),
        (json!({ "iss": "https://PROVIDER.example" }), Refusal::Issuer),
        (json!({ "iss": "https://evil.example" }), Refusal::Issuer),
        (json!({ "aud": "other" }), Refusal::Audience),
        (json!({ "aud": [] }), Refusal::Audience),
        (json!({ "aud": ["other"] }), Refusal::Audience),
        (json!({ "aud": ["lazaret", "other"] }), Refusal::Audience),
        (json!({ "aud": ["lazaret", "other"], "azp": "other" }), Refusal::Audience),
        (json!({ "azp": "other" }), Refusal::Audience),
        (json!({ "nonce": "n-2" }), Refusal::Nonce),
        (json!({ "nonce": null }), Refusal::Nonce),
        (json!({ "exp": NOW - 60 }), Refusal::Expired),
        (json!({ "exp": 0 }), Refusal::Expired),
        (json!({ "iat": NOW + 61 }), Refusal::Future),
        (json!({ "nbf": NOW + 61 }), Refusal::Future),
    ] {
        check_claims(changes, Err(refusal));
    }
}

#[test]
fn claims_that_are_absent_or_of_another_kind_are_refused() {
    for changes in [
        json!({ "iss": null }),
        json!({ "sub": null }),
        json!({ "sub": 7 }),
        json!({ "sub": "" }),
        json!({ "sub": "ä" }),
        json!({ "sub": "x".repeat(256) }),
        json!({ "aud": null }),
        json!({ "aud": 7 }),
        json!({ "aud": { "lazaret": true } }),
        json!({ "exp": null }),
        json!({ "exp": "1800000300" }),
        json!({ "iat": null }),
        json!({ "nbf": "x" }),
    ] {
        let payload = with(payload(), changes);
        let read = claims(payload.to_string().as_bytes(), &expected());
        assert!(matches!(read, Err(Refusal::Claims(_))), "{payload}: {read:?}");
    }
    // A claim that is said twice means two things to two readers.
    let twice = payload().to_string().replace("\"sub\"", "\"sub\":\"1\",\"sub\"");
    assert!(matches!(claims(twice.as_bytes(), &expected()), Err(Refusal::Claims(_))));
}

#[test]
fn who_must_show_anew_who_they_are_must_have() {
    let since = Timestamp::from_second(NOW - 20).unwrap();
    let expected = Expected { shown_since: Some(since), ..expected() };
    for (changes, fits) in [
        (json!({ "auth_time": NOW - 10 }), true),
        (json!({ "auth_time": NOW - 79 }), true),
        (json!({ "auth_time": NOW - 81 }), false),
        (json!({ "auth_time": NOW + 61 }), false),
        (json!({}), false),
    ] {
        let payload = with(payload(), changes);
        let read = claims(payload.to_string().as_bytes(), &expected);
        assert_eq!(read.is_ok(), fits, "{payload}");
        assert!(fits || read == Err(Refusal::Stale));
    }
}

#[track_caller]
fn check_groups(claim: &str, changes: Value, groups: &Groups) {
    let payload = with(payload(), changes);
    let expected = Expected { groups: Some(claim), ..expected() };
    // Whatever is wrong with the groups, whoever it is comes in.
    let read = claims(payload.to_string().as_bytes(), &expected).unwrap();
    assert_eq!(
        (read.subject.as_str(), &read.groups),
        ("248289761001", groups),
        "{payload}"
    );
}

#[test]
fn groups_are_a_list_of_texts_and_anything_else_gives_none() {
    let named = |names: &[&str]| {
        Groups::Named(names.iter().map(|name| (*name).to_owned()).collect())
    };
    let none = json!({ "groups": [] });
    for (claim, changes, groups) in [
        ("groups", json!({ "groups": ["b", "a", "b"] }), named(&["a", "b"])),
        ("groups", json!({ "groups": "a, b" }), named(&["a, b"])),
        ("groups", none.clone(), named(&[])),
        ("groups", json!({ "groups": ["A", "a", "ä"] }), named(&["A", "a", "ä"])),
        ("https://h.example/g", json!({ "https://h.example/g": ["a"] }), named(&["a"])),
        ("Groups", none, Groups::Absent),
        ("groups", json!({}), Groups::Absent),
        ("realm.groups", json!({ "realm": { "groups": ["a"] } }), Groups::Absent),
        ("groups", json!({ "groups": 7 }), Groups::Unreadable),
        ("groups", json!({ "groups": true }), Groups::Unreadable),
        ("groups", json!({ "groups": { "a": "b" } }), Groups::Unreadable),
        ("groups", json!({ "groups": ["a", 7] }), Groups::Unreadable),
        ("groups", json!({ "groups": ["a", null] }), Groups::Unreadable),
        ("groups", json!({ "groups": [["a"]] }), Groups::Unreadable),
        // The subject is no group of anybody's, and a house may say so all the same.
        ("sub", json!({}), named(&["248289761001"])),
    ] {
        check_groups(claim, changes, &groups);
    }
    let wanted = Expected { groups: Some("groups"), ..expected() };
    for member in [r#""groups":null,"sub""#, r#""groups":["a"],"groups":["b"],"sub""#] {
        let text = payload().to_string().replace("\"sub\"", member);
        let read = claims(text.as_bytes(), &wanted).unwrap();
        assert_eq!(read.groups, Groups::Unreadable, "{text}");
    }
    let read = claims(payload().to_string().as_bytes(), &expected()).unwrap();
    assert_eq!(read.groups, Groups::NotAsked);
}

#[test]
fn only_a_key_that_the_provider_publishes_signs() {
    let (ours, other) = (Signer::new(), Signer::new());
    let keys = set(&[ours.public("k1")]);
    let token = ours.signed(&header(), &payload());
    assert_eq!(verify(&token, &keys, &expected()).unwrap().subject, "248289761001");
    let forged = other.signed(&header(), &payload());
    assert_eq!(verify(&forged, &keys, &expected()), Err(Refusal::Signature));
    let unknown = with(header(), json!({ "kid": "k2" }));
    let rotated = other.signed(&unknown, &payload());
    assert_eq!(verify(&rotated, &keys, &expected()), Err(Refusal::Key));
    let both = set(&[ours.public("k1"), other.public("k2")]);
    assert!(verify(&rotated, &both, &expected()).is_ok());
    assert!(verify(&token, &both, &expected()).is_ok());
    // Without a name for its key, any of the provider's may have signed.
    let nameless = other.signed(&with(header(), json!({ "kid": null })), &payload());
    assert!(verify(&nameless, &both, &expected()).is_ok());
    assert_eq!(verify(&nameless, &keys, &expected()), Err(Refusal::Signature));
    // The key that a token brings along is nobody's.
    let brings = with(header(), json!({ "kid": null, "jwk": other.public("k1") }));
    let brought = other.signed(&brings, &payload());
    assert_eq!(verify(&brought, &keys, &expected()), Err(Refusal::Signature));
}

#[test]
fn a_header_that_says_how_little_to_check_is_refused() {
    let ours = Signer::new();
    let keys = set(&[ours.public("k1")]);
    for algorithm in
        ["none", "None", "NONE", "HS256", "RS1", "ES512", "EdDSA", "", "es256"]
    {
        let header = with(header(), json!({ "alg": algorithm }));
        let token = ours.signed(&header, &payload());
        let refused = verify(&token, &keys, &expected());
        assert_eq!(refused, Err(Refusal::Algorithm(algorithm.to_owned())));
    }
    for algorithm in ["RS256", "PS256"] {
        // The name of another way, over a key that is for this one.
        let header = with(header(), json!({ "alg": algorithm }));
        let token = ours.signed(&header, &payload());
        assert_eq!(verify(&token, &keys, &expected()), Err(Refusal::Key));
    }
    let critical = with(header(), json!({ "crit": ["b64"], "b64": false }));
    let token = ours.signed(&critical, &payload());
    assert!(matches!(verify(&token, &keys, &expected()), Err(Refusal::Malformed(_))));
}

#[test]
fn a_token_is_three_parts_of_base64url() {
    let ours = Signer::new();
    let keys = set(&[ours.public("k1")]);
    let token = ours.signed(&header(), &payload());
    let parts: Vec<&str> = token.split('.').collect();
    let [head, body, signature] = parts[..] else { panic!("three parts") };
    for bad in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        format!("{head}.{body}"),
        format!("{head}.{body}."),
        format!("{head}.{body}.{signature}."),
        format!("{head}.{body}.{signature}.{signature}.x"),
        format!("{head}={body}.{signature}"),
        format!("{head}.{body}.{signature}=="),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{}.{body}.{signature}", encoded(&json!([]))),
        format!("{}.{body}.{signature}", encoded(&json!({}))),
        "x".repeat(70_000),
    ] {
        let read = verify(&bad, &keys, &expected());
        assert!(
            matches!(read, Err(Refusal::Malformed(_) | Refusal::Signature)),
            "{bad}: {read:?}"
        );
    }
}

#[track_caller]
fn keys_refused(set: &str, expected: &str) {
    let fault = Keys::parse(set.as_bytes()).unwrap_err();
    assert!(fault.to_string().contains(expected), "{set}: {fault}");
}

#[test]
fn a_key_that_is_not_for_us_is_set_aside_and_a_set_without_one_refused() {
    let ours = Signer::new().public("k1");
    let aside = [
        with(ours.clone(), json!({ "use": "enc" })),
        with(ours.clone(), json!({ "alg": "ES384" })),
        with(ours.clone(), json!({ "crv": "P-384" })),
        with(ours.clone(), json!({ "key_ops": ["sign"] })),
        with(ours.clone(), json!({ "x": "AA" })),
        with(ours.clone(), json!({ "y": null })),
        with(ours.clone(), json!({ "kty": "oct", "k": "AAAA" })),
        with(ours.clone(), json!({ "kty": null })),
        json!({ "kty": "RSA", "n": "", "e": "AQAB" }),
        json!({ "kty": "RSA", "n": "!", "e": "AQAB" }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA" }),
        json!({}),
    ];
    for key in &aside {
        keys_refused(&json!({ "keys": [key] }).to_string(), "no key for signing");
    }
    let mut all = aside.to_vec();
    all.push(ours.clone());
    all.push(json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB", "key_ops": ["verify"] }));
    assert_eq!(set(&all).len(), 2);
    for (set, expected) in [
        ("", "cannot be read"),
        ("[]", "cannot be read"),
        ("{}", "cannot be read"),
        (r#"{"keys":{}}"#, "cannot be read"),
        (r#"{"keys":[]}"#, "no key for signing"),
        (r#"{"keys":[{"kty":1}]}"#, "cannot be read"),
    ] {
        keys_refused(set, expected);
    }
    let many = vec![ours; 101];
    let many = json!({ "keys": many }).to_string();
    assert_eq!(Keys::parse(many.as_bytes()).unwrap_err(), KeysFault::Many(101));
}

#[test]
fn an_rsa_key_that_is_too_short_signs_nothing() {
    // 1,024 bits: the library refuses it, whatever the signature is.
    let modulus = BASE64URL_NOPAD.encode(&[0xC1; 128]);
    let keys = set(&[json!({ "kty": "RSA", "n": modulus, "e": "AQAB" })]);
    let text = format!("{}.{}", encoded(&json!({ "alg": "RS256" })), encoded(&payload()));
    let token = format!("{text}.{}", BASE64URL_NOPAD.encode(&[1; 128]));
    assert_eq!(verify(&token, &keys, &expected()), Err(Refusal::Signature));
}

fn discovery() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://provider.example/auth",
        "token_endpoint": "https://provider.example/token",
        "jwks_uri": "https://provider.example/jwks",
    })
}

#[test]
fn what_a_provider_says_of_itself_is_held_to_what_was_asked() {
    let parse = |changes: Value| {
        let text = with(discovery(), changes).to_string();
        Discovered::parse(text.as_bytes(), ISSUER)
    };
    assert!(parse(json!({})).is_ok());
    assert!(
        parse(json!({ "code_challenge_methods_supported": ["plain", "S256"] })).is_ok()
    );
    let leaving = json!({ "end_session_endpoint": "https://provider.example/end" });
    assert!(parse(leaving).unwrap().end_session.is_some());
    for (changes, expected) in [
        (json!({ "issuer": "https://provider.example/" }), "calls itself"),
        (json!({ "issuer": "https://evil.example" }), "calls itself"),
        (json!({ "issuer": null }), "cannot be read"),
        (json!({ "token_endpoint": null }), "cannot be read"),
        (json!({ "token_endpoint": "http://provider.example/token" }), "token_endpoint"),
        (json!({ "jwks_uri": "file:///etc/passwd" }), "jwks_uri"),
        (json!({ "jwks_uri": "https://a:b@provider.example/" }), "jwks_uri"),
        (json!({ "authorization_endpoint": "/auth" }), "authorization_endpoint"),
        (
            json!({ "end_session_endpoint": "javascript:alert(1)" }),
            "end_session_endpoint",
        ),
        (json!({ "response_types_supported": ["id_token"] }), "the code flow"),
        (json!({ "code_challenge_methods_supported": ["plain"] }), "PKCE"),
        (
            json!({ "id_token_signing_alg_values_supported": ["HS256"] }),
            "tokens signed with",
        ),
    ] {
        let fault: DiscoveryFault = parse(changes).unwrap_err();
        assert!(fault.to_string().contains(expected), "{fault}");
    }
}

#[test]
fn a_provider_or_a_house_that_speaks_in_the_clear_is_not_set_up() {
    let settings = |issuer: &str, home: &str| Settings {
        issuer: issuer.to_owned(),
        client: "lazaret".to_owned(),
        secret: None,
        name: "Provider".to_owned(),
        home: home.to_owned(),
        groups: None,
        authorities: Vec::new(),
    };
    let house = "https://lazaret.example";
    assert!(Provider::new(settings(ISSUER, house)).is_ok());
    assert!(Provider::new(settings("http://127.0.0.1:3000", "http://[::1]:80")).is_ok());
    for issuer in ["http://provider.example", "provider.example", "", "ftp://a.example"] {
        let refused = Provider::new(settings(issuer, house));
        assert!(matches!(refused, Err(Setup::Issuer(_))), "{issuer}");
    }
    for home in ["http://10.0.0.1", "https://a.example/", "https://a.example/x", "a"] {
        let refused = Provider::new(settings(ISSUER, home));
        assert!(matches!(refused, Err(Setup::Home(_))), "{home}");
    }
    let dirt = Settings { authorities: b"no".to_vec(), ..settings(ISSUER, house) };
    assert!(matches!(Provider::new(dirt), Err(Setup::Authorities(_))));
    let shown = format!(
        "{:?}",
        Settings { secret: Some("tangerine".to_owned()), ..settings(ISSUER, house) }
    );
    assert!(!shown.contains("tangerine"), "{shown}");
}

proptest! {
    #[test]
    fn nothing_that_is_read_makes_a_reader_panic(bytes in any::<Vec<u8>>(), text in ".*") {
        let keys = set(&[Signer::new().public("k1")]);
        assert!(verify(&text, &keys, &expected()).is_err());
        Keys::parse(&bytes).ok();
        Discovered::parse(&bytes, ISSUER).ok();
        claims(&bytes, &expected()).ok();
    }
}
