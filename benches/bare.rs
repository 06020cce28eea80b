//! The floor of a build's cost: its actions and encoders alone, one after the other, in one process on one thread.
//!
//!     cargo bench --bench bare -- SITE OUT
//!
//! Presses every file of SITE and encodes every file of OUT, its published tree, as a build at level `default` does, and
//! throws the results away: no cache, no workers, no links, no names, no headers, nothing written. Whoever starts it
//! compares the processor time of the two (`benches/speed`).

use std::{
    borrow::Cow,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
};

use edgepress::{
    action::{Action, Outcome},
    asset::Kind,
    classify,
    config::Config,
    pack::{Encoding, Packed},
    press::{Options, Pressed, Shrunk, html::WhiteSpace},
    walk::{self, Found, Selection, Tree},
};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Parsers recurse.
const STACK_BYTES: usize = 512 << 20;

/// What cargo and the file system may say.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    // Cargo adds a flag of its own.
    let mut folders = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).map(PathBuf::from);
    let (Some(site), Some(out)) = (folders.next(), folders.next()) else { return Err("usage: bare SITE OUT".into()) };
    let work = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || run(&site, &out))?;
    work.join().map_err(|_| "an action panicked")?
}

fn run(site: &Path, out: &Path) -> Result<(), Failure> {
    let pressed = press_all(&files(site)?.files)?;
    let packed = pack_all(&files(out)?.files)?;
    writeln!(io::stderr(), "{pressed} bytes pressed, {packed} bytes packed")?;
    Ok(())
}

fn files(folder: &Path) -> Result<Tree, Failure> {
    Ok(walk::walk(folder, &Selection::default())?)
}

/// The bytes of a file, and what it is.
fn read(found: &Found) -> io::Result<(Vec<u8>, Kind)> {
    let bytes = fs::read(&found.source)?;
    let head = &bytes[..bytes.len().min(classify::HEAD)];
    let kind = classify::kind(&found.path, head, head.len() == bytes.len());
    Ok((bytes, kind))
}

fn press_all(files: &[Found]) -> io::Result<u64> {
    let options = Options { white_space: white_space(files)?, ..Config::default().press_options() };
    let mut made = 0;
    for found in files {
        let (bytes, kind) = read(found)?;
        let has_press = kind.is_text() && kind != Kind::Text || matches!(kind, Kind::Png | Kind::Jpeg);
        if has_press {
            made += length(&Action::Press { kind, options: Cow::Borrowed(&options) }.perform(&bytes));
        }
    }
    Ok(made)
}

/// What pages need to know of the sheets.
fn white_space(files: &[Found]) -> io::Result<WhiteSpace> {
    let mut known = WhiteSpace::default();
    for found in files {
        let (bytes, kind) = read(found)?;
        if kind == Kind::Css {
            known.add_sheet(&String::from_utf8_lossy(&bytes));
        }
    }
    Ok(known)
}

fn pack_all(files: &[Found]) -> io::Result<u64> {
    let mut made = 0;
    for found in files {
        let (bytes, kind) = read(found)?;
        let is_sibling = matches!(found.path.extension(), "br" | "gz" | "zst");
        let is_ours = found.path.as_str().starts_with("edgepress.") || found.path.as_str() == "_headers";
        if kind.is_compressible() && !is_sibling && !is_ours {
            let pack = |encoding| Action::Pack { encoding, level: Config::default().level }.perform(&bytes);
            made += length(&pack(Encoding::Br)) + length(&pack(Encoding::Gzip));
        }
    }
    Ok(made)
}

fn length(outcome: &Outcome) -> u64 {
    match outcome {
        Outcome::Pressed(Pressed { shrunk: Shrunk::Smaller(body), .. }) | Outcome::Packed(Packed::Sibling(body)) => {
            body.len() as u64
        }
        Outcome::Pressed(_) | Outcome::Packed(_) => 0,
    }
}
