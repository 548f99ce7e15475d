//! Jobs are done once.

use jiff::SignedDuration;
use store::{ATTEMPTS, Noun, StoreError};

use crate::both::{Fresh, act, at, hospital};

on_both!(a_job_is_one_nodes_until_its_lease_is_over, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(0)).await.unwrap();
    write.queue("judge", "{}").await.unwrap();
    write.commit(act(Noun::Job, 0)).await.unwrap();

    let first = fresh.store.take_job("node a", at(1)).await.unwrap().unwrap();
    assert_eq!((first.kind.as_str(), first.fence, first.attempts), ("judge", 1, 1));
    assert_eq!(fresh.store.take_job("node b", at(2)).await.unwrap(), None);
    assert!(fresh.store.keep_job(&first, at(20)).await.unwrap());
    assert_eq!(fresh.store.take_job("node b", at(40)).await.unwrap(), None);

    // Node a falls silent; node b takes over; what a writes after that is refused.
    let second = fresh.store.take_job("node b", at(60)).await.unwrap().unwrap();
    assert_eq!((second.id, second.fence), (first.id, 2));
    assert!(!fresh.store.keep_job(&first, at(61)).await.unwrap());
    let mut write = fresh.store.write(top.head, at(61)).await.unwrap();
    assert!(matches!(write.hold(&first).await, Err(StoreError::Taken(_))));
    assert!(matches!(write.end_job(&first).await, Err(StoreError::Taken(_))));
    write.hold(&second).await.unwrap();
    write.end_job(&second).await.unwrap();
    write.commit(act(Noun::Job, second.id)).await.unwrap();
    assert_eq!(fresh.store.take_job("node a", at(600)).await.unwrap(), None);
    assert_eq!(fresh.store.waiting_jobs(top.head).await.unwrap(), 0);
});

on_both!(a_job_that_fails_is_tried_again_and_then_given_up, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(0)).await.unwrap();
    write.queue("judge", "{}").await.unwrap();
    write.commit(act(Noun::Job, 0)).await.unwrap();
    let mut now = at(0);
    for attempt in 1..=ATTEMPTS {
        let job = fresh.store.take_job("node", now).await.unwrap().unwrap();
        assert_eq!(job.attempts, attempt);
        if attempt < ATTEMPTS {
            fresh.store.give_back_job(&job, "no index", now).await.unwrap();
        } else {
            let mut write = fresh.store.write(top.head, now).await.unwrap();
            write.give_up_job(&job, "no index").await.unwrap();
            write.commit(act(Noun::Job, job.id)).await.unwrap();
            // Whoever believes that it is still theirs is told.
            let mut write = fresh.store.write(top.head, now).await.unwrap();
            assert!(matches!(write.end_job(&job).await, Err(StoreError::Taken(_))));
        }
        // Not at once.
        assert_eq!(fresh.store.take_job("node", now).await.unwrap(), None);
        now += SignedDuration::from_secs(60);
    }
    assert_eq!(fresh.store.waiting_jobs(top.head).await.unwrap(), 0);
    assert_eq!(fresh.store.take_job("node", now).await.unwrap(), None);
});

on_both!(a_job_that_was_laid_down_is_taken_again_at_once, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(0)).await.unwrap();
    write.queue("judge", "{}").await.unwrap();
    write.commit(act(Noun::Job, 0)).await.unwrap();
    let first = fresh.store.take_job("node", at(1)).await.unwrap().unwrap();
    fresh.store.lay_down_job(&first).await.unwrap();
    let second = fresh.store.take_job("node", at(1)).await.unwrap().unwrap();
    assert_eq!((second.attempts, second.fence), (1, 2));
    // Whoever lost it cannot lay it down for the other.
    fresh.store.lay_down_job(&first).await.unwrap();
    assert_eq!(fresh.store.take_job("node", at(1)).await.unwrap(), None);
});

on_both!(the_newest_index_is_the_one_in_use, async |fresh: Fresh| {
    assert_eq!(fresh.store.generation().await.unwrap(), None);
    for file in ["one.index", "two.index"] {
        let mut write = fresh.store.write(0, at(1)).await.unwrap();
        let number = write.set_index(file, &[7; 32]).await.unwrap();
        write.commit(act(Noun::Index, number)).await.unwrap();
    }
    let newest = fresh.store.generation().await.unwrap().unwrap();
    assert_eq!(newest.file, "two.index");
});

on_both!(how_far_a_job_is_is_told_until_it_has_ended, async |fresh: Fresh| {
    let (top, ..) = hospital(&fresh.store).await;
    let store = &fresh.store;
    assert!(store.waiting_kinds(top.head).await.unwrap().is_empty());
    let mut write = store.write(top.head, at(0)).await.unwrap();
    write.queue("judge", "{}").await.unwrap();
    write.queue("send something", "{}").await.unwrap();
    write.commit(act(Noun::Job, 0)).await.unwrap();
    let far = async || {
        let kinds = store.waiting_kinds(top.head).await.unwrap();
        let [one] = &kinds[..] else { panic!("one kind: {kinds:?}") };
        assert_eq!(one.kind, "judge");
        (one.done, one.total, one.faults)
    };
    assert_eq!(far().await, (0, 0, 0));
    let lost = store.take_job("a", at(1)).await.unwrap().unwrap();
    store.note_progress(&lost, 3, 10).await.unwrap();
    assert_eq!(far().await, (3, 10, 0));
    // Whoever has lost the job says nothing any more; whoever has it begins where it begins.
    let job = store.take_job("b", at(100)).await.unwrap().unwrap();
    store.note_progress(&lost, 9, 10).await.unwrap();
    assert_eq!(far().await, (3, 10, 0));
    store.note_progress(&job, 1, 8).await.unwrap();
    assert_eq!(far().await, (1, 8, 0));
    store.give_back_job(&job, "no index", at(101)).await.unwrap();
    assert_eq!(far().await, (1, 8, 1));
    let (other, ..) = hospital(store).await;
    assert!(store.waiting_kinds(other.head).await.unwrap().is_empty());
    let job = store.take_job("b", at(500)).await.unwrap().unwrap();
    let mut write = store.write(top.head, at(501)).await.unwrap();
    write.end_job(&job).await.unwrap();
    write.commit(act(Noun::Job, job.id)).await.unwrap();
    assert!(store.waiting_kinds(top.head).await.unwrap().is_empty());
    store.note_progress(&job, 8, 8).await.unwrap();
});
