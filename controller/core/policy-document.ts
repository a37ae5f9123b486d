/** An IAM policy document. */
export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly PolicyDocumentStatement[];
}

/** A statement with IAM's own member names; lists whose order means nothing are sorted. */
type PolicyDocumentStatement = Readonly<Record<string, unknown>>;

/** IAM's default where a document names no version. */
const OLDEST_VERSION = '2008-10-17';

/**
 * A policy document with IAM's freedoms removed, so that equal meaning gives equal documents: one string stands for a list of one, the order within a list
 * means nothing; the order of statements is kept (reference: other kinds, compare canonical JSON).
 */
export function canonicalPolicy(document: unknown): PolicyDocument {
  const { Version, Statement } = asRecord(document);
  const statements = Array.isArray(Statement) ? Statement : Statement === undefined ? [] : [Statement];
  return {
    Version: typeof Version === 'string' ? Version : OLDEST_VERSION,
    Statement: statements.map((statement) =>
      mapValues(asRecord(statement), (value, name) => canonicalMember(name, value)),
    ),
  };
}

/**
 * The document that IAM returns: URL-encoded JSON (IAM API reference, GetAccountAuthorizationDetails), which
 * some endpoints leave unencoded. What is neither is kept as text, so that it differs from every real document.
 */
export function parsePolicy(encoded: string): PolicyDocument {
  try {
    const text = encoded.trimStart().startsWith('{') ? encoded : decodeURIComponent(encoded);
    return canonicalPolicy(JSON.parse(text));
  } catch {
    return { Version: OLDEST_VERSION, Statement: [{ Unreadable: encoded }] };
  }
}

function canonicalMember(name: string, value: unknown): unknown {
  switch (name) {
    case 'Sid':
    case 'Effect':
      return value;
    case 'Principal':
    case 'NotPrincipal':
      // IAM treats a bare "*" and { "AWS": "*" } alike.
      return value === '*' ? { AWS: ['*'] } : mapValues(asRecord(value), sortedPrincipals);
    case 'Condition':
      return mapValues(asRecord(value), (keys) => mapValues(asRecord(keys), sortedTexts));
    default:
      return sortedTexts(value);
  }
}

const ROOT = /^arn:[a-z-]+:iam::(\d{12}):root$/;

/** An account and its root are one principal (IAM user guide, AWS account principals), and AWS shows the root where the account is written. */
function sortedPrincipals(value: unknown): readonly string[] {
  return sortedTexts(sortedTexts(value).map((one) => ROOT.exec(one)?.[1] ?? one));
}

function sortedTexts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return [...new Set(list.map(String))].toSorted();
}

function mapValues(
  record: Readonly<Record<string, unknown>>,
  convert: (value: unknown, name: string) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, convert(value, name)]));
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
