import { GetTraceSummariesCommand } from '@aws-sdk/client-xray';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitKeypressEvents } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { breaksOf } from './breaks.ts';
import type { Break } from './breaks.ts';
import { keyOf, newRepairs, newTraces, repairTold, traceTold } from './news.ts';
import { answerOf } from './programs.ts';
import type { Running } from './programs.ts';
import { MANIFESTS, setUp } from './scene.ts';
import type { Scene } from './scene.ts';

/**
 * `npm run demo`: an application with a button, the X-Ray daemon that Stationkeeper keeps for it, the traces that arrive, and what to break
 * next. Everything runs on this machine and ends with this program.
 */

// On Node 20 the SDK would warn on standard error (the engines of package.json allow it).
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const LOOK_MS = 1000;
/** A trace arrives within: the daemon's second, and what a busy machine takes. */
const ARRIVES_WITHIN_MS = 5000;

function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  if (process.platform !== 'linux') {
    throw new Error(
      `the demo runs containers as processes, each at an address of its own in 127.0.0.0/8, which Linux alone has; this is ${process.platform}. docs/tutorial.md is for every machine`,
    );
  }
  const scratch = mkdtempSync(join(tmpdir(), 'stationkeeper-demo-'));
  const programs: Running[] = [];
  const stop = new AbortController();
  const stopped = new Promise<void>((done) => {
    stop.signal.addEventListener('abort', () => done(), { once: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  try {
    const ready = setUp({ scratch, programs, stopped: stop.signal, say });
    const scene = await Promise.race([ready, stopped]);
    // What is set up while all is stopped fails, which is told to nobody.
    void ready.catch(() => undefined);
    if (scene === undefined) return;
    const breaks = breaksOf(scene);
    say(invitation(scene, scratch, breaks));
    const told = follow(scene, stop.signal);
    onKeys(scene, { breaks, told, stop });
    await Promise.race([stopped, ...programs.map(endingBadly)]);
  } finally {
    stop.abort();
    await Promise.all(programs.map((program) => program.stop()));
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function endingBadly(program: Running): Promise<never> {
  await program.ended;
  throw new Error(
    `a program of the demo has ended; the last that it said is\n${program.said().slice(-2000)}`,
  );
}

function invitation(
  { page, controller, endpoint }: Scene,
  scratch: string,
  breaks: readonly Break[],
): string {
  return `
The application   ${page}  (its page has a button)
The controller    ${controller.url}/status
The AWS           ${endpoint}, with any credentials; it and the controller log to ${scratch}

  Enter  press the button: its trace is listed here
  p      ask whether the application reaches its daemon (stationkeeper path)
  s      ask how the daemon is (stationkeeper status)
${breaks.map(({ key, title }) => `  ${key}      break: ${title}`).join('\n')}
  q      end everything
`;
}

/** Tells traces and repairs as they come; answers the ids of the traces so far. */
function follow({ xray, controller }: Scene, stopped: AbortSignal): ReadonlySet<string> {
  const traces = new Set<string>();
  const repairs = new Set<string>();
  const StartTime = new Date();
  const look = async (): Promise<void> => {
    const { TraceSummaries = [] } = await xray.send(
      new GetTraceSummariesCommand({ StartTime, EndTime: new Date() }),
    );
    for (const trace of newTraces(TraceSummaries, traces)) {
      traces.add(trace.Id ?? '');
      say(traceTold(trace));
    }
    for (const repair of newRepairs(await controller.history(), repairs)) {
      repairs.add(keyOf(repair));
      say(repairTold(repair));
    }
  };
  void (async () => {
    while (!stopped.aborted) {
      // A program that has ended is told of by whoever waits for it.
      await look().catch(() => undefined);
      await pause(LOOK_MS);
    }
  })();
  return traces;
}

/** Presses the button as a browser does, and tells where no trace comes of it. */
async function press(page: string, traces: ReadonlySet<string>): Promise<void> {
  const html = await (await fetch(page, { method: 'POST' })).text();
  const [id] = /1-[0-9a-f]{8}-[0-9a-f]{24}/.exec(html) ?? [];
  if (id === undefined) throw new Error('the page names no trace');
  const patienceEnds = Date.now() + ARRIVES_WITHIN_MS;
  while (!traces.has(id)) {
    if (Date.now() > patienceEnds) {
      return say(`          lost   ${id} has not arrived within ${ARRIVES_WITHIN_MS / 1000} s; p says why`);
    }
    await pause(100);
  }
}

interface Hands {
  readonly breaks: readonly Break[];
  readonly told: ReadonlySet<string>;
  readonly stop: AbortController;
}

function onKeys({ page, controller, surroundings }: Scene, { breaks, told, stop }: Hands): void {
  const asking =
    (...args: readonly string[]) =>
    async (): Promise<void> =>
      say(await answerOf(args, surroundings));
  const acts: Readonly<Record<string, () => Promise<void>>> = {
    '\r': () => press(page, told),
    '\n': () => press(page, told),
    p: asking('path', 'xray-demo', '--manifests', MANIFESTS),
    s: asking('status', '--server', controller.url),
    ...Object.fromEntries(breaks.map((one) => [one.key, () => breakIt(one)])),
  };
  emitKeypressEvents(process.stdin);
  if (process.stdin.isTTY) process.stdin.setRawMode(true);
  process.stdin.on('keypress', (_text, { sequence = '' }: { readonly sequence?: string }) => {
    if (sequence === 'q' || sequence === '\u0003') return stop.abort();
    void acts[sequence]?.().catch((error: Error) => say(`          error  ${error.message}`));
  });
  stop.signal.addEventListener('abort', () => {
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    process.stdin.destroy();
  });
}

async function breakIt({ act, next }: Break): Promise<void> {
  say(`$ ${await act()}`);
  say(`  ${next}`);
}

await main().catch((error: Error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
});
