//! What a maker states about a device itself reaches it, by maker, model and release, once a
//! named person accepts it; and nothing else, and no longer than that.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::path::{Path, PathBuf};

use fleet::Filter;
use operations::bills::{Placed, Placing, arrive, behind};
use operations::build::{Finding, findings_of_device};
use operations::fleet::{holdings, scope};
use operations::statement::{self, For, Stated, accept, look, take_back};
use serde_json::{Value, json};
use store::Parcel;

use crate::corpus::{corpus, on_both_with_corpus};
use crate::databases::{Fresh, on_both};
use crate::house::House;

const CVE: &str = "CVE-2026-0001";

/// A hospital with pumps of two releases and a bed, and an advisory that says that the pumps
/// are affected.
struct WithPumps {
    house: House,
    placed: Placed,
}

impl Deref for WithPumps {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

/// A CSAF document about one product: what it says of it.
fn csaf(publisher: &str, id: &str, day: u8, product: [&str; 3], group: &str) -> Vec<u8> {
    let [maker, model, range] = product;
    let category = if range.starts_with(['<', '>']) {
        "product_version_range"
    } else {
        "product_version"
    };
    let when = format!("2026-02-{day:02}T00:00:00.000Z");
    let mut vulnerability = json!({ "cve": CVE, "product_status": { group: ["P"] } });
    if group == "known_not_affected" {
        vulnerability["flags"] =
            json!([{ "label": "vulnerable_code_not_present", "product_ids": ["P"] }]);
    }
    let document = json!({
        "document": {
            "category": "csaf_vex", "csaf_version": "2.0", "title": id,
            "distribution": { "tlp": { "label": "WHITE" } },
            "publisher": { "category": "vendor", "name": publisher, "namespace": "https://invented.example" },
            "tracking": {
                "id": id, "status": "final", "version": "1",
                "initial_release_date": when, "current_release_date": when,
                "revision_history": [{ "date": when, "number": "1", "summary": "first" }],
            },
        },
        "product_tree": { "branches": [{ "category": "vendor", "name": maker, "branches": [{
            "category": "product_name", "name": model, "branches": [{
                "category": category, "name": range,
                "product": { "name": format!("{maker} {model} {range}"), "product_id": "P" },
            }],
        }] }] },
        "vulnerabilities": [vulnerability],
    });
    serde_json::to_vec(&document).unwrap()
}

/// An OpenVEX document about a product.
fn openvex(product: &Value, status: &str, day: u8) -> Vec<u8> {
    let mut statement = json!({
        "vulnerability": { "name": CVE }, "status": status, "products": [product],
    });
    if status == "not_affected" {
        statement["justification"] = "vulnerable_code_not_present".into();
    }
    let document = json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": format!("https://invented.example/{status}/{day}"),
        "author": "Invented Medical", "version": 1,
        "timestamp": format!("2026-02-{day:02}T00:00:00Z"),
        "statements": [statement],
    });
    serde_json::to_vec(&document).unwrap()
}

/// A CycloneDX document of a device that states something about itself.
fn cyclonedx(maker: &str, model: &str, version: &str) -> Vec<u8> {
    let document = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6",
        "metadata": { "timestamp": "2026-02-10T00:00:00Z", "component": {
            "type": "device", "bom-ref": "d", "name": model, "version": version,
            "supplier": { "name": maker },
        } },
        "vulnerabilities": [{
            "id": CVE,
            "analysis": { "state": "not_affected", "justification": "code_not_present" },
            "affects": [{ "ref": "d" }],
        }],
    });
    serde_json::to_vec(&document).unwrap()
}

impl WithPumps {
    async fn at(fresh: Fresh) -> Self {
        let house = House::at(fresh, jiff::Timestamp::now).await;
        house
            .take_in(
                "asset_tag,manufacturer,model,software_version\n\
                 1,Invented Medical,Pump 400,1.0\n2,Invented Medical,Pump 400,1.2\n\
                 3,Invented Medical,Bed,1.0\n",
            )
            .await;
        let placed = Placed { product: 0, release: 0, bill: 0, job: 0 };
        let mut house = Self { house, placed };
        house.advise("CISA", 1).await;
        house.placed = house.place("Invented Medical", "Pump 400", "1.0").await;
        house.work().await;
        house
    }

    /// Keeps a product with one release and a bill. Nobody says which devices are of it: they
    /// are written alike.
    async fn place(&self, maker: &str, product: &str, version: &str) -> Placed {
        let bom = json!({
            "bomFormat": "CycloneDX", "specVersion": "1.6",
            "serialNumber": "urn:uuid:7c1f0a52-9a5e-4e0c-8a3b-2f6d41b7c905",
            "components": [{
                "type": "library", "name": "zlib", "version": "1.2.11",
                "bom-ref": format!("{product}/z"), "purl": "pkg:generic/zlib@1.2.11",
            }],
        });
        let parcel = Parcel::of(&serde_json::to_vec(&bom).unwrap()).unwrap();
        let (app, ada) = (&self.app, &self.ada);
        let original = arrive(app, ada, ada.head, "x.cdx.json", parcel).await.unwrap();
        let placing = Placing {
            maker: maker.to_owned(),
            product: product.to_owned(),
            version: version.to_owned(),
            builds: Vec::new(),
        };
        self.place_as(original, &placing).await
    }

    /// Puts an index in use in which somebody says that the pumps are affected.
    async fn advise(&self, publisher: &str, day: u8) {
        let product = ["Invented Medical", "Pump 400", "<=1.5"];
        let source = self.folder.path().join("advisory.json");
        let advisory = csaf(publisher, "ADV-1", day, product, "known_affected");
        std::fs::write(&source, advisory).unwrap();
        self.use_sources(&[source]).await;
        self.work().await;
    }

    async fn deliver(&self, bytes: &[u8], reach: For) -> i64 {
        let parcel = Parcel::of(bytes).unwrap();
        let release = self.placed.release;
        let (app, ada) = (&self.app, &self.ada);
        statement::deliver(app, ada, release, reach, "x.vex.json", parcel).await.unwrap()
    }

    async fn stated(&self, document: i64) -> Vec<Stated> {
        look(&self.app, &self.ada, document).await.unwrap().stated
    }

    async fn accept(&self, document: i64) {
        let chosen: BTreeSet<usize> =
            self.stated(document).await.iter().map(|one| one.number).collect();
        accept(&self.app, &self.ada, document, &chosen, "checked").await.unwrap();
        self.work().await;
    }

    async fn take_back(&self, document: i64) {
        for one in self.stated(document).await {
            if let Some(accepted) = one.accepted {
                take_back(&self.app, &self.ada, accepted.id, "wrong").await.unwrap();
            }
        }
        self.work().await;
    }

    /// What is delivered, accepted and taken back again says of the device with that tag.
    async fn turns(&self, bytes: &[u8], tag: &str) -> [String; 3] {
        let document = self.deliver(bytes, For::Product).await;
        self.work().await;
        let before = self.verdict(tag).await;
        self.accept(document).await;
        let accepted = self.verdict(tag).await;
        self.take_back(document).await;
        [before, accepted, self.verdict(tag).await]
    }

    async fn findings(&self, tag: &str) -> Vec<Finding> {
        let held = holdings(&self.app, self.ada.head).await.unwrap();
        let filter = Filter::parse(&format!("asset_tag={tag}")).unwrap();
        let id = held.view(&scope(&self.ada), &filter).unwrap().devices().min().unwrap();
        drop(held);
        let seen = self.ada.scope(operations::Permission::ViewDevices);
        let device = self.app.store.device(&seen, id.into()).await.unwrap();
        let held = holdings(&self.app, self.ada.head).await.unwrap();
        let (situated, advisories) = (held.situated(&device), held.advisories.clone());
        drop(held);
        let known = advisories.as_deref();
        let by = &self.ada;
        let found =
            findings_of_device(&self.app, by, device.configuration, &situated, known);
        found.await.unwrap()
    }

    /// What was accepted about the device with that tag and does not decide: the document, and
    /// its rules.
    async fn behind(&self, tag: &str) -> Vec<(String, String)> {
        let held = holdings(&self.app, self.ada.head).await.unwrap();
        let filter = Filter::parse(&format!("asset_tag={tag}")).unwrap();
        let id = held.view(&scope(&self.ada), &filter).unwrap().devices().min().unwrap();
        let advisories = held.advisories.clone().unwrap();
        drop(held);
        let seen = self.ada.scope(operations::Permission::ViewDevices);
        let device = self.app.store.device(&seen, id.into()).await.unwrap();
        let (id, build) = (device.configuration, device.told.build.clone());
        let build = store::Configuration { id, build };
        let names = BTreeSet::from([CVE.to_owned()]);
        let of = (device.organisation, &build);
        let all = behind(&self.app, &self.ada, of, &names, &advisories).await.unwrap();
        all.into_iter().map(|said| (said.advisory, said.rules.join("; "))).collect()
    }

    /// What the page of a device and every list say of it: they must say the same.
    async fn verdict(&self, tag: &str) -> String {
        let found = self.findings(tag).await;
        assert!(found.len() <= 1, "{tag}: {found:?}");
        let page = found.first().map_or("", |one| one.verdict.word()).to_owned();
        let held = holdings(&self.app, self.ada.head).await.unwrap();
        let listed: BTreeMap<&str, bool> = ["affected", "not_affected", "fixed"]
            .into_iter()
            .map(|word| {
                let query = format!("asset_tag={tag}&verdict={word}");
                let filter = Filter::parse(&query).unwrap();
                let view = held.view(&scope(&self.ada), &filter).unwrap();
                (word, view.total() == 1)
            })
            .collect();
        for (word, is_listed) in listed {
            assert_eq!(
                is_listed,
                word == page,
                "{tag}: {word} in lists, {page} on its page"
            );
        }
        page
    }
}

fn purl(text: &str) -> Value {
    json!({ "@id": text })
}

on_both!(
    a_statement_about_the_device_itself_reaches_it_once_accepted,
    async |fresh: Fresh| {
        let house = WithPumps::at(fresh).await;
        assert_eq!(house.verdict("1").await, "affected");
        let named = ["Invented Medical", "Pump 400", "1.0"];
        let of_purl = purl("pkg:generic/invented-medical/pump-400@1.0");
        let of_cpe = json!({
            "@id": "https://invented.example/pump",
            "identifiers": { "cpe23": "cpe:2.3:h:invented_medical:pump_400:1.0:*:*:*:*:*:*:*" },
        });
        for (what, vex) in [
            ("CSAF", csaf("Invented Medical", "VEX-1", 9, named, "known_not_affected")),
            ("a purl", openvex(&of_purl, "not_affected", 9)),
            ("a CPE name", openvex(&of_cpe, "not_affected", 10)),
            ("CycloneDX", cyclonedx("Invented Medical", "Pump 400", "1.0")),
        ] {
            let turns = house.turns(&vex, "1").await;
            assert_eq!(turns, ["affected", "not_affected", "affected"], "{what}");
            // Another release, and another product, were never meant.
            let document = house.deliver(&vex, For::Product).await;
            let stated = house.stated(document).await;
            assert_eq!(stated.len(), 1, "{what}");
            assert_eq!(stated[0].devices, BTreeSet::from(["1.0".to_owned()]), "{what}");
            assert_eq!(stated[0].unjoined, "", "{what}");
            house.accept(document).await;
            assert_eq!(house.verdict("2").await, "affected", "{what}");
            assert_eq!(house.verdict("3").await, "", "{what}");
            // The grounds say on whose word, and keep what others say.
            let found = house.findings("1").await;
            let said: Vec<(&str, bool)> = found[0]
                .said
                .iter()
                .map(|said| (said.verdict.as_str(), said.acceptance.is_some()))
                .collect();
            assert_eq!(said, [("not_affected", true), ("affected", false)], "{what}");
            house.take_back(document).await;
        }
        // A newer index says the same again: nothing that was accepted is lost by it.
        let vex = csaf("Invented Medical", "VEX-1", 9, named, "fixed");
        let document = house.deliver(&vex, For::Product).await;
        house.accept(document).await;
        house.advise("CISA", 20).await;
        assert_eq!(house.verdict("1").await, "fixed");
    }
);

on_both!(
    what_names_another_product_or_release_reaches_nothing_and_says_why,
    async |fresh: Fresh| {
        let house = WithPumps::at(fresh).await;
        for (product, why) in [
            (["Invented Medical", "Pump 400 Plus", "1.0"], "called `Pump 400`"),
            (["Invented Medical", "Pump", "1.0"], "called `Pump 400`"),
            (["Other Medical", "Pump 400", "1.0"], "product of `Other Medical`"),
            (["Invented Medical", "Pump 400", "3.0"], "release"),
            (["Invented Medical", "Pump 400", "<1.0"], "release"),
        ] {
            let vex = csaf("Invented Medical", "VEX-2", 9, product, "known_not_affected");
            let document = house.deliver(&vex, For::Product).await;
            let stated = house.stated(document).await;
            assert!(
                stated[0].unjoined.contains(why),
                "{product:?}: {}",
                stated[0].unjoined
            );
            assert!(
                stated[0].devices.is_empty() && stated[0].reaches == 0,
                "{product:?}"
            );
            house.accept(document).await;
            for tag in ["1", "2"] {
                assert_eq!(house.verdict(tag).await, "affected", "{product:?}");
            }
            house.take_back(document).await;
        }
        // An address says neither who makes it nor what it is.
        let vex = openvex(&purl("https://invented.example/pump-400"), "not_affected", 9);
        let document = house.deliver(&vex, For::Release).await;
        let stated = house.stated(document).await;
        assert!(
            stated[0].unjoined.contains("neither maker nor model"),
            "{}",
            stated[0].unjoined
        );
        // What is delivered for one release is of no other, whatever it says.
        let all = purl("pkg:generic/invented-medical/pump-400");
        let document =
            house.deliver(&openvex(&all, "not_affected", 10), For::Release).await;
        house.accept(document).await;
        assert_eq!(house.verdict("1").await, "not_affected");
        assert_eq!(house.verdict("2").await, "affected");
    }
);

on_both!(
    what_competes_about_a_device_is_told_with_the_reason_why_it_does_not_decide,
    async |fresh: Fresh| {
        let house = WithPumps::at(fresh).await;
        let named = ["Invented Medical", "Pump 400", "1.0"];
        for (id, day, group) in
            [("OLD", 5, "known_affected"), ("NEW", 9, "known_not_affected")]
        {
            let vex = csaf("Invented Medical", id, day, named, group);
            let document = house.deliver(&vex, For::Product).await;
            house.accept(document).await;
        }
        let found = house.findings("1").await;
        assert_eq!(found[0].verdict.word(), "not_affected");
        let rules = |document: &str| {
            let mut said = found[0].said.iter();
            let said =
                said.find(|one| one.acceptance.is_some() && one.advisory == document);
            said.map(|one| one.rules.join("; ")).unwrap_or_default()
        };
        assert!(rules("OLD").contains("a newer one stands before it"), "{found:?}");
        assert!(!rules("NEW").contains("stands before"), "{found:?}");
    }
);

on_both!(
    what_was_accepted_and_stands_behind_an_advisory_is_told_with_the_reason,
    async |fresh: Fresh| {
        let house = WithPumps::at(fresh).await;
        let named = ["Invented Medical", "Pump 400", "1.0"];
        for (id, day, group) in
            [("OLD", 5, "under_investigation"), ("NEW", 9, "known_not_affected")]
        {
            let vex = csaf("Invented Medical", id, day, named, group);
            let document = house.deliver(&vex, For::Product).await;
            house.accept(document).await;
        }
        assert_eq!(house.behind("1").await, [], "one of them decides");
        house.advise("Invented Medical", 20).await;
        assert_eq!(house.verdict("1").await, "affected");
        let why = "an advisory of the maker itself stands before it";
        let told = house.behind("1").await;
        let [(new, first), (old, second)] = &told[..] else { panic!("{told:?}") };
        assert!(new == "NEW" && first.ends_with(why), "{told:?}");
        assert!(
            old == "OLD" && second.ends_with("a newer one stands before it"),
            "{told:?}"
        );
        // Not of another release, and not once they are taken back.
        assert_eq!(house.behind("2").await, []);
        let scope = house.ada.scope(operations::Permission::ViewDevices);
        for one in house.app.store.acceptances_within(&scope).await.unwrap() {
            take_back(&house.app, &house.ada, one.id, "wrong").await.unwrap();
        }
        house.work().await;
        assert_eq!(house.behind("1").await, []);
    }
);

on_both!(
    the_maker_of_the_device_is_outweighed_by_nobody_who_brings_a_document,
    async |fresh: Fresh| {
        let house = WithPumps::at(fresh).await;
        let named = ["Invented Medical", "Pump 400", "1.0"];
        let vex = csaf("Invented Medical", "VEX-3", 9, named, "known_not_affected");
        let document = house.deliver(&vex, For::Product).await;
        house.accept(document).await;
        assert_eq!(house.verdict("1").await, "not_affected", "against who collects");
        // Now the maker itself says in public that it is affected.
        house.advise("Invented Medical", 20).await;
        assert_eq!(house.verdict("1").await, "affected", "against the maker");
        house.advise("CISA", 21).await;
        assert_eq!(house.verdict("1").await, "not_affected");
        // That it is affected is believed where nobody has said anything.
        let bed = ["Invented Medical", "Pump 400", "1.2"];
        let worse = csaf("Invented Medical", "VEX-4", 9, bed, "known_affected");
        let source = house.folder.path().join("none.json");
        std::fs::write(
            &source,
            csaf("CISA", "ADV-2", 1, ["Other", "Thing", "1"], "known_affected"),
        )
        .unwrap();
        house.use_sources(&[source]).await;
        house.work().await;
        assert_eq!(house.turns(&worse, "2").await, ["", "affected", ""]);
    }
);

on_both!(
    a_component_inside_the_named_device_is_reached_in_its_bill,
    async |fresh: Fresh| {
        let house = WithPumps::at(fresh).await;
        let inside = |product: &str| json!({ "@id": product, "subcomponents": [{ "@id": "pkg:generic/zlib" }] });
        let reaches = async |product: &str, day| {
            let vex = openvex(&inside(product), "not_affected", day);
            let document = house.deliver(&vex, For::Release).await;
            let stated = house.stated(document).await;
            (stated[0].reaches, stated[0].unjoined.clone())
        };
        assert_eq!(
            reaches("pkg:generic/invented-medical/pump-400@1.0", 9).await,
            (1, String::new())
        );
        let (none, why) = reaches("pkg:generic/invented-medical/pump-500@1.0", 10).await;
        assert!(none == 0 && why.contains("called `Pump 400`"), "{why}");
        let (none, why) = reaches("pkg:generic/invented-medical/pump-400@1.2", 11).await;
        assert!(none == 0 && why.contains("release"), "{why}");
    }
);

/// The documents of a folder of the corpus, and of those below it.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|end| end == "json") => {
                    found.push(path);
                }
                false => {}
            }
        }
    }
    found.sort();
    found
}

on_both_with_corpus!(
    no_real_document_about_other_products_reaches_a_pump,
    async |fresh: Fresh| {
        let house = WithPumps::at(fresh).await;
        let corpus = corpus().unwrap();
        let mut stated = 0;
        for folder in ["openvex", "cyclonedx-vex", "csaf/providers", "csaf-icsma"] {
            for path in documents(&corpus.join(folder)).into_iter().take(25) {
                let bytes = std::fs::read(&path).unwrap();
                let parcel = Parcel::of(&bytes).unwrap();
                let (app, ada) = (&house.app, &house.ada);
                let release = house.placed.release;
                let kept =
                    statement::deliver(app, ada, release, For::Product, "x.json", parcel);
                let Ok(document) = kept.await else { continue };
                let all = house.stated(document).await;
                for one in &all {
                    assert!(
                        one.devices.is_empty()
                            && one.reaches == 0
                            && !one.unjoined.is_empty(),
                        "{}: {one:?}",
                        path.display()
                    );
                }
                stated += all.len();
                let chosen = all.iter().map(|one| one.number).collect();
                // One without a state cannot be accepted.
                let _ = accept(app, ada, document, &chosen, "all of it").await;
            }
        }
        assert!(stated > 100, "{stated}");
        house.work().await;
        for (tag, verdict) in [("1", "affected"), ("2", "affected"), ("3", "")] {
            assert_eq!(house.verdict(tag).await, verdict);
        }
    }
);

on_both_with_corpus!(
    a_real_document_about_a_device_reaches_that_device,
    async |fresh: Fresh| {
        let mut house = WithPumps::at(fresh).await;
        let inventory = "asset_tag,manufacturer,model,software_version\n\
                         8,BD,PerformA,2.0.10\n9,BD,PerformA,2.1\n";
        let by = (&house.app, &house.ada);
        crate::house::deliver(by, house.ada.head, "laboratory", inventory).await;
        house.work().await;
        house.placed = house.place("BD", "PerformA", "2.0.10").await;
        house.work().await;
        let path = corpus().unwrap().join("csaf-icsma/icsma-17-082-01.json");
        let document = house.deliver(&std::fs::read(path).unwrap(), For::Product).await;
        let stated = house.stated(document).await;
        let joined: Vec<&Stated> =
            stated.iter().filter(|one| !one.devices.is_empty()).collect();
        let [joined] = joined[..] else { panic!("{stated:#?}") };
        assert_eq!(joined.devices, BTreeSet::from(["2.0.10".to_owned()]));
        assert_eq!(joined.versions, ["<= 2.0.14.0"]);
        assert!(
            stated.len() > 1 && stated.iter().any(|one| one.unjoined.contains("KLA"))
        );
        house.accept(document).await;
        assert_eq!(house.verdict("8").await, "affected");
        assert_eq!(house.verdict("9").await, "");
        house.take_back(document).await;
        assert_eq!(house.verdict("8").await, "");
    }
);
