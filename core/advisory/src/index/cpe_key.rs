//! The key under which a CPE name is found: vendor and product.
//!
//! Real names are dirty (too few attributes, blanks, both bindings), so this reads less
//! strictly than `terms::cpe`: a name that it misreads is found under a key that nobody
//! asks for, while the comparison of names stays strict.

/// Under which names of any vendor or product lie; every look-up reads them too.
pub(crate) const ANY: (&str, &str) = ("*", "*");

/// Vendor and product of a CPE name, folded.
pub(crate) fn of(name: &str) -> (String, String) {
    let (vendor, product) = match name.strip_prefix("cpe:2.3:") {
        Some(rest) => formatted(rest),
        None => uri(name.strip_prefix("cpe:/").unwrap_or(name)),
    };
    if has_wildcard(&vendor) || has_wildcard(&product) {
        return (ANY.0.to_owned(), ANY.1.to_owned());
    }
    (fold(&vendor), fold(&product))
}

/// A value as it stands in a key: lower case and without the backslashes of quoting.
pub(crate) fn fold(value: &str) -> String {
    value
        .chars()
        .filter(|character| *character != '\\')
        .flat_map(char::to_lowercase)
        .collect()
}

fn formatted(rest: &str) -> (String, String) {
    let mut attributes = vec![String::new()];
    let mut quoted = false;
    for character in rest.chars() {
        if character == ':' && !quoted {
            if attributes.len() == 3 {
                break;
            }
            attributes.push(String::new());
            continue;
        }
        quoted = character == '\\' && !quoted;
        if let Some(last) = attributes.last_mut() {
            last.push(character);
        }
    }
    let mut attributes = attributes.into_iter().skip(1);
    let mut next = || attributes.next().unwrap_or_default();
    (next(), next())
}

fn uri(rest: &str) -> (String, String) {
    let mut attributes = rest.split(':').skip(1);
    let mut next = || match attributes.next() {
        None | Some("") => "*".to_owned(),
        Some(value) => decoded(value),
    };
    (next(), next())
}

/// A value of the URI binding, in which `%01` and `%02` are the wildcards.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let Some(code) = code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) else {
            bytes.push(b'%');
            continue;
        };
        rest = tail.get(2..).unwrap_or(&[]);
        match code {
            1 => bytes.push(b'?'),
            2 => bytes.push(b'*'),
            other => bytes.extend_from_slice(&[b'\\', other]),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn has_wildcard(value: &str) -> bool {
    let mut quoted = false;
    value.chars().any(|character| {
        let wild = matches!(character, '*' | '?') && !quoted;
        quoted = character == '\\' && !quoted;
        wild
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_bindings_and_dirty_names_have_a_key() {
        #[track_caller]
        fn check(name: &str, vendor: &str, product: &str) {
            let key = super::of(name);
            assert_eq!((key.0.as_str(), key.1.as_str()), (vendor, product), "{name}");
        }

        check("cpe:2.3:a:Apache:log4j:2.0:*:*:*:*:*:*:*", "apache", "log4j");
        check(r"cpe:2.3:a:a\:b:c\/d:1:*", "a:b", "c/d");
        check("cpe:2.3:a:short", "short", "");
        check("cpe:/a:apache:http_server:2.4", "apache", "http_server");
        check("cpe:/a:notepad%2b%2b:notepad%2b%2b", "notepad++", "notepad++");
        check("cpe:/a:x", "*", "*");
        check("cpe:2.3:a:*:thing:1", "*", "*");
        check("cpe:2.3:a:foo*:thing:1", "*", "*");
        check(r"cpe:2.3:a:foo\*:thing:1", "foo*", "thing");
        check("cpe:/a:foo%02:thing", "*", "*");
        check("", "*", "*");
        check("cpe:/a:100%:b%zz", "100%", "b%zz");
    }
}
