//! Findings: diagnostics about one file each, with stable codes. Returned as values, printed only by reports.

use serde::{Deserialize, Serialize};

use crate::asset::Position;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably wrong; `--strict` fails on it.
    Warning,
    /// Wrong; the run exits with 1.
    Error,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal, $severity:ident;)*) => {
        /// The closed list of what can be found.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
        pub enum Code {
            $($(#[doc = $doc])* $name,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stable text: `broken-reference`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// Whether `--strict` fails on it: a map helps those who debug, no page needs it.
            #[must_use]
            pub fn can_fail(self) -> bool {
                !matches!(self, Self::MissingSourceMap | Self::SourceMap)
            }

            /// Its severity unless the configuration says otherwise.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),* }
            }
        }
    };
}

codes! {
    /// A reference that leads to no asset.
    BrokenReference = "broken-reference", Warning;
    /// A reference that cannot be proven: what it may reach keeps its old name as well.
    UnprovenReference = "unproven-reference", Info;
    /// Files that nothing in the site names.
    Unreferenced = "unreferenced", Info;
    /// The same bytes under several names.
    Duplicate = "duplicate", Info;
    /// A text or picture that could not be read as what it claims to be.
    Unparsable = "unparsable", Warning;
    /// A check after pressing refused the result.
    VerificationRefused = "verification-refused", Warning;
    /// Kept for a reason worth knowing: limits, unsupported features, a crashed codec.
    Kept = "kept", Info;
    /// A remark of a press about one place.
    Remark = "remark", Info;
    /// A codec crashed.
    Crashed = "crashed", Warning;
    /// A file was left out of the output: a link out of the site, a device, a socket.
    Skipped = "skipped", Warning;
    /// Two names that are one where file names ignore case or Unicode form, or that some systems refuse.
    NamePortability = "name-portability", Warning;
    /// A file that looks like a secret: `.env`, a private key.
    Secret = "secret", Warning;
    /// The site looks like the sources of one.
    SourceTree = "source-tree", Warning;
    /// A sibling (`.gz`, `.br`, `.zst`) that came with the site did not match its file and was replaced.
    StaleSibling = "stale-sibling", Info;
    /// A source map that is named but not there.
    MissingSourceMap = "missing-source-map", Warning;
    /// A source map that could not be put in step with what it maps.
    SourceMap = "source-map", Warning;
    /// A file whose name does not change with its content is cached for long.
    LongCache = "long-cache", Warning;
    /// A host cannot express all headers.
    HostLimit = "host-limit", Warning;
    /// Something in a page that its Content-Security-Policy or an integrity value cannot cover.
    Security = "security", Warning;
    /// An asset of an earlier build that could not stay, or that only the deployed tree has.
    EarlierBuild = "earlier-build", Warning;
    /// A budget is exceeded.
    Budget = "budget", Error;
    /// The input changed while it was read.
    InputChanged = "input-changed", Warning;
    /// The cache could not be used.
    Cache = "cache", Info;
}

/// One diagnostic about one file (or about the run, when `path` is empty).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Finding {
    /// Path in the site; empty when it is about the whole run.
    pub path: String,
    /// Line, from 1; 0 when it is about the whole file.
    pub line: u32,
    /// Column in characters, from 1; 0 when unknown.
    pub column: u32,
    /// What kind of finding.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// What was found, in one line.
    pub message: String,
    /// What to try next; empty when there is nothing to advise.
    pub hint: String,
}

impl Finding {
    /// A finding of the code's own severity about a whole file.
    #[must_use]
    pub fn new(code: Code, path: &str, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: 0,
            column: 0,
            code,
            severity: code.severity(),
            message: message.into(),
            hint: String::new(),
        }
    }

    /// The same finding at a place.
    #[must_use]
    pub fn at(mut self, position: Position) -> Self {
        (self.line, self.column) = (position.line, position.column);
        self
    }

    /// The same finding with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same finding with another severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_serialize_as_their_names() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
        }
    }
}
