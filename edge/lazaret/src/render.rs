//! The one file that writes to the terminal.
//!
//! Data goes to stdout in one piece, so that a closed pipe is noticed once and is no fault;
//! talk goes to stderr.

use std::io::{self, Write};

/// Writes data to stdout. A reader that went away early is no fault of ours.
pub(crate) fn data(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes data to stdout piece by piece, for output that is too large to hold.
pub(crate) fn stream(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    // What a closed pipe did not take must not be tried again when the buffer goes.
    let _ = out.into_parts();
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Says something to the person at the terminal.
pub(crate) fn talk(text: &str) {
    // Nobody can be told when stderr is gone.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
