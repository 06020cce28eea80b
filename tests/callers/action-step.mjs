// Runs the one step of action.yml as GitHub does: expressions are put into the step's environment, the script goes to
// bash with -e and pipefail, the workspace is the current folder.
//   node action-step.mjs ACTION_FOLDER SCRATCH NAME=VALUE...      prints {"code", "outputs", "summary", "log"}
// Refuses an action whose script holds an expression, or that declares an output it never sets.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const { parse } = createRequire(new URL('../browser/package.json', import.meta.url))('yaml');
const [folder, scratch, ...given] = process.argv.slice(2);
const action = parse(fs.readFileSync(path.join(folder, 'action.yml'), 'utf8'));
const inputs = Object.fromEntries(Object.entries(action.inputs).map(([name, { default: value }]) => [name, value ?? '']));
for (const pair of given) inputs[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1);

const [step, ...more] = action.runs.steps;
if (action.runs.using !== 'composite' || more.length > 0) throw new Error('the action is not one composite step any more: this runner must learn it');
if (step.run.includes('${{')) throw new Error('an expression in a run line lets an input become code');

const fill = (text) => String(text).replace(/\$\{\{ *inputs\.([\w-]+) *\}\}/g, (_, name) => {
  if (!(name in inputs)) throw new Error(`no input ${name}`);
  return inputs[name];
});
fs.mkdirSync(path.join(scratch, 'temp'), { recursive: true });
const file = (name) => { const full = path.join(scratch, name); fs.writeFileSync(full, ''); return full; };
const [output, summary] = ['github-output', 'github-summary'].map(file);
const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step.run], {
  encoding: 'utf8',
  env: { PATH: process.env.PATH, HOME: process.env.HOME, CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_ACTION_PATH: path.resolve(folder),
    GITHUB_WORKSPACE: process.cwd(), GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: path.join(scratch, 'temp'), RUNNER_OS: 'Linux',
    ...Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, fill(value)])) },
});

/** Reads NAME<<MARK ... MARK and NAME=VALUE as the runner does. */
function readOutputs(text) {
  const lines = text.split('\n'), found = {};
  while (lines.length > 0) {
    const line = lines.shift(), open = /^([\w-]+)<<(.+)$/.exec(line), plain = /^([\w-]+)=(.*)$/.exec(line);
    if (open) found[open[1]] = lines.splice(0, lines.indexOf(open[2]) + 1).slice(0, -1).join('\n');
    else if (plain) found[plain[1]] = plain[2];
  }
  return found;
}

const outputs = readOutputs(fs.readFileSync(output, 'utf8'));
const declared = Object.values(action.outputs).map(({ value }) => /outputs\.([\w-]+)/.exec(value)[1]);
console.log(JSON.stringify({ code: status, outputs, unset: declared.filter((name) => !(name in outputs)), unknown: Object.keys(outputs).filter((name) => !declared.includes(name)),
  summary: fs.readFileSync(summary, 'utf8'), log: stdout + stderr }));
