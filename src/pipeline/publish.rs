//! From a finished site to a staged tree.

use std::{collections::BTreeSet, io, path::Path};

use super::{Asset, EarlierFile, Finished, PackedAsset};
use crate::{
    body::Body,
    error::Error,
    parallel,
    plan::MANIFEST_NAME,
    publish::{Copied, Expected, FileMeta, Staging},
    standing::Standing,
    walk::Found,
};

/// Writing a file with its siblings takes as long as starting some threads.
const FILES_WORTH_A_THREAD: usize = 8;

/// Writes everything into `staging`, on up to `threads` threads, ready to be published. What stands is not written again.
///
/// # Errors
/// When anything cannot be written, or the input changed: then nothing may be published.
pub fn stage(finished: &Finished, staging: &Staging, standing: &Standing, threads: usize) -> Result<(), Error> {
    let artifacts: BTreeSet<&str> = finished.plan.artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    // A host file of the site's own is part of the artifact that replaces it.
    let is_asset = |(asset, _): &(&PackedAsset, &Asset)| !artifacts.contains(asset.named.name.as_str());
    let assets = finished.packed.assets.iter().zip(&finished.gathered.assets);
    let assets: Vec<(&PackedAsset, &Asset)> = assets.filter(is_asset).collect();
    parallel::try_map(threads, FILES_WORTH_A_THREAD, &assets, |(asset, gathered)| {
        let found = &gathered.found;
        let meta = FileMeta { mode: found.mode, modified: finished.modified(asset, found, standing) };
        write_asset(&Target { staging, standing, found, meta }, asset)
    })?;
    parallel::try_map(threads, FILES_WORTH_A_THREAD, &finished.earlier, |file| write_earlier(staging, file))?;
    for odd in &finished.gathered.odd {
        let meta = FileMeta { mode: odd.mode, modified: odd.modified };
        copied(staging, &odd.path, &odd.source, None, meta)?;
    }
    let meta = FileMeta { mode: 0o644, modified: finished.made_at };
    for artifact in &finished.plan.artifacts {
        staging.write(artifact.path.as_str(), &artifact.contents, meta)?;
    }
    staging.write(MANIFEST_NAME, &finished.plan.manifest, meta)?;
    Ok(())
}

fn write_asset(target: &Target<'_>, asset: &PackedAsset) -> Result<(), Error> {
    for name in asset.names().map(crate::asset::AssetPath::as_str) {
        target.put(name, &asset.named.body)?;
        for sibling in &asset.siblings {
            target.put(&sibling.encoding.beside(name), &sibling.body)?;
        }
    }
    Ok(())
}

/// Each file has the bytes that the plan counts with: they were just read.
fn write_earlier(staging: &Staging, file: &EarlierFile) -> Result<(), Error> {
    for (name, source, meta) in &file.sources {
        let lies_in_output = source.strip_prefix(staging.target()).is_ok_and(|inside| inside == Path::new(name));
        let bytes = source.metadata().map_err(|error| Error::input_output("read again", source, error))?.len();
        if !(lies_in_output && staging.keep(name, bytes)?) {
            copied(staging, Path::new(name), source, None, *meta)?;
        }
    }
    Ok(())
}

/// Where one asset goes.
struct Target<'a> {
    staging: &'a Staging,
    standing: &'a Standing,
    found: &'a Found,
    meta: FileMeta,
}

impl Target<'_> {
    fn put(&self, name: &str, body: &Body) -> Result<(), Error> {
        if self.standing.has(name, body.digest(), self.meta) && self.staging.keep(name, body.len())? {
            return Ok(());
        }
        if let Some(source) = body.file() {
            let expected = Expected { bytes: body.len(), digest: *body.digest() };
            return copied(self.staging, Path::new(name), source, Some(expected), self.meta);
        }
        let bytes = body.read().map_err(|error| Error::input_output("read again", &*self.found.source, error))?;
        Ok(self.staging.write(name, &bytes, self.meta)?)
    }
}

fn copied(
    staging: &Staging,
    name: &Path,
    source: &Path,
    expected: Option<Expected>,
    meta: FileMeta,
) -> Result<(), Error> {
    match staging.copy(name, source, expected, meta)? {
        Copied::Whole(_) => Ok(()),
        Copied::SourceChanged => {
            let changed = io::Error::new(io::ErrorKind::InvalidData, "it changed while the site was read");
            Err(Error::input_output("read again", source, changed))
        }
    }
}
