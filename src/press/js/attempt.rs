//! Attempts at a script, boldest first, and the checks that each has to pass.

use std::{cell::OnceCell, collections::BTreeSet, rc::Rc};

use swc_core::{
    common::util::take::Take,
    ecma::{
        ast::{Pass, Program},
        transforms::base::fixer::fixer,
    },
};

use super::{
    Edits, Reach,
    compressor::{self, Merging},
    constants, legal, names,
    positions::{self, Trace},
    print,
    proof::{Identity, Meaning},
    source::Source,
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
    /// Rewrites code, with constant texts in place, and renames bindings.
    Folded,
    /// Rewrites code and renames bindings.
    Full,
    /// The same, but merges no expressions across statements.
    Careful,
    /// Renames bindings only.
    Names,
    /// White space and comments only.
    Space,
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
    fn of(source: &Source, policy: LegalComments) -> Self {
        Self {
            legal: legal::keep(&source.comments, policy),
            moved: legal::keep(&source.comments, LegalComments::Inline),
            tail: legal::tail(&source.comments, source.source_map_comment()),
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

/// The first attempt at `source` that succeeds.
///
/// # Errors
/// Why the source must stay as it is.
pub(super) fn draft(source: &Source, options: &Options) -> Result<Checked, KeptBecause> {
    if source.place == super::JsPlace::Handler {
        return Err(KeptBecause::NoPress);
    }
    if source.text.starts_with('\u{feff}') {
        return Err(KeptBecause::Unsupported(Note::new("it starts with a byte order mark")));
    }
    let attempt = Attempt {
        source,
        options,
        around: Around::of(source, options.legal_comments),
        folded: constants::folded(&source.program),
    };
    let mut refused = KeptBecause::NotSmaller;
    for effort in attempt.efforts() {
        match attempt.make(effort) {
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
    /// The program with its constant texts in place, if it has any.
    folded: Option<Program>,
}

impl Attempt<'_> {
    /// The attempts to make, boldest first.
    fn efforts(&self) -> impl Iterator<Item = Effort> + use<> {
        let hazards = &self.source.hazards;
        let boldest = if hazards.sees_names {
            Effort::Space
        } else if hazards.functions_in_blocks || hazards.orders_texts || self.options.script_reach == Reach::Names {
            Effort::Names
        } else if self.folded.is_some() {
            Effort::Folded
        } else {
            Effort::Full
        };
        let all = [Effort::Folded, Effort::Full, Effort::Careful, Effort::Names, Effort::Space];
        all.into_iter().skip_while(move |&effort| effort != boldest)
    }

    fn make(&self, effort: Effort) -> Result<Checked, KeptBecause> {
        let (source, level) = (self.source, self.options.level);
        let program = match effort {
            Effort::Folded => {
                compressor::compress(source, self.folded.as_ref().unwrap_or(&source.program), Merging::Free, level)?
            }
            Effort::Full => compressor::compress(source, &source.program, Merging::Free, level)?,
            Effort::Careful => compressor::compress(source, &source.program, Merging::Off, level)?,
            Effort::Names | Effort::Space => source.program.clone(),
        };
        if effort == Effort::Space {
            return self.finish(self.print(source, program, None)?);
        }
        // Only what was rewritten needs the marks of the resolver, which may err where the text alone cannot.
        let identity = if effort == Effort::Names { Identity::Name } else { Identity::Marked };
        let meaning = Some(Rc::new(Meaning::of(&program, identity)));
        let by_swc = self.print(source, compressor::mangle(source, program), meaning.clone())?;
        if level == Level::Fast {
            return self.finish(by_swc);
        }
        let ours = match effort {
            Effort::Names => self.named(&self.print(source, source.program.clone(), meaning)?)?,
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
        let mut read = self.read(&base.text)?;
        let meaning = Meaning::of(&read.program, Identity::Name);
        if let Some(before) = &base.meaning {
            before.compare(&meaning).map_err(refuse)?;
        }
        let mut program = read.program.take();
        if !names::rename(&mut program, &read.map, read.text, self.source.text.is_ascii(), self.options.level) {
            return Ok(None);
        }
        let mut ours = self.print(&read, program, Some(Rc::new(meaning)))?;
        ours.trace =
            ours.trace.zip(base.trace.as_ref()).map(|(trace, before)| trace.through(before, &base.text, read.start));
        Ok(Some(ours))
    }

    /// Prints `program`, which came from `from`, with the legal comments.
    fn print(&self, from: &Source, mut program: Program, meaning: Option<Rc<Meaning>>) -> Result<Printed, KeptBecause> {
        fixer(Some(&from.comments)).process(&mut program);
        legal::drop_others(&from.comments, self.options.legal_comments);
        let mut trace = (self.options.tracing == Tracing::On).then(Vec::new);
        let (ascii_only, in_element) = (self.source.text.is_ascii(), self.source.place.is_element());
        let code = print::print(&program, &from.map, &from.comments, ascii_only, in_element, trace.as_mut())
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

    /// Reads what was made of the source.
    fn read<'t>(&self, text: &'t str) -> Result<Source<'t>, KeptBecause> {
        let unreadable = |_| refuse("the result does not parse".to_owned());
        Source::read(text, self.source.place, &Edits::default()).map_err(unreadable)
    }

    /// Reads the result as a browser will; returns what it names.
    fn check(&self, text: &str, meaning: Option<&Meaning>) -> Result<Scan, KeptBecause> {
        let source = self.source;
        if source.place.is_element() && could_end_element(text) && !could_end_element(source.text) {
            return Err(refuse("the result would end the script element".to_owned()));
        }
        let after = self.read(text)?;
        if let Some(meaning) = meaning {
            meaning.compare(&Meaning::of(&after.program, Identity::Name)).map_err(refuse)?;
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
