// Which words did the page bring for its script?

/** Return a function from a key to its text, `{name}` replaced by the values given. */
export function words() {
  const all = document.getElementById("words").content.querySelectorAll("data");
  const texts = new Map([...all].map((each) => [each.value, each.textContent]));
  return (key, values = {}) => (texts.get(key) ?? key.split(".").at(-1)).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
