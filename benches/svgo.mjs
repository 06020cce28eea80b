// Presses pictures with SVGO as people run it, for the comparison in src/press/svg/tests/contest.rs:
//   node svgo.mjs PEERS INPUT OUTPUT [--ids]
// PEERS is the folder that install-peers filled. Every .svg below INPUT goes to the same place below OUTPUT; those that SVGO refuses
// are left out. --ids: ids stay, as nobody can tell what points at them from outside. The last line says how many milliseconds SVGO itself took.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [peers, input, output] = process.argv.slice(2, 5).map((folder) => path.resolve(folder));
const overrides = process.argv.includes('--ids') ? { cleanupIds: false } : {};
const plugins = [{ name: 'preset-default', params: { overrides } }];
const { optimize } = await import(pathToFileURL(createRequire(path.join(peers, 'x.js')).resolve('svgo')));
let files = 0, refused = 0, spent = 0;
for (const name of fs.readdirSync(input, { recursive: true }).filter((file) => file.endsWith('.svg')).sort()) {
  const source = fs.readFileSync(path.join(input, name), 'utf8');
  const start = performance.now();
  let result;
  try { result = optimize(source, { multipass: true, plugins }).data; } catch { refused += 1; }
  spent += performance.now() - start;
  files += 1;
  if (result === undefined) continue;
  fs.mkdirSync(path.dirname(path.join(output, name)), { recursive: true });
  fs.writeFileSync(path.join(output, name), result);
}
console.log(`${files} files, ${refused} refused, ${Math.round(spent)} ms`);
