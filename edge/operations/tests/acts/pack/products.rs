//! Documents of products in a pack: SBOMs and forms in force, as they were delivered, as far as
//! their labels let them, and of no other organisation.

use operations::mds2;
use operations::pack::Says;
use store::{Act, Noun, Scope};
use terms::Tlp;

use super::*;
use crate::demo::{inventory, pump};

fn form() -> Vec<u8> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read(root.join("../../fixtures/mds2/drip.csv")).unwrap()
}

on_both!(
    sboms_and_forms_leave_as_they_came_and_as_their_labels_let_them,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada, top) = (&house.app, &house.ada, house.ada.head);
        let north = site(&house, "North").await;
        house.take_in(inventory()).await;
        house.place(&pump(), "2.1").await;
        let parcel = Parcel::of(&form()).unwrap();
        let id = mds2::arrive(app, ada, top, "../drip ü.csv", parcel).await.unwrap();
        let nothing = draft(app, ada, Some(top)).await.unwrap().products;
        assert_eq!(nothing.len(), 1, "a form that waits stays");
        let placing = mds2::Placing {
            maker: "Acme Medical, Inc.".to_owned(),
            product: "Drip 2".to_owned(),
            releases: Vec::new(),
        };
        mds2::place(app, ada, id, &placing).await.unwrap();
        house.work().await;

        let pack = packed(&house, ada, top).await;
        assert_eq!(check(Cursor::new(&pack), None).unwrap().faults, []);
        let all = files(&pack);
        let of = |says: &str| {
            let start = format!("products/{says}/");
            let mut found = all.iter().filter(|(name, _)| name.starts_with(&start));
            let one = found.next().unwrap();
            assert!(found.next().is_none(), "one of each");
            one
        };
        assert_eq!(of("sbom").1, &pump());
        assert_eq!(of("mds2").1, &form());
        let name = of("mds2").0;
        assert!(name.ends_with("drip__.csv") && !name.contains(".."), "{name}");
        let evidence = json(&all, "evidence.json");
        for (at, says, bytes) in [(0, "sbom", pump()), (1, "mds2", form())] {
            let told = &evidence["products"][at];
            assert_eq!(told["says"], says);
            assert_eq!(told["label"], "TLP:AMBER+STRICT");
            assert_eq!(told["sha256"], ::pack::hex(&Sha256::digest(&bytes)));
            assert_eq!(told["file"], of(says).0.as_str());
            let manifest = String::from_utf8_lossy(&all[MANIFEST]).into_owned();
            assert!(manifest.contains(of(says).0.as_str()), "{manifest}");
        }
        // Another organisation's pack has none of it, nor has whoever keeps no evidence.
        let other = draft(app, ada, Some(north)).await.unwrap();
        assert!(other.products.is_empty());
        let auditor = house.somebody(Role::Auditor, top).await;
        let seen = files(&packed(&house, &auditor, top).await);
        assert!(!seen.keys().any(|name| name.starts_with("products/")));

        // A label that keeps it keeps what rests on it too.
        let whole = Scope::whole(top);
        let bills = app.store.bills_within(&whole).await.unwrap();
        let mut write = app.store.write(top, now()).await.unwrap();
        write.label_original(bills[0].original, Tlp::Red).await.unwrap();
        let (what, noun, facts) = ("test", Noun::Original, Vec::new());
        write.commit(Act { by: ada.person, what, noun, id: 0, facts }).await.unwrap();
        let red = draft(app, ada, Some(top)).await.unwrap();
        assert_eq!(red.products[0].says, Says::Sbom);
        assert_eq!(red.products[0].bytes, Bytes::KeptBack(KeptBack::Label));
        assert!(red.kept_back.contains("B-10"), "{:?}", red.kept_back);
        assert!(!red.kept_back.contains("B-16"), "{:?}", red.kept_back);
        let pack = packed(&house, ada, top).await;
        assert_eq!(check(Cursor::new(&pack), None).unwrap().faults, []);
        let all = files(&pack);
        assert!(!all.keys().any(|name| name.starts_with("products/sbom/")));
        assert!(all.keys().any(|name| name.starts_with("products/mds2/")));
        let about = json(&all, "pack.json")["kept_back"].to_string();
        assert!(about.contains("the SBOM number") && about.contains("B-10"), "{about}");
    }
);
