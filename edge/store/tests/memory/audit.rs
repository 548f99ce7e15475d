//! The audit log.

use std::collections::BTreeSet;

use store::{Noun, Tampering, stored};

use crate::both::{Fresh, act, at, hospital};

async fn twenty_acts(fresh: &Fresh) -> i64 {
    let (top, ..) = hospital(&fresh.store).await;
    for second in 1..20 {
        let write = fresh.store.write(top.head, at(second)).await.unwrap();
        write.commit(act(Noun::House, second)).await.unwrap();
    }
    top.head
}

on_both!(
    a_log_that_nobody_touched_is_whole_and_each_leaf_is_proved,
    async |fresh: Fresh| {
        let head = twenty_acts(&fresh).await;
        let log = fresh.store.verify_log(head).await.unwrap().unwrap();
        assert_eq!(log.size, 20);
        for number in 0..20 {
            let proof = fresh.store.inclusion(head, number).await.unwrap();
            assert_eq!(proof.log, log);
            assert!(proof.holds(), "leaf {number}");
        }
        assert!(fresh.store.inclusion(head, 20).await.is_err());
    }
);

on_both!(
    leaves_are_proved_in_the_log_of_before_and_found_by_what_they_are_about,
    async |fresh: Fresh| {
        let head = twenty_acts(&fresh).await;
        let log = fresh.store.log_root(head).await.unwrap();
        for second in 20..27 {
            let write = fresh.store.write(head, at(second)).await.unwrap();
            write.commit(act(Noun::Device, 7)).await.unwrap();
        }
        let numbers: Vec<i64> = (0..20).collect();
        let proofs = fresh.store.inclusions(head, &log, &numbers).await.unwrap();
        for (number, proof) in numbers.iter().zip(&proofs) {
            assert!(proof.holds() && proof.log == log, "leaf {number}");
            assert_eq!(proof.number, *number);
        }
        // A leaf that came later is not in it.
        assert!(fresh.store.inclusions(head, &log, &[20]).await.is_err());

        let times = BTreeSet::from([stored(at(7)), stored(at(20)), stored(at(99))]);
        let things = BTreeSet::from([(Noun::House, 7), (Noun::House, 8)]);
        let found = fresh.store.acts_about(head, &things, &times).await.unwrap();
        let told: Vec<(i64, &str)> =
            found.iter().map(|leaf| (leaf.id, leaf.noun.as_str())).collect();
        assert_eq!(told, [(7, "house")]);
        // Another house has another log.
        let none = fresh.store.acts_about(head + 1, &things, &times).await.unwrap();
        assert_eq!(none, []);
    }
);

on_both!(one_changed_leaf_is_found, async |fresh: Fresh| {
    let head = twenty_acts(&fresh).await;
    fresh
        .behind_its_back(
            "UPDATE audit_leaf SET leaf = REPLACE(leaf, '\"id\":7', '\"id\":8') WHERE number = 7",
        )
        .await;
    assert_eq!(fresh.store.verify_log(head).await.unwrap(), Err(Tampering::Changed(7)));
});

on_both!(a_leaf_of_another_time_is_found, async |fresh: Fresh| {
    let head = twenty_acts(&fresh).await;
    fresh.behind_its_back("UPDATE audit_leaf SET at = '2020' WHERE number = 5").await;
    assert_eq!(fresh.store.verify_log(head).await.unwrap(), Err(Tampering::Changed(5)));
});

on_both!(one_leaf_taken_out_is_found, async |fresh: Fresh| {
    let head = twenty_acts(&fresh).await;
    fresh.behind_its_back("DELETE FROM audit_leaf WHERE number = 3").await;
    assert_eq!(fresh.store.verify_log(head).await.unwrap(), Err(Tampering::Leaf(3)));
});

on_both!(a_log_that_was_wiped_is_found, async |fresh: Fresh| {
    let head = twenty_acts(&fresh).await;
    for statement in [
        "DELETE FROM audit_leaf",
        "DELETE FROM audit_node",
        "UPDATE head SET audit_size = 0, audit_frontier = NULL, audit_seal = NULL",
    ] {
        fresh.behind_its_back(statement).await;
        let verified = fresh.store.verify_log(head).await.unwrap();
        assert_eq!(verified, Err(Tampering::Leaf(0)), "{statement}");
    }
});

on_both!(a_leaf_that_hangs_on_nothing_is_found, async |fresh: Fresh| {
    let head = twenty_acts(&fresh).await;
    let behind = "INSERT INTO audit_leaf (head, number, at, leaf)
                  SELECT head, number + 1, at, leaf FROM audit_leaf WHERE number = 19";
    fresh.behind_its_back(behind).await;
    assert_eq!(fresh.store.verify_log(head).await.unwrap(), Err(Tampering::Leaf(20)));
});

on_both!(a_log_in_which_somebody_writes_meanwhile_is_whole, async |fresh: Fresh| {
    let head = twenty_acts(&fresh).await;
    let write = async {
        for second in 20..60 {
            let write = fresh.store.write(head, at(second)).await.unwrap();
            write.commit(act(Noun::House, second)).await.unwrap();
        }
    };
    let verify = async {
        for _ in 0..20 {
            fresh.store.verify_log(head).await.unwrap().unwrap();
        }
    };
    tokio::join!(write, verify);
    assert_eq!(fresh.store.verify_log(head).await.unwrap().unwrap().size, 60);
});

on_both!(a_log_cut_short_as_a_whole_is_found, async |fresh: Fresh| {
    let head = twenty_acts(&fresh).await;
    // The tree of the first sixteen leaves is one full subtree: whoever may write can put
    // its hash in place of the frontier. The seal is what cannot be made.
    fresh.behind_its_back("DELETE FROM audit_leaf WHERE number >= 16").await;
    fresh
        .behind_its_back(
            "UPDATE head
                SET audit_size = 16,
                    audit_frontier = (SELECT hash
                                        FROM audit_node
                                       WHERE head = 1 AND level = 4 AND position = 0)
              WHERE id = 1",
        )
        .await;
    assert_eq!(fresh.store.verify_log(head).await.unwrap(), Err(Tampering::Seal));
});

on_both!(what_is_not_committed_leaves_no_trace, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let before = fresh.store.log_root(top.head).await.unwrap();
    let mut write = fresh.store.write(top.head, at(9)).await.unwrap();
    let new = store::NewOrganisation { kind: store::Kind::Site, name: "East" };
    write.make_organisation(Some(&top), new).await.unwrap();
    drop(write);
    assert_eq!(fresh.store.log_root(top.head).await.unwrap(), before);
    let scope = store::Scope::whole(top.head);
    assert_eq!(fresh.store.organisations(&scope).await.unwrap().len(), 3);
    // The number that was taken is free again: the next change leaves no gap.
    let write = fresh.store.write(top.head, at(10)).await.unwrap();
    assert_eq!(write.commit(act(Noun::House, 0)).await.unwrap().seq, 2);
});

on_both!(the_last_leaf_taken_out_is_found, async |fresh: Fresh| {
    let head = twenty_acts(&fresh).await;
    fresh.behind_its_back("DELETE FROM audit_leaf WHERE number = 19").await;
    assert_eq!(fresh.store.verify_log(head).await.unwrap(), Err(Tampering::Leaf(19)));
});
