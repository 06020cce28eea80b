//! Runs of the program under something else: a tracer that makes calls fail, a shell that sets limits, a namespace.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::OnceLock,
};

use crate::harness::{Run, Site};

/// Whether strace is there and may trace; said aloud if not.
pub(crate) fn has_strace() -> bool {
    static HAS: OnceLock<bool> = OnceLock::new();
    *HAS.get_or_init(|| works("strace", &["-f", "-o", "/dev/null", "true"]))
}

/// Whether namespaces of our own can be had.
pub(crate) fn has_namespaces() -> bool {
    static HAS: OnceLock<bool> = OnceLock::new();
    *HAS.get_or_init(|| works("unshare", &["-rmn", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]))
}

fn works(program: &str, arguments: &[&str]) -> bool {
    let works = Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    if !works {
        eprintln!("skipped: {program} is not there or may not do its work");
    }
    works
}

impl Site {
    /// The program with `arguments`, run by `wrapper`.
    pub(crate) fn wrapped(&self, wrapper: &[&str], arguments: &[&str]) -> Run {
        let inner = self.command(arguments);
        let mut command = Command::new(wrapper[0]);
        command.args(&wrapper[1..]).arg(inner.get_program()).args(inner.get_args());
        command.current_dir(self.path("")).env_clear();
        command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.stdin(Stdio::null());
        Run::of(command.output().unwrap(), arguments)
    }

    /// A run in which the system does to calls what strace is told by `injections`.
    pub(crate) fn injected(&self, injections: &[&str], arguments: &[&str]) -> Run {
        let mut wrapper = vec!["strace", "-f", "-qq", "-o", "/dev/null"];
        wrapper.extend(injections);
        self.wrapped(&wrapper, arguments)
    }

    /// A run in a namespace where `disk` is a small file system of its own; its end is what `disk` holds after it.
    pub(crate) fn on_small_disk(&self, options: &str, arguments: &[&str]) -> Run {
        fs::create_dir_all(self.path("disk")).unwrap();
        let script = format!(
            "mount -t tmpfs -o {options} none disk || exit 99; \"$0\" \"$@\"; code=$?; ls -A disk >&2; exit $code"
        );
        self.wrapped(&["unshare", "-rm", "sh", "-c", &script], arguments)
    }

    /// What a run calls, as strace writes it down.
    pub(crate) fn traced(&self, calls: &str, arguments: &[&str]) -> String {
        let log = tempfile::NamedTempFile::new().unwrap();
        let trace = format!("trace={calls}");
        let wrapper = ["strace", "-f", "-qq", "-y", "-s", "4096", "-o", log.path().to_str().unwrap(), "-e", &trace];
        self.wrapped(&wrapper, arguments).code(0);
        fs::read_to_string(log.path()).unwrap()
    }
}

/// The children of a process: its workers.
pub(crate) fn children(process: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let all = lists.collect::<Vec<_>>().join(" ");
    all.split_ascii_whitespace().filter_map(|number| number.parse().ok()).collect()
}

/// Whether `process` runs (and is no zombie).
pub(crate) fn is_alive(process: u32) -> bool {
    let stat = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

/// Processor time of `process` in hundredths of a second.
pub(crate) fn worked(process: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let user = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(11)?.parse().ok());
    user.unwrap_or(0)
}

/// Sends `signal` (such as `-KILL`) to `process`.
pub(crate) fn send(signal: &str, process: u32) {
    let _ = Command::new("kill").args([signal, &process.to_string()]).output();
}
