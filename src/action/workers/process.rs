//! The run's side of one worker: started, asked, watched while it works, and its death certificate read.

use std::{
    borrow::Cow,
    cell::Cell,
    fs,
    io::{self, Read, Write},
    os::{
        fd::OwnedFd,
        unix::{
            net::UnixStream,
            process::{CommandExt, ExitStatusExt},
        },
    },
    process::{Child, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use super::{
    Program, frame,
    limits::Limits,
    serve::{Answer, Request, Usage},
};
use crate::{
    action::{Action, Outcome},
    interrupt::Interrupt,
    press::Options,
};

/// How often a worker is looked at while it works.
const TICK: Duration = Duration::from_millis(100);

/// How long the program may take to start and greet.
const START: Duration = Duration::from_mins(1);

/// How the allocator behaves in a worker. It reserves in small steps: what is reserved counts against the limit of the process.
/// It gives nothing back: pages that come and go cost a script a tenth of its time, and who grows stout retires anyway.
const ALLOCATOR: [(&str, &str); 2] = [("MIMALLOC_ARENA_RESERVE", "65536"), ("MIMALLOC_PURGE_DELAY", "-1")];

/// A living worker.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    stream: UnixStream,
    errors: UnixStream,
    /// Never written to: its end tells the worker that the run is gone.
    _lifeline: UnixStream,
    /// What it was last told about how to press.
    told: Option<Options>,
}

/// Why a worker did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Death {
    /// The run is to stop.
    Interrupted,
    /// It worked for so long.
    TooSlow(Duration),
    OutOfMemory,
    StackOverflow,
    /// Killed from outside: most likely because the machine had no memory left.
    Killed,
    Signal(i32),
    Exit(i32),
    /// It lives, but what it said makes no sense.
    Garbled,
}

impl Process {
    pub(super) fn start(program: &Program, interrupt: &Interrupt) -> io::Result<Self> {
        let (stream, requests) = UnixStream::pair()?;
        let (lifeline, their_lifeline) = UnixStream::pair()?;
        let (errors, their_errors) = UnixStream::pair()?;
        // A worker that says more than fits loses the rest, and never waits for a reader.
        their_errors.set_nonblocking(true)?;
        let mut command = program.command();
        command.envs(ALLOCATOR);
        // Ctrl-C goes to the run, which decides what becomes of its workers.
        command.process_group(0);
        command.stdin(Stdio::from(OwnedFd::from(requests)));
        command.stdout(Stdio::from(OwnedFd::from(their_lifeline)));
        command.stderr(Stdio::from(OwnedFd::from(their_errors)));
        let child = command.spawn()?;
        drop(command);
        stream.set_read_timeout(Some(TICK))?;
        stream.set_write_timeout(Some(TICK))?;
        let mut process = Self { child, stream, errors, _lifeline: lifeline, told: None };
        let watch = Watch::new(START, START, &process.child, interrupt);
        match frame::read(&mut Patient { stream: &process.stream, watch: &watch }, 0) {
            Ok(Some(_)) => Ok(process),
            Ok(None) | Err(_) => Err(io::Error::other(process.certificate(&watch).to_string())),
        }
    }

    /// What the worker makes of `action` on `input`.
    pub(super) fn ask(
        &mut self,
        action: &Action,
        input: &[u8],
        limits: &Limits,
        interrupt: &Interrupt,
    ) -> Result<Answer, Death> {
        let processor = limits.processor(action, input.len());
        let watch = Watch::new(processor, Limits::clock(processor), &self.child, interrupt);
        match self.exchange(action, input, &watch) {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(self.certificate(&watch)),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(Death::Garbled),
            Err(_) => Err(self.certificate(&watch)),
        }
    }

    fn exchange(&mut self, action: &Action, input: &[u8], watch: &Watch) -> io::Result<Option<Answer>> {
        let head = self.request(action)?;
        let mut patient = Patient { stream: &self.stream, watch };
        frame::write(&mut patient, &head, input)?;
        // Nothing that is worth publishing is larger than what it is made from.
        let Some(frame) = frame::read(&mut patient, input.len() as u64)? else { return Ok(None) };
        let garbled = |_| io::Error::from(io::ErrorKind::InvalidData);
        let mut answer: Answer = postcard::from_bytes(&frame.head).map_err(garbled)?;
        let fits = matches!(
            (action, &answer.outcome),
            (Action::Press { .. }, Outcome::Pressed(_)) | (Action::Pack { .. }, Outcome::Packed(_))
        );
        if !fits {
            return Err(io::ErrorKind::InvalidData.into());
        }
        answer.outcome.set_body(frame.body);
        Ok(Some(answer))
    }

    /// Options are many and rarely change: they are only told when they do.
    fn request(&mut self, action: &Action) -> io::Result<Vec<u8>> {
        let request = match action {
            Action::Press { kind, options } => {
                let changed = self.told.as_ref() != Some(options.as_ref());
                if changed {
                    self.told = Some(options.as_ref().clone());
                }
                Request::Press { kind: *kind, options: changed.then_some(Cow::Borrowed(options.as_ref())) }
            }
            Action::Pack { encoding, level } => Request::Pack { encoding: *encoding, level: *level },
        };
        postcard::to_stdvec(&request).map_err(io::Error::other)
    }

    /// Why this worker is of no use any more.
    fn certificate(&mut self, watch: &Watch) -> Death {
        if let Some(death) = watch.verdict.get() {
            return death;
        }
        // Its end of the stream is closed, so it is dead or about to be.
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
        let Some(status) = self.wait(Duration::from_secs(5)) else { return Death::Garbled };
        let mut said = Vec::new();
        let _ = self.errors.set_nonblocking(true).and_then(|()| (&self.errors).read_to_end(&mut said));
        Death::of(status, &String::from_utf8_lossy(&said))
    }

    fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        let begin = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if begin.elapsed() < patience => std::thread::sleep(Duration::from_millis(1)),
                _ => return None,
            }
        }
    }

    /// The most memory it held, in bytes.
    pub(super) fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        kib.unwrap_or(0) * 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks at a worker now and then: how long it takes, and whether the run goes on.
struct Watch<'a> {
    begin: Instant,
    /// Processor time it had used at the first look.
    used: Cell<Option<Duration>>,
    processor: Duration,
    clock: Duration,
    stat: String,
    interrupt: &'a Interrupt,
    verdict: Cell<Option<Death>>,
}

impl<'a> Watch<'a> {
    fn new(processor: Duration, clock: Duration, child: &Child, interrupt: &'a Interrupt) -> Self {
        Self {
            begin: Instant::now(),
            used: Cell::new(None),
            processor,
            clock,
            stat: format!("/proc/{}/stat", child.id()),
            interrupt,
            verdict: Cell::new(None),
        }
    }

    /// Called when nothing has happened for a tick.
    fn look(&self) -> io::Result<()> {
        let verdict = if self.interrupt.is_raised() {
            Some(Death::Interrupted)
        } else if self.begin.elapsed() > self.clock {
            Some(Death::TooSlow(self.clock))
        } else if self.worked() > self.processor {
            Some(Death::TooSlow(self.processor))
        } else {
            None
        };
        self.verdict.set(verdict);
        if verdict.is_some() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    fn worked(&self) -> Duration {
        let stat = fs::read_to_string(&self.stat).unwrap_or_default();
        let used = Usage::read(&stat).map_or(Duration::ZERO, |usage| usage.processor);
        let before = self.used.get().unwrap_or(used);
        self.used.set(Some(before));
        used.saturating_sub(before)
    }
}

/// A stream whose waits are ticks of a watch.
struct Patient<'a> {
    stream: &'a UnixStream,
    watch: &'a Watch<'a>,
}

impl Patient<'_> {
    fn until_done<T>(&self, mut step: impl FnMut() -> io::Result<T>) -> io::Result<T> {
        loop {
            match step() {
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    self.watch.look()?;
                }
                done => return done,
            }
        }
    }
}

impl Read for Patient<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut stream = self.stream;
        self.until_done(|| stream.read(buffer))
    }
}

impl Write for Patient<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let mut stream = self.stream;
        self.until_done(|| stream.write(buffer))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Death {
    fn of(status: ExitStatus, said: &str) -> Self {
        const SIGABRT: i32 = 6;
        const SIGKILL: i32 = 9;
        const SIGXCPU: i32 = 24;
        match status.signal() {
            Some(SIGABRT) if said.contains("has overflowed its stack") => Self::StackOverflow,
            Some(SIGABRT) if said.contains("memory allocation of") => Self::OutOfMemory,
            Some(SIGKILL) => Self::Killed,
            Some(SIGXCPU) => Self::TooSlow(super::limits::RETIREMENT),
            Some(signal) => Self::Signal(signal),
            None => Self::Exit(status.code().unwrap_or_default()),
        }
    }
}

impl std::fmt::Display for Death {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Interrupted => f.write_str("the run was interrupted"),
            Self::TooSlow(limit) => write!(f, "it took more than {:.1} s", limit.as_secs_f64()),
            Self::OutOfMemory => f.write_str("it takes more memory than --memory allows"),
            Self::StackOverflow => f.write_str("it nests too deep: the stack overflowed"),
            Self::Killed => f.write_str("its worker was killed, perhaps for want of memory"),
            Self::Signal(signal) => write!(f, "its worker died of {}", name(*signal)),
            Self::Exit(code) => write!(f, "its worker ended with code {code}"),
            Self::Garbled => f.write_str("its worker answered nonsense"),
        }
    }
}

/// Numbers differ between systems beyond these.
fn name(signal: i32) -> Cow<'static, str> {
    match signal {
        2 => Cow::Borrowed("SIGINT"),
        4 => Cow::Borrowed("SIGILL"),
        6 => Cow::Borrowed("SIGABRT"),
        8 => Cow::Borrowed("SIGFPE"),
        11 => Cow::Borrowed("SIGSEGV"),
        15 => Cow::Borrowed("SIGTERM"),
        other => Cow::Owned(format!("signal {other}")),
    }
}
