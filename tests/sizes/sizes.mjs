// No file of the corpora grows unnoticed: builds folders of files and compares their sizes with a committed table.
//   node sizes.mjs EDGEPRESS TABLE WORK [--renew] NAME=FOLDER...            one row for each file
//   node sizes.mjs EDGEPRESS TABLE WORK [--renew] --sums NAME=FOLDER...     one row for each kind of file in a folder
// Sizes are those of brotli 11 where a file travels compressed, else its bytes. A file that is more than a thousandth larger than its row, or
// has none, fails; so does a row without its file. What is smaller is only told: --renew writes the table of what is now, keeping
// the rows of folders that are not named. Last line: `N passed, M failed`, in rows.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const MOST = 1.001;

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { renew: { type: 'boolean', default: false }, sums: { type: 'boolean', default: false } } });
const [edgepress, table, work, ...folders] = positionals;

/** What a folder's files weigh now: rows of name and size. */
function weighed(name, folder) {
  const out = path.join(work, name), report = path.join(work, `${name}.json`);
  fs.rmSync(out, { recursive: true, force: true });
  const run = spawnSync(edgepress, ['build', folder, '-o', out, '--no-fingerprint', '--no-cache', '--quiet', '--report', `json=${report}`], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`the build of ${name} ended with ${run.status}\n${run.stdout}${run.stderr}`);
  const rows = new Map();
  for (const file of JSON.parse(fs.readFileSync(report, 'utf8')).files) {
    // What nothing is known of travels as it came.
    if (file.kind === 'opaque') continue;
    const row = `${name}/${options.sums ? file.kind : file.path}`;
    rows.set(row, (rows.get(row) ?? 0) + (file.brotli ?? file.bytes_out));
  }
  fs.rmSync(out, { recursive: true, force: true });
  return rows;
}

const lines = fs.existsSync(table) ? fs.readFileSync(table, 'utf8').split('\n').filter(Boolean) : [];
const known = new Map(lines.map((line) => line.split('\t')).map(([row, size]) => [row, Number(size)]));
const now = new Map();
fs.mkdirSync(work, { recursive: true });
for (const folder of folders) {
  const [name, place] = folder.split('=');
  for (const [row, size] of weighed(name, place)) now.set(row, size);
}
const names = folders.map((folder) => `${folder.split('=')[0]}/`);
const isNamed = (row) => names.some((name) => row.startsWith(name));
let failed = 0, smaller = 0;
const fail = (text) => { failed += 1; if (!options.renew) console.log(text); };
for (const [row, size] of now) {
  const was = known.get(row);
  if (was === undefined) fail(`${row}: ${size} bytes, not in the table`);
  else if (size > was * MOST) fail(`${row}: ${was} -> ${size} bytes, ${((size / was - 1) * 100).toFixed(2)} % more`);
  else if (size < was) smaller += was - size;
}
for (const row of known.keys()) if (isNamed(row) && !now.has(row)) fail(`${row}: in the table, but not there`);
if (smaller > 0 && !options.renew) console.log(`${smaller} bytes less than in the table: renew it to keep them`);
if (options.renew) {
  const rows = [...new Map([...[...known].filter(([row]) => !isNamed(row)), ...now])].sort(([one], [other]) => (one < other ? -1 : 1));
  fs.writeFileSync(table, rows.map(([row, size]) => `${row}\t${size}\n`).join(''));
  failed = 0;
}
if (now.size === 0) failed += 1;
console.log(`${Math.max(0, now.size - failed)} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
