// Reads OUT/_headers with Netlify's own parser and compares with the manifest: node tests/hosts/netlify.mjs OUT MODULES
//
// MODULES is a folder in which `npm install @netlify/headers-parser@10.1.1` was run.

import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { published, Tally, urlPath } from "./manifest.mjs";

const [out, modules] = process.argv.slice(2).map((path) => resolve(path));
const parser = join(modules, "node_modules/@netlify/headers-parser/lib/index.js");
const { parseAllHeaders } = await import(pathToFileURL(parser).href);
const { headers: rules, errors } = await parseAllHeaders({ headersFiles: [join(out, "_headers")], minimal: false });
const { base, records } = published(out);
const tally = new Tally();
tally.check("errors", errors.map(String).join("; "), "");

/** What all rules together say about a path, the last one winning, and how many speak of Cache-Control. */
function served(path) {
  const headers = {};
  let count = 0;
  for (const rule of rules.filter((rule) => rule.forRegExp.test(path))) {
    for (const [name, value] of Object.entries(rule.values)) headers[name.toLowerCase()] = value;
    count += Object.keys(rule.values).some((name) => name.toLowerCase() === "cache-control") ? 1 : 0;
  }
  return { headers, count };
}

function forms(record) {
  const path = urlPath(base, record.name);
  if (!path.endsWith(".html")) return [path];
  return [path, path.endsWith("/index.html") ? path.slice(0, -"index.html".length) : path.slice(0, -".html".length)];
}

for (const record of records.filter((record) => !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(record.name))) {
  for (const path of forms(record)) {
    const { headers, count } = served(path);
    const wanted = record.headers["Cache-Control"];
    // Netlify's own default asks again each time.
    const isDefault = headers["cache-control"] === undefined && /^(no-cache|no-store)$/.test(wanted);
    if (!isDefault) tally.check(`${path}: Cache-Control`, headers["cache-control"], wanted);
    tally.check(`${path}: rules that overlap`, count <= 1, true);
    for (const name of ["Access-Control-Allow-Origin", "X-Robots-Tag"]) {
      tally.check(`${path}: ${name}`, headers[name.toLowerCase()], record.headers[name]);
    }
  }
}
process.exit(tally.finish());
