//! What happens month by month, done by the same functions as in a house that is lived in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::ToSpan as _;
use operations::action::{self, Finding};
use operations::bills::{self, Placing, Products};
use operations::first_run::{Founding, found, offer};
use operations::inventory::{Delivery, deliver};
use operations::judging::use_index;
use operations::question::{self, Reply, Which};
use operations::trial::{self, Visitor};
use operations::{Actor, App, organisation, statement, work_off};
use store::{Audience, Kind, NewOrganisation, Parcel, Role, RootKey, Said, Scope, Store};
use terms::vex::Justification;

use crate::papers::{Parts, vex};
use crate::world::{World, chance};
use crate::{Asked, Fault, now};

const ADDRESS: &str = "ada@group.example";
const PASSWORD: &str = "a long sentence will do";
const ZONE: &str = "Europe/London";
/// Hospitals of a system.
const SYSTEM: usize = 40;
/// Every how many months a hospital sends its inventory.
const EVERY: usize = 3;
/// Advisories that come out in a month.
const ADVISORIES: usize = 8;
/// Things that somebody decides in a month, of each kind.
const PLANNED: usize = 40;
const REPORTED: usize = 40;
const ACCEPTED: usize = 8;
const ANALYSED: usize = 8;
const ANSWERED: usize = 12;
const STATED: usize = 10;

/// Numbers of device builds by maker, model and version.
type Builds = BTreeMap<(String, String, String), Vec<i64>>;

/// A house that is lived in.
pub(crate) struct Life<'w> {
    app: App,
    ada: Actor,
    top: i64,
    hospitals: Vec<i64>,
    world: &'w World,
    parts: Parts,
    bills: usize,
    months: usize,
    /// How many SBOMs were delivered, and those that were placed: each with its release.
    delivered: usize,
    placed: Vec<(i64, i64)>,
    index: PathBuf,
    /// Advisories that have not come out yet.
    unpublished: Vec<PathBuf>,
}

impl<'w> Life<'w> {
    /// The house with its people, before the first inventory.
    pub(crate) async fn begin(asked: &Asked, world: &'w World) -> Result<Self, Fault> {
        let app = opened(asked).await?;
        let secret = offer(&app).await?.ok_or("somebody lives there already")?;
        let founding = Founding {
            kind: Kind::PurchasingGroup,
            organisation: "Invented Purchasing Group",
            name: "Ada Invented",
            address: ADDRESS,
            password: PASSWORD,
            zone: ZONE,
        };
        let session = found(&app, &secret, founding).await?;
        let session = app.store.session(&session.secret, (app.now)()).await?;
        let ada = Actor::of_session(&app, session.ok_or("nobody is signed in")?).await?;
        let top = ada.bindings().first().ok_or("no role")?.organisation;
        let hospitals = people(&app, &ada, top, world.hospitals).await?;
        // The group keeps the SBOMs, and its members' devices are judged by them.
        bills::set_products_for(&app, &ada, top, Audience::Below, Products::New).await?;
        let ada = Actor::in_absence(&app, ada.head, ada.person).await?;
        let (index, unpublished) = published(asked)?;
        use_index(&app, &index).await?;
        Ok(Self {
            app,
            ada,
            top,
            hospitals,
            world,
            parts: Parts::read(&asked.bill)?,
            bills: asked.bills,
            months: asked.months,
            delivered: 0,
            placed: Vec::new(),
            index,
            unpublished,
        })
    }

    /// The house as it was left before the month that the command line names.
    pub(crate) async fn resume(asked: &Asked, world: &'w World) -> Result<Self, Fault> {
        let app = opened(asked).await?;
        let person =
            app.store.person_by_address(ADDRESS).await?.ok_or("nobody lives there")?;
        let ada = Actor::in_absence(&app, person.head, person.id).await?;
        let top = ada.bindings().first().ok_or("no role")?.organisation;
        let all = app.store.organisations(&Scope::whole(ada.head)).await?;
        let hospitals = all.iter().filter(|one| one.kind == Kind::Hospital);
        let mut hospitals: Vec<i64> = hospitals.map(|one| one.id).collect();
        // In the order in which they were made.
        hospitals.sort_unstable();
        let (_, mut unpublished) = papers(asked)?;
        unpublished.truncate(unpublished.len().saturating_sub(ADVISORIES * asked.from));
        let placed = app.store.described(ada.head).await?.into_iter();
        let placed: BTreeMap<i64, i64> =
            placed.map(|one| (one.bill, one.release)).collect();
        let life = Self {
            ada,
            top,
            hospitals,
            world,
            parts: Parts::read(&asked.bill)?,
            bills: asked.bills,
            months: asked.months,
            delivered: asked.bills * asked.from / asked.months.max(1),
            placed: placed.into_iter().collect(),
            index: asked.folder.join(INDEX).canonicalize()?,
            unpublished,
            app,
        };
        life.work().await?;
        Ok(life)
    }

    /// A month; gives what happened and how long it took.
    pub(crate) async fn month(&mut self, month: usize) -> Result<String, Fault> {
        let mut said = format!("month {month}:");
        let mut begun = Instant::now();
        let mut lap = |what: &str| {
            said.push_str(&format!(" {what} {:.1} s", begun.elapsed().as_secs_f64()));
            begun = Instant::now();
        };
        let due = (0..self.hospitals.len()).filter(|at| at % EVERY == month % EVERY);
        for hospital in due {
            self.inventory(hospital, month).await?;
        }
        self.work().await?;
        lap("inventories");
        let until = self.bills * (month + 1) / self.months.max(1);
        let builds = self.builds().await?;
        while self.delivered < until {
            self.bill(self.delivered, &builds).await?;
            self.delivered += 1;
        }
        self.work().await?;
        lap("SBOMs");
        let left = self.unpublished.len().saturating_sub(ADVISORIES);
        let new = self.unpublished.split_off(left);
        if !new.is_empty() {
            feeds::add(&self.index, &new)?;
            use_index(&self.app, &self.index).await?;
            self.work().await?;
        }
        lap("advisories");
        self.decide(month).await?;
        self.answer(month).await?;
        self.state(month).await?;
        self.work().await?;
        lap("decisions");
        Ok(said)
    }

    /// The newest inventories of all, and what is told of the house.
    pub(crate) async fn today(&mut self) -> Result<String, Fault> {
        for hospital in 0..self.hospitals.len() {
            self.inventory(hospital, self.months).await?;
        }
        self.work().await?;
        let held = operations::fleet::holdings(&self.app, self.ada.head).await?;
        let scope = operations::fleet::scope(&self.ada);
        let all = held.view(&scope, &fleet::Filter::default())?;
        let entries = held.entries(&scope, operations::fleet::Holdings::day(now()));
        let told = format!(
            "{} devices of {} builds, {} things to do, {} SBOMs; {ADDRESS}  {PASSWORD}",
            all.total(),
            all.configurations().len(),
            entries.iter().filter(|entry| !entry.state.is_over()).count(),
            self.placed.len(),
        );
        drop(held);
        self.app.store.close().await;
        Ok(told)
    }

    async fn inventory(&self, hospital: usize, month: usize) -> Result<(), Fault> {
        let organisation = *self.hospitals.get(hospital).ok_or("no such hospital")?;
        let delivery = Delivery {
            organisation,
            source: "Asset system".to_owned(),
            name: format!("assets-{month}.csv"),
            bytes: self.world.export(hospital, month).into_bytes(),
            mapping: device::inventory::Mapping::default(),
        };
        deliver(&self.app, &self.ada, delivery).await?;
        Ok(())
    }

    /// The device builds that stand somewhere, by what an inventory calls them.
    async fn builds(&self) -> Result<Builds, Fault> {
        let all = self.app.store.builds(self.ada.head).await?;
        let standing = operations::fleet::builds_seen(&self.app, &self.ada).await?;
        let named = |one: &store::Configuration| {
            let build = one.build.clone();
            ((build.maker, build.model, build.version), one.id)
        };
        let mut builds = Builds::new();
        let standing = all.iter().filter(|one| standing.contains_key(&one.id));
        for (name, id) in standing.map(named) {
            builds.entry(name).or_default().push(id);
        }
        Ok(builds)
    }

    async fn bill(&mut self, number: usize, builds: &Builds) -> Result<(), Fault> {
        let Some((product, release)) = self.world.of_bill(number) else { return Ok(()) };
        let Some(bytes) = self.parts.bill(self.world, number) else { return Ok(()) };
        let (app, ada) = (&self.app, &self.ada);
        let name = format!("{number}.cdx.json");
        let arrived =
            bills::arrive(app, ada, self.top, &name, Parcel::of(&bytes)?).await?;
        let version = self.world.release(product, release);
        let named = (product.maker.clone(), product.model.clone(), version.clone());
        let placing = Placing {
            maker: product.maker.clone(),
            product: product.model.clone(),
            version,
            builds: builds.get(&named).cloned().unwrap_or_default(),
        };
        let placed = bills::place(app, ada, arrived, &placing).await?;
        self.placed.push((placed.bill, placed.release));
        Ok(())
    }

    /// Some of what is open is planned, some of what was planned reported, and so on.
    async fn decide(&self, month: usize) -> Result<(), Fault> {
        let today = operations::fleet::Holdings::day(now());
        let names = {
            let held = operations::fleet::holdings(&self.app, self.ada.head).await?;
            let scope = operations::fleet::scope(&self.ada);
            let entries = held.entries(&scope, today);
            let open = entries.iter().filter(|entry| {
                entry.action.is_some() && entry.state == worklist::State::Open
            });
            let open: Vec<(String, Vec<String>)> = open
                .map(|entry| {
                    let flaws = entry.action.map(|action| &action.vulnerabilities);
                    let flaws = flaws.into_iter().flatten().take(1);
                    (entry.slug.to_owned(), flaws.map(ToString::to_string).collect())
                })
                .collect();
            let wanted = PLANNED + REPORTED + ACCEPTED + ANALYSED;
            let step = (open.len() / wanted).max(1);
            let chosen = open.into_iter().skip(month % step).step_by(step);
            chosen.take(wanted).collect::<Vec<_>>()
        };
        let (app, ada) = (&self.app, &self.ada);
        for (number, (name, flaws)) in names.into_iter().enumerate() {
            let luck =
                chance(&[month, number]) % (PLANNED + REPORTED + ACCEPTED + ANALYSED);
            if luck < PLANNED {
                let days = i64::try_from(luck)?;
                let from = today.checked_add((days + 3).days())?;
                let window = (from, from.checked_add(7.days())?);
                action::plan(app, ada, &name, window, "in the next window").await?;
            } else if luck < PLANNED + REPORTED {
                action::report(app, ada, &name, "by the maker's engineer").await?;
            } else if luck < PLANNED + REPORTED + ACCEPTED {
                let until = today.checked_add(180.days())?;
                action::accept(
                    app,
                    ada,
                    &name,
                    until,
                    "stands alone, replaced next year",
                )
                .await?;
            } else {
                let finding = Finding {
                    vulnerabilities: flaws,
                    version: String::new(),
                    justification: Justification::VulnerableCodeNotInExecutePath,
                    reason: "the interface is switched off".to_owned(),
                };
                // A maker who says otherwise is heard first.
                match action::analyse(app, ada, &name, &finding).await {
                    Ok(()) | Err(action::ActionError::Outweighed) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    async fn answer(&self, month: usize) -> Result<(), Fault> {
        let open = question::list(&self.app, &self.ada).await?;
        let step = (open.len() / ANSWERED).max(1);
        let chosen: Vec<question::Key> =
            open.iter().step_by(step).take(ANSWERED).map(|one| one.key.clone()).collect();
        drop(open);
        for (number, key) in chosen.iter().enumerate() {
            let said = match chance(&[month, number]) % 3 {
                0 => Said::Yes,
                1 => Said::No,
                _ => Said::NotKnown,
            };
            let reply = Reply {
                organisation: self.top,
                said,
                which: Which::All,
                note: "asked in the ward",
                until: "",
            };
            // An earlier answer may have settled this one.
            match question::answer(&self.app, &self.ada, key, reply).await {
                Ok(_) | Err(question::QuestionError::NoDevice) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Makers state that some of what their components carry does not reach their product, and
    /// some of that is accepted.
    async fn state(&self, month: usize) -> Result<(), Fault> {
        for number in 0..STATED {
            let luck = chance(&[month, number, 3]);
            let at = luck % self.placed.len().max(1);
            let Some(&(bill, release)) = self.placed.get(at) else { return Ok(()) };
            let (app, ada) = (&self.app, &self.ada);
            let content = bills::content(app, ada, bill).await?;
            let Some(found) = content.found.iter().flatten().next() else { continue };
            let is_it = |part: &&bills::Part| part.place == found.place;
            let Some(part) = content.parts.iter().find(is_it) else { continue };
            let (vulnerability, component) = (&found.vulnerability, &part.purl);
            let name = format!("vex-{month}-{number}.json");
            let Some(bytes) = vex(month * STATED + number, vulnerability, component)
            else {
                continue;
            };
            let parcel = Parcel::of(&bytes)?;
            let reach = statement::For::Release;
            let vex = statement::deliver(app, ada, release, reach, &name, parcel).await?;
            if luck.is_multiple_of(2) {
                let chosen = BTreeSet::from([0]);
                statement::accept(app, ada, vex, &chosen, "signed by the maker").await?;
            }
        }
        Ok(())
    }

    async fn work(&self) -> Result<(), Fault> {
        match work_off(&self.app, "generator").await?.first() {
            None => Ok(()),
            Some(fault) => Err(fault.clone().into()),
        }
    }
}

/// Systems and hospitals below the group, and somebody of each role; gives the hospitals.
async fn people(
    app: &App,
    ada: &Actor,
    top: i64,
    count: usize,
) -> Result<Vec<i64>, Fault> {
    let mut hospitals = Vec::new();
    let mut system = top;
    for number in 0..count {
        if number.is_multiple_of(SYSTEM) {
            let name = format!("Invented System {}", number / SYSTEM + 1);
            let new = NewOrganisation { kind: Kind::System, name: &name };
            system = organisation::make_below(app, ada, top, new).await?.id;
        }
        let name = format!("Invented Hospital {}", number + 1);
        let new = NewOrganisation { kind: Kind::Hospital, name: &name };
        hospitals.push(organisation::make_below(app, ada, system, new).await?.id);
    }
    let first = hospitals.first().copied().unwrap_or(top);
    let visitor = |name, address, role, organisation| Visitor {
        name,
        address,
        role,
        organisation,
        maker: "",
    };
    let visitors = [
        visitor("Sam Invented", "security@group.example", Role::Security, system),
        visitor("Bo Invented", "biomed@group.example", Role::Biomed, first),
        visitor("Cleo Invented", "contracting@group.example", Role::Contracting, top),
        visitor("Vic Invented", "viewer@group.example", Role::Viewer, first),
    ];
    trial::admit(app, ada.head, ZONE, PASSWORD, &visitors).await?;
    Ok(hospitals)
}

/// The house in its folder, with its clock.
async fn opened(asked: &Asked) -> Result<App, Fault> {
    let data = asked.folder.join("house");
    std::fs::create_dir_all(&data)?;
    let url = match &asked.database {
        Some(url) => url.clone(),
        None => format!("sqlite:{}", data.join("lazaret.db").display()),
    };
    let store = Store::open(&url, &key(&asked.folder)?).await?;
    Ok(App::new(store, &data, now))
}

/// What the index of the first day is made of, and which advisories come out later: every fourth
/// of the folder, as many as the months need, the last of the list first.
fn papers(asked: &Asked) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Fault> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(&asked.advisories)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    all.sort();
    let wanted = asked.months * ADVISORIES;
    let later = |at: usize| at.is_multiple_of(4) && at / 4 < wanted;
    let unpublished: Vec<PathBuf> = all
        .iter()
        .enumerate()
        .filter(|(at, _)| later(*at))
        .map(|(_, it)| it.clone())
        .collect();
    let known =
        all.into_iter().enumerate().filter(|(at, _)| !later(*at)).map(|(_, it)| it);
    Ok((known.chain(asked.sources.iter().cloned()).collect(), unpublished))
}

/// What the index is called.
const INDEX: &str = "advisories.index";

/// Builds the index of the first day.
fn published(asked: &Asked) -> Result<(PathBuf, Vec<PathBuf>), Fault> {
    let (sources, unpublished) = papers(asked)?;
    let index = asked.folder.join(INDEX);
    let order =
        feeds::Order { index: &index, sources: &sources, cache: feeds::Cache::Ignore };
    feeds::build(&order, &mut |_| {})?;
    Ok((index.canonicalize()?, unpublished))
}

fn key(folder: &Path) -> Result<RootKey, Fault> {
    let file = folder.join("root.key");
    if let Ok(text) = std::fs::read_to_string(&file) {
        return Ok(RootKey::from_text(text.trim())?);
    }
    let key = RootKey::make()?;
    std::fs::write(&file, &*key.to_text())?;
    Ok(key)
}
