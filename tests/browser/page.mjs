// What the browser suites share: how the browser is started, what runs in each page so that two loads of it are alike, and which
// pages are visited how.

export const QUIET_MS = 300;

export const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--force-color-profile=srgb', '--font-render-hinting=none',
  '--disable-lcd-text', '--hide-scrollbars', '--disable-partial-raster', '--disable-skia-runtime-opts', '--disable-threaded-animation', '--disable-checker-imaging',
  // Both trees meet the same wall outside: no name but loopback resolves, service workers included.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

/** Runs in the page before its own scripts: one clock start and one random sequence for every load. */
export function freeze() {
  const start = Date.UTC(2026, 5, 15, 10, 0, 0);
  const RealDate = Date;
  // Time flows from the fixed start, for animations that measure with Date, and stops after two seconds, for clocks.
  const now = () => start + Math.min(2000, Math.floor(performance.now()));
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
