//! The red flags of a supplier: what each means is data, how it is told is a function.
//!
//! `data/red_flags.toml` holds number, severity, wording, the evidence that a flag needs and
//! what is asked where it cannot be told; `JUDGES` holds one pure function for each.
//!
//! Source: our own list, put together from public guidance on buying medical devices (HSCA's
//! considerations as others report them, FDA's premarket and postmarket guidance, section
//! 524B of the FD&C Act, NTIA and CISA on SBOMs, RFC 9116, CSAF 2.0).

mod disclosure;
mod form;
mod history;
mod observed;
mod organisation;
mod portfolio;
mod product;
mod sbom;
mod section_524b;
mod support;

pub use section_524b::is_later;

use std::sync::LazyLock;

use serde::Deserialize;

use crate::case::Case;
use crate::evidence::ProductEvidence;
use crate::finding::Ruling;

/// One red flag.
#[derive(Clone, Copy, Debug)]
pub struct Flag(&'static Entry);

/// The flags, in their order, and from when on they are raised.
#[derive(Debug)]
pub struct Catalog {
    /// The version of the data.
    pub version: String,
    /// From when on.
    pub thresholds: Thresholds,
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    thresholds: Thresholds,
    flag: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    number: u8,
    id: String,
    severity: Severity,
    about: About,
    title: String,
    needs: Vec<String>,
    #[serde(default)]
    later: String,
    ask: String,
}

/// How grave a flag is; the order is how much it asks of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing is bought before it is settled.
    Block,
    /// It weighs heavily.
    High,
    /// It weighs.
    Medium,
    /// It is worth a word.
    Low,
}

impl Severity {
    /// Every severity, in its order.
    pub const ALL: [Self; 4] = [Self::Block, Self::High, Self::Medium, Self::Low];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// Whom a flag is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The supplier: it is judged once.
    Supplier,
    /// Each product.
    Product,
}

/// From when on something is late, too little or too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Days from a CVE on from which its advisory is late.
    pub late_days: i32,
    /// Years from a CVE on from which its advisory is years late.
    pub years_late: i32,
    /// Days after which a promised fix is overdue.
    pub planned_days: i32,
    /// Hundredths of components that state a field of NTIA.
    pub fields_percent: usize,
    /// Hundredths of components that state what CISA's draft of 2025 adds.
    pub extras_percent: usize,
    /// Hundredths of components that state their support.
    pub support_percent: usize,
    /// Hundredths of components that may lack an identifier.
    pub unidentified_percent: usize,
    /// Advisories from which on a weakness recurs.
    pub recurrence: usize,
    /// Advisories from which on something is said of a habit.
    pub sample_min: usize,
    /// Advisories from which on they are an archive.
    pub archive_min: usize,
    /// Months for which a breach counts.
    pub breach_months: i32,
    /// Days for which a list of others is up to date.
    pub fresh_days: i32,
    /// Days for which it counts that something was looked for and not found.
    pub absence_days: i32,
    /// Days ahead of which the end of support is announced.
    pub notice_days: i32,
    /// Days for which a scan of a device counts.
    pub observation_days: i32,
    /// Days for which an update shows that there is a process for them.
    pub update_days: i32,
    /// SBOMs from which on they are a portfolio.
    pub portfolio_min: usize,
    /// Hundredths of components that may be in every product.
    pub shared_percent: usize,
}

const DATA: &str = include_str!("../data/red_flags.toml");

/// Were the data broken, there would be no flag at all; a test reads them.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let file: Option<File> = toml::from_str(DATA).ok();
    file.map_or_else(Catalog::empty, |file| Catalog {
        version: file.version,
        thresholds: file.thresholds,
        entries: file.flag,
    })
});

/// The flags that come with the program.
#[must_use]
pub fn catalog() -> &'static Catalog {
    &CATALOG
}

impl Catalog {
    fn empty() -> Self {
        Self {
            version: String::new(),
            thresholds: Thresholds {
                late_days: 0,
                years_late: 0,
                planned_days: 0,
                fields_percent: 100,
                extras_percent: 100,
                support_percent: 100,
                unidentified_percent: 0,
                recurrence: 1,
                sample_min: 1,
                archive_min: 0,
                breach_months: 0,
                fresh_days: 0,
                absence_days: 0,
                notice_days: 0,
                observation_days: 0,
                update_days: 0,
                portfolio_min: 1,
                shared_percent: 0,
            },
            entries: Vec::new(),
        }
    }

    /// The flags, in their order.
    pub fn flags(&'static self) -> impl Iterator<Item = Flag> {
        self.entries.iter().map(Flag)
    }
}

impl Flag {
    /// Its number, from 1.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0.number
    }

    /// Its id, which stays.
    #[must_use]
    pub fn id(self) -> &'static str {
        &self.0.id
    }

    /// How grave it is.
    #[must_use]
    pub const fn severity(self) -> Severity {
        self.0.severity
    }

    /// Whom it is about.
    #[must_use]
    pub const fn about(self) -> About {
        self.0.about
    }

    /// What it says, in a line.
    #[must_use]
    pub fn title(self) -> &'static str {
        &self.0.title
    }

    /// The kinds of evidence from which it can be told.
    #[must_use]
    pub fn needs(self) -> &'static [String] {
        &self.0.needs
    }

    /// The capability with which its evidence comes; empty where it is here.
    #[must_use]
    pub fn later(self) -> &'static str {
        &self.0.later
    }

    /// What the supplier is asked.
    #[must_use]
    pub fn ask(self) -> &'static str {
        &self.0.ask
    }

    /// What the evidence says of it.
    pub(crate) fn judge(self, case: &Case<'_>, of: Of<'_>) -> Ruling {
        let judge = JUDGES.iter().find(|(number, _)| *number == self.0.number);
        let ruling = match judge {
            Some((_, judge)) => judge(case, of),
            None => Ruling::cannot_tell("nothing tells it yet", Vec::new(), ""),
        };
        ruling.guarded()
    }
}

/// Whom a function is asked about.
#[derive(Clone, Copy)]
pub(crate) enum Of<'e> {
    /// The supplier.
    Supplier,
    /// A product.
    Product(&'e ProductEvidence),
}

type Judge = fn(&Case<'_>, Of<'_>) -> Ruling;

/// One function for each flag.
const JUDGES: [(u8, Judge); 59] = [
    (1, disclosure::no_isao),
    (2, form::contract),
    (3, disclosure::no_policy),
    (4, disclosure::no_security_txt),
    (5, disclosure::no_provider),
    (6, history::late),
    (7, history::years_late),
    (8, history::no_fix),
    (9, history::no_guidance),
    (10, history::never_self_reported),
    (11, history::not_followed_up),
    (12, history::no_identifiers),
    (13, history::silence),
    (14, disclosure::no_cna),
    (15, product::no_sbom),
    (16, sbom::below_minimum),
    (17, sbom::below_draft_2025),
    (18, sbom::flat),
    (19, sbom::outdated),
    (20, support::no_dates),
    (21, product::exploited_flaw_open),
    (22, support::unsupported),
    (23, support::ends_in_use),
    (24, sbom::unidentifiable),
    (25, observed::sbom_contradicted),
    (26, portfolio::vex_unreasoned),
    (27, form::no_mds2),
    (28, form::old_edition),
    (29, form::outdated),
    (30, form::many_models),
    (31, form::incomplete),
    (32, form::contradicts_itself),
    (33, form::no_second_factor),
    (34, form::default_accounts),
    (35, form::data_in_clear),
    (36, form::supplier_patches),
    (37, form::no_component_plan),
    (38, form::updates_unchecked),
    (39, form::no_audit_log),
    (40, form::no_compensating_controls),
    (41, history::hard_coded),
    (42, history::recurs),
    (43, history::exploited),
    (44, organisation::security_recall),
    (45, section_524b::no_524b_evidence),
    (46, form::contract),
    (47, form::contract),
    (48, form::contract),
    (49, form::contract),
    (50, form::contract),
    (51, form::contract),
    (52, organisation::no_cover),
    (53, product::announced_late),
    (54, form::contract),
    (55, organisation::breach),
    (56, product::certificate_scope),
    (57, organisation::ownership),
    (58, portfolio::shared_components),
    (59, organisation::no_contact),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_data_and_the_functions_name_the_same_fifty_nine_flags() {
        let catalog = catalog();
        let numbers: Vec<u8> = catalog.flags().map(Flag::number).collect();
        assert_eq!(numbers, (1..=59).collect::<Vec<u8>>());
        let judged: Vec<u8> = JUDGES.iter().map(|(number, _)| *number).collect();
        assert_eq!(judged, numbers);
        let ids: BTreeSet<&str> = catalog.flags().map(Flag::id).collect();
        assert_eq!(ids.len(), 59);
        for flag in catalog.flags() {
            assert!(
                !flag.title().ends_with('.') && !flag.needs().is_empty(),
                "{}",
                flag.id()
            );
            assert!(flag.ask().ends_with(['?', '.']), "{}", flag.id());
        }
        let blocking = catalog.flags().filter(|flag| flag.severity() == Severity::Block);
        assert_eq!(blocking.map(Flag::number).collect::<Vec<_>>(), [1, 2, 15, 21, 46]);
    }
}
