import { LOG_VERBS } from '../../controller/core/log-verbs.ts';
import { REASON_GROUPS } from '../../controller/reasons/index.ts';

const BLOCK = /(<!-- generated: (\w+);[^\n]*-->\n)[^]*?(<!-- end of what is generated -->)/g;

/** docs/operations.md with its tables as the program has them: what people wrote around them stays. */
export function withTables(text: string): string {
  return text.replaceAll(
    BLOCK,
    (_block, begin: string, name: string, end: string) => `${begin}\n${TABLES[name]!()}\n\n${end}`,
  );
}

const TABLES: Readonly<Record<string, () => string>> = { reasons: reasonTables, log: logTable };

function reasonTables(): string {
  return REASON_GROUPS.map(({ title, reasons }) => {
    const rows = reasons.map(({ names, meaning, remedy }) => [
      names.map((name) => `\`${name}\``).join(', '),
      inDocument(meaning),
      inDocument(remedy),
    ]);
    return `### ${title}\n\n${table(['reason', 'means', 'do'], rows)}`;
  }).join('\n\n');
}

function logTable(): string {
  return table(
    ['`msg`', 'says'],
    Object.entries(LOG_VERBS).map(([verb, meaning]) => [`\`${verb}\``, meaning]),
  );
}

/** Links to this document lose its name. */
function inDocument(text: string): string {
  return text.replaceAll('](operations.md#', '](#');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
