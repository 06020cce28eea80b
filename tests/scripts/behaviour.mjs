// Libraries do the same before and after:  node tests/scripts/behaviour.mjs EDGEPRESS WORK
// Each library is built as a site of one script; then the same deterministic work is done with the script as it came
// and as it was published, each in a process of its own, and what they print must be equal.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import defects from './defects.mjs';
import { built, here, outcome } from './work.mjs';
import { WORKLOADS } from './workloads.mjs';

const [edgepress, work] = process.argv.slice(2);
const place = { edgepress, work };

let passed = 0;
let failed = 0;

function verdict(isSame, line) {
  console.log(`${isSame ? 'same' : 'DIFFERENT'} ${line}`);
  if (isSame) passed++;
  else failed++;
}

for (const library of WORKLOADS) {
  const text = readFileSync(join(here, 'node_modules', library.script), 'utf8');
  const [[before, after]] = built(place, library.name, { 'library.js': text });
  const sizes = [before, after].map((path) => readFileSync(path).length);
  const [was, is] = [outcome(library, before), outcome(library, after)];
  verdict(was === is && was.length > 200, `${library.name}: ${sizes[0]} -> ${sizes[1]} bytes, ${was.length} characters printed`);
}

// What a small script prints, run as a browser runs it: at the top level of a realm.
function printed(path) {
  const program = `
    const lines = []; globalThis.print = (...values) => lines.push(values.map((v) => typeof v + ' ' + JSON.stringify(v)).join(' '));
    try { require('vm').runInThisContext(require('fs').readFileSync(${JSON.stringify(path)}, 'utf8')); } catch (error) { print('threw', error.name); }
    setTimeout(() => console.log(lines.join('\\n')));`;
  return execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' });
}

const places = built(place, 'defects', Object.fromEntries(defects.map(({ source }, index) => [`d${index}.js`, source])));
for (const [index, [before, after]] of places.entries()) {
  const [was, is] = [printed(before), printed(after)];
  verdict(was === is && was.trim() !== '', defects[index].name);
  if (was !== is) console.log(`  before ${was}  after  ${is}  ${readFileSync(after, 'utf8')}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
