//! One row for each device and advisory.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

use matching::device::Answer;

use super::fleet::Fleet;

/// Writes the header and the rows. A pair that is not written is not affected.
pub(super) fn write(fleet: &Fleet, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "asset_tag,advisory_id,verdict,confidence,basis,cves,fixed_version")?;
    // What stands behind the tag is the same for all devices of a build.
    let mut known: HashMap<(usize, &str), Vec<String>> = HashMap::new();
    for device in &fleet.inventory.devices {
        let key = (device.build, fleet.day(device));
        let rows = known.entry(key).or_insert_with(|| {
            fleet.answers(device).iter().map(|answer| row(fleet, answer)).collect()
        });
        let tag = quoted(&device.asset_tag);
        for row in rows {
            out.write_all(tag.as_bytes())?;
            out.write_all(row.as_bytes())?;
        }
    }
    Ok(())
}

/// What stands behind the tag.
fn row(fleet: &Fleet, answer: &Answer) -> String {
    let id = fleet.record(answer).map_or("", |record| record.id.as_str());
    format!(
        ",{},{},{},{},{},{}\n",
        quoted(&harmless(id)),
        answer.verdict.word(),
        answer.confidence.word(),
        quoted(&harmless(&answer.grounds.join("; "))),
        quoted(&harmless(&fleet.cves(answer).join(";"))),
        quoted(&harmless(&answer.fixed_version)),
    )
}

/// A field in quotes where it needs them (RFC 4180).
fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains(['"', ',', '\n', '\r']) {
        return Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")));
    }
    Cow::Borrowed(text)
}

/// A text of an advisory that a spreadsheet would run gets an apostrophe in front.
fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be_and_formulas_are_disarmed() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(quoted(&harmless(text)), expected);
        }

        check("plain", "plain");
        check("a, b", "\"a, b\"");
        check("say \"x\"", "\"say \"\"x\"\"\"");
        check("=1+1", "'=1+1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("-2", "'-2");
        check("a\nb", "\"a\nb\"");
        check("", "");
    }
}
