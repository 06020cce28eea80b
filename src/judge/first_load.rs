use super::Weighed;
use crate::asset::Role;

/// What a browser fetches before a page is usable: the page, its stylesheets with their imports, and its scripts with
/// all static imports. Pictures, fonts, workers and what is imported later are not part of it.
#[must_use]
pub fn first_load(files: &[Weighed], page: usize) -> Vec<usize> {
    let mut seen = vec![false; files.len()];
    let mut open = vec![page];
    let mut load = Vec::new();
    while let Some(index) = open.pop() {
        if std::mem::replace(&mut seen[index], true) {
            continue;
        }
        load.push(index);
        let loads = |role: Role| matches!(role, Role::Stylesheet | Role::Script | Role::Module);
        open.extend(files[index].links.iter().filter(|link| loads(link.role)).map(|link| link.target));
    }
    load.sort_unstable();
    load
}
