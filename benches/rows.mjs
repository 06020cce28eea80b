// Turns a JSON report and its output tree into rows like those of the peers' minify.mjs.
//   node rows.mjs SITE OUT REPORT PEER_ROWS > ROWS      row: {file, kind, tool: "edgepress", raw, gz, br, ms}
// For exactly the files the peers were given, measured with the same encoder and settings: brotli 11, window 24; gzip 9.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
const [site, out, reportFile, peerRows] = process.argv.slice(2);
const report = JSON.parse(fs.readFileSync(reportFile, 'utf8'));
const files = new Map(report.files.map((file) => [file.path, file]));
const wanted = new Map(fs.readFileSync(peerRows, 'utf8').split('\n').filter((line) => line.startsWith('{')).map(JSON.parse).map(({ file, kind }) => [file, kind]));

for (const [file, kind] of wanted) {
  const logical = path.relative(site, file).split(path.sep).join('/');
  const entry = files.get(logical);
  // A file edgepress leaves out would flatter the total: better to stop.
  if (entry === undefined) throw new Error(`the report does not know ${logical}`);
  const body = fs.readFileSync(path.join(out, entry.output));
  const br = zlib.brotliCompressSync(body, { params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_LGWIN]: 24, [BROTLI_PARAM_SIZE_HINT]: body.length } }).length;
  console.log(JSON.stringify({ file, kind, tool: 'edgepress', raw: body.length, gz: zlib.gzipSync(body, { level: 9 }).length, br, ms: (entry.seconds ?? 0) * 1000 }));
}
