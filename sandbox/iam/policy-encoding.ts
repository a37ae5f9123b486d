/** Encodes a policy as IAM answers it: URL-encoded by RFC 3986, which is a little more than encodeURIComponent does. */
export function encodePolicy(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
