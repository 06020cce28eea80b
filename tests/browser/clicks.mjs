// A visitor who tries everything: clicks what can be clicked on a page, one thing after the other, and notes what came of it.
// On the first load of the original the clicks are chosen; every other load, of either tree, takes the same ones, found by what
// can be read on them. Kinds of things that were clicked least go first, then what appeared last (menus, dialogs), then the order
// of the page, so that a long list of links is not all that is tried.
import { setTimeout as pause } from 'node:timers/promises';
import { QUIET_MS, stand } from './page.mjs';

const MOST_WORDS = 3000;

/**
 * Runs in the page: everything that can be clicked, in its order, shadow trees included. With a `wanted` one, where it has to be
 * clicked, or nothing when it is not there or something else lies above it.
 */
function offers(wanted) {
  const CLICKABLE = 'a[href], area[href], button, summary, label, input, select, textarea, canvas, [onclick], [tabindex]:not([tabindex="-1"]), '
    + ['button', 'link', 'tab', 'menuitem', 'menuitemcheckbox', 'menuitemradio', 'switch', 'checkbox', 'radio', 'option', 'treeitem', 'combobox'].map((role) => `[role=${role}]`).join();
  const found = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if ((element.matches(CLICKABLE) || looksClickable(element)) && isThere(element)) found.push(element);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  const pointed = (element) => element instanceof Element && getComputedStyle(element).cursor === 'pointer';
  // What listens to clicks without being a control, by the hand that the mouse becomes.
  const looksClickable = (element) => pointed(element) && !pointed(element.parentNode) && !element.querySelector(CLICKABLE);
  const isThere = (element) => {
    const { width, height } = element.getBoundingClientRect();
    const out = element.href && (new URL(element.href, location).origin !== location.origin || element.protocol === 'javascript:');
    return width > 3 && height > 3 && !out && !element.disabled && element.type !== 'file' && element.ariaDisabled !== 'true'
      && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const says = (element) => (element.ariaLabel || element.innerText || element.title || element.placeholder || element.name
    || element.querySelector('img')?.alt || '').trim().replace(/\s+/g, ' ').slice(0, 50);
  walk(document);
  const times = new Map();
  const marked = found.map((element) => {
    const what = `${element.localName} "${says(element)}"`, nth = (times.get(what) ?? 0) + 1;
    times.set(what, nth);
    const kind = [element.localName, element.role, element.type, ...element.classList].join(' ');
    return { element, kind, mark: nth === 1 ? what : `${what}, number ${nth}` };
  });
  if (wanted === undefined) return marked.map(({ kind, mark }) => ({ kind, mark }));

  const element = marked.find(({ mark }) => mark === wanted)?.element;
  if (!element) return undefined;
  element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  const box = element.getClientRects()[0], [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  let hit = document.elementFromPoint(x, y);
  for (let inner = hit; inner; inner = inner.shadowRoot?.elementFromPoint(x, y)) {
    if (inner === hit && inner.getRootNode() !== document) break;
    hit = inner;
  }
  for (let at = hit; at; at = at.parentNode ?? at.host) if (at === element) return { x, y, use: element.localName, type: element.type };
  return undefined;
}

/** Runs in the page: what there is to read, and how many elements it is made of. */
function look(most) {
  const lines = [];
  let count = 0;
  const read = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (!element.matches('script, style, link, template, head, head *')) count += 1;
      if (!element.shadowRoot) continue;
      for (const child of element.shadowRoot.children) lines.push(...(child.innerText ?? '').split('\n'));
      read(element.shadowRoot);
    }
  };
  lines.push(document.title, ...(document.body?.innerText ?? '').split('\n'));
  read(document);
  return { lines: lines.map((line) => line.trim()).filter(Boolean).slice(0, most), count, address: location.pathname + location.search + location.hash, born: performance.timeOrigin };
}

/** Asks the page, once more when it was just leaving. */
async function ask(page, what, given) {
  for (let round = 0; ; round += 1) {
    try {
      return await page.evaluate(what, given);
    } catch (error) {
      if (round === 5 || page.isClosed()) throw error;
      await pause(200);
      await page.waitForLoadState('load', { timeout: 10_000 }).catch(() => {});
    }
  }
}

/** The thing to click next: of the kinds that were clicked least the newest. */
function choose(candidates, { clicked, kinds, known }) {
  const rest = candidates.filter(({ mark }) => !clicked.has(mark));
  const rank = ({ mark, kind }) => (kinds.get(kind) ?? 0) * 2 + (known.has(mark) ? 1 : 0);
  const least = Math.min(...rest.map(rank));
  return rest.find((offer) => rank(offer) === least);
}

/** Clicks, writes a letter, or takes the last choice, and waits until nothing is asked for any more. */
async function use(page, server, { x, y, use: what, type }) {
  await page.mouse.click(x, y);
  if (what === 'textarea' || (what === 'input' && ['text', 'search', 'email', 'url', 'tel', 'password'].includes(type))) await page.keyboard.type('a');
  if (what === 'select') await page.keyboard.press('End').then(() => page.keyboard.press('Enter'));
  await pause(100);
  await server.idle(QUIET_MS);
}

/** Waits for what moves: two pictures in a row that are alike, or the last of some. */
async function pictureOf(page) {
  const shot = () => page.screenshot({ animations: 'disabled', caret: 'hide', timeout: 15_000 });
  let image = await shot();
  for (const wait of [50, 150, 400]) {
    await pause(wait);
    const next = await shot();
    if (next.equals(image)) break;
    image = next;
  }
  return image;
}

/** What came of a click. Another document is left again, so that the page itself is gone through. */
async function note(page, server, names, mark, { born, home }) {
  await stand(page);
  const seen = await ask(page, look, MOST_WORDS);
  const result = { mark, address: names.canonicalText(server.origin + seen.address), count: seen.count,
    lines: seen.lines.map((line) => names.canonicalText(line)), image: await pictureOf(page) };
  if (seen.born !== born) {
    await page.goto(home, { waitUntil: 'load', timeout: 10_000 }).catch(() => {});
    await server.idle(QUIET_MS);
  }
  return result;
}

/**
 * Goes through a page that is loaded. With a `trail`, the clicks of that one are taken again; else up to `count` are chosen.
 * Returns the trail: for each click what was clicked and what was there to see afterwards.
 */
export async function clickThrough(page, server, names, { count, trail }) {
  const taken = [], memory = { clicked: new Set(), kinds: new Map(), known: new Set() };
  const tries = trail ? trail.length : count * 3;
  for (let round = 0; round < tries && taken.length < (trail?.length ?? count); round += 1) {
    const { born } = await ask(page, look, 0), home = page.url();
    const offer = trail ? trail[round] : choose(await ask(page, offers), memory);
    if (!offer) break;
    memory.clicked.add(offer.mark);
    const at = await ask(page, offers, offer.mark);
    if (!at) {
      if (trail) taken.push({ mark: offer.mark, missing: true });
      continue;
    }
    if (!trail) {
      memory.kinds.set(offer.kind, (memory.kinds.get(offer.kind) ?? 0) + 1);
      memory.known = new Set((await ask(page, offers)).map(({ mark }) => mark));
    }
    await use(page, server, at);
    taken.push(await note(page, server, names, offer.mark, { born, home }));
  }
  return taken;
}

/** What differs between two trails: from a place that names the click and the aspect to a line to print. */
export function trailDifferences(before, after, samePicture) {
  const found = new Map();
  const say = (number, aspect, line) => found.set(`${number} ${aspect}`, `click ${number + 1}, on ${before[number].mark}: ${line}`);
  before.forEach((one, number) => {
    const other = after[number] ?? { missing: true };
    if (one.missing || other.missing) {
      if (!one.missing !== !other.missing) say(number, 'there', one.missing ? 'was not there before' : 'is no longer there, or covered');
      return;
    }
    if (one.address !== other.address) say(number, 'address', `leads to ${other.address} and not to ${one.address}`);
    const line = one.lines.findIndex((text, index) => text !== other.lines[index]);
    if (line >= 0) say(number, 'words', `shows "${other.lines[line]?.slice(0, 80)}" where there was "${one.lines[line].slice(0, 80)}"`);
    else if (other.lines.length > one.lines.length) say(number, 'words', `shows more: "${other.lines[one.lines.length].slice(0, 80)}"`);
    if (one.count !== other.count) say(number, 'elements', `${other.count} elements instead of ${one.count}`);
    if (!samePicture(one.image, other.image)) say(number, 'picture', 'looks other');
  });
  return found;
}
