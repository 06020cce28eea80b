//! Texts that may name assets without being proven references, against the assets there are.

use std::{
    collections::{BTreeMap, HashSet},
    io,
};

use aho_corasick::AhoCorasick;

use super::{Lean, patterns::Pattern, resolve::Resolved};
use crate::{
    asset::{
        Kind, MentionHow, Position, Reference, SWAP,
        url::{self, Target},
    },
    parallel,
    refs::positions::Positions,
};

/// Which text of which asset may name an asset.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Witness {
    pub(super) asset: usize,
    pub(super) at: Position,
    pub(super) text: String,
    pub(super) hold: Hold,
}

impl Witness {
    /// A text that may name an asset.
    fn loose(asset: usize, at: Position, text: &str) -> Self {
        Self { asset, at, text: text.to_owned(), hold: Hold::Loose }
    }
}

/// What a text has on an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hold {
    /// It may name it.
    Loose,
    /// It is its whole path from the top of the site, where scripts find it: it will ask for that.
    Asks,
    /// It finds it by its name among what the page has loaded.
    Finds,
}

/// For each asset, the first text that has more than a loose hold on it, or else the first that may name it.
pub(super) fn find(
    assets: &[Lean],
    base: &str,
    resolved: &Resolved,
    threads: usize,
) -> io::Result<Vec<Option<Witness>>> {
    let suffixes = suffixes(assets);
    let mut search = Search { assets, base, suffixes, found: vec![None; assets.len()], known: HashSet::new() };
    for (index, asset) in assets.iter().enumerate() {
        for mention in &asset.mentions {
            search.mention(index, asset, &mention.text, mention.how, mention.at);
        }
    }
    for &(index, number) in &resolved.unproven {
        let reference = &assets[index].references[number];
        search.mention(index, &assets[index], &reference.url, MentionHow::Whole, reference.at);
    }
    // What leads nowhere here may lead to a file where the site is served: below another folder, or after a server has
    // put something in the place of `{{ base }}`.
    for broken in &resolved.broken {
        let reference = &assets[broken.asset].references[broken.reference];
        search.end_of(broken.asset, reference, &broken.path);
    }
    // What names a whole address may mean this site, whose origin we do not know: `og:image`, feeds, JSON-LD.
    for (index, (asset, targets)) in assets.iter().zip(&resolved.targets).enumerate() {
        for (reference, target) in asset.references.iter().zip(targets) {
            let may_be_ours = || address_path(&reference.url).is_some() || climbs_out(asset, &reference.url, base);
            if target.is_none() && may_be_ours() {
                search.mention(index, asset, &reference.url, MentionHow::Whole, reference.at);
            }
        }
    }
    search.patterns();
    search.swaps();
    search.opaque_texts(threads)?;
    Ok(search.found)
}

/// Whether `url` leads above the top of the site. Browsers stay at the top of an origin, so there it may be a file of ours;
/// below a folder of an origin it is none.
fn climbs_out(asset: &Lean, url: &str, base: &str) -> bool {
    matches!(url::resolve(url, asset.path.folder(), base), Target::Outside)
}

/// Every path of an asset and every end of it that starts at a segment: `a/b/c.js`, `b/c.js`, `c.js`.
fn suffixes(assets: &[Lean]) -> Vec<(String, usize)> {
    let mut suffixes = Vec::new();
    for (index, asset) in assets.iter().enumerate() {
        let path = asset.path.as_str();
        let starts = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
        suffixes.extend(starts.map(|start| (path[start..].to_owned(), index)));
    }
    suffixes.sort();
    suffixes
}

/// The automaton takes some hundred bytes for each: sites with more are searched several times.
const NAMES_AT_A_TIME: usize = 16_384;

/// Texts without a parser are looked through at once on several threads, but only so many: what was found in those before
/// need not be noted again.
const TEXTS_AT_A_TIME: usize = 64;

/// Looking for all names in a text takes longer than starting a thread.
const TEXTS_WORTH_A_THREAD: usize = 2;

struct Search<'a> {
    assets: &'a [Lean],
    base: &'a str,
    suffixes: Vec<(String, usize)>,
    found: Vec<Option<Witness>>,
    /// Texts that were looked up before, with how: bundles repeat themselves, and what they may name is mentioned already.
    known: HashSet<(String, bool)>,
}

/// A part of an address that a script replaces.
struct Swap<'a> {
    /// What goes, with `$` behind it if only at the end.
    from: &'a str,
    to: &'a str,
}

impl Swap<'_> {
    fn text(&self) -> &str {
        self.from.strip_suffix('$').unwrap_or(self.from)
    }

    /// What becomes of `path`, if anything.
    fn made_from(&self, path: &str) -> Option<String> {
        match self.from.strip_suffix('$') {
            Some(end) => path.strip_suffix(end).map(|head| format!("{head}{}", self.to)),
            None => path.contains(self.from).then(|| path.replacen(self.from, self.to, 1)),
        }
    }
}

impl Search<'_> {
    fn mention(&mut self, index: usize, asset: &Lean, text: &str, how: MentionHow, at: Position) {
        let targets = match how {
            MentionHow::ComputedImport => self.computed_import(asset, text),
            MentionHow::Whole => self.looked_up(text, false),
            MentionHow::Prefix => self.looked_up(text, true),
            MentionHow::Itself => vec![index],
            // All are tried together.
            MentionHow::Pattern | MentionHow::Swap => Vec::new(),
        };
        for target in targets {
            self.found[target].get_or_insert_with(|| Witness::loose(index, at, text));
        }
        if how == MentionHow::Whole
            && can_ask(asset.kind)
            && let Some(target) = self.at_whole_path(text)
        {
            self.hold(target, || Witness { asset: index, at, text: text.to_owned(), hold: Hold::Asks });
        }
    }

    /// Notes a text that has more than a loose hold on `target`.
    fn hold(&mut self, target: usize, witness: impl FnOnce() -> Witness) {
        if self.found[target].as_ref().is_none_or(|known| known.hold == Hold::Loose) {
            self.found[target] = Some(witness());
        }
    }

    /// What patterns of scripts find by its name.
    fn patterns(&mut self) {
        let mut known = HashSet::new();
        let assets = self.assets;
        let mut names: Vec<String> = Vec::new();
        for (index, asset) in assets.iter().enumerate() {
            for mention in asset.mentions.iter().filter(|mention| mention.how == MentionHow::Pattern) {
                let Some(pattern) = known.insert(&mention.text).then(|| Pattern::read(&mention.text)).flatten() else {
                    continue;
                };
                if names.is_empty() {
                    names = assets.iter().map(|asset| asset.path.file_name().to_ascii_lowercase()).collect();
                }
                let likely = (0..assets.len()).filter(|&target| pattern.could_mean(&names[target]));
                let found = likely.filter(|&target| pattern.needs(&assets[target].path, self.base));
                for target in found.collect::<Vec<_>>() {
                    let text = mention.text.to_string();
                    self.hold(target, || Witness { asset: index, at: mention.at, text, hold: Hold::Finds });
                }
            }
        }
    }

    /// What scripts get to from the address of one file by replacing a part of it, and that file: `menu_off.gif`, `menu_on.gif`.
    fn swaps(&mut self) {
        let assets = self.assets;
        let all_paths: String = assets.iter().flat_map(|asset| [asset.path.as_str(), "\n"]).collect();
        let mut known = HashSet::new();
        for (index, asset) in assets.iter().enumerate() {
            for mention in asset.mentions.iter().filter(|mention| mention.how == MentionHow::Swap) {
                let parts = mention.text.split_once(SWAP).map(|(from, to)| Swap { from, to });
                let is_likely = |swap: &Swap<'_>| all_paths.contains(swap.text()) && known.insert(&mention.text);
                let Some(swap) = parts.filter(is_likely) else { continue };
                for (one, path) in assets.iter().map(|asset| asset.path.as_str()).enumerate() {
                    let other = swap.made_from(path).and_then(|made| self.at_path(&made));
                    for target in other.into_iter().flat_map(|other| [one, other]) {
                        let text = format!("{} -> {}", swap.from, swap.to);
                        self.hold(target, || Witness { asset: index, at: mention.at, text, hold: Hold::Finds });
                    }
                }
            }
        }
    }

    /// The asset whose path is `path`.
    fn at_path(&self, path: &str) -> Option<usize> {
        self.equal_to(path).into_iter().find(|&index| self.assets[index].path.as_str() == path)
    }

    /// The asset whose whole path `/text` is, below the base of the site or, as scripts add that themselves, below `/`.
    fn at_whole_path(&self, text: &str) -> Option<usize> {
        let is_path = text.starts_with('/') && !text.starts_with("//");
        is_path.then(|| self.at_address(text).into_iter().next()).flatten()
    }

    /// The longest end of `path` that is an asset's whole path or the end of one.
    fn end_of(&mut self, index: usize, reference: &Reference, path: &str) {
        let starts = path.match_indices('/').map(|(at, _)| at + 1);
        let found = starts.map(|start| self.equal_to(&path[start..])).find(|found| !found.is_empty());
        for target in found.unwrap_or_default() {
            self.found[target].get_or_insert_with(|| Witness::loose(index, reference.at, &reference.url));
        }
    }

    /// A computed `import()` is resolved like any module specifier: what is known of it is exact.
    fn computed_import(&self, asset: &Lean, head: &str) -> Vec<usize> {
        let start = match url::resolve(&format!("{head}x"), asset.path.folder(), self.base) {
            _ if !head.starts_with(['.', '/']) && !head.is_empty() => return Vec::new(),
            Target::Site(path) if !head.is_empty() => path[..path.len() - 1].to_owned(),
            _ => String::new(),
        };
        let can_be_imported = |target: &usize| {
            let kind = self.assets[*target].kind;
            kind.is_js() || matches!(kind, Kind::Json | Kind::Css | Kind::Wasm)
        };
        self.starting_with(&start).into_iter().filter(can_be_imported).collect()
    }

    fn looked_up(&mut self, text: &str, is_prefix: bool) -> Vec<usize> {
        let text = &text[..text.find(['?', '#']).unwrap_or(text.len())];
        if let Some(path) = address_path(text) {
            return self.at_address(path);
        }
        let text = url::decode(text).unwrap_or_default();
        let text = without_dots(&text);
        if text.is_empty() {
            return Vec::new();
        }
        if !self.known.insert((text.to_owned(), is_prefix)) {
            return Vec::new();
        }
        let exact = self.equal_to(text);
        // A text without an extension may be completed at run time.
        let is_open = is_prefix || !text.rsplit('/').next().unwrap_or(text).contains('.');
        if exact.is_empty() && is_open && text.len() > 1 { self.starting_with(text) } else { exact }
    }

    fn from(&self, text: &str) -> impl Iterator<Item = &(String, usize)> {
        let from = self.suffixes.partition_point(|(suffix, _)| suffix.as_str() < text);
        self.suffixes[from..].iter()
    }

    /// The asset at `path` of an address: only the whole path counts, as most addresses lead to other sites.
    fn at_address(&self, path: &str) -> Vec<usize> {
        let paths = [url::resolve(path, "", self.base), url::resolve(path, "", "/")];
        let whole = |path: &str| -> Vec<usize> {
            self.equal_to(path).into_iter().filter(|&index| self.assets[index].path.as_str() == path).collect()
        };
        let found = paths.iter().find_map(|target| match target {
            Target::Site(path) => Some(whole(path)).filter(|found| !found.is_empty()),
            Target::Elsewhere | Target::Itself | Target::Outside => None,
        });
        found.unwrap_or_default()
    }

    /// Assets one of whose path ends is `text`.
    fn equal_to(&self, text: &str) -> Vec<usize> {
        self.from(text).take_while(|(suffix, _)| suffix == text).map(|(_, index)| *index).collect()
    }

    /// Assets one of whose path ends starts with `text`.
    fn starting_with(&self, text: &str) -> Vec<usize> {
        self.from(text).take_while(|(suffix, _)| suffix.starts_with(text)).map(|(_, index)| *index).collect()
    }

    /// Text that no parser could read, and formats we have none for: every occurrence of a file name counts.
    fn opaque_texts(&mut self, threads: usize) -> io::Result<()> {
        let assets = self.assets;
        let hides_names = |&index: &usize| may_hide_names(&assets[index]);
        let texts: Vec<usize> = (0..assets.len()).filter(hides_names).collect();
        if texts.is_empty() {
            return Ok(());
        }
        let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, asset) in assets.iter().enumerate() {
            by_name.entry(asset.path.file_name()).or_default().push(index);
        }
        let mut names: Vec<(&str, Vec<usize>)> = by_name.into_iter().collect();
        names.chunks_mut(NAMES_AT_A_TIME).try_for_each(|names| self.opaque_texts_with(&texts, names, threads))
    }

    fn opaque_texts_with(&mut self, texts: &[usize], names: &mut [Name], threads: usize) -> io::Result<()> {
        let searcher = AhoCorasick::new(names.iter().map(|(name, _)| name)).map_err(io::Error::other)?;
        for texts in texts.chunks(TEXTS_AT_A_TIME) {
            let look = |&index: &usize| first_hits(&self.assets[index], &searcher, names);
            let hits = parallel::try_map(threads, TEXTS_WORTH_A_THREAD, texts, look)?;
            for (&index, (at, name)) in
                texts.iter().zip(hits).flat_map(|(index, hits)| hits.into_iter().map(move |hit| (index, hit)))
            {
                let witness = Witness::loose(index, at, names[name].0);
                // Assets of this name are mentioned now: a list of thousands of pages names each `index.html` again.
                for target in std::mem::take(&mut names[name].1) {
                    self.found[target].get_or_insert_with(|| witness.clone());
                }
            }
        }
        Ok(())
    }
}

/// A file name, and the assets of that name which no text is known to name.
type Name<'a> = (&'a str, Vec<usize>);

/// Where the text of `asset` has each of `names` that still matters for the first time, in order.
fn first_hits(asset: &Lean, searcher: &AhoCorasick, names: &[Name]) -> io::Result<Vec<(Position, usize)>> {
    let Some(body) = &asset.body else { return Ok(Vec::new()) };
    let body = body.read()?;
    let (mut seen, mut hits) = (HashSet::new(), Vec::new());
    for found in searcher.find_overlapping_iter(&*body) {
        let name = found.pattern().as_usize();
        if !names[name].1.is_empty() && seen.insert(name) {
            hits.push((found.start(), name));
        }
    }
    hits.sort_unstable();
    let mut positions = Positions::new(&body);
    Ok(hits.into_iter().map(|(start, name)| (positions.of(start), name)).collect())
}

/// Whether what a text of this kind says is fetched for the page that is open: by scripts, and from data for them.
fn can_ask(kind: Kind) -> bool {
    kind.is_js() || matches!(kind, Kind::Html | Kind::Json)
}

fn may_hide_names(asset: &Lean) -> bool {
    !asset.is_pinned && (asset.is_opaque || matches!(asset.kind, Kind::Text | Kind::Wasm | Kind::Opaque))
}

/// The path of `https://host/path` and `//host/path`, with its slash.
pub(super) fn address_path(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("//")?;
    let is_web = scheme.is_empty() || scheme.eq_ignore_ascii_case("https:") || scheme.eq_ignore_ascii_case("http:");
    is_web.then(|| rest.find('/').map(|slash| &rest[slash..])).flatten()
}

/// `./a/b`, `../../a/b` and `/a/b` are all looked for as `a/b`.
fn without_dots(text: &str) -> &str {
    let mut text = text;
    while let Some(rest) = ["./", "../", "/"].iter().find_map(|dots| text.strip_prefix(dots)) {
        text = rest;
    }
    text
}
