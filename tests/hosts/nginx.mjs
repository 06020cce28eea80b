// Starts a real nginx with the emitted files and asks it for everything: node tests/hosts/nginx.mjs OUT
//
// Needs nginx and its brotli_static module (Debian: nginx, libnginx-mod-http-brotli-static). NGINX and NGINX_MODULES
// name other places. Exit code 0 when every check passed, 1 when one failed, 2 when nginx could not be started.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { published, Tally, urlPath } from "./manifest.mjs";

const out = realpathSync(process.argv[2] ?? ".");
const nginx = process.env.NGINX ?? "nginx";
const modules = process.env.NGINX_MODULES ?? "/usr/lib/nginx/modules";
const scratch = mkdtempSync(join(tmpdir(), "edgepress-nginx-"));
const { base, records } = published(out);
const tally = new Tally();

const DECODE = { br: brotliDecompressSync, gzip: gunzipSync, identity: (body) => body };
const CLIENTS = [["br", ["br"]], ["gzip", ["gzip"]], ["gzip, deflate, br, zstd", ["br", "gzip"]], [undefined, []], ["br;q=0", []], ["gzip;q=0, br;q=0", []]];

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const get = (port, path, encoding) =>
  new Promise((resolve, reject) => {
    const headers = encoding === undefined ? {} : { "accept-encoding": encoding };
    request({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
      response.on("error", reject);
    }).on("error", reject).end();
  });

/** The output at its base below a root of its own, through a link when the base is not the top. */
function documentRoot() {
  if (base === "/") return out;
  const root = join(scratch, "root");
  const place = join(root, decodeURIComponent(base).replace(/\/$/, ""));
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(out, place);
  return root;
}

function configuration(port) {
  const module = join(modules, "ngx_http_brotli_static_module.so");
  return `${existsSync(module) ? `load_module ${module};` : ""}
daemon off; worker_processes 1; pid ${scratch}/pid; error_log ${scratch}/error.log warn;
${process.getuid() === 0 ? "user root;" : ""}
events {}
http {
  include /etc/nginx/mime.types;
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${scratch}/${name};`).join(" ")}
  include ${out}/edgepress.nginx.conf;
  server { listen 127.0.0.1:${port}; root ${documentRoot()}; include ${out}/edgepress.locations.conf; }
}`;
}

async function checkFile(port, record, path) {
  const identity = readFileSync(join(out, record.name));
  for (const [accept, codings] of CLIENTS) {
    const what = `${path} for ${accept ?? "no coding"}`;
    const answer = await get(port, path, accept);
    const expected = codings.find((coding) => record.siblings[coding]) ?? "identity";
    const actual = answer.headers["content-encoding"] ?? "identity";
    tally.check(`${what}: status`, answer.status, 200);
    tally.check(`${what}: coding`, actual, expected);
    const hasSiblings = Boolean(record.siblings.br || record.siblings.gzip);
    tally.check(`${what}: Vary`, answer.headers.vary ?? "", hasSiblings ? "Accept-Encoding" : "");
    for (const name of ["Cache-Control", "Content-Type", "X-Content-Type-Options", "Access-Control-Allow-Origin", "X-Robots-Tag"]) {
      tally.check(`${what}: ${name}`, answer.headers[name.toLowerCase()], record.headers[name]);
    }
    let body;
    try {
      body = DECODE[actual]?.(answer.body);
    } catch {
      // Said by the check below.
    }
    tally.check(`${what}: body`, body?.equals(identity) ?? false, true);
  }
}

async function checkMissing(port, path, what) {
  for (const accept of ["br", "gzip", undefined]) {
    const answer = await get(port, path, accept);
    tally.check(`${what} ${path}: status`, answer.status, 404);
    tally.check(`${what} ${path}: lasts`, /immutable|max-age=[1-9]/.test(answer.headers["cache-control"] ?? ""), false);
  }
}

/** Control characters in a name leave a file without rules of its own, with a finding; the build reported it. */
const isWritable = (name) => !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(name);

async function checkAll(port) {
  const own = new Set(records.map((record) => record.name));
  for (const record of records.filter((record) => isWritable(record.name))) {
    const path = urlPath(base, record.name);
    await checkFile(port, record, path);
    if (/(^|\/)index\.html$/.test(record.name)) await checkFile(port, record, path.slice(0, -"index.html".length));
    for (const sibling of Object.values(record.siblings)) {
      if (!own.has(sibling.name)) await checkMissing(port, urlPath(base, sibling.name), "sibling");
    }
  }
  const hidden = ["edgepress.manifest.json", "edgepress.nginx.conf", "edgepress.locations.conf", "_headers"];
  for (const name of hidden) await checkMissing(port, urlPath(base, name), "hidden");
  const folders = new Set(records.map((record) => record.name.slice(0, record.name.lastIndexOf("/") + 1)));
  for (const folder of folders) {
    for (const name of ["missing-0123bcdf.js", "missing.css", "Missing"]) {
      await checkMissing(port, urlPath(base, folder + name), "missing");
    }
  }
}

async function listening(port, child) {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries += 1) {
    try {
      return await get(port, "/", undefined);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error("nginx did not answer");
}

async function main() {
  const port = await freePort();
  const file = join(scratch, "nginx.conf");
  writeFileSync(file, configuration(port));
  const test = spawnSync(nginx, ["-t", "-e", join(scratch, "error.log"), "-c", file], { encoding: "utf8" });
  if (test.error || test.status !== 0) {
    console.error(test.error?.message ?? test.stderr);
    return 2;
  }
  tally.check("warnings", test.stderr.split("\n").filter((line) => /\[(warn|error|emerg)\]/.test(line)).join("\n"), "");
  const child = spawn(nginx, ["-e", join(scratch, "error.log"), "-c", file], { stdio: "inherit" });
  try {
    await listening(port, child);
    await checkAll(port);
  } finally {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    if (child.exitCode === null && child.kill("SIGTERM")) await ended;
  }
  return tally.finish();
}

let code = 2;
try {
  code = await main();
} catch (error) {
  console.error(error.message);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(code);
