//! The last build of an output, remembered: when site, output, configuration and program are as they were, there is
//! nothing to do; when only some files changed, what the output has of the others still stands.
//!
//! Kept in the cache folder, with a digest; what is missing, damaged or from another layout counts as changed.

use std::{
    fs,
    io::{self, Write},
    iter,
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    asset::Digest,
    config::Config,
    finding::Code,
    parallel,
    report::Report,
    snapshot::{Snapshot, Warm},
    standing::{Made, Standing},
};

/// Changes with the layout of a record.
const LAYOUT: &[u8] = b"edgepress last build 4";

/// Where the record of one output of one site is, and what it must hold to count.
#[derive(Debug)]
pub struct LastBuild {
    site: PathBuf,
    output: PathBuf,
    never_enter: Vec<PathBuf>,
    record: PathBuf,
    threads: usize,
    /// Taken before the site is read: what changes afterwards shows.
    site_before: Option<Snapshot>,
}

/// What is kept. Each part by itself: where nothing changed, the snapshots need not even be taken apart.
struct Record<'a> {
    /// A [`Snapshot`].
    site: &'a [u8],
    /// A [`Snapshot`].
    output: &'a [u8],
    /// Each [`Made`].
    made: &'a [u8],
    /// As JSON: its optional keys may be left out.
    report: &'a [u8],
}

/// What there is to do.
#[derive(Debug)]
pub enum Looked {
    /// Nothing: a build now would lead to the same, which this report tells of.
    Stands(Box<Report>),
    /// A build, in which this much of the output stands.
    Changed(Standing),
}

impl LastBuild {
    /// The memory of building `site` into `output` (a path without links) with `config`, after a tree that lies elsewhere
    /// and has the digest `before`, kept below `cache`; `None` where there is no such site.
    #[must_use]
    pub fn new(site: &Path, output: &Path, config: &Config, cache: &Path, before: Option<Digest>) -> Option<Self> {
        let site = site.canonicalize().ok()?;
        let key = Digest::of_parts([
            LAYOUT,
            site.as_os_str().as_encoded_bytes(),
            output.as_os_str().as_encoded_bytes(),
            config.print().as_bytes(),
            program().as_bytes(),
            before.as_ref().map_or(&[], |digest| &digest.as_bytes()[..]),
        ]);
        Some(Self {
            site,
            output: output.to_owned(),
            never_enter: cache.canonicalize().into_iter().collect(),
            record: cache.join("v1").join("built").join(key.to_string()),
            threads: config.jobs.get(),
            site_before: None,
        })
    }

    /// Looks whether a build now would lead to the same as the last one. To be called by the holder of the output's
    /// lock.
    #[must_use]
    pub fn look(&mut self) -> Looked {
        let at_site = || Snapshot::of(&self.site, &self.never_enter, Warm::Read, self.threads);
        let (site, bytes) = parallel::both(at_site, || self.read());
        let record = bytes.as_deref().and_then(Record::parse);
        let looked = match (&site, record) {
            (Ok(site), Some(then)) => self.compare(&then, site),
            _ => Looked::Changed(Standing::default()),
        };
        self.site_before = site.ok();
        looked
    }

    fn compare(&self, then: &Record<'_>, site: &Snapshot) -> Looked {
        let if_site_is_same = || {
            let report = || serde_json::from_slice(then.report).ok();
            site.is_stored_as(then.site, &self.site).then(report).flatten()
        };
        let at_output = || {
            let output = Snapshot::of(&self.output, &[], Warm::Trust, self.threads).ok()?;
            Some((output.is_stored_as(then.output, &self.output), output))
        };
        let (report, output) = parallel::both(if_site_is_same, at_output);
        match (report, output) {
            (Some(report), Some((true, _))) => Looked::Stands(Box::new(report)),
            (_, Some((_, output))) => Looked::Changed(self.standing(then, &output).unwrap_or_default()),
            (_, None) => Looked::Changed(Standing::default()),
        }
    }

    /// What of the output is as the last build made it.
    fn standing(&self, then: &Record<'_>, now: &Snapshot) -> Option<Standing> {
        let (made, output) = (postcard::from_bytes(then.made).ok()?, postcard::from_bytes(then.output).ok()?);
        Some(Standing::new(&self.output, made, output, now))
    }

    /// Remembers a build whose tree was `staged` before it took the output's place, and what was `made` for it. Failing
    /// to is no failure: the next build has more to do, that is all.
    pub fn remember(self, staged: Snapshot, made: &[Made], report: &Report) {
        // A crash may have been the fault of the day.
        let of_today = |code| matches!(code, Code::InputChanged | Code::Crashed);
        let may_differ = report.findings.iter().any(|finding| of_today(finding.code));
        let Some(site) = self.site_before.as_ref().filter(|_| !may_differ) else { return };
        let Some(output) = staged.alone(&self.output, self.threads) else { return };
        let _ = self.write(site, &output, made, report);
    }

    /// The bytes of the record, if they are those that were written.
    fn read(&self) -> Option<Vec<u8>> {
        let mut bytes = fs::read(&self.record).ok()?;
        let digest = bytes.split_off(bytes.len().checked_sub(32)?);
        (Digest::of(&bytes).as_bytes()[..] == digest).then_some(bytes)
    }

    fn write(&self, site: &Snapshot, output: &Snapshot, made: &[Made], report: &Report) -> io::Result<()> {
        let folder = self.record.parent().unwrap_or(&self.record);
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
        let (site, output, made) = (stored(site)?, stored(output)?, stored(made)?);
        let report = serde_json::to_vec(report)?;
        Record { site: &site, output: &output, made: &made, report: &report }.write(&mut file)?;
        file.persist(&self.record).map_err(|error| error.error)?;
        Ok(())
    }
}

fn stored(part: &(impl Serialize + ?Sized)) -> io::Result<Vec<u8>> {
    postcard::to_stdvec(part).map_err(io::Error::other)
}

/// The length of each part, the parts, and a digest of all that.
impl<'a> Record<'a> {
    fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let parts = [self.site, self.output, self.made, self.report];
        let lengths = parts.map(|part| (part.len() as u64).to_le_bytes());
        let mut digester = Digest::in_parts();
        for bytes in iter::once(lengths.as_flattened()).chain(parts) {
            digester.update(bytes);
            to.write_all(bytes)?;
        }
        to.write_all(digester.finish().as_bytes())
    }

    /// `None` for what was not written like this.
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (lengths, mut bytes) = bytes.split_at_checked(4 * size_of::<u64>())?;
        let mut lengths = lengths.as_chunks().0.iter();
        let mut next = || {
            let length = u64::from_le_bytes(*lengths.next()?);
            let (part, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
            bytes = rest;
            Some(part)
        };
        Some(Self { site: next()?, output: next()?, made: next()?, report: next()? })
    }
}

/// This very program: another build of it may do other things.
fn program() -> String {
    let stamp = || {
        let metadata = std::env::current_exe()?.metadata()?;
        Ok::<_, io::Error>(format!("{} {:?}", metadata.len(), metadata.modified()?))
    };
    format!("{} {}", env!("EDGEPRESS_CODECS"), stamp().unwrap_or_default())
}
