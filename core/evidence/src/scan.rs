//! Results of scanners: which hosts and ports they saw, what they found, and how TLS stands.
//!
//! Read: nmap (XML), testssl.sh (JSON, pretty or flat, and CSV), SARIF 2.1.0, Nessus (XML, v2).
//! Told apart and not read: Tenable and Qualys CSV, OpenVAS, masscan, ssh-audit, Lynis,
//! Defender; a sentence says what to export instead.
//!
//! Not here: whether a finding is true, and whether it touches a device. Nothing here scans.

mod nessus;
mod nmap;
mod sarif;
mod testssl;

use reading::{Notes, Parsed, Place, Rejected, limits};
use terms::Day;

/// Which scanner wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// nmap, XML.
    Nmap,
    /// testssl.sh, JSON.
    Testssl,
    /// testssl.sh, CSV.
    TestsslCsv,
    /// Any tool, SARIF.
    Sarif,
    /// Nessus, XML.
    Nessus,
    /// One that is known and not read.
    Other(&'static str),
}

impl Tool {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Nmap => "scan of a network (nmap)",
            Self::Testssl | Self::TestsslCsv => "scan of TLS (testssl.sh)",
            Self::Sarif => "findings (SARIF)",
            Self::Nessus => "scan of hosts (Nessus)",
            Self::Other(name) => name,
        }
    }
}

/// What a scanner saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Which scanner wrote it.
    pub tool: Tool,
    /// Its name and version, as it says.
    pub by: String,
    /// When it ran, where it says so.
    pub day: Option<Day>,
    /// The hosts that answered.
    pub hosts: Vec<Host>,
    /// How many hosts it asked, where it says so.
    pub asked: Option<usize>,
    /// What it found.
    pub findings: Vec<Finding>,
}

/// A host that answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its address.
    pub address: String,
    /// Its names.
    pub names: Vec<String>,
    /// Its MAC address, as written.
    pub mac: String,
    /// Its operating system, as the scanner takes it.
    pub system: String,
    /// The ports that are open.
    pub ports: Vec<Port>,
    /// Where it stands.
    pub place: Place,
}

/// An open port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// Its number.
    pub number: u16,
    /// `tcp`, `udp`.
    pub protocol: String,
    /// The service, as the scanner takes it.
    pub service: String,
    /// The software behind it with its version, as the scanner takes it; empty where it does
    /// not say.
    pub software: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The host, or the file.
    pub subject: String,
    /// The rule of the scanner.
    pub id: String,
    /// What it says.
    pub text: String,
    /// How grave it is.
    pub level: Level,
    /// Whether it is about encryption on the way.
    pub about: About,
    /// Where it stands.
    pub place: Place,
}

/// How grave a finding is; the order is how grave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It is as it should be.
    Good,
    /// Something worth knowing, or set aside by whoever looked.
    Note,
    /// Little.
    Low,
    /// It weighs.
    Medium,
    /// It weighs heavily.
    High,
    /// It cannot wait.
    Critical,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Protocols and ciphers of TLS.
    Tls,
    /// Passwords that everybody knows.
    Credentials,
    /// Anything else.
    Other,
}

impl About {
    /// What a finding in words is about.
    fn of(text: &str) -> Self {
        let text = text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if has(&[
            "default password",
            "default credential",
            "hard-coded",
            "hardcoded",
            "cwe-798",
            "cwe-259",
            "default account",
        ]) {
            Self::Credentials
        } else if has(&["ssl", "tls", "cipher"]) {
            Self::Tls
        } else {
            Self::Other
        }
    }
}

impl Scan {
    /// The gravest level of what it says about something; `None` where it says nothing.
    #[must_use]
    pub fn worst(&self, about: About) -> Option<&Finding> {
        self.findings.iter().filter(|it| it.about == about).max_by_key(|it| it.level)
    }
}

/// Whether a document of XML is a scanner's.
#[must_use]
pub(crate) fn of_xml(head: &str) -> Option<Tool> {
    if head.contains("<nmaprun") {
        Some(Tool::Nmap)
    } else if head.contains("<NessusClientData_v2") {
        Some(Tool::Nessus)
    } else if head.contains("<report") && head.contains("content_type=\"text/xml\"") {
        Some(Tool::Other("report of OpenVAS"))
    } else {
        None
    }
}

/// Whether a text is a scanner's.
#[must_use]
pub(crate) fn of_text(head: &str) -> Option<Tool> {
    let first = head.lines().next().unwrap_or_default().to_lowercase();
    let has = |words: &[&str]| words.iter().all(|word| first.contains(word));
    if has(&["fqdn/ip", "severity", "finding"]) {
        Some(Tool::TestsslCsv)
    } else if has(&["plugin", "plugin name", "severity", "ip address"]) {
        Some(Tool::Other("CSV of Tenable"))
    } else if has(&["\"qid\"", "\"title\"", "\"severity\""]) {
        Some(Tool::Other("CSV of Qualys"))
    } else if first.starts_with("# lynis report") {
        Some(Tool::Other("report of Lynis"))
    } else {
        None
    }
}

/// Whether JSON is a scanner's.
#[must_use]
pub(crate) fn of_json(whole: &str, head: &str) -> Option<Tool> {
    let names = |member: &str| head.contains(&format!("\"{member}\""));
    let holds = |member: &str| whole.contains(&format!("\"{member}\""));
    if names("runs") && holds("driver") {
        Some(Tool::Sarif)
    } else if (names("scanResult") && names("openssl"))
        || (names("severity") && names("finding") && names("ip") && names("port"))
    {
        Some(Tool::Testssl)
    } else if names("banner") && holds("kex") {
        Some(Tool::Other("result of ssh-audit"))
    } else if names("ports") && names("timestamp") && names("reason") {
        Some(Tool::Other("result of masscan"))
    } else if names("cveId") && names("machineId") {
        Some(Tool::Other("vulnerabilities of Defender"))
    } else {
        None
    }
}

/// Reads a result.
///
/// # Errors
/// When it is not what it seems to be, is of a tool that is not read, or passes a limit.
pub fn parse(tool: Tool, bytes: &[u8]) -> Result<Parsed<Scan>, Rejected> {
    let mut notes = Notes::new();
    let scan = match tool {
        Tool::Nmap => nmap::read(&reading::xml::decode(bytes)?, &mut notes)?,
        Tool::Nessus => nessus::read(&reading::xml::decode(bytes)?, &mut notes)?,
        Tool::Testssl => testssl::read_json(&reading::text::decode(bytes)?, &mut notes)?,
        Tool::TestsslCsv => {
            testssl::read_csv(&reading::text::decode(bytes)?, &mut notes)?
        }
        Tool::Sarif => sarif::read(&reading::text::decode(bytes)?, &mut notes)?,
        Tool::Other(name) => {
            return Err(Rejected::new(
                Place::Document,
                format!("this is a {name}, which is not read"),
                "export the result as SARIF, Nessus XML, nmap XML or testssl JSON",
            ));
        }
    };
    Ok(Parsed { value: scan, notes: notes.finish() })
}

fn expect_room(entries: usize, place: impl FnOnce() -> Place) -> Result<(), Rejected> {
    match entries < limits::SCAN_ENTRIES_MAX {
        true => Ok(()),
        false => Err(Rejected::new(
            place(),
            format!("more than {} hosts, ports and findings", limits::SCAN_ENTRIES_MAX),
            "export the result in parts",
        )),
    }
}

#[cfg(test)]
mod tests;
