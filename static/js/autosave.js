// <form data-autosave-url="…"> posts itself while the person writes. The answer is JSON:
// 200 {"saved_at": "10.42 WITA", "version": 7} | 409 {"message": "…"} | 401/403 or a redirect: signed out.
// A "version" goes into the form's input of that name. Files are not sent.
(() => {
  const en = document.documentElement.lang === 'en';
  const t = (id, english) => (en ? english : id);
  for (const form of document.querySelectorAll('form[data-autosave-url]')) {
    const box = document.querySelector('[data-save-state]');
    const text = box?.querySelector('[data-save-text]') || box;
    let timer;
    let busy = false;
    let dirty = false;
    let stopped = false;
    let failures = 0;
    const say = (message, tone, link) => {
      if (!box) return;
      box.dataset.tone = tone || '';
      text.textContent = message;
      if (link) {
        text.append(' ', Object.assign(document.createElement('a'), { href: link, target: '_blank', rel: 'noopener', textContent: t('Masuk lagi di tab baru', 'Sign in again in a new tab') }));
      }
    };
    const plan = (ms) => {
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(save, ms);
    };
    async function save(keepalive) {
      if (!dirty || busy || stopped) return;
      busy = true;
      dirty = false;
      const data = new FormData(form);
      for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
      say(t('Menyimpan…', 'Saving…'));
      try {
        const answer = await fetch(form.dataset.autosaveUrl, {
          method: 'POST', body: data, redirect: 'manual', keepalive: keepalive === true,
          headers: { 'X-CSRFToken': form.elements.csrfmiddlewaretoken?.value || '', Accept: 'application/json' },
        });
        if (answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403) {
          dirty = true;
          say(t('Sesi Anda berakhir. Teks Anda tetap ada di halaman ini.', 'Your session has ended. Your text is still on this page.'), 'warning', form.dataset.signinUrl || '/masuk/');
          plan(15000);
        } else if (answer.status === 409) {
          stopped = true;
          say((await answer.json()).message || t('Draf ini diubah di tempat lain.', 'This draft was changed elsewhere.'), 'danger');
        } else if (answer.ok) {
          const saved = await answer.json();
          failures = 0;
          if (saved.version !== undefined && form.elements.version) form.elements.version.value = saved.version;
          if (!dirty) say(`${t('Draf disimpan', 'Draft saved')} ${saved.saved_at || ''}`, 'success');
        } else if (answer.status < 500 && answer.status !== 429) {
          say(t('Belum tersimpan. Periksa isian Anda.', 'Not saved yet. Please check what you typed.'), 'warning');
        } else {
          throw new Error(answer.status);
        }
      } catch {
        dirty = true;
        failures += 1;
        say(t('Belum tersimpan, sambungan terputus. Kami coba lagi.', 'Not saved yet, no connection. We will try again.'), 'warning');
        plan(Math.min(60000, 4000 * 2 ** failures));
      }
      busy = false;
      if (dirty && !failures) plan(3000);
    }
    const touch = (ms) => () => { dirty = true; if (!failures) plan(ms); };
    form.addEventListener('input', touch(3000));
    form.addEventListener('change', touch(800));
    document.addEventListener('visibilitychange', () => { if (document.hidden) save(true); else if (dirty) plan(0); });
    window.addEventListener('online', () => plan(0));
    form.addEventListener('submit', (event) => { if (!event.defaultPrevented) { stopped = true; clearTimeout(timer); } });
    // Back from the history, or a submit that a dialog stopped: go on saving.
    window.addEventListener('pageshow', () => { stopped = false; });
  }
})();
