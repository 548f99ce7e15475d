//! A copy of everything, and back into either database.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::PathBuf;

use jiff::SignedDuration;
use store::{
    BackupError, Contents, KeyError, NewOriginal, NewPerson, NewToken, Noun, Parcel,
    Purpose, Role, RootKey, Scope, Store, StoreError,
};
use terms::Tlp;

use crate::both::{Fresh, act, at, hospital};
use crate::inventory::{all, device, take_in};

/// What is sealed stands in a copy as letters and digits, among which a short name may stand by
/// chance.
const ADA: NewPerson<'_> = NewPerson {
    name: "Ada of Invented Street",
    address: "ada@hospital.example",
    zone: "Europe/London",
};

/// A house with devices, a person, an original of several chunks and an index in use.
async fn inhabited(fresh: &Fresh) -> (i64, i64) {
    let (top, north, _) = hospital(&fresh.store).await;
    let rows: Vec<_> = (0..250).map(|key| device(key, "2.1")).collect();
    take_in(&fresh.store, &top, 1, &rows).await;
    let noise: Vec<u8> =
        (0..1_500_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let parcel = Parcel::of(&noise).unwrap();
    let new = NewOriginal {
        organisation: north.id,
        name: "noise \"quoted\" \u{1F489}\n",
        kind: "inventory",
        label: Tlp::UNLABELLED,
        by: 0,
        parcel: &parcel,
    };
    let mut write = fresh.store.write(top.head, at(1)).await.unwrap();
    let id = write.make_person(ADA).await.unwrap();
    write.bind(id, Role::Biomed, &north).await.unwrap();
    let original = write.keep_original(new).await.unwrap();
    write.commit(act(Noun::Person, id)).await.unwrap();
    (top.head, original)
}

async fn backup(store: &Store) -> Vec<u8> {
    let mut bytes = Vec::new();
    store.back_up(at(9), &|_| Vec::new(), &mut bytes, &mut |_| {}).await.unwrap();
    bytes
}

async fn take_back(
    url: &str,
    root: &RootKey,
    bytes: &[u8],
) -> Result<Contents, BackupError> {
    let mut no_files = |name: &str| Err(io::Error::other(name.to_owned()));
    Store::take_back(url, root, &mut BufReader::new(bytes), &mut no_files).await
}

/// The lines of a backup but the last, table by table, in an order that no database decides.
fn told(bytes: &[u8]) -> BTreeMap<String, Vec<String>> {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut table = String::new();
    for line in std::str::from_utf8(bytes).unwrap().lines() {
        if line.starts_with("{\"end\"") {
            continue;
        }
        match line.starts_with('{') {
            true => table = line.to_owned(),
            false => tables.entry(table.clone()).or_default().push(line.to_owned()),
        }
    }
    tables.values_mut().for_each(|rows| rows.sort());
    tables
}

/// An address where nothing is, of the same kind, and what keeps it there.
async fn nowhere(fresh: &Fresh) -> (String, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    if fresh.url.starts_with("sqlite") {
        return (format!("sqlite:{}/new.db", folder.path().display()), folder);
    }
    fresh.store.close().await;
    fresh.behind_its_back("DROP SCHEMA public CASCADE").await;
    fresh.behind_its_back("CREATE SCHEMA public").await;
    (fresh.url.clone(), folder)
}

async fn is_as_it_was(store: &Store, (head, original): (i64, i64)) {
    let scope = Scope::whole(head);
    assert_eq!(store.bytes_of(&scope, original).await.unwrap().len(), 1_500_000);
    let person = store.person_by_address(ADA.address).await.unwrap().unwrap();
    assert_eq!(person.name, ADA.name);
    assert_eq!(all(store, head).await.len(), 250);
    assert!(store.verify_log(head).await.unwrap().is_ok());
}

on_both!(everything_comes_back_and_moves_between_the_databases, async |fresh: Fresh| {
    let house = inhabited(&fresh).await;
    let first = backup(&fresh.store).await;
    assert!(!String::from_utf8_lossy(&first).contains(ADA.name));

    // Into SQLite, whatever it was, and from there into the kind that it came from.
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/moved.db", folder.path().display());
    take_back(&url, &fresh.root, &first).await.unwrap();
    let moved = Store::open(&url, &fresh.root).await.unwrap();
    is_as_it_was(&moved, house).await;
    let second = backup(&moved).await;
    assert_eq!(told(&second), told(&first));

    let (url, _folder) = nowhere(&fresh).await;
    take_back(&url, &fresh.root, &second).await.unwrap();
    let home = Store::open(&url, &fresh.root).await.unwrap();
    is_as_it_was(&home, house).await;
    assert_eq!(told(&backup(&home).await), told(&first));
    // It goes on where it was.
    let mut write = home.write(house.0, at(20)).await.unwrap();
    let id = write
        .make_person(NewPerson { address: "b@hospital.example", ..ADA })
        .await
        .unwrap();
    write.commit(act(Noun::Person, id)).await.unwrap();
    home.close().await;
});

on_both!(a_house_that_is_lived_in_takes_nothing_back, async |fresh: Fresh| {
    inhabited(&fresh).await;
    let before = backup(&fresh.store).await;
    let refused = take_back(&fresh.url, &fresh.root, &before).await;
    assert!(matches!(refused, Err(BackupError::Inhabited)), "{refused:?}");
    assert_eq!(told(&backup(&fresh.store).await), told(&before));
});

on_both!(another_root_key_is_refused_and_nothing_is_kept, async |fresh: Fresh| {
    inhabited(&fresh).await;
    let bytes = backup(&fresh.store).await;
    let (url, _folder) = nowhere(&fresh).await;
    let other = RootKey::make().unwrap();
    let refused = take_back(&url, &other, &bytes).await;
    assert!(
        matches!(refused, Err(BackupError::Store(StoreError::Key(KeyError::WrongRoot)))),
        "{refused:?}"
    );
    // Nobody lives there, so the right key may still be used.
    take_back(&url, &fresh.root, &bytes).await.unwrap();
});

on_both!(a_damaged_backup_is_refused_and_nothing_is_kept, async |fresh: Fresh| {
    inhabited(&fresh).await;
    let bytes = backup(&fresh.store).await;
    let (url, _folder) = nowhere(&fresh).await;
    let text = String::from_utf8(bytes.clone()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let without = |left_out: usize| -> String {
        let kept = lines.iter().enumerate().filter(|(at, _)| *at != left_out);
        kept.map(|(_, line)| *line).collect()
    };
    let device =
        lines.iter().position(|line| line.contains("\"table\":\"device\"")).unwrap();
    let cases = [
        ("cut in a line", text[..text.len() / 2].to_owned()),
        ("cut between lines", lines[..lines.len() - 1].concat()),
        ("a row is missing", without(device + 3)),
        ("a table is missing", without(device)),
        ("a value was changed", text.replacen("asset system", "asset systen", 1)),
        (
            "a table that nobody knows",
            text.replacen("\"table\":\"device\"", "\"table\":\"x\"", 1),
        ),
        (
            "a table that is a statement",
            text.replacen("\"table\":\"device\"", "\"table\":\"device\\\" (id) --\"", 1),
        ),
        ("something stands behind it", format!("{text}[1]\n")),
        ("no backup", "{\"hello\":1}\n".to_owned()),
        ("nothing", String::new()),
    ];
    for (what, text) in cases {
        let refused = take_back(&url, &fresh.root, text.as_bytes()).await;
        assert!(
            matches!(refused, Err(BackupError::Damaged { .. })),
            "{what}: {refused:?}"
        );
    }
    let newer = text.replacen("\"migrations\":[1,", "\"migrations\":[1,99999,", 1);
    let refused = take_back(&url, &fresh.root, newer.as_bytes()).await;
    assert!(matches!(refused, Err(BackupError::Newer)), "{refused:?}");
    take_back(&url, &fresh.root, &bytes).await.unwrap();
});

on_both!(a_house_is_opened_where_there_is_one_and_none_is_made, async |fresh: Fresh| {
    let other = RootKey::make().unwrap();
    let wrong = Store::open_house(&fresh.url, &other).await;
    assert!(matches!(wrong, Err(StoreError::Key(KeyError::WrongRoot))), "{wrong:?}");
    Store::open_house(&fresh.url, &fresh.root).await.unwrap().close().await;
    let made = "INSERT INTO _sqlx_migrations
                (version, description, success, checksum, execution_time)
                SELECT 99999, 'newer', success, checksum, 0 FROM _sqlx_migrations
                 WHERE version = 1";
    fresh.behind_its_back(made).await;
    let newer = Store::open_house(&fresh.url, &fresh.root).await;
    assert!(matches!(newer, Err(StoreError::Newer)), "{newer:?}");
    let (url, folder) = nowhere(&fresh).await;
    for _ in 0..2 {
        let none = Store::open_house(&url, &other).await;
        assert!(matches!(none, Err(StoreError::NoHouse)), "{none:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
});

#[test]
fn files_beside_the_database_come_back_byte_by_byte() {
    crate::both::on_sqlite(async |fresh: Fresh| {
        let folder = tempfile::tempdir().unwrap();
        let index: Vec<u8> = (0..2_500_000_u32).map(|n| (n >> 7) as u8).collect();
        std::fs::write(folder.path().join("a.index"), &index).unwrap();
        let mut write = fresh.store.write(0, at(1)).await.unwrap();
        write.set_index("index/a.index", &[7; 32]).await.unwrap();
        write.commit(act(Noun::House, 1)).await.unwrap();
        let beside = |name: &str| -> Vec<(String, PathBuf)> {
            assert_eq!(name, "index/a.index");
            vec![(name.to_owned(), folder.path().join("a.index"))]
        };
        let mut bytes = Vec::new();
        let kept =
            fresh.store.back_up(at(9), &beside, &mut bytes, &mut |_| {}).await.unwrap();
        assert_eq!(kept.files, ["index/a.index"]);

        let back = folder.path().join("back.index");
        let mut place = |name: &str| {
            assert_eq!(name, "index/a.index");
            File::create(&back)
        };
        let url = format!("sqlite:{}/new.db", folder.path().display());
        let from = &mut BufReader::new(bytes.as_slice());
        Store::take_back(&url, &fresh.root, from, &mut place).await.unwrap();
        assert!(std::fs::read(&back).unwrap() == index);
    });
}

on_both!(whoever_was_signed_in_signs_in_anew_and_tokens_stay, async |fresh: Fresh| {
    let (head, _) = inhabited(&fresh).await;
    let mut write = fresh.store.write(head, at(2)).await.unwrap();
    let cleo = NewPerson { address: "cleo@hospital.example", ..ADA };
    let cleo = write.make_person(cleo).await.unwrap();
    let session = write.begin_session(cleo).await.unwrap();
    let link = write.make_link(Purpose::NewPassword, cleo, SignedDuration::from_hours(1));
    let link = link.await.unwrap();
    let mut texts = Vec::new();
    for name in ["nightly", "lost", "old"] {
        let hours = if name == "old" { 1 } else { 24 };
        let new = NewToken {
            person: cleo,
            name,
            permissions: &["view_devices"],
            organisation: head,
            life: SignedDuration::from_hours(hours),
        };
        texts.push(write.make_token(new).await.unwrap());
    }
    write.revoke_token(cleo, texts[1].0).await.unwrap();
    write.commit(act(Noun::Person, cleo)).await.unwrap();
    assert!(fresh.store.session(&session.secret, at(3)).await.unwrap().is_some());

    let bytes = backup(&fresh.store).await;
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("back.db").display());
    take_back(&url, &fresh.root, &bytes).await.unwrap();
    let back = Store::open(&url, &fresh.root).await.unwrap();
    assert!(back.session(&session.secret, at(3)).await.unwrap().is_none());
    assert!(back.link(&link, at(3)).await.unwrap().is_some());
    let token = back.token(&texts[0].1, at(3)).await.unwrap().unwrap();
    assert_eq!(token.name, "nightly");
    let names = async |second| {
        let live = back.live_tokens(at(second)).await.unwrap();
        live.into_iter().map(|token| token.name).collect::<Vec<_>>()
    };
    assert_eq!(names(3).await, ["nightly", "old"]);
    assert_eq!(names(2 * 3600).await, ["nightly"], "one is over");
    assert!(names(25 * 3600).await.is_empty());
    back.close().await;
});
