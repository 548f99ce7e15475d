//! What a person reads: for each profile, how many facts each rule misses, and where first.

use std::io::{self, Write};

use sbom::quality::{Assessment, Finding, Rule};

use super::super::{clean, clip, columns, counted};
use super::Checked;

/// Writes one file as a table.
pub(super) fn write(
    out: &mut dyn Write,
    checked: &Checked,
    width: usize,
) -> io::Result<()> {
    let bom = &checked.parsed.value;
    let name = bom.name.as_deref().map(clean).unwrap_or_default();
    let spec = if bom.spec.is_empty() { "of no stated version" } else { &bom.spec };
    writeln!(out, "{}", clip(&format!("{}  {name}", clean(&checked.file)), width))?;
    writeln!(
        out,
        "{} {spec}: {}, {} with purl, {} with CPE, {}",
        bom.format.name(),
        counted(bom.components.len(), "component"),
        checked.with_purl(),
        checked.with_cpe(),
        counted(bom.relationships.len(), "relationship"),
    )?;
    for assessment in &checked.assessments {
        writeln!(out)?;
        profile(out, checked, assessment, width)?;
    }
    Ok(())
}

fn profile(
    out: &mut dyn Write,
    checked: &Checked,
    of: &Assessment,
    width: usize,
) -> io::Result<()> {
    let missing = of.findings.len();
    let total: usize = of.required.iter().map(|(_, asked)| asked).sum();
    writeln!(
        out,
        "{:<10} score {:>3}   {missing} of {total} facts missing",
        of.profile.name(),
        of.score
    )?;
    for (rule, asked) in &of.required {
        let missing = missing_of(of, *rule);
        if missing.is_empty() {
            writeln!(out, "  {:<24} {:>6} of {asked:<6} stated", rule.id(), asked)?;
            continue;
        }
        let head =
            format!("  {:<24} {:>6} of {asked:<6} missing", rule.id(), missing.len());
        writeln!(
            out,
            "{head}  {}",
            places(checked, missing, width.saturating_sub(head.len() + 2))
        )?;
    }
    Ok(())
}

/// The findings of one rule. They are sorted by rule, so they stand together.
fn missing_of(of: &Assessment, rule: Rule) -> &[Finding] {
    let start = of.findings.partition_point(|finding| finding.rule < rule);
    let end = of.findings.partition_point(|finding| finding.rule <= rule);
    of.findings.get(start..end).unwrap_or_default()
}

/// As many of the first places as fit, and an ellipsis where there are more.
fn places(checked: &Checked, missing: &[Finding], room: usize) -> String {
    let mut text = String::new();
    for (index, finding) in missing.iter().enumerate() {
        let place = clean(&finding.place(&checked.parsed.value).to_string());
        let separator = if index == 0 { "" } else { ", " };
        let width = columns(&text) + separator.len() + columns(&place);
        let is_last = index + 1 == missing.len();
        if width + if is_last { 0 } else { 3 } > room {
            text.push_str(if index == 0 { "" } else { ", " });
            text.push('…');
            return text;
        }
        text.push_str(separator);
        text.push_str(&place);
    }
    text
}
