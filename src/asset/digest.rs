use std::fmt;

use serde::{Deserialize, Serialize};

/// Digits and lower-case consonants (`y` counts as a vowel): spells no word an ad blocker might know and stays
/// distinct where file names ignore case.
const ALPHABET: &[u8; 30] = b"0123456789bcdfghjklmnpqrstvwxz";

/// BLAKE3 of some bytes, 32 bytes long.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest([u8; 32]);

/// A [`Digest`] under way.
#[derive(Debug)]
pub struct Digester(blake3::Hasher);

impl Digester {
    /// The next bytes.
    pub fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    /// The digest of all bytes so far.
    #[must_use]
    pub fn finish(&self) -> Digest {
        Digest(*self.0.finalize().as_bytes())
    }
}

impl Digest {
    /// Digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Digest of several parts, each framed by its length so that no two lists of parts collide.
    #[must_use]
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// Digest of bytes that come in parts.
    #[must_use]
    pub fn in_parts() -> Digester {
        Digester(blake3::Hasher::new())
    }

    /// The digest that is written as `text`, in hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(|hash| Self(*hash.as_bytes()))
    }

    /// The raw 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Eight characters for a published name (39 bits), from digits and lower-case consonants.
    #[must_use]
    pub fn short(&self) -> String {
        let mut number = u128::from_le_bytes(std::array::from_fn(|i| self.0[i]));
        let base = ALPHABET.len() as u128;
        (0..8)
            .map(|_| {
                let letter = ALPHABET[usize::try_from(number % base).unwrap_or_default()];
                number /= base;
                char::from(letter)
            })
            .collect()
    }

    /// Whether `text` could be a [`Digest::short`].
    #[must_use]
    pub fn is_short(text: &str) -> bool {
        Self::is_short_bytes(text.as_bytes())
    }

    /// Whether `bytes` could be a [`Digest::short`].
    #[must_use]
    pub fn is_short_bytes(bytes: &[u8]) -> bool {
        bytes.len() == 8 && bytes.iter().all(|b| ALPHABET.contains(b))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_framed() {
        assert_ne!(Digest::of_parts([&b"ab"[..], b"c"]), Digest::of_parts([&b"a"[..], b"bc"]));
    }

    #[test]
    fn digests_are_read_as_they_are_written() {
        let digest = Digest::of(b"x");
        assert_eq!(Digest::from_hex(&digest.to_string()), Some(digest));
        assert_eq!(Digest::from_hex("x"), None);
    }

    #[test]
    fn short_names_have_no_vowels_and_no_capitals() {
        for i in 0..2000_u32 {
            let short = Digest::of(&i.to_le_bytes()).short();
            assert!(Digest::is_short(&short), "{short}");
            assert!(!short.contains(['a', 'e', 'i', 'o', 'u', 'y']), "{short}");
        }
    }
}
