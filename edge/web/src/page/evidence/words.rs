//! Kinds of evidence and their fields, as people read them.

use evidence::{Field, Kind};

/// What evidence of a kind is called; a word that is none is shown as it is.
pub(crate) fn kind(word: &str) -> &str {
    let Some(kind) = Kind::named(word) else {
        return match word {
            "firewall" => "rules of a firewall",
            "scan" => "result of a scanner",
            "profile" => "profile of OSCAL: which controls apply, and how",
            "poam" => "plan of action of OSCAL",
            word => word,
        };
    };
    match kind {
        Kind::Person => "roster of people",
        Kind::Account => "accounts",
        Kind::Completion => "completed courses",
        Kind::Phish => "results of simulated phishing",
        Kind::Endpoint => "protection and patches of computers",
        Kind::LogSource => "log sources",
        Kind::RemoteSession => "sessions of suppliers from outside",
        Kind::AdvisoryLog => "log of advisories",
        Kind::Flow => "flow of data",
        Kind::Assessment => "risk assessment",
        Kind::Designation => "designation",
        Kind::Course => "course and for whom it is",
        Kind::AccessReview => "review of rights",
        Kind::ZoneTest => "test between zones",
        Kind::Credentials => "credentials of a device",
        Kind::Exercise => "rehearsal",
        Kind::RestoreTest => "test of a backup",
        Kind::Contract => "contract",
        Kind::Purchase => "purchase",
        Kind::Policy => "insurance policy",
        Kind::Loss => "model of losses",
        Kind::DeviceTest => "test of a device",
        Kind::Budget => "budget",
        Kind::Product => "product",
        Kind::Sbom => "SBOM",
        Kind::Support => "support of a product",
        Kind::Decision => "decision about a legacy device",
        Kind::Acceptance => "risk that was taken",
        Kind::Supplier => "review of a supplier",
        Kind::Vetting => "vetting of a supplier",
        Kind::Mds2 => "disclosure statement (MDS2)",
        Kind::SecurityTest => "security test of a product",
        Kind::Disposal => "disposal",
        Kind::Membership => "ISAO membership",
        Kind::Feed => "feed of advisories",
        Kind::History => "history of advisories",
        Kind::Case => "case worked on together",
        Kind::Responsibility => "list of responsibilities",
        Kind::Alignment => "mapping to a standard",
        Kind::Shared => "something that was shared",
        Kind::Channel => "channel for reports",
        Kind::Provider => "provider of advisories",
        Kind::Incident => "incident",
        Kind::Attestation => "attestation",
        Kind::Absence => "looked for and not there",
        Kind::Document => "day of a file",
        Kind::Device => "devices",
        Kind::HouseAccess => "accounts of this house",
        Kind::HouseToken => "tokens of this house",
    }
}

/// What a field of a form is called.
pub(crate) fn label(word: &str) -> &'static str {
    match word {
        "file" => return "File",
        "subject" => return "What it is about",
        "source" => return "From which system, or from whom",
        "valid_from" => return "Of which day it is",
        "valid_until" => return "Counts until",
        "organisation" => return "Whose evidence",
        "replaces" => return "Takes the place of",
        "kind" => return "Kind",
        _ => {}
    }
    Field::named(word).map_or("This field", field)
}

/// What the fields of an entry are called.
const FIELDS: &[(Field, &str)] = &[
    (Field::Proof, "Proof"),
    (Field::Signer, "Signed by"),
    (Field::On, "On"),
    (Field::From, "From"),
    (Field::Until, "Until"),
    (Field::Supplier, "Supplier"),
    (Field::Product, "Product"),
    (Field::Version, "Version"),
    (Field::Scope, "What it covers"),
    (Field::Name, "Name"),
    (Field::Employee, "Number of the employee"),
    (Field::Login, "Login"),
    (Field::Mail, "Mail address"),
    (Field::Holder, "Who holds or owns it"),
    (Field::Role, "Role"),
    (Field::Department, "Department"),
    (Field::Active, "Works there?"),
    (Field::Enabled, "Switched on?"),
    (Field::Privileged, "May administer?"),
    (Field::Roles, "For which roles"),
    (Field::Mfa, "With a second factor?"),
    (Field::LastSignIn, "Last sign-in"),
    (Field::Disabled, "Switched off on"),
    (Field::Course, "Course"),
    (Field::Completed, "Completed?"),
    (Field::Score, "Score in percent"),
    (Field::Topics, "What it teaches, by comma"),
    (Field::PassMark, "Passed from which score on"),
    (Field::Campaign, "Campaign"),
    (Field::Clicked, "Followed the link?"),
    (Field::Submitted, "Gave something away?"),
    (Field::Reported, "Reported it?"),
    (Field::Host, "Computer or device"),
    (Field::Signatures, "Signatures of"),
    (Field::Patched, "Last patched"),
    (Field::Missing, "Patches missing"),
    (Field::OldestMissing, "Oldest missing since"),
    (Field::Exempt, "Exempt, and why"),
    (Field::LastEvent, "Last heard of"),
    (Field::Approved, "Approved?"),
    (Field::Recorded, "Recorded?"),
    (Field::Advisory, "Advisory"),
    (Field::Published, "Published"),
    (Field::Triaged, "Looked at"),
    (Field::Closed, "Done with"),
    (Field::Accepted, "Accepted on"),
    (Field::Method, "Method or standard"),
    (Field::InUse, "In use since"),
    (Field::Passed, "Passed?"),
    (Field::Devices, "With devices?"),
    (Field::Count, "How many"),
    (Field::Amount, "Amount"),
    (Field::P95, "Loss that one year in twenty passes"),
    (Field::Conformity, "Warrants conformity?"),
    (Field::SecurityWarranty, "Warrants security?"),
    (Field::WarrantyUntil, "Warranty until"),
    (Field::UsedUntil, "To be used until"),
    (Field::Cap, "Answers up to"),
    (Field::Uncapped, "Without a cap for breaches?"),
    (Field::Indemnity, "Indemnifies the house?"),
    (Field::PatchDays, "Days to a patch"),
    (Field::Audit, "May be audited?"),
    (Field::ScanBan, "Forbids scans?"),
    (Field::NoticeHours, "Hours to notice of an incident"),
    (Field::FlowDown, "Handed down to subcontractors?"),
    (Field::Sharing, "Allows sharing?"),
    (Field::Disposal, "Settles disposal?"),
    (Field::Cyber, "Covers cyber risk?"),
    (Field::Limit, "Sum insured"),
    (Field::ExcludesUnpatched, "Excludes unpatched software?"),
    (Field::ExcludesInjury, "Excludes bodily injury?"),
    (Field::ExcludesDependent, "Excludes interruption at others?"),
    (Field::Connectable, "Can join a network?"),
    (Field::Legacy, "Can no longer be protected?"),
    (Field::Tier, "Tier"),
    (Field::Released, "Released or made on"),
    (Field::Complete, "Complete, in percent"),
    (Field::Unsupported, "Parts that nobody supports"),
    (Field::Stage, "Stage of its life"),
    (Field::SupportEnds, "Support ends"),
    (Field::Announced, "Announced on"),
    (Field::Upgrade, "What leads on"),
    (Field::Choice, "What was decided"),
    (Field::Review, "Looked at again on"),
    (Field::Control, "Control"),
    (Field::Blocking, "Red flags that block"),
    (Field::FirstPurchase, "First purchase"),
    (Field::Independent, "Independent?"),
    (Field::Data, "What sort of data"),
    (Field::Where, "Where: at rest, path, backup, media"),
    (Field::Encrypted, "Encrypted?"),
    (Field::Keys, "Keys managed?"),
    (Field::Isao, "ISAO or ISAC"),
    (Field::Late, "Told late"),
    (Field::Lacking, "Lacking something"),
    (Field::Ours, "Acknowledged by the house"),
    (Field::Theirs, "Acknowledged by the other side"),
    (Field::Patients, "Risk for patients looked at?"),
    (Field::Tlp, "TLP label"),
    (Field::Audience, "To whom"),
    (Field::Contact, "Can somebody be reached?"),
    (Field::Valid, "Valid by its standard?"),
    (Field::Happened, "Happened on"),
    (Field::File, "File"),
    (Field::Sought, "What was looked for"),
    (Field::Statement, "Statement"),
];

/// What a field of an entry is called.
pub(crate) fn field(field: Field) -> &'static str {
    let found = FIELDS.iter().find(|(known, _)| *known == field);
    found.map_or("This field", |(_, words)| words)
}

/// How far a piece carries by itself.
pub(crate) fn class(word: &str) -> &'static str {
    match word {
        "observed" => "observed: a machine shows it of itself",
        "documented" => "documented: a record",
        _ => "attested: a claim, until its proof is there",
    }
}

/// The first letter of a text as a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_field_and_kind_has_words_of_its_own() {
        let named: BTreeSet<&str> = FIELDS.iter().map(|(_, words)| *words).collect();
        assert_eq!(named.len(), FIELDS.len());
        for one in Field::ALL {
            assert_ne!(field(*one), "This field", "{one:?}");
        }
        let kinds: BTreeSet<&str> = Kind::ALL.iter().map(|it| kind(it.word())).collect();
        assert_eq!(kinds.len(), Kind::ALL.len());
    }
}
