//! What the purchasing group and the health system of the sample know of invented suppliers:
//! dossiers of every kind, through the same acts that people would do.

use std::collections::{BTreeMap, BTreeSet};

use ::supplier::dossier::Origin;
use anyhow::Context as _;
use jiff::SignedDuration;
use operations::maker::{self, NewShown};
use operations::supplier::{self, Brought, EntryKind};
use operations::{Actor, App};
use store::{MakerSaid, Parcel};

use super::letter;
use super::makers::{GUEST, MAKER};
use crate::cli::Failure;

/// A document that a person reads, as a proof.
pub(super) fn letter() -> String {
    letter::page("An invented confirmation, for the sample of Lazaret.")
}

/// A field: `@30` is the day in thirty days, `@-30` that of thirty days ago.
pub(super) type Field = (&'static str, &'static str);

/// An entry of a dossier.
struct Entry {
    kind: EntryKind,
    origin: Origin,
    fields: &'static [Field],
    /// What the document is called that proves it; empty where there is none.
    proof: &'static str,
}

const fn entry(kind: EntryKind, origin: Origin, fields: &'static [Field]) -> Entry {
    Entry { kind, origin, fields, proof: "" }
}

const fn proven(kind: EntryKind, fields: &'static [Field], proof: &'static str) -> Entry {
    Entry { kind, origin: Origin::ThirdParty, fields, proof }
}

/// A supplier of whom the purchasing group keeps a dossier.
struct Kept {
    name: &'static str,
    entries: &'static [Entry],
    /// `security.txt`; nothing where there is none.
    security_txt: &'static str,
}

const KEPT: [Kept; 8] = [
    Kept {
        name: "Aldermoor Medical",
        entries: &[
            proven(
                EntryKind::Membership,
                &[("isao", "Health-ISAC"), ("since", "@-700"), ("until", "@200")],
                "health-isac-confirmation.pdf",
            ),
            proven(
                EntryKind::Certificate,
                &[
                    ("scheme", "ISO/IEC 27001:2022"),
                    ("number", "IS 700100"),
                    ("holder", "Aldermoor Medical Ltd"),
                    ("body", "An invented certification body"),
                    (
                        "scope",
                        "Development and support of the infusion pump Meridian 400",
                    ),
                    ("issued", "@-400"),
                    ("expires", "@75"),
                ],
                "iso-27001.pdf",
            ),
            entry(
                EntryKind::Contact,
                Origin::House,
                &[
                    ("role", "Product security team"),
                    ("mail", "psirt@aldermoor.example"),
                    ("seen", "@-20"),
                ],
            ),
            entry(
                EntryKind::Disclosure,
                Origin::House,
                &[("policy", "https://aldermoor.example/disclosure"), ("seen", "@-20")],
            ),
            entry(
                EntryKind::Product,
                Origin::House,
                &[
                    ("product", "Meridian 400"),
                    ("version", "2.1"),
                    ("networked", "yes"),
                    ("cleared", "2024-05-02"),
                    ("used_until", "2036-12-31"),
                ],
            ),
        ],
        security_txt: "Contact: mailto:psirt@aldermoor.example\nExpires: @120\n\
                       Policy: https://aldermoor.example/disclosure\n",
    },
    Kept {
        name: "Brackwater Devices",
        entries: &[
            proven(
                EntryKind::Membership,
                &[("isao", "Health-ISAC"), ("since", "@-800"), ("until", "@-30")],
                "membership-2025.pdf",
            ),
            proven(
                EntryKind::Certificate,
                &[
                    ("scheme", "ISO/IEC 27001:2013"),
                    ("scope", "Head office administration"),
                    ("expires", "@-200"),
                ],
                "certificate.pdf",
            ),
        ],
        security_txt: "Contact: mailto:security@brackwater.example\nExpires: @-90\n",
    },
    Kept {
        name: "Calloway Thermal",
        entries: &[entry(
            EntryKind::Membership,
            Origin::Supplier,
            &[("isao", "Health-ISAC"), ("until", "@300")],
        )],
        security_txt: "",
    },
    Kept {
        name: "Dunmere Imaging",
        entries: &[
            entry(
                EntryKind::Absence,
                Origin::House,
                &[
                    ("sought", "isao-membership"),
                    ("looked_at", "the member list of Health-ISAC"),
                    ("on", "@-12"),
                ],
            ),
            entry(
                EntryKind::Absence,
                Origin::House,
                &[
                    ("sought", "security.txt"),
                    ("looked_at", "https://dunmere.example/.well-known/security.txt"),
                    ("on", "@-12"),
                ],
            ),
            entry(
                EntryKind::Absence,
                Origin::House,
                &[
                    ("sought", "disclosure-policy"),
                    ("looked_at", "https://dunmere.example"),
                    ("on", "@-12"),
                ],
            ),
        ],
        security_txt: "",
    },
    Kept {
        name: "Eskdale Respiratory",
        entries: &[
            proven(
                EntryKind::Membership,
                &[("isao", "MedISAO"), ("since", "@-100")],
                "medisao-letter.pdf",
            ),
            entry(
                EntryKind::OwnershipChange,
                Origin::House,
                &[("what", "bought by Fellgate Holding"), ("on", "@-150")],
            ),
        ],
        security_txt: "",
    },
    Kept {
        name: "Garrow Diagnostics",
        entries: &[
            proven(
                EntryKind::Membership,
                &[("isao", "Health-ISAC"), ("since", "@40"), ("until", "@400")],
                "accepted-application.pdf",
            ),
            proven(
                EntryKind::Cover,
                &[
                    ("cover", "technology errors and omissions"),
                    ("limit", "1000000"),
                    ("required", "3000000"),
                    ("currency", "USD"),
                    ("expires", "@50"),
                ],
                "acord-25.pdf",
            ),
        ],
        security_txt: "",
    },
    Kept { name: "Halberd Biosystems", entries: &[], security_txt: "" },
    Kept {
        name: "Hollin Surgical",
        entries: &[
            proven(
                EntryKind::Membership,
                &[("isao", "Health-ISAC"), ("since", "@-300"), ("until", "@30")],
                "health-isac-confirmation.pdf",
            ),
            entry(EntryKind::Alias, Origin::House, &[("name", "Hollin")]),
        ],
        security_txt: "",
    },
];

/// A list of everybody: two of the suppliers assign CVE ids themselves.
const CNAS: &str = r#"[
 {"shortName":"aldermoor","cnaID":"CNA-2030-0001","organizationName":"Aldermoor Medical",
  "scope":"Its own products","contact":[{"email":[{"emailAddr":"psirt@aldermoor.example"}]}],
  "disclosurePolicy":[{"url":"https://aldermoor.example/disclosure"}]},
 {"shortName":"hollin","cnaID":"CNA-2030-0002","organizationName":"Hollin Surgical",
  "scope":"Its own products","contact":[{"email":[{"emailAddr":"psirt@hollin.example"}]}],
  "disclosurePolicy":[{"url":"https://hollin.example/disclosure"}]}
]"#;

/// The day that a field means.
pub(super) fn meant(app: &App, value: &str) -> String {
    match value.strip_prefix('@').and_then(|days| days.parse::<i64>().ok()) {
        Some(days) => {
            let at = (app.now)().saturating_add(SignedDuration::from_hours(days * 24));
            at.unwrap_or_else(|_| (app.now)()).strftime("%Y-%m-%d").to_string()
        }
        None => value.to_owned(),
    }
}

pub(super) fn fields(app: &App, of: &[Field]) -> BTreeMap<String, String> {
    of.iter().map(|(name, value)| ((*name).to_owned(), meant(app, value))).collect()
}

pub(super) async fn somebody(app: &App, address: &str) -> Result<Actor, Failure> {
    let person = app.store.person_by_address(address).await?;
    let person = person.with_context(|| format!("nobody is {address}"))?;
    Ok(Actor::in_absence(app, person.head, person.id).await?)
}

/// Fills the dossiers of the group; then the health system and one of its hospitals ask the
/// guest of a supplier, who answers one of them and shows something.
pub(super) async fn vet(
    app: &App,
    (group, system, hospital): (i64, i64, i64),
    [buyer, security, administrator]: [&str; 3],
) -> Result<(), Failure> {
    let ines = somebody(app, buyer).await?;
    let mut first = 0;
    for one in &KEPT {
        let id = keep(app, &ines, group, one).await?;
        first = if first == 0 { id } else { first };
    }
    let parcel = Parcel::of(CNAS.as_bytes())?;
    supplier::drop_document(app, &ines, first, ("CNAsList.json", ""), parcel).await?;
    let (noor, ada) =
        (somebody(app, security).await?, somebody(app, administrator).await?);
    let own = supplier::open(app, &noor, system, MAKER).await?;
    supplier::put_all(app, &noor, own).await?;
    let below = supplier::open(app, &ada, hospital, MAKER).await?;
    supplier::put(app, &ada, below, "no-isao", "").await?;
    answer(app, system).await
}

async fn keep(app: &App, by: &Actor, group: i64, one: &Kept) -> Result<i64, Failure> {
    let id = supplier::open(app, by, group, one.name).await?;
    for entry in one.entries {
        let parcel = Parcel::of(letter().as_bytes())?;
        let file = (!entry.proof.is_empty()).then_some((entry.proof, &parcel));
        let fields = fields(app, entry.fields);
        let (kind, origin) = (entry.kind, entry.origin);
        supplier::add(app, by, id, Brought { kind, origin, fields: &fields, file })
            .await?;
    }
    if !one.security_txt.is_empty() {
        let words = one.security_txt.split_inclusive([' ', '\n']).map(|word| {
            let text = word.trim_end();
            match text.starts_with('@') {
                true => format!("{}T00:00:00Z\n", meant(app, text)),
                false => word.to_owned(),
            }
        });
        let text: String = words.collect();
        let parcel = Parcel::of(text.as_bytes())?;
        supplier::drop_document(app, by, id, ("security.txt", ""), parcel).await?;
    }
    Ok(id)
}

/// The guest answers one question, for one buyer of the two, and shows a membership.
async fn answer(app: &App, system: i64) -> Result<(), Failure> {
    let guest = somebody(app, GUEST).await?;
    let question = maker::flag_question(app, &guest, "no-isao", (MAKER, "")).await?;
    let words = "We have been a member of Health-ISAC since 2023.";
    let buyers = BTreeSet::from([system]);
    maker::answer_flag(app, &guest, &question, (MakerSaid::Told, words), &buyers).await?;
    let fields = fields(app, &[("isao", "Health-ISAC"), ("until", "@200")]);
    let new = NewShown {
        kind: EntryKind::Membership,
        fields: &fields,
        buyers: &buyers,
        name: "health-isac-confirmation.pdf",
    };
    maker::show(app, &guest, new, Some(Parcel::of(letter().as_bytes())?)).await?;
    Ok(())
}
