// A view is how somebody looks at our pages: {lang, width, scheme, script}.

const locales = {fr: 'fr-FR', en: 'en-GB'};
const heights = {360: 740, 1280: 900};

// Five views in which each two properties meet in all four ways.
export const fewViews = [
  {lang: 'fr', width: 360, scheme: 'dark', script: true},
  {lang: 'fr', width: 1280, scheme: 'light', script: true},
  {lang: 'en', width: 1280, scheme: 'dark', script: true},
  {lang: 'en', width: 360, scheme: 'light', script: false},
  {lang: 'fr', width: 1280, scheme: 'dark', script: false}
];

// nameOf makes the name of a view, as it ends the names of its pictures:
// fr-360, en-1280-dark-nojs.
export function nameOf({lang, width, scheme, script}) {
  return `${lang}-${width}${scheme === 'dark' ? '-dark' : ''}${script ? '' : '-nojs'}`;
}

// contextOf says to Playwright what a view is.
export function contextOf(view, base) {
  const {lang, width, scheme, script} = view;
  if(!locales[lang] || !Number.isInteger(width) || !['light', 'dark'].includes(scheme) || typeof script !== 'boolean') {
    throw new Error(`not a view: ${JSON.stringify(view)}`);
  }
  return {
    baseURL: base,
    locale: locales[lang],
    timezoneId: 'Europe/Paris',
    viewport: {width, height: heights[width] ?? 900},
    colorScheme: scheme,
    reducedMotion: 'reduce', // a page is judged when it stands still
    javaScriptEnabled: script
  };
}
