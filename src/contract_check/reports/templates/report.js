"use strict";
(() => {
  const form = document.getElementById("filter");
  const words = document.getElementById("words");
  const findings = [...document.querySelectorAll(".finding")];
  const boxes = [...form.querySelectorAll("input[name=severity]")];
  const status = document.getElementById("shown");

  function apply() {
    const kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const finding of findings) {
      const text = finding.dataset.search;
      const shown = kinds.has(finding.dataset.severity) && wanted.every((word) => text.includes(word));
      finding.hidden = !shown;
      count += shown;
    }
    for (const group of document.querySelectorAll(".group")) {
      group.hidden = !group.querySelector(".finding:not([hidden])");
    }
    status.textContent = `${count} of ${findings.length} findings`;
  }

  function fold(open) {
    for (const finding of findings) if (!finding.hidden) finding.open = open;
  }

  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.matches("details")) target.open = true;
  }

  form.hidden = findings.length === 0;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  document.getElementById("open").addEventListener("click", () => fold(true));
  document.getElementById("close").addEventListener("click", () => fold(false));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea");
    if (event.key === "/" && !typing) { event.preventDefault(); words.focus(); }
    if (event.key === "Escape" && event.target === words) { words.value = ""; apply(); }
  });
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const each of folded) each.open = true;
  });
  window.addEventListener("afterprint", () => { for (const each of folded) each.open = false; });
  window.addEventListener("hashchange", reveal);
  reveal();
  apply();
})();
