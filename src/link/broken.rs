//! References that lead to no file: one finding for each target, or for each place when there are few.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Lean;
use crate::{
    asset::{AssetPath, Reference, Role},
    config::suggest,
    finding::{Code, Finding, Severity},
};

/// A target that is named more often than this gets one finding.
const FEW: usize = 5;

/// A folder with more files is not searched for a name that is nearly the same.
const MANY_NAMES: usize = 2_000;

/// One reference that leads nowhere.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    /// The asset it stands in.
    pub(super) asset: usize,
    /// Its number in that asset.
    pub(super) reference: usize,
    /// Where it leads.
    pub(super) path: String,
}

/// What there is to say of `broken`.
pub(super) fn findings(assets: &[Lean], broken: &[Broken]) -> Vec<Finding> {
    if broken.is_empty() {
        return Vec::new();
    }
    let names = Names::of(assets);
    let mut by_target: BTreeMap<(&str, Code, Severity), Vec<&Broken>> = BTreeMap::new();
    for one in broken {
        let (code, severity) = weight(&assets[one.asset].references[one.reference]);
        by_target.entry((&one.path, code, severity)).or_default().push(one);
    }
    let mut findings = Vec::new();
    for ((path, code, severity), places) in by_target {
        let near = names.nearest(path);
        let files: BTreeSet<usize> = places.iter().map(|place| place.asset).collect();
        let told = if places.len() > FEW { &places[..1] } else { &places[..] };
        for place in told {
            let asset = &assets[place.asset];
            let reference = &asset.references[place.reference];
            let others = match places.len() - told.len() {
                0 => String::new(),
                others => format!(", here and in {others} other places ({} files in all)", files.len()),
            };
            let message = format!("{:?} leads to no file{others}", &*reference.url);
            let hint = near.map(|near| near.hint(path, &reference.url)).unwrap_or_default();
            let finding = Finding::new(code, asset.path.as_str(), message).severity(severity);
            findings.push(finding.at(reference.at).hint(hint));
        }
    }
    findings
}

fn weight(reference: &Reference) -> (Code, Severity) {
    let code = if reference.role == Role::SourceMap { Code::MissingSourceMap } else { Code::BrokenReference };
    let is_open = reference.role == Role::Navigation || is_filled_in_later(&reference.url);
    (code, if is_open { Severity::Info } else { code.severity() })
}

/// Whether a server or a script puts something else in the place of a part of `url`, by the marks of template languages.
fn is_filled_in_later(url: &str) -> bool {
    ["{{", "{%", "<%", "<?", "${", "#{"].iter().any(|mark| url.contains(mark))
}

/// A file that may have been meant.
#[derive(Clone, Copy, Debug)]
enum Near<'a> {
    OtherCase(&'a AssetPath),
    Alike(&'a AssetPath),
}

impl Near<'_> {
    /// What to say of it where `url` is written and leads to `path`.
    fn hint(self, path: &str, url: &str) -> String {
        match self {
            Self::OtherCase(found) => {
                format!("{:?} differs only in case: it works only on case-insensitive servers", found.as_str())
            }
            // To suggest what is written there already would help nobody.
            Self::Alike(found) if found.as_str() == url => format!("from here it is {path:?}, and there is {url:?}"),
            Self::Alike(found) => format!("did you mean {:?}?", found.as_str()),
        }
    }
}

/// The names there are.
#[expect(clippy::struct_field_names, reason = "three ways to look a file up")]
struct Names<'a> {
    by_path: HashMap<String, &'a AssetPath>,
    by_name: HashMap<String, &'a AssetPath>,
    by_folder: HashMap<&'a str, Vec<&'a AssetPath>>,
}

impl<'a> Names<'a> {
    fn of(assets: &'a [Lean]) -> Self {
        let mut names = Self { by_path: HashMap::new(), by_name: HashMap::new(), by_folder: HashMap::new() };
        for path in assets.iter().map(|asset| &asset.path) {
            names.by_path.entry(path.as_str().to_lowercase()).or_insert(path);
            names.by_name.entry(path.file_name().to_lowercase()).or_insert(path);
            names.by_folder.entry(path.folder()).or_default().push(path);
        }
        names
    }

    /// What may have been meant: the same path in another case, the same file elsewhere, or a slip.
    fn nearest(&self, path: &str) -> Option<Near<'a>> {
        if let Some(found) = self.by_path.get(&path.to_lowercase()) {
            return Some(Near::OtherCase(found));
        }
        let (folder, name) = path.split_at(path.rfind('/').map_or(0, |slash| slash + 1));
        let elsewhere = self.by_name.get(&name.to_lowercase()).copied();
        elsewhere.or_else(|| self.slip(folder, name)).map(Near::Alike)
    }

    /// A file of the same folder and type, with nearly the same name.
    fn slip(&self, folder: &str, name: &str) -> Option<&'a AssetPath> {
        let extension = |name: &str| name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
        let beside = self.by_folder.get(folder).filter(|beside| beside.len() <= MANY_NAMES)?;
        let alike = || beside.iter().filter(|path| extension(path.file_name()) == extension(name));
        let near = suggest::nearest(name, alike().map(|path| path.file_name()))?;
        alike().find(|path| path.file_name() == near).copied()
    }
}
