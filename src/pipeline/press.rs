//! Press every asset, heaviest first.
//!
//! Names are decided by what assets name, so only texts are waited for: pictures are pressed while the linker works.

use std::{borrow::Cow, collections::HashSet, sync::Arc};

use super::{
    Gathered, Tools,
    gather::{Asset, Before},
    legal,
    maps::beside,
    pack,
    workshop::Work,
};
use crate::{
    action::{Action, Crew, Done, Origin, Outcome, Weight},
    asset::{Digest, Kind},
    body::Body,
    config::Config,
    error::Error,
    finding::{Code, Finding},
    link::Lean,
    maps::SourceMaps,
    plan::media_type::is_xhtml,
    press::{KeptBecause, LegalComments, Options, Pressed, ScanOnly, Shrunk, Tracing, html::WhiteSpace, js::Reach},
    seal,
    standing::Standing,
    walk,
};

/// One asset after its press.
#[derive(Clone, Debug)]
pub struct PressedAsset {
    /// What the press said; its bytes are in `body`.
    pub pressed: Pressed,
    /// The bytes, with the names they came with.
    pub body: Body,
    /// Bytes as they came in.
    pub bytes_in: u64,
    /// Where the result came from; `None` when there was nothing to do.
    pub origin: Option<Origin>,
    /// How it was pressed, if that need not be done again.
    pub recipe: Option<Digest>,
    /// Seconds the press took here.
    pub seconds: f64,
    /// Whether its text is known to be UTF-8.
    pub is_utf8: bool,
    /// What to tell about it.
    pub findings: Vec<Finding>,
    /// Subresource integrity of the body, where nothing else has to be made of it.
    pub integrity: Option<Arc<str>>,
}

/// Hands every press to the crew.
pub(super) fn start<'env>(
    crew: &Crew<'env, Result<Work, Error>>,
    gathered: &'env Gathered,
    config: &'env Config,
    tools: &'env Tools<'env>,
) -> Result<(), Error> {
    let maps = paths_of(gathered, Kind::SourceMap);
    let texts = paths_of(gathered, Kind::Text);
    let submit = |index: usize, asset: &'env Asset, options: &Arc<Options>| {
        let path = asset.found.path.as_str();
        let company = Company {
            has_map: maps.contains(beside(path).as_str()),
            has_text: options.legal_comments.moves() && texts.contains(legal::beside(path).as_str()),
        };
        let options = Arc::clone(options);
        crew.submit(weight(asset), move || {
            tools.go_on()?;
            let pressed = if passes_by(asset) {
                pass_by(asset, tools.standing)?
            } else {
                press_one(asset, company, &options, config, tools)?
            };
            Ok(Work::Pressed(index, Box::new(pressed)))
        });
    };
    // Pages wait until it is known what the sheets say about white space; the crew has the rest to do meanwhile.
    let of_the_rest = Arc::new(config.press_options());
    let rest = gathered.assets.iter().enumerate().filter(|(_, asset)| asset.kind != Kind::Html);
    rest.for_each(|(index, asset)| submit(index, asset, &of_the_rest));
    let mut pages = gathered.assets.iter().enumerate().filter(|(_, asset)| asset.kind == Kind::Html).peekable();
    if pages.peek().is_some() {
        let of_pages = Arc::new(Options { white_space: white_space(gathered)?, ..config.press_options() });
        pages.for_each(|(index, asset)| submit(index, asset, &of_pages));
    }
    Ok(())
}

/// Whether names cannot be decided before this asset is pressed: it may name others, or its own name depends on its bytes.
pub(super) fn decides_names(asset: &Asset) -> bool {
    !matches!(asset.kind, Kind::Png | Kind::Jpeg) || asset.before.as_ref().is_some_and(Before::is_hashed)
}

fn weight(asset: &Asset) -> Weight {
    let bytes = asset.found.bytes;
    // Rough cost per byte of pressing and packing together.
    let cost = match asset.kind {
        Kind::Png => 14,
        Kind::JsModule | Kind::JsScript => 12,
        Kind::Css => 9,
        Kind::Html | Kind::Svg => 5,
        Kind::Jpeg => 1,
        kind if kind.is_compressible() => 4,
        _ => 0,
    };
    // Trees and dictionaries against the source they are made from.
    let memory = match asset.kind {
        _ if passes_by(asset) => 0,
        Kind::JsModule | Kind::JsScript => bytes * 80,
        Kind::Png | Kind::Jpeg => asset.pixel_memory,
        _ => bytes * 12,
    };
    Weight { cost: bytes * cost, memory: memory + (4 << 20) }
}

/// What the sheets of the site say about white space in its pages.
fn white_space(gathered: &Gathered) -> Result<WhiteSpace, Error> {
    let mut known = WhiteSpace::default();
    for asset in gathered.assets.iter().filter(|asset| asset.kind == Kind::Css && !asset.is_pinned) {
        let reading = walk::read(&asset.found);
        let reading = reading.map_err(|error| Error::input_output("read", &*asset.found.source, error))?;
        known.add_sheet(&String::from_utf8_lossy(&reading.bytes));
    }
    Ok(known)
}

/// Whether nothing is done to the bytes of this asset: no press, no siblings, no search for names.
fn passes_by(asset: &Asset) -> bool {
    !has_action(asset.kind) && !asset.kind.is_compressible() && asset.kind != Kind::Opaque
}

/// What is published as it came in is never in memory as a whole: videos may be larger than that.
fn pass_by(asset: &Asset, standing: &Standing) -> Result<PressedAsset, Error> {
    let (mut digest, mut integrity) = (Digest::in_parts(), pack::Integrity::default());
    // What was published before has its integrity already.
    let is_likely_known = !standing.is_empty();
    let (bytes, changed) = look_through(asset, |part| {
        digest.update(part);
        if !is_likely_known {
            integrity.update(part);
        }
    })?;
    let digest = digest.finish();
    let known = standing.of(&digest, asset.kind).map(|made| Arc::clone(&made.integrity));
    if known.is_none() && is_likely_known {
        look_through(asset, |part| integrity.update(part))?;
    }
    Ok(PressedAsset {
        pressed: untouched(asset.kind, KeptBecause::NoPress),
        body: Body::from_file(Arc::clone(&asset.found.source), digest, bytes),
        bytes_in: bytes,
        origin: None,
        recipe: None,
        seconds: 0.0,
        is_utf8: false,
        findings: changed.then(|| input_changed(asset)).into_iter().collect(),
        integrity: Some(known.unwrap_or_else(|| integrity.finish().into())),
    })
}

fn look_through(asset: &Asset, look: impl FnMut(&[u8])) -> Result<(u64, bool), Error> {
    walk::look_through(&asset.found, look).map_err(|error| Error::input_output("read", &*asset.found.source, error))
}

fn input_changed(asset: &Asset) -> Finding {
    Finding::new(Code::InputChanged, asset.found.path.as_str(), "it changed while the site was read")
        .hint("run edgepress after the build has finished")
}

fn paths_of(gathered: &Gathered, kind: Kind) -> HashSet<&str> {
    let of_kind = gathered.assets.iter().filter(|asset| asset.kind == kind);
    of_kind.map(|asset| asset.found.path.as_str()).collect()
}

/// What stands beside an asset.
#[derive(Clone, Copy, Debug)]
struct Company {
    /// A source map under its name.
    has_map: bool,
    /// A text under the name that its legal comments would get.
    has_text: bool,
}

fn press_one(
    asset: &Asset,
    company: Company,
    options: &Options,
    config: &Config,
    tools: &Tools,
) -> Result<PressedAsset, Error> {
    let path = asset.found.path.as_str();
    let reading = walk::read(&asset.found).map_err(|error| Error::input_output("read", &*asset.found.source, error))?;
    let unsealed = (asset.kind == Kind::Html && !asset.is_pinned).then(|| seal::unsealed(&reading.bytes)).flatten();
    let is_as_found = unsealed.is_none();
    let bytes = unsealed.unwrap_or(reading.bytes);
    let digest = Digest::of(&bytes);
    let mut findings: Vec<Finding> = reading.changed.then(|| input_changed(asset)).into_iter().collect();
    let mut own = own_options(asset, company, &bytes, options, config);
    let mut done = perform(asset, &bytes, &digest, &own, config, tools);
    if own.legal_comments == LegalComments::Linked && !legal::link(&mut done.pressed, asset, bytes.len()) {
        own.to_mut().legal_comments = LegalComments::Inline;
        done = perform(asset, &bytes, &digest, &own, config, tools);
    }
    let bytes_in = bytes.len() as u64;
    let (pressed, body) = match done.pressed {
        Pressed { shrunk: Shrunk::Smaller(bytes), .. } => {
            (Pressed { shrunk: Shrunk::Smaller(Vec::new()), ..done.pressed }, Body::from_bytes(bytes))
        }
        pressed if is_as_found => (pressed, Body::from_file(asset.found.source.clone(), digest, bytes_in)),
        pressed => (pressed, Body::from_bytes(bytes.clone())),
    };
    findings.extend(findings_of(path, &pressed));
    let is_ready = body.file().is_some() && !pressed.kind.is_compressible();
    let known = tools.standing.of(body.digest(), pressed.kind).map(|made| Arc::clone(&made.integrity));
    let integrity = is_ready.then(|| known.unwrap_or_else(|| pack::integrity(&bytes).into()));
    let is_utf8 = pressed.kind.is_text()
        && !matches!(pressed.shrunk, Shrunk::Kept(KeptBecause::Unsupported(_)))
        && std::str::from_utf8(&bytes).is_ok();
    Ok(PressedAsset {
        is_utf8,
        pressed,
        body,
        bytes_in,
        origin: done.origin,
        recipe: done.recipe,
        seconds: done.seconds,
        findings,
        integrity,
    })
}

/// The options of one asset: those of the run, narrowed by where it stands and what it says.
fn own_options<'o>(
    asset: &Asset,
    company: Company,
    text: &[u8],
    options: &'o Options,
    config: &Config,
) -> Cow<'o, Options> {
    let mut own = Cow::Borrowed(options);
    if asset.kind.is_js() && config.press_names.is_match(asset.found.path.as_str()) {
        own.to_mut().script_reach = Reach::Names;
    }
    // Whether the text really names a map is found out by its press.
    let names_map = || memchr::memmem::find(text, b"sourceMappingURL=").is_some();
    let can_trace = (asset.kind.is_js() || asset.kind == Kind::Css) && config.source_maps != SourceMaps::Drop;
    if can_trace && (company.has_map || names_map()) {
        own.to_mut().tracing = Tracing::On;
    }
    if company.has_text {
        own.to_mut().legal_comments = LegalComments::Inline;
    }
    own
}

struct Performed {
    pressed: Pressed,
    origin: Option<Origin>,
    recipe: Option<Digest>,
    seconds: f64,
}

/// The options of one asset: rules may say other than for the rest.
fn narrowed<'a>(asset: &Asset, options: &'a Options, config: &Config) -> Cow<'a, Options> {
    let path = asset.found.path.as_str();
    if !config.presses(path) {
        return Cow::Owned(Options { scan_only: ScanOnly::Yes, ..options.clone() });
    }
    if asset.kind == Kind::Html && is_xhtml(&asset.found.path) {
        return Cow::Owned(Options { scan_only: ScanOnly::Xhtml, ..options.clone() });
    }
    let html = config.html_options(path);
    if asset.kind == Kind::Html && html != options.html {
        return Cow::Owned(Options { html, ..options.clone() });
    }
    Cow::Borrowed(options)
}

fn perform(
    asset: &Asset,
    bytes: &[u8],
    digest: &Digest,
    options: &Options,
    config: &Config,
    tools: &Tools,
) -> Performed {
    let kind = asset.kind;
    if asset.is_pinned || !has_action(kind) {
        let why = if asset.is_pinned { KeptBecause::OptedOut } else { KeptBecause::NoPress };
        return Performed { pressed: untouched(kind, why), origin: None, recipe: None, seconds: 0.0 };
    }
    let options = narrowed(asset, options, config);
    let mut action = Action::Press { kind, options };
    let recipe = action.recipe();
    let is_ours = |before: &Before| before.is_of(digest) && before.was_pressed_by(&recipe);
    if asset.before.as_ref().is_some_and(is_ours) {
        let options = Options { scan_only: ScanOnly::AlreadyPressed, ..Options::default() };
        action = Action::Press { kind, options: Cow::Owned(options) };
    }
    match tools.runner.run(&action, bytes, digest) {
        Done { outcome: Outcome::Pressed(pressed), origin, seconds } => {
            let recipe = Some(recipe).filter(|_| is_done(&pressed.shrunk));
            Performed { pressed, origin: Some(origin), recipe, seconds }
        }
        Done { outcome: Outcome::Packed(_), .. } => {
            Performed { pressed: untouched(kind, KeptBecause::NoPress), origin: None, recipe: None, seconds: 0.0 }
        }
    }
}

/// Whether pressing again could only find the same. What is refused is to be told again.
fn is_done(shrunk: &Shrunk) -> bool {
    matches!(shrunk, Shrunk::Smaller(_) | Shrunk::Kept(KeptBecause::NotSmaller | KeptBecause::AlreadyPressed))
}

/// Whether there is anything to be found in, or saved on, an asset of this kind.
fn has_action(kind: Kind) -> bool {
    kind.is_text() && kind != Kind::Text || matches!(kind, Kind::Png | Kind::Jpeg)
}

pub(super) fn untouched(kind: Kind, why: KeptBecause) -> Pressed {
    Pressed {
        kind,
        shrunk: Shrunk::Kept(why),
        references: Vec::new(),
        mentions: Vec::new(),
        base: None,
        import_map: Vec::new(),
        opaque: false,
        notes: Vec::new(),
        source_map: None,
        positions: None,
        legal: Vec::new(),
    }
}

fn findings_of(path: &str, pressed: &Pressed) -> Vec<Finding> {
    let notes = pressed.notes.iter().map(|note| (Code::Remark, note));
    let kept = match &pressed.shrunk {
        Shrunk::Kept(kept) => code_of(kept).zip(kept.note()),
        Shrunk::Smaller(_) => None,
    };
    notes.chain(kept).map(|(code, note)| Finding::new(code, path, note.text.clone()).at(note.at)).collect()
}

fn code_of(kept: &KeptBecause) -> Option<Code> {
    match kept {
        KeptBecause::NoPress | KeptBecause::NotSmaller | KeptBecause::OptedOut | KeptBecause::AlreadyPressed => None,
        KeptBecause::Unparsable(_) => Some(Code::Unparsable),
        KeptBecause::WouldChangeMeaning(_) => Some(Code::VerificationRefused),
        KeptBecause::Unsupported(_) | KeptBecause::TooLarge(_) => Some(Code::Kept),
        KeptBecause::Crashed(_) => Some(Code::Crashed),
    }
}

/// What the linker needs to decide names. Takes the references out of what was pressed.
pub(super) fn lean(asset: &Asset, pressed: Option<&mut PressedAsset>) -> Lean {
    let lean = Lean {
        path: asset.found.path.clone(),
        kind: asset.kind,
        body: None,
        may_change: true,
        known_as: Box::default(),
        is_pinned: asset.is_pinned,
        has_our_name: false,
        references: Box::default(),
        mentions: Box::default(),
        base: None,
        import_map: Box::default(),
        is_opaque: false,
        source_map: None,
    };
    // What is not waited for must not matter when it happens to be there.
    let Some(PressedAsset { pressed, body, .. }) = pressed.filter(|_| decides_names(asset)) else { return lean };
    Lean {
        kind: pressed.kind,
        body: Some(body.clone()),
        may_change: body.file().is_none(),
        has_our_name: asset.before.as_ref().is_some_and(|before| before.is_hashed() && before.is_of(body.digest())),
        references: std::mem::take(&mut pressed.references).into(),
        mentions: std::mem::take(&mut pressed.mentions).into(),
        base: pressed.base.take(),
        import_map: std::mem::take(&mut pressed.import_map).into(),
        is_opaque: pressed.opaque,
        source_map: pressed.source_map,
        ..lean
    }
}
