import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Installed } from '../../../examples/demo/install.ts';
import { writeFiles } from '../programs/folder.ts';
import { blocksOf } from './blocks.ts';
import type { MarkdownDocument } from './blocks.ts';
import { commandsOf, isShown } from './commands.ts';
import type { DocumentCommand } from './commands.ts';
import { openSession } from './session.ts';
import type { Background, Session } from './session.ts';

/**
 * A document is a story: its commands are typed one after the other, into one shell, in a folder that looks like a
 * checkout. What does not end by itself is left running until the end, or until the like of it is started again.
 */

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PROGRAM = join(ROOT, 'dist', 'controller', 'main.js');

/** What a checkout has that documents speak of. Manifests are copied, so that a story may change them. */
const LINKED = ['dist', 'node_modules', 'package.json', 'docs', 'charts', 'deploy'];

/** A machine that does much else takes its time. */
const PATIENCE_MS = 120_000;

/** What runs until it is stopped, and what it says once it can be used. */
const ENDLESS = [
  { name: 'run', pattern: /(^|&& )(stationkeeper run|npm start)\b/, ready: '"msg":"started"' },
  { name: 'sandbox', pattern: /(^|&& )stationkeeper sandbox\b/, ready: 'AWS_ENDPOINT_URL=' },
  { name: 'watch', pattern: / --watch\b/, ready: '\n' },
] as const;

/** Programs that only look: a story goes on without them. */
const LOOKING_ONLY = new Set(['dig']);
const FOREIGN = [
  'aws',
  'curl',
  'dig',
  'docker',
  'git',
  'helm',
  'jq',
  'kubectl',
  'openssl',
  'python3',
  'ssh-keygen',
];

/** Programs that a document needs and this machine does not have; and why it has no packages of Python, where the document needs them. */
export function missingPrograms(document: MarkdownDocument, python: Installed): readonly string[] {
  const texts = commandsOf(blocksOf(document)).map(({ text }) => text);
  const isUsed = (program: string): boolean => texts.some((text) => uses(text, program));
  const missing = FOREIGN.filter(
    (program) => !LOOKING_ONLY.has(program) && !isHere(program) && isUsed(program),
  );
  return isUsed('python3') && 'lack' in python ? [...missing, python.lack] : missing;
}

function uses(command: string, program: string): boolean {
  return new RegExp(`(^|[|;&(]|\\b(do|then|until|while|if|!)\\b)\\s*${program} `, 'm').test(command);
}

function isHere(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/**
 * Types a document's commands. Returns those that were left out for want of a program that only looks. Rejects with the
 * place of the first that fails, or that prints something else than is shown.
 *
 * @param within Put before the shell: `ownNetwork()`.
 * @param python The virtual environment that stands for each that the document makes, as nothing outside is reached.
 */
export async function tellStory(
  document: MarkdownDocument,
  within: readonly string[],
  python: Installed = { lack: 'no packages of Python are prepared' },
): Promise<readonly string[]> {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing; run npm run build first`);
  const scratch = mkdtempSync(join(tmpdir(), 'stationkeeper-story-'));
  const session = openSession({
    folder: checkoutIn(scratch),
    scratch,
    env: environmentIn(scratch, python),
    within,
  });
  const endless = new Map<string, Background>();
  const left: string[] = [];
  try {
    for (const command of commandsOf(blocksOf(document))) {
      const absent = [...LOOKING_ONLY].filter((program) => uses(command.text, program) && !isHere(program));
      if (absent.length > 0) left.push(`${document.file}:${command.line}: ${absent.join()} is not here`);
      else await type(command, { document, session, endless });
    }
  } finally {
    await session.close();
    rmSync(scratch, { recursive: true, force: true });
  }
  return left;
}

interface Story {
  readonly document: MarkdownDocument;
  readonly session: Session;
  readonly endless: Map<string, Background>;
}

async function type(command: DocumentCommand, story: Story): Promise<void> {
  const kind = ENDLESS.find(({ pattern }) => pattern.test(command.text));
  if (kind !== undefined) return begin(command, kind, story);
  const problem = await problemOf(command, story.session);
  if (problem === undefined) return;
  const running = [...story.endless.values()].map((background) => lastLines(background.printed()));
  throw new Error(
    [`${story.document.file}:${command.line}: ${command.text}`, problem, ...running].join('\n\n'),
  );
}

async function problemOf(command: DocumentCommand, session: Session): Promise<string | undefined> {
  const patienceEnds = Date.now() + (command.eventually ? PATIENCE_MS : 0);
  for (;;) {
    const { code, printed } = await session.run(command.text);
    // A document shows no exit codes, and may well show how something is refused; a command that is not there is no answer.
    const isWell = command.shows === undefined ? code === 0 : code !== 127 && isShown(command.shows, printed);
    if (isWell) return undefined;
    if (Date.now() >= patienceEnds) {
      const instead = command.shows === undefined ? '' : `, and not\n${command.shows}`;
      return `ended with ${code} and printed\n${printed}${instead}`;
    }
    await pause(250);
  }
}

async function begin(
  { text, line }: DocumentCommand,
  { name, ready }: (typeof ENDLESS)[number],
  { document, session, endless }: Story,
): Promise<void> {
  await endless.get(name)?.stop();
  const background = await session.start(text);
  endless.set(name, background);
  const patienceEnds = Date.now() + PATIENCE_MS;
  while (!background.printed().includes(ready)) {
    if (!background.isRunning() || Date.now() > patienceEnds) {
      const what = background.isRunning() ? 'never said' : 'ended before it said';
      throw new Error(
        `${document.file}:${line}: ${text}\n\n${what} ${JSON.stringify(ready)}:\n${background.printed()}`,
      );
    }
    await pause(20);
  }
}

function lastLines(printed: string): string {
  return printed.split('\n').slice(-15).join('\n');
}

function checkoutIn(scratch: string): string {
  const folder = join(scratch, 'stationkeeper');
  mkdirSync(folder);
  for (const given of ['examples', 'manifests']) {
    cpSync(join(ROOT, given), join(folder, given), { recursive: true });
  }
  for (const name of LINKED)
    if (existsSync(join(ROOT, name))) symlinkSync(join(ROOT, name), join(folder, name));
  return folder;
}

/** Whoever runs the tests has installed and built, and is testing; to start is what a story can do. */
const NPM = `
case "$1" in
  ci | test) ;;
  start) eval "exec $(node -p 'require("${ROOT}/package.json").scripts.start.split(" && ").at(-1)')" ;;
  *) echo "npm $1 is no part of a story: mark the block not-run" >&2; exit 1 ;;
esac
`;

/** A virtual environment has its packages already, so that pip finds them there. */
function pythonWith(folder: string): string {
  return `
case "$1 $2" in
  '-m venv') exec cp -a '${folder}' "$3" ;;
  *) PATH=\${PATH#*:} exec python3 "$@" ;;
esac
`;
}

/** Knows nothing of the environment that the tests run in but where programs are. */
function environmentIn(scratch: string, python: Installed): NodeJS.ProcessEnv {
  const bin = join(scratch, 'bin');
  const programs = {
    stationkeeper: `exec node ${PROGRAM} "$@"`,
    npm: NPM,
    ...('folder' in python ? { python3: pythonWith(python.folder) } : {}),
  };
  for (const [name, script] of Object.entries(programs)) {
    writeFiles(bin, { [name]: `#!/bin/sh\n${script}\n` });
    chmodSync(join(bin, name), 0o755);
  }
  writeFiles(join(scratch, 'home'), {
    '.gitconfig': '[user]\n  name = Ada\n  email = ada@example.org\n[init]\n  defaultBranch = main\n',
  });
  return {
    PATH: [bin, process.env['PATH']].join(delimiter),
    HOME: join(scratch, 'home'),
    TMPDIR: mkdirIn(scratch, 'tmp'),
    LANG: 'C.UTF-8',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
  };
}

function mkdirIn(folder: string, name: string): string {
  const made = join(folder, name);
  mkdirSync(made);
  return made;
}
