package sheet

// Codes of what may be wrong with a row.
const (
	CodeAddressMissing       = "address-missing"        // the cell is empty
	CodeAddressMissingAt     = "address-missing-at"     // no @
	CodeAddressMissingLocal  = "address-missing-local"  // nothing before the @
	CodeAddressMissingDomain = "address-missing-domain" // nothing after the @
	CodeAddressMissingEnd    = "address-missing-end"    // a domain without a dot
	CodeAddressTwoAts        = "address-two-ats"        // one address with two @
	CodeAddressSeveral       = "address-several"        // two addresses in one cell
	CodeAddressSpace         = "address-space"          // a space inside
	CodeAddressDots          = "address-dots"           // two dots in a row, or one at an edge
	CodeAddressCharacter     = "address-character"      // Args: Character
	CodeAddressDomain        = "address-domain"         // a domain that cannot exist
	CodeAddressTooLong       = "address-too-long"       // RFC 5321 §4.5.3.1: 64 + 254
	CodeNameMissing          = "name-missing"           // the list has names, this row has none
	CodeDateUnreadable       = "date-unreadable"        //
	CodeDateImpossible       = "date-impossible"        // the 31st of June
	CodeDateMonthFirst       = "date-month-first"       // only month/day/year makes sense of it
	CodeDateAmbiguous        = "date-ambiguous"         // Args: ProofLine, a row of the column that has the month first
	CodeDateYear             = "date-year"              // a year outside 1900…2199
	CodeDateOrder            = "date-order"             // expires before it is awarded
	CodeLinkNotHTTP          = "link-not-http"          // ftp:, file:, C:\…, or no https:// in front
	CodeLinkUnreadable       = "link-unreadable"        //
	CodeLinksTooMany         = "links-too-many"         // Args: Limit
	CodeCellError            = "cell-error"             // #N/A, #REF!…
	CodeCellNotComputed      = "cell-not-computed"      // a formula without a stored result
	CodeCharactersUnreadable = "characters-unreadable"  // the encoding lost some
	CodeRowShort             = "row-short"              // Args: Cells, Expected
	CodeRowLong              = "row-long"               // Args: Cells, Expected
	CodeRowHidden            = "row-hidden"             // hidden or filtered away in the workbook
)

// Codes of what may be wrong with a file.
const (
	CodeFileEmpty        = "file-empty"
	CodeFileTooLarge     = "file-too-large"    // Args: Limit, in MiB
	CodeFileUnreadable   = "file-unreadable"   // reading failed
	CodeFileOldExcel     = "file-old-excel"    // .xls, or .xlsx with a password
	CodeFileBinaryExcel  = "file-binary-excel" // .xlsb
	CodeFileOpenDocument = "file-opendocument" // .ods
	CodeFileNotList      = "file-not-list"     // a PDF, a ZIP of something else, binary bytes
	CodeFileDamaged      = "file-damaged"      // Args: Part
	CodeFileHostile      = "file-hostile"      // unpacks to too much. Args: Part, Limit, What
	CodeFileNUL          = "file-nul"          // a zero byte in a text file
	CodeQuoteOpen        = "quote-open"        // a quotation mark without its fellow
	CodeCellTooLong      = "cell-too-long"     // Args: Limit
	CodeColumnsTooMany   = "columns-too-many"  // Args: Limit
	CodeRowsTooMany      = "rows-too-many"     // Args: Limit
	CodeSheetMissing     = "sheet-missing"     // Args: Sheets
	CodeSheetEmpty       = "sheet-empty"       // nothing in any visible sheet

	CodeHeadingsMissing   = "headings-missing"    // no heading row. Args: Guess
	CodeAddressNoHeading  = "address-no-heading"  // headings, none of an address. Args: Headings, Guess
	CodeAddressNoColumn   = "address-no-column"   // neither. Args: Headings
	CodeHeadingTwice      = "heading-twice"       // two columns for one field. Args: Field, Other
	CodeMappingField      = "mapping-field"       // Options.Columns names no field of ours. Args: Fields
	CodeMappingHeading    = "mapping-heading"     // Options.Columns names no heading of the list. Args: Field, Headings
	CodeMappingHeadingTwo = "mapping-heading-two" // the heading named stands on two columns. Args: Field
)

// Codes returns every code, for whoever has a sentence to keep for each.
func Codes() []string {
	return []string{
		CodeAddressMissing, CodeAddressMissingAt, CodeAddressMissingLocal, CodeAddressMissingDomain,
		CodeAddressMissingEnd, CodeAddressTwoAts, CodeAddressSeveral, CodeAddressSpace, CodeAddressDots,
		CodeAddressCharacter, CodeAddressDomain, CodeAddressTooLong, CodeNameMissing,
		CodeDateUnreadable, CodeDateImpossible, CodeDateMonthFirst, CodeDateAmbiguous, CodeDateYear, CodeDateOrder,
		CodeLinkNotHTTP, CodeLinkUnreadable, CodeLinksTooMany, CodeCellError, CodeCellNotComputed,
		CodeCharactersUnreadable, CodeRowShort, CodeRowLong, CodeRowHidden,
		CodeFileEmpty, CodeFileTooLarge, CodeFileUnreadable, CodeFileOldExcel, CodeFileBinaryExcel,
		CodeFileOpenDocument, CodeFileNotList, CodeFileDamaged, CodeFileHostile, CodeFileNUL,
		CodeQuoteOpen, CodeCellTooLong, CodeColumnsTooMany, CodeRowsTooMany, CodeSheetMissing, CodeSheetEmpty,
		CodeHeadingsMissing, CodeAddressNoHeading, CodeAddressNoColumn, CodeHeadingTwice,
		CodeMappingField, CodeMappingHeading, CodeMappingHeadingTwo,
	}
}
