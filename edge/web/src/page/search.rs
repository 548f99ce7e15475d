//! Whatever a person has in hand: asset tag, serial number, UDI as scanned, MAC and IP
//! address, CVE, number of an advisory, maker, model, component of an SBOM. The answer is what
//! it is.

mod places;
mod recorded;
mod said;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use fleet::{Column, Filter, How, Met, encoded};
use operations::fleet::{Holdings, Listed, Set, holdings, scope};
use operations::history::{of_advisory, was_judged};
use operations::judging::Advisories;
use operations::{Actor, Permission};
use serde::{Deserialize, Serialize};
use store::Mds2Form;
use terms::{Mac, Udi};

use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
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
    if met.is_empty()
        && known.as_deref().is_some_and(|known| known.taken_back(q).is_some())
    {
        return Ok(face.done(&format!("/advisories/{}", encoded(q))));
    }
    if met.is_empty()
        && let Some(known) = known.as_deref().filter(|known| known.knows(q))
    {
        let main = encoded(&known.main_name(q));
        let noun = match known.record(&known.main_name(q)) {
            Some(_) => "advisories",
            None => "vulnerabilities",
        };
        return Ok(face.done(&format!("/{noun}/{main}")));
    }
    let mut groups: Vec<Group> = wards.into_iter().collect();
    groups.extend(recorded::group(&records));
    for one in &met {
        groups.push(group(&house, &by, one, q).await?);
    }
    groups.extend(components(&listed, q));
    if let Some(known) = known.as_deref() {
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
        sentence: piece.sentence().unwrap_or_else(|| sentence(&groups, q)),
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

/// Suppliers of whom a dossier is kept that whoever asks sees.
async fn suppliers(house: &House, by: &Actor, q: &str) -> Result<Option<Group>, Problem> {
    let sought = q.to_lowercase();
    let all = house.app.store.suppliers(&by.scope(Permission::ViewSuppliers)).await?;
    let found: Vec<_> =
        all.iter().filter(|one| one.name.to_lowercase().contains(&sought)).collect();
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

/// The devices that it may mean. A label that tells one piece from another, and the
/// inventory only the model, is narrowed to the piece.
fn met(held: &Holdings, scope: &fleet::Scope, q: &str) -> (Vec<Met>, Piece) {
    let mut met = held.fleet.find(scope, q);
    if let Some(serial) = said::serial(q) {
        let known: Vec<Column> = met.iter().map(|one| one.column).collect();
        let found = held.fleet.find(scope, serial).into_iter();
        let of_label =
            |one: &Met| matches!(one.column, Column::Serial | Column::AssetTag);
        met.extend(found.filter(|one| of_label(one) && !known.contains(&one.column)));
    }
    let Ok(label) = Udi::parse(q) else { return (met, Piece::Unnamed) };
    // The rules of the agencies find the identifier in forms that scanners send, too.
    if !met.iter().any(|one| one.column == Column::Udi)
        && let Some(identifier) = label.device_identifier()
    {
        let found = held.fleet.find(scope, &identifier).into_iter();
        met.extend(found.filter(|one| one.column == Column::Udi));
    }
    let Some(serial) = label.serial() else { return (met, Piece::Unnamed) };
    let is_same = |one: &Met| one.how == How::Same && one.column == Column::Udi;
    let mut named = match met.iter().any(is_same) {
        true => Piece::Known,
        false => Piece::Unknown(serial.to_owned()),
    };
    let pieces = held.fleet.find(scope, serial).into_iter();
    let mut pieces =
        pieces.filter(|met| met.column == Column::Serial && met.how == How::Same);
    let Some(piece) = pieces.next() else { return (met, named) };
    for one in met.iter_mut().filter(|one| one.column == Column::Udi) {
        let both = &one.devices & &piece.devices;
        if !both.is_empty() {
            one.devices = both;
            named = Piece::Known;
        }
    }
    if met.is_empty() {
        met.push(piece);
    }
    (met, named)
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
/// of the label, else the only one with these words. A number of which the rest is missing, and
/// the label of another piece, mean no device that is known.
fn only(met: &[Met], piece: &Piece, components: usize) -> Option<u32> {
    let steps: [&[How]; 3] =
        [&[How::Same], &[How::Same, How::Within], &[How::Same, How::Within, How::Words]];
    let surely = match piece {
        Piece::Unknown(_) => 0,
        _ if components > 0 => 2,
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
    let how = match met.how {
        How::Same => "is",
        How::Within => "is that of the label",
        How::Beginning => "begins so",
        How::Words => "has these words",
    };
    let column = match met.column {
        Column::Configuration => "Maker, model or kind",
        column => words::column(column),
    };
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

/// The list of all that were met in a column.
fn whole(met: &Met, q: &str) -> String {
    let filter = match met.column {
        Column::Maker | Column::Model => Filter::default().contains(met.column, q).ok(),
        _ => None,
    };
    let filter = filter
        .unwrap_or_else(|| Filter::default().among(&Set::Text(q.to_owned()).to_string()));
    format!("/devices?{filter}")
}

fn advisories(known: &Advisories, q: &str) -> Vec<Group> {
    let mut groups = Vec::new();
    if known.knows(q) && known.record(&known.main_name(q)).is_none() {
        let main = known.main_name(q);
        groups.push(Group {
            what: "Vulnerability".to_owned(),
            hits: vec![Hit {
                detail: known.title(&main),
                address: format!("/vulnerabilities/{}", encoded(&main)),
                links: Vec::new(),
                text: main,
            }],
            all: String::new(),
            more: String::new(),
        });
    }
    let sought = q.to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&sought);
    let found: Vec<_> = known
        .records
        .iter()
        .filter(|record| holds(&record.id) || holds(&record.title))
        .collect();
    if found.is_empty() {
        return groups;
    }
    let hits = found.iter().take(NAMED).map(|record| Hit {
        text: record.id.clone(),
        detail: record.title.clone(),
        address: format!("/advisories/{}", encoded(&record.id)),
        links: Vec::new(),
    });
    groups.push(Group {
        what: words::counted(found.len(), "advisory", "advisories"),
        hits: hits.collect(),
        all: format!("/advisories?q={}", encoded(q)),
        more: match found.len() > NAMED {
            true => {
                format!("All {}", words::counted(found.len(), "advisory", "advisories"))
            }
            false => String::new(),
        },
    });
    groups
}

fn sentence(groups: &[Group], q: &str) -> Sentence {
    Sentence::new(match groups.len() {
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
    if q.len() >= 8 && Udi::parse(q).is_ok() {
        return udi(q);
    }
    Vec::new()
}
