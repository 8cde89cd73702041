// How do we ask the city, and how do we tell it what an inspector decided?

export class Refused extends Error {}

export class Api {
  async get(path) {
    return this.answer(await fetch(path, { headers: { Accept: "application/json" } }));
  }

  /** Send a change; the header proves that a page of ours sent it. */
  async post(path, body = {}) {
    const headers = { "Content-Type": "application/json", "X-Octroi-Csrf": "1" };
    return this.answer(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
  }

  async answer(response) {
    if (response.status === 401) this.signIn();
    const text = await response.text();
    const json = /json/.test(response.headers.get("Content-Type") ?? "");
    const body = json && text ? JSON.parse(text) : null;
    if (!response.ok) throw new Refused(body?.detail ?? body?.title ?? `HTTP ${response.status}`);
    return body;
  }

  async stillSignedIn() {
    try {
      const response = await fetch("/v1/alerts?state=open&limit=1");
      if (response.status === 401) this.signIn();
    } catch {
      // The server is away; the stream is tried again later.
    }
  }

  signIn() {
    location.assign("/login?next=/map");
  }
}
