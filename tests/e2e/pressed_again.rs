//! Pressing the output again changes no byte and no name.

use crate::{
    harness::{Site, real_sites},
    tree::Tree,
};

#[test]
fn the_output_of_the_output_is_the_output() {
    for folder in real_sites() {
        let site = Site::copy_of(&folder);
        let first = site.build_as("first").tree;
        site.run(&["build", "first", "-o", "second"]).success();
        let second = Tree::read(&site.path("second"));
        let is_ours = |path: &str| path == "edgepress.manifest.json";
        first.clone().without(is_ours).must_be(&second.clone().without(is_ours), &format!("{}", folder.display()));
        site.run(&["build", "second", "-o", "third"]).success();
        second.must_be(&Tree::read(&site.path("third")), &format!("{}: the third time", folder.display()));
    }
}
