// What the browser suites share: how the browser is started, what runs in each page so that two loads of it are alike, and which
// pages are visited how.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { StaticServer } from './server.mjs';

export const QUIET_MS = 300;

export const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--force-color-profile=srgb', '--font-render-hinting=none',
  '--disable-lcd-text', '--hide-scrollbars', '--disable-partial-raster', '--disable-skia-runtime-opts', '--disable-threaded-animation', '--disable-checker-imaging',
  // Both trees meet the same wall outside: no name but loopback resolves, service workers included.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

/** Runs in the page before its own scripts: one clock start and one random sequence for every load. */
export function freeze() {
  const start = Date.UTC(2026, 5, 15, 10, 0, 0), leap = 30_000;
  const RealDate = Date;
  // Time flows from the fixed start, for animations that measure with Date, until `stand` stops it, for clocks.
  let leaps = 0;
  const now = () => start + (leaps > 0 ? leaps * leap : Math.min(leap - 1, Math.floor(performance.now())));
  Object.defineProperty(globalThis, Symbol.for('edgepress.leap'), { value: () => { leaps += 1; } });
  globalThis.Date = class Date extends RealDate {
    constructor(...args) { if (args.length === 0) super(now()); else super(...args); }
    static now() { return now(); }
  };
  let seed = 0x2545f491;
  Math.random = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Runs in the page before its own scripts: every animation is at its end at once, every endless one runs one turn. */
export function hurry() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`*, *::before, *::after { animation-duration: 1ms !important; animation-delay: 0s !important; animation-iteration-count: 1 !important;
    transition-duration: 1ms !important; transition-delay: 0s !important; scroll-behavior: auto !important; }`);
  document.adoptedStyleSheets.push(sheet);
}

/** Runs in the page before its own scripts: what `selectors` find is not shown. */
export function hide(selectors) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${selectors.join()} { display: none !important; }`);
  document.adoptedStyleSheets.push(sheet);
}

/**
 * All clocks of a page leap half a minute and stand still: what is animated with them is at its end, however slowly the page loaded,
 * and what shows the time shows the same each time.
 */
export async function stand(page) {
  await Promise.all(page.frames().map((frame) => frame.evaluate(() => globalThis[Symbol.for('edgepress.leap')]?.()).catch(() => {})));
}

/** Runs in the page: waits for its pictures and fonts, but not for ever. */
export async function settle() {
  const limit = new Promise((done) => setTimeout(done, 4000));
  await Promise.race([Promise.allSettled([...document.images].map((image) => image.decode())), limit]);
  await Promise.race([document.fonts.ready, limit]);
}

/** The steps of a visit, by their first word. Each fails when the page does not have what it names. */
const STEPS = {
  click: (page, selector) => page.locator(selector).first().click({ timeout: 10_000 }),
  fill: (page, selector, text) => page.locator(selector).first().fill(text, { timeout: 10_000 }),
  press: (page, key) => page.keyboard.press(key),
  hover: (page, selector) => page.locator(selector).first().hover({ timeout: 10_000 }),
  see: (page, selector) => page.locator(selector).first().waitFor({ state: 'visible', timeout: 15_000 }),
  go: (page, hash) => page.evaluate((target) => { location.hash = target; }, hash),
};

/** Takes one step and waits for what it asks for. */
export async function take(page, server, [word, ...rest]) {
  if (!STEPS[word]) throw new Error(`no step ${word}`);
  try {
    await STEPS[word](page, ...rest);
  } catch (error) {
    throw new Error(`${word} ${rest.join(' ')}: ${error.message.split('\n')[0]}`);
  }
  await server.idle(QUIET_MS);
}

/** Some of `items`, evenly spread; the first and the last are among them. */
function spread(items, count) {
  if (items.length <= count) return items;
  const picked = Array.from({ length: count }, (_, index) => Math.round((index * (items.length - 1)) / Math.max(1, count - 1)));
  return [...new Set(picked)].map((index) => items[index]);
}

/** What is to be looked at: the visits that are described, and pages that are only loaded. */
export function visitsOf(pages, { visits: described = [], skip = [], shade }, sample, only = []) {
  const plain = pages.filter((file) => !skip.includes(file) && !described.some((visit) => visit.file === file));
  const wanted = ({ file }) => only.length === 0 || only.includes(file);
  return [...described, ...spread(plain, Number(sample ?? plain.length)).map((file) => ({ file }))]
    .map((visit) => ({ shade, ...visit })).filter(wanted);
}

/** A browser with a profile of its own for as long as `use` needs it; whatever happens then, both are gone. */
async function withBrowser(executablePath, use) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'edgepress-browser-'));
  const browser = await chromium.launch({ executablePath, args: FLAGS, env: { ...process.env, HOME: profile } });
  try {
    return await use(browser);
  } finally {
    await browser.close().catch(() => {});
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Works through the visits, each worker with `servers` servers of its own so that a log holds one page at a time. */
function inOrder(visits, { chromium: executablePath, servers, workers }, compare) {
  return withBrowser(executablePath, async (browser) => {
    const queue = [...visits], results = [];
    const broken = ({ file }) => (error) => ({ file, lines: [error.message.split('\n')[0]] });
    await Promise.all(Array.from({ length: workers }, async () => {
      const own = await Promise.all(Array.from({ length: servers }, () => StaticServer.start()));
      for (let visit = queue.shift(); visit !== undefined; visit = queue.shift()) results.push({ visit, ...await compare(browser, own, { ...visit }).catch(broken(visit)) });
      await Promise.all(own.map((server) => server.close()));
    }));
    return results;
  });
}

/**
 * Results with `file` and `lines` (what differs) of all visits. A page that differs is looked at once more, alone and in a new browser,
 * but with `once`: a machine without time, or a browser that fell over, is not the site's doing, and what is will differ again. What
 * was seen the first time alone is printed.
 */
export async function compareVisits(visits, { once = false, ...options }, compare) {
  const results = await inOrder(visits, { ...options, workers: 2 }, compare);
  const doubtful = once ? [] : results.filter(({ lines }) => lines.length > 0);
  if (doubtful.length > 0) {
    const again = await inOrder(doubtful.map(({ visit }) => visit), { ...options, workers: 1 }, compare);
    for (const [index, first] of doubtful.entries()) {
      if (again[index].lines.length === 0) console.log(`not the second time: ${[first.file, ...first.lines.slice(0, 12)].join('\n    ')}`);
      results[results.indexOf(first)] = again[index];
    }
  }
  return results.sort((a, b) => (a.file < b.file ? -1 : 1));
}
