// The pages of the documentation and what is in them: for script/check-docs, and for the test that runs their blocks.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ELSEWHERE = /^(node_modules|build.*|dist|\..*)$/;

function* walk(root, folder = '') {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !ELSEWHERE.test(entry.name)) yield* walk(root, path);
    else if (entry.isFile() && entry.name.endsWith('.md')) yield path;
  }
}

/** Each Markdown file of the repository: { path, text, prose, blocks, headings, anchors, links }. */
export function readPages(root) {
  return [...walk(root)].sort().map((path) => parsePage(path, readFileSync(join(root, path), 'utf8')));
}

/** A block is { language, text, line, heading }; `prose` is the text without blocks, line for line. */
export function parsePage(path, text) {
  const blocks = [];
  const headings = [];
  let block;
  const prose = text.split('\n').map((line, place) => {
    const fence = /^( *)```(.*)$/.exec(line);
    if (block === undefined && fence) {
      block = { language: fence[2], indent: fence[1].length, text: '', line: place + 1, heading: headings.at(-1) ?? '' };
      return '';
    }
    if (block === undefined) {
      const heading = /^#{1,6} (.*)$/.exec(line)?.[1];
      if (heading !== undefined) headings.push(heading);
      return line;
    }
    if (fence && fence[2] === '') {
      blocks.push(block);
      block = undefined;
    } else {
      block.text += `${line.slice(Math.min(block.indent, line.search(/\S|$/)))}\n`;
    }
    return '';
  });
  if (block !== undefined) blocks.push({ ...block, unclosed: true });
  return { path, text, prose, blocks, headings, anchors: anchorsOf(headings), links: linksOf(prose) };
}

/** As GitHub makes them: lower case, no punctuation, dashes for blanks; -1, -2 for what was there. */
function anchorsOf(headings) {
  const seen = new Map();
  return headings.map((heading) => {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
}

function linksOf(prose) {
  return prose.flatMap((line, place) => {
    const shown = line.replaceAll(/`[^`]*`/g, (code) => ' '.repeat(code.length));
    return [...shown.matchAll(/\]\(([^)\s]*)\)/g)].map(([, target]) => ({ target, line: place + 1 }));
  });
}

/** The words of a page that are set as code, outside its blocks. */
export function codeWords(page) {
  return page.prose.flatMap((line, place) => [...line.matchAll(/`([^`]+)`/g)].map(([, word]) => ({ word, line: place + 1 })));
}

/** The path of a link's file from the root, and its anchor; undefined for one to the web. */
export function resolveLink(page, target) {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [file, anchor] = target.split('#');
  return { path: file === '' ? page.path : relative('.', join(dirname(page.path), file)), anchor };
}
