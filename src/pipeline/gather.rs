//! Gather: the files of a site, each with its kind, and what passes through untouched.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, Read},
    path::Path,
};

use crate::{
    asset::{AssetPath, Digest, Kind},
    classify,
    config::Config,
    error::Error,
    finding::{Code, Finding},
    link::Naming,
    maps::SourceMaps,
    parallel,
    plan::{MANIFEST_NAME, Previous, PublishedFile},
    press::picture,
    siblings::{UserSibling, user_siblings},
    walk::{self, Found, OddName, Selection},
};

/// One file of the site that may be named, pressed and packed.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The file.
    pub found: Found,
    /// What it is, by content first.
    pub kind: Kind,
    /// Published as it came in, under its own name, without being read for references.
    pub is_pinned: bool,
    /// What an earlier run said of it, when the site is the output of one.
    pub before: Option<Before>,
    /// Memory that pressing its pixels may take, as its header tells; 0 for what is no picture with a press.
    pub pixel_memory: u64,
    /// Not a file of the site but made in this run, beside the file it was found with.
    pub is_made: bool,
}

/// What the manifest of an earlier run says of a file. Only a hint, as anybody may have written it: it counts for bytes that
/// still have the digest.
#[derive(Clone, Debug)]
pub struct Before {
    digest: Digest,
    naming: Naming,
    /// The recipe of its press.
    press: Option<Digest>,
}

impl Before {
    /// Whether its name had our hash in it.
    #[must_use]
    pub fn is_hashed(&self) -> bool {
        self.naming == Naming::Hashed
    }

    /// Whether it is about these bytes.
    #[must_use]
    pub fn is_of(&self, digest: &Digest) -> bool {
        self.digest == *digest
    }

    /// Whether it was pressed as `recipe` says.
    #[must_use]
    pub fn was_pressed_by(&self, recipe: &Digest) -> bool {
        self.press.as_ref() == Some(recipe)
    }
}

/// Everything that was found.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// Assets, sorted by path.
    pub assets: Vec<Asset>,
    /// Siblings that came along, by the asset they stand beside (index into `assets`).
    pub siblings: BTreeMap<usize, Vec<(crate::pack::Encoding, Found)>>,
    /// Files whose names are not UTF-8: copied.
    pub odd: Vec<OddName>,
    /// Host files that the site brought along.
    pub host_files: BTreeMap<AssetPath, Vec<u8>>,
    /// What the walk has to say.
    pub findings: Vec<Finding>,
}

impl Gathered {
    /// Bytes of all assets.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.assets.iter().filter(|asset| !asset.is_made).map(|asset| asset.found.bytes).sum()
    }
}

/// Files at the top that a host reads, which the plan may add to.
const HOST_FILES: [&str; 1] = ["_headers"];

/// Files at the top that carry our name: whatever stands there was written by an earlier run.
const GENERATED: [&str; 3] = [MANIFEST_NAME, "edgepress.nginx.conf", "edgepress.locations.conf"];

/// Looking at a file takes a few microseconds, starting a thread some dozens.
const FILES_WORTH_A_THREAD: usize = 64;

pub(super) fn gather(root: &Path, selection: &Selection, config: &Config) -> Result<Gathered, Error> {
    let mut tree = walk::walk(root, selection).map_err(|error| Error::input_output("read", root, error))?;
    let mut before = before(&tree.files);
    // What an earlier run wrote about its output describes other bytes; this run writes its own.
    let drops_maps = config.source_maps == SourceMaps::Drop;
    tree.files.retain(|found| !GENERATED.contains(&found.path.as_str()) && config.takes(found.path.as_str()));
    let installed: Vec<bool> = tree.files.iter().map(|found| tree.is_installed(&found.path)).collect();
    let host_files = host_files(&tree.files)?;
    let pairs = user_siblings(&tree.files);
    let beside: BTreeSet<usize> = pairs.iter().map(|pair| pair.file).collect();
    let mut gathered = Gathered { odd: tree.odd, host_files, findings: tree.findings, ..Gathered::default() };
    let mut places = BTreeMap::new();
    let own: Vec<usize> = (0..tree.files.len()).filter(|index| !beside.contains(index)).collect();
    let look = |index: &usize| look_at(&tree.files[*index]);
    let looked_at = parallel::try_map(config.jobs.get(), FILES_WORTH_A_THREAD, &own, look)?;
    for (index, looked) in own.into_iter().zip(looked_at) {
        let found = &tree.files[index];
        let mut asset = asset(found.clone(), installed[index], looked, &mut gathered.findings);
        if drops_maps && asset.kind == Kind::SourceMap && !asset.is_pinned {
            continue;
        }
        asset.before = before.remove(&found.path);
        places.insert(index, gathered.assets.len());
        gathered.assets.push(asset);
    }
    for UserSibling { of, encoding, file } in pairs {
        if let Some(&of) = places.get(&of) {
            gathered.siblings.entry(of).or_default().push((encoding, tree.files[file].clone()));
        }
    }
    Ok(gathered)
}

/// What the first bytes of a file tell.
struct Looked {
    kind: Kind,
    remark: Option<Finding>,
    secret: Option<&'static str>,
    pixel_memory: u64,
}

fn look_at(found: &Found) -> Result<Looked, Error> {
    let head = head(found).map_err(|error| Error::input_output("read", &*found.source, error))?;
    let is_whole = head.len() as u64 == found.bytes;
    let kind = classify::kind(&found.path, &head, is_whole);
    let has_pixels = matches!(kind, Kind::Png | Kind::Jpeg);
    Ok(Looked {
        kind,
        pixel_memory: if has_pixels { picture::weight(kind, &head, found.bytes) } else { 0 },
        remark: classify::remark(&found.path, &head, is_whole),
        secret: walk::private_key(&head),
    })
}

fn asset(found: Found, is_pinned: bool, looked: Looked, findings: &mut Vec<Finding>) -> Asset {
    findings.extend(looked.remark);
    if let Some(key) = looked.secret {
        let finding = Finding::new(Code::Secret, found.path.as_str(), format!("holds {key}"));
        findings.push(finding.hint("take it out of the site, or leave it out with exclude"));
    }
    let pixel_memory = looked.pixel_memory;
    Asset { found, kind: looked.kind, is_pinned, before: None, pixel_memory, is_made: false }
}

/// What the manifest of an earlier run, if the site is its output, says of each published name.
fn before(files: &[Found]) -> BTreeMap<AssetPath, Before> {
    let manifest = files.iter().find(|found| found.path.as_str() == MANIFEST_NAME);
    let bytes = manifest.and_then(|found| walk::read(found).ok()).map_or_else(Vec::new, |reading| reading.bytes);
    let known = |file: PublishedFile| {
        let PublishedFile { path, digest, naming, press, .. } = file;
        (path, Before { digest, naming, press })
    };
    Previous::parse(&bytes).unwrap_or_default().into_files().map(known).collect()
}

fn head(found: &Found) -> io::Result<Vec<u8>> {
    let file: File = walk::open(&found.source)?;
    let mut head = Vec::with_capacity(classify::HEAD.min(usize::try_from(found.bytes).unwrap_or(usize::MAX)));
    file.take(classify::HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

fn host_files(files: &[Found]) -> Result<BTreeMap<AssetPath, Vec<u8>>, Error> {
    let is_host_file = |found: &&Found| HOST_FILES.contains(&found.path.as_str());
    let read = |found: &Found| {
        let reading = walk::read(found).map_err(|error| Error::input_output("read", &*found.source, error))?;
        Ok((found.path.clone(), reading.bytes))
    };
    files.iter().filter(is_host_file).map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A drawing of one colour is a small file and a large picture.
    #[test]
    fn the_memory_of_a_picture_follows_its_pixels() {
        let site = tempfile::tempdir().unwrap();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 2_000, 1_000);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header().unwrap().write_image_data(&vec![7; 2_000 * 1_000 * 3]).unwrap();
        assert!(file.len() < 100_000);
        std::fs::write(site.path().join("flat.png"), &file).unwrap();
        std::fs::write(site.path().join("text.txt"), "text").unwrap();
        let gathered = gather(site.path(), &Selection::default(), &Config::default()).unwrap();
        let memory: Vec<u64> = gathered.assets.iter().map(|asset| asset.pixel_memory).collect();
        assert!(memory[0] > 2 * 2_000 * 1_000 * 3 && memory[1] == 0, "{memory:?}");
    }
}
