//! What `edgepress init` writes and says.

use super::{Detected, Pages};

/// Where the pressed site goes: beside the site, whatever the framework calls its output.
const OUT: &str = "pressed";

/// The text of `edgepress.toml`.
pub(super) fn toml(detected: &Detected) -> String {
    let hosts = if detected.hosts.is_empty() {
        "# hosts = [\"netlify\", \"cloudflare-pages\", \"nginx\"]".to_owned()
    } else {
        let quoted: Vec<String> = detected.hosts.iter().map(|host| format!("\"{host}\"")).collect();
        format!("hosts = [{}]", quoted.join(", "))
    };
    let (names, budget) = match detected.pages {
        Pages::InSite => (NAMES, PAGE_BUDGET),
        Pages::FromServer => (SERVER_NAMES, SERVER_BUDGET),
    };
    format!(
        "\
# edgepress: presses the finished output of a build. Found: {}.
#
#   {}
#   edgepress build {} -o {OUT}
#
# Every key may be left out; `edgepress build {} --print-config` shows what holds and why.

# How much work to do: \"fast\" for previews, \"default\", \"max\" for a release.
level = \"default\"

# Hosts to write header files for.
{hosts}

# The URL path under which the site is served; \"auto\" finds it out from the references.
base = \"auto\"

# Files to leave out of the output.
exclude = []

{names}
[siblings]
# Compressed files beside the published ones: \"br\", \"gzip\", \"zstd\".
encodings = [\"br\", \"gzip\"]

{budget}
# A Cache-Control of your own, before the built-in ones:
# [[policy]]
# glob = \"feeds/**\"
# cache_control = \"public, max-age=900\"

# Files to publish as they are:
# [rules.\"vendor/**\"]
# press = \"off\"
",
        detected.framework, detected.build, detected.site, detected.site
    )
}

const NAMES: &str = "\
[names]
# \"content\": a hash of the content in each name; names that a bundler hashed are adopted.
# \"adopt\": only the latter. \"off\": every name stays.
mode = \"content\"
# Files that keep their name, because someone outside the site asks for them.
keep = []
";

const SERVER_NAMES: &str = "\
[names]
# Your server finds files through the manifest of its own build, so names that have a hash are adopted and the others
# stay.
mode = \"adopt\"
keep = []
";

const PAGE_BUDGET: &str = "\
# Each page, with its style sheets and scripts and all they import at first, as brotli.
[[budget]]
name = \"first load\"
page = \"**/*.html\"
max = \"200 kB\"
measure = \"brotli\"
severity = \"error\"
";

const SERVER_BUDGET: &str = "\
# All scripts together, as brotli. (Pages come from your server, so their first load cannot be measured here.)
[[budget]]
name = \"scripts\"
kind = \"js\"
max = \"200 kB\"
measure = \"brotli\"
severity = \"error\"
";

/// What to add where.
pub(super) fn advice(detected: &Detected) -> String {
    let site = &detected.site;
    let hook = "    Add to .pre-commit-config.yaml, to hold what is committed to the budgets:

      - repo: https://github.com/edgepress/edgepress
        rev: v0.1.0
        hooks:
          - id: edgepress
";
    let script = if detected.has_package {
        format!(
            "    Add to \"scripts\" in package.json, to be run after the build:

      \"press\": \"edgepress build {site} -o {OUT}\"

"
        )
    } else {
        format!("    Run after the build:\n\n      edgepress build {site} -o {OUT}\n\n")
    };
    format!(
        "Found {}; its finished site is {site}.

{script}    Add to a workflow in .github/workflows, after the step that builds:

      - uses: edgepress/edgepress@v0
        with:
          site: {site}
          output: {OUT}

{hook}",
        detected.framework
    )
}
