//! What to show or say instead of running: clap's help as it is, clap's errors in our two lines.

use clap::{
    CommandFactory,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{Args, Exit};
use crate::error::Error;

/// What to show or say instead of running.
#[derive(Debug)]
pub enum Stop {
    /// Show a text on standard output and end.
    Show {
        /// The text.
        text: String,
        /// What to end with.
        exit: Exit,
    },
    /// Tell an error.
    Error(Error),
}

impl Stop {
    /// From what clap says.
    pub(super) fn from_clap(error: &clap::Error) -> Self {
        let text = || error.render().to_string();
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Self::Show { text: text(), exit: Exit::Fine },
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Self::Show { text: text(), exit: Exit::Usage },
            _ => Self::Error(usage(error)),
        }
    }
}

fn usage(error: &clap::Error) -> Error {
    let argument = context(error, ContextKind::InvalidArg);
    let value = context(error, ContextKind::InvalidValue);
    let message = match error.kind() {
        ErrorKind::UnknownArgument if argument.starts_with('-') => match commands_with(&argument).as_slice() {
            [] => format!("unknown flag {argument}"),
            commands => format!("{argument} is a flag of edgepress {} only", commands.join(" and ")),
        },
        ErrorKind::UnknownArgument => format!("{argument:?} is one argument too many"),
        ErrorKind::InvalidSubcommand => {
            format!("there is no command {:?}", context(error, ContextKind::InvalidSubcommand))
        }
        ErrorKind::ArgumentConflict => {
            let prior = context(error, ContextKind::PriorArg);
            let (one, other) = (plain(&argument), plain(&prior));
            if one == other {
                format!("{one} is given twice")
            } else {
                format!("{one} and {other} contradict each other")
            }
        }
        ErrorKind::MissingRequiredArgument => format!("{argument} is missing"),
        ErrorKind::MissingSubcommand => "a command is missing".to_owned(),
        ErrorKind::InvalidValue if value.is_empty() => format!("{} needs a value", plain(&argument)),
        ErrorKind::InvalidValue => format!("{} cannot be {value:?}", plain(&argument)),
        _ => first_line(error),
    };
    Error::usage(message, hint(error))
}

fn hint(error: &clap::Error) -> String {
    let suggestions = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
        ContextKind::ValidValue,
    ];
    for kind in suggestions {
        let text = context(error, kind);
        match kind {
            _ if text.is_empty() => {}
            ContextKind::ValidValue => return format!("choose one of: {text}"),
            _ => return format!("did you mean {}?", plain(&text)),
        }
    }
    match error.kind() {
        ErrorKind::ArgumentConflict => "keep one of them".to_owned(),
        ErrorKind::MissingRequiredArgument | ErrorKind::UnknownArgument => usage_line(error),
        _ => "see edgepress --help".to_owned(),
    }
}

fn usage_line(error: &clap::Error) -> String {
    let usage = context(error, ContextKind::Usage);
    let usage = usage.trim().trim_start_matches("Usage:").trim();
    if usage.is_empty() { "see edgepress --help".to_owned() } else { format!("usage: {usage}") }
}

/// The commands that do have the flag `argument`, which another one was given.
fn commands_with(argument: &str) -> Vec<String> {
    let has = |command: &&clap::Command| {
        let is_it = |flag: &clap::Arg| flag.get_long().is_some_and(|long| argument.strip_prefix("--") == Some(long));
        command.get_arguments().any(is_it)
    };
    Args::command().get_subcommands().filter(has).map(|command| command.get_name().to_owned()).collect()
}

/// The name of a flag without what follows it: `--level <LEVEL>` gives `--level`.
fn plain(argument: &str) -> &str {
    argument.split([' ', '=', '[']).next().unwrap_or(argument)
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    }
}

fn first_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
