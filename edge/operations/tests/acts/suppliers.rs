//! Suppliers before the purchase: what the evidence says of each, what a guest says of itself, and
//! that nobody sees what is not theirs.

use std::collections::{BTreeMap, BTreeSet};

use ::supplier::dossier::Origin;
use controls::gate::Standing;
use controls::{Class, Subject, Verdict};
use operations::bills::{Placing, arrive, place};
use operations::maker::{self, MakerError, NewShown};
use operations::organisation::make_below;
use operations::people::{Invitation, invite, invite_guest, set_password};
use operations::supplier::{
    self, Assessed, Brought, Dropped, EntryKind, Same, SupplierError, add, assessed,
    confirm, drop_document, one, open, put, put_all, replace, settle, unkept, withdraw,
};
use operations::{Actor, Permission};
use serde_json::json;
use store::{Kind, MakerSaid, NewOrganisation, Parcel, Role};

use crate::databases::{Fresh, on_both};
use crate::house::House;

const NAME: &str = "Invented Pumps Ltd";
const LETTER: &[u8] = b"a confirmation";

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

/// The day that lies so many days from now.
fn day(days: i64) -> String {
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(days * 24);
    at.strftime("%Y-%m-%d").to_string()
}

impl House {
    async fn opened(&self) -> i64 {
        open(&self.app, &self.ada, self.ada.head, NAME).await.unwrap()
    }

    async fn adds(
        &self,
        id: i64,
        (kind, origin): (EntryKind, Origin),
        pairs: &[(&str, &str)],
        proof: &str,
    ) -> i64 {
        let (fields, parcel) = (fields(pairs), Parcel::of(LETTER).unwrap());
        let file = (!proof.is_empty()).then_some((proof, &parcel));
        let brought = Brought { kind, origin, fields: &fields, file };
        add(&self.app, &self.ada, id, brought).await.unwrap()
    }

    async fn drops(
        &self,
        id: i64,
        name: &str,
        text: &str,
    ) -> Result<Dropped, SupplierError> {
        self.drops_of(id, (name, ""), text).await
    }

    /// Drops a document, and says of which product it is.
    async fn drops_of(
        &self,
        id: i64,
        of: (&str, &str),
        text: &str,
    ) -> Result<Dropped, SupplierError> {
        let parcel = Parcel::of(text.as_bytes()).unwrap();
        drop_document(&self.app, &self.ada, id, of, parcel).await
    }

    async fn verdict(&self, id: i64) -> std::sync::Arc<Assessed> {
        one(&self.app, &self.ada, id).await.unwrap().0
    }

    async fn gate(&self, id: i64) -> Standing {
        self.verdict(id).await.vetted.gate.standing
    }

    async fn enters(&self, role: Role, place: i64, maker: &str, name: &str) -> Actor {
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
                invite_guest(&self.app, &self.ada, invitation, maker).await.unwrap()
            }
            _ => invite(&self.app, &self.ada, invitation).await.unwrap(),
        };
        let password = "a long sentence will do";
        let new = set_password(&self.app, &link, password).await.unwrap();
        let now = (self.app.now)();
        let session = self.app.store.session(&new.secret, now).await.unwrap().unwrap();
        Actor::of_session(&self.app, session).await.unwrap()
    }

    async fn below(&self, above: i64, name: &str) -> i64 {
        let new = NewOrganisation { kind: Kind::Site, name };
        make_below(&self.app, &self.ada, above, new).await.unwrap().id
    }

    /// Keeps an SBOM of a product.
    async fn sbom(&self, organisation: i64, maker: &str, product: &str) {
        let bom = json!({
            "bomFormat": "CycloneDX", "specVersion": "1.6",
            "serialNumber": format!("urn:uuid:3e671687-395b-41f5-a30f-a58921a6{organisation:04}"),
            "metadata": { "component":
                { "type": "device", "name": product, "version": "1.0", "bom-ref": "p" } },
            "components": [{ "type": "library", "name": "openssl", "version": "1.0.1e",
                "bom-ref": "o", "cpe": "cpe:2.3:a:openssl:openssl:1.0.1e:*:*:*:*:*:*:*" }],
        });
        let parcel = Parcel::of(bom.to_string().as_bytes()).unwrap();
        let (app, ada) = (&self.app, &self.ada);
        let arrived = arrive(app, ada, organisation, "x.cdx.json", parcel).await.unwrap();
        let placing = Placing {
            maker: maker.to_owned(),
            product: product.to_owned(),
            version: "1.0".to_owned(),
            builds: Vec::new(),
        };
        place(app, ada, arrived, &placing).await.unwrap();
        self.work().await;
    }
}

fn verdicts(of: &std::sync::Arc<Assessed>) -> BTreeMap<(u8, Subject), Verdict> {
    let findings = of.vetted.findings.iter();
    findings
        .map(|one| ((one.flag.number(), one.subject.clone()), one.ruling.verdict))
        .collect()
}

fn of(verdicts: &BTreeMap<(u8, Subject), Verdict>, flag: u8) -> Verdict {
    let mut all = verdicts.iter();
    let found = all.find(|((number, _), _)| *number == flag);
    *found.map(|(_, verdict)| verdict).unwrap()
}

const CLAIM: (EntryKind, Origin) = (EntryKind::Membership, Origin::Supplier);
const RECORD: (EntryKind, Origin) = (EntryKind::Membership, Origin::ThirdParty);

on_both!(
    the_gate_stands_by_what_is_proven_today_and_by_nothing_else,
    async |fresh: Fresh| {
        let house = House::at(fresh, jiff::Timestamp::now).await;
        let id = house.opened().await;
        assert_eq!(house.gate(id).await, Standing::Unknown);
        let (past, soon) = (day(-1), day(30));
        let holds = [("isao", "Health-ISAC"), ("until", soon.as_str())];
        let claim = house.adds(id, CLAIM, &holds, "letter.pdf").await;
        assert_eq!(
            house.gate(id).await,
            Standing::Claimed,
            "its own word with a document"
        );
        house.adds(id, RECORD, &holds, "").await;
        assert_eq!(
            house.gate(id).await,
            Standing::Claimed,
            "a record without a document"
        );
        let ended = [("isao", "Health-ISAC"), ("until", past.as_str())];
        let over = house.adds(id, RECORD, &ended, "old.pdf").await;
        assert_eq!(house.gate(id).await, Standing::Expired);
        let endless =
            house.adds(id, RECORD, &[("isao", "Health-ISAC")], "letter.pdf").await;
        assert_eq!(house.gate(id).await, Standing::Expired);
        withdraw(&house.app, &house.ada, (id, over), "an old letter").await.unwrap();
        assert_eq!(house.gate(id).await, Standing::Unbounded);
        // Put right, it holds; and the old entry is withdrawn, with its document.
        let (fields, kind) = (fields(&holds), EntryKind::Membership);
        let right =
            Brought { kind, origin: Origin::ThirdParty, fields: &fields, file: None };
        let new = replace(&house.app, &house.ada, (id, endless), right).await.unwrap();
        assert_eq!(house.gate(id).await, Standing::Passed, "the document stays with it");
        let verdict = house.verdict(id).await;
        assert_eq!(of(&verdicts(&verdict), 1), Verdict::Clear);
        assert!(verdict.ends.iter().any(|end| end.on.to_string() == soon));
        let past =
            supplier::past(&house.app, &house.ada, &verdict.supplier).await.unwrap();
        assert_eq!(past.len(), 2);
        for entry in [new, claim] {
            withdraw(&house.app, &house.ada, (id, entry), "left").await.unwrap();
        }
        assert_eq!(house.gate(id).await, Standing::Claimed);
    }
);

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_refused_by_its_field_and_nothing_is_kept() {
    let house = House::new().await;
    let id = house.opened().await;
    assert_eq!(house.opened().await, id, "a dossier is opened once");
    let same = open(&house.app, &house.ada, house.ada.head, "INVENTED PUMPS").await;
    assert_eq!(same.unwrap(), id, "and under no other spelling");
    let empty = open(&house.app, &house.ada, house.ada.head, "  ").await;
    assert!(matches!(empty, Err(SupplierError::Missing("name"))));
    let nowhere = open(&house.app, &house.ada, 999_999, "Other").await;
    assert!(matches!(nowhere, Err(SupplierError::NotAllowed)));
    let (app, ada) = (&house.app, &house.ada);
    let nothing = BTreeMap::new();
    let (kind, origin) = CLAIM;
    let brought = Brought { kind, origin, fields: &nothing, file: None };
    let missing = add(app, ada, id, brought).await;
    assert!(matches!(missing, Err(SupplierError::Missing("isao"))));
    assert!(add(app, ada, 999_999, brought).await.is_err());
    assert!(withdraw(app, ada, (id, 999_999), "x").await.is_err());
    let entry = house.adds(id, CLAIM, &[("isao", "Health-ISAC")], "").await;
    let silent = withdraw(app, ada, (id, entry), " ").await;
    assert!(matches!(silent, Err(SupplierError::Missing("reason"))));
    // What somebody of the house brought waits for nobody.
    assert!(confirm(app, ada, (id, entry), Origin::House).await.is_err());
    let nobody = put_all(app, ada, id).await;
    assert!(matches!(nobody, Err(SupplierError::NoGuest)));
    for (name, text) in [
        (
            "x.json",
            "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[]}",
        ),
        (
            "x.json",
            "{\"@context\":\"https://openvex.dev/ns/v0.2.0\",\"@id\":\"x\",\"author\":\"a\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"version\":1,\"statements\":[]}",
        ),
        ("other.toml", "dossier = 1\nname = \"Somebody Else\"\n"),
        ("broken.toml", "dossier = 1\nname = \"Invented Pumps\"\nnoname = 3\n"),
    ] {
        assert!(house.drops(id, name, text).await.is_err(), "{text}");
    }
    let verdict = house.verdict(id).await;
    assert_eq!(verdict.entries.len(), 1, "nothing of that was kept");
    let roles = [Role::Viewer, Role::Biomed, Role::Privacy, Role::Auditor];
    for (number, role) in roles.into_iter().enumerate() {
        let name = format!("r{number}");
        let who = house.enters(role, house.ada.head, "", &name).await;
        assert!(!who.may(Permission::KeepSuppliers), "{role:?}");
        assert!(add(app, &who, id, brought).await.is_err(), "{role:?}");
        let sees = assessed(app, &who).await.unwrap().0.len();
        assert_eq!(sees, usize::from(role == Role::Auditor), "{role:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_told_by_content_and_a_file_that_nothing_reads_is_kept() {
    let house = House::new().await;
    let id = house.opened().await;
    let told = |dropped: Result<Dropped, SupplierError>| dropped.unwrap().read;
    let security =
        format!("Contact: mailto:a@b.example\nExpires: {}T00:00:00Z\n", day(9));
    assert_eq!(told(house.drops(id, "x", &security).await), "security.txt");
    let letter = String::from_utf8(LETTER.to_vec()).unwrap();
    assert_eq!(
        told(house.drops(id, "a.pdf", &letter).await),
        "a document that a person reads"
    );
    let verdict = verdicts(&house.verdict(id).await);
    assert_eq!(of(&verdict, 4), Verdict::Clear);
    assert_eq!(of(&verdict, 59), Verdict::Clear);
    let other =
        open(&house.app, &house.ada, house.ada.head, "Other Maker").await.unwrap();
    let list = "[{\"shortName\":\"ip\",\"cnaID\":\"CNA-1\",\"organizationName\":\"Invented Pumps\"}]";
    let dropped = house.drops(other, "cnas.json", list).await.unwrap();
    assert!(dropped.is_list, "it counts for every supplier of the organisation");
    let of_flag = async |id: i64, flag: u8| of(&verdicts(&house.verdict(id).await), flag);
    assert_eq!(of_flag(id, 14).await, Verdict::Clear);
    assert_eq!(of_flag(other, 14).await, Verdict::Raised);
    // A newer list takes the place of the one before.
    let newer = "[{\"shortName\":\"x\",\"cnaID\":\"CNA-2\",\"organizationName\":\"X\"}]";
    house.drops(id, "cnas.json", newer).await.unwrap();
    assert_eq!(of_flag(id, 14).await, Verdict::Raised);
    let dossier = format!(
        "dossier = 1\nname = \"Invented Pumps\"\naliases = [\"Pumpworks\"]\n[contact]\n\
         mail = \"psirt@pumps.example\"\nfrom = \"house\"\n[[absent]]\nwhat = \"sbom\"\non = {}\n",
        day(-3)
    );
    let dropped = house.drops(id, "dossier.toml", &dossier).await.unwrap();
    assert_eq!((dropped.read, dropped.entries), ("dossier", 4));
    assert_eq!(house.verdict(id).await.aliases(), ["Pumpworks"]);
}

on_both!(
    taking_one_piece_away_never_clears_what_could_not_be_told,
    async |fresh: Fresh| {
        let house = House::at(fresh, jiff::Timestamp::now).await;
        house.use_advisories(|_| true, &[]).await;
        let id = house.opened().await;
        house.sbom(house.ada.head, NAME, "Pump 1").await;
        let (soon, past) = (day(60), day(-60));
        let house_says = |kind| (kind, Origin::House);
        let mut entries = Vec::new();
        for (of, pairs, proof) in [
            (RECORD, vec![("isao", "Health-ISAC"), ("until", soon.as_str())], "a.pdf"),
            (CLAIM, vec![("isao", "MedISAO"), ("until", past.as_str())], ""),
            (
                (EntryKind::Certificate, Origin::ThirdParty),
                vec![
                    ("scheme", "ISO 27001"),
                    ("scope", "Pump 1"),
                    ("expires", soon.as_str()),
                ],
                "b.pdf",
            ),
            (
                (EntryKind::Cover, Origin::Supplier),
                vec![
                    ("cover", "cyber"),
                    ("limit", "5"),
                    ("required", "3"),
                    ("currency", "USD"),
                ],
                "",
            ),
            (
                (EntryKind::Contact, Origin::Supplier),
                vec![("mail", "psirt@pumps.example")],
                "",
            ),
            (house_says(EntryKind::Contact), vec![("page", "https://pumps.example")], ""),
            (
                house_says(EntryKind::Disclosure),
                vec![("policy", "https://pumps.example/d")],
                "",
            ),
            (house_says(EntryKind::Disclosure), vec![("cna", "CISA")], ""),
            (
                house_says(EntryKind::Product),
                vec![
                    ("product", "Pump 1"),
                    ("networked", "yes"),
                    ("version", "1.0"),
                    ("cleared", "2024-01-01"),
                ],
                "",
            ),
            (house_says(EntryKind::OwnershipChange), vec![("what", "bought")], ""),
            (
                house_says(EntryKind::Absence),
                vec![("sought", "security.txt"), ("on", past.as_str())],
                "",
            ),
            (
                house_says(EntryKind::Absence),
                vec![("sought", "isao-membership"), ("on", past.as_str())],
                "",
            ),
            (house_says(EntryKind::Alias), vec![("name", "Aldermoor Medical")], ""),
        ] {
            entries.push((house.adds(id, of, &pairs, proof).await, of, pairs, proof));
        }
        let security =
            format!("Contact: mailto:a@b.example\nExpires: {soon}T00:00:00Z\n");
        house.drops(id, "security.txt", &security).await.unwrap();
        let whole = verdicts(&house.verdict(id).await);
        assert!(whole.values().any(|verdict| *verdict == Verdict::Clear));
        for (entry, of, pairs, proof) in entries {
            withdraw(&house.app, &house.ada, (id, entry), "to see").await.unwrap();
            let without = verdicts(&house.verdict(id).await);
            for (key, verdict) in &without {
                let was = whole.get(key).copied();
                assert!(
                    !(*verdict == Verdict::Clear && was == Some(Verdict::CannotTell)),
                    "flag {} is clear without {of:?} {pairs:?}",
                    key.0
                );
            }
            house.adds(id, of, &pairs, proof).await;
            assert_eq!(verdicts(&house.verdict(id).await), whole, "back it is as it was");
        }
    }
);

#[tokio::test(flavor = "multi_thread")]
async fn what_the_house_holds_already_is_used_without_being_asked_for() {
    let house = House::new().await;
    let id = house.opened().await;
    let bare = house.verdict(id).await;
    assert_eq!(of(&verdicts(&bare), 7), Verdict::CannotTell, "no index is in use");
    assert!(one(&house.app, &house.ada, id).await.unwrap().1.is_none());
    house.sbom(house.ada.head, NAME, "Pump 1").await;
    let seen = house.verdict(id).await;
    assert_eq!(seen.products.len(), 1);
    assert_eq!((seen.products[0].sboms, seen.products[0].affected), (1, None));
    house.use_advisories(|_| true, &[]).await;
    let judged = house.verdict(id).await;
    assert!(judged.products[0].affected.unwrap() > 0, "{:?}", judged.products);
    assert_eq!(judged.products[0].exploited, 1, "Heartbleed is in KEV");
    assert_eq!(of(&verdicts(&judged), 21), Verdict::Raised);
    // Nothing changed: it is the same, not the same again.
    let again = house.verdict(id).await;
    assert!(std::sync::Arc::ptr_eq(&judged, &again));
    house.enters(Role::Viewer, house.ada.head, "", "viewer").await;
    assert!(std::sync::Arc::ptr_eq(&judged, &house.verdict(id).await), "nor by that");
    // A name under which advisories stand is settled by a person.
    let own = open(&house.app, &house.ada, house.ada.head, "Pumpworks").await.unwrap();
    let before = house.verdict(own).await.vetted.figures.advisories;
    settle(&house.app, &house.ada, own, "Aldermoor Medical", Same::Yes).await.unwrap();
    assert!(house.verdict(own).await.vetted.figures.advisories > before);
    let rest = unkept(&house.app, &house.ada).await.unwrap();
    assert!(rest.iter().all(|one| one.name != NAME), "{rest:?}");
}

/// A hospital with two sites; each keeps a dossier of the maker, for which a guest answers.
struct Buyers {
    house: House,
    north: i64,
    south: i64,
    /// Of the hospital, of the site that asked, and of the one that did not.
    dossiers: [i64; 3],
    guest: Actor,
    rival: Actor,
    norths: Actor,
    souths: Actor,
}

async fn buyers() -> Buyers {
    let house = House::new().await;
    let top = house.ada.head;
    let (north, south) =
        (house.below(top, "North").await, house.below(top, "South").await);
    let mut dossiers = [0; 3];
    for (at, place) in [top, north, south].into_iter().enumerate() {
        dossiers[at] = open(&house.app, &house.ada, place, NAME).await.unwrap();
    }
    let role = Role::SupplierGuest;
    let guest = house.enters(role, top, "Invented Pumps", "pavel").await;
    let rival = house.enters(role, top, "Another Maker", "rosa").await;
    let norths = house.enters(Role::Contracting, north, "", "nina").await;
    let souths = house.enters(Role::Contracting, south, "", "sven").await;
    Buyers { house, north, south, dossiers, guest, rival, norths, souths }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_answers_once_and_only_whom_it_chooses_reads_it() {
    let Buyers { house, north, south, dossiers, guest, rival, norths, souths } =
        buyers().await;
    let (app, top) = (&house.app, house.ada.head);
    let [of_top, of_north, of_south] = dossiers;
    // Who has not asked is no buyer that it knows of.
    let question = maker::flag_question(app, &guest, "no-isao", ("", "")).await.unwrap();
    let known: Vec<i64> = question.buyers.iter().map(|one| one.organisation.id).collect();
    assert_eq!(known, [top]);
    assert_eq!(put(app, &norths, of_north, "no-isao", "").await.unwrap(), 1);
    let twice = put(app, &norths, of_north, "no-isao", "").await;
    assert!(matches!(twice, Err(SupplierError::NothingOpen)), "it waits already");
    assert!(put(app, &norths, of_south, "no-isao", "").await.is_err(), "another's");
    let question = maker::flag_question(app, &guest, "no-isao", ("", "")).await.unwrap();
    let asks: Vec<(i64, bool)> =
        question.buyers.iter().map(|one| (one.organisation.id, one.asks())).collect();
    assert_eq!(asks, [(top, false), (north, true)]);
    assert!(question.waits());

    let said = (MakerSaid::Yes, "member since 2023, says Petra");
    for (buyers, told) in [
        (BTreeSet::from([south]), "an organisation that it does not know"),
        (BTreeSet::new(), "nobody"),
    ] {
        let refused = maker::answer_flag(app, &guest, &question, said, &buyers).await;
        assert!(refused.is_err(), "{told}");
    }
    let chosen = BTreeSet::from([north]);
    let silent = (MakerSaid::Told, " ");
    let refused = maker::answer_flag(app, &guest, &question, silent, &chosen).await;
    assert!(matches!(refused, Err(MakerError::Missing("answer"))));
    maker::answer_flag(app, &guest, &question, said, &chosen).await.unwrap();

    let answers = async |id: i64| house.verdict(id).await.answers.clone();
    assert_eq!(answers(of_north).await[0].note, said.1);
    assert!(answers(of_top).await.is_empty(), "it was not chosen");
    assert!(answers(of_south).await.is_empty());
    // It stands beside the verdict as a claim, and clears nothing.
    let verdict = house.verdict(of_north).await;
    assert_eq!(verdict.vetted.gate.standing, Standing::Unknown);
    let flag = verdict.vetted.findings.iter().find(|one| one.flag.number() == 1).unwrap();
    assert_eq!(flag.ruling.verdict, Verdict::CannotTell);
    let claims = flag.ruling.grounds.iter().filter(|one| one.class == Class::Attested);
    assert_eq!(claims.count(), 1);
    for who in [&souths, &norths] {
        let seen = assessed(app, who).await.unwrap().0;
        assert_eq!(seen.len(), 1, "each its own dossier");
    }
    // Another guest sees none of it, and answers for none of it.
    let theirs = maker::flag_question(app, &rival, "no-isao", ("", "")).await.unwrap();
    assert_eq!((theirs.said, theirs.put), (None, None));
    assert!(theirs.buyers.iter().all(|one| one.organisation.id == top));
    let strange = maker::answer_flag(app, &rival, &question, said, &chosen).await;
    assert!(strange.is_err(), "it answers for no other maker");
    // Now the hospital reads it, and the site no longer.
    let chosen = BTreeSet::from([top]);
    let question = maker::flag_question(app, &guest, "no-isao", ("", "")).await.unwrap();
    maker::answer_flag(app, &guest, &question, said, &chosen).await.unwrap();
    assert_eq!(answers(of_top).await[0].note, said.1);
    let norths_row = &answers(of_north).await[0];
    assert_eq!((norths_row.said, norths_row.note.as_str()), (None, ""));
    let question = maker::flag_question(app, &guest, "no-isao", ("", "")).await.unwrap();
    assert!(question.waits(), "the site asked, and reads nothing");
    // Nobody reads it any more; and what nobody reads cannot be taken back.
    let nobody = BTreeSet::new();
    maker::answer_flag(app, &guest, &question, said, &nobody).await.unwrap();
    assert_eq!(answers(of_top).await[0].said, None);
    let question = maker::flag_question(app, &guest, "no-isao", ("", "")).await.unwrap();
    assert_eq!(question.said, None);
    let refused = maker::answer_flag(app, &guest, &question, said, &nobody).await;
    assert!(matches!(refused, Err(MakerError::Missing("buyers"))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_that_keeps_no_dossier_gets_one_with_the_answer() {
    let house = House::new().await;
    let (app, top) = (&house.app, house.ada.head);
    let west = house.below(top, "West").await;
    let guest = house.enters(Role::SupplierGuest, west, "Invented Pumps", "pavel").await;
    let wests = house.enters(Role::Contracting, west, "", "wanda").await;
    assert!(assessed(app, &wests).await.unwrap().0.is_empty());
    let question = maker::flag_question(app, &guest, "no-isao", ("", "")).await.unwrap();
    let said = (MakerSaid::Yes, "member since 2023");
    let chosen = BTreeSet::from([west]);
    for _ in 0..2 {
        maker::answer_flag(app, &guest, &question, said, &chosen).await.unwrap();
        let seen = assessed(app, &wests).await.unwrap().0;
        assert_eq!(seen.len(), 1, "one dossier, however often it answers");
        assert_eq!(seen[0].answers[0].note, said.1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_guest_shows_is_a_claim_until_a_buyer_confirms_it() {
    let Buyers { house, north, dossiers, guest, rival, norths, souths, .. } =
        buyers().await;
    let app = &house.app;
    let [of_top, of_north, of_south] = dossiers;
    put_all(app, &norths, of_north).await.unwrap();
    let soon = day(100);
    let said = fields(&[("isao", "Health-ISAC"), ("until", &soon)]);
    let chosen = BTreeSet::from([north]);
    let new = |kind| NewShown { kind, fields: &said, buyers: &chosen, name: "h.pdf" };
    let letter = || Some(Parcel::of(LETTER).unwrap());
    maker::show(app, &guest, new(EntryKind::Membership), letter()).await.unwrap();
    for kind in [EntryKind::Alias, EntryKind::Absence, EntryKind::Product] {
        assert!(maker::show(app, &guest, new(kind), None).await.is_err(), "{kind:?}");
    }
    assert!(maker::show(app, &guest, new(EntryKind::Document), None).await.is_err());
    // A rival may show its own to whom it knows, and nothing to a stranger.
    assert!(maker::show(app, &rival, new(EntryKind::Membership), None).await.is_err());
    assert_eq!(house.gate(of_north).await, Standing::Claimed);
    assert_eq!(house.gate(of_top).await, Standing::Unknown, "it was not chosen");
    assert_eq!(house.gate(of_south).await, Standing::Unknown);
    // A file of the guest is no observation of the house.
    let security = format!("Contact: mailto:a@b.example\nExpires: {soon}T00:00:00Z\n");
    let parcel = Parcel::of(security.as_bytes()).unwrap();
    maker::show(app, &guest, new(EntryKind::Document), Some(parcel)).await.unwrap();
    assert_eq!(of(&verdicts(&house.verdict(of_north).await), 4), Verdict::CannotTell);

    let shown = maker::shown(app, &guest).await.unwrap();
    assert_eq!(shown.len(), 2);
    assert!(maker::shown(app, &rival).await.unwrap().is_empty());
    let membership = shown.iter().find(|one| one.entry.kind == "membership").unwrap();
    let entry = membership.entry.id;
    assert!(maker::take_back(app, &rival, entry).await.is_err());
    let origin = Origin::ThirdParty;
    assert!(confirm(app, &souths, (of_north, entry), origin).await.is_err());
    assert!(confirm(app, &norths, (of_south, entry), origin).await.is_err());
    let own = confirm(app, &norths, (of_north, entry), Origin::Supplier).await;
    assert!(matches!(own, Err(SupplierError::Missing("origin"))));
    confirm(app, &norths, (of_north, entry), origin).await.unwrap();
    assert_eq!(house.gate(of_north).await, Standing::Passed);
    let file = shown.iter().find(|one| one.entry.kind == "document").unwrap().entry.id;
    withdraw(app, &norths, (of_north, file), "not what stands there").await.unwrap();
    let shown = maker::shown(app, &guest).await.unwrap();
    let declined = shown.iter().find(|one| one.entry.id == file).unwrap();
    assert_eq!(declined.entry.reason, "not what stands there");
    maker::take_back(app, &guest, entry).await.unwrap();
    assert_eq!(house.gate(of_north).await, Standing::Unknown);
    assert!(maker::take_back(app, &guest, entry).await.is_err(), "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_rests_on_nothing_of_an_organisation_beside_or_above() {
    let Buyers { house, south, dossiers, norths, souths, .. } = buyers().await;
    let [of_top, of_north, of_south] = dossiers;
    house.sbom(south, NAME, "Pump 1").await;
    assert_eq!(house.verdict(of_south).await.products.len(), 1);
    assert_eq!(house.verdict(of_top).await.products.len(), 1, "it stands above");
    assert_eq!(house.verdict(of_north).await.products, []);
    house.sbom(house.ada.head, NAME, "Pump 2").await;
    assert_eq!(house.verdict(of_top).await.products.len(), 2);
    assert_eq!(house.verdict(of_south).await.products.len(), 1);
    for (who, own, others) in
        [(&norths, of_north, [of_top, of_south]), (&souths, of_south, [of_top, of_north])]
    {
        let seen = assessed(&house.app, who).await.unwrap().0;
        let seen: Vec<i64> = seen.iter().map(|one| one.supplier.id).collect();
        assert_eq!(seen, [own]);
        for other in others {
            assert!(one(&house.app, who, other).await.is_err());
            assert!(put_all(&house.app, who, other).await.is_err());
        }
    }
}

/// A scan of one device, by nmap, of today.
fn scan(version: &str) -> String {
    let now = jiff::Timestamp::now().as_second();
    format!(
        r#"<nmaprun version="7.9" start="{now}"><host><status state="up"/><address addr="10.0.0.5"
        addrtype="ipv4"/><ports><port protocol="tcp" portid="22"><state state="open"/><service
        name="ssh" product="OpenSSH" version="{version}"/></port></ports></host></nmaprun>"#
    )
}

on_both!(a_scan_that_is_dropped_is_held_against_the_sbom, async |fresh: Fresh| {
    let house = House::at(fresh, jiff::Timestamp::now).await;
    let id = house.opened().await;
    let made = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(48);
    let bom = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a60001",
        "metadata": { "timestamp": made.to_string(), "component":
            { "type": "device", "name": "Pumpline", "version": "1.0", "bom-ref": "p" } },
        "components": [{ "type": "library", "name": "openssh", "version": "9.3" }],
    });
    let parcel = Parcel::of(bom.to_string().as_bytes()).unwrap();
    let (app, ada) = (&house.app, &house.ada);
    let arrived = arrive(app, ada, ada.head, "x.cdx.json", parcel).await.unwrap();
    let placing = Placing {
        maker: NAME.to_owned(),
        product: "Pumpline".to_owned(),
        version: "1.0".to_owned(),
        builds: Vec::new(),
    };
    place(app, ada, arrived, &placing).await.unwrap();
    house.work().await;

    let flag = async || of(&verdicts(&house.verdict(id).await), 25);
    assert_eq!(flag().await, Verdict::CannotTell);
    // Of which product it is, its name alone tells: that is a claim, and clears nothing.
    let dropped = house.drops(id, "scan.xml", &scan("9.3")).await.unwrap();
    assert_eq!(dropped.read, "scan of a network (nmap)");
    assert_eq!(flag().await, Verdict::CannotTell);
    house.drops(id, "pumpline scan.xml", &scan("9.3")).await.unwrap();
    assert_eq!(flag().await, Verdict::CannotTell);
    let seen = house.verdict(id).await;
    let found = seen.vetted.findings.iter().find(|one| one.flag.number() == 25).unwrap();
    let ground =
        found.ruling.grounds.iter().find(|it| it.document.ends_with("pumpline scan.xml"));
    let ground = ground.unwrap();
    assert_eq!(ground.class, controls::Class::Attested);
    assert_eq!(ground.date.unwrap().to_string(), day(0));
    // Of which product it is, whoever drops it says: it stays a claim.
    let of = |name| (name, "Pumpline");
    house.drops_of(id, of("own.xml"), &scan("9.3")).await.unwrap();
    let seen = house.verdict(id).await;
    let found = seen.vetted.findings.iter().find(|one| one.flag.number() == 25).unwrap();
    assert_eq!(found.ruling.verdict, Verdict::CannotTell);
    let grounds = &found.ruling.grounds;
    let own = grounds.iter().find(|it| it.document.ends_with("own.xml")).unwrap();
    assert_eq!(own.class, controls::Class::Attested);
    for (product, name, text) in [
        ("Flow 7", "own.xml", scan("9.3")),
        ("Pumpline", "note.txt", "A note.".to_owned()),
    ] {
        let refused = house.drops_of(id, (name, product), &text).await;
        assert!(
            matches!(refused, Err(SupplierError::Wrong("product", _))),
            "{refused:?}"
        );
    }
    assert_eq!(flag().await, Verdict::CannotTell);
    house.drops_of(id, of("again.xml"), &scan("7.4")).await.unwrap();
    assert_eq!(flag().await, Verdict::Raised);
    assert!(
        house.drops(id, "pumpline.xml", "<nmaprun version='7.9'><host>").await.is_err()
    );
});
