// Measures and writes tables into a Markdown file, each between its markers:  node speed.mjs FILE PART...  (see benches/speed)
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

const [page, ...parts] = process.argv.slice(2);
const { EDGEPRESS, BENCH, EDGEPRESS_CORPUS, EDGEPRESS_CORPORA, PEERS_DIR, WORK, BARE } = process.env;
const here = path.dirname(new URL(import.meta.url).pathname);
const out = path.join(WORK, 'out'), cache = path.join(WORK, 'cache'), reportFile = path.join(WORK, 'report.json');

const small = ['site-photo', 'site-small', 'site-vite'].map((name) => path.join(EDGEPRESS_CORPUS, name));
const large = ['sites/marimo', 'sites/dagster-next', 'sites/python-doc', 'icons'].map((name) => path.join(EDGEPRESS_CORPORA, name));
const there = (sites) => sites.filter((site) => fs.existsSync(site) || void say(`not there: ${site}`));

const say = (text) => process.stderr.write(`${text}\n`);
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const ratio = (a, b) => (a / b).toFixed(2);
const mega = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
const gone = (...places) => places.forEach((place) => fs.rmSync(place, { recursive: true, force: true }));
const countFiles = (folder) => fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
const sizeOf = (files) => files.reduce((sum, it) => sum + fs.statSync(path.join(it.parentPath, it.name)).size, 0);

/** Runs a command; seconds of wall clock and processor. A failure ends everything. */
function timed(command, ...args) {
  const times = path.join(WORK, 'times');
  const start = process.hrtime.bigint();
  const done = spawnSync('/usr/bin/time', ['-f', '%U %S', '-o', times, command, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.stderr}`);
  const [user, system] = fs.readFileSync(times, 'utf8').trim().split(' ').map(Number);
  return { wall, cpu: user + system };
}

/** One build; with its report. Reports are written only where they are asked for, as they take time themselves. */
const build = (site, ...args) => timed(EDGEPRESS, 'build', site, '-o', out, '--quiet', ...args);
function reported(site, ...args) {
  const took = build(site, '--report', `json=${reportFile}`, ...args);
  return { ...took, report: JSON.parse(fs.readFileSync(reportFile, 'utf8')) };
}

/** (a) Against what people would use instead: the corpus's own script runs all of them in turn on copies. */
function race() {
  const rows = [['site', 'files', 'edgepress of npm pipeline', 'warm, of cold', '`--level fast` of jampack'], ['---', '---:', '---:', '---:', '---:']];
  const raced = (site, runs, ...args) => {
    const done = spawnSync(path.join(BENCH, 'site-race'), [site, PEERS_DIR, EDGEPRESS, String(runs), ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
    if (done.status !== 0) throw new Error(`site-race ${site}: ${done.stderr}`);
    const walls = (name) => median(done.stdout.split('\n').filter((line) => line.startsWith(`${name} `)).map((line) => Number(line.match(/wall\+KB ([\d.]+)/)[1])));
    return { cold: walls('edgepress-cold'), warm: walls('edgepress-warm'), npm: walls('npm-pipeline'), jampack: walls('jampack') };
  };
  for (const site of there(small)) {
    say(`race ${site}`);
    const usual = raced(site, 3), fast = raced(site, 2, '--level', 'fast');
    rows.push([path.basename(site), countFiles(site).length, ratio(usual.cold, usual.npm), `${(100 * usual.warm / usual.cold).toFixed(0)} %`, ratio(fast.cold, fast.jampack)]);
  }
  return rows;
}

/** (b) Against the floor: the same actions and encoders called bare. */
function floor() {
  const cores = os.availableParallelism();
  const rows = [['site', 'files', 'processor time of bare actions', 'of which isolation', 'core use'], ['---', '---:', '---:', '---:', '---:']];
  for (const site of there([...small, large[0]])) {
    say(`floor ${site}`);
    const runs = countFiles(site).length > 200 ? 1 : 3;
    const several = (work) => Array.from({ length: runs }, work).reduce((a, b) => (b.cpu < a.cpu ? b : a));
    const fresh = (...args) => several(() => (gone(out), build(site, '--no-cache', ...args)));
    const usual = fresh(), alone = fresh('--isolation', 'off');
    const bare = several(() => timed(BARE, site, out));
    rows.push([path.basename(site), countFiles(site).length, ratio(usual.cpu, bare.cpu), `${(100 * (usual.cpu - alone.cpu) / alone.cpu).toFixed(1)} %`, `${(100 * usual.cpu / usual.wall / cores).toFixed(0)} %`]);
  }
  return rows;
}

/** What the actions of one file take: a site of nothing else, made and then left alone. */
function alone(file) {
  const site = path.join(WORK, 'alone');
  gone(site, out, cache);
  fs.mkdirSync(site);
  fs.copyFileSync(file, path.join(site, path.basename(file)));
  const runs = () => build(site, '--cache-dir', cache, '--level', 'fast').wall;
  const [first, nothing] = [runs(), median([runs(), runs(), runs()])];
  gone(site, out, cache);
  return Math.max(0, first - nothing);
}

/** (c) Nothing changed, and one file changed, beside `find`. */
function unchanged() {
  const rows = [['site', 'files', 'find, ms', 'nothing changed, ms', 'allowed', 'one page changed, ms', 'of which its own actions', 'allowed'], ['---', '---:', '---:', '---:', '---:', '---:', '---:', '---:']];
  const milliseconds = (seconds) => Math.round(seconds * 1000);
  for (const original of there([...small, ...large])) {
    say(`unchanged ${original}`);
    const site = path.join(WORK, 'changing');
    gone(site, out, cache);
    fs.cpSync(original, site, { recursive: true, preserveTimestamps: true });
    build(site, '--cache-dir', cache, '--level', 'fast');
    const again = () => build(site, '--cache-dir', cache, '--level', 'fast').wall;
    again();
    const find = median(Array.from({ length: 9 }, () => timed('find', site, '-type', 'f', '-printf', '%s %T@').wall));
    const nothing = median(Array.from({ length: 9 }, again));
    const files = countFiles(site).filter((it) => /\.(html|svg)$/.test(it.name)).map((it) => path.join(it.parentPath, it.name)).sort();
    const changed = files[Math.floor(files.length / 2)];
    const one = median(Array.from({ length: 5 }, (_, round) => {
      fs.appendFileSync(changed, `<!-- ${round} -->`);
      return again();
    }));
    const own = alone(changed);
    const allowed = 3 * find + 0.02;
    rows.push([path.basename(original), countFiles(site).length, ...[find, nothing, allowed, one, own, allowed + 0.15 + own].map(milliseconds)]);
    gone(site, out, cache);
  }
  return rows;
}

/** Makes a site of that shape, once. */
function made(shape, count) {
  const site = path.join(WORK, `${shape}-${count}`);
  if (!fs.existsSync(`${site}.made`)) {
    gone(site);
    timed('node', path.join(here, 'make-tree.mjs'), shape, String(count), site);
    fs.writeFileSync(`${site}.made`, '');
  }
  return site;
}

/** (d) Peak memory, workers included, against the budget. */
function memory() {
  const rows = [['site', 'files', 'size', '`--memory`', 'peak', 'files kept for want of memory or time'], ['---', '---:', '---:', '---:', '---:', '---:']];
  for (const [shape, count, budget] of [['pages', 33_000, 512], ['script', 50, 512], ['photos', 1_000, 512], ['small', 100_000, 512]]) {
    say(`memory ${shape} ${count}`);
    const site = made(shape, count);
    gone(out);
    const { report } = reported(site, '--no-cache', '--level', 'fast', '--memory', `${budget} MB`);
    const files = countFiles(site), kept = report.files.filter((file) => /large|crash/.test(file.kept_because)).length;
    rows.push([`${count.toLocaleString('en-GB')} ${shape}`, files.length, mega(sizeOf(files)), `${budget} MB`, mega(report.peak_rss), kept]);
  }
  return rows;
}

/** (e) Time and memory per file as sites grow. */
function scaling() {
  const rows = [['files', 'processor time per file, of that at 1,000', 'wall clock per file, of that at 1,000', 'peak memory'], ['---:', '---:', '---:', '---:']];
  let first;
  for (const count of [1_000, 10_000, 100_000]) {
    say(`scaling ${count}`);
    const site = made('small', count);
    const runs = count > 10_000 ? 1 : 3;
    const took = Array.from({ length: runs }, () => (gone(out), reported(site, '--no-cache', '--level', 'fast'))).reduce((a, b) => (b.wall < a.wall ? b : a));
    const each = { cpu: took.cpu / count, wall: took.wall / count };
    first ??= each;
    rows.push([count.toLocaleString('en-GB'), ratio(each.cpu, first.cpu), ratio(each.wall, first.wall), mega(took.report.peak_rss)]);
    gone(out);
  }
  return rows;
}

const measures = { race, floor, unchanged, memory, scaling };
for (const part of parts) {
  const table = measures[part]().map((row) => `| ${row.join(' | ')} |`).join('\n');
  const text = fs.readFileSync(page, 'utf8');
  const pattern = new RegExp(`(<!-- ${part} -->\n)[\\s\\S]*?(<!-- end -->)`);
  if (!pattern.test(text)) throw new Error(`${page} has no place for ${part}`);
  // Written as soon as it is known: a run that is stopped leaves what it measured.
  fs.writeFileSync(page, text.replace(pattern, (_, begin, end) => `${begin}\n${table}\n\n${end}`));
}
gone(out, cache);
