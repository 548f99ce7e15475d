//! A package key is its own key, whatever it was made of.

#![no_main]

use advisory::package::Key;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|parts: (&str, &str, &str, &str)| {
    let (kind, namespace, name, distro) = parts;
    let _ = Key::from_osv(kind, name);
    let Some(key) = Key::from_purl_parts(kind, namespace, name, Some(distro)) else {
        return;
    };
    let _ = key.scheme();
    let packaged = key
        .ecosystem
        .split_once('/')
        .filter(|(kind, _)| matches!(*kind, "deb" | "rpm" | "apk" | "alpm"));
    let (kind, namespace) = packaged.unwrap_or((&key.ecosystem, ""));
    let again = Key::from_purl_parts(kind, namespace, &key.name, Some(&key.release));
    assert_eq!(again.map(|again| again.name), Some(key.name));
});
