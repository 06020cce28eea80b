// A plain static server for the tests, so that neither a framework's habits nor ours hide a fault.
// In: a folder and a base path. Out: an origin on a loopback port, and a log of what was asked and answered.
// Never negotiates encodings (that is what tests/hosts is for), never caches, never leaves its folder.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const TYPES = {
  xht: 'application/xhtml+xml', xhtml: 'application/xhtml+xml', html: 'text/html; charset=utf-8', htm: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8', mjs: 'text/javascript; charset=utf-8', cjs: 'text/javascript; charset=utf-8',
  json: 'application/json', map: 'application/json', webmanifest: 'application/manifest+json',
  xml: 'application/xml', txt: 'text/plain; charset=utf-8', md: 'text/markdown; charset=utf-8',
  svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp',
  avif: 'image/avif', ico: 'image/x-icon', woff2: 'font/woff2', woff: 'font/woff', ttf: 'font/ttf', otf: 'font/otf',
  eot: 'application/vnd.ms-fontobject', wasm: 'application/wasm', mp4: 'video/mp4', webm: 'video/webm', pdf: 'application/pdf',
};

export const typeOf = (file) => TYPES[path.extname(file).slice(1).toLowerCase()] ?? 'application/octet-stream';

/** What stands at `file`; nothing also where a file stands in the place of one of its folders. */
function statOf(file) {
  try { return fs.statSync(file, { throwIfNoEntry: false }); } catch { return undefined; }
}

/** The file a URL path means below `root`, or where to redirect, or nothing. */
function resolve(root, urlPath) {
  let relative;
  try { relative = decodeURIComponent(urlPath); } catch { return {}; }
  const file = path.join(root, relative);
  if (file !== root && !file.startsWith(root + path.sep)) return {};
  const stat = statOf(file);
  if (stat?.isFile() && !relative.endsWith('/')) return { file };
  if (!stat?.isDirectory()) return {};
  if (!relative.endsWith('/')) return { redirect: true };
  const index = path.join(file, 'index.html');
  return fs.existsSync(index) ? { file: index } : {};
}

/** Parses `Range: bytes=a-b`; nothing when absent or not one simple range. */
function range(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return start <= end ? { start, end } : 'unsatisfiable';
}

/** One loopback server whose folder can be exchanged between page loads, so that both trees share one origin. */
export class StaticServer {
  #server; #root; #base = '/'; #replaced = []; #fallback; #answers = []; #open = 0; #last = 0; log = [];
  /** Whether answers say that other origins may read them. */
  allowsOthers = false;

  static async start() {
    const self = new StaticServer();
    self.#server = http.createServer((request, response) => self.#answer(request, response));
    await new Promise((done) => self.#server.listen(0, '127.0.0.1', done));
    self.origin = `http://127.0.0.1:${self.#server.address().port}`;
    return self;
  }

  /**
   * Serves `root` below `base` from now on, with an empty log. In pages, scripts and sheets each text of `replaced` is replaced
   * when they are sent, as the servers do that some sites are made for: pairs of what was written and what is sent.
   * `fallback`: the page for addresses without a file, as servers of applications with routes of their own send it.
   * `answers`: what is sent as JSON where there is no file, by the beginning of the path.
   */
  show(root, base = '/', { replaced = [], fallback, answers = [] } = {}) {
    this.#root = path.resolve(root);
    this.#replaced = replaced;
    this.#fallback = fallback;
    this.#answers = answers;
    this.#base = base.endsWith('/') ? base : `${base}/`;
    this.log = [];
    this.#last = Date.now();
  }

  /** The URL of a file of the tree; `index.html` is asked for as its folder, as a visitor would. */
  url(file) {
    const tail = file.replace(/(^|\/)index\.html$/, '$1');
    return this.origin + this.#base + tail.split('/').map(encodeURIComponent).join('/');
  }

  /** Waits until nothing was asked for `quiet` ms, at most `limit` ms. */
  async idle(quiet, limit = 15_000) {
    const end = Date.now() + limit;
    while ((this.#open > 0 || Date.now() - this.#last < quiet) && Date.now() < end) {
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  #answer(request, response) {
    const url = new URL(request.url, this.origin);
    this.#open += 1;
    this.#last = Date.now();
    const log = this.log;
    response.on('close', () => {
      this.#open -= 1;
      this.#last = Date.now();
      log.push({ path: url.pathname + url.search, status: response.statusCode });
    });
    const below = url.pathname.startsWith(this.#base) ? `/${url.pathname.slice(this.#base.length)}` : undefined;
    const found = below === undefined ? {} : resolve(this.#root, below);
    if (found.redirect) {
      response.writeHead(301, { location: `${url.pathname}/${url.search}`, 'cache-control': 'no-store' }).end();
    } else if (found.file) this.#send(request, response, found.file, 200);
    else this.#missing(request, response, below ?? '');
  }

  #missing(request, response, below) {
    const answer = this.#answers.find(([beginning]) => below.startsWith(beginning));
    if (answer) {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(answer[1]));
      return;
    }
    if (this.#fallback && !path.extname(below)) {
      this.#send(request, response, path.join(this.#root, this.#fallback), 200);
      return;
    }
    const page = path.join(this.#root, '404.html');
    if (fs.existsSync(page)) this.#send(request, response, page, 404);
    else response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('not found\n');
  }

  #filledIn(file, body) {
    if (this.#replaced.length === 0 || !/\.(html?|js|css)$/i.test(file)) return body;
    return Buffer.from(this.#replaced.reduce((text, [written, sent]) => text.replaceAll(written, sent), body.toString()));
  }

  #send(request, response, file, status) {
    const body = this.#filledIn(file, fs.readFileSync(file));
    const headers = { 'content-type': typeOf(file), 'cache-control': 'no-store', 'accept-ranges': 'bytes', 'x-content-type-options': 'nosniff' };
    if (this.allowsOthers) headers['access-control-allow-origin'] = '*';
    const part = status === 200 ? range(request.headers.range, body.length) : undefined;
    if (part === 'unsatisfiable') {
      response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
      return;
    }
    const bytes = part ? body.subarray(part.start, part.end + 1) : body;
    if (part) headers['content-range'] = `bytes ${part.start}-${part.end}/${body.length}`;
    response.writeHead(part ? 206 : status, { ...headers, 'content-length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }
}
