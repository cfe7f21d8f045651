// The exception queue by single keys; off while typing, or by the box (WCAG 2.1.4).
(() => {
  const $ = (what, where = document) => where?.querySelector(what);
  const list = $('[data-queue]');
  const help = $('[data-keys]');
  const box = $('input', help);
  const tick = '[type="checkbox"]';
  const verbs = { p: 'ask', s: 'snooze', n: 'pass_up' };
  const ticked = new Set();
  let current;
  const line = () => $(`[data-line="${current}"]`, list);
  box.checked = localStorage.queueKeys !== 'off';
  help.hidden = false;
  box.onchange = () => { localStorage.queueKeys = box.checked ? '' : 'off'; };
  list.addEventListener('focusin', ({ target }) => { current = target.closest('[data-line]')?.dataset.line || current; });
  list.addEventListener('change', ({ target }) => ticked[target.checked ? 'add' : 'delete'](target.value));
  // New lines: ticks and place stay.
  new MutationObserver(() => {
    for (const el of list.querySelectorAll(tick)) el.checked = ticked.has(el.value);
    if (document.activeElement === document.body) line()?.focus();
  }).observe(list, { childList: true });
  document.addEventListener('keydown', (event) => {
    const { target } = event;
    if (!box.checked || event.ctrlKey || event.altKey || event.metaKey || target.closest(`input:not(${tick}), select, textarea, dialog`)) return;
    const key = (list.contains(target) && { ArrowDown: 'j', ArrowUp: 'k' }[event.key]) || event.key;
    const here = line();
    if (key === '?') help.open = !help.open;
    else if (key === 'j') (here ? here.nextElementSibling : $('[data-line]', list))?.focus();
    else if (!here) return;
    else if (key === 'k') here.previousElementSibling?.focus();
    else if (key === 't') $('[data-accept]', here)?.requestSubmit();
    else if (key === 'x') $(tick, here)?.click();
    else if (verbs[key]) location.href = `${here.dataset.url}?tindakan=${verbs[key]}&kembali=${encodeURIComponent(location.search.slice(1))}`;
    else return;
    event.preventDefault();
  });
})();
