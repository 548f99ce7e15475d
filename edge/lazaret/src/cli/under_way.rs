//! How far something is that takes a while, on the terminal and nowhere else.

use indicatif::{ProgressBar, ProgressStyle};

use crate::render::{self, Talk};

/// A line on stderr, drawn where that is a terminal, that goes when the work is over.
#[derive(Clone)]
pub(super) struct UnderWay(ProgressBar);

impl UnderWay {
    pub(super) fn begin() -> Self {
        let bar = match render::talk_wanted() {
            Talk::Full => ProgressBar::new_spinner(),
            Talk::Faults => ProgressBar::hidden(),
        };
        Self(bar.with_style(ProgressStyle::default_spinner()))
    }

    pub(super) fn tell(&self, far: String) {
        self.0.set_message(far);
        self.0.tick();
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
