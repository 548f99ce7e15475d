//! An invented maker in the sample: as a guest of the health system, who delivers, states and is
//! asked; and in a house of its own. What it says is invented; the vulnerabilities are real.

use anyhow::Context as _;
use operations::bills::{self, Placing};
use operations::customer::{self, Asks, Line, NewTelling, Which};
use operations::first_run::Founding;
use operations::fleet::{Holdings, holdings, scope};
use operations::maker::{self, NewSbom};
use operations::statement::{self, For};
use operations::{Actor, App, question, trial};
use serde_json::{Value, json};
use store::{Delivered, Kind, MakerSaid, Parcel, Said};
use worklist::Step;

use super::DOCUMENTS;
use super::house::{PASSWORD, ZONE};
use crate::cli::Failure;

/// The maker.
pub(super) const MAKER: &str = "Aldermoor Medical";
/// Its product.
const PRODUCT: &str = "Meridian 400";
/// Who answers for it in the house of the health system.
pub(super) const GUEST: &str = "pavel@aldermoor.example";
/// Who runs its own house.
pub(super) const OWN: &str = "lena@aldermoor.example";
/// Its customer, as it calls it.
const CUSTOMER: &str = "Harrow Vale Health";
/// Questions that the health system has put to the maker.
const ASKED: usize = 3;

/// The SBOM of the product, as that of another release.
fn sbom(version: &str) -> Result<Vec<u8>, Failure> {
    let name = "sboms/meridian-400-2.1.cdx.json";
    let known = DOCUMENTS.iter().find(|(known, _)| *known == name);
    let (_, bytes) = known.context("the SBOM of the sample is gone")?;
    if version == "2.1" {
        return Ok(bytes.to_vec());
    }
    let mut document: Value = serde_json::from_slice(bytes)?;
    if let Some(said) = document.pointer_mut("/metadata/component/version") {
        *said = version.into();
    }
    Ok(serde_json::to_vec_pretty(&document)?)
}

/// What the maker states of a vulnerability in a component (OpenVEX).
fn vex(number: u8, cve: &str, cpe: &str, why: &str) -> Result<Vec<u8>, Failure> {
    let document = json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": format!("https://aldermoor.example/vex/2026-{number}"),
        "author": "Product security of Aldermoor Medical (invented)",
        "timestamp": "2026-10-05T08:00:00Z",
        "version": 1,
        "statements": [{
            "vulnerability": { "name": cve },
            "products": [{ "identifiers": { "cpe23": cpe } }],
            "status": "not_affected",
            "justification": "vulnerable_code_not_in_execute_path",
            "impact_statement": why,
        }],
    });
    Ok(serde_json::to_vec_pretty(&document)?)
}

/// Two documents: the first waits for the house, the second is declined.
fn statements() -> Result<[(&'static str, Vec<u8>); 2], Failure> {
    let cpe = |product: &str, version: &str| {
        format!("cpe:2.3:a:{product}:{product}:{version}:*:*:*:*:*:*:*")
    };
    Ok([
        (
            "meridian-zlib.openvex.json",
            vex(
                1,
                "CVE-2022-37434",
                &cpe("zlib", "1.2.11"),
                "the pump unpacks nothing that comes over the network",
            )?,
        ),
        (
            "meridian-openssl.openvex.json",
            vex(
                2,
                "CVE-2014-0160",
                &cpe("openssl", "1.0.1e"),
                "the pump opens no TLS server",
            )?,
        ),
    ])
}

async fn somebody(app: &App, address: &str) -> Result<Actor, Failure> {
    let person = app.store.person_by_address(address).await?;
    let person = person.with_context(|| format!("nobody is {address}"))?;
    Ok(Actor::in_absence(app, person.head, person.id).await?)
}

/// The guest delivers and states; `security` declines something and asks.
pub(super) async fn visit(
    app: &App,
    organisation: i64,
    security: &str,
) -> Result<(), Failure> {
    let (guest, noor) = (somebody(app, GUEST).await?, somebody(app, security).await?);
    let mut release = 0;
    for version in ["2.1", "2.3"] {
        let name = format!("meridian-400-{version}.cdx.json");
        let new = NewSbom { organisation, name: &name, product: PRODUCT, version };
        let parcel = Parcel::of(&sbom(version)?)?;
        let kept = maker::deliver_sbom(app, &guest, new, parcel).await?;
        release = if version == "2.1" { kept } else { release };
    }
    let mut last = 0;
    for (name, bytes) in statements()? {
        let parcel = Parcel::of(&bytes)?;
        last = maker::deliver_statements(app, &guest, release, name, parcel).await?;
    }
    let why = "Our scan finds TLS on port 8443 of a pump: please look again.";
    maker::decline(app, &noor, Delivered::Vex, last, why).await?;
    ask(app, &noor).await?;
    let asked = maker::asked(app, &guest).await?;
    if let Some(oldest) = asked.last().filter(|_| asked.len() > 1) {
        let words = "Release 2.3 of March 2026 holds newer components.";
        maker::answer(app, &guest, oldest.id, MakerSaid::Told, words).await?;
    }
    Ok(())
}

/// Puts to the maker what actions and questions ask of it.
async fn ask(app: &App, by: &Actor) -> Result<(), Failure> {
    let today = Holdings::day((app.now)());
    let actions: Vec<String> = {
        let held = holdings(app, by.head).await?;
        let entries = held.entries(&scope(by), today);
        let asks = entries.iter().filter(|entry| {
            entry.action.is_some_and(|action| {
                matches!(action.step, Step::Maker(_))
                    && maker::is_same(&action.product.maker_shown, MAKER)
            })
        });
        asks.map(|entry| entry.slug.to_owned()).take(ASKED - 1).collect()
    };
    for name in &actions {
        maker::put_action(app, by, name, today, "").await?;
    }
    let open = question::list(app, by).await?;
    for one in open.iter() {
        let askable = maker::askable_question(app, by, &one.key).await?;
        if askable.is_some_and(|one| one.has_guest) {
            let note = "Some of ours stand in theatres; a line in reply is enough.";
            maker::put_question(app, by, &one.key, note).await?;
            let seen = "Called the maker's hotline on Monday: they do not know, and ask in the \
                        factory.";
            question::note(app, by, &one.key, seen, question::Reader::House).await?;
            break;
        }
    }
    Ok(())
}

/// The maker's own house: three releases, one of them without an SBOM, a statement, and what a
/// customer asked by a list of its open questions.
pub(super) async fn own_house(app: &App, security: &str) -> Result<(), Failure> {
    let founding = Founding {
        kind: Kind::Maker,
        organisation: MAKER,
        name: "Lena Brandt",
        address: OWN,
        password: PASSWORD,
        zone: ZONE,
    };
    let (head, person) = trial::found_beside(app, founding).await?;
    let lena = Actor::in_absence(app, head, person).await?;
    let mut release = 0;
    for version in ["2.0", "2.1", "2.3"] {
        let name = format!("meridian-400-{version}.cdx.json");
        let parcel = Parcel::of(&sbom(version)?)?;
        let arrived = bills::arrive(app, &lena, head, &name, parcel).await?;
        let placing = Placing {
            maker: MAKER.to_owned(),
            product: PRODUCT.to_owned(),
            version: version.to_owned(),
            builds: Vec::new(),
        };
        let placed = bills::place(app, &lena, arrived, &placing).await?;
        match version {
            // The SBOM of the oldest release was the wrong one.
            "2.0" => bills::withdraw(app, &lena, placed.bill).await?,
            "2.1" => release = placed.release,
            _ => {}
        }
    }
    if let Some((name, bytes)) = statements()?.into_iter().next() {
        let parcel = Parcel::of(&bytes)?;
        statement::deliver(app, &lena, release, For::Release, name, parcel).await?;
    }
    let lines = lines(app, &somebody(app, security).await?).await?;
    customer::bring(app, &lena, head, CUSTOMER, &lines, Which::Own).await?;
    let asked = customer::asked(app, &lena).await?;
    if let Some(last) = asked.last().filter(|_| asked.len() > 1) {
        let words = "Release 2.3 of March 2026 does so no more.";
        customer::answer(app, &lena, last.id, Said::Yes, words).await?;
    }
    tell(app, &lena, head).await
}

/// Lists two more customers, and tells the one who asked of what is exploited.
async fn tell(app: &App, by: &Actor, head: i64) -> Result<(), Failure> {
    let others = format!("Eastmere Clinics; {PRODUCT}\nNorthbank Dialysis");
    customer::list(app, by, head, &others).await?;
    let today = Holdings::day((app.now)());
    let telling = customer::telling(app, by, today).await?;
    let customers = telling.customers.values().filter(|one| one.name == CUSTOMER);
    let customers = customers.map(|one| one.id).collect();
    if let Some(flaw) = telling.flaws.iter().find(|one| one.exploited) {
        let new = NewTelling {
            product: flaw.product.id,
            vulnerability: &flaw.vulnerability,
            releases: &flaw.releases(),
            customers: &customers,
            day: "",
            note: "Letter of product security, with the advisory.",
        };
        customer::tell(app, by, new, today).await?;
    }
    Ok(())
}

/// The open questions of the health system, as its list would have them.
async fn lines(app: &App, by: &Actor) -> Result<Vec<Line>, Failure> {
    let open = question::list(app, by).await?;
    let known = app.store.builds(by.head).await?;
    let build = |id: &i64| {
        let build = &known.iter().find(|one| one.id == *id)?.build;
        Some([build.maker.as_str(), &build.model, &build.version].join(" "))
    };
    let line = |one: &question::Question| Line {
        key: one.key.to_string(),
        about: one.subject(),
        asked: one.asked.clone(),
        builds: one.builds.keys().filter_map(build).collect::<Vec<_>>().join("; "),
        vulnerabilities: one
            .vulnerabilities
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; "),
        earlier: one.earlier.keys().map(ToString::to_string).collect(),
        asks: match one.zone_of {
            0 => Asks::Product,
            _ => Asks::Place,
        },
    };
    Ok(open.iter().map(line).collect())
}
