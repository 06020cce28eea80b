// Builds every site of a folder with names on and compares it in a browser before and after; writes the table of docs/sites.md.
//   node corpora.mjs EDGEPRESS SITES WORK [--only name,name] [--sample N] [--level LEVEL] [--table FILE] [--styles] [--click N]
//                    [--known FOLDER] [--chromium PATH]
// SITES holds one folder for each site. What is known of a site beyond its files is in tests/sites (README there), or in FOLDER.
// --sample: of the pages that no visit is described for only N, evenly spread (10). --click: on each page up to N things are clicked. Rows of sites that are left out stay as they are in FILE.
// With --styles the computed styles are compared (computed-styles.mjs) and not what a visitor sees, and there is no table.
// Last line: `N passed, M failed`, in sites.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { filesOf } from './names.mjs';

const here = import.meta.dirname;
const HEAD = '| site | level | files | references | broken | renamed | kept by name | unproven texts | pages | compared | steps | clicks | requests | result |';
const RULE = `|${' --- |'.repeat(HEAD.split('|').length - 2)}`;

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: {
  only: { type: 'string', default: '' }, sample: { type: 'string', default: '10' }, level: { type: 'string', default: 'default' },
  table: { type: 'string' }, styles: { type: 'boolean', default: false },
  click: { type: 'string', default: '0' }, known: { type: 'string', default: path.join(here, '../sites') }, chromium: { type: 'string', default: '/usr/bin/chromium' } } });
const [edgepress, sites, work] = positionals, { known } = options;

/** The site as it is built: its files with our pages laid over them. */
function laid(name) {
  const site = path.join(sites, name), pages = path.join(known, 'pages', name);
  if (!fs.existsSync(pages)) return site;
  const tree = path.join(work, 'in', name);
  fs.rmSync(tree, { recursive: true, force: true });
  fs.cpSync(site, tree, { recursive: true });
  fs.cpSync(pages, tree, { recursive: true });
  return tree;
}

/** The configuration of its owner, without siblings, which the tests' server does not serve. */
function configuration(name) {
  const own = path.join(known, `${name}.toml`), file = path.join(work, `${name}.toml`);
  fs.writeFileSync(file, `${fs.existsSync(own) ? fs.readFileSync(own, 'utf8') : ''}\n[siblings]\nencodings = []\n`);
  return file;
}

function build(name, tree) {
  const out = path.join(work, 'out', name), report = path.join(work, `${name}.json`);
  fs.rmSync(out, { recursive: true, force: true });
  const run = spawnSync(edgepress, ['build', tree, '-o', out, '--level', options.level, '--config', configuration(name),
    '--cache-dir', path.join(work, 'cache'), '--quiet', '--report', `json=${report}`], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`the build of ${name} ended with ${run.status}\n${run.stdout}${run.stderr}`);
  return { out, report: JSON.parse(fs.readFileSync(report, 'utf8')) };
}

function compare(name, tree, out) {
  const visits = path.join(known, `${name}.json`), result = path.join(work, `${name}.result.json`);
  fs.rmSync(result, { force: true });
  const more = fs.existsSync(visits) ? ['--visits', visits] : [];
  if (!options.styles) more.push('--click', options.click);
  const run = spawnSync(process.execPath, [path.join(here, options.styles ? 'computed-styles.mjs' : 'compare.mjs'), tree, out, '--sample', options.sample, '--result', result,
    '--chromium', options.chromium, '--keep', path.join(work, 'pictures', name), ...more], { encoding: 'utf8' });
  console.log(run.stdout + run.stderr);
  return { good: run.status === 0, ...(fs.existsSync(result) ? JSON.parse(fs.readFileSync(result, 'utf8')) : {}) };
}

/** One line of the table. */
function row(name, { files, findings }, seen) {
  const count = (code) => findings.filter((finding) => finding.code === code).length;
  const references = files.reduce((sum, file) => sum + file.references.length, 0);
  const renamed = files.filter((file) => file.output !== file.path).length;
  const cells = [name, options.level, files.length, references, count('broken-reference'), renamed, files.length - renamed, count('unproven-reference'),
    seen.pages, seen.compared, seen.steps, seen.clicks, seen.requests, seen.good ? 'same' : 'differs'];
  return `| ${cells.join(' | ')} |`;
}

/** The table with `rows` in the places of those of the same site. */
function written(file, rows) {
  const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : `${HEAD}\n${RULE}\n`;
  const nameOf = (line) => line.split('|')[1].trim();
  const [intro] = before.split(HEAD);
  const old = before.split('\n').filter((line) => line.startsWith('| ') && line !== HEAD && line !== RULE);
  const all = new Map([...old, ...rows].map((line) => [nameOf(line), line]));
  const sorted = [...all.keys()].sort().map((name) => all.get(name));
  fs.writeFileSync(file, `${intro}${HEAD}\n${RULE}\n${sorted.join('\n')}\n`);
}

const wanted = new Set(options.only.split(',').filter(Boolean));
const names = fs.readdirSync(sites).filter((name) => fs.statSync(path.join(sites, name)).isDirectory()).sort()
  .filter((name) => wanted.size === 0 || wanted.has(name));
fs.mkdirSync(work, { recursive: true });
const rows = [];
let failed = 0;
for (const name of names) {
  console.log(`-- ${name}`);
  try {
    const tree = laid(name);
    if (filesOf(tree).length === 0) throw new Error('there are no files');
    const { out, report } = build(name, tree);
    const seen = compare(name, tree, out);
    if (!options.styles) rows.push(row(name, report, seen));
    if (!seen.good) failed += 1;
  } catch (error) {
    console.log(error.message);
    failed += 1;
  }
}
if (options.table && !options.styles) written(options.table, rows);
console.log(`${names.length - failed} passed, ${failed || (names.length === 0 ? 1 : 0)} failed`);
process.exitCode = failed === 0 && names.length > 0 ? 0 : 1;
