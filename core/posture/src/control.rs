//! One pure function for each control: evidence in, a ruling out.

mod contract;
mod cover;
mod encryption;
mod house;
mod people;
mod product;
mod sharing;
mod supplier;
mod systems;

use evidence::Kind;

use crate::case::{Ask, Case, plain};
use crate::catalog::Control;
use crate::ruling::{Ruling, Verdict};

type Judge = fn(&Ask<'_, '_>) -> Ruling;

/// What the evidence says of a control.
pub(crate) fn judge(case: &Case<'_>, control: Control) -> Ruling {
    if let Some(reason) = case.tailoring.not_applicable(control) {
        return Ruling::new(Verdict::NotApplicable, reason, Vec::new());
    }
    let judge = JUDGES.iter().find(|(id, _)| *id == control.id());
    let ruling = match judge {
        Some((_, judge)) => judge(&Ask { case, control }),
        None => Ruling::cannot_tell("nothing tells it yet"),
    };
    match ruling.verdict {
        Verdict::CannotTell => claimed(case, control).unwrap_or(ruling),
        _ => ruling,
    }
}

/// What somebody signed about the control, where nothing better tells.
fn claimed(case: &Case<'_>, control: Control) -> Option<Ruling> {
    let own = case.own(Kind::Attestation);
    let fact = own.into_iter().find(|fact| {
        let is_signed = fact.record.value(evidence::Field::Signer).is_some();
        is_signed
            && plain(fact.record.text(evidence::Field::Control))
                == control.id().to_lowercase()
    })?;
    let statement = fact.record.text(evidence::Field::Statement);
    let ground = fact.ground(format!("signed: {statement}"));
    let why = "only claimed, in a signed statement";
    Some(Ruling::new(Verdict::Met, "", vec![ground]).claim(why))
}

/// One function for each control.
const JUDGES: [(&str, Judge); 64] = [
    ("A-01", people::officer),
    ("A-02", people::trained),
    ("A-03", people::assessed),
    ("A-04", people::phished),
    ("A-05", people::hygiene),
    ("A-06", systems::protected),
    ("A-07", systems::firewalls),
    ("A-08", systems::segmented),
    ("A-09", people::need_based),
    ("A-10", systems::method),
    ("A-11", systems::known_devices),
    ("A-12", systems::patched),
    ("A-13", people::credentials),
    ("A-14", systems::watched),
    ("A-15", people::left),
    ("A-16", systems::rehearsed),
    ("A-17", systems::remote),
    ("B-01", contract::conformity),
    ("B-02", supplier::bought_with_assurance),
    ("B-03", contract::liability),
    ("B-04", contract::warranty),
    ("B-05", cover::insured),
    ("B-06", product::assessed),
    ("B-07", product::tested),
    ("B-08", cover::budgeted),
    ("B-09", supplier::vetted),
    ("B-10", product::sbom),
    ("B-11", product::life_cycle),
    ("B-12", product::upgrade),
    ("B-13", cover::reviewed_risks),
    ("B-14", supplier::held_to_profile),
    ("B-15", product::announced),
    ("B-16", product::mds2),
    ("B-17", contract::patches),
    ("B-18", product::security_test),
    ("B-19", contract::audit),
    ("B-20", contract::notice),
    ("B-21", contract::indemnity),
    ("B-22", supplier::insured),
    ("B-23", cover::exclusions),
    ("B-24", product::decided),
    ("B-25", contract::disposal),
    ("B-26", contract::flow_down),
    ("C-01", encryption::phi),
    ("C-02", encryption::pii),
    ("C-03", encryption::credentials),
    ("C-04", encryption::confidential),
    ("C-05", encryption::at_rest),
    ("C-06", encryption::on_paths),
    ("C-07", encryption::backups),
    ("C-08", encryption::algorithms),
    ("D-01", sharing::member),
    ("D-02", supplier::member),
    ("D-03", supplier::only_members),
    ("D-04", contract::sharing),
    ("D-05", supplier::timely),
    ("D-06", supplier::guidance),
    ("D-07", sharing::joint_cases),
    ("D-08", sharing::responsibilities),
    ("D-09", sharing::aligned),
    ("D-10", sharing::passed_on),
    ("D-11", supplier::channel),
    ("D-12", supplier::provider),
    ("D-13", sharing::acted_on),
];

/// A ruling for each name: none are told, or all of them together.
fn each(names: &[String], what: &str, judge: impl Fn(&str) -> Ruling) -> Ruling {
    if names.is_empty() {
        return Ruling::cannot_tell(format!("no {what} is known"));
    }
    let ruling = Ruling::all(names.iter().map(|name| judge(name)).collect());
    match (ruling.verdict, names.len()) {
        (Verdict::Met, 2..) => Ruling {
            why: format!("all {} {what}s: {}", names.len(), ruling.why),
            ..ruling
        },
        _ => ruling,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn the_data_and_the_functions_name_the_same_sixty_four_controls() {
        let named: Vec<&str> = catalog().controls().map(Control::id).collect();
        let judged: Vec<&str> = JUDGES.iter().map(|(id, _)| *id).collect();
        assert_eq!(judged, named);
    }
}
