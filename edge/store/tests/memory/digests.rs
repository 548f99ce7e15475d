//! A digest goes out once for a person and a day, and is stopped by its own way out.

use store::{DigestFate, NewPerson, Noun, Often, Sends};

use crate::both::{Fresh, act, at, hospital};

const ADA: NewPerson<'_> =
    NewPerson { name: "Ada", address: "ada@hospital.example", zone: "Europe/London" };

/// A hospital with somebody who wants digests.
async fn reader(fresh: &Fresh) -> (i64, i64) {
    let (top, ..) = hospital(&fresh.store).await;
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    let ada = write.make_person(ADA).await.unwrap();
    write.choose_digest(ada, Some(Often::Daily)).await.unwrap();
    write.choose_digest(ada, Some(Often::Weekly)).await.unwrap();
    write.commit(act(Noun::Person, ada)).await.unwrap();
    (top.head, ada)
}

on_both!(a_digest_is_queued_once_whatever_node_does_it, async |fresh: Fresh| {
    let (head, ada) = reader(&fresh).await;
    let store = &fresh.store;
    let readers = store.digest_readers(head).await.unwrap();
    assert_eq!((readers.len(), readers[0].often), (1, Often::Weekly));
    assert_eq!((readers[0].zone.as_str(), readers[0].newest.clone()), (ADA.zone, None));
    let day = "2026-11-26";
    let (one, other) = tokio::join!(
        store.queue_digest(head, ada, day, at(2)),
        store.queue_digest(head, ada, day, at(2)),
    );
    assert!(one.unwrap() ^ other.unwrap());
    assert!(!store.queue_digest(head, ada, day, at(3)).await.unwrap());
    // Who sends no mail leaves it as it is, and no attempt is used up.
    for _ in 0..10 {
        let taken = store.take_sending("mute", Sends::Webhooks, at(4)).await.unwrap();
        assert_eq!(taken, None);
    }
    let job =
        store.take_sending("node", Sends::WebhooksAndMail, at(4)).await.unwrap().unwrap();
    assert_eq!((job.attempts, job.fence), (1, 1));
    assert_eq!(
        store.take_sending("node", Sends::WebhooksAndMail, at(4)).await.unwrap(),
        None
    );

    let mut digest = store.newest_digest(head, ada).await.unwrap().unwrap();
    assert_eq!((digest.day.as_str(), digest.fate), (day, DigestFate::Waiting));
    digest.said = "it is full".to_owned();
    store.note_digest(&job, ada, &digest, Some(at(100)), at(5)).await.unwrap();
    assert_eq!(
        store.take_sending("node", Sends::WebhooksAndMail, at(99)).await.unwrap(),
        None
    );
    let job = store
        .take_sending("node", Sends::WebhooksAndMail, at(101))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(job.attempts, 1);
    digest.fate = DigestFate::Sent;
    store.note_digest(&job, ada, &digest, None, at(102)).await.unwrap();
    assert_eq!(
        store.take_sending("node", Sends::WebhooksAndMail, at(9999)).await.unwrap(),
        None
    );
    let newest = store.digest_readers(head).await.unwrap()[0].newest.clone();
    assert_eq!(newest.as_deref(), Some(day));
    // Somebody asks for it once more.
    let mut write = store.write(head, at(200)).await.unwrap();
    write.repeat_digest(ada, day).await.unwrap();
    write.commit(act(Noun::Person, ada)).await.unwrap();
    assert!(
        store
            .take_sending("node", Sends::WebhooksAndMail, at(201))
            .await
            .unwrap()
            .is_some()
    );
});

on_both!(
    a_way_out_stops_the_digests_of_one_person_and_nothing_else,
    async |fresh: Fresh| {
        let (head, ada) = reader(&fresh).await;
        let store = &fresh.store;
        let way_out = store.digest_way_out(head, ada).unwrap();
        assert_ne!(store.digest_way_out(head, ada).unwrap(), way_out);
        assert_eq!(store.digests_stopped_by(&way_out), Some((head, ada)));
        let ticket = store.ticket(head, ada, store::Voucher::House, at(1)).unwrap();
        let changed = way_out.replace(&way_out[..2], "zz");
        for wrong in ["", "00", &way_out[2..], &changed, &ticket] {
            assert_eq!(store.digests_stopped_by(wrong), None, "{wrong}");
        }
        let mut write = store.write(head, at(2)).await.unwrap();
        write.choose_digest(ada, None).await.unwrap();
        write.commit(act(Noun::Person, ada)).await.unwrap();
        assert_eq!(store.digest_choice(head, ada).await.unwrap(), None);
        assert!(store.digest_readers(head).await.unwrap().is_empty());
    }
);

on_both!(whoever_is_erased_is_written_to_no_more, async |fresh: Fresh| {
    let (head, ada) = reader(&fresh).await;
    fresh.store.queue_digest(head, ada, "2026-11-26", at(2)).await.unwrap();
    let mut write = fresh.store.write(head, at(3)).await.unwrap();
    write.erase_person(ada).await.unwrap();
    write.commit(act(Noun::Person, ada)).await.unwrap();
    assert!(fresh.store.digest_readers(head).await.unwrap().is_empty());
    assert_eq!(fresh.store.newest_digest(head, ada).await.unwrap(), None);
});
