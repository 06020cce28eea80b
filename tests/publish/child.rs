//! One run, in a process of its own.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use edgepress::{
    interrupt::Interrupt,
    publish::{Class, Destination, FileMeta, MANIFEST, Overwrite, Patience, PublishError, Request, Staging},
};

use crate::tree;

/// What a child is told.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) site: PathBuf,
    /// `None`: in place of the site.
    pub(crate) output: Option<PathBuf>,
    pub(crate) generation: String,
    pub(crate) files: usize,
    pub(crate) wait: Duration,
}

impl Job {
    /// The command that does it; `wrapper` runs it, if not empty.
    pub(crate) fn command(&self, wrapper: &[&str]) -> Command {
        let this = env::current_exe().unwrap();
        let mut command = match wrapper {
            [] => Command::new(&this),
            [program, arguments @ ..] => {
                let mut command = Command::new(program);
                command.args(arguments).arg(&this);
                command
            }
        };
        command.args(["--exact", "child::child", "--nocapture", "--test-threads=1"]);
        command.env("PUBLISH_SITE", &self.site).env("PUBLISH_GENERATION", &self.generation);
        command.env("PUBLISH_FILES", self.files.to_string()).env("PUBLISH_WAIT", self.wait.as_millis().to_string());
        if let Some(output) = &self.output {
            command.env("PUBLISH_OUTPUT", output);
        }
        command
    }

    /// Runs it to its end: its exit code and what it said.
    pub(crate) fn run(&self, wrapper: &[&str]) -> (i32, String) {
        let output = self.command(wrapper).output().unwrap();
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn from_environment() -> Option<Self> {
        let number = |name: &str| env::var(name).unwrap().parse::<u64>().unwrap();
        Some(Self {
            site: env::var_os("PUBLISH_SITE")?.into(),
            output: env::var_os("PUBLISH_OUTPUT").map(PathBuf::from),
            generation: env::var("PUBLISH_GENERATION").unwrap(),
            files: usize::try_from(number("PUBLISH_FILES")).unwrap(),
            wait: Duration::from_millis(number("PUBLISH_WAIT")),
        })
    }

    fn publish(&self) -> Result<(), PublishError> {
        let interrupt = Interrupt::new();
        let patience = Patience { wait: self.wait, on_wait: &|_| {}, interrupt: &interrupt };
        let destination = match &self.output {
            Some(path) => Destination::Output { path, overwrite: Overwrite::Ours },
            None => Destination::InPlace,
        };
        let staging = Staging::open(&Request { site: &self.site, destination, patience })?;
        let meta = FileMeta { mode: 0o644, modified: SystemTime::UNIX_EPOCH };
        let body = tree::body(&self.generation);
        for n in 0..self.files {
            // Some are taken over and every third is a copy, so that faults meet these ways as well.
            let source = self.site.join("copied");
            if tree::lasts(n) {
                let body = tree::body_of(n, &self.generation);
                if !staging.keep(&tree::name(n), body.len() as u64)? {
                    staging.write(&tree::name(n), &body, meta)?;
                }
            } else if n % 3 == 0 && source.exists() {
                staging.copy(Path::new(&tree::name(n)), &source, None, meta)?;
            } else {
                staging.write(&tree::name(n), &body, meta)?;
            }
        }
        staging.write(MANIFEST, b"{}", meta)?;
        staging.publish().map(drop)
    }
}

#[test]
fn child() {
    let Some(job) = Job::from_environment() else { return };
    let code = match job.publish() {
        Ok(()) => 0,
        Err(error) => {
            let source = std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
            eprintln!("{error}{source}\nhint: {}", error.hint().unwrap_or_default());
            match error.class() {
                Class::Usage => 2,
                Class::InputOutput => 3,
                Class::Locked => 4,
                Class::Bug => 70,
                Class::Interrupted => 130,
            }
        }
    };
    std::process::exit(code);
}
