//! Purchases: what is bought, who bids, and bidders side by side.

mod again;
pub(crate) mod bid;
pub(crate) mod bidder;
pub(crate) mod compare;
pub(crate) mod decide;
pub(crate) mod files;
pub(crate) mod list;
pub(crate) mod said;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use operations::purchase::{Gated, PurchaseError};
use posture::Verdict;
use store::Purchase;

use crate::field::Fault;
use crate::mark::Mark;
use crate::problem::{Problem, sentence};

/// What was typed, by the name of the field.
type Fields = BTreeMap<String, String>;

/// Where they lie.
pub(crate) const HOME: &str = "/purchases";

/// A number of an address.
pub(crate) fn number(noun: &'static str, text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found(noun, text))
}

/// How a purchase stands, with its shape.
fn standing(purchase: &Purchase) -> Mark {
    match &purchase.ended {
        None => Mark::standing("open", "goes on"),
        Some(ended) if ended.award.is_some() => Mark::standing("in_force", "awarded"),
        Some(_) => Mark::standing("withdrawn", "cancelled"),
    }
}

/// How a gate stands, with its shape.
fn gate_mark(gated: &Gated) -> Mark {
    match (gated.gate.standing, gated.blocks) {
        ("passed", _) => Mark::standing("in_force", "passed"),
        (_, false) => Mark::standing("waiting", "overridden"),
        ("closed", true) => Mark::standing("expired", "closed"),
        (_, true) => Mark::standing("waiting", "unproven"),
    }
}

/// What is bought, in words.
pub(crate) fn tier_words(word: &str) -> &'static str {
    operations::purchase::tier(word).map_or("", ::purchase::Tier::words)
}

/// A verdict of a consideration, with its shape.
fn verdict(word: &str) -> Mark {
    Mark::control_of(word)
}

/// Whether the profile asks something.
pub(crate) fn is_asked(word: &str) -> bool {
    word != Verdict::NotApplicable.word()
}

/// What was sent that cannot be taken is a fault of its field.
impl From<PurchaseError> for Problem {
    fn from(error: PurchaseError) -> Self {
        let wrong = |field: &'static str, detail: String| {
            Self::wrong_fields(vec![Fault::new(field, detail)])
        };
        let told = sentence(&error.to_string());
        let conflict = |next: &'static str| {
            Self::new(StatusCode::CONFLICT, sentence(&error.to_string())).next(next)
        };
        match error {
            PurchaseError::Missing(field) => {
                let mend = match field {
                    "title" => "Enter what it is called.",
                    "tier" => "Choose how much hangs on the device.",
                    "name" => "Enter who bids, or choose the dossier.",
                    "file" => "Choose the files, or one archive of them.",
                    "reason" => "Enter why.",
                    "bidder" => "Choose to whom.",
                    "shown" => {
                        "Send the digest of the comparison that was looked at (`shown`)."
                    }
                    _ => "Enter this.",
                };
                wrong(field, mend.to_owned())
            }
            PurchaseError::Wrong(field, what) => wrong(field, format!("This is {what}.")),
            PurchaseError::Twice(_) => wrong("name", told),
            PurchaseError::Profile(rejected) => {
                wrong("profile", sentence(&rejected.to_string()))
            }
            PurchaseError::Refused { name, why } => {
                let fault = format!("{name}: {} Nothing was kept.", sentence(&why));
                wrong("file", fault)
            }
            PurchaseError::NotAllowed => Self::new(StatusCode::NOT_FOUND, told)
                .next("Choose an organisation for which you buy."),
            PurchaseError::Others => Self::new(StatusCode::FORBIDDEN, told)
                .next("Ask somebody of the organisation that buys."),
            PurchaseError::Own => conflict("Ask somebody else who may accept risks."),
            PurchaseError::Ended => conflict("Make another purchase."),
            PurchaseError::Open => conflict("Look at its gates again."),
            PurchaseError::Blocked(_) => conflict(
                "Have what is missing proven, or a gate overridden by two people.",
            ),
            PurchaseError::Changed => conflict("Look at the purchase again."),
            PurchaseError::Supplier(error) => error.into(),
            PurchaseError::Judging(_)
            | PurchaseError::Unwritable(_)
            | PurchaseError::Record(_)
            | PurchaseError::CutShort(_) => Self::ours(told),
            PurchaseError::Store(error) => error.into(),
        }
    }
}
