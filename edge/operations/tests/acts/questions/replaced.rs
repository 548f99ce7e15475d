//! Another device under the tag of one about which something was answered, and an inventory that
//! once showed what was answered with *no*.

use operations::build::doubt;
use operations::fleet::{About, Set};
use operations::inventory::{Wanted, take_back as take_import_back};
use operations::replacement::{ReplacementError, Said as Claim, Which as Tag, replace};

use super::*;

const WITH_SERIALS: &str =
    "Asset Tag,Serial Number,UDI,Manufacturer,Model,Description,SW Version\n";

/// Pumps by tag, serial number, UDI, description and release.
fn pumps(rows: &[[&str; 5]]) -> String {
    let row = |[tag, serial, udi, description, version]: &[&str; 5]| {
        format!("{tag},{serial},{udi},Invented,IM-400,\"{description}\",{version}\n")
    };
    format!("{WITH_SERIALS}{}", rows.iter().map(row).collect::<String>())
}

const ONE: [&str; 5] = ["IH-1", "SN-1", "(01)00844588003288(21)1", "PUMP", "2.1"];
const TWO: [&str; 5] = ["IH-2", "SN-2", "", "PUMP", "2.1"];

impl House {
    async fn told_pumps(&self, rows: &[[&str; 5]]) {
        self.take_in_at(self.ada.head, "AIMS", pumps(rows)).await;
    }

    /// Both pumps were looked at, and have no wireless option.
    async fn with_both_spared(fresh: Fresh, which: Which<'_>) -> Self {
        let house = Self::at(fresh, Timestamp::now).await;
        house.told_pumps(&[ONE, TWO]).await;
        house.publish(&[&PUMP]).await;
        let key = house.asked(&house.ada).await.key;
        let reply = Reply { which, ..all(house.ada.head, Said::No) };
        answer(&house.app, &house.ada, &key, reply).await.unwrap();
        house.is(&["IH-1", "IH-2"], &[]).await;
        house
    }

    /// Nobody can tell of a device and of it alone, and nothing is asked about it; also for a
    /// node that starts now.
    async fn is_doubted(&self, tag: &str) {
        assert_eq!(self.with(&self.ada, "verdict=cannot_tell").await, [tag]);
        assert!(
            !self.with(&self.ada, "verdict=not_affected").await.contains(&tag.into())
        );
        assert!(!self.with(&self.ada, "verdict=affected").await.contains(&tag.into()));
        assert!(!self.is_asked(&self.ada).await);
        let app = App::new(self.app.store.clone(), self.folder.path(), Timestamp::now);
        let held = holdings(&app, self.ada.head).await.unwrap();
        let filter = Filter::parse("verdict=cannot_tell").unwrap();
        assert_eq!(held.view(&scope(&self.ada), &filter).unwrap().total(), 1);
    }

    /// How many devices an advisory touches with a verdict.
    async fn touched(&self, verdict: Verdict) -> u64 {
        let held = holdings(&self.app, self.ada.head).await.unwrap();
        let set = Set::Touched(About::Advisory(PUMP.id.to_owned()), Some(verdict));
        let filter = Filter::default().among(&set.to_string());
        held.view(&scope(&self.ada), &filter).unwrap().total()
    }

    /// Which pumps an advisory spares, and of which nobody can tell; also for a node that starts
    /// now.
    async fn is(&self, spared: &[&str], open: &[&str]) {
        assert_eq!(self.with(&self.ada, "verdict=not_affected").await, spared);
        assert_eq!(self.with(&self.ada, "verdict=cannot_tell").await, open);
        assert_eq!(self.is_asked(&self.ada).await, !open.is_empty());
        let app = App::new(self.app.store.clone(), self.folder.path(), Timestamp::now);
        let held = holdings(&app, self.ada.head).await.unwrap();
        let filter = Filter::parse("verdict=cannot_tell").unwrap();
        let view = held.view(&scope(&self.ada), &filter).unwrap();
        assert_eq!(view.devices().len(), open.len() as u64);
    }
}

on_both!(
    another_serial_number_or_udi_is_another_device_of_which_nothing_was_answered,
    async |fresh: Fresh| {
        let today = Filter::default();
        let house = House::with_both_spared(fresh, Which::Today(&today)).await;
        // What is written otherwise, or not at all for a while, is the same device.
        let [tag, _, udi, description, version] = ONE;
        house.told_pumps(&[[tag, "sn 1", udi, description, version], TWO]).await;
        house.is(&["IH-1", "IH-2"], &[]).await;
        house.told_pumps(&[[tag, "", "", description, version], TWO]).await;
        house.told_pumps(&[ONE, TWO]).await;
        house.is(&["IH-1", "IH-2"], &[]).await;

        // Another UDI, and, after the cell was empty for a while, another serial number.
        house
            .told_pumps(&[
                [tag, "SN-1", "(01)00844588003288(21)9", description, version],
                TWO,
            ])
            .await;
        house.is(&["IH-2"], &["IH-1"]).await;
        let [two, ..] = TWO;
        house.told_pumps(&[ONE, [two, "", "", "PUMP", "2.1"]]).await;
        house.is(&["IH-2"], &["IH-1"]).await;
        house.told_pumps(&[ONE, [two, "SN-7", "", "PUMP", "2.1"]]).await;
        house.is(&[], &["IH-1", "IH-2"]).await;

        // Its number coming back brings nothing back; answering again does.
        house.told_pumps(&[ONE, TWO]).await;
        house.is(&[], &["IH-1", "IH-2"]).await;
        let key = house.asked(&house.ada).await.key;
        house.answer(&house.ada, &key, Said::No).await;
        house.is(&["IH-1", "IH-2"], &[]).await;
        // Said of all, it is a look at those that were there likewise.
        house.told_pumps(&[ONE, [two, "SN-8", "", "PUMP", "2.1"]]).await;
        house.is(&["IH-1"], &["IH-2"]).await;
        // The device's history says what happened.
        let device = house.device(&house.ada, "IH-2").await;
        let turns =
            house.app.store.device_turns(&house.scope(), device.id).await.unwrap();
        let last = turns.last().unwrap();
        let told = [&last.what, &last.before, &last.after].map(String::as_str);
        assert_eq!(told, ["serial", "SN-2", "SN-8"]);
    }
);

on_both!(
    an_inventory_that_once_showed_what_was_denied_ends_the_answer_for_good,
    async |fresh: Fresh| {
        let house = House::with_both_spared(fresh, Which::All).await;
        // Other words that do not show it, and another release, change nothing.
        let [tag, serial, udi, ..] = ONE;
        house.told_pumps(&[[tag, serial, udi, "INFUSION PUMP", "2.1"], TWO]).await;
        house.told_pumps(&[[tag, serial, udi, "PUMP", "2.4"], TWO]).await;
        house.is(&["IH-1", "IH-2"], &[]).await;

        let shown = [tag, serial, udi, "PUMP, WITH THE WIRELESS OPTION", "2.4"];
        house.told_pumps(&[shown, TWO]).await;
        assert_eq!(house.with(&house.ada, "verdict=affected").await, ["IH-1"]);
        house.told_pumps(&[ONE, TWO]).await;
        house.is(&["IH-2"], &["IH-1"]).await;
        // An advisory that goes and comes back does not bring it back either.
        let other = Told { id: "INV-2026-77", product: "IM-900", ..PUMP };
        house.publish(&[&other]).await;
        house.publish(&[&PUMP]).await;
        house.is(&["IH-2"], &["IH-1"]).await;
        let key = house.asked(&house.ada).await.key;
        house.answer(&house.ada, &key, Said::No).await;
        house.is(&["IH-1", "IH-2"], &[]).await;
    }
);

on_both!(
    that_an_option_is_there_stays_answered_when_the_inventory_says_so_too,
    async |fresh: Fresh| {
        let house = House::at(fresh, Timestamp::now).await;
        house.told_pumps(&[ONE, TWO]).await;
        house.publish(&[&PUMP]).await;
        let key = house.asked(&house.ada).await.key;
        house.answer(&house.ada, &key, Said::Yes).await;
        let [tag, serial, udi, ..] = ONE;
        let shown = [tag, serial, udi, "PUMP, WITH THE WIRELESS OPTION", "2.1"];
        for rows in [[shown, TWO], [ONE, TWO]] {
            house.told_pumps(&rows).await;
            let affected = house.with(&house.ada, "verdict=affected").await;
            assert_eq!(affected, ["IH-1", "IH-2"]);
        }
    }
);

on_both!(an_import_that_is_taken_back_brings_no_answer_back, async |fresh: Fresh| {
    let house = House::with_both_spared(fresh, Which::All).await;
    let [tag, _, udi, description, version] = ONE;
    let wrong = pumps(&[[tag, "SN-9", udi, description, version], TWO]);
    let by = (&house.app, &house.ada);
    let import = crate::house::deliver(by, house.ada.head, "AIMS", wrong).await;
    house.work().await;
    house.is(&["IH-2"], &["IH-1"]).await;
    // Said of the one that stood there by mistake.
    let key = house.asked(&house.ada).await.key;
    house.answer(&house.ada, &key, Said::No).await;
    house.is(&["IH-1", "IH-2"], &[]).await;
    take_import_back(by.0, by.1, Wanted::Import(import)).await.unwrap();
    house.work().await;
    house.is(&["IH-2"], &["IH-1"]).await;
});

on_both!(
    whoever_sees_another_device_ends_what_was_answered_before_its_inventory_says_so,
    async |fresh: Fresh| {
        let house = House::with_both_spared(fresh, Which::All).await;
        let (app, ada) = (&house.app, &house.ada);
        let device = house.device(ada, "IH-1").await;
        let said = |serial, reason| Claim { serial, reason, which: Tag::Another };
        for (serial, reason, expected) in [
            ("SN-9", " ", "the reason is missing"),
            ("sn 1", "seen", "the device is known by that serial number already"),
        ] {
            let refused = replace(app, ada, device.id, said(serial, reason)).await;
            assert_eq!(refused.unwrap_err().to_string(), expected);
        }
        let north = house.site("North").await;
        let bob = house.somebody(Role::Biomed, north.id).await;
        let refused = replace(app, &bob, device.id, said("SN-9", "seen")).await;
        assert!(refused.is_err());
        house.is(&["IH-1", "IH-2"], &[]).await;

        let why = "Swapped by the firm that lends it";
        replace(app, ada, device.id, said("SN-9", why)).await.unwrap();
        house.is_doubted("IH-1").await;
        // An export that still tells of the one before tells nothing of this one.
        house.told_pumps(&[ONE, TWO]).await;
        house.is_doubted("IH-1").await;
        let again = replace(app, ada, device.id, said("SN-9", why)).await;
        assert!(matches!(again, Err(ReplacementError::Said(_))), "{again:?}");
        // Once the inventory tells of it, what is asked about it is asked.
        let [tag, _, udi, description, version] = ONE;
        house.told_pumps(&[[tag, "SN-9", udi, description, version], TWO]).await;
        house.is(&["IH-2"], &["IH-1"]).await;
        let key = house.asked(ada).await.key;
        house.answer(ada, &key, Said::No).await;
        house.is(&["IH-1", "IH-2"], &[]).await;
        // What was said already is not said twice, and a third device was not.
        house.told_pumps(&[[tag, "sn9", udi, description, version], TWO]).await;
        house.is(&["IH-1", "IH-2"], &[]).await;
        house.told_pumps(&[[tag, "SN-10", udi, description, version], TWO]).await;
        house.is(&["IH-2"], &["IH-1"]).await;

        // Where nobody could read its number, its inventory's is that of another one again.
        let key = house.asked(ada).await.key;
        house.answer(ada, &key, Said::No).await;
        replace(app, ada, device.id, said("", why)).await.unwrap();
        house.is_doubted("IH-1").await;
        house.told_pumps(&[[tag, "SN-11", udi, description, version], TWO]).await;
        house.is(&["IH-2"], &["IH-1"]).await;

        // Why lies sealed, and is told to whoever sees the device.
        let told = app.store.replacements_of(&house.scope(), device.id).await.unwrap();
        let told = told.iter().map(|one| (one.serial.as_str(), one.reason.as_str()));
        assert_eq!(told.collect::<Vec<_>>(), [("SN-9", why), ("", why)]);
        let scope = bob.scope(operations::Permission::ViewDevices);
        assert!(app.store.replacements_of(&scope, device.id).await.is_err());
    }
);

on_both!(
    of_a_device_that_may_be_another_one_nobody_can_tell_until_its_inventory_does,
    async |fresh: Fresh| {
        let house = House::at(fresh, Timestamp::now).await;
        let (app, ada) = (&house.app, &house.ada);
        let another = Claim { serial: "", reason: "seen", which: Tag::Another };
        let same = Claim { serial: "", reason: "looked again", which: Tag::Same };
        // Nothing is known of them; one is told by its tag alone.
        let bare = ["IH-3", "", "", "PUMP", "2.1"];
        house.told_pumps(&[ONE, TWO, bare]).await;
        let one = house.device(ada, "IH-1").await;
        let refused = replace(app, ada, one.id, same).await;
        assert!(matches!(refused, Err(ReplacementError::NotDoubted)), "{refused:?}");
        replace(app, ada, one.id, another).await.unwrap();
        house.is_doubted("IH-1").await;
        replace(app, ada, one.id, same).await.unwrap();
        assert!(house.with(ada, "verdict=cannot_tell").await.is_empty());
        let three = house.device(ada, "IH-3").await;
        replace(app, ada, three.id, another).await.unwrap();
        house.is_doubted("IH-3").await;
        // Nothing tells it from another one: the next export counts.
        house.told_pumps(&[ONE, TWO, bare]).await;
        assert!(house.with(ada, "verdict=cannot_tell").await.is_empty());

        house.publish(&[&PUMP]).await;
        let key = house.asked(ada).await.key;
        house.answer(ada, &key, Said::Yes).await;
        let affected = house.with(ada, "verdict=affected").await;
        assert_eq!(affected, ["IH-1", "IH-2", "IH-3"]);
        assert_eq!(house.touched(Verdict::Affected).await, 3);
        replace(app, ada, one.id, another).await.unwrap();
        house.is_doubted("IH-1").await;
        assert_eq!(house.touched(Verdict::Affected).await, 2);
        assert_eq!(house.touched(Verdict::CannotTell).await, 1);
        let situated = holdings(app, ada.head).await.unwrap().situated(&one);
        let build = one.configuration;
        let known = holdings(app, ada.head).await.unwrap().advisories.clone();
        let known = known.as_deref();
        let found = findings_of_device(app, ada, build, &situated, known).await;
        let mut found = found.unwrap();
        doubt(&mut found, &situated);
        let verdicts: Vec<Verdict> = found.iter().map(|one| one.verdict).collect();
        assert!(!verdicts.is_empty());
        assert!(verdicts.iter().all(|it| *it == Verdict::CannotTell), "{verdicts:?}");
    }
);
