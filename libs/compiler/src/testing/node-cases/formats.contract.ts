import type { JsonObject } from '@runnel/definitions';
import type { NodeCase } from './case.contract';

const XML = `<?xml version="1.0"?><!-- note --><order id="7" ok='a&amp;b'>
  <item>Tea &#x41;&#66;</item><item><![CDATA[<b>]]></item><empty/><mixed x="1">hi</mixed></order>`;

const YAML = `
name: Ada # a comment
n: 2.5
on: true
none: ~
list: [a, {b: 1}]
text: |
  x
  y
base: &base {k: 1}
same: *base
5: five
isPrototypeOf: 1
`;
/** Nine copies of nine copies, and so on: a million millions in a few lines. */
const LAUGHS = [...'bcdefghijklm'].reduce(
  (text, name, i) =>
    `${text}\n${name}: &${name} [${Array(9)
      .fill(`*${'abcdefghijklm'.charAt(i)}`)
      .join()}]`,
  'a: &a [x, x, x, x, x, x, x, x, x]',
);

export const FORMAT_CASES: readonly NodeCase[] = [
  ['ParseJson', { text: '{"a":[1,null]}' }, { a: [1, null] }],
  ['ParseJson', { text: '{a:1}' }, /^Text is not JSON: /],
  ['StringifyJson', { value: { a: [1] } }, '{"a":[1]}'],
  ['StringifyJson', { value: [1], indent: 2 }, '[\n  1\n]'],
  ['StringifyJson', {}, 'null'],
  [
    'ParseCsv',
    { text: 'a,b\r\n1,"x ""y"", z"\n\n2,' },
    [
      { a: '1', b: 'x "y", z' },
      { a: '2', b: '' },
    ],
  ],
  [
    'ParseCsv',
    { text: 'a;b\n"1\n2";', delimiter: ';', header: false },
    [
      ['a', 'b'],
      ['1\n2', ''],
    ],
  ],
  ['ParseCsv', { text: '\ufeffa\n""\nx' }, [{ a: '' }, { a: 'x' }]],
  ['ParseCsv', { text: '__proto__,b\n1,2' }, [JSON.parse('{"__proto__":"1","b":"2"}')]],
  ['ParseCsv', { text: '' }, []],
  ['ParseCsv', { text: 'a\n1,2' }, /^Row 1 has 2 fields but the header has 1$/],
  ['ParseCsv', { text: 'a,a\n1,2' }, /^The header names 'a' twice$/],
  ['ParseCsv', { text: 'a\n"1' }, /^A quote in row 2 does not end$/],
  ['ParseCsv', { text: 'a\n"1"2' }, /^Text follows a quoted field in row 2$/],
  ['ParseCsv', { text: 'a', delimiter: '' }, /^The delimiter must be one character/],
  [
    'StringifyCsv',
    {
      rows: [
        { a: 1, b: 'x,y' },
        { a: null, c: 'q"' },
      ],
    },
    'a,b,c\r\n1,"x,y",\r\n,,"q"""\r\n',
  ],
  ['StringifyCsv', { rows: [['a', 2], ['']], header: false }, 'a,2\r\n""\r\n'],
  ['StringifyCsv', { rows: [{ f: '=1+1' }], safe: true }, "f\r\n'=1+1\r\n"],
  ['StringifyCsv', { rows: ['x'] }, /^A row must be an object or a list but one is string$/],
  ['Base64Encode', { text: 'añ€😀' }, 'YcOx4oKs8J+YgA=='],
  ['Base64Encode', { text: '' }, ''],
  ['Base64Decode', { text: 'YcOx4oKs8J-YgA' }, 'añ€😀'],
  ['Base64Decode', { text: 'JQ==' }, '%'],
  ['Base64Decode', { text: 'a' }, /^The text is no Base64$/],
  ['Base64Decode', { text: 'a!==' }, /^The text is no Base64$/],
  ['Base64Decode', { text: '/w==' }, /^The bytes are no UTF-8 text$/],
  ['UrlEncode', { text: 'a b/ñ&' }, 'a%20b%2F%C3%B1%26'],
  ['UrlEncode', { text: 'x\ud800' }, 'x%EF%BF%BD'],
  ['UrlDecode', { text: 'a%20b+%C3%B1' }, 'a b+ñ'],
  ['UrlDecode', { text: '%zz' }, /^The text holds a % that starts no UTF-8 character$/],
  [
    'ParseXml',
    { text: XML },
    {
      order: {
        '@id': '7',
        '@ok': 'a&b',
        item: ['Tea AB', '<b>'],
        empty: '',
        mixed: { '@x': '1', '#text': 'hi' },
      },
    },
  ],
  [
    'ParseXml',
    { text: '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>' },
    /^A document type is not allowed \(line 1\)$/,
  ],
  ['ParseXml', { text: '<a>&x;</a>' }, /^'&x;' is no known entity \(line 1\)$/],
  ['ParseXml', { text: '<a>\n<b></a>' }, /^'<\/a>' ends no element \(line 2\)$/],
  ['ParseXml', { text: '<a><__proto__/></a>' }, /^The name '__proto__' is not allowed/],
  ['ParseXml', { text: '<a x="1" x="2"/>' }, /^Attribute 'x' is there twice/],
  ['ParseXml', { text: '<a/><b/>' }, /^There is a second root element/],
  ['ParseXml', { text: '<a' }, /^'>' is missing/],
  ['ParseXml', { text: 'x' }, /^Text stands outside of the root element/],
  ['ParseXml', { text: ' ' }, /^There is no element/],
  ['ParseXml', { text: '<a>'.repeat(101) }, /^Elements are nested deeper than 100 levels/],
  ['ParseResponse', { response: '{"a":1}' }, { a: 1 }],
  ['ParseResponse', { response: { a: 1 } }, { a: 1 }],
  ['ParseResponse', { response: '<a>1</a>', format: 'xml' }, { a: '1' }],
  ['ParseResponse', { response: 'a,b', format: 'csv' }, [['a', 'b']]],
  ['ParseResponse', { response: { a: 1 }, format: 'text' }, '{"a":1}'],
  ['ParseResponse', { response: '{' }, /^The response is not JSON: /],
  [
    'BuildUrl',
    { base: 'https://x.org/v1/?k=1#top', path: 'a b/ñ', query: { q: 'x&y', l: [1, 2], n: null } },
    'https://x.org/v1/a%20b/%C3%B1?k=1&q=x%26y&l=1&l=2#top',
  ],
  ['BuildUrl', { base: 'http://x.org' }, 'http://x.org'],
  ['BuildUrl', { base: 'http://x.org', path: '/a/' }, 'http://x.org/a/'],
  ['BuildUrl', { base: 'http://x.org', path: 'a/../b' }, /^The path must not hold '\.' or '\.\.'$/],
  ['BuildUrl', { base: 'ftp://x.org' }, /^The base is no http or https URL$/],
  [
    'BuildHeaders',
    { headers: { 'X-A': 1, gone: null }, contentType: 'text/plain', bearerToken: 't' },
    { 'x-a': '1', 'content-type': 'text/plain', authorization: 'Bearer t' },
  ],
  [
    'BuildHeaders',
    { headers: { a: 'x\r\ny: z' } },
    /^Header 'a' has a name or value that headers cannot have$/,
  ],
  ['BuildHeaders', { headers: { 'a b': 'x' } }, /^Header 'a b' has a name or value/],
  ['FormData', { fields: { a: 'x y', b: [1, true], c: null } }, 'a=x%20y&b=1&b=true'],
  [
    'ParseYaml',
    { text: YAML },
    {
      name: 'Ada',
      n: 2.5,
      on: true,
      none: null,
      list: ['a', { b: 1 }],
      text: 'x\ny\n',
      base: { k: 1 },
      same: { k: 1 },
      5: 'five',
      isPrototypeOf: 1,
    },
  ],
  [
    'ParseYaml',
    { text: '__proto__: {a: 1}\nconstructor: 2' },
    JSON.parse('{"__proto__":{"a":1},"constructor":2}') as JsonObject,
  ],
  ['ParseYaml', { text: 'a: [' }, /^Text is not YAML: unexpected end of the stream/],
  ['ParseYaml', { text: '!!js/function "x"' }, /^Text is not YAML: unknown scalar tag/],
  ['ParseYaml', { text: '? [1]\n: x' }, /^A key is no text$/],
  ['ParseYaml', { text: '&a [*a]' }, /^Values are nested deeper than 100 levels$/],
  ['ParseYaml', { text: '['.repeat(101) }, /^Text is not YAML: nesting exceeded/],
  ['ParseYaml', { text: LAUGHS }, /^The text stands for more than 1000000 values$/],
  ['ParseYaml', { text: 'x: .inf' }, /^A number is not finite$/],
  ['ParseYaml', { text: '# nothing' }, null],
  ['ParseYaml', { text: 'a: 1\n---\nb: 2' }, /^The text holds more than one document$/],
];
