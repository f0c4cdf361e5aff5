import type { Json } from '@runnel/definitions';
import type { GuestLibrary } from './guest-types';

/**
 * Adds a parser of XML to the library: strict about form, without document types, so that there are no entities
 * to expand and nothing to fetch. Runs inside the VM.
 */
export function installXml(lib: GuestLibrary): void {
  const MAX_DEPTH = 100;
  const ENTITIES = new Map([
    ['lt', '<'],
    ['gt', '>'],
    ['amp', '&'],
    ['apos', "'"],
    ['quot', '"'],
  ]);
  /** An element that has begun; inner elements by name. */
  type Open = { readonly name: string; readonly attributes: [string, string][]; text: string; readonly inner: Map<string, Json[]> }; // prettier-ignore

  lib.parseXml = (text, nodeId) => {
    let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
    const open: Open[] = [];
    let root: [string, Json] | undefined;
    if (/^<\?xml\s/.test(text.slice(at, at + 6))) skipTo('?>');
    while (at < text.length) {
      if (text.charAt(at) !== '<') characters();
      else if (text.startsWith('<!--', at)) skipTo('-->');
      else if (text.startsWith('<![CDATA[', at)) cdata();
      else if (text.startsWith('<!', at)) throw fail('A document type is not allowed');
      else if (text.startsWith('<?', at)) skipTo('?>');
      else if (text.startsWith('</', at)) close();
      else start();
    }
    const last = open.at(-1);
    if (last !== undefined) throw fail(`Element '${last.name}' does not end`);
    if (root === undefined) throw fail('There is no element');
    return Object.fromEntries([root]);

    function fail(message: string) {
      const line = text.slice(0, at).split('\n').length;
      const where = `${message.slice(0, 300)} (line ${line})`;
      return lib.error('SyntaxError', where, nodeId, 'INVALID_XML');
    }

    /** Gives what stands before the next `end` and goes on after it. */
    function upTo(end: string): string {
      const found = text.indexOf(end, at);
      if (found < 0) throw fail(`'${end}' is missing`);
      const part = text.slice(at, found);
      at = found + end.length;
      return part;
    }

    function skipTo(end: string): void {
      at += 2;
      upTo(end);
    }

    function append(part: string): void {
      const element = open.at(-1);
      if (element !== undefined) element.text += part;
      else if (part.trim() !== '') throw fail('Text stands outside of the root element');
    }

    function characters(): void {
      const end = text.indexOf('<', at);
      const part = text.slice(at, end < 0 ? text.length : end);
      append(decoded(part));
      at += part.length;
    }

    function cdata(): void {
      if (open.length === 0) throw fail('CDATA stands outside of the root element');
      at += '<![CDATA['.length;
      append(upTo(']]>'));
    }

    function decoded(part: string): string {
      if (!part.includes('&')) return part;
      return part.replace(/&([^;&\s]{0,32})(;?)/g, (_whole, name: string, end: string) => {
        const known = ENTITIES.get(name);
        const digits = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
        const code = Number.parseInt(digits?.[1] ?? digits?.[2] ?? '', digits?.[1] ? 16 : 10);
        if (end === ';' && known !== undefined) return known;
        const isHalf = code >= 0xd800 && code <= 0xdfff;
        if (end === ';' && code > 0 && code <= 0x10ffff && !isHalf)
          return String.fromCodePoint(code);
        throw fail(`'&${name}${end}' is no known entity`);
      });
    }

    function name(): string {
      const pattern = /[A-Za-z_:\u0080-\uffff][\w:.\-\u0080-\uffff]*/y;
      pattern.lastIndex = at;
      const found = pattern.exec(text)?.[0] ?? '';
      if (found === '') throw fail('A name is missing');
      if (lib.isForbidden(found)) throw fail(`The name '${found}' is not allowed`);
      at += found.length;
      return found;
    }

    function space(): boolean {
      const start = at;
      while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
      return at > start;
    }

    function start(): void {
      if (root !== undefined && open.length === 0) throw fail('There is a second root element');
      if (open.length >= MAX_DEPTH)
        throw fail(`Elements are nested deeper than ${MAX_DEPTH} levels`);
      at += 1;
      const element: Open = { name: name(), attributes: [], text: '', inner: new Map() };
      const seen = new Set<string>();
      for (let hasSpace = space(); !'/>'.includes(text.charAt(at)); hasSpace = space()) {
        if (!hasSpace) throw fail('A space is missing');
        const [key, value] = attribute();
        if (seen.has(key)) throw fail(`Attribute '${key}' is there twice`);
        seen.add(key);
        element.attributes.push([`@${key}`, value]);
      }
      if (at >= text.length) throw fail("'>' is missing");
      open.push(element);
      if (text.startsWith('/>', at)) {
        at += 2;
        finish();
      } else if (text.charAt(at) === '>') at += 1;
      else throw fail("'>' is missing");
    }

    function attribute(): [string, string] {
      const key = name();
      space();
      if (text.charAt(at) !== '=') throw fail(`Attribute '${key}' has no value`);
      at += 1;
      space();
      const quote = text.charAt(at);
      if (quote !== '"' && quote !== "'") throw fail(`The value of '${key}' has no quotes`);
      at += 1;
      const value = upTo(quote);
      if (value.includes('<')) throw fail(`The value of '${key}' holds '<'`);
      return [key, decoded(value)];
    }

    function close(): void {
      at += 2;
      const ended = name();
      space();
      const element = open.at(-1);
      if (element?.name !== ended) throw fail(`'</${ended}>' ends no element`);
      if (text.charAt(at) !== '>') throw fail("'>' is missing");
      at += 1;
      finish();
    }

    function finish(): void {
      const element = open.pop();
      if (element === undefined) return;
      const value = valueOf(element);
      const outer = open.at(-1);
      if (outer === undefined) root = [element.name, value];
      else {
        const same = outer.inner.get(element.name);
        if (same === undefined) outer.inner.set(element.name, [value]);
        else same.push(value);
      }
    }
  };

  function valueOf({ attributes, text, inner }: Open): Json {
    if (attributes.length === 0 && inner.size === 0) return text;
    const own = inner.size === 0 ? text : text.trim();
    const elements = [...inner].map(([key, values]): [string, Json] => {
      return [key, values.length === 1 ? (values[0] ?? null) : values];
    });
    return Object.fromEntries([
      ...attributes,
      ...elements,
      ...(own === '' ? [] : [['#text', own] as [string, Json]]),
    ]);
  }
}
