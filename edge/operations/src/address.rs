//! What counts as somebody's e-mail address. Source: RFC 5321, section 4.1.2 (`Mailbox`) and the
//! limits of section 4.5.3.1; of local parts the plain ones alone, as mail providers give them.

/// How long an address may be, and the part before the `@`, in bytes.
const BYTES_MAX: usize = 254;
const LOCAL_BYTES_MAX: usize = 64;

/// What to do about an address that is none.
pub(crate) const NO_ADDRESS: &str =
    "this is no e-mail address; write it as name@hospital.example";

/// Whether mail can be addressed to it.
pub(crate) fn is_address(text: &str) -> bool {
    let text = text.trim();
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= BYTES_MAX
        && local.len() <= LOCAL_BYTES_MAX
        && is_local(local)
        && is_domain(domain)
}

/// Atoms with single dots between them.
fn is_local(local: &str) -> bool {
    let is_sign = |char: char| match char.is_ascii() {
        true => char.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(char),
        false => char.is_alphanumeric(),
    };
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_sign))
}

/// Labels of letters, digits and hyphens within them.
fn is_domain(domain: &str) -> bool {
    let is_sign = |char: char| char.is_alphanumeric() || char == '-';
    domain.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(is_sign)
    })
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn an_address_is_one_that_mail_can_be_sent_to() {
        for good in [
            "ada@hospital.example",
            " ada@hospital.example ",
            "ada.o'brien+alerts@mail.hospital.example",
            "root@localhost",
            "jörg@klinik-süd.example",
        ] {
            assert!(is_address(good), "{good}");
        }
        let long = format!("{}@hospital.example", "a".repeat(65));
        let longer = format!("ada@{}.example", "a".repeat(250));
        for none in [
            "",
            "nonsense",
            "x@",
            "@y",
            "a b@c",
            "a@b\r\nBcc: z@z",
            "a@@b",
            "a@b..c",
            ".a@b",
            "a@-b",
            "a@b-",
            "a\0@b",
            "a@b c",
            "\"a b\"@c",
            &long,
            &longer,
        ] {
            assert!(!is_address(none), "{none:?}");
        }
    }
}
