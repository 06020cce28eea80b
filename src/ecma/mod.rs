//! JavaScript syntax: text in, swc's tree out, with the offsets of the text it came from.
//!
//! Both the reference scanner and the press start here. Refuses what would overflow a parser's stack before it is
//! parsed; never panics.

mod nesting;
mod strings;

use std::panic::{AssertUnwindSafe, catch_unwind};

use swc_core::{
    common::{
        BytePos, FileName, GLOBALS, Globals, SourceMap, Span, Spanned, comments::SingleThreadedComments, sync::Lrc,
    },
    ecma::{
        ast::{EsVersion, Program},
        parser::{EsSyntax, Parser, StringInput, Syntax, lexer::Lexer},
    },
};

use crate::{
    asset::Position,
    press::{KeptBecause, Note, js::JsPlace},
};

pub(crate) use nesting::is_too_deep;
pub(crate) use strings::decode_string;

/// A parsed script or module.
pub(crate) struct Parsed {
    pub(crate) program: Program,
    pub(crate) comments: SingleThreadedComments,
    pub(crate) map: Lrc<SourceMap>,
    pub(crate) start: BytePos,
}

impl Parsed {
    /// Byte offsets of `span` in the text that was parsed.
    pub(crate) fn range(&self, span: Span) -> std::ops::Range<usize> {
        let offset = |position: BytePos| position.0.saturating_sub(self.start.0) as usize;
        offset(span.lo)..offset(span.hi)
    }

    /// Byte offset of `position` in the text that was parsed.
    pub(crate) fn offset(&self, position: BytePos) -> usize {
        position.0.saturating_sub(self.start.0) as usize
    }

    /// Where the last statement ends: only comments come after it.
    pub(crate) fn end_of_code(&self) -> usize {
        let last = match &self.program {
            Program::Module(module) => module.body.last().map(Spanned::span_hi),
            Program::Script(script) => script.body.last().map(Spanned::span_hi),
        };
        last.map_or(0, |end| self.offset(end))
    }

    /// Whether the text is a module.
    pub(crate) fn is_module(&self) -> bool {
        matches!(self.program, Program::Module(_))
    }
}

/// Largest script that is parsed; larger ones are kept as they are.
const MAX_BYTES: usize = 64 << 20;

/// Runs `work` where swc's thread-local interner is set, and turns a panic of swc into [`KeptBecause::Crashed`].
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, KeptBecause>) -> Result<T, KeptBecause> {
    catch_unwind(AssertUnwindSafe(|| GLOBALS.set(&Globals::new(), work)))
        .unwrap_or_else(|_| Err(KeptBecause::Crashed(Note::new("the JavaScript engine panicked on it"))))
}

/// Parses `source` as what stands at `place`.
///
/// # Errors
/// [`KeptBecause::Unparsable`] with the first error, [`KeptBecause::TooLarge`] past the limits.
pub(crate) fn parse(source: &str, place: JsPlace) -> Result<Parsed, KeptBecause> {
    if source.len() > MAX_BYTES {
        return Err(KeptBecause::TooLarge(Note::new(format!("scripts over {} MiB are not parsed", MAX_BYTES >> 20))));
    }
    if is_too_deep(source) {
        return Err(KeptBecause::TooLarge(Note::new("it nests deeper than parsers can follow safely")));
    }
    let map: Lrc<SourceMap> = Lrc::default();
    let file = map.new_source_file(Lrc::new(FileName::Anon), with_blanks_for_mark(source));
    let comments = SingleThreadedComments::default();
    let syntax = Syntax::Es(EsSyntax {
        import_attributes: true,
        explicit_resource_management: true,
        allow_return_outside_function: place == JsPlace::Handler,
        ..EsSyntax::default()
    });
    let input = StringInput::from(&*file);
    let start = file.start_pos;
    let mut parser = Parser::new_from(Lexer::new(syntax, EsVersion::EsNext, input, Some(&comments)));
    let parsed = match place {
        JsPlace::File => parser.parse_program(),
        JsPlace::ModuleFile | JsPlace::Module => parser.parse_module().map(Program::Module),
        JsPlace::Script | JsPlace::Handler => parser.parse_script().map(Program::Script),
    };
    let unparsable = |error: swc_core::ecma::parser::error::Error| {
        let offset = error.span().lo.0.saturating_sub(start.0) as usize;
        KeptBecause::Unparsable(Note::at(first_line(&error.kind().msg()), Position::of(source.as_bytes(), offset)))
    };
    let program = parsed.map_err(unparsable)?;
    if let Some(error) = parser.take_errors().into_iter().next() {
        return Err(unparsable(error));
    }
    drop(parser);
    Ok(Parsed { program, comments, map, start })
}

/// `source`, where a byte order mark has become blanks: swc would drop it, and all offsets would be three too small.
fn with_blanks_for_mark(source: &str) -> String {
    match source.strip_prefix('\u{feff}') {
        Some(rest) => format!("   {rest}"),
        None => source.to_owned(),
    }
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(source: &str, place: JsPlace) -> Result<bool, String> {
        guarded(|| parse(source, place).map(|parsed| parsed.is_module())).map_err(|kept| kept.code().to_owned())
    }

    #[test]
    fn modules_are_told_by_content() {
        for (source, module) in [
            ("import './a.js'", true),
            ("export const a = 1", true),
            ("const u = import.meta.url", true),
            ("await fetch('/x')", true),
            ("import('./a.js')", false),
            ("var await = 1", false),
            ("with (a) b()", false),
            ("x = 010; delete x", false),
        ] {
            assert_eq!(kind(source, JsPlace::File), Ok(module), "{source}");
        }
    }

    #[test]
    fn a_byte_order_mark_shifts_nothing() {
        let source = "\u{feff}let word = 1 ;";
        let found = guarded(|| {
            let parsed = parse(source, JsPlace::File)?;
            Ok(parsed.end_of_code())
        });
        assert_eq!(found, Ok(source.len()));
    }

    #[test]
    fn errors_have_a_place() {
        let error = guarded(|| parse("let a;\nlet b = ;", JsPlace::File).map(|_| ())).unwrap_err();
        assert_eq!(error.note().unwrap().at, Position { line: 2, column: 9 });
    }

    #[test]
    fn deep_nesting_is_refused() {
        for source in ["[".repeat(100_000), format!("a{}", "+a".repeat(200_000)), "if(a){}else ".repeat(60_000) + ";"] {
            assert_eq!(kind(&source, JsPlace::File), Err("too-large".to_owned()));
        }
    }
}
