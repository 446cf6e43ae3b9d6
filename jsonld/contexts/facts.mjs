// Contexts that no package carries, written from their facts: which term means
// which IRI, with which type and container.
const vc = 'https://www.w3.org/2018/credentials#';
const ob = 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#';
const clr = 'https://purl.imsglobal.org/spec/vc/clr/vocab.html#';

const set = (iri, type) => ({'@id': iri, '@type': type, '@container': '@set'});
const aliases = {id: '@id', type: '@type'};

// Comprehensive Learner Record 2.0. The first publication had no "partial" and
// no "identifier", and another IRI for the prefix "obi". The datatypes
// "xsd:boolean" and "xsd:anyURI" are IRIs as they stand: the contexts that come
// before it define no prefix "xsd".
function clr20(obi, first) {
  return {'@context': {
    ...aliases,
    ClrCredential: {'@id': clr + 'ClrCredential', '@context': {
      ...aliases,
      ...first ? {} : {partial: {'@id': clr + 'partial', '@type': 'xsd:boolean'}},
    }},
    ClrSubject: {'@id': clr + 'ClrSubject', '@context': {
      ...aliases,
      cred: vc,
      obi,
      achievement: set(clr + 'achievement', obi + 'Achievement'),
      association: set(clr + 'association', clr + 'Association'),
      verifiableCredential: set(clr + 'verifiableCredential', vc + 'verifiableCredential'),
      ...first ? {} : {identifier: set(clr + 'identifier-1', obi + 'Identifier')},
    }},
    Association: {'@id': clr + 'Association', '@context': {
      associationType: {'@id': clr + 'AssociationType'},
      sourceId: {'@id': clr + 'sourceId', '@type': 'xsd:anyURI'},
      targetId: {'@id': clr + 'targetId', '@type': 'xsd:anyURI'},
    }},
  }};
}

export const facts = [
  {
    name: 'clr-2.0.0', note: 'facts of the first publication',
    iris: ['https://purl.imsglobal.org/spec/clr/v2p0/context.json'],
    document: clr20('https://purl.imsglobal.org/spec/ob/v3p0/vocab.html#', true),
  }, {
    name: 'clr-2.0.1', note: 'facts of the publication',
    iris: ['https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json'],
    document: clr20(ob, false),
  }, {
    name: 'credentials-examples-v2', note: 'a vocabulary alone',
    iris: ['https://www.w3.org/ns/credentials/examples/v2'],
    document: {'@context': {'@vocab': 'https://www.w3.org/ns/credentials/examples#'}},
  },
];
