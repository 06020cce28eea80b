// Loads pages of a site before and after pressing side by side and compares the computed style of every element and of its
// ::before and ::after, and all custom properties, in three windows, on screen, in print, dark, and with reduced motion.
//   node computed-styles.mjs BEFORE AFTER [--chromium PATH] [--only page,page] [--visits FILE] [--sample N] [--result FILE] [--once]
// Elements are matched by their place in the document, open shadow trees included; of more than 8,000, evenly spread ones. Transitions are at their end, animations a third
// through. Addresses are compared by the file they mean, data: URLs by their type; gradients without the ends and the direction that
// they have anyway, places of 0px as 0%; of a ::before or ::after without content only that. What differs between two loads of BEFORE does not count.
// Prints the first differences of each page that has some and a last line `N passed, M failed`; exit 1 on any, 2 on bad usage.
// --once: without the second look that a page gets which differs (page.mjs).
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { namesOf, pagesOf } from './names.mjs';
import { QUIET_MS, compareVisits, freeze, settle, stand, take, visitsOf } from './page.mjs';
import { customNames, survey } from './survey.mjs';

const VIEWPORTS = [{ width: 390, height: 844 }, { width: 820, height: 1180 }, { width: 1440, height: 900 }];
const SCREEN = { media: 'screen', colorScheme: 'light', reducedMotion: 'no-preference' };
const MEDIA = { screen: SCREEN, print: { ...SCREEN, media: 'print' }, dark: { ...SCREEN, colorScheme: 'dark' }, 'reduced motion': { ...SCREEN, reducedMotion: 'reduce' } };
/** Of how many elements the properties are looked at one by one in one state of a page, and how many lines are printed of a page. */
const DETAILED = 200, PRINTED = 12;
const ROUNDS = 3;

/**
 * Animations stand still from now on, so that none is over in one load and running in another: from the start, but where a visitor
 * waits for what they show.
 */
async function stop(context, page) {
  const protocol = await context.newCDPSession(page);
  await protocol.send('Animation.enable');
  await protocol.send('Animation.setPlaybackRate', { playbackRate: 0 });
}

/** A page that only leads to another is looked at where it leads. */
async function follow(page, from) {
  const leads = await page.evaluate(() => document.querySelector('meta[http-equiv=refresh i]') !== null).catch(() => true);
  if (leads) await page.waitForURL((url) => url.href !== from, { waitUntil: 'load', timeout: 10_000 });
}

/** One tree's page, opened and left open. */
async function open({ browser, replaced, names }, server, root, { file, address = '', steps = [] }) {
  server.show(root, '/', { replaced });
  // The steps of visits are those of a wide window.
  const context = await browser.newContext({ viewport: VIEWPORTS.at(-1), locale: 'en-GB', timezoneId: 'UTC', ...SCREEN });
  await context.addInitScript(freeze);
  const page = await context.newPage();
  page.on('dialog', (dialog) => dialog.dismiss().catch(() => {}));
  if (steps.length === 0) await stop(context, page);
  await page.goto(server.url(file) + address, { waitUntil: 'load', timeout: 30_000 });
  await follow(page, server.url(file) + address);
  await server.idle(QUIET_MS);
  for (const step of steps) await take(page, server, step);
  if (steps.length > 0) await stop(context, page);
  await page.evaluate(settle);
  await stand(page);
  await server.idle(QUIET_MS);
  return { page, context, server, spellings: names.spellings };
}

/** Brings an open page into one state. */
async function enter({ page, server }, viewport, media) {
  await page.setViewportSize(viewport);
  await page.emulateMedia(media);
  await server.idle(60);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** What differs between two pages in the state they are in: a map from place and property to the two values, and how much was compared. */
async function differences(pages, custom, state) {
  const ask = (wanted) => Promise.all(pages.map(({ page, spellings }) => page.evaluate(survey, { spellings, custom, wanted })));
  const [{ all, digests: one }, { all: others, digests: other }] = await ask();
  const found = new Map();
  if (all !== others) found.set(`${state}: number of elements`, [all, others]);
  const wanted = [];
  for (let index = 0; index < Math.min(one.length, other.length) && wanted.length < DETAILED; index += 1) if (one[index] !== other[index]) wanted.push(index);
  if (wanted.length > 0) {
    const [left, right] = (await ask(wanted)).map((text) => JSON.parse(text));
    for (const [index, { place, values }] of left.entries()) {
      const theirs = right[index].values;
      for (const name of new Set([...Object.keys(values), ...Object.keys(theirs)])) {
        if (values[name] !== theirs[name]) found.set(`${state}: ${place} ${name}`, [values[name], theirs[name]]);
      }
    }
  }
  return { found, styles: one.length };
}

/** Two pages through all states; `make` opens both. */
async function walk(make) {
  const pages = await Promise.all(make());
  const found = new Map();
  let styles = 0;
  try {
    const custom = [...new Set((await Promise.all(pages.map(({ page }) => page.evaluate(customNames)))).flat())].sort();
    for (const viewport of VIEWPORTS) {
      for (const [name, media] of Object.entries(MEDIA)) {
        await Promise.all(pages.map((page) => enter(page, viewport, media)));
        const now = await differences(pages, custom, `${viewport.width}x${viewport.height} ${name}`);
        styles += now.styles;
        for (const [key, values] of now.found) found.set(key, values);
      }
    }
  } finally {
    await Promise.all(pages.map(({ context }) => context.close()));
  }
  return { found, styles };
}

/** Compares one page. Only what differs each time, and never between two loads of the original, is a difference that pressing made. */
async function comparePage(run, [first, second], visit) {
  const before = (server) => open(run, server, run.before, visit);
  const after = () => open(run, second, run.after, { ...visit, file: run.names.published(visit.file) });
  let { found, styles } = await walk(() => [before(first), after()]);
  let unstable = 0;
  for (let round = 1; round < ROUNDS && found.size > 0; round += 1) {
    const own = await walk(() => [before(first), before(second)]);
    const again = await walk(() => [before(first), after()]);
    unstable = Math.max(unstable, own.found.size);
    found = new Map([...found].filter(([key]) => again.found.has(key) && !own.found.has(key)));
  }
  const lines = [...found].map(([key, [was, is]]) => `${key}\n        before ${was}\n        after  ${is}`);
  return { file: visit.file, lines: styles === 0 ? ['nothing was compared'] : lines, styles, unstable };
}

async function main() {
  const { values: options, positionals: [before, after] } = parseArgs({ allowPositionals: true, options: {
    only: { type: 'string', default: '' }, visits: { type: 'string' }, sample: { type: 'string' }, result: { type: 'string' }, once: { type: 'boolean' },
    keep: { type: 'string' }, chromium: { type: 'string', default: process.env.CHROMIUM ?? '/usr/bin/chromium' } } });
  if (!after) throw new Error('needs BEFORE and AFTER');
  const site = options.visits ? JSON.parse(fs.readFileSync(options.visits, 'utf8')) : {};
  const run = { before, after, replaced: site.replaced ?? [], names: namesOf(after) };
  const pages = pagesOf(before), started = performance.now();
  const visits = visitsOf(pages, site, options.sample, options.only.split(',').filter(Boolean));
  const results = await compareVisits(visits, { ...options, servers: 2 }, (browser, servers, visit) => comparePage({ ...run, browser }, servers, visit));
  const failed = results.filter(({ lines }) => lines.length > 0);
  for (const { file, lines } of failed) console.log([`${file}: ${lines.length} values differ`, ...lines.slice(0, PRINTED)].join('\n    '));
  const sum = (key) => results.reduce((total, result) => total + (result[key] ?? 0), 0);
  if (options.result) fs.writeFileSync(options.result, JSON.stringify({ pages: pages.length, compared: results.length, styles: sum('styles'), failed: failed.length }));
  console.log(`${results.length} pages, ${sum('styles')} styles, ${sum('unstable')} values that differ between two loads of the original, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const wrong = results.length === 0 ? 1 : failed.length;
  console.log(`${results.length - failed.length} passed, ${wrong} failed`);
  return wrong === 0 ? 0 : 1;
}

main().then((code) => { process.exitCode = code; }, (error) => {
  console.error(`computed-styles: ${error.message}`);
  process.exitCode = 2;
});
