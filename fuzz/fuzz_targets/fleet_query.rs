//! Any text is a filter, a sort or a place in a list, or is refused; what is read is written
//! in one way and read again.

#![no_main]

use fleet::{Column, Cursor, Entry, Filter, Fleet, OrganisationId, Scope, Sets, Sort, Start};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(sort) = text.parse::<Sort>() {
        assert_eq!(sort.to_string(), text);
    }
    let mut fleet = Fleet::new();
    fleet.put(&Entry { udi: &text, mac: &text, ip: &text, serial: &text, ..Entry::default() });
    let scope = Scope::of([OrganisationId::default()]);
    let _ = fleet.find(&scope, &text);
    if let Ok(cursor) = text.parse::<Cursor>() {
        assert_eq!(cursor.to_string().parse(), Ok(cursor.clone()));
        if let Ok(view) = fleet.view(&scope, &Filter::default(), &Sets::new()) {
            for column in Column::ALL {
                let _ = view.page(Sort::down(column), &Start::After(cursor.clone()), 1);
            }
        }
    }
    if let Ok(filter) = Filter::parse(&text) {
        assert_eq!(Filter::parse(&filter.to_string()), Ok(filter.clone()));
        let _ = fleet.view(&scope, &filter, &Sets::new());
    }
});
