import { COMMANDS, GLOBAL_FLAGS, variableOf } from './flags.ts';
import type { CommandName, Flag } from './flags.ts';

/** A line of a list: what people write, and what it means. */
type Item = readonly [term: string, meaning: string];

const USUAL_COLUMNS = 80;
const INDENT = '  ';
/** What is narrower than this is easier to read when the terminal breaks it. */
const LEAST_COLUMNS = 40;

const HELP: Item = ['-h, --help', 'print this help'];
const GLOBALS: readonly Item[] = [['--version', 'print the version'], ...optionsOf(GLOBAL_FLAGS)];

/** The help of a command; of the program where none is named. */
export function helpText(command: CommandName | undefined, columns = USUAL_COLUMNS): string {
  return command === undefined ? programHelp(columns) : commandHelp(command, columns);
}

function programHelp(columns: number): string {
  const commands = Object.entries(COMMANDS).map(([name, { description, flags, operand }]): Item => {
    const options = Object.keys(flags).length === 0 ? [] : ['[options]'];
    return [[name, ...options, ...operandOf(operand)].join(' '), description];
  });
  return page(columns, {
    usage: '<command> [PATH] [options]',
    description: 'Reconciles daemon services on AWS with the manifests in git.',
    sections: {
      Options: [...GLOBALS, HELP],
      Commands: [...commands, ['help [command]', 'print the help of a command']],
    },
    end: '\nEach option also has an environment variable; the option takes precedence.\n',
  });
}

function commandHelp(command: CommandName, columns: number): string {
  const { description, flags, operand } = COMMANDS[command];
  return page(columns, {
    usage: [command, '[options]', ...operandOf(operand)].join(' '),
    description,
    sections: {
      ...(operand === undefined ? {} : { Arguments: [[operand.name, operand.description]] }),
      Options: [...optionsOf(flags), HELP],
      'Global Options': GLOBALS,
    },
    end: '',
  });
}

type Operand = (typeof COMMANDS)[CommandName]['operand'];

function operandOf(operand: Operand): readonly string[] {
  if (operand === undefined) return [];
  if ('words' in operand) return [operand.name];
  return [`[${operand.name}${'several' in operand ? '...' : ''}]`];
}

function optionsOf(flags: Readonly<Record<string, Flag>>): readonly Item[] {
  return Object.values(flags).map((flag) => {
    const itself = 'secretVariable' in flag ? `, or the secret itself in ${flag.secretVariable}` : '';
    const variable = `env: ${variableOf(flag.name)}${itself}`;
    if (!('parse' in flag)) return [`--${flag.name}`, `${flag.description} (${variable})`];
    const fallback = flag.shown === '' ? '' : `default: ${flag.shown}; `;
    return [`--${flag.name} <${flag.placeholder}>`, `${flag.description} (${fallback}${variable})`];
  });
}

interface Page {
  readonly usage: string;
  readonly description: string;
  readonly sections: Readonly<Record<string, readonly Item[]>>;
  readonly end: string;
}

function page(columns: number, { usage, description, sections, end }: Page): string {
  const terms = Object.values(sections).flatMap((items) => items.map(([term]) => term.length));
  const margin = ' '.repeat(INDENT.length + Math.max(...terms) + INDENT.length);
  const lists = Object.entries(sections).map(([title, items]) => {
    const lines = items.map(([term, meaning]) => {
      const [first, ...more] = wrapped(meaning, columns - margin.length);
      return [`${INDENT}${term}`.padEnd(margin.length) + first, ...more.map((line) => margin + line)].join(
        '\n',
      );
    });
    return `\n${title}:\n${lines.join('\n')}\n`;
  });
  const about = wrapped(description, columns).join('\n');
  return `Usage: stationkeeper ${usage}\n\n${about}\n${lists.join('')}${end}`;
}

/** Lines of at most `width` characters, unless a word is longer. */
function wrapped(text: string, width: number): readonly string[] {
  if (width < LEAST_COLUMNS) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
