//! Errors: the job could not be done. (What is wrong with one file is a [`crate::finding::Finding`] instead.)
//!
//! What failed comes in, one line for people and a hint come out. Nothing here prints or ends the process; which exit
//! code an error means is said in `cli::exit`.

use std::{
    borrow::Cow,
    error::Error as _,
    fmt, io,
    path::{Path, PathBuf},
};

use crate::{publish::PublishError, text::one_line};

/// The error below an [`Error`].
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a command could not do its job.
#[derive(Debug)]
pub enum Error {
    /// The command line asks for something that cannot be.
    Usage {
        /// What is wrong.
        message: String,
        /// What to try next; empty when there is nothing to advise.
        hint: String,
    },
    /// The configuration asks for something that cannot be.
    Config {
        /// Where: `edgepress.toml:3:7`, or the name of a variable or flag.
        place: String,
        /// What is wrong, with the path of the key.
        message: String,
        /// What to try next; empty when there is nothing to advise.
        hint: String,
    },
    /// The file system refused.
    InputOutput {
        /// What was tried, to follow "could not": `read`, `write the report to`.
        action: Cow<'static, str>,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: Source,
    },
    /// The output could not be published; it is as it was.
    Publish(Box<PublishError>),
    /// Another run is writing the same output, or using the same cache exclusively.
    Locked {
        /// What is locked.
        path: PathBuf,
    },
    /// The person or the system asked us to stop.
    Interrupted(Signal),
    /// A mistake of ours.
    Bug {
        /// What was found to be impossible.
        message: String,
    },
}

/// What asked us to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// `kill`, or the end of a CI job.
    Terminate,
}

impl Error {
    /// The command line asks for something that cannot be.
    #[must_use]
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: hint.into() }
    }

    /// The configuration at `place` asks for something that cannot be.
    #[must_use]
    pub fn config(place: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Config { place: place.into(), message: message.into(), hint: hint.into() }
    }

    /// `action`, as it would follow "could not", failed on `path`.
    #[must_use]
    pub fn input_output(
        action: impl Into<Cow<'static, str>>,
        path: impl Into<PathBuf>,
        source: impl Into<Source>,
    ) -> Self {
        Self::InputOutput { action: action.into(), path: path.into(), source: source.into() }
    }

    /// Another run holds `path`.
    #[must_use]
    pub fn locked(path: impl Into<PathBuf>) -> Self {
        Self::Locked { path: path.into() }
    }

    /// A mistake of ours.
    #[must_use]
    pub fn bug(message: impl Into<String>) -> Self {
        Self::Bug { message: message.into() }
    }

    /// The site to read is not there, is no folder, or has nothing in it.
    #[must_use]
    pub fn no_site(site: &Path) -> Self {
        let message = match site.metadata() {
            Ok(found) if found.is_dir() => "is empty",
            Ok(_) => "is not a folder",
            Err(_) => "does not exist",
        };
        Self::usage(
            format!("the site {} {message}", site.display()),
            "build the site first, then name the folder that the build wrote, such as dist or public",
        )
    }

    /// The output and the site lie within each other.
    #[must_use]
    pub fn nested(site: &Path, out: &Path) -> Self {
        Self::usage(
            format!("the output {} and the site {} lie within each other", out.display(), site.display()),
            "name an output folder beside the site",
        )
    }

    /// What to try next, if there is something to advise.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } | Self::Config { hint, .. } if hint.is_empty() => None,
            Self::Usage { hint, .. } | Self::Config { hint, .. } => Some(hint.clone()),
            Self::InputOutput { source, .. } => input_output_hint(source.as_ref()).map(str::to_owned),
            Self::Publish(error) => error.hint().or_else(|| input_output_hint(error.source()?)).map(str::to_owned),
            Self::Locked { .. } => Some("wait for the other run to end, or choose another folder".to_owned()),
            Self::Interrupted(_) => Some("nothing was published; the old output is untouched".to_owned()),
            Self::Bug { .. } => {
                Some("this is a mistake in edgepress: please report it, with the command and the file".to_owned())
            }
        }
    }
}

fn input_output_hint(source: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    match source.downcast_ref::<io::Error>()?.kind() {
        io::ErrorKind::PermissionDenied => Some("check who owns it and who may write there"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("free some space; the output is first written beside the old one")
        }
        io::ErrorKind::ReadOnlyFilesystem => Some("choose a folder on a file system that can be written"),
        io::ErrorKind::NotFound => Some("check the path"),
        io::ErrorKind::NotADirectory => Some("a part of the path is a file: choose another folder"),
        _ => None,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Usage { message, .. } => message.clone(),
            Self::Config { place, message, .. } => format!("{place}: {message}"),
            Self::InputOutput { action, path, source } => format!("could not {action} {}: {source}", path.display()),
            Self::Publish(error) => match error.source() {
                Some(source) => format!("{error}: {source}"),
                None => error.to_string(),
            },
            Self::Locked { path } => format!("another run is using {}", path.display()),
            Self::Interrupted(Signal::Interrupt) => "interrupted".to_owned(),
            Self::Interrupted(Signal::Terminate) => "terminated".to_owned(),
            Self::Bug { message } => format!("internal error: {message}"),
        };
        f.write_str(&one_line(&text))
    }
}

impl From<PublishError> for Error {
    fn from(error: PublishError) -> Self {
        Self::Publish(Box::new(error))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::InputOutput { source, .. } => Some(source.as_ref()),
            Self::Publish(error) => error.source(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_whatever_the_path() {
        let error = Error::input_output("read", "a\n::error::b\u{1b}[31m", io::Error::from(io::ErrorKind::NotFound));
        assert_eq!(error.to_string(), "could not read a\\n::error::b\\u{1b}[31m: entity not found");
        assert_eq!(error.hint().as_deref(), Some("check the path"));
    }

    #[test]
    fn config_errors_say_where() {
        let error = Error::config("edgepress.toml:3:1", "`levle` is not a key", "did you mean `level`?");
        assert_eq!(error.to_string(), "edgepress.toml:3:1: `levle` is not a key");
    }
}
