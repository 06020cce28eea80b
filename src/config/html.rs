//! `[html]`, and `html` of a rule: which steps pages go through.

use serde::Deserialize;

use super::Glob;
use crate::press::html::{Comments, Folding, HtmlOptions, InlineCode};

/// `[html]`: pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Html {
    /// keep: as written. safe: folded where it does not show. aggressive: also gone beside the tags of blocks.
    pub whitespace: Option<Folding>,
    /// drop: those that only people read go. keep: all stay.
    pub comments: Option<Comments>,
    /// press: styles, scripts and JSON in pages are pressed. keep: they stay as written.
    pub inline: Option<InlineCode>,
}

/// What a rule says about the pages that its glob matches.
#[derive(Clone, Debug, PartialEq)]
pub struct HtmlRule {
    /// Which pages.
    pub glob: Glob,
    /// What is other than for the rest.
    pub html: Html,
}

/// The steps of the page at `path`: what rules say, else `general`. Where rules disagree the most careful counts.
pub(super) fn options_of(path: &str, general: HtmlOptions, rules: &[HtmlRule]) -> HtmlOptions {
    let said = || rules.iter().filter(|rule| rule.glob.is_match(path)).map(|rule| rule.html);
    HtmlOptions {
        whitespace: said().filter_map(|html| html.whitespace).min().unwrap_or(general.whitespace),
        comments: said().filter_map(|html| html.comments).min().unwrap_or(general.comments),
        inline: said().filter_map(|html| html.inline).min().unwrap_or(general.inline),
    }
}

/// `html` as TOML would have it; `None` when it says nothing.
pub(super) fn show(html: Html) -> Option<String> {
    let said = [
        ("whitespace", html.whitespace.map(Folding::name)),
        ("comments", html.comments.map(Comments::name)),
        ("inline", html.inline.map(InlineCode::name)),
    ];
    let said: Vec<String> = said.iter().filter_map(|(key, name)| Some(format!("{key} = \"{}\"", (*name)?))).collect();
    (!said.is_empty()).then(|| format!("{{ {} }}", said.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_careful_rule_counts() {
        let rule = |glob: &str, whitespace| HtmlRule {
            glob: Glob::new(glob).unwrap(),
            html: Html { whitespace: Some(whitespace), ..Html::default() },
        };
        let rules = [rule("a/**", Folding::Aggressive), rule("a/b/**", Folding::Keep)];
        for (path, expected) in
            [("index.html", Folding::Safe), ("a/index.html", Folding::Aggressive), ("a/b/index.html", Folding::Keep)]
        {
            assert_eq!(options_of(path, HtmlOptions::default(), &rules).whitespace, expected, "{path}");
        }
    }
}
