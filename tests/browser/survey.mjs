// What runs inside a page to read its computed styles. Each function is sent to the page as text and so stands alone.

/** The names of all custom properties that its sheets, its style attributes and its registrations speak of. */
export function customNames() {
  const names = new Set();
  const declared = (style) => { for (const name of style) if (name.startsWith('--')) names.add(name); };
  const read = (rules) => {
    for (const rule of rules) {
      if (rule.style) declared(rule.style);
      if (rule instanceof CSSPropertyRule) names.add(rule.name);
      if (rule.styleSheet) sheet(rule.styleSheet);
      if (rule.cssRules) read(rule.cssRules);
    }
  };
  const sheet = (one) => { try { read(one.cssRules); } catch { /* of another origin: nobody can read it */ } };
  const tree = (root) => {
    for (const one of [...root.styleSheets, ...root.adoptedStyleSheets]) sheet(one);
    for (const element of root.querySelectorAll('*')) {
      if (element.style) declared(element.style);
      if (element.shadowRoot) tree(element.shadowRoot);
    }
  };
  tree(document);
  return [...names];
}

/**
 * The computed styles of the page: without `wanted` how many elements there are and a digest for each (evenly spread ones of the largest
 * pages), its ::before and its ::after; with it, for each of
 * these numbers, where that is and what its properties are. `spellings`: one name for each file that has several.
 */
export function survey({ spellings, custom, wanted }) {
  const PSEUDO = [undefined, '::before', '::after'];
  const FAR_ENOUGH = 0.37;
  const MOST = 8000;

  /** Lets transitions end and stops animations at one place; what ends may let others begin. */
  function stand() {
    for (let round = 0; round < 20; round += 1) {
      const moving = document.getAnimations().filter((animation) => animation instanceof CSSTransition || animation.playState !== 'paused');
      if (moving.length === 0) return;
      for (const animation of moving) {
        if (animation instanceof CSSTransition) { animation.finish(); continue; }
        animation.pause();
        const { delay, duration } = animation.effect.getComputedTiming();
        // Those that follow the scrolling have no time to be set.
        if (animation.timeline instanceof DocumentTimeline && Number.isFinite(duration)) animation.currentTime = delay + duration * FAR_ENOUGH;
      }
    }
  }

  const byEnd = new Map(Object.entries(spellings).map(([one, other]) => [one.split('/').pop(), other.split('/').pop()]));
  const plainAddress = (address) => {
    if (/^data:/i.test(address)) return address.slice(0, address.search(/[;,]/));
    const [whole, tail = ''] = address.split(/(?=[?#])/);
    if (whole.startsWith(location.origin)) {
      const file = decodeURIComponent(whole.slice(location.origin.length + 1));
      return `/${spellings[file] ?? file}${tail}`;
    }
    // As it was written, in a custom property.
    const end = decodeURIComponent(whole.slice(whole.lastIndexOf('/') + 1));
    return whole.slice(0, whole.lastIndexOf('/') + 1) + (byEnd.get(end) ?? end) + tail;
  };
  const ADDRESS = /url\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^)"']*?))\s*\)/g;
  const plain = (value) => (value.includes('url(') ? value.replace(ADDRESS, (_, one, two, three) => `url(${plainAddress(one ?? two ?? three)})`) : value);

  function digest(text) {
    let high = 0xdeadbeef, low = 0x41c6ce57;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      high = Math.imul(high ^ code, 2654435761);
      low = Math.imul(low ^ code, 1597334677);
    }
    return (high >>> 0) * 0x200000 + (low >>> 11);
  }

  const elements = [];
  const collect = (root) => {
    for (const element of root.querySelectorAll('*')) {
      elements.push(element);
      if (element.shadowRoot) collect(element.shadowRoot);
    }
  };

  /** A list at its top-level commas. */
  function parts(text) {
    const found = [''];
    let depth = 0;
    for (const letter of text) {
      if (letter === '(') depth += 1;
      if (letter === ')') depth -= 1;
      if (letter === ',' && depth === 0) found.push('');
      else found[found.length - 1] += letter;
    }
    return found.map((part) => part.trim());
  }

  /** A gradient without what it has anyway: the direction downwards, and the ends of its first and last colour. */
  function plainGradient(text) {
    const [head, ...stops] = parts(text);
    const all = /^(180deg|to bottom)$/.test(head) ? stops : [head, ...stops];
    const first = all.findIndex((part) => /^(rgb|color|#|[a-z]+\b(?! at |deg))/.test(part) && !/^(to|at|from|circle|ellipse|closest|farthest|in)\b/.test(part));
    if (first >= 0) all[first] = all[first].replace(/ 0(%|px|deg)$/, '');
    all[all.length - 1] = all.at(-1).replace(/ (100%|360deg)$/, '');
    return all.join(', ');
  }

  /** Every gradient of a value in its plain form. */
  function plainImage(value) {
    const at = /-gradient\(/g;
    let plained = '', end = 0;
    for (let match = at.exec(value); match; match = at.exec(value)) {
      let depth = 1, close = at.lastIndex;
      for (; close < value.length && depth > 0; close += 1) depth += value[close] === '(' ? 1 : value[close] === ')' ? -1 : 0;
      plained += `${value.slice(end, at.lastIndex)}${plainGradient(value.slice(at.lastIndex, close - 1))})`;
      end = close;
      at.lastIndex = close;
    }
    return plained + value.slice(end);
  }

  // A place of nothing of a length is nothing: `background:0 0` is the short form of `background:none`.
  const valueOf = (style, name) => {
    const value = style.getPropertyValue(name);
    if (/-(position|origin)(-[xy])?$/.test(name)) return value.replace(/\b0px\b/g, '0%');
    return value.includes('(') ? plainImage(plain(value)) : value;
  };
  const customOf = (style, name) => plain(style.getPropertyValue(name)).trim();

  function place(element) {
    const steps = [];
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
      const same = at.parentElement ? [...at.parentElement.children].filter(({ localName }) => localName === at.localName) : [at];
      steps.unshift(at.localName + (at.id ? `#${at.id}` : '') + (same.length > 1 ? `:nth-of-type(${same.indexOf(at) + 1})` : ''));
      if (at.id) break;
    }
    return steps.join('>') + [...element.classList].map((name) => `.${name}`).join('');
  }

  stand();
  collect(document);
  const every = Math.ceil(elements.length / MOST), all = elements.length;
  const looked = elements.filter((_, index) => index % every === 0);
  // Newer browsers list custom properties as well, in an order of their own.
  const properties = [...getComputedStyle(document.documentElement)].filter((name) => !name.startsWith('--'));
  if (properties.length < 100) throw new Error(`only ${properties.length} properties to compare`);
  if (!wanted) {
    return { all, digests: looked.flatMap((element) => PSEUDO.map((pseudo) => {
      const style = getComputedStyle(element, pseudo);
      // Without content there is no such box, and its other properties are nobody's.
      if (pseudo && /^(none|normal)$/.test(style.content)) return digest(style.content);
      const own = pseudo ? '' : custom.map((name) => customOf(style, name)).join('\n');
      return digest(`${element.localName}\n${properties.map((name) => valueOf(style, name)).join('\n')}\n${own}`);
    })) };
  }
  // As text: the protocol takes far longer for values.
  return JSON.stringify(wanted.map((index) => {
    const element = looked[Math.floor(index / PSEUDO.length)], pseudo = PSEUDO[index % PSEUDO.length];
    const style = getComputedStyle(element, pseudo);
    const bare = pseudo && /^(none|normal)$/.test(style.content);
    const values = Object.fromEntries((bare ? ['content'] : properties).map((name) => [name, valueOf(style, name)]));
    if (!pseudo) for (const name of custom) values[name] = customOf(style, name);
    return { place: place(element) + (pseudo ?? ''), values: { element: element.localName, ...values } };
  }));
}
