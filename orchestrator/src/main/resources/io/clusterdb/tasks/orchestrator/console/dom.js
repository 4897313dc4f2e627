// Draws trees of elements and changes only what differs from the tree before. Text is always text:
// there is no way to hand over markup.

const SVG = 'http://www.w3.org/2000/svg';
const PROPERTIES = new Set(['value', 'checked', 'indeterminate', 'open', 'selected']);
const SAFE_LINK = /^(#|\.{1,2}\/|https?:\/\/)/;

/** An element: its name, its attributes, and what is in it: elements, texts, or lists of them. */
export function h(tag, props, ...kids) {
  return { tag, props: props ?? {}, kids: flat(kids, []), key: props?.key, node: null };
}

// What is absent keeps its place as an empty text, so that what follows it is found again.
function flat(kids, out) {
  for (const kid of kids) {
    if (Array.isArray(kid)) flat(kid, out);
    else if (kid === null || kid === undefined || kid === false || kid === true) out.push(text(''));
    else out.push(typeof kid === 'object' ? kid : text(String(kid)));
  }
  return out;
}

function text(value) {
  return { tag: null, text: value, node: null };
}

const drawn = new WeakMap();

/** Makes an element contain this tree. */
export function draw(root, tree) {
  const kids = flat([tree], []);
  children(root, drawn.get(root) ?? [], kids, false);
  drawn.set(root, kids);
}

function make(v, svg) {
  if (v.tag === null) return (v.node = document.createTextNode(v.text));
  const inSvg = svg || v.tag === 'svg';
  const node = inSvg ? document.createElementNS(SVG, v.tag) : document.createElement(v.tag);
  v.node = node;
  for (const kid of v.kids) node.appendChild(make(kid, inSvg));
  for (const [name, value] of Object.entries(v.props)) set(node, name, value);
  return node;
}

function update(old, v, svg) {
  const node = (v.node = old.node);
  if (v.tag === null) {
    if (old.text !== v.text) node.data = v.text;
    return;
  }
  children(node, old.kids, v.kids, svg || v.tag === 'svg');
  for (const name of Object.keys(old.props)) {
    if (!(name in v.props)) set(node, name, undefined);
  }
  for (const [name, value] of Object.entries(v.props)) {
    if (name === 'value' && node === document.activeElement) continue; // somebody is typing
    if (PROPERTIES.has(name) ? node[name] !== value : old.props[name] !== value) set(node, name, value);
  }
}

function children(parent, olds, news, svg) {
  const keyed = new Map();
  const plain = [];
  for (const old of olds) {
    if (old.key === undefined) plain.push(old);
    else keyed.set(old.key, old);
  }
  const kept = new Set();
  let at = 0;
  for (const v of news) {
    const old = v.key === undefined ? plain[at++] : keyed.get(v.key);
    if (old && old.tag === v.tag && !kept.has(old)) {
      kept.add(old);
      update(old, v, svg);
    } else {
      make(v, svg);
    }
  }
  for (const old of olds) if (!kept.has(old)) old.node.remove();
  let place = parent.firstChild;
  for (const v of news) {
    if (v.node === place) place = place.nextSibling;
    else parent.insertBefore(v.node, place);
  }
}

function set(node, name, value) {
  if (name === 'key') return;
  if (name.startsWith('on')) node[name] = value ?? null;
  else if (PROPERTIES.has(name)) node[name] = value ?? (name === 'value' ? '' : false);
  else if (value === undefined || value === null || value === false) node.removeAttribute(name);
  else if (name === 'href' && !SAFE_LINK.test(value)) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? '' : String(value));
}
