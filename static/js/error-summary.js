// Move the focus to the list of errors; its links put the focus into the field.
(() => {
  const summary = document.querySelector('[data-error-summary]');
  if (!summary) return;
  summary.focus();
  summary.addEventListener('click', (event) => {
    const field = event.target.closest('a[href^="#"]') && document.getElementById(event.target.closest('a').hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest('fieldset')?.querySelector('legend') || field.labels?.[0] || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
})();
