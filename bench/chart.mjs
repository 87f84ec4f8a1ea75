// Proofs a second as an SVG: a panel for each circuit, a group of bars for each number of clients, a bar for each system.
// Each panel has a scale of its own, whose top is its fastest system.

const WIDTH = 860;
const PANEL_HEIGHT = 210;
const LEFT = 56;
const TOP = 64;
const PLOT_HEIGHT = 130;
const FONT = 'font-family="system-ui, sans-serif"';
// Told apart by those who see colours otherwise, too (after Okabe and Ito).
const COLOURS = ['#999999', '#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00'];

export function escapeXml(text) {
  const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return String(text).replace(/[&<>"]/g, (character) => entities[character]);
}

function text(x, y, content, more = '') {
  return `<text x="${x}" y="${y}" ${FONT} font-size="12" fill="#333"${more && ` ${more}`}>${escapeXml(content)}</text>`;
}

/** The next of 1, 2, 5, 10, … that is no less, so that the scale ends on a plain number. */
export function ceiling(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value * (1 - 1e-9));
}

function plain(value) {
  return value === 0 ? '0' : String(Number(value.toPrecision(2)));
}

function scale(top, y) {
  return [0, 0.5, 1].map((share) => {
    const at = y + PLOT_HEIGHT * (1 - share);
    return `<line x1="${LEFT}" y1="${at}" x2="${WIDTH - 16}" y2="${at}" stroke="#ddd"/>${text(LEFT - 6, at + 4, plain(top * share), 'text-anchor="end"')}`;
  });
}

function bar({ x, width, height, y, colour, title }) {
  return `<rect x="${x.toFixed(1)}" y="${(y - height).toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="${colour}"><title>${escapeXml(title)}</title></rect>`;
}

/** One panel: { title, groups: [{ label, bars: [{ series, value, title }] }] }; a value of null is no bar. */
function panel({ title, groups }, colours, y) {
  const values = groups.flatMap(({ bars }) => bars.map(({ value }) => value ?? 0));
  const top = ceiling(Math.max(0, ...values));
  const groupWidth = (WIDTH - LEFT - 16) / groups.length;
  const barWidth = Math.min(28, (groupWidth * 0.8) / colours.size);
  const base = y + PLOT_HEIGHT;
  const parts = [text(LEFT, y - 14, title, 'font-weight="600"'), ...scale(top, y)];
  groups.forEach(({ label, bars }, group) => {
    const middle = LEFT + groupWidth * (group + 0.5);
    const start = middle - (barWidth * bars.length) / 2;
    bars.forEach(({ series, value, title: hint }, place) => {
      if (value === null) return;
      parts.push(bar({ x: start + place * barWidth, width: barWidth - 2, height: (value / top) * PLOT_HEIGHT, y: base, colour: colours.get(series), title: hint }));
    });
    parts.push(text(middle, base + 18, label, 'text-anchor="middle"'));
  });
  return parts.join('\n');
}

function legend(colours) {
  let x = LEFT;
  return [...colours].map(([series, colour]) => {
    const at = x;
    x += 40 + series.length * 7;
    return `<rect x="${at}" y="28" width="12" height="12" fill="${colour}"/>${text(at + 18, 38, series)}`;
  });
}

/** An SVG of bar charts, one below the other. */
export function barChart({ title, panels }) {
  const names = [...new Set(panels.flatMap(({ groups }) => groups.flatMap(({ bars }) => bars.map(({ series }) => series))))];
  const colours = new Map(names.map((name, place) => [name, COLOURS[place % COLOURS.length]]));
  const height = TOP + panels.length * PANEL_HEIGHT;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(LEFT, 18, title, 'font-weight="600"'),
    ...legend(colours),
    ...panels.map((each, place) => panel(each, colours, TOP + 20 + place * PANEL_HEIGHT)),
    '</svg>',
  ].join('\n')}\n`;
}
