//! Products of endoflife.date: one, as its repository holds it (front matter as JSON) or as its
//! API gives it (v1); or all of them, as the API gives them in one list (`products/full`).
//!
//! Source: endoflife.date, MIT. `eol` is a day, or yes or no: yes has ended, no goes on with
//! no end that is told. Days without a month or a day are taken for none.

use reading::{Note, Parsed, Place, Rejected, json};
use serde::Deserialize;
use serde_json::Value;

use crate::catalog::{Cycle, End, Product, cpe_key};

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    result: Option<Value>,
    /// By which it is known in addresses; of the API alone.
    #[serde(default)]
    name: Option<Value>,
    #[serde(default, alias = "title")]
    label: String,
    #[serde(default)]
    identifiers: Value,
    #[serde(default)]
    releases: Vec<Release>,
}

#[derive(Deserialize)]
struct Release {
    #[serde(alias = "releaseCycle")]
    name: Value,
    #[serde(default)]
    eol: Value,
    #[serde(default)]
    eoes: Value,
    #[serde(default, rename = "eolFrom")]
    eol_from: Value,
    #[serde(default, rename = "isEol")]
    is_eol: Value,
    #[serde(default, rename = "eoesFrom")]
    eoes_from: Value,
}

/// Whether a document is such a product, by its first members.
#[must_use]
pub fn is_product(bytes: &[u8]) -> bool {
    let Ok(text) = reading::text::decode(bytes) else { return false };
    let has = |word: &str| text.contains(word);
    text.trim_start().starts_with('{')
        && has("\"releases\"")
        && (has("\"releaseCycle\"") || (has("\"isEol\"") && has("\"result\"")))
}

/// Reads a product; `file` is named as the source.
///
/// # Errors
/// When it is no JSON, or no product with releases.
pub fn parse(file: &str, bytes: &[u8]) -> Result<Parsed<Product>, Rejected> {
    let Parsed { value, notes } = parse_all(file, bytes)?;
    let value = value.into_iter().next().ok_or_else(none)?;
    Ok(Parsed { value, notes })
}

/// Reads a product, or a list of them; `file` is named as the source, and of a list the product
/// in it too.
///
/// # Errors
/// When it is no JSON, or there is no product with releases in it.
pub fn parse_all(file: &str, bytes: &[u8]) -> Result<Parsed<Vec<Product>>, Rejected> {
    let text = reading::text::decode(bytes)?;
    let wire: Wire = json::from_str(&text)?;
    let mut notes = Vec::new();
    let products: Vec<Product> = match wire.result {
        None => product(file, wire, "", &mut notes).into_iter().collect(),
        Some(Value::Array(list)) => {
            let read = |(at, value): (usize, Value)| {
                let prefix = format!("/result/{at}");
                of_value(file, value, &prefix, &mut notes)
            };
            list.into_iter().enumerate().filter_map(read).collect()
        }
        Some(one) => of_value("", one, "/result", &mut notes).into_iter().collect(),
    };
    if products.is_empty() {
        return Err(none());
    }
    let mut products = products;
    let named = products.iter_mut().filter(|one| one.source.is_empty());
    named.for_each(|one| file.clone_into(&mut one.source));
    Ok(Parsed { value: products, notes })
}

fn none() -> Rejected {
    Rejected::new(
        Place::Document,
        "no product of endoflife.date: it has no releases",
        "give the file of one product, or the list of all",
    )
}

/// A product within an answer of the API; one that cannot be read is set aside.
fn of_value(
    file: &str,
    value: Value,
    prefix: &str,
    notes: &mut Vec<Note>,
) -> Option<Product> {
    match serde_json::from_value::<Wire>(value) {
        Ok(wire) => {
            let name = wire.name.as_ref().and_then(Value::as_str);
            let source = match name.filter(|_| !file.is_empty()) {
                Some(name) => format!("{file}, {name}"),
                None => file.to_owned(),
            };
            product(&source, wire, prefix, notes)
        }
        Err(_) => {
            let place = Place::Pointer(prefix.to_owned());
            notes.push(Note::new(place, "a product that cannot be read"));
            None
        }
    }
}

/// A product with its cycles; none where it has no releases.
fn product(
    source: &str,
    wire: Wire,
    prefix: &str,
    notes: &mut Vec<Note>,
) -> Option<Product> {
    let name = match wire.label.is_empty() {
        true => wire.name.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
        false => wire.label,
    };
    let mut product = Product { name, source: source.to_owned(), ..Product::default() };
    identifiers(&wire.identifiers, &mut product);
    for (at, release) in wire.releases.iter().enumerate() {
        let place = Place::Pointer(format!("{prefix}/releases/{at}"));
        let name = match &release.name {
            Value::String(name) => name.clone(),
            Value::Number(number) => number.to_string(),
            _ => {
                notes.push(Note::new(place, "a release without a name"));
                continue;
            }
        };
        let ends = match (&release.eol_from, &release.is_eol) {
            (Value::String(_), _) => end(&release.eol_from),
            (_, Value::Bool(_)) => end(&release.is_eol),
            _ => end(&release.eol),
        };
        let extended = [&release.eoes, &release.eoes_from].into_iter().find_map(paid);
        product.cycles.push(Cycle { name, ends, extended, place });
    }
    (!wire.releases.is_empty()).then_some(product)
}

fn end(value: &Value) -> End {
    match value {
        Value::String(text) => match terms::date::day(text.trim()) {
            Ok(day) => End::On(day),
            Err(_) => End::Unknown(format!("what {} means", reading::text::quoted(text))),
        },
        Value::Bool(true) => End::Over,
        Value::Bool(false) => End::GoesOn,
        _ => End::Unknown("when its support ends".to_owned()),
    }
}

/// Support that is paid for besides: none where it says so or says nothing.
fn paid(value: &Value) -> Option<End> {
    match value {
        Value::String(_) | Value::Bool(true) => Some(end(value)),
        _ => None,
    }
}

/// Identifiers stand as `{"purl": …}` or as `{"type": "purl", "id": …}`.
fn identifiers(value: &Value, product: &mut Product) {
    let Value::Array(list) = value else { return };
    for one in list {
        let text = |key: &str| one.get(key).and_then(Value::as_str);
        let typed = |kind: &str| text("id").filter(|_| text("type") == Some(kind));
        if let Some(purl) = text("purl").or_else(|| typed("purl")) {
            product.purls.push(purl.to_owned());
        }
        let cpe = text("cpe").or_else(|| typed("cpe")).and_then(cpe_key);
        product.cpes.extend(cpe.filter(|key| !product.cpes.contains(key)));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_shapes_are_read_and_a_yes_is_an_end_without_a_day() {
        let own = br#"{"title":"Log4j","identifiers":[{"repology":"log4j"},
            {"cpe":"cpe:2.3:a:apache:log4j"},{"cpe":"cpe:/a:apache:log4j"},
            {"purl":"pkg:maven/log4j/log4j"}],"releases":[
            {"releaseCycle":"2","eol":false},{"releaseCycle":"1","eol":"2015-10-15","eoes":false},
            {"releaseCycle":0.9,"eol":true},{"releaseCycle":"0.8","eol":"2014"},{"eol":true}]}"#;
        assert!(is_product(own));
        let wrong = parse("log4j.json", own);
        assert!(wrong.is_err(), "a release without a name is refused with its place");
        let own = String::from_utf8_lossy(own).replace(",{\"eol\":true}", "");
        let product = parse("log4j.json", own.as_bytes()).unwrap().value;
        assert_eq!(product.cpes, ["apache:log4j"]);
        let ends: Vec<&End> = product.cycles.iter().map(|cycle| &cycle.ends).collect();
        assert_eq!(*ends[0], End::GoesOn);
        assert_eq!(*ends[1], End::On(terms::date::day("2015-10-15").unwrap()));
        assert_eq!(*ends[2], End::Over);
        assert!(matches!(ends[3], End::Unknown(_)));
        let api = br#"{"schema_version":"1.2","result":{"label":"OpenSSL","identifiers":
            [{"type":"cpe","id":"cpe:2.3:a:openssl:openssl"}],"releases":[
            {"name":"3.0","isEol":true,"eolFrom":"2026-09-07","eoesFrom":"2031-09-07"}]}}"#;
        assert!(is_product(api));
        let product = parse("openssl.json", api).unwrap().value;
        assert_eq!(product.cpes, ["openssl:openssl"]);
        let day = |text| End::On(terms::date::day(text).unwrap());
        assert_eq!(product.cycles[0].ends, day("2026-09-07"));
        assert_eq!(product.cycles[0].extended, Some(day("2031-09-07")));
        assert!(parse("x", b"{}").is_err() && parse("x", b"[]").is_err());
        assert!(!is_product(b"{\"components\":[]}"));
        let all = br#"{"schema_version":"1.2","result":[
            {"name":"openssl","label":"OpenSSL","identifiers":[],"releases":[
            {"name":"3.0","isEol":false,"eolFrom":"2026-09-07"}]},
            {"name":"none","label":"None","releases":[]},
            {"name":"odd","label":1,"releases":[{"name":"1"}]},
            {"name":"log4j","label":"Log4j","releases":[{"name":"1","isEol":true}]}]}"#;
        assert!(is_product(all));
        let read = parse_all("full.json", all).unwrap();
        let named: Vec<(&str, &str)> =
            read.value.iter().map(|it| (it.name.as_str(), it.source.as_str())).collect();
        let expected = [("OpenSSL", "full.json, openssl"), ("Log4j", "full.json, log4j")];
        assert_eq!(named, expected, "what cannot be read is set aside");
        assert_eq!(read.notes.len(), 1);
        assert!(parse_all("full.json", br#"{"result":[]}"#).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_product_or_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = is_product(&bytes);
            let _ = parse_all("x", &bytes);
        }
    }
}
