// What proofs come packed in, opened by the rules of the formats and not by knowing who wrote them.

import assert from 'node:assert/strict';
import { crc32, inflateRawSync } from 'node:zlib';

const CRLF = '\r\n';

function headersOf(text) {
  const lines = text.split(CRLF).filter(Boolean);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
}

/** The parts of a multipart body (RFC 2046) by the file names that they carry. */
export function openMultipart(contentType, body) {
  const boundary = contentType.match(/;\s*boundary="?([^";]+)"?/)[1];
  const text = `${CRLF}${body.toString('latin1')}`;
  const [preamble, ...rest] = text.split(`${CRLF}--${boundary}`);
  const epilogue = rest.pop();
  assert.equal(preamble, '');
  assert.match(epilogue, /^--(\r\n)?$/, 'the last boundary');
  const parts = rest.map((part) => {
    assert.ok(part.startsWith(CRLF), 'a boundary ends its line');
    const end = part.indexOf(CRLF + CRLF);
    const headers = headersOf(part.slice(0, end));
    const name = headers['content-disposition'].match(/^attachment; filename="([^"]+)"$/)[1];
    return [name, Buffer.from(part.slice(end + 4), 'latin1')];
  });
  return Object.fromEntries(parts);
}

/** The files of a zip archive, found by its central directory. */
export function openZip(bytes) {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  assert.ok(end >= 0, 'an end of central directory');
  const files = {};
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    assert.equal(bytes.readUInt32LE(at), 0x02014b50);
    const [method, sum, packed, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 16), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24)];
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    assert.equal(bytes.readUInt32LE(local), 0x04034b50);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const stored = bytes.subarray(start, start + packed);
    const file = method === 0 ? stored : inflateRawSync(stored);
    assert.equal(file.length, size, name);
    assert.equal(crc32(file), sum, name);
    files[name] = file;
    at += 46 + nameLength + extra + comment;
  }
  assert.equal(at, end, 'the central directory ends where it should');
  return files;
}

/** A multipart/form-data body, as curl -F and browsers write it. */
export function makeForm(files) {
  const boundary = 'a-boundary-of-the-tests';
  const parts = Object.entries(files).flatMap(([name, bytes]) => [
    Buffer.from(`--${boundary}${CRLF}Content-Disposition: form-data; name="${name}"; filename="${name}"${CRLF}` +
      `Content-Type: application/octet-stream${CRLF}${CRLF}`),
    bytes,
    Buffer.from(CRLF),
  ]);
  return { body: Buffer.concat([...parts, Buffer.from(`--${boundary}--${CRLF}`)]), headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` } };
}
