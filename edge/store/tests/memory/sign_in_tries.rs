//! Tries that all nodes count together.

use store::{Bucket, Store};

use crate::both::{Fresh, at};

fn account(name: &str) -> Bucket {
    Bucket { key: format!("account {name}"), tries: 3, every: 30_000 }
}

on_both!(nodes_of_one_house_count_tries_together, async |fresh: Fresh| {
    let one = &fresh.store;
    let other = Store::open(&fresh.url, &fresh.root).await.unwrap();
    let network = Bucket { key: "network 192.0.2.1".to_owned(), tries: 5, every: 2_000 };
    let both = [account("ada"), network.clone()];
    for node in [one, &other, one] {
        assert_eq!(node.take_tries(&both, at(0)).await.unwrap(), Ok(()));
    }
    for node in [&other, one] {
        assert_eq!(node.take_tries(&both, at(0)).await.unwrap(), Err(30_000));
        assert_eq!(node.take_tries(&both, at(10)).await.unwrap(), Err(20_000));
    }
    // Whoever is refused takes nothing of the network either, and others are not held up.
    let bob = [account("bob"), network.clone()];
    for node in [one, &other] {
        assert_eq!(node.take_tries(&bob, at(0)).await.unwrap(), Ok(()));
    }
    assert_eq!(one.take_tries(&bob, at(0)).await.unwrap(), Err(2_000));
    assert_eq!(one.take_tries(&[account("bob")], at(0)).await.unwrap(), Ok(()));
    // With time there is one more, and what was no guess is given back.
    assert_eq!(other.take_tries(&both, at(30)).await.unwrap(), Ok(()));
    assert!(one.take_tries(&both, at(30)).await.unwrap().is_err());
    other.give_tries_back(&both, at(30)).await.unwrap();
    assert_eq!(one.take_tries(&both, at(30)).await.unwrap(), Ok(()));
    // After a long time all of them are there, and never more.
    for _ in 0..3 {
        assert_eq!(one.take_tries(&[account("ada")], at(9_000)).await.unwrap(), Ok(()));
    }
    assert!(one.take_tries(&[account("ada")], at(9_000)).await.unwrap().is_err());
    // A clock that was ahead and is put right holds nobody up; one that differs a little does.
    assert!(one.take_tries(&[account("ada")], at(8_990)).await.unwrap().is_err());
    assert_eq!(one.take_tries(&[account("ada")], at(60)).await.unwrap(), Ok(()));
    other.close().await;
});

on_both!(of_many_who_try_at_the_same_time_no_more_get_through, async |fresh: Fresh| {
    let other = Store::open(&fresh.url, &fresh.root).await.unwrap();
    let tries = (0..20).map(|number| {
        let store = if number % 2 == 0 { fresh.store.clone() } else { other.clone() };
        tokio::spawn(async move {
            store.take_tries(&[account("ada")], at(0)).await.unwrap().is_ok()
        })
    });
    let tries: Vec<_> = tries.collect();
    let mut through = 0;
    for one in tries {
        through += usize::from(one.await.unwrap());
    }
    assert_eq!(through, 3);
    other.close().await;
});
