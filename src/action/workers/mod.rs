//! Workers: processes in which other people's parsers may die.
//!
//! An action and its input go in, its outcome comes out, as if it had been performed here. What overflows its stack,
//! eats too much memory or never ends costs its file the pressing, with a reason, and the next file gets a new worker.
//! Workers are this very program, started when first needed, one for each thread that asks at once; they outlive
//! neither the run nor, for long, a large file. They are told bytes and options, never a path.

mod frame;
mod limits;
mod process;
mod serve;

use std::{
    borrow::Cow,
    collections::BTreeMap,
    ffi::OsString,
    io,
    path::PathBuf,
    process::Command,
    sync::{
        Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

pub use limits::Limits;
use process::{Death, Process};
use serve::{Answer, Orders, serve};

use super::{Action, CODECS, Isolation, Outcome};
use crate::{
    asset::Kind,
    interrupt::Interrupt,
    press::{self, KeptBecause, Note, Options, Pressed, ScanOnly, Shrunk},
};

/// The first argument of a worker.
const WORKER: &str = "--edgepress-worker";

/// After so many files of a kind that never ended, others of that kind are not tried: a run must end.
const PATIENCE: u32 = 5;

/// What to start as a worker.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
}

impl Program {
    fn of_this_process(orders: Orders) -> io::Result<Self> {
        // Through this name the very same file, even if another was installed over it meanwhile.
        let path = if cfg!(target_os = "linux") { PathBuf::from("/proc/self/exe") } else { std::env::current_exe()? };
        let orders = [orders.memory, orders.stout].map(|bytes| OsString::from(bytes.to_string()));
        let arguments = [OsString::from(WORKER), OsString::from(CODECS)].into_iter().chain(orders).collect();
        Ok(Self { path, arguments, variables: Vec::new() })
    }

    /// The command, without the environment: nothing in it may influence a result.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).env_clear();
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// Is this process a worker, it serves its run and never comes back.
pub fn serve_if_worker(arguments: &[OsString]) {
    let [_, worker, codecs, memory, stout] = arguments else { return };
    if worker != WORKER || codecs != CODECS {
        return;
    }
    let number = |text: &OsString| text.to_str().and_then(|text| text.parse().ok());
    if let (Some(memory), Some(stout)) = (number(memory), number(stout)) {
        #[expect(clippy::redundant_closure_for_method_calls, reason = "the path alone is not general enough")]
        serve(Orders { memory, stout }, |action, input| action.perform(input));
    }
}

/// The workers of a run.
#[derive(Debug)]
pub struct Workers {
    program: Program,
    limits: Limits,
    isolation: Isolation,
    interrupt: Interrupt,
    idle: Mutex<Vec<Process>>,
    /// Held for reading by all who work, for writing by one who must be alone.
    alone: RwLock<()>,
    /// None could be started: this system does not let us, so actions are performed here.
    refused: AtomicBool,
    started: AtomicBool,
    endless: Mutex<BTreeMap<Kind, u32>>,
    peaks: Mutex<Vec<u64>>,
}

impl Workers {
    /// Workers that run this program, whose `main` must call [`serve_if_worker`] first. `None` when nothing is to be
    /// isolated, or this program cannot be found.
    #[must_use]
    pub fn of_this_program(isolation: Isolation, limits: Limits, interrupt: &Interrupt) -> Option<Self> {
        let stout = (limits.memory.0 / 8).clamp(48 << 20, 256 << 20);
        let program = Program::of_this_process(Orders { memory: limits.memory.0, stout }).ok()?;
        (isolation != Isolation::Off).then(|| Self::new(program, isolation, limits, interrupt))
    }

    fn new(program: Program, isolation: Isolation, limits: Limits, interrupt: &Interrupt) -> Self {
        Self {
            program,
            limits,
            isolation,
            interrupt: interrupt.clone(),
            idle: Mutex::default(),
            alone: RwLock::default(),
            refused: AtomicBool::new(false),
            started: AtomicBool::new(false),
            endless: Mutex::default(),
            peaks: Mutex::default(),
        }
    }

    /// What a worker makes of `action` on `input`; `None` when it is to be performed here.
    pub(super) fn perform(&self, action: &Action, input: &[u8]) -> Option<Outcome> {
        if !self.isolation.covers(action) || self.refused.load(Ordering::Relaxed) {
            return None;
        }
        if let Action::Press { kind, .. } = action
            && self.endless().get(kind).is_some_and(|times| *times >= PATIENCE)
        {
            return Some(kept(action, &format!("not tried: {PATIENCE} files of its kind took too long")));
        }
        let death = match self.ask_twice(action, input)? {
            Ok(outcome) => return Some(outcome),
            Err(death) => death,
        };
        if let (Death::TooSlow(_), Action::Press { kind, .. }) = (death, action) {
            *self.endless().entry(*kind).or_default() += 1;
        }
        Some(self.references_at_least(action, input, death).unwrap_or_else(|| kept(action, &death.to_string())))
    }

    /// Asks a worker, and once more if it was killed: then alone, so that nobody else's work stands in the way.
    fn ask_twice(&self, action: &Action, input: &[u8]) -> Option<Result<Outcome, Death>> {
        let asked = {
            let _among_others = self.alone.read().unwrap_or_else(PoisonError::into_inner);
            self.ask(action, input, &self.limits)?
        };
        if asked.as_ref().err() != Some(&Death::Killed) {
            return Some(asked);
        }
        let _alone = self.alone.write().unwrap_or_else(PoisonError::into_inner);
        self.ask(action, input, &self.limits)
    }

    /// Pressing a file was too much. Finding out what it names may not be.
    fn references_at_least(&self, action: &Action, input: &[u8], death: Death) -> Option<Outcome> {
        let Action::Press { kind, options } = action else { return None };
        if options.scan_only != ScanOnly::No || death == Death::Interrupted {
            return None;
        }
        let options = Options { scan_only: ScanOnly::Yes, ..options.as_ref().clone() };
        // Reading is a small part of pressing: what took too long gets no second helping.
        let limits = Limits { time: self.limits.time / 10, ..self.limits };
        match self.ask(&Action::Press { kind: *kind, options: Cow::Owned(options) }, input, &limits)? {
            Ok(Outcome::Pressed(pressed)) if pressed.shrunk == Shrunk::Kept(KeptBecause::OptedOut) => {
                let shrunk = Shrunk::Kept(KeptBecause::Crashed(Note::new(death.to_string())));
                Some(Outcome::Pressed(Pressed { shrunk, ..pressed }))
            }
            _ => None,
        }
    }

    fn ask(&self, action: &Action, input: &[u8], limits: &Limits) -> Option<Result<Outcome, Death>> {
        let mut process = match self.idle().pop() {
            Some(process) => process,
            None => self.start()?,
        };
        let asked = process.ask(action, input, limits, &self.interrupt);
        Some(asked.map(|Answer { outcome, retires }| {
            if retires {
                self.bury(&process);
            } else {
                self.idle().push(process);
            }
            outcome
        }))
    }

    /// A new worker, or `None` if the system has no room for one; if it has none at all, nobody tries again.
    fn start(&self) -> Option<Process> {
        let process = Process::start(&self.program, &self.interrupt).ok();
        if process.is_some() {
            self.started.store(true, Ordering::Relaxed);
        } else {
            let never = !self.started.load(Ordering::Relaxed) && !self.interrupt.is_raised();
            self.refused.fetch_or(never, Ordering::Relaxed);
        }
        process
    }

    fn bury(&self, process: &Process) {
        self.peaks().push(process.peak());
    }

    /// The most memory that all workers together may have held: the sum of as many peaks as there were workers at once.
    #[must_use]
    pub fn peak(&self) -> u64 {
        let idle = self.idle();
        let mut peaks: Vec<u64> = idle.iter().map(Process::peak).chain(self.peaks().iter().copied()).collect();
        peaks.sort_unstable_by_key(|peak| std::cmp::Reverse(*peak));
        peaks.iter().take(idle.len().max(1)).sum()
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Process>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn endless(&self) -> std::sync::MutexGuard<'_, BTreeMap<Kind, u32>> {
        self.endless.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn peaks(&self) -> std::sync::MutexGuard<'_, Vec<u64>> {
        self.peaks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The outcome of an action that nobody survived.
fn kept(action: &Action, why: &str) -> Outcome {
    match action {
        Action::Press { kind, .. } => {
            let kept = KeptBecause::Crashed(Note::new(why));
            Outcome::Pressed(Pressed { opaque: kind.is_text(), ..press::unread(*kind, kept) })
        }
        Action::Pack { .. } => Outcome::Packed(crate::pack::Packed::Refused(Note::new(why))),
    }
}

#[cfg(test)]
mod tests;
