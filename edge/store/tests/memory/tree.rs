//! Organisations, and who sees which.

use store::{Scope, StoreError};

use crate::both::{Fresh, hospital};

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
