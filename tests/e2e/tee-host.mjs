#!/usr/bin/env node
// Stands between a browser and the real consentlog-host (CL_TEE_HOST) and notes each question with its answer, a line of
// JSON each, in CL_TEE_FILE. What passes through is not changed.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { endianness } from 'node:os';

const host = spawn(process.env.CL_TEE_HOST, process.argv.slice(2), { stdio: ['pipe', 'pipe', 'inherit'] });
const questions = [];

/** Calls `take` with each whole frame's JSON of what is written to it. */
function frames(take) {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const length = held.length < 4 ? Infinity : endianness() === 'LE' ? held.readUInt32LE() : held.readUInt32BE();
      if (held.length < 4 + length) return;
      take(JSON.parse(held.subarray(4, 4 + length).toString()));
      held = held.subarray(4 + length);
    }
  };
}

process.stdin.on(
  'data',
  frames((question) => questions.push(question)),
);
process.stdin.pipe(host.stdin);
host.stdin.on('error', () => {});
host.stdout.on(
  'data',
  frames((answer) => {
    appendFileSync(process.env.CL_TEE_FILE, `${JSON.stringify({ question: questions.shift(), answer })}\n`);
  }),
);
host.stdout.pipe(process.stdout);
host.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
