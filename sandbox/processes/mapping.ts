import { imageReference } from '../ecs/tasks/images.ts';

/** The command that stands for an image's entry point. */
export interface ImageCommand {
  /** With a tag or digest that one alone is meant, without any of them. */
  readonly image: string;
  /** A program and its arguments, with `{address}` and the like in them. */
  readonly command: readonly string[];
}

/** What a command may leave open. */
export interface Placeholders {
  /** Of the task, on this machine. */
  readonly address: string;
  /** The container's first port; 0 where it has none. */
  readonly port: string;
  readonly region: string;
  /** The sandbox's URL. */
  readonly endpoint: string;
  /** `host:port` of its name server; empty where it has none. */
  readonly dns: string;
}

const KNOWN: readonly string[] = [
  'address',
  'port',
  'region',
  'endpoint',
  'dns',
] satisfies (keyof Placeholders)[];
const PLACEHOLDER = /\{([A-Za-z_]+)\}/g;

/** The command of an image: one that names its tag or digest before one that names none; of those the last. */
export function commandFor(commands: readonly ImageCommand[], image: string): ImageCommand | undefined {
  const wanted = imageReference(image);
  const fitting = commands.filter((one) => {
    const { host, repository, text } = imageReference(one.image);
    return namesVersion(one.image)
      ? text === wanted.text
      : host === wanted.host && repository === wanted.repository;
  });
  return fitting.findLast((one) => namesVersion(one.image)) ?? fitting.at(-1);
}

function namesVersion(image: string): boolean {
  return /[:@]/.test(image.slice(image.lastIndexOf('/') + 1));
}

/** Placeholders in a command that mean nothing, as they are written: `{adress}`. */
export function unknownPlaceholders({ command }: ImageCommand): readonly string[] {
  return command.flatMap((word) =>
    [...word.matchAll(PLACEHOLDER)].flatMap(([whole, name = '']) => (KNOWN.includes(name) ? [] : [whole])),
  );
}

export function filled({ command }: ImageCommand, values: Placeholders): readonly string[] {
  const known: Readonly<Record<string, string>> = { ...values };
  return command.map((word) => word.replaceAll(PLACEHOLDER, (whole, name: string) => known[name] ?? whole));
}
