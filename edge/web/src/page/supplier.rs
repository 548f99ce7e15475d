//! Suppliers: the list with gate and flags, one supplier with its verdict and its dossier, a form
//! for each entry, documents, and what is asked.

pub(crate) mod deed;
pub(crate) mod document;
pub(crate) mod entry;
pub(crate) mod list;
mod measured;
pub(crate) mod show;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use operations::supplier::{EntryKind, Holds as Kind, Spec, SupplierError};
use store::SupplierEntry;
use supplier::dossier::{Origin, Sought};

use crate::field::{Choice, Fault, Field, Holds};
use crate::problem::{Problem, sentence};

/// Where they lie.
pub(crate) const HOME: &str = "/suppliers";

/// What a kind of entry is called.
pub(crate) const fn kind(of: EntryKind) -> &'static str {
    match of {
        EntryKind::Membership => "ISAO membership",
        EntryKind::Certificate => "Certificate",
        EntryKind::Cover => "Insurance",
        EntryKind::Contact => "Security contact",
        EntryKind::Disclosure => "Disclosure policy",
        EntryKind::Product => "Product",
        EntryKind::OwnershipChange => "Change of ownership",
        EntryKind::Absence => "Looked for and not found",
        EntryKind::Alias => "Further name",
        EntryKind::Stranger => "Name of another company",
        EntryKind::Document => "Document",
    }
}

/// What a form of that kind says about itself.
pub(crate) const fn about(of: EntryKind) -> &'static str {
    match of {
        EntryKind::Membership => {
            "An ISAO or ISAC is an organisation whose members share what they know of threats \
             and flaws, such as Health-ISAC. The gate asks for its confirmation, with the day \
             until which it holds."
        }
        EntryKind::Certificate => {
            "What it is about stands in its scope: a certificate of one site says nothing of a \
             product made at another."
        }
        EntryKind::Cover => "Insurance against what flaws of its products cost others.",
        EntryKind::Contact => {
            "Whoever answers when a flaw is found. It may name a person: what is kept here is \
             sealed."
        }
        EntryKind::Disclosure => "How it takes in flaws that others report.",
        EntryKind::Product => "A product that you buy from it, or would.",
        EntryKind::OwnershipChange => {
            "Who bought it, and who answers for security since."
        }
        EntryKind::Absence => {
            "That you looked and found nothing is evidence for a year; then it is asked again."
        }
        EntryKind::Alias => {
            "A brand, a former name, or a company that it bought and answers for: advisories \
             under that name are its own from then on."
        }
        EntryKind::Stranger => "It is spelt alike, and is another company.",
        EntryKind::Document => "A document that was dropped here.",
    }
}

/// What a field is called, and what is to be typed there.
const fn label(name: &str) -> (&'static str, &'static str) {
    match name.as_bytes() {
        b"isao" => ("ISAO or ISAC", "Health-ISAC, MedISAO, H-ISAC Europe"),
        b"since" => ("Member since", ""),
        b"until" => ("Holds until", "Without that day the gate stays closed."),
        b"scheme" => ("Standard", "With its year: ISO/IEC 27001:2022"),
        b"number" => ("Number", ""),
        b"holder" => ("Given to", "The legal name that stands on it"),
        b"body" => ("Certification body", ""),
        b"accreditation" => ("Accredited by", ""),
        b"scope" => ("Scope", "Word for word"),
        b"covers" => (
            "Products in its scope",
            "By comma, as you found them in the scope; empty where nobody has compared",
        ),
        b"issued" => ("Issued", ""),
        b"expires" => ("Ends", ""),
        b"cover" => ("Kind of insurance", "Cyber, technology errors and omissions"),
        b"insurer" => ("Insurer", ""),
        b"limit" => ("Pays at most for a claim", "A whole number"),
        b"required" => ("You ask for at least", "In the same currency"),
        b"currency" => ("Currency", "USD, EUR"),
        b"role" => ("Team or office", "Product security team"),
        b"person" => ("Person", "Where one is named"),
        b"mail" => ("Mail address", "This, or a page"),
        b"page" => ("Page", ""),
        b"seen" => ("Seen on", ""),
        b"policy" => ("Address of the policy", ""),
        b"cna" => ("Who assigns its CVE ids", "Where it does not do so itself"),
        b"product" => ("Product", ""),
        b"models" => ("Models and further names", "By comma"),
        b"version" => ("Release that would be delivered", ""),
        b"released" => ("Released on", ""),
        b"cleared" => ("Cleared on", "By the FDA or another regulator"),
        b"clearance" => ("Under the number", "K250001"),
        b"networked" => ("Can it be connected to a network?", ""),
        b"used_until" => ("Meant to be used until", ""),
        b"support_ends" => ("Support ends", ""),
        b"announced" => ("That was announced on", ""),
        b"what" => ("What happened", "Bought by …"),
        b"on" => ("On", ""),
        b"psirt" => ("Who answers for security since", ""),
        b"sought" => ("What you looked for", ""),
        b"looked_at" => ("Where you looked", "An address, or whom you asked"),
        b"name" => ("Name", ""),
        b"read" => ("Read as", ""),
        _ => ("", ""),
    }
}

/// What may be looked for, in words.
pub(crate) const fn sought(of: Sought) -> &'static str {
    match of {
        Sought::Membership => "membership in an ISAO",
        Sought::DisclosurePolicy => "disclosure policy",
        Sought::SecurityTxt => "security.txt",
        Sought::ProviderMetadata => "metadata of a CSAF provider",
        Sought::Advisories => "advisories",
        Sought::Cna => "entry in the list of CVE numbering authorities",
        Sought::SecurityContact => "security contact",
        Sought::Sbom => "SBOM",
        Sought::Mds2 => "MDS2 form",
        Sought::Recalls => "recalls",
        Sought::Insurance => "insurance",
        Sought::OwnershipChange => "change of ownership",
    }
}

/// From whom a fact is, in words.
pub(crate) const fn origin(of: Origin) -> &'static str {
    match of {
        Origin::Supplier => "the supplier says so",
        Origin::ThirdParty => "somebody who knows: the ISAO, the certifier, the insurer",
        Origin::House => "we saw it ourselves",
    }
}

/// The same in two words.
pub(crate) fn origin_named(word: &str) -> &'static str {
    match operations::supplier::origin_of_word(word) {
        Some(Origin::ThirdParty) => "third party",
        Some(Origin::House) => "seen by us",
        Some(Origin::Supplier) | None => "supplier's word",
    }
}

/// A field of a form, with what was typed.
pub(crate) enum Input {
    Line(Field),
    List(Choice),
}

impl Input {
    pub(crate) fn of(
        spec: &Spec,
        typed: &BTreeMap<String, String>,
        faults: &[Fault],
    ) -> Self {
        let value = typed.get(spec.name).map_or("", String::as_str);
        let (label, hint) = label(spec.name);
        let holds = match spec.holds {
            Kind::Day => Holds::Day,
            Kind::Number => Holds::Number,
            Kind::Text | Kind::Names => Holds::Text,
            Kind::YesNo => {
                let options = [("", "nobody says"), ("yes", "yes"), ("no", "no")];
                let options =
                    options.map(|(value, text)| (value.to_owned(), text.to_owned()));
                let list = Choice::new(spec.name, label, options, value);
                return Self::List(list.hint(hint).judged(faults));
            }
            Kind::Sought => {
                let options = Sought::ALL
                    .map(|(word, it)| (word.to_owned(), sought(it).to_owned()));
                let list = Choice::new(spec.name, label, options, value);
                return Self::List(list.hint(hint).judged(faults));
            }
        };
        let line = Field::new(spec.name, label, holds).hint(hint).typed(value);
        Self::Line(line.judged(faults))
    }
}

/// The fields of an entry with their words, those that are empty left out.
pub(crate) fn said(entry: &SupplierEntry) -> Vec<(&'static str, String)> {
    let Some(kind) = EntryKind::from_word(&entry.kind) else { return Vec::new() };
    let fields = kind.fields().iter().filter_map(|spec| {
        let value = entry.fields.get(spec.name)?;
        let shown = match spec.holds {
            Kind::Sought => Sought::ALL
                .iter()
                .find(|(word, _)| word == value)
                .map_or_else(|| value.clone(), |(_, it)| sought(*it).to_owned()),
            Kind::Day => day(value),
            _ => value.clone(),
        };
        Some((label(spec.name).0, shown))
    });
    fields.collect()
}

/// A day as people read it.
pub(crate) fn day(text: &str) -> String {
    let day: Result<jiff::civil::Date, _> = text.parse();
    day.map_or_else(|_| text.to_owned(), |day| day.strftime("%-d %b %Y").to_string())
}

/// A number in a path.
pub(crate) fn number(noun: &'static str, id: &str) -> Result<i64, Problem> {
    id.parse().map_err(|_| Problem::not_found(noun, id))
}

/// What was typed that cannot be taken is a fault of its field.
impl From<SupplierError> for Problem {
    fn from(error: SupplierError) -> Self {
        let wrong = |field: &'static str, detail: String| {
            Self::wrong_fields(vec![Fault::new(field, detail)])
        };
        match error {
            SupplierError::Missing(field) => {
                let detail = match field {
                    "mail" => "Enter a mail address, or a page.".to_owned(),
                    "policy" => {
                        "Enter the policy, or who assigns the CVE ids.".to_owned()
                    }
                    "reason" => "Enter why.".to_owned(),
                    "origin" => "Choose from whom you know it.".to_owned(),
                    field => format!("Enter this: {}.", label(field).0.to_lowercase()),
                };
                wrong(field, detail)
            }
            SupplierError::Wrong(field, what) => wrong(field, format!("This is {what}.")),
            SupplierError::Long(field) => wrong(field, "This is too long.".to_owned()),
            SupplierError::Elsewhere { .. } | SupplierError::OtherSupplier(_) => {
                wrong("file", sentence(&error.to_string()))
            }
            SupplierError::Rejected(rejected) => {
                crate::parts::refused("The file", &rejected)
            }
            SupplierError::NotAllowed => {
                Self::new(StatusCode::FORBIDDEN, sentence(&error.to_string()))
                    .next("Choose another organisation.")
            }
            SupplierError::NoGuest => {
                Self::new(StatusCode::CONFLICT, sentence(&error.to_string()))
                    .next("Ask an administrator to invite a guest of that supplier.")
            }
            SupplierError::NothingOpen => {
                Self::new(StatusCode::CONFLICT, sentence(&error.to_string()))
                    .next("Look at the page again: somebody may have asked already.")
            }
            SupplierError::Bill(error) => (*error).into(),
            SupplierError::Statement(error) => (*error).into(),
            SupplierError::Fleet(error) => (*error).into(),
            SupplierError::Judging(error) => (*error).into(),
            SupplierError::CutShort(error) => Self::ours(error.to_string()),
            SupplierError::Store(error) => error.into(),
        }
    }
}
