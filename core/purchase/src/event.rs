//! What is bought: a file of the house (TOML, version 1) beside the folders of the bidders.
//!
//! It says how much hangs on the device (its tier), until when it is meant to be used, and who
//! bids with which product. It is never taken from a bidder's files.

use std::collections::BTreeSet;

use reading::{Place, Rejected, limits, text};
use serde::Deserialize;
use terms::Day;

/// How much hangs on a device; the first is the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// It keeps a patient alive or treats one, and can join a network.
    LifeSustaining,
    /// It keeps or sends patient data, and can join a network.
    PatientData,
    /// It can join a network.
    Networked,
    /// It cannot join a network.
    Standalone,
}

impl Tier {
    /// Every tier, in its order.
    pub const ALL: [Self; 4] =
        [Self::LifeSustaining, Self::PatientData, Self::Networked, Self::Standalone];

    /// The word in files and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::LifeSustaining => "life_sustaining",
            Self::PatientData => "patient_data",
            Self::Networked => "networked",
            Self::Standalone => "standalone",
        }
    }

    /// The words on a page.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::LifeSustaining => "life-sustaining",
            Self::PatientData => "holds patient data",
            Self::Networked => "can join a network",
            Self::Standalone => "cannot join a network",
        }
    }
}

/// What is bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it is called.
    pub title: String,
    /// How much hangs on the device. Where nobody says, the most is assumed.
    pub tier: Tier,
    /// Until when the device is meant to be used.
    pub used_until: Option<Day>,
    /// Who bids, as far as the house says more than the name of a folder.
    pub bidders: Vec<Bidder>,
}

/// One bidder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bidder {
    /// The folder, or the archive without its ending.
    pub folder: String,
    /// The legal name; the folder's where it is left out.
    pub name: String,
    /// The product that is offered.
    pub product: String,
    /// The version that would be delivered.
    pub version: String,
}

impl Default for Event {
    fn default() -> Self {
        Self {
            title: String::new(),
            tier: Tier::LifeSustaining,
            used_until: None,
            bidders: Vec::new(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    purchase: u32,
    #[serde(default)]
    title: String,
    tier: Option<Tier>,
    used_until: Option<toml::value::Datetime>,
    #[serde(default)]
    bidder: Vec<WireBidder>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireBidder {
    folder: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    product: String,
    #[serde(default)]
    version: String,
}

/// A file to begin with, every entry explained.
pub const EXAMPLE: &str = include_str!("../data/purchase.toml");

const HINT: &str = "`lazaret purchase event` prints one to begin with";

impl Event {
    /// Reads such a file.
    ///
    /// # Errors
    /// When it is no TOML, has a key or a tier that is not known, is of another version, names
    /// a folder twice, or passes a limit.
    pub fn parse(bytes: &[u8]) -> Result<Self, Rejected> {
        let text = text::decode(bytes)?;
        expect_short(&text)?;
        let wire: Wire = toml::from_str(&text).map_err(|why| fault(&text, &why, HINT))?;
        if wire.purchase != 1 {
            return Err(Rejected::new(
                Place::Document,
                "another version of the file than 1",
                "`purchase = 1`",
            ));
        }
        let mut seen = BTreeSet::new();
        for bidder in &wire.bidder {
            if !seen.insert(bidder.folder.trim().to_lowercase()) {
                return Err(Rejected::new(
                    Place::Document,
                    format!("{} is named twice", text::quoted(&bidder.folder)),
                    "name each folder once",
                ));
            }
        }
        let used_until = match wire.used_until {
            Some(day) => Some(day_of(&day)?),
            None => None,
        };
        let bidders = wire.bidder.into_iter().map(|it| Bidder {
            folder: it.folder.trim().to_owned(),
            name: it.name.trim().to_owned(),
            product: it.product.trim().to_owned(),
            version: it.version.trim().to_owned(),
        });
        Ok(Self {
            title: wire.title.trim().to_owned(),
            tier: wire.tier.unwrap_or(Tier::LifeSustaining),
            used_until,
            bidders: bidders.collect(),
        })
    }

    /// What the house says of the bidder whose folder is called so; the name of the folder
    /// where it says nothing.
    #[must_use]
    pub fn bidder(&self, folder: &str) -> Bidder {
        let named = |it: &&Bidder| it.folder.eq_ignore_ascii_case(folder);
        let mut bidder = self.bidders.iter().find(named).cloned().unwrap_or_default();
        folder.clone_into(&mut bidder.folder);
        if bidder.name.is_empty() {
            folder.clone_into(&mut bidder.name);
        }
        bidder
    }
}

/// Refuses a file that nobody keeps by hand.
pub(crate) fn expect_short(text: &str) -> Result<(), Rejected> {
    match text.len() > limits::PURCHASE_BYTES_MAX {
        true => Err(Rejected::new(
            Place::Document,
            format!("more than {} bytes", limits::PURCHASE_BYTES_MAX),
            "keep one file for each purchase",
        )),
        false => Ok(()),
    }
}

/// What is wrong with TOML, and in which line.
pub(crate) fn fault(text: &str, why: &toml::de::Error, hint: &'static str) -> Rejected {
    let start = why.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Rejected::new(Place::Line { line, column: 0 }, why.message().to_owned(), hint)
}

fn day_of(day: &toml::value::Datetime) -> Result<Day, Rejected> {
    let text = day.to_string();
    terms::date::day(&text).map_err(|_| {
        Rejected::new(
            Place::Document,
            format!("{} is no day", text::quoted(&text)),
            "write days as 2026-11-26",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_reads_and_names_what_a_house_would_say() {
        let event = Event::parse(EXAMPLE.as_bytes()).unwrap();
        assert_eq!(event.tier, Tier::LifeSustaining);
        assert_eq!(event.bidder("ACME").name, "Acme Medical, Inc.");
        assert_eq!(event.bidder("nobody").name, "nobody");
        assert_eq!(event.bidder("nobody").product, "");
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_line() {
        #[track_caller]
        fn check(text: &str, part: &str) {
            let why = Event::parse(text.as_bytes()).unwrap_err().to_string();
            assert!(why.contains(part), "{why}");
        }

        check("purchase = 2\n", "another version");
        check("purchase = 1\ntier = \"grave\"\n", "line 2");
        check("purchase = 1\nteir = \"networked\"\n", "line 2");
        check("purchase = 1\nused_until = 2026-11-26T01:00:00Z\n", "no day");
        let twice = "purchase = 1\n[[bidder]]\nfolder='a'\n[[bidder]]\nfolder='A '\n";
        check(twice, "named twice");
        check("\u{0}", "line 1");
    }

    #[test]
    fn a_tier_that_nobody_names_is_the_gravest() {
        assert_eq!(Event::parse(b"purchase = 1").unwrap().tier, Tier::LifeSustaining);
        assert_eq!(Event::default().tier, Tier::LifeSustaining);
    }
}
