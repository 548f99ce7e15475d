//! Purchases from the first bidder to the award: files are kept and judged anew when they change,
//! gates block until two people override them, and nothing of one bid reaches another or somebody
//! who does not buy along.

mod told;

use std::io::Write as _;
use std::path::Path;

use ::posture::Verdict;
use ::supplier::dossier::Origin;
use operations::judging::use_index;
use operations::organisation::make_below;
use operations::people::{Invitation, invite, invite_guest, set_password};
use operations::posture::{AWARDS, judged};
use operations::purchase::{
    Compared, Dropped, NewBid, News, NewsKind, PurchaseError, Saying, Side, Wish, add,
    approve, ask_override, award, bought, cancel, change, compare, deliver, file,
    leave_out, make, take_out, watch, watch_all,
};
use operations::supplier::{Brought, EntryKind, open};
use operations::{Actor, App, Permission};
use store::{Kind, NewOrganisation, Parcel, Role, StoreError};

use crate::databases::{Fresh, on_both};
use crate::demo::advisories;
use crate::house::{House, built};

fn now() -> jiff::Timestamp {
    "2026-11-26T12:00:00Z".parse().unwrap()
}

fn folder(name: &str) -> Vec<Dropped> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/purchase");
    let mut files: Vec<_> = std::fs::read_dir(root.join(name))
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    files.sort();
    let dropped = files.iter().map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        dropped(&name, &std::fs::read(path).unwrap())
    });
    dropped.collect()
}

fn dropped(name: &str, bytes: &[u8]) -> Dropped {
    Dropped { name: name.to_owned(), parcel: Parcel::of(bytes).unwrap() }
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn saying(members: &[i64]) -> Saying {
    Saying {
        title: "Infusion pumps".to_owned(),
        tier: "life_sustaining".to_owned(),
        used_until: "2037-01-31".to_owned(),
        members: members.to_vec(),
        ..Saying::default()
    }
}

fn bid(name: &str, product: &str, version: &str) -> NewBid {
    let [name, product, version] = [name, product, version].map(str::to_owned);
    NewBid { name, product, version, supplier: None }
}

impl House {
    /// A purchase with Aldermoor and Brackwater, each with its files.
    async fn bidding(&self, members: &[i64]) -> (i64, i64, i64) {
        let (app, ada) = (&self.app, &self.ada);
        let id = make(app, ada, ada.head, &saying(members)).await.unwrap();
        let aldermoor = bid("Aldermoor Medical", "Meridian 500", "3.0");
        let one = add(app, ada, id, &aldermoor).await.unwrap();
        let brackwater = bid("Brackwater Devices GmbH", "Flow 7", "");
        let other = add(app, ada, id, &brackwater).await.unwrap();
        let files = folder("aldermoor");
        assert_eq!(deliver(app, ada, (id, one), Side::Bidder, files).await.unwrap(), 8);
        let files = folder("brackwater");
        assert_eq!(deliver(app, ada, (id, other), Side::Bidder, files).await.unwrap(), 4);
        (id, one, other)
    }

    async fn person_of(&self, role: Role, place: i64, name: &str) -> Actor {
        let address = format!("{name}@x.example");
        let invitation = Invitation {
            name,
            address: &address,
            zone: "UTC",
            role,
            organisation: place,
        };
        let link = match role {
            Role::SupplierGuest => {
                invite_guest(&self.app, &self.ada, invitation, "Aldermoor Medical").await
            }
            _ => invite(&self.app, &self.ada, invitation).await,
        };
        let password = "a long sentence will do";
        let new = set_password(&self.app, &link.unwrap(), password).await.unwrap();
        let session = self.app.store.session(&new.secret, now()).await.unwrap().unwrap();
        Actor::of_session(&self.app, session).await.unwrap()
    }

    async fn member_named(&self, name: &str) -> i64 {
        let new = NewOrganisation { kind: Kind::Site, name };
        make_below(&self.app, &self.ada, self.ada.head, new).await.unwrap().id
    }
}

fn standing(compared: &Compared, bidder: i64, gate: &str) -> (&'static str, bool) {
    let bid = compared.bids.iter().find(|it| it.bidder.id == bidder).unwrap();
    let gate = bid.gates.iter().find(|it| it.gate.id == gate).unwrap();
    (gate.gate.standing, gate.blocks)
}

on_both!(
    files_are_recognised_judged_and_judged_anew_when_they_change,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada) = (&house.app, &house.ada);
        let (id, one, other) = house.bidding(&[]).await;
        let first = compare(app, ada, id).await.unwrap();
        assert_eq!(first.bids.len(), 2);
        assert!(first.bids.iter().all(operations::purchase::Bidding::is_blocked));
        assert_eq!(
            standing(&first, one, "isao"),
            ("unproven", true),
            "a letter is a hint"
        );
        assert_eq!(standing(&first, one, "sbom"), ("passed", false));
        let told = &first.bids[0].judgement;
        let kinds: Vec<&str> = told.files.iter().map(|it| it.kind).collect();
        assert!(kinds.contains(&"MDS2 form") && kinds.contains(&"SBOM"), "{kinds:?}");
        assert_eq!(told.considerations.len(), 64);
        // Whatever a cell rests on leads to its file.
        let form = told.considerations.iter().flat_map(|it| &it.grounds);
        let mut form = form.filter(|it| it.document == "bid/mds2.csv");
        assert!(first.file_of(one, &form.next().unwrap().document).is_some());
        assert!(first.file_of(other, "bid/mds2.csv").is_none(), "of another bid");
        // Nothing changed: what was worked out is given again.
        assert!(std::sync::Arc::ptr_eq(&first, &compare(app, ada, id).await.unwrap()));

        let sbom = first.files.iter().find(|it| it.name == "sbom.cdx.json").unwrap();
        let (_, bytes) = file(app, ada, id, sbom.id).await.unwrap();
        let sha = data_encoding::HEXLOWER
            .encode(&<sha2::Sha256 as sha2::Digest>::digest(&bytes));
        assert_eq!(sbom.sha256, sha);
        assert_eq!(take_out(app, ada, id, sbom.id).await.unwrap(), one);
        let second = compare(app, ada, id).await.unwrap();
        let gate = standing(&second, one, "sbom");
        assert_eq!(gate, ("closed", true), "none was delivered");
        assert_ne!(first.digest, second.digest);
        let lists = |compared: &Compared| {
            let bid = compared.bids.iter().find(|it| it.bidder.id == other).unwrap();
            format!("{:?}{:?}", bid.gates, bid.judgement)
        };
        assert_eq!(lists(&first), lists(&second), "another bid is not touched");
        let broken = dropped("sbom.json", b"{\"bomFormat\": \"CycloneDX\", ");
        deliver(app, ada, (id, one), Side::Bidder, vec![broken]).await.unwrap();
        let third = compare(app, ada, id).await.unwrap();
        let files = &third.bids[0].judgement.files;
        let broken = files.iter().find(|it| it.fate == "refused").unwrap();
        assert!(broken.why.contains("line 1"), "with the place: {}", broken.why);
        assert!(standing(&third, one, "sbom").1);
        let gate = third.bids[0].gates.iter().find(|it| it.gate.id == "sbom").unwrap();
        let named = "no SBOM counts: bid/sbom.json: the document ends";
        assert!(gate.gate.why.starts_with(named), "{}", gate.gate.why);
        let asked = &third.bids[0].judgement.questions;
        assert!(asked.iter().any(|it| it.key == "file:bid/sbom.json"), "{asked:?}");
    }
);

on_both!(what_the_house_knows_counts_for_its_supplier_alone, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    let (app, ada) = (&house.app, &house.ada);
    let supplier = open(app, ada, ada.head, "Aldermoor Medical").await.unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/purchase");
    let read = |name: &str| std::fs::read(root.join(name)).unwrap();
    let fields = [("isao", "Health-ISAC"), ("until", "2027-06-30")];
    let fields = fields.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let fields = fields.into_iter().collect();
    let letter = Parcel::of(&read("aldermoor/isac-letter.txt")).unwrap();
    let file = Some(("isac-letter.txt", &letter));
    let (kind, origin) = (EntryKind::Membership, Origin::ThirdParty);
    let member = Brought { kind, origin, fields: &fields, file };
    operations::supplier::add(app, ada, supplier, member).await.unwrap();
    let id = make(app, ada, ada.head, &saying(&[])).await.unwrap();
    let joined = NewBid {
        supplier: Some(supplier),
        product: "Meridian 500".to_owned(),
        version: "3.0".to_owned(),
        ..NewBid::default()
    };
    let one = add(app, ada, id, &joined).await.unwrap();
    let other = add(app, ada, id, &bid("Dunmore Infusion", "", "")).await.unwrap();
    let files = folder("aldermoor");
    deliver(app, ada, (id, one), Side::Bidder, files).await.unwrap();
    // The same dossier, sent by a bidder, is its own word.
    let files = vec![
        dropped("dossier.toml", &read("house/aldermoor/dossier.toml")),
        dropped("isac-letter.txt", &read("aldermoor/isac-letter.txt")),
    ];
    deliver(app, ada, (id, other), Side::Bidder, files).await.unwrap();
    let compared = compare(app, ada, id).await.unwrap();
    assert_eq!(standing(&compared, one, "isao").0, "passed");
    assert_eq!(standing(&compared, other, "isao").0, "unproven");
    let houses = |at: usize| {
        let files = compared.bids[at].judgement.files.iter();
        files.filter(|it| it.from == "house").count()
    };
    assert!(houses(0) > 0);
    assert_eq!(houses(1), 0, "of another supplier");
    // Whoever sees no dossier joins none.
    let none = NewBid { supplier: Some(supplier + 1000), ..NewBid::default() };
    let absent = add(app, ada, id, &none).await.unwrap_err();
    assert!(matches!(absent, PurchaseError::Store(StoreError::Absent { .. })));
    let twice = add(app, ada, id, &bid("dunmore INFUSION", "", "")).await;
    assert!(matches!(twice, Err(PurchaseError::Twice(_))), "{twice:?}");
});

on_both!(
    a_damaged_workbook_is_kept_with_its_fault_and_the_rest_is_read,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada) = (&house.app, &house.ada);
        let id = make(app, ada, ada.head, &saying(&[])).await.unwrap();
        let one = add(app, ada, id, &bid("Aldermoor", "", "")).await.unwrap();
        let cut: &[u8] = b"PK\x03\x04 cut";
        let inner: &[u8] = b"PK\x03\x04 cut too";
        let packed = zipped(&[("good.txt", b"a letter"), ("in/mds2.XLSX", inner)]);
        let files = vec![
            dropped("letter.txt", b"another letter"),
            dropped("questions.xlsx", cut),
            dropped("bid.zip", &packed),
        ];
        assert_eq!(deliver(app, ada, (id, one), Side::Bidder, files).await.unwrap(), 4);
        let compared = compare(app, ada, id).await.unwrap();
        let told = &compared.bids[0].judgement.files;
        let fate = |name: &str| told.iter().find(|it| it.file.ends_with(name)).unwrap();
        for (name, bytes) in [("questions.xlsx", cut), ("in/mds2.XLSX", inner)] {
            let file = fate(name);
            assert_eq!(file.fate, "refused", "{file:?}");
            assert!(!file.why.is_empty(), "{file:?}");
            let key = format!("file:{}", file.file);
            let asked = &compared.bids[0].judgement.questions;
            assert!(asked.iter().any(|it| it.key == key), "{asked:?}");
            // Nothing is lost: the bytes are those that came.
            let kept = compared.files.iter().find(|it| it.name.ends_with(name)).unwrap();
            assert_eq!(bytes_of(app, ada, id, kept.id).await, bytes);
        }
        assert_ne!(fate("letter.txt").fate, "refused");
        assert_ne!(fate("good.txt").fate, "refused");
    }
);

async fn bytes_of(app: &App, ada: &Actor, id: i64, one: i64) -> Vec<u8> {
    file(app, ada, id, one).await.unwrap().1
}

on_both!(an_archive_that_leads_out_or_swells_leaves_nothing, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    let (app, ada) = (&house.app, &house.ada);
    let id = make(app, ada, ada.head, &saying(&[])).await.unwrap();
    let one = add(app, ada, id, &bid("Aldermoor", "", "")).await.unwrap();
    let vast = vec![b'x'; 300 * 1024 * 1024];
    let archives = [
        ("out.zip", zipped(&[("good.txt", b"a"), ("../other/mds2.csv", b"b")])),
        ("rooted.zip", zipped(&[("/etc/passwd", b"a")])),
        ("bomb.zip", zipped(&[("good.txt", b"a"), ("vast.txt", &vast)])),
        ("cut.zip", b"PK\x03\x04 cut".to_vec()),
    ];
    for (name, bytes) in archives {
        let files = vec![dropped("letter.txt", b"a letter"), dropped(name, &bytes)];
        let refused = deliver(app, ada, (id, one), Side::Bidder, files).await;
        let told = match refused {
            Err(PurchaseError::Refused { name, .. }) => name,
            other => panic!("{name}: {other:?}"),
        };
        assert!(told.starts_with(name), "{told}");
    }
    let compared = compare(app, ada, id).await.unwrap();
    assert!(compared.files.is_empty() && compared.bids[0].judgement.files.is_empty());
    // Two files of one name stand beside each other; the same bytes stand once.
    let zip = zipped(&[("a/letter.txt", b"one"), ("letter.txt", b"two")]);
    let files = vec![
        dropped("bid.zip", &zip),
        dropped("letter.txt", b"three"),
        dropped("C:\\docs\\letter.txt", b"four"),
    ];
    deliver(app, ada, (id, one), Side::Bidder, files).await.unwrap();
    let again = vec![dropped("other.txt", b"three")];
    deliver(app, ada, (id, one), Side::Bidder, again).await.unwrap();
    let compared = compare(app, ada, id).await.unwrap();
    let names: Vec<&str> = compared.files.iter().map(|it| it.name.as_str()).collect();
    let expected =
        ["bid.zip!a/letter.txt", "bid.zip!letter.txt", "letter.txt", "letter (2).txt"];
    assert_eq!(names, expected);
});

on_both!(
    gates_block_until_two_people_override_them_and_the_award_keeps_what_was_known,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada) = (&house.app, &house.ada);
        let (id, one, other) = house.bidding(&[]).await;
        let cora = house.person_of(Role::Contracting, ada.head, "cora").await;
        let seen = compare(app, &cora, id).await.unwrap();
        let terms = ("as offered", "2027-11-26");
        let blocked = award(app, &cora, (id, one), terms, &seen.digest).await;
        assert!(matches!(blocked, Err(PurchaseError::Blocked(_))), "{blocked:?}");
        let bidding = seen.bids.iter().find(|it| it.bidder.id == one).unwrap();
        let open = bidding.gates.iter().find(|it| !it.blocks).unwrap().gate.id.clone();
        let wish = |gate, reason, last_day| Wish { bidder: one, gate, reason, last_day };
        let why = "the contract is being signed";
        for (gate, reason, last_day) in [
            (open.as_str(), why, "2026-12-31"),
            ("isao", " ", "2026-12-31"),
            ("isao", why, "2026-11-25"),
            ("isao", why, "2028-11-26"),
        ] {
            let asked = ask_override(app, &cora, id, wish(gate, reason, last_day)).await;
            assert!(asked.is_err(), "{gate} {reason} {last_day}");
        }
        let mut asked = Vec::new();
        for gate in bidding.gates.iter().filter(|it| it.blocks) {
            let wish = wish(&gate.gate.id, why, "2026-12-31");
            asked.push(ask_override(app, &cora, id, wish).await.unwrap());
        }
        let own = ask_override(
            app,
            ada,
            id,
            Wish { bidder: other, ..wish("isao", why, "2026-12-31") },
        );
        let own = own.await.unwrap();
        assert!(matches!(approve(app, ada, id, own).await, Err(PurchaseError::Own)));
        let may_not = approve(app, &cora, id, own).await;
        assert!(matches!(may_not, Err(PurchaseError::Others)), "{may_not:?}");
        assert!(compare(app, ada, id).await.unwrap().bids[0].is_blocked());
        for number in &asked {
            approve(app, ada, id, *number).await.unwrap();
        }
        let over = compare(app, ada, id).await.unwrap();
        assert!(!over.bids[0].is_blocked());
        assert!(over.bids[1].is_blocked(), "of another bidder");
        // Once it is over, it holds no more.
        let mut later = app.clone();
        later.now = || "2027-01-01T12:00:00Z".parse().unwrap();
        assert!(compare(&later, ada, id).await.unwrap().bids[0].is_blocked());
        let stale = award(app, &cora, (id, one), terms, &seen.digest).await;
        assert!(matches!(stale, Err(PurchaseError::Changed)), "{stale:?}");
        award(app, &cora, (id, one), terms, &over.digest).await.unwrap();
        let ended = compare(app, ada, id).await.unwrap().purchase.clone().ended.unwrap();
        let kept = ended.award.unwrap();
        assert_eq!((kept.bidder, kept.last_day.as_str()), (one, "2027-11-26"));
        let whole = store::Scope::whole(ada.head);
        let record = app.store.bytes_of(&whole, kept.record).await.unwrap();
        let text = String::from_utf8(record.clone()).unwrap();
        assert!(!text.contains("Brackwater"), "of nobody else");
        let record: serde_json::Value = serde_json::from_slice(&record).unwrap();
        assert_eq!(record["exceptions"].as_array().unwrap().len(), asked.len());
        assert_eq!(record["originals"].as_array().unwrap().len(), 8);
        // What has ended stays as it is.
        for ended in [
            cancel(app, &cora, id, "no money").await,
            change(app, &cora, id, &saying(&[])).await,
            leave_out(app, &cora, id, other).await,
            approve(app, ada, id, own).await.map(drop),
            take_out(app, &cora, id, over.files[0].id).await.map(drop),
            deliver(app, &cora, (id, one), Side::Bidder, folder("aldermoor"))
                .await
                .map(drop),
        ] {
            assert!(matches!(ended, Err(PurchaseError::Ended)), "{ended:?}");
        }
    }
);

on_both!(who_buys_along_looks_and_nobody_else_sees_anything, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    let (app, ada) = (&house.app, &house.ada);
    let (north, south) =
        (house.member_named("North").await, house.member_named("South").await);
    let (id, one, _) = house.bidding(&[north]).await;
    let member = house.person_of(Role::Administrator, north, "nina").await;
    let compared = compare(app, &member, id).await.unwrap();
    let first = compared.files[0].id;
    assert!(file(app, &member, id, first).await.is_ok());
    let changes = [
        change(app, &member, id, &saying(&[])).await,
        add(app, &member, id, &bid("Eve", "", "")).await.map(drop),
        leave_out(app, &member, id, one).await,
        take_out(app, &member, id, first).await.map(drop),
        cancel(app, &member, id, "no").await,
    ];
    for change in changes {
        assert!(matches!(change, Err(PurchaseError::Others)), "{change:?}");
    }
    let above = make(app, &member, ada.head, &saying(&[])).await;
    assert!(matches!(above, Err(PurchaseError::NotAllowed)), "{above:?}");
    let beside = make(app, &member, north, &saying(&[south])).await;
    assert!(matches!(beside, Err(PurchaseError::Wrong("members", _))), "{beside:?}");
    // Somebody beside, a guest of a bidder, and roles that buy nothing.
    let strangers = [
        house.person_of(Role::Administrator, south, "sue").await,
        house.person_of(Role::SupplierGuest, ada.head, "gus").await,
        house.person_of(Role::Biomed, ada.head, "bob").await,
        house.person_of(Role::Viewer, ada.head, "vic").await,
    ];
    for stranger in &strangers {
        let scope = stranger.scope(Permission::ViewPurchases);
        assert!(app.store.purchases(&scope).await.unwrap().is_empty());
        let absent = |found: Result<(), PurchaseError>| {
            let is =
                matches!(found, Err(PurchaseError::Store(StoreError::Absent { .. })));
            assert!(is, "{}: {found:?}", stranger.name);
        };
        absent(compare(app, stranger, id).await.map(drop));
        absent(file(app, stranger, id, first).await.map(drop));
        absent(add(app, stranger, id, &bid("Eve", "", "")).await.map(drop));
        absent(cancel(app, stranger, id, "no").await);
    }
});

on_both!(
    a_purchase_is_said_with_a_tier_a_day_and_a_profile_that_reads,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada) = (&house.app, &house.ada);
        let said = saying(&[]);
        for wrong in [
            Saying { title: " ".to_owned(), ..said.clone() },
            Saying { tier: "grave".to_owned(), ..said.clone() },
            Saying { used_until: "2020-01-01".to_owned(), ..said.clone() },
            Saying { profile: "profile = 1\nflagz = 3".to_owned(), ..said.clone() },
        ] {
            assert!(make(app, ada, ada.head, &wrong).await.is_err(), "{wrong:?}");
        }
        let (id, ..) = house.bidding(&[]).await;
        let asked = compare(app, ada, id).await.unwrap().gates.len();
        let ours = ::purchase::profile::STANDARD.replace("id = \"isao\"", "id = \"hub\"");
        let ours = Saying { profile: ours, ..said };
        change(app, ada, id, &ours).await.unwrap();
        let compared = compare(app, ada, id).await.unwrap();
        assert_eq!(compared.gates.len(), asked);
        assert!(compared.gates.iter().any(|(id, _)| id == "hub"), "{:?}", compared.gates);
    }
);

impl House {
    /// The dossier of Eastgate, a member of an ISAO until the middle of December.
    async fn eastgate(&self) -> i64 {
        let (app, ada) = (&self.app, &self.ada);
        let supplier = open(app, ada, ada.head, "Eastgate Systems").await.unwrap();
        let fields = [("isao", "Health-ISAC"), ("until", "2026-12-15")];
        let fields = fields.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let fields = fields.into_iter().collect();
        let letter = Parcel::of(b"Eastgate Systems is a member.").unwrap();
        let file = Some(("letter.txt", &letter));
        let (kind, origin) = (EntryKind::Membership, Origin::ThirdParty);
        let member = Brought { kind, origin, fields: &fields, file };
        operations::supplier::add(app, ada, supplier, member).await.unwrap();
        supplier
    }

    /// Everything that keeps from buying is overridden, and the purchase awarded.
    async fn awarded(&self, id: i64, one: i64) {
        let (app, ada) = (&self.app, &self.ada);
        let cora = self.person_of(Role::Contracting, ada.head, "cora").await;
        let seen = compare(app, &cora, id).await.unwrap();
        let bid = seen.bids.iter().find(|it| it.bidder.id == one).unwrap();
        for gate in bid.gates.iter().filter(|it| it.blocks) {
            let gate = gate.gate.id.as_str();
            let (reason, last_day) = ("it is mended by then", "2026-12-31");
            let wish = Wish { bidder: one, gate, reason, last_day };
            let asked = ask_override(app, &cora, id, wish).await.unwrap();
            assert_eq!(approve(app, ada, id, asked).await.unwrap(), one);
        }
        let over = compare(app, &cora, id).await.unwrap();
        let terms = ("", "2027-11-26");
        let unseen = award(app, &cora, (id, one), terms, "").await;
        assert!(matches!(unseen, Err(PurchaseError::Missing("shown"))), "{unseen:?}");
        award(app, &cora, (id, one), terms, &over.digest).await.unwrap();
    }
}

async fn news(app: &operations::App, by: &Actor, id: i64) -> Vec<News> {
    let compared = compare(app, by, id).await.unwrap();
    watch(app, &compared, by.head).await.unwrap().unwrap().news
}

fn about<'n>(news: &'n [News], kind: NewsKind, what: &str) -> Option<&'n News> {
    news.iter().find(|it| it.kind == kind && it.what.contains(what))
}

on_both!(what_was_bought_is_watched_for_those_who_bought_it, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    let (app, ada) = (&house.app, &house.ada);
    let (north, south) =
        (house.member_named("North").await, house.member_named("South").await);
    let supplier = Some(house.eastgate().await);
    let id = make(app, ada, ada.head, &saying(&[north])).await.unwrap();
    let eastgate = NewBid { supplier, ..bid("", "Drift", "1.4") };
    let one = add(app, ada, id, &eastgate).await.unwrap();
    deliver(app, ada, (id, one), Side::Bidder, folder("eastgate")).await.unwrap();
    let going_on = compare(app, ada, id).await.unwrap();
    assert_eq!(standing(&going_on, one, "isao"), ("passed", false));
    assert_eq!(watch(app, &going_on, ada.head).await.unwrap(), None, "not bought yet");
    house.awarded(id, one).await;
    assert_eq!(news(app, ada, id).await, [], "nothing is new at once");
    watch_all(app).await.unwrap();
    assert!(bought(app, ada).await.unwrap().is_empty());

    // Advisories come in: a flaw of what was bought is exploited, and its gate is closed, which
    // the override of what nobody could prove does not cover.
    let index = built(house.folder.path(), "one.index", &advisories(|_| true));
    use_index(app, &index).await.unwrap();
    let new = news(app, ada, id).await;
    let gate = new.first().unwrap();
    assert_eq!(
        (gate.kind, gate.anchor.as_str()),
        (NewsKind::Gate, "gate-exploited-flaw")
    );
    assert!(gate.told.starts_with("closed, was overridden"), "{}", gate.told);
    let heartbleed = about(&new, NewsKind::Exploited, "CVE-2014-0160").unwrap();
    assert!(heartbleed.told.contains("openssl 1.0.1e"), "{}", heartbleed.told);
    assert!(about(&new, NewsKind::Flaw, "CVE-2018-25032").is_some(), "{new:?}");

    let nina = house.person_of(Role::Contracting, north, "nina").await;
    let strangers = [
        house.person_of(Role::Administrator, south, "sue").await,
        house.person_of(Role::SupplierGuest, ada.head, "gus").await,
        house.person_of(Role::Biomed, ada.head, "bob").await,
        house.person_of(Role::Viewer, ada.head, "vic").await,
    ];
    // What Today says is worked out before anybody opens it.
    assert!(bought(app, &nina).await.unwrap().is_empty());
    watch_all(app).await.unwrap();
    for buyer in [ada, &nina] {
        let told = bought(app, buyer).await.unwrap();
        assert_eq!(told.len(), 1, "{}", buyer.name);
        assert_eq!((told[0].0.id, &told[0].1.news), (id, &new));
    }
    for stranger in &strangers {
        assert!(bought(app, stranger).await.unwrap().is_empty(), "{}", stranger.name);
    }

    // A membership ends by itself, and so do the overrides.
    let mut later = app.clone();
    later.now = || "2027-01-02T12:00:00Z".parse().unwrap();
    let new = news(&later, ada, id).await;
    let ended = about(&new, NewsKind::Ended, "Health-ISAC").unwrap();
    assert_eq!(ended.told, "on 2026-12-15");
    let gate = about(&new, NewsKind::Gate, "A proven membership").unwrap();
    assert!(gate.told.contains("was passed"), "{}", gate.told);
    let warranty = about(&new, NewsKind::Gate, "A warranty").unwrap();
    assert!(warranty.told.contains("was overridden"), "{}", warranty.told);
    assert!(about(&new, NewsKind::Award, "").is_none());
    watch_all(&later).await.unwrap();
    assert_eq!(bought(&later, &nina).await.unwrap()[0].1.news, new);
    later.now = || "2028-01-02T12:00:00Z".parse().unwrap();
    assert!(about(&news(&later, ada, id).await, NewsKind::Award, "run out").is_some());
});

on_both!(what_was_awarded_is_evidence_of_how_the_house_buys, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    let (app, ada) = (&house.app, &house.ada);
    let stands = async |control: &str| {
        let all = judged(app, ada, None).await.unwrap().assessed;
        let found = all.iter().find(|it| it.control.id() == control).unwrap();
        let documents: Vec<String> =
            found.ruling.grounds.iter().map(|it| it.document.clone()).collect();
        (found.ruling.verdict, found.ruling.why.clone(), documents)
    };
    for control in ["B-02", "B-09", "D-03"] {
        assert_eq!(stands(control).await.0, Verdict::CannotTell, "{control}");
    }
    let (id, one, _) = house.bidding(&[]).await;
    assert_eq!(stands("B-02").await.0, Verdict::CannotTell, "nothing is awarded yet");
    house.awarded(id, one).await;
    let record = format!("{AWARDS}{id}");
    // Gates were overridden, and the record says so; no membership was proven.
    for (control, said) in
        [("B-02", "though the gate was closed"), ("D-03", "no membership is shown")]
    {
        let (verdict, why, documents) = stands(control).await;
        assert_eq!(verdict, Verdict::NotMet, "{control}: {why}");
        assert!(why.contains(said), "{control}: {why}");
        assert!(documents.contains(&record), "{control}: {documents:?}");
    }
    // Of a gate that was unproven nobody can tell how many red flags there were.
    let (verdict, why, _) = stands("B-09").await;
    assert_eq!(verdict, Verdict::CannotTell, "{why}");
});

on_both!(an_award_is_known_by_what_its_gates_ask_for, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    let (app, ada) = (&house.app, &house.ada);
    let supplier = Some(house.eastgate().await);
    let ours = ::purchase::profile::STANDARD.replace("id = \"isao\"", "id = \"hub\"");
    let ours = Saying { profile: ours, ..saying(&[]) };
    let id = make(app, ada, ada.head, &ours).await.unwrap();
    let eastgate = NewBid { supplier, ..bid("", "Drift", "1.4") };
    let one = add(app, ada, id, &eastgate).await.unwrap();
    house.awarded(id, one).await;
    let whole = store::Scope::whole(ada.head);
    let ended = app.store.purchase(&whole, id).await.unwrap().ended.unwrap();
    let bytes = app.store.bytes_of(&whole, ended.award.unwrap().record).await.unwrap();
    let record: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let gates = record["gates"].as_array().unwrap();
    let hub = gates.iter().find(|it| it["tells"] == "membership").unwrap();
    assert_eq!((&hub["id"], &hub["standing"]), (&"hub".into(), &"passed".into()));
    assert_eq!(hub["isaos"], serde_json::json!(["Health-ISAC"]));
});

on_both!(
    an_award_of_which_the_record_cannot_be_read_stands_as_bought,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada) = (&house.app, &house.ada);
        let (id, one, _) = house.bidding(&[]).await;
        let revision = compare(app, ada, id).await.unwrap().purchase.revision;
        let parcel = Parcel::of(b"no record").unwrap();
        let mut write = app.store.write(ada.head, (app.now)()).await.unwrap();
        let original = store::NewOriginal {
            organisation: ada.head,
            name: "award.json",
            kind: "award",
            label: terms::Tlp::UNLABELLED,
            by: ada.person,
            parcel: &parcel,
        };
        let record = write.keep_original(original).await.unwrap();
        let award =
            store::Award { bidder: one, last_day: "2027-11-26".to_owned(), record };
        let end = store::PurchaseEnd { reason: "", award: Some(&award), by: ada.person };
        write.end_purchase((id, revision), end).await.unwrap();
        let noun = store::Noun::Purchase;
        let act = store::Act {
            by: ada.person,
            what: "award purchase",
            noun,
            id,
            facts: vec![],
        };
        write.commit(act).await.unwrap();

        let all = judged(app, ada, None).await.unwrap().assessed;
        for (control, said) in [
            ("B-02", "nobody says how it was bought"),
            ("D-03", "nobody says how it was bought"),
        ] {
            let ruling =
                &all.iter().find(|it| it.control.id() == control).unwrap().ruling;
            assert_eq!(ruling.verdict, Verdict::CannotTell, "{control}: {}", ruling.why);
            assert!(
                ruling.why.contains("Aldermoor Medical"),
                "{control}: {}",
                ruling.why
            );
            assert!(ruling.why.contains(said), "{control}: {}", ruling.why);
            let record = format!("{AWARDS}{id}");
            assert!(ruling.grounds.iter().any(|it| it.document == record), "{control}");
        }
        // Whoever sold it is a supplier of whom nobody knows whether it was vetted.
        let vetted = &all.iter().find(|it| it.control.id() == "B-09").unwrap().ruling;
        assert_eq!(vetted.verdict, Verdict::CannotTell, "{}", vetted.why);
    }
);
