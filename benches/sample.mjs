// Prints paths of scripts, sheets, pages and pictures below SITE, a NUL after each:  node sample.mjs SITE [MEGABYTES]
// All of them, or of each kind about as many megabytes, taken evenly from the list of paths: minifiers take minutes for ten.
import fs from 'node:fs';
import path from 'node:path';

const KINDS = { '.js': 'js', '.mjs': 'js', '.css': 'css', '.html': 'html', '.htm': 'html', '.svg': 'svg' };
const [site, megabytes = Infinity] = process.argv.slice(2);
const paths = fs.readdirSync(site, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath, entry.name)).sort();
for (const kind of new Set(Object.values(KINDS))) {
  const files = paths.filter((file) => KINDS[path.extname(file).toLowerCase()] === kind).map((file) => ({ file, bytes: fs.statSync(file).size }));
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0), share = Math.min(1, (megabytes * 1e6) / all);
  // A file is taken whenever that brings the bytes taken nearer to their share of those passed: large ones do not drop out.
  let passed = 0, taken = 0;
  for (const { file, bytes } of files) {
    passed += bytes;
    if (share < 1 && taken + bytes / 2 > passed * share) continue;
    taken += bytes;
    process.stdout.write(`${file}\0`);
  }
}
