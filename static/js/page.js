// Menus close with Escape or a click elsewhere; print buttons; closed details are printed; "show password".
(() => {
  const open = () => document.querySelectorAll('details[data-menu][open]');
  document.addEventListener('click', (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
    if (event.target.closest('[data-print]')) window.print();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  });
  for (const button of document.querySelectorAll('[data-print]')) button.hidden = false;
  for (const box of document.querySelectorAll('[data-show-password]')) {
    box.closest('[hidden]')?.removeAttribute('hidden');
    box.addEventListener('change', () => {
      document.getElementById(box.dataset.showPassword).type = box.checked ? 'text' : 'password';
    });
  }
  window.addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('main details:not([open])')) details.open = true;
  });
})();
