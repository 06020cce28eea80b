use super::*;
use crate::{
    asset::{Position, Role},
    config::{BudgetSeverity, Glob},
};

const fn to(target: usize, role: Role) -> Link {
    Link { target, role, at: Position { line: 1, column: 1 } }
}

const PAGE: &[Link] = &[to(1, Role::Stylesheet), to(2, Role::Module), to(5, Role::Resource)];
const MODULE: &[Link] = &[to(3, Role::Module), to(4, Role::LazyModule)];
const CYCLE: &[Link] = &[to(2, Role::Module)];

fn files() -> Vec<Weighed<'static>> {
    let file = |path, kind, brotli, links| Weighed {
        path,
        name: path,
        kind,
        identity: brotli * 10,
        gzip: brotli * 2,
        brotli,
        links,
    };
    vec![
        file("index.html", Kind::Html, 1, PAGE),
        file("a.css", Kind::Css, 10, &[]),
        file("m.js", Kind::JsModule, 100, MODULE),
        file("dep.js", Kind::JsModule, 1_000, CYCLE),
        file("lazy.js", Kind::JsModule, 10_000, &[]),
        file("p.png", Kind::Png, 100_000, &[]),
        file("small.html", Kind::Html, 5, &[]),
    ]
}

fn budget(scope: BudgetScope, limit: Limit) -> Budget {
    Budget { name: "b".to_owned(), scope, limit, severity: BudgetSeverity::Error }
}

fn bytes(max: u64, measure: Measure) -> Limit {
    Limit::Bytes { max: ByteSize(max), measure }
}

#[test]
fn each_scope_counts_what_it_should() {
    let glob = |text| Glob::new(text).unwrap();
    for (scope, limit, actual) in [
        (BudgetScope::Total, bytes(0, Measure::Brotli), 111_116),
        (BudgetScope::Total, Limit::Count(0), 7),
        (BudgetScope::Glob(glob("*.js")), bytes(0, Measure::Gzip), 22_200),
        (BudgetScope::Kinds(vec![Kind::Css]), bytes(0, Measure::Identity), 100),
        (BudgetScope::Page(glob("**/*.html")), bytes(0, Measure::Brotli), 1_111),
        (BudgetScope::Page(glob("small.html")), bytes(0, Measure::Brotli), 5),
        (BudgetScope::Page(glob("none.html")), bytes(0, Measure::Brotli), 0),
    ] {
        let (verdicts, _) = judge(&files(), &[budget(scope.clone(), limit)]);
        assert_eq!(verdicts[0].actual, actual, "{scope:?} {limit:?}");
    }
}

#[test]
fn a_budget_is_kept_up_to_its_limit() {
    for (max, ok) in [(1_110, false), (1_111, true)] {
        let page = BudgetScope::Page(Glob::new("**/*.html").unwrap());
        let (verdicts, findings) = judge(&files(), &[budget(page, bytes(max, Measure::Brotli))]);
        assert_eq!((verdicts[0].ok, findings.len()), (ok, usize::from(!ok)));
        assert_eq!(verdicts[0].page.as_deref(), Some("index.html"));
    }
}

#[test]
fn an_exceeded_budget_names_its_largest_part() {
    let (_, findings) = judge(&files(), &[budget(BudgetScope::Total, bytes(5, Measure::Brotli))]);
    assert_eq!(findings[0].severity, Severity::Error);
    assert!(findings[0].hint.contains("p.png"), "{findings:?}");
    assert!(findings[0].message.contains("111.1 kB is over 5 B (brotli)"), "{findings:?}");
}
