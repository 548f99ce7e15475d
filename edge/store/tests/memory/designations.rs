//! Designations: who sees them, that only whoever is named accepts, and that they end once.

use store::{Audience, NewDesignation, Noun, Office, Organisation, Scope};

use crate::both::{Fresh, act, at, hospital};

fn of(place: &Organisation) -> Scope {
    Scope::of(place.head, vec![place.path.clone()])
}

on_both!(
    a_designation_is_accepted_by_whoever_is_named_and_ends_once,
    async |fresh: Fresh| {
        let (top, north, south) = hospital(&fresh.store).await;
        let store = &fresh.store;
        let mut write = store.write(top.head, at(1)).await.unwrap();
        let new = NewDesignation {
            organisation: north.id,
            office: Office::SecurityOfficer,
            person: 7,
            first_day: "2026-01-01",
            last_day: None,
            audience: Audience::Owner,
            by: 8,
        };
        let id = write.designate(new).await.unwrap();
        write.commit(act(Noun::Designation, id)).await.unwrap();
        for (scope, person, seen) in [
            (of(&top), None, 1),
            (of(&north), None, 1),
            (of(&south), None, 0),
            (of(&south), Some(7), 1),
            (of(&south), Some(8), 0),
        ] {
            assert_eq!(store.designations(&scope, person).await.unwrap().len(), seen);
        }
        let mut write = store.write(top.head, at(2)).await.unwrap();
        assert!(write.accept_designation(id, 8).await.is_err());
        drop(write);
        let mut write = store.write(top.head, at(3)).await.unwrap();
        write.accept_designation(id, 7).await.unwrap();
        write.commit(act(Noun::Designation, id)).await.unwrap();
        let mut write = store.write(top.head, at(4)).await.unwrap();
        write.end_designation(id, "2026-06-30", 8).await.unwrap();
        assert!(write.end_designation(id, "2026-07-30", 8).await.is_err());
        write.commit(act(Noun::Designation, id)).await.unwrap();
        let one = store.designations(&of(&north), None).await.unwrap().remove(0);
        assert!(one.accepted.is_some() && one.ended.is_some());
        assert!(one.holds_on("2026-06-30") && !one.holds_on("2026-07-01"));
        assert!(!one.holds_on("2025-12-31"));
    }
);
