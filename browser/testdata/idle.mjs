// A scenario that looks at nothing.
export default async function() {}
