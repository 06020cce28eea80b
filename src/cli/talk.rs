//! How a run talks: which reports go where, how much is told, in colour or not.

use std::path::PathBuf;

use crate::{
    config::{Environment, suggest},
    error::Error,
    report::{Color, Detail, RENDERERS, View, renderer},
};

/// How a run talks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Talk {
    /// Reports to make; never two to the same place.
    pub reports: Vec<ReportTarget>,
    /// How much is told.
    pub volume: Volume,
    /// Whether there are colours.
    pub color: ColorChoice,
}

/// A report and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTarget {
    /// Its format, the name of one of [`RENDERERS`].
    pub format: &'static str,
    /// Where it goes.
    pub to: Target,
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A file, replaced.
    File(PathBuf),
}

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Volume {
    /// Errors, and reports that were asked for.
    Quiet,
    /// What matters most.
    #[default]
    Normal,
    /// Everything.
    Verbose,
}

/// Whether there are colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Yes.
    Always,
    /// No.
    Never,
}

impl ColorChoice {
    /// The choice for a stream that is a terminal or not.
    #[must_use]
    pub fn decide(self, is_terminal: bool, environment: &Environment) -> Color {
        match self {
            Self::Always => Color::Ansi,
            Self::Never => Color::Plain,
            Self::Auto => Color::automatic(is_terminal, environment.get("NO_COLOR"), environment.get("TERM")),
        }
    }

    /// Reads `auto`, `always` or `never`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "auto" => Some(Self::Auto),
            "always" => Some(Self::Always),
            "never" => Some(Self::Never),
            _ => None,
        }
    }
}

impl Talk {
    /// From what was typed and, where nothing was, from the environment.
    ///
    /// # Errors
    /// When a report is of no known format, or two would go to the same place.
    pub fn new(
        reports: &[String],
        volume: Option<Volume>,
        color: Option<ColorChoice>,
        environment: &Environment,
    ) -> Result<Self, Error> {
        let volume = volume.map_or_else(|| volume_of(environment), Ok)?;
        let color = color.map_or_else(|| color_of(environment), Ok)?;
        let from_environment: Vec<String> = environment
            .get("EDGEPRESS_REPORT")
            .map(|text| text.split(',').map(|part| part.trim().to_owned()).collect())
            .unwrap_or_default();
        let (texts, source) =
            if reports.is_empty() { (&from_environment, "EDGEPRESS_REPORT") } else { (&reports.to_vec(), "--report") };
        let mut targets = texts.iter().map(|text| target(text, source)).collect::<Result<Vec<_>, _>>()?;
        refuse_twins(&targets, source)?;
        let stdout_taken = targets.iter().any(|target| target.to == Target::Stdout);
        let human_somewhere = targets.iter().any(|target| target.format == "human");
        if !stdout_taken && !human_somewhere && volume != Volume::Quiet {
            targets.push(ReportTarget { format: "human", to: Target::Stdout });
        }
        Ok(Self { reports: targets, volume, color })
    }

    /// How a report on a stream of `width` columns is shown.
    #[must_use]
    pub fn view(&self, width: usize, color: Color) -> View {
        let detail = if self.volume == Volume::Verbose { Detail::Full } else { Detail::Short };
        View { width, color, detail }
    }
}

/// Columns of the terminal; 80 when there is none.
#[must_use]
pub fn columns() -> usize {
    terminal_size::terminal_size().map_or(80, |(terminal_size::Width(columns), _)| usize::from(columns))
}

fn target(text: &str, source: &'static str) -> Result<ReportTarget, Error> {
    let (format, file) = text.split_once('=').map_or((text, None), |(format, file)| (format, Some(file)));
    let names: Vec<&str> = RENDERERS.iter().map(|renderer| renderer.name()).collect();
    let Some(renderer) = renderer(format) else {
        return Err(Error::usage(format!("{source} knows no format {format:?}"), suggest::hint(format, &names)));
    };
    let to = match file {
        None | Some("-") => Target::Stdout,
        Some("") => {
            let hint = format!("write {source} {format}=FILE, or {source} {format} for standard output");
            return Err(Error::usage(format!("{source} {text} names no file"), hint));
        }
        Some(file) => Target::File(PathBuf::from(file)),
    };
    Ok(ReportTarget { format: renderer.name(), to })
}

fn refuse_twins(targets: &[ReportTarget], source: &str) -> Result<(), Error> {
    for (i, target) in targets.iter().enumerate() {
        if let Some(twin) = targets[..i].iter().find(|twin| twin.to == target.to) {
            let place = match &target.to {
                Target::Stdout => "standard output".to_owned(),
                Target::File(path) => path.display().to_string(),
            };
            let (one, other) = (twin.format, target.format);
            let message = format!("{source} {one} and {source} {other} would both go to {place}");
            return Err(Error::usage(message, format!("give one of them a file: {source} {other}=FILE")));
        }
    }
    Ok(())
}

fn volume_of(environment: &Environment) -> Result<Volume, Error> {
    let quiet = environment.switch("EDGEPRESS_QUIET")?.unwrap_or_default();
    let verbose = environment.switch("EDGEPRESS_VERBOSE")?.unwrap_or_default();
    match (quiet, verbose) {
        (true, true) => Err(Error::config(
            "environment",
            "EDGEPRESS_QUIET and EDGEPRESS_VERBOSE contradict each other",
            "unset one of them",
        )),
        (true, false) => Ok(Volume::Quiet),
        (false, true) => Ok(Volume::Verbose),
        (false, false) => Ok(Volume::Normal),
    }
}

fn color_of(environment: &Environment) -> Result<ColorChoice, Error> {
    let Some(text) = environment.get("EDGEPRESS_COLOR") else { return Ok(ColorChoice::Auto) };
    let hint = suggest::hint(text, &["auto", "always", "never"]);
    ColorChoice::parse(text)
        .ok_or_else(|| Error::config("environment", format!("EDGEPRESS_COLOR cannot be {text:?}"), hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(reports: &[&str], volume: Volume) -> Result<Vec<String>, String> {
        let reports: Vec<String> = reports.iter().map(|text| (*text).to_owned()).collect();
        let talk =
            Talk::new(&reports, Some(volume), None, &Environment::default()).map_err(|error| error.to_string())?;
        let show = |target: &ReportTarget| match &target.to {
            Target::Stdout => target.format.to_owned(),
            Target::File(path) => format!("{} in {}", target.format, path.display()),
        };
        Ok(talk.reports.iter().map(show).collect())
    }

    #[test]
    fn people_get_a_report_unless_stdout_is_taken() {
        let ok = |texts: &[&str]| Ok(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(talk(&[], Volume::Normal), ok(&["human"]));
        assert_eq!(talk(&[], Volume::Quiet), ok(&[]));
        assert_eq!(talk(&["json=r.json"], Volume::Normal), ok(&["json in r.json", "human"]));
        assert_eq!(talk(&["json"], Volume::Normal), ok(&["json"]));
        assert_eq!(talk(&["json=-"], Volume::Quiet), ok(&["json"]));
    }

    #[test]
    fn reports_that_cannot_be_are_refused() {
        for (reports, message) in [
            (&["jsn"][..], "--report knows no format \"jsn\""),
            (&["json="], "--report json= names no file"),
            (&["json", "markdown"], "--report json and --report markdown would both go to standard output"),
            (&["json=a", "sarif=a"], "--report json and --report sarif would both go to a"),
        ] {
            assert_eq!(talk(reports, Volume::Normal), Err(message.to_owned()));
        }
    }

    #[test]
    fn colours_follow_the_terminal_and_no_color() {
        let none = Environment::default();
        let no_color = Environment::new([("NO_COLOR".to_owned(), "1".to_owned())]);
        assert_eq!(ColorChoice::Auto.decide(true, &none), Color::Ansi);
        assert_eq!(ColorChoice::Auto.decide(false, &none), Color::Plain);
        assert_eq!(ColorChoice::Auto.decide(true, &no_color), Color::Plain);
        assert_eq!(ColorChoice::Always.decide(false, &no_color), Color::Ansi);
        assert_eq!(ColorChoice::Never.decide(true, &none), Color::Plain);
    }
}
