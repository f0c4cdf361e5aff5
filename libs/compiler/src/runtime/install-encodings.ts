import type { Json } from '@runnel/definitions';
import type { GuestLibrary } from './guest-types';

/** Adds Base64, percent-encoding and queries to the library; the engine has none of the web's functions for them. Runs inside the VM. */
export function installEncodings(lib: GuestLibrary): void {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  /** Bytes that are turned into text at once. */
  const CHUNK = 3072;

  lib.percentEncode = (text) => {
    try {
      return encodeURIComponent(text);
    } catch {
      return encodeURIComponent(wellFormed(text));
    }
  };

  lib.percentDecode = (text, nodeId) => {
    try {
      return decodeURIComponent(text);
    } catch {
      throw invalid('The text holds a % that starts no UTF-8 character', nodeId);
    }
  };

  lib.query = (values) => {
    const pairs: string[] = [];
    for (const [name, value] of Object.entries(values)) {
      for (const item of Array.isArray(value) ? (value as readonly Json[]) : [value]) {
        if (item !== null)
          pairs.push(`${lib.percentEncode(name)}=${lib.percentEncode(lib.text(item))}`);
      }
    }
    return pairs.join('&');
  };

  lib.base64Encode = (text) => {
    const bytes = utf8(text);
    let result = '';
    for (let at = 0; at < bytes.length; at += 3) {
      const [a = 0, b = 0, c = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
      const bits = (a << 16) | (b << 8) | c;
      result += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
      result += at + 1 < bytes.length ? ALPHABET.charAt((bits >> 6) & 63) : '=';
      result += at + 2 < bytes.length ? ALPHABET.charAt(bits & 63) : '=';
    }
    return result;
  };

  lib.base64Decode = (text, nodeId) => {
    const clean = text.replace(/[\t\n\r ]/g, '').replace(/={1,2}$/, '');
    const bytes = new Uint8Array(Math.floor((clean.length * 3) / 4));
    let bits = 0;
    let held = 0;
    let filled = 0;
    for (let at = 0; at < clean.length; at += 1) {
      const char = clean.charAt(at);
      const value = ALPHABET.indexOf(char === '-' ? '+' : char === '_' ? '/' : char);
      if (value < 0) throw invalid('The text is no Base64', nodeId);
      bits = ((bits << 6) | value) & 0xffffff;
      held += 6;
      if (held < 8) continue;
      held -= 8;
      bytes[filled] = (bits >> held) & 255;
      filled += 1;
    }
    if (clean.length % 4 === 1) throw invalid('The text is no Base64', nodeId);
    return fromUtf8(bytes, nodeId);
  };

  function invalid(message: string, nodeId: string) {
    return lib.error('SyntaxError', message, nodeId, 'INVALID_ENCODING');
  }

  /** A half of a character pair stands for no character. */
  function wellFormed(text: string): string {
    let result = '';
    for (const char of text) {
      const code = char.codePointAt(0) ?? 0;
      result += code >= 0xd800 && code <= 0xdfff ? '\ufffd' : char;
    }
    return result;
  }

  function utf8(text: string): number[] {
    const bytes: number[] = [];
    for (const char of text) {
      const found = char.codePointAt(0) ?? 0;
      const code = found >= 0xd800 && found <= 0xdfff ? 0xfffd : found;
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) {
        bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      } else {
        bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63));
        bytes.push(0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      }
    }
    return bytes;
  }

  /** Strict: over-long forms, halves of pairs and broken characters are errors. */
  function fromUtf8(bytes: Uint8Array, nodeId: string): string {
    let result = '';
    let at = 0;
    while (at < bytes.length) {
      let part = '';
      const end = at + CHUNK;
      // A chunk ends between characters.
      for (; at < bytes.length && (at < end || isInside(bytes[at])); at += 1) {
        const byte = bytes[at] ?? 0;
        const isPlain = byte < 0x80 && byte !== 0x25;
        part += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`;
      }
      try {
        result += decodeURIComponent(part);
      } catch {
        throw invalid('The bytes are no UTF-8 text', nodeId);
      }
    }
    return result;
  }

  function isInside(byte: number | undefined): boolean {
    return byte !== undefined && (byte & 0xc0) === 0x80;
  }
}
