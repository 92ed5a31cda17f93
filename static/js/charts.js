/*
 * Charts: every element with data-chart becomes one, drawn from the JSON of a json_script beside it.
 *
 *   {{ chart|json_script:"reach-chart" }}
 *   <div class="chart" data-chart="bar" data-source="reach-chart" role="img" aria-label="…"></div>
 *
 * Values are percentages from 0 to 100 (or in another `unit`, "" for plain counts), or null for "cannot be said".
 * Words arrive with the data; none live here.
 * The same figures must stand in a table on the page: a chart is never the only place of a figure.
 *
 *   bar      {categories: ["…"], values: [63.1, null], labels: ["63.1% · 1,204 人", "无数据"],
 *             thresholds: {low: 30, good: 60}, unit: "%", max: 100}         horizontal bars, first category on top
 *             (labels, thresholds, unit, max may be left out; a marker line: target: 60, targetText: "目标 60%")
 *   trend    {categories: ["1月"], series: [{name: "…", values: [12.5, null]}], unit: "%", max: 100}
 *             (max may be left out: the axis then ends above the highest value)
 *   heatmap  {columns: ["…"], rows: ["…"], cells: [[column, row, value or null, "text"]],
 *             levels: [20, 40, 60, 80], unit: "%", noneText: "无数据"}      five shades of one hue, hatched legend for null
 */
(function () {
  "use strict";

  const charts = new Map();
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
  const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect"];
  const DASHES = ["solid", "dashed", "dotted", [10, 4, 2, 4], [2, 6]];

  function theme() {
    const style = getComputedStyle(document.documentElement);
    const rem = parseFloat(style.fontSize);
    const colour = (name) => style.getPropertyValue("--" + name).trim();
    return {
      rem,
      small: rem * 0.78,
      font: getComputedStyle(document.body).fontFamily,
      ink: colour("ink"),
      soft: colour("ink-soft"),
      line: colour("line"),
      strong: colour("line-strong"),
      surface: colour("surface"),
      sunk: colour("sunk"),
      seal: colour("seal"),
      bar: { low: colour("bar-low"), mid: colour("bar-mid"), good: colour("bar-good") },
      series: [1, 2, 3, 4, 5].map((n) => colour("series-" + n)),
      heat: [1, 2, 3, 4, 5].map((n) => colour("heat-" + n)),
    };
  }

  const canvas = document.createElement("canvas").getContext("2d");

  function widest(texts, size, font) {
    canvas.font = size + "px " + font;
    return Math.ceil(Math.max(0, ...texts.map((text) => canvas.measureText(text).width)));
  }

  function base(look, description) {
    return {
      animation: !stillness.matches,
      animationDuration: 350,
      // The library's own description would read a missing figure as nought and a heat map as coordinates.
      aria: { enabled: true, label: { description } },
      textStyle: { fontFamily: look.font, fontSize: look.small, color: look.ink },
      tooltip: {
        renderMode: "richText",
        confine: true,
        backgroundColor: look.surface,
        borderColor: look.strong,
        borderWidth: 1,
        shadowBlur: 0,
        shadowColor: "transparent",
        textStyle: { color: look.ink, fontFamily: look.font, fontSize: look.small },
      },
    };
  }

  function percentAxis(look, data) {
    return {
      type: "value",
      min: 0,
      max: data.max,
      axisLabel: { color: look.soft, fontSize: look.small, formatter: "{value}" + (data.unit ?? "%") },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: look.line } },
    };
  }

  function nameAxis(look, names) {
    return {
      type: "category",
      data: names,
      axisLine: { lineStyle: { color: look.strong } },
      axisTick: { show: false },
      axisLabel: { color: look.ink, fontSize: look.small },
    };
  }

  /* On a phone the names of bars stand above them and leave the width to the bars. */
  function cramped(width, look) {
    return width < look.rem * 22;
  }

  function legendRows(names, look, width) {
    const room = names.map((name) => widest([name], look.small, look.font) + 26 + 5 + 16).reduce((sum, one) => sum + one, 0);
    return Math.ceil(room / width);
  }

  function shown(value, data) {
    return value === null || value === undefined ? "–" : value + (data.unit ?? "%");
  }

  function toneOf(value, thresholds) {
    if (!thresholds) return "good";
    if (value < thresholds.low) return "low";
    return value >= thresholds.good ? "good" : "mid";
  }

  const KINDS = {
    bar: {
      words: (data) => data.categories.map((name, index) => name + " " + (data.labels ? data.labels[index] : shown(data.values[index], data))),
      height: (data, look, width) => data.categories.length * look.rem * (cramped(width, look) ? 2.9 : 2.1) + look.rem * 2.6,
      option(data, look, width) {
        const labels = data.labels || data.values.map((value) => shown(value, data));
        const narrow = cramped(width, look);
        const names = narrow ? 0 : Math.min(widest(data.categories, look.small, look.font) + 6, width * 0.38);
        const axis = percentAxis(look, { max: data.max || 100, unit: data.unit });
        axis.axisLabel.hideOverlap = true;
        return {
          grid: { left: narrow ? 1 : names + 12, right: widest(labels, look.small, look.font) + 14, top: look.rem * (data.target ? 1.4 : 0.3), bottom: look.rem * 1.5 },
          xAxis: axis,
          // Names on the left, figures in a column on the right: neither bars nor the target line run through them.
          yAxis: [
            Object.assign(nameAxis(look, data.categories), {
              inverse: true,
              z: 4,
              axisLabel: narrow
                ? { inside: true, margin: 0, verticalAlign: "bottom", padding: [0, 0, look.rem * 0.55, 0], color: look.ink, fontSize: look.small, interval: 0 }
                : { color: look.ink, fontSize: look.small, width: names, overflow: "truncate", interval: 0 },
            }),
            Object.assign(nameAxis(look, labels), {
              inverse: true,
              position: "right",
              axisLine: { show: false },
              axisLabel: {
                color: (label, index) => (data.values[index] === null ? look.soft : look.ink),
                fontSize: look.small,
                interval: 0,
              },
            }),
          ],
          tooltip: { trigger: "item", formatter: (point) => point.name + "\n" + labels[point.dataIndex] },
          series: [{
            type: "bar",
            barWidth: narrow ? look.rem * 0.8 : "58%",
            data: data.values.map((value) => ({
              value,
              itemStyle: { color: look.bar[toneOf(value, data.thresholds)], borderRadius: [0, 3, 3, 0] },
            })),
            showBackground: true,
            backgroundStyle: { color: look.sunk, borderRadius: 3 },
            markLine: data.target
              ? {
                  silent: true,
                  symbol: "none",
                  animation: false,
                  lineStyle: { color: look.seal, type: "dashed", width: 1.5 },
                  label: { formatter: data.targetText || "", position: "start", distance: 4, color: look.seal, fontSize: look.small },
                  data: [[{ xAxis: data.target, y: look.rem * 1.3 }, { xAxis: data.target, y: "100%" }]],
                }
              : undefined,
          }],
        };
      },
    },

    trend: {
      words: (data) => data.series.map((line) => line.name + ": " + line.values.map((value, index) => data.categories[index] + " " + shown(value, data)).join(", ")),
      height: (data, look) => look.rem * 15,
      option(data, look, width) {
        const many = data.series.length > 1;
        const rows = legendRows(data.series.map((line) => line.name), look, width);
        return {
          grid: { left: 4, right: 16, top: look.rem * (many ? 1.1 + 1.5 * rows : 1), bottom: 4, containLabel: true },
          legend: many
            ? { type: "plain", top: 0, left: 0, itemGap: 16, itemWidth: 26, textStyle: { color: look.ink, fontSize: look.small, fontFamily: look.font } }
            : undefined,
          xAxis: Object.assign(nameAxis(look, data.categories), {
            boundaryGap: width > 600,
            axisLabel: { color: look.soft, fontSize: look.small, hideOverlap: true },
          }),
          yAxis: percentAxis(look, data),
          tooltip: { trigger: "axis", valueFormatter: (value) => shown(value, data) },
          series: data.series.map((line, index) => ({
            type: "line",
            name: line.name,
            data: line.values,
            connectNulls: false,
            symbol: SYMBOLS[index % SYMBOLS.length],
            symbolSize: 8,
            color: look.series[index % look.series.length],
            lineStyle: { width: 2.5, type: DASHES[index % DASHES.length] },
          })),
        };
      },
    },

    /* Drawn as squares on two name axes: the common build of the library has no heat map of its own. */
    heatmap: {
      words: (data) => data.cells.map((one) => data.rows[one[1]] + " · " + data.columns[one[0]] + " " + one[3]),
      height: (data, look) => data.rows.length * look.rem * 2.2 + look.rem * 2,
      width: (data, look) => data.columns.length * look.rem * 2.9 + Math.min(widest(data.rows, look.small, look.font), look.rem * 8) + 20,
      option(data, look, width, height) {
        const names = Math.min(widest(data.rows, look.small, look.font) + 6, look.rem * 8);
        const grid = { left: names + 12, right: 4, top: look.rem * 1.8, bottom: 4 };
        const cell = [(width - grid.left - grid.right) / data.columns.length - 2, (height - grid.top - grid.bottom) / data.rows.length - 2];
        const texts = data.cells.map((one) => one[3]);
        const roomy = widest(texts, look.small, look.font) < cell[0];
        const bare = { axisLine: { show: false }, splitLine: { show: false } };
        return {
          grid,
          xAxis: Object.assign(nameAxis(look, data.columns), bare, {
            position: "top",
            axisLabel: { color: look.soft, fontSize: look.small, interval: 0, width: cell[0], overflow: "truncate" },
          }),
          yAxis: Object.assign(nameAxis(look, data.rows), bare, {
            inverse: true,
            axisLabel: { color: look.ink, fontSize: look.small, interval: 0, width: names, overflow: "truncate" },
          }),
          tooltip: { trigger: "item", formatter: (point) => data.rows[point.value[1]] + " · " + data.columns[point.value[0]] + "\n" + texts[point.dataIndex] },
          series: [{
            type: "scatter",
            symbol: "rect",
            symbolSize: cell,
            data: data.cells.map((one) => {
              const level = levelOf(one[2], data.levels);
              return {
                value: [one[0], one[1]],
                itemStyle: level === null
                  ? { opacity: 1, color: look.surface, borderColor: look.strong, borderType: "dashed", borderWidth: 1 }
                  : { opacity: 1, color: look.heat[level] },
                label: { color: level !== null && level > 2 ? "#fff" : look.ink },
              };
            }),
            label: { show: roomy, fontSize: look.small, formatter: (point) => texts[point.dataIndex] },
            emphasis: { scale: false, itemStyle: { borderColor: look.ink, borderWidth: 2 } },
          }],
        };
      },
      after: showLegend,
    },
  };

  function levelOf(value, levels) {
    if (value === null || value === undefined) return null;
    return (levels || [20, 40, 60, 80]).filter((limit) => value >= limit).length;
  }

  function showLegend(element, data) {
    const unit = data.unit || "%";
    const levels = data.levels || [20, 40, 60, 80];
    const limits = [0, ...levels];
    const list = document.createElement("ul");
    list.className = "heat-legend";
    limits.forEach((from, index) => {
      const upTo = limits[index + 1];
      add("heat-" + (index + 1), upTo === undefined ? "≥ " + from + unit : from + "–" + upTo + unit);
    });
    if (data.noneText && data.cells.some((one) => one[2] === null)) add("heat-none", data.noneText);
    const outside = element.closest(".chart-box__scroll") || element;
    if (outside.nextElementSibling && outside.nextElementSibling.matches(".heat-legend")) outside.nextElementSibling.remove();
    outside.after(list);

    function add(shade, text) {
      const item = document.createElement("li");
      item.className = shade;
      item.textContent = text;
      list.append(item);
    }
  }

  function draw(element) {
    const kind = KINDS[element.dataset.chart];
    const source = document.getElementById(element.dataset.source);
    if (!kind || !source) return;
    const data = JSON.parse(source.textContent);
    const look = theme();
    // Styles set from a script are allowed by the content security policy; style attributes in the page are not.
    element.style.height = Math.round(kind.height(data, look, element.clientWidth)) + "px";
    if (kind.width) element.style.minWidth = Math.round(kind.width(data, look)) + "px";
    const width = element.clientWidth;
    if (!width) return; // inside something closed: the observer calls again when it opens
    const known = charts.get(element);
    const chart = known ? known.chart : window.echarts.init(element, null, { renderer: "canvas" });
    element.dataset.title = element.dataset.title || element.getAttribute("aria-label") || "";
    const option = base(look, [element.dataset.title, ...kind.words(data)].filter(Boolean).join("; "));
    const own = kind.option(data, look, width, element.clientHeight);
    own.tooltip = Object.assign(option.tooltip, own.tooltip);
    chart.resize({ width, height: element.clientHeight });
    chart.setOption(Object.assign(option, own), { notMerge: true });
    charts.set(element, { chart, width });
    if (kind.after) kind.after(element, data);
  }

  const observer = new ResizeObserver((entries) => {
    entries.forEach(({ target }) => {
      const known = charts.get(target);
      if (target.isConnected && target.clientWidth && (!known || known.width !== target.clientWidth)) draw(target);
    });
  });

  function tidy() {
    charts.forEach(({ chart }, element) => {
      if (element.isConnected) return;
      observer.unobserve(element);
      chart.dispose();
      charts.delete(element);
    });
  }

  function drawAll() {
    tidy();
    document.querySelectorAll("[data-chart]").forEach((element) => {
      draw(element);
      observer.observe(element);
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", drawAll);
  else drawAll();
  document.addEventListener("htmx:afterSettle", drawAll);
  document.addEventListener("portal:type-size", drawAll);
})();
