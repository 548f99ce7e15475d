//! The catalog, and which evidence is read; `docs/schema/control-list.schema.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use evidence::{Form, Kind, Nature};
use posture::crosswalk::crosswalks;
use posture::{Category, Control, catalog};
use serde::Serialize;

use crate::output::page::{Page, Style};
use crate::render;

#[derive(Serialize)]
struct Shown<'a> {
    version: &'a str,
    crosswalks: Vec<Other<'a>>,
    controls: Vec<One<'a>>,
}

#[derive(Serialize)]
struct Other<'a> {
    catalog: &'a str,
    name: &'a str,
    edition: &'a str,
    means: &'a BTreeMap<String, String>,
}

#[derive(Serialize)]
struct One<'a> {
    id: &'a str,
    category: &'static str,
    audience: &'static str,
    basis: &'static str,
    title: &'a str,
    about: &'a str,
    needs: &'a [String],
    also: &'a [String],
    parameters: &'a BTreeMap<String, i64>,
    crosswalk: BTreeMap<&'a str, &'a [String]>,
}

/// Writes one object.
pub(super) fn write(out: &mut dyn Write) -> io::Result<()> {
    let shown = Shown {
        version: &catalog().version,
        crosswalks: (crosswalks().iter())
            .map(|it| Other {
                catalog: &it.catalog,
                name: &it.name,
                edition: &it.edition,
                means: &it.means,
            })
            .collect(),
        controls: catalog().controls().map(one).collect(),
    };
    serde_json::to_writer(&mut *out, &shown)?;
    writeln!(out)
}

fn one(control: Control) -> One<'static> {
    let named = crosswalks().iter().map(|it| (it.catalog.as_str(), it.of(control.id())));
    One {
        id: control.id(),
        category: control.category().word(),
        audience: control.audience().word(),
        basis: control.basis().word(),
        title: control.title(),
        about: control.about(),
        needs: control.needs(),
        also: control.also(),
        parameters: control.parameters(),
        crosswalk: named.filter(|(_, identifiers)| !identifiers.is_empty()).collect(),
    }
}

/// The page.
pub(super) fn page() -> Page {
    let mut page = render::blank();
    for category in Category::ALL {
        page.heading(&category.words().to_uppercase());
        page.gap();
        for control in catalog().controls().filter(|it| it.category() == category) {
            let mark = format!("{} ", control.id());
            page.marked((&mark, Style::Heading), control.title(), 0, 5);
        }
        page.gap();
    }
    page.line("`lazaret control explain CONTROL FOLDER` says how one is judged.", 0, 0);
    page
}

/// Which tables are known, and by which headings.
pub(super) fn tables() -> Page {
    let mut page = render::blank();
    page.heading("TABLES, CSV OR WORKBOOK, BY THEIR HEADINGS");
    page.gap();
    let has_headings =
        |kind: &&Kind| kind.columns().iter().any(|it| !it.headings.is_empty());
    for kind in Kind::ALL.iter().filter(has_headings) {
        page.marked((kind.word(), Style::Heading), "", 0, 2);
        for column in kind.columns() {
            let needed = if column.is_needed { ", needed" } else { "" };
            let form = form(column.field.form());
            let mut words: Vec<&str> = column.headings.split('|').collect();
            words.retain(|word| !word.is_empty() && *word != column.field.word());
            words.insert(0, column.field.word());
            page.line(&format!("{} ({form}{needed})", words.join(", ")), 2, 6);
        }
        page.gap();
    }
    page.heading("ENTRIES OF THE REGISTER");
    page.gap();
    page.line(
        "`lazaret control list register` prints one with every entry explained.",
        0,
        0,
    );
    page.gap();
    for kind in Kind::ALL.iter().filter(|kind| kind.nature() == Nature::Kept) {
        let fields: Vec<&str> = kind.columns().iter().map(|it| it.field.word()).collect();
        page.line(&format!("{}: {}", kind.word(), fields.join(", ")), 2, 6);
    }
    page
}

const fn form(form: Form) -> &'static str {
    match form {
        Form::Text => "text",
        Form::Day => "date",
        Form::Number => "number",
        Form::YesNo => "yes or no",
        Form::Person => "somebody, never shown",
    }
}
