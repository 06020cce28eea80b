// Serves OUT with `wrangler pages dev` and compares with the manifest: node tests/hosts/cloudflare.mjs OUT MODULES
//
// MODULES is a folder in which `npm install wrangler@4.86.0` was run. Nothing leaves the machine.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { request } from "node:http";
import { published, Tally, urlPath } from "./manifest.mjs";

const [out, modules] = process.argv.slice(2).map((path) => resolve(path));
const { base, records } = published(out);
const tally = new Tally();
const scratch = mkdtempSync(join(tmpdir(), "edgepress-pages-"));

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

const get = (port, path) =>
  new Promise((done, fail) => {
    request({ host: "127.0.0.1", port, path, agent: false }, (response) => {
      response.resume().on("end", () => done({ status: response.statusCode, headers: response.headers }));
    }).on("error", fail).end();
  });

async function listening(port, child) {
  for (let tries = 0; tries < 300 && child.exitCode === null; tries += 1) {
    try {
      return await get(port, "/");
    } catch {
      await new Promise((done) => setTimeout(done, 200));
    }
  }
  throw new Error("wrangler did not answer");
}

/** The path that is answered with 200: pages lose their extension. */
function pretty(record) {
  const path = urlPath(base, record.name);
  if (!path.endsWith(".html")) return path;
  return path.endsWith("/index.html") ? path.slice(0, -"index.html".length) : path.slice(0, -".html".length);
}

async function checkAll(port) {
  const lasts = (answer) => /immutable/.test(answer.headers["cache-control"] ?? "");
  for (const record of records.filter((record) => !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(record.name))) {
    const path = pretty(record);
    const answer = await get(port, path);
    tally.check(`${path}: status`, answer.status, 200);
    const wanted = record.headers["Cache-Control"];
    const isDefault = answer.headers["cache-control"] === "public, max-age=0, must-revalidate" && /^no-(cache|store)$/.test(wanted);
    if (!isDefault) tally.check(`${path}: Cache-Control`, answer.headers["cache-control"], wanted);
    tally.check(`${path}: X-Content-Type-Options`, answer.headers["x-content-type-options"], "nosniff");
    tally.check(`${path}: X-Robots-Tag`, answer.headers["x-robots-tag"], record.headers["X-Robots-Tag"]);
  }
  const folders = new Set(records.map((record) => record.name.slice(0, record.name.lastIndexOf("/") + 1)));
  for (const folder of folders) {
    const path = urlPath(base, `${folder}missing-0123bcdf.js`);
    tally.check(`${path}: lasts`, lasts(await get(port, path)), false);
  }
}

let code = 2;
const port = await freePort();
const command = join(modules, "node_modules/wrangler/bin/wrangler.js");
const args = [command, "pages", "dev", out, "--port", String(port), "--ip", "127.0.0.1", "--compatibility-date", "2025-01-01"];
const env = { ...process.env, CI: "1", CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_SEND_METRICS: "false", HOME: scratch };
const child = spawn(process.execPath, args, { cwd: scratch, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
let log = "";
for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (log += part));
try {
  await listening(port, child);
  await checkAll(port);
  tally.check("warnings about _headers", /Found \d+ invalid header/.test(log), false);
  code = tally.finish();
} catch (error) {
  console.error(error.message, log);
} finally {
  // The group that this script started: wrangler and its workerd.
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // Ended already.
  }
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(code);
