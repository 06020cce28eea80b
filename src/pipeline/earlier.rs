//! Assets of earlier builds that stay: the tree that was published before in, those of its files that are still whole
//! and go out beside the new ones, with what there is to say of the rest.
//!
//! Every file is read and compared with its digest, and its siblings with it: a manifest is a promise, and the folder
//! may have been touched since.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::{
    asset::Digest,
    config::Config,
    finding::{Code, Finding, Severity},
    pack, parallel,
    plan::{MANIFEST_NAME, Previous, PublishedFile, Sibling},
    publish::FileMeta,
    text::count,
    walk,
};

/// Reading a file and decoding its siblings takes about as long as starting a thread.
const FILES_WORTH_A_THREAD: usize = 2;

/// A tree that was published before.
#[derive(Debug, Default)]
pub struct Former {
    folder: PathBuf,
    pub(super) manifest: Previous,
    /// Why nothing is known of it, where something should be.
    trouble: Option<Finding>,
}

/// One file of it that stays.
#[derive(Debug)]
pub struct EarlierFile {
    /// What it is.
    pub published: PublishedFile,
    /// Each of its names with where it lies and what it carries; none where only the deployed tree has it.
    pub sources: Vec<(String, PathBuf, FileMeta)>,
}

impl EarlierFile {
    /// Its bytes in the output, siblings left out.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        if self.sources.is_empty() { 0 } else { self.published.bytes }
    }
}

impl Former {
    /// The tree in the output that is to be replaced; empty where there is none.
    #[must_use]
    pub fn in_output(output: &Path) -> Self {
        let mut former = Self::named(output);
        former.trouble = former.trouble.filter(|trouble| trouble.severity > Severity::Info);
        former
    }

    /// The tree that the user named: its folder, or its manifest alone.
    #[must_use]
    pub fn named(path: &Path) -> Self {
        let (folder, manifest) = if path.is_file() {
            (path.parent().unwrap_or(Path::new("")).to_owned(), path.to_owned())
        } else {
            (path.to_owned(), path.join(MANIFEST_NAME))
        };
        let read = || {
            let bytes = fs::read(&manifest).map_err(|error| (error.kind(), error.to_string()))?;
            Previous::parse(&bytes).map_err(|wrong| (io::ErrorKind::InvalidData, wrong))
        };
        match read() {
            Ok(manifest) => Self { folder, manifest, trouble: None },
            Err((kind, wrong)) => {
                let message = format!("nothing is known of an earlier build: {}: {wrong}", manifest.display());
                let finding = Finding::new(Code::EarlierBuild, "", message);
                let hint = "right for a first deployment; else name the folder or the manifest of what is deployed";
                let is_first = kind == io::ErrorKind::NotFound;
                let severity = if is_first { Severity::Info } else { Severity::Warning };
                Self { folder, trouble: Some(finding.hint(hint).severity(severity)), ..Self::default() }
            }
        }
    }

    /// What tells it from others.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(format!("{:?}", self.manifest).as_bytes())
    }

    /// The files of it that stay beside `published`.
    pub(super) fn staying(&self, published: &[PublishedFile], config: &Config) -> (Vec<EarlierFile>, Vec<Finding>) {
        let mut findings: Vec<Finding> = self.trouble.iter().cloned().collect();
        let files = self.manifest.staying(published, config.keep_builds);
        let looked_at = parallel::map(config.jobs.get(), FILES_WORTH_A_THREAD, &files, |file| self.look(file));
        let mut staying = Vec::new();
        for (file, looked) in files.into_iter().zip(looked_at) {
            match looked {
                Ok(earlier) => staying.push(earlier),
                Err(wrong) => {
                    let message = format!("an asset of an earlier build is not kept: {wrong}");
                    findings.push(Finding::new(Code::EarlierBuild, file.path.as_str(), message));
                }
            }
        }
        findings.extend(elsewhere(&staying));
        (staying, findings)
    }

    fn look(&self, file: &PublishedFile) -> Result<EarlierFile, String> {
        let (body, meta) = match self.read(file.path.as_str()) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let published = PublishedFile { is_elsewhere: true, ..file.clone() };
                return Ok(EarlierFile { published, sources: Vec::new() });
            }
            Err(error) => return Err(error.to_string()),
        };
        if Digest::of(&body) != file.digest {
            return Err("its bytes are not what was published".to_owned());
        }
        let mut published = PublishedFile { is_elsewhere: false, siblings: Vec::new(), ..file.clone() };
        let mut sources = vec![(file.path.to_string(), self.folder.join(file.path.as_str()), meta)];
        for sibling in &file.siblings {
            let name = sibling.encoding.beside(file.path.as_str());
            if let Some(meta) = self.sibling(&name, *sibling, &body) {
                sources.push((name.clone(), self.folder.join(name), meta));
                published.siblings.push(*sibling);
            }
        }
        Ok(EarlierFile { published, sources })
    }

    /// A sibling that is not what it was is left out: the file is what counts.
    fn sibling(&self, name: &str, sibling: Sibling, body: &[u8]) -> Option<FileMeta> {
        let (encoded, meta) = self.read(name).ok()?;
        let decoded = pack::decode(&encoded, sibling.encoding, body.len()).ok()?;
        (encoded.len() as u64 == sibling.bytes && decoded == body).then_some(meta)
    }

    fn read(&self, name: &str) -> io::Result<(Vec<u8>, FileMeta)> {
        let mut file = walk::open(&self.folder.join(name))?;
        let metadata = file.metadata()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok((bytes, FileMeta { mode: walk::mode(&metadata), modified: metadata.modified()? }))
    }
}

/// What only the place has where the last tree was deployed.
fn elsewhere(staying: &[EarlierFile]) -> Option<Finding> {
    let missing: Vec<&EarlierFile> = staying.iter().filter(|file| file.sources.is_empty()).collect();
    let first = missing.first()?;
    let message = format!(
        "{} of earlier builds counted on where they were deployed, not written here: {}{}",
        count(missing.len() as u64, "asset", "assets"),
        first.published.path,
        if missing.len() > 1 { ", ..." } else { "" }
    );
    let hint = "right when files are copied to a host that keeps what it has; else build where the earlier output is";
    Some(Finding::new(Code::EarlierBuild, "", message).hint(hint).severity(Severity::Info))
}
