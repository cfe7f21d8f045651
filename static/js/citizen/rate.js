// The questionnaire as one question per screen. Without this file it is one page with the same fields.
// Answers wait in the tab only (sessionStorage) and are removed after sending; on a kiosk they are not kept at all.
(() => {
  const done = document.querySelector('[data-rated]');
  if (done) {
    try {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith(done.dataset.rated)) sessionStorage.removeItem(key);
    } catch { /* storage is switched off */ }
  }
  const form = document.querySelector('form[data-steps]');
  if (!form) return;
  const words = form.dataset;
  const steps = [...form.querySelectorAll('[data-step]')];
  const part = (name) => form.querySelector(`[data-${name}]`);
  const [next, back, note, read] = ['forward', 'back', 'note', 'read'].map(part);
  const send = form.querySelector('button[type="submit"]');
  const bar = form.querySelector('progress');
  const last = steps.length - 1;
  const chosen = (step) => step.querySelector('input[type="radio"]:checked');
  let now = -1;

  const label = () => {
    const skips = now < last && !chosen(steps[now]);
    next.textContent = skips ? words.skip : words.next;
    next.classList.toggle('button-secondary', skips);
  };
  const hush = () => window.speechSynthesis?.cancel();
  const show = (to, { focus = true } = {}) => {
    if (to === now || !steps[to]) return;
    now = to;
    hush();
    steps.forEach((step, i) => { step.hidden = i !== now; });
    back.hidden = now === 0;
    next.hidden = now === last;
    send.hidden = now !== last;
    part('alone').hidden = now > 0;
    label();
    bar.value = now + 1;
    part('progress-text').textContent = now === last
      ? words.last
      : words.of.replace('{number}', now + 1).replace('{all}', last);
    if (!focus) return;
    const target = steps[now].querySelector('fieldset, textarea');
    if (target.tagName === 'FIELDSET') target.tabIndex = -1;
    target.focus({ preventScroll: true });
    part('progress').scrollIntoView({ block: 'nearest' });
    if (form.getBoundingClientRect().top < 0) part('progress').scrollIntoView();
  };
  // Each screen has its place in the history, so that the Back key of the phone goes back one question.
  const go = (to) => {
    show(to);
    history.pushState({ step: to }, '');
  };

  // --- the tab's memory: the form's key with it, so that a second sending is the same one
  const kept = words.keep;
  const fields = () => [...form.elements].filter(
    (field) => field.name && !['csrfmiddlewaretoken', '_owner', 'situs', 'soal', 'bukti'].includes(field.name) && field.type !== 'submit',
  );
  const keep = () => {
    if (!kept) return;
    const values = fields()
      .filter((field) => field.type !== 'radio' || field.checked)
      .map((field) => [field.name, field.value]);
    try { sessionStorage.setItem(kept, JSON.stringify(values)); } catch { /* full or switched off: the page still has them */ }
  };
  const recall = () => {
    let values;
    try { values = JSON.parse(sessionStorage.getItem(kept) || 'null'); } catch { return; }
    if (!kept || !values || form.querySelector('.field-invalid')) return;
    const all = fields();
    for (const [name, value] of values) {
      // A link with another receipt's code is a new rating.
      if (name === 'kode' && value !== form.elements.kode?.value && form.elements.kode?.type === 'hidden') return;
    }
    for (const [name, value] of values) {
      for (const field of all.filter((each) => each.name === name)) {
        if (field.type === 'radio') field.checked = field.value === value;
        else field.value = value;
      }
    }
  };

  // --- sending: by hand, and only when the site answers
  let certain = false;
  const say = (text) => {
    note.textContent = text;
    note.hidden = !text;
  };
  form.addEventListener('submit', async (event) => {
    if (certain) return;
    event.preventDefault();
    if (now < last) return go(now + 1);
    keep();
    say(words.checking);
    try {
      const answer = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout?.(10000) });
      if (!answer.ok) throw answer;
    } catch {
      return say(words.offline);
    }
    say('');
    certain = true;
    form.requestSubmit(send);
    setTimeout(() => { certain = false; }, 20000);
  });
  window.addEventListener('pageshow', () => { certain = false; });
  window.addEventListener('offline', () => say(words.offline));
  window.addEventListener('online', () => { if (!note.hidden) say(words.online); });

  // --- read aloud, where the browser can
  if ('speechSynthesis' in window) {
    read.hidden = false;
    read.addEventListener('click', () => {
      hush();
      const lines = [...steps[now].querySelectorAll('legend, label')].map((each) => each.innerText.trim());
      const speech = new SpeechSynthesisUtterance(lines.filter(Boolean).join('. '));
      speech.lang = document.documentElement.lang === 'en' ? 'en' : 'id-ID';
      window.speechSynthesis.speak(speech);
    });
  }

  next.addEventListener('click', () => go(now + 1));
  back.addEventListener('click', () => go(now - 1));
  window.addEventListener('popstate', (event) => show(event.state?.step ?? 0));
  form.addEventListener('change', () => { label(); keep(); });
  form.addEventListener('input', keep);
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-error-summary] a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (field) go(steps.findIndex((step) => step.contains(field)));
  }, true);

  // --- a kiosk starts anew when its user has left
  if (words.idleUrl) {
    const QUIET = 60000;
    const GRACE = 20000;
    let timer;
    const wait = () => {
      clearTimeout(timer);
      if (note.textContent === words.idle) say('');
      timer = setTimeout(() => {
        say(words.idle);
        timer = setTimeout(() => location.replace(words.idleUrl), GRACE);
      }, QUIET);
    };
    for (const kind of ['pointerdown', 'keydown', 'scroll', 'input']) window.addEventListener(kind, wait, { passive: true });
    window.addEventListener('pageshow', (event) => { if (event.persisted) location.replace(words.idleUrl); });
    wait();
  }

  if (kept) recall();
  part('progress').hidden = false;
  form.classList.add('is-stepped');
  const wrong = steps.findIndex((step) => step.querySelector('.field-invalid'));
  const from = wrong >= 0 ? wrong : history.state?.step ?? 0;
  history.replaceState({ step: from }, '');
  show(from, { focus: false });
})();
