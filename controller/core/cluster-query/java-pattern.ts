/**
 * What JavaScript can do of a Java regular expression (java.util.regex.Pattern), which is what the cluster query language has: characters,
 * classes, groups, alternatives, quantifiers, anchors, \Q…\E, POSIX classes, and the flags i, s and m at its beginning. A pattern of one of
 * these is decided, and any other is not: possessive quantifiers and atomic groups, references to groups, \p{…} of Unicode,
 * intersections of classes. A value has at most 128 characters, and so a pattern that could take long on it is not decided either: one that
 * repeats a group which itself repeats or chooses, or that has many quantifiers.
 */

const FLAGS = /^\(\?([ism]+)\)/;

const POSIX: Readonly<Record<string, string>> = {
  Alnum: 'a-zA-Z0-9',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Lower: 'a-z',
  Space: '\\s',
  Upper: 'A-Z',
  XDigit: '0-9a-fA-F',
};

/** What means something else in JavaScript, or nothing: escapes of these letters, and references to groups. */
const OTHER_ESCAPE = /^[1-9pPGRXxkhHvNaeczZ]/;

const MOST_QUANTIFIERS = 8;
const MOST_UNBOUNDED = 3;

interface Group {
  /** Whether it repeats or chooses inside. */
  varies: boolean;
}

/** The pattern as one that a whole text must be, as Java's `matches` has it; undefined where it cannot be decided here. */
export function wholeMatch(java: string): RegExp | undefined {
  const [head = '', flags = ''] = FLAGS.exec(java) ?? [];
  const source = translated(java.slice(head.length));
  if (source === undefined) return undefined;
  try {
    return new RegExp(`^(?:${source})$`, flags);
  } catch {
    return undefined;
  }
}

/** In JavaScript's words; undefined where there are none. */
function translated(java: string): string | undefined {
  const groups: Group[] = [{ varies: false }];
  let closed: Group | undefined;
  let quantifiers = 0;
  let unbounded = 0;
  let source = '';
  let rest = java;
  while (rest !== '') {
    const step = nextOf(rest);
    if (step === undefined) return undefined;
    const [taken, said, what] = step;
    const current = groups.at(-1)!;
    switch (what) {
      case 'opens':
        groups.push({ varies: false });
        break;
      case 'closes':
        if (groups.length === 1) return undefined;
        closed = groups.pop();
        groups.at(-1)!.varies ||= closed!.varies;
        break;
      case 'chooses':
        current.varies = true;
        break;
      case 'quantifies': {
        const isOption = said.startsWith('?');
        if (closed?.varies === true && !isOption) return undefined;
        current.varies = true;
        quantifiers += 1;
        if (!isOption) unbounded += 1;
        break;
      }
      case 'is':
        break;
    }
    if (what !== 'closes') closed = undefined;
    source += said;
    rest = rest.slice(taken);
  }
  const isQuick = quantifiers <= MOST_QUANTIFIERS && unbounded <= MOST_UNBOUNDED;
  return groups.length === 1 && isQuick ? source : undefined;
}

type Step = readonly [
  taken: number,
  said: string,
  what: 'is' | 'opens' | 'closes' | 'chooses' | 'quantifies',
];

function nextOf(rest: string): Step | undefined {
  const char = rest[0]!;
  if (char === '\\') return escapeOf(rest);
  if (char === '[') return classOf(rest);
  if (char === '(') {
    const [head = '('] = /^\(\?(:|=|!)?/.exec(rest) ?? [];
    // Groups with a name, a flag or more of their own, atomic ones and what looks behind are left.
    return head === '(?' ? undefined : [head.length, head, 'opens'];
  }
  if (char === ')') return [1, ')', 'closes'];
  if (char === '|') return [1, '|', 'chooses'];
  const [quantifier] = /^([*+?]|\{\d+(,\d*)?\})\??/.exec(rest) ?? [];
  if (quantifier !== undefined) {
    // What follows would make it possessive.
    return rest[quantifier.length] === '+' ? undefined : [quantifier.length, quantifier, 'quantifies'];
  }
  return char === '{' || char === '}' ? undefined : [1, char, 'is'];
}

function escapeOf(rest: string): Step | undefined {
  const [literal, text] = /^\\Q(.*?)(?:\\E|$)/s.exec(rest) ?? [];
  if (literal !== undefined) return [literal.length, (text ?? '').replaceAll(/[^\w\s]/g, '\\$&'), 'is'];
  const [posix, name = ''] = /^\\p\{([A-Za-z]+)\}/.exec(rest) ?? [];
  const ranges = POSIX[name];
  if (posix !== undefined && ranges !== undefined) return [posix.length, `[${ranges}]`, 'is'];
  if (rest.startsWith('\\A')) return [2, '^', 'is'];
  const next = rest[1];
  return next === undefined || OTHER_ESCAPE.test(next) ? undefined : [2, rest.slice(0, 2), 'is'];
}

/** A class, in which POSIX classes may stand; one within one, or two that intersect, are left. */
function classOf(rest: string): Step | undefined {
  const [whole, inner = ''] = /^\[(\^?\]?(?:[^\]\\]|\\.)*)\]/s.exec(rest) ?? [];
  if (whole === undefined || /^\^?\]/.test(inner) || inner === '' || inner === '^') return undefined;
  const plain = inner.replaceAll(/\\p\{([A-Za-z]+)\}/g, (all, name: string) => POSIX[name] ?? all);
  if (plain.includes('[') || plain.includes('&&')) return undefined;
  const escapes = plain.match(/\\./gs) ?? [];
  if (escapes.some((escape) => OTHER_ESCAPE.test(escape.slice(1)) || /\\[QEA]/.test(escape)))
    return undefined;
  return [whole.length, `[${plain}]`, 'is'];
}
