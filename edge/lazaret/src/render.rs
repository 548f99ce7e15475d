//! The one file that writes to the terminal, and that asks it how wide it is.
//!
//! Data goes to stdout in one piece, so that a closed pipe is noticed once and is no fault;
//! talk goes to stderr. What documents say may hold control characters, which move the
//! cursor or retype a command: on a terminal none passes but those that we put there.

use std::env;
use std::io::{self, IsTerminal as _, Write};
use std::sync::OnceLock;

use anstream::{AutoStream, ColorChoice};

use operations::log::{Level, Line};

use crate::output::log::{Form, written};
use crate::output::page::{Colour, Page, Style, painted};
use crate::output::text::clean_lines;

/// Columns where nobody says how many there are, and the fewest that are used.
const COLUMNS: usize = 80;

/// Lines that are longer are hard to follow.
const COLUMNS_MAX: usize = 160;

/// How much is said beside the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Talk {
    /// Everything.
    Full,
    /// Warnings and errors alone.
    Faults,
}

static TALK: OnceLock<Talk> = OnceLock::new();

/// Sets once for the whole run how it looks and how much is said.
pub(crate) fn set(colour: ColorChoice, talk: Talk) {
    colour.write_global();
    // The demo runs commands inside itself; what the person asked for stands.
    let _ = TALK.set(talk);
}

/// How much is said beside the answer.
pub(crate) fn talk_wanted() -> Talk {
    TALK.get().copied().unwrap_or(Talk::Full)
}

/// Columns of a table: those of the terminal; in a pipe what `COLUMNS` says, else 80.
pub(crate) fn width() -> usize {
    let stdout = io::stdout();
    let terminal = match stdout.is_terminal() {
        true => terminal_size::terminal_size_of(&stdout),
        false => None,
    };
    let terminal = terminal.map(|(width, _)| usize::from(width.0));
    let stated = || env::var("COLUMNS").ok()?.trim().parse().ok();
    terminal.or_else(stated).unwrap_or(COLUMNS).clamp(COLUMNS, COLUMNS_MAX)
}

/// An empty page as wide and as colourful as stdout is.
pub(crate) fn blank() -> Page {
    Page::new(width(), of(&io::stdout()))
}

/// Writes a page to stdout. What documents say on it was made harmless when it was written.
pub(crate) fn page(page: Page) -> io::Result<()> {
    whole(&page.into_text())
}

/// Writes data to stdout. A reader that went away early is no fault of ours.
pub(crate) fn data(text: &str) -> io::Result<()> {
    match io::stdout().is_terminal() {
        true => whole(&clean_lines(text)),
        false => whole(text),
    }
}

fn whole(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    quietly(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Writes data to stdout piece by piece, for output that is too large to hold.
pub(crate) fn stream(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let is_terminal = io::stdout().is_terminal();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = match is_terminal {
        true => write(&mut Harmless(&mut out)),
        false => write(&mut out),
    };
    let written = written.and_then(|()| out.flush());
    // What a closed pipe did not take must not be tried again when the buffer goes.
    let _ = out.into_parts();
    quietly(written)
}

fn quietly(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Says something to the person at the terminal; what begins with `warning:` or `error:` is
/// said even where little talk is wanted.
pub(crate) fn talk(text: &str) {
    let kind = match text.split_once(':').map(|(word, _)| word) {
        Some("error") => Some(("error:", Style::ActNow)),
        Some("warning") => Some(("warning:", Style::ThisWeek)),
        _ => None,
    };
    if kind.is_none() && talk_wanted() == Talk::Faults {
        return;
    }
    if log_wanted().0 == Form::Json {
        let level = match kind {
            Some(("error:", _)) => Level::Error,
            Some(_) => Level::Warn,
            None => Level::Info,
        };
        let facts = [("text", text.into())];
        let line = Line { level, what: "said", facts: &facts };
        let text = written(Form::Json, jiff::Timestamp::now(), &line);
        let _ = writeln!(io::stderr().lock(), "{text}");
        return;
    }
    let text = clean_lines(text);
    let text = match kind {
        Some((word, style)) => {
            let rest = text.strip_prefix(word).unwrap_or_default();
            format!("{}{rest}", painted(word, style, of(&io::stderr())))
        }
        None => text,
    };
    // Nobody can be told when stderr is gone.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// How the lines of a server look, and how much of them is wanted; said once.
static LOG: OnceLock<(Form, Level)> = OnceLock::new();

/// Sets how the lines of a server look. In JSON everything that is said is such a line.
pub(crate) fn set_log(form: Form, most: Level) {
    let _ = LOG.set((form, most));
}

fn log_wanted() -> (Form, Level) {
    LOG.get().copied().unwrap_or((Form::Text, Level::Warn))
}

/// Says a line of a server's log, if it is wanted.
pub(crate) fn log(line: &Line<'_>) {
    let (form, most) = log_wanted();
    if line.level <= most {
        let text = written(form, jiff::Timestamp::now(), line);
        // Nobody can be told when stderr is gone.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}

/// Whether a stream is painted: `--color`, else `NO_COLOR` (no-color.org), `CLICOLOR_FORCE`,
/// `CLICOLOR` (bixense.com/clicolors), else whether it is a terminal.
fn of<S: anstream::stream::RawStream>(stream: &S) -> Colour {
    match AutoStream::choice(stream) {
        ColorChoice::Never => Colour::Off,
        ColorChoice::Auto | ColorChoice::Always | ColorChoice::AlwaysAnsi => Colour::On,
    }
}

/// Lets no control character through. Its pieces are whole texts, as `write!` makes them.
struct Harmless<'w>(&'w mut dyn Write);

impl Write for Harmless<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.write_all(clean_lines(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
