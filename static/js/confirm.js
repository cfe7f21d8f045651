// <form data-confirm="Hapus draf?" data-confirm-text="…" data-confirm-ok="Hapus">: ask in a dialog, then
// send with confirmed=1. Without this script the server answers with its confirmation page.
(() => {
  const en = document.documentElement.lang === 'en';
  const make = (tag, css, text) => Object.assign(document.createElement(tag), { className: css, textContent: text });
  document.addEventListener('submit', (event) => {
    const form = event.target;
    const submitter = event.submitter;
    const data = submitter?.dataset.confirm ? submitter.dataset : form.dataset;
    if (!data.confirm || form.elements.confirmed || !window.HTMLDialogElement) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const dialog = make('dialog', 'dialog', '');
    const title = make('h2', '', data.confirm);
    const row = make('div', 'buttons', '');
    const ok = make('button', `button${data.confirmTone === 'danger' ? ' button-danger' : ''}`, data.confirmOk || (en ? 'Yes, continue' : 'Ya, lanjutkan'));
    const cancel = make('button', 'button button-secondary', en ? 'Cancel' : 'Batal');
    title.id = 'confirm-title';
    dialog.setAttribute('aria-labelledby', title.id);
    ok.type = cancel.type = 'button';
    row.append(ok, cancel);
    dialog.append(title, ...(data.confirmText ? [make('p', '', data.confirmText)] : []), row);
    dialog.addEventListener('close', () => { dialog.remove(); submitter?.focus(); });
    cancel.addEventListener('click', () => dialog.close());
    ok.addEventListener('click', () => {
      const mark = Object.assign(document.createElement('input'), { type: 'hidden', name: 'confirmed', value: '1' });
      form.append(mark);
      dialog.close();
      form.requestSubmit(submitter);
      // Back in the history finds the question again.
      setTimeout(() => mark.remove());
    });
    document.body.append(dialog);
    dialog.showModal();
    cancel.focus();
  }, true);
})();
