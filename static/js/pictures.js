/*
 * Pictures of charts and maps, to be put into papers: what stands on the page, drawn again with its words inside.
 *
 *   <div data-picture-area="…" data-picture-period="…">            around all figures of a page
 *     <span hidden data-picture-source="…"></span>
 *     <figure>
 *       <div data-chart="…" data-title="…" data-n="…">          or   <svg data-picture data-title="…" data-n="…">
 *       <ul class="heat-legend">…</ul>                           is drawn too, with the colours before its lines
 *       <button data-picture-as="png">  <button data-picture-as="svg">
 *     </figure>
 *   </div>
 *
 * First an SVG is written; the PNG is that SVG, painted at twice its size. No words live here.
 */
(function () {
  "use strict";

  const LEAST_WIDTH = 760;
  const SHARPNESS = 2;
  const PADDING = 24;
  const GAP = 10;
  // Computed looks of a drawing on the page that its copy needs, away from the style sheet.
  const LOOKS = [
    "display", "visibility", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin",
    "stroke-opacity", "opacity", "paint-order", "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline",
  ];
  const canvas = document.createElement("canvas").getContext("2d");

  function escape(text) {
    return String(text).replace(/[&<>"']/g, (sign) => "&#" + sign.charCodeAt(0) + ";");
  }

  function theme() {
    const style = getComputedStyle(document.documentElement);
    const rem = parseFloat(style.fontSize);
    const colour = (name) => style.getPropertyValue("--" + name).trim();
    return { rem, font: getComputedStyle(document.body).fontFamily, ink: colour("ink"), soft: colour("ink-soft"), line: colour("line-strong") };
  }

  function measure(text, size, look, weight) {
    canvas.font = (weight || 400) + " " + size + "px " + look.font;
    return canvas.measureText(text).width;
  }

  // Chinese has no blanks to break at: a line ends where the next sign would not fit.
  function wrap(text, size, look, width, weight) {
    const lines = [""];
    Array.from(text).forEach((sign) => {
      const last = lines[lines.length - 1];
      if (last && measure(last + sign, size, look, weight) > width) lines.push(sign.trim());
      else lines[lines.length - 1] = last + sign;
    });
    return lines.filter(Boolean);
  }

  /* Each part is {height, draw(x, y)}; the picture is the parts, one under the other. */

  function words(text, size, colour, weight, look, width) {
    const lines = text ? wrap(text, size, look, width, weight) : [];
    const step = size * 1.4;
    return {
      height: lines.length * step,
      draw: (x, y) => lines.map((line, index) =>
        '<text x="' + x + '" y="' + (y + step * index + size) + '" font-family="' + escape(look.font) + '" font-size="' + size +
        '" font-weight="' + weight + '" fill="' + colour + '">' + escape(line) + "</text>").join(""),
    };
  }

  function readLegend(figure) {
    return Array.from(figure.querySelectorAll(".heat-legend li, [data-legend] li")).map((item) => {
      const sign = getComputedStyle(item, "::before");
      return { text: item.textContent.trim(), fill: sign.backgroundColor, hatched: sign.backgroundImage !== "none" };
    });
  }

  function legend(items, look, width) {
    const size = look.rem * 0.78;
    const box = size * 1.1;
    const step = size * 1.9;
    const places = [];
    let x = 0;
    let row = 0;
    items.forEach((item) => {
      const room = box + 6 + measure(item.text, size, look) + 18;
      if (x && x + room > width) { x = 0; row += 1; }
      places.push({ item, x, row });
      x += room;
    });
    return {
      height: items.length ? (row + 1) * step : 0,
      draw: (left, top) => places.map(({ item, x: at, row: line }) => {
        const y = top + line * step + 4;
        const from = left + at;
        const square = '<rect x="' + from + '" y="' + y + '" width="' + box + '" height="' + box + '" rx="3" fill="' + item.fill + '" stroke="' + look.line + '"/>';
        const stroke = item.hatched ? '<path d="M' + from + " " + (y + box) + "l" + box + " " + -box + '" stroke="' + look.line + '"/>' : "";
        return square + stroke + '<text x="' + (from + box + 6) + '" y="' + (y + box - 3) + '" font-family="' + escape(look.font) + '" font-size="' + size + '" fill="' + look.soft + '">' + escape(item.text) + "</text>";
      }).join(""),
    };
  }

  function drawChart(element) {
    const described = window.portalCharts.describe(element, Math.max(element.clientWidth, LEAST_WIDTH));
    if (!described) return null;
    const { width, height, option } = described;
    const chart = window.echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
    chart.setOption(option);
    const text = chart.renderToSVGString();
    chart.dispose();
    return { width, height, draw: (x, y) => '<g transform="translate(' + x + " " + y + ')">' + text + "</g>" };
  }

  function copyLooks(from, to) {
    const style = getComputedStyle(from);
    LOOKS.forEach((name) => to.setAttribute(name, style.getPropertyValue(name)));
    to.removeAttribute("class");
    to.removeAttribute("href");
    Array.from(from.children).forEach((child, index) => copyLooks(child, to.children[index]));
  }

  function copyDrawing(element) {
    const known = element.getBoundingClientRect();
    const copy = element.cloneNode(true);
    copyLooks(element, copy);
    const scale = Math.max(1, LEAST_WIDTH / known.width);
    const width = Math.round(known.width * scale);
    const height = Math.round(known.height * scale);
    if (!copy.getAttribute("viewBox")) copy.setAttribute("viewBox", "0 0 " + known.width + " " + known.height);
    return {
      width,
      height,
      draw(x, y) {
        Object.entries({ x, y, width, height }).forEach(([name, value]) => copy.setAttribute(name, value));
        return new XMLSerializer().serializeToString(copy);
      },
    };
  }

  function compose(figure) {
    const element = figure.querySelector("[data-chart], svg[data-picture]");
    const drawing = element && (element.matches("svg") ? copyDrawing(element) : drawChart(element));
    if (!drawing) return null;
    const around = element.closest("[data-picture-area]") || document.body;
    const { pictureArea, picturePeriod } = around.dataset;
    const source = around.querySelector("[data-picture-source]");
    const look = theme();
    const said = element.dataset;
    const sub = [pictureArea, picturePeriod, said.n].filter(Boolean).join(" · ");
    const title = said.title || element.getAttribute("aria-label") || "";
    const parts = [
      words(title, look.rem * 1.15, look.ink, 650, look, drawing.width),
      words(sub, look.rem * 0.85, look.soft, 400, look, drawing.width),
      drawing,
      legend(readLegend(figure), look, drawing.width),
      words(source ? source.dataset.pictureSource : "", look.rem * 0.75, look.soft, 400, look, drawing.width),
    ].filter((part) => part.height);
    const width = drawing.width + 2 * PADDING;
    const height = Math.round(parts.reduce((sum, part) => sum + part.height + GAP, 2 * PADDING - GAP));
    let y = PADDING;
    const inside = parts.map((part) => {
      const text = part.draw(PADDING, y);
      y += part.height + GAP;
      return text;
    });
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="' + width + '" height="' + height +
      '" viewBox="0 0 ' + width + " " + height + '"><title>' + escape(title) + '</title><rect width="100%" height="100%" fill="#fff"/>' + inside.join("") + "</svg>";
    const when = (picturePeriod || "").replace(/\s+/g, ""); // as files of tables are named
    const name = [title, pictureArea, when].filter(Boolean).join("-").replace(/[\\/:*?"<>|\s]+/g, "_");
    return { svg, width, height, name };
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60000); // some browsers read it only after the click is over
  }

  async function paint(picture) {
    const image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(picture.svg);
    await image.decode();
    const sheet = document.createElement("canvas");
    sheet.width = picture.width * SHARPNESS;
    sheet.height = picture.height * SHARPNESS;
    sheet.getContext("2d").drawImage(image, 0, 0, sheet.width, sheet.height);
    return new Promise((resolve) => sheet.toBlob(resolve, "image/png"));
  }

  async function take(button) {
    const picture = compose(button.closest("figure"));
    if (!picture) return;
    if (button.dataset.pictureAs === "svg") save(new Blob([picture.svg], { type: "image/svg+xml" }), picture.name + ".svg");
    else save(await paint(picture), picture.name + ".png");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-picture-as]");
    if (button) take(button);
  });
})();
