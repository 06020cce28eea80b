//! Names that others know: never changed.

use crate::asset::{AssetPath, Kind};

/// File names that browsers, crawlers, hosts and people ask for by name, wherever they stand.
const BY_NAME: [&str; 26] = [
    "favicon.ico",
    "robots.txt",
    "humans.txt",
    "ads.txt",
    "app-ads.txt",
    "llms.txt",
    "security.txt",
    "browserconfig.xml",
    "manifest.json",
    "manifest.webmanifest",
    "site.webmanifest",
    "sw.js",
    "service-worker.js",
    "serviceworker.js",
    "firebase-messaging-sw.js",
    "registerSW.js",
    "remoteEntry.js",
    "version.json",
    "CNAME",
    "_headers",
    "_redirects",
    "_routes.json",
    "_worker.js",
    "staticwebapp.config.json",
    "web.config",
    "crossdomain.xml",
];

/// Why the name of an asset must stay, if it must.
pub(super) fn reason(path: &AssetPath, kind: Kind) -> Option<&'static str> {
    let name = path.file_name();
    if kind == Kind::Html {
        return Some("pages keep their addresses");
    }
    if BY_NAME.contains(&name) || is_known_pattern(name) {
        return Some("asked for by this name from outside");
    }
    if path.as_str().starts_with('.') || path.as_str().contains("/.") {
        return Some("in a dot folder");
    }
    match kind {
        Kind::BuildManifest => Some("frameworks read build manifests by their names"),
        Kind::WebManifest => Some("web manifests keep their names"),
        Kind::SourceMap => Some("source maps stay beside what they map"),
        Kind::Xml | Kind::Text | Kind::Pdf | Kind::Archive => Some("downloads and feeds keep their addresses"),
        _ => None,
    }
}

fn is_known_pattern(name: &str) -> bool {
    let starts = |prefix: &str, extension: &str| name.starts_with(prefix) && name.ends_with(extension);
    starts("apple-touch-icon", ".png")
        || starts("sitemap", ".xml")
        || starts("ngsw", ".js")
        || starts("ngsw", ".json")
        || starts("mstile-", ".png")
        || starts("google", ".html")
        || starts("workbox-", ".js") && name.contains("sw")
}
