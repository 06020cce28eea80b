// Which published name stands for which logical path: read from edgepress.manifest.json of an output tree.
// Both trees' requests are brought to one spelling, so that they can be compared. Never guesses from the look of a name.
import fs from 'node:fs';
import path from 'node:path';

/** All files of a tree, as sorted `/`-separated paths. */
export function filesOf(root) {
  return fs.readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)).split(path.sep).join('/'))
    .sort();
}

/** HTML files, the pages of a tree. */
export const pagesOf = (root) => filesOf(root).filter((file) => /\.html?$/i.test(file));

/** The names of an output tree; a tree without manifest has every file under its own name. */
export function namesOf(root, base = '/') {
  const file = path.join(root, 'edgepress.manifest.json');
  const files = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).files : {};
  return new Names(files, base);
}

class Names {
  #published = new Map(); #canonical = new Map(); #base;

  constructor(files, base) {
    this.#base = base.endsWith('/') ? base : `${base}/`;
    for (const logical of Object.keys(files).sort()) {
      const published = files[logical].path ?? files[logical].name ?? logical;
      this.#published.set(logical, published);
      // Files of equal bytes may share a published name: the first logical path then stands for all of them.
      if (!this.#canonical.has(published)) this.#canonical.set(published, logical);
      if (!this.#canonical.has(logical)) this.#canonical.set(logical, this.#canonical.get(published));
    }
  }

  /** Where a file of the input is in the output. */
  published(logical) { return this.#published.get(logical) ?? logical; }

  /** How many files got another name. */
  get renamed() { return [...this.#published].filter(([logical, published]) => logical !== published).length; }

  /** Each path that has another spelling, with that one. */
  get spellings() { return Object.fromEntries([...this.#canonical].filter(([one, other]) => one !== other)); }

  /** One spelling for a request path of either tree; `/dir/` and `/dir/index.html` stay as they were asked for. */
  canonical(requestPath) {
    const [whole, query] = requestPath.split(/(?=\?)/);
    if (!whole.startsWith(this.#base)) return requestPath;
    let relative = whole.slice(this.#base.length);
    try { relative = decodeURIComponent(relative); } catch { /* compared as it was written */ }
    return this.#base + (this.#canonical.get(relative) ?? relative) + (query ?? '');
  }

  /** Replaces published names inside free text, such as a console message, and drops line, column and stack: functions have other names. */
  canonicalText(text) {
    return text
      .replace(/\n\s+at [^\n]*/g, '')
      .replace(/https?:\/\/127\.0\.0\.1:\d+(\/[^\s'")]*)/g, (_, rest) => this.canonical(rest.replace(/(:\d+)+$/, '')))
      .replace(/:\d+:\d+\b/g, '');
  }
}
