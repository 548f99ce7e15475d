//! Any text as the inside of a CycloneDX XML document: the reader neither panics nor hangs,
//! and what it gives back is in order.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Most bytes would only meet the front door: half of the work is done for them.
    let open = &b"<bom xmlns='http://cyclonedx.org/schema/bom/1.6'>"[..];
    let framed = [open, bytes, b"</bom>"].concat();
    for document in [bytes, &framed] {
        let Ok(parsed) = sbom::parse(document) else { continue };
        let bom = &parsed.value;
        for list in [&bom.components, &bom.subject_parts] {
            for (at, component) in list.iter().enumerate() {
                assert!(component.parent.is_none_or(|parent| parent < at));
            }
        }
        assert!(bom.statements.iter().all(|statement| !statement.id.is_empty()));
    }
});
