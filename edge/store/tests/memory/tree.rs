//! Organisations, and who sees which.

use std::collections::BTreeSet;

use sqlx::{AnyConnection, Connection as _, Row as _};
use store::{
    BELONGINGS, NewPerson, Noun, Organisation, Role, SETTINGS, Scope, StoreError,
};

use crate::both::{Fresh, act, at, hospital};

on_both!(a_scope_shows_its_subtree_and_nothing_beside, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let all = fresh.store.organisations(&Scope::whole(top.head)).await.unwrap();
    assert_eq!(all, [top.clone(), north.clone(), south.clone()]);

    let scope = Scope::of(top.head, vec![north.path.clone()]);
    assert_eq!(fresh.store.organisations(&scope).await.unwrap(), [north]);
    let hidden = fresh.store.organisation(&scope, south.id).await;
    assert!(matches!(hidden, Err(StoreError::Absent { .. })));
});

on_both!(two_top_organisations_know_nothing_of_each_other, async |fresh: Fresh| {
    let (one, ..) = hospital(&fresh.store).await;
    let (other, ..) = hospital(&fresh.store).await;
    assert_ne!(one.head, other.head);
    for organisation in fresh.store.organisations(&Scope::whole(one.head)).await.unwrap()
    {
        assert_eq!(organisation.head, one.head);
    }
    // Their rows may have the same numbers: the head tells them apart.
    let scope = Scope::of(other.head, vec![one.path]);
    assert!(fresh.store.organisations(&scope).await.unwrap().is_empty());
});

on_both!(a_text_with_a_nul_is_kept_alike_on_both_databases, async |fresh: Fresh| {
    let (top, north, _) = hospital(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    write.rename_organisation(north.id, "N\0rth").await.unwrap();
    write.commit(act(Noun::Organisation, north.id)).await.unwrap();
    let whole = Scope::whole(top.head);
    let kept = fresh.store.organisation(&whole, north.id).await.unwrap();
    assert_eq!(kept.name, "N\u{FFFD}rth");
});

/// The tables that hold an organisation's number.
async fn tables_of_organisations(url: &str) -> Vec<String> {
    let mut connection = AnyConnection::connect(url).await.unwrap();
    let sql = match url.starts_with("sqlite") {
        true => {
            "SELECT m.name AS name
               FROM sqlite_master m JOIN pragma_table_info(m.name) c
              WHERE m.type = 'table' AND c.name = 'organisation' ORDER BY m.name"
        }
        false => {
            "SELECT CAST(table_name AS TEXT) AS name
               FROM information_schema.columns
              WHERE table_schema = current_schema() AND column_name = 'organisation'
              ORDER BY table_name"
        }
    };
    let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(0)).collect()
}

on_both!(
    what_belongs_to_an_organisation_is_known_of_every_table,
    async |fresh: Fresh| {
        let known = BELONGINGS.iter().map(|(_, table, ..)| *table).chain(SETTINGS);
        let known: BTreeSet<&str> =
            known.filter(|table| *table != "organisation").collect();
        let there = tables_of_organisations(&fresh.url).await;
        let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
        assert!(there.len() > 15, "{there:?}");
        assert_eq!(known, there);
    }
);

on_both!(one_that_owns_nothing_goes_with_its_settings, async |fresh: Fresh| {
    let (top, north, south) = hospital(&fresh.store).await;
    let owned = |of: Organisation| {
        let store = fresh.store.clone();
        async move {
            let owned = store.belongings(&of).await.unwrap();
            owned.iter().map(|one| (one.one, one.count)).collect::<Vec<_>>()
        }
    };
    assert_eq!(owned(top.clone()).await, [("organisation below it", 2)]);
    assert_eq!(owned(north.clone()).await, []);
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    write.ask_for_second_factor(north.id).await.unwrap();
    let new = NewPerson { name: "Ada", address: "ada@x.example", zone: "UTC" };
    let ada = write.make_person(new).await.unwrap();
    write.bind(ada, Role::Viewer, &south).await.unwrap();
    write.rename_organisation(south.id, " South Wing ").await.unwrap();
    write.commit(act(Noun::Organisation, south.id)).await.unwrap();
    assert_eq!(owned(north.clone()).await, [], "a setting is no belonging");
    assert_eq!(owned(south.clone()).await, [("role of somebody", 1)]);
    let mut write = fresh.store.write(top.head, at(2)).await.unwrap();
    write.remove_organisation(north.id).await.unwrap();
    write.commit(act(Noun::Organisation, north.id)).await.unwrap();
    let left = fresh.store.organisations(&Scope::whole(top.head)).await.unwrap();
    let names: Vec<&str> = left.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Top", "South Wing"]);
    assert!(fresh.store.second_factor_rules(top.head).await.unwrap().is_empty());
});
