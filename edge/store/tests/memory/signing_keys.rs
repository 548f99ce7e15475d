//! Keys that sign: one in use for each organisation, and nothing that signs stays of the others.

use store::{Noun, Scope, StoreError};

use crate::both::{Fresh, act, at, hospital};

const SECRET: [u8; 32] = [0x5a; 32];

on_both!(
    a_key_that_is_replaced_signs_no_more_and_its_public_half_stays,
    async |fresh: Fresh| {
        let (top, north, _) = hospital(&fresh.store).await;
        let store = &fresh.store;
        let mut write = store.write(top.head, at(1)).await.unwrap();
        assert_eq!(write.signing_key_in_use(north.id).await.unwrap(), None);
        let first = write.make_signing_key(&north, (&SECRET, &[1; 32]), 5).await.unwrap();
        write.commit(act(Noun::SigningKey, first)).await.unwrap();
        assert_eq!(*store.signing_secret(top.head, first).await.unwrap(), SECRET);

        let mut write = store.write(top.head, at(2)).await.unwrap();
        assert_eq!(write.signing_key_in_use(north.id).await.unwrap(), Some(first));
        assert_eq!(write.signing_key_in_use(top.id).await.unwrap(), None);
        let second =
            write.make_signing_key(&north, (&[9; 32], &[2; 32]), 5).await.unwrap();
        write.commit(act(Noun::SigningKey, second)).await.unwrap();
        let own = Scope::of(top.head, vec![north.path.clone()]);
        let keys = store.signing_keys(&own).await.unwrap();
        let told: Vec<_> =
            keys.iter().map(|one| (one.id, one.public, one.replaced.is_some())).collect();
        assert_eq!(told, [(second, [2; 32], false), (first, [1; 32], true)]);
        let gone = store.signing_secret(top.head, first).await.unwrap_err();
        assert!(matches!(gone, StoreError::Absent { .. }), "{gone}");
        assert_eq!(*store.signing_secret(top.head, second).await.unwrap(), [9; 32]);
        // Of another organisation, and of nobody.
        for scope in [Scope::of(top.head, Vec::new()), Scope::whole(top.head + 1)] {
            assert_eq!(store.signing_keys(&scope).await.unwrap(), []);
        }
        assert!(store.signing_secret(top.head + 1, second).await.is_err());
    }
);
