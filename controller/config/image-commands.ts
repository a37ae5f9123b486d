import type { Parsed } from './values.ts';

/** What stands for an image on this machine: a program and its arguments. */
export interface ImageCommand {
  readonly image: string;
  readonly command: readonly string[];
}

/** A word: characters, an escaped one, and what stands in quotation marks, as a shell takes them. */
const WORD = /(?:[^\s"'\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+/y;
const PART = /\\([^])|'([^']*)'|"((?:[^"\\]|\\[^])*)"|[^\\'"]+/g;

/** `IMAGE=COMMAND`, one a line; the command's words are told apart as a shell does it, and nothing else of a shell's is done to them. */
export function imageCommands(text: string): Parsed<readonly ImageCommand[]> {
  const read = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(imageCommand);
  const commands = read.filter((one) => one !== undefined);
  return commands.length === read.length && read.length > 0
    ? { ok: true, value: commands }
    : {
        ok: false,
        expected:
          "IMAGE=COMMAND, such as 'public.ecr.aws/xray/aws-xray-daemon=./xray -b {address}:2000', with closed quotation marks",
      };
}

function imageCommand(line: string): ImageCommand | undefined {
  const [, image, rest = ''] = /^([^\s=]+)=(.*)$/.exec(line) ?? [];
  const command = wordsOf(rest);
  return image === undefined || command === undefined || command.length === 0
    ? undefined
    : { image, command };
}

function wordsOf(text: string): readonly string[] | undefined {
  const words: string[] = [];
  for (let at = 0; at < text.length; ) {
    const space = /\s*/y;
    space.lastIndex = at;
    at += space.exec(text)![0].length;
    if (at === text.length) break;
    WORD.lastIndex = at;
    const word = WORD.exec(text)?.[0];
    if (word === undefined) return undefined;
    words.push(unquoted(word));
    at += word.length;
  }
  return words;
}

function unquoted(word: string): string {
  return word.replaceAll(PART, (whole, escaped?: string, single?: string, double?: string) => {
    if (double !== undefined) return double.replaceAll(/\\(["\\$`])/g, '$1');
    return escaped ?? single ?? whole;
  });
}

/** A block of 127.0.0.0/8 that keeps at least the last two numbers of an address apart. */
export function taskNetwork(text: string): Parsed<string> {
  const [, second, third, fourth, length] =
    /^127\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text) ?? [];
  const prefix = Number(length);
  const octets = [second, third, fourth].map(Number);
  const bits = octets.reduce((value, octet) => value * 256 + octet, 0);
  const isBlock = prefix >= 8 && prefix <= 16 && octets.every((octet) => octet <= 255);
  return isBlock && bits % 2 ** (32 - prefix) === 0
    ? { ok: true, value: text }
    : { ok: false, expected: 'a block of 127.0.0.0/8 with a prefix from 8 to 16, such as 127.31.0.0/16' };
}
