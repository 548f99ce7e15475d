//! The reader against serde_json, which reads the same grammar.

use proptest::prelude::*;

use super::*;

/// Reads everything by entering everything, and writes it down again without blanks.
fn rewrite(text: &str) -> Result<String, Rejected> {
    let mut reader = Reader::new(text);
    let mut out = String::new();
    value(&mut reader, &mut out)?;
    reader.end()?;
    Ok(out)
}

fn value(reader: &mut Reader<'_>, out: &mut String) -> Result<(), Rejected> {
    match reader.shape()? {
        Shape::Text => {
            let text = reader.text()?;
            out.push_str(&serde_json::to_string(&text).unwrap());
        }
        Shape::List => {
            reader.enter()?;
            out.push('[');
            while reader.element()? {
                value(reader, out)?;
                out.push(',');
            }
            out.push(']');
        }
        Shape::Object => {
            reader.enter()?;
            out.push('{');
            while let Some(key) = reader.key()? {
                out.push_str(&serde_json::to_string(&key).unwrap());
                out.push(':');
                value(reader, out)?;
                out.push(',');
            }
            out.push('}');
        }
        _ => out.push_str(reader.scalar()?),
    }
    Ok(())
}

fn skip(text: &str) -> Result<(), Rejected> {
    let mut reader = Reader::new(text);
    reader.skip()?;
    reader.end()
}

#[test]
fn what_is_no_json_is_refused_on_its_line_whether_read_or_passed_over() {
    #[track_caller]
    fn check(text: &str, line: usize, column: usize) {
        let place = Place::Line { line, column };
        assert_eq!(rewrite(text).unwrap_err().place, place, "reading {text}");
        assert_eq!(skip(text).unwrap_err().place, place, "passing over {text}");
    }

    check("", 1, 1);
    check("  ", 1, 3);
    check("{", 1, 2);
    check("[1,", 1, 4);
    check("[1,]", 1, 4);
    check("[1 2]", 1, 4);
    check("[,1]", 1, 2);
    check("{\"a\":1,}", 1, 8);
    check("{\"a\" 1}", 1, 6);
    check("{a:1}", 1, 2);
    check("{'a':1}", 1, 2);
    check("{\"a\":1}\n{}", 2, 1);
    check("[1]]", 1, 4);
    check("[1}", 1, 3);
    check("// no\n[]", 1, 1);
    check("[01]", 1, 3);
    check("[-]", 1, 3);
    check("[1.]", 1, 4);
    check("[1e]", 1, 4);
    check("[NaN]", 1, 2);
    check("[nul]", 1, 2);
    check("\"a\nb\"", 1, 3);
    check("\"\\x\"", 1, 3);
    check("\"\\u12\"", 1, 6);
    check("\"é\u{0}\"", 1, 3);
    check("\"open", 1, 6);
}

#[test]
fn a_document_cut_short_says_so() {
    for text in ["", "{", "[1,", "{\"a\":", "\"abc", "{\"a\":[{}"] {
        assert_eq!(
            rewrite(text).unwrap_err().hint,
            "the document is cut short",
            "{text}"
        );
    }
}

#[test]
fn nesting_beyond_the_limit_is_refused_without_overflowing() {
    let deep = "[".repeat(limits::DEPTH_MAX);
    let closed = deep.clone() + &"]".repeat(limits::DEPTH_MAX);
    assert_eq!(skip(&closed), Ok(()));
    for text in [format!("[{closed}]"), "[".repeat(200_000), "{\"a\":".repeat(100_000)] {
        let refused = skip(&text).unwrap_err();
        assert!(refused.message.contains("deeper than the 512 levels"), "{refused}");
    }
}

#[test]
fn a_note_points_at_the_value_that_was_announced_last() {
    let mut reader = Reader::new(r#"{"a/b":[{"x":0,"~":null}],"c":1}"#);
    reader.enter().unwrap();
    assert_eq!(reader.place(), Place::Pointer(String::new()));
    reader.key().unwrap();
    reader.enter().unwrap();
    assert!(reader.element().unwrap());
    reader.enter().unwrap();
    reader.key().unwrap();
    reader.skip().unwrap();
    reader.key().unwrap();
    assert_eq!(reader.text_or_note().unwrap(), None);
    assert_eq!(reader.key().unwrap(), None);
    assert_eq!(reader.place(), Place::Pointer("/a~1b/0".to_owned()));
    assert!(!reader.element().unwrap());
    assert_eq!(reader.key().unwrap().unwrap(), "c");
    assert_eq!(reader.text_or_note().unwrap().unwrap(), "1");
    assert_eq!(reader.key().unwrap(), None);
    let notes: Vec<_> =
        std::mem::take(reader.notes()).finish().iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "null instead of text, set aside (at /a~1b/0/~0)",
            "a number instead of text, read as `1` (at /c)"
        ]
    );
}

#[test]
fn a_member_given_twice_is_noted_among_few_and_among_many() {
    for count in [1, 63, 64, 65, 300] {
        let members: Vec<_> = (0..count).map(|n| format!("\"m{n}\":0")).collect();
        let text = format!("{{{},\"m\\u0030\": 0 }}", members.join(","));
        let mut reader = Reader::new(&text);
        reader.enter().unwrap();
        while reader.key().unwrap().is_some() {
            reader.skip().unwrap();
        }
        let notes = std::mem::take(reader.notes()).finish();
        assert_eq!(notes.len(), 1, "{count}");
        assert_eq!(notes[0].to_string(), "this member is given twice (at /m0)");
    }
}

#[test]
fn a_member_given_twice_with_different_values_is_refused_with_its_place() {
    #[track_caller]
    fn check(members: &str, expected: Option<&str>) {
        let text = format!("{{{members}}}");
        let mut reader = Reader::new(&text);
        reader.enter().unwrap();
        let refused = loop {
            match reader.key() {
                Ok(Some(_)) => reader.skip().unwrap(),
                Ok(None) => break None,
                Err(refused) => break Some(refused.to_string()),
            }
        };
        assert_eq!(refused.is_some(), expected.is_some(), "{members}: {refused:?}");
        if let (Some(refused), Some(place)) = (refused, expected) {
            assert!(refused.contains(place), "{refused}");
        }
    }

    check(r#""a":"1","a":"1""#, None);
    check(r#""a": {"b": [1]} ,"a":{"b": [1]}"#, None);
    check(r#""a":[1],"a":[2]"#, None);
    check(r#""a":"1","a":"2""#, Some("/a"));
    check(r#""a":1,"a":12"#, Some("/a"));
    check(r#""a":12,"a":1"#, Some("/a"));
    check(r#""a":null,"a":"x""#, Some("/a"));
    check(r#""a":{"b":1},"a":{"b":2}"#, Some("/a"));
    check(r#""b":1,"a":[],"a":{}"#, Some("/a"));
    let many: Vec<_> = (0..200).map(|n| format!("\"m{n}\":0")).collect();
    check(&format!("{},\"m7\":1", many.join(",")), Some("/m7"));
}

#[test]
fn a_lone_surrogate_becomes_a_replacement_and_a_pair_becomes_a_character() {
    #[track_caller]
    fn check(raw: &str, text: &str, notes: usize) {
        let mut reader = Reader::new(raw);
        assert_eq!(reader.text().unwrap(), text);
        assert_eq!(std::mem::take(reader.notes()).finish().len(), notes, "{raw}");
    }

    check(r#""\ud83d\ude00!""#, "😀!", 0);
    check(r#""a\ud83d""#, "a\u{FFFD}", 1);
    check(r#""\ude00b""#, "\u{FFFD}b", 1);
    check(r#""\ud83d\u0041""#, "\u{FFFD}A", 1);
    check(r#""\ud83d\n""#, "\u{FFFD}\n", 1);
    check(r#""\\u0041\/\"""#, "\\u0041/\"", 0);
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(".{0,5}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_serde_json_writes_is_read_the_same(value in json()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let again = rewrite(&text).unwrap().replace(",]", "]").replace(",}", "}");
            // A comma before a bracket inside of a text was replaced on both sides.
            let plain = value.to_string().replace(",]", "]").replace(",}", "}");
            prop_assert_eq!(again, plain);
            prop_assert_eq!(skip(&text), Ok(()));
        }
    }

    #[test]
    fn reading_and_passing_over_refuse_the_same_texts_as_serde_json(
        value in json(), at in 0_usize..200, byte in proptest::sample::select(b"\"\\,:[]{}0-x \x01".to_vec())
    ) {
        let mut bytes = value.to_string().into_bytes();
        let at = at % bytes.len().max(1);
        bytes[at] = byte;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            let theirs = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
            prop_assert_eq!(rewrite(text).is_ok(), theirs, "{}", text);
            prop_assert_eq!(skip(text).is_ok(), theirs, "{}", text);
        }
    }
}
