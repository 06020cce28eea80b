"""What becomes of the sites that current frameworks write: the table of docs/frameworks.md.

    python tests/frameworks/table.py EDGEPRESS WORK NAME=SITE...      for example  "Astro 7.3=blog/dist"

Presses each finished site and prints one row: its files, its bytes as a visitor would load them all (gzip of what came in,
brotli of what went out), how many names were adopted, made, kept, and published twice, and how many files were named by
something unproven. Exit 1 when a build fails or makes a site larger.
"""

import gzip
import json
import subprocess
import sys
from pathlib import Path

HEADINGS = ["made by", "files", "gzip before", "brotli after", "adopted", "ours", "kept", "twice"]


def press(edgepress, site, out):
    """The report and the manifest of one build."""
    command = [edgepress, "build", site, "-o", out, "--force", "--no-cache", "--report", "json"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return report, json.loads((out / "edgepress.manifest.json").read_text())


def gzipped(site):
    """What a server that compresses by itself would send of every file."""
    bodies = (path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file())
    return sum(min(len(body), len(gzip.compress(body, 6))) for body in bodies)


def row(name, site, report, manifest):
    namings = [record["naming"] for record in manifest["files"].values()]
    twice = sum("also" in record for record in manifest["files"].values())
    before, after = gzipped(site), report["wire"]["brotli"]
    counts = [namings.count("adopted"), namings.count("hashed"), namings.count("fixed"), twice]
    return [name, report["input"]["files"], f"{before:,} B", f"{after:,} B", *counts], after <= before


def main(edgepress, work, *sites):
    print("| " + " | ".join(HEADINGS) + " |\n|" + " --- |" + " ---: |" * (len(HEADINGS) - 1))
    good = True
    for number, (name, _, folder) in enumerate(site.rpartition("=") for site in sites):
        site = Path(folder).resolve()
        cells, is_smaller = row(name, site, *press(Path(edgepress).resolve(), site, Path(work).resolve() / f"{number}"))
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)
        good &= is_smaller
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
