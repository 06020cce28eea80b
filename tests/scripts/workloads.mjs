// Deterministic work for libraries that Node can run without a page: `library` is what the script exports, `print` is compared.

const numbers = 'const numbers = Array.from({ length: 500 }, (_, i) => (i * 7919) % 503);';
export const WORKLOADS = [
  {
    name: 'lodash',
    script: 'lodash/lodash.js',
    work: `${numbers}
      const people = numbers.map((n) => ({ id: n, group: n % 7, tags: ['a' + n % 3, 'b' + n % 5], inner: { n } }));
      print(library.groupBy(people, 'group'), library.sortBy(people, ['group', 'id']).map((p) => p.id));
      print(library.merge({}, ...people.slice(0, 20)), library.cloneDeep(people[3]), library.isEqual(people[1], library.cloneDeep(people[1])));
      print(library.template('<% _.each(list, function(x) { %><b><%- x %></b><% }) %>', { imports: { _: library } })({ list: ['<a>', '&'] }));
      print(library.chain(numbers).filter((n) => n % 2).map((n) => n * 2).chunk(7).takeRight(3).value());
      print(library.camelCase('Foo Bar-baz'), library.deburr('déjà vu'), library.words('fredBarney, & pebbles'), library.range(0, 1, 0.2));`,
  },
  {
    name: 'd3',
    script: 'd3/dist/d3.js',
    work: `${numbers}
      const scale = library.scaleLinear().domain([0, 503]).range(['#ff0000', '#0000ff']).clamp(true);
      print(numbers.slice(0, 20).map(scale), library.scaleLog().domain([1, 1e6]).ticks(5), library.format('~s')(1234567.891));
      print(library.line().curve(library.curveCatmullRom)(numbers.slice(0, 30).map((n, i) => [i, n])));
      print(library.pie()(numbers.slice(0, 9)), library.quantile(numbers, 0.37), library.bin()(numbers).map((b) => b.length));
      const root = library.hierarchy({ children: numbers.slice(0, 40).map((n) => ({ value: n })) }).sum((d) => d.value || 0);
      print(library.treemap().size([100, 100])(root).leaves().map((l) => [l.x0, l.y0, l.x1, l.y1]));
      print(library.geoPath(library.geoMercator())({ type: 'LineString', coordinates: [[0, 0], [20, 40], [90, 10]] }));
      print(library.csvParse('a,b\\n1,"x, y"\\n2,z'), library.utcFormat('%Y-%j %H')(new Date(1e12)), library.color('hsl(120,50%,20%)').hex());`,
  },
  {
    name: 'marked',
    script: 'marked/lib/marked.umd.js',
    work: `const text = readFileSync(join(modules, 'marked/README.md'), 'utf8') + '\\n| a | b |\\n|--|:-:|\\n| 1 | **2** |\\n\\n1. x\\n   - y\\n\\n\`\`\`js\\nlet a = 1 < 2;\\n\`\`\`\\n> q\\n\\n[r]: /u "t"\\n[r] <b>&amp;</b> ~~s~~';
      print(library.parse(text), library.parse(text, { gfm: false, breaks: true }), library.lexer(text).length);`,
  },
  {
    name: 'acorn',
    script: 'acorn/dist/acorn.js',
    work: `for (const file of ['lodash/lodash.js', 'acorn/dist/acorn.js', 'marked/lib/marked.umd.js', 'd3/dist/d3.js']) {
        const text = readFileSync(join(modules, file), 'utf8');
        print(file, createHash('sha256').update(JSON.stringify(library.parse(text, { ecmaVersion: 'latest' }))).digest('hex'));
      }
      for (const bad of ['let a = ;', 'class { }', '/(/', 'await x', '"use strict"; with (a) b']) {
        try { library.parse(bad, { ecmaVersion: 2022 }); print('parsed'); } catch (error) { print(error.message, error.pos); }
      }`,
  },
  {
    name: 'chart.js',
    script: 'chart.js/dist/chart.umd.js',
    work: `const { helpers, defaults } = library;
      print(Object.keys(helpers.easingEffects).map((name) => [0.1, 0.5, 0.9].map((t) => helpers.easingEffects[name](t))));
      print(helpers.merge({ a: { b: 1 } }, [{ a: { c: [1, 2] } }, { d: 3 }]), helpers.resolveObjectKey(defaults, 'font.size'));
      print(helpers.splineCurve({ x: 0, y: 0 }, { x: 1, y: 3 }, { x: 4, y: 1 }, 0.4), helpers.toFont({ size: 10 }, {}), helpers.uid());
      print(helpers.color('rgba(10,20,30,.5)').lighten(0.3).rgbString(), Object.keys(library).sort(), JSON.stringify(defaults.plugins));`,
  },
  {
    name: 'moment',
    script: 'moment/moment.js',
    work: `${numbers}
      const days = numbers.slice(0, 40).map((n) => library.utc('2024-01-31').add(n, 'days').subtract(n % 9, 'months'));
      print(days.map((day) => day.format('dddd, MMMM Do YYYY, h:mm:ss a [W]W Q')), days.map((day) => day.isLeapYear()));
      print(days.map((day) => day.from(days[0])), library.duration(123456789).humanize(), library.duration('P1Y2M3DT4H').toISOString());
      print(library.utc('12-25-1995', 'MM-DD-YYYY').calendar(days[3]), library.utc('2013-02-30').isValid(), library.locale());`,
  },
  {
    name: 'terser',
    script: 'terser/dist/bundle.min.js',
    work: `for (const file of ['acorn/dist/acorn.js', 'marked/lib/marked.umd.js', 'moment/moment.js']) {
        const { code } = await library.minify(readFileSync(join(modules, file), 'utf8'), { compress: { passes: 2 }, mangle: true });
        print(file, code.length, code.slice(0, 200), createHash('sha256').update(code).digest('hex'));
      }`,
  },
  {
    name: 'katex',
    script: 'katex/dist/katex.js',
    work: `for (const formula of ['\\\\frac{a}{b}+\\\\sqrt[3]{x^2}', '\\\\int_0^\\\\infty e^{-x^2}dx', '\\\\begin{pmatrix}1&2\\\\\\\\3&4\\\\end{pmatrix}', '\\\\color{red}{\\\\overbrace{abc}^{n}}']) {
        print(library.renderToString(formula, { displayMode: true }), library.renderToString(formula, { output: 'mathml' }));
      }
      try { library.renderToString('\\\\frac{') } catch (error) { print(error.name, error.message) }`,
  },
];
