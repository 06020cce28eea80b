//! Workers that do what their input tells them: this very test program, started again with just the test `worker`.

use std::{
    borrow::Cow,
    hint::black_box,
    time::{Duration, Instant},
};

use super::*;
use crate::{
    action::{Cache, Runner},
    asset::{ByteSize, Digest},
    pack::{Encoding, Packed},
    press::Level,
};

const ROLE: &str = "EDGEPRESS_TEST_WORKER";

#[test]
fn worker() {
    if std::env::var_os(ROLE).is_some() {
        serve(Orders { memory: 300 << 20, stout: 100 << 20 }, act);
    }
}

fn act(action: &Action, input: &[u8]) -> Outcome {
    if matches!(action, Action::Press { options, .. } if options.scan_only == ScanOnly::Yes) && input != b"abort always"
    {
        return action.perform(b"@import 'a.css';");
    }
    match input {
        b"abort" | b"abort always" => std::process::abort(),
        b"exit" => std::process::exit(7),
        b"overflow" => Outcome::Packed(Packed::NotWorthwhile(overflow(0))),
        b"spin" => loop {
            black_box(0);
        },
        b"sleep" => loop {
            std::thread::sleep(Duration::from_secs(1000));
        },
        b"bomb" => Outcome::Packed(Packed::NotWorthwhile(bomb(600))),
        b"stout" => {
            std::mem::forget(black_box(vec![1_u8; 150 << 20]));
            action.perform(input)
        }
        b"killed" => {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            action.perform(input)
        }
        b"read" => Outcome::Packed(Packed::NotWorthwhile(u64::from(std::fs::File::open("/etc/passwd").is_ok()))),
        b"other" => Outcome::Packed(Packed::NotWorthwhile(1)),
        _ => action.perform(input),
    }
}

#[expect(unconditional_recursion, reason = "that is the point")]
fn overflow(depth: u64) -> u64 {
    black_box(overflow(black_box(depth + 1)) + 1)
}

fn bomb(megabytes: usize) -> u64 {
    let mut all = Vec::new();
    for _ in 0..megabytes {
        all.push(black_box(vec![1_u8; 1 << 20]));
    }
    all.iter().map(|part| u64::from(part[7])).sum()
}

fn workers(isolation: Isolation) -> Workers {
    let program = Program {
        path: std::env::current_exe().unwrap(),
        arguments: ["--exact", "action::workers::tests::worker", "--nocapture"].map(OsString::from).to_vec(),
        variables: vec![(ROLE.into(), "1".into())],
    };
    let limits = Limits { memory: ByteSize(300 << 20), time: Duration::from_millis(300) };
    Workers::new(program, isolation, limits, &Interrupt::new())
}

fn css() -> Action<'static> {
    Action::Press { kind: Kind::Css, options: Cow::Owned(Options::default()) }
}

fn pack() -> Action<'static> {
    Action::Pack { encoding: Encoding::Gzip, level: Level::Fast }
}

/// What became of a sheet, and what it is known to name.
fn fate(workers: &Workers, input: &[u8]) -> (String, Vec<String>) {
    let Some(Outcome::Pressed(pressed)) = workers.perform(&css(), input) else { panic!("not pressed") };
    let Shrunk::Kept(KeptBecause::Crashed(note)) = pressed.shrunk else { panic!("{:?}", pressed.shrunk) };
    (note.text, pressed.references.iter().map(|reference| reference.url.to_string()).collect())
}

#[test]
fn every_death_costs_one_file_and_says_why() {
    let workers = workers(Isolation::Auto);
    for (input, why) in [
        ("abort", "its worker died of SIGABRT"),
        ("exit", "its worker ended with code 7"),
        ("bomb", "it takes more memory than --memory allows"),
        ("killed", "its worker was killed, perhaps for want of memory"),
        ("other", "its worker answered nonsense"),
        ("spin", "it took more than 0.3 s"),
        ("sleep", "it took more than 3.0 s"),
    ] {
        assert_eq!(fate(&workers, input.as_bytes()), (why.to_owned(), vec!["a.css".to_owned()]), "{input}");
        let good = b"a { color : red }";
        assert_eq!(workers.perform(&css(), good), Some(css().perform(good)), "after {input}");
    }
    // To fill a large stack takes a slow machine longer than that.
    let patient = Workers {
        limits: Limits { time: Duration::from_secs(10), ..workers.limits },
        ..self::workers(Isolation::Auto)
    };
    let overflow = ("it nests too deep: the stack overflowed".to_owned(), vec!["a.css".to_owned()]);
    assert_eq!(fate(&patient, b"overflow"), overflow);
    assert_eq!(fate(&workers, b"abort always"), ("its worker died of SIGABRT".to_owned(), vec![]));
}

#[test]
fn the_outcome_is_that_of_this_process() {
    let workers = workers(Isolation::On);
    for (action, input) in [
        (css(), b"@import 'x.css'; a { color : red }".to_vec()),
        (css(), b"a{color:red}".to_vec()),
        (pack(), b"some text. ".repeat(100_000)),
        (pack(), Vec::new()),
        (Action::Press { kind: Kind::JsScript, options: Cow::Owned(Options::default()) }, b"var  a = 1 ;\n".to_vec()),
    ] {
        assert_eq!(workers.perform(&action, &input), Some(action.perform(&input)), "{action:?}");
    }
    assert_eq!(workers.idle().len(), 1, "one worker is enough for one thread");
}

#[test]
fn a_stout_worker_makes_room() {
    let workers = workers(Isolation::Auto);
    workers.perform(&css(), b"a{}").unwrap();
    assert_eq!(workers.idle().len(), 1);
    workers.perform(&css(), b"stout").unwrap();
    assert_eq!(workers.idle().len(), 0);
    assert!(workers.peak() > 150 << 20);
}

#[test]
fn what_never_ends_is_given_up() {
    let workers = workers(Isolation::Auto);
    for _ in 0..PATIENCE {
        fate(&workers, b"spin");
    }
    assert_eq!(fate(&workers, b"a{}").0, "not tried: 5 files of its kind took too long");
}

#[test]
fn an_interrupt_ends_the_waiting() {
    let workers = workers(Isolation::Auto);
    workers.perform(&css(), b"a{}").unwrap();
    let (interrupt, begin) = (workers.interrupt.clone(), Instant::now());
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| fate(&workers, b"sleep").0);
        std::thread::sleep(Duration::from_millis(50));
        interrupt.raise();
        assert_eq!(waiting.join().unwrap(), "the run was interrupted");
    });
    assert!(begin.elapsed() < Duration::from_secs(2));
}

#[test]
fn crashes_are_not_kept_for_tomorrow() {
    let folder = tempfile::tempdir().unwrap();
    let runner = Runner::new(Some(Cache::new(folder.path()))).isolated(Some(workers(Isolation::Auto)));
    let run = |input: &[u8]| runner.run(&css(), input, &Digest::of(input));
    run(b"abort");
    assert_eq!(runner.cache().unwrap().stats().entries, 0);
    run(b"a { color : red }");
    assert_eq!(runner.cache().unwrap().stats().entries, 1);
}

#[test]
#[expect(clippy::print_stderr, reason = "says that it was skipped")]
fn workers_open_no_file() {
    let workers = workers(Isolation::On);
    let opened = workers.perform(&pack(), b"read");
    if opened == Some(Outcome::Packed(Packed::NotWorthwhile(1))) {
        eprintln!("skipped: this kernel has no Landlock");
    } else {
        assert_eq!(opened, Some(Outcome::Packed(Packed::NotWorthwhile(0))));
    }
}

#[test]
fn without_workers_there_is_this_process() {
    let nothing = Program { path: "/nonexistent".into(), arguments: vec![], variables: vec![] };
    let limits = Limits::new(ByteSize(1 << 30));
    let workers = Workers::new(nothing, Isolation::On, limits, &Interrupt::new());
    assert_eq!(workers.perform(&css(), b"a{}"), None);
    let silent = Program { path: "/bin/true".into(), arguments: vec![], variables: vec![] };
    let workers = Workers::new(silent, Isolation::On, limits, &Interrupt::new());
    assert_eq!(workers.perform(&css(), b"a{}"), None);
    assert!(workers.refused.load(Ordering::Relaxed));
    assert_eq!(super::tests::workers(Isolation::Auto).perform(&pack(), b""), None, "not covered");
}
