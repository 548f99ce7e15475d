//! What a maker states is a claim until a named person accepts it for the organisation; then
//! verdicts rest on it, say so, and lose nothing by what happens to documents and names.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use operations::bills::{Placed, Placing, arrive};
use operations::history::of_vulnerability;
use operations::statement::{
    self, For, StatementError, accept, look, overtaken, take_back,
};
use operations::{Actor, Permission};
use serde_json::{Value, json};
use store::{Judgement, Parcel, Role};

use crate::corpus::{corpus, on_both_with_corpus};
use crate::databases::Fresh;
use crate::house::House;

const OSV: &str = "osv/examples/PYSEC-2013-30.json";
const COMPONENT: &str = "pkg:pypi/pymongo";

/// A hospital with a pump, the bill of which lists one component with a flaw.
struct WithPump {
    house: House,
    placed: Placed,
}

impl Deref for WithPump {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

fn bill(version: &str) -> Vec<u8> {
    let bom = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "metadata": {
            "component": { "type": "device", "name": "Pump", "version": version, "bom-ref": "p" }
        },
        "components": [{
            "type": "library", "name": "pymongo", "version": "2.5.1", "bom-ref": "m",
            "purl": "pkg:pypi/pymongo@2.5.1",
        }],
    });
    serde_json::to_vec(&bom).unwrap()
}

/// An OpenVEX document about the component.
fn stated(status: &str, id: &str, day: u8) -> Vec<u8> {
    let mut statement = json!({
        "vulnerability": { "name": id },
        "status": status,
        "products": [{ "@id": "pkg:pypi/pymongo@2.5.1" }],
    });
    if status == "not_affected" {
        statement["justification"] = "vulnerable_code_not_in_execute_path".into();
    }
    let document = json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": format!("https://invented.example/{status}/{day}"),
        "author": "Invented Medical",
        "timestamp": format!("2026-02-{day:02}T00:00:00Z"),
        "version": 1,
        "statements": [statement],
    });
    serde_json::to_vec(&document).unwrap()
}

impl WithPump {
    async fn at(fresh: Fresh) -> Self {
        let house = House::at(fresh, jiff::Timestamp::now).await;
        let pump = "asset_tag,manufacturer,model,software_version\n1,Invented,Pump,1.0\n";
        house.take_in(pump).await;
        let placed = Placed { product: 0, release: 0, bill: 0, job: 0 };
        let mut house = Self { house, placed };
        house.use_record(|_| {}).await;
        house.placed = house.place_for_all(&bill("1.0"), "1.0").await;
        house
    }

    /// Places a bill for every build that there is.
    async fn place_for_all(&self, bytes: &[u8], version: &str) -> Placed {
        let builds = self.app.store.configurations_since(self.ada.head, 0).await.unwrap();
        let parcel = Parcel::of(bytes).unwrap();
        let (app, ada) = (&self.app, &self.ada);
        let original = arrive(app, ada, ada.head, "x.cdx.json", parcel).await.unwrap();
        let placing = Placing {
            maker: "Invented".to_owned(),
            product: "Pump".to_owned(),
            version: version.to_owned(),
            builds: builds.iter().map(|build| build.id).collect(),
        };
        self.place_as(original, &placing).await
    }

    /// Puts an index of the record in use, with something changed.
    async fn use_record(&self, change: impl FnOnce(&mut Value)) {
        let bytes = std::fs::read(corpus().unwrap().join(OSV)).unwrap();
        let mut record: Value = serde_json::from_slice(&bytes).unwrap();
        change(&mut record);
        let source = self.folder.path().join("record.json");
        std::fs::write(&source, serde_json::to_vec(&record).unwrap()).unwrap();
        self.use_sources(&[source]).await;
    }

    async fn deliver(&self, bytes: &[u8], reach: For) -> Result<i64, StatementError> {
        let parcel = Parcel::of(bytes).unwrap();
        let release = self.placed.release;
        statement::deliver(&self.app, &self.ada, release, reach, "x.vex.json", parcel)
            .await
    }

    async fn accept(&self, document: i64, reason: &str) -> Result<usize, StatementError> {
        let all = look(&self.app, &self.ada, document).await.unwrap().stated;
        let chosen: BTreeSet<usize> = all.iter().map(|one| one.number).collect();
        let accepted = accept(&self.app, &self.ada, document, &chosen, reason).await;
        self.work().await;
        accepted
    }

    /// The open verdict about the component, and the vulnerability under which it stands.
    async fn verdict(&self) -> Option<(String, String)> {
        let one = self.judgement().await?;
        Some((one.subject.vulnerability, one.verdict))
    }

    async fn judgement(&self) -> Option<Judgement> {
        let all = self.app.store.judgements_since(self.ada.head, 0).await.unwrap();
        let mut open = all
            .into_iter()
            .filter(|one| one.closed.is_none() && one.subject.component == COMPONENT);
        let first = open.next();
        assert_eq!(open.next(), None);
        first
    }
}

fn said(id: &str, verdict: &str) -> Option<(String, String)> {
    Some((id.to_owned(), verdict.to_owned()))
}

const CVE: &str = "CVE-2013-2132";

on_both_with_corpus!(
    a_statement_suppresses_nothing_until_somebody_accepts_it,
    async |fresh: Fresh| {
        let house = WithPump::at(fresh).await;
        assert_eq!(house.verdict().await, said(CVE, "affected"));
        let vex = stated("not_affected", CVE, 1);
        let document = house.deliver(&vex, For::Release).await.unwrap();
        assert_eq!(house.deliver(&vex, For::Release).await.unwrap(), document);
        house.work().await;
        assert_eq!(house.verdict().await, said(CVE, "affected"), "a claim");
        let seen = look(&house.app, &house.ada, document).await.unwrap();
        let one = &seen.stated[0];
        assert_eq!((one.component.as_str(), one.reaches), (COMPONENT, 1));
        assert_eq!(one.accepted, None);

        assert_eq!(
            house.accept(document, "their PSIRT said so by phone").await.unwrap(),
            1
        );
        let judgement = house.judgement().await.unwrap();
        assert_eq!(judgement.verdict, "not_affected");
        let grounds: Value = serde_json::from_str(&judgement.grounds).unwrap();
        let ground = &grounds.as_array().unwrap()[0];
        let number = ground["acceptance"].as_i64().unwrap();
        assert!(
            ground["rules"][0].as_str().unwrap().contains("accepted here"),
            "{ground}"
        );
        let numbers = BTreeSet::from([number]);
        let told: BTreeMap<i64, _> =
            statement::acceptors(&house.app, &house.ada, &numbers).await.unwrap();
        let within = told[&number].within.as_ref().unwrap();
        assert_eq!((within.person.as_str(), within.document), ("Ada", Some(document)));
        assert_eq!(within.reason, "their PSIRT said so by phone");
        // What was accepted already is not accepted again.
        assert_eq!(house.accept(document, "again").await.unwrap(), 0);

        take_back(&house.app, &house.ada, number, "it was another release")
            .await
            .unwrap();
        house.work().await;
        let after = house.judgement().await.unwrap();
        assert_eq!((after.id, after.verdict.as_str()), (judgement.id, "affected"));
        assert!(!after.grounds.contains("acceptance"), "{}", after.grounds);
        let twice = take_back(&house.app, &house.ada, number, "again").await;
        assert!(matches!(twice, Err(StatementError::Store(_))), "{twice:?}");
        let names = BTreeSet::from([CVE.to_owned()]);
        let told = of_vulnerability(&house.app, &house.ada, &names).await.unwrap();
        let whys: Vec<&str> = told.iter().map(|one| one.why.as_str()).collect();
        assert_eq!(
            whys[..2],
            ["the acceptance of a statement was taken back", "a statement was accepted"]
        );
    }
);

on_both_with_corpus!(
    an_acceptance_is_lost_by_nothing_that_happens_to_documents,
    async |fresh: Fresh| {
        let house = WithPump::at(fresh).await;
        // It names the vulnerability as its source does, before anybody joined the names.
        let alone = |record: &mut Value| record["aliases"] = json!([]);
        house.use_record(alone).await;
        assert_eq!(house.verdict().await, said("PYSEC-2013-30", "affected"));
        let vex = stated("not_affected", "PYSEC-2013-30", 1);
        let document = house.deliver(&vex, For::Release).await.unwrap();
        house.accept(document, "checked").await.unwrap();
        assert_eq!(house.verdict().await, said("PYSEC-2013-30", "not_affected"));
        // Another name comes first.
        house.use_record(|_| {}).await;
        assert_eq!(house.verdict().await, said(CVE, "not_affected"));
        // The advisory is withdrawn, and comes back.
        let gone =
            |record: &mut Value| record["withdrawn"] = json!("2026-01-01T00:00:00Z");
        house.use_record(gone).await;
        house.use_record(|_| {}).await;
        assert_eq!(house.verdict().await, said(CVE, "not_affected"));
        // The SBOM is delivered again, as it is and with another component.
        house.place_for_all(&bill("1.0"), "1.0").await;
        assert_eq!(house.verdict().await, said(CVE, "not_affected"));
        let text = String::from_utf8(bill("1.0")).unwrap();
        let more = text.replace("\"bom-ref\":\"m\"", "\"bom-ref\":\"other\"");
        assert_ne!(more, text);
        house.place_for_all(more.as_bytes(), "1.0").await;
        assert_eq!(house.verdict().await, said(CVE, "not_affected"));
    }
);

on_both_with_corpus!(
    an_acceptance_holds_where_it_was_given_and_the_newer_word_counts,
    async |fresh: Fresh| {
        let mut house = WithPump::at(fresh).await;
        let vex = stated("not_affected", CVE, 1);
        let document = house.deliver(&vex, For::Release).await.unwrap();
        house.accept(document, "checked").await.unwrap();
        assert_eq!(house.verdict().await, said(CVE, "not_affected"));
        // A later statement of the same maker says otherwise.
        let worse =
            house.deliver(&stated("affected", CVE, 9), For::Release).await.unwrap();
        house.accept(worse, "they found it after all").await.unwrap();
        assert_eq!(house.verdict().await, said(CVE, "affected"));
        // Another release: what was accepted for the first says nothing of it.
        house.placed = house.place_for_all(&bill("2.0"), "2.0").await;
        let scope = store::Scope::whole(house.ada.head);
        let kept =
            house.app.store.accepted_of_release(house.ada.head, house.placed.release);
        assert_eq!(kept.await.unwrap(), []);
        // What is delivered for the product is of every release.
        let fixed = house.deliver(&stated("fixed", CVE, 10), For::Product).await.unwrap();
        house.accept(fixed, "for all").await.unwrap();
        let all = house.app.store.releases(&scope, house.placed.product).await.unwrap();
        assert_eq!(all.len(), 2);
        for release in all {
            let kept = house.app.store.accepted_of_release(house.ada.head, release.id);
            let statuses: Vec<String> =
                kept.await.unwrap().into_iter().map(|one| one.status).collect();
            assert!(statuses.contains(&"fixed".to_owned()), "{statuses:?}");
        }
        assert_eq!(house.verdict().await, said(CVE, "fixed"));
    }
);

on_both_with_corpus!(
    what_states_nothing_is_refused_and_what_has_no_reason_is_not_accepted,
    async |fresh: Fresh| {
        let house = WithPump::at(fresh).await;
        for rubbish in [&b"{}"[..], b"", b"a,b\n1,2\n"] {
            let refused = house.deliver(rubbish, For::Release).await;
            assert!(matches!(refused, Err(StatementError::Rejected(_))), "{refused:?}");
        }
        let osv = std::fs::read(corpus().unwrap().join(OSV)).unwrap();
        for silent in [bill("1.0"), osv] {
            let refused = house.deliver(&silent, For::Release).await;
            assert!(matches!(refused, Err(StatementError::Silent)), "{refused:?}");
        }
        let vex = stated("not_affected", CVE, 1);
        let document = house.deliver(&vex, For::Release).await.unwrap();
        let (app, ada) = (&house.app, &house.ada);
        let without = accept(app, ada, document, &[0].into(), "  ").await;
        assert!(matches!(without, Err(StatementError::Reasonless)), "{without:?}");
        for nothing in [BTreeSet::new(), BTreeSet::from([7])] {
            let refused = accept(app, ada, document, &nothing, "because").await;
            assert!(matches!(refused, Err(StatementError::NothingChosen)), "{refused:?}");
        }
        house.work().await;
        assert_eq!(house.verdict().await, said(CVE, "affected"));
    }
);

on_both_with_corpus!(
    what_comes_later_and_says_otherwise_is_told_and_changes_nothing,
    async |fresh: Fresh| {
        let house = WithPump::at(fresh).await;
        let may_look = Permission::ViewDevices;
        let newer = async |by: &Actor, permission| {
            overtaken(&house.app, by, permission).await.unwrap()
        };
        let listed = async |verdict: &str| {
            let filter = fleet::Filter::default().is(fleet::Column::Verdict, verdict);
            let held = house.held().await;
            let scope = operations::fleet::scope(&house.ada);
            held.view(&scope, &filter.unwrap()).unwrap().devices().len()
        };
        assert_eq!((listed("affected").await, listed("not_affected").await), (1, 0));
        let older = house.deliver(&stated("not_affected", CVE, 1), For::Release).await;
        let older = older.unwrap();
        house.accept(older, "asked the maker").await.unwrap();
        assert_eq!(house.verdict().await, said(CVE, "not_affected"));
        assert_eq!((listed("affected").await, listed("not_affected").await), (0, 1));
        assert_eq!(newer(&house.ada, may_look).await, []);
        // What speaks of another flaw, or says the same, is no news.
        for same in [stated("affected", "CVE-2026-0001", 3), stated("fixed", CVE, 4)] {
            house.deliver(&same, For::Release).await.unwrap();
        }
        assert_eq!(newer(&house.ada, may_look).await, []);
        let later =
            house.deliver(&stated("affected", CVE, 2), For::Product).await.unwrap();
        house.work().await;
        assert_eq!(house.verdict().await, said(CVE, "not_affected"), "a claim");
        let told = newer(&house.ada, may_look).await;
        let [one] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((one.of, one.document), (older, later));
        assert_eq!(one.says, Some(matching::Verdict::Affected));
        // Whoever may not accept is not called to it, and a stranger hears nothing.
        let bob = house.somebody(Role::Biomed, house.ada.head).await;
        assert_eq!(newer(&bob, Permission::AcceptStatements).await, []);
        assert_eq!(newer(&bob, may_look).await.len(), 1);
        let guest = house.somebody(Role::SupplierGuest, house.ada.head).await;
        assert_eq!(newer(&guest, may_look).await, []);
        // It is told as long as what was accepted is relied on.
        let acceptance = one.acceptance;
        take_back(&house.app, &house.ada, acceptance, "the maker did").await.unwrap();
        assert_eq!(newer(&house.ada, may_look).await, []);
        house.accept(older, "again").await.unwrap();
        assert_eq!(newer(&house.ada, may_look).await.len(), 1);
        house.accept(later, "read it").await.unwrap();
        assert_eq!(newer(&house.ada, may_look).await, []);
        assert_eq!(house.verdict().await, said(CVE, "affected"));
    }
);

on_both_with_corpus!(why_a_statement_is_accepted_lies_sealed, async |fresh: Fresh| {
    let house = WithPump::at(fresh).await;
    let vex = stated("not_affected", CVE, 1);
    let document = house.deliver(&vex, For::Release).await.unwrap();
    let reasons = ["Wilhelmina Quackenbush rang", "Zebedee Thistlewood doubts it"];
    house.accept(document, reasons[0]).await.unwrap();
    let read = async || {
        let all = house.app.store.acceptances_within(&house.scope()).await.unwrap();
        all.into_iter()
            .map(|one| (one.id, one.reason, one.end_reason))
            .collect::<Vec<_>>()
    };
    let first = read().await;
    let id = first[0].0;
    assert_eq!(first, [(id, reasons[0].to_owned(), None)]);
    take_back(&house.app, &house.ada, id, reasons[1]).await.unwrap();
    let both = read().await;
    assert_eq!(both[0].2.as_deref(), Some(reasons[1]));
    assert_eq!(house.found(&reasons).await, [""; 0]);
    let clear =
        async || house.app.store.in_the_clear(house.ada.head).await.unwrap().texts;
    assert_eq!(clear().await, 0);
    // As an older version kept them: they read the same, and are sealed.
    let [reason, end] = reasons;
    house
        .run(format!(
            "UPDATE acceptance
                SET sealed_reason = NULL, reason = '{reason}', sealed_end_reason = NULL,
                    end_reason = '{end}'
              WHERE id = {id}"
        ))
        .await;
    assert_eq!(house.found(&reasons).await, reasons, "the test makes what it is about");
    assert_eq!((read().await, clear().await), (both.clone(), 2));
    assert_eq!(operations::sealing::seal(&house.app).await.unwrap().texts, 2);
    assert_eq!((read().await, clear().await), (both.clone(), 0));
    assert_eq!(house.found(&reasons).await, [""; 0]);
    // What an older version accepted may be taken back before it is sealed.
    house.accept(document, "again").await.unwrap();
    let second = read().await.iter().map(|one| one.0).max().unwrap();
    house
        .run(format!(
            "UPDATE acceptance SET sealed_reason = NULL, reason = 'again' WHERE id = {second}"
        ))
        .await;
    take_back(&house.app, &house.ada, second, reasons[1]).await.unwrap();
    let before = read().await;
    operations::sealing::seal(&house.app).await.unwrap();
    assert_eq!((read().await, clear().await), (before, 0));
});
