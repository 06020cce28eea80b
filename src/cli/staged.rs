//! `edgepress check --staged`: just what git has staged, read from git's index, nothing else.
//!
//! For a hook: text that does not parse is an error here, since it is about to be committed; budgets count the staged
//! files that they match. Names, siblings and headers are none of a commit's business.

use std::{
    borrow::Cow,
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    action::{Action, Outcome as ActionOutcome, Runner},
    asset::{
        AssetPath, Base, Digest, Kind, Reference, Role,
        url::{self, Target},
    },
    classify,
    config::Config,
    error::Error,
    finding::{Code, Finding, Severity},
    judge::{self, Weighed},
    pack::{Encoding, Packed},
    pipeline::Stopwatch,
    press::{KeptBecause, Pressed, Shrunk},
    report::{Command as ReportCommand, FileReport, Outcome, Report, SCHEMA, Seconds, Totals, Wire},
};

/// One staged file.
struct Staged {
    path: AssetPath,
    bytes: Vec<u8>,
}

/// Checks what is staged beneath `site`.
///
/// # Errors
/// When git cannot be asked.
pub(super) fn check(site: &Path, config: &Config, runner: &Runner) -> Result<Report, Error> {
    let mut stopwatch = Stopwatch::default();
    let files = stopwatch.time("walk", || staged_files(site, config))?;
    let looked: Vec<(FileReport, Vec<Finding>)> =
        stopwatch.time("press", || files.iter().map(|file| look(site, file, config, runner)).collect());
    let (verdicts, over) = stopwatch.time("judge", || {
        let weighed: Vec<Weighed> = looked.iter().map(|(file, _)| weigh(file)).collect();
        judge::judge(&weighed, &config.budgets)
    });
    let mut findings: Vec<Finding> = looked.iter().flat_map(|(_, findings)| findings.clone()).chain(over).collect();
    findings.sort();
    let files: Vec<FileReport> = looked.into_iter().map(|(file, _)| file).collect();
    let sum = |of: &dyn Fn(&FileReport) -> u64| files.iter().map(of).sum::<u64>();
    Ok(Report {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        level: config.level,
        command: ReportCommand::Check,
        site: site.display().to_string(),
        published: None,
        unchanged: false,
        input: Totals { files: files.len() as u64, bytes: sum(&|file| file.bytes_in) },
        output: Totals { files: files.len() as u64, bytes: sum(&|file| file.bytes_out) },
        earlier: Totals::default(),
        wire: Wire {
            identity: sum(&|file| file.bytes_out),
            gzip: sum(&|file| file.gzip.unwrap_or(file.bytes_out)),
            brotli: sum(&FileReport::brotli_or_plain),
            zstd: sum(&|file| file.bytes_out),
        },
        seconds: Seconds { wall: stopwatch.wall(), cpu: stopwatch.cpu() },
        peak_rss: 0,
        stages: stopwatch.stages().to_vec(),
        files,
        budgets: verdicts,
        findings,
    })
}

fn weigh(file: &FileReport) -> Weighed<'_> {
    Weighed {
        path: &file.path,
        name: &file.path,
        kind: file.kind,
        identity: file.bytes_out,
        gzip: file.gzip.unwrap_or(file.bytes_out),
        brotli: file.brotli_or_plain(),
        links: &[],
    }
}

fn look(root: &Path, file: &Staged, config: &Config, runner: &Runner) -> (FileReport, Vec<Finding>) {
    let path = file.path.as_str();
    let head = &file.bytes[..file.bytes.len().min(classify::HEAD)];
    let kind = classify::kind(&file.path, head, head.len() == file.bytes.len());
    let mut report = FileReport::new(path, kind, file.bytes.len() as u64);
    let digest = Digest::of(&file.bytes);
    let action = Action::Press { kind, options: Cow::Owned(config.press_options()) };
    let ActionOutcome::Pressed(pressed) = runner.run(&action, &file.bytes, &digest).outcome else {
        return (report, Vec::new());
    };
    let mut findings = findings_of(path, kind, file.bytes.len(), &pressed);
    findings.extend(broken_references(root, file, &pressed, config));
    report.kind = pressed.kind;
    let published = match &pressed.shrunk {
        Shrunk::Smaller(bytes) => {
            report.result = Outcome::Smaller;
            bytes.as_slice()
        }
        Shrunk::Kept(reason) => {
            report = report.kept(reason);
            &file.bytes
        }
    };
    report.bytes_out = published.len() as u64;
    if pressed.kind.is_compressible() && !config.budgets.is_empty() {
        let travels = |encoding| wire_size(published, encoding, config, runner);
        (report.gzip, report.brotli) = (Some(travels(Encoding::Gzip)), Some(travels(Encoding::Br)));
    }
    (report, findings)
}

fn wire_size(body: &[u8], encoding: Encoding, config: &Config, runner: &Runner) -> u64 {
    let action = Action::Pack { encoding, level: config.level };
    match runner.run(&action, body, &Digest::of(body)).outcome {
        ActionOutcome::Packed(packed) => Packed::wire(&packed, body.len() as u64),
        ActionOutcome::Pressed(_) => body.len() as u64,
    }
}

/// References to files of the site that are not there. Routes, and what only a page can resolve, are left alone.
fn broken_references(site: &Path, file: &Staged, pressed: &Pressed, config: &Config) -> Vec<Finding> {
    let base = config.base_path().unwrap_or("/");
    let folder = match &pressed.base {
        Some(_) => return Vec::new(),
        None => file.path.folder(),
    };
    let is_broken = |reference: &&Reference| {
        let is_bare = reference.base == Base::Specifier && !reference.url.starts_with(['.', '/']);
        let is_open = matches!(reference.role, Role::Navigation | Role::SourceMap) || reference.base == Base::Page;
        !is_bare
            && !is_open
            && matches!(url::resolve(&reference.url, folder, base),
            Target::Site(path) if !site.join(&path).exists())
    };
    let finding = |reference: &Reference| {
        let message = format!("{:?} leads to no file", &*reference.url);
        Finding::new(Code::BrokenReference, file.path.as_str(), message).at(reference.at)
    };
    pressed.references.iter().filter(is_broken).map(finding).collect()
}

/// A picture that could lose this share is worth a word.
const WORTH_A_WORD_PER_CENT: usize = 10;

fn findings_of(path: &str, kind: Kind, bytes: usize, pressed: &Pressed) -> Vec<Finding> {
    match &pressed.shrunk {
        Shrunk::Kept(KeptBecause::Unparsable(note)) => {
            let finding = Finding::new(Code::Unparsable, path, note.text.clone()).at(note.at);
            vec![finding.severity(Severity::Error)]
        }
        Shrunk::Smaller(smaller) if !kind.is_text() => {
            let saved = bytes.saturating_sub(smaller.len());
            let message = format!("could be {saved} bytes smaller without losing a pixel");
            let finding = Finding::new(Code::Remark, path, message);
            if saved * 100 >= bytes * WORTH_A_WORD_PER_CENT { vec![finding] } else { Vec::new() }
        }
        Shrunk::Kept(_) | Shrunk::Smaller(_) => Vec::new(),
    }
}

/// Every added or changed file of the index beneath `site`, relative to it.
fn staged_files(site: &Path, config: &Config) -> Result<Vec<Staged>, Error> {
    let listed = git(site, &["diff", "--cached", "--name-only", "--diff-filter=ACMR", "--relative", "-z"])?;
    let names = listed.split(|&byte| byte == 0).filter_map(|name| String::from_utf8(name.to_vec()).ok());
    let paths: Vec<AssetPath> =
        names.filter_map(|name| AssetPath::new(name).ok()).filter(|path| config.takes(path.as_str())).collect();
    let bodies = bodies(site, &paths)?;
    let with_body = |(path, bytes): (AssetPath, Option<Vec<u8>>)| Some(Staged { path, bytes: bytes? });
    Ok(paths.into_iter().zip(bodies).filter_map(with_body).collect())
}

fn failed(site: &Path, source: impl Into<crate::error::Source>) -> Error {
    Error::input_output("ask git about", site, source)
}

fn git(site: &Path, arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let output = Command::new("git").arg("-C").arg(site).args(arguments).stdin(Stdio::null()).output();
    let output = output.map_err(|error| failed(site, error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or("git failed").to_owned();
    Err(failed(site, message))
}

/// The staged bytes of each path, through one git process. `None` for what is no file, such as a submodule.
fn bodies(site: &Path, paths: &[AssetPath]) -> Result<Vec<Option<Vec<u8>>>, Error> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(site)
        .args(["cat-file", "--batch", "-z"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(site, error))?;
    let broken = || failed(site, io::Error::from(io::ErrorKind::BrokenPipe));
    let mut input = child.stdin.take().ok_or_else(broken)?;
    let mut output = BufReader::new(child.stdout.take().ok_or_else(broken)?);
    let mut bodies = Vec::with_capacity(paths.len());
    for path in paths {
        write!(input, ":./{path}\0").and_then(|()| input.flush()).map_err(|error| failed(site, error))?;
        bodies.push(next_body(&mut output).map_err(|error| failed(site, error))?);
    }
    drop(input);
    child.wait().map_err(|error| failed(site, error))?;
    Ok(bodies)
}

fn next_body(output: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut header = String::new();
    output.read_line(&mut header)?;
    let mut fields = header.split_ascii_whitespace().rev();
    let (size, kind) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
    let Ok(size) = size.parse::<usize>() else { return Ok(None) };
    let mut bytes = vec![0; size + 1];
    output.read_exact(&mut bytes)?;
    bytes.truncate(size);
    Ok((kind == "blob").then_some(bytes))
}
