//! Whole presses: made pictures for each rule, real pictures for all of them together.

use libdeflater::{CompressionLvl, Compressor};

use super::{
    check,
    chunks::{Png, write},
    press,
};
use crate::press::{KeptBecause, Level, Metadata, Options, picture::corpus};

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::new(1).unwrap());
    let mut packed = vec![0; compressor.zlib_compress_bound(data.len())];
    let length = compressor.zlib_compress(data, &mut packed).unwrap();
    packed.truncate(length);
    packed
}

fn header(width: u8, height: u8, depth: u8, colour: u8) -> ([u8; 4], Vec<u8>) {
    (*b"IHDR", vec![0, 0, 0, width, 0, 0, 0, height, depth, colour, 0, 0, 0])
}

fn file(chunks: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    write(chunks.iter().map(|(name, data)| (*name, &data[..])))
}

/// Two rows of 16-bit colours that need all their bits.
fn deep() -> Vec<u8> {
    (0..2_u16)
        .flat_map(|row| std::iter::once(0).chain((0..12).flat_map(move |x| (row * 7919 + x * 1234).to_be_bytes())))
        .collect()
}

fn options(level: Level, metadata: Metadata) -> Options {
    Options { level, metadata, ..Options::default() }
}

fn names(bytes: &[u8]) -> Vec<String> {
    Png::read(bytes).unwrap().chunks.iter().map(super::chunks::Chunk::label).collect()
}

#[test]
fn metadata_goes_or_stays_as_asked() {
    let text = |name: &[u8; 4]| (*name, b"Comment\0not part of the picture".to_vec());
    let profile = [&b"a long profile name\0\0"[..], &zlib(&[7; 3000])].concat();
    let source = file(&[
        header(4, 2, 16, 2),
        (*b"gAMA", vec![0, 0, 0, 9]),
        (*b"iCCP", profile),
        (*b"pHYs", [[0, 0, 0, 3], [0, 0, 0, 3], [0, 0, 1, 0]].concat()[..9].to_vec()),
        (*b"sBIT", vec![16, 16, 16]),
        text(b"tEXt"),
        (*b"IDAT", zlib(&deep())),
        (*b"eXIf", b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec()),
        text(b"zTXt"),
    ]);
    let safe = press(&source, &options(Level::Default, Metadata::Safe)).unwrap();
    assert_eq!(names(&safe.bytes), ["gAMA", "iCCP", "IDAT", "eXIf"]);
    assert!(safe.notes.is_empty());
    let again = press(&safe.bytes, &options(Level::Default, Metadata::Safe));
    assert_eq!(again, Err(KeptBecause::NotSmaller));
    let all = press(&[&source[..], b"tail"].concat(), &options(Level::Default, Metadata::Keep)).unwrap();
    assert_eq!(names(&all.bytes), ["gAMA", "iCCP", "sBIT", "pHYs", "tEXt", "IDAT", "eXIf", "zTXt"]);
    assert_eq!(all.notes.len(), 1, "bytes after the end are mentioned");
}

#[test]
fn what_is_broken_or_irregular_is_left_alone() {
    let grey = |extra: &[([u8; 4], Vec<u8>)]| {
        let data = (*b"IDAT", zlib(&[0, 1, 2, 0, 3, 4]));
        file(&[&[header(2, 2, 8, 0)], extra, &[data]].concat())
    };
    let chunk = |name: &[u8; 4], data: &[u8]| vec![(*name, data.to_vec())];
    let palette = |index: u8| {
        let text = (*b"tEXt", vec![b'x'; 200]);
        file(&[header(1, 1, 8, 3), (*b"PLTE", vec![1, 2, 3, 4, 5, 6]), text, (*b"IDAT", zlib(&[0, index]))])
    };
    assert!(press(&palette(1), &Options::default()).is_ok());
    let twice = [chunk(b"gAMA", &[0, 0, 0, 1]), chunk(b"gAMA", &[0, 0, 0, 2])].concat();
    let whole = grey(&[]);
    for (what, source, code) in [
        ("palette index", palette(2), "unparsable"),
        ("empty", vec![], "unparsable"),
        ("no end", whole[..whole.len() - 12].to_vec(), "unparsable"),
        ("cut", whole[..whole.len() - 1].to_vec(), "unparsable"),
        ("checksum", [&whole[..40], &[whole[40] ^ 1], &whole[41..]].concat(), "unparsable"),
        ("too little data", file(&[header(2, 3, 8, 0), (*b"IDAT", zlib(&[0, 1, 2]))]), "unparsable"),
        ("no data", file(&[header(2, 2, 8, 0)]), "unparsable"),
        ("unknown critical", grey(&chunk(b"CgBI", b"1234")), "unsupported"),
        ("palette for grey", grey(&chunk(b"PLTE", b"123")), "unsupported"),
        ("key out of range", grey(&chunk(b"tRNS", &[1, 0])), "unsupported"),
        ("two gammas", grey(&twice), "unsupported"),
        ("animation parts", grey(&chunk(b"fcTL", &[0; 26])), "unsupported"),
        ("bomb", file(&[(*b"IHDR", vec![0, 1, 0, 0, 0, 1, 0, 0, 8, 6, 0, 0, 0]), (*b"IDAT", vec![])]), "too-large"),
    ] {
        assert_eq!(press(&source, &Options::default()).unwrap_err().code(), code, "{what}");
    }
}

#[test]
fn the_check_sees_what_must_not_change() {
    let still = |colour, data: &[u8], extra: &[([u8; 4], Vec<u8>)]| {
        file(&[&[header(1, 1, 8, colour)], extra, &[(*b"IDAT", zlib(data))]].concat())
    };
    let rgba = |pixel: [u8; 4]| still(6, &[&[0][..], &pixel].concat(), &[]);
    let gamma = |value| still(6, &[0, 1, 1, 1, 255], &[(*b"gAMA", vec![0, 0, 0, value])]);
    let same = |a: &[u8], b: &[u8]| check::same(&Png::read(a).unwrap(), &Png::read(b).unwrap()).is_ok();
    assert!(same(&rgba([5, 5, 5, 255]), &still(0, &[0, 5], &[])), "grey for equal colours");
    assert!(same(&rgba([5, 6, 7, 255]), &still(3, &[0, 0], &[(*b"PLTE", vec![5, 6, 7])])), "palette for colours");
    assert!(!same(&rgba([5, 5, 5, 0]), &rgba([0, 0, 0, 0])), "a hidden colour");
    assert!(!same(&rgba([5, 5, 5, 255]), &rgba([5, 5, 5, 254])));
    assert!(!same(&gamma(1), &gamma(2)));
    assert!(!same(&gamma(1), &rgba([1, 1, 1, 255])));
}

#[test]
fn real_pictures_shrink_once_and_never_grow() {
    for folder in ["suites/pngsuite", "suites/apng/pillow", "suites/apng/wpt"] {
        for (name, source) in corpus::files(folder, ".png") {
            for metadata in [Metadata::Safe, Metadata::Keep] {
                let options = options(Level::Default, metadata);
                let result = press(&source, &options);
                let irregular =
                    name.starts_with('x') || ["chunk_", "sequence_", "syntax_"].iter().any(|p| name.starts_with(p));
                match result {
                    Ok(draft) => {
                        assert!(!irregular, "{name} is irregular");
                        assert!(draft.bytes.len() < source.len(), "{name}");
                        assert_eq!(press(&draft.bytes, &options), Err(KeptBecause::NotSmaller), "{name}, second press");
                    }
                    Err(why) => {
                        let ordinary = why == KeptBecause::NotSmaller || name == "split_fdat_zero_chunk.png";
                        assert!(irregular || ordinary, "{name}: {why:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn damage_never_panics() {
    for (name, source) in corpus::files("images/png", ".png").into_iter().filter(|(_, source)| source.len() < 4000) {
        for cut in (0..source.len()).step_by(7) {
            let kept = press(&source[..cut], &options(Level::Fast, Metadata::Safe));
            assert!(kept.is_err_and(|why| why.code() == "unparsable"), "{name} cut at {cut}");
        }
    }
    for folder in ["bad/images/real", "bad/images", "bad/bombs"] {
        for (name, source) in corpus::files(folder, ".png") {
            let result = press(&source, &options(Level::Fast, Metadata::Safe));
            assert!(!matches!(result, Err(KeptBecause::Crashed(_))), "{name}: {result:?}");
        }
    }
}

#[test]
fn a_picture_that_needs_few_samples_is_pressed_as_a_small_one_at_once() {
    // 160 x 160 RGBA of four colours: beyond an icon as it comes, an icon once it has a palette.
    let row = |y: usize| {
        let pixel = move |x: usize| {
            if (x * x + y * y * 3) % 7 < 3 { [9, 9, 200, 255] } else { [u8::from(x.is_multiple_of(2)), 80, 0, 255] }
        };
        std::iter::once(0).chain((0..160).flat_map(pixel))
    };
    let pixels: Vec<u8> = (0..160).flat_map(row).collect();
    let source = file(&[header(160, 160, 8, 6), (*b"IDAT", zlib(&pixels))]);
    for level in [Level::Fast, Level::Default] {
        let options = options(level, Metadata::Safe);
        let draft = press(&source, &options).unwrap();
        assert_eq!(press(&draft.bytes, &options), Err(KeptBecause::NotSmaller), "{level:?}");
    }
}
