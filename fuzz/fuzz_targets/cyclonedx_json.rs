//! Any bytes as the members of a CycloneDX JSON document: the reader neither panics nor
//! hangs, and what it gives back is in order.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Most bytes would only meet the front door: half of the work is done for them.
    let framed =
        [&br#"{"bomFormat":"CycloneDX","specVersion":"1.6","#[..], bytes].concat();
    for document in [bytes, &framed] {
        let Ok(parsed) = sbom::parse(document) else { continue };
        let bom = &parsed.value;
        for list in [&bom.components, &bom.subject_parts] {
            for (at, component) in list.iter().enumerate() {
                assert!(component.parent.is_none_or(|parent| parent < at));
            }
        }
        assert!(bom.statements.iter().all(|statement| !statement.id.is_empty()));
        let tree = sbom::tree::Tree::of(bom);
        for root in tree.roots() {
            let Ok(()) = tree.walk(*root, 20, |_| Ok::<(), std::convert::Infallible>(()));
        }
    }
});
