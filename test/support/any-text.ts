import fc from 'fast-check';

const firstSurrogate = 0xd800;
const surrogates = 0x800;

const anyCharacter = fc.nat({ max: 0x10ffff - surrogates }).map(
  (index) => String.fromCodePoint(index < firstSurrogate ? index : index + surrogates),
  (character) => {
    const [one, ...more] = typeof character === 'string' ? Array.from(character) : [];
    const code = one?.codePointAt(0);
    if (code === undefined || more.length > 0) throw new Error('It is no character.');
    return code < firstSurrogate ? code : code - surrogates;
  },
);

/** What `fc.string({ unit: 'binary' })` gives; that makes a table of all characters first, for a second of CPU. */
export const anyText = fc.string({ unit: anyCharacter });
