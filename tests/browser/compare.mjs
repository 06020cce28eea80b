// Loads every page of a site before and after pressing in a real browser and compares what a visitor would notice:
// requests and their answers, failed requests, console errors, page errors, workers, service workers, and each pixel of the full page.
//   node compare.mjs BEFORE AFTER [--base /] [--unstable page,page] [--keep DIR] [--chromium PATH] [--only page,page]
//                                 [--visits FILE] [--sample N] [--click N] [--result FILE] [--once]
// A page whose picture differs between two loads of BEFORE is "unstable"; it must be named with --unstable, or it fails.
// --visits: what is done on some pages, as tests/sites/README.md describes. --sample: of the other pages only N, evenly spread.
// --click: then clicks up to N things on each page, of every kind, and compares what came of each click (clicks.mjs): address, words,
// number of elements, picture. What the original does not do alike twice does not count.
// --result: the figures as JSON. --once: without the second look that a page gets which differs (page.mjs).
// Prints one line per page that differs and a last line `N passed, M failed`; exit 1 on any difference, 2 on bad usage.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import { clickThrough, trailDifferences } from './clicks.mjs';
import { namesOf, pagesOf } from './names.mjs';
import { QUIET_MS, compareVisits, freeze, hide, hurry, settle, stand, take, visitsOf } from './page.mjs';

const VIEWPORT = { width: 1280, height: 900 };
const TALLEST = 8000;
const PAUSES_MS = [60, 250, 500, 1000];
const ROUNDS = 3;
const LONGEST_MS = 90_000;
const LONGEST_CLICK_MS = 4000;

/**
 * Makes the window as tall as the page. Playwright's own full-page picture resizes the window while it takes it, and
 * pages that listen to `resize` then change under the camera; a tall window also asks for every lazy picture.
 */
async function unroll(page) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  if (height > VIEWPORT.height) await page.setViewportSize({ width: VIEWPORT.width, height: Math.min(height, TALLEST) });
}

const samePicture = (one, other, shade = 0) => one.equals(other) || differingPixels(one, other, shade) === 0;

/** How many pixels of two PNG files differ by more than `shade` in a channel; all of them when the sizes do. */
function differingPixels(one, other, shade = 0) {
  const [a, b] = [PNG.sync.read(one), PNG.sync.read(other)];
  if (a.width !== b.width || a.height !== b.height) return Math.max(a.width * a.height, b.width * b.height);
  const [left, right] = [a, b].map(({ data }) => new Uint32Array(data.buffer, data.byteOffset, data.length / 4));
  const differs = (index) => [0, 1, 2, 3].some((channel) => Math.abs(a.data[index * 4 + channel] - b.data[index * 4 + channel]) > shade);
  let count = 0;
  for (let index = 0; index < left.length; index += 1) if (left[index] !== right[index] && differs(index)) count += 1;
  return count;
}

/** Takes pictures until two in a row are equal, so that what only moves at first does not count; some never rest. */
async function picture(page) {
  const take = () => page.screenshot({ animations: 'disabled', caret: 'hide' });
  let image = await take();
  for (const pause of PAUSES_MS) {
    await page.waitForTimeout(pause);
    const next = await take();
    if (samePicture(image, next)) return { image: next, restless: false };
    image = next;
  }
  return { image, restless: true };
}

/** Runs in the page: its service workers, once they had time to install. */
async function serviceWorkers() {
  const registrations = await (navigator.serviceWorker?.getRegistrations() ?? []);
  const pause = () => new Promise((done) => setTimeout(done, 100));
  for (let round = 0; round < 50 && registrations.some(({ active }) => active?.state !== 'activated'); round += 1) await pause();
  return registrations.map(({ scope, active }) => `${active?.scriptURL} for ${scope} is ${active?.state}`);
}

/** Notes what a page complains about and which workers it starts. */
function listen(page, seen, names) {
  page.on('console', (message) => { if (message.type() === 'error') seen.errors.add(names.canonicalText(`console: ${message.text()}`)); });
  page.on('pageerror', (error) => seen.errors.add(names.canonicalText(`page: ${error.name}: ${error.message}`)));
  page.on('worker', (worker) => seen.requests.add(`worker ${worker.url().startsWith('blob:') ? 'blob:' : names.canonicalText(worker.url())}`));
  page.on('dialog', (dialog) => dialog.dismiss().catch(() => {}));
}

/** One load of one page: what it asked for, what it complained about, what it looked like. */
async function load({ browser, base, served, names, click }, server, root, { file, address = '', steps = [], trail }, patient) {
  server.show(root, base, served);
  const context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce', colorScheme: 'light' });
  await context.addInitScript(freeze);
  await context.addInitScript(hurry);
  if (served.hidden) await context.addInitScript(hide, served.hidden);
  const seen = { requests: new Set(), failed: new Set(), errors: new Set() };
  context.on('page', (page) => listen(page, seen, names));
  const page = await context.newPage();
  // Windows that a click opens have had their load when they are closed.
  context.on('page', (other) => other.waitForLoadState('load', { timeout: 5000 }).catch(() => {}).then(() => other.close()).catch(() => {}));
  context.on('request', (request) => { if (!request.url().startsWith(server.origin) && /^https?:/.test(request.url())) seen.requests.add(`outside ${request.url()}`); });
  context.on('requestfailed', (request) => { if (request.failure()?.errorText !== 'net::ERR_ABORTED') seen.failed.add(names.canonicalText(request.url())); });
  // A page that is busy for ever answers nothing any more: its context is closed, and what waits for it fails.
  const tooLong = setTimeout(() => { context.close().catch(() => {}); }, LONGEST_MS + click * LONGEST_CLICK_MS);
  try {
    await page.goto(server.url(file) + address, { waitUntil: 'load', timeout: 30_000 });
    await server.idle(QUIET_MS);
    for (const step of steps) await take(page, server, step);
    for (const line of await page.evaluate(serviceWorkers)) seen.requests.add(`service worker ${names.canonicalText(line)}`);
    await unroll(page);
    await page.evaluate(settle);
    await stand(page);
    await server.idle(QUIET_MS);
    // A clock that ticks once a second has by then shown the time that stands still.
    if (patient) await page.waitForTimeout(1200);
    Object.assign(seen, await picture(page));
    if (click > 0) {
      await page.setViewportSize(VIEWPORT);
      seen.trail = await clickThrough(page, server, names, { count: click, trail });
    }
  } catch (error) {
    seen.broke = error.message.split('\n')[0];
  } finally {
    clearTimeout(tooLong);
    await context.close();
  }
  await server.idle(50);
  for (const { path: asked, status } of server.log) {
    // A 206 depends on how the player seeks: answered is answered.
    seen.requests.add(`${status === 206 ? 200 : status} ${names.canonical(asked)}`);
    if (status >= 400) seen.failed.add(`${status} ${names.canonical(asked)}`);
  }
  return seen;
}

const trailsOf = (before, after, shade) => trailDifferences(before.trail ?? [], after.trail ?? [], (one, other) => samePicture(one, other, shade));

/** The places of the trail where the original is not like itself. */
const unsteady = (befores, shade) => new Set(befores.slice(1).flatMap((before) => [...trailsOf(befores[0], before, shade).keys()]));

const without = (set, other) => [...set].filter((item) => !other.has(item)).sort();

/** Everything that differs between two loads except the picture, as lines to print. */
function differences(before, after, shade) {
  if (before.broke || after.broke) return [`did not load: before ${before.broke ?? 'fine'}, after ${after.broke ?? 'fine'}`];
  return [
    ...without(before.requests, after.requests).map((line) => `no longer asked for: ${line}`),
    ...without(after.requests, before.requests).map((line) => `newly asked for: ${line}`),
    ...without(after.failed, before.failed).map((line) => `newly failed: ${line}`),
    ...without(after.errors, before.errors).map((line) => `new error: ${line}`),
    ...trailsOf(before, after, shade).values(),
  ];
}

/** Whether a page has once looked the same in both trees: the pressed page can, so what else differed is the browser's. */
const metOnce = (befores, afters, shade) => befores.some(({ image: one }) => afters.some(({ image: other }) => one && other && samePicture(one, other, shade)));
const differsFromItself = (loads) => loads.some(({ image, restless }) => restless || (image && loads[0].image && !samePicture(image, loads[0].image)));

/**
 * Compares one page. When something differs, both trees are loaded again with patience, a few times: what the original
 * does only sometimes (a request, an error, a picture) is not a difference that pressing made.
 */
async function comparePage(run, server, visit) {
  const { file, shade } = visit;
  const original = (patient) => load(run, server, run.before, visit, patient);
  const pressed = (patient) => load(run, server, run.after, { ...visit, file: run.names.published(file) }, patient);
  let befores = [await original(false)];
  visit.trail = befores[0].trail;
  let afters = [await pressed(false)];
  let lines = differences(befores[0], afters[0], shade);
  for (let round = 1; round <= ROUNDS && (lines.length > 0 || !metOnce(befores, afters, shade)); round += 1) {
    if (round === 1) befores = [], afters = [];
    befores.push(await original(true));
    afters.push(await pressed(true));
    const now = befores.flatMap((before) => afters.map((after) => differences(before, after, shade)));
    const doubtful = unsteady(befores, shade);
    const idle = new Set(befores.flatMap((before) => afters.flatMap((after) => [...trailsOf(before, after, shade)].filter(([place]) => doubtful.has(place)).map(([, line]) => line))));
    lines = now[0].filter((line) => !idle.has(line) && now.every((others) => others.includes(line)));
  }
  const [before] = befores, after = afters.at(-1), met = metOnce(befores, afters, shade);
  const unstable = !met && differsFromItself(befores);
  if (!met && !unstable && !visit.moves && before.image && after.image) lines.push(`${differingPixels(before.image, after.image, shade)} pixels differ`);
  if (unstable && !visit.moves && !run.allowed.has(file)) lines.push('not stable between two loads of the original, and not named with --unstable');
  if (run.keep && !met && before.image && after.image) keepPictures(run.keep, file, before.image, after.image);
  return { file: file + (visit.address ?? ''), lines, unstable, steps: visit.steps?.length ?? 0, clicks: befores[0].trail?.filter(({ missing }) => !missing).length ?? 0, errors: before.errors.size, requests: before.requests.size };
}

function keepPictures(folder, file, before, after) {
  fs.mkdirSync(folder, { recursive: true });
  const stem = path.join(folder, file.replaceAll('/', '_'));
  fs.writeFileSync(`${stem}.before.png`, before);
  fs.writeFileSync(`${stem}.after.png`, after);
}

function readArguments() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: {
    base: { type: 'string', default: '/' }, unstable: { type: 'string', default: '' }, only: { type: 'string', default: '' },
    visits: { type: 'string' }, sample: { type: 'string' }, click: { type: 'string', default: '0' }, result: { type: 'string' }, once: { type: 'boolean' },
    keep: { type: 'string' }, chromium: { type: 'string', default: process.env.CHROMIUM ?? '/usr/bin/chromium' } } });
  if (positionals.length !== 2) throw new Error('needs BEFORE and AFTER');
  for (const folder of positionals) if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${folder} is not a folder`);
  return { ...values, before: positionals[0], after: positionals[1] };
}

const list = (text) => text.split(',').map((item) => item.trim()).filter(Boolean);

async function main() {
  const options = readArguments();
  const site = options.visits ? JSON.parse(fs.readFileSync(options.visits, 'utf8')) : {};
  const run = { served: site, click: Number(options.click), before: options.before, after: options.after, base: options.base, keep: options.keep,
    names: namesOf(options.after, options.base), allowed: new Set([...list(options.unstable), ...(site.unstable ?? [])]) };
  const pages = pagesOf(options.before);
  const started = performance.now();
  const visits = visitsOf(pages, site, options.sample, list(options.only));
  const results = await compareVisits(visits, { ...options, servers: 1 }, (browser, [server], visit) => comparePage({ ...run, browser }, server, visit));
  if (options.result) {
    const sum = (key) => results.reduce((total, result) => total + (result[key] ?? 0), 0);
    const figures = { pages: pages.length, compared: results.length, steps: sum('steps'), clicks: sum('clicks'), requests: sum('requests'), failed: results.filter(({ lines }) => lines.length > 0).length };
    fs.writeFileSync(options.result, JSON.stringify(figures));
  }
  return summary(run, results, (performance.now() - started) / 1000);
}

function summary(run, results, seconds) {
  const failed = results.filter((result) => result.lines.length > 0);
  for (const { file, lines } of failed) console.log(`${file}\n${lines.map((line) => `    ${line}`).join('\n')}`);
  const unstable = results.filter((result) => result.unstable).map((result) => result.file);
  const needless = [...run.allowed].filter((file) => !unstable.includes(file));
  if (unstable.length > 0) console.log(`unstable: ${unstable.join(', ')}`);
  if (needless.length > 0) console.log(`named as unstable, but stable this time: ${needless.join(', ')}`);
  const sum = (key) => results.reduce((total, result) => total + (result[key] ?? 0), 0);
  console.log(`${results.length} pages, ${sum('requests')} requests, ${sum('clicks')} clicks, ${run.names.renamed} renamed files, ${sum('errors')} errors of the original's own, ${seconds.toFixed(1)} s`);
  // No page at all proves nothing.
  const wrong = results.length === 0 ? 1 : failed.length;
  console.log(`${results.length - failed.length} passed, ${wrong} failed`);
  return wrong === 0 ? 0 : 1;
}

main().then((code) => { process.exitCode = code; }, (error) => {
  console.error(`compare: ${error.message}`);
  process.exitCode = 2;
});
