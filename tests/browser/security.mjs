// A sealed site in a real browser: all that is its own runs, and what was tampered with does not.
//   node security.mjs EDGEPRESS SITE [--chromium PATH]      last line `N passed, M failed`
// Builds SITE with integrity values and a policy in each page, compares it with SITE as compare.mjs does, then damages a
// copy per row and looks for the browser's refusal in its console.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { StaticServer } from './server.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { chromium: { type: 'string', default: '/usr/bin/chromium' } } });
const [edgepress, site] = positionals;
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'edgepress-security-'));
const sealed = path.join(work, 'sealed');

function run(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return { good: status === 0, said: `${stdout}${stderr}` };
}

function build() {
  fs.writeFileSync(path.join(work, 'edgepress.toml'), '[security]\nsri = true\ncsp = "meta"\n');
  return run(edgepress, ['build', site, '-o', sealed, '--config', path.join(work, 'edgepress.toml'), '--no-cache', '--quiet']);
}

/** What the console says while `tree` is loaded. */
async function load(browser, tree) {
  const server = await StaticServer.start();
  server.show(tree);
  const page = await browser.newPage();
  const said = [];
  page.on('console', (message) => said.push(message.text()));
  await page.goto(server.url('index.html'), { waitUntil: 'networkidle' });
  await page.close();
  await server.close();
  return said;
}

const manifest = () => JSON.parse(fs.readFileSync(path.join(sealed, 'edgepress.manifest.json'), 'utf8'));
const append = (logical, text) => (tree) => fs.appendFileSync(path.join(tree, manifest().files[logical].name), text);
const edit = (file, change) => (tree) => fs.writeFileSync(path.join(tree, file), change(fs.readFileSync(path.join(tree, file), 'utf8')));
const refused = /integrity/i, forbidden = /content security policy/i;

// A module of the entry, one that is only imported, a stylesheet, and code that was put into the page.
const rows = [
  { what: 'nothing tampered with', damage: () => {}, says: undefined },
  { what: 'a script of a tag', damage: append('js/main.js', '\n;'), says: refused },
  { what: 'a module that is imported', damage: append('js/language.js', '\n;'), says: refused },
  { what: 'a module that is imported later', damage: append('js/tides.js', '\n;'), says: refused },
  { what: 'a stylesheet', damage: append('css/site.css', '\n'), says: refused },
  { what: 'an inline script that was put in', damage: edit('index.html', (text) => text.replace('</body>', '<script>alert(1)</script></body>')), says: forbidden },
  { what: 'a script from elsewhere', damage: edit('index.html', (text) => text.replace('</body>', '<script src=//localhost:1/x.js></script></body>')), says: forbidden },
];

async function main() {
  let failed = 0;
  const report = (what, good, said) => { if (!good) { failed += 1; console.log(`FAILED: ${what}\n${said}`); } };
  const built = build();
  report('the build', built.good, built.said);
  if (!built.good) return { passed: 0, failed };
  const compared = run(process.execPath, [path.join(import.meta.dirname, 'compare.mjs'), site, sealed, '--chromium', values.chromium]);
  report('compared with the site as it was', compared.good, compared.said);
  const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox', '--disable-gpu'] });
  for (const { what, damage, says } of rows) {
    const tree = path.join(work, 'tree');
    fs.rmSync(tree, { recursive: true, force: true });
    fs.cpSync(sealed, tree, { recursive: true });
    damage(tree);
    const said = (await load(browser, tree)).filter((line) => refused.test(line) || forbidden.test(line));
    report(what, says === undefined ? said.length === 0 : said.some((line) => says.test(line)), said.join('\n'));
  }
  await browser.close();
  return { passed: rows.length + 2 - failed, failed };
}

main().then(({ passed, failed }) => {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}, (error) => {
  console.error(`security: ${error.message}`);
  process.exitCode = 2;
}).finally(() => fs.rmSync(work, { recursive: true, force: true }));
