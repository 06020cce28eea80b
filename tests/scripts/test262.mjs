// The tests of the language itself, before and after:  node tests/scripts/test262.mjs EDGEPRESS TESTS WORK [--renew] [--only TEXT]
// TESTS is a checkout of test262, or the folder of that name in Firefox's sources. Every test is pressed and run twice in Node, each time
// in a realm of its own; what came of it must be the same. What need not be is in test262.tsv, each with its reason, and:
//   programs that are no JavaScript may become some: swc does not see all errors that forbid a program to begin,
//   names and texts of functions differ, as they do after every minifier.
// --renew writes the list anew, with "?" where somebody has to find the reason. Last line: `N passed, M failed`.
import { fork, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import vm from 'node:vm';
import { here } from './work.mjs';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: {
  renew: { type: 'boolean', default: false }, only: { type: 'string', default: '' }, part: { type: 'string' } } });
const [edgepress, given, workGiven] = positionals;
const work = path.resolve(workGiven), site = path.join(work, 'site'), out = path.join(work, 'out');
const harness = path.join(given, 'harness'), hasHarness = fs.existsSync(path.join(harness, 'assert.js'));
const tests = hasHarness ? path.join(given, 'test') : path.resolve(given);
const LONGEST_MS = 5000, ASYNC_MS = 400;
const NAMES = /fn-name|(^|[/-])names?[-.]|-name-|\/toString\/|function-code\/block-decl-func-skip-arguments/;

/** What the head of a test says: flags, and files of the harness. */
function head(text) {
  const front = text.match(/\/\*---([\s\S]*?)---\*\//)?.[1] ?? '';
  const list = (key) => (front.match(new RegExp(`^${key}:\\s*\\[(.*)\\]`, 'm'))?.[1] ?? front.match(new RegExp(`^${key}:\\s*\\n((?:\\s+- .*\\n)*)`, 'm'))?.[1] ?? '').split(/[,\n]/).map((item) => item.replace(/^\s*- /, '').trim()).filter(Boolean);
  const told = text.match(/^\/\/ \|reftest\|.*/)?.[0] ?? '';
  const flags = new Set([...list('flags'), ...['module', 'async'].filter((flag) => new RegExp(`\\b${flag}\\b`).test(told))]);
  return { flags, includes: list('includes') };
}

/** Scripts and data, without what is the harness of Firefox. */
function filesBelow(folder) {
  const files = fs.readdirSync(folder, { recursive: true }).map((file) => file.split(path.sep).join('/'));
  return files.filter((file) => /\.js(on)?$/.test(file) && !/(^|\/)(shell|browser)\.js$/.test(file)).sort();
}

/** The tests as a site. */
function layOut() {
  fs.rmSync(site, { recursive: true, force: true });
  for (const file of filesBelow(tests)) {
    const text = fs.readFileSync(path.join(tests, file), 'latin1');
    fs.mkdirSync(path.dirname(path.join(site, file)), { recursive: true });
    fs.writeFileSync(path.join(site, file), hasHarness && head(text).flags.has('onlyStrict') ? `"use strict";\n${text}` : text, 'latin1');
  }
}

const compiled = new Map();
const script = (file) => compiled.get(file) ?? compiled.set(file, new vm.Script(fs.readFileSync(file, 'utf8'), { filename: file })).get(file);

/** What runs before a test: the harness, or in Firefox's copy the shells of all folders around. */
function before(file, { flags, includes }) {
  if (flags.has('raw')) return [];
  if (hasHarness) return ['assert.js', 'sta.js', ...(flags.has('async') ? ['doneprintHandle.js'] : []), ...includes].map((name) => script(path.join(harness, name)));
  const folders = path.dirname(file).split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
  return ['', ...folders].map((folder) => path.join(tests, folder, 'shell.js')).filter((shell) => fs.existsSync(shell) && fs.statSync(shell).size > 0).map(script);
}

function realm(print) {
  const context = vm.createContext({ print, setTimeout, reportCompare() {}, createIsHTMLDDA: () => ({}) });
  const evaluate = (text) => vm.runInContext(String(text), context);
  const detachArrayBuffer = (buffer) => { structuredClone(buffer, { transfer: [buffer] }); };
  const newGlobal = () => vm.runInContext('var evaluate = (text) => (0, eval)(text); globalThis', vm.createContext({}));
  Object.assign(context, { evaluate, detachArrayBuffer, newGlobal });
  const global = vm.runInContext('globalThis', context);
  const agent = { start() {}, broadcast() {}, getReport: () => null, sleep() {}, monotonicNow: () => 0 };
  context.$262 = { global, agent, gc() {}, evalScript: evaluate, detachArrayBuffer, IsHTMLDDA: {}, createRealm: () => { const other = newGlobal(); return other.$262 = { global: other, evalScript: other.evaluate }; } };
  return context;
}

const told = (error) => { try { return `${error?.constructor?.name ?? typeof error}: ${String(error?.message ?? error).slice(0, 200)}`; } catch { return 'an error that cannot be told'; } };

/** Modules of the tree in `root`, by the file that asks. */
function loader(context, root) {
  const modules = new Map();
  const make = (file) => new vm.SourceTextModule(fs.readFileSync(path.join(root, file), 'utf8'), { context, identifier: file,
    importModuleDynamically: (specifier) => load(specifier, file), initializeImportMeta: (meta) => { meta.url = pathToFileURL(path.join(site, file)).href; } });
  const read = (file) => modules.get(file) ?? modules.set(file, make(file)).get(file);
  const run = async (module) => {
    if (module.status === 'unlinked') await module.link((specifier, { identifier }) => read(beside(identifier, specifier)));
    await module.evaluate({ timeout: LONGEST_MS });
    return module;
  };
  const beside = (file, specifier) => path.posix.join(path.posix.dirname(file), specifier);
  const load = (specifier, file) => run(read(beside(file, specifier)));
  return { load, start: (file) => run(read(file)) };
}

/** What comes of a test. */
async function outcome(root, file, info) {
  const printed = [];
  let done;
  const finished = new Promise((resolve) => { done = resolve; });
  const context = realm((text) => { printed.push(String(text)); done(); });
  try {
    for (const one of before(file, info)) one.runInContext(context, { timeout: LONGEST_MS });
    if (info.flags.has('async') && !hasHarness) vm.runInContext('var $DONE = (error) => print(error ? `failed ${error.name}: ${error.message}` : "complete")', context);
    const { load, start } = loader(context, root), text = fs.readFileSync(path.join(root, file), 'utf8');
    // A script with this is never forgotten by Node, nor is its realm: only where it is needed.
    const importModuleDynamically = /\bimport\b/.test(text) ? (specifier) => load(specifier, file) : undefined;
    if (info.flags.has('module')) await start(file);
    else vm.runInContext(text, context, { filename: 'test.js', timeout: LONGEST_MS, importModuleDynamically });
    if (info.flags.has('async')) await Promise.race([finished, pause(ASYNC_MS)]);
  } catch (error) {
    return [told(error).replaceAll(root, ''), ...printed].join(' | ').slice(0, 400);
  }
  return ['ok', ...printed].join(' | ').slice(0, 400);
}

/** A part of the tests, in a process of its own. */
async function comparePart(part, parts) {
  process.on('unhandledRejection', () => {});
  const result = { same: 0, untouched: 0, unsteady: 0, ok: 0, differences: [] };
  const all = filesBelow(site).filter((file) => file.endsWith('.js') && !file.includes('_FIXTURE') && file.includes(options.only));
  for (const file of all.filter((_, index) => index % parts === part)) {
    const source = fs.readFileSync(path.join(site, file));
    if (source.equals(fs.readFileSync(path.join(out, file)))) {
      result.untouched += 1;
      continue;
    }
    const info = head(source.toString('latin1'));
    const [one, other] = [await outcome(site, file, info), await outcome(out, file, info)];
    result.ok += Number(one.startsWith('ok'));
    if (one === other) result.same += 1;
    else if (one !== await outcome(site, file, info)) result.unsteady += 1;
    else result.differences.push([file, one, other]);
  }
  process.send(result, () => process.exit(0));
}

function compareInParts() {
  const parts = availableParallelism();
  const run = (part) => new Promise((resolve, reject) => {
    const child = fork(process.argv[1], [...process.argv.slice(2), '--part', `${part}/${parts}`], { execArgv: ['--experimental-vm-modules', '--no-warnings'] });
    child.once('message', resolve).once('exit', (code) => reject(new Error(`part ${part} ended with ${code}`)));
  });
  return Promise.all(Array.from({ length: parts }, (_, part) => run(part)));
}

if (options.part) {
  await comparePart(...options.part.split('/').map(Number));
} else {
  layOut();
  fs.writeFileSync(path.join(work, 'edgepress.toml'), '[names]\nmode = "off"\n[siblings]\nencodings = []\n');
  fs.rmSync(out, { recursive: true, force: true });
  execFileSync(path.resolve(edgepress), ['build', site, '-o', out, '--config', path.join(work, 'edgepress.toml'), '--cache-dir', path.join(work, 'cache'), '--quiet'], { stdio: 'inherit' });
  const results = await compareInParts();
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const list = path.join(here, 'test262.tsv'), lines = fs.existsSync(list) ? fs.readFileSync(list, 'utf8').split('\n').filter(Boolean) : [];
  const known = new Map(lines.filter((line) => !line.startsWith('#')).map((line) => line.split('\t')));
  const counts = { invalid: 0, names: 0, known: 0 }, left = [], renewed = [];
  for (const [file, one, other] of results.flatMap(({ differences }) => differences).sort()) {
    if (one.startsWith('SyntaxError')) counts.invalid += 1;
    else if (NAMES.test(file)) counts.names += 1;
    else {
      const why = known.get(file) ?? (/no exception was thrown/.test(other) ? 'throws' : '?');
      renewed.push(`${file}\t${why}`);
      if (known.get(file) && known.get(file) !== '?') counts.known += 1;
      else left.push(`${file}\n    before  ${one}\n    after   ${other}`);
    }
  }
  if (left.length > 0) console.log(left.join('\n'));
  if (options.renew) fs.writeFileSync(list, `${[...lines.filter((line) => line.startsWith('#')), ...renewed].join('\n')}\n`);
  console.log(`${sum('same')} the same (${sum('ok')} ran to their end before), ${sum('untouched')} stayed as they came, ${sum('unsteady')} not the same twice before`);
  console.log(`${counts.invalid} were no JavaScript, ${counts.names} look at names or texts of functions, ${counts.known} are known`);
  console.log(`${sum('same') + counts.invalid + counts.names + counts.known} passed, ${left.length} failed`);
  process.exitCode = left.length === 0 ? 0 : 1;
}
