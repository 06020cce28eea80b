// Pages of a browser maker's test suite look the same before and after pressing:
//   node reftests.mjs BEFORE AFTER [--chromium PATH] [--sample N] [--offset N] [--only TEXT] [--jobs N]
// BEFORE is a tree of web-platform-tests (or of its like), AFTER what edgepress made of it. Of the pages that draw something and wait
// for nobody every Nth is loaded from both, and the pictures must be the same. One that differs is loaded twice more: what is not stable
// from load to load counts as skipped, as does what never finishes. Tests that look at their own document with scripts are left out:
// they count nodes of white space. Prints each page that differs and a last line `N passed, M failed`; exit 1 on any, 2 on bad usage.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { pagesOf } from './names.mjs';
import { FLAGS, freeze } from './page.mjs';
import { StaticServer } from './server.mjs';

/** A page that takes longer than this is given up, with its browser. */
const PATIENCE_MS = 10_000;

const { values: options, positionals: [before, after] } = parseArgs({
  allowPositionals: true,
  options: { chromium: { type: 'string', default: '/usr/bin/chromium' }, sample: { type: 'string', default: '10' },
    offset: { type: 'string', default: '0' }, only: { type: 'string', default: '' }, jobs: { type: 'string', default: '2' } },
});
if (!before || !after) {
  console.error('usage: node reftests.mjs BEFORE AFTER [--chromium PATH] [--sample N] [--offset N] [--only TEXT] [--jobs N]');
  process.exit(2);
}

/** Neither for a person or a printer, nor one that looks at itself or shows its own source. */
const isDrawn = (page) => !/-manual\.|-print[-.]|\/print\//.test(page)
  && !/testharness\.js|testdriver|<plaintext/.test(fs.readFileSync(path.join(before, page), 'latin1'));

/** Runs in the page: waits until it says that it is ready for its picture. */
async function ready() {
  const end = Date.now() + 3000;
  await Promise.race([document.fonts.ready, new Promise((done) => setTimeout(done, 3000))]);
  while (/\b(reftest|test)-wait\b/.test(document.documentElement?.className) && Date.now() < end) {
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** A browser for both trees in turn, at one address, which starts anew after a page that would not end. */
class Window {
  #server; #browser; #page;

  async picture(root, page) {
    let timer;
    const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error('never finished')), PATIENCE_MS); });
    try {
      return await Promise.race([this.#picture(root, page), late]);
    } catch (error) {
      await this.close();
      return error.message.split('\n')[0];
    } finally {
      clearTimeout(timer);
    }
  }

  async #picture(root, page) {
    this.#server ??= await StaticServer.start();
    this.#server.show(root);
    if (!this.#browser) {
      this.#browser = await chromium.launch({ executablePath: options.chromium, args: FLAGS });
      const context = await this.#browser.newContext({ viewport: { width: 800, height: 600 } });
      await context.addInitScript(freeze);
      this.#page = await context.newPage();
      this.#page.on('dialog', (dialog) => dialog.dismiss().catch(() => {}));
    }
    await this.#page.goto(this.#server.url(page), { waitUntil: 'load', timeout: PATIENCE_MS });
    await this.#page.evaluate(ready);
    return (await this.#page.screenshot()).toString('base64');
  }

  async close() {
    const browser = this.#browser;
    this.#browser = undefined;
    await browser?.close().catch(() => {});
  }

  async end() {
    await this.close();
    await this.#server?.close();
  }
}

const pages = pagesOf(before).filter((_, index) => index % Number(options.sample) === Number(options.offset))
  .filter((page) => page.includes(options.only) && isDrawn(page));
const rest = pages.values();
let [passed, failed, skipped] = [0, 0, 0];

async function compare(window, page) {
  const both = async () => [await window.picture(before, page), await window.picture(after, page)];
  const [one, other] = await both();
  if (one === other) return 'same';
  for (let round = 0; round < 2; round += 1) {
    const [again, otherAgain] = await both();
    if (again === otherAgain || again !== one || otherAgain !== other) return 'unstable';
  }
  return 'differs';
}

await Promise.all(Array.from({ length: Number(options.jobs) }, async () => {
  const window = new Window();
  for (const page of rest) {
    const result = await compare(window, page);
    if (result === 'same') passed += 1;
    else if (result === 'unstable') skipped += 1;
    else {
      failed += 1;
      console.log(`differs: ${page}`);
    }
  }
  await window.end();
}));
console.log(`${skipped} of ${pages.length} pages were not stable from load to load`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
