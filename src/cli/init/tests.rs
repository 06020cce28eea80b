use std::{env, path::Path, process};

use super::*;
use crate::config::{Environment, Layer, hosts, merge, parse_toml};

/// A project of files with contents, in a folder that goes when this does.
struct Project(PathBuf);

impl Project {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = env::temp_dir().join(format!("edgepress-init-{}-{name}", process::id()));
        fs::create_dir_all(&root).unwrap();
        for (path, content) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        Self(root)
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

fn dependency(name: &str) -> String {
    format!("{{\"devDependencies\":{{\"vite\":\"8\",\"{name}\":\"1\"}}}}")
}

#[test]
fn frameworks_are_known_by_their_files() {
    let package = |name: &str| vec![("package.json", dependency(name))];
    let file = |name: &'static str| vec![(name, String::new())];
    let cases = [
        ("Vite", package("left-pad"), "dist"),
        ("Astro", package("astro"), "dist"),
        ("Next.js (static export)", file("next.config.mjs"), "out"),
        ("Nuxt", package("nuxt"), ".output/public"),
        ("SvelteKit", package("@sveltejs/kit"), "build"),
        ("Angular", vec![("angular.json", "{\"projects\":{\"shop\":{}}}".to_owned())], "dist/shop/browser"),
        ("Angular", vec![("angular.json", String::new()), ("dist/old/index.html", String::new())], "dist/old"),
        ("Gatsby", file("gatsby-config.ts"), "public"),
        ("Docusaurus", file("docusaurus.config.js"), "build"),
        ("VitePress", package("vitepress"), ".vitepress/dist"),
        ("VitePress", [package("vitepress"), file("docs/.vitepress/dist/index.html")].concat(), "docs/.vitepress/dist"),
        ("React Router", package("@react-router/dev"), "build/client"),
        ("Create React App", package("react-scripts"), "build"),
        ("Hexo", [package("hexo"), file("_config.yml")].concat(), "public"),
        ("MkDocs", file("mkdocs.yml"), "site"),
        ("mdBook", file("book.toml"), "book"),
        ("Sphinx", vec![("docs/conf.py", "html_theme = 'furo'".to_owned())], "docs/_build/html"),
        ("Rsbuild", file("rsbuild.config.mjs"), "dist"),
        ("Hugo", file("hugo.toml"), "public"),
        ("Zola", vec![("config.toml", "base_url = \"https://x\"".to_owned())], "public"),
        ("Jekyll", file("_config.yml"), "_site"),
        ("Eleventy", file(".eleventy.js"), "_site"),
        ("Parcel", vec![("package.json", "{\"dependencies\":{\"parcel\":\"2\"}}".to_owned())], "dist"),
        ("webpack", file("webpack.config.js"), "dist"),
        ("Laravel with Vite", package("laravel-vite-plugin"), "public/build"),
        ("Laravel with Mix", file("webpack.mix.js"), "public"),
        ("Rails", file("config/application.rb"), "public/assets"),
        ("Django", vec![("manage.py", "import django".to_owned())], "staticfiles"),
        ("a plain folder", file("index.html"), "."),
        ("a plain folder", file("www/index.html"), "www"),
        ("a plain folder", vec![("package.json", "not json".to_owned())], "dist"),
    ];
    for (i, (framework, files, site)) in cases.iter().enumerate() {
        let files: Vec<(&str, &str)> = files.iter().map(|(path, content)| (*path, content.as_str())).collect();
        let project = Project::new(&format!("framework-{i}"), &files);
        let found = detect(&project.0);
        assert_eq!((found.framework, found.site.as_str()), (*framework, *site), "{files:?}");
    }
}

#[test]
fn what_is_written_is_a_configuration() {
    for files in
        [&[("netlify.toml", ""), ("wrangler.toml", "pages_build_output_dir = \"dist\"")][..], &[("bin/rails", "")]]
    {
        let project = Project::new(&format!("toml-{}", files.len()), files);
        let plan = plan(&project.0).unwrap();
        let layer = parse_toml("edgepress.toml", &plan.toml).unwrap_or_else(|error| panic!("{error}\n{}", plan.toml));
        let config = merge([Layer::default(), Layer::default(), layer], &Environment::default(), Path::new("."));
        assert_eq!(config.budgets.len(), 1);
        let hosts = if plan.detected.hosts.is_empty() { hosts::DEFAULT } else { &plan.detected.hosts };
        assert_eq!(config.hosts, hosts);
        let commented = plan.toml.replace("# [", "[").replace("# glob", "glob").replace("# cache_c", "cache_c");
        let commented = commented.replace("# press", "press");
        parse_toml("edgepress.toml", &commented).unwrap_or_else(|error| panic!("{error}\n{commented}"));
    }
}

#[test]
fn a_file_that_is_there_stays_unless_forced() {
    let project = Project::new("write", &[("edgepress.toml", "mine")]);
    let error = write(&project.0, "ours", Existing::Keep).unwrap_err();
    assert_eq!(error.hint().as_deref(), Some("--force replaces it"));
    assert_eq!(fs::read_to_string(project.0.join("edgepress.toml")).unwrap(), "mine");
    write(&project.0, "ours", Existing::Replace).unwrap();
    assert_eq!(fs::read_to_string(project.0.join("edgepress.toml")).unwrap(), "ours");
    assert!(!project.0.join(".edgepress.toml.new").exists());
}

#[test]
fn advice_fits_the_project() {
    let project = Project::new("advice", &[("package.json", "{\"devDependencies\":{\"vite\":\"8\"}}")]);
    let advice = plan(&project.0).unwrap().advice;
    for part in ["Found Vite", "\"press\": \"edgepress build dist -o pressed\"", "- uses:", "id: edgepress"] {
        assert!(advice.contains(part), "{part} in {advice}");
    }
}
