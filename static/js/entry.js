// The number of a line of work comes into sight when the chosen planned result is counted from such lines.
(() => {
  for (const list of document.querySelectorAll('select[data-counted]')) {
    const counted = list.dataset.counted.split(' ').filter(Boolean);
    const part = list.form.querySelector('[data-count]');
    if (!part || !counted.length) continue;
    const follow = () => {
      if (counted.includes(list.value)) part.open = true;
    };
    list.addEventListener('change', follow);
    follow();
  }
})();
