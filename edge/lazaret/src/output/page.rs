//! A page for a person: wrapped lines, made harmless as they are written, painted where
//! the terminal wants it. Colour repeats what a word says, and never says it alone.

use anstyle::{AnsiColor, Style as Ansi};

use super::text::{clean, wrap};

/// Whether a page is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    On,
    Off,
}

/// What a piece of a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// A heading.
    Heading,
    /// Has to be done now, or went wrong; red is for nothing else.
    ActNow,
    /// Has to be done soon, or wants attention.
    ThisWeek,
    /// Can wait.
    NextWindow,
    /// Somebody has to be asked.
    Question,
    /// Labels, and what is only there for completeness.
    Quiet,
}

impl Style {
    const fn ansi(self) -> Ansi {
        match self {
            Self::Heading => Ansi::new().bold(),
            Self::ActNow => AnsiColor::Red.on_default().bold(),
            Self::ThisWeek => AnsiColor::Yellow.on_default().bold(),
            Self::NextWindow => AnsiColor::Cyan.on_default(),
            Self::Question => AnsiColor::Magenta.on_default(),
            Self::Quiet => Ansi::new().dimmed(),
        }
    }
}

/// A text in the colour of a style.
pub(crate) fn painted(text: &str, style: Style, colour: Colour) -> String {
    match colour {
        Colour::On => format!("{0}{text}{0:#}", style.ansi()),
        Colour::Off => text.to_owned(),
    }
}

/// A page that is being written.
#[derive(Debug)]
pub(crate) struct Page {
    text: String,
    width: usize,
    colour: Colour,
}

impl Page {
    pub(crate) const fn new(width: usize, colour: Colour) -> Self {
        Self { text: String::new(), width, colour }
    }

    /// Columns of the page.
    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// How many times more fits than on the narrowest page, for lists that are cut.
    pub(crate) const fn roomy(&self, narrow: usize) -> usize {
        narrow * self.width / 80
    }

    /// A line, wrapped; `first` and `next` are the blanks in front of its rows.
    pub(crate) fn line(&mut self, text: &str, first: usize, next: usize) {
        wrap(&clean(text), first, next, self.width, &mut self.text);
    }

    /// A line whose beginning `mark` is painted.
    pub(crate) fn marked(
        &mut self,
        (mark, style): (&str, Style),
        text: &str,
        first: usize,
        next: usize,
    ) {
        let mut rows = String::new();
        let line = clean(&format!("{mark}{text}"));
        wrap(&line, first, next, self.width, &mut rows);
        let mark = clean(mark);
        match rows.get(first..).and_then(|rows| rows.strip_prefix(mark.trim_end())) {
            Some(rest) => {
                self.text.push_str(&" ".repeat(first));
                self.text.push_str(&painted(mark.trim_end(), style, self.colour));
                self.text.push_str(rest);
            }
            None => self.text.push_str(&rows),
        }
    }

    /// A line that is not broken, since it will be copied.
    pub(crate) fn verbatim(&mut self, text: &str) {
        self.text.push_str(&clean(text));
        self.text.push('\n');
    }

    /// A heading.
    pub(crate) fn heading(&mut self, text: &str) {
        self.marked((text, Style::Heading), "", 0, 2);
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) {
        self.text.push('\n');
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_changes_nothing_but_the_colour_and_no_escape_of_a_document_passes() {
        let written = |colour| {
            let mut page = Page::new(80, colour);
            page.heading("TO DO");
            page.marked(("■ act now: ", Style::ActNow), "update \u{1b}[31mzlib", 0, 2);
            page.line("because \u{9b}2J", 2, 4);
            page.into_text()
        };
        let plain = written(Colour::Off);
        assert_eq!(plain, "TO DO\n■ act now: update �[31mzlib\n  because �2J\n");
        let painted = written(Colour::On);
        assert_eq!(anstream::adapter::strip_str(&painted).to_string(), plain);
        assert_ne!(painted, plain);
    }
}
