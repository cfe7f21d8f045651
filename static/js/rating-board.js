// Without JavaScript every reason field is open. Here it opens when the rating needs one: the highest, the lowest, a change.
(() => {
  for (const row of document.querySelectorAll('[data-rating-row]')) {
    const box = row.querySelector('[data-reason]');
    if (!box) continue;
    const text = box.querySelector('textarea');
    const show = () => {
      const rating = row.querySelector('input[type="radio"]:checked')?.value || '';
      const present = row.dataset.present;
      const needed = rating && (rating !== 'meets_expectation' || (present && present !== rating));
      // Typed text never disappears from view, and what the server complained about stays open.
      box.hidden = !(needed && rating !== present) && !text.value.trim() && !('open' in box.dataset);
    };
    row.addEventListener('change', show);
    window.addEventListener('pageshow', show);
    show();
  }
})();
