//! Whatever a person has in hand: asset tag, serial number, UDI as scanned, MAC and IP
//! address, CVE, number of an advisory, maker, model, component of an SBOM. The answer is what
//! it is.

mod places;
mod recorded;
mod said;

use std::collections::BTreeSet;
use std::net::IpAddr;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use fleet::{Column, Filter, How, Met, encoded};
use operations::fleet::{Holdings, Listed, Set, holdings, scope};
use operations::history::{of_advisory, was_judged};
use operations::judging::Advisories;
use operations::supplier::EntryKind;
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::{Mds2Form, SupplierEntry, Withdrawn};
use terms::{Mac, Udi};

use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::page::advisory::mentions;
use crate::page::component::{self, To};
use crate::page::device::{Fact, name, udi};
use crate::page::lesson::Lesson;
use crate::page::stretch::Wanted;
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words;

pub(crate) use recorded::{instead, recorded};

/// Devices, advisories and builds that are named in one group.
const NAMED: usize = 8;

/// What is looked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
}

#[derive(Template, Serialize)]
#[template(path = "search/show.html")]
pub(crate) struct Answer {
    q: String,
    sentence: Sentence,
    /// SBOMs that were not looked through, in words; empty where all were.
    unread: String,
    /// What the text says by itself.
    read: Vec<Fact>,
    groups: Vec<Group>,
    /// Why nothing can be found, where nothing is here.
    #[serde(skip)]
    lesson: Option<Lesson>,
}

/// Answers of one kind.
#[derive(Serialize)]
struct Group {
    what: String,
    hits: Vec<Hit>,
    /// Where all of them are; empty where there is no such list.
    all: String,
    /// What that list has beside those here, in words; empty where it has nothing more.
    more: String,
}

#[derive(Serialize)]
struct Hit {
    text: String,
    detail: String,
    address: String,
    /// Further places to go to.
    links: Vec<To>,
}

impl Show for Answer {
    fn title(&self) -> String {
        "Search".to_owned()
    }

    fn sought(&self) -> &str {
        &self.q
    }
}

impl Answer {
    /// Where nothing is asked for yet.
    fn to_nothing() -> Self {
        Self {
            q: String::new(),
            sentence: Sentence::new(
                "Type or scan what you have in hand: a label, a number, an address, a name.",
            ),
            unread: String::new(),
            read: Vec::new(),
            groups: Vec::new(),
            lesson: None,
        }
    }
}

/// `GET /search`: one hit leads straight there.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let number = said::number(asked.q.trim());
    let q = &*number;
    if q.is_empty() {
        return face.show(&Answer::to_nothing());
    }
    let held = holdings(&house.app, by.head).await?;
    let seen = scope(&by);
    let (met, piece) = met(&held, &seen, q);
    let wards = places::wards(&held, &seen, q);
    let records = recorded(&held, &seen, q);
    let is_empty = held.fleet.within(&seen).is_empty();
    let known = held.advisories.clone();
    drop(held);
    let listed =
        component::find(&house, &by, q, &Wanted::first(NAMED)).await?.unwrap_or_default();
    if wards.is_none()
        && let Some(device) = only(&met, &piece, listed.total)
    {
        return Ok(face.done(&format!("/devices/{device}")));
    }
    // What is only like a number of a device does not stand before what is known by that number.
    let is_free = met.iter().all(|one| matches!(one.how, How::Apart | How::Part));
    if is_free
        && let Some(address) =
            known.as_deref().and_then(|known| recorded::place(known, q))
    {
        return Ok(face.done(&address));
    }
    let mut groups: Vec<Group> = wards.into_iter().collect();
    groups.extend(recorded::group(&records));
    for one in &met {
        groups.push(group(&house, &by, one, q).await?);
    }
    groups.extend(components(&listed, q));
    if let Some(known) = known.as_deref() {
        groups.extend(recorded::meant(known, q));
        groups.extend(advisories(known, q));
    }
    groups.extend(places::organisations(&house, &by, q).await?);
    groups.extend(suppliers(&house, &by, q).await?);
    groups.extend(forms(&house, &by, q).await?);
    if groups.is_empty()
        && let Some(address) = former(&house, &by, q).await?
    {
        return Ok(face.done(&address));
    }
    face.show(&Answer {
        lesson: (is_empty && groups.is_empty())
            .then(|| Lesson::no_device(&by, "No device is known here yet.")),
        sentence: piece.sentence().unwrap_or_else(|| sentence(&groups, &met, q)),
        unread: component::unread(&listed),
        read: read(q),
        groups,
        q: q.to_owned(),
    })
}

/// Where the number of something leads by which something was judged once.
async fn former(house: &House, by: &Actor, q: &str) -> Result<Option<String>, Problem> {
    // A number is one word with a digit in it; nothing else is looked for in what was judged.
    let is_number = q.bytes().any(|byte| byte.is_ascii_digit())
        && !q.contains(char::is_whitespace)
        && q.len() <= NUMBER_BYTES_MAX;
    if !is_number {
        return Ok(None);
    }
    // An advisory is judged under its own number too where it names no flaw.
    let judged = of_advisory(&house.app, by, q).await?;
    if !judged.events.is_empty() {
        return Ok(Some(format!("/advisories/{}", encoded(q))));
    }
    let is_known = !was_judged(&house.app, by, q).await?.is_empty();
    Ok(is_known.then(|| format!("/vulnerabilities/{}", encoded(q))))
}

/// Numbers of advisories are no longer.
const NUMBER_BYTES_MAX: usize = 100;

/// Suppliers of whom a dossier is kept that whoever asks sees, by any of their names.
async fn suppliers(house: &House, by: &Actor, q: &str) -> Result<Option<Group>, Problem> {
    let sought = q.to_lowercase();
    let (store, scope) = (&house.app.store, by.scope(Permission::ViewSuppliers));
    let all = store.suppliers(&scope).await?;
    if all.is_empty() {
        return Ok(None);
    }
    let entries = store.supplier_entries(&scope, Withdrawn::Without).await?;
    let is_alias =
        |one: &&SupplierEntry| one.kind == EntryKind::Alias.word() && !one.waits();
    let called: BTreeSet<i64> = entries
        .iter()
        .filter(is_alias)
        .filter(|one| {
            let name = one.fields.get("name");
            name.is_some_and(|name| name.to_lowercase().contains(&sought))
        })
        .map(|one| one.supplier)
        .collect();
    let is_called = |one: &&store::Supplier| {
        one.name.to_lowercase().contains(&sought) || called.contains(&one.id)
    };
    let found: Vec<_> = all.iter().filter(is_called).collect();
    if found.is_empty() {
        return Ok(None);
    }
    let hits = found.iter().take(NAMED).map(|one| Hit {
        text: one.name.clone(),
        detail: "dossier".to_owned(),
        address: format!("/suppliers/{}", one.id),
        links: Vec::new(),
    });
    Ok(Some(Group {
        what: words::counted(found.len(), "supplier", "suppliers"),
        hits: hits.collect(),
        all: format!("/suppliers?q={}", encoded(q)),
        more: match found.len() > NAMED {
            true => format!("All {} suppliers", found.len()),
            false => String::new(),
        },
    }))
}

/// MDS2 forms that whoever asks sees: by maker, model, product, or number of the document.
async fn forms(house: &House, by: &Actor, q: &str) -> Result<Option<Group>, Problem> {
    let scope = by.reading(Permission::ViewDevices);
    let all = house.app.store.mds2_forms(&scope).await?;
    if all.is_empty() {
        return Ok(None);
    }
    let products = house.app.store.products(&scope).await?;
    let named = |id: Option<i64>| {
        let of = products.iter().find(|one| Some(one.product.id) == id);
        of.map_or(String::new(), |one| {
            format!("{} {}", one.product.maker, one.product.name)
        })
    };
    let sought = q.to_lowercase();
    let is_it = |form: &&Mds2Form| {
        let said = &form.said;
        let own = format!("{} {}", said.made_by, said.model);
        [&own, &said.document, &form.file, &named(form.product)]
            .into_iter()
            .any(|text| text.to_lowercase().contains(&sought))
    };
    let in_force = all.iter().filter(|form| form.is_in_force());
    let found: Vec<&Mds2Form> = in_force.filter(is_it).collect();
    if found.is_empty() {
        return Ok(None);
    }
    let hits = found.iter().take(NAMED).map(|form| Hit {
        text: format!("{} {}", form.said.made_by, form.said.model).trim().to_owned(),
        detail: format!("edition {}, released {}", form.said.edition, form.said.released),
        address: format!("/mds2/{}", form.id),
        links: Vec::new(),
    });
    Ok(Some(Group {
        what: words::counted(found.len(), "MDS2 form", "MDS2 forms"),
        hits: hits.collect(),
        all: "/mds2".to_owned(),
        more: match found.len() > NAMED {
            true => "All MDS2 forms".to_owned(),
            false => String::new(),
        },
    }))
}

/// The devices that it may mean, and which piece a label names.
fn met(held: &Holdings, scope: &fleet::Scope, q: &str) -> (Vec<Met>, Piece) {
    let mut met = held.fleet.find(scope, q);
    if let Some((columns, number)) = said::number_behind(q) {
        let is_there = |one: &Met| columns.contains(&one.column);
        met.retain(|one| !is_there(one));
        met.extend(held.fleet.find(scope, number).into_iter().filter(is_there));
    }
    let label = Udi::in_hand(said::sought_in(q, Column::Udi)).ok();
    let label = label.filter(|label| label.device_identifier().is_some());
    let piece = match label.as_ref().and_then(Udi::serial) {
        None => Piece::Unnamed,
        Some(_) if met.iter().any(is_same) => Piece::Known,
        Some(serial) => Piece::Unknown(serial.to_owned()),
    };
    (met, piece)
}

fn is_same(met: &Met) -> bool {
    met.how == How::Same
}

/// Whether devices are only like what was typed.
fn is_like(met: &Met) -> bool {
    matches!(met.how, How::Apart | How::Beginning | How::Part)
}

/// Which piece of a model a label names.
enum Piece {
    /// None: it names the model, or what was typed is no label.
    Unnamed,
    /// One that is known.
    Known,
    /// One that is not known by this label: by its serial number. A device of the same model is
    /// another one, and one with this number may be another product.
    Unknown(String),
}

impl Piece {
    /// What is said where the piece is not known.
    fn sentence(&self) -> Option<Sentence> {
        let Self::Unknown(serial) = self else { return None };
        Some(Sentence::new(format!(
            "No device is known here with this label and its serial number {serial}; what \
             stands below is of the same model, or has the same number."
        )))
    }
}

/// The one device that is meant: the only one that is so, else the only one with the model
/// of the label, else the only one with these words. A number of which the rest is missing or
/// that is written otherwise, and the label of another piece, mean no device that is known.
fn only(met: &[Met], piece: &Piece, components: usize) -> Option<u32> {
    let steps: [&[How]; 3] =
        [&[How::Same], &[How::Same, How::Within], &[How::Same, How::Within, How::Words]];
    let surely = match piece {
        Piece::Unknown(_) => 0,
        _ if components > 0 || met.iter().any(is_like) => 2,
        _ => steps.len(),
    };
    steps.iter().take(surely).find_map(|hows| {
        let met = met.iter().filter(|one| hows.contains(&one.how));
        let all = met.map(|one| one.devices.clone()).reduce(|all, some| all | some)?;
        (all.len() == 1).then(|| all.min()).flatten()
    })
}

async fn group(house: &House, by: &Actor, met: &Met, q: &str) -> Result<Group, Problem> {
    let ids: Vec<i64> = met.devices.iter().take(NAMED).map(i64::from).collect();
    let scope = by.scope(Permission::ViewDevices);
    let devices = house.app.store.devices(&scope, &ids).await?;
    let hits = devices.iter().map(|device| {
        let build = &device.told.build;
        let shown = match met.column {
            Column::Serial => &device.told.serial,
            Column::Udi => &device.told.udi,
            Column::Mac => &device.told.mac,
            Column::Ip => &device.told.ip,
            _ => &device.told.department,
        };
        let detail = [&build.maker, &build.model, &build.version, shown];
        let detail = detail.into_iter().filter(|text| !text.is_empty());
        Hit {
            text: name(device),
            detail: detail.map(String::as_str).collect::<Vec<_>>().join(" · "),
            address: format!("/devices/{}", device.id),
            links: Vec::new(),
        }
    });
    let (column, how) = (words::met_in(met.column), words::met_how(met.how));
    let count = met.devices.len();
    let hits: Vec<Hit> = hits.collect();
    Ok(Group {
        what: format!("{column} {how}: {}", words::devices(count, "", "").trim_end()),
        more: match count > hits.len() as u64 {
            true => format!("All {}", words::devices(count, "", "").trim_end()),
            false => String::new(),
        },
        all: whole(met, q),
        hits,
    })
}

/// Components that SBOMs list: each with the releases that carry it, and its devices.
fn components(listed: &Listed, q: &str) -> Option<Group> {
    if listed.total == 0 {
        return None;
    }
    let hits = listed.components.iter().map(|one| {
        let row = component::Row::of(one);
        let releases: Vec<&str> =
            row.releases.iter().map(|link| link.text.as_str()).collect();
        Hit {
            text: format!("{} {}", row.name, row.version).trim_end().to_owned(),
            detail: match one.releases.len() > releases.len() {
                true => format!("in {} and others", releases.join(", ")),
                false => format!("in {}", releases.join(", ")),
            },
            // In one release it has one place.
            address: match row.releases.as_slice() {
                [only] => only.address.clone(),
                _ => row.to_releases.address.clone(),
            },
            links: vec![row.to_devices],
        }
    });
    Some(Group {
        what: format!(
            "{} of SBOMs, in {}",
            words::counted(listed.total, "component", "components"),
            words::counted(listed.products, "product", "products")
        ),
        hits: hits.collect(),
        all: format!("/components?q={}", encoded(q)),
        more: "All with their releases and devices".to_owned(),
    })
}

/// The list of all that were met in a column in that way, and of no others.
fn whole(met: &Met, q: &str) -> String {
    let sought = said::sought_in(q, met.column).to_owned();
    let set = Set::Met(met.column, met.how, sought);
    format!("/devices?{}", Filter::default().among(&set.to_string()))
}

/// Advisories that mention it: those that their list has for it.
fn advisories(known: &Advisories, q: &str) -> Option<Group> {
    let sought = q.to_lowercase();
    let found: Vec<_> =
        known.records.iter().filter(|record| mentions(record, &sought)).collect();
    if found.is_empty() {
        return None;
    }
    let hits = found.iter().take(NAMED).map(|record| Hit {
        text: record.id.clone(),
        detail: record.title.clone(),
        address: format!("/advisories/{}", encoded(&record.id)),
        links: Vec::new(),
    });
    Some(Group {
        what: words::counted(found.len(), "advisory", "advisories"),
        hits: hits.collect(),
        all: format!("/advisories?q={}", encoded(q)),
        more: match found.len() > NAMED {
            true => {
                format!("All {}", words::counted(found.len(), "advisory", "advisories"))
            }
            false => String::new(),
        },
    })
}

fn sentence(groups: &[Group], met: &[Met], q: &str) -> Sentence {
    let is_like_alone =
        !met.is_empty() && met.len() == groups.len() && met.iter().all(is_like);
    Sentence::new(match groups.len() {
        _ if is_like_alone => format!(
            "No device has the number “{q}”; what stands below is like it, and may be \
             another device:"
        ),
        0 => format!(
            "Nothing that you may see is called “{q}”: no asset tag, serial number, UDI, MAC \
             or IP address, maker, model, ward, site, component of an SBOM, CVE or advisory."
        ),
        1 => format!("“{q}” may mean this:"),
        _ => format!("“{q}” may mean several things:"),
    })
}

/// What a text says by itself, whether or not it is known here.
fn read(q: &str) -> Vec<Fact> {
    if let Ok(mac) = Mac::parse(q) {
        return vec![Fact::new("Read as a MAC address", mac.to_string())];
    }
    // An address reads as a label too: `10.` before a lot.
    if let Ok(address) = q.trim().parse::<IpAddr>() {
        return vec![Fact::new("Read as an IP address", address.to_string())];
    }
    if q.len() >= 8
        && let Ok(label) = Udi::in_hand(q)
    {
        return udi(label.as_str());
    }
    Vec::new()
}
