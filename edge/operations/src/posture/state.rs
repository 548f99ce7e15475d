//! What was judged of one top organisation, kept in memory and never older than the database.
//!
//! Before an answer the newest change is read. Where only evidence changed, those pieces alone are
//! read and judged; where what the house has changed, that is put together anew, and judged where
//! it differs. A new day judges everything by what was read; another tree reads everything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use evidence::Pseudonyms;
use futures_util::{StreamExt, stream};
use posture::{
    Assessed, Changed, Exchange, Group, Held, Holdings, Member, Side, Tailored,
    Tailoring, assess, changes,
};
use store::{Evidence, EvidenceListed, Kind, Noun, Organisation, Scope};
use terms::Day;

use super::access::accesses;
use super::house::{House, of_house};
use super::{PostureError, forgotten_names, tailoring};
use crate::app::{App, READERS};
use crate::aside::{CutShort, aside};
use crate::evidence::{Proposal, Told, delivered_names, held, told};

/// What is known of each top organisation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Postures(Arc<Mutex<BTreeMap<i64, Arc<tokio::sync::Mutex<State>>>>>);

impl Postures {
    pub(super) fn of(&self, head: i64) -> Arc<tokio::sync::Mutex<State>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(head).or_default())
    }
}

/// What is known of the organisations of one top organisation.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// The change that this is as new as; none before the first.
    seq: Option<i64>,
    generation: Option<i64>,
    pub(super) today: Option<Day>,
    /// Under which names of people are hashed: forgotten with the process.
    names: Option<Pseudonyms>,
    /// The organisations, each before those below it; in the order of the group.
    pub(super) places: Vec<Organisation>,
    /// None while it is judged.
    group: Option<Group>,
    pieces: BTreeMap<i64, Piece>,
    house: House,
}

/// A piece that counts.
#[derive(Clone, Debug)]
struct Piece {
    organisation: i64,
    files: BTreeSet<String>,
    names: Vec<String>,
    has_scan: bool,
}

/// What changes the evidence of organisations besides the register.
const HOUSE: [Noun; 17] = [
    Noun::Supplier,
    Noun::SupplierEntry,
    Noun::Import,
    Noun::Device,
    Noun::Product,
    Noun::Release,
    Noun::Bill,
    Noun::Vex,
    Noun::Acceptance,
    Noun::MakerDelivery,
    Noun::MakerQuestion,
    Noun::Action,
    Noun::Configuration,
    Noun::Designation,
    Noun::Mds2Form,
    Noun::LifeCycleTable,
    Noun::Purchase,
];

/// What changes the accounts of the house, which are put together by themselves: somebody is let
/// in more often than anything else happens.
const ACCOUNTS: [Noun; 2] = [Noun::Person, Noun::Token];

impl State {
    /// The change that this is as new as.
    pub(super) const fn seq(&self) -> Option<i64> {
        self.seq
    }

    pub(super) fn group(&self) -> Option<&Group> {
        self.group.as_ref()
    }

    pub(super) fn assessed(&self, at: usize) -> &[Assessed] {
        self.group.as_ref().map_or(&[], |group| group.assessed(at))
    }

    pub(super) fn tailoring(&self, at: usize) -> Tailoring {
        let members = self.group.as_ref().map_or(&[][..], Group::members);
        members.get(at).map(|member| member.tailoring.clone()).unwrap_or_default()
    }

    fn at(&self, organisation: i64) -> Option<usize> {
        self.places.iter().position(|place| place.id == organisation)
    }

    /// The names of all files that an organisation has delivered.
    fn delivered(&self, organisation: i64) -> BTreeSet<String> {
        let own = self.pieces.values().filter(|piece| piece.organisation == organisation);
        let own = own.flat_map(|piece| piece.names.iter().chain(&piece.files)).cloned();
        own.chain(self.house.delivered(organisation)).collect()
    }

    /// The organisations in whose evidence a scan is, so that it is looked for what it saw.
    fn scanned(&self) -> BTreeSet<i64> {
        let scans = self.pieces.values().filter(|piece| piece.has_scan);
        scans.map(|piece| piece.organisation).collect()
    }
}

/// Brings what is known up to the newest change.
pub(super) async fn refresh(
    app: &App,
    head: i64,
    state: &mut State,
) -> Result<(), PostureError> {
    let newest = app.store.newest_change(head).await?;
    let advisories = app.advisories().await?;
    let generation = advisories.as_ref().map(|known| known.generation);
    let today = terms::date::day(&app.today()).map_err(|_| PostureError::NoDay)?;
    let Some(seq) = state.seq.filter(|_| state.group.is_some()) else {
        return begin(app, head, state, (newest, today)).await;
    };
    let is_new_day = state.today != Some(today);
    if seq == newest && state.generation == generation && !is_new_day {
        return Ok(());
    }
    if app.store.has_changed(head, seq, &[Noun::Organisation, Noun::Tailoring]).await? {
        return begin(app, head, state, (newest, today)).await;
    }
    if is_new_day {
        dawn(app, head, state, today).await?;
    }
    let changed = app.store.changed_since(head, seq, Noun::Evidence).await?;
    let was_scanned = state.scanned();
    if !changed.is_empty() {
        apply(app, head, state, &changed).await?;
    }
    let is_moved = is_new_day
        || state.generation != generation
        || state.scanned() != was_scanned
        || app.store.has_changed(head, seq, &HOUSE).await?;
    if is_moved {
        let scanned = state.scanned();
        let names = state.names.clone().unwrap_or_else(forgotten_names);
        let of = (&state.places[..], &scanned);
        let house = of_house(app, head, of, (today, &names)).await?;
        move_in(state, house).await?;
    } else if app.store.has_changed(head, seq, &ACCOUNTS).await? {
        let names = state.names.clone().unwrap_or_else(forgotten_names);
        let now = accesses(app, head, &state.places, (today, &names)).await?;
        let mut house = state.house.clone();
        house.take_accesses(now);
        move_in(state, house).await?;
    }
    (state.seq, state.generation) = (Some(newest), generation);
    Ok(())
}

/// Judges on a new day what was read on an earlier one: evidence ages, and documents that have
/// ended since say nothing any more.
async fn dawn(
    app: &App,
    head: i64,
    state: &mut State,
    today: Day,
) -> Result<(), PostureError> {
    let whole = Scope::whole(head);
    let pieces = app.store.evidence_within(&whole, EvidenceListed::Now).await?;
    let over = pieces.iter().filter(|piece| !counts(piece, today));
    let mut gone: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for piece in over {
        if let Some(known) = state.pieces.remove(&piece.id) {
            gone.entry(known.organisation).or_default().extend(known.files);
        }
    }
    // Cut short, nothing is known any more, and everything is read again.
    let Some(group) = state.group.take() else { return Ok(()) };
    let mut members = group.into_members();
    for (organisation, files) in gone {
        let Some(at) = state.at(organisation) else { continue };
        let delivered = state.delivered(organisation);
        let Some(member) = members.get_mut(at) else { continue };
        member.holdings.held.retain(|held| !files.contains(&held.file));
        member.holdings.delivered = delivered;
    }
    let group = aside(move || Group::of(members, today)).await?;
    (state.group, state.today) = (Some(group), Some(today));
    Ok(())
}

/// Reads everything, and judges it.
async fn begin(
    app: &App,
    head: i64,
    state: &mut State,
    (newest, today): (i64, Day),
) -> Result<(), PostureError> {
    let names = state.names.take().unwrap_or_else(forgotten_names);
    let mut places = app.store.organisations(&Scope::whole(head)).await?;
    places.sort_by_key(|place| (place.path.depth(), place.id));
    *state = State { names: Some(names.clone()), places, ..State::default() };
    let whole = Scope::whole(head);
    let pieces = app.store.evidence_within(&whole, EvidenceListed::Now).await?;
    let mut holdings: BTreeMap<i64, Holdings> = BTreeMap::new();
    let counted: Vec<&Evidence> =
        pieces.iter().filter(|piece| counts(piece, today)).collect();
    let reads: Vec<_> =
        counted.iter().map(|piece| read(app, head, piece, &names)).collect();
    // As many at a time as may be read beside each other, each in its turn.
    let mut reads = stream::iter(counted).zip(stream::iter(reads).buffered(READERS));
    while let Some((piece, read)) = reads.next().await {
        let (known, come) = read?;
        let own = holdings.entry(piece.organisation).or_default();
        own.delivered.extend(known.names.iter().chain(&known.files).cloned());
        own.held.extend(come);
        state.pieces.insert(piece.id, known);
    }
    let scanned = state.scanned();
    let of = (&state.places[..], &scanned);
    state.house = of_house(app, head, of, (today, &names)).await?;
    for place in &state.places {
        let own = holdings.entry(place.id).or_default();
        own.delivered.extend(state.house.delivered(place.id));
        own.held.extend(state.house.held(place.id).iter().cloned());
    }
    let at: BTreeMap<i64, usize> =
        state.places.iter().enumerate().map(|(at, place)| (place.id, at)).collect();
    let mut tailorings: BTreeMap<i64, Tailoring> =
        state.places.iter().map(|place| (place.id, usual(place))).collect();
    tailoring::put(app, head, &mut tailorings).await?;
    let members: Vec<Member> = state
        .places
        .iter()
        .map(|place| Member {
            parent: place.parent.and_then(|parent| at.get(&parent).copied()),
            tailoring: tailorings.remove(&place.id).unwrap_or_default(),
            holdings: holdings.remove(&place.id).unwrap_or_default(),
        })
        .collect();
    let group = aside(move || Group::of(members, today)).await?;
    let generation = app.advisories().await?.map(|known| known.generation);
    (state.group, state.today) = (Some(group), Some(today));
    (state.seq, state.generation) = (Some(newest), generation);
    Ok(())
}

/// An organisation that takes the catalog as it is.
fn usual(place: &Organisation) -> Tailoring {
    let side = match place.kind {
        Kind::Maker => Side::Supplier,
        Kind::PurchasingGroup | Kind::System | Kind::Hospital | Kind::Site => {
            Side::Provider
        }
    };
    let mut tailoring = Tailoring::named(&place.name);
    tailoring.side = side;
    tailoring
}

/// Whether a piece counts on a day. An entry that has ended says so itself; a document that has
/// ended says nothing any more.
fn counts(piece: &Evidence, today: Day) -> bool {
    let is_document = piece.words.entry.is_empty();
    piece.is_in_force() && !(is_document && piece.is_over(&today.to_string()))
}

/// Reads a piece as evidence.
async fn read(
    app: &App,
    head: i64,
    piece: &Evidence,
    names: &Pseudonyms,
) -> Result<(Piece, Vec<Held>), PostureError> {
    let told = match &piece.document {
        Some(document) if piece.words.entry.is_empty() => {
            let original = document.original;
            let bytes = app.store.bytes_of(&Scope::whole(head), original).await?;
            let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
            let names = names.clone();
            // It was read when it came; one that is not read any more says nothing.
            let told = aside(move || told(&bytes, &names).ok()).await?;
            drop(reader);
            told
        }
        _ => None,
    };
    Ok(of_piece(piece, told, names))
}

fn of_piece(
    piece: &Evidence,
    told: Option<Told>,
    names: &Pseudonyms,
) -> (Piece, Vec<Held>) {
    let come = held(piece, told, names);
    let known = Piece {
        organisation: piece.organisation,
        files: come.iter().map(|held| held.file.clone()).collect(),
        names: delivered_names(piece),
        has_scan: piece.kinds.iter().any(|kind| kind == "scan"),
    };
    (known, come)
}

/// Reads the pieces that changed, and judges anew what they may change.
async fn apply(
    app: &App,
    head: i64,
    state: &mut State,
    changed: &[i64],
) -> Result<(), PostureError> {
    let Some((today, names)) = state.today.zip(state.names.clone()) else {
        return Ok(());
    };
    let now = app.store.evidence_of(head, changed).await?;
    let mut moved: BTreeMap<i64, (BTreeSet<String>, Vec<Held>)> = BTreeMap::new();
    for id in changed {
        if let Some(old) = state.pieces.remove(id) {
            moved.entry(old.organisation).or_default().0.extend(old.files);
        }
    }
    for piece in now.iter().filter(|piece| counts(piece, today)) {
        let (known, come) = read(app, head, piece, &names).await?;
        moved.entry(piece.organisation).or_default().1.extend(come);
        state.pieces.insert(piece.id, known);
    }
    let exchanges = moved.into_iter().filter_map(|(organisation, (gone, come))| {
        let delivered = state.delivered(organisation);
        Some((state.at(organisation)?, Exchange { gone, come, delivered }))
    });
    let exchanges = exchanges.collect();
    exchange(state, exchanges).await
}

/// Takes what the house has now, where it differs.
async fn move_in(state: &mut State, house: House) -> Result<(), PostureError> {
    let before = std::mem::replace(&mut state.house, house);
    let mut exchanges = Vec::new();
    for (at, place) in state.places.iter().enumerate() {
        let (old, new) = (before.held(place.id), state.house.held(place.id));
        if old == new && before.delivered(place.id).eq(state.house.delivered(place.id)) {
            continue;
        }
        let gone: BTreeSet<String> = old
            .iter()
            .filter(|held| !new.contains(held))
            .map(|held| held.file.clone())
            .collect();
        let come =
            new.iter().filter(|held| gone.contains(&held.file) || !old.contains(held));
        let exchange = Exchange {
            come: come.cloned().collect(),
            delivered: state.delivered(place.id),
            gone,
        };
        exchanges.push((at, exchange));
    }
    exchange(state, exchanges).await
}

/// Judges what exchanges may change, away from the threads that answer. Cut short, nothing is
/// known any more, and everything is read again.
async fn exchange(
    state: &mut State,
    exchanges: Vec<(usize, Exchange)>,
) -> Result<(), PostureError> {
    let Some(mut group) = state.group.take() else { return Ok(()) };
    let group = aside(move || {
        for (at, exchange) in exchanges {
            group.exchange(at, exchange);
        }
        group
    })
    .await?;
    state.group = Some(group);
    Ok(())
}

/// The verdicts that a piece would change that waits.
pub(crate) async fn foreseen(
    app: &App,
    head: i64,
    piece: &Evidence,
) -> Result<Vec<Changed>, PostureError> {
    let state = app.postures.of(head);
    let mut state = state.lock().await;
    refresh(app, head, &mut state).await?;
    let known = state.at(piece.organisation).zip(state.today).zip(state.names.clone());
    let Some(((at, today), names)) = known else { return Ok(Vec::new()) };
    let (known, come) = read(app, head, piece, &names).await?;
    let Some(group) = &state.group else { return Ok(Vec::new()) };
    let Some(member) = group.members().get(at) else { return Ok(Vec::new()) };
    let mut holdings = member.holdings.clone();
    holdings.delivered.extend(known.names.into_iter().chain(known.files));
    holdings.held.extend(come);
    let after = assess(&holdings, &group.above(at), &member.tailoring, today);
    Ok(changes(group.assessed(at), &after))
}

/// The verdicts that would change were of an organisation's controls made what is proposed.
pub(crate) async fn foreseen_tailored(
    app: &App,
    (head, organisation): (i64, i64),
    proposals: &[Proposal],
) -> Result<Vec<Changed>, PostureError> {
    let state = app.postures.of(head);
    let mut state = state.lock().await;
    refresh(app, head, &mut state).await?;
    let known = state.at(organisation).zip(state.today).zip(state.group.as_ref());
    let Some(((at, today), group)) = known else { return Ok(Vec::new()) };
    let Some(member) = group.members().get(at) else { return Ok(Vec::new()) };
    let mut tailoring = member.tailoring.clone();
    for one in proposals {
        let said = Tailored {
            not_applicable: one.then.not_applicable.clone(),
            owner: one.then.owner.clone(),
            parameters: one.then.parameters.clone(),
        };
        tailoring.tailor(one.control, said);
    }
    let after = assess(&member.holdings, &group.above(at), &tailoring, today);
    Ok(changes(group.assessed(at), &after))
}
