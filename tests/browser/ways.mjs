// Other ways to published names in a real browser: import maps, and a delivery network of another origin.
//   node ways.mjs EDGEPRESS SITE [--chromium PATH]      last line `N passed, M failed`
// With import maps SITE is compared as compare.mjs does. For the network the pressed tree is served twice, at home and, with other
// origins allowed, below /x/ of a second server; each page must then load what it loaded before, most of it from there.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { pagesOf } from './names.mjs';
import { StaticServer } from './server.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { chromium: { type: 'string', default: '/usr/bin/chromium' } } });
const [edgepress, site] = positionals;
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'edgepress-ways-'));
let passed = 0, failed = 0;

function report(what, good, said = '') {
  if (good) passed += 1;
  else { failed += 1; console.log(`FAILED: ${what}\n${said}`); }
}

function run(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return { good: status === 0, said: `${stdout}${stderr}` };
}

function build(out, configuration, more = []) {
  const file = path.join(work, `${path.basename(out)}.toml`);
  fs.writeFileSync(file, configuration);
  const built = run(edgepress, ['build', site, '-o', out, '--config', file, '--no-cache', '--quiet', ...more]);
  report(`the build of ${path.basename(out)}`, built.good, built.said);
  return built.good;
}

/** Runs in the page: what it has got. */
async function got() {
  const limit = new Promise((done) => setTimeout(done, 4000));
  await Promise.race([Promise.allSettled([...document.images].map((image) => image.decode())), limit]);
  await Promise.race([document.fonts.ready, limit]);
  return { pictures: [...document.images].map((image) => image.naturalWidth), sheets: document.styleSheets.length,
    fonts: [...document.fonts].filter((font) => font.status === 'loaded').length, text: document.body.innerText.replace(/[0-9:.]+/g, '') };
}

/** One page: what it has got, and what it complained about. */
async function load(browser, server, tree, file) {
  server.show(tree);
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  const errors = new Set();
  page.on('console', (message) => { if (message.type() === 'error') errors.add(message.text()); });
  page.on('pageerror', (error) => errors.add(error.message));
  await page.goto(server.url(file), { waitUntil: 'load' });
  await server.idle(300);
  const found = { ...(await page.evaluate(got)), errors: errors.size, said: [...errors] };
  await context.close();
  return found;
}

async function overNetwork(browser) {
  const [home, network] = [await StaticServer.start(), await StaticServer.start()];
  const out = path.join(work, 'network'), address = `${network.origin}/x/`;
  if (build(out, '[security]\nsri = true\ncsp = "meta"\n', ['--base', address])) {
    network.allowsOthers = true;
    for (const file of pagesOf(site)) {
      network.show(out, '/x/');
      const before = await load(browser, home, site, file), after = await load(browser, home, out, file);
      const { said, ...seen } = after;
      const { said: _, ...expected } = before;
      report(`${file} over a network`, JSON.stringify(seen) === JSON.stringify(expected), `${JSON.stringify(expected)}\n${JSON.stringify(seen)}\n${said.join('\n')}`);
      const refused = network.log.filter(({ status }) => status >= 400);
      report(`${file}: the network has what it is asked for`, network.log.length > 0 && refused.length === 0, JSON.stringify(refused));
    }
  }
  await home.close();
  await network.close();
}

async function main() {
  const mapped = path.join(work, 'mapped');
  if (build(mapped, '[names]\nmode = "import-map"\n')) {
    const page = fs.readFileSync(path.join(mapped, 'index.html'), 'utf8');
    report('the page has an import map', page.includes('type=importmap'), page.slice(0, 2000));
    const compared = run(process.execPath, [path.join(import.meta.dirname, 'compare.mjs'), site, mapped, '--chromium', values.chromium]);
    report('compared with the site as it was', compared.good, compared.said);
  }
  const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox', '--disable-gpu'] });
  await overNetwork(browser);
  await browser.close();
}

main().catch((error) => report('the run', false, error.stack)).finally(() => {
  fs.rmSync(work, { recursive: true, force: true });
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
});
