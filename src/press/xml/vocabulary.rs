//! Which elements of which documents hold nothing but elements, so that white space between those means nothing.

/// A kind of document whose rules are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vocabulary {
    /// Sitemaps and sitemap indexes, with the picture, video and news extensions.
    Sitemap,
    /// RSS 0.9x and 2.0.
    Rss,
    /// Atom.
    Atom,
    /// `browserconfig.xml`.
    BrowserConfig,
    /// `OpenSearch` descriptions.
    OpenSearch,
    /// Anything else: no white space outside of tags is known to be free.
    Unknown,
}

impl Vocabulary {
    /// By the name of the root element, as written. A prefixed root is nobody we know.
    pub(super) fn of_root(name: &str) -> Self {
        match name {
            "urlset" | "sitemapindex" => Self::Sitemap,
            "rss" => Self::Rss,
            "feed" => Self::Atom,
            "browserconfig" => Self::BrowserConfig,
            "OpenSearchDescription" => Self::OpenSearch,
            _ => Self::Unknown,
        }
    }

    /// Whether the element `name` (as written, with its prefix) holds only elements.
    pub(super) fn holds_only_elements(self, name: &str) -> bool {
        let names: &[&str] = match self {
            Self::Sitemap => &[
                "urlset",
                "sitemapindex",
                "url",
                "sitemap",
                "image:image",
                "video:video",
                "news:news",
                "news:publication",
            ],
            Self::Rss => &["rss", "channel", "item", "image", "textInput", "skipHours", "skipDays"],
            Self::Atom => &["feed", "entry", "author", "contributor", "source"],
            Self::BrowserConfig => &["browserconfig", "msapplication", "tile", "notification", "badge"],
            Self::OpenSearch => &["OpenSearchDescription"],
            Self::Unknown => &[],
        };
        names.contains(&name)
    }
}
