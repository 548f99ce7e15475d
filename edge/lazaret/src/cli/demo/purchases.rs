//! A purchase of the purchasing group that is under way: three invented bidders with their
//! files, through the same acts that its contracting officer would do.

use operations::purchase::{
    Dropped, NewBid, Saying, Side, Wish, add, ask_override, deliver, make,
};
use operations::{Actor, App, Permission};
use store::Parcel;

use super::suppliers::{meant, somebody};
use crate::cli::Failure;

macro_rules! files {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$((
            $name,
            include_bytes!(concat!("../../../../../fixtures/purchase/", $folder, "/", $name)),
        )),+]
    };
}

/// A file: its name and its bytes.
type File = (&'static str, &'static [u8]);

/// Somebody who bids.
struct Bids {
    name: &'static str,
    product: &'static str,
    version: &'static str,
    /// The dossier that the group keeps; empty where it keeps none.
    dossier: &'static str,
    delivered: &'static [File],
    /// What the house itself has put to the bid.
    own: &'static [File],
    /// Why its membership in an ISAO may be missing; empty where nobody asks for that.
    wish: &'static str,
}

/// The gate of membership in an ISAO.
const GATE: &str = "isao";

const BIDS: [Bids; 3] = [
    Bids {
        name: "Aldermoor Medical",
        product: "Meridian 500",
        version: "3.0",
        dossier: "Aldermoor Medical",
        delivered: files!["aldermoor":
            "contract.txt",
            "insurance.txt",
            "isac-letter.txt",
            "mds2.csv",
            "pentest.txt",
            "sbom.cdx.json",
            "security.txt",
            "training.csv",
        ],
        own: files!["house/aldermoor": "register.toml", "scan.xml"],
        wish: "",
    },
    Bids {
        name: "Brackwater Devices",
        product: "Flow 7",
        version: "7.2",
        dossier: "Brackwater Devices",
        delivered: files!["brackwater":
            "MDS2 Flow-7.txt",
            "flow7.cdx.json",
            "own-scan.xml",
            "vex.openvex.json",
        ],
        own: files!["house/brackwater": "findings.sarif", "scan.xml"],
        wish: "Its membership is being renewed; the letter is promised for next month.",
    },
    Bids {
        name: "Eastgate Systems",
        product: "Drift",
        version: "1.4",
        dossier: "",
        delivered: files!["eastgate": "mds2-2013.pdf", "sbom.cdx.json", "terms.html"],
        own: &[],
        wish: "",
    },
];

/// Begins the purchase for the group and those who buy along, puts the bids to it, and asks for
/// an override of one gate.
pub(super) async fn begin(
    app: &App,
    (group, members): (i64, &[i64]),
    buyer: &str,
) -> Result<(), Failure> {
    let ines = somebody(app, buyer).await?;
    let saying = Saying {
        title: "Infusion pumps for four hospitals".to_owned(),
        tier: "life_sustaining".to_owned(),
        used_until: meant(app, "@3650"),
        profile: String::new(),
        members: members.to_vec(),
    };
    let id = make(app, &ines, group, &saying).await?;
    for bids in &BIDS {
        let bidder = bid(app, &ines, id, bids).await?;
        for (side, files) in [(Side::Bidder, bids.delivered), (Side::House, bids.own)] {
            put(app, &ines, (id, bidder), side, files).await?;
        }
        if !bids.wish.is_empty() {
            let last_day = meant(app, "@60");
            let (gate, reason) = (GATE, bids.wish);
            let wish = Wish { bidder, gate, reason, last_day: &last_day };
            ask_override(app, &ines, id, wish).await?;
        }
    }
    Ok(())
}

async fn bid(app: &App, by: &Actor, id: i64, bids: &Bids) -> Result<i64, Failure> {
    let scope = by.scope(Permission::ViewSuppliers);
    let mut kept = app.store.suppliers(&scope).await?.into_iter();
    let supplier = kept.find(|one| one.name == bids.dossier).map(|one| one.id);
    let new = NewBid {
        name: bids.name.to_owned(),
        product: bids.product.to_owned(),
        version: bids.version.to_owned(),
        supplier,
    };
    Ok(add(app, by, id, &new).await?)
}

async fn put(
    app: &App,
    by: &Actor,
    bid: (i64, i64),
    side: Side,
    files: &[File],
) -> Result<(), Failure> {
    if files.is_empty() {
        return Ok(());
    }
    let mut dropped = Vec::new();
    for (name, bytes) in files {
        dropped.push(Dropped { name: (*name).to_owned(), parcel: Parcel::of(bytes)? });
    }
    deliver(app, by, bid, side, dropped).await?;
    Ok(())
}
