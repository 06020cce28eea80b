//! Signatures of binary formats.
//!
//! A signature counts only when it cannot be the beginning of a text, or when the fields after it make sense too.

use crate::asset::Kind;

/// The binary kind that `head` begins as, if any.
pub(super) fn of(head: &[u8]) -> Option<Kind> {
    picture(head).or_else(|| font(head)).or_else(|| media(head)).or_else(|| other(head))
}

fn picture(head: &[u8]) -> Option<Kind> {
    match head {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Kind::Png),
        [0xFF, 0xD8, 0xFF, ..] => Some(Kind::Jpeg),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Kind::Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Kind::WebP),
        _ if is_avif(head) => Some(Kind::Avif),
        _ if is_icon(head) => Some(Kind::Ico),
        _ => None,
    }
}

/// The brands of an ISO media file: the major one first.
fn brands(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let length = match head {
        [a, b, c, d, b'f', b't', b'y', b'p', ..] => u32::from_be_bytes([*a, *b, *c, *d]) as usize,
        _ => 0,
    };
    let ftyp = head.get(..length.min(head.len())).unwrap_or_default();
    let major = ftyp.get(8..12).into_iter();
    major.chain(ftyp.get(16..).unwrap_or_default().chunks_exact(4))
}

fn is_avif(head: &[u8]) -> bool {
    // A HEIC file may name `mif1` and friends too, but `avif` and `avis` stand for AV1 alone.
    brands(head).any(|brand| matches!(brand, b"avif" | b"avis"))
}

/// Icons and cursors have a weak signature: the first entry of their directory must point behind it.
fn is_icon(head: &[u8]) -> bool {
    let &[0, 0, 1 | 2, 0, low, high, ..] = head else { return false };
    let count = usize::from(u16::from_le_bytes([low, high]));
    let Some(&[_, _, _, 0, ref rest @ ..]) = head.get(6..22) else { return false };
    let &[.., a, b, c, d] = rest else { return false };
    count > 0 && u32::from_le_bytes([a, b, c, d]) as usize >= 6 + 16 * count
}

fn font(head: &[u8]) -> Option<Kind> {
    match head {
        [b'w', b'O', b'F', b'F', flavor @ ..] if is_flavor(flavor) => Some(Kind::Woff),
        [b'w', b'O', b'F', b'2', flavor @ ..] if is_flavor(flavor) => Some(Kind::Woff2),
        [b'O', b'T', b'T', b'O', tables @ ..] if has_tables(tables) => Some(Kind::Otf),
        [0, 1, 0, 0, tables @ ..] | [b't', b'r', b'u', b'e', tables @ ..] if has_tables(tables) => Some(Kind::Ttf),
        [b't', b't', b'c', b'f', 0, 1 | 2, 0, 0, ..] => Some(Kind::Ttf),
        _ if is_eot(head) => Some(Kind::Eot),
        _ => None,
    }
}

fn is_flavor(flavor: &[u8]) -> bool {
    flavor.starts_with(&[0, 1, 0, 0]) || [b"OTTO", b"true", b"ttcf"].iter().any(|f| flavor.starts_with(*f))
}

/// What follows the version of an SFNT: a sensible number of tables, and a printable tag for the first.
fn has_tables(head: &[u8]) -> bool {
    let [0, 1..=100, ..] = head else { return false };
    let tag_is_printable = |tag: &[u8]| tag.iter().all(|byte| (b' '..=b'~').contains(byte));
    head.get(8..12).is_some_and(tag_is_printable)
}

fn is_eot(head: &[u8]) -> bool {
    matches!(head.get(8..12), Some([0..=2, 0, 1 | 2, 0])) && head.get(34..36) == Some(b"LP")
}

#[expect(clippy::match_same_arms, reason = "a line per format")]
fn media(head: &[u8]) -> Option<Kind> {
    match head {
        [b'I', b'D', b'3', 2..=4, ..] | [b'f', b'L', b'a', b'C', 0 | 0x80, ..] => Some(Kind::Audio),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some(Kind::Audio),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => Some(Kind::Video),
        [b'O', b'g', b'g', b'S', 0, ..] => Some(Kind::Audio),
        [0x1A, 0x45, 0xDF, 0xA3, ..] => Some(Kind::Video),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => iso_media(head),
        _ => None,
    }
}

fn iso_media(head: &[u8]) -> Option<Kind> {
    match brands(head).next()? {
        b"M4A " | b"M4B " => Some(Kind::Audio),
        // HEIC and its relatives are pictures that we have no kind for.
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1" => None,
        _ => Some(Kind::Video),
    }
}

#[expect(clippy::match_same_arms, reason = "a line per format")]
fn other(head: &[u8]) -> Option<Kind> {
    match head {
        [0, b'a', b's', b'm', _, 0, _, 0, ..] => Some(Kind::Wasm),
        [b'%', b'P', b'D', b'F', b'-', b'1' | b'2', b'.', ..] => Some(Kind::Pdf),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [0x1F, 0x8B, 8, ..] => Some(Kind::Archive),
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Kind::Archive),
        [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] | [b'R', b'a', b'r', b'!', 0x1A, 7, ..] => Some(Kind::Archive),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Some(Kind::Archive),
        _ if head.get(257..262) == Some(b"ustar") => Some(Kind::Archive),
        _ => None,
    }
}
