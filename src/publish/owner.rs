//! Who holds a lock: written into the lock for people, and relied on where files cannot be locked.

use std::{fmt, fs, path::Path, str::FromStr};

/// A process on some machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pid: u32,
    /// When it began, in the kernel's own count: tells it from a later process of the same number. Empty if unknown.
    began: String,
    host: String,
}

impl Owner {
    /// This process.
    pub(super) fn this() -> Self {
        let pid = std::process::id();
        Self { pid, began: began(pid), host: host() }
    }

    /// Who the file at `path` names.
    pub(super) fn read(path: &Path) -> Option<Self> {
        fs::read_to_string(path).ok()?.parse().ok()
    }

    /// Whether it runs on this machine, as far as the host name tells.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.host == host()
    }

    /// Whether it certainly runs no more.
    pub(super) fn is_dead(&self) -> bool {
        self.is_here() && (!is_running(self.pid) || self.began != began(self.pid))
    }

    pub(super) fn to_line(&self) -> String {
        format!("{} {} {}\n", self.pid, if self.began.is_empty() { "-" } else { &self.began }, self.host)
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on {}", self.pid, self.host)
    }
}

impl FromStr for Owner {
    type Err = ();

    fn from_str(line: &str) -> Result<Self, ()> {
        let mut parts = line.trim_end().splitn(3, ' ');
        let (Some(pid), Some(began), Some(host)) = (parts.next(), parts.next(), parts.next()) else { return Err(()) };
        let began = if began == "-" { "" } else { began };
        Ok(Self { pid: pid.parse().map_err(drop)?, began: began.to_owned(), host: host.to_owned() })
    }
}

fn host() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").unwrap_or_default();
    name
}

fn is_running(pid: u32) -> bool {
    #[cfg(unix)]
    {
        let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
        // Anything but "no such process" (such as "not permitted") means that it is there.
        pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
    }
    #[cfg(not(unix))]
    {
        let _ = pid;
        true
    }
}

fn began(pid: u32) -> String {
    // Field 22 of the process's line, counted behind the program's name, which may contain anything.
    let line = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = line.rsplit_once(')').map_or("", |(_, rest)| rest);
    after_name.split_ascii_whitespace().nth(19).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_living_from_the_dead() {
        let this = Owner::this();
        assert_eq!(this.to_line().parse(), Ok(this.clone()));
        assert!(!this.is_dead());
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let dead = Owner { pid: child.id(), ..this.clone() };
        child.wait().unwrap();
        assert!(dead.is_dead());
        assert!(!Owner { host: "elsewhere".to_owned(), ..dead }.is_dead());
        if cfg!(target_os = "linux") {
            assert!(Owner { began: "1".to_owned(), ..this }.is_dead());
        }
        for line in ["", "x - host", "12", "12 -"] {
            assert_eq!(line.parse::<Owner>(), Err(()), "{line}");
        }
    }
}
