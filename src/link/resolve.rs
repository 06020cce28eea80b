//! From URLs to assets.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization;

use super::{ASSETS_WORTH_A_THREAD, Lean, broken::Broken, is_bare, needs_page};
use crate::{
    asset::{
        Base, Kind, Reference, Role,
        url::{self, Target},
    },
    parallel,
};

/// Every reference of every asset, resolved.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// Per asset and reference: the asset it leads to, if there is one.
    pub(super) targets: Vec<Vec<Option<usize>>>,
    /// Per asset: references relative to a page whose pages do not agree (indices into its references).
    pub(super) unproven: Vec<(usize, usize)>,
    /// References that lead to no file.
    pub(super) broken: Vec<Broken>,
    /// References (asset and number) that an import map leads on from, so that no name in them may change.
    pub(super) mapped: BTreeSet<(usize, usize)>,
}

/// The same of one asset, without what its pages are needed for; by the numbers of its references.
#[derive(Default)]
struct OfOne {
    targets: Vec<Option<usize>>,
    unproven: Vec<usize>,
    broken: Vec<(usize, String)>,
    mapped: Vec<usize>,
}

/// What one URL led to.
enum Lead {
    Asset(usize),
    /// By an entry of an import map.
    Mapped(usize),
    /// Not of this site, or the document itself, or a route that is no file.
    Nowhere,
    Broken(String),
    /// One of several, and nothing tells which.
    Unsure,
}

pub(super) struct Resolver<'a> {
    assets: &'a [Lean],
    base: &'a str,
    /// The address of a delivery network that serves the same tree.
    network: Option<&'a str>,
    by_path: HashMap<&'a str, usize>,
    by_composed: HashMap<String, usize>,
    /// By the digests of the bytes that came in; of files with the same bytes the first.
    by_bytes: HashMap<&'a str, usize>,
    /// Where the import maps of all pages and scopes lead each specifier.
    mapped: BTreeMap<&'a str, BTreeSet<String>>,
    /// Where they lead each URL: path and query.
    mapped_urls: BTreeMap<(String, &'a str), BTreeSet<String>>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(assets: &'a [Lean], base: &'a str, network: Option<&'a str>) -> Self {
        let by_path = assets.iter().enumerate().map(|(index, asset)| (asset.path.as_str(), index)).collect();
        let composed = |(index, asset): (usize, &Lean)| {
            let composed: String = asset.path.as_str().nfc().collect();
            (composed != asset.path.as_str()).then_some((composed, index))
        };
        let by_composed = assets.iter().enumerate().filter_map(composed).collect();
        let digests = |(index, asset): (usize, &'a Lean)| asset.known_as.iter().map(move |digest| (&**digest, index));
        let by_bytes = assets.iter().enumerate().rev().flat_map(digests).collect();
        let (mapped, mapped_urls) = (BTreeMap::new(), BTreeMap::new());
        let mut resolver = Self { assets, base, network, by_path, by_composed, by_bytes, mapped, mapped_urls };
        resolver.read_import_maps();
        resolver
    }

    fn read_import_maps(&mut self) {
        for page in self.assets.iter().filter(|asset| !asset.import_map.is_empty()) {
            let Some(folder) = self.folder_of(page) else { continue };
            for (specifier, url) in &page.import_map {
                let Target::Site(path) = self.target(url, &folder) else { continue };
                if let Some(Target::Site(from)) = is_url(specifier).then(|| self.target(specifier, &folder)) {
                    self.mapped_urls.entry((from, query(specifier))).or_default().insert(path.clone());
                }
                self.mapped.entry(specifier).or_default().insert(path);
            }
        }
    }

    /// What `url`, written in a file of `folder`, means here.
    fn target(&self, url: &str, folder: &str) -> Target {
        match self.network.and_then(|network| url::below(url, network)) {
            Some(inside) => url::resolve(&format!("/{inside}"), "", "/"),
            None => url::resolve(url, folder, self.base),
        }
    }

    /// A URL that a module asks for, by the import maps of the site, if they agree.
    fn lead_mapped_url(&self, path: String, reference: &Reference) -> Option<usize> {
        let paths = self.mapped_urls.get(&(path, reference.query())).filter(|paths| paths.len() == 1)?;
        self.find(paths.first()?)
    }

    /// A bare specifier, by the import maps of the site, if they agree.
    fn lead_mapped(&self, specifier: &str) -> Lead {
        let exact = self.mapped.get(specifier).map(|paths| (paths, ""));
        let is_prefix =
            |(prefix, _): &(&&str, &BTreeSet<String>)| prefix.ends_with('/') && specifier.starts_with(**prefix);
        let folder = || {
            let longest = self.mapped.iter().filter(is_prefix).max_by_key(|(prefix, _)| prefix.len());
            longest.map(|(prefix, paths)| (paths, &specifier[prefix.len()..]))
        };
        let Some((paths, rest)) = exact.or_else(folder) else { return Lead::Nowhere };
        let found: BTreeSet<Option<usize>> = paths.iter().map(|path| self.find(&format!("{path}{rest}"))).collect();
        match found.first() {
            Some(Some(target)) if found.len() == 1 => Lead::Mapped(*target),
            _ => Lead::Nowhere,
        }
    }

    /// Resolves every reference, on up to `threads` threads.
    pub(super) fn resolve_all(&self, threads: usize) -> Resolved {
        let mut resolved = Resolved::default();
        let each = parallel::map(threads, ASSETS_WORTH_A_THREAD, self.assets, |asset| self.resolve_those_of(asset));
        for (index, of_one) in each.into_iter().enumerate() {
            resolved.mapped.extend(of_one.mapped.into_iter().map(|number| (index, number)));
            resolved.unproven.extend(of_one.unproven.into_iter().map(|number| (index, number)));
            let broken = |(reference, path)| Broken { asset: index, reference, path };
            resolved.broken.extend(of_one.broken.into_iter().map(broken));
            resolved.targets.push(of_one.targets);
        }
        self.resolve_against_pages(&mut resolved);
        resolved
    }

    fn resolve_those_of(&self, asset: &Lean) -> OfOne {
        let folder = self.folder_of(asset);
        let mut of_one = OfOne { targets: Vec::with_capacity(asset.references.len()), ..OfOne::default() };
        for (number, reference) in asset.references.iter().enumerate() {
            if needs_page(reference) && asset.kind != Kind::Html {
                of_one.targets.push(None);
                continue;
            }
            let mut target = None;
            match self.lead(reference, folder.as_deref()) {
                Lead::Asset(found) => target = Some(found),
                Lead::Mapped(found) => {
                    target = Some(found);
                    of_one.mapped.push(number);
                }
                Lead::Nowhere => {}
                Lead::Unsure => of_one.unproven.push(number),
                // A list for later may name routes, and what is missing there breaks no page.
                Lead::Broken(path) if is_route(reference, &path) || reference.role == Role::Precache => {}
                // What an import map leads on from need not be a file.
                Lead::Broken(_) if asset.import_map.iter().any(|(from, _)| *from == reference.url) => {}
                Lead::Broken(path) => of_one.broken.push((number, path)),
            }
            of_one.targets.push(target);
        }
        of_one
    }

    /// The folder that relative URLs of `asset` start from; `None` when `<base href>` leads to another site.
    fn folder_of(&self, asset: &Lean) -> Option<String> {
        let own = asset.path.folder();
        let Some(href) = &asset.base else { return Some(own.to_owned()) };
        match url::resolve(href, own, self.base) {
            Target::Site(path) => Some(path[..path.rfind('/').map_or(0, |slash| slash + 1)].to_owned()),
            Target::Itself => Some(own.to_owned()),
            Target::Elsewhere | Target::Outside => None,
        }
    }

    fn lead(&self, reference: &Reference, folder: Option<&str>) -> Lead {
        if is_bare(reference) {
            return self.lead_mapped(&reference.url);
        }
        if reference.base == Base::Bytes {
            return self.by_bytes.get(&*reference.url).map_or(Lead::Nowhere, |&found| Lead::Asset(found));
        }
        let Some(folder) = folder else { return Lead::Nowhere };
        if reference.base == Base::Above {
            return self.lead_above(reference, folder);
        }
        match self.target(&reference.url, folder) {
            Target::Site(path) => match self.find(&path) {
                Some(found) => Lead::Asset(found),
                None if reference.base == Base::Specifier => {
                    self.lead_mapped_url(path.clone(), reference).map_or(Lead::Broken(path), Lead::Mapped)
                }
                None => Lead::Broken(path),
            },
            Target::Elsewhere | Target::Itself | Target::Outside => Lead::Nowhere,
        }
    }

    /// Relative to `folder` or a folder above it, whichever has the file. A manifest stands in the folder it is about, or
    /// in a hidden one within it, so there the nearest counts; elsewhere only one may have it.
    fn lead_above(&self, reference: &Reference, folder: &str) -> Lead {
        let absolute = match url::resolve(&reference.url, folder, self.base) {
            Target::Elsewhere | Target::Itself => return Lead::Nowhere,
            Target::Site(path) if reference.url.starts_with('/') => self.find(&path),
            Target::Site(_) | Target::Outside => None,
        };
        let relative = reference.url.trim_start_matches('/');
        let within = |folder: &str| match url::resolve(relative, folder, self.base) {
            Target::Site(path) => self.find(&path),
            _ => None,
        };
        let mut found = absolute.into_iter().chain(above(folder).filter_map(within));
        match (found.next(), found.next()) {
            (Some(first), Some(other)) if reference.role == Role::Preload && first != other => Lead::Unsure,
            (Some(first), _) => Lead::Asset(first),
            (None, _) => Lead::Broken(relative.to_owned()),
        }
    }

    /// The asset that a server gives for `path`: itself, the index of a folder, or a page without its extension.
    fn find(&self, path: &str) -> Option<usize> {
        let exact = |path: &str| self.by_path.get(path).copied();
        let composed = || {
            let composed: String = path.nfc().collect();
            exact(&composed).or_else(|| self.by_composed.get(&composed).copied())
        };
        if path.is_empty() || path.ends_with('/') {
            return exact(&format!("{path}index.html"));
        }
        exact(path)
            .or_else(composed)
            .or_else(|| exact(&format!("{path}.html")))
            .or_else(|| exact(&format!("{path}/index.html")))
    }

    /// `new Worker("w.js")` in a script file means: relative to the page. Proven when all pages that run it agree.
    fn resolve_against_pages(&self, resolved: &mut Resolved) {
        let waiting: Vec<usize> = (0..self.assets.len())
            .filter(|&i| self.assets[i].kind != Kind::Html && self.assets[i].references.iter().any(needs_page))
            .collect();
        if waiting.is_empty() {
            return;
        }
        let pages_of = self.pages_running(&waiting, &resolved.targets);
        for &index in &waiting {
            let asset = &self.assets[index];
            let folders: BTreeSet<_> =
                pages_of[&index].iter().map(|&page| self.folder_of(&self.assets[page])).collect();
            for (number, reference) in asset.references.iter().enumerate().filter(|(_, r)| needs_page(r)) {
                let leads: BTreeSet<_> = folders
                    .iter()
                    .map(|folder| match self.lead(reference, folder.as_deref()) {
                        Lead::Asset(target) | Lead::Mapped(target) => Some(target),
                        Lead::Nowhere | Lead::Unsure | Lead::Broken(_) => None,
                    })
                    .collect();
                match leads.first() {
                    Some(Some(target)) if leads.len() == 1 => resolved.targets[index][number] = Some(*target),
                    _ => resolved.unproven.push((index, number)),
                }
            }
        }
    }

    /// For each of `scripts`, the pages from which it is reached.
    fn pages_running(&self, scripts: &[usize], targets: &[Vec<Option<usize>>]) -> BTreeMap<usize, Vec<usize>> {
        let mut pages: BTreeMap<usize, Vec<usize>> = scripts.iter().map(|&script| (script, Vec::new())).collect();
        for page in (0..self.assets.len()).filter(|&i| self.assets[i].kind == Kind::Html) {
            for reached in self.reached_from(page, targets) {
                if let Some(list) = pages.get_mut(&reached) {
                    list.push(page);
                }
            }
        }
        pages
    }

    fn reached_from(&self, page: usize, targets: &[Vec<Option<usize>>]) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        let mut open = vec![page];
        while let Some(index) = open.pop() {
            for (target, reference) in targets[index].iter().zip(&self.assets[index].references) {
                let Some(target) = *target else { continue };
                let runs = matches!(reference.role, Role::Script | Role::Module | Role::LazyModule);
                if runs && seen.insert(target) {
                    open.push(target);
                }
            }
        }
        seen
    }
}

/// `a/b/`, `a/` and the top, for `a/b/`.
fn above(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| {
        let inner = folder.strip_suffix('/')?;
        Some(&folder[..inner.rfind('/').map_or(0, |slash| slash + 1)])
    })
}

/// Whether a specifier is a URL, by the rules of import maps.
fn is_url(specifier: &str) -> bool {
    ["/", "./", "../"].iter().any(|start| specifier.starts_with(start)) || specifier.contains("://")
}

fn query(url: &str) -> &str {
    let url = &url[..url.find('#').unwrap_or(url.len())];
    url.find('?').map_or("", |at| &url[at..])
}

/// A link to a place without an extension is a route that a server may know.
fn is_route(reference: &Reference, path: &str) -> bool {
    reference.role == Role::Navigation && !path.rsplit('/').next().unwrap_or(path).contains('.')
}

/// The URL path the site seems to be made for: `/`, unless most root-absolute references share a first segment that the
/// site does not have and lead to its files without it.
pub(super) fn detect_base(assets: &[Lean]) -> String {
    let paths: BTreeSet<&str> = assets.iter().map(|asset| asset.path.as_str()).collect();
    let (mut plain, mut under) = (0_usize, BTreeMap::<String, usize>::new());
    let absolute = assets.iter().flat_map(|asset| &asset.references).filter(|r| is_root_absolute(&r.url));
    for reference in absolute {
        let Target::Site(path) = url::resolve(&reference.url, "", "/") else { continue };
        if paths.contains(path.as_str()) {
            plain += 1;
        } else if let Some((segment, rest)) = path.split_once('/')
            && paths.contains(rest)
        {
            *under.entry(format!("/{segment}/")).or_default() += 1;
        }
    }
    match under.into_iter().max_by_key(|(_, count)| *count) {
        Some((base, count)) if count > 4 * plain => base,
        _ => "/".to_owned(),
    }
}

fn is_root_absolute(url: &str) -> bool {
    url.starts_with('/') && !url.starts_with("//")
}
