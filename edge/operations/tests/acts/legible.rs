//! What nobody can open is no proof, and whoever delivers it learns so.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use ::evidence::Kind as EvidenceKind;
use operations::evidence::{Arrived, Entered, EvidenceError, arrive, enter};
use operations::supplier::{SupplierError, drop_document, open};
use store::{Audience, Parcel};

use crate::house::House;

/// A file that begins as what old office programs write, and holds something behind a password.
fn locked() -> Vec<u8> {
    let begin = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1].into_iter();
    begin.chain("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_nobody_can_open_is_refused_wherever_it_is_delivered() {
    let house = House::new().await;
    let (app, ada) = (&house.app, &house.ada);
    let supplier = open(app, ada, ada.head, "Invented Pumps").await.unwrap();
    let fields = BTreeMap::from(
        [("on", "2026-11-01"), ("passed", "yes")]
            .map(|(name, value)| (name.into(), value.into())),
    );
    for (bytes, why) in [
        (Vec::new(), "the file is empty"),
        (locked(), "protected by a password"),
        (b"PK\x03\x04 the beginning of a letter".to_vec(), "cut short or damaged"),
        (b"%PDF-1.7 the beginning of a report".to_vec(), "PDF"),
    ] {
        let parcel = || Parcel::of(&bytes).unwrap();
        let came = arrive(app, ada, ada.head, "proof.pdf", parcel()).await;
        let Err(EvidenceError::Rejected(refused)) = came else {
            panic!("{why}: {came:?}")
        };
        assert!(refused.message.contains(why), "{refused}");
        let proof = parcel();
        let entered = Entered {
            organisation: ada.head,
            kind: EvidenceKind::RestoreTest,
            fields: &fields,
            source: "",
            audience: Audience::Owner,
            file: Some(("proof.pdf", &proof)),
        };
        let came = enter(app, ada, entered).await;
        assert!(matches!(came, Err(EvidenceError::Rejected(_))), "{why}: {came:?}");
        let came = drop_document(app, ada, supplier, ("proof.pdf", ""), parcel()).await;
        assert!(matches!(came, Err(SupplierError::Rejected(_))), "{why}: {came:?}");
    }
    let whole = Parcel::of(b"a letter").unwrap();
    let came = arrive(app, ada, ada.head, "letter.txt", whole).await.unwrap();
    assert!(matches!(came, Arrived::Waits(_)), "{came:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_which_nothing_is_read_is_kept_and_called_what_it_is() {
    const OLD: &[u8] =
        b"Manufacturer Disclosure Statement for Medical Device Security - MDS2\n\
        v 1.0 (2004-11-01)\n1. Can it keep ePHI? ......... Yes\n Note #\n";
    let house = House::new().await;
    let (app, ada) = (&house.app, &house.ada);
    let supplier = open(app, ada, ada.head, "Invented Pumps").await.unwrap();
    let parcel = || Parcel::of(OLD).unwrap();
    let dropped =
        drop_document(app, ada, supplier, ("mds2.txt", ""), parcel()).await.unwrap();
    assert_eq!(
        dropped.read,
        "MDS2 form of an edition before 2013, of which nothing is read"
    );
    let came = arrive(app, ada, ada.head, "mds2.txt", parcel()).await.unwrap();
    let Arrived::Waits(id) = came else { panic!("{came:?}") };
    let scope = store::Scope::whole(ada.head);
    let kept = app.store.evidence(&scope, id).await.unwrap();
    assert!(kept.words.read.contains("an edition before 2013"), "{}", kept.words.read);
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_comes_packed_is_read_as_one_that_comes_as_it_is() {
    const SCAN: &[u8] = b"<?xml version=\"1.0\"?>\n<!DOCTYPE nmaprun>\n<nmaprun \
        scanner=\"nmap\" start=\"1795608000\"><host><status state=\"up\"/>\
        <address addr=\"10.0.0.7\" addrtype=\"ipv4\"/></host></nmaprun>\n";
    let house = House::new().await;
    let (app, ada) = (&house.app, &house.ada);
    let supplier = open(app, ada, ada.head, "Invented Pumps").await.unwrap();
    let drops = async |bytes: &[u8]| {
        let parcel = Parcel::of(bytes).unwrap();
        drop_document(app, ada, supplier, ("scan.xml.zip", ""), parcel).await
    };
    let arrives = async |bytes: &[u8]| {
        arrive(app, ada, ada.head, "scan.xml.zip", Parcel::of(bytes).unwrap()).await
    };
    let packed = zipped(&[("scan.xml", SCAN)]);
    assert_eq!(drops(&packed).await.unwrap().read, "scan of a network (nmap)");
    let Arrived::Waits(id) = arrives(&packed).await.unwrap() else { panic!("known") };
    let scope = store::Scope::whole(ada.head);
    let kept = app.store.evidence(&scope, id).await.unwrap();
    assert_eq!((kept.class.as_str(), kept.records), ("observed", 1));
    // Several are an archive, and no scan.
    let several = zipped(&[("one.xml", SCAN), ("two.xml", SCAN)]);
    assert_eq!(drops(&several).await.unwrap().read, "a document that a person reads");
    let Arrived::Waits(id) = arrives(&several).await.unwrap() else { panic!("known") };
    assert!(app.store.evidence(&scope, id).await.unwrap().kinds.is_empty());
    // What cannot be unpacked is refused with why.
    let broken = b"\x1F\x8B\x08\0\0\0\0\0\0\x03 the beginning of a scan";
    let Err(SupplierError::Rejected(why)) = drops(broken).await else { panic!("kept") };
    assert!(why.message.contains("cannot be unpacked"), "{why}");
    let Err(EvidenceError::Rejected(why)) = arrives(broken).await else { panic!("kept") };
    assert!(why.message.contains("cannot be unpacked"), "{why}");
}
