// Reads published source maps with another implementation than ours:  node tests/scripts/maps.mjs SITE OUT
// For every script with a map, names, properties and literals of the published text are looked up in its map, and what
// stands at the place it leads to is compared. Maps that bundlers make are not exact themselves, so the same is done
// with the site as it came in: a published map must lead to the right place as often as the given one.
import { readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { TraceMap, originalPositionFor, sourceContentFor } from '@jridgewell/trace-mapping';
import { tokenizer } from 'acorn';

const [site, out] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(join(out, 'edgepress.manifest.json'), 'utf8'));
// A published map may be this much worse: fewer tokens make single misses weigh more.
const TOLERANCE = 0.01;

function* tokensOf(text) {
  try {
    yield* tokenizer(text, { ecmaVersion: 'latest', sourceType: 'module', locations: true, allowHashBang: true });
  } catch {
    // What acorn cannot read further (a division taken for an expression) ends the list.
  }
}

const lines = new Map();
function textAt(map, source, line, column) {
  const key = map.id + source;
  if (!lines.has(key)) lines.set(key, (sourceContentFor(map, source) ?? '').split(/\r\n|[\r\n]/));
  return (lines.get(key)[line - 1] ?? '').slice(column);
}

const word = (text) => /^[\p{L}\p{N}_$]+/u.exec(text)?.[0] ?? '';
const QUOTES = /^["'`]/;

// How many tokens there are, how many lead somewhere, how many to the right place.
function rate(text, json, id) {
  const map = new TraceMap(json);
  map.id = id;
  const found = { tokens: 0, mapped: 0, literals: 0, rightLiterals: 0, names: 0, rightNames: 0 };
  let before = '';
  for (const token of tokensOf(text)) {
    const label = token.type.label;
    const after = before;
    before = label;
    if (label !== 'name' && label !== 'string' && label !== 'num') continue;
    found.tokens++;
    const { source, line, column, name } = originalPositionFor(map, { line: token.loc.start.line, column: token.loc.start.column });
    if (source === null) continue;
    found.mapped++;
    const original = textAt(map, source, line, column);
    if (label === 'string') {
      if (token.value.length < 3) continue;
      found.literals++;
      if (QUOTES.test(original) && original.slice(1).startsWith(token.value.slice(0, 8))) found.rightLiterals++;
    } else if (label === 'name' && after === '.') {
      found.names++;
      if (word(original) === token.value || original.startsWith('.' + token.value)) found.rightNames++;
    } else if (label === 'name' && name) {
      found.names++;
      if (word(original) === name || original.slice(1).startsWith(name)) found.rightNames++;
    }
  }
  return found;
}

const share = (part, whole) => (whole ? part / whole : 1);
let passed = 0;
let failed = 0;
for (const [path, record] of Object.entries(manifest.files)) {
  const mapPath = path + '.map';
  if (!/\.[cm]?js$/.test(path) || !existsSync(join(site, mapPath))) continue;
  const published = manifest.files[mapPath];
  const read = (folder, name) => readFileSync(join(folder, name), 'utf8');
  const given = rate(read(site, path), JSON.parse(read(site, mapPath)), 'in ' + path);
  const json = JSON.parse(read(out, published.name));
  const ours = rate(read(out, record.name), json, 'out ' + path);
  const problems = [];
  for (const [what, part, whole] of [['literals', 'rightLiterals', 'literals'], ['names', 'rightNames', 'names'], ['mapped', 'mapped', 'tokens']]) {
    const [was, is] = [share(given[part], given[whole]), share(ours[part], ours[whole])];
    if (is < was - TOLERANCE - 2 / (ours[whole] + 1)) problems.push(`${what} ${(was * 100).toFixed(1)} % -> ${(is * 100).toFixed(1)} %`);
  }
  if (json.file && record.name !== path && json.file.endsWith(path.split('/').pop())) problems.push(`file is ${json.file}`);
  if (problems.length) {
    failed++;
    console.log(`${path}: ${problems.join(', ')}`);
  } else passed++;
  if (process.env.VERBOSE) console.log(path, JSON.stringify(given), JSON.stringify(ours));
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
