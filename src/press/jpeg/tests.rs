//! Whole presses of real pictures, whole and damaged.

use super::{
    candidates, check,
    frame::Frame,
    press, scans,
    segments::{Jpeg, write_segment},
    write::Mode,
};
use crate::press::{KeptBecause, Level, Metadata, Options, picture::corpus};

fn options(level: Level, metadata: Metadata) -> Options {
    Options { level, metadata, ..Options::default() }
}

/// A small grey picture with some detail, by the coder in use.
fn made(progressive: bool) -> Vec<u8> {
    let pixels: Vec<u8> = (0..48_u32 * 40).map(|i| u8::try_from(i * i % 251).unwrap()).collect();
    let encoder = libjpeg_turbo_rs::Encoder::new(&pixels, 48, 40, libjpeg_turbo_rs::PixelFormat::Grayscale);
    encoder.quality(80).progressive(progressive).encode().unwrap()
}

fn with_segments(file: &[u8], segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8];
    for (marker, body) in segments {
        write_segment(&mut out, *marker, body);
    }
    out.extend_from_slice(&file[2..]);
    out
}

fn markers(file: &[u8]) -> Vec<u8> {
    Jpeg::read(file).unwrap().segments.iter().filter(|s| s.is_metadata()).map(|s| s.marker).collect()
}

#[test]
fn metadata_goes_or_stays_as_asked() {
    let turned =
        b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x02\x01\x0F\0\x03\0\0\0\x01\0\x07\0\0\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let panorama = b"http://ns.adobe.com/xap/1.0/\0<x GPano:ProjectionType='equirectangular'/>";
    let source = with_segments(
        &made(false),
        &[
            (0xE1, turned),
            (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
            (0xE1, panorama),
            (0xE2, b"ICC_PROFILE\0\x01\x01profile"),
            (0xED, b"Photoshop 3.0\0"),
            (0xFE, b"comment"),
        ],
    );
    for (metadata, expected) in
        [(Metadata::Safe, &[0xE1, 0xE1, 0xE2, 0xE0][..]), (Metadata::Keep, &[0xE1, 0xE1, 0xE1, 0xE2, 0xED, 0xFE, 0xE0])]
    {
        let draft = press(&source, &options(Level::Default, metadata)).unwrap();
        assert_eq!(markers(&draft.bytes), expected, "{metadata:?}");
        assert_eq!(press(&draft.bytes, &options(Level::Default, metadata)), Err(KeptBecause::NotSmaller));
    }
}

#[test]
fn files_of_several_pictures_and_signed_ones_are_left_alone() {
    let file = made(false);
    let signed = [&b"JP\0\x01\0\0\0\x01\0\0\0\x20"[..], b"jumb...."].concat();
    let layer = [&b"JP\0\x01\0\0\0\x01\0\0\0\x20"[..], b"RESI...."].concat();
    for (what, source, metadata) in [
        ("second picture", [&file[..], &file].concat(), Metadata::Safe),
        ("index", with_segments(&file, &[(0xE2, b"MPF\0")]), Metadata::Safe),
        ("gain map", with_segments(&file, &[(0xE1, b"http://ns.adobe.com/xap/1.0/\0 hdrgm:Version")]), Metadata::Safe),
        ("layer", with_segments(&file, &[(0xEB, &layer)]), Metadata::Safe),
        ("signed", with_segments(&file, &[(0xEB, &signed)]), Metadata::Keep),
    ] {
        let kept = press(&source, &options(Level::Default, metadata)).unwrap_err();
        assert_eq!(kept.code(), "unsupported", "{what}: {kept:?}");
    }
    assert!(press(&with_segments(&file, &[(0xEB, &signed)]), &Options::default()).is_ok(), "signatures are metadata");
    assert!(press(&[&file[..], b"\0\0\n"].concat(), &Options::default()).is_ok(), "padding is nothing");
}

#[test]
fn damage_is_never_frozen_into_a_new_file() {
    for progressive in [false, true] {
        let file = made(progressive);
        for cut in 0..file.len() {
            let kept = press(&file[..cut], &Options::default());
            assert!(
                matches!(kept, Err(KeptBecause::Unparsable(_) | KeptBecause::Unsupported(_))),
                "cut at {cut}: {kept:?}"
            );
        }
        for at in 2..file.len() {
            let mut bent = file.clone();
            bent[at] ^= 0x15;
            let result = press(&bent, &Options::default());
            assert!(!matches!(result, Err(KeptBecause::Crashed(_))), "bent at {at}: {result:?}");
        }
    }
}

#[test]
fn the_strict_reader_agrees_with_the_coder() {
    for (name, source) in corpus::files("images/jpeg", ".jpg") {
        let jpeg = Jpeg::read(&source).unwrap();
        let Ok(frame) = Frame::read(&jpeg) else { continue };
        let planes = scans::decode(&jpeg, &frame).unwrap();
        let theirs = libjpeg_turbo_rs::read_coefficients(&source).unwrap();
        for (component, (ours, theirs)) in frame.components.iter().zip(planes.iter().zip(&theirs.components)) {
            assert_eq!(component.padded, (theirs.blocks_x, theirs.blocks_y), "{name}");
            for (at, (one, other)) in ours.iter().zip(&theirs.blocks).enumerate() {
                let visible =
                    at % component.padded.0 < component.visible.0 && at / component.padded.0 < component.visible.1;
                assert!(!visible || one == other, "{name}, block {at}");
            }
        }
    }
}

/// Writes the picture both ways and reads it back with everything that can; the lengths.
fn written(name: &str, source: &[u8]) -> Option<[usize; 2]> {
    let jpeg = Jpeg::read(source).unwrap();
    let frame = Frame::read(&jpeg).ok()?;
    let planes = scans::decode(&jpeg, &frame).unwrap();
    let kept: Vec<_> =
        jpeg.segments.iter().filter(|segment| segment.is_metadata()).map(|s| (s.marker, s.body.into())).collect();
    Some([Mode::Sequential, Mode::Progressive].map(|mode| {
        let file = candidates::coded(&kept, &frame, &planes, mode);
        assert_eq!(check::same(source, &frame, &planes, &file, Level::Max), Ok(()), "{name}, {mode:?}");
        let read = Jpeg::read(&file).unwrap();
        let again = Frame::read(&read).unwrap();
        let found = scans::decode(&read, &again).unwrap();
        for (component, (old, new)) in frame.components.iter().zip(planes.iter().zip(&found)) {
            for (old, new) in
                old.chunks(component.padded.0).zip(new.chunks(component.padded.0)).take(component.visible.1)
            {
                assert!(old[..component.visible.0] == new[..component.visible.0], "{name}, {mode:?}");
            }
        }
        file.len()
    }))
}

#[test]
fn real_pictures_are_written_as_short_as_by_libjpeg() {
    for (name, source) in corpus::files("images/jpeg", ".jpg") {
        let Some(ours) = written(&name, &source) else { continue };
        let mut read = libjpeg_turbo_rs::read_coefficients(&source).unwrap();
        read.restart_interval = 0;
        let theirs = [
            libjpeg_turbo_rs::write_coefficients_optimized(&read).unwrap().len(),
            libjpeg_turbo_rs::write_coefficients_progressive(&read, None).unwrap().len(),
        ];
        let metadata: usize =
            Jpeg::read(&source).unwrap().segments.iter().filter(|s| s.is_metadata()).map(|s| s.body.len() + 4).sum();
        for (ours, theirs) in ours.into_iter().zip(theirs) {
            // Codes of equal cost can need a few more or less stuffed zeros.
            assert!(ours - metadata <= theirs + theirs / 2000, "{name}: {} and {theirs}", ours - metadata);
        }
    }
}

#[test]
fn every_layout_is_written() {
    use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};
    let noise: Vec<u8> =
        (0..70_u32 * 70 * 3).map(|i| u8::try_from((i * i / 7 % 251) & (i >> 5)).unwrap_or(0)).collect();
    for (format, channels) in [(PixelFormat::Grayscale, 1), (PixelFormat::Rgb, 3)] {
        for subsampling in
            [Subsampling::S444, Subsampling::S422, Subsampling::S420, Subsampling::S440, Subsampling::S411]
        {
            for (width, height) in [(1, 1), (8, 8), (17, 9), (33, 65), (70, 70)] {
                for (quality, progressive, restarts) in [(30, false, 0), (90, true, 0), (100, false, 2)] {
                    let encoder = Encoder::new(&noise[..width * height * channels], width, height, format);
                    let encoder = encoder.quality(quality).progressive(progressive).subsampling(subsampling);
                    let file = encoder.restart_blocks(restarts).encode().unwrap();
                    let name =
                        format!("{format:?} {subsampling:?} {width}x{height} {quality} {progressive} {restarts}");
                    assert!(written(&name, &file).is_some(), "{name}");
                }
            }
        }
    }
}

#[test]
fn real_pictures_shrink_once_and_never_grow() {
    let special = [
        ("arithmetic-coded.jpg", "unsupported"),
        ("twelve-bit.jpg", "unsupported"),
        ("display-p3-gainmap-mpo.jpg", "unsupported"),
        ("p3-gamut-gainmap.jpg", "unsupported"),
    ];
    for (name, source) in corpus::files("images/jpeg", ".jpg") {
        let result = press(&source, &Options::default());
        if let Some((_, code)) = special.iter().find(|(special, _)| *special == name) {
            assert_eq!(result.unwrap_err().code(), *code, "{name}");
            continue;
        }
        let draft = result.unwrap();
        assert!(draft.bytes.len() < source.len(), "{name}");
        assert_eq!(press(&draft.bytes, &Options::default()), Err(KeptBecause::NotSmaller), "{name}, second press");
    }
    for folder in ["bad/images", "bad/bombs"] {
        for (name, source) in corpus::files(folder, ".jpg").into_iter().filter(|(name, _)| name != "png-named.jpg") {
            assert!(press(&source, &Options::default()).is_err(), "{name}");
        }
    }
}
