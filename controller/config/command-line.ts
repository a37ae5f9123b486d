import { parseArgs } from 'node:util';
import { closest } from '../core/suggest.ts';
import { ALIASES, COMMANDS, GLOBAL_FLAGS, RUN_FLAGS } from './flags.ts';
import type { CommandName, Flag } from './flags.ts';
import { helpText } from './help.ts';

/** What stands on a command line, its values still unread. */
export interface Arguments {
  readonly command: CommandName;
  readonly operands: readonly string[];
  /** Flag name to text; a switch that is given has the text `true`. */
  readonly flags: ReadonlyMap<string, string>;
}

export type ReadArguments =
  | { readonly type: 'text'; readonly text: string }
  /** `found` is missing where no command could be made out. */
  | { readonly type: 'arguments'; readonly found: Arguments | undefined; readonly errors: readonly string[] };

/** Reads a command line without its program name, with every mistake at once. */
export function readArguments(
  argv: readonly string[],
  { version, columns }: { readonly version: string; readonly columns?: number | undefined },
): ReadArguments {
  const { tokens } = parseArgs({
    args: [...argv],
    options: PARSED,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const options = tokens.filter((token) => token.kind === 'option');
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const isAsked = (name: string): boolean => options.some((option) => option.name === name);
  if (isAsked('version')) return { type: 'text', text: `${version}\n` };
  if (isAsked('help')) return { type: 'text', text: helpText(words.map(commandOf).find(isCommand), columns) };
  const asksForHelp = words[0] === 'help';
  const [word, ...operands] = asksForHelp ? words.slice(1) : words;
  const command = commandOf(word);
  if (asksForHelp && (word === undefined || command !== undefined)) {
    return { type: 'text', text: helpText(command, columns) };
  }

  const known = command === undefined ? EVERY_FLAG : flagsOf(command);
  const errors = new Set<string>();
  const flags = new Map<string, string>();
  for (const { name, rawName, value, index } of options) {
    const flag = known.get(name);
    const wrong =
      flag === undefined ? unknownOption(name, rawName, argv[index]!, known) : wrongUse(flag, value);
    const before = flag !== undefined && 'repeats' in flag ? flags.get(name) : undefined;
    if (wrong !== undefined) errors.add(wrong);
    else flags.set(name, before === undefined ? (value ?? 'true') : `${before}\n${value}`);
  }
  if (command !== undefined) {
    return { type: 'arguments', found: { command, operands, flags }, errors: [...errors] };
  }
  // The value of a flag that nobody knows reads like a command.
  if (errors.size === 0)
    errors.add(word === undefined ? `no command is given; ${COMMAND_LIST}` : unknownCommand(word));
  return { type: 'arguments', found: undefined, errors: [...errors] };
}

const COMMAND_NAMES = Object.keys(COMMANDS);
const COMMAND_LIST = `commands: ${COMMAND_NAMES.join(', ')}; see stationkeeper --help`;

function commandOf(word: string | undefined): CommandName | undefined {
  if (word === undefined) return undefined;
  return isCommand(word) ? word : Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined;
}

function isCommand(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(COMMANDS, word);
}

function flagsOf(command: CommandName): ReadonlyMap<string, Flag> {
  const flags: readonly Flag[] = [...Object.values(GLOBAL_FLAGS), ...Object.values(COMMANDS[command].flags)];
  return new Map(flags.map((flag) => [flag.name, flag]));
}

/** A flag takes a value with every command or with none, so that a command can be told from a value before it. */
const EVERY_FLAG = new Map(COMMAND_NAMES.filter(isCommand).flatMap((command) => [...flagsOf(command)]));

const PARSED = {
  ...Object.fromEntries(
    [...EVERY_FLAG].map(([name, flag]) => [
      name,
      { type: 'parse' in flag ? ('string' as const) : ('boolean' as const) },
    ]),
  ),
  version: { type: 'boolean' as const },
  help: { type: 'boolean' as const, short: 'h' },
};

function wrongUse(flag: Flag, value: string | undefined): string | undefined {
  if ('parse' in flag) {
    return value === undefined ? `option '--${flag.name} <${flag.placeholder}>' argument missing` : undefined;
  }
  return value === undefined ? undefined : `option '--${flag.name}' takes no value`;
}

function unknownOption(
  name: string,
  rawName: string,
  written: string,
  known: ReadonlyMap<string, Flag>,
): string {
  const near = rawName.startsWith('--') ? closest(name, [...known.keys()]) : undefined;
  const hint = near === undefined ? '' : ` (Did you mean --${near}?)`;
  return secretInArgument(name) ?? `unknown option '${written}'${hint}`;
}

function unknownCommand(word: string): string {
  const near = closest(word, [...COMMAND_NAMES, 'help']);
  const hint = near === undefined ? '' : ` (Did you mean ${near}?)`;
  return `unknown command '${word}'${hint}; ${COMMAND_LIST}`;
}

const SECRETS = Object.values(RUN_FLAGS).filter((flag) => 'secretVariable' in flag);

/** What to say to `--git-token=…`, without its value: a command line can be read by everybody on the machine. */
function secretInArgument(name: string): string | undefined {
  const secret = SECRETS.find((each) => each.name === `${name}-file`);
  return secret === undefined
    ? undefined
    : `a secret does not belong on a command line, as in --${name}; put it in a file (--${secret.name}) or in the variable ${secret.secretVariable}`;
}
