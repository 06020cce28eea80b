// Proves that the checkers see what they must see: each row damages a copy of the demo and names the words expected.
//   node selftest.mjs [--clicks] [--chromium PATH]      last line `N passed, M failed`
// --clicks: the rows with clicks as well, which take a minute each.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { compareVisits } from './page.mjs';

const here = import.meta.dirname;
const demo = path.join(here, '../../fixtures/demo');
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'edgepress-selftest-'));
const edit = (file, from, to) => (tree) => {
  const full = path.join(tree, file), text = fs.readFileSync(full, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} no longer holds ${from}`);
  fs.writeFileSync(full, text.replaceAll(from, to));
};

/** Gives one file a hashed name, as edgepress would, with its references and a manifest. */
function rename(tree) {
  fs.renameSync(path.join(tree, 'pictures/floats.jpg'), path.join(tree, 'pictures/floats-3k7m2q9x.jpg'));
  for (const file of ['index.html', 'data/gallery.json']) edit(file, 'pictures/floats.jpg', 'pictures/floats-3k7m2q9x.jpg')(tree);
  fs.writeFileSync(path.join(tree, 'edgepress.manifest.json'), JSON.stringify({ version: 1, files: { 'pictures/floats.jpg': { path: 'pictures/floats-3k7m2q9x.jpg' } } }));
}

const rows = [
  { what: 'an untouched copy', check: 'compare', damage: () => {}, code: 0 },
  { what: 'a renamed picture with a manifest', check: 'compare', damage: rename, code: 0, says: '1 renamed files' },
  { what: 'a slightly other colour', check: 'compare', damage: edit('css/tokens.css', '#e4572e', '#e4572f'), code: 1, says: 'pixels differ' },
  { what: 'a missing picture', check: 'compare', damage: (tree) => fs.rmSync(path.join(tree, 'pictures/compass.jpg')), code: 1, says: 'newly failed: 404' },
  { what: 'a missing module that is imported dynamically', check: 'compare', damage: (tree) => fs.rmSync(path.join(tree, 'js/lang/en.js')), code: 1, says: 'newly failed: 404 /js/lang/en.js' },
  { what: 'a worker that is gone', check: 'compare', damage: (tree) => fs.rmSync(path.join(tree, 'js/tide-worker.js')), code: 1, says: 'newly failed: 404 /js/tide-worker.js' },
  { what: 'a precached file that is gone', check: 'compare', damage: edit('sw.js', './css/parts.css', './css/part.css'), code: 1, says: 'newly failed: 404 /css/part.css' },
  { what: 'a new console error', check: 'compare', damage: edit('js/notice.js', 'if (!text) {', 'console.error("ahoy"); if (!text) {'), code: 1, says: 'new error: console: ahoy' },
  { what: 'a script that throws', check: 'compare', damage: edit('js/board.js', 'const body =', 'nothing.here; const body ='), code: 1, says: 'new error' },
  { what: 'a request more', check: 'compare', damage: edit('css/layout.css', '.foot a {', '.foot { border-image-source: url(../icons/quote.svg) } .foot a {'), code: 1, says: 'newly asked for: 200 /icons/quote.svg' },
  { what: 'clicks on an untouched copy', check: 'compare', click: '8', damage: () => {}, code: 0, says: '8 clicks' },
  { what: 'a button that does something else', check: 'compare', click: '8', damage: edit('js/language.js', 'change(button.dataset.language, buttons)', '{ document.title = "ahoy"; }'), code: 1, says: 'on button "English": shows "ahoy"' },
  { what: 'a button that complains', check: 'compare', click: '8', damage: edit('js/language.js', 'change(button.dataset.language, buttons)', 'console.error("ahoy")'), code: 1, says: 'new error: console: ahoy' },
  { what: 'a link that leads elsewhere', check: 'compare', click: '8', damage: edit('index.html', '<li><a href="./" aria-current="page">Visit</a></li>', '<li><a href="about.html" aria-current="page">Visit</a></li>'), code: 1, says: 'leads to /about.html and not to /' },
  { what: 'a button that is gone', check: 'compare', click: '8', damage: edit('index.html', '<button type="button" data-language="en">English</button>', '<b>English</b>'), code: 1, says: 'on button "English": is no longer there' },
  { what: 'the styles of an untouched copy', check: 'computed-styles', damage: () => {}, code: 0 },
  { what: 'the styles beside a renamed picture', check: 'computed-styles', damage: rename, code: 0 },
  { what: 'the styles with a slightly other colour', check: 'computed-styles', damage: edit('css/tokens.css', '#e4572e', '#e4572f'), code: 1, says: '--' },
  { what: 'a style that only print has', check: 'computed-styles', damage: (tree) => fs.appendFileSync(path.join(tree, 'css/print.css'), 'html { scroll-padding-top: 7px }'), code: 1, says: '390x844 print: html' },
  { what: 'a style that only wide dark windows have', check: 'computed-styles', damage: (tree) => fs.appendFileSync(path.join(tree, 'css/layout.css'), '@media (min-width: 1000px) and (prefers-color-scheme: dark) { body::after { content: "x"; position: fixed } }'), code: 1, says: '1440x900 dark: html>body.home::after content' },
  { what: 'a style that only calm visitors get', check: 'computed-styles', damage: (tree) => fs.appendFileSync(path.join(tree, 'css/layout.css'), '@media (prefers-reduced-motion: reduce) { body { transition-duration: 3s } }'), code: 1, says: 'reduced motion: html>body.home transition-duration' },
  { what: 'the crawler on an untouched copy', check: 'crawl', damage: () => {}, code: 0 },
  { what: 'the crawler on a renamed picture', check: 'crawl', damage: rename, code: 0 },
  { what: 'the crawler on a broken link', check: 'crawl', damage: edit('about.html', 'href="gallery.html"', 'href="galery.html"'), code: 1, says: 'newly broken: 404 /galery.html' },
  { what: 'the crawler on a broken url() in CSS', check: 'crawl', damage: edit('css/parts.css', '../icons/quote.svg', '../icons/quota.svg'), code: 1, says: 'newly broken' },
];

/** What comes of two looks at pages, and of one alone, as `secondLooks` says it. */
const looks = [
  { options: {}, expected: 'always: differs; fails: no page; once: ' },
  { options: { once: true }, expected: 'always: differs; fails: no page; once: differs' },
];

/** What comes of the visits `once`, whose page differs the first time, `always`, which differs, and `fails`, which cannot be compared. */
async function secondLooks(options) {
  let calls = 0;
  const compare = async (browser, [server], { file }) => {
    calls += 1;
    if (file === 'fails') throw new Error(`no page\n${server.origin}`);
    return { file, lines: browser.isConnected() && (file === 'always' || calls <= 3) ? ['differs'] : [] };
  };
  const results = await compareVisits(['once', 'always', 'fails'].map((file) => ({ file })), { servers: 1, ...options }, compare);
  return results.map(({ file, lines }) => `${file}: ${lines}`).join('; ');
}

let passed = 0;
const options = process.argv.slice(2).filter((option) => option !== '--clicks');
const chosen = rows.filter(({ click }) => !click || process.argv.includes('--clicks'));
const count = chosen.length + looks.length;
for (const { what, check, click, damage, code, says } of chosen) {
  const tree = path.join(work, 'tree');
  fs.rmSync(tree, { recursive: true, force: true });
  fs.cpSync(demo, tree, { recursive: true });
  damage(tree);
  const more = check !== 'crawl' ? ['--once', '--only', 'index.html', ...(click ? ['--click', click] : []), ...options] : [];
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(here, `${check}.mjs`), demo, tree, ...more], { encoding: 'utf8' });
  const good = status === code && (says === undefined || stdout.includes(says));
  if (good) passed += 1;
  else console.log(`FAILED: ${what}: exit ${status}, expected ${code}${says ? ` and "${says}"` : ''}\n${stdout}${stderr}`);
}
fs.rmSync(work, { recursive: true, force: true });
const at = options.indexOf('--chromium');
const chromium = at < 0 ? process.env.CHROMIUM ?? '/usr/bin/chromium' : options[at + 1];
for (const { options: given, expected } of looks) {
  const seen = await secondLooks({ chromium, ...given });
  if (seen === expected) passed += 1;
  else console.log(`FAILED: ${JSON.stringify(given)}: ${seen} and not ${expected}`);
}
console.log(`${passed} passed, ${count - passed} failed`);
process.exitCode = passed === count ? 0 : 1;
