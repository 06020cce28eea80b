//! Press every asset, heaviest first. What has no references has its final bytes at once, so its siblings are made
//! right there: the cores never wait for the linker with nothing to do.

use std::borrow::Cow;

use super::{Gathered, Tools, gather::Asset, pack};
use crate::{
    action::{Action, Done, Origin, Outcome, Weighted},
    asset::{Digest, Kind},
    body::Body,
    config::Config,
    error::Error,
    finding::{Code, Finding},
    link::Lean,
    press::{KeptBecause, Options, Pressed, ScanOnly, Shrunk, html::WhiteSpace},
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
    /// Seconds the press took here.
    pub seconds: f64,
    /// Siblings that could be made already.
    pub siblings: pack::Siblings,
    /// Whether its text is known to be UTF-8.
    pub is_utf8: bool,
    /// What to tell about it.
    pub findings: Vec<Finding>,
}

pub(super) fn press(gathered: &Gathered, config: &Config, tools: &Tools) -> Result<Vec<PressedAsset>, Error> {
    tools.progress.stage("press", gathered.bytes());
    let options = Options { white_space: white_space(gathered)?, ..config.press_options() };
    let items: Vec<Weighted<&Asset>> = gathered.assets.iter().map(weighted).collect();
    let pressed = tools.pool.map(&items, |asset| {
        if tools.interrupt.is_raised() {
            return Err(Error::Interrupted(crate::error::Signal::Interrupt));
        }
        let pressed = press_one(asset, &options, config, tools);
        tools.progress.advance(asset.found.bytes);
        pressed
    });
    pressed
        .map_err(|error| Error::input_output("start threads for", gathered_root(gathered), error))?
        .into_iter()
        .collect()
}

fn gathered_root(gathered: &Gathered) -> std::path::PathBuf {
    gathered.assets.first().map(|asset| asset.found.source.clone()).unwrap_or_default()
}

fn weighted(asset: &Asset) -> Weighted<&Asset> {
    let bytes = asset.found.bytes;
    // Rough cost per byte of pressing and packing together: it only decides what starts first.
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
        Kind::JsModule | Kind::JsScript => bytes * 80,
        Kind::Png | Kind::Jpeg => bytes * 40,
        _ => bytes * 12,
    };
    Weighted { item: asset, cost: bytes * cost, memory: memory + (4 << 20) }
}

/// What the sheets of the site say about white space in its pages.
fn white_space(gathered: &Gathered) -> Result<WhiteSpace, Error> {
    let mut known = WhiteSpace::default();
    for asset in gathered.assets.iter().filter(|asset| asset.kind == Kind::Css && !asset.is_pinned) {
        let reading = walk::read(&asset.found);
        let reading = reading.map_err(|error| Error::input_output("read", &asset.found.source, error))?;
        known.add_sheet(&String::from_utf8_lossy(&reading.bytes));
    }
    Ok(known)
}

fn press_one(asset: &Asset, options: &Options, config: &Config, tools: &Tools) -> Result<PressedAsset, Error> {
    let path = asset.found.path.as_str();
    let reading = walk::read(&asset.found).map_err(|error| Error::input_output("read", &asset.found.source, error))?;
    let digest = Digest::of(&reading.bytes);
    let mut findings = Vec::new();
    if reading.changed {
        findings.push(
            Finding::new(Code::InputChanged, path, "it changed while the site was read")
                .hint("run edgepress after the build has finished"),
        );
    }
    let done = perform(asset, &reading.bytes, &digest, options, config, tools);
    let bytes_in = reading.bytes.len() as u64;
    let (pressed, body) = match done.pressed {
        Pressed { shrunk: Shrunk::Smaller(bytes), .. } => {
            (Pressed { shrunk: Shrunk::Smaller(Vec::new()), ..done.pressed }, Body::from_bytes(bytes))
        }
        pressed => (pressed, Body::from_file(asset.found.source.clone(), digest, bytes_in)),
    };
    findings.extend(findings_of(path, &pressed));
    let siblings = if pressed.references.is_empty() {
        let bytes = if body.file().is_some() { Cow::Borrowed(reading.bytes.as_slice()) } else { read(&body, asset)? };
        pack::siblings(pressed.kind, &bytes, body.digest(), config, tools)
    } else {
        pack::Siblings::default()
    };
    let is_utf8 = pressed.kind.is_text()
        && !matches!(pressed.shrunk, Shrunk::Kept(KeptBecause::Unsupported(_)))
        && std::str::from_utf8(&reading.bytes).is_ok();
    Ok(PressedAsset {
        is_utf8,
        pressed,
        body,
        bytes_in,
        origin: done.origin,
        seconds: done.seconds,
        siblings,
        findings,
    })
}

fn read<'a>(body: &'a Body, asset: &Asset) -> Result<Cow<'a, [u8]>, Error> {
    body.read().map_err(|error| Error::input_output("read again", &asset.found.source, error))
}

struct Performed {
    pressed: Pressed,
    origin: Option<Origin>,
    seconds: f64,
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
        return Performed { pressed: untouched(kind, why), origin: None, seconds: 0.0 };
    }
    let options = if config.presses(asset.found.path.as_str()) {
        Cow::Borrowed(options)
    } else {
        Cow::Owned(Options { scan_only: ScanOnly::Yes, ..options.clone() })
    };
    let action = Action::Press { kind, options };
    match tools.runner.run(&action, bytes, digest) {
        Done { outcome: Outcome::Pressed(pressed), origin, seconds } => {
            Performed { pressed, origin: Some(origin), seconds }
        }
        Done { outcome: Outcome::Packed(_), .. } => {
            Performed { pressed: untouched(kind, KeptBecause::NoPress), origin: None, seconds: 0.0 }
        }
    }
}

/// Whether there is anything to be found in, or saved on, an asset of this kind.
fn has_action(kind: Kind) -> bool {
    kind.is_text() && kind != Kind::Text || matches!(kind, Kind::Png | Kind::Jpeg)
}

fn untouched(kind: Kind, why: KeptBecause) -> Pressed {
    Pressed {
        kind,
        shrunk: Shrunk::Kept(why),
        references: Vec::new(),
        mentions: Vec::new(),
        base: None,
        opaque: false,
        notes: Vec::new(),
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
        KeptBecause::NoPress | KeptBecause::NotSmaller | KeptBecause::OptedOut => None,
        KeptBecause::Unparsable(_) => Some(Code::Unparsable),
        KeptBecause::WouldChangeMeaning(_) => Some(Code::VerificationRefused),
        KeptBecause::Unsupported(_) | KeptBecause::TooLarge(_) => Some(Code::Kept),
        KeptBecause::Crashed(_) => Some(Code::Crashed),
    }
}

/// What the linker needs of all this.
pub(super) fn lean(gathered: &Gathered, pressed: &[PressedAsset]) -> Vec<Lean> {
    let one = |(asset, pressed): (&Asset, &PressedAsset)| Lean {
        path: asset.found.path.clone(),
        kind: pressed.pressed.kind,
        body: pressed.body.clone(),
        is_changed: pressed.body.file().is_none(),
        is_pinned: asset.is_pinned,
        has_our_name: asset
            .hashed_before
            .as_ref()
            .is_some_and(|was| *was == format!("blake3-{}", pressed.body.digest())),
        references: pressed.pressed.references.clone(),
        mentions: pressed.pressed.mentions.clone(),
        base: pressed.pressed.base.clone(),
        is_opaque: pressed.pressed.opaque,
    };
    gathered.assets.iter().zip(pressed).map(one).collect()
}
