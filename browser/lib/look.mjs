// What can be said about a page by looking at its document.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// Where a page's scripts are off its timers are too, and axe waits for some
// without need. Nobody else on such a page could miss them.
const noTimers = 'globalThis.setTimeout = f => { Promise.resolve().then(f); return 1; };';

// axe returns {violations, notes} as sentences. Notes are what axe could not
// tell by itself, once for each reason. The page's Content-Security-Policy does not concern it, and
// it runs over pages without scripts as those who have none see them.
export async function axe(page, script) {
  const frames = script ? page.frames() : [page.mainFrame()];
  for(const frame of frames) {
    await frame.evaluate(`${script ? '' : noTimers}${source};0`);
  }
  const found = await page.evaluate(async ({rules, script}) => {
    const {violations, incomplete, passes} = await axe.run(document, {
      runOnly: rules, resultTypes: ['violations', 'incomplete'], iframes: script, preload: script
    });
    const brief = ({id, help, nodes}) =>
      ({id, help, nodes: nodes.map(({target, html, failureSummary}) => ({target: target.join(' '), html, failureSummary}))});
    return {violations: violations.map(brief), incomplete: incomplete.map(brief), ran: passes.length};
  }, {rules, script});
  const violations = found.violations.flatMap(sentences);
  if(found.ran + found.violations.length === 0) {
    violations.push('axe ran no rule');
  }
  return {violations, notes: found.incomplete.flatMap(reasons)};
}

function sentences({id, help, nodes}) {
  return nodes.map(({target, html, failureSummary}) =>
    `axe ${id}: ${help}: at ${target}: ${html.slice(0, 200)}: ${(failureSummary ?? '').replace(/\s+/g, ' ')}`);
}

// reasons are the summaries of a rule, with the number of places.
function reasons({id, nodes}) {
  const counts = {};
  for(const {failureSummary} of nodes) {
    const why = (failureSummary ?? '').replace(/\s+/g, ' ').replace('Fix any of the following: ', '');
    counts[why] = (counts[why] ?? 0) + 1;
  }
  return Object.entries(counts).map(([why, count]) => `axe cannot tell of ${id} in ${count} places: ${why}`);
}

// overflow names what is wider than the window.
export function overflow(page) {
  return page.evaluate(() => {
    const {scrollWidth, clientWidth} = document.scrollingElement;
    if(scrollWidth <= clientWidth) {
      return [];
    }
    const wide = [...document.body.querySelectorAll('*')]
      .filter(element => element.getBoundingClientRect().right > clientWidth + 0.5)
      .slice(0, 3)
      .map(({localName, id, classList}) => localName + (id && `#${id}`) + [...classList].map(name => `.${name}`).join(''));
    return [`the page scrolls sideways: ${scrollWidth} px in a window of ${clientWidth} px: ${wide.join(', ')}`];
  });
}
