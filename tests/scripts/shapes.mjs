// Other people's scripts become what they were:  node tests/scripts/shapes.mjs EDGEPRESS WORK [PACKAGE...]
// Fetches packages from npm (those of packages.txt, or the ones named there), presses their scripts and loads each before and after in a page of
// jsdom, as a script and as a CommonJS module. What they leave behind must be the same: errors and messages, globals and
// exports with all their properties, lengths of functions, prototypes (shape.mjs). Last line: `N passed, M failed`.
import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { extname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { here } from './work.mjs';

const [edgepress, workGiven, ...named] = process.argv.slice(2);
const work = resolve(workGiven), fetched = join(work, 'packages'), site = join(work, 'site'), out = join(work, 'out');
const run = promisify(execFile);

/** Scripts that look at their own text to find out whether they were minified, and tell people. */
const SEE_MINIFICATION = [/^konva@.*\/konva\.js$/, /^inferno@.*\/dist\/(index|inferno)\.c?js$/];
const SCRIPTS_OF_EACH = 4, LARGEST = 3_000_000;

const lines = readFileSync(join(here, 'packages.txt'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));
/** Each with what is loaded before its scripts. */
const packages = lines.map((line) => line.split(' ')).filter(([name]) => named.length === 0 || named.includes(name));

const fetches = new Map();
const fetchOnce = (name) => fetches.get(name) ?? fetches.set(name, fetch(name)).get(name);

async function fetch(name) {
  const folder = join(fetched, name.replace('/', '_'));
  if (existsSync(join(folder, 'package.json'))) return folder;
  mkdirSync(folder, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', fetched, name]);
  await run('tar', ['xzf', join(fetched, stdout.trim()), '-C', folder, '--strip-components=1']);
  rmSync(join(fetched, stdout.trim()));
  return folder;
}

/** The scripts that the package says are for pages, then the largest ones. */
function scripts(folder) {
  const { unpkg, jsdelivr, browser, main, module } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const told = [unpkg, jsdelivr, browser, main, module].filter((path) => typeof path === 'string').map((path) => (extname(path) ? path : `${path}.js`));
  const found = readdirSync(folder, { recursive: true }).filter((path) => /^([^/]+|(dist|build|umd|lib)\/([^/]+\/)?[^/]+)\.c?js$/.test(path))
    .sort((a, b) => statSync(join(folder, b)).size - statSync(join(folder, a)).size || (a < b ? -1 : 1));
  const usable = (path) => /\.c?js$/.test(path) && existsSync(join(folder, path)) && statSync(join(folder, path)).size < LARGEST;
  return [...new Set([...told, ...found].map((path) => relative(folder, join(folder, path))))].filter(usable).slice(0, SCRIPTS_OF_EACH);
}

async function shape(path, manner, libraries) {
  const { stdout } = await run(process.execPath, ['--max-old-space-size=3000', join(here, 'shape.mjs'), path, manner, ...libraries], { maxBuffer: 1 << 28, timeout: 120_000 });
  return stdout;
}

async function inTurn(list, act) {
  const rest = list.values();
  await Promise.all(Array.from({ length: availableParallelism() }, async () => { for (const item of rest) await act(item); }));
}

rmSync(site, { recursive: true, force: true });
const tasks = [];
await inTurn(packages, async ([name, ...before]) => {
  const folder = await fetchOnce(name);
  for (const library of before) await fetchOnce(library.match(/^(@[^/]+\/)?[^/]+/)[0]);
  const libraries = before.map((library) => join(fetched, library));
  for (const path of scripts(folder)) {
    const place = join(name.replace('/', '_'), path);
    mkdirSync(join(site, place, '..'), { recursive: true });
    copyFileSync(join(folder, path), join(site, place));
    tasks.push(...['page', 'module'].map((manner) => ({ place, manner, libraries })));
  }
});
execFileSync(edgepress, ['build', site, '-o', out, '--force', '--no-fingerprint', '--no-cache', '--quiet'], { stdio: 'inherit' });
let passed = 0, failed = 0, seen = 0;
await inTurn(tasks.sort((a, b) => (a.place < b.place ? -1 : 1)), async ({ place, manner, libraries }) => {
  try {
    const [was, is] = [await shape(join(site, place), manner, libraries), await shape(join(out, place), manner, libraries)];
    if (was === is) return void passed++;
    if (SEE_MINIFICATION.some((script) => script.test(place))) return void seen++;
    const at = [...was].findIndex((letter, index) => letter !== is[index]);
    console.log(`DIFFERENT ${place} as ${manner}\n  before ${was.slice(Math.max(0, at - 100), at + 200)}\n  after  ${is.slice(Math.max(0, at - 100), at + 200)}`);
  } catch (error) {
    console.log(`FAILED ${place} as ${manner}: ${error.message.slice(0, 500)}`);
  }
  failed++;
});
console.log(`${tasks.length / 2} scripts of ${packages.length} packages; ${seen} times a script saw that it was minified`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
