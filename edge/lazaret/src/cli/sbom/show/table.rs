//! The tree, in the columns that there are.

use std::io::{self, Write};

use sbom::tree::{Entry, Line, Mark, Origin, Siblings, Tree};
use sbom::{Bom, Component};

use super::super::{clip, columns, counted};

/// Columns that are kept for a component, however deep it stands.
const ROOM_MIN: usize = 30;

/// Writes a document: a line about it, and its tree.
pub(super) fn write(
    out: &mut dyn Write,
    bom: &Bom,
    depth: usize,
    width: usize,
) -> io::Result<()> {
    let spec = if bom.spec.is_empty() { "of no stated version" } else { &bom.spec };
    writeln!(
        out,
        "{} {spec}: {}, {}",
        bom.format.name(),
        counted(bom.components.len(), "component"),
        counted(bom.relationships.len(), "relationship"),
    )?;
    let tree = Tree::of(bom);
    let mut before = None;
    for root in tree.roots() {
        if before != Some(root.origin) {
            writeln!(out)?;
            if root.origin == Origin::Apart && before.is_some() {
                writeln!(out, "Nothing leads from there to:")?;
            }
            before = Some(root.origin);
        }
        tree.walk(*root, depth, |line| write_line(out, line, width))?;
    }
    Ok(())
}

fn write_line(out: &mut dyn Write, line: &Line<'_>, width: usize) -> io::Result<()> {
    let branches = branches(line.levels);
    let room = width.saturating_sub(columns(&branches)).max(ROOM_MIN);
    let text = match &line.entry {
        Entry::Component(component, mark) => {
            let mark = match mark {
                Mark::Unfolded => String::new(),
                Mark::Elsewhere => "  ↑ shown elsewhere".to_owned(),
                Mark::Cycle => "  ↻ cycle".to_owned(),
                Mark::Deeper(count) => format!("  … {count} deeper"),
            };
            let room = room.saturating_sub(columns(&mark));
            described(component, room) + &mark
        }
        Entry::Missing(name) => {
            let remark = "  ? not in the document";
            clip(&clean(name), room.saturating_sub(columns(remark))) + remark
        }
    };
    writeln!(out, "{branches}{text}")
}

fn branches(levels: &[Siblings]) -> String {
    let mut text = String::new();
    for (at, level) in levels.iter().enumerate() {
        text.push_str(match (at + 1 == levels.len(), level) {
            (true, Siblings::Follow) => "├─ ",
            (true, Siblings::End) => "└─ ",
            (false, Siblings::Follow) => "│  ",
            (false, Siblings::End) => "   ",
        });
    }
    text
}

/// Group, name and version; then the purl, else the first CPE name, if there is room for
/// the beginning of it.
fn described(component: &Component, room: usize) -> String {
    const IDENTIFIER_MIN: usize = 14;
    let mut text = String::new();
    if !component.group.is_empty() {
        text.push_str(&clean(&component.group));
        text.push('/');
    }
    match component.name.as_str() {
        "" => text.push_str("(without a name)"),
        name => text.push_str(&clean(name)),
    }
    if let Some(version) = &component.version {
        text.push(' ');
        text.push_str(&clean(version));
    }
    let identifier = component.purl.as_ref().or(component.cpes.first());
    if let Some(identifier) = identifier
        && columns(&text) + IDENTIFIER_MIN <= room
    {
        text.push_str("  ");
        text.push_str(&clean(identifier));
    }
    clip(&text, room)
}

/// The beginning of a text, fit for the terminal: a name may have millions of characters.
fn clean(text: &str) -> String {
    const CHARACTERS: usize = 400;
    let end = text.char_indices().nth(CHARACTERS).map_or(text.len(), |(end, _)| end);
    super::super::clean(text.get(..end).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 80;

    fn show(text: &str, depth: usize) -> String {
        let bom = sbom::parse(text.as_bytes()).unwrap().value;
        let mut out = Vec::new();
        write(&mut out, &bom, depth, WIDTH).unwrap();
        String::from_utf8(out).unwrap()
    }

    const PUMP: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6",
        "metadata":{"component":{"name":"pump","version":"4.2","bom-ref":"pump"}},
        "components":[
            {"name":"openssl","version":"3.0.7","bom-ref":"o","purl":"pkg:generic/openssl@3.0.7"},
            {"group":"org.acme","name":"core","bom-ref":"c","cpe":"cpe:2.3:a:acme:core:1:*:*:*:*:*:*:*"},
            {"name":"zlib","version":"1.3","bom-ref":"z"},{"name":"loose\u001b[31m"}],
        "dependencies":[{"ref":"pump","dependsOn":["c","o"]},
            {"ref":"c","dependsOn":["z","pump","ghost","o"]},{"ref":"o","dependsOn":["z"]},
            {"ref":"z","dependsOn":["o"]}]}"#;

    #[test]
    fn the_tree_is_drawn_with_marks_for_what_it_does_not_unfold() {
        let expected = "\
CycloneDX 1.6: 4 components, 8 relationships

pump 4.2
├─ org.acme/core  cpe:2.3:a:acme:core:1:*:*:*:*:*:*:*
│  ├─ zlib 1.3
│  │  └─ openssl 3.0.7  pkg:generic/openssl@3.0.7  ↑ shown elsewhere
│  ├─ pump 4.2  ↻ cycle
│  ├─ ghost  ? not in the document
│  └─ openssl 3.0.7  pkg:generic/openssl@3.0.7  ↑ shown elsewhere
└─ openssl 3.0.7  pkg:generic/openssl@3.0.7
   └─ zlib 1.3  ↑ shown elsewhere

Nothing leads from there to:
loose�[31m
";
        assert_eq!(show(PUMP, 9), expected);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let long =
            PUMP.replace("openssl", &"x".repeat(500)).replace("ghost", &"é".repeat(500));
        for depth in 0..5 {
            for line in show(&long, depth).lines() {
                assert!(columns(line) <= WIDTH, "{line}");
            }
        }
    }
}
