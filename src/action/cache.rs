//! The local cache: one file per outcome, written beside and renamed, checked in full before it is believed.
//!
//! The cache is advice. A missing, damaged, foreign or swapped entry is a miss; an unwritable folder only costs time.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use super::Outcome;
use crate::asset::{ByteSize, Digest};

/// First bytes of every entry; the number changes with the layout.
const MAGIC: &[u8; 8] = b"edgeprs1";

/// Magic, key, digest of what follows, length of the description.
const HEADER: usize = 8 + 32 + 32 + 4;

/// Entries that were used within this time are equally young: not every use is worth a write.
const USED_LATELY: Duration = Duration::from_hours(1);

/// Listing all entries takes as long as a small build: what adds less than this does it at most once in that time.
const LITTLE: u64 = 64_000_000;

/// A folder of outcomes.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    /// Set after a write failed: the rest of the run does not try again.
    unwritable: AtomicBool,
    /// Bytes that this run added.
    written: AtomicU64,
}

/// What a cache holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// Entries.
    pub entries: u64,
    /// Their bytes.
    pub bytes: ByteSize,
}

impl Cache {
    /// A cache in `folder`, which need not exist yet.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), unwritable: AtomicBool::new(false), written: AtomicU64::new(0) }
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether a write failed in this run.
    #[must_use]
    pub fn is_unwritable(&self) -> bool {
        self.unwritable.load(Ordering::Relaxed)
    }

    /// The outcome stored under `key`, if all of it is there and right.
    #[must_use]
    pub fn get(&self, key: &Digest) -> Option<Outcome> {
        let path = self.path_of(key);
        let (file, bytes) = open_used(&path).ok()?;
        let outcome = decode(file, bytes, key);
        if outcome.is_none() {
            // Damaged or from another layout: it would be a miss for ever.
            let _ = fs::remove_file(&path);
        }
        outcome
    }

    /// Stores `outcome` under `key`; a failure is remembered, not reported.
    pub fn put(&self, key: &Digest, outcome: &Outcome) {
        if self.is_unwritable() {
            return;
        }
        let written = match self.write(key, outcome) {
            // Somebody clears the cache at this very moment.
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.write(key, outcome),
            written => written,
        };
        match written {
            Ok(bytes) => {
                self.written.fetch_add(bytes, Ordering::Relaxed);
            }
            Err(_) => self.unwritable.store(true, Ordering::Relaxed),
        }
    }

    fn write(&self, key: &Digest, outcome: &Outcome) -> io::Result<u64> {
        let path = self.path_of(key);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
        let (head, description) = encode(key, outcome)?;
        file.write_all(&head)?;
        file.write_all(&description)?;
        file.write_all(outcome.body())?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok((head.len() + description.len() + outcome.body().len()) as u64)
    }

    /// Sixteen folders: file systems spread new folders over the disk, and each costs more than the files in it.
    fn path_of(&self, key: &Digest) -> PathBuf {
        let name = key.to_string();
        self.folder.join("v1").join(&name[..1]).join(&name[1..])
    }

    /// Counts what is there.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        let mut stats = CacheStats::default();
        for entry in self.entries() {
            stats.entries += 1;
            stats.bytes.0 += entry.bytes;
        }
        stats
    }

    /// Removes every entry.
    ///
    /// # Errors
    /// When the folder cannot be removed.
    pub fn clear(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.folder.join("v1")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Trims to `cap` if this run added much, or something and nobody trimmed lately.
    pub fn trim_if_due(&self, cap: ByteSize) {
        let written = self.written.load(Ordering::Relaxed);
        let last = self.folder.join("v1").join("trimmed");
        if written > LITTLE || written > 0 && !was_used_lately(&last) {
            let _ = File::create(&last).and_then(|file| file.set_modified(SystemTime::now()));
            self.trim(cap);
        }
    }

    /// Removes the entries that were not used for longest until at most `cap` bytes are left. Returns what went.
    pub fn trim(&self, cap: ByteSize) -> CacheStats {
        let mut entries = self.entries();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.used));
        let mut kept = 0;
        let mut gone = CacheStats::default();
        for entry in entries {
            kept += entry.bytes;
            if kept > cap.0 && fs::remove_file(&entry.path).is_ok() {
                gone.entries += 1;
                gone.bytes.0 += entry.bytes;
            }
        }
        gone
    }

    fn entries(&self) -> Vec<Entry> {
        let folders = fs::read_dir(self.folder.join("v1")).into_iter().flatten().flatten();
        folders
            .flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten().flatten())
            .filter_map(|found| entry(&found))
            .collect()
    }
}

fn was_used_lately(path: &Path) -> bool {
    let used = path.metadata().and_then(|metadata| metadata.modified());
    used.is_ok_and(|used| used.elapsed().is_ok_and(|ago| ago <= USED_LATELY))
}

/// Opens an entry, says how long it is, and remembers that it was used. Times of access would say so, but most systems do
/// not keep them.
fn open_used(path: &Path) -> io::Result<(File, u64)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    let now = SystemTime::now();
    if metadata.modified().is_ok_and(|used| now.duration_since(used).is_ok_and(|ago| ago > USED_LATELY)) {
        // A cache that is only read is fine.
        let _ = file.set_modified(now);
    }
    Ok((file, metadata.len()))
}

struct Entry {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

fn entry(found: &fs::DirEntry) -> Option<Entry> {
    let metadata = found.metadata().ok().filter(fs::Metadata::is_file)?;
    Some(Entry { path: found.path(), bytes: metadata.len(), used: metadata.modified().ok()? })
}

fn encode(key: &Digest, outcome: &Outcome) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let description = postcard::to_stdvec(outcome).map_err(io::Error::other)?;
    let length = u32::try_from(description.len()).map_err(io::Error::other)?;
    let content = Digest::of_parts([description.as_slice(), outcome.body()]);
    let mut head = Vec::with_capacity(HEADER);
    head.extend_from_slice(MAGIC);
    head.extend_from_slice(key.as_bytes());
    head.extend_from_slice(content.as_bytes());
    head.extend_from_slice(&length.to_le_bytes());
    Ok((head, description))
}

/// The outcome in an entry of `bytes` bytes; its parts are read to where they stay, as bodies may be large.
fn decode(mut entry: impl Read, bytes: u64, key: &Digest) -> Option<Outcome> {
    let mut head = [0; HEADER];
    entry.read_exact(&mut head).ok()?;
    let (magic, head) = head.split_at(8);
    let (stored_key, head) = head.split_at(32);
    let (content, length) = head.split_at(32);
    if magic != MAGIC || stored_key != key.as_bytes() {
        return None;
    }
    let length = u64::from(u32::from_le_bytes(length.try_into().ok()?));
    let rest = bytes.checked_sub(HEADER as u64 + length)?;
    let mut description = vec![0; usize::try_from(length).ok()?];
    entry.read_exact(&mut description).ok()?;
    let mut body = Vec::with_capacity(usize::try_from(rest).ok()?);
    entry.read_to_end(&mut body).ok()?;
    if Digest::of_parts([description.as_slice(), &body]).as_bytes() != content {
        return None;
    }
    let mut outcome: Outcome = postcard::from_bytes(&description).ok()?;
    outcome.set_body(body);
    Some(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::Packed;

    fn outcome() -> Outcome {
        Outcome::Packed(Packed::Sibling(b"some body".to_vec()))
    }

    #[test]
    fn what_is_put_is_got() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let key = Digest::of(b"key");
        assert_eq!(cache.get(&key), None);
        cache.put(&key, &outcome());
        assert_eq!(cache.get(&key), Some(outcome()));
        assert_eq!(cache.stats().entries, 1);
        cache.clear().unwrap();
        assert_eq!(cache.get(&key), None);
    }

    #[test]
    fn any_damage_is_a_miss() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let key = Digest::of(b"key");
        cache.put(&key, &outcome());
        let path = cache.path_of(&key);
        let good = fs::read(&path).unwrap();
        for position in 0..good.len() {
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[position] ^= 1 << bit;
                fs::write(&path, bad).unwrap();
                assert_eq!(cache.get(&key), None, "byte {position} bit {bit}");
            }
            fs::write(&path, &good[..position]).unwrap();
            assert_eq!(cache.get(&key), None, "cut at {position}");
        }
        fs::write(&path, [&good[..], b"x"].concat()).unwrap();
        assert_eq!(cache.get(&key), None, "trailing byte");
    }

    #[test]
    fn swapped_entries_are_misses() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        cache.put(&a, &outcome());
        fs::create_dir_all(cache.path_of(&b).parent().unwrap()).unwrap();
        fs::rename(cache.path_of(&a), cache.path_of(&b)).unwrap();
        assert_eq!(cache.get(&b), None);
    }

    #[test]
    fn trimming_keeps_to_the_cap() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        for number in 0..20_u8 {
            cache.put(&Digest::of(&[number]), &outcome());
        }
        let all = cache.stats().bytes.0;
        let gone = cache.trim(ByteSize(all / 2));
        assert!(cache.stats().bytes.0 <= all / 2 && gone.entries >= 10);
    }

    #[test]
    fn little_is_trimmed_once_in_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let entries_left = |name: u8| {
            let cache = Cache::new(folder.path());
            cache.put(&Digest::of(&[name]), &outcome());
            cache.trim_if_due(ByteSize(0));
            cache.stats().entries
        };
        assert_eq!(entries_left(1), 0, "nobody trimmed yet");
        assert_eq!(entries_left(2), 1, "the run before did");
        let last = File::options().write(true).open(folder.path().join("v1/trimmed")).unwrap();
        last.set_modified(SystemTime::now() - 2 * USED_LATELY).unwrap();
        assert_eq!(entries_left(3), 0, "that is long ago");
    }

    #[test]
    fn what_was_used_stays() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let keys: Vec<Digest> = (0..10_u8).map(|number| Digest::of(&[number])).collect();
        let long_ago = SystemTime::now() - 100 * USED_LATELY;
        for (number, key) in (0..).zip(&keys) {
            cache.put(key, &outcome());
            let file = File::options().write(true).open(cache.path_of(key)).unwrap();
            file.set_modified(long_ago + Duration::from_secs(number)).unwrap();
        }
        assert!(cache.get(&keys[0]).is_some());
        cache.trim(ByteSize(cache.stats().bytes.0 / 10 * 3));
        let kept: Vec<usize> = (0..10).filter(|&number| cache.get(&keys[number]).is_some()).collect();
        assert_eq!(kept, [0, 8, 9]);
    }

    /// Bytes that are the same in each run and like no text.
    fn noise(length: usize) -> impl Iterator<Item = usize> {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        std::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 33).unwrap_or_default()
        })
        .take(length)
    }

    #[test]
    fn ten_thousand_flips_in_a_large_entry_are_misses() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let key = Digest::of(b"key");
        let body = noise(20_000).map(|number| number.to_le_bytes()[0]).collect();
        cache.put(&key, &Outcome::Packed(Packed::Sibling(body)));
        let good = fs::read(cache.path_of(&key)).unwrap();
        for place in noise(10_000) {
            let (position, bit) = (place / 8 % good.len(), place % 8);
            let mut bad = good.clone();
            bad[position] ^= 1 << bit;
            assert_eq!(decode(bad.as_slice(), bad.len() as u64, &key), None, "byte {position} bit {bit}");
        }
        assert!(decode(good.as_slice(), good.len() as u64, &key).is_some());
    }

    #[test]
    fn many_at_once_read_what_was_written_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let outcome_of = |number: u8| Outcome::Packed(Packed::Sibling(vec![number; 3000]));
        std::thread::scope(|scope| {
            for thread in 0..8_u8 {
                let folder = folder.path();
                scope.spawn(move || {
                    let cache = Cache::new(folder);
                    for round in 0..200_u8 {
                        let number = round.wrapping_mul(thread * 2 + 1) % 16;
                        let key = Digest::of(&[number]);
                        match (thread, round % 50) {
                            (0, 49) => drop(cache.clear()),
                            (1, 49) => drop(cache.trim(ByteSize(10_000))),
                            _ if round % 2 == 0 => cache.put(&key, &outcome_of(number)),
                            _ => assert!(cache.get(&key).is_none_or(|found| found == outcome_of(number))),
                        }
                    }
                });
            }
        });
    }

    #[test]
    fn an_unwritable_folder_only_costs_time() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let cache = Cache::new(file.path());
        cache.put(&Digest::of(b"a"), &outcome());
        assert!(cache.is_unwritable());
        assert_eq!(cache.get(&Digest::of(b"a")), None);
    }
}
