// The fetched libraries do the same before and after:  node tests/scripts/libraries.mjs EDGEPRESS LIBRARIES WORK [NAME...]
// LIBRARIES is a folder with one folder for each library. Those that Node can run without a page do what behaviour.mjs has their
// published versions do; the others get a page from jsdom. Last line: `N passed, M failed`.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PAGES } from './pages.mjs';
import { built, outcome } from './work.mjs';
import { WORKLOADS } from './workloads.mjs';

const [edgepress, libraries, work, ...only] = process.argv.slice(2);
const plain = WORKLOADS.map((library) => ({ ...library, script: join(library.name, basename(library.script)) }));
let passed = 0, failed = 0;
for (const library of [...plain, ...PAGES]) {
  const file = join(libraries, library.script);
  if (!existsSync(file) || (only.length > 0 && !only.includes(library.name))) continue;
  try {
    const [[before, after]] = built({ edgepress, work }, library.name, { 'library.js': readFileSync(file, 'utf8') });
    const [was, is] = [outcome(library, before), outcome(library, after)];
    const good = was === is && was.length > 500;
    console.log(`${good ? 'same' : 'DIFFERENT'} ${library.name}: ${readFileSync(before).length} -> ${readFileSync(after).length} bytes, ${was.length} characters printed`);
    if (good) passed += 1;
    else {
      const at = [...was].findIndex((letter, index) => letter !== is[index]);
      console.log(`  before ${was.slice(Math.max(0, at - 100), at + 200)}\n  after  ${is.slice(Math.max(0, at - 100), at + 200)}`);
      failed += 1;
    }
  } catch (error) {
    console.log(`FAILED ${library.name}: ${error.message.slice(0, 2000)}`);
    failed += 1;
  }
}
// No library at all proves nothing.
if (passed + failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
