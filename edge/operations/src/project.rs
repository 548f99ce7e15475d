//! Bills of materials as build programs deliver them: for a project, which is a product with a
//! version.
//!
//! It is the same act as a delivery in the browser, but nobody is asked which device builds it
//! describes: what a person said of the release stays, and where nobody said anything the bill
//! describes none.

use reading::Rejected;
use store::{
    Act, Fact, Kind, Latest, Noun, Organisation, Parcel, Product, Project, Release,
    Scope, StoreError, Wanted,
};

use crate::bills::{self, BillError, Builds, Placing, Spoken, Subject};
use crate::{Actor, App, Permission};

/// What is kept as the version of a project that has none.
pub const UNVERSIONED: &str = "unversioned";
/// What is kept as the maker of a product of which nobody says who makes it.
pub const MAKER_UNKNOWN: &str = "maker not stated";
/// How many characters a name, a version or a tag may have.
pub const NAME_MAX: usize = 255;
/// How many tags a project may have.
pub const TAGS_MAX: usize = 100;

/// Why a project is not found or made, or a delivery not taken.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// There is none, and none is to be made.
    #[error("the project could not be found")]
    Absent,
    /// The one that it is to be a part of is not there.
    #[error("the parent component could not be found")]
    NoParent,
    /// Several products have that name, and the name alone does not tell which.
    #[error("several products are called so; name the project by its UUID")]
    Ambiguous,
    /// It is there already.
    #[error("a project with that name and version exists already")]
    Exists,
    /// It would be called otherwise.
    #[error("a project keeps its name and version; make another one")]
    Renamed,
    /// It would be a part of itself.
    #[error("a project is no part of itself")]
    OwnParent,
    /// A name or a version is empty, too long, or holds what a database may not keep as it is.
    #[error("{0} has between 1 and {NAME_MAX} characters, each of which can be printed")]
    Unnamed(&'static str),
    /// The bill cannot be taken.
    #[error(transparent)]
    Bill(#[from] BillError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How a program names a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming<'a> {
    /// By the number of its release.
    Release(i64),
    /// By what it is called.
    Words {
        /// The name of the product.
        name: &'a str,
        /// The version; empty where it has none.
        version: &'a str,
    },
}

/// Why tags are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagFault {
    /// One is too long, or cannot be printed.
    #[error("a tag has at most {NAME_MAX} characters, each of which can be printed")]
    Unreadable,
    /// There are too many.
    #[error("a project has at most {TAGS_MAX} tags")]
    TooMany,
}

/// The tags of a project, each once, in order. As there, they are kept in small letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(Vec<String>);

impl Tags {
    /// Reads names of tags; blank ones are none.
    ///
    /// # Errors
    /// When a name is too long or cannot be printed, or there are too many.
    pub fn read<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self, TagFault> {
        let mut tags = std::collections::BTreeSet::new();
        for name in names.map(str::trim).filter(|name| !name.is_empty()) {
            if name.chars().count() > NAME_MAX || name.contains(is_unprintable) {
                return Err(TagFault::Unreadable);
            }
            tags.insert(name.to_lowercase());
            if tags.len() > TAGS_MAX {
                return Err(TagFault::TooMany);
            }
        }
        Ok(Self(tags.into_iter().collect()))
    }

    /// The names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

/// Signs that break a line or steer whoever prints them.
fn is_unprintable(char: char) -> bool {
    char.is_control() || matches!(char, '\u{2028}' | '\u{2029}')
}

/// What happens where there is no such project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// Nothing: it is refused.
    Refuse,
    /// It is made.
    Make,
}

/// A bill that a program delivers.
#[derive(Debug)]
pub struct Submission<'a> {
    /// For which project.
    pub project: Naming<'a>,
    /// What the project is a part of, if the program says so.
    pub parent: Option<Naming<'a>>,
    /// Its tags, in the place of those before; `None` leaves them.
    pub tags: Option<Tags>,
    /// Whether it is the newest of its product: as there, it counts where the project is made.
    pub latest: Latest,
    /// What happens where there is no such project.
    pub otherwise: Otherwise,
    /// What the file is called.
    pub file: &'a str,
    /// The file.
    pub parcel: Parcel,
}

/// A bill that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// The number of the release.
    pub release: i64,
    /// The number of the job that judges it.
    pub job: i64,
}

/// Takes a bill for a project.
///
/// # Errors
/// When there is no such project, the file is no bill of materials, the actor may not deliver,
/// or the database fails; then nothing is changed, but that the file may be kept.
pub async fn submit(
    app: &App,
    by: &Actor,
    submission: Submission<'_>,
) -> Result<Submitted, ProjectError> {
    let scope = by.scope(Permission::DeliverDocuments);
    let parent = match submission.parent {
        None => None,
        Some(naming) => Some(parent(app, &scope, naming).await?),
    };
    let mut latest = None;
    let place = match find(app, &scope, submission.project).await? {
        Some(project) => Place::of(project),
        None => match (submission.project, submission.otherwise) {
            (Naming::Words { name, version }, Otherwise::Make) => {
                latest = Some(submission.latest).filter(|latest| *latest == Latest::This);
                fresh(app, &scope, name, version, parent.as_ref()).await?
            }
            _ => return Err(ProjectError::Absent),
        },
    };
    let (file, parcel) = (submission.file, submission.parcel);
    let (original, subject) =
        bills::keep(app, by, place.organisation.id, file, parcel).await?;
    let maker = place.maker(&subject);
    let placing = Placing {
        maker,
        product: place.product,
        version: place.version,
        builds: Vec::new(),
    };
    let parent = parent.map(|parent| parent.release.id);
    let spoken = Spoken { parent, tags: submission.tags, latest };
    let builds = Builds::AsSaid;
    let placed = bills::place_for(app, by, original, &placing, builds, &spoken).await?;
    Ok(Submitted { release: placed.release, job: placed.job })
}

/// Whether a job still judges a bill that whoever asks may see. Numbers of jobs can be guessed,
/// so nothing is told of any other.
///
/// # Errors
/// When the database fails.
pub async fn is_processing(app: &App, by: &Actor, job: i64) -> Result<bool, StoreError> {
    let payload = app.store.waiting(by.head, job).await?;
    let Some(bill) = payload.as_deref().and_then(bills::bill_of) else {
        return Ok(false);
    };
    let scope = by.scope(Permission::DeliverDocuments);
    match app.store.bill(&scope, bill).await {
        Ok(_) => Ok(true),
        Err(StoreError::Absent { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// A project that a program makes before any bill of it comes.
#[derive(Clone, Debug)]
pub struct NewProject<'a> {
    /// The name of the product.
    pub name: &'a str,
    /// The version; empty where it has none.
    pub version: &'a str,
    /// Who makes it; empty where nobody says.
    pub maker: &'a str,
    /// What it is a part of.
    pub parent: Option<Naming<'a>>,
    /// Its tags.
    pub tags: Option<Tags>,
    /// Whether it is the newest of its product.
    pub latest: Latest,
}

/// Makes a project.
///
/// # Errors
/// When it is there already, the actor may not deliver anywhere, or the database fails.
pub async fn make(
    app: &App,
    by: &Actor,
    new: NewProject<'_>,
) -> Result<Project, ProjectError> {
    let scope = by.scope(Permission::DeliverDocuments);
    let parent = match new.parent {
        None => None,
        Some(naming) => Some(parent(app, &scope, naming).await?),
    };
    let maker = new.maker.trim();
    if maker.chars().count() > NAME_MAX || maker.contains(is_unprintable) {
        return Err(ProjectError::Unnamed("the publisher of a project"));
    }
    let naming = Naming::Words { name: new.name, version: new.version };
    if find(app, &scope, naming).await?.is_some() {
        return Err(ProjectError::Exists);
    }
    let place = fresh(app, &scope, new.name, new.version, parent.as_ref()).await?;
    let said = Subject { maker: new.maker.trim().to_owned(), ..Subject::default() };
    let maker = place.maker(&said);
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let product =
        write.keep_product(place.organisation.id, &maker, &place.product).await?;
    let release = write.keep_release(product, &place.version).await?;
    if let Some(parent) = parent {
        write.set_parent(release, parent.release.id).await?;
    }
    let latest = Some(new.latest).filter(|latest| *latest == Latest::This);
    let spoken = Spoken { parent: None, tags: new.tags, latest };
    spoken.keep(&mut write, release).await?;
    let what = "make release";
    let act =
        Act { by: by.person, what, noun: Noun::Release, id: release, facts: Vec::new() };
    write.commit(act).await?;
    let made = app.store.projects(&scope, Wanted::Release(release)).await?;
    made.into_iter().next().ok_or(ProjectError::Absent)
}

/// What a program says anew of a project; what it does not say stays.
#[derive(Clone, Debug, Default)]
pub struct Change<'a> {
    /// What it is called: it cannot be changed, only said again.
    pub name: Option<&'a str>,
    /// The version: as the name.
    pub version: Option<&'a str>,
    /// What it is a part of.
    pub parent: Option<Naming<'a>>,
    /// Its tags, in the place of those before.
    pub tags: Option<Tags>,
    /// Whether it is the newest of its product.
    pub latest: Option<Latest>,
}

/// Whether something was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is so now.
    Now(Box<Project>),
    /// It was so before.
    Before,
}

/// Changes what programs say of a project.
///
/// # Errors
/// When there is no such project or parent, it would be called otherwise, the actor may not
/// deliver, or the database fails.
pub async fn change(
    app: &App,
    by: &Actor,
    release: i64,
    change: Change<'_>,
) -> Result<Changed, ProjectError> {
    let scope = by.scope(Permission::DeliverDocuments);
    let named = Naming::Release(release);
    let before = find(app, &scope, named).await?.ok_or(ProjectError::Absent)?;
    let is_renamed = change.name.is_some_and(|name| name.trim() != before.product.name)
        || change.version.is_some_and(|it| kept_version(it) != before.release.version);
    if is_renamed {
        return Err(ProjectError::Renamed);
    }
    let parent = match change.parent {
        None => None,
        Some(naming) => Some(parent(app, &scope, naming).await?.release.id),
    };
    if parent == Some(release) {
        return Err(ProjectError::OwnParent);
    }
    let spoken = Spoken { parent, tags: change.tags, latest: change.latest };
    if is_said_already(&before, &spoken) {
        return Ok(Changed::Before);
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    if let Some(parent) = parent {
        write.set_parent(release, parent).await?;
    }
    spoken.keep(&mut write, release).await?;
    let what = "change release";
    let said = [
        ("parent", spoken.parent.is_some()),
        ("tags", spoken.tags.is_some()),
        ("latest", spoken.latest.is_some()),
    ];
    let said = said.into_iter().filter(|(_, is_said)| *is_said);
    let facts = said.map(|(what, _)| (what, Fact::word("said"))).collect();
    write
        .commit(Act { by: by.person, what, noun: Noun::Release, id: release, facts })
        .await?;
    let now = find(app, &scope, named).await?.ok_or(ProjectError::Absent)?;
    Ok(Changed::Now(Box::new(now)))
}

fn is_said_already(before: &Project, spoken: &Spoken) -> bool {
    let tags = spoken.tags.as_ref().is_none_or(|tags| tags.names() == before.tags);
    let latest = spoken.latest.is_none_or(|it| (it == Latest::This) == before.is_latest);
    let parent = spoken.parent.is_none() || spoken.parent == before.parent;
    tags && latest && parent
}

/// The newest project of a name, as programs said.
///
/// # Errors
/// When several products are called so, or the database fails.
pub async fn latest(
    app: &App,
    scope: &Scope,
    name: &str,
) -> Result<Option<Project>, ProjectError> {
    let name = name.trim();
    if name.is_empty() || name.contains(is_unprintable) {
        return Ok(None);
    }
    let found = app.store.projects(scope, Wanted::Named(name)).await?;
    let mut found = found.into_iter().filter(|one| one.is_latest);
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(ProjectError::Ambiguous),
        (one, _) => Ok(one),
    }
}

/// The project that a program names, among those of a scope.
///
/// # Errors
/// When several are called so, or the database fails.
pub async fn find(
    app: &App,
    scope: &Scope,
    naming: Naming<'_>,
) -> Result<Option<Project>, ProjectError> {
    let (name, version) = match naming {
        Naming::Release(release) => {
            let found = app.store.projects(scope, Wanted::Release(release)).await?;
            return Ok(found.into_iter().next());
        }
        Naming::Words { name, version } => (name.trim(), kept_version(version)),
    };
    // One database keeps a NUL and the other cannot: no project is called by one on either.
    if name.is_empty()
        || name.contains(is_unprintable)
        || version.contains(is_unprintable)
    {
        return Ok(None);
    }
    let found = app.store.projects(scope, Wanted::Named(name)).await?;
    let mut found = found.into_iter().filter(|one| one.release.version == version);
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(ProjectError::Ambiguous),
        (one, _) => Ok(one),
    }
}

/// The version as it is kept.
fn kept_version(version: &str) -> &str {
    match version.trim() {
        "" => UNVERSIONED,
        version => version,
    }
}

async fn parent(
    app: &App,
    scope: &Scope,
    naming: Naming<'_>,
) -> Result<Project, ProjectError> {
    find(app, scope, naming).await?.ok_or(ProjectError::NoParent)
}

/// Where a project is, or is to be.
struct Place {
    organisation: PlaceOf,
    product: String,
    version: String,
    /// The maker, where one is known.
    maker: Option<String>,
}

/// The organisation whose document the bill is.
struct PlaceOf {
    id: i64,
    /// Who makes its products, where it is a maker.
    maker: Option<String>,
}

impl Place {
    fn of(project: Project) -> Self {
        let Product { organisation, maker, name, .. } = project.product;
        let Release { version, .. } = project.release;
        let organisation = PlaceOf { id: organisation, maker: None };
        Self { organisation, product: name, version, maker: Some(maker) }
    }

    /// The maker: as known, else as the bill says, else the organisation itself if it is one.
    fn maker(&self, subject: &Subject) -> String {
        let said = Some(subject.maker.clone()).filter(|maker| !maker.is_empty());
        let own = || self.organisation.maker.clone();
        let maker = self.maker.clone().or(said).or_else(own);
        maker.unwrap_or_else(|| MAKER_UNKNOWN.to_owned())
    }
}

/// Where a project that is not there yet is to be: beside other versions of the product; else
/// beside its parent; else in the organisation to which the token is held.
async fn fresh(
    app: &App,
    scope: &Scope,
    name: &str,
    version: &str,
    parent: Option<&Project>,
) -> Result<Place, ProjectError> {
    let fits = |text: &str| {
        (1..=NAME_MAX).contains(&text.trim().chars().count())
            && !text.trim().contains(is_unprintable)
    };
    if !fits(name) {
        return Err(ProjectError::Unnamed("the name of a project"));
    }
    if !fits(kept_version(version)) {
        return Err(ProjectError::Unnamed("the version of a project"));
    }
    let (product, version) = (name.trim().to_owned(), kept_version(version).to_owned());
    let others = app.store.projects(scope, Wanted::Named(&product)).await?;
    if let Some(first) = others.first() {
        if others.iter().any(|other| other.product.id != first.product.id) {
            return Err(ProjectError::Ambiguous);
        }
        let organisation = PlaceOf { id: first.product.organisation, maker: None };
        let maker = Some(first.product.maker.clone());
        return Ok(Place { organisation, product, version, maker });
    }
    let id = match (parent, scope.roots()) {
        (Some(parent), _) => parent.product.organisation,
        (None, [root]) => root.organisation(),
        // Whose it is cannot be told.
        (None, _) => return Err(BillError::NotAllowed.into()),
    };
    let own: Organisation = app.store.organisation(scope, id).await?;
    let maker = (own.kind == Kind::Maker).then_some(own.name);
    let organisation = PlaceOf { id, maker };
    Ok(Place { organisation, product, version, maker: None })
}

/// A file that is no bill of materials.
impl From<Rejected> for ProjectError {
    fn from(refused: Rejected) -> Self {
        Self::Bill(refused.into())
    }
}
