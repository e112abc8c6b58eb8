// Draws the table that a `data-chart` box names as lines over time. Loaded only by pages that have one.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import "./chart.css";

const HEIGHT = 220;
// Lines differ in dash or in weight, here and in the legend, so that no colour has to be told from another.
const LOOKS = [
  { colour: "--accent", dash: [], border: "solid", width: 2 },
  { colour: "--soft", dash: [6, 4], border: "dashed", width: 2 },
  { colour: "--warn", dash: [2, 3], border: "dotted", width: 2 },
  { colour: "--bad", dash: [], border: "solid", width: 1 },
];

function lookOf(place) {
  return LOOKS[place % LOOKS.length];
}

function colourOf(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function read(table) {
  const rows = [...table.querySelectorAll("tbody tr")];
  const times = rows.map((row) => Number(row.querySelector("[data-time]").dataset.time));
  const columns = [...table.querySelectorAll("thead [data-series]")].map((head) => head.textContent);
  const values = columns.map((_, place) => rows.map((row) => Number(row.querySelectorAll("[data-value]")[place].dataset.value)));
  return { columns, data: [times, ...values] };
}

// What the axis says: hours of a few days, days of some weeks, else months; in the zone and language of the table.
function written(times, zone) {
  const days = (times.at(-1) - times[0]) / 86_400;
  const parts = days < 5 ? { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : days < 100 ? { day: "numeric", month: "short" } : { month: "short", year: "2-digit" };
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { ...parts, timeZone: zone });
  return (_plot, splits) => splits.map((one) => format.format(one * 1000));
}

function draw(box) {
  const { columns, data } = read(document.getElementById(box.dataset.chart));
  const axis = { stroke: colourOf("--soft"), grid: { stroke: colourOf("--line"), width: 1 }, ticks: { show: false }, font: "13px system-ui, sans-serif" };
  const surface = colourOf("--surface");
  const series = columns.map((label, place) => {
    const look = lookOf(place);
    return { label, stroke: colourOf(look.colour), width: look.width, dash: look.dash, points: { show: data[0].length < 16, fill: surface } };
  });
  box.replaceChildren();
  return new uPlot(
    { width: box.parentElement.clientWidth - 2 * parseFloat(getComputedStyle(box.parentElement).paddingLeft), height: HEIGHT, axes: [{ ...axis, space: 96, values: written(data[0], box.dataset.zone) }, { ...axis, size: 48 }], series: [{}, ...series], tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), box.dataset.zone), cursor: { drag: { x: false, y: false } }, legend: { live: false, markers: { width: (_plot, place) => lookOf(place - 1).width, dash: (_plot, place) => lookOf(place - 1).border } }, scales: { y: { range: (_plot, _low, high) => [0, Math.max(high, 4)] } } },
    data,
    box,
  );
}

function drawAll() {
  document.querySelectorAll("[data-chart]").forEach(draw);
}

let waiting = 0;
addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(drawAll, 120);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
drawAll();
