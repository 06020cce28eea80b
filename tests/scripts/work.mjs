// Builds scripts with edgepress, and does the same work with a script as it came and as it was published.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));

// Runs the work with the script at `path` and returns what it printed. `before`: what must be there before the script is.
export function outcome(library, path) {
  const program = `
    import { readFileSync } from 'node:fs'; import { join } from 'node:path'; import { createHash } from 'node:crypto'; import { createRequire } from 'node:module'; import vm from 'node:vm';
    const modules = ${JSON.stringify(join(here, 'node_modules'))};
    const print = (...values) => console.log(...values.map((value) => typeof value === 'string' ? value : JSON.stringify(value)));
    const module = { exports: {} };
    globalThis.require = createRequire(join(modules, 'here.js'));
    ${library.before ?? ''}
    vm.runInThisContext('(function(module, exports) {' + readFileSync(${JSON.stringify(path)}, 'utf8') + '\\n})')(module, module.exports);
    const library = module.exports._ ?? module.exports.Chart ?? module.exports;
    ${library.work}`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', maxBuffer: 1 << 28 });
}

// Builds scripts as one site; returns where each stands before and after.
export function built({ edgepress, work }, name, scripts) {
  const folder = join(work, name);
  const [site, out] = [join(folder, 'site'), join(folder, 'out')];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(site, { recursive: true });
  for (const [file, text] of Object.entries(scripts)) writeFileSync(join(site, file), text);
  const tags = Object.keys(scripts).map((file) => `<script src=${file}></script>`);
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>x</title>' + tags.join(''));
  execFileSync(edgepress, ['build', site, '-o', out, '--quiet', '--no-cache'], { stdio: 'inherit' });
  const { files } = JSON.parse(readFileSync(join(out, 'edgepress.manifest.json'), 'utf8'));
  return Object.keys(scripts).map((file) => [join(site, file), join(out, files[file].name)]);
}
