// The program's own words, so that scenarios find buttons and fields by what
// people read, in their language, and by a key that stays when words change.
import {readdirSync, readFileSync} from 'node:fs';

const folder = new URL('../../internal/message/locales/', import.meta.url);
const known = {};

// words returns the sentence of that key with the facts in their places:
// words('fr', 'look.page', {Number: 2}).
export function words(lang, key, facts = {}) {
  known[lang] ??= Object.assign({}, ...readdirSync(folder)
    .filter(name => name.endsWith(`.${lang}.json`))
    .map(name => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));
  const sentence = known[lang][key];
  if(typeof sentence !== 'string') {
    throw new Error(`no sentence with the key "${key}" in the language "${lang}"`);
  }
  return sentence.replace(/\{\{\s*\.(\w+)\s*\}\}/g, (_, name) => {
    if(facts[name] === undefined) {
      throw new Error(`the sentence "${key}" wants ${name}`);
    }
    return facts[name];
  });
}
