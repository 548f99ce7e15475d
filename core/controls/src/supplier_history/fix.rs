//! Where an advisory offers a fix for one product.

use advisory::{Record, RemediationKind};
use reading::Place;
use terms::vex::Status;

use super::{clip, promised};

/// Where a record offers a fix for a product that a name tells, and in which words. A fix that is
/// only promised is none.
pub(crate) fn fix_for(
    record: &Record,
    is_named: &dyn Fn(&str) -> bool,
) -> Option<(Place, String)> {
    let named: Vec<usize> = (record.products.iter().enumerate())
        .filter(|(_, product)| {
            let branches = product.branches.iter().map(|branch| branch.name.as_str());
            let words: Vec<&str> = branches.chain([product.name.as_str()]).collect();
            is_named(&words.join(" "))
        })
        .map(|(at, _)| at)
        .collect();
    if named.is_empty() {
        return None;
    }
    let offered = record.remediations.iter().enumerate().find(|(_, remediation)| {
        let is_of = remediation.products.is_empty()
            || remediation.products.iter().any(|at| named.contains(at));
        is_of
            && matches!(
                remediation.kind,
                RemediationKind::VendorFix | RemediationKind::OptionalPatch
            )
            && promised(&remediation.text).is_none()
    });
    if let Some((number, remediation)) = offered {
        let pointer = match remediation.vulnerability {
            Some(of) => format!("/vulnerabilities/{of}/remediations"),
            None => format!("/remediations/{number}"),
        };
        let text = format!("a fix is offered: {}", clip(remediation.text.trim()));
        return Some((Place::Pointer(pointer), text));
    }
    let products = named.iter().filter_map(|at| record.products.get(*at));
    let fixed = products
        .flat_map(|product| product.statuses.iter().map(move |status| (product, status)))
        .find(|(_, status)| status.status == Status::Fixed)?;
    let (product, status) = fixed;
    let pointer = format!("/vulnerabilities/{}/product_status", status.vulnerability);
    Some((Place::Pointer(pointer), format!("{} is fixed", product.name)))
}
