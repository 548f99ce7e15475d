//! Any bytes: the reader of inventories neither panics nor hangs, and gives each tag once.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mapping = device::inventory::Mapping::default();
    if let Ok(parsed) = device::inventory::parse(bytes, &mapping) {
        let inventory = parsed.value;
        let mut tags: Vec<_> = inventory.devices.iter().map(|device| &device.asset_tag).collect();
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), inventory.devices.len());
        assert!(inventory.devices.iter().all(|device| device.build < inventory.builds.len()));
    }
});
