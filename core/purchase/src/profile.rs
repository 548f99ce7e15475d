//! What is asked of a bidder: a versioned file, ours or a house's own.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use controls::red_flag;
use mds2::{Answer, Edition};
use posture::Control;
use reading::{Place, Rejected, text};
use serde::Deserialize;
use toml::Spanned;

use crate::event::{Tier, expect_short, fault};
use crate::paper::PaperKind;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// What it is called.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What has to be proven before anything is bought, in its order.
    pub gates: Vec<Condition>,
    /// What is asked, in its order; each consideration once.
    pub requirements: Vec<Requirement>,
}

/// A gate, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Its id, which stays.
    pub id: String,
    /// What has to be, in a line.
    pub title: String,
    /// What tells it.
    pub tells: Tells,
    /// For which devices; for all where none are named.
    #[serde(default)]
    pub tiers: Vec<Tier>,
    /// What the bidder is asked.
    pub ask: String,
}

/// What tells whether a gate is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tells {
    /// A membership in an ISAO, proven and not ended.
    Membership,
    /// An SBOM with components.
    Sbom,
    /// An SBOM judged against what is exploited.
    Exploited,
    /// A contract that a person of the house read: conformity is warranted.
    Warranty,
    /// The same: sharing is not forbidden.
    Sharing,
}

impl Tells {
    /// The word in files and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Membership => "membership",
            Self::Sbom => "sbom",
            Self::Exploited => "exploited",
            Self::Warranty => "warranty",
            Self::Sharing => "sharing",
        }
    }
}

/// What is asked about one consideration.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// The consideration.
    pub control: Control,
    /// For which devices; for all where none are named.
    pub tiers: Vec<Tier>,
    /// What tells it.
    pub checks: Checks,
    /// What the bidder is asked.
    pub ask: String,
}

/// What tells whether something is so.
#[derive(Clone, Debug, PartialEq)]
pub struct Checks {
    /// Red flags that tell.
    pub flags: Vec<String>,
    /// Answers of a form that would be right.
    pub form: Vec<Expected>,
    /// Papers that would support it.
    pub papers: Vec<PaperKind>,
    /// Whether registers and exports are looked at.
    pub records: Records,
    /// What results of scanners tell.
    pub observed: Vec<Observed>,
}

/// The same, as a file says it.
pub(crate) struct WireChecks {
    pub(crate) flags: Vec<String>,
    pub(crate) form: Vec<String>,
    pub(crate) papers: Vec<PaperKind>,
    pub(crate) records: bool,
    pub(crate) observed: Vec<Observed>,
}

/// Whether registers and exports are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Records {
    /// They are.
    LookedAt,
    /// They tell nothing of it.
    LeftOut,
}

/// What results of scanners tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observed {
    /// How TLS stands.
    Tls,
    /// Passwords that everybody knows.
    Credentials,
    /// Whether what is claimed is what a scan shows.
    Compared,
    /// How long others say that components are supported.
    Support,
}

/// Answers of which any would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Questions of 2019, each with the answer that would be right.
    pub any: Vec<(&'static str, Answer)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    purchase_profile: u32,
    version: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    gate: Vec<Spanned<Condition>>,
    #[serde(default)]
    requirement: Vec<Spanned<WireRequirement>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireRequirement {
    consideration: String,
    #[serde(default)]
    tiers: Vec<Tier>,
    #[serde(default)]
    flags: Vec<String>,
    #[serde(default)]
    form: Vec<String>,
    #[serde(default)]
    papers: Vec<PaperKind>,
    #[serde(default)]
    records: bool,
    #[serde(default)]
    observed: Vec<Observed>,
    #[serde(default)]
    ask: String,
}

/// The profile that comes with the program, as a file to copy.
pub const STANDARD: &str = include_str!("../data/profile.toml");

/// Were the data broken, nothing would be asked; a test reads them.
static BUILT_IN: LazyLock<Profile> =
    LazyLock::new(|| Profile::parse(STANDARD.as_bytes()).unwrap_or_default());

const HINT: &str = "`lazaret purchase profile` prints one to begin with";

impl Profile {
    /// The profile that comes with the program.
    #[must_use]
    pub fn standard() -> &'static Self {
        &BUILT_IN
    }

    /// Reads a profile.
    ///
    /// # Errors
    /// When it is no TOML, names a consideration, flag, question or paper that is not known,
    /// names one twice, asks by nothing that could tell, or passes a limit.
    pub fn parse(bytes: &[u8]) -> Result<Self, Rejected> {
        let text = text::decode(bytes)?;
        expect_short(&text)?;
        let wire: Wire = toml::from_str(&text).map_err(|why| fault(&text, &why, HINT))?;
        if wire.purchase_profile != 1 {
            let message = "another version of the file than 1";
            return Err(Rejected::new(
                Place::Document,
                message,
                "`purchase_profile = 1`",
            ));
        }
        let mut gates: Vec<Condition> = Vec::new();
        for gate in wire.gate {
            let place = line(&text, gate.span().start);
            let gate = gate.into_inner();
            if gate.id.trim().is_empty() || gates.iter().any(|it| it.id == gate.id) {
                let message = format!("the gate {} stands twice", text::quoted(&gate.id));
                return Err(Rejected::new(place, message, "give each gate an id"));
            }
            gates.push(gate);
        }
        let mut requirements = Vec::new();
        let mut seen = BTreeSet::new();
        for wire in wire.requirement {
            let place = line(&text, wire.span().start);
            let requirement = requirement(wire.into_inner(), &place)?;
            if !seen.insert(requirement.control.id()) {
                let id = requirement.control.id();
                let message = format!("{id} is asked twice");
                return Err(Rejected::new(place, message, "ask for each once"));
            }
            requirements.push(requirement);
        }
        Ok(Self { name: wire.name, version: wire.version, gates, requirements })
    }

    /// What is asked about a consideration; nothing where the profile leaves it out.
    #[must_use]
    pub fn requirement(&self, control: Control) -> Option<&Requirement> {
        self.requirements.iter().find(|it| it.control == control)
    }
}

fn requirement(wire: WireRequirement, place: &Place) -> Result<Requirement, Rejected> {
    let WireRequirement {
        consideration,
        tiers,
        flags,
        form,
        papers,
        records,
        observed,
        ask,
    } = wire;
    let control = posture::catalog().control(&consideration);
    let control =
        control.ok_or_else(|| unknown("consideration", &consideration, place))?;
    let wire = WireChecks { flags, form, papers, records, observed };
    let checks = Checks::read(wire, place)?;
    let ask = match ask.trim() {
        "" => format!("What can you show for this: {}?", control.title()),
        ask => ask.to_owned(),
    };
    match checks.is_telling() {
        true => Ok(Requirement { control, tiers, checks, ask }),
        false => Err(Rejected::new(
            place.clone(),
            format!("nothing could tell {}", control.id()),
            "name flags, answers of the form, papers, records or observations",
        )),
    }
}

fn unknown(what: &str, word: &str, place: &Place) -> Rejected {
    let message = format!("{} is no {what} that is known", text::quoted(word));
    Rejected::new(place.clone(), message, HINT)
}

impl Checks {
    pub(crate) fn read(wire: WireChecks, place: &Place) -> Result<Self, Rejected> {
        for flag in &wire.flags {
            if !red_flag::catalog().flags().any(|it| it.id() == flag) {
                return Err(unknown("red flag", flag, place));
            }
        }
        let expected = |text: &String| {
            let what = "answer such as `PAUT-8 yes`";
            expected(text).ok_or_else(|| unknown(what, text, place))
        };
        Ok(Self {
            form: wire.form.iter().map(expected).collect::<Result<_, _>>()?,
            flags: wire.flags,
            papers: wire.papers,
            records: match wire.records {
                true => Records::LookedAt,
                false => Records::LeftOut,
            },
            observed: wire.observed,
        })
    }

    /// Whether anything could tell it.
    fn is_telling(&self) -> bool {
        let is_looked_at = self.records == Records::LookedAt;
        let lists = self.flags.len() + self.form.len() + self.papers.len();
        is_looked_at || lists + self.observed.len() > 0
    }
}

fn expected(text: &str) -> Option<Expected> {
    let one = |text: &str| {
        let (id, word) = text.trim().split_once(' ')?;
        let answer = match word.trim() {
            "yes" => Answer::Yes,
            "no" => Answer::No,
            _ => return None,
        };
        Some((Edition::Of2019.question(id)?.id, answer))
    };
    Some(Expected { any: text.split('|').map(one).collect::<Option<_>>()? })
}

/// The line of an offset.
fn line(text: &str, at: usize) -> Place {
    let before = text.get(..at).unwrap_or_default();
    Place::Line { line: before.matches('\n').count() + 1, column: 0 }
}

impl Requirement {
    /// Whether it is asked about a device of a tier.
    #[must_use]
    pub fn is_asked(&self, tier: Tier) -> bool {
        self.tiers.is_empty() || self.tiers.contains(&tier)
    }
}

impl Condition {
    /// Whether it is asked about a device of a tier.
    #[must_use]
    pub fn is_asked(&self, tier: Tier) -> bool {
        self.tiers.is_empty() || self.tiers.contains(&tier)
    }
}

#[cfg(test)]
mod tests {
    use posture::Audience;

    use super::*;

    #[test]
    fn the_standard_profile_asks_for_all_that_speaks_to_suppliers() {
        let profile = Profile::parse(STANDARD.as_bytes()).unwrap();
        assert_eq!(&profile, Profile::standard());
        let ids: Vec<&str> = profile.gates.iter().map(|gate| gate.id.as_str()).collect();
        assert_eq!(ids, ["isao", "sbom", "exploited-flaw", "warranty", "sharing"]);
        for control in posture::catalog().controls() {
            let is_asked = profile.requirement(control).is_some();
            if control.audience() != Audience::Provider {
                assert!(is_asked, "{} is not asked", control.id());
            }
        }
        for requirement in &profile.requirements {
            assert!(requirement.ask.ends_with(['?', '.']), "{}", requirement.ask);
        }
        for gate in &profile.gates {
            assert!(gate.ask.ends_with(['?', '.']) && !gate.title.ends_with('.'));
        }
    }

    #[test]
    fn a_profile_that_names_what_is_not_there_is_refused_with_its_line() {
        #[track_caller]
        fn check(requirement: &str, part: &str) {
            let text = format!(
                "purchase_profile = 1\nversion = \"1\"\n\n[[requirement]]\n{requirement}\n"
            );
            let why = Profile::parse(text.as_bytes()).unwrap_err().to_string();
            assert!(why.contains(part) && why.contains("line"), "{why}");
        }

        check("consideration = \"Z-99\"\nrecords = true", "`Z-99` is no consideration");
        check(
            "consideration = \"A-01\"\nflags = [\"no-such\"]",
            "`no-such` is no red flag",
        );
        check("consideration = \"A-01\"\nform = [\"PAUT-99 yes\"]", "`PAUT-99 yes`");
        check("consideration = \"A-01\"\nform = [\"PAUT-8 maybe\"]", "`PAUT-8 maybe`");
        check("consideration = \"A-01\"\npapers = [\"no-such\"]", "line 6");
        check("consideration = \"A-01\"\ntiers = [\"heavy\"]\nrecords = true", "line 6");
        check("consideration = \"A-01\"", "nothing could tell A-01");
        let twice = "consideration = \"A-01\"\nrecords = true\n\n[[requirement]]\nconsideration = \"a-01\"\nrecords = true";
        check(twice, "A-01 is asked twice");
    }
}
