/** Four 32-bit numbers that depend on every character of `text`: FNV-1a with four starting points. */
export function seedOf(text: string): readonly [number, number, number, number] {
  const parts: [number, number, number, number] = [0x811c9dc5, 0x2f0b4c47, 0x6b43a9b5, 0x9e3779b9];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    for (let part = 0; part < 4; part += 1) {
      parts[part] = Math.imul((parts[part] ?? 0) ^ (code + part * 131), 0x01000193) >>> 0;
    }
  }
  return parts;
}
