// As much TOML as inputs of a circuit need: keys with numbers, strings, booleans and arrays of those.

const ENTRY = /\s*([\w-]+)\s*=\s*(\[[^\[\]]*\]|"[^"]*"|[^\s\[\]",]+)[^\S\n]*(?:\n|$)/y;

export function parseToml(text) {
  const source = text.replace(/#.*/g, '').trimEnd();
  const values = {};
  ENTRY.lastIndex = 0;
  while (ENTRY.lastIndex < source.length) {
    const from = ENTRY.lastIndex;
    const match = ENTRY.exec(source);
    if (match === null) throw new SyntaxError(`cannot read ${firstLine(source.slice(from))}`);
    values[match[1]] = parseValue(match[1], match[2]);
  }
  return values;
}

function firstLine(text) {
  return JSON.stringify(text.trimStart().split('\n')[0]);
}

function parseValue(key, text) {
  try {
    return JSON.parse(text.replace(/,\s*\]$/, ']'), exact);
  } catch (error) {
    throw new SyntaxError(`cannot read the value of ${key}: ${error.message}`);
  }
}

function exact(_, value) {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError('write large numbers as strings');
  return value;
}
