/** An element as a parser gives it: references read, attributes normalised. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly in it. */
  readonly text: string;
}

// eslint-disable-next-line no-control-regex -- XML 1.0, production 2: what is no Char
const noChar = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const named: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" },
};
const attributeForm = /\s+([A-Za-z_][\w.-]*)="([^"<]*)"/y;
const tagForm = /<(\/?)([A-Za-z_][\w.-]*)((?:\s+[A-Za-z_][\w.-]*="[^"<]*")*)\s*(\/?)>/y;
const textForm = /[^<]+/y;

/** Reads references; any other ampersand is a fault. */
function dereferenced(text: string): string {
  return text.replace(/&(?:#(\d+);|(\w+);)?/g, (whole, code?: string, word?: string) => {
    const found = code === undefined ? named[word ?? ''] : String.fromCodePoint(Number(code));
    if (found === undefined || noChar.test(found)) throw new Error(`not a reference: ${whole}`);
    return found;
  });
}

/** Section 3.3.3 of XML 1.0: blanks become spaces, references to blanks do not. */
const normalised = (value: string): string => dereferenced(value.replace(/[\t\n]/g, ' '));

function attributesOf(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(new RegExp(attributeForm, 'g'))) {
    if (name in attributes) throw new Error(`the attribute ${name} stands twice`);
    attributes[name] = normalised(value);
  }
  return attributes;
}

/** Parses a declaration and one element, as strictly as XML 1.0 asks; throws where it is not well formed. */
export function parseXml(document: string): XmlElement {
  if (noChar.test(document)) throw new Error('a character that XML 1.0 has no place for');
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
  if (!document.startsWith(declaration)) throw new Error('no declaration');
  // Section 2.11: every line end is one line feed before anything else is looked at.
  const source = document.slice(declaration.length).replace(/\r\n?/g, '\n').trim();
  type Open = { -readonly [K in keyof XmlElement]: XmlElement[K] } & { children: XmlElement[] };
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [root];
  for (let at = 0; at < source.length;) {
    const inner = open.at(-1) ?? root;
    const form = source[at] === '<' ? tagForm : textForm;
    form.lastIndex = at;
    const match = form.exec(source);
    if (match === null) throw new Error(`not well formed: ${source.slice(at, at + 60)}`);
    at += match[0].length;
    if (form === textForm) {
      if (inner === root || match[0].includes(']]>')) throw new Error(`text: ${match[0]}`);
      inner.text += dereferenced(match[0]);
      continue;
    }
    const [, closing, name = '', attributes = '', empty] = match;
    if (closing === '/') {
      if (inner.name !== name) throw new Error(`</${name}> closes <${inner.name}>`);
      open.pop();
      continue;
    }
    const element: Open = { name, attributes: attributesOf(attributes), children: [], text: '' };
    inner.children.push(element);
    if (empty === '') open.push(element);
  }
  const [document_] = root.children;
  if (open.length > 1 || root.children.length > 1 || document_ === undefined) {
    throw new Error('not one closed element');
  }
  return document_;
}
