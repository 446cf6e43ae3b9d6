// Small modules that make pages easier; each page works without them.
