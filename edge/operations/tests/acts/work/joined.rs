//! One update is one thing to do whatever releases it takes from and to; what was decided is
//! lost neither by that nor silently stretched over what nobody knew: on both databases.

use jiff::civil::date;
use operations::action::{accept, own, plan, reopen, report};
use operations::fleet::scope;
use store::{Act, DecidedAction, Noun, SeenAction};
use worklist::{Key, Kind, State, Step};

use super::{TODAY, now};
use crate::databases::{Fresh, on_both};
use crate::demo::{demo, inventory};
use crate::house::House;

/// A second advisory about the pumps: the releases that `name` says need 2.4.
fn second(category: &str, name: &str) -> (&'static str, String) {
    let path = demo().join("advisories/amsa-2025-01.json");
    let text = std::fs::read_to_string(path).unwrap();
    let text = text
        .replace("AMSA-2025-01", "AMSA-2026-02")
        .replace("CVE-2014-0160", "CVE-2026-90001")
        .replace("CVE-2020-11896", "CVE-2026-90002")
        .replace("to version 2.3", "to version 2.4")
        .replacen("\"product_version_range\"", &format!("\"{category}\""), 1)
        .replacen("\"<=2.1\"", &format!("\"{name}\""), 1)
        .replace("Version 2.1 and prior", name);
    ("amsa-2026-02.json", text)
}

impl House {
    async fn seen(&self, name: &str) -> (State, String, u64, usize, Step) {
        let held = self.held().await;
        let entry = held.entry(&scope(&self.ada), name, TODAY).unwrap();
        let action = entry.action.unwrap();
        let flaws = action.vulnerabilities.len();
        (entry.state, entry.slug.to_owned(), action.devices, flaws, action.step.clone())
    }

    /// The names of the updates of the pumps.
    async fn updates(&self) -> Vec<String> {
        let held = self.held().await;
        let entries = held.entries(&scope(&self.ada), TODAY).into_iter();
        let of_pumps = entries.filter(|entry| {
            entry.action.is_some_and(|action| {
                action.key.kind == Kind::Update && *action.key.model == *"meridian 400"
            })
        });
        of_pumps.map(|entry| entry.slug.to_owned()).collect()
    }

    /// Keeps an update as versions did for which each release was a thing of its own.
    async fn kept_before(&self, release: &str, decided: Option<DecidedAction>) -> String {
        let today = self.updates().await.remove(0);
        let seen = {
            let held = self.held().await;
            let entry = held.entry(&scope(&self.ada), &today, TODAY).unwrap();
            let key = Key { target: release.into(), ..entry.action.unwrap().key.clone() };
            SeenAction {
                digest: *blake3::hash(key.line().as_bytes()).as_bytes(),
                target: release.to_owned(),
                what: release.to_owned(),
                ..entry.kept.unwrap().seen.clone()
            }
        };
        let digest = seen.digest;
        let mut write = self.app.store.write(self.ada.head, now()).await.unwrap();
        let id = write.see_actions(&[seen]).await.unwrap().remove(0);
        if let Some(decided) = decided {
            write.decide_action(id, &decided).await.unwrap();
        }
        let (what, noun) = ("test", Noun::Action);
        write.commit(Act { by: 0, what, noun, id, facts: Vec::new() }).await.unwrap();
        digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect()
    }
}

on_both!(
    an_update_is_one_whatever_release_each_device_needs_and_each_device_says_what,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        // The release 2.3, which holds the first fix, needs another one.
        house.use_advisories(|_| true, &[second("product_version", "2.3")]).await;
        let updates = house.updates().await;
        assert_eq!(updates.len(), 1, "{updates:?}");
        let (_, _, devices, flaws, step) = house.seen(&updates[0]).await;
        assert_eq!((devices, flaws), (4, 4));
        assert_eq!(step, Step::Update("2.4".to_owned()));
        let held = house.held().await;
        let entry = held.entry(&scope(&house.ada), &updates[0], TODAY).unwrap();
        let shares = held.shares(&[entry.action.unwrap()]).remove(0);
        let mut told: Vec<(u64, &str, Vec<&str>)> = shares
            .iter()
            .map(|share| {
                let flaws = share.vulnerabilities.iter().map(|id| &**id).collect();
                (share.devices.len(), share.target.as_str(), flaws)
            })
            .collect();
        told.sort_by(|one, other| one.2.cmp(&other.2));
        let old = ["CVE-2014-0160", "CVE-2020-11896"].to_vec();
        let new = ["CVE-2026-90001", "CVE-2026-90002"].to_vec();
        let expected = [
            (1, "2.4", old.clone()),
            (1, "2.4", old.clone()),
            (1, "2.4", old),
            (1, "2.4", new),
        ];
        assert_eq!(told, expected);
    }
);

on_both!(what_was_decided_does_not_cover_what_came_later, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    house.take_in(inventory()).await;
    house.use_advisories(|_| true, &[]).await;
    let name = house.update().await;
    let (app, ada) = (&house.app, &house.ada);
    let later = second("product_version_range", "<=2.3");
    let window = (date(2026, 12, 1), date(2026, 12, 3));
    own(app, ada, &name, Some(ada.person)).await.unwrap();
    for decide in ["planned", "reported", "accepted"] {
        house.use_advisories(|_| true, &[]).await;
        match decide {
            "planned" => plan(app, ada, &name, window, "").await.unwrap(),
            "reported" => report(app, ada, &name, "").await.unwrap(),
            _ => drop(accept(app, ada, &name, date(2026, 12, 31), "x").await.unwrap()),
        }
        let before = house.seen(&name).await;
        assert!(!before.0.waits(), "{before:?}");
        house.use_advisories(|_| true, std::slice::from_ref(&later)).await;
        let after = house.seen(&name).await;
        assert_eq!((after.0, &after.1), (State::Outgrown, &name), "{decide}");
        assert_eq!(after.4, Step::Update("2.4".to_owned()));
        let held = house.held().await;
        let entry = held.entry(&scope(ada), &name, TODAY).unwrap();
        assert_eq!(entry.owner(), Some(ada.person), "who sees to it stays");
        let grown = entry.grown.unwrap();
        match decide {
            "accepted" => assert_eq!(grown.flaws, ["CVE-2026-90001", "CVE-2026-90002"]),
            _ => assert_eq!(grown.release.as_deref(), Some("2.4")),
        }
        drop(held);
        assert_eq!(house.happened(&name).await.last().unwrap(), "returned", "{decide}");
        // And where the new advisory goes again, the decision stands as it was.
        house.use_advisories(|_| true, &[]).await;
        assert_eq!(house.seen(&name).await.0, before.0, "{decide}");
        reopen(app, ada, &name, "again").await.unwrap();
    }
});

on_both!(
    what_was_decided_before_updates_were_joined_is_not_lost,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[second("product_version", "2.3")]).await;
        let today = house.updates().await.remove(0);
        // Nobody decided anything: the old address leads to the one thing to do.
        let bare = house.kept_before("2.3", None).await;
        assert_ne!(bare, today);
        let (state, slug, devices, ..) = house.seen(&bare).await;
        assert_eq!((state, &slug, devices), (State::Open, &today, 4));
        let planned = DecidedAction {
            decision: "planned".to_owned(),
            at: Some("2026-11-20T08:00:00.000Z".to_owned()),
            by: Some(house.ada.person),
            first_day: Some("2026-12-01".to_owned()),
            last_day: Some("2026-12-03".to_owned()),
            reason: "work order 4711".to_owned(),
            ..DecidedAction::default()
        };
        let name = house.kept_before("2.3", Some(planned)).await;
        assert_eq!(name, bare);
        house.work().await;
        let (state, slug, devices, flaws, step) = house.seen(&name).await;
        assert_eq!((state, &slug), (State::Planned, &name));
        assert_eq!((devices, flaws, step), (3, 2, Step::Update("2.3".to_owned())));
        assert_eq!(house.seen(&today).await.2, 1, "what was not decided is joined");
        let all = house.updates().await;
        assert_eq!(all.len(), 2, "{all:?}");
        // It stands apart through exports and judgings, until somebody opens it again.
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        house.use_advisories(|_| true, &[second("product_version", "2.3")]).await;
        assert_eq!(house.seen(&name).await.0, State::Planned);
        let (app, ada) = (&house.app, &house.ada);
        reopen(app, ada, &name, "another release is out").await.unwrap();
        house.work().await;
        assert_eq!(house.updates().await, std::slice::from_ref(&today));
        let (state, slug, devices, ..) = house.seen(&name).await;
        assert_eq!((state, &slug, devices), (State::Open, &today, 4));
        // Acting on the old address acts on the one thing to do.
        report(app, ada, &name, "").await.unwrap();
        house.work().await;
        assert_eq!(house.seen(&today).await.0, State::Reported);
        assert_eq!(house.updates().await, [today]);
    }
);

/// The inventory with the devices EchoLine E9 written so: maker and model.
fn spelt(written: &str) -> String {
    inventory().replace("Ostrava Sonics,EchoLine E9,", &format!("{written},"))
}

impl House {
    /// The names, states and counts of devices of what is to be done about EchoLine E9, whoever
    /// their maker is, but for questions.
    async fn of_e9(&self) -> Vec<(String, State, u64)> {
        let held = self.held().await;
        let entries = held.entries(&scope(&self.ada), TODAY).into_iter();
        let found = entries.filter_map(|entry| {
            let action = entry.action?;
            let model = action.key.model.replace(' ', "");
            let is_it = model == "echolinee9" && action.key.kind != Kind::Decide;
            is_it.then_some((entry.slug.to_owned(), entry.state, action.devices))
        });
        found.collect()
    }
}

on_both!(
    what_was_decided_holds_however_the_next_export_spells_the_product,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let all = house.of_e9().await;
        let (name, state, _) = all.first().unwrap().clone();
        assert_eq!(state, State::Open);
        let (app, ada) = (&house.app, &house.ada);
        accept(app, ada, &name, date(2027, 3, 1), "behind a firewall").await.unwrap();
        house.work().await;
        let decided = house.of_e9().await;
        assert_eq!(decided.first().unwrap().1, State::Accepted);
        for written in [
            "Ostrava Sonics,Echo Line E9",
            "Ostrava,EchoLine E9",
            "OSTRAVA SONICS s.r.o.,ECHO-LINE E9",
            "Ostrava,Echo Line E9",
            "Ostrava Sonics,EchoLine E9",
        ] {
            house.take_in(spelt(written)).await;
            assert_eq!(house.of_e9().await, decided, "{written}");
        }
        // Another product takes none of it with it.
        house.take_in(spelt("Ostrava Sonics,EchoLine E9 Plus")).await;
        let open = house.of_e9().await;
        assert!(open.iter().all(|one| one.0 == name), "{open:?}");
    }
);

on_both!(
    what_was_decided_while_each_spelling_was_a_thing_of_its_own_is_found,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        house.take_in(inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let first = house.of_e9().await.remove(0);
        house.take_in(spelt("Ostrava,Echo Line E9")).await;
        // As a version kept it that knew it by these words.
        let seen = {
            let held = house.held().await;
            let entry = held.entry(&scope(&house.ada), &first.0, TODAY).unwrap();
            let key = Key {
                maker: "ostrava".into(),
                model: "echo line e9".into(),
                ..entry.action.unwrap().key.clone()
            };
            SeenAction {
                digest: *blake3::hash(key.line().as_bytes()).as_bytes(),
                maker: key.maker.to_string(),
                model: key.model.to_string(),
                ..entry.kept.unwrap().seen.clone()
            }
        };
        let name: String =
            seen.digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect();
        let mut write = house.app.store.write(house.ada.head, now()).await.unwrap();
        let id = write.see_actions(&[seen]).await.unwrap().remove(0);
        let decided = DecidedAction {
            decision: "planned".to_owned(),
            at: Some("2026-11-20T08:00:00.000Z".to_owned()),
            by: Some(house.ada.person),
            first_day: Some("2026-12-01".to_owned()),
            last_day: Some("2026-12-03".to_owned()),
            reason: "work order 4711".to_owned(),
            ..DecidedAction::default()
        };
        write.decide_action(id, &decided).await.unwrap();
        let (what, noun) = ("test", Noun::Action);
        write.commit(Act { by: 0, what, noun, id, facts: Vec::new() }).await.unwrap();
        let found = house.of_e9().await;
        let expected = (name.clone(), State::Planned, first.2);
        assert!(found.contains(&expected), "{found:?}");
        let is_first = |one: &(String, State, u64)| one.0 == first.0;
        assert!(!found.iter().any(is_first), "no device is in two: {found:?}");
        // Opened again, it is one with the others.
        reopen(&house.app, &house.ada, &name, "another release is out").await.unwrap();
        house.work().await;
        assert!(house.of_e9().await.iter().any(is_first));
        assert_eq!(house.seen(&name).await.1, first.0);
    }
);
