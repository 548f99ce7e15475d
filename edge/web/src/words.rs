//! The words for what the code calls by short names, one vocabulary each.

use advisory::{RemediationKind, Scorer};
use device::inventory::{Field, Reason};
use fleet::{Column, How, Priority};
use matching::device::Topic;
use operations::Permission;
use operations::fleet::{About, Set};
use operations::inventory::{
    Elsewhere, Identifier, MostMissing, OneAway, Related, Renamed, Sister,
};
use operations::question::{Kind as QuestionKind, Shift};
use operations::webhook::Event;
use store::{Kind, MakerSaid, Role, Said};

use crate::mark::Mark;
use crate::problem::sentence;

/// What somebody may do, after "lets you".
pub(crate) const fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::ViewDevices => "see devices",
        Permission::ExportDevices => "take lists of devices away",
        Permission::DeliverDocuments => "deliver documents about products",
        Permission::AcceptStatements => "accept what makers state",
        Permission::Analyse => "say by your own analysis what is not affected",
        Permission::AnswerAsMaker => "deliver and answer for a maker",
        Permission::ViewSuppliers => "see dossiers of suppliers",
        Permission::KeepSuppliers => "keep dossiers of suppliers",
        Permission::ViewPurchases => "see purchases and what bidders deliver",
        Permission::KeepPurchases => "keep purchases and award them",
        Permission::ViewEvidence => "see evidence, and where the organisation stands",
        Permission::KeepEvidence => "keep evidence",
        Permission::AnswerQuestions => "answer questions",
        Permission::ImportInventory => "take in inventories",
        Permission::ActOnWork => "say what is done about devices, and when",
        Permission::AcceptRisk => "accept risks for a time",
        Permission::ViewPeople => "see who has which role",
        Permission::ManagePeople => "manage people",
        Permission::ViewAudit => "see the audit log",
        Permission::Administer => "run the organisation and its settings",
    }
}

/// What happens, after "it is told when".
pub(crate) const fn event(event: Event) -> &'static str {
    match event {
        Event::Affects => "a flaw affects devices that it did not affect before",
        Event::Retracted => "a flaw is no longer said to affect devices",
        Event::Exploited => "a flaw that affects devices is being exploited",
        Event::Returned => {
            "work comes back: it was over, reported done, planned or accepted"
        }
        Event::Exported => "somebody takes work orders away",
        Event::Sent => "somebody sends work orders",
        Event::ImportFinished => "an inventory was taken in",
        Event::ImportFailed => "an inventory could not be taken in",
        Event::FeedFailing => "a feed of advisories does not answer",
        Event::FeedRecovered => "a feed of advisories answers again",
        Event::Awarded => "a purchase is awarded, also one in which you buy along",
        Event::News => "something is new about what was bought",
        Event::OverrideAsked => "somebody asks that a gate keep nobody from buying",
    }
}

/// What a grave act does, as whoever is asked who they are reads it; empty where nothing is
/// said of it.
pub(crate) fn grave(route: &str) -> &'static str {
    match route {
        "/people/invitation" => "Invites somebody",
        "/people/{person}/roles" => "Gives somebody a role",
        "/people/{person}/erased" => "Erases somebody for good",
        "/people/{person}/unblocked" => "Lets a blocked account in again",
        "/people/{person}/password" => "Makes a link for a new password",
        "/people/{person}/second-factor/taken-away" => {
            "Takes somebody's second factor away"
        }
        "/imports/{import}/taken-back" => "Takes an import back",
        "/imports/sources/{source}/taken-back" => {
            "Takes all imports of an asset system back"
        }
        "/organisations/second-factor" => "Says whether a second factor is asked for",
        "/account/tokens" => "Makes a token for a program",
        "/account/second-factor/codes" => "Makes new recovery codes",
        "/account/second-factor/taken-away" => "Takes your second factor away",
        "/posture/exceptions/{exception}/approved" => "Approves an exception",
        "/posture/{control}/attested" => "Signs for a control in your name",
        "/reports/pack/file" => "Takes an evidence pack away",
        "/settings/keys" => "Makes another key that signs evidence packs",
        "/reports/posture/file"
        | "/reports/board/file"
        | "/reports/suppliers/{supplier}/file" => "Takes a report away",
        "/purchases/{purchase}/awarded" => "Awards a purchase",
        "/purchases/{purchase}/overrides/{override}/approved" => {
            "Approves that a gate keeps nobody from buying"
        }
        "/evidence/{evidence}/file" => "Takes a document away that may name people",
        "/products/statements/{document}/accepted" => "Accepts what a maker states",
        "/posture/{control}/tailoring" => "Says what an organisation makes of a control",
        "/posture/{control}/exceptions" => "Asks for an exception",
        "/purchases/{purchase}/bidders/{bidder}/overrides" => {
            "Asks that a gate keep nobody from buying"
        }
        "/work/{action}/acceptance" => "Accepts for a time that devices stay as they are",
        "/work/{action}/approval" => "Approves that devices stay as they are",
        "/work/policy" => "Sets by when work is due",
        "/work/priorities/{organisation}" => "Sets by which table priorities are given",
        "/work/sent" => "Sends work orders",
        "/settings/webhooks/new" => "Makes a webhook",
        "/settings/webhooks/{webhook}/secret" => "Makes a new secret for a webhook",
        "/work/{action}/analysis" => "Keeps your own analysis: not affected",
        _ => "",
    }
}

/// That another asset system tells of most devices of an export, with the share.
pub(crate) fn elsewhere(elsewhere: &Elsewhere) -> String {
    let kind = match elsewhere.identifier {
        Identifier::AssetTag => "asset tags",
        Identifier::Serial => "serial numbers",
        Identifier::Udi => "UDIs",
    };
    format!(
        "{} of {} {kind} are of asset system {} already.",
        figure(elsewhere.shared as i64),
        figure(elsewhere.of as i64),
        elsewhere.source.name
    )
}

/// That organisations above or below tell of some devices of an export already.
pub(crate) fn related(related: &[Related]) -> String {
    let told: Vec<String> = related
        .iter()
        .map(|one| {
            let devices = many(one.devices as i64, "device", "devices");
            format!("{devices} at {}", one.name)
        })
        .collect();
    format!(
        "By serial number, label or MAC address, some of them are known already: {}.",
        told.join(", ")
    )
}

/// That sister organisations have some devices of an export.
pub(crate) fn sisters(sisters: &[Sister]) -> String {
    let told: Vec<String> = sisters
        .iter()
        .map(|one| {
            let devices = many(one.devices as i64, "device", "devices");
            let kept = match one.devices - one.movable {
                0 => String::new(),
                kept => format!(" ({} cannot be moved by you now)", figure(kept as i64)),
            };
            format!("{devices} at {}{kept}", one.name)
        })
        .collect();
    format!(
        "By serial number or label, some of them are known at a sister organisation: {}.",
        told.join(", ")
    )
}

/// That an export names devices which went to other organisations.
pub(crate) fn away(away: &[OneAway]) -> String {
    let devices = many(away.len() as i64, "device", "devices");
    format!("It names {devices} that went to another organisation.")
}

/// That most devices of an asset system would be missing, with the numbers.
pub(crate) fn most_missing(most: &MostMissing) -> String {
    format!(
        "Taken in as an export of {}, it would mark {} of its {} as missing.",
        most.source,
        figure(most.missing),
        many(most.of, "device", "devices")
    )
}

/// That devices may be known under another number, with the first of them.
pub(crate) fn renamed(renamed: &Renamed) -> String {
    let Some(first) = renamed.shown.first() else { return String::new() };
    match renamed.count {
        1 => sentence(&first.asked()),
        count => format!(
            "{} may be known under another number; the first: {}",
            many(count as i64, "device", "devices"),
            sentence(&first.asked())
        ),
    }
}

/// A role, and what it is for.
pub(crate) const fn role(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer: looks",
        Role::Biomed => "Biomedical engineer: keeps devices running",
        Role::Security => "Security: keeps devices safe",
        Role::Contracting => "Contracting: buys devices",
        Role::Privacy => "Privacy: watches over personal data",
        Role::Auditor => "Auditor: examines everything, changes nothing",
        Role::Administrator => "Administrator: runs the house",
        Role::SupplierGuest => "Supplier's guest: answers for a supplier",
    }
}

/// A role's name alone.
pub(crate) fn role_name(of: Role) -> &'static str {
    role(of).split(':').next().unwrap_or_default()
}

/// What an organisation is.
pub(crate) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::PurchasingGroup => "Purchasing group",
        Kind::System => "Hospital system",
        Kind::Hospital => "Hospital",
        Kind::Site => "Site",
        Kind::Maker => "Maker",
    }
}

/// What a column of an inventory is.
pub(crate) const fn field(of: Field) -> &'static str {
    match of {
        Field::AssetTag => "Asset tag",
        Field::Serial => "Serial number",
        Field::Udi => "UDI",
        Field::Mac => "MAC address",
        Field::Ip => "IP address",
        Field::Hostname => "Host name",
        Field::Maker => "Maker",
        Field::Model => "Model",
        Field::Description => "Description",
        Field::Version => "Software version",
        Field::HardwareRevision => "Hardware revision",
        Field::Department => "Department or ward",
        Field::Site => "Site",
        Field::Room => "Room",
        Field::Owner => "Owner",
        Field::Status => "Status",
        Field::Installed => "In use since",
        Field::Received => "Received on",
        Field::Manufactured => "Made on",
        Field::EndOfSupport => "Supported until",
        Field::LifeSustaining => "Sustains life",
        Field::HoldsPhi => "Holds patient data",
        Field::Reachable => "Reachable from other zones",
    }
}

/// Why a column is taken for a field.
pub(crate) fn reason(why: Reason) -> String {
    match why {
        Reason::Given => "you said so".to_owned(),
        Reason::Heading => "its heading says so".to_owned(),
        Reason::LastResort => "no other column can be it".to_owned(),
        Reason::Content { fitting, seen } => {
            format!("{fitting} of its first {seen} cells look like it")
        }
    }
}

/// A count as stored, which is never below nothing.
pub(crate) fn figure(count: i64) -> String {
    number(count.unsigned_abs())
}

/// A number with its noun, marks between thousands.
pub(crate) fn many(count: i64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{} {many}", figure(count)),
    }
}

/// How large a file is, in the units that file managers show.
pub(crate) fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => many(bytes, "byte", "bytes"),
        1_000..1_000_000 => format!("{} kB", figure((bytes + 500) / 1_000)),
        100_000_000.. => format!("{} MB", figure(bytes / 1_000_000)),
        _ => format!("{}.{} MB", figure(bytes / 1_000_000), bytes % 1_000_000 / 100_000),
    }
}

/// A count with its noun.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}

/// A number with a comma for each thousand.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// A count of devices, with the verb that follows.
pub(crate) fn devices(count: u64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 device {one}"),
        count => format!("{} devices {many}", number(count)),
    }
}

/// What a column is called.
pub(crate) const fn column(column: Column) -> &'static str {
    match column {
        Column::Organisation => "Organisation",
        Column::Configuration => "Device build",
        Column::Source => "Asset system",
        Column::AssetTag => "Asset tag",
        Column::Serial => "Serial number",
        Column::Udi => "UDI",
        Column::Mac => "MAC address",
        Column::Ip => "IP address",
        Column::Department => "Ward",
        Column::Status => "Status",
        Column::Received => "Received",
        Column::MissingSince => "Missing since",
        Column::LifeSustaining => "Sustains life",
        Column::HoldsPhi => "Holds patient data",
        Column::Reachable => "Reachable in the network",
        Column::Maker => "Maker",
        Column::Model => "Model",
        Column::Description => "Description",
        Column::Version => "Version",
        Column::Verdict => "Verdict",
        Column::Priority => "Priority",
        Column::Affected => "Flaws that affect it",
        Column::CannotTell => "Open questions",
        Column::Exploited => "Exploited in the wild",
        Column::Situation => "",
    }
}

/// A value of a column.
pub(crate) fn value(column: Column, value: &str) -> String {
    let word = match (column, value) {
        (Column::Verdict, word) => Mark::of_word(word).label(),
        (Column::Priority, word) => {
            let priority = Priority::ALL.into_iter().find(|one| one.word() == word);
            Mark::priority(priority).label()
        }
        (Column::LifeSustaining | Column::HoldsPhi | Column::Reachable, "unknown") => {
            "nobody has said"
        }
        (_, "") => "not stated",
        (_, value) => value,
    };
    word.to_owned()
}

/// In what a text in hand was met.
pub(crate) fn met_in(at: Column) -> &'static str {
    match at {
        Column::Configuration => "Maker, model, kind or release",
        at => column(at),
    }
}

/// How it was met there.
pub(crate) const fn met_how(how: How) -> &'static str {
    match how {
        How::Same => "is",
        How::Within => "is that of the label",
        How::Apart => "is so, with other separators",
        How::Beginning => "begins so",
        How::Part => "is like it",
        How::Words => "has these words",
    }
}

/// A set of devices, as a condition.
pub(crate) fn set(name: &str) -> String {
    match name.parse() {
        Ok(Set::Carrying) => "with known flaws by the SBOM".to_owned(),
        Ok(Set::WithoutBill) => "without an SBOM".to_owned(),
        Ok(Set::Unsaid(id)) => {
            format!("of which nobody knows about {id}: without an SBOM")
        }
        Ok(Set::ToDo) => "about which something is to be done".to_owned(),
        Ok(Set::Text(text)) => format!("found by “{text}”"),
        Ok(Set::Met(column, how, text)) => {
            format!("{} {}: “{text}”", met_in(column), met_how(how))
        }
        Ok(Set::Components(text)) => format!("with a component “{text}” by the SBOM"),
        Ok(Set::Component { key, version }) => {
            format!("with {} by the SBOM", format!("{key} {version}").trim_end())
        }
        Ok(Set::Answered(_)) => "decided by one answer".to_owned(),
        Ok(Set::Asked(_, None)) => "with one open question".to_owned(),
        Ok(Set::Asked(_, Some(Shift { from, to }))) => {
            let word = |one| Mark::priority(one).label();
            format!("that one answer moves from {} to {}", word(from), word(to))
        }
        Ok(Set::Work(_)) => "of one thing to do".to_owned(),
        Ok(Set::Touched(about, verdict)) => {
            let (About::Advisory(id) | About::Vulnerability(id)) = about;
            match verdict {
                Some(verdict) => format!("{id}: {}", verdict.label()),
                None => format!("{id}: any verdict"),
            }
        }
        Err(_) => name.to_owned(),
    }
}

/// What a question is about, in two words.
pub(crate) const fn question_kind(kind: QuestionKind) -> &'static str {
    use operations::question::Fact;

    match kind {
        QuestionKind::Fact(Fact::LifeSustaining) => "Sustains life",
        QuestionKind::Fact(Fact::HoldsPhi) => "Holds patient data",
        QuestionKind::Fact(Fact::Reachable) => "Reachable in the network",
        QuestionKind::Device(topic) => match topic {
            Topic::Condition => "Option or system",
            Topic::Version => "Version",
            Topic::Build => "Build",
            Topic::Part => "Version of a part",
            Topic::Fitted => "Built in",
            Topic::Model => "Model",
            Topic::Generation => "Generation",
            Topic::Edition => "Edition",
            Topic::Series => "Series",
            Topic::Made => "Day of manufacture",
            Topic::LeftOut => "What is left out",
            Topic::Fix => "Release with the fix",
            Topic::Words => "Words of an advisory",
            Topic::Investigation => "What the maker found out",
        },
        QuestionKind::Component => "Component of an SBOM",
    }
}

/// What somebody answered.
pub(crate) const fn said(said: Said) -> &'static str {
    match said {
        Said::Yes => "yes",
        Said::No => "no",
        Said::NotKnown => "nobody here knows",
    }
}

/// What a maker says.
pub(crate) const fn maker_said(said: MakerSaid) -> &'static str {
    match said {
        MakerSaid::Yes => "yes",
        MakerSaid::No => "no",
        MakerSaid::NotKnown => "we do not know yet",
        MakerSaid::Told => "as the words say",
    }
}

/// Who did something. Who was erased has no name any more.
pub(crate) fn who(name: Option<&String>) -> String {
    match name.map(String::as_str).unwrap_or_default() {
        "" => "somebody who is no longer known".to_owned(),
        name => name.to_owned(),
    }
}

/// What a remedy is.
pub(crate) const fn remedy(kind: RemediationKind) -> &'static str {
    match kind {
        RemediationKind::VendorFix => "Fix by the maker",
        RemediationKind::Mitigation => "Mitigation",
        RemediationKind::Workaround => "Workaround",
        RemediationKind::NoFixPlanned => "No fix is planned",
        RemediationKind::NoneAvailable => "No fix is available yet",
        RemediationKind::FixPlanned => "A fix is planned",
        RemediationKind::OptionalPatch => "Optional patch",
    }
}

/// Who gave a severity.
pub(crate) const fn scorer(scorer: Scorer) -> &'static str {
    match scorer {
        Scorer::Issuer => "the issuer of the advisory",
        Scorer::Cna => "the CVE's numbering authority",
        Scorer::CisaAdp => "CISA",
        Scorer::Nvd => "NVD",
        Scorer::Other => "an aggregator",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_told_apart() {
        for (count, written) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (12_345, "12,345"),
            (1_000_000, "1,000,000"),
        ] {
            assert_eq!(number(count), written);
        }
        assert_eq!(devices(1, "is", "are"), "1 device is");
        assert_eq!(devices(5012, "is", "are"), "5,012 devices are");
    }

    #[test]
    fn every_column_has_words() {
        for one in Column::ALL {
            assert!(!column(one).is_empty(), "{one:?}");
        }
    }
}
