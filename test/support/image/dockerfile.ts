import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser, ModifiableInstruction, PropertyInstruction } from 'dockerfile-ast';
import type { Dockerfile, Instruction } from 'dockerfile-ast';

/** Our Dockerfiles as data: what the tests check is what they build by. */

export const ROOT = join(import.meta.dirname, '..', '..', '..');

export interface Step {
  /** In capitals. */
  readonly keyword: string;
  /** `--from=build` as `from: build`. */
  readonly flags: Readonly<Record<string, string>>;
  /** Without flags; variables are expanded, but not in a RUN, whose shell does that. */
  readonly words: readonly string[];
  /** `NAME=value …` of ENV and LABEL, expanded where a default is known. */
  readonly pairs: Readonly<Record<string, string>>;
  /** What stands after the keyword and its flags, as it is written. */
  readonly text: string;
}

export interface Stage {
  readonly base: string;
  /** Undefined for the last one, which is the image. */
  readonly name: string | undefined;
  readonly steps: readonly Step[];
}

/** @param path from the root of the repository; @returns its stages in order; the ARGs before the first FROM are expanded in what follows */
export function readDockerfile(path = 'Dockerfile'): readonly Stage[] {
  const dockerfile = DockerfileParser.parse(readFileSync(join(ROOT, path), 'utf8'));
  const initial = dockerfile.getInitialARGs();
  const stages: { base: string; name: string | undefined; steps: Step[] }[] = [];
  for (const instruction of dockerfile.getInstructions()) {
    if (initial.some((arg) => arg.getRange().start.line === instruction.getRange().start.line)) continue;
    const step = stepOf(instruction, dockerfile);
    if (step.keyword !== 'FROM') {
      stages.at(-1)?.steps.push(step);
      continue;
    }
    const [base = '', , name] = step.words;
    stages.push({ base, name, steps: [] });
  }
  return stages;
}

function stepOf(instruction: Instruction, dockerfile: Dockerfile): Step {
  const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
  const properties = instruction instanceof PropertyInstruction ? instruction.getProperties() : [];
  const { line } = instruction.getRange().start;
  const expand = (value: string): string =>
    value.replaceAll(
      /\$\{(\w+)\}/g,
      (whole, name: string) => dockerfile.resolveVariable(name, line) ?? whole,
    );
  return {
    keyword: instruction.getKeyword(),
    flags: Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? ''])),
    words: instruction.getExpandedArguments().map((argument) => argument.getValue()),
    pairs: Object.fromEntries(
      properties.map((property) => [property.getName(), expand(property.getValue() ?? '')]),
    ),
    text: instruction.getArgumentsContent() ?? '',
  };
}

export function stepsOf(stage: Stage, keyword: string): readonly Step[] {
  return stage.steps.filter((step) => step.keyword === keyword);
}

/** The exec form of ENTRYPOINT, CMD or HEALTHCHECK's CMD. */
export function execForm(text: string): readonly string[] {
  const array = text.slice(text.indexOf('['));
  return JSON.parse(array) as readonly string[];
}

/** All of a stage's ENV, or all its LABEL. */
export function pairsOf(stage: Stage, keyword: 'ENV' | 'LABEL'): Readonly<Record<string, string>> {
  return Object.fromEntries(stepsOf(stage, keyword).flatMap(({ pairs }) => Object.entries(pairs)));
}
