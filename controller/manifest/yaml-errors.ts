import type { ErrorCode, YAMLParseError } from 'yaml';

/**
 * Our words for the YAML parser's errors. The parser's own messages quote the text around the error, which may be
 * a secret.
 */
const MESSAGES: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias cannot have an anchor or a tag; write the value out',
  BAD_ALIAS: 'aliases are not allowed; write the value out',
  BAD_DIRECTIVE: 'this YAML directive is not known; remove it (YAML 1.2 is assumed)',
  BAD_DQ_ESCAPE: 'this escape is not valid in double quotes; write \\\\ for a backslash or use single quotes',
  BAD_INDENT: 'the indentation does not fit the lines above; indent items of one mapping or list alike',
  BAD_PROP_ORDER: 'anchors and tags must come before the value; they are not allowed in manifests',
  BAD_SCALAR_START: 'text cannot start with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a mapping cannot stand here on the same line; put it on a line of its own, or quote text that holds ": "',
  BLOCK_IN_FLOW: 'a block mapping or list cannot stand inside { } or [ ]',
  DUPLICATE_KEY: 'this key is given twice',
  IMPOSSIBLE: 'this is not valid YAML',
  KEY_OVER_1024_CHARS: 'a key may have at most 1024 characters',
  MISSING_CHAR:
    'a character is missing here: a closing quote, bracket or brace, a comma, or the space after a colon',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line; is a colon missing?',
  MULTIPLE_ANCHORS: 'a value can have only one anchor; anchors are not allowed in manifests',
  MULTIPLE_DOCS: 'there is a second document here',
  MULTIPLE_TAGS: 'a value can have only one tag; tags are not allowed in manifests',
  NON_STRING_KEY: 'keys must be text; put it in quotes',
  RESOURCE_EXHAUSTION: 'this is nested too deeply',
  TAB_AS_INDENT: 'tabs cannot indent YAML; use spaces',
  TAG_RESOLVE_FAILED: 'tags are not allowed; remove it, and quote the value where it is text',
  UNEXPECTED_TOKEN:
    'this does not fit here; look for a missing quote, colon, comma or bracket on this line or above',
  BAD_COLLECTION_TYPE: 'tags are not allowed; remove it',
};

const OPEN_COLLECTION =
  'a list in [ ] or a mapping in { } that began above is not closed, or this line of it is not indented';

export function yamlErrorMessage({ code, message }: YAMLParseError): string {
  // The parser has one code for two mistakes.
  return code === 'BAD_INDENT' && message.startsWith('Flow ') ? OPEN_COLLECTION : MESSAGES[code];
}

/**
 * The errors that people have to mend. After a tab the parser no longer knows what stands below what, and where one token does not fit,
 * most of those behind it do not either.
 */
export function worthTelling(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT');
  if (tabs.length > 0) return tabs;
  const misfit = errors.find(({ code }) => code === 'UNEXPECTED_TOKEN');
  return errors.filter((error) => error.code !== 'UNEXPECTED_TOKEN' || error === misfit);
}
