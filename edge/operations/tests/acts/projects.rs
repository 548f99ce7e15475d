//! What programs call a project: alike on both databases, whatever they send.

use operations::project::{Naming, NewProject, ProjectError, find, latest, make};
use operations::{App, Permission};
use store::Latest;

use crate::databases::{Fresh, on_both};
use crate::house::House;

fn new<'a>(name: &'a str, version: &'a str, maker: &'a str) -> NewProject<'a> {
    NewProject { name, version, maker, parent: None, tags: None, latest: Latest::Another }
}

on_both!(a_project_is_called_by_what_both_databases_can_keep, async |fresh: Fresh| {
    let now = || "2026-11-26T12:00:00Z".parse().unwrap();
    let house = House::made(fresh, |store, folder| App::new(store, folder, now)).await;
    let (app, ada) = (&house.app, &house.ada);
    let scope = ada.scope(Permission::DeliverDocuments);
    let long = "x".repeat(256);
    for (name, version, maker) in [
        ("Pu\0mp", "1", "Acme"),
        ("Pump", "1\0", "Acme"),
        ("Pump", "1", "Ac\0me"),
        (&*long, "1", "Acme"),
        ("Pump", "1", &*long),
        ("", "1", "Acme"),
    ] {
        // The second time finds no half of the first.
        for _ in 0..2 {
            let refused = make(app, ada, new(name, version, maker)).await;
            assert!(
                matches!(refused, Err(ProjectError::Unnamed(_))),
                "{name:?} {refused:?}"
            );
        }
        let named = Naming::Words { name, version };
        assert_eq!(find(app, &scope, named).await.unwrap(), None);
        assert_eq!(latest(app, &scope, name).await.unwrap(), None);
    }
    let longest = "é".repeat(255);
    for name in [&*longest, "Pump"] {
        let made = make(app, ada, new(name, "1", "Acme")).await.unwrap();
        let named = Naming::Words { name, version: "1" };
        assert_eq!(find(app, &scope, named).await.unwrap(), Some(made));
    }
});
