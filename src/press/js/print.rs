//! A tree back to text.

use swc_core::{
    common::{BytePos, LineCol, SourceMap, comments::Comments, sync::Lrc},
    ecma::{
        ast::{EsVersion, Program},
        codegen::{
            Config, Emitter,
            text_writer::{JsWriter, WriteJs, omit_trailing_semi},
        },
    },
};

/// Prints `program` without needless white space, with the comments that are left in `comments`; tells `trace`, if there
/// is one, what it put where.
///
/// # Errors
/// What swc said, in one line.
pub(super) fn print(
    program: &Program,
    map: &Lrc<SourceMap>,
    comments: &dyn Comments,
    ascii_only: bool,
    in_element: bool,
    trace: Option<&mut Vec<(BytePos, LineCol)>>,
) -> Result<String, String> {
    let mut bytes = Vec::new();
    let config = Config::default()
        .with_target(EsVersion::EsNext)
        .with_minify(true)
        .with_ascii_only(ascii_only)
        .with_inline_script(in_element)
        // A template literal keeps its `\n`: a raw line break would be one byte less but may stand in a CRLF file.
        .with_reduce_escaped_newline(false);
    let writer: Box<dyn WriteJs> = Box::new(omit_trailing_semi(JsWriter::new(map.clone(), "\n", &mut bytes, trace)));
    let mut emitter = Emitter { cfg: config, cm: map.clone(), comments: Some(comments), wr: writer };
    emitter.emit_program(program).map_err(|error| format!("printing failed: {error}"))?;
    drop(emitter);
    String::from_utf8(bytes).map_err(|_| "printing gave text that is not UTF-8".to_owned())
}
