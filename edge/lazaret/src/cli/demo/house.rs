//! The invented health system, taken in as a real one would be, and served.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail};
use feeds::{Cache, Order};
use jiff::{SignedDuration, Timestamp};
use operations::bills::{self, Placing, Products};
use operations::first_run::{self, Founding};
use operations::trial::{self, Visitor};
use operations::{Actor, App, inventory, judging, mds2, organisation, work_off};
use store::{Audience, Kind, NewOrganisation, Parcel, Role};
use tokio::net::TcpListener;
use web::Transport;

use super::health_system::{self, CLINIC, HOSPITALS, Hospital, MEMBER};
use super::{DOCUMENTS, command, evidence, headed, makers, purchases, suppliers};
use crate::cli::house::{Memory, Opening, runtime};
use crate::cli::{Failure, Outcome, serve};
use crate::render;

/// Where the house lies below the folder of the demo.
const HOUSE: &str = "house";
/// Where the exports and advisories lie that are taken in.
const DOCUMENTS_OF_HOUSE: &str = "health-system";
/// The zone of everybody in it.
pub(super) const ZONE: &str = "Europe/London";
/// The password of everybody in it, for acts that ask for it again.
pub(super) const PASSWORD: &str = "only for looking around";
/// Who keeps the devices of the health system safe.
const SECURITY: &str = "noor@harrow-vale.example";
const ADMINISTRATOR: &str = "ada@tidewater.example";
/// Who buys for the members.
const CONTRACTING: &str = "ines@tidewater.example";

/// Somebody to come in as.
struct Somebody {
    role: Role,
    name: &'static str,
    address: &'static str,
    place: Place,
    /// The maker for which a supplier's guest answers; empty for anybody else.
    maker: &'static str,
    /// What they come for.
    asks: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Group,
    System,
    First,
    Second,
}

const VISITORS: [Somebody; 7] = [
    Somebody {
        role: Role::Security,
        name: "Noor Haddad",
        address: SECURITY,
        place: Place::System,
        maker: "",
        asks: "security officer of the health system: what touches my wards, who acts by when?",
    },
    Somebody {
        role: Role::Biomed,
        name: "Tomas Lind",
        address: "tomas@harrow-vale.example",
        place: Place::First,
        maker: "",
        asks: "biomedical engineer of one hospital: what is this device, what may I do to it?",
    },
    Somebody {
        role: Role::Viewer,
        name: "Grace Achieng",
        address: "grace@saltmarsh.example",
        place: Place::Second,
        maker: "",
        asks: "nurse manager of another hospital: are my devices safe to use?",
    },
    Somebody {
        role: Role::Contracting,
        name: "Ines Duarte",
        address: CONTRACTING,
        place: Place::Group,
        maker: "",
        asks: "contracting officer of the purchasing group: may I buy from them, what is missing?",
    },
    Somebody {
        role: Role::Privacy,
        name: "Yuki Mori",
        address: "yuki@tidewater.example",
        place: Place::Group,
        maker: "",
        asks: "privacy officer: who may see what?",
    },
    Somebody {
        role: Role::Auditor,
        name: "Olu Bankole",
        address: "olu@tidewater.example",
        place: Place::Group,
        maker: "",
        asks: "auditor: show me that you do what you say",
    },
    Somebody {
        role: Role::SupplierGuest,
        name: "Pavel Horak",
        address: makers::GUEST,
        place: Place::System,
        maker: makers::MAKER,
        asks: "product security of a maker, as a guest of the health system: what do I owe them?",
    },
];

/// Makes the house where there is none yet, and serves it until whoever runs it ends it.
pub(super) fn serve(folder: &Path, listen: SocketAddr) -> Result<Outcome, Failure> {
    let runtime = runtime()?;
    let outcome = runtime.block_on(live(folder, listen));
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    outcome
}

async fn live(folder: &Path, listen: SocketAddr) -> Result<Outcome, Failure> {
    let end = serve::end()?;
    let begun = Instant::now();
    let (house, key) = (folder.join(HOUSE), folder.join("root.key"));
    if !house.exists() {
        make(folder, &house, &key).await?;
    }
    let app = Memory::at(house, key).open(Opening::Existing).await?;
    let listener = bind(listen).await?;
    tell(&app, &listener, begun).await?;
    let store = app.store.clone();
    serve::answer_and_work(app, Transport::Loopback, listener, None, end).await?;
    store.close().await;
    render::talk("stopped");
    Ok(Outcome::Nothing)
}

/// Made aside, so that one that was cut short is made anew.
async fn make(folder: &Path, house: &Path, key: &Path) -> Result<(), Failure> {
    let aside = folder.join("house.new");
    if aside.exists() {
        fs::remove_dir_all(&aside).with_context(|| aside.display().to_string())?;
    }
    let index = documents(folder)?;
    let app = Memory::at(aside.clone(), key.to_owned()).open(Opening::New).await?;
    let furnished = furnish(&app, folder, &index).await;
    app.store.close().await;
    furnished?;
    fs::rename(&aside, house).with_context(|| house.display().to_string())?;
    Ok(())
}

/// Writes what the hospitals export and the makers publish, and builds an index.
fn documents(folder: &Path) -> Result<PathBuf, Failure> {
    let products = health_system::products();
    let place = folder.join(DOCUMENTS_OF_HOUSE);
    let advisories = place.join("advisories");
    fs::create_dir_all(&advisories).with_context(|| advisories.display().to_string())?;
    for hospital in HOSPITALS.iter().chain([&MEMBER]) {
        let path = place.join(hospital.file);
        fs::write(&path, health_system::inventory(hospital, &products))
            .with_context(|| path.display().to_string())?;
    }
    for (id, document) in health_system::advisories(&products) {
        let path = advisories.join(format!("{}.json", id.to_lowercase()));
        fs::write(&path, serde_json::to_string_pretty(&document)?)
            .with_context(|| path.display().to_string())?;
    }
    let index = place.join("advisories.index");
    let sources = [folder.join("advisories"), advisories];
    let order = Order { index: &index, sources: &sources, cache: Cache::Ignore };
    feeds::build(&order, &mut |_| {})?;
    Ok(index)
}

async fn furnish(app: &App, folder: &Path, index: &Path) -> Result<(), Failure> {
    let Some(secret) = first_run::offer(app).await? else {
        bail!("somebody lives in {} already", app.data.display())
    };
    let founding = Founding {
        kind: Kind::PurchasingGroup,
        organisation: "Tidewater Purchasing Alliance",
        name: "Ada Okafor",
        address: ADMINISTRATOR,
        password: PASSWORD,
        zone: ZONE,
    };
    // The house is two months old, and so is the inventory of one member.
    let before = two_months_ago(app);
    let session = first_run::found(&before, &secret, founding).await?;
    let session = app.store.session(&session.secret, (before.now)()).await?;
    let ada =
        Actor::of_session(app, session.context("the first session is gone")?).await?;
    let top = ada.bindings().first().context("the founder has no role")?.organisation;
    let member = take_in(&before, &ada, top, (&MEMBER, folder)).await?;
    work(&before).await?;
    // Another member has sent none yet.
    let clinic = NewOrganisation { kind: Kind::Hospital, name: CLINIC };
    organisation::make_below(app, &ada, top, clinic).await?;
    let system = NewOrganisation { kind: Kind::System, name: "Harrow Vale Health" };
    let system = organisation::make_below(app, &ada, top, system).await?.id;
    bills::set_products_for(app, &ada, system, Audience::Below, Products::New).await?;
    judging::use_index(app, index).await?;
    let mut hospitals = Vec::new();
    for hospital in &HOSPITALS {
        hospitals.push(take_in(app, &ada, system, (hospital, folder)).await?);
    }
    work(app).await?;
    deliver(app, &ada, system).await?;
    work(app).await?;
    let place_of = |place: Place| match place {
        Place::Group => top,
        Place::System => system,
        Place::First => hospitals.first().copied().unwrap_or(system),
        Place::Second => hospitals.get(1).copied().unwrap_or(system),
    };
    let visitors: Vec<Visitor<'_>> = VISITORS
        .iter()
        .map(|one| Visitor {
            name: one.name,
            address: one.address,
            role: one.role,
            organisation: place_of(one.place),
            maker: one.maker,
        })
        .collect();
    trial::admit(app, ada.head, ZONE, PASSWORD, &visitors).await?;
    makers::visit(app, system, SECURITY).await?;
    makers::own_house(app, SECURITY).await?;
    let places = (top, system, place_of(Place::First));
    suppliers::vet(app, places, [CONTRACTING, SECURITY, ADMINISTRATOR]).await?;
    purchases::begin(app, (top, &[system, member]), CONTRACTING).await?;
    evidence::show(app, (system, place_of(Place::First)), SECURITY).await?;
    work(app).await
}

/// The same house, two months ago.
fn two_months_ago(app: &App) -> App {
    let mut before = app.clone();
    before.now = || {
        let now = Timestamp::now();
        now.saturating_sub(SignedDuration::from_hours(61 * 24)).unwrap_or(now)
    };
    before
}

/// Makes a hospital below another organisation, and takes its export in.
async fn take_in(
    app: &App,
    ada: &Actor,
    above: i64,
    (hospital, folder): (&Hospital, &Path),
) -> Result<i64, Failure> {
    let new = NewOrganisation { kind: Kind::Hospital, name: hospital.name };
    let place = organisation::make_below(app, ada, above, new).await?.id;
    let bytes = fs::read(folder.join(DOCUMENTS_OF_HOUSE).join(hospital.file))?;
    let parcel = Parcel::of(&bytes)?;
    let arrived = inventory::arrive(app, ada, place, hospital.file, parcel).await?;
    inventory::take(app, ada, arrived, inventory::Doubled::Refused).await?;
    Ok(place)
}

/// Delivers the SBOMs of three products, for the builds that they are plainly about, and the
/// MDS2 form of one of them.
async fn deliver(app: &App, ada: &Actor, owner: i64) -> Result<(), Failure> {
    let sboms = DOCUMENTS.iter().filter_map(|(name, bytes)| {
        name.strip_prefix("sboms/").map(|name| (name, bytes))
    });
    for (name, bytes) in sboms {
        let arrived = bills::arrive(app, ada, owner, name, Parcel::of(bytes)?).await?;
        let look = bills::look(app, ada, arrived).await?;
        let agree = look.proposed.iter().filter(|build| build.agrees);
        let placing = Placing {
            maker: look.subject.maker,
            product: look.subject.name,
            version: look.subject.version,
            builds: agree.map(|build| build.configuration).collect(),
        };
        bills::place(app, ada, arrived, &placing).await?;
    }
    let forms = DOCUMENTS
        .iter()
        .filter_map(|(name, bytes)| name.strip_prefix("mds2/").map(|name| (name, bytes)));
    for (name, bytes) in forms {
        let form = mds2::arrive(app, ada, owner, name, Parcel::of(bytes)?).await?;
        let (_, _, placing) = mds2::proposed(app, ada, form, None).await?;
        mds2::place(app, ada, form, &placing).await?;
    }
    Ok(())
}

async fn work(app: &App) -> Result<(), Failure> {
    match work_off(app, "demo").await?.first() {
        None => Ok(()),
        Some(fault) => bail!("the house was not made: {fault}"),
    }
}

/// The address that was asked for, or another where somebody listens there already.
async fn bind(listen: SocketAddr) -> Result<TcpListener, Failure> {
    match TcpListener::bind(listen).await {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Ok(TcpListener::bind((listen.ip(), 0)).await?)
        }
        outcome => outcome.with_context(|| format!("{listen} cannot be listened on")),
    }
}

/// Says who may come in, and how.
async fn tell(app: &App, listener: &TcpListener, begun: Instant) -> Result<(), Failure> {
    let address = listener.local_addr()?;
    let mut page = render::blank();
    headed("4. The same in a browser: a health system of three hospitals", &mut page);
    page.line(
        &format!(
            "5,000 devices and 60 products of invented makers, and two more members of the \
             purchasing group, taken in as your own would be, are served at http://{address} (ready in {:.1} s). Come in as one of these; each \
             link works once, and `lazaret demo` makes new ones. The password of all of them \
             is: {PASSWORD}",
            begun.elapsed().as_secs_f64()
        ),
        0,
        0,
    );
    let others = [
        (ADMINISTRATOR, "administrator: runs the house"),
        (
            makers::OWN,
            "product security of a maker, in its own house: which releases carry what?",
        ),
    ];
    let visitors = VISITORS.iter().map(|one| (one.address, one.asks));
    for (mail, asks) in visitors.chain(others) {
        let Some(secret) = trial::offer(app, mail).await? else { continue };
        page.gap();
        page.line(asks, 0, 0);
        page.verbatim(&format!("  http://{address}/welcome/{secret}"));
    }
    page.gap();
    page.line(
        "It runs on this machine alone, until ctrl-c. The same with your own:",
        0,
        0,
    );
    command("  ", &["serve", "--index", "my.index"], &mut page);
    render::page(page)?;
    Ok(())
}
