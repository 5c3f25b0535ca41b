// Draw each table's figures as a plot above it. The table itself stays.
"use strict";

const style = getComputedStyle(document.documentElement);
const ink = style.getPropertyValue("--ds-color-neutral-text-default").trim() || "#222";
const line = style.getPropertyValue("--ds-color-neutral-border-subtle").trim() || "#ccc";
const bar = style.getPropertyValue("--ds-color-accent-base-default").trim() || "#0062ba";
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

for (const canvas of document.querySelectorAll("canvas.plot")) {
  const rows = [...document.querySelectorAll(`#${canvas.dataset.of} tbody tr`)];
  const label = document.querySelector(`#${canvas.dataset.of} thead th:nth-child(2)`).textContent;
  canvas.hidden = false;
  new Chart(canvas, {
    type: canvas.dataset.kind,
    data: {
      labels: rows.map((row) => row.cells[0].textContent),
      datasets: [{
        label,
        data: rows.map((row) => Number(row.cells[1].textContent)),
        backgroundColor: bar,
        borderColor: bar,
      }],
    },
    options: {
      animation: still ? false : { duration: 300 },
      plugins: { legend: { display: false } },
      scales: {
        x: { ticks: { color: ink }, grid: { display: false } },
        y: { beginAtZero: true, ticks: { color: ink, precision: 0 }, grid: { color: line } },
      },
    },
  });
}
