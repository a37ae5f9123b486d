import { Argument, Command, CommanderError, Option } from 'commander';
import { COMMANDS, GLOBAL_FLAGS, RUN_FLAGS, variableOf } from './flags.ts';
import type { CommandName, Flag } from './flags.ts';

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

/**
 * Reads a command line without its program name. Commander ends at the first mistake, so a flag that it does not
 * know is taken out and the rest read again: people see all their mistakes at once.
 */
export function readArguments(argv: readonly string[], version: string): ReadArguments {
  const errors: string[] = [];
  let rest = argv;
  for (;;) {
    const attempt = parseOnce(rest, version);
    if (attempt.type === 'text') return attempt;
    if (attempt.type === 'parsed') return { type: 'arguments', found: attempt.found, errors };
    // With a flag taken out, its value is left over and reads like a command.
    if (attempt.code !== 'commander.unknownCommand' || errors.length === 0) errors.push(attempt.message);
    const wrong = rest.lastIndexOf(attempt.flag ?? '');
    if (attempt.flag === undefined || wrong === -1) return { type: 'arguments', found: undefined, errors };
    rest = rest.toSpliced(wrong, 1);
  }
}

type Attempt =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'parsed'; readonly found: Arguments }
  | {
      readonly type: 'wrong';
      readonly code: string;
      readonly message: string;
      readonly flag: string | undefined;
    };

function parseOnce(argv: readonly string[], version: string): Attempt {
  let text = '';
  let found: Arguments | undefined;
  const program = buildProgram(
    version,
    (written) => {
      text += written;
    },
    (read) => {
      found = read;
    },
  );
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { type: 'text', text };
    return wrong(error);
  }
  if (found === undefined) throw new Error('the command line was read, and no command was found');
  return { type: 'parsed', found };
}

function wrong({ code, message }: CommanderError): Attempt {
  // Commander shows its help where no command is given.
  if (code === 'commander.help') {
    return { type: 'wrong', code, message: `no command is given; ${COMMAND_LIST}`, flag: undefined };
  }
  const line = message.replace(/^error: /, '').replaceAll('\n', ' ');
  const addition = code === 'commander.unknownCommand' ? `; ${COMMAND_LIST}` : '';
  const named = /^(?:unknown option '(.+?)'|option '(?:-\w, )?(--[\w-]+)[^']*' argument missing)/.exec(line);
  const flag = named?.[1] ?? named?.[2];
  return { type: 'wrong', code, message: secretInArgument(flag) ?? `${line}${addition}`, flag };
}

/** What to say to `--git-token=…`, without its value: a command line can be read by everybody on the machine. */
function secretInArgument(flag: string | undefined): string | undefined {
  const [name] = flag?.split('=') ?? [];
  const secret = SECRETS.find((each) => `--${each.name}` === `${name}-file`);
  return secret === undefined
    ? undefined
    : `a secret does not belong on a command line, as in ${name}; put it in a file (--${secret.name}) or in the variable ${secret.secretVariable}`;
}

const SECRETS = Object.values(RUN_FLAGS).filter((flag) => 'secretVariable' in flag);

const COMMAND_LIST = `commands: ${Object.keys(COMMANDS).join(', ')}; see stationkeeper --help`;

function buildProgram(
  version: string,
  write: (text: string) => void,
  found: (read: Arguments) => void,
): Command {
  const program = new Command('stationkeeper')
    .description('Keeps daemon services on station: manifests in git become a converged AWS.')
    .usage('<command> [PATH] [options]')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', '\nEvery option can be set by its environment variable; the option wins.')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: write, writeErr: () => {} })
    .exitOverride();
  for (const flag of Object.values(GLOBAL_FLAGS)) program.addOption(optionOf(flag));
  for (const [name, spec] of Object.entries(COMMANDS)) {
    const command = program.command(name).description(spec.description).allowExcessArguments();
    if (spec.operand !== undefined) {
      const several = 'several' in spec.operand ? '...' : '';
      command.addArgument(new Argument(`[${spec.operand.name}${several}]`, spec.operand.description));
    }
    const flags: readonly Flag[] = Object.values(spec.flags);
    for (const flag of flags) command.addOption(optionOf(flag));
    command.action(() => {
      const given = [...Object.values(GLOBAL_FLAGS), ...flags].flatMap((flag) => givenText(command, flag));
      found({ command: name as CommandName, operands: command.args, flags: new Map(given) });
    });
  }
  return program;
}

function optionOf(flag: Flag): Option {
  const itself = 'secretVariable' in flag ? `, or the secret itself in ${flag.secretVariable}` : '';
  const variable = `env: ${variableOf(flag.name)}${itself}`;
  if (!('parse' in flag)) return new Option(`--${flag.name}`, `${flag.description} (${variable})`);
  const fallback = flag.shown === '' ? '' : `default: ${flag.shown}; `;
  return new Option(`--${flag.name} <${flag.placeholder}>`, `${flag.description} (${fallback}${variable})`);
}

function givenText(command: Command, flag: Flag): readonly (readonly [string, string])[] {
  const key = optionOf(flag).attributeName();
  // Commander's own defaults (a `--no-` option has one) are not what somebody asked for.
  if (command.getOptionValueSourceWithGlobals(key) !== 'cli') return [];
  const value: unknown = command.optsWithGlobals()[key];
  return [[flag.name, typeof value === 'string' ? value : 'true']];
}
