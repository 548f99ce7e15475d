//! Accounts of the house as evidence: judged where they belong, counted below, told anew at once,
//! and never enough by themselves for a control about all systems.

use ::posture::Verdict;
use operations::Permission;
use operations::people::{Invitation, erase, invite};
use operations::posture::{ACCESS, judged};
use store::{Act, NewToken, Noun, Role};

use super::House;
use crate::databases::{Fresh, on_both};

fn act(person: i64) -> Act {
    Act { by: person, what: "test", noun: Noun::Person, id: person, facts: Vec::new() }
}

fn long_ago() -> jiff::Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

impl House {
    /// Gives somebody a second factor.
    async fn guards(&self, person: i64) {
        let mut write =
            self.app.store.write(self.ada.head, (self.app.now)()).await.unwrap();
        write.set_totp(person, Some(b"12345678901234567890")).await.unwrap();
        write.commit(act(person)).await.unwrap();
    }

    /// What stands of accounts of the house among the grounds of a control, and of which age.
    async fn own(&self, place: i64, control: &str) -> Vec<(String, Option<i32>)> {
        let judged = judged(&self.app, &self.ada, Some(place)).await.unwrap();
        let found = judged.assessed.iter().find(|one| one.control.id() == control);
        let own = found.unwrap().ruling.grounds.iter();
        let own = own.filter(|ground| ground.document.starts_with(ACCESS));
        own.map(|ground| (ground.text.clone(), ground.age_days(judged.day))).collect()
    }
}

on_both!(
    accounts_that_may_do_much_are_told_by_their_second_factors,
    async |fresh: Fresh| {
        let house = House::on_that_day(fresh).await;
        let top = house.ada.head;
        let (north, south) = (house.another("North").await, house.another("South").await);
        let (verdict, why) = house.stands(top, "A-13").await;
        assert_eq!(verdict, Verdict::NotMet, "one administrator with a password: {why}");
        assert!(why.contains("0 of 1 privileged account"), "{why}");
        // Below, Ada's account is counted and not judged.
        assert_eq!(house.stands(north, "A-13").await.0, Verdict::CannotTell);

        house.guards(house.ada.person).await;
        let (verdict, why) = house.stands(top, "A-13").await;
        assert_eq!(verdict, Verdict::PartlyMet, "one system is not all of them: {why}");
        let told = house.own(top, "A-13").await;
        assert_eq!(told, [("1 privileged account".to_owned(), Some(0))]);

        // South's administrator is South's, and the group's, and not North's.
        let bob = house.guarded(Role::Administrator, south).await;
        assert_eq!(house.stands(south, "A-13").await.0, Verdict::NotMet);
        assert_eq!(house.stands(north, "A-13").await.0, Verdict::CannotTell);
        assert!(house.stands(top, "A-13").await.1.contains("1 of 2 privileged accounts"));
        let of_south = house.own(south, "A-13").await;
        let texts: Vec<&str> = of_south.iter().map(|(text, _)| text.as_str()).collect();
        let above = "1 account of organisations above reaches here";
        assert_eq!(texts, ["1 privileged account", above]);
        house.guards(bob.person).await;
        assert_eq!(house.stands(south, "A-13").await.0, Verdict::PartlyMet);
        assert!(house.stands(top, "A-13").await.1.contains("2 of 2 privileged accounts"));

        // With the devices checked and an export of accounts, both in order, it is met; an
        // account here without a second factor is enough to say that it is not.
        let register = "evidence = 1\n[[credentials]]\nproduct = \"Pump\"\npassed = true\n\
                        on = 2026-11-01\nproof = \"p.pdf\"\n";
        house.takes(south, "p.pdf", "what was checked").await;
        house.takes(south, "checks.toml", register).await;
        assert_eq!(house.stands(south, "A-13").await.0, Verdict::PartlyMet);
        let accounts = "Username,Enabled,Privileged,MFA,Last Sign In\n\
                        a,yes,yes,yes,2026-11-20\nb,yes,no,no,2026-11-20\n";
        house.takes(south, "accounts.csv", accounts).await;
        let (verdict, why) = house.stands(south, "A-13").await;
        assert_eq!(verdict, Verdict::Met, "{why}");
        let eve = house.guarded(Role::Security, south).await;
        let (verdict, why) = house.stands(south, "A-13").await;
        assert_eq!(verdict, Verdict::PartlyMet, "what is in order elsewhere: {why}");
        assert!(why.contains("1 of 2 privileged accounts"), "{why}");
        house.guards(eve.person).await;
        assert_eq!(house.stands(south, "A-13").await.0, Verdict::Met);
    }
);

on_both!(accounts_and_tokens_that_nobody_uses_are_told, async |fresh: Fresh| {
    let house = House::on_that_day(fresh).await;
    let (app, ada, top) = (&house.app, &house.ada, house.ada.head);
    let south = house.another("South").await;
    let bob = house.guarded(Role::Biomed, south).await;
    let (verdict, why) = house.stands(south, "A-09").await;
    assert_eq!(verdict, Verdict::PartlyMet, "one system is not all of them: {why}");
    assert!(why.contains("0 of 1 account in use and 0 of 0 tokens"), "{why}");

    let cases = include_str!("../../../../../core/posture/tests/cases/a.txt");
    let met = cases.split("## A-09\n> met\n").nth(1).unwrap();
    let (review, accounts) = met.split_once("\n@ accounts.csv\n").unwrap();
    let accounts = accounts.split("\n> ").next().unwrap();
    house.takes(south, "p.pdf", "what was reviewed").await;
    house.takes(south, "review.toml", &format!("evidence = 1\n{review}\n")).await;
    house.takes(south, "accounts.csv", accounts).await;
    let (verdict, why) = house.stands(south, "A-09").await;
    assert_eq!(verdict, Verdict::Met, "{why}");

    // An invitation that nobody took for months, and a token that no program uses.
    let mut write = app.store.write(top, long_ago()).await.unwrap();
    let new = store::NewPerson { name: "Eve", address: "eve@x.example", zone: "UTC" };
    let eve = write.make_person(new).await.unwrap();
    let place = app.store.organisation(&store::Scope::whole(top), south).await.unwrap();
    write.bind(eve, Role::Viewer, &place).await.unwrap();
    write.commit(act(eve)).await.unwrap();
    let (verdict, why) = house.stands(south, "A-09").await;
    assert_eq!(verdict, Verdict::PartlyMet, "{why}");
    assert!(why.contains("1 of 2 accounts in use"), "{why}");
    erase(app, ada, eve).await.unwrap();
    assert_eq!(house.stands(south, "A-09").await.0, Verdict::Met);
    let mut write = app.store.write(top, long_ago()).await.unwrap();
    let lent = NewToken {
        person: bob.person,
        name: "ward screen",
        permissions: &[Permission::ViewDevices.word()],
        organisation: south,
        life: jiff::SignedDuration::from_hours(24 * 360),
    };
    let (token, _) = write.make_token(lent).await.unwrap();
    write.commit(act(bob.person)).await.unwrap();
    let (verdict, why) = house.stands(south, "A-09").await;
    assert_eq!(verdict, Verdict::PartlyMet, "{why}");
    assert!(why.contains("1 of 1 token lie unused"), "{why}");
    let mut write = app.store.write(top, (app.now)()).await.unwrap();
    write.revoke_token(bob.person, token).await.unwrap();
    write.commit(act(bob.person)).await.unwrap();
    assert_eq!(house.stands(south, "A-09").await.0, Verdict::Met);
});

on_both!(
    who_left_and_can_still_get_in_is_told_and_nobody_is_named,
    async |fresh: Fresh| {
        let house = House::on_that_day(fresh).await;
        let (app, ada, top) = (&house.app, &house.ada, house.ada.head);
        let south = house.another("South").await;
        house.guarded(Role::Biomed, south).await;
        assert_eq!(house.stands(south, "A-15").await.0, Verdict::CannotTell);
        let address = format!("biomed-{south}@x.example");
        let roster = |until: &str| {
            format!(
                "Employee ID,Role,Email,Start Date,End Date\n\
                 1,Technician,{address},2020-01-01,{until}\n\
                 2,Nurse,x@x.example,2026-11-01,\n"
            )
        };
        let id = house.takes(south, "roster.csv", &roster("")).await;
        let (verdict, why) = house.stands(south, "A-15").await;
        assert_eq!(verdict, Verdict::PartlyMet, "one system is not all of them: {why}");
        operations::evidence::withdraw(app, ada, id, "newer").await.unwrap();
        house.takes(south, "newer.csv", &roster("2026-10-01")).await;
        let (verdict, why) = house.stands(south, "A-15").await;
        assert_eq!(verdict, Verdict::NotMet, "{why}");
        let told = format!("{:?}", judged(app, ada, Some(south)).await.unwrap().assessed);
        for name in [address.as_str(), "ada@hospital", "Ada", "biomed"] {
            assert!(!told.contains(name), "{name} in {told}");
        }

        // An invitation is an account too, until it is taken back.
        let invitation = Invitation {
            name: "Eve",
            address: "x@x.example",
            zone: "UTC",
            role: Role::Viewer,
            organisation: south,
        };
        invite(app, ada, invitation).await.unwrap();
        assert!(house.stands(south, "A-15").await.1.contains("of 2 accounts"));
        let people = app.store.people(&store::Scope::whole(top)).await.unwrap();
        let bob = people.iter().find(|person| person.address == address).unwrap().id;
        erase(app, ada, bob).await.unwrap();
        let (verdict, why) = house.stands(south, "A-15").await;
        assert_eq!(verdict, Verdict::PartlyMet, "{why}");
    }
);
