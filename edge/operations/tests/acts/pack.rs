//! Evidence packs: what is in one and what stays in the house, that it proves itself to programs
//! that we did not write, and whose key signs it.

mod products;

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::process::Command;

use ::pack::{Fault, MANIFEST, PublicKey, check};
use ::posture::catalog;
use operations::evidence::{Answers, arrive, take, withdraw};
use operations::organisation::make_below;
use operations::pack::{Bytes, KeptBack, PackError, draft, give, keys, renew};
use operations::posture::{approve_exception, ask_exception, judged};
use operations::{Actor, Permission};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use store::{Audience, Kind, NewOrganisation, Parcel, Role, StoreError};

use crate::databases::{Fresh, on_both};
use crate::house::House;

const ROSTER: &str =
    "Employee ID,Role,Start Date\n1,Nurse,2026-11-01\n2,Nurse,2026-11-01\n";
const DONE: &str = "Employee ID,Course,Completion Date,Status\n\
                    1,Hygiene,2026-11-02,Completed\n2,Hygiene,2026-11-03,Completed\n";

fn now() -> jiff::Timestamp {
    "2026-11-26T12:00:00Z".parse().unwrap()
}

async fn kept(house: &House, place: i64, (name, text): (&str, &str), label: &str) -> i64 {
    let parcel = Parcel::of(text.as_bytes()).unwrap();
    let arrived = arrive(&house.app, &house.ada, place, name, parcel).await.unwrap();
    let answers = Answers { label: label.to_owned(), ..Answers::default() };
    take(&house.app, &house.ada, arrived.id(), &answers).await.unwrap();
    arrived.id()
}

async fn site(house: &House, name: &str) -> i64 {
    let new = NewOrganisation { kind: Kind::Site, name };
    make_below(&house.app, &house.ada, house.ada.head, new).await.unwrap().id
}

/// A pack as whoever asks gets it.
async fn packed(house: &House, by: &Actor, place: i64) -> Vec<u8> {
    let draft = draft(&house.app, by, Some(place)).await.unwrap();
    let index = |_: &operations::pack::Draft, key: &str| format!("<p>{key}</p>");
    let mut pieces = give(&house.app, by, draft, index).await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.recv().await {
        bytes.extend(piece.unwrap());
    }
    bytes
}

fn files(pack: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(pack)).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut bytes).unwrap();
        assert!(files.insert(name.clone(), bytes).is_none(), "{name} stands twice");
    }
    files
}

fn json(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Value {
    serde_json::from_slice(&files[name]).unwrap()
}

async fn key_of(house: &House, place: i64) -> PublicKey {
    let all = keys(&house.app, &house.ada, Permission::ViewEvidence).await.unwrap();
    let own = all.iter().find(|key| key.organisation == place && key.replaced.is_none());
    PublicKey::new(own.unwrap().public)
}

on_both!(a_pack_holds_the_whole_proof_and_proves_itself, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    let top = house.ada.head;
    let roster = kept(&house, top, ("roster.csv", ROSTER), "").await;
    let done = kept(&house, top, ("../done ü.csv", DONE), "AMBER").await;
    let gone = kept(&house, top, ("old.csv", "Employee ID,Role\n7,Cook\n"), "").await;
    withdraw(&house.app, &house.ada, gone, "of another house").await.unwrap();
    let eve = house.somebody(Role::Security, top).await;
    let control = catalog().control("B-01").unwrap();
    let asked = ("until the contract ends", "2027-01-01");
    let exception = ask_exception(&house.app, &house.ada, (top, control), asked);
    let exception = exception.await.unwrap();
    approve_exception(&house.app, &eve, exception).await.unwrap();

    let pack = packed(&house, &house.ada, top).await;
    let key = key_of(&house, top).await;
    let found = check(Cursor::new(&pack), Some(key)).unwrap();
    assert_eq!(found.faults, []);
    assert_eq!((found.delivered, found.key), (2, Some(key)));

    let files = files(&pack);
    assert_eq!(files[&format!("evidence/{roster}/roster.csv")], ROSTER.as_bytes());
    let done = format!("evidence/{done}/done__.csv");
    assert_eq!(files[&done], DONE.as_bytes());
    assert!(!files.keys().any(|name| name.contains("old.csv")), "withdrawn");
    let posture = json(&files, "posture.json");
    assert_eq!(posture["controls"].as_array().unwrap().len(), 64);
    let of = |id: &str| {
        let mut all = posture["controls"].as_array().unwrap().iter();
        all.find(|one| one["id"] == id).unwrap().clone()
    };
    let stands = judged(&house.app, &house.ada, Some(top)).await.unwrap().assessed;
    for one in &stands {
        let told = of(one.control.id());
        assert_eq!(told["verdict"], one.ruling.verdict.word());
        assert_eq!(told["why"], one.ruling.why);
        assert_eq!(told["facts"].as_array().unwrap().len(), one.ruling.grounds.len());
    }
    assert_ne!(of("A-02")["verdict"], "cannot_tell");
    let facts = of("A-02")["facts"].to_string();
    assert!(facts.contains(&done) && facts.contains("age_days"), "{facts}");
    assert_eq!(of("B-01")["exception"]["holds"], true);
    let evidence = json(&files, "evidence.json");
    let piece = &evidence["documents"][0];
    assert_eq!(piece["label"], "TLP:AMBER+STRICT");
    assert_eq!(piece["sha256"], ::pack::hex(&Sha256::digest(ROSTER)));
    assert_eq!(json(&files, "pack.json")["key"], key.fingerprint());
    for name in ["catalog", "profile", "assessment-results", "poam", "mapping"] {
        let name = format!("oscal/{name}.json");
        assert!(oscal::parse(&files[&name]).unwrap().notes.is_empty(), "{name}");
    }
    let acts = json(&files, "audit/log.json")["leaves"].to_string();
    for act in
        ["deliver evidence", "take evidence in", "ask for exception", "approve exception"]
    {
        assert!(acts.contains(act), "{act}: {acts}");
    }
    assert!(!acts.contains("sign in") && !acts.contains("invite"), "{acts}");
    // Before a byte was given, the log said which pack leaves.
    let log = house.app.store.leaves(&store::Scope::whole(top), i64::MAX, 1).await;
    let log = log.unwrap();
    assert_eq!(log[0].act, "take evidence pack away");
    let told = serde_json::to_string(&log[0].facts).unwrap();
    assert!(told.contains(&::pack::hex(&Sha256::digest(&files[MANIFEST]))), "{told}");

    // The same again is the same but for when it was made and where the log stands.
    let again = packed(&house, &house.ada, top).await;
    assert_eq!(key_of(&house, top).await, key);
    assert_eq!(check(Cursor::new(&again), Some(key)).unwrap().faults, []);
});

on_both!(what_may_not_leave_stays_and_is_named_with_the_reason, async |fresh: Fresh| {
    let house = House::at(fresh, now).await;
    let top = house.ada.head;
    let (north, south) = (site(&house, "North").await, site(&house, "South").await);
    kept(&house, north, ("roster.csv", ROSTER), "").await;
    let red = kept(&house, north, ("secret-name.csv", DONE), "RED").await;
    kept(&house, south, ("of-south.csv", ROSTER), "CLEAR").await;
    let membership = "evidence = 1\n[[membership]]\nisao = \"Health-ISAC\"\nuntil = \
                          2027-01-01\nproof = \"p.pdf\"\n";
    let parcel = Parcel::of(membership.as_bytes()).unwrap();
    let shared = arrive(&house.app, &house.ada, top, "group.toml", parcel).await;
    let shared = shared.unwrap().id();
    let below = Answers { audience: Audience::Below, ..Answers::default() };
    take(&house.app, &house.ada, shared, &below).await.unwrap();

    let one = draft(&house.app, &house.ada, Some(north)).await.unwrap();
    let why = |piece: i64| {
        let found = one.documents.iter().find(|it| it.piece == piece).unwrap();
        match found.bytes {
            Bytes::KeptBack(why) => Some(why),
            Bytes::None | Bytes::In(_) => None,
        }
    };
    assert_eq!((why(red), why(shared)), (Some(KeptBack::Label), Some(KeptBack::Owner)));
    assert!(one.kept_back.contains("A-02"), "{:?}", one.kept_back);

    let pack = packed(&house, &house.ada, north).await;
    assert_eq!(check(Cursor::new(&pack), None).unwrap().faults, []);
    let files = files(&pack);
    let documents = files.keys().filter(|name| name.starts_with("evidence/"));
    assert_eq!(documents.count(), 1, "{:?}", files.keys());
    let whole: Vec<u8> = files.values().flatten().copied().collect();
    let whole = String::from_utf8_lossy(&whole);
    let digest = blake3::hash(DONE.as_bytes()).to_hex();
    for secret in ["secret-name", digest.as_str(), "of-south", "Hygiene", "South"] {
        assert!(!whole.contains(secret), "{secret} left the house");
    }
    let posture = json(&files, "posture.json");
    let mut all = posture["controls"].as_array().unwrap().iter();
    let control = all.find(|one| one["id"] == "A-02").unwrap();
    assert_eq!(
        (&control["verdict"], &control["facts"]),
        (&Value::Null, &Value::from(Vec::<Value>::new()))
    );
    assert_eq!(control["why"], "");
    let results = String::from_utf8_lossy(&files["oscal/assessment-results.json"]);
    assert!(!results.to_lowercase().contains("\"a-02\""), "{results}");
    assert!(whole.contains("the verdict on A-02"), "it is named");

    // Who sees the posture and keeps no evidence gets no bytes; who sees neither, nothing.
    let auditor = house.somebody(Role::Auditor, north).await;
    let pack = packed(&house, &auditor, north).await;
    let own = self::files(&pack);
    assert!(!own.keys().any(|name| name.starts_with("evidence/")), "{own:?}");
    for (role, place) in [(Role::Security, south), (Role::Viewer, north)] {
        let stranger = house.somebody(role, place).await;
        let refused = draft(&house.app, &stranger, Some(north)).await.unwrap_err();
        assert!(matches!(refused, PackError::Posture(_)), "{refused}");
    }
});

on_both!(
    another_key_signs_and_the_one_before_checks_what_it_signed,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let top = house.ada.head;
        let north = site(&house, "North").await;
        let before = packed(&house, &house.ada, north).await;
        let old = key_of(&house, north).await;
        let top_pack = packed(&house, &house.ada, top).await;
        assert_ne!(key_of(&house, top).await, old, "each organisation has its own");

        let security = house.somebody(Role::Security, north).await;
        let refused = renew(&house.app, &security, north).await.unwrap_err();
        assert!(matches!(refused, PackError::Store(StoreError::Absent { .. })));
        let elsewhere = house.somebody(Role::Administrator, top).await;
        assert!(renew(&house.app, &elsewhere, 999).await.is_err());
        renew(&house.app, &house.ada, north).await.unwrap();
        let new = key_of(&house, north).await;
        assert_ne!(new, old);
        let after = packed(&house, &house.ada, north).await;
        for (pack, key, other) in [(&before, old, new), (&after, new, old)] {
            assert_eq!(check(Cursor::new(pack), Some(key)).unwrap().faults, []);
            let found = check(Cursor::new(pack), Some(other)).unwrap().faults;
            assert!(found.contains(&Fault::Signature), "{found:?}");
        }
        let found = check(Cursor::new(&top_pack), Some(new)).unwrap().faults;
        assert!(found.contains(&Fault::Signature));
        let kept = keys(&house.app, &security, Permission::ViewEvidence).await.unwrap();
        assert_eq!(kept.len(), 2, "old and new of North, none of the top");
    }
);

/// What the README of a pack says, by programs of others, where they are at hand: coreutils and
/// OpenSSL.
#[test]
fn sha256sum_and_openssl_say_the_same() {
    crate::databases::on_sqlite(async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let top = house.ada.head;
        kept(&house, top, ("roster.csv", ROSTER), "").await;
        let pack = packed(&house, &house.ada, top).await;
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files(&pack) {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let run = |script: &str| {
            let output =
                Command::new("sh").args(["-c", script]).current_dir(&folder).output();
            let output = output.unwrap();
            let told = String::from_utf8_lossy(&output.stdout).into_owned();
            (output.status.success(), told)
        };
        if !run("command -v openssl && command -v sha256sum").0 {
            return;
        }
        let sums = "sha256sum --check MANIFEST.sha256";
        let signed = "openssl pkeyutl -verify -rawin -pubin -inkey key.pem \
                      -in MANIFEST.sha256 -sigfile MANIFEST.sha256.sig";
        let printed = "openssl pkey -pubin -in key.pem -outform DER | sha256sum";
        let readme = std::fs::read_to_string(folder.path().join("README.txt")).unwrap();
        let plain = readme.replace("\\\n    ", "");
        for command in [sums, signed, printed] {
            assert!(plain.contains(command), "{command} in {plain}");
        }
        let (good, told) = run(sums);
        assert!(good && !told.contains("FAILED"), "{told}");
        assert!(run(signed).0, "{}", run(signed).1);
        let fingerprint = key_of(&house, top).await.fingerprint();
        assert!(run(printed).1.starts_with(&fingerprint), "{fingerprint}");

        let posture = folder.path().join("posture.json");
        let text = std::fs::read_to_string(&posture).unwrap();
        std::fs::write(&posture, text.replace("met", "bet")).unwrap();
        let (good, told) = run(sums);
        assert!(!good && told.contains("posture.json: FAILED"), "{told}");
        let manifest = folder.path().join(MANIFEST);
        let text = std::fs::read_to_string(&manifest).unwrap();
        std::fs::write(&manifest, text.replacen('a', "b", 1)).unwrap();
        assert!(!run(signed).0, "another manifest is not the one that was signed");
    });
}
