//! A digest of the parts of a form: their headers and contents, whatever boundary stands between
//! them. A program chooses another boundary each time it sends the same form.
//!
//! Source: RFC 2046 §5.1.1 (delimiters, and what stands before the first and behind the last,
//! which nobody reads) and RFC 7578. It takes the body in pieces as they come, and holds no more
//! of it than the headers of one part.

/// How long the headers of one part may be.
const HEADERS_MAX: usize = 16 * 1024;
/// The empty line behind the headers of a part.
const END: &[u8] = b"\r\n\r\n";
/// How long a boundary may be: RFC 2046 §5.1.1.
const BOUNDARY_MAX: usize = 70;

/// What is known of a body so far.
pub(super) struct Parts {
    /// A line's end, two dashes and the boundary.
    delimiter: Vec<u8>,
    /// What was taken and not yet understood.
    held: Vec<u8>,
    at: At,
    content: blake3::Hasher,
    all: blake3::Hasher,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Nothing that counts, until the first delimiter.
    Before,
    /// What stands behind a delimiter: a line's end, or the two dashes of the last.
    Behind,
    Headers,
    Content,
    /// Nothing that counts.
    End,
    /// This is no form of parts, or one with headers that nobody writes.
    Lost,
}

impl Parts {
    /// Parts between the boundary that a `Content-Type` names; none where it names none.
    pub(super) fn of(content_type: &str) -> Option<Self> {
        let boundary = boundary(content_type)?;
        Some(Self {
            delimiter: [b"\r\n--", boundary.as_bytes()].concat(),
            // The first delimiter may be the first line.
            held: b"\r\n".to_vec(),
            at: At::Before,
            content: blake3::Hasher::new(),
            all: blake3::Hasher::new(),
        })
    }

    /// Takes the next piece.
    pub(super) fn take(&mut self, piece: &[u8]) {
        if matches!(self.at, At::End | At::Lost) {
            return;
        }
        let mut held = std::mem::take(&mut self.held);
        held.extend_from_slice(piece);
        let mut rest = held.as_slice();
        while let Some(left) = self.step(rest) {
            rest = left;
        }
        self.held = match self.at {
            At::End | At::Lost => Vec::new(),
            _ => rest.to_vec(),
        };
    }

    /// The digest, once the last delimiter came.
    pub(super) fn digest(&self) -> Option<[u8; 32]> {
        (self.at == At::End).then(|| *self.all.finalize().as_bytes())
    }

    /// Goes one step on; what is left then, or nothing where more has to come first.
    fn step<'b>(&mut self, rest: &'b [u8]) -> Option<&'b [u8]> {
        match self.at {
            At::Before | At::Content => self.after_delimiter(rest),
            At::Behind => {
                self.at = match rest.get(..2)? {
                    // It stays: where a part has no headers it begins the empty line.
                    b"\r\n" => At::Headers,
                    b"--" => At::End,
                    _ => At::Lost,
                };
                (self.at == At::Headers).then_some(rest)
            }
            At::Headers => self.after_content(rest),
            At::End | At::Lost => None,
        }
    }

    fn after_delimiter<'b>(&mut self, rest: &'b [u8]) -> Option<&'b [u8]> {
        let Some(at) = find(rest, &self.delimiter) else {
            // The end may be the beginning of a delimiter.
            let unsure = self.delimiter.len().saturating_sub(1);
            let (sure, unsure) =
                rest.split_at_checked(rest.len().saturating_sub(unsure))?;
            self.pass(sure);
            return (!sure.is_empty()).then_some(unsure);
        };
        let (before, behind) = rest.split_at_checked(at)?;
        self.pass(before);
        if self.at == At::Content {
            self.all.update(self.content.finalize().as_bytes());
            self.content.reset();
        }
        self.at = At::Behind;
        behind.get(self.delimiter.len()..)
    }

    /// What stands before the first delimiter counts for nothing.
    fn pass(&mut self, bytes: &[u8]) {
        if self.at == At::Content {
            self.content.update(bytes);
        }
    }

    fn after_content<'b>(&mut self, rest: &'b [u8]) -> Option<&'b [u8]> {
        let Some(at) = find(rest, END) else {
            if rest.len() > HEADERS_MAX + END.len() {
                self.at = At::Lost;
            }
            return None;
        };
        if at > HEADERS_MAX {
            self.at = At::Lost;
            return None;
        }
        let headers = canonical(rest.get(..at)?);
        // The length keeps headers and contents apart; a content is a digest of one length.
        self.all.update(&(headers.len() as u64).to_le_bytes());
        self.all.update(&headers);
        self.at = At::Content;
        rest.get(at + END.len()..)
    }
}

/// Headers in one order, each with its name in small letters.
fn canonical(headers: &[u8]) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = headers
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let end = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
            let (name, value) = line.split_at(end);
            let value = value.strip_prefix(b":").unwrap_or(value).trim_ascii();
            [name.trim_ascii().to_ascii_lowercase().as_slice(), b":", value].concat()
        })
        .collect();
    lines.sort();
    lines.join(&b'\n')
}

fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then_some(value.trim())
    })?;
    let boundary = boundary.trim_matches('"');
    (1..=BOUNDARY_MAX).contains(&boundary.len()).then_some(boundary)
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    let first = what.first()?;
    let mut from = 0;
    loop {
        let rest = within.get(from..)?;
        let at = from + rest.iter().position(|byte| byte == first)?;
        if within.get(at..)?.starts_with(what) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::Parts;

    type Part = (String, Option<String>, Vec<u8>);

    fn written(parts: &[Part], boundary: &str) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, file, content) in parts {
            let file = file.as_ref().map(|file| format!("; filename=\"{file}\""));
            let head = format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{}\r\n\r\n",
                file.unwrap_or_default()
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        body
    }

    /// The digest of a body that comes in pieces of a length.
    fn digest(body: &[u8], boundary: &str, length: usize) -> Option<[u8; 32]> {
        let kind = format!("multipart/form-data; boundary={boundary}");
        let mut parts = Parts::of(&kind).unwrap();
        body.chunks(length.max(1)).for_each(|piece| parts.take(piece));
        parts.digest()
    }

    fn any_part() -> impl Strategy<Value = Part> {
        // Line ends and dashes are what a delimiter is made of.
        let content =
            vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'-'), any::<u8>()], 0..60);
        ("[a-z]{1,4}", proptest::option::of("[a-z.]{1,4}"), content)
    }

    proptest! {
        #[test]
        fn the_same_parts_under_another_boundary_have_the_same_digest(
            parts in vec(any_part(), 0..5),
            (one, other) in ("[a-zA-Z0-9]{12,30}", "-{0,8}[a-z0-9]{12,40}"),
            (length, another) in (1usize..80, 1usize..80),
        ) {
            let first = digest(&written(&parts, &one), &one, length);
            prop_assert!(first.is_some());
            prop_assert_eq!(first, digest(&written(&parts, &other), &other, another));
        }

        #[test]
        fn any_other_part_gives_another(
            parts in vec(any_part(), 1..5),
            at in any::<prop::sample::Index>(),
            change in 0..6,
            byte in any::<u8>(),
        ) {
            let mut changed = parts.clone();
            let at = at.index(parts.len());
            match change {
                0 => changed[at].0.push('x'),
                1 => changed[at].1 = Some(format!("{}x", changed[at].1.take().unwrap_or_default())),
                2 => changed[at].2.push(byte),
                3 => changed[at].2.insert(0, byte),
                4 => drop(changed.remove(at)),
                _ => changed.insert(at, ("new".to_owned(), None, Vec::new())),
            }
            let of = |parts: &[Part]| digest(&written(parts, "0123456789abc"), "0123456789abc", 7);
            prop_assert!(of(&parts).is_some());
            prop_assert_ne!(of(&parts), of(&changed));
        }

        #[test]
        fn whatever_comes_is_taken(body in vec(any::<u8>(), 0..300), length in 1usize..50) {
            digest(&body, "b", length);
        }
    }

    #[test]
    fn what_is_no_whole_form_of_parts_has_no_digest() {
        #[track_caller]
        fn has_one(body: &str) -> bool {
            let all = [1, 2, 3, 1000].map(|length| digest(body.as_bytes(), "b", length));
            assert!(all.iter().all(|one| *one == all[0]), "{body}");
            all[0].is_some()
        }
        for whole in [
            "--b\r\n\r\n\r\n--b--",
            "nobody reads this\r\n--b\r\nA: b\r\n\r\nc\r\n--b--\r\nnor this",
            "--b--",
        ] {
            assert!(has_one(whole), "{whole}");
        }
        let long = format!("--b\r\nA: {}\r\n\r\nc\r\n--b--", "x".repeat(40_000));
        for cut in [
            "--b\r\n\r\n--b--",
            "",
            "--b",
            "--bx\r\n\r\n\r\n--b--",
            "--b\r\nA: b\r\n\r\nc\r\n--b\r\n",
            "--b\r\nA: b\r\n\r\nc",
            &long,
        ] {
            assert!(!has_one(cut), "{cut}");
        }
    }

    #[test]
    fn a_boundary_is_read_where_a_form_of_parts_names_one() {
        for kind in [
            "multipart/form-data; boundary=b",
            "Multipart/Form-Data;charset=utf-8; BOUNDARY=\"b\"",
        ] {
            assert!(Parts::of(kind).is_some(), "{kind}");
        }
        let long = format!("multipart/form-data; boundary={}", "b".repeat(71));
        for kind in [
            "",
            "application/json",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"\"",
            "multipart/mixed; boundary=b",
            long.as_str(),
        ] {
            assert!(Parts::of(kind).is_none(), "{kind}");
        }
    }
}
