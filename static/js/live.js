// <section id="…" data-live-stamp-url="…" data-live-fragment-url="…">: ask for the stamp every two seconds
// while the page is seen; 304 = nothing new, 200 = fetch the fragment into the section (204 = stop for good).
// Slow or failing links are asked less often, up to once a minute. data-live-time shows when.
(() => {
  const en = document.documentElement.lang === 'en';
  const zone = document.documentElement.dataset.tz;
  const clock = () => new Date().toLocaleTimeString(en ? 'en-GB' : 'id-ID', { hour12: false, ...(zone && { timeZone: zone }) });
  for (const el of document.querySelectorAll('[data-live-stamp-url]')) {
    const note = document.querySelector(el.dataset.liveNote || '[data-live-time]');
    const every = Number(el.dataset.liveEvery) || 2000;
    let etag = el.dataset.liveStamp || '';
    let wait = every;
    let timer;
    let busy = false;
    let done = false;
    const plan = () => { clearTimeout(timer); timer = setTimeout(look, wait); };
    async function swap() {
      const url = el.dataset.liveFragmentUrl;
      if (window.htmx) {
        await htmx.ajax('GET', url, { target: el, swap: el.dataset.liveSwap || 'innerHTML' });
      } else {
        const answer = await fetch(url, { headers: { 'HX-Request': 'true' } });
        if (!answer.ok) throw new Error(answer.status);
        el.innerHTML = await answer.text();
      }
    }
    async function look() {
      if (document.hidden || busy || done || !el.isConnected) return;
      busy = true;
      const start = performance.now();
      try {
        const answer = await fetch(el.dataset.liveStampUrl, { cache: 'no-store', redirect: 'manual', headers: etag ? { 'If-None-Match': etag } : {} });
        if (answer.status === 204 || answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403) done = true;
        else if (answer.status === 200) {
          const fresh = answer.headers.get('ETag') || (await answer.text());
          if (fresh !== etag) await swap();
          etag = fresh;
        } else if (answer.status !== 304) throw new Error(answer.status);
        const took = performance.now() - start;
        wait = took > 1500 ? Math.min(60000, Math.max(wait, took * 4)) : every;
        if (note && !done) note.textContent = `${en ? 'updated' : 'diperbarui'} ${clock()}`;
      } catch {
        wait = Math.min(60000, wait * 2);
        if (note) note.textContent = en ? 'no connection, trying again' : 'sambungan terputus, dicoba lagi';
      }
      busy = false;
      if (!done) plan();
    }
    document.addEventListener('visibilitychange', () => { if (!document.hidden) { wait = every; look(); } });
    window.addEventListener('online', () => { wait = every; plan(); });
    plan();
  }
})();
