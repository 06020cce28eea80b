//! The worker's side: reads requests, performs them, answers, until the run is gone.
//!
//! It opens no file, knows no path, and is told nothing but actions and bytes.

use std::{
    fs::File,
    io::{self, Read, Seek},
    os::{fd::AsFd, unix::net::UnixStream},
    process, thread,
};

use serde::{Deserialize, Serialize};

use super::{frame, limits};
use crate::{
    action::{Action, Outcome},
    asset::Kind,
    pack::Encoding,
    press::{Level, Options},
};

/// As in the pool: parsers recurse.
const STACK: usize = 512 << 20;

/// What a run asks of a worker.
#[derive(Debug, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "there is one per thread, and nearly all are a press")]
pub(super) enum Request<'a> {
    /// [`Action::Press`].
    Press {
        kind: Kind,
        /// `None`: the same as last time.
        options: Option<std::borrow::Cow<'a, Options>>,
    },
    /// [`Action::Pack`].
    Pack { encoding: Encoding, level: Level },
}

/// What a worker answers; bytes that were made are the frame's body.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) outcome: Outcome,
    /// Whether the worker has grown too large or too old to go on.
    pub(super) retires: bool,
}

/// What a worker is told at its start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Orders {
    /// Bytes that its work may take.
    pub(super) memory: u64,
    /// Resident bytes from which on it makes room for a new one.
    pub(super) stout: u64,
}

/// Serves the run at the other end of standard input and ends this process.
///
/// Standard output is only there to end with the run: also a worker that is busy notices that it is alone.
pub(super) fn serve(orders: Orders, perform: impl FnMut(&Action, &[u8]) -> Outcome + Send + 'static) -> ! {
    std::panic::set_hook(Box::new(|_| {}));
    let code = begin(orders, perform).map_or(1, |()| 0);
    process::exit(code)
}

fn begin(orders: Orders, perform: impl FnMut(&Action, &[u8]) -> Outcome + Send + 'static) -> io::Result<()> {
    let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let lifeline = UnixStream::from(io::stdout().as_fd().try_clone_to_owned()?);
    thread::Builder::new().stack_size(64 << 10).spawn(move || end_with(lifeline))?;
    let stat = File::open("/proc/self/stat").ok();
    limits::bind(orders.memory, STACK as u64);
    let work = thread::Builder::new().stack_size(STACK).spawn(move || answer_all(stream, stat, orders, perform))?;
    work.join().unwrap_or_else(|_| Err(io::Error::other("a worker panicked")))
}

fn end_with(mut lifeline: UnixStream) {
    // Nothing is ever written to it; until its end, this thread waits here.
    let _ = lifeline.read_to_end(&mut Vec::new());
    process::exit(0)
}

fn answer_all(
    mut stream: UnixStream,
    mut stat: Option<File>,
    orders: Orders,
    mut perform: impl FnMut(&Action, &[u8]) -> Outcome,
) -> io::Result<()> {
    frame::write(&mut stream, &[], &[])?;
    let mut known = Options::default();
    while let Some(frame) = frame::read(&mut stream, u64::MAX)? {
        let request = postcard::from_bytes(&frame.head).map_err(io::Error::other)?;
        let action = match request {
            Request::Press { kind, options } => {
                if let Some(options) = options {
                    known = options.into_owned();
                }
                Action::Press { kind, options: std::borrow::Cow::Borrowed(&known) }
            }
            Request::Pack { encoding, level } => Action::Pack { encoding, level },
        };
        let outcome = perform(&action, &frame.body);
        drop(frame);
        // Who retires waits for its end: how much memory it held is asked while it lives.
        let answer = Answer { outcome, retires: stat.as_mut().is_some_and(|stat| is_spent(stat, orders.stout)) };
        let head = postcard::to_stdvec(&answer).map_err(io::Error::other)?;
        frame::write(&mut stream, &head, answer.outcome.body())?;
    }
    Ok(())
}

/// Whether this process has grown stout or old. Reads a file that was opened before none could be.
fn is_spent(stat: &mut File, stout: u64) -> bool {
    let mut text = String::new();
    if stat.rewind().and_then(|()| stat.read_to_string(&mut text)).is_err() {
        return false;
    }
    let usage = Usage::read(&text);
    usage.is_some_and(|usage| usage.resident > stout || usage.processor > limits::RETIREMENT)
}

/// What a process has used, as `/proc/PID/stat` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) processor: std::time::Duration,
    pub(super) resident: u64,
}

impl Usage {
    pub(super) fn read(stat: &str) -> Option<Self> {
        // The name, in parentheses, may hold blanks.
        let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
        let user: u64 = fields.nth(11)?.parse().ok()?;
        let system: u64 = fields.next()?.parse().ok()?;
        let pages: u64 = fields.nth(8)?.parse().ok()?;
        // Linux counts hundredths of a second here, whatever its own clock does.
        Some(Self { processor: std::time::Duration::from_millis((user + system) * 10), resident: pages * 4096 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_read_past_odd_names() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 80 0 0 0 12 3 0 0 20 0 1 0 100 9000000 250 18446744073709551615";
        let usage = Usage { processor: std::time::Duration::from_millis(150), resident: 250 * 4096 };
        assert_eq!(Usage::read(stat), Some(usage));
        assert_eq!(Usage::read("nothing"), None);
    }
}
