const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * 32-bit FNV-1a of an ASCII string (of any other, over the low bytes of its UTF-16 units). It decides
 * in which shard a run lives, so it may never change.
 */
export function fnv1a(text: string): number {
  let hash = OFFSET_BASIS;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ (text.charCodeAt(i) & 0xff), PRIME);
  }
  return hash >>> 0;
}
