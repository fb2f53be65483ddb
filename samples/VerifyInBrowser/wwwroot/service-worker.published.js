// Keeps everything that the page consists of when it is first loaded, each file as its published hash says, and answers from there.
self.importScripts('./service-worker-assets.js');

const prefix = 'verify-receipts-';
const name = prefix + self.assetsManifest.version;

self.addEventListener('install', event => event.waitUntil((async () => {
  const cache = await caches.open(name);
  await cache.addAll(self.assetsManifest.assets
    .filter(asset => asset.url !== 'service-worker.js')
    .map(asset => new Request(asset.url, { integrity: asset.hash, cache: 'no-cache' })));
})()));

self.addEventListener('activate', event => event.waitUntil((async () => {
  const old = (await caches.keys()).filter(key => key.startsWith(prefix) && key !== name);
  await Promise.all(old.map(key => caches.delete(key)));
  await self.clients.claim();
})()));

self.addEventListener('fetch', event => event.respondWith((async () => {
  if (event.request.method !== 'GET') return fetch(event.request);
  const cache = await caches.open(name);
  return await cache.match(event.request.mode === 'navigate' ? 'index.html' : event.request) ?? fetch(event.request);
})()));
