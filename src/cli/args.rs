//! What may be typed.
//!
//! The arguments come in; an [`Invocation`] comes out, in which every value is checked, or a [`Stop`]: help to show, or
//! an error. Reads no file.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args as ClapArgs, CommandFactory, Parser, Subcommand, ValueEnum, builder::PossibleValuesParser};

use super::{
    exit::Exit,
    talk::{ColorChoice, Talk, Volume},
};
use crate::{
    config::{
        self, Cache, Complaint, Config, Environment, Globs, Layer, NameMode, Origin, Previous, Sourced, Strictness,
        check_base, hosts, merge, parse_isolation, parse_jobs, parse_level, parse_memory, parse_patience,
    },
    error::Error,
};

mod stop;
mod task;

pub use stop::Stop;
pub use task::{CacheTask, Destination, Existing, Extent, Repeat, Task};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "edgepress",
    bin_name = "edgepress",
    version,
    about = "Presses the finished output of any site build into the fastest tree a CDN can serve",
    after_help = "Example:\n  edgepress build dist -o public --host netlify",
    disable_help_subcommand = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    shared: Shared,
}

/// Flags of every command.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Options of every command")]
#[expect(clippy::struct_excessive_bools, reason = "one for each flag as typed; `settle` makes enums of them")]
struct Shared {
    /// Configuration to read instead of edgepress.toml or package.json
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How much work to do: fast, default or max
    #[arg(long, global = true, value_name = "LEVEL", hide_possible_values = true, value_parser = PossibleValuesParser::new(["fast", "default", "max"]))]
    level: Option<String>,
    /// Folder where results are kept for the next run
    #[arg(long, global = true, value_name = "DIR", conflicts_with = "no_cache")]
    cache_dir: Option<PathBuf>,
    /// Keep no results and use none
    #[arg(long, global = true)]
    no_cache: bool,
    /// Threads to use [default: as many as there are cores]
    #[arg(long, short, global = true, value_name = "N")]
    jobs: Option<String>,
    /// Memory that big work may take, such as "1 GiB"
    #[arg(long, global = true, value_name = "SIZE")]
    memory: Option<String>,
    /// Work in processes of its own, in case of crashes: auto, on or off
    #[arg(long, global = true, value_name = "WHAT", hide_possible_values = true, value_parser = PossibleValuesParser::new(["auto", "on", "off"]))]
    isolation: Option<String>,
    /// How long to wait for another run that writes the same output [default: 60]
    #[arg(long, global = true, value_name = "SECONDS")]
    wait: Option<String>,
    /// human, json, markdown, html, github, sarif or junit; repeatable
    #[arg(long, global = true, value_name = "FORMAT[=FILE]")]
    report: Vec<String>,
    /// Fail on warnings and on references that cannot be proven too
    #[arg(long, global = true)]
    strict: bool,
    /// Say nothing but errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say everything
    #[arg(long, short, global = true)]
    verbose: bool,
    /// Colours: auto, always or never
    #[arg(long, global = true, value_name = "WHEN", hide_possible_values = true, value_parser = PossibleValuesParser::new(["auto", "always", "never"]))]
    color: Option<String>,
    /// Show each setting with where it came from, and stop
    #[arg(long, global = true)]
    print_config: bool,
}

/// Which files of the site.
#[derive(Debug, ClapArgs)]
struct Selection {
    /// URL path of the site, or the address of a CDN in front of it
    #[arg(long, value_name = "URL-PATH")]
    base: Option<String>,
    /// Take only what matches; repeatable
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// Leave out what matches; repeatable
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Press a site and publish the result as a new tree
    #[command(after_help = "Example:\n  edgepress build dist -o public --host netlify,nginx --report json=report.json")]
    Build {
        /// Folder with the finished site; never written
        site: PathBuf,
        /// Folder to publish; replaced as a whole or not at all
        #[arg(long, short, value_name = "OUT", conflicts_with = "in_place")]
        out: Option<PathBuf>,
        /// Exchange the site itself for the result
        #[arg(long)]
        in_place: bool,
        /// Replace OUT even if edgepress did not write it
        #[arg(long, requires = "out")]
        force: bool,
        /// Do everything but publish
        #[arg(long)]
        dry_run: bool,
        /// Build again whenever the site or the configuration changes
        #[arg(long, short, requires = "out", conflicts_with = "dry_run")]
        watch: bool,
        /// Hosts to write header files for, separated by commas
        #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
        host: Vec<String>,
        /// Leave every name as it is
        #[arg(long)]
        no_fingerprint: bool,
        /// Folder or manifest of the tree that is deployed now [default: OUT as it is]
        #[arg(long, value_name = "PATH")]
        previous: Option<PathBuf>,
        #[command(flatten)]
        selection: Selection,
    },
    /// Hold a site to its budgets and look for faults; writes nothing
    #[command(after_help = "Example:\n  edgepress check dist --strict --report github")]
    Check {
        /// Folder with the finished site
        #[arg(required_unless_present = "staged")]
        site: Option<PathBuf>,
        /// Only what git has staged
        #[arg(long)]
        staged: bool,
        #[command(flatten)]
        selection: Selection,
    },
    /// Tell the story of one file: steps, bytes, references, headers
    #[command(after_help = "Example:\n  edgepress explain dist assets/app.js")]
    Explain {
        /// Folder with the finished site
        site: PathBuf,
        /// Path of the file in the site
        file: String,
        #[command(flatten)]
        selection: Selection,
    },
    /// Undo `build --in-place`: the site as it was comes back
    #[command(after_help = "Example:\n  edgepress restore dist")]
    Restore {
        /// Folder that was pressed in place
        site: PathBuf,
    },
    /// Detect the framework and write a commented edgepress.toml
    #[command(after_help = "Example:\n  edgepress init")]
    Init {
        /// Folder of the project
        #[arg(default_value = ".", hide_default_value = true)]
        root: PathBuf,
        /// Replace an edgepress.toml that is there
        #[arg(long)]
        force: bool,
    },
    /// Look at the cache of results, or make room
    #[command(subcommand, after_help = "Example:\n  edgepress cache gc --max \"2 GB\"")]
    Cache(CacheCommand),
    /// Print a JSON Schema: of edgepress.toml, or of the JSON report
    #[command(after_help = "Example:\n  edgepress schema config > edgepress.schema.json")]
    Schema {
        /// config or report
        #[arg(value_enum, default_value = "config", hide_default_value = true, hide_possible_values = true)]
        of: SchemaOf,
    },
    /// Print completions for a shell
    #[command(
        after_help = "Example:\n  edgepress completions bash > ~/.local/share/bash-completion/completions/edgepress"
    )]
    Completions {
        /// bash, zsh, fish or powershell
        #[arg(value_enum, hide_possible_values = true)]
        shell: Shell,
    },
    /// Print the manual page, or write those of all commands
    #[command(after_help = "Example:\n  edgepress man --out ~/.local/share/man/man1")]
    Man {
        /// Folder to write the page of every command to
        #[arg(long, short, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
enum CacheCommand {
    /// Say how many results are kept, and how large they are
    #[command(after_help = "Example:\n  edgepress cache stats")]
    Stats,
    /// Throw all results away
    #[command(after_help = "Example:\n  edgepress cache clear")]
    Clear,
    /// Throw the results away that were not used for longest
    #[command(after_help = "Example:\n  edgepress cache gc --max \"2 GB\"")]
    Gc {
        /// How large the cache may stay
        #[arg(long, value_name = "SIZE", default_value = "5 GB")]
        max: String,
    },
}

/// Of what a schema is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// edgepress.toml
    Config,
    /// The JSON report
    Report,
}

/// A shell that completions are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// bash
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
    /// PowerShell
    #[value(name = "powershell")]
    PowerShell,
}

/// What is asked for, every value checked.
#[derive(Debug)]
pub struct Invocation {
    /// The job.
    pub task: Task,
    /// How to talk about it.
    pub talk: Talk,
    /// Whether to show the settings instead of doing the job.
    pub purpose: Purpose,
    /// What the flags say about the configuration.
    flags: Layer,
    /// The configuration to read, if it was named.
    file: Option<PathBuf>,
}

/// Whether the job is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Do it.
    Run,
    /// Only show each setting with where it came from.
    PrintConfig,
}

impl Invocation {
    /// The configuration to read, if it was named.
    #[must_use]
    pub fn file(&self, environment: &Environment) -> Option<PathBuf> {
        self.file.clone().or_else(|| environment.get("EDGEPRESS_CONFIG").map(PathBuf::from))
    }

    /// The running configuration of the project in `root`.
    ///
    /// # Errors
    /// When something written or set in the environment is wrong.
    pub fn config(&self, root: &std::path::Path, environment: &Environment) -> Result<Config, Error> {
        let file = config::load(root, self.file(environment).as_deref())?;
        Ok(merge([self.flags.clone(), environment.layer()?, file], environment, root))
    }
}

/// The command as clap sees it, for generated pages.
pub(super) fn command() -> clap::Command {
    Args::command()
}

/// Reads the arguments, the first being the name of the program.
///
/// # Errors
/// With what to show or say instead of running.
pub fn parse(arguments: impl IntoIterator<Item = OsString>, environment: &Environment) -> Result<Invocation, Stop> {
    let args = Args::try_parse_from(arguments).map_err(|error| Stop::from_clap(&error))?;
    args.settle(environment).map_err(Stop::Error)
}

impl Args {
    fn settle(self, environment: &Environment) -> Result<Invocation, Error> {
        let mut flags = self.shared.layer()?;
        self.command.add_to(&mut flags)?;
        let talk = self.shared.talk(environment)?;
        let purpose = if self.shared.print_config { Purpose::PrintConfig } else { Purpose::Run };
        Ok(Invocation { task: self.command.task(purpose)?, talk, purpose, flags, file: self.shared.config })
    }
}

impl Shared {
    fn layer(&self) -> Result<Layer, Error> {
        let cache_dir = self.cache_dir.clone().map(|dir| from_flag("--cache-dir", Cache::At(dir)));
        Ok(Layer {
            level: read("--level", self.level.as_deref(), parse_level)?,
            cache: self.no_cache.then(|| from_flag("--no-cache", Cache::Off)).or(cache_dir),
            jobs: read("--jobs", self.jobs.as_deref(), parse_jobs)?,
            memory: read("--memory", self.memory.as_deref(), parse_memory)?,
            isolation: read("--isolation", self.isolation.as_deref(), parse_isolation)?,
            patience: read("--wait", self.wait.as_deref(), parse_patience)?,
            strictness: self.strict.then(|| from_flag("--strict", Strictness::Strict)),
            ..Layer::default()
        })
    }

    fn talk(&self, environment: &Environment) -> Result<Talk, Error> {
        let volume = match (self.quiet, self.verbose) {
            (true, _) => Some(Volume::Quiet),
            (_, true) => Some(Volume::Verbose),
            (false, false) => None,
        };
        let color = self.color.as_deref().and_then(ColorChoice::parse);
        Talk::new(&self.report, volume, color, environment)
    }
}

impl Selection {
    fn add_to(&self, layer: &mut Layer) -> Result<(), Error> {
        layer.base = read("--base", self.base.as_deref(), check_base)?;
        layer.include = globs("--include", &self.include)?;
        layer.exclude = globs("--exclude", &self.exclude)?;
        Ok(())
    }
}

impl Command {
    fn add_to(&self, layer: &mut Layer) -> Result<(), Error> {
        match self {
            Self::Build { selection, host, no_fingerprint, previous, .. } => {
                layer.hosts = host_list(host)?;
                layer.previous = previous.clone().map(|path| from_flag("--previous", Previous::At(path)));
                layer.name_mode = no_fingerprint.then(|| from_flag("--no-fingerprint", NameMode::Off));
                selection.add_to(layer)
            }
            Self::Check { selection, .. } | Self::Explain { selection, .. } => selection.add_to(layer),
            Self::Restore { .. }
            | Self::Init { .. }
            | Self::Cache(_)
            | Self::Schema { .. }
            | Self::Completions { .. }
            | Self::Man { .. } => Ok(()),
        }
    }

    fn task(self, purpose: Purpose) -> Result<Task, Error> {
        Ok(match self {
            Self::Build { site, out, in_place, force, dry_run, watch, .. } => {
                let out = out.map(|path| Destination::Folder { path, force });
                let destination = destination(out, in_place, dry_run || purpose == Purpose::PrintConfig)?;
                Task::Build { site, destination, repeat: if watch { Repeat::OnChange } else { Repeat::Once } }
            }
            Self::Check { site, staged, .. } => Task::Check {
                site: site.unwrap_or_else(|| PathBuf::from(".")),
                extent: if staged { Extent::Staged } else { Extent::Site },
            },
            Self::Explain { site, file, .. } => Task::Explain { site, file },
            Self::Restore { site } => Task::Restore { site },
            Self::Init { root, force } => {
                Task::Init { root, existing: if force { Existing::Replace } else { Existing::Keep } }
            }
            Self::Cache(command) => Task::Cache(command.task()?),
            Self::Schema { of } => Task::Schema(of),
            Self::Completions { shell } => Task::Completions(shell),
            Self::Man { out } => Task::Man { out },
        })
    }
}

impl CacheCommand {
    fn task(self) -> Result<CacheTask, Error> {
        match self {
            Self::Stats => Ok(CacheTask::Stats),
            Self::Clear => Ok(CacheTask::Clear),
            Self::Gc { max } => match max.parse() {
                Ok(max) => Ok(CacheTask::Gc { max }),
                Err(_) => Err(Error::usage(format!("--max cannot be {max:?}"), "write it like \"2 GB\" or \"500 MB\"")),
            },
        }
    }
}

fn destination(out: Option<Destination>, in_place: bool, dry_run: bool) -> Result<Destination, Error> {
    match (dry_run, out, in_place) {
        (true, ..) => Ok(Destination::Nowhere),
        (false, Some(out), _) => Ok(out),
        (false, None, true) => Ok(Destination::InPlace),
        (false, None, false) => Err(Error::usage(
            "build needs to know where to publish",
            "add -o OUT; --dry-run does everything but publish",
        )),
    }
}

fn from_flag<T>(flag: &'static str, value: T) -> Sourced<T> {
    Sourced::new(value, Origin::Flag(flag))
}

fn read<T>(
    flag: &'static str,
    text: Option<&str>,
    parse: impl FnOnce(&str) -> Result<T, Complaint>,
) -> Result<Option<Sourced<T>>, Error> {
    let Some(text) = text else { return Ok(None) };
    let complain = |Complaint { message, hint }| Error::usage(format!("{flag} {message}"), hint);
    parse(text).map(|value| Some(from_flag(flag, value))).map_err(complain)
}

fn globs(flag: &'static str, texts: &[String]) -> Result<Option<Sourced<Globs>>, Error> {
    if texts.is_empty() {
        return Ok(None);
    }
    let complain = |(i, complaint): (usize, Complaint)| {
        Error::usage(format!("{flag} {:?} {}", texts[i], complaint.message), complaint.hint)
    };
    Globs::new(texts).map(|globs| Some(from_flag(flag, globs))).map_err(complain)
}

fn host_list(names: &[String]) -> Result<Option<Sourced<Vec<&'static str>>>, Error> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut found = Vec::new();
    for name in names {
        let host = hosts::find(name.trim())
            .map_err(|Complaint { message, hint }| Error::usage(format!("--host {message}"), hint))?;
        if !found.contains(&host) {
            found.push(host);
        }
    }
    Ok(Some(from_flag("--host", found)))
}

#[cfg(test)]
mod tests;
