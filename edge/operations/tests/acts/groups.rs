//! Roles that groups of an identity provider give: what it says at each sign-in, on two nodes of
//! one database.

use std::ops::Deref;

use oidc::Groups;
use operations::groups::{GroupRole, Sessions, retire, settle, without_place};
use operations::organisation::make_below;
use operations::people::{self, Invitation, PeopleError, give_role, invite, take_role};
use operations::token::{TokenError, Wish, make};
use operations::{Actor, App, Permission, identity};
use store::{Fact, Kind, Leaf, NewOrganisation, NewSession, Role, Scope, Store, Voucher};

use crate::databases::{Fresh, on_both};
use crate::house::House;

/// Two nodes of a hospital with two sites, an administrator, and somebody who looks.
struct Nodes {
    house: House,
    other: App,
    eve: i64,
    north: i64,
}

impl Deref for Nodes {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

const TABLE: [&str; 5] = [
    "bio = biomed @ North",
    "bio = viewer @ South",
    "heads = administrator @ Invented Hospital",
    "lost = security @ East",
    "CN=Desk,OU=IT = auditor @ North",
];

fn table(lines: &[&str]) -> Vec<GroupRole> {
    lines.iter().map(|line| line.parse().unwrap()).collect()
}

fn named(names: &[&str]) -> Groups {
    Groups::Named(names.iter().map(|name| (*name).to_owned()).collect())
}

impl Nodes {
    async fn on(fresh: Fresh) -> Self {
        let node = |store: Store, data: &std::path::Path| {
            App::new(store, data, jiff::Timestamp::now).granting(table(&TABLE))
        };
        let house = House::made(fresh, node).await;
        let store = Store::open(&house.fresh.url, &house.fresh.root).await.unwrap();
        let other = node(store, house.folder.path());
        let (app, ada) = (&house.app, &house.ada);
        let site = async |name| {
            let new = NewOrganisation { kind: Kind::Site, name };
            make_below(app, ada, ada.head, new).await.unwrap().id
        };
        let north = site("North").await;
        site("South").await;
        let new = Invitation {
            name: "Eve",
            address: "eve@hospital.example",
            zone: "UTC",
            role: Role::Viewer,
            organisation: north,
        };
        invite(app, ada, new).await.unwrap();
        let people = app.store.people(&Scope::whole(ada.head)).await.unwrap();
        let eve = people.iter().find(|one| one.name == "Eve").unwrap().id;
        Self { house, other, eve, north }
    }

    async fn said(&self, groups: &Groups) {
        settle(&self.app, self.ada.head, self.eve, groups, Sessions::End).await.unwrap();
    }

    /// What Eve has, as another node reads it: role, place, group.
    async fn has(&self) -> Vec<String> {
        let store = &self.other.store;
        let places = store.organisations(&Scope::whole(self.ada.head)).await.unwrap();
        let bindings = store.bindings(self.ada.head, self.eve).await.unwrap();
        let mut has: Vec<String> = bindings
            .iter()
            .map(|one| {
                let place = places.iter().find(|place| place.id == one.organisation);
                let (role, place) = (one.role.word(), &place.unwrap().name);
                format!("{role} {place} {}", one.given.group()).trim().to_owned()
            })
            .collect();
        has.sort();
        has
    }

    async fn session(&self, voucher: Voucher) -> NewSession {
        let mut write =
            self.app.store.write(self.ada.head, (self.app.now)()).await.unwrap();
        let new = write.begin_session_by(self.eve, voucher).await.unwrap();
        let act = store::Act {
            by: self.eve,
            what: "sign in",
            noun: store::Noun::Person,
            id: self.eve,
            facts: Vec::new(),
        };
        write.commit(act).await.unwrap();
        new
    }

    /// Whoever comes with a session to the other node; nobody where it is over.
    async fn comes(&self, session: &NewSession) -> Option<Actor> {
        let found = self.other.store.session(&session.secret, (self.other.now)()).await;
        Some(Actor::of_session(&self.other, found.unwrap()?).await.unwrap())
    }

    async fn leaves(&self) -> Vec<Leaf> {
        let whole = Scope::whole(self.ada.head);
        let mut leaves = self.app.store.leaves(&whole, i64::MAX, 100).await.unwrap();
        leaves.reverse();
        leaves
    }
}

fn fact(leaf: &Leaf, name: &str) -> String {
    match leaf.facts.get(name) {
        Some(Fact::Word(word)) => word.to_string(),
        other => panic!("{name}: {other:?}"),
    }
}

on_both!(
    roles_of_groups_are_those_that_the_provider_says_at_the_newest_sign_in,
    async |fresh: Fresh| {
        let house = Nodes::on(fresh).await;
        let by_hand = "viewer North";
        for (said, has) in [
            (named(&["bio"]), vec!["biomed North bio", by_hand, "viewer South bio"]),
            (named(&["bio"]), vec!["biomed North bio", by_hand, "viewer South bio"]),
            (
                named(&["heads", "CN=Desk,OU=IT", "unknown"]),
                vec![
                    "administrator Invented Hospital heads",
                    "auditor North CN=Desk,OU=IT",
                    by_hand,
                ],
            ),
            (named(&["Bio", "bio ", "", "CN=Desk"]), vec![by_hand]),
            (
                named(&["bio", "lost"]),
                vec!["biomed North bio", by_hand, "viewer South bio"],
            ),
            (Groups::Absent, vec![by_hand]),
            (named(&["bio"]), vec!["biomed North bio", by_hand, "viewer South bio"]),
            (Groups::Unreadable, vec![by_hand]),
            (Groups::Unreadable, vec![by_hand]),
            (named(&["bio"]), vec!["biomed North bio", by_hand, "viewer South bio"]),
            (Groups::NotAsked, vec![by_hand]),
            (named(&[]), vec![by_hand]),
        ] {
            house.said(&said).await;
            assert_eq!(house.has().await, has, "{said:?}");
        }
    }
);

on_both!(each_role_that_comes_or_goes_by_a_group_is_an_act, async |fresh: Fresh| {
    let house = Nodes::on(fresh).await;
    let before = house.leaves().await.len();
    house.said(&named(&["bio"])).await;
    house.said(&named(&["bio"])).await;
    house.said(&Groups::Unreadable).await;
    let leaves = house.leaves().await;
    let told: Vec<_> = leaves[before..]
        .iter()
        .map(|leaf| {
            assert_eq!((leaf.by, leaf.noun.as_str(), leaf.id), (0, "person", house.eve));
            let facts = ["role", "group", "because"].map(|name| fact(leaf, name));
            format!("{}: {}", leaf.act, facts.join(", "))
        })
        .collect();
    let mut told = told;
    told[..2].sort();
    told[2..].sort();
    assert_eq!(
        told,
        [
            "give role: biomed, bio, said by the provider",
            "give role: viewer, bio, said by the provider",
            "take role: biomed, bio, the claim cannot be read",
            "take role: viewer, bio, the claim cannot be read",
        ]
    );
    assert!(house.app.store.verify_log(house.ada.head).await.unwrap().is_ok());
});

on_both!(
    a_role_given_by_hand_stays_when_the_group_that_gives_it_too_is_gone,
    async |fresh: Fresh| {
        let house = Nodes::on(fresh).await;
        let (app, ada) = (&house.app, &house.ada);
        house.said(&named(&["bio"])).await;
        give_role(app, ada, house.eve, Role::Biomed, house.north).await.unwrap();
        let both =
            ["biomed North", "biomed North bio", "viewer North", "viewer South bio"];
        assert_eq!(house.has().await, both);
        house.said(&Groups::Absent).await;
        assert_eq!(house.has().await, ["biomed North", "viewer North"]);

        // And the other way round: what a group gives is not taken by hand.
        house.said(&named(&["bio"])).await;
        take_role(app, ada, house.eve, Role::Biomed, house.north).await.unwrap();
        let rest = ["biomed North bio", "viewer North", "viewer South bio"];
        assert_eq!(house.has().await, rest);
        let again = take_role(app, ada, house.eve, Role::Biomed, house.north).await;
        assert!(matches!(again, Err(PeopleError::OfGroup(group)) if group == "bio"));
        assert_eq!(house.has().await, rest);
    }
);

on_both!(
    what_a_group_gave_holds_where_the_provider_vouches_and_ends_on_both_nodes,
    async |fresh: Fresh| {
        let house = Nodes::on(fresh).await;
        let manages = |actor: &Actor| actor.may(Permission::ManagePeople);
        house.said(&named(&["heads"])).await;
        let by_provider = house.session(Voucher::Provider).await;
        let by_password = house.session(Voucher::House).await;
        assert!(manages(&house.comes(&by_provider).await.unwrap()));
        let eve = house.comes(&by_password).await.unwrap();
        assert!(!manages(&eve), "a password is not the provider's word");
        assert!(eve.may(Permission::ViewDevices), "what was given by hand holds");

        // Shown anew at the provider, without the group: the session goes on, the role does not.
        let (head, eve) = (house.ada.head, house.eve);
        settle(&house.app, head, eve, &named(&[]), Sessions::GoOn).await.unwrap();
        assert!(!manages(&house.comes(&by_provider).await.unwrap()));

        house.said(&named(&["heads"])).await;
        assert!(manages(&house.comes(&by_provider).await.unwrap()));
        house.said(&Groups::Absent).await;
        assert!(house.comes(&by_provider).await.is_none(), "a new one begins instead");
        assert!(house.comes(&by_password).await.is_none());
    }
);

fn wish<'a>(house: &Nodes, permissions: &'a [Permission]) -> Wish<'a> {
    Wish { name: "a script", permissions, organisation: house.ada.head, days: 1 }
}

on_both!(no_token_lends_what_a_group_gave, async |fresh: Fresh| {
    let house = Nodes::on(fresh).await;
    house.said(&named(&["heads"])).await;
    let eve = house.comes(&house.session(Voucher::Provider).await).await.unwrap();
    for permission in [Permission::ExportDevices, Permission::Administer] {
        let refused = make(&house.app, &eve, wish(&house, &[permission])).await;
        assert!(matches!(refused, Err(TokenError::Beyond(_))), "{refused:?}");
    }
    // One that was made before lends no more than before.
    let (_, text) =
        make(&house.app, &eve, wish(&house, &[Permission::ViewDevices])).await.unwrap();
    let token =
        house.other.store.token(&text, (house.other.now)()).await.unwrap().unwrap();
    let program = Actor::of_token(&house.other, token).await.unwrap();
    assert_eq!(program.scope(Permission::ViewDevices).roots().len(), 1);
    assert_eq!(program.bindings().len(), 1, "the role that was given by hand");
});

on_both!(an_administrator_by_a_group_is_not_the_last_one, async |fresh: Fresh| {
    let house = Nodes::on(fresh).await;
    let (app, ada) = (&house.app, &house.ada);
    house.said(&named(&["heads"])).await;
    let eve = house.comes(&house.session(Voucher::Provider).await).await.unwrap();
    let last = take_role(app, &eve, ada.person, Role::Administrator, ada.head).await;
    assert!(matches!(last, Err(PeopleError::LastAdministrator)), "{last:?}");
    let last = people::erase(app, &eve, ada.person).await;
    assert!(matches!(last, Err(PeopleError::LastAdministrator)), "{last:?}");
    // Even with a password of hers: it opens nothing that the group gave.
    let link = people::offer_new_password(app, ada, house.eve).await.unwrap();
    people::set_password(app, &link, "a long sentence will do").await.unwrap();
    let last = take_role(app, ada, ada.person, Role::Administrator, ada.head).await;
    assert!(matches!(last, Err(PeopleError::LastAdministrator)), "{last:?}");
    give_role(app, ada, house.eve, Role::Administrator, ada.head).await.unwrap();
    take_role(app, ada, ada.person, Role::Administrator, ada.head).await.unwrap();
});

on_both!(
    whoever_runs_one_site_does_not_take_over_an_account_with_more_by_a_group,
    async |fresh: Fresh| {
        let house = Nodes::on(fresh).await;
        let (app, ada) = (&house.app, &house.ada);
        let new = Invitation {
            name: "Bob",
            address: "bob@hospital.example",
            zone: "UTC",
            role: Role::Administrator,
            organisation: house.north,
        };
        let link = invite(app, ada, new).await.unwrap();
        let new =
            people::set_password(app, &link, "a long sentence will do").await.unwrap();
        let bob = house.comes(&new).await.unwrap();
        people::offer_new_password(app, &bob, house.eve).await.unwrap();
        house.said(&named(&["heads"])).await;
        let beyond = people::offer_new_password(app, &bob, house.eve).await;
        assert!(matches!(beyond, Err(PeopleError::Beyond)), "{beyond:?}");
    }
);

on_both!(
    a_line_of_the_settings_that_names_no_place_or_several_gives_nothing,
    async |fresh: Fresh| {
        let house = Nodes::on(fresh).await;
        let (head, north) = (house.ada.head, house.north);
        for above in [head, north] {
            let new = NewOrganisation { kind: Kind::Site, name: "Twin" };
            make_below(&house.app, &house.ada, above, new).await.unwrap();
        }
        let numbered = [
            "g = viewer @ Twin".to_owned(),
            "g = viewer @ north".to_owned(),
            "g = viewer @ 9999".to_owned(),
            format!("g = viewer @ {}/{north}", head + 1),
            format!("g = biomed @ {north}"),
            format!("g = security @ {head}/{north}"),
        ];
        let lines: Vec<&str> = numbered.iter().map(String::as_str).collect();
        let app = house.app.clone().granting(table(&lines));
        settle(&app, head, house.eve, &named(&["g"]), Sessions::End).await.unwrap();
        assert_eq!(
            house.has().await,
            ["biomed North g", "security North g", "viewer North"]
        );
        let without: Vec<&str> = without_place(&app)
            .await
            .unwrap()
            .iter()
            .map(|row| row.organisation.as_str())
            .collect();
        assert_eq!(without, ["Twin", "north", "9999", &format!("{}/{north}", head + 1)]);
    }
);

on_both!(
    what_the_settings_give_no_more_is_gone_without_a_sign_in,
    async |fresh: Fresh| {
        let house = Nodes::on(fresh).await;
        house.said(&named(&["bio", "heads"])).await;
        let session = house.session(Voucher::Provider).await;
        retire(&house.app).await.unwrap();
        assert!(house.comes(&session).await.is_some(), "nothing was changed");
        let before = house.leaves().await.len();
        let fewer = house.app.clone().granting(table(&TABLE[..2]));
        retire(&fewer).await.unwrap();
        let rest = ["biomed North bio", "viewer North", "viewer South bio"];
        assert_eq!(house.has().await, rest);
        assert!(house.comes(&session).await.is_none());
        let leaves = house.leaves().await;
        let [leaf] = &leaves[before..] else { panic!("one act") };
        assert_eq!(fact(leaf, "because"), "not in the settings");
        retire(&house.app.clone().granting(Vec::new())).await.unwrap();
        assert_eq!(house.has().await, ["viewer North"]);
    }
);

on_both!(
    whoever_is_parted_from_the_provider_keeps_nothing_of_groups,
    async |fresh: Fresh| {
        let house = Nodes::on(fresh).await;
        house.said(&named(&["bio"])).await;
        let session = house.session(Voucher::Provider).await;
        identity::part(&house.app, &house.ada, house.eve).await.unwrap();
        assert_eq!(house.has().await, ["viewer North"]);
        assert!(house.comes(&session).await.is_none());
        house.said(&named(&["bio"])).await;
        people::erase(&house.app, &house.ada, house.eve).await.unwrap();
        assert_eq!(house.has().await, Vec::<String>::new());
    }
);
