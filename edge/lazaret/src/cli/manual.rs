//! `lazaret completions SHELL` and `lazaret man`: generated from the command line's own
//! definition, so they cannot say anything else.

use anyhow::Context;
use clap::CommandFactory;

use super::{Failure, Outcome};
use crate::render;

#[derive(clap::Args)]
pub(crate) struct Completions {
    /// The shell to complete for
    shell: clap_complete::Shell,
}

/// Prints completions for a shell.
pub(crate) fn completions(arguments: &Completions) -> Result<Outcome, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut super::Arguments::command(),
        "lazaret",
        &mut text,
    );
    print(text)
}

/// Prints the manual page: the program, then each command with its verbs.
pub(crate) fn man() -> Result<Outcome, Failure> {
    let mut text = Vec::new();
    let mut program = super::Arguments::command();
    program.build();
    clap_mangen::Man::new(program.clone()).render(&mut text)?;
    for command in program.get_subcommands() {
        section(command, &format!("lazaret {}", command.get_name()), &mut text)?;
    }
    print(text)
}

/// One command as a section of the manual, and its verbs below it.
fn section(
    command: &clap::Command,
    name: &str,
    text: &mut Vec<u8>,
) -> Result<(), Failure> {
    if command.is_hide_set() || command.get_name() == "help" {
        return Ok(());
    }
    let verbs: Vec<&clap::Command> = command.get_subcommands().collect();
    if verbs.is_empty() {
        text.extend_from_slice(format!(".SH \"{}\"\n", name.to_uppercase()).as_bytes());
        let page = clap_mangen::Man::new(command.clone());
        page.render_synopsis_section(text)?;
        page.render_description_section(text)?;
        page.render_options_section(text)?;
    }
    for verb in verbs {
        section(verb, &format!("{name} {}", verb.get_name()), text)?;
    }
    Ok(())
}

fn print(text: Vec<u8>) -> Result<Outcome, Failure> {
    let text = String::from_utf8(text).context("the generated text is not UTF-8")?;
    render::data(&text)?;
    Ok(Outcome::Nothing)
}
