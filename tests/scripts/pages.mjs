// Deterministic work for libraries that need a page (from jsdom) or others beside them, for libraries.mjs: `script` is a file of the
// fetched libraries, `before` runs before the script, `library` is what it exports and what is printed is compared.

/** A page, one random sequence and one time. */
const page = `
  const { JSDOM, VirtualConsole } = require('jsdom');
  const { window } = new JSDOM('<!doctype html><body><div id=app></div></body>', { url: 'http://localhost/', pretendToBeVisual: true, virtualConsole: new VirtualConsole() });
  for (const name of Object.getOwnPropertyNames(window)) if (!(name in globalThis)) globalThis[name] = window[name];
  for (const name of ['Event', 'CustomEvent', 'EventTarget', 'dispatchEvent', 'addEventListener', 'removeEventListener', 'MutationObserver']) globalThis[name] = typeof window[name] === 'function' && !/^[A-Z]/.test(name) ? window[name].bind(window) : window[name];
  globalThis.window = window;
  Object.defineProperty(globalThis, 'navigator', { value: window.navigator, configurable: true });
  window.HTMLCanvasElement.prototype.getContext = () => ({ measureText: (text) => ({ width: 7 * text.length }), fillRect() {}, getImageData: () => ({ data: [] }) });
  const app = document.getElementById('app');
  const pause = (ms = 20) => new Promise((done) => setTimeout(done, ms));`;
const still = `
  let seed = 7; Math.random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const RealDate = Date, start = Date.UTC(2026, 5, 15); globalThis.Date = class extends RealDate { constructor(...a) { if (a.length) super(...a); else super(start); } static now() { return start; } };
  const shouts = []; for (const kind of ['error', 'warn', 'info']) console[kind] = (...texts) => shouts.push(texts.map(String).join(' ').replace(/\\s+(at|in) .*/gs, ''));`;
/** What stands for the page's React is the script itself or the one of the modules. */
const react = (itself) => `
  const Module = require('node:module'), real = Module._load;
  Module._load = function (name, ...rest) { return ${itself} && name === 'react' ? module.exports : real.call(this, name, ...rest); };`;

export const PAGES = [
  {
    name: 'vue', script: 'vue/vue.js', before: page + still,
    work: `
      library.config.silent = false;
      library.component('child', { props: { n: { type: Number, required: true }, tags: Array }, template: '<li :class="{ odd: n % 2 }" @click="$emit(\\'hit\\', n)"><slot :n="n">none</slot><i v-for="(t, k) in tags" :key="k" v-text="t"/></li>' });
      const seen = [];
      const view = new library({
        data: { list: [3, 1, 2], text: 'a <b>', on: true, form: { name: '', pick: ['x'], kind: 'two' }, deep: { a: [{ b: 1 }] } },
        computed: { sorted() { return this.list.slice().sort(); }, total: { get() { return this.list.reduce((a, b) => a + b, 0); }, set(v) { this.list = [v]; } } },
        watch: { total(now, was) { seen.push(['total', was, now]); }, 'deep.a': { deep: true, handler(v) { seen.push(['deep', JSON.stringify(v)]); } } },
        filters: { loud: (t) => t.toUpperCase() },
        methods: { hit(n) { this.list = this.list.filter((x) => x !== n); } },
        created() { seen.push('created'); }, mounted() { seen.push('mounted'); }, updated() { seen.push('updated'); },
        template: \`<div><p v-if="on" :style="{ color: 'red', fontSize: list.length + 'px' }">{{ text | loud }}</p><p v-else v-html="text"></p>
          <ul><child v-for="n in sorted" :key="n" :n="n" :tags="['t' + n]" @hit="hit"><template #default="{ n }">#{{ n }}</template></child></ul>
          <input v-model.trim="form.name"><input type=checkbox value=x v-model="form.pick"><input type=checkbox value=y v-model="form.pick">
          <select v-model="form.kind"><option>one</option><option>two</option></select><component :is="on ? 'b' : 'i'" v-bind="{ title: text, 'data-n': total }">{{ total }}</component><keep-alive><child v-if="on" :n="9"/></keep-alive></div>\` }).$mount(app);
      const show = async () => { await view.$nextTick(); print(view.$el.outerHTML); };
      await show();
      view.list.push(7); view.deep.a[0].b = 2; await show();
      view.$el.querySelector('li').click(); await show();
      view.on = false; view.total = 40; view.text = '<u>x</u>'; await show();
      const input = view.$el.querySelector('input'); input.value = ' z '; input.dispatchEvent(new window.Event('input')); view.$el.querySelectorAll('input')[2].click(); await show();
      view.$set(view.deep, 'c', 5); view.$delete(view.deep, 'a'); await show();
      for (const template of ['<a v-for="x of 3" :key="x" @click.prevent.once="go">{{ x }}</a>', '<p><span v-if="a"/><b v-else-if="b">1</b><i v-else/></p>', '<div v-bad', '<p v-model="x"></p>']) {
        const { render, staticRenderFns } = library.compile(template); print(String(render), staticRenderFns.map(String));
      }
      print(JSON.stringify(view.form), JSON.stringify(seen), library.version); view.$destroy(); print(JSON.stringify(shouts));`,
  },
  {
    name: 'jquery', script: 'jquery/jquery.js', before: page + still,
    work: `
      const $ = library;
      app.innerHTML = '<form id=f><input name=a value="1 2"><select name=s multiple><option selected>x<option selected>y</select><textarea name=t>q</textarea></form>' + '<p class="c">one <b>two</b></p>'.repeat(4);
      print($('#app > p:nth-child(odd) b, p:has(b):not(:first):even').length, $('p').filter(':eq(2)').index(), $('b:contains(two)').parents().map((i, e) => e.tagName).get());
      print($('#f').serialize(), $('#f').serializeArray(), $.param({ a: [1, { b: 2 }], c: { d: [3] } }), $('select').val());
      const log = []; $('#app').on('go.x click', 'p', { k: 1 }, function (e, extra) { log.push([e.type, e.namespace, this.className, extra, e.data.k]); }).one('go', () => log.push('once'));
      $('p').eq(1).trigger('go', ['extra']).triggerHandler('go'); $('p b').last().click(); $('#app').off('.x'); $('p').trigger('go');
      $('p').first().addClass('d e').toggleClass('c').attr('title', (i, v) => i + 'v').css({ color: 'red', 'margin-left': '+=5' }).data('some-key', { z: 1 }).wrap('<section>').after('<hr>').clone(true).appendTo(app);
      $('p:last').html((i, old) => old + '!').replaceWith($('<u>', { text: '<x>', class: 'n', click() { log.push('u'); } })); $('u').click(); $('hr').remove();
      print(app.innerHTML, log, $('p').first().data(), $.map({ a: 1, b: 2 }, (v, k) => k + v), $.extend(true, {}, { a: { b: [1] } }, { a: { c: 2 } }), $.parseHTML('<i>1</i>t').length);
      $.when($.Deferred((d) => setTimeout(() => d.resolve(1, 2), 5)), 3).then((a, b) => { log.push(['when', a, b]); throw new Error('no'); }).catch((e) => log.push(e.message)).always(() => log.push('end'));
      $.fx.off = true; $('p').hide().fadeIn(10).slideUp(5).queue((next) => { log.push('queued'); next(); }).animate({ width: '50px' }, { duration: 1, done: () => log.push('done') });
      $.ajaxTransport('made', () => ({ send: (headers, complete) => complete(200, 'OK', { text: '{"a":[1]}' }, ''), abort() {} }));
      $.ajax({ url: '/x', dataType: 'made json' }).done((d) => log.push(d)).fail((x, s, e) => log.push([s, String(e)]));
      await pause(100); print(app.innerHTML, log, $.fn.jquery, Object.keys($.fn).sort(), $('p').map((i, e) => $(e).is(':visible')).get());`,
  },
  {
    name: 'bootstrap', script: 'bootstrap/bootstrap.js',
    before: page + still + "globalThis.require = ((real) => (name) => name === '@popperjs/core' ? { createPopper: () => ({ destroy() {}, update() {}, setOptions() {} }) } : real(name))(globalThis.require);",
    work: `
      app.innerHTML = '<div class="collapse" id=c>x</div><div class="modal fade" id=m tabindex=-1><div class=modal-dialog><div class=modal-content><button data-bs-dismiss=modal>x</button></div></div></div><ul class=nav><li><button class="nav-link active" data-bs-toggle=tab data-bs-target="#t1">1</button><li><button class=nav-link data-bs-toggle=tab data-bs-target="#t2">2</button></ul><div id=t1 class="tab-pane active">1</div><div id=t2 class=tab-pane>2</div><div class=dropdown><button id=d data-bs-toggle=dropdown>d</button><ul class=dropdown-menu><li><a class=dropdown-item href="#">i</a></ul></div><div class=toast id=o>o</div><div class=alert id=a><button class=btn-close data-bs-dismiss=alert></button></div><div id=v class=carousel data-bs-ride=false><div class=carousel-inner><div class="carousel-item active">1</div><div class=carousel-item>2</div></div></div><i id=tip title="t <b>" data-bs-content=c>t</i>';
      const at = (id) => document.getElementById(id), events = [];
      for (const kind of ['collapse', 'modal', 'tab', 'dropdown', 'toast', 'alert', 'carousel', 'tooltip', 'popover']) for (const what of ['show', 'shown', 'hide', 'hidden', 'close', 'closed', 'slide', 'slid', 'inserted']) document.addEventListener(what + '.bs.' + kind, (e) => events.push(e.type));
      const show = async () => { await pause(700); print(document.body.innerHTML.replace(/(tooltip|popover)\\d+/g, '$1'), document.body.className, document.body.style.cssText); };
      const modal = new library.Modal(at('m'), { backdrop: 'static' }); modal.show(); await show(); modal.hide(); await show();
      new library.Collapse(at('c')).toggle(); library.Tab.getOrCreateInstance(document.querySelectorAll('.nav-link')[1]).show(); await show();
      at('d').click(); await show(); at('d').dispatchEvent(new window.KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true })); await show();
      new library.Toast(at('o'), { delay: 5 }).show(); new library.Carousel(at('v')).next(); document.querySelector('.btn-close').click(); await show();
      const tip = new library.Tooltip(at('tip'), { html: true, sanitize: true, title: '<b onclick=x>s</b><script>1</' + 'script>' }); tip.show(); await show(); tip.dispose();
      new library.Popover(at('tip'), { trigger: 'manual', title: 'T' }).show(); await show();
      print(events, Object.keys(library).sort(), Object.values(library).map((x) => [x.NAME, x.VERSION, x.Default])); try { new library.Modal(at('m'), { backdrop: {} }).show(); new library.Tab(null); } catch (error) { print(error.message); } await pause(20); setImmediate(() => process.exit(0));`,
  },
  {
    name: 'react', script: 'react/react.development.js', before: still + react(true),
    work: `
      const { renderToStaticMarkup, renderToString } = require('react-dom/server'), h = library.createElement;
      const Theme = library.createContext('light');
      const Memo = library.memo(({ n }) => h('b', { style: { fontSize: n, WebkitTransition: 'all' } }, n)), Ref = library.forwardRef((p, r) => h('i', { ref: r }, p.children));
      function List({ items }) { const [s] = library.useState(() => items.length), t = library.useContext(Theme), m = library.useMemo(() => items.map((x) => x * 2), [items]); const [r] = library.useReducer((a) => a + 1, 5); library.useEffect(() => {}); return h(library.Fragment, null, m.map((x) => h(Memo, { n: x, key: x })), s, t, r, [null, false, 'x']); }
      class Old extends library.Component { static getDerivedStateFromProps(p) { return { d: p.v + 1 }; } state = {}; render() { return h('p', { className: 'o', 'data-x': '<&"', dangerouslySetInnerHTML: this.props.html ? { __html: '<u>1</u>' } : undefined }, this.props.html ? undefined : this.state.d); } }
      const tree = h(Theme.Provider, { value: 'dark' }, h(List, { items: [1, 2, 3] }), h(Old, { v: 1 }), h(Old, { v: 2, html: true }), h(Ref, null, 'r'), h(library.StrictMode, null, h(Theme.Consumer, null, (v) => v)));
      print(renderToStaticMarkup(tree), renderToString(tree));
      print(library.Children.map([h('a', { key: 1 }), [h('b', { key: 'x' }), 'text', null]], (c, i) => c && c.key + i), library.Children.count([1, [2, 3]]), library.isValidElement(tree), library.version, Object.keys(library).sort());
      for (const bad of [() => h(undefined), () => h('a', { key: 'k', ref: 'r' }).props.key, () => library.Children.only([1]), () => library.cloneElement(null), () => renderToString(h(() => undefined)), () => renderToString([h('a'), h('b')]), () => library.createFactory('a')({ id: 1 }).type, () => library.lazy(() => 1)]) { try { print('fine', String(bad())); } catch (error) { print(error.message.slice(0, 200)); } }
      print(shouts);`,
  },
  {
    name: 'victory', script: 'victory/victory.js', before: page + still + react(false),
    work: `
      const { renderToStaticMarkup } = require('react-dom/server'), React = require('react'), h = React.createElement, L = library;
      const data = Array.from({ length: 20 }, (_, i) => ({ x: i, y: (i * 7919) % 23, y0: i % 3, size: i % 5, label: 'p' + i }));
      const plain = { standalone: true, width: 400, height: 300, animate: false };
      for (const [name, more] of [['VictoryLine', { interpolation: 'natural' }], ['VictoryBar', { horizontal: true, cornerRadius: 3 }], ['VictoryArea', {}], ['VictoryScatter', { bubbleProperty: 'size' }], ['VictoryPie', { innerRadius: 30, padAngle: 2 }], ['VictoryErrorBar', { errorX: 1, errorY: 2 }], ['VictoryCandlestick', { open: 'y', close: 'y0', high: 'y', low: 'y0' }], ['VictoryBoxPlot', { boxWidth: 10 }], ['VictoryVoronoi', {}], ['VictoryHistogram', { bins: 5 }]]) {
        try { print(name, renderToStaticMarkup(h(L[name], { ...plain, data, ...more }))); } catch (error) { print(name, error.message); }
      }
      print(renderToStaticMarkup(h(L.VictoryChart, { ...plain, theme: L.VictoryTheme.material, domainPadding: 10 }, h(L.VictoryStack, null, h(L.VictoryBar, { data }), h(L.VictoryBar, { data })), h(L.VictoryAxis, { tickFormat: (t) => t + '%' }), h(L.VictoryAxis, { dependentAxis: true, scale: 'sqrt' }), h(L.VictoryLegend, { data: [{ name: 'a' }, { name: 'b' }] }))));
      print(renderToStaticMarkup(h(L.VictoryPolarAxis, plain)), Object.keys(L).sort(), shouts);`,
  },
  {
    name: 'antd', script: 'antd/antd.js', before: page + still + "window.matchMedia = globalThis.matchMedia = () => ({ matches: false, addListener() {}, removeListener() {} });" + react(false),
    work: `
      const { renderToStaticMarkup } = require('react-dom/server'), ReactDOM = require('react-dom'), React = require('react'), moment = require('moment'), h = React.createElement, L = library;
      const rows = Array.from({ length: 12 }, (_, i) => ({ key: i, name: 'n' + (i * 7) % 12, age: (i * 5) % 9, children: i === 2 ? [{ key: 'c', name: 'child', age: 1 }] : undefined }));
      const pieces = { button: h(L.Button, { type: 'primary', loading: true, danger: true }, 'Go'), table: h(L.Table, { dataSource: rows, pagination: { pageSize: 5 }, rowSelection: {}, columns: [{ title: 'Name', dataIndex: 'name', sorter: (a, b) => a.name < b.name ? -1 : 1, defaultSortOrder: 'ascend' }, { title: 'Age', dataIndex: 'age', filters: [{ text: '1', value: 1 }] }] }),
        calendar: h(L.Calendar, { value: moment.utc('2024-02-29'), fullscreen: false }), select: h(L.Select, { mode: 'multiple', value: ['a'], open: false, options: [{ value: 'a', label: 'A' }] }), tree: h(L.Tree, { defaultExpandAll: true, checkable: true, treeData: [{ title: 'p', key: 'p', children: [{ title: 'q', key: 'q' }] }] }),
        pages: h(L.Pagination, { total: 95, current: 3, showSizeChanger: true }), steps: h(L.Steps, { current: 1 }, h(L.Steps.Step, { title: 'a' }), h(L.Steps.Step, { title: 'b' })), tabs: h(L.Tabs, { defaultActiveKey: '2' }, h(L.Tabs.TabPane, { tab: 'x', key: '1' }, 'X'), h(L.Tabs.TabPane, { tab: 'y', key: '2' }, 'Y')), slider: h(L.Slider, { range: true, defaultValue: [20, 50] }), progress: h(L.Progress, { type: 'circle', percent: 75 }), rate: h(L.Rate, { allowHalf: true, value: 2.5 }), text: h(L.Typography.Title, { level: 2, copyable: true }, 'T'), form: h(L.Form, { initialValues: { a: 'x' } }, h(L.Form.Item, { name: 'a', label: 'A', rules: [{ required: true }] }, h(L.Input)), h(L.Form.Item, { name: 'n' }, h(L.InputNumber, { min: 1 }))), menu: h(L.Menu, { mode: 'inline', openKeys: ['s'] }, h(L.Menu.SubMenu, { key: 's', title: 'S' }, h(L.Menu.Item, { key: 'i' }, 'I'))) };
      for (const [name, piece] of Object.entries(pieces)) { try { print(name, renderToStaticMarkup(piece)); } catch (error) { print(name, error.message); } }
      ReactDOM.render(h('div', null, Object.values(pieces).map((piece, i) => React.cloneElement(piece, { key: i }))), app);
      await pause(50); app.querySelector('.ant-table-column-sorters, th').click(); app.querySelector('.ant-tabs-tab').click(); app.querySelector('.ant-pagination-next').click(); app.querySelector('.ant-tree-checkbox').click(); await pause(100);
      print(app.innerHTML.replace(/rc-tabs-\\d+|rc_select_\\w+/g, 'id'), Object.keys(L).sort(), L.version); setImmediate(() => process.exit(0));`,
  },
  {
    name: 'echarts', script: 'echarts/echarts.js', before: page + still,
    work: `
      const numbers = Array.from({ length: 40 }, (_, i) => (i * 7919) % 53), draw = (option) => {
        const box = document.createElement('div'); Object.defineProperties(box, { clientWidth: { value: 600 }, clientHeight: { value: 400 } }); document.body.append(box);
        const chart = library.init(box, null, { renderer: 'svg', width: 600, height: 400 }); chart.setOption({ animation: false, ...option });
        print(box.innerHTML.replace(/zr\\d+-?\\w*/g, 'zr'), Object.keys(chart.getOption()).sort()); chart.dispose();
      };
      const axes = { xAxis: { type: 'category', data: numbers.map((n, i) => 'c' + i) }, yAxis: {} };
      draw({ ...axes, title: { text: 'T', subtext: 's' }, legend: {}, series: [{ name: 'a', type: 'bar', stack: 's', data: numbers }, { name: 'b', type: 'bar', stack: 's', data: numbers.slice().reverse() }, { name: 'l', type: 'line', smooth: true, areaStyle: {}, markLine: { data: [{ type: 'average' }] }, data: numbers }] });
      draw({ series: [{ type: 'pie', roseType: 'area', radius: ['20%', '60%'], label: { formatter: '{b}: {d}%' }, data: numbers.slice(0, 8).map((value, i) => ({ value: value + 1, name: 'n' + i })) }] });
      draw({ xAxis: { type: 'log', min: 1 }, yAxis: { scale: true }, visualMap: { min: 0, max: 53 }, dataZoom: [{ type: 'slider', start: 10, end: 70 }], series: [{ type: 'scatter', symbolSize: (v) => v[1] / 4, data: numbers.map((n, i) => [i + 1, n]) }] });
      draw({ radar: { indicator: [{ name: 'a', max: 60 }, { name: 'b', max: 60 }, { name: 'c', max: 60 }] }, series: [{ type: 'radar', data: [{ value: numbers.slice(0, 3) }] }] });
      draw({ series: [{ type: 'treemap', data: numbers.slice(0, 9).map((value, i) => ({ name: 'n' + i, value: value + 1 })) }] });
      draw({ series: [{ type: 'sankey', data: [{ name: 'a' }, { name: 'b' }, { name: 'c' }], links: [{ source: 'a', target: 'b', value: 5 }, { source: 'a', target: 'c', value: 3 }] }] });
      draw({ series: [{ type: 'sunburst', data: [{ name: 'x', children: [{ name: 'y', value: 2 }, { name: 'z', value: 3 }] }] }] });
      draw({ series: [{ type: 'gauge', data: [{ value: 42 }] }] }); draw({ series: [{ type: 'funnel', data: [{ value: 60, name: 'p' }, { value: 20, name: 'q' }] }] });
      draw({ dataset: { source: [['k', 'u', 'v'], ['a', 1, 2], ['b', 3, 4]] }, xAxis: { type: 'category' }, yAxis: {}, series: [{ type: 'bar' }, { type: 'bar' }] });
      draw({ ...axes, series: [{ type: 'candlestick', data: numbers.map((n) => [n, n + 3, n - 2, n + 5]) }, { type: 'custom', renderItem: (p, api) => ({ type: 'circle', shape: { cx: api.coord([p.dataIndex, 5])[0], cy: 9, r: 2 } }), data: numbers }] });
      print(library.version, library.format.formatTime('yyyy-MM-dd', 1e12, true), library.number.linearMap(5, [0, 10], [0, 1]), library.color.lift('#123456', 0.2), Object.keys(library).sort(), shouts); setImmediate(() => process.exit(0));`,
  },
  {
    name: 'three', script: 'three/three.js', before: still,
    work: `
      const T = library, round = (x) => JSON.stringify(x);
      for (const geometry of [new T.SphereBufferGeometry(1, 8, 6), new T.TorusKnotBufferGeometry(1, 0.3, 16, 4), new T.ExtrudeBufferGeometry(new T.Shape([new T.Vector2(0, 0), new T.Vector2(1, 0), new T.Vector2(0.5, 1)]), { depth: 1, bevelSegments: 2 }), new T.LatheBufferGeometry([new T.Vector2(1, 0), new T.Vector2(0.5, 1)], 5), new T.DodecahedronBufferGeometry(1, 1), new T.TubeBufferGeometry(new T.CatmullRomCurve3([new T.Vector3(), new T.Vector3(1, 2, 3), new T.Vector3(2, 0, 1)]), 9, 0.2, 4)]) { geometry.computeBoundingSphere(); geometry.computeVertexNormals(); print(geometry.type, round([...geometry.attributes.position.array].slice(0, 300)), geometry.index && geometry.index.count, round(geometry.boundingSphere)); }
      const scene = new T.Scene(), mesh = new T.Mesh(new T.BoxGeometry(1, 2, 3), new T.MeshStandardMaterial({ color: 0x336699 }));
      mesh.position.set(1, 2, 3); mesh.rotation.set(0.1, 0.2, 0.3, 'ZYX'); scene.add(new T.Group().add(mesh), new T.PointLight(0xff0000, 2), new T.Bone()); scene.updateMatrixWorld(true);
      const camera = new T.PerspectiveCamera(50, 1.5, 0.1, 100); camera.position.set(5, 5, 5); camera.lookAt(mesh.position); camera.updateMatrixWorld();
      const ray = new T.Raycaster(); ray.setFromCamera(new T.Vector2(0, 0), camera); print(round(ray.intersectObjects(scene.children, true).map(({ distance, point, faceIndex, uv }) => [distance, point, faceIndex, uv])));
      print(round(scene.toJSON()), round(new T.ObjectLoader().parse(scene.toJSON()).toJSON()).length);
      const clip = new T.AnimationClip('c', 2, [new T.VectorKeyframeTrack('.position', [0, 1, 2], [0, 0, 0, 1, 1, 1, 0, 3, 0], T.InterpolateSmooth), new T.QuaternionKeyframeTrack('.quaternion', [0, 2], [0, 0, 0, 1, 0, 1, 0, 0])]);
      const mixer = new T.AnimationMixer(mesh); mixer.clipAction(clip).setLoop(T.LoopPingPong, 3).play(); for (let i = 0; i < 9; i++) { mixer.update(0.3); print(round([mesh.position, mesh.quaternion.toArray()])); }
      print(new T.Color('hsl(120, 50%, 50%)').getHexString(), new T.Matrix4().makeRotationFromEuler(new T.Euler(1, 2, 3)).invert().elements, new T.Box3().setFromObject(mesh), new T.Frustum().setFromProjectionMatrix(camera.projectionMatrix).intersectsObject(mesh), T.ShapeUtils.triangulateShape([new T.Vector2(0, 0), new T.Vector2(4, 0), new T.Vector2(4, 4), new T.Vector2(0, 4)], []), T.ShaderLib.physical.fragmentShader.length, T.REVISION, Object.keys(T).sort(), shouts);`,
  },
  {
    name: 'typescript', script: 'typescript/typescript.js', before: still + "globalThis.__filename = '/typescript.js';",
    work: `
      const ts = library, lib = 'interface Array<T>{length:number;[n:number]:T;map<U>(f:(t:T)=>U):U[]} interface Boolean{} interface Function{} interface CallableFunction extends Function{} interface NewableFunction extends Function{} interface IArguments{} interface Number{toFixed(n?:number):string} interface Object{} interface RegExp{} interface String{length:number;toUpperCase():string} interface Promise<T>{then<U>(f:(t:T)=>U):Promise<U>} type Partial<T>={[K in keyof T]?:T[K]}; type Record<K extends string,T>={[P in K]:T}; declare var Promise:any; declare function log(...a:any[]):void;';
      const source = \`enum Kind { A = 1, B = A << 2, C = 'x'.length } namespace N { export const v = Kind.B; export namespace M { export type T<X> = X extends (infer U)[] ? U : never } }
        abstract class Base<T extends { id: number }> { static #count = 0; constructor(protected readonly items: T[], private name?: string) { Base.#count++; } abstract get size(): number; *walk() { yield* [1, 2]; } async load({ a = 1, ...rest }: { a?: number, b: string }) { for await (const x of [rest]) log(x?.b ?? a ** 2); } }
        @((c: any) => c) class D extends Base<{ id: number, s?: string }> { get size() { return this.items.map(({ s }) => s?.length ?? 0).length; } @((t: any, k: string) => {}) m<K extends keyof this>(k: K): this[K] { return this[k]; } accessor!: string; }
        function over(a: string): number; function over(a: number): string; function over(a: any): any { switch (typeof a) { case 'string': return a.length; default: return \\\`\\\${a}!\\\`; } }
        const bad: number = over(1); let u: N.M.T<string[]> = 5; type P = Partial<Record<'a' | 'b', 1>>; const p: P = { c: 1 }; function nothing(x: string | number) { if (typeof x === 'string') return x.toFixed(); x satisfies number; } export default class extends D { override nope() {} } export { over as o }; label: for (const q of [1]) { continue label; } let t = <T,>(x: T) => x; declare global { interface Window { z: 1 } } unknownName(); const jsx = 1 as const; import type { Q } from './q'; import fs = require('fs');\`;
      for (const target of ['ES3', 'ES5', 'ES2015', 'ES2018', 'ESNext']) for (const module of ['CommonJS', 'ESNext', 'System', 'UMD']) {
        const { outputText, diagnostics } = ts.transpileModule(source, { reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget[target], module: ts.ModuleKind[module], experimentalDecorators: true, importHelpers: false } });
        print(target, module, outputText, diagnostics.map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\\n')));
      }
      const files = { 'lib.d.ts': lib, 'a.ts': source }, outputs = {};
      const options = { target: ts.ScriptTarget.ES2020, noLib: false, strict: true, declaration: true, sourceMap: true, experimentalDecorators: true };
      const host = { fileExists: (f) => f in files, readFile: (f) => files[f], getSourceFile: (f, l) => files[f] && ts.createSourceFile(f, files[f], l, true), getDefaultLibFileName: () => 'lib.d.ts', writeFile: (f, t) => { outputs[f] = t; }, getCurrentDirectory: () => '', getCanonicalFileName: (f) => f, useCaseSensitiveFileNames: () => true, getNewLine: () => '\\n' };
      const program = ts.createProgram(['a.ts'], options, host); program.emit();
      print(ts.getPreEmitDiagnostics(program).map((d) => [d.code, d.start, ts.flattenDiagnosticMessageText(d.messageText, '\\n')]), outputs);
      const service = ts.createLanguageService({ ...host, getCompilationSettings: () => options, getScriptFileNames: () => ['a.ts'], getScriptVersion: () => '1', getScriptSnapshot: (f) => files[f] && ts.ScriptSnapshot.fromString(files[f]) });
      print(service.getFormattingEditsForDocument('a.ts', ts.getDefaultFormatCodeSettings('\\n')), service.getNavigationTree('a.ts'), service.getQuickInfoAtPosition('a.ts', source.indexOf('over(1)')), service.getReferencesAtPosition('a.ts', source.indexOf('items')), service.getCompletionsAtPosition('a.ts', source.indexOf('this.items') + 5).entries.map((e) => e.name), service.getSemanticClassifications('a.ts', { start: 0, length: 800 }));
      let kinds = 0; const big = readFileSync(join(modules, 'lodash/lodash.js'), 'utf8'); const hash = createHash('sha256'); (function visit(node) { kinds++; hash.update(node.kind + ':' + node.pos + ':' + node.end); ts.forEachChild(node, visit); })(ts.createSourceFile('l.js', big, ts.ScriptTarget.Latest)); print(kinds, hash.digest('hex'), ts.transpile(big, { target: ts.ScriptTarget.ES5, removeComments: true }).length);`,
  },
];
