//! Exit codes, a public interface, and how an error is told.

use std::process::ExitCode;

use crate::{
    error::{Error, Signal},
    publish::Class,
    report::{Color, paint::Tone},
    text::one_line,
};

/// What a run ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All well.
    Fine = 0,
    /// A budget, an error finding, or with `--strict` a warning.
    Policy = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// Reading or writing failed; nothing was published.
    InputOutput = 3,
    /// Another run holds the lock.
    Locked = 4,
    /// A mistake of ours.
    Bug = 70,
    /// Ctrl-C; nothing was published.
    Interrupted = 130,
    /// Asked to end; nothing was published.
    Terminated = 143,
}

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        match error {
            Error::Usage { .. } | Error::Config { .. } => Self::Usage,
            Error::InputOutput { .. } => Self::InputOutput,
            Error::Publish(error) => match error.class() {
                Class::Usage => Self::Usage,
                Class::InputOutput => Self::InputOutput,
                Class::Locked => Self::Locked,
                Class::Interrupted => Self::Interrupted,
                Class::Bug => Self::Bug,
            },
            Error::Locked { .. } => Self::Locked,
            Error::Interrupted(Signal::Interrupt) => Self::Interrupted,
            Error::Interrupted(Signal::Terminate) => Self::Terminated,
            Error::Bug { .. } => Self::Bug,
        }
    }
}

/// `error` as it is told: a line `error: ...` and, where there is advice, a line `hint: ...`.
#[must_use]
pub fn complaint(error: &Error, color: Color) -> String {
    let hint = error.hint().map(|hint| format!("{} {}\n", color.paint(Tone::Strong, "hint:"), one_line(&hint)));
    format!("{} {error}\n{}", color.paint(Tone::Bad, "error:"), hint.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_documentation() {
        for (error, code) in [
            (Error::usage("x", ""), 2),
            (Error::config("p", "x", ""), 2),
            (Error::input_output("write", "p", "x"), 3),
            (Error::locked("p"), 4),
            (Error::bug("x"), 70),
            (Error::Interrupted(Signal::Interrupt), 130),
            (Error::Interrupted(Signal::Terminate), 143),
        ] {
            assert_eq!(Exit::from(&error).code(), code, "{error}");
        }
    }

    #[test]
    fn an_error_takes_one_line_and_its_hint_another() {
        let error = Error::usage("unknown flag --out\n", "did you mean --output?");
        assert_eq!(complaint(&error, Color::Plain), "error: unknown flag --out\\n\nhint: did you mean --output?\n");
        assert_eq!(complaint(&Error::usage("x", ""), Color::Plain), "error: x\n");
    }
}
