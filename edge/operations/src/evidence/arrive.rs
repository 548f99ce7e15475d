//! A document that arrives, and waits until somebody has looked at it.

use posture::Changed;
use reading::legible;
use serde::Serialize;
use store::{
    Act, Audience, Evidence, EvidenceListed, EvidenceWords, Fact, NewEvidence,
    NewOriginal, Noun, Organisation, Parcel, Scope, TakenEvidence, Write,
};
use terms::Tlp;

use super::oscal::{
    self, OpenPoint, PLAN, PROFILE, Proposal, ProposedException, Proposes,
};
use super::read::{Preview, Told, known_kinds, told};
use super::{EvidenceError, KIND, day, file_name, kept, place, short};
use crate::aside::{CutShort, aside};
use crate::{Actor, App, Permission, posture as standing};

/// What became of a document that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// It waits for somebody to look at it.
    Waits(i64),
    /// The organisation has delivered it before.
    Known(i64),
}

impl Arrived {
    /// The number of the piece.
    #[must_use]
    pub const fn id(self) -> i64 {
        match self {
            Self::Waits(id) | Self::Known(id) => id,
        }
    }
}

/// How a piece stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    /// Somebody has to look at it.
    Waiting,
    /// It counts.
    InForce,
    /// Its last day is over.
    Expired,
    /// It was withdrawn, or another took its place.
    Withdrawn,
}

impl Stands {
    /// How a piece stands on a day.
    #[must_use]
    pub fn of(piece: &Evidence, today: &str) -> Self {
        match (piece.withdrawn.is_some(), piece.taken.is_some()) {
            (true, _) => Self::Withdrawn,
            (false, false) => Self::Waiting,
            (false, true) if piece.is_over(today) => Self::Expired,
            (false, true) => Self::InForce,
        }
    }

    /// Its word, in JSON and in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InForce => "in_force",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A piece, looked at.
#[derive(Debug)]
pub struct Seen {
    /// The piece.
    pub piece: Evidence,
    /// Whose it is.
    pub place: Organisation,
    /// How it stands.
    pub stands: Stands,
    /// What was read of it.
    pub preview: Preview,
    /// The verdicts that it would change, where it waits.
    pub changes: Vec<Changed>,
    /// Pieces in force of the same kinds that it may take the place of, the newest first.
    pub alike: Vec<Evidence>,
    /// What a profile would make of controls, where it waits.
    pub proposals: Vec<Proposal>,
    /// The exceptions of a plan, and whether they can be asked for.
    pub exceptions: Vec<ProposedException>,
    /// What a plan says is to be done.
    pub open: Vec<OpenPoint>,
    /// Whether the actor may keep it.
    pub is_kept_by_actor: bool,
}

/// What somebody says of a piece when it is taken in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of `EvidenceWords` and `Evidence`")]
pub struct Answers {
    pub subject: String,
    pub source: String,
    pub signer: String,
    pub valid_from: String,
    pub valid_until: String,
    pub audience: Audience,
    /// With whom its document may be shared, such as `AMBER`; its owner's alone unless told.
    pub label: String,
    /// The piece whose place it takes.
    pub replaces: Option<i64>,
}

/// Reads a document aside, with names that nobody else knows.
async fn looked_at(app: &App, bytes: Vec<u8>) -> Result<Told, EvidenceError> {
    let names = standing::forgotten_names();
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let found = aside(move || told(&bytes, &names)).await?;
    drop(reader);
    found
}

/// What only a person would read may be a form, and these are delivered elsewhere; and what nobody
/// can open is no proof of anything. What was kept before stays what it is.
async fn expect_proof(
    app: &App,
    parcel: &Parcel,
    mut told: Told,
) -> Result<Told, EvidenceError> {
    if told.what.is_some() {
        return Ok(told);
    }
    let bytes = parcel.bytes()?;
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let (is_form, unread, legible) = aside(move || {
        let is_form = crate::mds2::is_form(&bytes);
        (is_form, crate::mds2::unread_form(&bytes), legible(&bytes))
    })
    .await?;
    drop(reader);
    if is_form {
        return Err(EvidenceError::Elsewhere {
            what: "An MDS2 form",
            place: "at its product, under Products",
        });
    }
    let legible = legible?;
    if told.kinds.is_empty() {
        told.words = unread.unwrap_or(legible.words());
    }
    Ok(told)
}

/// Keeps the bytes of a document. Its name may name somebody, and lies elsewhere, sealed.
pub(super) async fn keep_file(
    write: &mut Write<'_>,
    (organisation, by): (i64, i64),
    parcel: &Parcel,
) -> Result<i64, store::StoreError> {
    write
        .keep_original(NewOriginal {
            organisation,
            name: KIND,
            kind: KIND,
            label: Tlp::UNLABELLED,
            by,
            parcel,
        })
        .await
}

/// Keeps a document that arrived, for somebody to look at. One that the organisation has
/// already is not kept twice.
///
/// # Errors
/// When the actor may not keep evidence of the organisation, the file is broken or is delivered
/// elsewhere, or the database fails; then nothing is kept.
pub async fn arrive(
    app: &App,
    by: &Actor,
    organisation: i64,
    name: &str,
    parcel: Parcel,
) -> Result<Arrived, EvidenceError> {
    let place = place(app, by, organisation).await?;
    let own = Scope::of(by.head, vec![place.path.clone()]);
    let digest = parcel.digest();
    let known = app.store.evidence_with(&own, place.id, digest.as_bytes()).await?;
    if let Some(known) = known {
        return Ok(Arrived::Known(known.id));
    }
    let bytes = parcel.bytes()?;
    let told = looked_at(app, bytes).await?;
    let told = expect_proof(app, &parcel, told).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let original = keep_file(&mut write, (place.id, by.person), &parcel).await?;
    let words = EvidenceWords {
        file: file_name(name),
        read: told.words.to_owned(),
        ..EvidenceWords::default()
    };
    let id = write
        .keep_evidence(NewEvidence {
            organisation: place.id,
            kinds: &told.kinds,
            class: told.class,
            words: &words,
            original: Some(original),
            records: i64::try_from(told.records()).unwrap_or(i64::MAX),
            complaints: i64::try_from(told.complaints()).unwrap_or(i64::MAX),
            by: by.person,
        })
        .await?;
    let facts = vec![
        ("organisation", Fact::Number(place.id)),
        ("digest", Fact::digest(digest.as_bytes())),
    ];
    let (what, noun) = ("deliver evidence", Noun::Evidence);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(Arrived::Waits(id))
}

/// Looks at a piece: what was read of it, what was not, and what it would change.
///
/// # Errors
/// When there is none that the actor may see, or the database fails.
pub async fn see(app: &App, by: &Actor, id: i64) -> Result<Seen, EvidenceError> {
    let scope = by.scope(Permission::ViewEvidence);
    let piece = app.store.evidence(&scope, id).await?;
    let whole = Scope::whole(by.head);
    let place = app.store.organisation(&whole, piece.organisation).await?;
    let stands = Stands::of(&piece, &app.today());
    let keeper = by.scope(Permission::KeepEvidence);
    let is_kept_by_actor = keeper.admits(&piece.path);
    // What stands in a document is its owner's to see; those below see that it counts.
    let is_own = scope.admits(&piece.path);
    let is_read = piece.words.entry.is_empty() && !piece.kinds.is_empty();
    let told = match &piece.document {
        Some(document) if is_own && is_read => {
            let bytes = app.store.bytes_of(&whole, document.original).await?;
            Some(looked_at(app, bytes).await?)
        }
        _ => None,
    };
    let preview = told.as_ref().map(Told::preview).unwrap_or_default();
    let proposed = told.map(|told| told.proposes).unwrap_or_default();
    let of = (by.head, piece.organisation);
    let (mut changes, mut alike, mut proposals) = (Vec::new(), Vec::new(), Vec::new());
    if stands == Stands::Waiting && is_own {
        alike = alike_to(app, by.head, &piece).await?;
        changes = match &proposed {
            Proposes::Tailoring(profile) => {
                proposals = oscal::proposals(app, of, profile).await?;
                standing::foreseen_tailored(app, of, &proposals).await?
            }
            _ => standing::foreseen(app, by.head, &piece).await?,
        };
    }
    let (exceptions, open) = match proposed {
        Proposes::Plan { excepted, open } => {
            (oscal::askable(app, of, excepted).await?, open)
        }
        Proposes::Nothing | Proposes::Tailoring(_) => (Vec::new(), Vec::new()),
    };
    Ok(Seen {
        piece,
        place,
        stands,
        preview,
        changes,
        alike,
        proposals,
        exceptions,
        open,
        is_kept_by_actor,
    })
}

/// What becomes of a document that proposes something once it is taken in.
enum Comes {
    Nothing,
    Tailoring(Vec<Proposal>),
    Exceptions(Vec<ProposedException>),
}

/// What a piece proposes, as it is now, to be taken in with it.
async fn comes(app: &App, by: &Actor, piece: &Evidence) -> Result<Comes, EvidenceError> {
    let is_one = piece.kinds.iter().any(|kind| [PROFILE, PLAN].contains(&kind.as_str()));
    let Some(document) = piece.document.as_ref().filter(|_| is_one) else {
        return Ok(Comes::Nothing);
    };
    let may = by.scope(Permission::AcceptRisk);
    if piece.kinds.iter().any(|kind| kind == PROFILE) && !may.admits(&piece.path) {
        return Err(EvidenceError::NotTailored);
    }
    let bytes = app.store.bytes_of(&Scope::whole(by.head), document.original).await?;
    let of = (by.head, piece.organisation);
    Ok(match looked_at(app, bytes).await?.proposes {
        Proposes::Nothing => Comes::Nothing,
        Proposes::Tailoring(profile) => {
            Comes::Tailoring(oscal::proposals(app, of, &profile).await?)
        }
        Proposes::Plan { excepted, .. } => {
            Comes::Exceptions(oscal::askable(app, of, excepted).await?)
        }
    })
}

impl Comes {
    /// Makes it so, as part of what is written.
    async fn put(
        &self,
        write: &mut Write<'_>,
        of: (i64, i64),
    ) -> Result<Option<(&'static str, Fact)>, store::StoreError> {
        let number =
            |count: usize| Fact::Number(i64::try_from(count).unwrap_or(i64::MAX));
        Ok(match self {
            Self::Nothing => None,
            Self::Tailoring(proposals) => {
                Some(("controls", number(oscal::tailor(write, of, proposals).await?)))
            }
            Self::Exceptions(proposed) => {
                Some(("exceptions", number(oscal::ask(write, of, proposed).await?)))
            }
        })
    }
}

/// Pieces in force of the same organisation and kinds, the newest first; of documents that a
/// person reads none.
async fn alike_to(
    app: &App,
    head: i64,
    piece: &Evidence,
) -> Result<Vec<Evidence>, EvidenceError> {
    if piece.kinds.is_empty() {
        return Ok(Vec::new());
    }
    let own = Scope::of(head, vec![piece.path.clone()]);
    let all = app.store.evidence_within(&own, EvidenceListed::Now).await?;
    let mut alike: Vec<Evidence> = all
        .into_iter()
        .filter(|one| {
            one.id != piece.id
                && one.organisation == piece.organisation
                && one.is_in_force()
                && one.words.entry.is_empty()
                && known_kinds(&one.kinds) == known_kinds(&piece.kinds)
        })
        .collect();
    alike.reverse();
    Ok(alike)
}

/// Takes a piece in that waits: it counts from now on, and another that it takes the place of
/// counts no more.
///
/// # Errors
/// When there is none that the actor may keep, a field is wrong, what it replaces is no piece in
/// force of the same organisation, or the database fails.
pub async fn take(
    app: &App,
    by: &Actor,
    id: i64,
    answers: &Answers,
) -> Result<(), EvidenceError> {
    let piece = kept(app, by, id).await?;
    let comes = comes(app, by, &piece).await?;
    let words = EvidenceWords {
        subject: short("subject", &answers.subject)?,
        source: short("source", &answers.source)?,
        signer: short("signer", &answers.signer)?,
        ..piece.words.clone()
    };
    let label = Tlp::of_document(answers.label.trim())
        .map_err(|_| EvidenceError::Wrong("label", "no label of TLP, such as `AMBER`"))?;
    let valid_from = day("valid_from", &answers.valid_from)?;
    let valid_until = day("valid_until", &answers.valid_until)?;
    let today = app.today();
    if valid_from.as_deref().is_some_and(|from| from > today.as_str()) {
        return Err(EvidenceError::Wrong("valid_from", "a day to come"));
    }
    if let (Some(from), Some(until)) = (&valid_from, &valid_until)
        && until < from
    {
        return Err(EvidenceError::Wrong("valid_until", "before its own day"));
    }
    let replaced = match answers.replaces {
        None => None,
        Some(old) => {
            let old = kept(app, by, old).await.map_err(|_| NOTHING_TO_REPLACE)?;
            let fits = old.organisation == piece.organisation && old.is_in_force();
            Some(if fits { old } else { return Err(NOTHING_TO_REPLACE) })
        }
    };
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write
        .take_evidence(
            id,
            TakenEvidence {
                words: &words,
                valid_from: valid_from.as_deref(),
                valid_until: valid_until.as_deref(),
                audience: answers.audience,
                by: by.person,
            },
        )
        .await?;
    let mut facts = vec![("organisation", Fact::Number(piece.organisation))];
    if let Some(document) = piece.document.filter(|it| it.label != label) {
        write.label_original(document.original, label).await?;
        facts.push(("label", Fact::word(label.colour())));
    }
    if let Some(old) = replaced {
        write.withdraw_evidence(old.id, (REPLACED, Some(id)), by.person).await?;
        facts.push(("replaces", Fact::Number(old.id)));
    }
    facts.extend(comes.put(&mut write, (piece.organisation, by.person)).await?);
    standing::queue(&mut write).await?;
    let (what, noun) = ("take evidence in", Noun::Evidence);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// Why a piece is withdrawn that another took the place of.
const REPLACED: &str = "replaced by a newer piece";
const NOTHING_TO_REPLACE: EvidenceError =
    EvidenceError::Wrong("replaces", "no piece in force of that organisation");

/// Throws a piece away that waits, with its bytes.
///
/// # Errors
/// When there is none that waits and that the actor may keep, or the database fails.
pub async fn throw_away(app: &App, by: &Actor, id: i64) -> Result<(), EvidenceError> {
    let piece = kept(app, by, id).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.drop_evidence(&piece).await?;
    let facts = vec![("organisation", Fact::Number(piece.organisation))];
    let (what, noun) = ("throw evidence away", Noun::Evidence);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}
