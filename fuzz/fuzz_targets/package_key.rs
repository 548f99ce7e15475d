//! Lines: type, namespace, name, distribution. A package key is its own key, whatever it
//! was made of.

#![no_main]

use advisory::package::Key;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let (kind, namespace, name, distro) = (line(), line(), line(), line());
    own_key(Key::from_osv(kind, name));
    own_key(Key::from_purl_parts(kind, namespace, name, Some(distro)));
});

fn own_key(key: Option<Key>) {
    let Some(key) = key else { return };
    let _ = key.scheme();
    // Only packages of a distribution have a namespace in their ecosystem.
    let (kind, namespace) = key.ecosystem.split_once('/').unwrap_or((&key.ecosystem, ""));
    assert!(namespace.is_empty() || matches!(kind, "deb" | "rpm" | "apk" | "alpm"));
    let again = Key::from_purl_parts(kind, namespace, &key.name, Some(&key.release));
    assert_eq!(again, Some(key.clone()));
}
