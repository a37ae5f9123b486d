import { isMapping } from './mapping.ts';

/** What SOPS writes in the place of a value; keys it leaves as they are. */
const SEALED_VALUE = /^ENC\[[A-Z0-9_]+,data:/;

export function isSealedText(value: unknown): boolean {
  return typeof value === 'string' && SEALED_VALUE.test(value);
}

/** Whether a document is encrypted by SOPS, which keeps its own records under the key `sops`. */
export function isSealed(value: unknown): boolean {
  return (
    isMapping(value) &&
    (isMapping(value['sops']) || ['apiVersion', 'kind'].some((key) => isSealedText(value[key])))
  );
}

/** Whether a text of any form holds values that SOPS encrypted. */
export function holdsSealed(text: string): boolean {
  return /\bENC\[[A-Z0-9_]+,data:/.test(text);
}

export const SEALED =
  'this document is encrypted by SOPS, which is not decrypted here; commit it as plain text (what is secret in it belongs in AWS Secrets Manager or SSM, named by spec.containers[].secrets), or leave it out by .stationkeeperignore';
