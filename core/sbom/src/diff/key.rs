//! By what a component is known again in another document.

use crate::Component;

/// `type/namespace/name` of the package URL, without version, qualifiers and subpath: these
/// change from release to release (`?distro=debian-12.5`).
pub(super) fn purl(component: &Component) -> Option<String> {
    let text = component.purl.as_deref()?.trim();
    let rest = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("pkg:"))?;
    let rest = text.get(rest.len()..)?.trim_start_matches('/');
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    // The version stands behind the last `@` of the last step; an `@` before that, as in
    // `pkg:npm/@angular/core`, belongs to the namespace.
    let (before, name) = rest.rsplit_once('/')?;
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    if name.is_empty() {
        return None;
    }
    let (kind, namespace) = before.split_once('/').unwrap_or((before, ""));
    let path = format!("{namespace}/{name}").replace("%40", "@");
    Some(format!("{}/{path}", kind.to_ascii_lowercase()))
}

/// `vendor:product` of the first CPE name that has both.
pub(super) fn cpe(component: &Component) -> Option<String> {
    component.cpes.iter().find_map(|name| {
        let name = name.trim();
        let attributes =
            name.strip_prefix("cpe:2.3:").or_else(|| name.strip_prefix("cpe:/"))?;
        let mut attributes = unescaped_colons(attributes).into_iter().skip(1);
        let vendor = attributes.next().filter(|vendor| is_stated(vendor))?;
        let product = attributes.next().filter(|product| is_stated(product))?;
        Some(format!("{vendor}:{product}").to_ascii_lowercase())
    })
}

fn is_stated(attribute: &str) -> bool {
    !matches!(attribute, "" | "*" | "-")
}

/// The attributes of a CPE name, in which `\:` is no separator.
fn unescaped_colons(text: &str) -> Vec<&str> {
    let mut is_escaped = false;
    text.split(|letter| {
        let separates = letter == ':' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        separates
    })
    .collect()
}

/// Supplier, group and name, where there is a name.
pub(super) fn name(component: &Component) -> Option<String> {
    let name = component.name.trim();
    if name.is_empty() {
        return None;
    }
    let supplier = component.supplier.as_deref().unwrap_or_default().trim();
    Some(format!("{supplier}\n{}\n{name}", component.group.trim()).to_lowercase())
}

/// What a person calls the component, without its version.
pub(super) fn label(component: &Component) -> String {
    let name = component.name.trim();
    match (component.group.trim(), name) {
        (_, "") => component.purl.clone().unwrap_or_else(|| component.reference.clone()),
        ("", name) => name.to_owned(),
        (group, name) => format!("{group}/{name}"),
    }
}
