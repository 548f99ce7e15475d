//! Which device builds are of a release: those that look like it, a search among the others, and
//! the page on which that is said anew.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use operations::Actor;
use operations::bills::{self, Likeness, Proposed, of_release};
use serde::{Deserialize, Serialize, Serializer};

use super::number;
use crate::House;
use crate::access::By;
use crate::face::{Face, Show};
use crate::form::Typed;
use crate::problem::Problem;
use crate::words::{counted, many};

/// Likely builds that stand in sight; the others lie behind a summary.
const LISTED_MAX: usize = 20;

/// The part of a form that asks which builds are of a release. As JSON it is a list of them.
#[derive(Template)]
#[template(path = "product/builds.html")]
pub(super) struct Builds {
    /// Those that stand in sight.
    listed: Vec<Choosable>,
    /// Those that lie behind a summary.
    rest: Vec<Choosable>,
    sought: String,
    more: usize,
}

impl askama::filters::HtmlSafe for Builds {}

impl Serialize for Builds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.all())
    }
}

/// A build, and whether it is ticked.
#[derive(Serialize)]
pub(super) struct Choosable {
    build: Proposed,
    is_chosen: bool,
    #[serde(skip)]
    count: String,
}

/// What is looked for, in an address.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Looked {
    pub(super) sought: String,
}

/// What is typed into this part of a form.
pub(super) struct Ticked {
    pub(super) builds: Vec<i64>,
    pub(super) sought: String,
    /// Whether somebody only looks for others.
    pub(super) looks: bool,
}

impl Ticked {
    /// `build-12` names the build of that number.
    pub(super) fn of(fields: &BTreeMap<String, String>) -> Self {
        let field = |key: &str| fields.get(key).cloned().unwrap_or_default();
        let builds =
            fields.keys().filter_map(|key| key.strip_prefix("build-")?.parse().ok());
        Self {
            builds: builds.collect(),
            sought: field("sought"),
            looks: field("act") == "look",
        }
    }
}

impl Builds {
    pub(super) fn new(
        proposed: Vec<Proposed>,
        more: usize,
        sought: &str,
        is_chosen: impl Fn(&Proposed) -> bool,
    ) -> Self {
        let is_sought = !sought.trim().is_empty();
        let (mut listed, mut rest) = (Vec::new(), Vec::new());
        for build in proposed {
            let one = Choosable {
                is_chosen: is_chosen(&build),
                count: many(build.devices, "device", "devices"),
                build,
            };
            let is_near =
                one.build.likeness == Likeness::Likely && listed.len() < LISTED_MAX;
            match is_sought || one.is_chosen || is_near {
                true => listed.push(one),
                false => rest.push(one),
            }
        }
        Self { listed, rest, sought: sought.to_owned(), more }
    }

    fn all(&self) -> impl Iterator<Item = &Choosable> {
        self.listed.iter().chain(&self.rest)
    }

    /// How many lie behind the summary, in words; empty where none do.
    fn behind(&self) -> String {
        match self.rest.len() {
            0 => String::new(),
            count => counted(
                count,
                "other of the maker, or with a word of its name",
                "others of the maker, or with a word of its name",
            ),
        }
    }

    /// What is left out, and how it is found; empty where nothing is.
    fn beyond(&self) -> String {
        match self.more {
            0 => String::new(),
            count => format!(
                "{} not shown: look for them.",
                counted(count, "device build is", "device builds are")
            ),
        }
    }

    fn nothing(&self) -> &'static str {
        match (self.sought.trim().is_empty(), self.rest.is_empty()) {
            (true, true) => {
                "No device of yours has a maker or a model that sounds like it. Look for them, \
                 or name them later on the page of the release."
            }
            (true, false) => "No device of yours looks like it.",
            (false, _) => "No device of yours is written with all of these words.",
        }
    }

    /// How many devices are of the builds that agree with what the document says.
    pub(super) fn agreeing_devices(&self) -> i64 {
        let agree = self.all().filter(|one| one.build.agrees);
        agree.map(|one| one.build.devices).sum()
    }
}

impl Choosable {
    /// What the inventory says, without what it leaves empty.
    fn text(&self) -> String {
        let build = &self.build;
        let version = match build.version.is_empty() {
            true => "no version",
            false => &build.version,
        };
        let texts = [&build.maker, &build.model, &build.description];
        let texts = texts.into_iter().map(String::as_str).filter(|text| !text.is_empty());
        texts.chain([version]).collect::<Vec<_>>().join(" · ")
    }
}

#[derive(Template, Serialize)]
#[template(path = "product/release_builds.html")]
struct Page {
    release: i64,
    name: String,
    version: String,
    sentence: String,
    proposed: Builds,
    #[serde(skip)]
    token: String,
}

impl Show for Page {
    fn title(&self) -> String {
        format!("Devices of {} {}", self.name, self.version)
    }
}

/// `GET /products/releases/{release}/builds`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(release): Path<String>,
    Query(looked): Query<Looked>,
) -> Result<Response, Problem> {
    let release = number("release", &release)?;
    face.show(&page(&house, &by, release, &looked.sought, None).await?)
}

/// `POST /products/releases/{release}/builds`: says which builds are of it, or looks for others.
pub(crate) async fn describe(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(release): Path<String>,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let release = number("release", &release)?;
    let ticked = Ticked::of(&fields);
    if ticked.looks {
        let named = Some(ticked.builds.as_slice());
        return face.show(&page(&house, &by, release, &ticked.sought, named).await?);
    }
    bills::describe(&house.app, &by, release, &ticked.builds).await?;
    Ok(face.done(&format!("/products/releases/{release}")))
}

/// `named` is what is ticked; without it, what was said before.
async fn page(
    house: &House,
    by: &Actor,
    release: i64,
    sought: &str,
    named: Option<&[i64]>,
) -> Result<Page, Problem> {
    let (product, release, given) =
        of_release(&house.app, by, release, sought, named).await?;
    let named = given.named;
    let is_named = |one: &Proposed| named.contains(&one.configuration);
    let said = given.builds.iter().filter(|one| is_named(one)).count();
    Ok(Page {
        release: release.id,
        name: format!("{} {}", product.maker, product.name),
        version: release.version,
        sentence: match said {
            0 => "Nobody has said which of your devices are of this release, so none is \
                  judged by its SBOMs."
                .to_owned(),
            count => format!(
                "{} of yours ticked as being of this release.",
                counted(count, "device build is", "device builds are")
            ),
        },
        proposed: Builds::new(given.builds, given.more, sought, is_named),
        token: by.form_token.clone(),
    })
}
