// Light, dark, or as the device: applied before the first paint, kept in this browser only.
(() => {
  const root = document.documentElement;
  const en = root.lang === 'en';
  const names = { auto: en ? 'as the device' : 'ikut perangkat', light: en ? 'light' : 'terang', dark: en ? 'dark' : 'gelap' };
  let theme = 'auto';
  try { theme = localStorage.getItem('theme') || 'auto'; } catch { /* storage is blocked: follow the device */ }
  const apply = () => (theme === 'auto' ? root.removeAttribute('data-theme') : root.setAttribute('data-theme', theme));
  apply();
  document.addEventListener('DOMContentLoaded', () => {
    for (const button of document.querySelectorAll('[data-theme-toggle]')) {
      const label = button.querySelector('[data-theme-label]');
      const show = () => { label.textContent = `${en ? 'Appearance' : 'Tampilan'}: ${names[theme]}`; };
      button.hidden = false;
      show();
      button.addEventListener('click', () => {
        theme = { auto: 'light', light: 'dark', dark: 'auto' }[theme] || 'auto';
        try { localStorage.setItem('theme', theme); } catch { /* lasts for this page */ }
        apply();
        show();
      });
    }
  });
})();
