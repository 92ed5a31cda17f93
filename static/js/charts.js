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
 *   heatmap  {columns: ["…"], rows: ["…"], cells: [[column, row, value or null, "text", "all words"]],
 *             levels: [20, 40, 60, 80], unit: "%", noneText: "无数据"}      five shades of one hue, hatched legend for null
 *   dots     {categories: ["…"], series: [{name: "…", values: [0.6, null], ranges: [[0.4, 0.8], null]}], unit: "",
 *             target: 1, targetText: "1 = …"}         a row each, with its intervals as lines (labels, ranges, target may be left out)
 *   stack    {categories: ["…"], series: [{name: "…", tone: 0, values: [12.5, null]}]}     a bar of 100 % a row, cut into
 *             answers; tones 0 to 4 go from the worst to the best of a scale
 *   calendar {columns: ["12 月", ""], rows: ["周一"], cells: [[column, row, count, "text", "2026-11-03"]], levels: [1, 3],
 *             legend: ["0", "1–2", "3–9"], link: "/…?day={day}"}    a column a week; with a link, squares open their day
 *             (all words may be left out; legend: ["0–2", "3–8", …] names the shades; a tap opens urls: ["/…?x"], one a row, with queries: ["y=1"], one a column;
 *             summary: what is read aloud instead of every cell)
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
      tones: [1, 2, 3, 4, 5].map((n) => colour("tone-" + n)),
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
    if (value === null || value === undefined) return "–";
    const unit = data.unit ?? "%";
    return (unit === "%" ? value.toFixed(1) : value) + unit;
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
      words: (data) => (data.summary ? [data.summary] : data.cells.map((one) => data.rows[one[1]] + " · " + data.columns[one[0]] + " " + (one[4] || one[3]))),
      height: (data, look, width) => data.rows.length * look.rem * 2.2 + heatRoom(data, look, width).top + 4,
      width: (data, look) => data.columns.length * look.rem * 2.9 + Math.min(widest(data.rows, look.small, look.font), look.rem * 8) + 20,
      option(data, look, width, height) {
        const { names, top, column } = heatRoom(data, look, width);
        const grid = { left: names + 12, right: 4, top, bottom: 4 };
        const cell = [column - 2, (height - grid.top - grid.bottom) / data.rows.length - 2];
        const texts = data.cells.map((one) => one[3]);
        const roomy = widest(texts, look.small, look.font) < cell[0];
        const bare = { axisLine: { show: false }, splitLine: { show: false }, triggerEvent: Boolean(data.urls) };
        return {
          grid,
          xAxis: Object.assign(nameAxis(look, data.columns), bare, {
            position: "top",
            axisLabel: { color: look.soft, fontSize: look.small, lineHeight: look.small * 1.25, interval: 0, width: cell[0], overflow: "break" },
          }),
          yAxis: Object.assign(nameAxis(look, data.rows), bare, {
            inverse: true,
            axisLabel: { color: look.ink, fontSize: look.small, interval: 0, width: names, overflow: "truncate" },
          }),
          tooltip: { trigger: "item", formatter: (point) => data.rows[point.value[1]] + " · " + data.columns[point.value[0]] + "\n" + (data.cells[point.dataIndex][4] || texts[point.dataIndex]) },
          series: [{
            type: "scatter",
            symbol: "rect",
            symbolSize: cell,
            cursor: data.urls ? "pointer" : "default",
            data: data.cells.map((one) => {
              const level = levelOf(one[2], data.levels);
              return {
                value: [one[0], one[1]],
                itemStyle: level === null
                  ? { opacity: 1, color: look.surface, borderColor: look.line, borderWidth: 1 }
                  : { opacity: 1, color: look.heat[level] },
                label: { color: level !== null && level > 2 ? "#fff" : look.ink },
              };
            }),
            label: { show: roomy, fontSize: look.small, formatter: (point) => texts[point.dataIndex] },
            emphasis: { scale: false, itemStyle: { borderColor: look.ink, borderWidth: 2 } },
          }],
        };
      },
      click: openCell,
      after: showLegend,
    },

    dots: {
      words: (data) => data.categories.map((name, index) => name + " " + data.series.map((line) => line.name + " " + shown(line.values[index], data)).join(", ")),
      height: (data, look, width) => data.categories.length * look.rem * (cramped(width, look) ? 2.9 : 2.1) + look.rem * 2.2 + roomAbove(data, look, width),
      option(data, look, width) {
        const narrow = cramped(width, look);
        const names = narrow ? 0 : Math.min(widest(data.categories, look.small, look.font) + 6, width * 0.38);
        const labels = data.labels || data.series[0].values.map((value) => shown(value, data));
        const top = roomAbove(data, look, width);
        const axis = percentAxis(look, data);
        axis.axisLabel.hideOverlap = true;
        const points = data.series.map((line, index) => ({
          type: "scatter",
          name: line.name,
          symbol: ["circle", "diamond", "triangle"][index % 3],
          symbolSize: index ? 12 : 11,
          symbolOffset: [0, index * look.rem * 0.4],
          color: look.series[index % look.series.length],
          itemStyle: { opacity: 1, borderColor: look.surface, borderWidth: 1 },
          emphasis: { scale: false },
          z: 5 + data.series.length - index,
          data: line.values.map((value, row) => (value === null || value === undefined ? null : [value, row])).filter(Boolean),
        }));
        points[0].markLine = data.target === undefined
          ? undefined
          : {
              silent: true,
              symbol: "none",
              animation: false,
              lineStyle: { color: look.seal, type: "dashed", width: 1.5 },
              label: { formatter: data.targetText || "", position: "start", distance: 4, color: look.seal, fontSize: look.small },
              data: [[{ xAxis: data.target, y: top - look.rem * 0.1 }, { xAxis: data.target, y: "100%" }]],
            };
        return {
          grid: { left: narrow ? 1 : names + 12, right: widest(labels, look.small, look.font) + 14, top, bottom: look.rem * 1.5 },
          legend: data.series.length > 1
            ? { type: "plain", top: 0, left: 0, itemGap: 16, data: data.series.map((line) => line.name), textStyle: { color: look.ink, fontSize: look.small, fontFamily: look.font } }
            : undefined,
          xAxis: axis,
          yAxis: [
            Object.assign(nameAxis(look, data.categories), {
              inverse: true,
              z: 4,
              splitLine: { show: true, lineStyle: { color: look.line } },
              axisLabel: narrow
                ? { inside: true, margin: 0, verticalAlign: "bottom", padding: [0, 0, look.rem * 0.55, 0], color: look.ink, fontSize: look.small, interval: 0 }
                : { color: look.ink, fontSize: look.small, width: names, overflow: "truncate", interval: 0 },
            }),
            Object.assign(nameAxis(look, labels), { inverse: true, position: "right", axisLine: { show: false }, axisLabel: { color: look.ink, fontSize: look.small, interval: 0 } }),
          ],
          tooltip: { trigger: "item", formatter: (point) => data.categories[point.value[1]] + "\n" + point.seriesName + " " + shown(point.value[0], data) },
          series: [...intervals(data, look), ...points],
        };
      },
    },

    stack: {
      words: (data) => data.categories.map((name, row) => name + " " + data.series.filter((part) => part.values[row] !== null).map((part) => part.name + " " + shown(part.values[row], data)).join(", ")),
      height: (data, look, width) => data.categories.length * look.rem * (cramped(width, look) ? 3.2 : 2.3) + look.rem * (2.2 + 1.7 * legendLines(data, look, width)),
      option(data, look, width) {
        const narrow = cramped(width, look);
        const names = narrow ? 0 : Math.min(widest(data.categories, look.small, look.font) + 6, width * 0.38);
        const axis = percentAxis(look, { max: 100 });
        axis.axisLabel.hideOverlap = true;
        return {
          grid: { left: narrow ? 1 : names + 12, right: 14, top: look.rem * (0.7 + 1.7 * legendLines(data, look, width)), bottom: look.rem * 1.5 },
          legend: { type: "plain", top: 0, left: 0, itemGap: 16, textStyle: { color: look.ink, fontSize: look.small, fontFamily: look.font } },
          xAxis: axis,
          yAxis: Object.assign(nameAxis(look, data.categories), {
            inverse: true,
            z: 4,
            axisLabel: narrow
              ? { inside: true, margin: 0, verticalAlign: "bottom", padding: [0, 0, look.rem * 0.75, 0], color: look.ink, fontSize: look.small, interval: 0 }
              : { color: look.ink, fontSize: look.small, width: names, overflow: "truncate", interval: 0 },
          }),
          tooltip: { trigger: "item", formatter: (point) => point.name + "\n" + point.seriesName + " " + shown(point.value, data) },
          series: data.series.map((part) => ({
            type: "bar",
            stack: "whole",
            name: part.name,
            barWidth: narrow ? look.rem * 1.1 : "62%",
            data: part.values,
            color: look.tones[part.tone],
            itemStyle: { borderColor: look.surface, borderWidth: 1 },
            label: {
              show: true,
              fontSize: look.small,
              color: part.tone === 0 || part.tone === 4 ? look.surface : look.ink,
              formatter: (point) => (point.value && (width - names) * point.value > 100 * look.rem * 2.4 ? Math.round(point.value) + "%" : ""),
            },
          })),
        };
      },
    },

    /* Squares on two name axes too: a column a week, so the latest days stand on the right. */
    calendar: {
      words: () => [],
      height: (data, look) => data.rows.length * look.rem * 1.35 + look.rem * 1.8,
      width: (data, look) => data.columns.length * look.rem * 1.05 + widest(data.rows, look.small, look.font) + 20,
      option(data, look, width, height) {
        const grid = { left: widest(data.rows, look.small, look.font) + 14, right: 4, top: look.rem * 1.6, bottom: 4 };
        const cell = [(width - grid.left - grid.right) / data.columns.length - 2, (height - grid.top - grid.bottom) / data.rows.length - 2];
        const bare = { axisLine: { show: false }, splitLine: { show: false } };
        // The names of months repeat within thirteen of them, and a category must not: weeks are numbered.
        const weeks = data.columns.map((name, index) => String(index));
        return {
          grid,
          xAxis: Object.assign(nameAxis(look, weeks), bare, {
            position: "top",
            axisLabel: { color: look.soft, fontSize: look.small, interval: (index) => Boolean(data.columns[index]), formatter: (week) => data.columns[week] },
          }),
          yAxis: Object.assign(nameAxis(look, data.rows), bare, { inverse: true, axisLabel: { color: look.ink, fontSize: look.small, interval: 0 } }),
          tooltip: { trigger: "item", formatter: (point) => data.cells[point.dataIndex][4] + " " + data.rows[point.value[1]] + "\n" + data.cells[point.dataIndex][3] },
          series: [{
            type: "scatter",
            symbol: "rect",
            symbolSize: cell,
            cursor: data.link ? "pointer" : "default",
            data: data.cells.map((one) => ({ value: [one[0], one[1]], itemStyle: { opacity: 1, color: look.heat[levelOf(one[2], data.levels)] } })),
            emphasis: { scale: false, itemStyle: { borderColor: look.ink, borderWidth: 2 } },
          }],
        };
      },
      after(element, data) {
        showLegend(element, data);
        const chart = charts.get(element).chart;
        chart.off("click");
        if (data.link) {
          chart.on("click", (point) => {
            const [, , count, , day] = data.cells[point.dataIndex];
            if (count) window.location.assign(data.link.replaceAll("{day}", day));
          });
        }
        const scroller = element.closest(".chart-box__scroll");
        if (scroller && !scroller.dataset.atEnd) {
          scroller.dataset.atEnd = "yes";
          scroller.scrollLeft = scroller.scrollWidth;
        }
      },
    },
  };

  /* In how many lines a legend stands whose names differ much in length: each goes where it still fits. */
  function legendLines(data, look, width) {
    let [lines, used] = [1, 0];
    data.series.forEach((part) => {
      const room = widest([part.name], look.small, look.font) + 25 + 5 + 16;
      if (used && used + room > width) [lines, used] = [lines + 1, 0];
      used += room;
    });
    return lines;
  }

  /* What stands above the dots: a legend where there are several, and the words of the line. */
  function roomAbove(data, look, width) {
    const rows = data.series.length > 1 ? legendRows(data.series.map((line) => line.name), look, width) : 0;
    return look.rem * (1.5 * rows + (data.target === undefined ? 0.4 : 1.4));
  }

  /* Intervals as thin bars that stand on invisible ones. */
  function intervals(data, look) {
    const line = data.series.find((one) => one.ranges);
    if (!line) return [];
    const bar = { type: "bar", stack: "interval", barWidth: 3, silent: true, tooltip: { show: false } };
    return [
      Object.assign({}, bar, { itemStyle: { color: "transparent" }, data: line.ranges.map((one) => (one ? one[0] : null)) }),
      Object.assign({}, bar, { itemStyle: { color: look.strong }, data: line.ranges.map((one) => (one ? one[1] - one[0] : null)) }),
    ];
  }

  /* The names of columns are broken into as many lines as they need; above that many the end is left out. */
  function heatRoom(data, look, width) {
    const names = Math.min(widest(data.rows, look.small, look.font) + 6, look.rem * (cramped(width, look) ? 8 : 12));
    const column = (width - names - 16) / data.columns.length;
    const lines = Math.min(4, Math.ceil(widest(data.columns, look.small, look.font) / Math.max(column - look.small, look.small)));
    return { names, column, top: look.small * 1.25 * lines + look.rem * 0.7 };
  }

  /* A cell opens its row's address with what its column asks for; the name of a row opens the row. */
  function openCell(point, data) {
    if (!data.urls) return;
    const onName = point.componentType === "yAxis";
    if (!onName && point.componentType !== "series") return;
    const row = onName ? data.rows.indexOf(point.value) : data.cells[point.dataIndex][1];
    const query = !onName && data.queries ? data.queries[data.cells[point.dataIndex][0]] : "";
    if (!data.urls[row]) return;
    const address = new URL(data.urls[row], window.location.href);
    new URLSearchParams(query).forEach((value, name) => address.searchParams.set(name, value));
    window.location.assign(address.href);
  }

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
      add("heat-" + (index + 1), data.legend ? data.legend[index] : upTo === undefined ? "≥ " + from + unit : from + "–" + upTo + unit);
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
    chart.off("click");
    if (kind.click) chart.on("click", (point) => kind.click(point, data));
    charts.set(element, { chart, width });
    if (kind.after) kind.after(element, data);
  }

  /* For pictures.js: how a chart is drawn still, and at least so wide that it can be read on paper. */
  window.portalCharts = {
    describe(element, least) {
      const kind = KINDS[element.dataset.chart];
      const source = document.getElementById(element.dataset.source);
      if (!kind || !source) return null;
      const data = JSON.parse(source.textContent);
      const look = theme();
      look.font = look.font.replaceAll('"', "'"); // the library's SVG writes it between double quotes
      const width = Math.round(Math.max(kind.width ? kind.width(data, look) : 0, least));
      const height = Math.round(kind.height(data, look, width));
      const option = Object.assign(base(look, ""), kind.option(data, look, width, height));
      return { width, height, option: Object.assign(option, { animation: false, aria: undefined, tooltip: undefined }) };
    },
  };

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
