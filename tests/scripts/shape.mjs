// Prints what a script leaves behind in a page of jsdom:  node shape.mjs FILE page|module [LIBRARY...]      (loaded before it)
// First how it ended, then new globals (or exports) four levels deep, then messages. One time, no chance. Names that a
// minifier may choose (of functions, in messages) are left out; everything that code can rely on is in.
import { readFileSync } from 'node:fs';
import { JSDOM, VirtualConsole } from 'jsdom';

const [file, manner, ...libraries] = process.argv.slice(2);
const source = readFileSync(file, 'utf8');
const messages = [];
const show = (value) => { try { return typeof value === 'object' ? value?.message ?? 'object' : String(value); } catch { return '?'; } };
/** Without what may be a short name: the letters of names are nobody's promise. */
const plain = (text) => text.replace(/[\w$.]+(?= is not )|\b[\w$]{1,2}\b/g, '_').replaceAll(file, 'FILE').slice(0, 300);
const virtualConsole = new VirtualConsole();
virtualConsole.on('jsdomError', (error) => messages.push(`error ${plain(show(error.detail ?? error))}`));
for (const kind of ['log', 'warn', 'error', 'info']) virtualConsole.on(kind, (...texts) => messages.push(`${kind} ${plain(texts.map(show).join(' '))}`));
const { window } = new JSDOM('<!doctype html><body><div id=a class=b><p>x</p></div>', { runScripts: 'outside-only', url: 'https://x.test/', virtualConsole });

window.eval(`{
  const RealDate = Date, start = 1.7e12;
  Date = class extends RealDate { constructor(...parts) { if (parts.length) super(...parts); else super(start); } static now() { return start; } };
  let seed = 7;
  Math.random = () => (seed = seed * 16807 % 2147483647) / 2147483647;
  performance.now = () => 0;
}`);

const LEVELS = 4;
const known = new Set();

function shape(value, levels) {
  const type = typeof value;
  if (value === null || (type !== 'object' && type !== 'function')) {
    return type === 'string' ? JSON.stringify(value.length > 80 ? value.length : value) : String(value);
  }
  if (known.has(value)) return 'known';
  // What jsdom has behind its objects is its own.
  if (Object.getOwnPropertySymbols(value).some((symbol) => symbol.description === 'impl')) return 'of the page';
  known.add(value);
  const kind = type === 'function' ? `function/${value.length}` : Array.isArray(value) ? `array/${value.length}` : 'object';
  if (levels === 0) return kind;
  const keys = Reflect.ownKeys(value).filter((key) => !['name', 'length', 'arguments', 'caller', 'stack'].includes(key));
  const parts = keys.map((key) => {
    const property = Reflect.getOwnPropertyDescriptor(value, key);
    return `${String(key)}:${property && 'value' in property ? shape(property.value, levels - 1) : 'accessor'}`;
  });
  return `${kind}{${parts.sort().join(',')}}`;
}

const before = new Set(Reflect.ownKeys(window));
for (const library of libraries) window.eval(readFileSync(library, 'utf8'));
const module = { exports: {} };
let end = 'ended';
try {
  if (manner === 'page') window.eval(source);
  else {
    const load = window.eval(`(function (module, exports, require) {${source}\n})`);
    load.call(window, module, module.exports, (name) => { throw new Error(`no ${name} here`); });
  }
} catch (error) {
  end = `threw ${plain(show(error))}`;
}
const names = Reflect.ownKeys(window).filter((key) => !before.has(key)).map(String).sort();
console.log(end);
for (const name of names) console.log(`${name} = ${shape(window[name], LEVELS)}`);
if (manner === 'module') console.log(`exports = ${shape(module.exports, LEVELS)}`);
console.log(messages.join('\n'));
// Timers and animations would go on.
process.stdout.write('', () => process.exit(0));
