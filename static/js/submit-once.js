// Ignore the second submit of a form and say that the first is on its way. The button is never
// disabled, its name and value still travel. The server has its own idempotency key.
(() => {
  const text = document.documentElement.lang === 'en' ? 'Sending…' : 'Mengirim…';
  const sent = new WeakMap();
  const free = (form) => {
    const state = sent.get(form);
    if (!state) return;
    sent.delete(form);
    clearTimeout(state.timer);
    if (state.button) {
      state.button.replaceChildren(...state.nodes);
      delete state.button.dataset.busy;
    }
  };
  // Bubbling, so that confirm.js can stop the event first.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post' || form.target === '_blank' || form.hasAttribute('data-many')) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    const button = event.submitter?.tagName === 'BUTTON' ? event.submitter : null;
    const state = { button, nodes: button ? [...button.childNodes] : [] };
    sent.set(form, state);
    if (button) {
      button.dataset.busy = '';
      // After this turn: the browser reads name and value of the button first.
      setTimeout(() => { if (sent.get(form) === state) button.textContent = form.dataset.busyText || text; });
    }
    // A lost answer must not lock the form for ever.
    state.timer = setTimeout(() => free(form), 20000);
  });
  window.addEventListener('pageshow', (event) => { if (event.persisted) [...document.forms].forEach(free); });
  document.addEventListener('htmx:afterRequest', (event) => { if (event.target instanceof HTMLFormElement) free(event.target); });
})();
