/** Stands for a value that must not be shown; a change says only that it differs. */
export const SENSITIVE = '(sensitive)';

/** What people add to what is known here: what one of these matches, be it a name or a value, is not shown. */
export type SecretRules = readonly RegExp[];

/** Names of fields, variables, labels, options and flags that probably hold a secret. */
const NAMES = [
  /secret|token|passw|passphrase|pwd|credential|bearer|authorization|connection[_-]?string/i,
  /(?:api|private|access|signing|encryption|license|licence|account|shared)[_-]?key/i,
  /[_-](?:key|dsn)$|(?:^|[_.-])(?:pat|dsn|auth|jwt|sas|sig|signature|cookie|basicauth)$/i,
  /(?<!by|com)pass$|(?<!accept[_-])licen[cs]e$|headers$|webhook(?:[_.-]?url)?$/i,
];

/** Names of what only says where a secret is, or how long it lives. In a text nobody errs on hiding those. */
const ELSEWHERE =
  /[_.-](?:file|path|dir|arn|name|id|url|uri|endpoint|type|ttl|timeout|expiry|interval|enabled)s?$/i;

/** Texts that are secrets whatever they are called. Every repetition has an end, so that no text takes long. */
const VALUES: readonly RegExp[] = [
  // A URL with a password, but no port and path; or with a token for a user.
  /:\/\/[^\s/@:]{0,256}:(?!\d{1,5}(?:[/?#\s]|$))[^\s@]{1,512}@\S{0,512}/,
  /:\/\/[^\s/@:]{16,512}@\S{0,512}/,
  // The same without a scheme: a database's own syntax, a host; an image has a digest there.
  /(?<![^\s"'=])[^\s:@/]{1,128}:[^\s@]{1,256}@(?:tcp|udp|unix)?\(\S{0,512}/,
  /(?<![\w./:-])(?!mailto:|sips?:|acct:)[\w.-]{1,128}:[^\s:@/]{4,256}@(?!sha\d{3}:)[\w.-]{1,253}/,
  /(?<!\S)[^\s:]{1,253}:(?:\d{1,5}|\*):[^\s:]{1,64}:[^\s:]{1,64}:\S{1,512}/,
  // PEM, as it is and in base64; keys of age.
  /-----BEGIN [A-Z0-9 ]{1,64}-----[^]{0,65536}/,
  /LS0tLS1CRUdJTi[A-Za-z0-9+/=]{8,65536}/,
  /AGE-SECRET-KEY-1[A-Z0-9]{20,100}/,
  // Authorization.
  /\bbearer\s{1,4}[\w.~+/=-]{6,8192}/i,
  /\b(?:basic|token|apikey|digest|negotiate)\s{1,4}(?=[\w.~+/-]{0,64}[\d=A-Z])(?![A-Z]?[a-z]{1,64}\b(?![\d=]))[\w.~+/-]{8,8192}={0,2}/i,
  /\beyJ[\w-]{6,4096}\.[\w-]{6,8192}(?:\.[\w-]{0,4096})?/,
  // Hashes of passwords.
  /\$(?:apr1|1|2[abxy]|5|6|7|y|argon2\w{0,2}|pbkdf2[\w-]{0,12})\$\S{8,512}/,
  // AWS: the id of an access key, the key, a session's token. A key is forty characters of three sorts, a commit of two.
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/,
  /(?<![\w+/=-])(?=[a-z0-9+/]{0,39}[A-Z])(?=[A-Z0-9+/]{0,39}[a-z])(?=[A-Za-z+/]{0,39}\d)[A-Za-z0-9+/]{40}(?![\w+/=-])/,
  /\b(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9+/=]{16,4096}/,
  // What issuers put before their tokens, so that they are found.
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[\w.-]{16,300})/,
  /\bxox[abeoprs](?:\.xox[bp])?-[\w-]{8,512}|\bxapp-[\w-]{8,512}/,
  /https:\/\/(?:hooks\.slack\.com\/(?:services|workflows)|[\w-]{1,63}\.webhook\.office\.com|discord(?:app)?\.com\/api\/webhooks)\/\S{4,512}/,
  /\b(?:NRAK|NRII|NRIQ|NRJS|NRBR|NRRA|NRSP)-[A-Za-z0-9_-]{16,64}|\b[0-9a-fA-Fx]{16,40}(?:NRAL|FFFFNRAL)\b/,
  /\bdd(?:app|pat|api)_[\w-]{16,128}|\bdt0[a-z]\d\d\.[A-Z0-9]{8,32}\.[A-Z0-9]{16,128}|\bhc[a-z]i[kc]_\w{16,128}/i,
  /\bgl(?:sa|c)_[\w=+/]{16,512}|\bsntry[su]_[\w=+/.-]{16,512}|\bphc_[A-Za-z0-9]{20,64}/,
  /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,255}|\bwhsec_[A-Za-z0-9+/=]{16,255}|\bsk-(?:ant-|proj-)?[\w-]{20,255}/,
  /\bSG\.[\w-]{16,64}\.[\w-]{16,128}|\bSK[0-9a-f]{32}\b|\bkey-[0-9a-f]{32}\b|\bAIza[\w-]{35}|\bya29\.[\w-]{16,1024}/,
  /\bnpm_[A-Za-z0-9]{30,64}|\bpypi-[\w-]{32,512}|\bhv[sbr]\.[\w-]{16,512}|\bdop_v1_[0-9a-f]{32,128}|\bdapi[0-9a-f]{32}\b/,
  /\bATATT3[\w=-]{16,512}|\bPMAK-[\w-]{16,128}|\blin_api_\w{16,128}|\bHRKU-[\w-]{16,128}|\bdp\.[a-z]{2,5}\.[A-Za-z0-9]{20,128}/,
  /(?<![\w:])\d{8,10}:[\w-]{35}(?![\w-])/,
];

/** `name=value`, `"name": "value"` in a text, with all that may stand between. Prose has a colon too, and is not searched for those. */
const EQUATIONS =
  /(?<![\w.-])(-{0,2}[A-Za-z_][\w.-]{0,199})(["']?\s{0,4}=>?\s{0,4}|["']\s{0,4}:\s{0,4})("[^"]{1,4096}"|'[^']{1,4096}'|\$\{[^\s}]{1,256}\}|[^\s"',;&|)}\]]{1,4096})/g;
const LINES = /^([ \t]{0,64}-?[ \t]{0,8}[A-Za-z_][\w.-]{0,79})(:[ \t]{1,8})(\S[^\n]{0,4096})/gm;
/** `Name value` on a line of its own, as Fluent Bit has it. A sentence of two words looks the same, so that it counts among other lines only. */
const WORDS = /^([ \t]{0,64}[A-Za-z_][\w.-]{0,79})([ \t]{1,64})([^\s:=]{1,4096})[ \t\r]{0,8}$/gm;
/** `name:` above what it holds. */
const PARENT =
  /^([ \t]{0,64})(?:-[ \t]{1,8})?["']?([A-Za-z_][\w.-]{0,79})["']?:[ \t]{0,8}(?:[|>][-+\d]{0,2})?[ \t\r]{0,8}$/;
/** A line of what it holds: a key, if there is one, and a value. */
const CHILD = /^[ \t]*(?:-[ \t]{1,8})?(?:["']?([\w./-]{1,80})["']?:(?=\s|$))?\s{0,64}(.*?)\s{0,8}$/;
/** What stands among secrets and is none. */
const OPEN_KEYS = /^(?:authenticator|type|kind|name|enabled|endpoint|region|service|role)$/i;
/** `--name value` in a text. */
const FLAGS = /(?<![\w-])(--?[A-Za-z][\w.-]{0,79})(\s{1,8})("[^"]{1,4096}"|'[^']{1,4096}'|(?!-)\S{1,4096})/g;

/** What stands where a secret would, and is none: a reference, a switch, a small number. */
const NO_SECRET =
  /^["']?(?:(?:(?:basic|bearer|token)\s{1,4})?\$\{[\w:.]{1,256}\}|\$[A-Za-z_]\w{0,255}|\$\(.{0,256}|\{\{.{0,256}|%[\w{(].{0,64}|<[\w -]{1,64}>|\*{1,64}|\(sensitive\)|true|false|null|none|yes|no|on|off|\d{1,4})["']?$/i;

/** Whether a field or an environment variable of this name probably holds a secret. Errs on hiding. */
export function readsLikeSecret(name: string): boolean {
  return NAMES.some((pattern) => pattern.test(name));
}

/** Whether a text is to be hidden for what it says, whatever it is called. Errs on hiding. */
export function saysSecret(text: string, rules: SecretRules = []): boolean {
  const hasLines = text.includes('\n');
  const pairs = [EQUATIONS, LINES, FLAGS, ...(hasLines ? [WORDS] : [])];
  return withHidden(text, rules, pairs) !== text || (hasLines && holdsSecret(text.split('\n')));
}

/** Whether a line such as `headers:` or `password: |` has a value below it. */
function holdsSecret(lines: readonly string[]): boolean {
  return lines.some((line, index) => {
    const [, indent = '', name = ''] = PARENT.exec(line) ?? [];
    if (!readsLikeSecret(name) || ELSEWHERE.test(name)) return false;
    const below = lines.slice(index + 1, index + 1 + MOST_BELOW);
    const end = below.findIndex(
      (one) => !isDeeper(one, indent) && !one.startsWith(`${indent}- `) && one.trim() !== '',
    );
    return below.slice(0, end === -1 ? undefined : end).some((one) => {
      const [, key = '', value = ''] = CHILD.exec(one) ?? [];
      return value !== '' && !value.startsWith('#') && !NO_SECRET.test(value) && !OPEN_KEYS.test(key);
    });
  });
}

/** So many lines below a name are looked at. */
const MOST_BELOW = 100;

function isDeeper(line: string, indent: string): boolean {
  return line.startsWith(indent) && /^[ \t]/.test(line.slice(indent.length));
}

/** Words of others, such as an error of AWS, without the secrets in them. */
export function withoutSecretsIn(words: string, rules: SecretRules = []): string {
  return withHidden(words, rules, [EQUATIONS, FLAGS]);
}

/**
 * A value with every text in it hidden that says a secret, however deep; `name` is what it is called, for the rules that people add. In a
 * command, a text is also hidden for the flag before it.
 */
export function withoutSecrets(value: unknown, rules: SecretRules, name = ''): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (name !== '' && isMatched(name, rules)) return SENSITIVE;
  if (typeof value === 'string') return saysSecret(value, rules) ? SENSITIVE : value;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.map((item, index) =>
      typeof item === 'string' && isValueOf(items[index - 1], item) ? SENSITIVE : withoutSecrets(item, rules),
    );
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner, rules, key)]),
  );
}

/** Whether a text stands behind a flag that takes a secret: `--api-key`, `-p`; `-u` takes a user, and may take the password too. */
function isValueOf(flag: unknown, text: string): boolean {
  if (typeof flag !== 'string' || text.startsWith('-')) return false;
  const [, name] = /^--?([A-Za-z][\w.-]{0,79})$/.exec(flag) ?? [];
  return name !== undefined && takesSecret(name, text);
}

function takesSecret(name: string, text: string): boolean {
  if (NO_SECRET.test(text)) return false;
  if (/^p$/i.test(name)) return !/^["']?(?:[\d.:]+(?:\/(?:tcp|udp))?|\.{0,2}\/.*)["']?$/.test(text);
  if (/^u(?:ser)?$/i.test(name)) return /^["']?[^\s:/]+:(?!\d{1,10}["']?$)\S/.test(text);
  return readsLikeSecret(name) && !ELSEWHERE.test(name);
}

function withHidden(text: string, rules: SecretRules, pairs: readonly RegExp[]): string {
  const known = VALUES.reduce((rest, pattern) => rest.replace(everywhere(pattern), SENSITIVE), text);
  const named = pairs.reduce(
    (rest, pattern) =>
      rest.replace(pattern, (all: string, name: string, between: string, value: string) =>
        takesSecret(name.replace(/^[\s-]+/, ''), value) ? `${name}${between}${SENSITIVE}` : all,
      ),
    known,
  );
  return rules.length === 0
    ? named
    : named
        .split('\n')
        .map((line) => withoutMatches(line, rules))
        .join('\n');
}

const everywhereOf = new Map<RegExp, RegExp>();

function everywhere(pattern: RegExp): RegExp {
  const made = everywhereOf.get(pattern) ?? new RegExp(pattern.source, `${pattern.flags}g`);
  everywhereOf.set(pattern, made);
  return made;
}

/** How much of a line a rule of somebody's is asked about: it may take the square of that. What is longer is hidden. */
const LONGEST_LINE = 2_000;

function withoutMatches(line: string, rules: SecretRules): string {
  if (line.length > LONGEST_LINE) return SENSITIVE;
  return rules.reduce((rest, rule) => rest.replace(everywhere(rule), SENSITIVE), line);
}

function isMatched(name: string, rules: SecretRules): boolean {
  return rules.some((rule) => rule.test(name.slice(0, LONGEST_LINE)));
}

const LONGEST_RULE = 200;
const MOST_UNBOUNDED = 2;

/**
 * A regular expression of somebody's, or what is wrong with it. Refused is what could take for ever on some text: a repetition of what is
 * repeated, a reference back, more than two repetitions without an end.
 */
export function secretRule(source: string): RegExp | string {
  if (source.length > LONGEST_RULE) return `has more than ${LONGEST_RULE} characters`;
  const plain = source.replaceAll(/\\[^\dk]/g, 'x').replaceAll(/\[(?:[^\]\\]|\\.)*\]/g, 'x');
  if (/\\[\dk]/.test(plain)) return 'refers back to a group';
  if (/\)(?:[*+]|\{\d*,)/.test(plain)) return 'repeats a group';
  if ([...plain.matchAll(/[*+]|\{\d*,\}/g)].length > MOST_UNBOUNDED) {
    return `has more than ${MOST_UNBOUNDED} repetitions without an end; write {1,64} for +`;
  }
  try {
    const rule = new RegExp(source, 'u');
    return rule.test('') ? 'matches a text of nothing' : rule;
  } catch {
    return 'is no regular expression';
  }
}
