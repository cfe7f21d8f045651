// <form data-autosave-url> posts itself while the person writes (no files). Answers: 200 {"saved_at": "10.42 WITA",
// "version": 7}, 409 {"message"}, 401/403/redirect = signed out. "version" goes into the input of that name.
(() => {
  const t = (id, en) => (document.documentElement.lang === 'en' ? en : id);
  for (const form of document.querySelectorAll('form[data-autosave-url]')) {
    const box = document.querySelector('[data-save-state]');
    let timer, busy, dirty, stopped, failures = 0;
    const say = (message, tone = '', link) => {
      if (!box) return;
      const text = box.querySelector('[data-save-text]');
      box.dataset.tone = tone;
      text.textContent = message;
      if (link) text.append(' ', Object.assign(document.createElement('a'), { href: link, target: '_blank', textContent: t('Masuk lagi di tab baru', 'Sign in again in a new tab') }));
    };
    const plan = (ms) => {
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(save, ms);
    };
    async function save(keepalive) {
      if (!dirty || busy || stopped) return;
      busy = true;
      dirty = false;
      const body = new FormData(form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      say(t('Menyimpan…', 'Saving…'));
      try {
        const answer = await fetch(form.dataset.autosaveUrl, {
          method: 'POST', body, redirect: 'manual', keepalive: keepalive === true,
          headers: { 'X-CSRFToken': form.elements.csrfmiddlewaretoken?.value || '', Accept: 'application/json' },
        });
        if (answer.type === 'opaqueredirect' || [401, 403].includes(answer.status)) {
          dirty = true;
          failures = 1;
          say(t('Sesi Anda berakhir. Teks Anda tetap ada di halaman ini.', 'Your session has ended. Your text is still on this page.'), 'warning', form.dataset.signinUrl || '/masuk/');
          plan(15000);
        } else if (answer.status === 409) {
          stopped = true;
          say((await answer.json()).message, 'danger');
        } else if (answer.ok) {
          const saved = await answer.json();
          failures = 0;
          if (saved.version && form.elements.version) form.elements.version.value = saved.version;
          say(`${t('Draf disimpan', 'Draft saved')} ${saved.saved_at}`, 'success');
        } else if (answer.status < 500 && answer.status !== 429) {
          say(t('Belum tersimpan. Periksa isian Anda.', 'Not saved yet. Please check what you typed.'), 'warning');
        } else throw answer;
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
    document.addEventListener('visibilitychange', () => (document.hidden ? save(true) : plan(0)));
    window.addEventListener('online', () => plan(0));
    form.addEventListener('submit', (event) => { if (!event.defaultPrevented) stopped = true; });
    window.addEventListener('pageshow', () => { stopped = false; });
  }
})();
