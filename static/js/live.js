// <section data-live-stamp-url data-live-fragment-url>: ask for the stamp every 2 s while the page is seen; 304 = nothing
// new, 200 = fetch the fragment, 204 or signed out = stop. A slow or broken link is asked less often, up to once a minute.
(() => {
  const root = document.documentElement;
  const t = (id, en) => (root.lang === 'en' ? en : id);
  for (const el of document.querySelectorAll('[data-live-stamp-url]')) {
    const note = document.querySelector('[data-live-time]');
    const every = Number(el.dataset.liveEvery) || 2000;
    let etag = el.dataset.liveStamp || '';
    let wait = every;
    let timer, busy, done;
    const plan = () => { clearTimeout(timer); timer = setTimeout(look, wait); };
    async function swap(url) {
      if (window.htmx) return htmx.ajax('GET', url, { target: el, swap: 'innerHTML' });
      const answer = await fetch(url, { headers: { 'HX-Request': 'true' } });
      if (!answer.ok) throw answer;
      el.innerHTML = await answer.text();
    }
    async function look() {
      if (document.hidden || busy || done || !el.isConnected) return;
      busy = true;
      const start = performance.now();
      try {
        const answer = await fetch(el.dataset.liveStampUrl, { cache: 'no-store', redirect: 'manual', headers: etag ? { 'If-None-Match': etag } : {} });
        done = answer.type === 'opaqueredirect' || [204, 401, 403].includes(answer.status);
        if (answer.status === 200) {
          const fresh = answer.headers.get('ETag') || (await answer.text());
          if (fresh !== etag) await swap(el.dataset.liveFragmentUrl);
          etag = fresh;
        } else if (!done && answer.status !== 304) throw answer;
        const took = performance.now() - start;
        wait = took > 1500 ? Math.min(60000, took * 4) : every;
        if (note && !done) note.textContent = `${t('diperbarui', 'updated')} ${new Date().toLocaleTimeString(t('id-ID', 'en-GB'), { hour12: false, timeZone: root.dataset.tz || undefined })}`;
      } catch {
        wait = Math.min(60000, wait * 2);
        if (note) note.textContent = t('sambungan terputus, dicoba lagi', 'no connection, trying again');
      }
      busy = false;
      if (!done) plan();
    }
    const again = () => { wait = every; look(); };
    document.addEventListener('visibilitychange', again);
    window.addEventListener('online', again);
    plan();
  }
})();
