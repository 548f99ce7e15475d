//! What stands in the texts of a pack.

use std::collections::BTreeMap;

use ::pack::{EVIDENCE, KEY, LOG, PublicKey};
use evidence::Ground;
use oscal::export::{self, Subject};
use posture::{Assessed, Posture, Tally, Verdict};
use reading::Place;
use serde::Serialize;
use terms::{Day, Tlp};

use super::{Bytes, Document, Draft, documents};

/// `pack.json`.
#[derive(Serialize)]
struct About<'d> {
    lazaret_pack: u32,
    organisation: &'d str,
    number: i64,
    as_of: String,
    made: &'d str,
    /// With whom the pack may be shared.
    label: String,
    key: String,
    documents: usize,
    acts_proven: usize,
    audit_log_leaves: i64,
    kept_back: Vec<KeptBack>,
}

#[derive(Serialize)]
struct KeptBack {
    what: String,
    why: &'static str,
}

/// `posture.json`.
#[derive(Serialize)]
struct Standing<'d> {
    organisation: &'d str,
    as_of: String,
    counts: Counts,
    controls: Vec<Control<'d>>,
}

/// How many have which verdict, of those that leave.
#[derive(Serialize)]
struct Counts {
    percent: Option<usize>,
    met: usize,
    partly_met: usize,
    not_met: usize,
    cannot_tell: usize,
    not_applicable: usize,
    excepted: usize,
    kept_back: usize,
}

#[derive(Serialize)]
struct Control<'d> {
    id: &'static str,
    title: &'static str,
    category: &'static str,
    /// None where it is kept back.
    verdict: Option<&'static str>,
    why: &'d str,
    owner: &'d str,
    facts: Vec<Fact<'d>>,
    exception: Option<Exception<'d>>,
    would_change: Option<&'static str>,
}

#[derive(Serialize)]
struct Fact<'d> {
    text: &'d str,
    class: &'static str,
    document: &'d str,
    /// Where in the document.
    place: String,
    date: Option<String>,
    age_days: Option<i32>,
    /// The document in the pack.
    file: Option<&'d str>,
}

#[derive(Serialize)]
struct Exception<'d> {
    reason: &'d str,
    approver: &'d str,
    expires: String,
    holds: bool,
}

/// `evidence.json`.
#[derive(Serialize)]
struct Evidence<'d> {
    documents: Vec<Piece<'d>>,
    /// SBOMs and MDS2 forms in force.
    products: Vec<OfProduct<'d>>,
}

#[derive(Serialize)]
struct OfProduct<'d> {
    says: &'static str,
    number: i64,
    file: Option<&'d str>,
    kept_back: Option<&'static str>,
    name: &'d str,
    maker: &'d str,
    product: &'d str,
    releases: &'d [String],
    label: String,
    size: i64,
    sha256: &'d str,
    blake3: &'d str,
    received: &'d str,
}

#[derive(Serialize)]
struct Piece<'d> {
    piece: i64,
    file: Option<&'d str>,
    kept_back: Option<&'static str>,
    name: &'d str,
    read: &'d str,
    kinds: &'d [String],
    class: &'d str,
    owner: &'d str,
    owner_number: i64,
    label: Option<String>,
    size: i64,
    sha256: &'d str,
    blake3: &'d str,
    valid_from: Option<&'d str>,
    valid_until: Option<&'d str>,
    brought: &'d str,
    taken: Option<&'d str>,
    entry: &'d BTreeMap<String, String>,
    controls: &'d [&'static str],
}

/// The texts of a pack but for the page that leads through it.
pub(super) fn texts(
    draft: &Draft,
    made: &str,
    key: &PublicKey,
) -> Vec<(&'static str, String)> {
    let mut texts = vec![
        ("README.txt", readme(draft, key)),
        ("pack.json", json(&about(draft, made, key))),
        ("posture.json", json(&standing(draft))),
        (
            EVIDENCE,
            json(&Evidence { documents: pieces(draft), products: products(draft) }),
        ),
        (KEY, key.to_pem()),
        (LOG, draft.proofs.to_text()),
        ("oscal/catalog.json", export::catalog().write()),
        ("oscal/mapping.json", export::mapping().write()),
    ];
    let one = &draft.judged;
    let number = one.organisation.id.to_string();
    let subject = Subject { name: &one.organisation.name, key: &number, day: one.day };
    let assessed = draft.leaving();
    let results = export::results(&subject, &assessed);
    texts.push(("oscal/profile.json", export::profile(&subject, &one.tailoring).write()));
    texts.push(("oscal/assessment-results.json", results.write()));
    if let Some(poam) = export::poam(&subject, &assessed) {
        texts.push(("oscal/poam.json", poam.write()));
    }
    texts
}

/// Written as a text; that a value of ours can be written is known.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn about<'d>(draft: &'d Draft, made: &'d str, key: &PublicKey) -> About<'d> {
    let place = &draft.judged.organisation;
    let controls = draft.kept_back.iter().map(|id| KeptBack {
        what: format!("the verdict on {id}"),
        why: "it rests on a document that its label keeps",
    });
    let documents = draft.documents.iter().filter_map(|one| match one.bytes {
        Bytes::KeptBack(why) => Some(KeptBack {
            what: format!("the document of piece {}", one.piece),
            why: why.words(),
        }),
        Bytes::None | Bytes::In(_) => None,
    });
    let products = draft.products.iter().filter_map(|one| match one.bytes {
        Bytes::KeptBack(why) => Some(KeptBack {
            what: format!("the {} number {}", one.says.words(), one.number),
            why: why.words(),
        }),
        Bytes::None | Bytes::In(_) => None,
    });
    let of_the_house = KeptBack {
        what: "what the house holds itself: devices, dossiers of suppliers, advisories, what \
               was done about them, accounts"
            .to_owned(),
        why: "facts of it stand in posture.json; what they rest on is no document of the \
              organisation's own",
    };
    About {
        lazaret_pack: 1,
        organisation: &place.name,
        number: place.id,
        as_of: draft.judged.day.to_string(),
        made,
        label: Tlp::UNLABELLED.to_string(),
        key: key.fingerprint(),
        documents: draft.held().count(),
        acts_proven: draft.acts.len(),
        audit_log_leaves: draft.log_size(),
        kept_back: controls
            .chain(documents)
            .chain(products)
            .chain([of_the_house])
            .collect(),
    }
}

fn standing(draft: &Draft) -> Standing<'_> {
    let one = &draft.judged;
    let tally = Posture::of(&draft.leaving(), one.day).whole();
    Standing {
        organisation: &one.organisation.name,
        as_of: one.day.to_string(),
        counts: Counts::of(&tally, draft.kept_back.len()),
        controls: one.assessed.iter().map(|it| Control::of(it, draft)).collect(),
    }
}

impl Counts {
    fn of(tally: &Tally, kept_back: usize) -> Self {
        Self {
            percent: tally.percent(),
            met: tally.count(Verdict::Met),
            partly_met: tally.count(Verdict::PartlyMet),
            not_met: tally.count(Verdict::NotMet),
            cannot_tell: tally.count(Verdict::CannotTell),
            not_applicable: tally.count(Verdict::NotApplicable),
            excepted: tally.excepted,
            kept_back,
        }
    }
}

impl<'d> Control<'d> {
    fn of(one: &'d Assessed, draft: &'d Draft) -> Self {
        let control = one.control;
        let today = draft.judged.day;
        let told = !draft.kept_back.contains(control.id());
        let verdict = one.ruling.verdict;
        let is_open = !matches!(verdict, Verdict::Met | Verdict::NotApplicable);
        let facts = one.ruling.grounds.iter().filter(|_| told);
        let exception = one.exception.as_ref().map(|it| Exception {
            reason: &it.reason,
            approver: &it.approver,
            expires: it.expires.to_string(),
            holds: it.expires >= today,
        });
        Self {
            id: control.id(),
            title: control.title(),
            category: control.category().word(),
            verdict: told.then(|| verdict.word()),
            why: if told { &one.ruling.why } else { "" },
            owner: &one.owner,
            facts: facts.map(|ground| Fact::of(ground, draft, today)).collect(),
            exception,
            would_change: (told && is_open).then(|| control.change()),
        }
    }
}

impl<'d> Fact<'d> {
    fn of(ground: &'d Ground, draft: &'d Draft, today: Day) -> Self {
        Self {
            text: &ground.text,
            class: ground.class.word(),
            document: &ground.document,
            place: match &ground.place {
                Place::Document => String::new(),
                place => place.to_string(),
            },
            date: ground.date.map(|day| day.to_string()),
            age_days: ground.age_days(today),
            file: draft.file_of(&ground.document),
        }
    }
}

impl Draft {
    /// The name in the pack of a document that a ground names; none where it is not in it.
    #[must_use]
    pub fn file_of(&self, document: &str) -> Option<&str> {
        let piece = documents::piece(document)?;
        let mut all = self.documents.iter();
        all.find(|one| one.piece == piece)?.file()
    }
}

impl Document {
    /// Its name in the pack; none where it is not in it.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        match &self.bytes {
            Bytes::In(released) => Some(&released.get().file),
            Bytes::None | Bytes::KeptBack(_) => None,
        }
    }
}

fn products(draft: &Draft) -> Vec<OfProduct<'_>> {
    let told = draft.products.iter().map(|one| OfProduct {
        says: one.says.word(),
        number: one.number,
        file: one.file(),
        kept_back: match one.bytes {
            Bytes::KeptBack(why) => Some(why.word()),
            Bytes::None | Bytes::In(_) => None,
        },
        name: &one.name,
        maker: &one.maker,
        product: &one.product,
        releases: &one.releases,
        label: one.label.to_string(),
        size: one.size,
        sha256: &one.sha256,
        blake3: &one.blake3,
        received: &one.received,
    });
    told.collect()
}

fn pieces(draft: &Draft) -> Vec<Piece<'_>> {
    let piece = |one: &'_ Document| -> Option<&'static str> {
        match one.bytes {
            Bytes::KeptBack(why) => Some(why.word()),
            Bytes::None | Bytes::In(_) => None,
        }
    };
    let told = draft.documents.iter().map(|one| Piece {
        piece: one.piece,
        file: one.file(),
        kept_back: piece(one),
        name: &one.name,
        read: &one.read,
        kinds: &one.kinds,
        class: &one.class,
        owner: &one.owner.name,
        owner_number: one.owner.id,
        label: one.label.map(|label| label.to_string()),
        size: one.size,
        sha256: &one.sha256,
        blake3: &one.blake3,
        valid_from: one.valid_from.as_deref(),
        valid_until: one.valid_until.as_deref(),
        brought: &one.brought,
        taken: one.taken.as_deref(),
        entry: &one.entry,
        controls: &one.controls,
    });
    told.collect()
}

fn readme(draft: &Draft, key: &PublicKey) -> String {
    let (name, label) = (&draft.judged.organisation.name, Tlp::UNLABELLED);
    let (day, fingerprint) = (draft.judged.day, key.fingerprint());
    format!(
        "The evidence of {name}, as of {day}. {label}\n\n\
         Begin with index.html, in any browser, without a network.\n\n{README}\n\
         The fingerprint of the key in this pack is\n\n  {fingerprint}\n\n\
         Compare it with the one that the organisation shows (Settings, Evidence packs), or \
         ask for it\nby telephone: the key in a pack proves nothing by itself.\n"
    )
}

const README: &str = "\
index.html     the verdict on each control, the facts that it rests on, and the documents
posture.json   the same for programs
evidence.json  what each document is: owner, label, digests, what rests on it
evidence/      the documents, byte by byte as they were delivered
products/      SBOMs and MDS2 forms of makers, in the same way
oscal/         catalog, profile, assessment results, plan of action, mapping (NIST OSCAL 1.2)
audit/log.json the root of the audit log, and of each act that is proven the leaf with its path
pack.json      whose it is, of when, and what is not in it and why
key.pem        the public key of the signature

How to check it
---------------

With Lazaret, on any computer, without a network:

  lazaret report verify PACK.zip --key KEY.pem

Without it, in a folder to which it was unpacked:

  sha256sum --check MANIFEST.sha256
  openssl pkeyutl -verify -rawin -pubin -inkey key.pem \\
    -in MANIFEST.sha256 -sigfile MANIFEST.sha256.sig
  openssl pkey -pubin -in key.pem -outform DER | sha256sum

The first names each file that was changed or is missing, the second says whether the manifest
is the one that was signed (Ed25519), the third prints the fingerprint of the key. A file that
the manifest does not name is no part of the pack.

A proof in audit/log.json is one of RFC 6962 with SHA-256: the hash of a leaf is that of a zero
byte and its text; hashed with those of `path` on the side on which they stand it gives `root`.
A delivery holds the BLAKE3 digest of its document, which evidence.json names too.
";
