// <form data-keep>: typed text stays in this tab until the receipt; without a connection nothing is sent. [data-copy]: copy.
(() => {
  let box;
  try { box = sessionStorage; } catch { return; }
  if (document.querySelector('[data-keep-clear]')) box.clear();
  for (const form of document.querySelectorAll('form[data-keep]')) {
    for (const field of form.elements) {
      if (!/^text/.test(field.type)) continue;
      field.value ||= box.getItem(field.id) || '';
      field.addEventListener('input', () => box.setItem(field.id, field.value));
    }
    form.addEventListener('submit', (event) => {
      const off = !navigator.onLine;
      const note = form.querySelector('[data-offline]');
      if (note) note.hidden = !off;
      if (off) event.preventDefault();
    }, true);
  }
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.hidden = !navigator.clipboard;
    button.addEventListener('click', () => navigator.clipboard.writeText(button.dataset.copy));
  }
})();
