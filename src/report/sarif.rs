//! The report as SARIF 2.1.0, for code scanning: findings with their places, and a rule for each code.

use serde_json::{Value, json};

use super::{Renderer, Report, View, from_repository};
use crate::{
    asset::url::encode_file_name,
    finding::{Code, Finding, Severity},
};

/// `--report sarif`.
pub(super) struct Sarif;

impl Renderer for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn render(&self, report: &Report, _view: &View) -> String {
        let rules: Vec<Value> = Code::ALL.iter().map(|code| rule(*code)).collect();
        let results: Vec<Value> = report.findings.iter().map(|finding| result(report, finding)).collect();
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": { "name": "edgepress", "version": report.version, "rules": rules } },
                "columnKind": "unicodeCodePoints",
                "results": results,
            }],
        });
        format!("{log:#}\n")
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.name(),
        "shortDescription": { "text": code.name().replace('-', " ") },
        "defaultConfiguration": { "level": level(code.severity()) },
    })
}

fn result(report: &Report, finding: &Finding) -> Value {
    let hint = if finding.hint.is_empty() { String::new() } else { format!(" ({})", finding.hint) };
    let mut result = json!({
        "ruleId": finding.code.name(),
        "level": level(finding.severity),
        "message": { "text": format!("{}{hint}", finding.message) },
    });
    if !finding.path.is_empty() {
        let path = from_repository(&report.site, &finding.path);
        let uri = path.split('/').map(encode_file_name).collect::<Vec<_>>().join("/");
        let mut location = json!({ "artifactLocation": { "uri": uri } });
        if finding.line > 0 {
            location["region"] = json!({ "startLine": finding.line });
        }
        if finding.line > 0 && finding.column > 0 {
            location["region"]["startColumn"] = json!(finding.column);
        }
        result["locations"] = json!([{ "physicalLocation": location }]);
    }
    result
}
