// Is the city talking to us, and what does it say?

const HIDDEN_MS = 30_000;
const RETRY_MS = 5_000;
const QUIET_MS = 20_000;

/** Announces what the city says by its kind, `state` when that changes, and `open` when it begins or goes on. */
export class LiveStream extends EventTarget {
  constructor(api) {
    super();
    this.api = api;
    this.number = null; // of the last event known already
    this.listener = null;
    this.connected = false;
    this.state = null;
    this.heardAt = Date.now();
    this.rest = null;
    document.addEventListener("visibilitychange", () => this.visible());
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", () => this.visible());
    setInterval(() => this.listen(), 2000);
  }

  open() {
    this.close();
    this.listener = new Worker("/static/map/listener.js");
    this.listener.addEventListener("message", ({ data }) => {
      if (data.kind) this.hear(data);
      else this.turn(data.state);
    });
    this.listener.postMessage(this.number ? `/v1/live?since=${this.number}` : "/v1/live");
  }

  close() {
    this.listener?.terminate();
    this.listener = null;
    this.connected = false;
  }

  hear({ kind, text, number }) {
    this.heardAt = Date.now();
    if (number) this.number = number;
    this.tell("live");
    this.dispatchEvent(new CustomEvent(kind, { detail: JSON.parse(text) }));
  }

  turn(state) {
    this.connected = state === "open";
    if (this.connected) this.heardAt = Date.now();
    this.tell(this.connected ? "live" : "interrupted");
    if (this.connected) this.dispatchEvent(new Event("open"));
    if (state === "refused") this.refused();
  }

  tell(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }

  /** A stream that is merely cut comes back by itself; one that was refused never does. */
  async refused() {
    this.close();
    await this.api.stillSignedIn();
    setTimeout(() => document.hidden || this.listener || this.open(), RETRY_MS);
  }

  listen() {
    const quiet = Date.now() - this.heardAt > QUIET_MS;
    if (this.connected) this.tell(quiet ? "quiet" : "live");
  }

  /** A hidden tab gives its connection back: a browser has six for each server. */
  visible() {
    clearTimeout(this.rest);
    if (document.hidden) this.rest = setTimeout(() => this.close(), HIDDEN_MS);
    else if (!this.listener && this.state) this.open();
  }
}
