// What does the city say? Hears its stream beside the page, which so never waits for it.
// A page with an open stream of its own would never count as loaded for who takes its picture.

const KINDS = ["snapshot", "operators", "positions", "alert"];

addEventListener("message", ({ data: address }) => {
  const source = new EventSource(address);
  source.addEventListener("open", () => postMessage({ state: "open" }));
  source.addEventListener("error", () =>
    postMessage({ state: source.readyState === EventSource.CLOSED ? "refused" : "cut" }));
  for (const kind of KINDS) {
    source.addEventListener(kind, ({ data, lastEventId }) =>
      postMessage({ kind, text: data, number: lastEventId }));
  }
});
