// The other side of the interoperability tests: other people's implementations
// of JSON-LD, Data Integrity and JOSE behind one process that answers one JSON
// object a line with one JSON object a line, in order.
//
//   {"op": NAME, …}  →  {"ok": true, …}  or  {"ok": false, "code", "error"}
//
// The operations are the members of `operations` below. A request that cannot
// be understood is answered with the code "request"; every other code is the
// implementation's own refusal, which the tests compare with ours.
import {webcrypto} from 'node:crypto';
import {createInterface} from 'node:readline';
import {documentLoader, npmContexts, setContexts} from './loader.mjs';

// Node 18 has WebCrypto but not yet as a global; jose wants it there, so it is
// set before jose is loaded.
globalThis.crypto ??= webcrypto;

const {default: jsonld} = await import('jsonld');
const jose = await import('jose');
const vc = await import('@digitalbazaar/vc');
const multikey = await import('@digitalbazaar/ed25519-multikey');
const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const {cryptosuite} = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const ecdsaMultikey = await import('@digitalbazaar/ecdsa-multikey');
const sd = await import('@digitalbazaar/ecdsa-sd-2023-cryptosuite');

const {unbake, verifySite, verifySiteJWT} = await import('./site.mjs');

class RequestError extends Error {}

function need(request, ...names) {
  for(const name of names) {
    if(request[name] === undefined) {
      throw new RequestError(`member "${name}" is missing`);
    }
  }
}

const operations = {
  // Says that the process runs: {node: version}.
  async hello() {
    return {node: process.version};
  },

  // The contexts that the packages carry: {contexts: {url: context}}.
  async contexts() {
    return {contexts: Object.fromEntries(npmContexts)};
  },

  // Lays contexts over those of the packages, for the rest of the process.
  // Open Badges 3.0.3 changed in place in June 2026 (it gained endorsementJwt
  // and jti) and its package has the older text. A context decides what a
  // signature covers, so the comparison is fair only when both sides read the
  // same one: the tests hand over ours. All others stay the packages' own.
  async setContexts(request) {
    need(request, 'contexts');
    setContexts(request.contexts);
    return {};
  },

  // Canonical N-Quads of a document, in safe mode.
  async canonize(request) {
    need(request, 'document');
    const nquads = await jsonld.canonize(request.document, {
      algorithm: 'RDFC-1.0',
      safe: true,
      base: null,
      rdfDirection: 'i18n-datatype',
      // By default it gives up early on blank nodes that look alike. Where it
      // gives up is no question of right and wrong: let it go on.
      canonizeOptions: {maxWorkFactor: 3},
      documentLoader: documentLoader(request.documents)
    });
    return {nquads};
  },

  // The expanded form of a document.
  async expand(request) {
    need(request, 'document');
    const expanded = await jsonld.expand(request.document, {
      safe: request.safe ?? true,
      base: null,
      documentLoader: documentLoader(request.documents)
    });
    return {expanded};
  },

  // Signs with eddsa-rdfc-2022. The key pair is a Multikey with its secret.
  async sign(request) {
    need(request, 'credential', 'key', 'created');
    const key = await multikey.from(request.key);
    const suite = new DataIntegrityProof({
      signer: key.signer(), date: request.created, cryptosuite
    });
    const credential = await vc.issue({
      credential: request.credential,
      suite,
      now: new Date(request.now ?? request.created),
      documentLoader: documentLoader(request.documents)
    });
    return {credential};
  },

  // Verifies the eddsa-rdfc-2022 proof of a credential at the instant `now`.
  // Its status is not looked up; that the entry has the right shape still is.
  async verify(request) {
    need(request, 'credential', 'now');
    const result = await vc.verifyCredential({
      credential: request.credential,
      suite: new DataIntegrityProof({cryptosuite}),
      now: new Date(request.now),
      checkStatus: async () => ({verified: true}),
      documentLoader: documentLoader(request.documents)
    });
    return {
      verified: result.verified === true,
      reasons: result.verified === true ? [] : reasons(result.error)
    };
  },

  // Signs with ecdsa-sd-2023: a base proof. The key pair is a Multikey of P-256.
  async sdSign(request) {
    need(request, 'credential', 'key', 'created', 'mandatory');
    const key = await ecdsaMultikey.from(request.key);
    const credential = await vc.issue({
      credential: request.credential,
      suite: new DataIntegrityProof({
        signer: key.signer(), date: request.created,
        cryptosuite: sd.createSignCryptosuite({mandatoryPointers: request.mandatory})
      }),
      now: new Date(request.created),
      documentLoader: documentLoader(request.documents)
    });
    return {credential};
  },

  // Derives from a base proof what the pointers select.
  async sdDerive(request) {
    need(request, 'credential', 'selective');
    const credential = await vc.derive({
      verifiableCredential: request.credential,
      suite: new DataIntegrityProof({
        cryptosuite: sd.createDiscloseCryptosuite({selectivePointers: request.selective})
      }),
      documentLoader: documentLoader(request.documents)
    });
    return {credential};
  },

  // Verifies a derived proof, or with `base` a base proof, as its holder does.
  async sdVerify(request) {
    need(request, 'credential', 'now');
    const result = await vc.verifyCredential({
      credential: request.credential,
      suite: new DataIntegrityProof({
        cryptosuite: request.base ? sd.createConfirmCryptosuite() : sd.createVerifyCryptosuite()
      }),
      now: new Date(request.now),
      checkStatus: async () => ({verified: true}),
      documentLoader: documentLoader(request.documents)
    });
    return {
      verified: result.verified === true,
      reasons: result.verified === true ? [] : reasons(result.error)
    };
  },

  // Verifies a credential of a site, whose documents come from the site; see
  // site.mjs.
  async verifySite(request) {
    need(request, 'credential', 'base');
    return verifySite(request);
  },

  // Verifies a token of a site by the key that it names.
  async verifySiteJWT(request) {
    need(request, 'jwt', 'base');
    return verifySiteJWT(request);
  },

  // Takes the credential out of a picture, given in base64.
  async unbake(request) {
    need(request, 'picture', 'type');
    return unbake(request);
  },

  // Signs a payload, given as text so that its bytes are the caller's.
  async jwtSign(request) {
    need(request, 'header', 'payload', 'jwk');
    const key = await jose.importJWK(request.jwk, request.header.alg);
    const jwt = await new jose.CompactSign(new TextEncoder().encode(request.payload))
      .setProtectedHeader(request.header)
      .sign(key);
    return {jwt};
  },

  // Verifies a compact JWS against a public JWK and a list of algorithms.
  async jwtVerify(request) {
    need(request, 'jwt', 'jwk', 'algorithms');
    const key = await jose.importJWK(request.jwk, request.algorithms[0]);
    const {payload, protectedHeader} = await jose.compactVerify(
      request.jwt, key, {algorithms: request.algorithms});
    return {header: protectedHeader, payload: new TextDecoder().decode(payload)};
  }
};

// All causes of a failed verification, outermost first.
function reasons(error) {
  if(!error) {
    return ['no reason given'];
  }
  const inner = (error.errors ?? (error.cause ? [error.cause] : [])).flatMap(reasons);
  return [String(error.message ?? error), ...inner];
}

function refusal(error) {
  if(error instanceof RequestError) {
    return {ok: false, code: 'request', error: error.message};
  }
  // The JSON-LD implementation wraps the reason that matters more than once:
  // safe mode's event lies innermost.
  const event = error?.details?.event;
  const code = event?.code ?? error?.details?.code ?? error?.code ?? error?.name ?? 'unknown';
  const {term, expandedProperty, property, value} = {...error?.details, ...event?.details};
  const about = JSON.stringify({term, expandedProperty, property, value}) ?? '';
  return {ok: false, code: String(code), error: `${error?.message ?? error} ${about.slice(0, 200)}`};
}

async function answer(line) {
  try {
    let request;
    try {
      request = JSON.parse(line);
    } catch(error) {
      throw new RequestError(error.message);
    }
    const operation = Object.hasOwn(operations, request?.op) && operations[request.op];
    if(!operation) {
      throw new RequestError(`operation ${JSON.stringify(request?.op)} is not known`);
    }
    return {ok: true, ...await operation(request)};
  } catch(error) {
    return refusal(error);
  }
}

for await (const line of createInterface({input: process.stdin, crlfDelay: Infinity})) {
  process.stdout.write(JSON.stringify(await answer(line)) + '\n');
}
