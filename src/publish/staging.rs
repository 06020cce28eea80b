//! The staging folder: opened, filled from several threads, then published or dropped.

use std::{
    collections::HashSet,
    fs::{self, File, FileTimes, OpenOptions},
    io::{self, Write},
    path::{Component, Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use super::{
    Copied, Destination, Expected, FileMeta, Overwrite, PublishError, Published, Request, beside::Beside, copy,
    error::failed, exchange::exchange, heal, layout, lock::Lock, space, sync,
};
use crate::{asset::ByteSize, interrupt::Interrupt};

/// A new tree under construction. Dropping it without [`Staging::publish`] removes it.
#[derive(Debug)]
pub struct Staging {
    beside: Beside,
    goal: Goal,
    /// The staging folder.
    root: PathBuf,
    /// Open since before the first write, for [`sync::tree`].
    root_file: Option<File>,
    lock: Option<Lock>,
    /// Folders above the target that we made, topmost first.
    made_parents: Vec<PathBuf>,
    made_folders: Mutex<HashSet<PathBuf>>,
    files: AtomicU64,
    bytes: AtomicU64,
    /// Half a file is there and could not be removed.
    is_spoilt: AtomicBool,
    interrupt: Interrupt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    Output(Overwrite),
    InPlace,
}

impl Staging {
    /// Checks that the target can be replaced and that its surroundings can be written, takes the lock, clears away
    /// what killed runs left and makes an empty staging folder. Nothing is written when a check fails.
    pub fn open(request: &Request<'_>) -> Result<Self, PublishError> {
        let (beside, goal, shown) = match request.destination {
            Destination::Output { path, overwrite } => {
                (layout::settle(path, request.site)?, Goal::Output(overwrite), path)
            }
            Destination::InPlace => (layout::settle_in_place(request.site)?, Goal::InPlace, request.site),
        };
        if let Goal::Output(overwrite) = goal {
            layout::check_content(&beside.target, overwrite).map_err(|error| name_as_given(error, shown))?;
        }
        let mut staging = Self {
            root: beside.staging(),
            made_parents: make_parents(&beside.parent)?,
            beside,
            goal,
            root_file: None,
            lock: None,
            made_folders: Mutex::default(),
            files: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            is_spoilt: AtomicBool::new(false),
            interrupt: request.patience.interrupt.clone(),
        };
        staging.lock = Some(Lock::take(&staging.beside, request.patience)?);
        staging.begin()?;
        Ok(staging)
    }

    /// With the lock in hand: heal, look again (another run may just have finished here), make the staging folder.
    fn begin(&mut self) -> Result<(), PublishError> {
        heal::heal(&self.beside)?;
        self.check_content()?;
        fs::create_dir(&self.root).map_err(|source| match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                PublishError::NotWritable { path: self.beside.parent.clone(), source }
            }
            _ => failed("create", &self.root)(source),
        })?;
        self.root_file =
            if cfg!(unix) { Some(File::open(&self.root).map_err(failed("open", &self.root))?) } else { None };
        Ok(())
    }

    fn check_content(&self) -> Result<(), PublishError> {
        match self.goal {
            Goal::Output(overwrite) => layout::check_content(&self.beside.target, overwrite),
            Goal::InPlace => layout::check_site(&self.beside.target),
        }
    }

    /// The folder that will have the new tree, without links in its path.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.beside.target
    }

    /// The folder in which the new tree grows.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.root
    }

    /// Says that there is going to be something to publish: in the background, the disk takes up what is waiting for it.
    pub fn sync_ahead(&self) {
        sync::ahead(&self.root);
    }

    /// Looks ahead whether this much will fit. A hint, as others write to the same disk.
    pub fn room_for(&self, bytes: u64, files: u64) -> Result<(), PublishError> {
        let Some(room) = space::room(&self.root) else { return Ok(()) };
        let lack = match room {
            room if room.bytes < bytes => space::Lack::Space,
            room if room.files.is_some_and(|free| free < files) => space::Lack::Inodes,
            _ => return Ok(()),
        };
        let path = self.beside.target.clone();
        Err(PublishError::NoSpace { path, lack, needed: ByteSize(bytes), free: ByteSize(room.bytes) })
    }

    /// Writes one file. `path` is its published path, `/`-separated.
    pub fn write(&self, path: &str, body: &[u8], meta: FileMeta) -> Result<(), PublishError> {
        self.check_interrupt()?;
        let (to, file) = self.create(Path::new(path), meta)?;
        let needed = body.len() as u64;
        let written = (&file).write_all(body).map_err(|error| self.write_error(&to, error, needed));
        self.keep_if(written.and_then(|()| self.finish(&to, &file, meta)), &to)?;
        self.count(needed);
        Ok(())
    }

    /// Copies one file of the site as it is. With `expected`, only if it still has those bytes.
    pub fn copy(
        &self,
        path: &Path,
        source: &Path,
        expected: Option<Expected>,
        meta: FileMeta,
    ) -> Result<Copied, PublishError> {
        self.check_interrupt()?;
        let read = |error| PublishError::Read { path: source.to_owned(), source: error };
        let from = crate::walk::open(source).map_err(read)?;
        let needed = from.metadata().map_err(read)?.len();
        let (to, file) = self.create(path, meta)?;
        let copied = match expected {
            Some(expected) => copy::checked(&from, &file, expected, &self.interrupt),
            None => copy::whole(&from, &file, &self.interrupt).map(Copied::Whole),
        };
        match self.keep_if(copied.map_err(|failure| failure.explain(source, &self.shown(&to), needed)), &to)? {
            Copied::Whole(bytes) => {
                self.keep_if(self.finish(&to, &file, meta), &to)?;
                self.count(bytes);
                Ok(Copied::Whole(bytes))
            }
            Copied::SourceChanged => {
                fs::remove_file(&to).map_err(failed("remove", &to))?;
                Ok(Copied::SourceChanged)
            }
        }
    }

    /// Takes a file over from the output that is to be replaced, which has it under the same path with `bytes` bytes:
    /// both trees have it until the old one goes. `false` where that cannot be done: then it is to be written.
    pub fn keep(&self, path: &str, bytes: u64) -> Result<bool, PublishError> {
        self.check_interrupt()?;
        // The site that is replaced in place stays, as the original: it must not share files that others may write to.
        if self.goal == Goal::InPlace {
            return Ok(false);
        }
        let to = self.place(Path::new(path))?;
        let is_kept = fs::hard_link(self.beside.target.join(path), &to).is_ok();
        if is_kept {
            self.count(bytes);
        }
        Ok(is_kept)
    }

    /// Removes the staged file when writing it failed: half a file must never be published, whatever the caller does.
    fn keep_if<T>(&self, result: Result<T, PublishError>, to: &Path) -> Result<T, PublishError> {
        if result.is_err() && fs::remove_file(to).is_err() {
            self.is_spoilt.store(true, Ordering::Relaxed);
        }
        result
    }

    fn write_error(&self, to: &Path, error: io::Error, needed: u64) -> PublishError {
        PublishError::write("write", &self.shown(to), error, needed)
    }

    fn check_interrupt(&self) -> Result<(), PublishError> {
        if self.interrupt.is_raised() { Err(PublishError::Interrupted) } else { Ok(()) }
    }

    /// Where `path` is staged; its folder is made.
    fn place(&self, path: &Path) -> Result<PathBuf, PublishError> {
        if path.as_os_str().is_empty() || !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(PublishError::BadPath { path: path.to_string_lossy().into_owned() });
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            self.make_folder(folder)?;
        }
        Ok(self.root.join(path))
    }

    fn create(&self, path: &Path, meta: FileMeta) -> Result<(PathBuf, File), PublishError> {
        let to = self.place(path)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, meta.mode & 0o777);
        #[cfg(not(unix))]
        let _ = meta;
        match options.open(&to) {
            Ok(file) => Ok((to, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(PublishError::Twice { path: path.to_string_lossy().into_owned() })
            }
            Err(error) => Err(failed("create", &self.shown(&to))(error)),
        }
    }

    fn make_folder(&self, folder: &Path) -> Result<(), PublishError> {
        let made = || self.made_folders.lock().unwrap_or_else(PoisonError::into_inner);
        if made().contains(folder) {
            return Ok(());
        }
        let to = self.root.join(folder);
        fs::create_dir_all(&to).map_err(failed("create", &self.shown(&to)))?;
        made().insert(folder.to_owned());
        Ok(())
    }

    fn finish(&self, to: &Path, file: &File, meta: FileMeta) -> Result<(), PublishError> {
        match file.set_times(FileTimes::new().set_modified(meta.modified)) {
            // Not every file system can hold every time. The bytes are what counts.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied
                ) => {}
            set => set.map_err(failed("set the time of", &self.shown(to)))?,
        }
        Ok(())
    }

    fn count(&self, bytes: u64) {
        self.files.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// A staged path as the user knows it: in the target.
    fn shown(&self, to: &Path) -> PathBuf {
        to.strip_prefix(&self.root).map_or_else(|_| to.to_owned(), |inside| self.beside.target.join(inside))
    }

    /// Syncs the new tree and puts it in place of the target.
    pub fn publish(mut self) -> Result<Published, PublishError> {
        if self.is_spoilt.load(Ordering::Relaxed) || !layout::is_ours(&self.root) {
            return Err(PublishError::Incomplete);
        }
        self.like_the_old();
        if let Some(root) = &self.root_file {
            sync::tree(root, &self.root).map_err(failed("sync", &self.beside.target))?;
        }
        self.check_interrupt()?;
        self.check_content()?;
        let original = self.replace()?;
        Ok(Published {
            output: self.beside.target.clone(),
            files: self.files.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            original,
            trouble: self.settle_down(),
        })
    }

    /// The new top folder gets the permissions of the old one, which a web server may depend on.
    fn like_the_old(&self) {
        if let Ok(metadata) = self.beside.target.metadata() {
            let _ = fs::set_permissions(&self.root, usable(&metadata.permissions()));
        }
    }

    /// The one step. Returns where the site is kept, when it was replaced in place.
    fn replace(&mut self) -> Result<Option<PathBuf>, PublishError> {
        let Beside { target, .. } = &self.beside;
        let replaced = failed("replace", target);
        if !heal::exists(target) {
            fs::rename(&self.root, target).map_err(replaced)?;
        } else if self.goal == Goal::InPlace && !layout::is_ours(target) {
            self.replace_original()?;
        } else {
            exchange(&self.root, target, &self.beside.old()).map_err(replaced)?;
        }
        self.made_parents.clear();
        let original = self.beside.original();
        Ok((self.goal == Goal::InPlace && heal::exists(&original)).then_some(original))
    }

    /// Replaces a site that edgepress did not write: from that step on it is the original, so the new tree first takes
    /// the original's name and then changes places with the site.
    fn replace_original(&self) -> Result<(), PublishError> {
        let (target, original, earlier) = (&self.beside.target, self.beside.original(), self.beside.earlier());
        if heal::exists(&original) {
            fs::rename(&original, &earlier).map_err(failed("set aside", &original))?;
        }
        let exchanged =
            fs::rename(&self.root, &original).and_then(|()| exchange(&original, target, &self.beside.aside()));
        if let Err(error) = exchanged {
            heal::heal(&self.beside)?;
            return Err(failed("replace", target)(error));
        }
        Ok(())
    }

    /// Makes the exchange last and removes what was replaced. The new tree is in place: nothing here undoes that.
    fn settle_down(&self) -> Option<(PathBuf, io::Error)> {
        let parent = &self.beside.parent;
        let unsynced = sync::folder(parent).err().map(|error| (parent.clone(), error));
        let replaced = [self.root.clone(), self.beside.earlier()];
        let kept = replaced.into_iter().find_map(|path| heal::remove_tree(&path).err().map(|error| (path, error)));
        unsynced.or(kept)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Without the lock, what is there belongs to another run.
        if self.lock.is_some() {
            let _ = heal::remove_tree(&self.root);
        }
        drop(self.lock.take());
        for folder in self.made_parents.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The same permissions, but its owner can still replace what is in the folder.
fn usable(permissions: &fs::Permissions) -> fs::Permissions {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::Permissions::from_mode(permissions.mode() & 0o2777 | 0o700)
    }
    #[cfg(not(unix))]
    permissions.clone()
}

fn name_as_given(error: PublishError, output: &Path) -> PublishError {
    match error {
        PublishError::Foreign { saw, .. } => PublishError::Foreign { output: output.to_owned(), saw },
        error => error,
    }
}

/// Makes `folder` and what is missing above it. Returns what was made, topmost first.
fn make_parents(folder: &Path) -> Result<Vec<PathBuf>, PublishError> {
    let missing: Vec<PathBuf> = folder.ancestors().take_while(|above| !above.exists()).map(Path::to_owned).collect();
    fs::create_dir_all(folder).map_err(|source| match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            PublishError::NotWritable { path: folder.to_owned(), source }
        }
        _ => failed("create", folder)(source),
    })?;
    Ok(missing.into_iter().rev().collect())
}
