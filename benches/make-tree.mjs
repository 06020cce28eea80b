// Makes a site of a given shape, the same bytes each time:  node make-tree.mjs SHAPE COUNT FOLDER
//   small   COUNT files of 0.1 to 4 kB as sites have them: pages, sheets, scripts, drawings, data, all naming each other
//   pages   COUNT pages of about 15 kB that share a few sheets and scripts
//   script  one script of about COUNT MB
//   photos  COUNT JPEG files, each different, made of the photos of the demo
import fs from 'node:fs';
import path from 'node:path';

const [shape, countText, folder] = process.argv.slice(2);
const count = Number(countText);
const shapes = { small, pages, script, photos };
if (!shapes[shape] || !Number.isSafeInteger(count) || count < 1 || !folder) throw new Error('usage: make-tree.mjs small|pages|script|photos COUNT FOLDER');

/** Numbers below `limit`, the same in each run (xorshift). */
function random(seed) {
  let state = seed * 2654435761 + 88172645 >>> 0 || 1;
  return (limit) => {
    state ^= state << 13; state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5; state >>>= 0;
    return state % limit;
  };
}

const WORDS = ('harbour light keeper stone winter signal northern water morning window letter garden market silver quiet river under '
  + 'evening between mountain paper travel copper engine figure number second colour island return simple narrow almost during')
  .split(' ');
const words = (pick, amount) => Array.from({ length: amount }, () => WORDS[pick(WORDS.length)]).join(' ');
const made = new Set();

function put(name, contents) {
  const file = path.join(folder, name), above = path.dirname(file);
  if (!made.has(above)) fs.mkdirSync(above, { recursive: true }), made.add(above);
  fs.writeFileSync(file, contents);
}

/** A hundred files a folder, as generators that make many pages do it. */
const place = (index, extension) => `part-${Math.floor(index / 100)}/file-${index}.${extension}`;

const page = (pick, title, head, body) =>
  `<!doctype html>\n<html lang="en">\n  <head>\n    <meta charset="utf-8">\n    <title>${title}</title>\n${head}  </head>\n  <body>\n${body}  </body>\n</html>\n`;
const paragraph = (pick) => `    <p class="${WORDS[pick(9)]}">\n      ${words(pick, 20 + pick(40))}.\n    </p>\n`;

const MAKERS = [
  ['html', (index, pick) => page(pick, `Page ${index}`, `    <link rel="stylesheet" href="/${place(index + 1, 'css')}">\n    <script src="/${place(index + 2, 'js')}" defer></script>\n`,
    `    <h1>${words(pick, 4)}</h1>\n    <img src="/${place(index + 3, 'svg')}" alt="">\n${Array.from({ length: 1 + pick(6) }, () => paragraph(pick)).join('')}    <a href="/${place((index * 7) % count - ((index * 7) % count) % 5, 'html')}">next</a>\n`)],
  ['css', (index, pick) => Array.from({ length: 2 + pick(20) }, (_, n) =>
    `.${WORDS[pick(WORDS.length)]}-${index}-${n} {\n  color: rgb(${pick(256)}, ${pick(256)}, ${pick(256)});\n  margin: ${pick(40)}px ${pick(40)}px;\n}\n`).join('\n')],
  ['js', (index, pick) => `(function () {\n  'use strict';\n${Array.from({ length: 1 + pick(12) }, (_, n) =>
    `  function ${WORDS[pick(WORDS.length)]}${n}(first, second) {\n    // ${words(pick, 6)}\n    return first * ${pick(900)} + (second || '${words(pick, 3)}').length;\n  }\n  document.title += ${WORDS[0]}Of(${index}, ${n});\n`).join('')}  function ${WORDS[0]}Of(a, b) { return a + ':' + b; }\n})();\n`],
  ['svg', (index, pick) => `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">\n  <!-- ${index} -->\n${Array.from({ length: 1 + pick(5) }, () =>
    `  <path fill="#${(pick(4096) + 4096).toString(16).slice(1)}" d="M ${pick(24)} ${pick(24)} L ${pick(24)} ${pick(24)} C ${pick(24)}.5 ${pick(24)} ${pick(24)} ${pick(24)} ${pick(24)}.25 ${pick(24)} Z"/>\n`).join('')}</svg>\n`],
  ['json', (index, pick) => `${JSON.stringify(Array.from({ length: 1 + pick(20) }, (_, n) => ({ id: index * 100 + n, title: words(pick, 3), size: pick(10000) })), null, 2)}\n`],
];

function small() {
  for (let index = 0; index < count; index++) {
    const [extension, make] = MAKERS[index % MAKERS.length];
    put(place(index, extension), make(index, random(index + 1)));
  }
}

function pages() {
  for (const [number, name] of ['base', 'theme', 'print'].entries()) put(`assets/${name}.css`, MAKERS[1][1](number, random(number + 1)));
  for (const [number, name] of ['main', 'search'].entries()) put(`assets/${name}.js`, MAKERS[2][1](number, random(number + 7)));
  const head = '    <link rel="stylesheet" href="../assets/base.css">\n    <link rel="stylesheet" href="../assets/theme.css">\n    <script src="../assets/main.js"></script>\n';
  for (let index = 0; index < count; index++) {
    const pick = random(index + 1);
    const links = Array.from({ length: 30 }, () => pick(count)).map((to) => `      <li><a href="../${place(to, 'html')}">${words(pick, 3)}</a></li>\n`).join('');
    put(place(index, 'html'), page(pick, `Page ${index}`, head, `    <ul>\n${links}    </ul>\n${Array.from({ length: 40 }, () => paragraph(pick)).join('')}`));
  }
}

function script() {
  const parts = [], pick = random(1);
  for (let bytes = 0, n = 0; bytes < count * 1e6; n++) {
    const part = `function ${WORDS[pick(WORDS.length)]}${n}(first, second) {\n  // ${words(pick, 8)}\n  const total = first.map((each) => each.size * ${pick(1000)});\n`
      + `  if (second === '${words(pick, 2)}') {\n    return total.filter((each) => each > ${pick(100)});\n  }\n  return { total, name: '${words(pick, 3)}', at: ${n} };\n}\n`;
    parts.push(part);
    bytes += part.length;
  }
  put('index.html', page(pick, 'One script', '    <script src="all.js"></script>\n', ''));
  put('all.js', parts.join(''));
}

function photos() {
  const source = path.join(path.dirname(new URL(import.meta.url).pathname), '../fixtures/demo/pictures');
  const originals = fs.readdirSync(source).filter((name) => name.endsWith('.jpg')).sort().map((name) => fs.readFileSync(path.join(source, name)));
  for (let index = 0; index < count; index++) {
    // A comment of its own behind the first marker makes each one a file of its own.
    const original = originals[index % originals.length], text = Buffer.from(`picture ${index}`);
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, text.length + 2]), text]);
    put(place(index, 'jpg'), Buffer.concat([original.subarray(0, 2), comment, original.subarray(2)]));
  }
}

shapes[shape]();
