// Find a number whose SHA-256 with the text begins with so many zero bits; in steps, so that nothing freezes.
(async () => {
  const out = document.querySelector('[data-puzzle]');
  const text = out?.form.elements.soal.value;
  for (let n = 0; out && !out.value && globalThis.crypto?.subtle; n++) {
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text + n));
    if (Math.clz32(new DataView(hash).getUint32()) >= out.dataset.puzzle) out.value = n;
  }
})();
