//! Statements about flaws that the house accepted count in a purchase for the very release that
//! is offered, and for no other.

use std::collections::BTreeSet;

use operations::bills::{Placed, Placing, arrive};
use operations::statement::{self, For, accept, look, take_back};

use super::*;

const MAKER: &str = "Eastgate Systems";

fn bill(version: &str) -> Vec<u8> {
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6",
        "serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a60014",
        "metadata":{{"timestamp":"2026-10-01T00:00:00Z","component":{{"type":"device",
        "bom-ref":"d","name":"Drift","version":"{version}"}}}},"components":[
        {{"type":"library","bom-ref":"c","name":"openssl","version":"1.0.1e",
        "cpe":"cpe:2.3:a:openssl:openssl:1.0.1e:*:*:*:*:*:*:*"}}]}}"#
    )
    .into_bytes()
}

const VEX: &[u8] = br#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://e.example/1",
    "author":"Eastgate Systems","timestamp":"2026-01-01T00:00:00Z","version":1,"statements":[
    {"vulnerability":{"name":"CVE-2014-0160"},"products":[{"@id":
    "cpe:2.3:a:openssl:openssl:1.0.1e:*:*:*:*:*:*:*"}],"status":"not_affected",
    "justification":"vulnerable_code_not_present"}]}"#;

impl House {
    /// An SBOM in force of a release of the product, at an organisation.
    async fn in_force(&self, place: i64, version: &str) -> Placed {
        let parcel = Parcel::of(&bill(version)).unwrap();
        let (app, ada) = (&self.app, &self.ada);
        let original = arrive(app, ada, place, "x.cdx.json", parcel).await.unwrap();
        let placing = Placing {
            maker: MAKER.to_owned(),
            product: "Drift".to_owned(),
            version: version.to_owned(),
            builds: Vec::new(),
        };
        self.place_as(original, &placing).await
    }

    /// What the maker states is accepted of a release; gives the acceptance.
    async fn accepts(&self, release: i64) -> i64 {
        let (app, ada) = (&self.app, &self.ada);
        let parcel = Parcel::of(VEX).unwrap();
        let document =
            statement::deliver(app, ada, release, For::Release, "x.vex.json", parcel);
        let document = document.await.unwrap();
        let all = BTreeSet::from_iter(
            look(app, ada, document).await.unwrap().stated.iter().map(|it| it.number),
        );
        accept(app, ada, document, &all, "we looked at the build").await.unwrap();
        self.work().await;
        let stated = look(app, ada, document).await.unwrap().stated;
        stated.first().unwrap().accepted.as_ref().unwrap().id
    }
}

async fn gate(app: &App, by: &Actor, id: i64, one: i64) -> (&'static str, String) {
    let compared = compare(app, by, id).await.unwrap();
    let bid = compared.bids.iter().find(|it| it.bidder.id == one).unwrap();
    let gate = bid.gates.iter().find(|it| it.gate.id == "exploited-flaw").unwrap();
    (gate.gate.standing, gate.gate.why.clone())
}

on_both!(
    what_the_house_accepted_of_a_release_counts_for_it_alone,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada) = (&house.app, &house.ada);
        let north = house.member_named("North").await;
        let index = built(house.folder.path(), "one.index", &advisories(|_| true));
        use_index(app, &index).await.unwrap();
        let mut bids = Vec::new();
        for version in ["1.4", "1.5"] {
            let id = make(app, ada, ada.head, &saying(&[])).await.unwrap();
            let one = add(app, ada, id, &bid(MAKER, "Drift", version)).await.unwrap();
            let mut files = vec![dropped("sbom.json", &bill(version))];
            files.push(dropped("vex.json", VEX));
            deliver(app, ada, (id, one), Side::Bidder, files).await.unwrap();
            bids.push((id, one));
        }
        let [offered, other] = bids.as_slice() else { panic!("two bids") };
        let stands = async |(id, one): (i64, i64)| gate(app, ada, id, one).await;
        for one in [*offered, *other] {
            let (standing, why) = stands(one).await;
            assert_eq!(standing, "closed", "{why}");
            assert!(why.contains("nobody has accepted"), "{why}");
        }
        // What one below the buyer accepted is not the buyer's word.
        let below = house.in_force(north, "1.4").await;
        house.accepts(below.release).await;
        assert_eq!(stands(*offered).await.0, "closed");
        // Nor is what was accepted of another release.
        let later = house.in_force(ada.head, "1.6").await;
        house.accepts(later.release).await;
        assert_eq!(stands(*offered).await.0, "closed");

        let own = house.in_force(ada.head, "1.4").await;
        assert_eq!(
            stands(*offered).await.0,
            "closed",
            "an SBOM in force accepts nothing"
        );
        let acceptance = house.accepts(own.release).await;
        let (standing, why) = stands(*offered).await;
        assert_eq!(standing, "passed", "{why}");
        assert!(why.contains("accepted of this release"), "{why}");
        assert_eq!(stands(*other).await.0, "closed");
        take_back(app, ada, acceptance, "it was another build").await.unwrap();
        house.work().await;
        assert_eq!(stands(*offered).await.0, "closed");
    }
);
