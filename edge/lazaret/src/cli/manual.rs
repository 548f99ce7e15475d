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
    let mut text = here(&String::from_utf8_lossy(&text)).into_bytes();
    for command in program.get_subcommands() {
        section(command, &format!("lazaret {}", command.get_name()), &mut text)?;
    }
    text.extend_from_slice(LAST_SECTIONS.as_bytes());
    print(text)
}

/// What holds for every command, in the language of manual pages (man(7)).
const LAST_SECTIONS: &str = r#".SH "EXIT STATUS"
.TP
.B 0
done, and nothing was found
.TP
.B 1
done, and something was found
.TP
.B 2
could not be done; standard error says what and where
.SH ENVIRONMENT
.TP
.B NO_COLOR
if set and not empty, nothing is painted
.TP
.B CLICOLOR_FORCE
if set and not empty, output is painted in a pipe too
.TP
.B COLUMNS
how wide a table is where standard output is no terminal; else 80
.TP
.B XDG_DATA_HOME
the folder in which the index is kept that no
.B \-\-index
names
.TP
.B LAZARET_\(**
a setting of
.BR "lazaret serve" ,
as its flag in capitals with low lines: LAZARET_ROOT_KEY; LAZARET_CONFIG names the file of settings
.SH FILES
.TP
.I ~/.local/share/lazaret/advisories.index
the index that is read where none is named
.SH EXAMPLES
.nf
lazaret demo
lazaret feed build \-\-index my.index osv/ csaf/ kev.json epss.csv.gz
lazaret device match inventory.csv \-\-index my.index
lazaret scan pump.cdx.json \-\-index my.index
lazaret explain pump.cdx.json CVE\-2021\-44228 \-\-index my.index
.fi
"#;

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
        if let Some(help) = command.get_after_help() {
            text.extend_from_slice(b".PP\n");
            text.extend_from_slice(escaped(&help.to_string()).as_bytes());
            text.push(b'\n');
        }
    }
    for verb in verbs {
        section(verb, &format!("{name} {}", verb.get_name()), text)?;
    }
    Ok(())
}

/// The list of commands names them as they are typed: there is one page, with a section
/// for each.
fn here(page: &str) -> String {
    let lines = page.lines().map(|line| match line.strip_suffix("(1)") {
        Some(name) if name.starts_with("lazaret\\-") => name.replacen("\\-", " ", 1),
        _ => line.to_owned(),
    });
    lines.flat_map(|line| [line, "\n".to_owned()]).collect()
}

/// Text as a manual page takes it: no line is a request, and hyphens stay as they are.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('-', "\\-");
    text.replace("\n.", "\n\\&.").replace("\n'", "\n\\&'")
}

fn print(text: Vec<u8>) -> Result<Outcome, Failure> {
    let text = String::from_utf8(text).context("the generated text is not UTF-8")?;
    render::data(&text)?;
    Ok(Outcome::Nothing)
}
