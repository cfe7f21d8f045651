// Paper sheets: a digit or Enter leads to the next field, as Tab does.
for (const name of ['input', 'keydown'])
  document.addEventListener(name, (event) => {
    const box = event.target;
    if (!box.dataset.digit || (name === 'input' ? !/^[1-4]$/.test(box.value) : event.key !== 'Enter')) return;
    event.preventDefault();
    const all = [...box.form.elements].filter((other) => other.type !== 'hidden');
    all[all.indexOf(box) + 1]?.focus();
  });
