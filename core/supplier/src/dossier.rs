//! The dossier: what a person of the house keeps about a supplier, by hand.
//!
//! A file in TOML of our own (`docs/schema/supplier-dossier.schema.json`), version 1. It
//! holds names, products, memberships, certificates and covers, contacts, and what somebody
//! looked for and did not find. Each entry says from whom its fact is: from the supplier
//! itself, which is a claim; from a third party; or seen by a person of the house.
//!
//! Not here: what may be read from a document of its own (`security.txt`, SBOMs,
//! advisories), and any verdict.

mod wire;

use reading::{Notes, Parsed, Place, Rejected, limits, text};
use terms::Day;

use crate::Answer;

/// What is kept about one supplier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dossier {
    /// The legal name.
    pub name: String,
    /// Further names: brands, former names, companies that it bought and answers for.
    pub aliases: Vec<String>,
    /// When a person last looked at the file.
    pub reviewed: Option<Day>,
    /// Whoever answers for security, as each who knows says it.
    pub contacts: Vec<Contact>,
    /// How flaws are taken in, likewise.
    pub disclosures: Vec<Disclosure>,
    /// What is sold, or would be.
    pub products: Vec<Product>,
    /// Memberships in organisations that share information (ISAOs, ISACs).
    pub memberships: Vec<Membership>,
    /// Certificates.
    pub certificates: Vec<Certificate>,
    /// Insurance against what its flaws cost others.
    pub covers: Vec<Cover>,
    /// Changes of ownership.
    pub changes: Vec<OwnershipChange>,
    /// What was looked for and not found.
    pub absences: Vec<Absence>,
}

/// From whom a fact is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// From the supplier itself, and nobody has checked it.
    #[default]
    Supplier,
    /// From somebody else who knows: the ISAO, the certification body, the insurer.
    ThirdParty,
    /// A person of the house saw it.
    House,
}

impl Origin {
    /// The word in the file.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Supplier => "supplier",
            Self::ThirdParty => "third-party",
            Self::House => "house",
        }
    }
}

/// Whoever answers for security.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// The team or the office.
    pub role: String,
    /// The person, where one is named.
    pub person: String,
    /// Mail address.
    pub mail: String,
    /// Page.
    pub page: String,
    /// From whom this is.
    pub origin: Origin,
    /// When it was seen.
    pub seen: Option<Day>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// How flaws are taken in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disclosure {
    /// Address of the policy.
    pub policy: String,
    /// Who assigns CVE ids for it, where it does not do so itself.
    pub cna: String,
    /// From whom this is.
    pub origin: Origin,
    /// When it was seen.
    pub seen: Option<Day>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The name under which it is sold.
    pub name: String,
    /// Models and further names of it.
    pub models: Vec<String>,
    /// The version that would be delivered.
    pub version: String,
    /// When that version was released.
    pub released: Option<Day>,
    /// When a regulator cleared it.
    pub cleared: Option<Day>,
    /// Under which number.
    pub clearance: String,
    /// Whether it can be connected to a network.
    pub networked: Answer,
    /// Until when it is meant to be used.
    pub used_until: Option<Day>,
    /// When its maker ends support.
    pub support_ends: Option<Day>,
    /// When the end of support was announced.
    pub announced: Option<Day>,
    /// Where it stands.
    pub place: Place,
}

/// A membership in an organisation that shares information.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The organisation.
    pub isao: String,
    /// From whom it is known.
    pub origin: Origin,
    /// The file that proves it; empty where there is none.
    pub proof: String,
    /// Since when.
    pub since: Option<Day>,
    /// Until when.
    pub until: Option<Day>,
    /// Where it stands.
    pub place: Place,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Standard with its year: `ISO/IEC 27001:2022`.
    pub scheme: String,
    /// Number.
    pub number: String,
    /// To whom it was given.
    pub holder: String,
    /// The certification body.
    pub body: String,
    /// Accreditation of that body; empty where none is told.
    pub accreditation: String,
    /// The scope, word for word.
    pub scope: String,
    /// The products that a person found the scope to hold; `None` where nobody looked.
    pub covers: Option<Vec<String>>,
    /// From whom it is.
    pub origin: Origin,
    /// The file; empty where there is none.
    pub proof: String,
    /// From when.
    pub issued: Option<Day>,
    /// Until when.
    pub expires: Option<Day>,
    /// Where it stands.
    pub place: Place,
}

/// Insurance against what its flaws cost others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// `cyber`, `technology errors and omissions`, as written.
    pub kind: String,
    /// The insurer.
    pub insurer: String,
    /// What it pays at most for a claim, in whole units of the currency.
    pub limit: Option<u64>,
    /// What the house asks for at least, in the same currency.
    pub required: Option<u64>,
    /// Currency.
    pub currency: String,
    /// From whom it is.
    pub origin: Origin,
    /// The certificate; empty where there is none.
    pub proof: String,
    /// Until when.
    pub expires: Option<Day>,
    /// Where it stands.
    pub place: Place,
}

/// A change of ownership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnershipChange {
    /// What happened.
    pub what: String,
    /// When.
    pub on: Option<Day>,
    /// Who answers for security since; empty where nobody is named.
    pub psirt: String,
    /// From whom it is.
    pub origin: Origin,
    /// Where it stands.
    pub place: Place,
}

/// What was looked for and not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// What.
    pub what: Sought,
    /// Of which product; empty where it is about the supplier.
    pub product: String,
    /// Where it was looked for.
    pub looked_at: String,
    /// When.
    pub on: Day,
    /// Where it stands.
    pub place: Place,
}

/// What may be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each word says it")]
pub enum Sought {
    Membership,
    DisclosurePolicy,
    SecurityTxt,
    ProviderMetadata,
    Advisories,
    Cna,
    SecurityContact,
    Sbom,
    Mds2,
    Recalls,
    Insurance,
    OwnershipChange,
}

impl Sought {
    /// Everything, with its word in the file.
    pub const ALL: [(&'static str, Self); 12] = [
        ("isao-membership", Self::Membership),
        ("disclosure-policy", Self::DisclosurePolicy),
        ("security.txt", Self::SecurityTxt),
        ("provider-metadata", Self::ProviderMetadata),
        ("advisories", Self::Advisories),
        ("cna", Self::Cna),
        ("security-contact", Self::SecurityContact),
        ("sbom", Self::Sbom),
        ("mds2", Self::Mds2),
        ("recalls", Self::Recalls),
        ("insurance", Self::Insurance),
        ("ownership-change", Self::OwnershipChange),
    ];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, sought)| *sought == self);
        found.map_or("", |(word, _)| word)
    }
}

/// A file to begin with, in which every entry is explained.
pub const EXAMPLE: &str = include_str!("../data/dossier.toml");

/// Whether a text is a dossier: its version stands on a line of its own before any table.
#[must_use]
pub fn is_dossier(head: &str) -> bool {
    head.lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with('['))
        .any(|line| line.split_once('=').is_some_and(|(key, _)| key.trim() == "dossier"))
}

/// Reads a dossier.
///
/// # Errors
/// When the bytes are no TOML, have a key that is not known, name nobody, or pass a limit.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Dossier>, Rejected> {
    if bytes.len() > limits::DOSSIER_BYTES_MAX {
        return Err(Rejected::new(
            Place::Document,
            format!("a dossier of more than {} bytes", limits::DOSSIER_BYTES_MAX),
            "keep one file for each supplier",
        ));
    }
    let text = text::decode(bytes)?;
    let mut notes = Notes::new();
    let dossier = wire::read(&text, &mut notes)?;
    contradictions(&dossier, &mut notes);
    Ok(Parsed { value: dossier, notes: notes.finish() })
}

/// Days that cannot be in that order, and names that nothing else has.
fn contradictions(dossier: &Dossier, notes: &mut Notes) {
    let mut order =
        |first: Option<Day>, second: Option<Day>, place: &Place, what: &str| {
            if first.zip(second).is_some_and(|(first, second)| first > second) {
                notes.at(|| place.clone(), what);
            }
        };
    for one in &dossier.memberships {
        order(one.since, one.until, &one.place, "the membership ends before it begins");
    }
    for one in &dossier.certificates {
        order(
            one.issued,
            one.expires,
            &one.place,
            "the certificate ends before it begins",
        );
    }
    for one in &dossier.products {
        let what = "the end of support lies before its announcement";
        order(one.announced, one.support_ends, &one.place, what);
    }
    let is_product = |name: &str| {
        name.is_empty() || dossier.products.iter().any(|product| product.name == name)
    };
    for one in &dossier.absences {
        if !is_product(&one.product) {
            let what = format!("no product is called {}", text::quoted(&one.product));
            notes.at(|| one.place.clone(), what);
        }
    }
    for certificate in &dossier.certificates {
        for name in certificate.covers.iter().flatten() {
            if !is_product(name) {
                let what = format!("no product is called {}", text::quoted(name));
                notes.at(|| certificate.place.clone(), what);
            }
        }
    }
}

#[cfg(test)]
mod tests;
