//! A build stays indoors: no network, and nothing is written but output, cache and what is temporary.

use crate::{
    harness::Site,
    tree::Tree,
    wrapped::{has_namespaces, has_strace},
};

const BUILD: [&str; 4] = ["build", "site", "-o", "out"];

fn site() -> Site {
    let demo = crate::harness::repository().join("fixtures/demo");
    Site::copy_of(&demo).variable("EDGEPRESS_NO_CACHE", "").flags(["--level", "fast", "--cache-dir", "cache"])
}

#[test]
fn nothing_is_needed_from_a_network() {
    if !has_namespaces() {
        return;
    }
    let site = site();
    let expected = site.build_as("expected").tree;
    site.wrapped(&["unshare", "-rn"], &BUILD).success();
    Tree::read(&site.path("out")).must_be(&expected, "without a network");
}

#[test]
fn no_socket_leaves_the_machine() {
    if !has_strace() {
        return;
    }
    let trace = site().traced("socket,connect,bind,sendto,sendmsg", &BUILD);
    let foreign: Vec<&str> = trace
        .lines()
        .filter(|line| line.contains("AF_") && !line.contains("AF_UNIX") || line.contains("connect("))
        .collect();
    assert!(foreign.is_empty(), "{foreign:#?}");
}

/// The file system calls that change something, and the paths that they may change.
#[test]
fn nothing_else_is_written() {
    if !has_strace() {
        return;
    }
    let site = site();
    let calls = "open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,\
                 unlinkat,rmdir,truncate,chmod,fchmodat,mknod,mknodat";
    let trace = site.traced(calls, &BUILD);
    let home = site.path("").canonicalize().unwrap().display().to_string();
    let temporary = std::env::temp_dir().display().to_string();
    let may = |line: &str| {
        let reads = line.contains("open") && !["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| line.contains(flag));
        let inside = |name: &str| line.contains(&format!("{home}/{name}")) || line.contains(&format!("\"{name}"));
        let paths = ["out", ".out.edgepress-", "cache"].iter().any(|name| inside(name));
        reads
            || paths
            || line.contains("/dev/null")
            || line.contains(&format!("\"{temporary}"))
            || line.contains("O_TMPFILE")
    };
    let wrong: Vec<&str> =
        trace.lines().filter(|line| line.contains('(') && !line.contains("resumed>") && !may(line)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let into_site = format!("{home}/site");
    let written = trace
        .lines()
        .find(|line| line.contains(&into_site) && !line.contains("O_RDONLY") && !line.contains("resumed>"));
    assert_eq!(written, None, "the site is only read");
}
