//! CISA's catalog of known exploited vulnerabilities, in JSON and in CSV.
//!
//! Source: CISA, `known_exploited_vulnerabilities_schema.json`; the CSV has the same
//! members as columns. Older catalogs lack the ransomware column and the weaknesses.

use reading::{Note, Notes, Parsed, Place, Rejected, text};
use serde::Deserialize;

use crate::wire::{self, List, Text};

/// The catalog of one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    /// Its version (`2025.05.22`); empty in CSV, which does not say.
    pub version: String,
    /// When it was released, RFC 3339 in UTC; empty in CSV.
    pub released: String,
    /// The entries in the order of the document.
    pub entries: Vec<Entry>,
}

/// One vulnerability that is exploited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The CVE.
    pub cve: String,
    /// Vendor or project.
    pub vendor: String,
    /// The product.
    pub product: String,
    /// The name of the vulnerability.
    pub name: String,
    /// The day on which it was listed, `2025-05-22`; empty if unstated.
    pub added: String,
    /// The day by which agencies must have acted, likewise.
    pub due: String,
    /// What they must do.
    pub action: String,
    /// Whether ransomware uses it.
    pub ransomware: Ransomware,
    /// Weaknesses.
    pub cwes: Vec<String>,
}

/// Whether a ransomware campaign is known to use a vulnerability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ransomware {
    /// One is.
    Known,
    /// None is, or the catalog does not say.
    #[default]
    Unknown,
}

impl Ransomware {
    /// The catalog's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Known => "Known",
            Self::Unknown => "Unknown",
        }
    }
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default, rename = "catalogVersion")]
    version: Text<'a>,
    #[serde(borrow, default, rename = "dateReleased")]
    released: Text<'a>,
    #[serde(default)]
    count: Option<u64>,
    #[serde(borrow)]
    vulnerabilities: List<Listed<'a>>,
}

#[derive(Deserialize)]
struct Listed<'a> {
    #[serde(borrow, default, rename = "cveID")]
    cve: Text<'a>,
    #[serde(borrow, default, rename = "vendorProject")]
    vendor: Text<'a>,
    #[serde(borrow, default)]
    product: Text<'a>,
    #[serde(borrow, default, rename = "vulnerabilityName")]
    name: Text<'a>,
    #[serde(borrow, default, rename = "dateAdded")]
    added: Text<'a>,
    #[serde(borrow, default, rename = "dueDate")]
    due: Text<'a>,
    #[serde(borrow, default, rename = "requiredAction")]
    action: Text<'a>,
    #[serde(borrow, default, rename = "knownRansomwareCampaignUse")]
    ransomware: Text<'a>,
    #[serde(borrow, default)]
    cwes: List<Text<'a>>,
}

/// Reads a catalog, whichever of the two forms it has.
///
/// # Errors
/// When the bytes are no text, or neither JSON nor CSV of a catalog.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Catalog>, Rejected> {
    let text = text::decode(bytes)?;
    if text.trim_start().starts_with('{') { json(&text) } else { csv(&text) }
}

fn json(text: &str) -> Result<Parsed<Catalog>, Rejected> {
    let wire: Wire<'_> = wire::shape(text)?;
    let mut notes = Notes::new();
    let mut catalog = Catalog {
        version: wire.version.owned(),
        released: wire::date(&wire.released, "/dateReleased", &mut notes),
        entries: Vec::with_capacity(wire.vulnerabilities.len()),
    };
    for (at, listed) in wire.vulnerabilities.iter().enumerate() {
        let place = || Place::Pointer(format!("/vulnerabilities/{at}"));
        catalog.entries.extend(entry(listed.fields(), &mut notes, place));
    }
    if let Some(count) =
        wire.count.filter(|count| *count != wire.vulnerabilities.len() as u64)
    {
        let message = format!(
            "the catalog counts {count} entries and has {}",
            wire.vulnerabilities.len()
        );
        notes.add(|| Note::new(Place::Pointer("/count".to_owned()), message));
    }
    finish(catalog, notes, Place::Pointer("/vulnerabilities".to_owned()))
}

/// The texts of one entry, in whichever form it was written.
struct Fields<'f> {
    cve: &'f str,
    vendor: &'f str,
    product: &'f str,
    name: &'f str,
    added: &'f str,
    due: &'f str,
    action: &'f str,
    ransomware: &'f str,
    cwes: Vec<&'f str>,
}

impl Listed<'_> {
    fn fields(&self) -> Fields<'_> {
        Fields {
            cve: self.cve.as_str(),
            vendor: self.vendor.as_str(),
            product: self.product.as_str(),
            name: self.name.as_str(),
            added: self.added.as_str(),
            due: self.due.as_str(),
            action: self.action.as_str(),
            ransomware: self.ransomware.as_str(),
            cwes: self.cwes.iter().map(Text::as_str).collect(),
        }
    }
}

fn csv(text: &str) -> Result<Parsed<Catalog>, Rejected> {
    reading::separated::expect_closed(text, b',')?;
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| broken(&error))?.clone();
    let column = |name: &str| header.iter().position(|column| column.trim() == name);
    let Some(cve) = column("cveID") else {
        return Err(Rejected::new(
            Place::Line { line: 1, column: 0 },
            "no catalog: the header has no column `cveID`",
            "JSON and CSV of CISA's catalog are read",
        ));
    };
    let columns = [
        "vendorProject",
        "product",
        "vulnerabilityName",
        "dateAdded",
        "dueDate",
        "requiredAction",
        "knownRansomwareCampaignUse",
        "cwes",
    ]
    .map(column);
    let mut notes = Notes::new();
    let mut catalog = Catalog::default();
    for row in reader.records() {
        let row = row.map_err(|error| broken(&error))?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or("").trim();
        let [vendor, product, name, added, due, action, ransomware, cwes] =
            columns.map(cell);
        let cwes = cwes.split(',').map(str::trim).collect();
        let cve = cell(Some(cve));
        let fields =
            Fields { cve, vendor, product, name, added, due, action, ransomware, cwes };
        let place = || Place::Line {
            line: usize::try_from(line).unwrap_or(usize::MAX),
            column: 0,
        };
        catalog.entries.extend(entry(fields, &mut notes, place));
    }
    finish(catalog, notes, Place::Line { line: 2, column: 0 })
}

/// What can be done about a catalog that cannot be read.
const FETCH: &str = "fetch the catalog again from CISA, as JSON or CSV";

fn broken(error: &csv::Error) -> Rejected {
    let line = error.position().map_or(1, csv::Position::line);
    let line = usize::try_from(line).unwrap_or(usize::MAX);
    Rejected::new(Place::Line { line, column: 0 }, format!("no CSV: {error}"), FETCH)
}

fn entry(
    fields: Fields<'_>,
    notes: &mut Notes,
    place: impl Fn() -> Place,
) -> Option<Entry> {
    if !wire::is_cve(fields.cve) {
        let message = format!("`{}` is no CVE id; the entry is set aside", fields.cve);
        notes.add(|| Note::new(place(), message));
        return None;
    }
    let cwes = fields.cwes.into_iter().filter(|cwe| !cwe.is_empty()).map(str::to_owned);
    Some(Entry {
        cve: wire::identifier(fields.cve),
        vendor: fields.vendor.to_owned(),
        product: fields.product.to_owned(),
        name: fields.name.to_owned(),
        added: day(fields.added, notes, &place),
        due: day(fields.due, notes, &place),
        action: fields.action.to_owned(),
        ransomware: match fields.ransomware.eq_ignore_ascii_case("known") {
            true => Ransomware::Known,
            false => Ransomware::Unknown,
        },
        cwes: cwes.collect(),
    })
}

fn day(text: &str, notes: &mut Notes, place: &impl Fn() -> Place) -> String {
    if text.is_empty() {
        return String::new();
    }
    match terms::date::instant(text) {
        Ok(instant) => instant.day().to_string(),
        Err(error) => {
            notes.add(|| Note::new(place(), error.to_string()));
            String::new()
        }
    }
}

/// A catalog of which no entry could be read is none.
fn finish(
    catalog: Catalog,
    notes: Notes,
    place: Place,
) -> Result<Parsed<Catalog>, Rejected> {
    let notes = notes.finish();
    if catalog.entries.is_empty() && !notes.is_empty() {
        return Err(Rejected::new(place, "no catalog: no entry names a CVE", FETCH));
    }
    Ok(Parsed { value: catalog, notes })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADER: &str = "cveID,vendorProject,product,vulnerabilityName,dateAdded,\
        shortDescription,requiredAction,dueDate,knownRansomwareCampaignUse,notes,cwes\n";

    #[test]
    fn both_forms_of_an_entry_are_one_entry() {
        let json = r#"{"catalogVersion":"2025.05.22","dateReleased":"2025-05-22T17:00:28.7785Z",
            "count":1,"vulnerabilities":[{"cveID":" CVE-2025-1 ","vendorProject":" V ","product":"P",
            "vulnerabilityName":"N","dateAdded":"2025-05-22","shortDescription":"x","requiredAction":"A, B",
            "dueDate":"2025-06-12","knownRansomwareCampaignUse":"Known","notes":"","cwes":["CWE-1","CWE-2"]}]}"#;
        let csv = format!(
            "\u{feff}{HEADER}CVE-2025-1,V ,P,N,2025-05-22,\"x\ny\",\"A, B\",2025-06-12,Known,,\
             \"CWE-1, CWE-2\"\n"
        );
        let json = parse(json.as_bytes()).unwrap();
        let csv = parse(csv.as_bytes()).unwrap();
        assert_eq!(json.value.entries, csv.value.entries);
        let entry = &json.value.entries[0];
        assert_eq!((entry.cve.as_str(), entry.vendor.as_str()), ("CVE-2025-1", "V"));
        assert_eq!(entry.ransomware, Ransomware::Known);
        assert_eq!(json.value.released, "2025-05-22T17:00:28Z");
        assert!(json.notes.is_empty() && csv.notes.is_empty());
    }

    #[test]
    fn a_quote_that_does_not_close_hides_no_entry() {
        let csv = format!(
            "{HEADER}CVE-2025-1,V,P,N,2025-05-22,\"x,A,2025-06-12,Known,,\n\
             CVE-2025-2,V,P,N,2025-05-22,x,A,2025-06-12,Known,,\n"
        );
        let error = parse(csv.as_bytes()).unwrap_err();
        assert_eq!(error.place, Place::Line { line: 2, column: 0 });
    }

    #[test]
    fn what_cannot_be_read_of_an_entry_is_noted() {
        #[track_caller]
        fn check(text: &str, entries: usize, notes: usize) {
            let parsed = parse(text.as_bytes()).unwrap();
            assert_eq!(parsed.value.entries.len(), entries, "{text}");
            assert_eq!(parsed.notes.len(), notes, "{text}: {:?}", parsed.notes);
        }

        check(r#"{"vulnerabilities":[]}"#, 0, 0);
        check(r#"{"count":2,"vulnerabilities":[{"cveID":"CVE-1-1"}]}"#, 1, 1);
        check(r#"{"vulnerabilities":[{"cveID":"CVE-1-1"},{"cveID":"x"}]}"#, 1, 1);
        check(r#"{"vulnerabilities":[{"cveID":"CVE-1-1","dueDate":"soon"}]}"#, 1, 1);
        check("cveID,cwes\nCVE-1-1\nCVE-1-2,,,\nx,\n", 2, 1);
        check("cveID\n", 0, 0);
    }

    #[test]
    fn what_is_no_catalog_is_refused_with_its_place() {
        #[track_caller]
        fn check(text: &str, place: Place) {
            assert_eq!(parse(text.as_bytes()).unwrap_err().place, place, "{text}");
        }

        check("{}", Place::Pointer(String::new()));
        check(
            r#"{"vulnerabilities":[{"id":"x"}]}"#,
            Place::Pointer("/vulnerabilities".into()),
        );
        check("cve,epss\nCVE-1-1,0.1\n", Place::Line { line: 1, column: 0 });
        check("", Place::Line { line: 1, column: 0 });
        check("cveID\nx\n", Place::Line { line: 2, column: 0 });
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(cveID,|)\\PC{0,200}") {
            let _ = parse(text.as_bytes());
        }
    }
}
