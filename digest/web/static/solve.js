// The puzzle that is asked for while sign-ups run above normal: find the counter whose derived key begins as wanted
// (ALTCHA's second format, PBKDF2 with SHA-256). The work is the browser's own, off the page's thread.
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

const derive = async (counter, { nonce, salt, cost, keyLength }) => {
  const password = new Uint8Array([...bytes(nonce), counter >>> 24, counter >>> 16, counter >>> 8, counter]);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  return hex(await crypto.subtle.deriveBits(how, key, keyLength * 8));
};

// Returns what the form field `solution` takes. Rejects where the page is not in a secure context.
export const solve = async (challenge) => {
  for (let counter = 0; ; counter++) {
    const derivedKey = await derive(counter, challenge.parameters);
    if (derivedKey.startsWith(challenge.parameters.keyPrefix))
      return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
  }
};
