// Badges that a site gave, read and verified by the packages alone: documents
// come from the site over TLS, and from nowhere else.
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as jose from 'jose';
import * as multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';
import {documentLoader} from './loader.mjs';

// addressOf is where the document of a did:web is (did:web method, §3.2 Read).
function addressOf(did) {
  const [, , host, ...path] = did.split(':').map(decodeURIComponent);
  return path.length === 0 ? `https://${host}/.well-known/did.json` : `https://${host}/${path.join('/')}/did.json`;
}

// siteLoader loads contexts as all do, documents of the site from the site, and
// of an identifier of the site what it names within its document.
function siteLoader(base, asked) {
  const fallback = documentLoader();
  async function fetched(url) {
    if(!url.startsWith(base + '/')) {
      throw new Error(`${url} is not of the site, and nothing else is fetched`);
    }
    asked.push(url);
    const response = await fetch(url, {headers: {accept: 'application/vc, application/did+json, application/ld+json, application/json'}, redirect: 'error'});
    if(!response.ok) {
      throw new Error(`${url}: status ${response.status}`);
    }
    return response.json();
  }
  return async url => {
    if(url.startsWith('did:web:')) {
      const [did] = url.split('#');
      const document = await fetched(addressOf(did));
      if(!url.includes('#')) {
        return {contextUrl: null, documentUrl: url, document};
      }
      const method = document.verificationMethod.find(method => method.id === url);
      if(!method) {
        throw new Error(`${did} has no ${url}`);
      }
      return {contextUrl: null, documentUrl: url, document: {'@context': 'https://w3id.org/security/multikey/v1', ...method}};
    }
    if(url.startsWith('https://') && url.startsWith(base + '/')) {
      return {contextUrl: null, documentUrl: url, document: await fetched(url)};
    }
    return fallback(url);
  };
}

// verifySite verifies a credential of a site, its status lists included.
export async function verifySite({credential, base}) {
  const asked = [];
  const loader = siteLoader(base, asked);
  const suite = new DataIntegrityProof({cryptosuite});
  let status;
  const result = await vc.verifyCredential({
    credential, suite, documentLoader: loader,
    checkStatus: async options => {
      status = await checkStatus({...options, suite, documentLoader: loader, verifyBitstringStatusListCredential: true});
      return status;
    }
  });
  return {
    verified: result.verified === true, asked,
    status: (status?.results ?? []).map(({credentialStatus, status}) => ({purpose: credentialStatus.statusPurpose, set: status})),
    reasons: result.verified === true ? [] : reasons(result.error)
  };
}

// verifySiteJWT verifies a token of a site by the key that its header names.
export async function verifySiteJWT({jwt, base}) {
  const asked = [];
  const {kid, alg} = jose.decodeProtectedHeader(jwt);
  const {document} = await siteLoader(base, asked)(kid);
  const jwk = await multikey.toJwk({keyPair: await multikey.from(document)});
  const {payload} = await jose.compactVerify(jwt, await jose.importJWK(jwk, alg), {algorithms: [alg]});
  return {payload: JSON.parse(new TextDecoder().decode(payload)), kid, asked};
}

// unbake takes the credential out of a picture (Open Badges 3.0 §5.3).
export function unbake({picture, type}) {
  const bytes = Buffer.from(picture, 'base64');
  if(type === 'image/svg+xml') {
    const [, text] = /<openbadges:credential[^>]*>\s*<!\[CDATA\[([\s\S]*?)\]\]>/.exec(bytes.toString('utf8'));
    return {credential: JSON.parse(text)};
  }
  for(let at = 8; at < bytes.length;) { // chunks of PNG: length, type, data, CRC
    const length = bytes.readUInt32BE(at);
    const kind = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if(kind === 'iTXt' && data.subarray(0, data.indexOf(0)).toString('latin1') === 'openbadgecredential') {
      let start = data.indexOf(0) + 3; // the keyword's end, compression flag and method
      start = data.indexOf(0, start) + 1; // language
      start = data.indexOf(0, start) + 1; // translated keyword
      return {credential: JSON.parse(data.subarray(start).toString('utf8'))};
    }
    at += 12 + length;
  }
  throw new Error('the picture holds no credential');
}

// All causes of a failed verification, outermost first.
function reasons(error) {
  if(!error) {
    return ['no reason given'];
  }
  const inner = (error.errors ?? (error.cause ? [error.cause] : [])).flatMap(reasons);
  return [String(error.message ?? error), ...inner];
}
