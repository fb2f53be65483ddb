// Files that are dropped anywhere on the page go to the input that they belong to.
(() => {
  const isTrust = async file => !file.name.endsWith('.jsonl') && (await file.slice(0, 4096).text()).includes('"concord-trust"');

  const give = (id, file) => {
    const input = document.getElementById(id);
    const files = new DataTransfer();
    files.items.add(file);
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  };

  addEventListener('dragover', event => {
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  addEventListener('dragleave', event => {
    if (event.relatedTarget === null) document.body.classList.remove('dropping');
  });
  addEventListener('drop', async event => {
    event.preventDefault();
    document.body.classList.remove('dropping');
    // The trust file first: the bundle is then verified once, against it.
    const files = await Promise.all([...event.dataTransfer.files].map(async file => ({ file, trust: await isTrust(file) })));
    files.sort((a, b) => b.trust - a.trust);
    for (const { file, trust } of files) give(trust ? 'trust' : 'bundle', file);
  });

  const say = text => { document.getElementById('offline').textContent = text; };
  if ('serviceWorker' in navigator)
    navigator.serviceWorker.register('service-worker.js', { updateViaCache: 'none' })
      .then(() => navigator.serviceWorker.ready)
      .then(() => say('Kept in this browser: it works without a network from here on.'))
      .catch(() => say(''));
})();
