import { StationkeeperError } from '../core/errors.ts';
import { closest } from '../core/suggest.ts';
import { REASON_NAMES, reasonNamed } from '../reasons/index.ts';

/**
 * What a reason means and what to do about it, as paragraphs.
 *
 * @throws {StationkeeperError} UnknownReason
 */
export function reasonText(name: string): string {
  const reason = reasonNamed(name);
  if (reason === undefined) throw unknownReason(name);
  const [, ...others] = reason.names;
  const alike =
    others.length === 0 ? [] : [`The same: ${reason.names.filter((one) => one !== name).join(', ')}.`];
  const paragraphs = [reason.meaning, `What to do: ${reason.remedy}`, ...alike];
  return `${name}\n\n${paragraphs.map(plain).join('\n\n')}\n`;
}

/** A link of Markdown as people read it on a terminal: its text, and the document. */
function plain(markdown: string): string {
  return markdown.replaceAll(
    /\[([^\]]+)\]\(([^)]+)\)/g,
    (_link, text: string, target: string) => `${text} (docs/${target})`,
  );
}

function unknownReason(name: string): StationkeeperError {
  const near = closest(name, REASON_NAMES);
  const hint = near === undefined ? '' : ` (Did you mean ${near}?)`;
  return new StationkeeperError({
    code: 'UnknownReason',
    retry: 'never',
    message: `no reason is called '${name}'${hint}. A reason may also be any error code of AWS, and the documentation of that service explains it. For an object, write KIND/NAME, such as DaemonService/xray`,
  });
}
