//! What browsers would keep for long although its name does not change with its content: one finding for all.

use super::{HeaderTable, Naming, PublishedFile, table::CACHE_CONTROL};
use crate::finding::{Code, Finding};

/// A week: as long as the longest default for such a file.
const LONG: u64 = 604_800;

/// How many names the finding gives.
const EXAMPLES: usize = 3;

/// What there is to say of `files` with the headers of `table`.
pub(super) fn findings(files: &[PublishedFile], table: &HeaderTable) -> Vec<Finding> {
    let is_long = |file: &&PublishedFile| {
        let headers = table.get(&file.path).map(|entry| &*entry.headers).unwrap_or_default();
        let value = headers.iter().find(|header| header.name == CACHE_CONTROL).map(|header| &*header.value);
        value.is_some_and(is_kept_for_long)
    };
    let fixed = files.iter().filter(|file| file.naming == Naming::Fixed && file.kind.is_loaded());
    let names: Vec<&str> = fixed.filter(is_long).map(|file| file.path.as_str()).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let more = match names.len().saturating_sub(EXAMPLES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let shown = names[..names.len().min(EXAMPLES)].join(", ");
    let message =
        format!("cached for more than a week under names that do not change with their content: {shown}{more}");
    let hint = "narrow the rule to hashed names, or give these a shorter max-age";
    vec![Finding::new(Code::LongCache, "", message).hint(hint)]
}

fn is_kept_for_long(cache_control: &str) -> bool {
    let directives = || cache_control.split(',').map(|part| part.trim().to_ascii_lowercase());
    let is_asked_again = directives().any(|part| matches!(part.as_str(), "no-cache" | "no-store"));
    let seconds =
        directives().filter_map(|part| part.strip_prefix("max-age=").and_then(|text| text.parse::<u64>().ok()));
    !is_asked_again && (directives().any(|part| part == "immutable") || seconds.max().is_some_and(|age| age > LONG))
}

#[cfg(test)]
mod tests {
    use super::is_kept_for_long;

    #[test]
    fn long_is_more_than_a_week() {
        for (value, expected) in [
            ("public, max-age=31536000, immutable", true),
            ("Max-Age=604801", true),
            ("immutable", true),
            ("public, max-age=604800", false),
            ("max-age=31536000, no-cache", false),
            ("no-store", false),
            ("max-age=x", false),
            ("", false),
        ] {
            assert_eq!(is_kept_for_long(value), expected, "{value}");
        }
    }
}
