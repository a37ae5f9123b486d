import type { SecretSource } from './commands.ts';
import { variableOf } from './flags.ts';
import type { SecretFlag, Switch, ValueFlag } from './flags.ts';
import { yesOrNo } from './values.ts';
import type { ParseValue } from './values.ts';

/** Flags as the command line or, failing that, the environment gives them; a wrong one is reported and read as absent. */
export interface Given {
  value<T, Absent>(flag: ValueFlag<T, Absent>): T | Absent;
  on(flag: Switch): boolean;
  secret(flag: SecretFlag): SecretSource | undefined;
  /** `--branch` or `STATIONKEEPER_BRANCH`, whichever set it; undefined where neither did. */
  by(flag: Switch | SecretFlag): string | undefined;
  report(error: string): void;
}

/** @param errors collects one line for each wrong value */
export function readGiven(
  flags: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string | undefined>>,
  errors: string[],
): Given {
  function raw(name: string): { readonly text: string; readonly from: string } | undefined {
    const flagText = flags.get(name);
    if (flagText !== undefined) return { text: flagText, from: `--${name}` };
    const variable = variableOf(name);
    const variableText = env[variable] ?? '';
    return variableText === '' ? undefined : { text: variableText, from: variable };
  }
  function parse<T, Absent>(name: string, parseValue: ParseValue<T>, absent: Absent): T | Absent {
    const given = raw(name);
    if (given === undefined) return absent;
    const parsed = parseValue(given.text);
    if (parsed.ok) return parsed.value;
    const shown = parsed.secret === true ? '' : ` '${given.text}'`;
    errors.push(`${given.from}${shown}: expected ${parsed.expected}`);
    return absent;
  }
  function holder(flag: SecretFlag): string | undefined {
    return (env[flag.secretVariable] ?? '') === '' ? undefined : flag.secretVariable;
  }
  function secret(flag: SecretFlag): SecretSource | undefined {
    const path = parse(flag.name, flag.parse, undefined);
    const fileBy = raw(flag.name)?.from;
    const variable = holder(flag);
    if (fileBy !== undefined && variable !== undefined) {
      errors.push(`${fileBy} and ${variable} are both set; set only one of them`);
    }
    if (path !== undefined && fileBy !== undefined) return { type: 'file', path, by: fileBy };
    return variable === undefined ? undefined : { type: 'variable', by: variable };
  }
  return {
    value: (flag) => parse(flag.name, flag.parse, flag.absent),
    on: (flag) => parse(flag.name, yesOrNo, false),
    secret,
    by: (flag) => raw(flag.name)?.from ?? ('secretVariable' in flag ? holder(flag) : undefined),
    report: (error) => void errors.push(error),
  };
}
