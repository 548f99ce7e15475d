//! A leaf in words, for a person who looks at what was understood of it.

use std::fmt;

use super::super::judge::{limit, span, spelt};
use super::super::product::{Alternative, Group, Kind, Product};
use super::Leaf;

impl fmt::Display for Leaf {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names =
            |names: &[Product]| -> Vec<String> { names.iter().map(name).collect() };
        write!(out, "{} | {}", names(&self.names).join(" = "), limit(self))?;
        if !self.models.is_empty() {
            write!(out, " | models {}", names(&self.models).join(", "))?;
        }
        if let Some(host) = &self.host {
            write!(out, " | in {}", spelt(host))?;
        }
        for exclusion in &self.excluded {
            write!(out, " | without {}", exclusion.text)?;
        }
        for condition in &self.conditions {
            write!(out, " | if {}", condition.written)?;
        }
        for without in &self.without {
            write!(out, " | versions without {}", span(without))?;
        }
        if let Some(unread) = &self.unread {
            write!(out, " | not read: {} ({:?})", unread.text, unread.place)?;
        }
        if let Some(part) = &self.part {
            let spans: Vec<String> = part.spans.iter().map(span).collect();
            write!(out, " | part {} {}", part.text, spans.join(", "))?;
        }
        for made in &self.made {
            write!(out, " | made {}", span(made))?;
        }
        if let Some(generation) = &self.generation {
            write!(out, " | generation {}", generation.text)?;
        }
        for train in &self.trains {
            write!(out, " | train {}", span(train))?;
        }
        Ok(())
    }
}

/// Words that need not be shown in lower case, those that must be in capitals.
fn name(product: &Product) -> String {
    let words: Vec<String> = product.groups.iter().map(group).collect();
    words.join(" ")
}

fn group(group: &Group) -> String {
    let one = |any: &Alternative| match any {
        Alternative::Word(unit) => unit.spelt().to_owned(),
        Alternative::Range(letters, low, high) => format!("{letters}{low}-{high}"),
    };
    let all = group.any.iter().map(one).collect::<Vec<_>>().join("/");
    match group.kind {
        Kind::Name | Kind::Code => all.to_uppercase(),
        Kind::Component | Kind::Edition => format!("[{all}]"),
        Kind::Maker => format!("<{all}>"),
        Kind::Filler | Kind::Class | Kind::Members => all,
    }
}
