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

/** Make the rows of a list be exactly `items`, reusing what is there so that focus stays. */
export function keep(list, items, key, make, update) {
  const old = new Map([...list.children].map((row) => [row.dataset.key, row]));
  let place = list.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let row = old.get(name);
    old.delete(name);
    if (!row) {
      row = make(item);
      row.dataset.key = name;
    }
    if (row === place) place = place.nextElementSibling;
    else list.insertBefore(row, place);
    update(row, item);
  }
  for (const row of old.values()) row.remove();
}
