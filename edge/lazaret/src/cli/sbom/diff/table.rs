//! What a person reads: a line for each component, `+` new, `-` gone, `~` changed.

use std::io::{self, Write};

use sbom::diff::{Change, Dependency, Field, Part};
use sbom::{Bom, Component};

use super::super::{clean, clip, counted};
use super::Compared;

/// Writes the differences as a table.
pub(super) fn write(
    out: &mut dyn Write,
    compared: &Compared,
    width: usize,
) -> io::Result<()> {
    let difference = &compared.difference;
    let (old, new) = (compared.old.bom(), compared.new.bom());
    let room = room(width);
    writeln!(out, "{} → {}", clean(&compared.old.file), clean(&compared.new.file))?;
    components(out, '+', &difference.added, (new, room))?;
    components(out, '-', &difference.removed, (old, room))?;
    for change in &difference.changed {
        if let (Some(old), Some(new)) = (change.old.of(old), change.new.of(new)) {
            writeln!(out, "  ~ {}", changed(*change, old, new, room))?;
        }
    }
    dependencies(out, '+', &difference.dependencies_added, room)?;
    dependencies(out, '-', &difference.dependencies_removed, room)?;
    if difference.is_empty() {
        return writeln!(out, "Nothing changed");
    }
    writeln!(
        out,
        "{} added, {} removed, {} changed; {} added, {} removed",
        counted(difference.added.len(), "component"),
        difference.removed.len(),
        difference.changed.len(),
        counted(difference.dependencies_added.len(), "dependency"),
        difference.dependencies_removed.len()
    )
}

fn components(
    out: &mut dyn Write,
    sign: char,
    parts: &[Part],
    (bom, room): (&Bom, usize),
) -> io::Result<()> {
    for component in parts.iter().filter_map(|part| part.of(bom)) {
        let version = component.version.as_deref().unwrap_or("(no version)");
        writeln!(out, "  {sign} {} {}", name(component, room), short(version, room))?;
    }
    Ok(())
}

/// The name and what became of it: `zlib 1.2.11 → 1.3.1, licence Zlib → MIT`.
fn changed(change: Change, old: &Component, new: &Component, room: usize) -> String {
    let (before, after) = (version(old, room), version(new, room));
    let mut text = format!("{} {before}", name(new, room));
    if change.version == Field::Differs {
        text.push_str(&format!(" → {after}"));
    }
    if change.licences == Field::Differs {
        let joined = |component: &Component| match component.licences.as_slice() {
            [] => "none".to_owned(),
            licences => short(&licences.join(", "), room),
        };
        text.push_str(&format!(", licence {} → {}", joined(old), joined(new)));
    }
    if change.hashes == Field::Differs {
        // Another release has other bytes; the same release must not.
        let remark = match change.version {
            Field::Same => ", same version but another digest",
            Field::Differs => ", digest",
        };
        text.push_str(remark);
    }
    text
}

fn dependencies(
    out: &mut dyn Write,
    sign: char,
    dependencies: &[Dependency],
    room: usize,
) -> io::Result<()> {
    for dependency in dependencies {
        let verb = dependency.kind.replace('_', " ");
        writeln!(
            out,
            "  {sign} {} {verb} {}",
            short(&dependency.from, room),
            short(&dependency.to, room)
        )?;
    }
    Ok(())
}

fn name(component: &Component, room: usize) -> String {
    match component.name.trim() {
        "" => "(no name)".to_owned(),
        name => short(name, room),
    }
}

fn version(component: &Component, room: usize) -> String {
    let version = component.version.as_deref();
    version.map_or_else(|| "(no version)".to_owned(), |version| short(version, room))
}

/// Columns of one name, so that two and what stands between them fit.
const fn room(width: usize) -> usize {
    width.saturating_sub(20) / 2
}

fn short(text: &str, room: usize) -> String {
    clip(&clean(text), room)
}
