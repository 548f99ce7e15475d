//! The parts of a form. A form that is sent back keeps what was typed, says at its top what
//! is wrong with links to the fields, and says it again at each.

use std::borrow::Cow;
use std::fmt;

use askama::Template;
use serde::Serialize;

use crate::length;

/// What is wrong with a field, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    pub(crate) field: Cow<'static, str>,
    pub(crate) detail: String,
}

impl Fault {
    pub(crate) fn new(
        field: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Self {
        Self { field: field.into(), detail: detail.into() }
    }
}

/// A fault for each field that must not be empty and is.
pub(crate) fn empty(fields: &[(&'static str, &str, &str)]) -> Vec<Fault> {
    fields
        .iter()
        .filter(|(_, text, _)| text.trim().is_empty())
        .map(|(field, _, mend)| Fault::new(*field, *mend))
        .collect()
}

/// What browsers fill in, and how they show what is typed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Holds {
    Text,
    Day,
    Number,
    Zone,
    OwnName,
    Address,
    Username,
    Password,
    NewPassword,
    /// A code that works once.
    Code,
}

impl Holds {
    fn kind(self) -> &'static str {
        match self {
            Self::Text | Self::Zone | Self::OwnName | Self::Code => "text",
            Self::Day => "date",
            Self::Number => "number",
            Self::Address | Self::Username => "email",
            Self::Password | Self::NewPassword => "password",
        }
    }

    /// WCAG 2.2, 1.3.5; the tokens of HTML §4.10.18.7.
    fn autocomplete(self) -> &'static str {
        match self {
            Self::Text | Self::Day | Self::Number | Self::Zone | Self::Address => "off",
            Self::OwnName => "name",
            Self::Username => "username",
            Self::Password => "current-password",
            Self::NewPassword => "new-password",
            Self::Code => "one-time-code",
        }
    }
}

/// A line to type into.
#[derive(Debug, Template)]
#[template(path = "field.html")]
pub(crate) struct Field {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    value: String,
    fault: String,
}

impl Field {
    pub(crate) fn new(name: &'static str, label: &'static str, holds: Holds) -> Self {
        Self {
            name,
            label,
            hint: "",
            kind: holds.kind(),
            autocomplete: holds.autocomplete(),
            value: String::new(),
            fault: String::new(),
        }
    }

    pub(crate) fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    /// What was typed. A password is never sent back.
    pub(crate) fn typed(self, value: &str) -> Self {
        match self.kind {
            "password" => self,
            _ => Self { value: value.to_owned(), ..self },
        }
    }

    pub(crate) fn judged(self, faults: &[Fault]) -> Self {
        Self { fault: fault_of(self.name, faults), ..self }
    }

    fn described_by(&self) -> String {
        described_by(self.name, self.hint, &self.fault)
    }

    /// How many characters a browser lets somebody type; none where it asks for no text.
    fn characters_max(&self) -> Option<usize> {
        (self.kind == "text").then(|| length::characters_max(self.name))
    }
}

/// Something to choose from a list.
#[derive(Debug, Template)]
#[template(path = "choice.html")]
pub(crate) struct Choice {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    options: Vec<Choosable>,
    fault: String,
}

/// One line of the list.
#[derive(Debug)]
pub(crate) struct Choosable {
    value: String,
    text: String,
    is_chosen: bool,
}

impl Choice {
    /// A list of what is sent and what is shown, one of which may be chosen.
    pub(crate) fn new(
        name: &'static str,
        label: &'static str,
        options: impl IntoIterator<Item = (String, String)>,
        chosen: &str,
    ) -> Self {
        let options = options
            .into_iter()
            .map(|(value, text)| {
                let is_chosen = value == chosen;
                Choosable { value, text, is_chosen }
            })
            .collect();
        Self { name, label, hint: "", options, fault: String::new() }
    }

    pub(crate) fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    pub(crate) fn judged(self, faults: &[Fault]) -> Self {
        Self { fault: fault_of(self.name, faults), ..self }
    }

    fn described_by(&self) -> String {
        described_by(self.name, self.hint, &self.fault)
    }
}

/// What is wrong, at the top of a form.
#[derive(Debug, Template)]
#[template(path = "faults.html")]
pub(crate) struct Faults {
    detail: String,
    faults: Vec<Fault>,
}

impl Faults {
    pub(crate) fn none() -> Self {
        Self { detail: String::new(), faults: Vec::new() }
    }

    pub(crate) fn of(problem: &crate::problem::Problem) -> Self {
        Self { detail: problem.detail.clone(), faults: problem.faults.clone() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.detail.is_empty() && self.faults.is_empty()
    }
}

/// Markup that a template of ours has made already. It is the only thing that is not
/// escaped.
#[derive(Debug, Default)]
pub(crate) struct Rendered(pub(crate) String);

/// Words of the program as markup: what stands between backticks, as in a terminal, is code.
pub(crate) fn coded(text: &str) -> Rendered {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return Rendered(escaped(text));
    }
    let marked = pieces.iter().enumerate().map(|(number, piece)| match number % 2 {
        0 => escaped(piece),
        _ => format!("<code>{}</code>", escaped(piece)),
    });
    Rendered(marked.collect())
}

/// A text as markup that shows it.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

impl fmt::Display for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Rendered {}
impl askama::filters::HtmlSafe for Field {}
impl askama::filters::HtmlSafe for Choice {}
impl askama::filters::HtmlSafe for Faults {}

fn fault_of(name: &str, faults: &[Fault]) -> String {
    let found = faults.iter().find(|fault| fault.field == name);
    found.map(|fault| fault.detail.clone()).unwrap_or_default()
}

fn described_by(name: &str, hint: &str, fault: &str) -> String {
    let mut ids = Vec::new();
    if !hint.is_empty() {
        ids.push(format!("{name}-hint"));
    }
    if !fault.is_empty() {
        ids.push(format!("{name}-fault"));
    }
    ids.join(" ")
}
