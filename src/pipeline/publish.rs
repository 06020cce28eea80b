//! From a finished site to a staged tree.

use std::{collections::BTreeSet, io, path::Path, time::SystemTime};

use super::{Finished, PackedAsset};
use crate::{
    error::Error,
    pack::Encoding,
    plan::MANIFEST_NAME,
    publish::{Copied, Expected, FileMeta, Staging},
    walk::Found,
};

/// Writes everything into `staging`, ready to be published.
///
/// # Errors
/// When anything cannot be written, or the input changed: then nothing may be published.
pub fn stage(finished: &Finished, staging: &Staging) -> Result<(), Error> {
    let artifacts: BTreeSet<&str> = finished.plan.artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    for (asset, gathered) in finished.packed.assets.iter().zip(&finished.gathered.assets) {
        // A host file of the site's own is part of the artifact that replaces it.
        if !artifacts.contains(asset.named.name.as_str()) {
            write_asset(staging, asset, &gathered.found)?;
        }
    }
    for odd in &finished.gathered.odd {
        let meta = FileMeta { mode: odd.mode, modified: odd.modified };
        copied(staging, &odd.path, &odd.source, None, meta)?;
    }
    let meta = FileMeta { mode: 0o644, modified: SystemTime::now() };
    for artifact in &finished.plan.artifacts {
        staging.write(artifact.path.as_str(), &artifact.contents, meta)?;
    }
    staging.write(MANIFEST_NAME, &finished.plan.manifest, meta)?;
    Ok(())
}

fn write_asset(staging: &Staging, asset: &PackedAsset, found: &Found) -> Result<(), Error> {
    let meta = FileMeta { mode: found.mode, modified: found.modified };
    let body = &asset.named.body;
    let names = std::iter::once(&asset.named.name).chain(asset.named.also_old_name.then_some(&asset.named.path));
    for name in names.map(crate::asset::AssetPath::as_str) {
        if let Some(source) = body.file() {
            let expected = Expected { bytes: body.len(), digest: *body.digest() };
            copied(staging, Path::new(name), source, Some(expected), meta)?;
        } else {
            let bytes = body.read().map_err(|error| Error::input_output("read again", &found.source, error))?;
            staging.write(name, &bytes, meta)?;
        }
        for sibling in &asset.siblings {
            let bytes = sibling.body.read().map_err(|error| Error::input_output("read again", &found.source, error))?;
            staging.write(&sibling_name(name, sibling.encoding), &bytes, meta)?;
        }
    }
    Ok(())
}

fn sibling_name(name: &str, encoding: Encoding) -> String {
    format!("{name}.{}", encoding.extension())
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
