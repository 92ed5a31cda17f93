/*
 * Lets the check-in page open without network. It keeps the page's shell and static files and nothing else: whatever
 * holds a name (lists, searches, answers) goes straight to the network and is never kept.
 * Served by activities.views.checkins.serve_worker, so that its scope is /activities/check-in/.
 */
(function () {
  "use strict";

  const SHELL = "check-in-shell-1";
  const MOST_PAGES = 10;
  const PATIENCE = 5000; // a door has no time for a network that is there but does not answer
  const PAGE = /\/check-in\/\d+\/$/;
  const HASHED = /\.[0-9a-f]{12}\./; // a name that changes with the content never goes stale

  async function keep(url) {
    const response = await fetch(url, { credentials: "same-origin" });
    if (response.ok && !response.redirected) await (await caches.open(SHELL)).put(url, response);
  }

  async function keepAll(urls) {
    await Promise.allSettled(urls.map(keep));
    const shell = await caches.open(SHELL);
    const pages = (await shell.keys()).filter((request) => PAGE.test(new URL(request.url).pathname));
    await Promise.all(pages.slice(0, Math.max(0, pages.length - MOST_PAGES)).map((page) => shell.delete(page)));
  }

  async function fromNetwork(request, address) {
    const response = await fetch(request);
    if (response.ok && !response.redirected) await (await caches.open(SHELL)).put(address, response.clone());
    return response;
  }

  async function answer(request, address) {
    const kept = await (await caches.open(SHELL)).match(address);
    if (kept && HASHED.test(address)) return kept;
    const asked = fromNetwork(request, address);
    if (!kept) return asked;
    asked.catch(() => {});
    const tired = new Promise((resolve) => { setTimeout(() => resolve(kept), PATIENCE); });
    return Promise.race([asked, tired]).catch(() => kept);
  }

  self.addEventListener("install", () => self.skipWaiting());

  self.addEventListener("activate", (event) => {
    const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== SHELL && name.startsWith("check-in-shell")).map((name) => caches.delete(name))));
    event.waitUntil(Promise.all([old, self.clients.claim()]));
  });

  self.addEventListener("message", (event) => {
    if (event.data && event.data.keep) event.waitUntil(keepAll(event.data.keep));
  });

  self.addEventListener("fetch", (event) => {
    const request = event.request;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) return;
    const isPage = request.mode === "navigate" && PAGE.test(url.pathname);
    if (isPage || url.pathname.startsWith("/static/")) event.respondWith(answer(request, url.pathname));
  });
})();
