/** What a keyword or an annotation can say. */
export type Value = string | number | boolean;

type Signs<Compared> = Readonly<Record<string, (found: Compared, asked: Compared) => boolean>>;

const BOOLEANS: Signs<boolean> = {
  '=': (found, asked) => found === asked,
  '!=': (found, asked) => found !== asked,
};

const NUMBERS: Signs<number> = {
  '=': (found, asked) => found === asked,
  '!=': (found, asked) => found !== asked,
  '<': (found, asked) => found < asked,
  '<=': (found, asked) => found <= asked,
  '>': (found, asked) => found > asked,
  '>=': (found, asked) => found >= asked,
};

const TEXTS: Signs<string> = {
  '=': (found, asked) => found === asked,
  '!=': (found, asked) => found !== asked,
  contains: (found, asked) => found.includes(asked),
  beginswith: (found, asked) => found.startsWith(asked),
  endswith: (found, asked) => found.endsWith(asked),
};

export function isComparison(sign: string): boolean {
  return Object.hasOwn(NUMBERS, sign) || Object.hasOwn(TEXTS, sign);
}

/**
 * Whether what was found is as it is asked for; values of another type than the asked one do not count. Of several values one must be so,
 * and with `!=` all. Undefined where values of that type are not compared like this.
 */
export function comparison(sign: string, asked: Value): ((found: readonly Value[]) => boolean) | undefined {
  const test = testOf(sign, asked);
  if (test === undefined) return undefined;
  return (found) => {
    const alike = found.filter((value) => typeof value === typeof asked);
    return sign === '!=' ? alike.length > 0 && alike.every(test) : alike.some(test);
  };
}

function testOf(sign: string, asked: Value): ((found: Value) => boolean) | undefined {
  if (typeof asked === 'boolean') return bound(BOOLEANS, sign, asked);
  return typeof asked === 'number' ? bound(NUMBERS, sign, asked) : bound(TEXTS, sign, asked);
}

function bound<Compared extends Value>(signs: Signs<Compared>, sign: string, asked: Compared) {
  const compare = Object.hasOwn(signs, sign) ? signs[sign] : undefined;
  return compare === undefined ? undefined : (found: Value) => compare(found as Compared, asked);
}
