/** Encoded pieces shorter than this would be found in innocent text. */
const MIN_ENCODED_CHARS = 6;
/** Lines of a secret with several (a private key) are secrets of their own from this length on. */
const MIN_LINE_CHARS = 8;

/**
 * The texts in which a secret may show: as it is, line by line, as a JSON string holds it, as a URL or a form
 * does, in base64 (wherever it stands in what was encoded) and in hex.
 */
export function formsOf(secret: string): ReadonlySet<string> {
  const bytes = Buffer.from(secret, 'utf8');
  const percent = percentEncoded(secret);
  const encoded = [
    ...base64Pieces(bytes),
    ...(percent === undefined ? [] : [percent, percent.replaceAll('%20', '+')]),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ].filter(({ length }) => length >= MIN_ENCODED_CHARS);
  const lines = secret
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(({ length }) => length >= MIN_LINE_CHARS);
  return new Set([secret, JSON.stringify(secret).slice(1, -1), ...lines, ...encoded]);
}

/**
 * What base64 makes of the bytes whatever stands before and after them: three alignments, without the characters
 * at the ends that depend on the neighbours; in both alphabets.
 */
function base64Pieces(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const from = Math.ceil((offset * 8) / 6);
    const piece = text.slice(from, Math.floor(((offset + bytes.length) * 8) / 6));
    return [piece, piece.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function percentEncoded(secret: string): string | undefined {
  try {
    return encodeURIComponent(secret);
  } catch {
    return undefined; // half a surrogate pair: no URL can hold it
  }
}
