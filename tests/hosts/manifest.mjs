// What the host checks share: the records of a manifest, the URL paths of a file, and counting.

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Every published file of an output folder: [{ name, headers, siblings, ... }], and the base. */
export function published(out) {
  const manifest = JSON.parse(readFileSync(join(out, "edgepress.manifest.json"), "utf8"));
  const records = Object.values(manifest.files).flatMap((record) => [record, ...(record.also ?? [])]);
  return { base: manifest.base, records };
}

/** `name` as a URL path in which everything that may be escaped is. */
export function urlPath(base, name) {
  const escape = (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");
  const segment = (text) => encodeURIComponent(text).replace(/[!'()*]/g, escape).replace(/%40/g, "@").replace(/%2B/g, "+").replace(/%2C/g, ",");
  return base + name.split("/").map(segment).join("/");
}

/** Counts checks and prints the first failures. */
export class Tally {
  passed = 0;
  failed = 0;

  check(what, actual, expected) {
    if (actual === expected) {
      this.passed += 1;
      return;
    }
    this.failed += 1;
    if (this.failed <= 40) console.error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  }

  /** Prints the sum and gives the exit code. */
  finish() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0 && this.passed > 0 ? 0 : 1;
  }
}
