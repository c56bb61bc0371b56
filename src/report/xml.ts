const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // Parsers make a line feed of a carriage return, and spaces of all three in attributes, unless written so.
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** XML 1.0 has no place for these, not even escaped: control characters, halves of pairs, and two non-characters. */
// eslint-disable-next-line no-control-regex -- these are the characters that must not stand there
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Text as the value of an attribute; what XML cannot hold becomes U+FFFD. */
export const xmlAttribute = (text: string): string =>
  text
    .replace(impossible, '\ufffd')
    .replace(/[&<>"\r\n\t]/g, (character) => entities[character] ?? character);

/** Text between tags, in which line feeds and tabs stand for themselves. */
export const xmlText = (text: string): string =>
  text
    .replace(impossible, '\ufffd')
    .replace(/[&<>\r]/g, (character) => entities[character] ?? character);

/** An element: `content` is markup, attributes are texts; without content it is closed at once. */
export function xmlElement(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content = '',
): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${xmlAttribute(String(value))}"`,
  );
  const open = `<${name}${written.join('')}`;
  return content === '' ? `${open}/>\n` : `${open}>${content}</${name}>\n`;
}
