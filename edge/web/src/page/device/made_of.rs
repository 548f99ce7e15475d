//! What is in a device: the SBOMs that describe its build, or that there is none and what would
//! give one.

use std::collections::BTreeSet;

use fleet::encoded;
use matching::Verdict;
use operations::build::Finding;
use operations::fleet::{holdings, scope};
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Carrier, Device, Outcome, Scope, view};

use super::show::Link;
use crate::House;
use crate::clock::{Clock, Shown};
use crate::page::component::To;
use crate::page::life_cycle::Support;
use crate::page::product::{Score, scores};
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words::{counted, figure, many, who};

/// What is in a device.
#[derive(Serialize)]
pub(super) struct MadeOf {
    pub(super) sentence: String,
    pub(super) sboms: Vec<Sbom>,
    /// How long what they list is supported; none where there is none, or none was read yet.
    pub(super) support: Option<Support>,
    /// What would give an SBOM, where there is none.
    #[serde(skip)]
    pub(super) ways: Vec<Link>,
}

/// An SBOM that describes the build of a device.
#[derive(Serialize)]
pub(super) struct Sbom {
    /// The number of the bill.
    pub(super) id: i64,
    /// What the document says that it is about.
    pub(super) subject: String,
    /// The release that it describes, and where its tree is.
    pub(super) release: To,
    /// Whose document it is.
    pub(super) organisation: String,
    /// With whom it may be shared.
    pub(super) label: String,
    /// Why no list of the device's organisation counts it; empty where they do.
    pub(super) uncounted: String,
    pub(super) received: Shown,
    /// Who brought it.
    pub(super) by: String,
    /// That it came through its maker's own account; empty where it did not.
    pub(super) from: String,
    pub(super) format: String,
    pub(super) components: i64,
    /// How many of them carry a known flaw, as this page counts it.
    pub(super) affected: usize,
    /// Of how many something cannot be told.
    pub(super) unknown: i64,
    pub(super) quality: Vec<Score>,
}

impl MadeOf {
    /// What is said first of a device with that verdict, with how much of what is in it nobody
    /// can look up, where that is some and nothing else worries: what nobody looked up is not
    /// clear.
    pub(super) fn beside(
        &self,
        verdict: Option<Verdict>,
        sentence: Sentence,
    ) -> Sentence {
        let is_open = match verdict {
            Some(Verdict::Affected | Verdict::CannotTell) => true,
            Some(_) | None => false,
        };
        let unknown: i64 = self.sboms.iter().map(|sbom| sbom.unknown).sum();
        let Some(first) =
            self.sboms.iter().find(|sbom| sbom.unknown > 0).filter(|_| !is_open)
        else {
            return sentence;
        };
        let all: i64 = self.sboms.iter().map(|sbom| sbom.components).sum();
        let what = match unknown >= all {
            true => "everything that its SBOM lists".to_owned(),
            false => format!(
                "{} of {} that its SBOM lists",
                figure(unknown),
                many(all, "component", "components")
            ),
        };
        sentence
            .then(" Of ")
            .link(what, first.release.address.clone())
            .then(" nobody can tell.")
    }
}

/// What is in a device, as far as whoever asks may see it.
pub(super) async fn of(
    house: &House,
    by: &Actor,
    device: &Device,
    found: &[Finding],
    clock: &Clock,
) -> Result<MadeOf, Problem> {
    let (carriers, others) = {
        let held = holdings(&house.app, by.head).await?;
        let seen = scope(by);
        let own = held.bills_of_build(&seen, device.configuration);
        let own: Vec<Carrier> = own.into_iter().cloned().collect();
        let others = match own.is_empty() {
            true => held.bills_of_other_releases(&seen, device.configuration),
            false => Vec::new(),
        };
        (own, others.into_iter().cloned().collect::<Vec<Carrier>>())
    };
    let mut sboms = Vec::new();
    for carrier in &carriers {
        sboms.push(sbom(house, by, (device, carrier), found, clock).await?);
    }
    let bills: Vec<i64> = carriers.iter().map(|one| one.bill).collect();
    Ok(MadeOf {
        sentence: sentence(device, &sboms, &others),
        support: Support::of(house, by, &bills).await?,
        ways: if sboms.is_empty() { ways(by, device, &others) } else { Vec::new() },
        sboms,
    })
}

async fn sbom(
    house: &House,
    by: &Actor,
    (device, carrier): (&Device, &Carrier),
    found: &[Finding],
    clock: &Clock,
) -> Result<Sbom, Problem> {
    let store = &house.app.store;
    let seen = by.reading(Permission::ViewDevices);
    let bill = store.bill(&seen, carrier.bill).await?;
    let original = store.original(&seen, bill.original).await?;
    // Who lets it be read is told with it.
    let owner = store.organisation(&Scope::whole(by.head), bill.organisation).await?;
    let names = store.names_of(by.head, &[bill.received_by]).await?;
    let deliveries = store.maker_deliveries(&seen).await?;
    let from = deliveries.into_iter().find(|one| {
        one.noun == store::Delivered::Bill
            && one.document == bill.id
            && one.outcome == Some(Outcome::Taken)
    });
    let uncounted = uncounted(house, by, device, carrier).await?;
    Ok(Sbom {
        uncounted,
        release: To {
            text: format!("{} {} {}", carrier.maker, carrier.name, carrier.version),
            address: format!("/products/releases/{}#made-of", carrier.release),
        },
        affected: affected(bill.id, found),
        id: bill.id,
        subject: bill.subject,
        organisation: owner.name,
        label: original.label.to_string(),
        received: clock.show(&bill.received),
        by: who(names.get(&bill.received_by)),
        from: from.map(|one| one.maker).unwrap_or_default(),
        format: format!("{} {}", bill.format, bill.spec),
        components: bill.components,
        unknown: bill.unknown_count,
        quality: scores(&bill.scores),
    })
}

/// Why what an SBOM says counts in no list of the organisation whose device it is, and what
/// would make it count; empty where it does.
async fn uncounted(
    house: &House,
    by: &Actor,
    device: &Device,
    carrier: &Carrier,
) -> Result<String, Problem> {
    let store = &house.app.store;
    let (product, _) =
        store.release(&by.reading(Permission::ViewDevices), carrier.release).await?;
    let own = store
        .organisation(&by.scope(Permission::ViewDevices), device.organisation)
        .await?;
    let view = product.audience.view(product.organisation);
    if view::heard(&own.path).any(|heard| heard == view) {
        return Ok(String::new());
    }
    let owner = store.organisation(&Scope::whole(by.head), product.organisation).await?;
    let way = match owner.path.holds(&own.path) {
        true => "set at its product that it is for everything below".to_owned(),
        false => format!(
            "deliver it for {} too, or keep it at an organisation above both, for \
             everything below",
            own.name
        ),
    };
    Ok(format!(
        "It is for {} alone: no list, priority or work of {} counts what it says. To make it \
         count there, {way}.",
        owner.name, own.name
    ))
}

/// How many components of a bill carry a known flaw by what counts for this device.
fn affected(bill: i64, found: &[Finding]) -> usize {
    let affected = found.iter().filter(|one| one.verdict == Verdict::Affected);
    let said = affected.flat_map(|one| &one.said).filter(|said| said.bill == Some(bill));
    let places: BTreeSet<&str> = said.map(|said| said.place.as_str()).collect();
    places.len()
}

fn sentence(device: &Device, sboms: &[Sbom], others: &[Carrier]) -> String {
    let components: i64 = sboms.iter().map(|sbom| sbom.components).sum();
    let affected: usize = sboms.iter().map(|sbom| sbom.affected).sum();
    let unknown: i64 = sboms.iter().map(|sbom| sbom.unknown).sum();
    match (sboms.len(), others.len()) {
        (0, 0) => format!(
            "No SBOM describes it, so nobody can tell what software is in it. Its maker \
             has one: ask {} for the SBOM of this release, as CycloneDX or SPDX.",
            maker(device)
        ),
        (0, _) => format!(
            "No SBOM describes this release, so nobody can tell what software is in it. \
             {} of the same product: ask {} for the one of this release, or say that it is \
             of one of those.",
            counted(
                others.len(),
                "SBOM is here of another release",
                "SBOMs are here of other releases"
            ),
            maker(device)
        ),
        (count, _) => format!(
            "{}: {}, {}{}.",
            counted(count, "SBOM", "SBOMs"),
            counted(usize::try_from(components).unwrap_or(0), "component", "components"),
            match affected {
                0 if unknown > 0 =>
                    "no flaw known of those that can be looked up".to_owned(),
                0 => "none of them with a known flaw".to_owned(),
                1 => "1 of them with a known flaw".to_owned(),
                count => format!("{count} of them with known flaws"),
            },
            match unknown {
                0 => String::new(),
                count => format!("; of {count} nobody can tell"),
            }
        ),
    }
}

fn maker(device: &Device) -> &str {
    match device.told.build.maker.trim() {
        "" => "its maker",
        maker => maker,
    }
}

/// Where somebody goes on who has no SBOM yet.
fn ways(by: &Actor, device: &Device, others: &[Carrier]) -> Vec<Link> {
    let mut ways = Vec::new();
    let mut way = |text: &str, address: String| {
        ways.push(Link { text: text.to_owned(), address });
    };
    let may_deliver = by.may(Permission::DeliverDocuments);
    let mut seen = BTreeSet::new();
    for one in others.iter().filter(|one| seen.insert(one.release)) {
        let noun = if may_deliver { "/builds" } else { "" };
        way(
            &format!("{} {} {}", one.maker, one.name, one.version),
            format!("/products/releases/{}{noun}", one.release),
        );
    }
    if may_deliver {
        way("Deliver its SBOM", "/products/bills/new".to_owned());
    }
    let maker = device.told.build.maker.trim();
    if by.may(Permission::ViewSuppliers) && !maker.is_empty() {
        way(
            "Ask its maker: the dossier with its contacts",
            format!("/suppliers?q={}", encoded(maker)),
        );
    }
    ways
}
