//! What the hospital and the health system of the sample can show for themselves: invented
//! exports and entries, through the same acts that people would do.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ::evidence::Kind;
use operations::evidence::{Answers, Entered, arrive, enter, take};
use operations::{Actor, App};
use store::{Audience, Parcel};

use super::letter;
use super::suppliers::{fields, letter as confirmation, meant, somebody};
use crate::cli::Failure;

/// How many people the invented roster has.
const PEOPLE: usize = 240;
const ROLES: [&str; 6] =
    ["Nurse", "Physician", "Biomedical engineer", "Pharmacist", "Clerk", "IT"];

/// Rules that part two zones: what no rule names is denied.
const FIREWALL: &str = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n\
                        -A INPUT -i lo -j ACCEPT\n\
                        -A FORWARD -s 10.20.0.0/24 -d 10.30.0.5/32 -p tcp --dport 443 -j ACCEPT\n\
                        COMMIT\n";

/// An entry that is made by hand: its kind, what it says, the name of its proof.
type ByHand = (Kind, &'static [(&'static str, &'static str)], &'static str, Audience);

const ENTRIES: [ByHand; 5] = [
    (
        Kind::Assessment,
        &[("method", "NIST CSF 2.0"), ("on", "@-120"), ("scope", "all")],
        "risk-assessment.pdf",
        Audience::Owner,
    ),
    (
        Kind::Membership,
        &[("isao", "Health-ISAC"), ("from", "@-400"), ("until", "@90")],
        "health-isac-membership.pdf",
        Audience::Below,
    ),
    (
        Kind::Policy,
        &[
            ("name", "Invented Mutual, cyber"),
            ("cyber", "yes"),
            ("limit", "5000000"),
            ("from", "@-200"),
            ("until", "@165"),
            ("excludes_unpatched", "yes"),
        ],
        "insurance-certificate.pdf",
        Audience::Below,
    ),
    (
        Kind::Exercise,
        &[("on", "@-80"), ("scope", "loss of the patient record"), ("devices", "no")],
        "exercise-report.pdf",
        Audience::Owner,
    ),
    // Nobody has shown a proof of this one yet.
    (
        Kind::RestoreTest,
        &[("on", "@-40"), ("passed", "yes"), ("scope", "laboratory")],
        "",
        Audience::Owner,
    ),
];

/// Delivers what the hospital has, and enters what the health system has; one export waits for
/// a look.
pub(super) async fn show(
    app: &App,
    (system, hospital): (i64, i64),
    security: &str,
) -> Result<(), Failure> {
    let noor = somebody(app, security).await?;
    let today = meant(app, "@-20");
    let mut roster = "Employee ID,Job Title,Department,Start Date\n".to_owned();
    let mut done = "Employee ID,Course,Completion Date,Status,Score\n".to_owned();
    for number in 1..=PEOPLE {
        let role = ROLES.get(number % ROLES.len()).copied().unwrap_or_default();
        writeln!(roster, "{number},{role},Ward {},2021-03-01", number % 9)?;
        // Some of the last months' courses are still open; one row has no day.
        let (day, state) = match number % 11 {
            0 => ("", "Not started"),
            1 if number > 200 => ("soon", "Completed"),
            _ => (today.as_str(), "Completed"),
        };
        writeln!(done, "{number},Cyber hygiene,{day},{state},{}", 70 + number % 30)?;
    }
    let courses = "evidence = 1\n\n[[course]]\ncourse = \"Cyber hygiene\"\n\
                   topics = \"phishing, passwords, devices\"\npass_mark = 70\n\
                   proof = \"training-plan.pdf\"\n";
    let plan = letter::page("An invented plan.");
    for (name, text, source) in [
        ("roster.csv", roster.as_str(), "Personnel"),
        ("training-plan.pdf", plan.as_str(), "Training"),
        ("courses.toml", courses, "Training"),
        ("firewall-icu.rules", FIREWALL, "Firewall of the ICU"),
    ] {
        let id = deliver(app, &noor, hospital, name, text).await?;
        let answers = Answers {
            source: source.to_owned(),
            valid_from: today.clone(),
            ..Answers::default()
        };
        take(app, &noor, id, &answers).await?;
    }
    deliver(app, &noor, hospital, "completed-courses.csv", &done).await?;
    for (kind, said, proof, audience) in ENTRIES {
        let parcel = Parcel::of(confirmation().as_bytes())?;
        let said: BTreeMap<String, String> = fields(app, said);
        let entered = Entered {
            organisation: system,
            kind,
            fields: &said,
            source: "",
            audience,
            file: (!proof.is_empty()).then_some((proof, &parcel)),
        };
        enter(app, &noor, entered).await?;
    }
    Ok(())
}

async fn deliver(
    app: &App,
    by: &Actor,
    place: i64,
    name: &str,
    text: &str,
) -> Result<i64, Failure> {
    let parcel = Parcel::of(text.as_bytes())?;
    Ok(arrive(app, by, place, name, parcel).await?.id())
}
