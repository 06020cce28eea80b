//! The last build of an output, remembered: when site, output, configuration and program are as they were, there is
//! nothing to do; when only some files changed, what the output has of the others still stands.
//!
//! Kept in the cache folder, with a digest; what is missing, damaged or from another layout counts as changed.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    asset::Digest,
    config::Config,
    finding::Code,
    report::Report,
    snapshot::{Snapshot, Warm},
    standing::{Made, Standing},
};

/// Changes with the layout of a record.
const LAYOUT: &[u8] = b"edgepress last build 3";

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

#[derive(Deserialize)]
struct Record {
    site: Snapshot,
    output: Snapshot,
    made: Vec<Made>,
    /// As JSON: its optional keys may be left out.
    report: String,
}

/// A [`Record`] as it is written.
#[derive(Serialize)]
struct Written<'a> {
    site: &'a Snapshot,
    output: &'a Snapshot,
    made: &'a [Made],
    report: &'a str,
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
        let record = self.read();
        let Ok(site) = Snapshot::of(&self.site, &self.never_enter, Warm::Read, self.threads) else {
            return Looked::Changed(Standing::default());
        };
        let output = record.as_ref().and_then(|_| Snapshot::of(&self.output, &[], Warm::Trust, self.threads).ok());
        let looked = match record.zip(output) {
            Some((then, output)) => self.compare(then, &site, &output),
            None => Looked::Changed(Standing::default()),
        };
        self.site_before = Some(site);
        looked
    }

    fn compare(&self, then: Record, site: &Snapshot, output: &Snapshot) -> Looked {
        let is_same = then.site.is_like(site, &self.site) && then.output.is_like(output, &self.output);
        if is_same && let Ok(report) = serde_json::from_str(&then.report) {
            return Looked::Stands(Box::new(report));
        }
        Looked::Changed(Standing::new(&self.output, then.made, then.output, output))
    }

    /// Remembers a build whose tree was `staged` before it took the output's place, and what was `made` for it. Failing
    /// to is no failure: the next build has more to do, that is all.
    pub fn remember(self, staged: Snapshot, made: &[Made], report: &Report) {
        // A crash may have been the fault of the day.
        let of_today = |code| matches!(code, Code::InputChanged | Code::Crashed);
        let may_differ = report.findings.iter().any(|finding| of_today(finding.code));
        let Some(site) = self.site_before.as_ref().filter(|_| !may_differ) else { return };
        let Some(output) = staged.alone(&self.output, self.threads) else { return };
        if let Ok(report) = serde_json::to_string(report) {
            let _ = self.write(&Written { site, output: &output, made, report: &report });
        }
    }

    fn read(&self) -> Option<Record> {
        let bytes = fs::read(&self.record).ok()?;
        let (digest, record) = bytes.split_at_checked(32)?;
        if Digest::of(record).as_bytes() != digest {
            return None;
        }
        postcard::from_bytes(record).ok()
    }

    fn write(&self, record: &Written<'_>) -> io::Result<()> {
        let folder = self.record.parent().unwrap_or(&self.record);
        fs::create_dir_all(folder)?;
        let record = postcard::to_stdvec(record).map_err(io::Error::other)?;
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
        file.write_all(Digest::of(&record).as_bytes())?;
        file.write_all(&record)?;
        file.persist(&self.record).map_err(|error| error.error)?;
        Ok(())
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
