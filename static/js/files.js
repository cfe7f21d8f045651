// Show name and size of the chosen file, and warn before a long upload that the server would refuse.
(() => {
  const en = document.documentElement.lang === 'en';
  const size = (n) => (n < 1e6
    ? `${Math.max(1, Math.round(n / 1e3))} kB`
    : `${(n / 1e6).toLocaleString(en ? 'en' : 'id', { maximumFractionDigits: 1 })} MB`);
  document.addEventListener('change', (event) => {
    const input = event.target;
    if (input.type !== 'file') return;
    const note = input.closest('.field')?.querySelector('[data-file-note]');
    if (!note) return;
    const limit = Number(input.dataset.maxBytes) || Infinity;
    const over = [...input.files].some((file) => file.size > limit);
    note.toggleAttribute('data-over', over);
    note.textContent = [...input.files].map((file) => `${file.name} (${size(file.size)})`).join(', ')
      + (over ? (en ? ` - too big, at most ${size(limit)}. Choose a smaller file.` : ` - terlalu besar, paling besar ${size(limit)}. Pilih berkas yang lebih kecil.`) : '');
  });
})();
