// <form data-confirm="Hapus draf?" data-confirm-text data-confirm-ok data-confirm-tone>, or the same on a button: ask in
// a dialog, then send with confirmed=1. Without this script the server answers with its confirmation page.
(() => {
  const t = (id, en) => (document.documentElement.lang === 'en' ? en : id);
  const make = (tag, className, textContent, type) => Object.assign(document.createElement(tag), { className, textContent, ...(type && { type }) });
  document.addEventListener('submit', (event) => {
    const form = event.target;
    const { submitter } = event;
    const data = submitter?.dataset.confirm ? submitter.dataset : form.dataset;
    if (!data.confirm || form.elements.confirmed || !window.HTMLDialogElement) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const dialog = make('dialog', 'dialog', '');
    const row = make('div', 'buttons', '');
    const ok = make('button', `button ${data.confirmTone === 'danger' ? 'button-danger' : ''}`, data.confirmOk || t('Ya, lanjutkan', 'Yes, continue'), 'button');
    const cancel = make('button', 'button button-secondary', t('Batal', 'Cancel'), 'button');
    row.append(ok, cancel);
    dialog.append(make('h2', '', data.confirm), make('p', '', data.confirmText || ''), row);
    dialog.setAttribute('aria-label', data.confirm);
    dialog.addEventListener('close', () => { dialog.remove(); submitter?.focus(); });
    cancel.addEventListener('click', () => dialog.close());
    ok.addEventListener('click', () => {
      const mark = Object.assign(make('input', '', '', 'hidden'), { name: 'confirmed', value: '1' });
      form.append(mark);
      dialog.close();
      form.requestSubmit(submitter);
      setTimeout(() => mark.remove());
    });
    document.body.append(dialog);
    dialog.showModal();
    cancel.focus();
  }, true);
})();
