// Ignore the second submit of a form and say that the first is on its way; the button is never disabled.
(() => {
  const sent = new Map();
  const free = (form) => {
    const { button, nodes, timer } = sent.get(form) || {};
    sent.delete(form);
    clearTimeout(timer);
    if (!button) return;
    button.replaceChildren(...nodes);
    delete button.dataset.busy;
  };
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post' || form.hasAttribute('data-many')) return;
    if (sent.has(form)) return event.preventDefault();
    const button = event.submitter?.tagName === 'BUTTON' ? event.submitter : null;
    // A lost answer must not lock the form for ever.
    sent.set(form, { button, nodes: [...(button?.childNodes || [])], timer: setTimeout(free, 20000, form) });
    if (!button) return;
    button.dataset.busy = '';
    button.textContent = form.dataset.busyText || (document.documentElement.lang === 'en' ? 'Sending…' : 'Mengirim…');
  });
  window.addEventListener('pageshow', () => [...sent.keys()].forEach(free));
  document.addEventListener('htmx:afterRequest', (event) => { if (sent.has(event.target)) free(event.target); });
})();
