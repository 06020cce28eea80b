//! Attempts at a script, boldest first, and the checks that each has to pass.

use std::{cell::OnceCell, collections::BTreeSet, rc::Rc};

use swc_core::{
    common::comments::SingleThreadedComments,
    ecma::{ast::Pass, transforms::base::fixer::fixer},
};

use super::{
    Edits, Reach,
    compressor::{self, Merging},
    constants,
    hazards::Hazards,
    legal, names,
    positions::{self, Trace},
    print,
    proof::{Identity, Meaning},
    source::{Source, Tree},
};
use crate::{
    asset::{Reference, Role, Span},
    pack,
    press::{Checked, Draft, KeptBecause, LegalComments, Level, Note, Options, Tracing, with_inline_map},
    refs::Scan,
};

/// How much an attempt may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effort {
    /// Rewrites code and renames bindings; the first time with constant texts in place.
    Full,
    /// The same, but merges no expressions across statements.
    Careful,
    /// Renames bindings only.
    Names,
    /// White space and comments only.
    Space,
}

impl Effort {
    const ALL: [Self; 4] = [Self::Full, Self::Careful, Self::Names, Self::Space];
}

/// A rewritten script must save this share of its compressed size, or [`WORTHWHILE_BYTES`], to replace its source: less is
/// not worth new bytes for returning visitors.
const WORTHWHILE_PER_MILLE: usize = 10;
const WORTHWHILE_BYTES: usize = 512;

/// Comments that go around the code, known before the first attempt takes the others away.
struct Around {
    /// Those that must be found in the result.
    legal: Vec<String>,
    /// Those that carry a licence, for a file beside the script.
    moved: Vec<String>,
    /// What goes last.
    tail: String,
}

impl Around {
    fn of(source: &Source, comments: &SingleThreadedComments, policy: LegalComments) -> Self {
        Self {
            legal: legal::keep(comments, policy),
            moved: legal::keep(comments, LegalComments::Inline),
            tail: legal::tail(comments, source.source_map_comment()),
        }
    }
}

/// A script as printed, all but its tail.
struct Printed {
    text: String,
    trace: Option<Trace>,
    /// What its names mean, unless they are those of the source.
    meaning: Option<Rc<Meaning>>,
    /// Of `text`, once it was asked for.
    wire_size: OnceCell<usize>,
}

impl Printed {
    fn wire_size(&self) -> usize {
        *self.wire_size.get_or_init(|| pack::wire_size(self.text.as_bytes()))
    }
}

/// The first attempt at `source`, read as `tree`, that succeeds.
///
/// # Errors
/// Why the source must stay as it is.
pub(super) fn draft(source: &Source, mut tree: Tree, options: &Options) -> Result<Checked, KeptBecause> {
    if source.place == super::JsPlace::Handler {
        return Err(KeptBecause::NoPress);
    }
    let around = Around::of(source, &tree.comments, options.legal_comments);
    let attempt = Attempt { source, options, around };
    let boldest = attempt.boldest(Hazards::of(&tree.program));
    let is_folded = boldest == Effort::Full && constants::fold(&mut tree.program);
    let efforts = is_folded.then_some(Effort::Full).into_iter();
    let efforts = efforts.chain(Effort::ALL.into_iter().skip_while(|&effort| effort != boldest));
    let (mut refused, mut tree) = (KeptBecause::NotSmaller, Some(tree));
    for effort in efforts {
        // An attempt uses its tree up. Most scripts need one only.
        let tree = tree.take().map_or_else(|| attempt.read_again(), Ok)?;
        match attempt.make(effort, tree) {
            Err(KeptBecause::NotSmaller) => return Err(KeptBecause::NotSmaller),
            Err(kept) => refused = kept,
            Ok(done) => return Ok(done),
        }
    }
    Err(refused)
}

struct Attempt<'a> {
    source: &'a Source<'a>,
    options: &'a Options,
    around: Around,
}

impl Attempt<'_> {
    /// The attempt to begin with.
    fn boldest(&self, hazards: Hazards) -> Effort {
        if hazards.sees_names {
            Effort::Space
        } else if hazards.err_in_rewriting() || self.options.script_reach == Reach::Names {
            Effort::Names
        } else {
            Effort::Full
        }
    }

    fn read_again(&self) -> Result<Tree, KeptBecause> {
        Source::read(self.source.text, self.source.place, &self.options.script_edits).map(|(_, tree)| tree)
    }

    fn make(&self, effort: Effort, tree: Tree) -> Result<Checked, KeptBecause> {
        let level = self.options.level;
        let tree = match effort {
            Effort::Full => compressor::compress(tree, Merging::Free, level)?,
            Effort::Careful => compressor::compress(tree, Merging::Off, level)?,
            Effort::Names => tree,
            Effort::Space => return self.finish(self.print(tree, None)?),
        };
        // Only what was rewritten needs the marks of the resolver, which may err where the text alone cannot.
        let identity = if effort == Effort::Names { Identity::Name } else { Identity::Marked };
        let meaning = Some(Rc::new(Meaning::of(&tree.program, identity)));
        let by_swc = self.print(compressor::mangle(tree), meaning.clone())?;
        if level == Level::Fast {
            return self.finish(by_swc);
        }
        let ours = match effort {
            Effort::Names => self.named(&self.print(self.read_again()?, meaning)?)?,
            _ => self.named(&by_swc)?,
        };
        match ours.filter(|ours| ours.wire_size() < by_swc.wire_size()).map(|ours| self.finish(ours)) {
            None | Some(Err(KeptBecause::WouldChangeMeaning(_))) => self.finish(by_swc),
            Some(done) => done,
        }
    }

    /// `base` with the names we choose, if that can be done. They are chosen on its text, parsed anew: the marks that the
    /// compressor leaves on identifiers are not sure enough to rename by.
    fn named(&self, base: &Printed) -> Result<Option<Printed>, KeptBecause> {
        let mut tree = Tree::read(&base.text, self.source.place).map_err(unreadable)?;
        let meaning = Meaning::of(&tree.program, Identity::Name);
        if let Some(before) = &base.meaning {
            before.compare(&meaning).map_err(refuse)?;
        }
        let (is_ascii, start) = (self.source.text.is_ascii(), tree.start);
        if !names::rename(&mut tree.program, &tree.map, &base.text, is_ascii, self.options.level) {
            return Ok(None);
        }
        let mut ours = self.print(tree, Some(Rc::new(meaning)))?;
        ours.trace =
            ours.trace.zip(base.trace.as_ref()).map(|(trace, before)| trace.through(before, &base.text, start));
        Ok(Some(ours))
    }

    /// Prints `tree` with the legal comments.
    fn print(&self, tree: Tree, meaning: Option<Rc<Meaning>>) -> Result<Printed, KeptBecause> {
        let Tree { mut program, map, comments, .. } = tree;
        fixer(Some(&comments)).process(&mut program);
        legal::drop_others(&comments, self.options.legal_comments);
        let mut trace = (self.options.tracing == Tracing::On).then(Vec::new);
        let (ascii_only, in_element) = (self.source.text.is_ascii(), self.source.place.is_element());
        let code = print::print(&program, &map, &comments, ascii_only, in_element, trace.as_mut())
            .map_err(|error| KeptBecause::Crashed(Note::new(error)))?;
        let head = legal::head(&code, &self.around.legal);
        let trace = trace.map(|trace| Trace::below(head.matches('\n').count(), trace));
        Ok(Printed { text: format!("{head}{code}"), trace, meaning, wire_size: OnceCell::new() })
    }

    /// Checks what was printed, with its tail.
    fn finish(&self, printed: Printed) -> Result<Checked, KeptBecause> {
        if !self.is_worthwhile(&printed) {
            return Err(KeptBecause::NotSmaller);
        }
        let Printed { mut text, trace, meaning, .. } = printed;
        text.push_str(&self.around.tail);
        let (mut notes, mut positions) = (Vec::new(), None);
        if let Some(trace) = trace {
            let traced = positions::of(&trace, self.source.text, self.source.start, &text);
            text = with_inline_map(text, self.source.source_map_comment(), &traced, &mut notes);
            positions = Some(traced);
        }
        let after = self.check(&text, meaning.as_deref())?;
        let legal = if self.options.legal_comments.moves() { self.around.moved.clone() } else { Vec::new() };
        let removed = self.source.removed.clone();
        Ok(Checked { draft: Draft { bytes: text.into_bytes(), notes }, after, positions, legal, removed })
    }

    /// Reads the result as a browser will; returns what it names.
    fn check(&self, text: &str, meaning: Option<&Meaning>) -> Result<Scan, KeptBecause> {
        let source = self.source;
        if source.place.is_element() && could_end_element(text) && !could_end_element(source.text) {
            return Err(refuse("the result would end the script element".to_owned()));
        }
        let (after, tree) = Source::read(text, source.place, &Edits::default()).map_err(unreadable)?;
        if let Some(meaning) = meaning {
            meaning.compare(&Meaning::of(&tree.program, Identity::Name)).map_err(refuse)?;
        }
        source.facts.compare(&after.facts).map_err(refuse)?;
        match named(&source.scan, &source.removed).symmetric_difference(&named(&after.scan, &[])).next() {
            Some((url, _)) => Err(refuse(format!("the reference to {url:?} would be lost or made up"))),
            None => Ok(after.scan),
        }
    }

    fn is_worthwhile(&self, printed: &Printed) -> bool {
        let source = self.source;
        if printed.text.len() + self.around.tail.len() >= source.text.len() {
            return false;
        }
        // What its owner wants out goes for any gain.
        if source.is_edited {
            return true;
        }
        let before = source.without(&self.around.tail);
        // Far smaller raw is smaller on the wire too: spare the estimate.
        if printed.text.len() * 4 < before.len() * 3 {
            return true;
        }
        let before = pack::wire_size(before.as_bytes());
        let saved = before.saturating_sub(printed.wire_size());
        saved >= WORTHWHILE_BYTES || saved * 1000 >= before * WORTHWHILE_PER_MILLE && saved > 0
    }
}

fn unreadable(_: KeptBecause) -> KeptBecause {
    refuse("the result does not parse".to_owned())
}

fn refuse(what: String) -> KeptBecause {
    KeptBecause::WouldChangeMeaning(Note::new(what))
}

/// What a scan names outside of `removed`, each once.
fn named<'s>(scan: &'s Scan, removed: &[Span]) -> BTreeSet<(&'s str, Role)> {
    let is_left =
        |reference: &&Reference| !removed.iter().any(|part| (part.start..part.end).contains(&reference.name.start));
    scan.references.iter().filter(is_left).map(|reference| (&*reference.url, reference.role)).collect()
}

/// Whether `text` inside a `<script>` element could end it or change how its end is found (HTML, script data states).
pub(super) fn could_end_element(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["</script", "<!--", "<script"].iter().any(|needle| lower.contains(needle))
}
