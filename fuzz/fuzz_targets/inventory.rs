//! Any bytes: the reader of inventories neither panics nor hangs, gives each key once, and
//! what it gives reads back the same when it was written.

#![no_main]

use device::inventory::{Field, Mapping, Output, Row, Table, parse, write_csv};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parsed) = parse(bytes, &Mapping::default()) {
        let inventory = parsed.value;
        let mut tags: Vec<_> = inventory.devices.iter().map(|device| &device.asset_tag).collect();
        tags.sort();
        tags.dedup();
        // Without a column of tags the serial stands in, which two makers may both give.
        if has_tags(bytes) {
            assert_eq!(tags.len(), inventory.devices.len());
        }
        assert!(inventory.devices.iter().all(|device| device.build < inventory.builds.len()));
    }
    let Some((rows, others, mapping)) = read(bytes, &Mapping::default()) else { return };
    let mut keys: Vec<_> = rows.iter().map(|row| row.device_key().unwrap()).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), rows.len());

    // The mapping that was guessed reads the same again.
    let (again, ..) = read(bytes, &mapping).unwrap();
    assert!(rows.iter().map(Row::digest).eq(again.iter().map(Row::digest)));

    let outputs = Output::all(&others);
    let distinct = outputs.iter().map(Output::heading).collect::<std::collections::BTreeSet<_>>();
    // What is no field may have the name of one.
    if distinct.len() == outputs.len() && outputs.len() < 100 {
        let mut csv = Vec::new();
        write_csv(&mut csv, &outputs, &rows).unwrap();
        let (again, ..) = read(&csv, &Mapping::of_outputs(&outputs)).unwrap();
        assert!(rows.iter().map(Row::digest).eq(again.iter().map(Row::digest)));
    }
});

fn has_tags(bytes: &[u8]) -> bool {
    let Ok(mut table) = Table::open(bytes) else { return false };
    table.read(&Mapping::default()).is_ok_and(|reader| reader.has(Field::AssetTag))
}

fn read(bytes: &[u8], mapping: &Mapping) -> Option<(Vec<Row>, Vec<String>, Mapping)> {
    let mut table = Table::open(bytes).ok()?;
    let mut reader = table.read(mapping).ok()?;
    let (mut rows, mut row) = (Vec::new(), Row::default());
    while reader.read(&mut row).ok()? {
        rows.push(row.clone());
    }
    Some((rows, reader.other_headings().to_vec(), reader.mapping()))
}
