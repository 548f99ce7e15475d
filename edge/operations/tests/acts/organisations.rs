//! The tree of organisations: no twins, kinds in their order, other names, and the end of what
//! owns nothing.

use operations::App;
use operations::fleet::holdings;
use operations::organisation::{OrganisationError, make_below, remove, rename};
use operations::people::{Invitation, invite};
use store::{Kind, NewOrganisation, Role, Scope};

use crate::databases::{Fresh, on_both};
use crate::house::{House, deliver};

async fn house(fresh: Fresh) -> House {
    House::made(fresh, |store, folder| App::new(store, folder, jiff::Timestamp::now))
        .await
}

impl House {
    /// Makes one below another; why it was not made.
    async fn makes(&self, above: i64, kind: Kind, name: &str) -> Result<i64, String> {
        let new = NewOrganisation { kind, name };
        let made = make_below(&self.app, &self.ada, above, new).await;
        made.map(|made| made.id).map_err(|refused| refused.to_string())
    }

    async fn names(&self) -> Vec<String> {
        let whole = Scope::whole(self.ada.head);
        let all = self.app.store.organisations(&whole).await.unwrap();
        all.into_iter().map(|one| one.name).collect()
    }
}

on_both!(twins_and_kinds_in_the_wrong_order_are_refused, async |fresh: Fresh| {
    let house = house(fresh).await;
    let top = house.ada.head;
    let north = house.makes(top, Kind::Site, "North Wing").await.unwrap();
    for (above, kind, name, expected) in [
        (top, Kind::Site, "North Wing", "there is `North Wing` below"),
        (top, Kind::Hospital, "  north   WING ", "there is `North Wing` below"),
        (top, Kind::System, "Vale", "a hospital system does not stand below a hospital"),
        (north, Kind::Hospital, "Ward", "a hospital does not stand below a site"),
        (north, Kind::System, "Ward", "a hospital system does not stand below a site"),
        (top, Kind::PurchasingGroup, "G", "a purchasing group does not stand below"),
        (top, Kind::Maker, "Acme", "a maker does not stand below a hospital"),
        (top, Kind::Site, " ", "the name of the organisation is missing"),
    ] {
        let refused = house.makes(above, kind, name).await.unwrap_err();
        assert!(refused.starts_with(expected), "{name}: {refused}");
    }
    let long = house.makes(top, Kind::Site, &"x".repeat(201)).await.unwrap_err();
    assert!(long.contains("at most 200"), "{long}");
    // Elsewhere another may be called so, and a step may be left out.
    house.makes(north, Kind::Site, "North Wing").await.unwrap();
    house.makes(top, Kind::Hospital, "Children's").await.unwrap();
    let names = ["Invented Hospital", "North Wing", "North Wing", "Children's"];
    assert_eq!(house.names().await, names);
});

on_both!(another_name_is_shown_on_both_nodes_at_once, async |fresh: Fresh| {
    let house = house(fresh).await;
    let app = &house.app;
    let other = App::new(app.store.clone(), &app.data, app.now);
    let north = house.makes(house.ada.head, Kind::Site, "North").await.unwrap();
    house.makes(house.ada.head, Kind::Site, "South").await.unwrap();
    let head = house.ada.head;
    for node in [app, &other] {
        assert_eq!(holdings(node, head).await.unwrap().organisation(north), "North");
    }
    for (name, expected) in
        [(" SOUTH", "there is `South` below"), ("", "the name of the organisation")]
    {
        let refused = rename(app, &house.ada, north, name).await.unwrap_err().to_string();
        assert!(refused.starts_with(expected), "{name}: {refused}");
    }
    assert!(rename(app, &house.ada, 9999, "X").await.is_err());
    rename(app, &house.ada, north, "NORTH").await.unwrap();
    rename(app, &house.ada, north, " North Wing ").await.unwrap();
    rename(app, &house.ada, head, "Renamed Hospital").await.unwrap();
    for node in [app, &other] {
        let held = holdings(node, head).await.unwrap();
        assert_eq!(held.organisation(north), "North Wing");
        assert_eq!(held.organisation(head), "Renamed Hospital");
    }
    let leaves = app.store.leaves(&Scope::whole(head), i64::MAX, 3).await.unwrap();
    assert!(leaves.iter().all(|leaf| leaf.act == "rename organisation"), "{leaves:?}");
});

on_both!(one_that_owns_nothing_is_removed_and_no_other, async |fresh: Fresh| {
    let house = house(fresh).await;
    let (app, ada, top) = (&house.app, &house.ada, house.ada.head);
    let north = house.makes(top, Kind::Site, "North").await.unwrap();
    let ward = house.makes(north, Kind::Site, "Ward").await.unwrap();
    let south = house.makes(top, Kind::Site, "South").await.unwrap();
    let why = async |id| remove(app, ada, id).await.unwrap_err().to_string();
    assert!(why(top).await.contains("is the house itself"));
    assert_eq!(why(north).await, "it still has 1 organisation below it");
    let invitation = Invitation {
        name: "Bob",
        address: "bob@x.example",
        zone: "UTC",
        role: Role::Viewer,
        organisation: south,
    };
    invite(app, ada, invitation).await.unwrap();
    assert_eq!(why(south).await, "it still has 1 role of somebody");
    deliver((app, ada), south, "assets.csv", "Asset,Manufacturer,Model\n1,Acme,Pump\n")
        .await;
    house.work().await;
    let owned = why(south).await;
    for expected in ["1 device", "1 role of somebody", "1 asset system", " and "] {
        assert!(owned.contains(expected), "{owned}");
    }
    let absent = remove(app, ada, 9999).await;
    assert!(matches!(absent, Err(OrganisationError::Store(_))), "{absent:?}");

    remove(app, ada, ward).await.unwrap();
    remove(app, ada, north).await.unwrap();
    assert_eq!(house.names().await, ["Invented Hospital", "South"]);
    assert!(remove(app, ada, north).await.is_err());
    // Its name and its number are free and not taken again.
    assert_ne!(house.makes(top, Kind::Site, "North").await.unwrap(), north);
    let leaves = app.store.leaves(&Scope::whole(top), i64::MAX, 3).await.unwrap();
    assert_eq!(leaves[1].act, "remove organisation");
});
