//! A picture made here, so that tests need no file for it.

use std::io::Write;

use flate2::{Compression, Crc, write::ZlibEncoder};

/// A grey PNG of that size, deflated as badly as can be: any press makes it smaller.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let row: Vec<u8> = std::iter::once(0).chain(std::iter::repeat_n(0x80, width as usize * 3)).collect();
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::none());
    (0..height).for_each(|_| rows.write_all(&row).unwrap());
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [(b"IHDR", header), (b"IDAT", rows.finish().unwrap()), (b"IEND", Vec::new())] {
        chunk(&mut png, *name, &data);
    }
    png
}

fn chunk(png: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(&name);
    crc.update(data);
    png.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
    png.extend(name);
    png.extend(data);
    png.extend(crc.sum().to_be_bytes());
}
