// While developing, nothing is cached: a change is seen at the next load.
self.addEventListener('fetch', () => { });
