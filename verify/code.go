package verify

// The codes of checks and warnings that this package gives. They do not change;
// details are for people. Beside them a check has the codes of what it asked,
// word for word: of [openbadges.Problem] in the context and data-model checks,
// of [proof.Code] in the proof check, and in json-ld the error codes of JSON-LD
// 1.1 with hyphens for spaces, such as "undefined-term".
//
// Codes of checks that passed, or that were not made.
const (
	CodeOK              = "ok"                    // passed without remark
	CodeNotAsked        = "not-asked"             // an earlier check, or an option, made the question idle
	CodeNoSchema        = "no-schema"             // the badge names no schema
	CodeNoStatus        = "no-status"             // the badge names no status list
	CodeNoRefresh       = "no-refresh"            // the badge names no refresh service
	CodeRefreshed       = "refreshed"             // the report is of the badge's newer form
	CodeNoEndorsement   = "no-endorsement"        // nobody has endorsed the badge in it
	CodeKeyClaimed      = "issuer-key-claimed"    // the signature names the issuer, whose documents are not to be had
	CodeUnsignedShown   = "presentation-unsigned" // nobody has signed a presentation of signed credentials
	CodeSchemaUnchecked = "schema-not-checked"    // a schema that is not known here; a warning too
)

// Codes that decide: of checks that failed or are unknown. Some are warnings
// where another signature on the badge holds.
const (
	CodeNoTime           = "no-time"                       // no time was given for which to verify
	CodeNoCredential     = "no-credential"                 // neither a credential nor a picture with one
	CodeMalformedJSON    = "malformed-json"                // JSON that cannot be read
	CodeImageMalformed   = "image-malformed"               // a picture that breaks its format
	CodeImageCompressed  = "image-compressed"              // a compressed credential, which Open Badges 3.0 forbids
	CodeTooLarge         = "too-large"                     // more bytes than are read
	CodeUnsupported      = "unsupported-credential"        // a credential of another family
	CodeBadURL           = "bad-url"                       // no URL that a badge may be fetched from
	CodeUnreachable      = "unreachable"                   // the badge's URL does not answer
	CodeJSONLD           = "json-ld"                       // the document has no meaning in JSON-LD
	CodeRespelled        = "respelled"                     // something decisive is signed under another spelling than readers look for
	CodeMethodMalformed  = "verification-method-malformed" // neither a DID URL nor an https URL
	CodeMethodUnknown    = "did-method-unsupported"        // a DID method that is not resolved here
	CodeKeyUnresolved    = "key-unresolved"                // the document that has the key is not to be had
	CodeKeyMalformed     = "key-malformed"                 // what stands for the key is none
	CodeKeyNotListed     = "key-not-listed"                // the document that should have the key does not
	CodeKeyPurpose       = "key-not-for-assertion"         // listed, but not for signing credentials
	CodeTooManyProofs    = "proof-too-many"                // more signatures than are looked at
	CodeIssuerUnproven   = "issuer-key-unproven"           // nothing shows that the key is the issuer's
	CodeIssuerMismatch   = "issuer-key-mismatch"           // the issuer's document does not list the key
	CodeIssuerKeyRevoked = "issuer-key-revoked"            // the issuer's document withdrew the key
	CodeIssuerKeyExpired = "issuer-key-expired"            // the issuer's document let the key end
	CodeRevoked          = "revoked"                       // for ever
	CodeSuspended        = "suspended"                     // until lifted
	CodeStatusTooMany    = "status-too-many"               // more status entries than are asked
	CodeStatusUnknown    = "status-unsupported"            // a status of a kind that is not known here
	CodeStatusMalformed  = "status-malformed"              // a status entry that is not as it must be
	CodeStatusPurpose    = "status-purpose"                // the list is for something else
	CodeStatusRange      = "status-range"                  // the list has no such place
	CodeStatusUnreached  = "status-unreachable"            // the list is not to be had
	CodeListUnverified   = "status-list-unverified"        // the list's own signature does not verify
	CodeListMalformed    = "status-list-malformed"         // the list cannot be read
	CodeListExpired      = "status-list-expired"           // the list was for an earlier time
	CodeListNotYet       = "status-list-not-yet-valid"     // the list is for a later time
	CodeExpired          = "expired"                       // the credential's end has passed
	CodeNotYetValid      = "not-yet-valid"                 // the credential's start is to come
	CodeNotRecipient     = "recipient-mismatch"            // the badge names somebody else
	CodeRecipientUnknown = "recipient-unknown"             // the badge names nobody that can be compared
	CodeHostedNowhere    = "hosted-nowhere"                // an old badge that does not say where its issuer has it
	CodeHostedGone       = "hosted-unreachable"            // the server of an old badge does not answer, or with no badge
	CodeHostedMissing    = "hosted-not-found"              // the server of an old badge does not know it
	CodeHostedOther      = "hosted-other-badge"            // the server has something else at the badge's address
	CodeHostedScope      = "hosted-out-of-scope"           // an old badge is where its issuer has none
	CodeLinkUnreached    = "linked-unreachable"            // the badge class or the issuer that an old badge leads to is not to be had
	CodeNotEmail         = "not-email"                     // no e-mail address
	CodeNotHost          = "not-host"                      // not the name of a host
	CodeNotIdentity      = "not-identity"                  // a recipient whose hash is none, or who is hashed and says not
	CodeInnerProof       = "inner-proof"                   // a credential inside is not as its issuer signed it
	CodeInnerInvalid     = "inner-invalid"                 // a credential that is presented is not valid; a warning in a record
	CodeInnerMany        = "inner-many"                    // more credentials inside than are looked at; a warning in a record
	CodeInnerUnknown     = "inner-unknown"                 // a credential that is presented cannot be verified; a warning in a record
	CodeChallenge        = "challenge-mismatch"            // a presentation that was not signed for whoever asked for it
	CodeInnerUnsigned    = "inner-unsigned"                // a credential inside that only the record around it vouches for
)

// Codes that are warnings alone.
const (
	WarnByteOrderMark      = "byte-order-mark"          // the file begins with a byte order mark
	WarnImageSeveral       = "image-several"            // the picture holds several credentials
	WarnImageChecksum      = "image-checksum"           // the checksum of the badge's chunk is wrong
	WarnImageChunk         = "image-chunk"              // the badge stands in another chunk than it must
	WarnSuiteDeprecated    = "suite-deprecated"         // a cryptosuite that a newer one has replaced
	WarnAlgorithmUncommon  = "jwt-algorithm-uncommon"   // an algorithm that not every verifier takes
	WarnTokenType          = "jwt-type"                 // a token of another type than JWT
	WarnKeyPublished       = "key-published"            // the private half of the key is known to all
	WarnSameHost           = "issuer-key-same-host"     // the issuer's host serves the key, for whom it does not say
	WarnPlainHTTP          = "plain-http"               // something came over http
	WarnOtherID            = "other-id"                 // a document at an address names another as its own
	WarnCopyDiffers        = "copy-differs"             // the copy at hand is not what the issuer serves
	WarnRefreshUnreachable = "refresh-unreachable"      // the refresh service does not answer
	WarnRefreshMalformed   = "refresh-malformed"        // the refresh service has no credential
	WarnRefreshOther       = "refresh-other"            // the refresh service has another badge
	WarnRefreshUnverified  = "refresh-unverified"       // the badge at the refresh service does not verify
	WarnStatusDeprecated   = "status-deprecated"        // a list that nobody signs
	WarnStatusIndex        = "status-index-number"      // the index is a number and must be a string
	WarnListShort          = "status-list-short"        // the list has too few places to hide in
	WarnListOtherIssuer    = "status-list-other-issuer" // another than the badge's issuer signs the list
	WarnStatusRefresh      = "status-refresh"           // the issuer has a newer form of the badge
	WarnStatusMessage      = "status-message"           // the issuer's list has a message
	WarnInnerOther         = "inner-of-other"           // a credential inside about somebody else than the record
	WarnEndorsementsMany   = "endorsements-many"        // more endorsements than are looked at
	WarnEndorsementInvalid = "endorsement-invalid"      // an endorsement that is not valid
	WarnEndorsementUnknown = "endorsement-unknown"      // an endorsement that cannot be verified
	WarnEndorsementOther   = "endorsement-of-other"     // an endorsement of something else
)
