//! The environment, as far as it may say something: `EDGEPRESS_*`, and where caches usually lie.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{
    Cache, Complaint, Globs, Layer, NameMode, Origin, Previous, Sourced, Strictness, check_base, hosts,
    parse_isolation, parse_jobs, parse_level, parse_memory, parse_patience, suggest,
};
use crate::error::Error;

/// The variables that mean something to edgepress.
pub(super) const KNOWN: &[&str] = &[
    "EDGEPRESS_CONFIG",
    "EDGEPRESS_LEVEL",
    "EDGEPRESS_HOST",
    "EDGEPRESS_BASE",
    "EDGEPRESS_INCLUDE",
    "EDGEPRESS_EXCLUDE",
    "EDGEPRESS_NO_FINGERPRINT",
    "EDGEPRESS_CACHE_DIR",
    "EDGEPRESS_NO_CACHE",
    "EDGEPRESS_PREVIOUS",
    "EDGEPRESS_JOBS",
    "EDGEPRESS_MEMORY",
    "EDGEPRESS_ISOLATION",
    "EDGEPRESS_WAIT",
    "EDGEPRESS_STRICT",
    "EDGEPRESS_REPORT",
    "EDGEPRESS_QUIET",
    "EDGEPRESS_VERBOSE",
    "EDGEPRESS_COLOR",
];

/// A copy of the variables that matter.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Takes what matters from `variables`; an empty value counts as absent.
    #[must_use]
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let matters = |name: &str| {
            name.starts_with("EDGEPRESS_") || matches!(name, "HOME" | "XDG_CACHE_HOME" | "NO_COLOR" | "TERM")
        };
        Self(variables.into_iter().filter(|(name, value)| matters(name) && !value.is_empty()).collect())
    }

    /// That of this process. Variables that are not UTF-8 are none of ours.
    #[must_use]
    pub fn of_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self::new(std::env::vars_os().filter_map(text))
    }

    /// The value of `name`, if it is set and not empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A switch: on for `1`, `true`, `yes`, `on`; off for `0`, `false`, `no`, `off`.
    ///
    /// # Errors
    /// When it is neither.
    pub fn switch(&self, name: &'static str) -> Result<Option<bool>, Error> {
        let Some(text) = self.get(name) else { return Ok(None) };
        match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(Some(true)),
            "0" | "false" | "no" | "off" => Ok(Some(false)),
            _ => Err(wrong(name, &format!("cannot be {text:?}"), "write 1 or 0")),
        }
    }

    /// What the environment says about the configuration.
    ///
    /// # Errors
    /// When a value is wrong, two contradict each other, or a name is a slip of one that we know.
    pub fn layer(&self) -> Result<Layer, Error> {
        self.refuse_slips()?;
        Ok(Layer {
            level: self.value("EDGEPRESS_LEVEL", parse_level)?,
            hosts: self.value("EDGEPRESS_HOST", host_list)?,
            base: self.value("EDGEPRESS_BASE", check_base)?,
            include: self.value("EDGEPRESS_INCLUDE", glob_list)?,
            exclude: self.value("EDGEPRESS_EXCLUDE", glob_list)?,
            name_mode: self.on("EDGEPRESS_NO_FINGERPRINT", NameMode::Off)?,
            cache: self.cache()?,
            previous: self.value("EDGEPRESS_PREVIOUS", |text| Ok(Previous::At(PathBuf::from(text))))?,
            jobs: self.value("EDGEPRESS_JOBS", parse_jobs)?,
            memory: self.value("EDGEPRESS_MEMORY", parse_memory)?,
            isolation: self.value("EDGEPRESS_ISOLATION", parse_isolation)?,
            patience: self.value("EDGEPRESS_WAIT", parse_patience)?,
            strictness: self.on("EDGEPRESS_STRICT", Strictness::Strict)?,
            ..Layer::default()
        })
    }

    /// Where results are kept when nobody says otherwise: with the other caches of a Node project, else with those of
    /// the person.
    #[must_use]
    pub fn default_cache_dir(&self, root: &Path) -> PathBuf {
        if root.join("node_modules").is_dir() {
            return root.join("node_modules/.cache/edgepress");
        }
        let absolute = |name: &str| self.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let of_person = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
        of_person.map_or_else(|| root.join(".edgepress/cache"), |caches| caches.join("edgepress"))
    }

    fn cache(&self) -> Result<Option<Sourced<Cache>>, Error> {
        let off = self.on("EDGEPRESS_NO_CACHE", Cache::Off)?;
        let at = self.value("EDGEPRESS_CACHE_DIR", |text| Ok(Cache::At(PathBuf::from(text))))?;
        if off.is_some() && at.is_some() {
            return Err(Error::config(
                "environment",
                "EDGEPRESS_NO_CACHE and EDGEPRESS_CACHE_DIR contradict each other",
                "unset one of them",
            ));
        }
        Ok(off.or(at))
    }

    fn value<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Complaint>,
    ) -> Result<Option<Sourced<T>>, Error> {
        let Some(text) = self.get(name) else { return Ok(None) };
        match parse(text) {
            Ok(value) => Ok(Some(Sourced::new(value, Origin::Variable(name)))),
            Err(Complaint { message, hint }) => Err(wrong(name, &message, hint)),
        }
    }

    fn on<T>(&self, name: &'static str, value: T) -> Result<Option<Sourced<T>>, Error> {
        Ok(self.switch(name)?.filter(|on| *on).map(|_| Sourced::new(value, Origin::Variable(name))))
    }

    /// Unknown `EDGEPRESS_*` variables may be somebody else's; those one slip away from ours are not.
    fn refuse_slips(&self) -> Result<(), Error> {
        for name in self.0.keys().filter(|name| name.starts_with("EDGEPRESS_") && !KNOWN.contains(&name.as_str())) {
            let own = |known: &'static &str| known.strip_prefix("EDGEPRESS_");
            let near = name.strip_prefix("EDGEPRESS_").and_then(|n| suggest::slip(n, KNOWN.iter().filter_map(own)));
            if let Some(near) = near {
                let message = "is not a variable that edgepress knows";
                return Err(wrong(name, message, format!("did you mean EDGEPRESS_{near}?")));
            }
        }
        Ok(())
    }
}

fn wrong(name: &str, message: &str, hint: impl Into<String>) -> Error {
    Error::config("environment", format!("{name} {message}"), hint)
}

/// Names of hosts, separated by commas.
pub(super) fn host_list(text: &str) -> Result<Vec<&'static str>, Complaint> {
    let mut found = Vec::new();
    for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let host = hosts::find(name)?;
        if !found.contains(&host) {
            found.push(host);
        }
    }
    Ok(found)
}

/// Globs, separated by commas (those within braces do not count) or line breaks.
fn glob_list(text: &str) -> Result<Globs, Complaint> {
    let mut depth = 0_u32;
    let separates = |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == '\n' || (c == ',' && depth == 0)
    };
    let texts: Vec<&str> = text.split(separates).map(str::trim).filter(|text| !text.is_empty()).collect();
    Globs::new(&texts).map_err(|(i, complaint)| {
        Complaint::new(format!("holds the glob {:?}, which {}", texts[i], complaint.message), complaint.hint)
    })
}
