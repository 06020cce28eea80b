// Adds up the rows of peers and edgepress and prints the size table as Markdown:
//   node markdown.mjs NAME=ROWS,ROWS... [--libraries NAME=ROWS,ROWS...] [--samples NAME=ROWS,ROWS...]
// Sites have tables of their own, and so have libraries, whose files are listed; samples share one.
// A file that a peer fails on counts with its input size, as a careful user would ship it; how often is in the table.
import fs from 'node:fs';

const KINDS = ['js', 'css', 'html', 'svg'];
const JUDGED = new Set(['js', 'css', 'html']);
const number = (value) => value.toLocaleString('en-GB');
const percent = (ours, theirs) => (theirs === 0 ? '-' : `${((100 * (ours - theirs)) / theirs).toFixed(2)} %`);
const best = (list) => list.reduce((a, b) => (b.total < a.total ? b : a));

/** Rows by kind, then file, then tool. */
function read(files) {
  const kinds = new Map(KINDS.map((kind) => [kind, new Map()]));
  for (const line of files.flatMap((file) => fs.readFileSync(file, 'utf8').split('\n'))) {
    if (!line.startsWith('{')) continue;
    const row = JSON.parse(line), tools = kinds.get(row.kind);
    if (!tools) continue;
    if (!tools.has(row.file)) tools.set(row.file, new Map());
    tools.get(row.file).set(row.tool, row);
  }
  return kinds;
}

/** One tool's total over all files of a kind. */
function total(files, tool) {
  let sum = 0, failed = 0;
  for (const tools of files.values()) {
    const row = tools.get(tool);
    if (row?.br === undefined) failed += 1;
    sum += row?.br ?? tools.get('input').br;
  }
  return { tool, total: sum, failed };
}

function summarise(kind, files) {
  const tools = [...new Set([...files.values()].flatMap((row) => [...row.keys()]))];
  const totals = tools.map((tool) => total(files, tool));
  const peers = totals.filter(({ tool }) => tool !== 'input' && tool !== 'edgepress');
  const perFile = [...files.values()].reduce((sum, row) => sum + Math.min(...peers.map(({ tool }) => row.get(tool)?.br ?? row.get('input').br)), 0);
  const named = (name) => totals.find(({ tool }) => tool === name);
  return { kind, count: files.size, input: named('input'), ours: named('edgepress'), peers, peer: best(peers), perFile };
}

function print(name, sums) {
  console.log(`\n### ${name}\n\n| kind | files | input | best single peer | edgepress | edgepress against it | best of all peers, per file |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |`);
  const line = ({ kind, count, input, peer, ours, perFile }) => console.log(
    `| ${kind} | ${count} | ${number(input.total)} | ${number(peer.total)} (${peer.tool}) | ${number(ours.total)} | ${percent(ours.total, peer.total)} | ${number(perFile)} |`);
  sums.forEach(line);
  if (sums.length > 1) printJudged(sums, line);
  console.log('\n| kind | every peer: brotli total, and files it failed on |\n| --- | --- |');
  for (const { kind, peers } of sums) {
    const words = peers.toSorted((a, b) => a.total - b.total).map(({ tool, total: sum, failed }) => `${tool} ${number(sum)}${failed > 0 ? ` (failed on ${failed})` : ''}`);
    console.log(`| ${kind} | ${words.join(', ')} |`);
  }
}

function printJudged(sums, line) {
  const judged = sums.filter(({ kind }) => JUDGED.has(kind)), add = (pick) => judged.reduce((sum, each) => sum + pick(each), 0);
  line({ kind: '**js + css + html**', count: add((s) => s.count), input: { total: add((s) => s.input.total) }, perFile: add((s) => s.perFile),
    peer: { total: add((s) => s.peer.total), tool: 'the best of each kind' }, ours: { total: add((s) => s.ours.total) } });
}

/** One line for each file: what came in, the best peer, edgepress. */
function printFiles(kind, files) {
  console.log(`\n| ${kind} file | input | best peer | edgepress | edgepress against it |\n| --- | ---: | ---: | ---: | ---: |`);
  for (const [file, tools] of files) {
    const done = [...tools.values()].filter(({ tool, br }) => br !== undefined && tool !== 'input' && tool !== 'edgepress');
    // What every peer fails on is shipped as it came.
    const peer = best([...done.map(({ tool, br }) => ({ tool, total: br })), ...(done.length === 0 ? [{ tool: 'none', total: tools.get('input').br }] : [])]);
    const ours = tools.get('edgepress').br;
    console.log(`| ${file.split('/').slice(-2).join('/')} | ${number(tools.get('input').br)} | ${number(peer.total)} (${peer.tool}) | ${number(ours)} | ${percent(ours, peer.total)} |`);
  }
}

console.log('# Sizes\n\nBrotli bytes (quality 11, window 24, one encoder for all), file by file, added up. Made by `benches/table`.');
const table = (name, files, withFiles = false) => {
  const kinds = read(files);
  const present = KINDS.filter((kind) => kinds.get(kind).size > 0);
  print(name, present.map((kind) => summarise(kind, kinds.get(kind))));
  if (withFiles) present.forEach((kind) => printFiles(kind, kinds.get(kind)));
};
/** Many sites in one table: what a kind comes to in all of them, then in each. */
function samples(sites) {
  table('Samples of other builds', sites.flatMap(([, files]) => files));
  console.log('\nNobody checked what the peers lost: nested rules (clean-css, csso), the text of custom properties (lightningcss), vendor prefixes,\n'
    + 'ids that sheets and scripts ask for (svgo), white space that shows (minify-html). Other pages and pictures behind gates are in the notes.');
  console.log('\n| site | kind | files | input | best single peer | edgepress | edgepress against it |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |');
  for (const [name, files] of sites) {
    const kinds = read(files);
    for (const kind of KINDS.filter((each) => kinds.get(each).size > 0)) {
      const { count, input, peer, ours } = summarise(kind, kinds.get(kind));
      console.log(`| ${name} | ${kind} | ${count} | ${number(input.total)} | ${number(peer.total)} (${peer.tool}) | ${number(ours.total)} | ${percent(ours.total, peer.total)} |`);
    }
  }
}

// Arguments by the option before them.
const groups = { sites: [], libraries: [], samples: [] };
let group = groups.sites;
for (const argument of process.argv.slice(2)) {
  const at = argument.indexOf('=');
  if (at < 0) group = groups[argument.slice(2)];
  else group.push([argument.slice(0, at), argument.slice(at + 1).split(',')]);
}
for (const [name, files] of groups.sites) table(name, files);
if (groups.sites.length > 1) table('All of them', groups.sites.flatMap(([, files]) => files));
for (const [name, files] of groups.libraries) table(name, files, true);
if (groups.samples.length > 0) samples(groups.samples);
