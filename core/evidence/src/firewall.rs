//! Rules of firewalls: what each boundary does with what nobody allowed, and how wide what is
//! allowed is.
//!
//! Read: OPNsense and pfSense (`config.xml`), PAN-OS (XML and `set` lines), Cisco ASA,
//! iptables-save, nftables. Of each is made the same: a [`Policy`] for each interface, access
//! list or chain, with its rules in order and its default.
//!
//! Not here: translation of addresses (NAT), VPN, and whether two rules cancel each other out.
//! Where a rule cannot be followed it counts as what it says by itself.

mod asa;
mod iptables;
mod nftables;
mod panos;
mod sense;

use reading::{Notes, Parsed, Place, Rejected, limits};
use terms::Day;

/// Which firewall wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// OPNsense, `config.xml`.
    OpnSense,
    /// pfSense, `config.xml`.
    PfSense,
    /// PAN-OS, XML.
    PanOs,
    /// PAN-OS, `set` lines.
    PanOsSet,
    /// Cisco ASA.
    Asa,
    /// iptables-save.
    Iptables,
    /// nftables.
    Nftables,
}

impl Dialect {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::OpnSense => "firewall (OPNsense)",
            Self::PfSense => "firewall (pfSense)",
            Self::PanOs | Self::PanOsSet => "firewall (PAN-OS)",
            Self::Asa => "firewall (Cisco ASA)",
            Self::Iptables => "firewall (iptables)",
            Self::Nftables => "firewall (nftables)",
        }
    }
}

/// The rules of one firewall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    /// Which firewall wrote it.
    pub dialect: Dialect,
    /// Of which day it is, where it says so.
    pub day: Option<Day>,
    /// Its boundaries.
    pub policies: Vec<Policy>,
}

/// One boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The interface, access list or chain.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What it judges.
    pub way: Way,
    /// What happens to what no rule names.
    pub default: Action,
    /// The rules, in order; those that are switched off are not there.
    pub rules: Vec<Rule>,
}

/// What a boundary judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// What comes in, or goes from one zone to another.
    In,
    /// What the machine itself sends.
    Out,
}

/// What happens to traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// It passes.
    Permit,
    /// It does not.
    Deny,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Where it stands.
    pub place: Place,
    /// What it does.
    pub action: Action,
    /// How much it covers.
    pub breadth: Breadth,
    /// From where to where, in the words of the firewall, names expanded.
    pub text: String,
}

/// How much a rule covers; the order is how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    /// Some addresses, services or connections.
    Some,
    /// Every service at every address, from some addresses or zones.
    Anywhere,
    /// Everything.
    Everything,
}

/// How far source, destination and service of a rule reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    Any,
    Some,
}

impl Breadth {
    const fn of(source: Reach, destination: Reach, service: Reach) -> Self {
        match (source, destination, service) {
            (Reach::Any, Reach::Any, Reach::Any) => Self::Everything,
            (Reach::Some, Reach::Any, Reach::Any) => Self::Anywhere,
            _ => Self::Some,
        }
    }
}

impl Policy {
    /// What reaches the end of the rules: the default, unless a rule that covers everything
    /// stands there.
    #[must_use]
    pub fn end(&self) -> Action {
        let last = self.rules.iter().find(|rule| rule.breadth == Breadth::Everything);
        last.map_or(self.default, |rule| rule.action)
    }

    /// Rules that let everything, or everything of some, pass, and are reached: behind a rule
    /// that covers everything nothing is.
    pub fn wide(&self) -> impl Iterator<Item = &Rule> {
        let end = self.rules.iter().position(|it| it.breadth == Breadth::Everything);
        let reached = self.rules.iter().take(end.map_or(usize::MAX, |end| end + 1));
        let is_wide =
            |it: &&Rule| it.action == Action::Permit && it.breadth > Breadth::Some;
        reached.filter(is_wide)
    }
}

/// Whether a document of XML is a firewall's.
#[must_use]
pub(crate) fn of_xml(head: &str) -> Option<Dialect> {
    if head.contains("<opnsense") {
        Some(Dialect::OpnSense)
    } else if head.contains("<pfsense") {
        Some(Dialect::PfSense)
    } else if head.contains("urldb=\"paloaltonetworks\"") || panos::is_config(head) {
        Some(Dialect::PanOs)
    } else {
        None
    }
}

/// Whether a text is a firewall's.
#[must_use]
pub(crate) fn of_text(text: &str) -> Option<Dialect> {
    let lines = || text.lines().map(str::trim).take(LINES_LOOKED_AT);
    let starts = |words: &[&str]| {
        lines().any(|line| words.iter().any(|word| line.starts_with(word)))
    };
    let is_table = |line: &str| matches!(line, "*filter" | "*mangle" | "*nat" | "*raw");
    if lines().any(is_table) {
        return Some(Dialect::Iptables);
    }
    if lines().any(|line| {
        line.starts_with("table ") && line.ends_with('{') && line.split(' ').count() >= 3
    }) {
        return Some(Dialect::Nftables);
    }
    if starts(&["set rulebase security ", "set deviceconfig system "]) {
        return Some(Dialect::PanOsSet);
    }
    if starts(&[
        "ASA Version ",
        ": ASA Version",
        "access-list ",
        "clear configure access-list",
    ]) {
        return Some(Dialect::Asa);
    }
    None
}

/// Lines in which a firewall is recognised: certificates may stand in front.
const LINES_LOOKED_AT: usize = 2_000;

/// Reads the rules.
///
/// # Errors
/// When it is not what it seems to be, or passes a limit.
pub fn parse(dialect: Dialect, bytes: &[u8]) -> Result<Parsed<RuleSet>, Rejected> {
    let mut notes = Notes::new();
    let set = match dialect {
        Dialect::OpnSense | Dialect::PfSense => {
            let text = reading::xml::decode(bytes)?;
            sense::read(dialect, &text, &mut notes)?
        }
        Dialect::PanOs => {
            let text = reading::xml::decode(bytes)?;
            panos::read_xml(&text, &mut notes)?
        }
        Dialect::PanOsSet => panos::read_set(&reading::text::decode(bytes)?, &mut notes)?,
        Dialect::Asa => asa::read(&reading::text::decode(bytes)?, &mut notes)?,
        Dialect::Iptables => iptables::read(&reading::text::decode(bytes)?, &mut notes)?,
        Dialect::Nftables => nftables::read(&reading::text::decode(bytes)?, &mut notes)?,
    };
    if set.policies.is_empty() {
        return Err(Rejected::new(
            Place::Document,
            "the firewall has no rules that judge traffic",
            "export the whole configuration",
        ));
    }
    Ok(Parsed { value: set, notes: notes.finish() })
}

fn expect_room(rules: usize, place: Place) -> Result<(), Rejected> {
    match rules < limits::FIREWALL_RULES_MAX {
        true => Ok(()),
        false => Err(Rejected::new(
            place,
            format!("more than {} rules", limits::FIREWALL_RULES_MAX),
            "export the rules that are in force",
        )),
    }
}

const fn line(number: usize) -> Place {
    Place::Line { line: number, column: 0 }
}

#[cfg(test)]
mod tests;
