//! What builds a site, and where its output lies, from the files of the project.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// The most of a file that is looked at.
const MOST: u64 = 1 << 20;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    /// What builds the site, as its makers write it.
    pub framework: &'static str,
    /// Where the finished site lies, from the project's folder, with `/`.
    pub site: String,
    /// What builds it.
    pub build: &'static str,
    /// Whether pages are files of the site.
    pub pages: Pages,
    /// Hosts whose own configuration lies in the project.
    pub hosts: Vec<&'static str>,
    /// Whether there is a `package.json`.
    pub has_package: bool,
}

/// Where pages come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// They are files of the site.
    InSite,
    /// A server makes them, and knows the names of files from a manifest: names must stay.
    FromServer,
}

/// How a framework is known.
enum Mark {
    /// A file with this name.
    File(&'static str),
    /// A file whose name is this and any of the usual endings of configurations.
    Config(&'static str),
    /// A dependency in `package.json`.
    Dependency(&'static str),
    /// A file that holds a text.
    Holds(&'static str, &'static str),
}

struct Framework {
    name: &'static str,
    /// Any of them is enough.
    marks: &'static [Mark],
    /// Folders the site may be in; the first that is there counts, else the first.
    sites: &'static [&'static str],
    build: &'static str,
    pages: Pages,
}

const ENDINGS: &[&str] = &["js", "mjs", "cjs", "ts", "mts", "cts", "json"];

use Mark::{Config, Dependency, File, Holds};
use Pages::{FromServer, InSite};

/// The most telling first: many frameworks bring Vite or webpack along.
const FRAMEWORKS: &[Framework] = &[
    Framework {
        name: "Laravel with Mix",
        marks: &[File("webpack.mix.js")],
        sites: &["public"],
        build: "npm run production",
        pages: FromServer,
    },
    Framework {
        name: "Laravel with Vite",
        marks: &[Dependency("laravel-vite-plugin")],
        sites: &["public/build"],
        build: "npm run build",
        pages: FromServer,
    },
    Framework {
        name: "Rails",
        marks: &[File("config/application.rb"), File("bin/rails")],
        sites: &["public/assets"],
        build: "bin/rails assets:precompile",
        pages: FromServer,
    },
    Framework {
        name: "Django",
        marks: &[Holds("manage.py", "django")],
        sites: &["staticfiles", "static_root", "static"],
        build: "python manage.py collectstatic --noinput",
        pages: FromServer,
    },
    Framework {
        name: "VitePress",
        marks: &[Dependency("vitepress")],
        sites: &[".vitepress/dist", "docs/.vitepress/dist"],
        build: "npx vitepress build",
        pages: InSite,
    },
    Framework {
        name: "Docusaurus",
        marks: &[Config("docusaurus.config"), Dependency("@docusaurus/core")],
        sites: &["build"],
        build: "npm run build",
        pages: InSite,
    },
    Framework {
        name: "Astro",
        marks: &[Config("astro.config"), Dependency("astro")],
        sites: &["dist"],
        build: "npm run build",
        pages: InSite,
    },
    Framework {
        name: "Next.js (static export)",
        marks: &[Config("next.config"), Dependency("next")],
        sites: &["out"],
        build: "npm run build",
        pages: InSite,
    },
    Framework {
        name: "Nuxt",
        marks: &[Config("nuxt.config"), Dependency("nuxt")],
        sites: &[".output/public", "dist"],
        build: "npm run generate",
        pages: InSite,
    },
    Framework {
        name: "SvelteKit",
        marks: &[Dependency("@sveltejs/kit")],
        sites: &["build"],
        build: "npm run build",
        pages: InSite,
    },
    Framework {
        name: "Angular",
        marks: &[File("angular.json")],
        sites: &["dist"],
        build: "npm run build",
        pages: InSite,
    },
    Framework {
        name: "Gatsby",
        marks: &[Config("gatsby-config"), Dependency("gatsby")],
        sites: &["public"],
        build: "npm run build",
        pages: InSite,
    },
    Framework {
        name: "Eleventy",
        marks: &[File(".eleventy.js"), Config("eleventy.config"), Dependency("@11ty/eleventy")],
        sites: &["_site"],
        build: "npx @11ty/eleventy",
        pages: InSite,
    },
    Framework {
        name: "React Router",
        marks: &[Config("react-router.config"), Dependency("@react-router/dev"), Dependency("@remix-run/dev")],
        sites: &["build/client"],
        build: "npm run build",
        pages: InSite,
    },
    Framework {
        name: "Create React App",
        marks: &[Dependency("react-scripts")],
        sites: &["build"],
        build: "npm run build",
        pages: InSite,
    },
    Framework {
        name: "Hexo",
        marks: &[Dependency("hexo")],
        sites: &["public"],
        build: "npx hexo generate",
        pages: InSite,
    },
    Framework {
        name: "Hugo",
        marks: &[
            File("hugo.toml"),
            File("hugo.yaml"),
            File("hugo.json"),
            File("config/_default/hugo.toml"),
            File("archetypes/default.md"),
        ],
        sites: &["public"],
        build: "hugo",
        pages: InSite,
    },
    Framework {
        name: "Jekyll",
        marks: &[File("_config.yml"), Holds("Gemfile", "jekyll")],
        sites: &["_site"],
        build: "bundle exec jekyll build",
        pages: InSite,
    },
    Framework {
        name: "Zola",
        marks: &[Holds("config.toml", "base_url")],
        sites: &["public"],
        build: "zola build",
        pages: InSite,
    },
    Framework {
        name: "MkDocs",
        marks: &[File("mkdocs.yml"), File("mkdocs.yaml")],
        sites: &["site"],
        build: "mkdocs build",
        pages: InSite,
    },
    Framework { name: "mdBook", marks: &[File("book.toml")], sites: &["book"], build: "mdbook build", pages: InSite },
    Framework {
        name: "Sphinx",
        marks: &[
            Holds("docs/conf.py", "html_theme"),
            Holds("docs/source/conf.py", "html_theme"),
            Holds("conf.py", "html_theme"),
        ],
        sites: &["docs/_build/html", "docs/build/html", "_build/html"],
        build: "make -C docs html",
        pages: InSite,
    },
    Framework {
        name: "Parcel",
        marks: &[File(".parcelrc"), Dependency("parcel"), Dependency("parcel-bundler")],
        sites: &["dist"],
        build: "npm run build",
        pages: InSite,
    },
    Framework {
        name: "Vite",
        marks: &[Config("vite.config"), Dependency("vite")],
        sites: &["dist"],
        build: "npm run build",
        pages: InSite,
    },
    Framework {
        name: "Rsbuild",
        marks: &[Config("rsbuild.config"), Dependency("@rsbuild/core")],
        sites: &["dist"],
        build: "npm run build",
        pages: InSite,
    },
    Framework {
        name: "webpack",
        marks: &[Config("webpack.config"), Dependency("webpack")],
        sites: &["dist", "build", "public"],
        build: "npm run build",
        pages: InSite,
    },
];

/// When nothing else fits.
const PLAIN: Framework = Framework {
    name: "a plain folder",
    marks: &[],
    sites: &["dist", "build", "public", "_site", "out", "site", "www"],
    build: "# your build",
    pages: InSite,
};

/// Looks at the project in `root`. What cannot be read counts as not there.
#[must_use]
pub fn detect(root: &Path) -> Detected {
    let project = Project::new(root);
    let framework = FRAMEWORKS.iter().find(|framework| project.is(framework)).unwrap_or(&PLAIN);
    Detected {
        framework: framework.name,
        site: project.site(framework),
        build: framework.build,
        pages: framework.pages,
        hosts: project.hosts(),
        has_package: project.package.is_some(),
    }
}

struct Project<'a> {
    root: &'a Path,
    package: Option<Value>,
}

impl<'a> Project<'a> {
    fn new(root: &'a Path) -> Self {
        let package = text(&root.join("package.json")).and_then(|text| serde_json::from_str(&text).ok());
        Self { root, package }
    }

    fn is(&self, framework: &Framework) -> bool {
        framework.marks.iter().any(|mark| match mark {
            File(name) => self.root.join(name).is_file(),
            Config(stem) => ENDINGS.iter().any(|ending| self.root.join(format!("{stem}.{ending}")).is_file()),
            Dependency(name) => self.depends_on(name),
            Holds(name, part) => text(&self.root.join(name)).is_some_and(|text| text.contains(part)),
        })
    }

    fn depends_on(&self, name: &str) -> bool {
        let Some(package) = &self.package else { return false };
        ["dependencies", "devDependencies"].iter().any(|list| package[list].get(name).is_some())
    }

    fn site(&self, framework: &Framework) -> String {
        let there = framework.sites.iter().find(|site| self.root.join(site).is_dir());
        let site = there.or(framework.sites.first()).copied().unwrap_or("dist");
        if framework.name == "Angular" {
            return self.angular_site().unwrap_or_else(|| site.to_owned());
        }
        // A plain folder with pages at its top is the site itself.
        if framework.marks.is_empty() && there.is_none() && self.root.join("index.html").is_file() {
            return ".".to_owned();
        }
        site.to_owned()
    }

    /// Newer Angular writes to `dist/NAME/browser`, older to `dist/NAME`.
    fn angular_site(&self) -> Option<String> {
        let mut folders: Vec<PathBuf> = fs::read_dir(self.root.join("dist"))
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.is_dir())
            .collect();
        folders.sort();
        let built = folders.first().and_then(|folder| folder.file_name()?.to_str().map(str::to_owned));
        let named = || {
            let config: Value = serde_json::from_str(&text(&self.root.join("angular.json"))?).ok()?;
            config["projects"].as_object()?.keys().next().cloned()
        };
        let is_old = folders.first().is_some_and(|folder| !folder.join("browser").is_dir());
        let name = built.or_else(named)?;
        Some(if is_old { format!("dist/{name}") } else { format!("dist/{name}/browser") })
    }

    fn hosts(&self) -> Vec<&'static str> {
        let has = |name: &str| self.root.join(name).is_file();
        let mut hosts = Vec::new();
        if has("netlify.toml") || self.root.join(".netlify").is_dir() {
            hosts.push("netlify");
        }
        let wrangler = ["wrangler.toml", "wrangler.json", "wrangler.jsonc"];
        if let Some(text) = wrangler.iter().find_map(|name| text(&self.root.join(name))) {
            let is_pages = text.contains("pages_build_output_dir");
            hosts.push(if is_pages { "cloudflare-pages" } else { "cloudflare-workers" });
        }
        if has("nginx.conf") || has("nginx/default.conf") || has("docker/nginx.conf") {
            hosts.push("nginx");
        }
        hosts
    }
}

fn text(path: &Path) -> Option<String> {
    let is_small = fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() <= MOST);
    is_small.then(|| fs::read_to_string(path).ok()).flatten()
}
