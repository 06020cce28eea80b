//! Which Cache-Control class a file gets when nobody says otherwise: a published file in, its class out.
//!
//! Decides by the way the file is named, its kind and its name. Never looks at the configuration or at host files;
//! [`super::table`] lays those over the classes.

use super::{Naming, PublishedFile};
use crate::asset::Kind;

/// The default classes, each with one Cache-Control value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyClass {
    /// The name changes with the content, so the content never changes under its name.
    Immutable,
    /// Pages: asked for again each time, answered with 304 when unchanged.
    Html,
    /// Pages that are served with an error status.
    ErrorPage,
    /// Service workers and what registers them.
    ServiceWorker,
    /// Web app manifests and `browserconfig.xml`.
    WebManifest,
    /// Icons that are fetched by a fixed name.
    Icon,
    /// Files that robots and other machines fetch by a fixed name.
    Crawler,
    /// Proofs for certificate authorities.
    Challenge,
    /// RSS, Atom and JSON feeds.
    Feed,
    /// Data that tells a running page about new versions.
    Version,
    /// Sound and film under a fixed name.
    Media,
    /// Everything else under a fixed name.
    Unhashed,
}

impl PolicyClass {
    /// Every class.
    pub const ALL: [Self; 12] = [
        Self::Immutable,
        Self::Html,
        Self::ErrorPage,
        Self::ServiceWorker,
        Self::WebManifest,
        Self::Icon,
        Self::Crawler,
        Self::Challenge,
        Self::Feed,
        Self::Version,
        Self::Media,
        Self::Unhashed,
    ];

    /// The name in reports: `service-worker`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Immutable => "immutable",
            Self::Html => "html",
            Self::ErrorPage => "error-page",
            Self::ServiceWorker => "service-worker",
            Self::WebManifest => "web-manifest",
            Self::Icon => "icon",
            Self::Crawler => "crawler",
            Self::Challenge => "challenge",
            Self::Feed => "feed",
            Self::Version => "version",
            Self::Media => "media",
            Self::Unhashed => "unhashed",
        }
    }

    /// The value of `Cache-Control`.
    #[must_use]
    pub fn cache_control(self) -> &'static str {
        match self {
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Html | Self::ServiceWorker | Self::Version => "no-cache",
            Self::ErrorPage | Self::Challenge => "no-store",
            Self::WebManifest => "public, max-age=3600, must-revalidate",
            Self::Icon => "public, max-age=86400, stale-while-revalidate=604800",
            Self::Crawler => "public, max-age=3600",
            Self::Feed => "public, max-age=900, stale-while-revalidate=3600",
            Self::Media => "public, max-age=604800",
            Self::Unhashed => "public, max-age=300, stale-while-revalidate=86400",
        }
    }
}

/// The class of `file` by its own properties.
#[must_use]
pub fn default_policy(file: &PublishedFile) -> PolicyClass {
    if is_service_worker(file) {
        return PolicyClass::ServiceWorker;
    }
    match file.naming {
        Naming::Hashed | Naming::Adopted => PolicyClass::Immutable,
        Naming::Fixed => fixed(file),
    }
}

fn is_service_worker(file: &PublishedFile) -> bool {
    let by_name = || {
        let name = file.logical.file_name();
        matches!(
            name,
            "sw.js" | "service-worker.js" | "serviceworker.js" | "registerSW.js" | "firebase-messaging-sw.js"
        ) || has_extension(name, "js") && name.starts_with("ngsw-")
    };
    file.is_service_worker || file.naming == Naming::Fixed && by_name()
}

fn fixed(file: &PublishedFile) -> PolicyClass {
    let path = file.path.as_str();
    let name = file.path.file_name().to_ascii_lowercase();
    if let Some(inside) = path.strip_prefix(".well-known/") {
        let is_challenge = inside.starts_with("acme-challenge/") || inside.starts_with("pki-validation/");
        return if is_challenge { PolicyClass::Challenge } else { PolicyClass::Crawler };
    }
    match file.kind {
        Kind::Html if is_error_page(path, &name) => PolicyClass::ErrorPage,
        Kind::Html => PolicyClass::Html,
        Kind::WebManifest => PolicyClass::WebManifest,
        Kind::Audio | Kind::Video => PolicyClass::Media,
        _ => fixed_by_name(file, path, &name),
    }
}

fn is_error_page(path: &str, name: &str) -> bool {
    matches!(name, "404.html" | "403.html" | "500.html" | "502.html" | "503.html" | "504.html" | "50x.html")
        || matches!(path, "404/index.html" | "500/index.html")
}

fn fixed_by_name(file: &PublishedFile, path: &str, name: &str) -> PolicyClass {
    match name {
        "browserconfig.xml" => PolicyClass::WebManifest,
        "robots.txt" | "security.txt" | "ads.txt" | "app-ads.txt" | "humans.txt" | "llms.txt" | "crossdomain.xml"
        | "opensearch.xml" => PolicyClass::Crawler,
        "version.json" | "remoteentry.js" | "ngsw.json" | "asset-manifest.json" => PolicyClass::Version,
        _ if path.ends_with("builds/latest.json") => PolicyClass::Version,
        _ if is_sitemap(name) => PolicyClass::Crawler,
        _ if is_icon(name) => PolicyClass::Icon,
        _ if is_feed(file.kind, name) => PolicyClass::Feed,
        _ => PolicyClass::Unhashed,
    }
}

fn is_sitemap(name: &str) -> bool {
    name.starts_with("sitemap") && ["xml", "txt", "gz"].iter().any(|extension| has_extension(name, extension))
}

fn is_icon(name: &str) -> bool {
    const PICTURES: [&str; 3] = ["ico", "png", "svg"];
    let by_name = ["favicon", "apple-touch-icon", "android-chrome-", "mstile-", "safari-pinned-tab"];
    by_name.iter().any(|start| name.starts_with(start)) && PICTURES.iter().any(|e| has_extension(name, e))
}

fn is_feed(kind: Kind, name: &str) -> bool {
    match kind {
        Kind::Xml => {
            has_extension(name, "rss")
                || has_extension(name, "atom")
                || matches!(name, "feed.xml" | "rss.xml" | "atom.xml")
        }
        Kind::Json => matches!(name, "feed.json"),
        _ => false,
    }
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, last)| !stem.is_empty() && last == extension)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::testing::file;

    #[test]
    fn classes_follow_naming_kind_and_name() {
        use Naming::{Adopted, Fixed, Hashed};
        for (path, kind, naming, class) in [
            ("app-0123bcdf.js", Kind::JsModule, Hashed, "immutable"),
            ("assets/index-W1erjkBN.js", Kind::JsModule, Adopted, "immutable"),
            ("index.html", Kind::Html, Fixed, "html"),
            ("404.html", Kind::Html, Fixed, "error-page"),
            ("de/404.html", Kind::Html, Fixed, "error-page"),
            ("sw.js", Kind::JsScript, Fixed, "service-worker"),
            ("ngsw-worker.js", Kind::JsScript, Fixed, "service-worker"),
            ("site.webmanifest", Kind::WebManifest, Fixed, "web-manifest"),
            ("browserconfig.xml", Kind::Xml, Fixed, "web-manifest"),
            ("favicon.ico", Kind::Ico, Fixed, "icon"),
            ("apple-touch-icon-180x180.png", Kind::Png, Fixed, "icon"),
            ("favicon.js", Kind::JsScript, Fixed, "unhashed"),
            ("robots.txt", Kind::Text, Fixed, "crawler"),
            ("sitemap-0.xml", Kind::Xml, Fixed, "crawler"),
            (".well-known/security.txt", Kind::Text, Fixed, "crawler"),
            (".well-known/acme-challenge/abc", Kind::Text, Fixed, "challenge"),
            ("blog/index.rss", Kind::Xml, Fixed, "feed"),
            ("feed.json", Kind::Json, Fixed, "feed"),
            ("data.json", Kind::Json, Fixed, "unhashed"),
            ("_nuxt/builds/latest.json", Kind::Json, Fixed, "version"),
            ("remoteEntry.js", Kind::JsScript, Fixed, "version"),
            ("film.mp4", Kind::Video, Fixed, "media"),
            ("a.css", Kind::Css, Fixed, "unhashed"),
        ] {
            assert_eq!(default_policy(&file(path, kind, naming)).name(), class, "{path}");
        }
    }

    #[test]
    fn a_registered_worker_is_never_immutable() {
        let mut worker = file("x/worker.js", Kind::JsScript, Naming::Fixed);
        worker.is_service_worker = true;
        assert_eq!(default_policy(&worker), PolicyClass::ServiceWorker);
    }
}
