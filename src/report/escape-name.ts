/**
 * A name as a part of another in formats that have no quotes: blanks, slashes, commas, `=` and all else that could
 * end it are percent-encoded (RFC 3986), so that `decodeURIComponent` gives it back. `(A/A) mutex` is `(A%2FA)%20mutex`.
 */
export const escapeName = (text: string): string =>
  text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[^A-Za-z0-9._()+:@-]/gu, (character) => encodeURIComponent(character));
