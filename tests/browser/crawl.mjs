// Every reference of an output tree resolves, seen by a crawler that is not ours (linkinator).
//   node crawl.mjs BEFORE AFTER [--base /]
// Crawls all pages and stylesheets of both trees on the plain server; fails on what is broken after and was not broken before, and on
// what was reached before and is no longer reached. Links to other hosts are not followed. Last line: `N passed, M failed`.
import { parseArgs } from 'node:util';
import { LinkChecker, LinkState } from 'linkinator';
import { filesOf, namesOf } from './names.mjs';
import { StaticServer } from './server.mjs';

/** Crawls one tree: the canonical paths that answered, and those that did not with who named them. */
async function crawl(root, base, names) {
  const server = await StaticServer.start();
  server.show(root, base);
  const outside = async (link) => !link.startsWith(`${server.origin}/`);
  const { links } = await new LinkChecker().check({
    // Every page and every stylesheet is a start: linkinator only descends below the address it started at.
    path: filesOf(root).filter((file) => /\.(html?|css)$/i.test(file)).map((file) => server.url(file)),
    recurse: true, checkCss: true, concurrency: 20, timeout: 20_000, linksToSkip: outside });
  await server.close();
  const canonical = (url) => names.canonical(new URL(url).pathname);
  const found = { reached: new Set(), broken: new Map() };
  for (const link of links.filter(({ state }) => state !== LinkState.SKIPPED)) {
    if (link.state === LinkState.OK) found.reached.add(canonical(link.url));
    else found.broken.set(canonical(link.url), `${link.status ?? 'no answer'} ${canonical(link.url)}, named by ${link.parent ? canonical(link.parent) : 'nobody'}`);
  }
  return found;
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { base: { type: 'string', default: '/' } } });
  if (positionals.length !== 2) throw new Error('needs BEFORE and AFTER');
  const [before, after] = positionals;
  const names = namesOf(after, values.base);
  const old = await crawl(before, values.base, names);
  const now = await crawl(after, values.base, names);
  const wrong = [
    ...[...now.broken].filter(([path]) => !old.broken.has(path)).map(([, line]) => `newly broken: ${line}`),
    ...[...old.reached].filter((path) => !now.reached.has(path) && !now.broken.has(path)).map((path) => `no longer reached: ${path}`),
  ].sort();
  for (const line of wrong) console.log(line);
  console.log(`${now.reached.size} reached, ${now.broken.size} broken (${old.reached.size} and ${old.broken.size} before)`);
  if (now.reached.size === 0) wrong.push('nothing reached');
  console.log(`${now.reached.size} passed, ${wrong.length} failed`);
  return wrong.length === 0 ? 0 : 1;
}

main().then((code) => { process.exitCode = code; }, (error) => {
  console.error(`crawl: ${error.message}`);
  process.exitCode = 2;
});
