//! The report as JSON, a public interface: see `docs/report.schema.json`.

use super::{Renderer, Report, View};

/// `--report json`.
pub(super) struct Json;

impl Renderer for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn render(&self, report: &Report, _view: &View) -> String {
        // Every key is a string and every number finite or null, so this cannot fail.
        let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
        text.push('\n');
        text
    }
}
