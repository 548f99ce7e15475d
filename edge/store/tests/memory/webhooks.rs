//! What webhooks are told is kept with what happened, sealed where it is secret, and sent once
//! by whoever has the job.

use store::{
    After, Attempt, Fails, Fate, NewWebhook, Noun, Path, Scope, Sends, StoreError, stored,
};

use crate::both::{Fresh, act, at, hospital};

const URL: &str = "https://hooks.example/in?key=3f1c";
const SECRET: [u8; 32] = [7; 32];

const NEW: NewWebhook<'_> =
    NewWebhook { name: "SIEM", url: URL, events: &["import.finished", "feed.failing"] };

fn attempt(status: i64) -> Attempt {
    let at = stored(at(9));
    Attempt { at, milliseconds: 12, status: Some(status), said: "no".to_owned() }
}

on_both!(
    a_message_is_kept_with_its_job_and_tried_until_it_is_taken,
    async |fresh: Fresh| {
        let (top, north, _) = hospital(&fresh.store).await;
        let store = &fresh.store;
        let mut write = store.write(top.head, at(1)).await.unwrap();
        let id = write.make_webhook(&north, NEW, &SECRET, 5).await.unwrap();
        write.commit(act(Noun::Webhook, id)).await.unwrap();

        // What is not kept is told to nobody.
        let mut write = store.write(top.head, at(2)).await.unwrap();
        write.tell_webhook(id, "import.finished", "{}").await.unwrap();
        drop(write);
        assert_eq!(
            store.take_sending("node", Sends::WebhooksAndMail, at(3)).await.unwrap(),
            None
        );

        let mut write = store.write(top.head, at(2)).await.unwrap();
        let listening = write.listening("import.finished").await.unwrap();
        let paths: Vec<&Path> = listening.iter().map(|one| &one.path).collect();
        assert_eq!((listening[0].webhook, paths), (id, vec![&north.path]));
        assert!(write.listening("import").await.unwrap().is_empty());
        let message =
            write.tell_webhook(id, "import.finished", "{\"n\":1}").await.unwrap();
        write.commit(act(Noun::Webhook, id)).await.unwrap();

        // It is no work of the house, and nothing waits for it.
        assert_eq!(store.take_job("node", at(3)).await.unwrap(), None);
        assert_eq!(store.waiting_jobs(top.head).await.unwrap(), 0);
        let job = store
            .take_sending("node", Sends::WebhooksAndMail, at(3))
            .await
            .unwrap()
            .unwrap();
        let kept = store.webhook_message(top.head, message).await.unwrap();
        assert_eq!(
            (kept.job, kept.fate, kept.payload.as_str()),
            (job.id, Fate::Waiting, "{\"n\":1}")
        );
        // The node falls silent: another takes it, and the first is told so.
        let second = store
            .take_sending("other", Sends::WebhooksAndMail, at(60))
            .await
            .unwrap()
            .unwrap();
        let lost =
            store.note_attempt(&job, &kept, &attempt(500), &After::Taken, at(61)).await;
        assert!(matches!(lost, Err(StoreError::Taken(_))), "{lost:?}");
        let again = After::Again(at(100));
        store.note_attempt(&second, &kept, &attempt(500), &again, at(61)).await.unwrap();
        assert_eq!(
            store.take_sending("node", Sends::WebhooksAndMail, at(99)).await.unwrap(),
            None
        );
        let third = store
            .take_sending("node", Sends::WebhooksAndMail, at(101))
            .await
            .unwrap()
            .unwrap();
        assert_eq!((third.id, third.attempts), (job.id, 1));
        let kept = store.webhook_message(top.head, message).await.unwrap();
        assert_eq!(
            (kept.attempts, kept.status, kept.again),
            (1, Some(500), Some(stored(at(100))))
        );
        let kept = store.webhook_message(top.head, message).await.unwrap();
        store
            .note_attempt(&third, &kept, &attempt(200), &After::Taken, at(102))
            .await
            .unwrap();
        assert_eq!(
            store.take_sending("node", Sends::WebhooksAndMail, at(9999)).await.unwrap(),
            None
        );
        let kept = store.webhook_messages(top.head, id, i64::MAX, 10).await.unwrap();
        assert_eq!(
            (kept[0].fate, kept[0].attempts, kept[0].status),
            (Fate::Taken, 2, Some(200))
        );
        assert_eq!(store.webhook_attempts(top.head, message).await.unwrap().len(), 2);
        assert_eq!(store.newest_webhook_messages(top.head).await.unwrap(), kept);
    }
);

on_both!(
    address_and_secrets_are_sealed_and_seen_within_the_scope,
    async |fresh: Fresh| {
        let (top, north, south) = hospital(&fresh.store).await;
        let store = &fresh.store;
        let mut write = store.write(top.head, at(1)).await.unwrap();
        let id = write.make_webhook(&north, NEW, &SECRET, 5).await.unwrap();
        write.commit(act(Noun::Webhook, id)).await.unwrap();
        let whole = Scope::whole(top.head);
        assert_eq!(store.webhook(&whole, id).await.unwrap().url, URL);
        let beside = Scope::of(top.head, vec![south.path.clone()]);
        assert!(store.webhooks(&beside).await.unwrap().is_empty());
        assert!(matches!(
            store.webhook(&beside, id).await,
            Err(StoreError::Absent { .. })
        ));
        assert_eq!(store.webhook_secrets(top.head, id, at(2)).await.unwrap(), [SECRET]);

        let mut write = store.write(top.head, at(10)).await.unwrap();
        write.exchange_secret(id, &[9; 32]).await.unwrap();
        write.commit(act(Noun::Webhook, id)).await.unwrap();
        let both = store.webhook_secrets(top.head, id, at(11)).await.unwrap();
        assert_eq!(both, [[9; 32], SECRET]);
        let later =
            store.webhook_secrets(top.head, id, at(10 + 24 * 3600)).await.unwrap();
        assert_eq!(later, [[9; 32]]);
        let mut bytes = Vec::new();
        store.back_up(at(20), &|_| Vec::new(), &mut bytes, &mut |_| {}).await.unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("hooks.example"));
    }
);

on_both!(
    what_waits_while_it_is_paused_is_sent_when_somebody_goes_on,
    async |fresh: Fresh| {
        let (top, ..) = hospital(&fresh.store).await;
        let store = &fresh.store;
        let mut write = store.write(top.head, at(1)).await.unwrap();
        let id = write.make_webhook(&top, NEW, &SECRET, 5).await.unwrap();
        write.pause_webhook(id).await.unwrap();
        let message = write.tell_webhook(id, "feed.failing", "{}").await.unwrap();
        write.commit(act(Noun::Webhook, id)).await.unwrap();
        let job = store
            .take_sending("node", Sends::WebhooksAndMail, at(2))
            .await
            .unwrap()
            .unwrap();
        store.drop_sending(&job, at(2)).await.unwrap();
        assert_eq!(
            store.take_sending("node", Sends::WebhooksAndMail, at(99)).await.unwrap(),
            None
        );
        let mut write = store.write(top.head, at(100)).await.unwrap();
        assert_eq!(write.resume_webhook(id).await.unwrap(), 1);
        write.commit(act(Noun::Webhook, id)).await.unwrap();
        let job = store
            .take_sending("node", Sends::WebhooksAndMail, at(101))
            .await
            .unwrap()
            .unwrap();
        let kept = store.webhook_message(top.head, message).await.unwrap();
        assert_eq!(kept.job, job.id);
        let over = After::Over("gone");
        store.note_attempt(&job, &kept, &attempt(410), &over, at(102)).await.unwrap();
        let webhook = store.webhook(&Scope::whole(top.head), id).await.unwrap();
        assert_eq!(
            (webhook.paused, webhook.paused_why.as_str()),
            (Some(stored(at(102))), "gone")
        );
        let kept = store.webhook_message(top.head, message).await.unwrap();
        assert_eq!(kept.fate, Fate::GivenUp);

        let mut write = store.write(top.head, at(200)).await.unwrap();
        write.remove_webhook(id).await.unwrap();
        assert!(matches!(write.pause_webhook(id).await, Err(StoreError::Absent { .. })));
        write.commit(act(Noun::Webhook, id)).await.unwrap();
        assert!(!store.has_webhooks(top.head).await.unwrap());
        assert!(store.webhook(&Scope::whole(top.head), id).await.is_err());
    }
);

on_both!(
    what_was_settled_long_ago_is_forgotten_and_feeds_are_told_once,
    async |fresh: Fresh| {
        let (top, ..) = hospital(&fresh.store).await;
        let store = &fresh.store;
        let month = 31 * 24 * 3600;
        let mut write = store.write(top.head, at(1)).await.unwrap();
        let id = write.make_webhook(&top, NEW, &SECRET, 5).await.unwrap();
        write.tell_webhook(id, "feed.failing", "{\"old\":1}").await.unwrap();
        write.note_fault("kev", Fails::Now).await.unwrap();
        write.note_fault("kev", Fails::Now).await.unwrap();
        write.commit(act(Noun::Webhook, id)).await.unwrap();
        assert_eq!(store.told_faults(top.head).await.unwrap(), ["kev"]);
        for second in [2, month] {
            if second == month {
                let mut write = store.write(top.head, at(month)).await.unwrap();
                write.tell_webhook(id, "feed.failing", "{\"new\":1}").await.unwrap();
                write.note_fault("kev", Fails::NoMore).await.unwrap();
                write.commit(act(Noun::Webhook, id)).await.unwrap();
            }
            let job = store
                .take_sending("node", Sends::WebhooksAndMail, at(second))
                .await
                .unwrap()
                .unwrap();
            let all = store.webhook_messages(top.head, id, i64::MAX, 10).await.unwrap();
            let message = all.iter().find(|one| one.job == job.id).unwrap();
            store
                .note_attempt(&job, message, &attempt(200), &After::Taken, at(second))
                .await
                .unwrap();
        }
        let all = store.webhook_messages(top.head, id, i64::MAX, 10).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].payload, "{\"new\":1}");
        assert!(store.told_faults(top.head).await.unwrap().is_empty());
    }
);
