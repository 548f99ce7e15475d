//! Components of SBOMs: what was meant by a text, which releases carry it, and how many devices.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use fleet::encoded;
use operations::Actor;
use operations::fleet::{
    Carrying, Component, Listed, Set, Wanted as Found, holdings, scope,
};
use sbom::listing::{Entry, Sought};
use serde::{Deserialize, Serialize};

use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::page::stretch::{Pages, Place, Start, Stretch, Wanted};
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words;

/// Releases that one row names; one more page has them all.
const NAMED: usize = 4;

/// What is looked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
}

#[derive(Template, Serialize)]
#[template(path = "component/list.html")]
struct Components {
    q: String,
    sentence: Sentence,
    /// What was not looked through, in words; empty where all was.
    unread: String,
    components: Vec<Row>,
    total: usize,
    /// The cursor behind the last row; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
}

/// A place to go to, for programs too.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct To {
    pub(crate) text: String,
    pub(crate) address: String,
}

/// A component in one version.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) version: String,
    /// By what it is known again: its purl without version, or what stands for it.
    pub(crate) key: String,
    cpe: String,
    /// The first releases whose SBOMs list it, and the place in each.
    pub(crate) releases: Vec<To>,
    /// How many releases there are.
    release_count: usize,
    devices: u64,
    /// The devices that carry it.
    pub(crate) to_devices: To,
    /// All releases whose SBOMs list it.
    pub(crate) to_releases: To,
}

impl Show for Components {
    fn title(&self) -> String {
        "Components of SBOMs".to_owned()
    }

    fn sought(&self) -> &str {
        &self.q
    }
}

/// `GET /components`.
pub(crate) async fn list(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(asked): Query<Asked>,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let q = asked.q.trim().to_owned();
    let listed = find(&house, &by, &q, &wanted).await?.unwrap_or_default();
    let shown = (listed.before, listed.components.len(), listed.total);
    let last = listed.components.last().filter(|_| shown.0 + shown.1 < shown.2);
    let next = last.map(|last| place(last).cursor());
    face.show(&Components {
        sentence: sentence(&listed, &q),
        unread: unread(&listed),
        total: listed.total,
        pages: wanted.pages("/components", shown, next.as_deref()),
        next,
        components: listed.components.iter().map(Row::of).collect(),
        q,
    })
}

/// What a text means among components of SBOMs that whoever asks may see; nothing where it says
/// too little to look for.
pub(crate) async fn find(
    house: &House,
    by: &Actor,
    q: &str,
    wanted: &Wanted,
) -> Result<Option<Listed>, Problem> {
    let Some(sought) = Sought::read(q) else { return Ok(None) };
    let held = holdings(&house.app, by.head).await?;
    let (seen, wanted) = (scope(by), wanted.clone());
    let listed = tokio::task::spawn_blocking(move || {
        let after = match &wanted.start {
            Start::After(place) => place.texts().map(entry),
            Start::First | Start::At(_) => None,
        };
        let passed = match wanted.start {
            Start::At(passed) => passed,
            Start::First | Start::After(_) => 0,
        };
        held.components(&seen, &sought, &Found { after, passed, most: wanted.limit })
    });
    let listed = listed.await;
    Ok(Some(listed.map_err(|_| Problem::ours("a search was cut short"))?))
}

fn entry([name, version, key, cpe]: [&str; 4]) -> Entry<'_> {
    Entry { key, name, version, cpe }
}

fn place(one: &Component) -> Place {
    let texts = [&one.name, &one.version, &one.key, &one.cpe].into_iter();
    texts.fold(Place::default(), |place, text| place.text(text.as_str()))
}

fn sentence(listed: &Listed, q: &str) -> Sentence {
    if q.is_empty() {
        return Sentence::new(
            "Type the name of a component, with its version if you like, a purl or a CPE name: \
             here stand the SBOMs that list it and the devices that carry it.",
        );
    }
    if listed.total == 0 {
        return Sentence::new(format!(
            "No SBOM that you may see lists “{q}”. Of what has no SBOM, nobody can tell."
        ));
    }
    let set = Set::Components(q.to_owned()).to_string();
    let devices = match listed.devices {
        1 => "1 device".to_owned(),
        count => format!("{} devices", words::number(count)),
    };
    Sentence::new(format!(
        "{} in {} of {}; ",
        words::counted(listed.total, "component", "components"),
        words::counted(listed.bills, "SBOM", "SBOMs"),
        words::counted(listed.products, "product", "products"),
    ))
    .link(devices, format!("/devices?among={}", encoded(&set)))
    .then(match (listed.devices, listed.total) {
        (1, 1) => " carries it.",
        (1, _) => " carries one of them.",
        (_, 1) => " carry it.",
        (_, _) => " carry one of them.",
    })
}

/// SBOMs that were not looked through, in words.
pub(crate) fn unread(listed: &Listed) -> String {
    match listed.unread {
        0 => String::new(),
        count => format!(
            "{} not looked through: not read yet, or not readable.",
            words::counted(count, "SBOM was", "SBOMs were")
        ),
    }
}

impl Row {
    pub(crate) fn of(one: &Component) -> Self {
        let set = Set::Component { key: one.key.clone(), version: one.version.clone() };
        let devices = match one.devices {
            1 => "1 device".to_owned(),
            count => format!("{} devices", words::number(count)),
        };
        let all = words::counted(one.releases.len(), "release", "releases");
        Self {
            name: one.name.clone(),
            version: one.version.clone(),
            key: one.key.clone(),
            cpe: one.cpe.clone(),
            releases: one
                .releases
                .iter()
                .take(NAMED)
                .map(|release| to_release(release, &one.key, &one.version))
                .collect(),
            release_count: one.releases.len(),
            devices: one.devices,
            to_devices: To {
                text: devices,
                address: format!("/devices?among={}", encoded(&set.to_string())),
            },
            to_releases: To { text: all, address: address(&one.key, &one.version) },
        }
    }

    /// Whether there are more releases than are named.
    fn has_more(&self) -> bool {
        self.release_count > self.releases.len()
    }
}

/// The page of a component in one version.
pub(crate) fn address(key: &str, version: &str) -> String {
    format!("/components/one?key={}&version={}", encoded(key), encoded(version))
}

/// The place of a component in what a release is made of.
fn to_release(one: &Carrying, key: &str, version: &str) -> To {
    To {
        text: format!("{} {} {}", one.maker, one.name, one.version),
        address: format!(
            "/products/releases/{}?component={}&version={}#made-of",
            one.release,
            encoded(key),
            encoded(version)
        ),
    }
}

/// Which component.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct One {
    key: String,
    version: String,
}

#[derive(Template, Serialize)]
#[template(path = "component/one.html")]
struct OneComponent {
    key: String,
    name: String,
    version: String,
    sentence: Sentence,
    releases: Vec<ReleaseRow>,
    total: usize,
    /// The cursor behind the last row; `after` of the next page.
    next: Option<String>,
    #[serde(skip)]
    pages: Pages,
}

#[derive(Serialize)]
struct ReleaseRow {
    id: i64,
    product: i64,
    maker: String,
    name: String,
    version: String,
    #[serde(skip)]
    place: String,
}

impl Show for OneComponent {
    fn title(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}

/// `GET /components/one`: a component in one version, and the releases whose SBOMs list it.
pub(crate) async fn one(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Query(asked): Query<One>,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let One { key, version } = asked;
    let sought = Sought::One { key: key.clone(), version: version.clone() };
    let held = holdings(&house.app, by.head).await?;
    let seen = scope(&by);
    let (sought_for, one) = (sought.clone(), Found { after: None, passed: 0, most: 1 });
    let listed =
        tokio::task::spawn_blocking(move || held.components(&seen, &sought_for, &one));
    let listed = listed.await.map_err(|_| Problem::ours("a search was cut short"))?;
    let Some(found) = listed.components.into_iter().next() else {
        return Err(Problem::not_found("component", &key));
    };
    let row = Row::of(&found);
    let rows = found.releases.into_iter().map(|one| ReleaseRow {
        place: to_release(&one, &key, &version).address,
        id: one.release,
        product: one.product,
        maker: one.maker,
        name: one.name,
        version: one.version,
    });
    let Stretch { rows: releases, total, next, pages } =
        wanted.of("/components/one", rows.collect(), |row: &ReleaseRow| {
            let texts = [&row.maker, &row.name, &row.version].into_iter();
            let place =
                texts.fold(Place::default(), |place, text| place.text(text.as_str()));
            place.number(row.id)
        });
    let sentence = Sentence::new(format!(
        "SBOMs of {} list it; ",
        words::counted(total, "release", "releases")
    ))
    .link(row.to_devices.text, row.to_devices.address)
    .then(if found.devices == 1 { " carries it." } else { " carry it." });
    face.show(&OneComponent {
        key,
        name: found.name,
        version,
        sentence,
        releases,
        total,
        next,
        pages,
    })
}
