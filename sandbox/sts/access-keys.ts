/** `ASIA`, the account of the role, four characters more: the wire sees only the key, and must know whose call it is. */
export function accessKeyOf(accountId: string, suffix: string): string {
  return `ASIA${accountId}${suffix}`;
}

/** The account of temporary credentials that the sandbox gave out; undefined for any other key. */
export function accountIdOfAccessKey(accessKeyId: string): string | undefined {
  return /^ASIA(\d{12})[A-Z0-9]{4}$/.exec(accessKeyId)?.[1];
}
