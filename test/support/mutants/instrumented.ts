import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant as StrykersMutant } from '@stryker-mutator/api/core';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import type { File, InstrumentResult } from '@stryker-mutator/instrumenter';
import { groupBy } from '../../../controller/core/order.ts';
import { inBrief } from './mutant.ts';
import type { Mutant } from './mutant.ts';

/** What people call the controller's own code: what it decides, how it goes about it, and what it asks of AWS. */
const ROOMS = ['controller/plan', 'controller/reconcile', 'controller/kinds'];
const DRIVERS = /^controller\/kinds\/[^/]+\/driver[^/]*\.ts$/;

/** What a world is made of, from the root on. */
const OF_WORLDS = ['controller', 'sandbox', 'test/support', 'manifests', 'deploy', 'tsconfig.json'];

/** The program that runs worlds, in a tree of them. */
const THREAD = 'test/support/mutants/worlds';

/** A mutant with the place that StrykerJS gives it. */
export interface Placed extends Mutant {
  readonly location: StrykersMutant['location'];
}

/** Every mutant that StrykerJS makes of plan/, reconcile/ and the drivers. */
export async function mutantsOf(root: string): Promise<readonly Placed[]> {
  const files = mutatedFiles(root).map((name) => ({ name, mutate: true, content: read(root, name) }));
  const { mutants } = await instrument(files);
  return mutants.map((mutant) => placed(mutant, read(root, mutant.fileName)));
}

export interface Tree {
  /** The program that runs worlds, each mutant of the tree asleep. */
  readonly program: string;
  /** By which a thread wakes it. */
  readonly ids: ReadonlyMap<Mutant, string>;
}

/** A copy of the worlds and of the controller in which these mutants, and few others, can be switched on. */
export async function plantedIn(root: string, folder: string, mutants: readonly Placed[]): Promise<Tree> {
  const files = groupBy(mutants, ({ file }) => file);
  const { files: planted, mutants: made } = await instrument(
    [...files].map(([name, own]) => ({
      name,
      mutate: own.map(({ location }) => location),
      content: read(root, name),
    })),
  );
  mkdirSync(folder, { recursive: true });
  for (const part of OF_WORLDS) cpSync(join(root, part), join(folder, part), { recursive: true });
  for (const { name, content } of planted) writeFileSync(join(folder, name), content);
  compile(root, folder);
  const idOf = new Map(
    made.map((mutant) => [placeOf(placed(mutant, read(root, mutant.fileName))), mutant.id]),
  );
  const ids = new Map(mutants.map((mutant) => [mutant as Mutant, idOf.get(placeOf(mutant))!]));
  return { program: join(folder, `${THREAD}.js`), ids };
}

function mutatedFiles(root: string): readonly string[] {
  return ROOMS.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((name) => `${room}/${name}`),
  )
    .filter((name) => name.endsWith('.ts') && (DRIVERS.test(name) || !name.startsWith('controller/kinds/')))
    .toSorted();
}

function read(root: string, file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function instrument(files: readonly File[]): Promise<InstrumentResult> {
  return new Instrumenter(SILENT).instrument(files, { plugins: null, excludedMutations: [], ignorers: [] });
}

function placed({ fileName, location, mutatorName, replacement }: StrykersMutant, text: string): Placed {
  const lines = text.split('\n');
  const { start, end } = location;
  const touched = lines.slice(start.line, end.line + 1);
  const last = touched.length - 1;
  touched[last] = touched[last]!.slice(0, end.column);
  touched[0] = touched[0]!.slice(start.column);
  return {
    file: fileName,
    line: start.line + 1,
    column: start.column + 1,
    mutator: mutatorName,
    context: lines[start.line]!.trim(),
    original: inBrief(touched.join('\n')),
    replacement: inBrief(replacement),
    location,
  };
}

function placeOf({ file, location, mutator, replacement }: Placed): string {
  return JSON.stringify([file, location, mutator, replacement]);
}

/** Beside their sources, so that paths lead where they led. Types do not survive planting. */
function compile(root: string, folder: string): void {
  const options = { rootDir: '.', outDir: '.', noCheck: true, noEmitOnError: false };
  const tsconfig = {
    extends: './tsconfig.json',
    compilerOptions: options,
    files: [`${THREAD}.ts`],
    include: [],
  };
  writeFileSync(join(folder, 'tsconfig.planted.json'), JSON.stringify(tsconfig));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.planted.json')], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`the planted code in ${folder} could not be compiled`);
}

const nothing = (): void => undefined;
const no = (): boolean => false;
const SILENT = {
  isTraceEnabled: no,
  isDebugEnabled: no,
  isInfoEnabled: no,
  isWarnEnabled: no,
  isErrorEnabled: no,
  isFatalEnabled: no,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
};
