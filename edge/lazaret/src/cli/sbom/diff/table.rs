//! What a person reads: a line for each component, `+` new, `-` gone, `~` changed.

use std::io::{self, Write};

use sbom::diff::{Change, Dependency, Field, Part};
use sbom::{Bom, Component};

use super::super::{clean, clip, counted};
use super::Compared;

/// Writes the differences as a table.
pub(super) fn write(out: &mut dyn Write, compared: &Compared) -> io::Result<()> {
    let difference = &compared.difference;
    let (old, new) = (compared.old.bom(), compared.new.bom());
    writeln!(out, "{} → {}", compared.old.file, compared.new.file)?;
    components(out, '+', &difference.added, new)?;
    components(out, '-', &difference.removed, old)?;
    for change in &difference.changed {
        if let (Some(old), Some(new)) = (change.old.of(old), change.new.of(new)) {
            writeln!(out, "  ~ {}", changed(*change, old, new))?;
        }
    }
    dependencies(out, '+', &difference.dependencies_added)?;
    dependencies(out, '-', &difference.dependencies_removed)?;
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
    bom: &Bom,
) -> io::Result<()> {
    for component in parts.iter().filter_map(|part| part.of(bom)) {
        let version = component.version.as_deref().unwrap_or("(no version)");
        writeln!(out, "  {sign} {} {}", name(component), short(version))?;
    }
    Ok(())
}

/// The name and what became of it: `zlib 1.2.11 → 1.3.1, licence Zlib → MIT`.
fn changed(change: Change, old: &Component, new: &Component) -> String {
    let (before, after) = (version(old), version(new));
    let mut text = format!("{} {before}", name(new));
    if change.version == Field::Differs {
        text.push_str(&format!(" → {after}"));
    }
    if change.licences == Field::Differs {
        let joined = |component: &Component| match component.licences.as_slice() {
            [] => "none".to_owned(),
            licences => short(&licences.join(", ")),
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
) -> io::Result<()> {
    for dependency in dependencies {
        let verb = dependency.kind.replace('_', " ");
        writeln!(
            out,
            "  {sign} {} {verb} {}",
            short(&dependency.from),
            short(&dependency.to)
        )?;
    }
    Ok(())
}

fn name(component: &Component) -> String {
    match component.name.trim() {
        "" => "(no name)".to_owned(),
        name => short(name),
    }
}

fn version(component: &Component) -> String {
    component.version.as_deref().map_or_else(|| "(no version)".to_owned(), short)
}

fn short(text: &str) -> String {
    clip(&clean(text), 48)
}
