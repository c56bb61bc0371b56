import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { xmlAttribute, xmlElement, xmlText } from './xml.js';
import { parseXml } from './xml.test-support.js';

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('&', '<', '>', '"', "'", '\r', '\n', '\t', ']]>', '\u0000') }),
);

/** What XML can hold of a text. */
const possible = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- what XML 1.0 has no place for
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd');

describe('XML', () => {
  it('gives every text back that a parser can be given, in an attribute and between tags', () => {
    fc.assert(
      fc.property(anything, anything, (attribute, text) => {
        const content = xmlElement('b', {}, `.${xmlText(text)}.`);
        const read = parseXml(declaration + xmlElement('a', { attribute }, content));
        assert.equal(read.attributes.attribute, possible(attribute));
        assert.equal(read.children[0]?.text, `.${possible(text)}.`);
      }),
    );
  });

  it('replaces what XML has no place for', () => {
    assert.equal(xmlAttribute('a\u0000b\u001b[31m\ud800'), 'a\ufffdb\ufffd[31m\ufffd');
    assert.equal(xmlText('\ufffe\u{1f600}'), '\ufffd\u{1f600}');
    assert.equal(xmlAttribute('"a"\t<b>\r\n&'), '&quot;a&quot;&#9;&lt;b&gt;&#13;&#10;&amp;');
  });
});

describe('the parser of these tests', () => {
  for (const wrong of [
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a>&</a>',
    '<a>&nbsp;</a>',
    '<a>&#0;</a>',
    '<a b="<"/>',
    '<a b="1" b="2"/>',
    '<a b=1/>',
    '<a>\u0001</a>',
    '<a>]]></a>',
    'text',
  ]) {
    it(`refuses ${JSON.stringify(wrong)}`, () =>
      assert.throws(() => parseXml(declaration + wrong)));
  }
});
