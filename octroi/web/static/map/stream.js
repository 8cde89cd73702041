// Is the city talking to us, and what does it say?

const HIDDEN_MS = 30_000;
const RETRY_MS = 5_000;
const QUIET_MS = 20_000;

/** Announces `snapshot`, `positions` and `alert` with their data, and `state` when that changes. */
export class LiveStream extends EventTarget {
  constructor(api) {
    super();
    this.api = api;
    this.source = null;
    this.state = "connecting";
    this.heardAt = Date.now();
    this.rest = null;
    document.addEventListener("visibilitychange", () => this.visible());
    addEventListener("pagehide", () => this.close());
    setInterval(() => this.listen(), 2000);
  }

  open() {
    this.close();
    this.source = new EventSource("/v1/live");
    this.source.addEventListener("open", () => this.tell("live"));
    this.source.addEventListener("error", () => this.broken());
    for (const kind of ["snapshot", "positions", "alert"]) {
      this.source.addEventListener(kind, (event) => this.hear(kind, event.data));
    }
  }

  close() {
    this.source?.close();
    this.source = null;
  }

  hear(kind, text) {
    this.heardAt = Date.now();
    this.tell("live");
    this.dispatchEvent(new CustomEvent(kind, { detail: JSON.parse(text) }));
  }

  tell(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }

  /** A stream that is merely cut comes back by itself; one that was refused never does. */
  async broken() {
    this.tell("interrupted");
    if (this.source?.readyState !== EventSource.CLOSED) return;
    this.close();
    await this.api.stillSignedIn();
    setTimeout(() => document.hidden || this.source || this.open(), RETRY_MS);
  }

  listen() {
    const quiet = Date.now() - this.heardAt > QUIET_MS;
    if (this.source?.readyState === EventSource.OPEN) this.tell(quiet ? "quiet" : "live");
  }

  /** A hidden tab gives its connection back: a browser has six for each server. */
  visible() {
    clearTimeout(this.rest);
    if (document.hidden) this.rest = setTimeout(() => this.close(), HIDDEN_MS);
    else if (!this.source) this.open();
  }
}
