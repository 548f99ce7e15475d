//! What an organisation found out by itself, at work or through a program: what it clears, and
//! what counts before it.

use std::collections::BTreeSet;

use fleet::{Column, Filter};
use matching::Verdict;
use operations::action::{ActionError, Finding, analyse, flaws, take_back};
use operations::analysis::{About, Change, Said};
use operations::bills::content;
use operations::build::{self, findings_of_device, heed};
use operations::fleet::{About as Touching, Bearing, Set, scope};
use store::{FoundOut, Role};
use terms::vex::Justification;
use terms::vex::cyclonedx::{Justification as Why, State as CycloneDx};
use worklist::{Kind, State, Weight};

use super::{TODAY, flaw, now};
use crate::databases::{Fresh, on_both};
use crate::demo::{demo, inventory, pump};
use crate::house::House;

impl House {
    /// What was found out about the verdicts of an action, by number.
    async fn analyses_of(&self, name: &str) -> Vec<(store::Analysis, Option<Weight>)> {
        let held = self.held().await;
        let entry = held.entry(&scope(&self.ada), name, TODAY).unwrap();
        let product = ("aldermoor", "meridian 400");
        let all = held.analyses(self.ada.head, product, &entry.builds()).into_iter();
        all.map(|(analysis, weight)| (analysis.clone(), weight)).collect()
    }

    /// The release of the pump, and the key of the component with the flaw.
    async fn pump(&self) -> (i64, String) {
        let whole = store::Scope::whole(self.ada.head);
        let store = &self.app.store;
        let projects = store.projects(&whole, store::Wanted::All).await.unwrap();
        let release = projects.first().unwrap().release.id;
        let bills = store.bills(&whole, release).await.unwrap();
        let bill = bills.first().unwrap().id;
        let content = content(&self.app, &self.ada, bill).await.unwrap();
        let part = content.parts.iter().find(|part| part.name.contains("busybox"));
        (release, part.unwrap().key.clone())
    }

    /// A program says something about the flaw in the pump's release.
    async fn program_says(&self, change: &Change) {
        let (release, component) = self.pump().await;
        let vulnerability = "GHSA-2222-3333-4444";
        let about = About { release, component: &component, vulnerability };
        let (app, ada) = (&self.app, &self.ada);
        operations::analysis::analyse(app, ada, about, None, change).await.unwrap();
        self.work().await;
    }

    /// What a program reads of the flaw in the pump's release.
    async fn read_back(&self, vulnerability: &str) -> Option<FoundOut> {
        let (release, component) = self.pump().await;
        let whole = store::Scope::whole(self.ada.head);
        let (product, release) = self.app.store.release(&whole, release).await.unwrap();
        let builds = self.app.store.builds_of_release(&whole, release.id).await.unwrap();
        let held = self.held().await;
        let all = held.analyses_of_release(&product, &release, &builds);
        let newest = all.newest(&component, vulnerability);
        newest.filter(|one| one.withdrawn.is_none()).map(|one| one.found.clone())
    }
}

on_both!(
    an_own_analysis_stays_when_the_flaw_gets_another_id_and_the_bill_comes_again,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        let nothing = |name: &str| name.starts_with("amsa");
        let alone = [("flaw.json", flaw("GHSA-2222-3333-4444", &[]))];
        house.use_advisories(nothing, &alone).await;
        house.place(&pump(), "2.1").await;
        let name = house.named(Kind::AskMaker, "meridian 400").await;
        let found = flaws(&house.app, &house.ada, &name).await.unwrap();
        assert_eq!(found, ["GHSA-2222-3333-4444"]);
        let finding = Finding {
            vulnerabilities: found,
            version: String::new(),
            justification: Justification::VulnerableCodeNotInExecutePath,
            reason: "the shell is not started".to_owned(),
        };
        analyse(&house.app, &house.ada, &name, &finding).await.unwrap();
        house.work().await;
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        let held = house.held().await;
        let over = held.entry(&scope(&house.ada), &name, TODAY).unwrap();
        assert_eq!((over.priority, over.due), (None, None), "nothing is due");
        drop(held);
        // The same bill again.
        house.place(&pump(), "2.1").await;
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        // The flaw gets a CVE: another id, the same single vulnerability.
        let joined = [("flaw.json", flaw("GHSA-2222-3333-4444", &["CVE-2026-1234"]))];
        house.use_advisories(nothing, &joined).await;
        let all = house.app.store.judgements_since(house.ada.head, 0).await.unwrap();
        let judged = all.iter().find(|one| one.subject.vulnerability == "CVE-2026-1234");
        assert_eq!(judged.unwrap().verdict, "affected");
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        // It goes, and comes back.
        house.use_advisories(nothing, &[]).await;
        assert!(house.state(&name, TODAY).await.is_over());
        house.use_advisories(nothing, &joined).await;
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        // Taken back, the finding is there again.
        let analysis = house.analyses_of(&name).await.first().unwrap().0.id;
        let (app, ada) = (&house.app, &house.ada);
        take_back(app, ada, &name, analysis, "it is started after all").await.unwrap();
        house.work().await;
        assert_eq!(house.state(&name, TODAY).await, State::Open);
        let again = take_back(app, ada, &name, analysis, "twice").await;
        assert!(matches!(again, Err(ActionError::Store(_))));
    }
);

impl House {
    /// What own analyses of the flaw do about the device with an asset tag, and where the flaw
    /// is of which they say nothing.
    async fn beside(&self, tag: &str) -> Vec<(Bearing, Vec<String>)> {
        let (app, ada) = (&self.app, &self.ada);
        let device = self.device_of(tag).await;
        let device = app.store.device(&self.scope(), device).await.unwrap();
        let names = BTreeSet::from(["GHSA-2222-3333-4444".to_owned()]);
        let held = self.held().await;
        let (own, known) = (held.own_word(&device, &names), held.advisories.clone());
        let analyses = held.own_analyses(device.organisation, device.configuration);
        let situated = held.situated(&device);
        drop(held);
        let (build, known) = (device.configuration, known.as_deref());
        let found = findings_of_device(app, ada, build, &situated, known).await;
        let mut found = found.unwrap();
        heed(&mut found, &analyses);
        let about: Vec<&build::Finding> = found
            .iter()
            .filter(|one| names.contains(&one.judgement.subject.vulnerability))
            .collect();
        let all = own.about(&names, &about).into_iter();
        all.map(|one| (one.bearing, one.left.into_iter().collect())).collect()
    }

    async fn device_of(&self, tag: &str) -> i64 {
        let held = self.held().await;
        let of = Filter::default().is(Column::AssetTag, tag).unwrap();
        let view = held.view(&scope(&self.ada), &of).unwrap();
        let ordinal = view.devices().min().unwrap();
        i64::from(ordinal)
    }
}

/// The flaw of busybox, in another package as well.
fn in_both() -> String {
    let alone = flaw("GHSA-2222-3333-4444", &[]);
    let end = r#""affected":["#;
    let more = r#""affected":[{"package":{"ecosystem":"Debian:11","name":"dropbear"},
        "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]},"#;
    alone.replace(end, more)
}

on_both!(
    an_own_analysis_says_of_each_device_whether_it_counts_there_and_why_not,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let name = with_a_flaw(&house).await;
        house.use_advisories(no_advisory, &[("flaw.json", in_both())]).await;
        assert_eq!(house.beside("IH-10001").await, []);
        let finding = Finding {
            vulnerabilities: flaws(&house.app, &house.ada, &name).await.unwrap(),
            version: "2.1".to_owned(),
            justification: Justification::VulnerableCodeNotInExecutePath,
            reason: "the shell is not started".to_owned(),
        };
        analyse(&house.app, &house.ada, &name, &finding).await.unwrap();
        house.work().await;
        let alone = |bearing| vec![(bearing, Vec::<String>::new())];
        assert_eq!(house.beside("IH-10001").await, alone(Bearing::Decides));
        assert_eq!(house.beside("IH-10004").await, alone(Bearing::OtherRelease));
        assert_eq!(house.beside("IH-10006").await, alone(Bearing::OtherRelease));
        assert_eq!(house.beside("IH-10007").await, alone(Bearing::OtherProduct));

        // The next SBOM lists what is in it by another name, beside the one of before.
        let was = String::from_utf8(pump()).unwrap();
        let busybox = was.split("    {").find(|part| part.contains("deb/debian/busybox"));
        let busybox = busybox.unwrap();
        let dropbear = busybox
            .replace("busybox", "dropbear")
            .replace(r#""bom-ref": ""#, r#""bom-ref": "another-"#);
        let both = was.replacen(busybox, &format!("{dropbear}    {{{busybox}"), 1);
        house.place(both.as_bytes(), "2.1").await;
        let left = vec![(Bearing::Decides, vec!["dropbear 1:1.30.1-6+b3".to_owned()])];
        assert_eq!(house.beside("IH-10001").await, left);
        assert_eq!(house.state(&name, TODAY).await, State::Open);

        // And then in place of it: what was found out is about nothing that is left.
        let renamed = was.replacen(busybox, &dropbear, 1);
        house.place(renamed.as_bytes(), "2.1").await;
        let other = Bearing::OtherComponent;
        let left = vec![(other, vec!["dropbear 1:1.30.1-6+b3".to_owned()])];
        assert_eq!(house.beside("IH-10001").await, left);
        assert_eq!(house.state(&name, TODAY).await, State::Open);

        // The one of before again, and then nobody says it any longer.
        house.place(&pump(), "2.1").await;
        assert_eq!(house.beside("IH-10001").await, alone(Bearing::Decides));
        let analysis = house.analyses_of(&name).await.first().unwrap().0.id;
        let (app, ada) = (&house.app, &house.ada);
        take_back(app, ada, &name, analysis, "it is started after all").await.unwrap();
        house.work().await;
        assert_eq!(house.beside("IH-10001").await, alone(Bearing::TakenBack));
    }
);

on_both!(
    an_own_analysis_holds_for_its_release_however_that_is_spelt,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let name = with_a_flaw(&house).await;
        let found = flaws(&house.app, &house.ada, &name).await.unwrap();
        let finding = |version: &str| Finding {
            vulnerabilities: found.clone(),
            version: version.to_owned(),
            justification: Justification::VulnerableCodeNotInExecutePath,
            reason: "the shell is not started".to_owned(),
        };
        for (version, state) in [
            ("FW 2.1", State::Open),
            ("2.10", State::Open),
            ("v2.1", State::NotAffected),
            ("Version 2.1", State::NotAffected),
        ] {
            analyse(&house.app, &house.ada, &name, &finding(version)).await.unwrap();
            house.work().await;
            assert_eq!(house.state(&name, TODAY).await, state, "{version}");
            for (analysis, _) in house.analyses_of(&name).await {
                let (app, ada) = (&house.app, &house.ada);
                if analysis.withdrawn.is_none() {
                    take_back(app, ada, &name, analysis.id, "next").await.unwrap();
                }
            }
            house.work().await;
        }
    }
);

/// An analysis as a program sends it.
fn change(state: CycloneDx, why: Option<Why>) -> Change {
    Change {
        state: Said::This(state),
        justification: why.map_or(Said::Nothing, Said::This),
        ..Change::default()
    }
}

/// A flaw of a component of the pump, placed as a bill; gives the action about it.
async fn with_a_flaw(house: &House) -> String {
    house.take_in(inventory()).await;
    let alone = [("flaw.json", flaw("GHSA-2222-3333-4444", &[]))];
    house.use_advisories(no_advisory, &alone).await;
    house.place(&pump(), "2.1").await;
    house.named(Kind::AskMaker, "meridian 400").await
}

fn no_advisory(name: &str) -> bool {
    name.starts_with("amsa")
}

on_both!(what_a_program_finds_out_clears_what_is_to_be_done, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    let name = with_a_flaw(&house).await;
    // In triage, exploitable, and not affected for no reason: each marks, none clears.
    for state in [CycloneDx::InTriage, CycloneDx::Exploitable, CycloneDx::NotAffected] {
        house.program_says(&change(state, None)).await;
        assert_eq!(house.state(&name, TODAY).await, State::Open, "{state:?}");
        let all = house.analyses_of(&name).await;
        assert_eq!((all.len(), all[0].1), (1, Some(Weight::Marks)), "{state:?}");
    }
    // It is left out of lists for programs, and that alone clears nothing.
    let hidden = Change { is_suppressed: Some(true), ..Change::default() };
    house.program_says(&hidden).await;
    assert_eq!(house.state(&name, TODAY).await, State::Open);
    house
        .program_says(&change(CycloneDx::NotAffected, Some(Why::CodeNotReachable)))
        .await;
    assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
    let all = house.analyses_of(&name).await;
    assert_eq!((all.len(), all[0].1), (1, Some(Weight::Decides)));
    assert_eq!(all[0].0.about.version, "2.1");

    // The same bill again; the flaw gets a CVE; it goes, and comes back.
    house.place(&pump(), "2.1").await;
    assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
    let joined = [("flaw.json", flaw("GHSA-2222-3333-4444", &["CVE-2026-1234"]))];
    house.use_advisories(no_advisory, &joined).await;
    assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
    assert_eq!(house.read_back("CVE-2026-1234").await.unwrap().state, "not_affected");
    house.use_advisories(no_advisory, &[]).await;
    assert!(house.state(&name, TODAY).await.is_over());
    house.use_advisories(no_advisory, &joined).await;
    assert_eq!(house.state(&name, TODAY).await, State::NotAffected);

    // Whoever works takes back what the program said, and the program reads that.
    let analysis = house.analyses_of(&name).await[0].0.id;
    let (app, ada) = (&house.app, &house.ada);
    take_back(app, ada, &name, analysis, "the port is open").await.unwrap();
    house.work().await;
    assert_eq!(house.state(&name, TODAY).await, State::Open);
    assert_eq!(house.read_back("CVE-2026-1234").await, None);
    let scope = store::Scope::whole(ada.head);
    let remarks = app.store.remarks(&scope, analysis).await.unwrap();
    assert_eq!(remarks.last().unwrap().remark, "Taken back: the port is open");
});

on_both!(
    what_is_found_out_at_work_is_read_back_by_programs_and_the_more_specific_counts,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let name = with_a_flaw(&house).await;
        let finding = Finding {
            vulnerabilities: vec!["GHSA-2222-3333-4444".to_owned()],
            version: String::new(),
            justification: Justification::InlineMitigationsAlreadyExist,
            reason: "the shell is not started".to_owned(),
        };
        analyse(&house.app, &house.ada, &name, &finding).await.unwrap();
        house.work().await;
        let read = house.read_back("GHSA-2222-3333-4444").await.unwrap();
        assert_eq!((read.state.as_str(), read.is_suppressed), ("not_affected", false));
        assert_eq!(read.details, "the shell is not started");
        // A change of one part keeps the others, as they were said at work.
        let hidden = Change { is_suppressed: Some(true), ..Change::default() };
        house.program_says(&hidden).await;
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        let read = house.read_back("GHSA-2222-3333-4444").await.unwrap();
        assert_eq!((read.state.as_str(), read.is_suppressed), ("not_affected", true));
        // Of one release somebody finds out more: that counts before what is said of all.
        house.program_says(&change(CycloneDx::Exploitable, None)).await;
        assert_eq!(house.state(&name, TODAY).await, State::Open);
        analyse(&house.app, &house.ada, &name, &finding).await.unwrap();
        house.work().await;
        assert_eq!(house.state(&name, TODAY).await, State::Open);
        let all = house.analyses_of(&name).await;
        let weights: Vec<Option<Weight>> =
            all.iter().map(|(_, weight)| *weight).collect();
        assert_eq!(weights, [Some(Weight::Overtaken), Some(Weight::Marks)]);
        // Who only keeps devices running decides on neither.
        let bob = house.somebody(Role::Biomed, house.ada.head).await;
        let refused = analyse(&house.app, &bob, &name, &finding).await;
        assert!(matches!(refused, Err(ActionError::NotThere)), "{refused:?}");
        let (release, component) = house.pump().await;
        let vulnerability = "GHSA-2222-3333-4444";
        let about = About { release, component: &component, vulnerability };
        let positive = change(CycloneDx::FalsePositive, None);
        let refused =
            operations::analysis::analyse(&house.app, &bob, about, None, &positive);
        assert!(refused.await.is_err());
    }
);

/// What the lists say of pumps: affected, not affected, and by the maker's advisory.
async fn listed(house: &House) -> (u64, u64, Option<(u64, u64)>) {
    let held = house.held().await;
    let seen = scope(&house.ada);
    let pumps = Filter::default().is(Column::Model, "Meridian 400").unwrap();
    let verdicts = held.view(&seen, &pumps).unwrap().totals(Column::Verdict);
    let of = |word: &str| verdicts.get(word).copied().unwrap_or(0);
    let all = held.view(&seen, &Filter::default()).unwrap();
    let by_advisory = held.by_advisory(&all).get("AMSA-2025-01").copied();
    // A number leads to exactly the rows that it counts.
    let affected = pumps.is(Column::Verdict, "affected").unwrap();
    assert_eq!(held.view(&seen, &affected).unwrap().total(), of("affected"));
    for (verdict, count) in [
        (Verdict::Affected, by_advisory.map_or(0, |(affected, _)| affected)),
        (Verdict::CannotTell, by_advisory.map_or(0, |(_, open)| open)),
    ] {
        let about = Touching::Advisory("AMSA-2025-01".to_owned());
        let set = Set::Touched(about, Some(verdict)).to_string();
        let touched = held.view(&seen, &Filter::default().among(&set)).unwrap();
        assert_eq!(touched.total(), count, "{verdict:?}");
    }
    (of("affected"), of("not_affected"), by_advisory)
}

on_both!(what_an_own_analysis_clears_is_cleared_on_every_list, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    house.take_in(inventory()).await;
    // Somebody who only collects says what the maker would.
    let file = demo().join("advisories/amsa-2025-01.json");
    let text = std::fs::read_to_string(file).unwrap();
    let collected = text.replace(
        r#""name": "Aldermoor Medical",
      "namespace""#,
        r#""name": "An invented collector",
      "namespace""#,
    );
    let others = |name: &str| name != "amsa-2025-01.json";
    house.use_advisories(others, &[("collected.json", collected)]).await;
    let before = listed(&house).await;
    assert_eq!(before.0, 1, "{before:?}");
    let name = house.update().await;
    let mut found = flaws(&house.app, &house.ada, &name).await.unwrap();
    assert_eq!(found.len(), 2);
    let finding = |vulnerabilities: Vec<String>| Finding {
        vulnerabilities,
        version: String::new(),
        justification: Justification::VulnerableCodeNotInExecutePath,
        reason: "the network card is sealed".to_owned(),
    };
    // One of two flaws: the pumps are affected still, and by fewer.
    let counted = async || {
        let held = house.held().await;
        let pumps = Filter::default().is(Column::Model, "Meridian 400").unwrap();
        let view = held.view(&scope(&house.ada), &pumps).unwrap();
        view.totals(Column::Affected)
    };
    assert_eq!(counted().await.get("2"), Some(&1));
    let last = found.pop().unwrap();
    analyse(&house.app, &house.ada, &name, &finding(vec![last])).await.unwrap();
    assert_eq!((listed(&house).await.0, counted().await.get("1")), (1, Some(&1)));
    analyse(&house.app, &house.ada, &name, &finding(found)).await.unwrap();
    house.work().await;
    let after = listed(&house).await;
    // It is about every release: the pump whose release nobody knows is cleared too.
    assert_eq!((after.0, after.1), (0, before.1 + before.0 + 1), "{after:?}");
    let affected = |one: (u64, u64, Option<(u64, u64)>)| one.2.map_or(0, |it| it.0);
    // IH-10001, 10002 and 10003, however their maker and model are written.
    assert_eq!(affected(after), affected(before) - 3);
    assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
    // Imports, and devices that come later, are of no other verdict.
    let more = "IH-20001,Aldermoor Medical,Meridian 400,INFUSION PUMP,2.1,X,ICU,In Service,2019-04-02,yes,no,yes\n";
    house.take_in(inventory() + more).await;
    assert_eq!(listed(&house).await.0, 0);
    // Taken back, everything is as it was before, with the device that came.
    let all = house.analyses_of(&name).await;
    assert_eq!(all.len(), 2);
    for (analysis, _) in all {
        let (app, ada) = (&house.app, &house.ada);
        take_back(app, ada, &name, analysis.id, "it is not").await.unwrap();
    }
    house.work().await;
    let again = listed(&house).await;
    assert_eq!((again.0, affected(again)), (2, affected(before) + 1));
});

on_both!(the_flag_of_the_sbom_follows_what_was_found_out, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    // No advisory speaks of the pumps: their SBOM alone does.
    house.take_in(inventory()).await;
    let others = |name: &str| name.starts_with("hbsa");
    let flaw = flaw("GHSA-2222-3333-4444", &[]);
    house.use_advisories(others, &[("flaw.json", flaw)]).await;
    house.place(&pump(), "2.1").await;
    // The devices that carry a flaw by their SBOM, and what each list says of them.
    let said = async || {
        let (held, seen) = (house.held().await, scope(&house.ada));
        let count = |filter: &Filter| held.view(&seen, filter).unwrap().total();
        let is = |column, value: &str| {
            count(&Filter::default().among("sbom:affected").is(column, value).unwrap())
        };
        let about = Touching::Vulnerability("GHSA-2222-3333-4444".to_owned());
        let touched = |verdict| {
            let set = Set::Touched(about.clone(), Some(verdict)).to_string();
            count(&Filter::default().among(&set))
        };
        [
            held.carrying(&seen).len(),
            is(Column::Verdict, "affected"),
            held.view(&seen, &Filter::default().among("sbom:affected"))
                .unwrap()
                .totals(Column::Affected)
                .get("1")
                .copied()
                .unwrap_or(0),
            is(Column::Priority, "none"),
            touched(Verdict::Affected),
            touched(Verdict::NotAffected),
        ]
    };
    assert_eq!(said().await, [2, 2, 2, 0, 2, 0]);
    let why = Some(Why::CodeNotPresent);
    house.program_says(&change(CycloneDx::NotAffected, why)).await;
    assert_eq!(said().await, [0, 0, 0, 0, 0, 2]);
    house.program_says(&change(CycloneDx::Exploitable, None)).await;
    assert_eq!(said().await, [2, 2, 2, 0, 2, 0]);
    // The index in use no longer holds the flaw.
    house.use_advisories(others, &[]).await;
    house.work().await;
    assert_eq!(said().await, [0; 6]);
});

on_both!(the_maker_counts_before_an_own_analysis, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    house.take_in(inventory()).await;
    house.use_advisories(|_| true, &[]).await;
    let name = house.update().await;
    assert!(matches!(
        flaws(&house.app, &house.ada, &name).await,
        Err(ActionError::Outweighed)
    ));
    let finding = Finding {
        vulnerabilities: vec!["CVE-2014-0160".to_owned()],
        version: String::new(),
        justification: Justification::ComponentNotPresent,
        reason: "we think so".to_owned(),
    };
    let refused = analyse(&house.app, &house.ada, &name, &finding).await;
    assert!(matches!(refused, Err(ActionError::Outweighed)), "{refused:?}");
    let nothing = Finding { vulnerabilities: vec!["CVE-1".to_owned()], ..finding };
    let refused = analyse(&house.app, &house.ada, &name, &nothing).await;
    assert!(matches!(refused, Err(ActionError::Nothing)));
    assert_eq!(house.state(&name, TODAY).await, State::Open);
});
