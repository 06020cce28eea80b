//! The stage as a whole: small sites in, tables, files and findings out. Every plan here has also proved itself.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{
    HostName, MANIFEST_NAME, Naming, Plan, PlanError, PolicyRule, Previous, PublishedFile, Settings, Source, plan,
    testing::{file, path},
};
use crate::{
    asset::{AssetPath, Digest, Kind},
    finding::Code,
};

const PAGES: &[HostName] = &[HostName::CloudflarePages];
const WORKERS: &[HostName] = &[HostName::CloudflareWorkers];
const NETLIFY: &[HostName] = &[HostName::Netlify];
const NGINX: &[HostName] = &[HostName::Nginx];
const TWO: &[HostName] = &[HostName::Netlify, HostName::CloudflarePages];

fn run(files: &[PublishedFile], user: &str, hosts: &[HostName]) -> Plan {
    let user_files = match user {
        "" => BTreeMap::new(),
        text => BTreeMap::from([(path("_headers"), text.as_bytes().to_vec())]),
    };
    plan(
        files,
        &user_files,
        &Settings { base: "/", hosts, policies: &[], has_network: false, threads: 2, previous: None },
    )
    .unwrap_or_else(|error| panic!("{error}"))
}

fn text(plan: &Plan, name: &str) -> String {
    let found = plan.artifacts.iter().find(|artifact| artifact.path.as_str() == name);
    found.map(|artifact| String::from_utf8(artifact.contents.clone()).unwrap()).unwrap_or_default()
}

fn rule_count(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with('/')).count()
}

fn site() -> Vec<PublishedFile> {
    vec![
        file("index.html", Kind::Html, Naming::Fixed),
        file("about.html", Kind::Html, Naming::Fixed),
        file("blog/index.html", Kind::Html, Naming::Fixed),
        file("404.html", Kind::Html, Naming::Fixed),
        file("assets/app-0123bcdf.js", Kind::JsModule, Naming::Hashed),
        file("assets/app-0123bcdg.css", Kind::Css, Naming::Hashed),
        file("sw.js", Kind::JsScript, Naming::Fixed),
        file("robots.txt", Kind::Text, Naming::Fixed),
    ]
}

#[test]
fn a_small_site_gets_one_exact_rule_per_file_that_is_no_page() {
    let plan = run(&site(), "", TWO);
    let headers = text(&plan, "_headers");
    assert!(
        headers.contains("/sw.js\n  Cache-Control: no-cache\n  X-Content-Type-Options: nosniff\n# edgepress:end\n"),
        "{headers}"
    );
    assert_eq!((rule_count(&headers), headers.contains("*\n  ")), (4, false), "{headers}");
    assert_eq!(plan.findings, []);
}

#[test]
fn nothing_to_say_is_no_file() {
    let plan = run(&site()[..3], "", TWO);
    assert_eq!(plan.artifacts, []);
}

#[test]
fn the_sites_own_rules_stay_and_win() {
    let user = "/assets/*\n  Cache-Control: public, max-age=60\n/sw.js\n  X-Own: 1";
    let plan = run(&site(), user, TWO);
    let headers = text(&plan, "_headers");
    assert!(headers.starts_with(&format!("{user}\n# edgepress:begin\n")), "{headers}");
    let entry = plan.table.get(&path("assets/app-0123bcdf.js")).unwrap();
    assert_eq!((entry.value("cache-control"), &entry.source), (Some("public, max-age=60"), &Source::UserFile));
    assert!(!headers.contains("immutable"), "{headers}");
    // Cloudflare keeps one block per path, so ours repeats theirs.
    assert!(
        headers.contains("/sw.js\n  Cache-Control: no-cache\n  X-Content-Type-Options: nosniff\n  x-own: 1\n"),
        "{headers}"
    );
}

#[test]
fn our_own_output_comes_out_the_same() {
    for user in ["", "/x\n  A: b", "# mine\n/sw.js\n  Cache-Control: no-store\n\n"] {
        let once = text(&run(&site(), user, TWO), "_headers");
        assert_eq!(text(&run(&site(), &once, TWO), "_headers"), once);
    }
}

fn many(count: usize, folder: &str, extension: &str, kind: Kind, naming: Naming) -> Vec<PublishedFile> {
    (0..count).map(|i| file(&format!("{folder}f{i}-{i:0>8}.{extension}"), kind, naming)).collect()
}

#[test]
fn many_files_are_folded_by_folder() {
    for hosts in [PAGES, WORKERS, TWO] {
        let mut files = site();
        files.extend(many(300, "assets/", "css", Kind::Css, Naming::Hashed));
        files.extend(many(300, "assets/img/", "png", Kind::Png, Naming::Hashed));
        let plan = run(&files, "", hosts);
        let headers = text(&plan, "_headers");
        assert!(headers.contains("/assets/*.css\n") && headers.contains("/assets/img/*.png\n"), "{headers}");
        let warned = plan.findings.iter().any(|finding| finding.code == Code::HostLimit);
        assert_eq!(warned, hosts != PAGES, "misses: {:?}", plan.findings);
    }
}

#[test]
fn mixed_folders_need_order_on_cloudflare_and_drop_classes_for_both() {
    let mut files = site();
    files.extend(many(300, "img/", "png", Kind::Png, Naming::Hashed));
    files.extend(many(30, "img/", "png", Kind::Png, Naming::Fixed).into_iter().map(|mut file| {
        file.path = path(&file.path.as_str().replace("img/", "img/plain-"));
        file
    }));
    let alone = run(&files, "", PAGES);
    let headers = text(&alone, "_headers");
    assert!(headers.contains("/img/*.png\n  Cache-Control") && headers.contains("  ! Cache-Control\n"), "{headers}");
    assert!(rule_count(&headers) <= 100 && alone.findings.is_empty(), "{:?}", alone.findings);
    let both = run(&files, "", TWO);
    let headers = text(&both, "_headers");
    assert!(rule_count(&headers) <= 100 && !headers.contains("! "), "{headers}");
    assert!(both.findings.iter().any(|f| f.message.contains("300 files of extension \"png\"")), "{:?}", both.findings);
    assert!(run(&files, "", NETLIFY).findings.is_empty());
}

#[test]
fn what_cannot_fit_is_named_and_never_cut_off() {
    let files: Vec<_> = (0..250)
        .flat_map(|i| {
            let naming = if i % 2 == 0 { Naming::Hashed } else { Naming::Fixed };
            [file(&format!("i{i}.png"), Kind::Png, naming), file(&format!("s{i}.js"), Kind::JsScript, naming)]
        })
        .collect();
    let plan = run(&files, "", PAGES);
    assert!(rule_count(&text(&plan, "_headers")) <= 100);
    assert!(plan.findings.iter().any(|f| f.message.contains("125 files of extension")), "{:?}", plan.findings);
}

#[test]
fn more_folders_than_rules() {
    let mut files = vec![file("top.js", Kind::JsScript, Naming::Hashed)];
    for i in 0..150 {
        // One in three has a file more.
        for name in ["a", "b", "c"].iter().take(if i % 3 == 0 { 3 } else { 2 }) {
            files.push(file(&format!("p{i:03}/{name}.js"), Kind::JsScript, Naming::Fixed));
        }
    }
    let plan = run(&files, "", TWO);
    let headers = text(&plan, "_headers");
    assert!(rule_count(&headers) <= 100 && headers.contains("/p147/*.js\n"), "{headers}");
    let told = |f: &crate::finding::Finding| {
        f.code == Code::HostLimit && f.message.starts_with("100 files that 50 rules would")
    };
    assert!(plan.findings.iter().any(told), "{:?}", plan.findings);
}

#[test]
fn the_sites_own_rules_count_for_the_limit() {
    use std::fmt::Write as _;
    let mut user = String::new();
    for i in 0..99 {
        let _ = writeln!(user, "/own/{i}\n  X: y");
    }
    let plan = run(&site(), &user, PAGES);
    assert!(rule_count(&text(&plan, "_headers")) <= 100);
    assert!(!plan.findings.is_empty());
}

#[test]
fn names_that_could_break_a_file_get_no_rule_and_a_finding() {
    for name in ["a\nb.js", "a\r\n/evil\n  X: y.js", "x\u{85}.css", "tab\t.js"] {
        let plan = run(&[file(name, Kind::Css, Naming::Hashed)], "", &HostName::ALL);
        for artifact in &plan.artifacts {
            assert!(!String::from_utf8_lossy(&artifact.contents).contains("max-age"), "{name:?}");
        }
        assert_eq!(plan.findings.len(), 2, "{name:?} {:?}", plan.findings);
    }
}

#[test]
fn names_that_differ_only_in_case() {
    let files = [file("A.js", Kind::JsScript, Naming::Hashed), file("a.js", Kind::JsScript, Naming::Fixed)];
    assert_eq!(rule_count(&text(&run(&files, "", PAGES), "_headers")), 2);
    let netlify = run(&files, "", NETLIFY);
    assert_eq!((rule_count(&text(&netlify, "_headers")), netlify.findings.len()), (0, 2));
    let nginx = run(&files, "", NGINX);
    assert!(text(&nginx, "edgepress.nginx.conf").contains(r#""~^\\/A\\.js\\z" "immutable";"#));
}

#[test]
fn files_that_share_a_url_get_the_default() {
    let files = [file("about", Kind::Css, Naming::Hashed), file("about.html", Kind::Html, Naming::Fixed)];
    let plan = run(&files, "", TWO);
    assert_eq!((rule_count(&text(&plan, "_headers")), plan.findings.len()), (0, 2), "{:?}", plan.findings);
}

#[test]
fn downloads_that_end_like_siblings_are_not_hidden() {
    let conf = text(&run(&[file("d/a.tar.gz", Kind::Archive, Naming::Fixed)], "", NGINX), "edgepress.nginx.conf");
    assert!(conf.contains("\"/d/a.tar.gz\" 0;"), "{conf}");
}

#[test]
fn policies_come_before_classes_and_cover_pages() {
    let policies = [PolicyRule { glob: "blog/**".into(), cache_control: "public,max-age=900".into() }];
    let settings = Settings {
        base: "/shop/",
        hosts: &HostName::ALL,
        policies: &policies,
        has_network: false,
        threads: 2,
        previous: None,
    };
    let plan = plan(&site(), &BTreeMap::new(), &settings).unwrap();
    let headers = text(&plan, "_headers");
    assert!(headers.contains("/shop/blog/\n  Cache-Control: public, max-age=900\n"), "{headers}");
    assert!(headers.contains("/shop/blog/index.html\n"), "{headers}");
    assert!(headers.lines().filter(|line| line.starts_with('/')).all(|line| line.starts_with("/shop/")), "{headers}");
}

#[test]
fn bad_settings_are_refused() {
    let try_plan = |base: &str, glob: &str, value: &str| {
        let policies = [PolicyRule { glob: glob.into(), cache_control: value.into() }];
        plan(
            &site(),
            &BTreeMap::new(),
            &Settings { base, hosts: NGINX, policies: &policies, has_network: false, threads: 2, previous: None },
        )
    };
    for base in ["", "shop", "/shop", "//", "/a b/", "/../", "/a\n/", "/a*/", "/a$b/"] {
        assert!(matches!(try_plan(base, "**", "no-store"), Err(PlanError::Base { .. })), "{base:?}");
    }
    assert!(matches!(try_plan("/", "a{", "no-store"), Err(PlanError::PolicyGlob { .. })));
    for value in ["", " a", "a\nb", "a\r\nX: y", "$x", "é", "a:b", "a\"b"] {
        assert!(matches!(try_plan("/", "**", value), Err(PlanError::PolicyValue { .. })), "{value:?}");
    }
    let twice = [site().remove(0), site().remove(0)];
    let settings = Settings { base: "/", hosts: &[], policies: &[], has_network: false, threads: 2, previous: None };
    assert!(matches!(plan(&twice, &BTreeMap::new(), &settings), Err(PlanError::PublishedTwice { .. })));
}

#[test]
fn what_a_manifest_tells_is_what_was_published() {
    let mut hashed = file("a-0123bcdf.js", Kind::JsModule, Naming::Hashed);
    hashed.logical = path("a.js");
    hashed.press = Some(Digest::of(b"x"));
    let earlier = PublishedFile { builds_ago: 2, ..file("b-0123bcdf.css", Kind::Css, Naming::Adopted) };
    let elsewhere =
        PublishedFile { is_elsewhere: true, ..PublishedFile { path: path("c-0123bcdf.css"), ..earlier.clone() } };
    let files = [file("a.js", Kind::JsModule, Naming::Fixed), hashed, earlier, elsewhere];
    let previous = Previous::parse(&run(&files, "", NGINX).manifest).unwrap();
    let told: Vec<PublishedFile> = previous.files.into_iter().map(|known| known.file).collect();
    assert_eq!(told, files);
}

#[test]
fn addresses_to_purge_are_below_the_base() {
    let at = |base: &'static str, previous: &Previous, files: &[PublishedFile]| {
        let previous = Some(previous);
        let settings = Settings { base, hosts: NGINX, policies: &[], has_network: false, threads: 2, previous };
        let manifest = plan(files, &BTreeMap::new(), &settings).unwrap().manifest;
        let purge: serde_json::Value = serde_json::from_slice::<serde_json::Value>(&manifest).unwrap()["purge"].take();
        (Previous::parse(&manifest).unwrap(), serde_json::from_value::<Vec<String>>(purge).unwrap())
    };
    let (first, all) = at("/shop/", &Previous::default(), &site());
    assert!(all.contains(&"/shop/blog/".to_owned()) && !all.iter().any(|url| url.contains("app-")), "{all:?}");
    let mut files = site();
    files[2].digest = Digest::of(b"other");
    assert_eq!(at("/shop/", &first, &files).1, ["/shop/blog/", "/shop/blog/index.html"]);
}

#[test]
fn the_manifest_says_both_names_of_one_file() {
    let mut hashed = file("a-0123bcdf.js", Kind::JsModule, Naming::Hashed);
    hashed.logical = path("a.js");
    let plan = run(&[file("a.js", Kind::JsModule, Naming::Fixed), hashed], "", NGINX);
    let manifest: serde_json::Value = serde_json::from_slice(&plan.manifest).unwrap();
    let record = &manifest["files"]["a.js"];
    assert_eq!((&record["name"], &record["also"][0]["name"]), (&"a-0123bcdf.js".into(), &"a.js".into()));
    assert_eq!(record["siblings"]["br"]["name"], "a-0123bcdf.js.br");
    assert_eq!(record["headers"]["Cache-Control"], "public, max-age=31536000, immutable");
    assert_eq!(record["type"], "text/javascript; charset=utf-8");
    let text = String::from_utf8(plan.manifest).unwrap();
    assert!(text.starts_with("{\n  \"schema\": 1,\n  \"base\": \"/\",\n  \"files\": {"), "{text}");
    assert!(MANIFEST_NAME.starts_with("edgepress."));
}

#[test]
fn a_host_file_that_is_no_text_stays() {
    let user_files = BTreeMap::from([(path("_headers"), vec![b'/', 0xff])]);
    let plan = plan(
        &site(),
        &user_files,
        &Settings { base: "/", hosts: TWO, policies: &[], has_network: false, threads: 2, previous: None },
    )
    .unwrap();
    assert!(plan.artifacts.is_empty() && plan.findings.len() == 1);
}

/// Names out of what is awkward somewhere: in URLs, in patterns, in configuration files, in regular expressions.
fn names() -> impl Strategy<Value = Vec<String>> {
    let segment = "[aAb.%é:*+($# {;}\\\\\"'?&)~!,=\\[\\]|^<>`@_\n\r\tſK-]{1,7}";
    let extension = prop::sample::select(vec!["", ".js", ".html", ".css", ".PNG", ".j s", ".gz", ".br"]);
    let name = (prop::collection::vec(segment, 1..4), extension);
    prop::collection::vec(name.prop_map(|(segments, extension)| format!("{}{extension}", segments.join("/"))), 1..160)
}

fn awkward(names: Vec<String>) -> Vec<PublishedFile> {
    let unique: BTreeSet<_> = names.into_iter().filter_map(|name| AssetPath::new(name).ok()).collect();
    let kinds = [Kind::Css, Kind::JsModule, Kind::Png, Kind::Opaque];
    let naming = [Naming::Hashed, Naming::Fixed, Naming::Adopted];
    let each = unique.into_iter().enumerate().map(|(i, path)| match path.extension() {
        "html" => file(path.as_str(), Kind::Html, Naming::Fixed),
        _ => file(path.as_str(), kinds[i % 4], naming[i / 3 % 3]),
    });
    each.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_names_are_served_as_the_table_says(names in names(), hosts in 0..5_usize, base in 0..2_usize, own in 0..4_usize) {
        let files = awkward(names);
        let hosts = [PAGES, WORKERS, NETLIFY, NGINX, &HostName::ALL][hosts];
        let base = ["/", "/shop/v1.0/"][base];
        let own = [
            "",
            "/*\n  X-Frame-Options: DENY\n",
            "/a/*\n  Cache-Control: no-store\n/:x/b\n  ! Cache-Control\n",
            "/*.js\n  Cache-Control: max-age=5\n  X-Robots-Tag: none\n",
        ][own];
        let user_files = BTreeMap::from([(path("_headers"), own.as_bytes().to_vec())]);
        let settings = Settings { base, hosts, policies: &[], has_network: false, threads: 2, previous: None };
        let first = plan(&files, &user_files, &settings);
        let first = match first { Ok(first) => first, Err(error) => return Err(TestCaseError::fail(error.to_string())) };
        let headers = text(&first, "_headers");
        prop_assert!(headers.is_empty() || hosts.contains(&HostName::Netlify) && hosts.len() == 1 || rule_count(&headers) <= 100 + 4);
        if !headers.is_empty() {
            let again = BTreeMap::from([(path("_headers"), headers.clone().into_bytes())]);
            prop_assert_eq!(text(&plan(&files, &again, &settings).unwrap(), "_headers"), headers);
        }
    }
}
