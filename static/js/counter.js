// Say how many characters are left; speak it only when the writer pauses near the limit.
(() => {
  const en = document.documentElement.lang === 'en';
  for (const area of document.querySelectorAll('[data-counter]')) {
    const note = document.getElementById(area.dataset.counter);
    if (!note) continue;
    const limit = Number(note.dataset.limit);
    const number = (n) => n.toLocaleString(en ? 'en' : 'id');
    let timer;
    const show = () => {
      // The server counts a line break as two characters, as the form sends it.
      const left = limit - area.value.replace(/\r?\n/g, '\r\n').length;
      note.toggleAttribute('data-over', left < 0);
      note.textContent = left < 0
        ? (en ? `${number(-left)} characters too many` : `Kelebihan ${number(-left)} karakter`)
        : (en ? `${number(left)} characters left` : `Sisa ${number(left)} karakter`);
      clearTimeout(timer);
      timer = setTimeout(() => note.setAttribute('aria-live', left < limit / 10 ? 'polite' : 'off'), 800);
    };
    area.addEventListener('input', show);
    show();
  }
})();
