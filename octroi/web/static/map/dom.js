// How does a value become something on the page? Always as text or attribute, never as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Make an HTML element; strings among the children become text nodes. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Make an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Set an element's text only when it changes, so that readers and selections are left in peace. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Make the rows of a list be exactly `items`, reusing what is there. While someone is inside the
 * list its rows stay in their order, and new ones come on top: a row that moves loses the focus.
 */
export function keep(list, items, key, make, update) {
  const wanted = new Map(items.map((item) => [String(key(item)), item]));
  for (const row of [...list.children]) if (!wanted.has(row.dataset.key)) row.remove();
  const old = new Map([...list.children].map((row) => [row.dataset.key, row]));
  const order = list.contains(document.activeElement) ? settled(wanted, old) : wanted.keys();
  let place = list.firstElementChild;
  for (const name of [...order]) {
    const item = wanted.get(name);
    const row = old.get(name) ?? make(item);
    row.dataset.key = name;
    if (row === place) place = place.nextElementSibling;
    else list.insertBefore(row, place);
    update(row, item);
  }
}

function settled(wanted, old) {
  return [...[...wanted.keys()].filter((name) => !old.has(name)), ...old.keys()];
}
