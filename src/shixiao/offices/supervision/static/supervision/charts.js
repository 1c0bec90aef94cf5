// Draws a chart from the table that it belongs to: its figures, names and links are those of the table, so that the two cannot differ.
// Without this file, or without the library, the table is there all the same.
(() => {
  "use strict";
  if (typeof echarts === "undefined") return;

  const MOST_ROWS = 25;
  const drawn = new Map();
  const token = (name, of) => getComputedStyle(of).getPropertyValue(name).trim();
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");

  // The rows of a table by name, without that of all.
  const rowsOf = (table, codes) =>
    [...table.tBodies[0].rows]
      .filter((row) => !row.classList.contains("stat-total"))
      .slice(0, MOST_ROWS)
      .map((row) => ({
        name: row.dataset.name,
        cells: codes.map((code) => row.querySelector(`[data-code="${code}"]`)),
      }));

  const titleOf = (table, code) => {
    const head = table.tHead.querySelector(`[data-code="${code}"]`);
    return head ? head.textContent.trim() : code;
  };

  const optionOf = (figure, table, codes, rows) => {
    const isUpright = figure.dataset.chart === "months";
    const isStacked = figure.dataset.chart === "stacked";
    const ink = token("--ink", figure), soft = token("--ink-soft", figure), line = token("--line", figure);
    const sans = token("--sans", figure);
    const size = Number(figure.dataset.size || 13);
    const colours = (codes.length > 2
      ? ["--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5"]
      : ["--chart-good", codes.includes("late") || codes.includes("overdue") ? "--chart-bad" : "--chart-2"]
    ).map((name) => token(name, figure));
    const names = {
      type: "category",
      data: rows.map((row) => row.name),
      inverse: !isUpright,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: line } },
      axisLabel: { color: ink, fontSize: size, width: isUpright ? undefined : Math.min(220, figure.clientWidth * 0.36), overflow: "truncate", interval: isUpright ? "auto" : 0 },
    };
    const numbers = {
      type: "value",
      min: 0,
      minInterval: 1,
      axisLabel: { color: soft, fontSize: size },
      splitLine: { lineStyle: { color: line } },
    };
    return {
      animation: !stillness.matches,
      animationDuration: 150,
      color: colours,
      textStyle: { color: ink, fontFamily: sans, fontSize: size },
      aria: { enabled: false },
      grid: { left: 8, right: 28, top: 34, bottom: 6, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: ink, fontSize: size }, selectedMode: false },
      tooltip: { trigger: "item", renderMode: "richText", confine: true },
      xAxis: isUpright ? names : numbers,
      yAxis: isUpright ? numbers : names,
      series: codes.map((code, at) => ({
        name: titleOf(table, code),
        type: "bar",
        stack: isStacked ? "all" : undefined,
        barMaxWidth: 22,
        cursor: "pointer",
        label: { show: true, position: isStacked ? "inside" : isUpright ? "top" : "right", color: isStacked ? token("--paper", figure) : ink, fontSize: size - 1, formatter: (each) => (each.value ? String(each.value) : "") },
        labelLayout: { hideOverlap: true },
        data: rows.map((row) => Number((row.cells[at] && row.cells[at].dataset.value) || 0)),
      })),
    };
  };

  const draw = (figure) => {
    const table = document.getElementById(figure.dataset.from);
    if (!table || !table.tBodies.length) return;
    const codes = figure.dataset.codes.split(",");
    const rows = rowsOf(table, codes);
    if (!rows.some((row) => row.cells.some((cell) => cell && Number(cell.dataset.value)))) return;
    figure.hidden = false;
    figure.setAttribute("aria-hidden", "true"); // the table beside it says the same
    if (!figure.classList.contains("is-fixed")) {
      const isUpright = figure.dataset.chart === "months";
      const each = figure.dataset.chart === "bars" ? 40 : 30;
      if (!figure.closest(".screen")) figure.style.height = `${isUpright ? 240 : 56 + rows.length * each}px`;
    }
    if (figure.closest(".screen")) figure.dataset.size = "18";
    const chart = echarts.init(figure, null, { renderer: "canvas" });
    chart.setOption(optionOf(figure, table, codes, rows));
    chart.on("click", (event) => {
      const cell = rows[event.dataIndex].cells[event.seriesIndex];
      const link = cell && cell.querySelector("a");
      if (link) window.location.assign(link.href);
    });
    drawn.set(figure, chart);
  };

  const drawAll = () => {
    for (const [figure, chart] of drawn) {
      if (!figure.isConnected) {
        chart.dispose();
        drawn.delete(figure);
      }
    }
    document.querySelectorAll("figure[data-chart]").forEach((figure) => {
      if (!drawn.has(figure)) draw(figure);
    });
  };

  const redrawAll = () => {
    for (const [figure, chart] of drawn) {
      chart.dispose();
      drawn.delete(figure);
    }
    drawAll();
  };

  drawAll();
  document.addEventListener("htmx:afterSettle", drawAll);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
  let waiting = 0;
  window.addEventListener("resize", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(redrawAll, 150);
  });
})();
