//! Any bytes are a document of OSCAL or are refused; what is read is read again as it is
//! written; what is made of it is what the house itself reads, and no claim has a proof.

#![no_main]

use evidence::{Field, Kind, Pseudonyms};
use libfuzzer_sys::fuzz_target;
use oscal::{Document, import, parse};
use posture::Tailoring;

fuzz_target!(|bytes: &[u8]| {
    let Ok(parsed) = parse(bytes) else { return };
    let again = parse(parsed.value.write().as_bytes()).expect("what was written is read");
    assert_eq!(
        (again.value.model(), again.value.id()),
        (parsed.value.model(), parsed.value.id())
    );
    match &parsed.value {
        Document::Catalog(catalog) => {
            assert_eq!(import::controls(catalog).len(), catalog.all().len());
        }
        Document::Profile(profile) => {
            if let Ok(made) = import::tailoring(profile) {
                let read = Tailoring::parse(made.text.as_bytes());
                assert!(read.expect("a tailoring").value.exceptions.is_empty());
            }
        }
        Document::Results(results) => {
            if let Ok(made) = import::register(results) {
                let read = evidence::register::parse(
                    made.text.as_bytes(),
                    &Pseudonyms::new([0; 32]),
                );
                for record in read.expect("a register").value {
                    assert_eq!(record.kind, Kind::Attestation);
                    assert!(record.value(Field::Proof).is_none());
                }
            }
        }
        Document::Poam(poam) => {
            assert_eq!(import::points(poam).len(), poam.poam_items.len())
        }
        Document::Mapping(mapping) => {
            let _ = import::pairs(mapping);
        }
    }
});
