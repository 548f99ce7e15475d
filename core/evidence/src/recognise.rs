//! The front door: which document is this?
//!
//! Told by content alone. What is none of them may still be an inventory, an SBOM or another
//! noun's document, so being none is no fault here.

use reading::{Parsed, Rejected, text, workbook};

use crate::firewall::{self, Dialect};
use crate::scan::{self, Tool};
use crate::{Kind, Pseudonyms, Record, RuleSet, Scan, phishing, register, scim, table};

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// The register.
    Register,
    /// A table, or several; the first is of this kind.
    Table(Kind),
    /// Users of SCIM.
    Scim,
    /// A campaign of GoPhish.
    GoPhish,
    /// Recipients of KnowBe4.
    KnowBe4,
    /// A campaign that is planned.
    PhishingPlan,
    /// Rules of a firewall.
    Firewall(Dialect),
    /// A scanner's result.
    Scan(Tool),
}

impl Format {
    /// In words, for a page.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Register => "register of evidence",
            Self::Table(Kind::Person) => "roster",
            Self::Table(Kind::Account) => "accounts",
            Self::Table(Kind::Completion) => "completions of courses",
            Self::Table(Kind::Phish) => "results of simulated phishing",
            Self::Table(Kind::Endpoint) => "protection and patches of computers",
            Self::Table(kind) => kind.word(),
            Self::Scim => "accounts (SCIM)",
            Self::GoPhish => "results of simulated phishing (GoPhish)",
            Self::KnowBe4 => "results of simulated phishing (KnowBe4)",
            Self::PhishingPlan => "plan of a phishing campaign",
            Self::Firewall(dialect) => dialect.words(),
            Self::Scan(tool) => tool.words(),
        }
    }
}

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    /// Rows and entries.
    Records(Vec<Record>),
    /// Rules of a firewall.
    Firewall(RuleSet),
    /// A scanner's result.
    Scan(Scan),
}

/// How far into a document the words that tell it are looked for.
const HEAD: usize = 8 * 1024;

/// What a document is; `None` where it is none of these.
#[must_use]
pub fn format(bytes: &[u8]) -> Option<Format> {
    if workbook::is_workbook(bytes) {
        return table::kinds(bytes).first().copied().map(Format::Table);
    }
    let Ok(text) = text::decode(bytes) else {
        return table::kinds(bytes).first().copied().map(Format::Table);
    };
    let trimmed = text.trim_start();
    let end = trimmed.char_indices().nth(HEAD).map_or(trimmed.len(), |(end, _)| end);
    let head = trimmed.get(..end)?;
    match trimmed.as_bytes().first()? {
        b'{' | b'[' => of_json(trimmed, head),
        b'<' => scan::of_xml(head)
            .map(Format::Scan)
            .or_else(|| firewall::of_xml(head).map(Format::Firewall)),
        _ if register::is_register(head) => Some(Format::Register),
        _ => scan::of_text(head)
            .map(Format::Scan)
            .or_else(|| firewall::of_text(trimmed).map(Format::Firewall))
            .or_else(|| table::kinds(bytes).first().copied().map(Format::Table)),
    }
}

fn of_json(whole: &str, head: &str) -> Option<Format> {
    let names = |member: &str| head.contains(&format!("\"{member}\""));
    if scim::is_scim(head) {
        return Some(Format::Scim);
    }
    if names("campaigns") && names("groups") && whole.contains("\"targets\"") {
        return Some(Format::PhishingPlan);
    }
    if names("pst_id") && names("recipient_id") {
        return Some(Format::KnowBe4);
    }
    let has_results = whole.contains("\"results\"") && whole.contains("\"launch_date\"");
    if has_results && whole.contains("\"send_date\"") {
        return Some(Format::GoPhish);
    }
    scan::of_json(whole, head).map(Format::Scan)
}

/// Reads a document of a format that [`format()`] told.
///
/// # Errors
/// When it is not what it seems to be, or passes a limit.
pub fn parse(
    format: Format,
    bytes: &[u8],
    pseudonyms: &Pseudonyms,
) -> Result<Parsed<Read>, Rejected> {
    fn with<T>(parsed: Parsed<T>, make: impl Fn(T) -> Read) -> Parsed<Read> {
        Parsed { value: make(parsed.value), notes: parsed.notes }
    }

    Ok(match format {
        Format::Register => with(register::parse(bytes, pseudonyms)?, Read::Records),
        Format::Table(_) => with(table::parse(bytes, pseudonyms)?, Read::Records),
        Format::Scim => with(scim::parse(bytes, pseudonyms)?, Read::Records),
        Format::GoPhish => with(phishing::gophish(bytes, pseudonyms)?, Read::Records),
        Format::KnowBe4 => with(phishing::knowbe4(bytes, pseudonyms)?, Read::Records),
        Format::PhishingPlan => {
            return Err(Rejected::new(
                reading::Place::Document,
                "this is the plan of a campaign; it holds no result",
                "export the results of the campaign when it has run",
            ));
        }
        Format::Firewall(dialect) => {
            with(firewall::parse(dialect, bytes)?, Read::Firewall)
        }
        Format::Scan(tool) => with(scan::parse(tool, bytes)?, Read::Scan),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_known_by_its_content() {
        #[track_caller]
        fn check(text: &str, expected: Option<Format>) {
            assert_eq!(format(text.as_bytes()), expected, "{text}");
        }

        check("# ours\nevidence = 1\n", Some(Format::Register));
        check("Employee ID,Role\n1,Nurse\n", Some(Format::Table(Kind::Person)));
        check(
            "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"]}",
            Some(Format::Scim),
        );
        check("[{\"recipient_id\":1,\"pst_id\":2}]", Some(Format::KnowBe4));
        check(
            "{\"launch_date\":\"x\",\"results\":[{\"send_date\":\"y\"}]}",
            Some(Format::GoPhish),
        );
        check(
            "{\"campaigns\":[],\"groups\":[{\"targets\":[]}]}",
            Some(Format::PhishingPlan),
        );
        check(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE nmaprun>\n<nmaprun ",
            Some(Format::Scan(Tool::Nmap)),
        );
        check("<NessusClientData_v2>", Some(Format::Scan(Tool::Nessus)));
        check(
            "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{}}}]}",
            Some(Format::Scan(Tool::Sarif)),
        );
        check("<pfsense><filter>", Some(Format::Firewall(Dialect::PfSense)));
        check(
            "*filter\n:INPUT DROP [0:0]\nCOMMIT\n",
            Some(Format::Firewall(Dialect::Iptables)),
        );
        check("ASA Version 9.9\n!\n", Some(Format::Firewall(Dialect::Asa)));
        check("{\"bomFormat\":\"CycloneDX\"}", None);
        check("<bom>", None);
        check("dossier = 1\n", None);
        check("Contact: mailto:a@b\n", None);
        check("asset_tag,manufacturer,model\n1,a,b\n", None);
        check("", None);
        assert_eq!(format(b"%PDF-1.7\n\xe2\xe3"), None);
        assert_eq!(format(&[0; 64]), None);
    }
}
