//! Runs what was asked for: one function per command, each a few steps over the library.

use std::{
    cell::OnceCell,
    ffi::OsString,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use signal_hook::consts::{SIGINT, SIGTERM};

use super::{
    args::{self, CacheTask, Destination, Existing, Extent, Invocation, Purpose, Repeat, Stop, Task},
    exit::{Exit, complaint},
    generate, init,
    progress::Bar,
    report_file, staged, story,
    talk::{Talk, Target},
    watch::Watch,
};
use crate::{
    action::{
        Cache, Pool, Runner, WORKER_NAME,
        workers::{self, Limits, Workers},
    },
    asset::ByteSize,
    body,
    config::{self, Config, Environment, Strictness},
    error::{Error, Signal},
    finding::{Code, Finding, Severity},
    interrupt::Interrupt,
    last_build::{LastBuild, Looked},
    memory,
    pipeline::{self, Finished, Former, Stopwatch, Tools},
    publish::{self, Overwrite, Owner, Patience, Request, Staging},
    report::{Color, Command, Report, View, renderer},
    snapshot::{Snapshot, Warm},
    standing::Standing,
    text::one_line,
    walk::{self, Selection},
};

/// How large the cache may grow before a run trims it.
const CACHE_CAP: ByteSize = ByteSize(5_000_000_000);

/// Does what `arguments` (the first being the program) ask for, and tells about it. Ends nothing: `main` does.
#[must_use]
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    workers::serve_if_worker(&arguments);
    be_quiet_about_caught_panics();
    let environment = Environment::of_process();
    match args::parse(arguments, &environment) {
        Ok(invocation) => Session::new(invocation, environment).run(),
        Err(Stop::Show { text, exit }) => {
            say(&text);
            exit
        }
        Err(Stop::Error(error)) => {
            let color =
                Color::automatic(io::stderr().is_terminal(), environment.get("NO_COLOR"), environment.get("TERM"));
            complain(&error, color)
        }
    }
}

/// A codec that panics costs its file the pressing and becomes a finding; nobody needs to read its message as well.
fn be_quiet_about_caught_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_worker = std::thread::current().name().is_some_and(|name| name.starts_with(WORKER_NAME));
        if !is_worker {
            usual(panic);
        }
    }));
}

/// Prints to standard output. A reader that went away early is fine.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn complain(error: &Error, color: Color) -> Exit {
    let _ = io::stderr().lock().write_all(complaint(error, color).as_bytes());
    Exit::from(error)
}

/// One invocation with its surroundings.
struct Session {
    invocation: Invocation,
    environment: Environment,
    root: PathBuf,
    interrupt: Interrupt,
    /// The signal that raised it, as its number; 0 for none.
    signal: Arc<AtomicUsize>,
    /// Set once signals raise it.
    is_listening: OnceCell<()>,
}

impl Session {
    fn new(invocation: Invocation, environment: Environment) -> Self {
        Self {
            invocation,
            environment,
            root: PathBuf::from("."),
            interrupt: Interrupt::new(),
            signal: Arc::default(),
            is_listening: OnceCell::new(),
        }
    }

    fn talk(&self) -> &Talk {
        &self.invocation.talk
    }

    fn run(&self) -> Exit {
        match self.dispatch() {
            Ok(exit) => exit,
            Err(error) => self.complain(&self.with_signal(error)),
        }
    }

    fn complain(&self, error: &Error) -> Exit {
        complain(error, self.talk().color.decide(io::stderr().is_terminal(), &self.environment))
    }

    /// Work that was interrupted does not know by what.
    fn with_signal(&self, error: Error) -> Error {
        let is_termination = self.signal.load(Ordering::Relaxed) == usize::try_from(SIGTERM).unwrap_or_default();
        match Exit::from(&error) {
            Exit::Interrupted if is_termination => Error::Interrupted(Signal::Terminate),
            Exit::Interrupted => Error::Interrupted(Signal::Interrupt),
            _ => error,
        }
    }

    fn dispatch(&self) -> Result<Exit, Error> {
        if self.invocation.purpose == Purpose::PrintConfig {
            say(&self.config()?.print());
            return Ok(Exit::Fine);
        }
        match &self.invocation.task {
            Task::Build { site, destination, repeat: Repeat::Once } => self.build(site, destination, &self.config()?),
            Task::Build { site, destination, repeat: Repeat::OnChange } => self.build_on_change(site, destination),
            Task::Check { site, extent: Extent::Site } => self.check(site),
            Task::Check { site, extent: Extent::Staged } => self.check_staged(site),
            Task::Explain { site, file } => self.explain(site, file),
            Task::Restore { site } => self.restore(site),
            Task::Init { root, existing } => Self::init(root, *existing),
            Task::Cache(task) => self.cache(*task),
            Task::Schema(of) => Ok(shown(&generate::schema(*of))),
            Task::Completions(shell) => Ok(shown(&String::from_utf8_lossy(&generate::completions(*shell)))),
            Task::Man { out } => manual(out.as_deref()),
        }
    }

    fn config(&self) -> Result<Config, Error> {
        self.invocation.config(&self.root, &self.environment)
    }

    /// Builds until it is interrupted, which is how it is meant to end. What goes wrong later than in the first build is
    /// told, and the next change may mend it.
    fn build_on_change(&self, site: &Path, destination: &Destination) -> Result<Exit, Error> {
        let usual = || config::FILES.iter().map(|name| self.root.join(name)).collect();
        let files: Vec<PathBuf> = self.invocation.file(&self.environment).map_or_else(usual, |file| vec![file]);
        // Results are kept at least as long as we watch.
        let kept = tempfile::tempdir().map_err(|error| Error::input_output("write to", std::env::temp_dir(), error))?;
        must_be_a_folder(site)?;
        let mut watch = Watch::new(site, &files)?;
        let build = || {
            let mut config = self.config()?;
            if config.cache == config::Cache::Off {
                config.cache = config::Cache::At(kept.path().to_owned());
            }
            self.build(site, destination, &config)
        };
        let mut outcome = Ok(build()?);
        loop {
            match outcome {
                Err(Error::Interrupted(_)) => return Ok(Exit::Fine),
                Err(error) => {
                    self.complain(&error);
                }
                Ok(_) => {}
            }
            self.note(&format!("watching {} (Ctrl-C ends)", site.display()));
            if !watch.next(&self.interrupt)? {
                return Ok(Exit::Fine);
            }
            outcome = build();
        }
    }

    fn build(&self, site: &Path, destination: &Destination, config: &Config) -> Result<Exit, Error> {
        must_hold_files(site)?;
        if *destination == Destination::InPlace {
            must_be_no_working_copy(site)?;
        }
        self.reports_can_be_written()?;
        // Opened first: what cannot be written is found out before any work, and nobody else writes it meanwhile.
        let staging = self.staging(site, destination, config.patience)?;
        if let Some(folder) = staging.as_ref().and_then(|staging| staging.target().parent()) {
            spill(config, folder);
        }
        let former = former(destination, staging.as_ref(), config)?;
        let mut stopwatch = Stopwatch::default();
        let mut last = last_build(site, destination, staging.as_ref(), config, former.as_ref());
        let shown_site = site.display().to_string();
        let standing = match stopwatch.time("compare", || last.as_mut().map(LastBuild::look)) {
            Some(Looked::Stands(report)) => {
                let published = Some(shown_output(site, destination));
                let report = Report { site: shown_site, published, ..stopwatch.nothing_to_do(*report) };
                self.tell(&report)?;
                return Ok(verdict(&report, config.strictness));
            }
            Some(Looked::Changed(standing)) => standing,
            None => Standing::default(),
        };
        staging.iter().for_each(Staging::sync_ahead);
        let is_in_place = *destination == Destination::InPlace;
        let mut finished = self.pipeline(site, is_in_place, config, &standing, former.as_ref(), &mut stopwatch)?;
        let published =
            staging.map(|staging| stopwatch.time("publish", || publish(&mut finished, staging, &standing, config)));
        let published = published.transpose()?;
        let output = published.is_some().then(|| shown_output(site, destination));
        let report = finished.report(Command::Build, &shown_site, output, config, &stopwatch);
        let made = last.as_ref().map(|_| finished.made(&standing)).unwrap_or_default();
        // What was published is not needed any more, and what is to be remembered takes memory as well.
        drop((finished, standing));
        if let (Some(last), Some(staged)) = (last, published.flatten()) {
            last.remember(staged, &made, &report);
        }
        self.tell(&report)?;
        Ok(verdict(&report, config.strictness))
    }

    fn staging(&self, site: &Path, destination: &Destination, wait: Duration) -> Result<Option<Staging>, Error> {
        let destination = match destination {
            Destination::Folder { path, force } => {
                let overwrite = if *force { Overwrite::Anything } else { Overwrite::Ours };
                publish::Destination::Output { path, overwrite }
            }
            Destination::InPlace => publish::Destination::InPlace,
            Destination::Nowhere => return Ok(None),
        };
        self.listen_to_signals()?;
        let on_wait = |owner: Option<&Owner>| self.note_waiting(owner);
        let patience = Patience { wait, on_wait: &on_wait, interrupt: &self.interrupt };
        Ok(Some(Staging::open(&Request { site, destination, patience })?))
    }

    fn listen_to_signals(&self) -> Result<(), Error> {
        let wrap = |error| Error::bug(format!("could not listen to signals: {error}"));
        if self.is_listening.set(()).is_err() {
            return Ok(());
        }
        for signal in [SIGINT, SIGTERM] {
            // A second signal ends the process at once, as people expect of Ctrl-C.
            signal_hook::flag::register_conditional_default(signal, self.interrupt.flag()).map_err(wrap)?;
            // Which signal it was is known before anybody can see that there was one.
            let number = usize::try_from(signal).unwrap_or_default();
            signal_hook::flag::register_usize(signal, Arc::clone(&self.signal), number).map_err(wrap)?;
            signal_hook::flag::register(signal, self.interrupt.flag()).map_err(wrap)?;
        }
        Ok(())
    }

    fn note_waiting(&self, owner: Option<&Owner>) {
        let by = owner.map_or_else(String::new, |owner| format!(" ({owner})"));
        self.note(&format!("another run is writing the same output{by}: waiting"));
    }

    fn note(&self, text: &str) {
        if self.talk().volume != super::talk::Volume::Quiet {
            let _ = writeln!(io::stderr().lock(), "{}", one_line(text));
        }
    }

    fn pipeline(
        &self,
        site: &Path,
        is_in_place: bool,
        config: &Config,
        standing: &Standing,
        former: Option<&Former>,
        stopwatch: &mut Stopwatch,
    ) -> Result<Finished, Error> {
        let cache = cache_of(config);
        // The output cannot lie in the site, or is the site: publishing refuses the rest.
        let never_enter = cache.iter().map(|cache| cache.folder().to_owned()).collect();
        let selection = Selection { never_enter, keeps_configuration: is_in_place, ..Selection::default() };
        let runner = self.runner(cache, config);
        let pool = Pool::new(Some(config.jobs), memory_for_work(config));
        let bar = Bar::new(self.shows_progress());
        let tools =
            Tools { runner: &runner, pool: &pool, progress: &bar, interrupt: &self.interrupt, standing, former };
        let finished = pipeline::run(site, &selection, config, &tools, stopwatch);
        bar.clear();
        // Work that was cut short looks like a crash, and is none.
        if self.interrupt.is_raised() {
            return Err(Error::Interrupted(Signal::Interrupt));
        }
        if let Some(cache) = runner.cache().filter(|cache| cache.is_unwritable()) {
            let text = format!("no results could be kept in {}; the next run starts anew", cache.folder().display());
            let _ = writeln!(io::stderr().lock(), "note: {}", one_line(&text));
        }
        stopwatch.note_memory_elsewhere(runner.peak_of_workers());
        if let Some(cache) = runner.cache() {
            cache.trim_if_due(CACHE_CAP);
        }
        finished
    }

    fn runner(&self, cache: Option<Cache>, config: &Config) -> Runner {
        let limits = Limits::new(memory::budget(config.memory));
        Runner::new(cache).isolated(Workers::of_this_program(config.isolation, limits, &self.interrupt))
    }

    fn shows_progress(&self) -> bool {
        io::stderr().is_terminal() && self.talk().volume != super::talk::Volume::Quiet
    }

    fn check(&self, site: &Path) -> Result<Exit, Error> {
        let config = self.config()?;
        must_hold_files(site)?;
        self.listen_to_signals()?;
        spill(&config, &std::env::temp_dir());
        let mut stopwatch = Stopwatch::default();
        let finished = self.pipeline(site, false, &config, &Standing::default(), None, &mut stopwatch)?;
        let report = finished.report(Command::Check, &site.display().to_string(), None, &config, &stopwatch);
        self.tell(&report)?;
        Ok(verdict(&report, config.strictness))
    }

    fn check_staged(&self, site: &Path) -> Result<Exit, Error> {
        let config = self.config()?;
        let runner = self.runner(cache_of(&config), &config);
        let report = staged::check(site, &config, &runner)?;
        self.tell(&report)?;
        Ok(verdict(&report, config.strictness))
    }

    fn explain(&self, site: &Path, file: &str) -> Result<Exit, Error> {
        let config = self.config()?;
        must_be_a_folder(site)?;
        let mut stopwatch = Stopwatch::default();
        let finished = self.pipeline(site, false, &config, &Standing::default(), None, &mut stopwatch)?;
        let report = finished.report(Command::Check, &site.display().to_string(), None, &config, &stopwatch);
        say(&story::of(&finished, &report, file)?.render(&self.view()));
        Ok(Exit::Fine)
    }

    fn restore(&self, site: &Path) -> Result<Exit, Error> {
        self.listen_to_signals()?;
        let on_wait = |owner: Option<&Owner>| self.note_waiting(owner);
        let patience = Patience { wait: self.config()?.patience, on_wait: &on_wait, interrupt: &self.interrupt };
        let restored = publish::restore(site, patience)?;
        warn_of_trouble(restored.leftover.as_ref());
        say(&format!("{} is as it was\n", one_line(&site.display().to_string())));
        Ok(Exit::Fine)
    }

    fn init(root: &Path, existing: Existing) -> Result<Exit, Error> {
        let plan = init::plan(root)?;
        let path = init::write(root, &plan.toml, existing)?;
        say(&format!("wrote {}\n\n{}", one_line(&path.display().to_string()), plan.advice));
        Ok(Exit::Fine)
    }

    fn cache(&self, task: CacheTask) -> Result<Exit, Error> {
        let config = self.config()?;
        let config::Cache::At(folder) = &config.cache else {
            return Err(Error::usage(
                "the cache is turned off",
                "leave out --no-cache, or name a folder with --cache-dir",
            ));
        };
        let cache = Cache::new(folder);
        let shown = folder.display().to_string();
        let place = one_line(&shown);
        match task {
            CacheTask::Stats => {
                let stats = cache.stats();
                say(&format!("{} results, {}, in {place}\n", stats.entries, stats.bytes));
            }
            CacheTask::Clear => {
                let stats = cache.stats();
                cache.clear().map_err(|error| Error::input_output("clear", folder, error))?;
                say(&format!("{} results, {}, removed from {place}\n", stats.entries, stats.bytes));
            }
            CacheTask::Gc { max } => {
                let gone = cache.trim(max);
                say(&format!(
                    "{} results, {}, removed from {place}; {} left\n",
                    gone.entries,
                    gone.bytes,
                    cache.stats().bytes
                ));
            }
        }
        Ok(Exit::Fine)
    }

    fn view(&self) -> View {
        let is_terminal = io::stdout().is_terminal();
        let width =
            terminal_size::terminal_size().filter(|_| is_terminal).map_or(80, |(width, _)| usize::from(width.0));
        self.talk().view(width, self.talk().color.decide(is_terminal, &self.environment))
    }

    /// Found out before any work: once the output is published, it is too late to fail.
    fn reports_can_be_written(&self) -> Result<(), Error> {
        for target in &self.talk().reports {
            if let Target::File(path) = &target.to {
                report_file::prove_writable(path)
                    .map_err(|error| Error::input_output("write the report to", path, error))?;
            }
        }
        Ok(())
    }

    /// Sends each report where it was asked to go.
    fn tell(&self, report: &Report) -> Result<(), Error> {
        for target in &self.talk().reports {
            let Some(renderer) = renderer(target.format) else { continue };
            match &target.to {
                Target::Stdout => say(&renderer.render(report, &self.view())),
                Target::File(path) => {
                    let text = renderer.render(report, &View::default());
                    report_file::write(path, &text)
                        .map_err(|error| Error::input_output("write the report to", path, error))?;
                }
            }
        }
        Ok(())
    }
}

/// Publishes; gives the tree as it was right before it took the output's place.
fn publish(
    finished: &mut Finished,
    staging: Staging,
    standing: &Standing,
    config: &Config,
) -> Result<Option<Snapshot>, Error> {
    pipeline::stage(finished, &staging, standing, config.jobs.get())?;
    // Reports speak of neither, and what they say takes memory as well.
    (finished.plan.manifest, finished.plan.artifacts) = Default::default();
    let staged = Snapshot::of(staging.folder(), &[], Warm::Trust, config.jobs.get()).ok();
    let published = staging.publish()?;
    warn_of_trouble(published.trouble.as_ref());
    Ok(staged)
}

fn warn_of_trouble(trouble: Option<&(PathBuf, io::Error)>) {
    if let Some((path, error)) = trouble {
        let text = format!("{} could not be cleared away: {error}; the next run tries again", path.display());
        let _ = writeln!(io::stderr().lock(), "note: {}", one_line(&text));
    }
}

/// The tree published before, where it matters.
fn former(destination: &Destination, staging: Option<&Staging>, config: &Config) -> Result<Option<Former>, Error> {
    if !config.looks_back() {
        return Ok(None);
    }
    match (&config.previous, destination, staging) {
        (config::Previous::At(path), ..) => Ok(Some(Former::named(path))),
        (config::Previous::Output, Destination::InPlace, _) => Err(Error::usage(
            "deploy.keep needs an earlier build, which --in-place does not leave",
            "add --previous PATH with the folder or the manifest of what is deployed, or publish with -o OUT",
        )),
        (config::Previous::Output, _, staging) => Ok(staging.map(|staging| Former::in_output(staging.target()))),
    }
}

/// What is remembered of the last build, where there is a cache to keep it and a place of its own for the output.
fn last_build(
    site: &Path,
    destination: &Destination,
    staging: Option<&Staging>,
    config: &Config,
    former: Option<&Former>,
) -> Option<LastBuild> {
    match (destination, &config.cache) {
        (Destination::Folder { .. }, config::Cache::At(cache)) => {
            // The output is looked at anyway.
            let former = former.filter(|_| config.previous != config::Previous::Output);
            LastBuild::new(site, staging?.target(), config, cache, former.map(Former::digest))
        }
        _ => None,
    }
}

fn must_be_a_folder(site: &Path) -> Result<(), Error> {
    if site.is_dir() { Ok(()) } else { Err(Error::no_site(site)) }
}

/// An empty folder is a build that has failed, or has only begun: nobody wants it published in place of a site, or its
/// budgets praised.
fn must_hold_files(site: &Path) -> Result<(), Error> {
    must_be_a_folder(site)?;
    let is_empty = std::fs::read_dir(site).is_ok_and(|mut entries| entries.next().is_none());
    if is_empty { Err(Error::no_site(site)) } else { Ok(()) }
}

/// History is no part of a site: in place of a working copy it would be gone from there.
fn must_be_no_working_copy(site: &Path) -> Result<(), Error> {
    let Some(name) = walk::version_control(site) else { return Ok(()) };
    let message = format!("{} holds {name}, which --in-place would take out of it", site.display());
    Err(Error::usage(message, "give a folder beside it, such as -o ../out"))
}

/// A quarter of the memory is for bodies that wait to be published; the rest is for the work on them.
fn spill(config: &Config, folder: &Path) {
    body::spill_beyond(ByteSize(memory::budget(config.memory).0 / 4), folder);
}

/// What work may take at the same time.
fn memory_for_work(config: &Config) -> ByteSize {
    ByteSize(memory::budget(config.memory).0 / 4 * 3)
}

fn cache_of(config: &Config) -> Option<Cache> {
    match &config.cache {
        config::Cache::Off => None,
        config::Cache::At(folder) => Some(Cache::new(folder)),
    }
}

fn shown_output(site: &Path, destination: &Destination) -> String {
    match destination {
        Destination::Folder { path, .. } => path.display().to_string(),
        Destination::InPlace | Destination::Nowhere => site.display().to_string(),
    }
}

/// What the findings mean for the exit code.
fn verdict(report: &Report, strictness: Strictness) -> Exit {
    let fails = |finding: &Finding| match strictness {
        Strictness::Lenient => finding.severity >= Severity::Error,
        Strictness::Strict => finding.severity >= Severity::Warning || finding.code == Code::UnprovenReference,
    };
    if report.findings.iter().any(|finding| fails(finding) && finding.code.can_fail()) {
        Exit::Policy
    } else {
        Exit::Fine
    }
}

fn shown(text: &str) -> Exit {
    say(text);
    Exit::Fine
}

fn manual(out: Option<&Path>) -> Result<Exit, Error> {
    let pages = generate::manual()?;
    match out {
        None => {
            if let Some((_, page)) = pages.first() {
                say(&String::from_utf8_lossy(page));
            }
        }
        Some(folder) => {
            let wrap = |error| Error::input_output("write", folder, error);
            std::fs::create_dir_all(folder).map_err(wrap)?;
            for (name, page) in &pages {
                std::fs::write(folder.join(name), page).map_err(wrap)?;
            }
        }
    }
    Ok(Exit::Fine)
}
