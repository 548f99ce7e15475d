//! Forms MDS2 from their arrival to what they are asked about: what is refused leaves nothing, a
//! newer one replaces an older, and what a form answers counts as its maker's word alone.

use std::path::Path;

use ::posture::Verdict as Standing;
use controls::{Class, Verdict};
use operations::evidence::EvidenceError;
use operations::mds2::{
    Mds2Error, NewForm, Placing, arrive, compared, deliver, delivered, end, place,
    proposed, see,
};
use operations::organisation::make_below;
use operations::people::{Invitation, invite_guest, set_password};
use operations::posture::judged;
use operations::supplier::{SupplierError, drop_document, one, open};
use operations::{Actor, bills, reindex};
use serde_json::json;
use store::{
    Act, Audience, Kind, Mds2Said, Mds2Standing, NewOrganisation, Noun, Parcel, Role,
    Scope, StoreError,
};

use crate::databases::{Fresh, on_both};
use crate::house::House;

const MAKER: &str = "Acme Medical, Inc.";
const PRODUCT: &str = "Drip 2";

fn now() -> jiff::Timestamp {
    "2026-11-26T12:00:00Z".parse().unwrap()
}

fn fixture(name: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mds2");
    std::fs::read(root.join(name)).unwrap()
}

/// The sample's form with other words in the place of some.
fn form(changes: &[(&str, &str)]) -> Vec<u8> {
    let mut text = String::from_utf8(fixture("drip.csv")).unwrap();
    for (old, new) in changes {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, new);
    }
    text.into_bytes()
}

fn placing(releases: &[&str]) -> Placing {
    Placing {
        maker: MAKER.to_owned(),
        product: PRODUCT.to_owned(),
        releases: releases.iter().map(|it| (*it).to_owned()).collect(),
    }
}

impl House {
    async fn form_arrives(&self, name: &str, bytes: &[u8]) -> Result<i64, Mds2Error> {
        let parcel = Parcel::of(bytes).unwrap();
        arrive(&self.app, &self.ada, self.ada.head, name, parcel).await
    }

    async fn form_in_force(&self, bytes: &[u8], releases: &[&str]) -> i64 {
        let id = self.form_arrives("drip.csv", bytes).await.unwrap();
        place(&self.app, &self.ada, id, &placing(releases)).await.unwrap();
        id
    }

    async fn form_standing(&self, id: i64) -> Mds2Standing {
        let scope = Scope::whole(self.ada.head);
        self.app.store.mds2_form(&scope, id).await.unwrap().standing()
    }

    async fn forms(&self) -> usize {
        let scope = Scope::whole(self.ada.head);
        self.app.store.mds2_forms(&scope).await.unwrap().len()
    }

    /// The rules by which a form is asked about, as somebody sees it.
    async fn rules(&self, by: &Actor, id: i64) -> Vec<&'static str> {
        let seen = see(&self.app, by, id).await.unwrap();
        seen.findings.iter().map(|it| it.rule.id.as_str()).collect()
    }

    /// The SBOM of a release, with a database and a system that nobody supports any more.
    async fn sbom_of_drip(&self, version: &str) {
        let bom = json!({
            "bomFormat": "CycloneDX", "specVersion": "1.6",
            "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a64444",
            "metadata": { "component": { "type": "device", "name": PRODUCT,
                "version": version, "bom-ref": "p" } },
            "components": [
                { "type": "operating-system", "name": "Windows XP Embedded",
                  "version": "SP3", "bom-ref": "w" },
                { "type": "library", "name": "postgresql", "version": "9.6.1",
                  "bom-ref": "d" },
            ],
        });
        let parcel = Parcel::of(bom.to_string().as_bytes()).unwrap();
        let (app, ada) = (&self.app, &self.ada);
        let arrived =
            bills::arrive(app, ada, ada.head, "drip.cdx.json", parcel).await.unwrap();
        let placing = bills::Placing {
            maker: MAKER.to_owned(),
            product: PRODUCT.to_owned(),
            version: version.to_owned(),
            builds: Vec::new(),
        };
        bills::place(app, ada, arrived, &placing).await.unwrap();
        self.work().await;
    }

    async fn guest_of_acme(&self, name: &str, maker: &str) -> Actor {
        let address = format!("{name}@x.example");
        let invitation = Invitation {
            name,
            address: &address,
            zone: "UTC",
            role: Role::SupplierGuest,
            organisation: self.ada.head,
        };
        let link = invite_guest(&self.app, &self.ada, invitation, maker).await.unwrap();
        let password = "a long sentence will do";
        let new = set_password(&self.app, &link, password).await.unwrap();
        let session = self.app.store.session(&new.secret, now()).await.unwrap().unwrap();
        Actor::of_session(&self.app, session).await.unwrap()
    }
}

on_both!(
    what_cannot_be_read_is_refused_with_the_place_and_leaves_nothing,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let leaves = house.app.store.newest_change(house.ada.head).await.unwrap();
        let bad = form(&[("SBOM-1", "SB-1"), ("DOC-", "D0C_"), ("MPII-", "M.")]);
        let cases: [(&str, Vec<u8>, &str); 6] = [
            ("encrypted.pdf", fixture("drip-encrypted.pdf"), "encrypted"),
            ("scanned.pdf", fixture("drip-scanned.pdf"), "text"),
            ("2004.txt", fixture("drip-2004.txt"), "before 2013"),
            ("letter.txt", b"Dear customer,\nthe form follows.\n".to_vec(), "MDS2"),
            ("cut.xlsx", fixture("drip.xlsx")[..2000].to_vec(), ""),
            ("nothing.csv", Vec::new(), ""),
        ];
        for (name, bytes, word) in cases {
            match house.form_arrives(name, &bytes).await {
                Err(Mds2Error::Rejected(why)) => {
                    let told = format!("{} {}", why.message, why.hint);
                    assert!(
                        told.contains(word) && !why.message.is_empty(),
                        "{name}: {told}"
                    );
                }
                other => panic!("{name}: {other:?}"),
            }
        }
        assert_eq!(house.forms().await, 0);
        let now = house.app.store.newest_change(house.ada.head).await.unwrap();
        assert_eq!(now, leaves, "nothing is written");
        // A form with wrong codes is read as far as it goes, and each is told with its place.
        let id = house.form_arrives("bad.csv", &bad).await.unwrap();
        let (_, read, _) = proposed(&house.app, &house.ada, id, None).await.unwrap();
        assert!(!read.notes.is_empty());
    }
);

on_both!(
    a_newer_form_replaces_an_older_and_an_older_replaces_none,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada) = (&house.app, &house.ada);
        let first = house.form_arrives("drip.xlsx", &fixture("drip.xlsx")).await.unwrap();
        assert_eq!(house.form_standing(first).await, Mds2Standing::Waiting);
        let again = house.form_arrives("copy.xlsx", &fixture("drip.xlsx")).await.unwrap();
        assert_eq!(
            (again, house.forms().await),
            (first, 1),
            "the same bytes are the same form"
        );
        let (_, _, own) = proposed(app, ada, first, None).await.unwrap();
        assert_eq!(own.maker, MAKER);
        assert!(own.product.contains(PRODUCT), "{own:?}");
        for (field, wrong) in [
            ("maker", Placing { maker: " ".to_owned(), ..placing(&[]) }),
            ("product", Placing { product: String::new(), ..placing(&[]) }),
        ] {
            let refused = place(app, ada, first, &wrong).await;
            assert!(matches!(refused, Err(Mds2Error::Missing(which)) if which == field));
        }
        place(app, ada, first, &placing(&[])).await.unwrap();

        let newer = form(&[
            ("2026-03-20", "2026-09-01"),
            ("SBOM-1,Is there a bill of materials of the software?,No", "SBOM-1,x,Yes"),
        ]);
        let second = house.form_arrives("drip-2.csv", &newer).await.unwrap();
        // It is known of which product it is, now that the house knows one that the form names.
        let (_, _, own) = proposed(app, ada, second, None).await.unwrap();
        assert_eq!(own.product, PRODUCT);
        place(app, ada, second, &placing(&[])).await.unwrap();
        assert_eq!(house.form_standing(first).await, Mds2Standing::Replaced);
        let seen = see(app, ada, second).await.unwrap();
        let (before, _) = seen.before.unwrap();
        assert_eq!(before.id, first);

        let older = form(&[("2026-03-20", "2025-01-01")]);
        let third = house.form_arrives("drip-0.csv", &older).await.unwrap();
        let refused = place(app, ada, third, &placing(&[])).await;
        assert!(
            matches!(&refused, Err(Mds2Error::Newer { in_force, .. }) if in_force == "2026-09-01"),
            "{refused:?}"
        );
        assert_eq!(house.form_standing(third).await, Mds2Standing::Waiting);
        // Of one release alone it takes the place of nothing that is of all.
        place(app, ada, third, &placing(&["1.0"])).await.unwrap();
        assert_eq!(house.form_standing(second).await, Mds2Standing::InForce);

        let refused = end(app, ada, third, "  ").await;
        assert!(matches!(refused, Err(Mds2Error::Missing("reason"))));
        end(app, ada, third, "of another device").await.unwrap();
        assert_eq!(house.form_standing(third).await, Mds2Standing::Withdrawn);
        let gone = end(app, ada, third, "again").await;
        assert!(matches!(gone, Err(Mds2Error::Store(StoreError::Absent { .. }))));

        let sides = compared(app, ada, &[first, second, first]).await.unwrap();
        assert_eq!(sides.len(), 2);
        for ids in [vec![first], vec![first, first], vec![]] {
            assert!(matches!(compared(app, ada, &ids).await, Err(Mds2Error::Count(_))));
        }
    }
);

on_both!(a_form_is_held_against_what_whoever_looks_may_see, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    let (app, ada) = (&house.app, &house.ada);
    let new = NewOrganisation { kind: Kind::Site, name: "North" };
    let north = make_below(app, ada, ada.head, new).await.unwrap().id;
    let denies = form(&[(
        "CONN-1,Does the device have hardware by which it can be connected?,Yes",
        "CONN-1,x,No",
    )]);
    let id = house.form_in_force(&denies, &[]).await;
    let beside = |rules: &[&str], wanted: &[&str]| {
        wanted.iter().map(|it| rules.contains(it)).collect::<Vec<bool>>()
    };
    let wanted = ["sbom-delivered", "component-unsupported", "connected-in-inventory"];
    let rules = house.rules(ada, id).await;
    assert_eq!(beside(&rules, &wanted), [false; 3], "{rules:?}");
    assert!(!rules.is_empty(), "the sample contradicts itself");
    house.sbom_of_drip("2.1.0").await;
    let inventory =
        "Asset Tag,Maker,Model,Version,IP\n1,Acme Medical,Drip 2,2.1.0,10.1.1.1\n";
    house.take_in_at(north, "AIMS", inventory).await;
    let rules = house.rules(ada, id).await;
    assert_eq!(beside(&rules, &wanted), [true; 3], "{rules:?}");
    let seen = see(app, ada, id).await.unwrap();
    assert_eq!((seen.sboms, seen.devices), (1, 1));
    assert!(seen.supported.iter().any(|it| it.component.contains("Windows XP")));

    // Somebody below sees it when its product is for them, and their own devices alone.
    let south = NewOrganisation { kind: Kind::Site, name: "South" };
    let south = make_below(app, ada, ada.head, south).await.unwrap().id;
    let at_south = house.somebody(Role::Security, south).await;
    assert!(matches!(
        see(app, &at_south, id).await,
        Err(Mds2Error::Store(StoreError::Absent { .. }))
    ));
    let product = seen.product.unwrap().id;
    bills::set_audience(app, ada, product, Audience::Below).await.unwrap();
    let rules = house.rules(&at_south, id).await;
    assert_eq!(beside(&rules, &wanted), [true, true, false], "{rules:?}");
    let refused = end(app, &at_south, id, "not mine").await;
    assert!(matches!(refused, Err(Mds2Error::Store(StoreError::Absent { .. }))));
    let refused = place(app, &at_south, id, &placing(&[])).await;
    assert!(matches!(refused, Err(Mds2Error::Store(StoreError::Absent { .. }))));
    let parcel = Parcel::of(&denies).unwrap();
    let refused = arrive(app, &at_south, ada.head, "x.csv", parcel).await;
    assert!(matches!(refused, Err(Mds2Error::NotAllowed)));
});

on_both!(what_a_form_answers_raises_flags_and_clears_none, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    let (app, ada) = (&house.app, &house.ada);
    let supplier = open(app, ada, ada.head, "Acme Medical").await.unwrap();
    house.sbom_of_drip("2.1.0").await;
    let told = async || {
        let (of, _) = one(app, ada, supplier).await.unwrap();
        let findings = of.vetted.findings.iter();
        let of_form = findings.filter(|it| {
            it.ruling.grounds.iter().any(|ground| ground.document.starts_with("mds2/"))
        });
        let told = of_form.map(|it| {
            let only_claims =
                it.ruling.grounds.iter().all(|it| it.class == Class::Attested);
            (it.flag.number(), it.ruling.verdict, only_claims)
        });
        told.collect::<Vec<_>>()
    };
    assert_eq!(told().await, []);
    let id = house.form_in_force(&fixture("drip.csv"), &[]).await;
    let with = told().await;
    assert!(with.iter().any(|(flag, ..)| *flag == 27), "{with:?}");
    assert!(with.iter().any(|(_, verdict, _)| *verdict == Verdict::Raised), "{with:?}");
    let cleared = |it: &&(u8, Verdict, bool)| it.1 == Verdict::Clear && it.2;
    assert_eq!(with.iter().filter(cleared).count(), 0, "{with:?}");
    end(app, ada, id, "the wrong one").await.unwrap();
    assert_eq!(told().await, [], "out of force it tells nothing");
});

on_both!(
    that_a_form_is_there_is_shown_by_it_and_only_while_it_counts,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada) = (&house.app, &house.ada);
        let inventory = "Asset Tag,Maker,Model,Version\n1,Acme Medical,Drip 2,2.1.0\n";
        house.take_in(inventory).await;
        let stands = async || {
            let all = judged(app, ada, Some(ada.head)).await.unwrap().assessed;
            let found = all.iter().find(|one| one.control.id() == "B-16").unwrap();
            (found.ruling.verdict, found.ruling.why.clone())
        };
        assert_eq!(stands().await.0, Standing::CannotTell);
        let waiting = house.form_arrives("drip.csv", &fixture("drip.csv")).await.unwrap();
        assert_eq!(stands().await.0, Standing::CannotTell, "it waits");
        place(app, ada, waiting, &placing(&["1.0"])).await.unwrap();
        let (verdict, why) = stands().await;
        assert_eq!(verdict, Standing::PartlyMet, "{why}");
        assert!(why.contains("another version"), "{why}");
        // Of a day to come it is no current form.
        let later = form(&[("2026-03-20", "2030-01-01")]);
        let later = house.form_in_force(&later, &["9.9"]).await;
        let (verdict, why) = stands().await;
        assert_eq!(
            (verdict, why.contains("2030")),
            (Standing::PartlyMet, false),
            "{why}"
        );
        end(app, ada, later, "of a day to come").await.unwrap();
        end(app, ada, waiting, "of another version").await.unwrap();
        assert_eq!(stands().await.0, Standing::CannotTell);
        house.form_in_force(&form(&[("MDS2-DRIP2-07", "MDS2-DRIP2-08")]), &[]).await;
        let (verdict, why) = stands().await;
        assert_ne!(verdict, Standing::CannotTell, "{why}");
        assert!(why.contains("2026-03-20") && !why.contains("another version"), "{why}");
    }
);

on_both!(
    a_guest_delivers_forms_of_its_own_products_and_they_wait,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada) = (&house.app, &house.ada);
        let acme = house.guest_of_acme("gus", "Acme Medical").await;
        let other = house.guest_of_acme("otto", "Brightwell Devices").await;
        let sends = async |by: &Actor, bytes: &[u8]| {
            let new = NewForm {
                organisation: ada.head,
                name: "drip.csv",
                product: PRODUCT,
                releases: &[],
            };
            deliver(app, by, new, Parcel::of(bytes).unwrap()).await
        };
        let refused = sends(&other, &fixture("drip.csv")).await;
        assert!(matches!(refused, Err(Mds2Error::OtherMaker(_))), "{refused:?}");
        assert_eq!(house.forms().await, 0);
        let id = sends(&acme, &fixture("drip.csv")).await.unwrap();
        assert_eq!(sends(&acme, &fixture("drip.csv")).await.unwrap(), id);
        assert_eq!(house.form_standing(id).await, Mds2Standing::Waiting);
        assert_eq!(delivered(app, &acme).await.unwrap().len(), 1);
        assert_eq!(delivered(app, &other).await.unwrap(), []);
        assert!(see(app, &acme, id).await.is_err(), "a guest sees no page of the house");
        assert!(place(app, &acme, id, &placing(&[])).await.is_err());
        let (_, _, own) = proposed(app, ada, id, None).await.unwrap();
        assert_eq!(own.product, PRODUCT);
        end(app, ada, id, "half of it is empty").await.unwrap();
        let told = delivered(app, &acme).await.unwrap();
        assert_eq!(told[0].standing(), Mds2Standing::Declined);
        assert_eq!(told[0].reason, "half of it is empty");
        sends(&acme, &fixture("drip.csv")).await.unwrap();
        place(app, ada, id, &own).await.unwrap();
        assert_eq!(
            delivered(app, &acme).await.unwrap()[0].standing(),
            Mds2Standing::InForce
        );
    }
);

on_both!(
    a_form_is_led_to_its_place_and_listed_anew_from_its_document,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada) = (&house.app, &house.ada);
        let parcel = || Parcel::of(&fixture("drip.csv")).unwrap();
        let supplier = open(app, ada, ada.head, "Acme Medical").await.unwrap();
        let dropped = drop_document(app, ada, supplier, ("drip.csv", ""), parcel()).await;
        assert!(matches!(dropped, Err(SupplierError::Elsewhere { .. })), "{dropped:?}");
        let shown =
            operations::evidence::arrive(app, ada, ada.head, "drip.csv", parcel()).await;
        assert!(matches!(shown, Err(EvidenceError::Elsewhere { .. })), "{shown:?}");
        let sbom = bills::arrive(app, ada, ada.head, "drip.csv", parcel()).await;
        assert!(sbom.unwrap_err().to_string().contains("MDS2"));

        let id = house.form_in_force(&fixture("drip.csv"), &[]).await;
        let scope = Scope::whole(ada.head);
        let before = app.store.mds2_form(&scope, id).await.unwrap().said;
        let other = Mds2Said { answered: 1, ..before.clone() };
        let mut write = app.store.write(ada.head, now()).await.unwrap();
        write.mend_mds2_form(id, &other).await.unwrap();
        let (by, what, noun) = (0, "test", Noun::Mds2Form);
        write.commit(Act { by, what, noun, id, facts: Vec::new() }).await.unwrap();
        let remade = reindex::reindex(app, "test").await.unwrap();
        assert_eq!((remade.forms, remade.mended_forms), (1, 1), "{remade:?}");
        assert_eq!(app.store.mds2_form(&scope, id).await.unwrap().said, before);
    }
);
