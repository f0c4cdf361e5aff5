import { deriveKeys } from './derive-keys';
import { openSealedCode, sealCode } from './sealed-code';

const { seal, jwt } = deriveKeys('a secret of at least thirty-two characters');
const NOW = new Date('2026-03-05T12:00:00.000Z');
const CODE = '(async function run(rt) {\n  return 1;\n})';
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);
const refusal = expect.objectContaining({ code: 'INVALID_CODE', kind: 'invalid_input' }) as Error;

describe(openSealedCode, () => {
  it('returns the code that was sealed, for an hour', () => {
    const sealed = sealCode(seal, CODE, 'prj_1', NOW);
    expect(sealed.startsWith(CODE)).toBe(true);
    expect(openSealedCode(seal, sealed, 'prj_1', later(3_599))).toBe(CODE);
    expect(() => openSealedCode(seal, sealed, 'prj_1', later(3_600))).toThrow(refusal);
  });

  it('survives an editor that drops the last line break', () => {
    expect(openSealedCode(seal, sealCode(seal, CODE, 'prj_1', NOW).trimEnd(), 'prj_1', NOW)).toBe(
      CODE,
    );
  });

  it('opens the outer of two seals only', () => {
    const inner = sealCode(seal, CODE, 'prj_1', NOW);
    expect(openSealedCode(seal, sealCode(seal, inner, 'prj_1', NOW), 'prj_1', NOW)).toBe(inner);
  });

  const sealed = sealCode(seal, CODE, 'prj_1', NOW);
  it.each([
    ['without a seal', CODE],
    ['changed by one character', sealed.replace('return 1', 'return 2')],
    ['with a later end', sealed.replace(/v1\.(\d+)/, (_, end) => `v1.${Number(end) + 1}`)],
    ['with something after the seal', `${sealed}process.exit()`],
    ['with something before the seal', sealed.replace('\n//#', '\nevil()\n//#')],
    ['sealed with another key', sealCode(jwt, CODE, 'prj_1', NOW)],
    ['with an empty seal', `${CODE}\n//# runnel-seal=v1.`],
    ['that is empty', ''],
  ])('refuses code %s', (_, code) => {
    expect(() => openSealedCode(seal, code, 'prj_1', NOW)).toThrow(refusal);
  });

  it('refuses the code of another project', () => {
    expect(() => openSealedCode(seal, sealed, 'prj_2', NOW)).toThrow(refusal);
    expect(() => openSealedCode(seal, sealed, 'prj_', NOW)).toThrow(refusal);
  });
});
