// Plays one scenario in Chromium, once for each view, for a test in Go.
//
// The first line of standard input is the job, a JSON object:
//
//   base      where the program answers: http://localhost:PORT
//   scenario  the module that is played, relative to this folder
//   chromium  the browser's path
//   shots     the folder for pictures of the pages
//   views     optional: the views to play it in, instead of the module's own
//   data      optional: whatever the scenario wants to be told
//
// Each line of standard output is a result, {view, name, faults, notes}: it
// passed when it has no faults. The last line is {done: NUMBER OF RESULTS}.
// When standard input ends early, the test is gone and so are we.
//
// A scenario is a module whose default export is a function of one argument, a
// Stage (lib/stage.mjs). It may export `views` (lib/view.mjs) of its own.
import {createInterface} from 'node:readline';
import {pathToFileURL} from 'node:url';
import {chromium} from 'playwright-core';
import {Stage} from './lib/stage.mjs';
import {fewViews, nameOf} from './lib/view.mjs';

const input = createInterface({input: process.stdin, crlfDelay: Infinity});
const {value: line} = await input[Symbol.asyncIterator]().next();
const job = JSON.parse(line);
input.on('close', () => process.exit(1));
input.resume();

let results = 0;
function tell(result) {
  results++;
  process.stdout.write(JSON.stringify(result) + '\n');
}

const scenario = await import(pathToFileURL(job.scenario));
const browser = await chromium.launch({
  executablePath: job.chromium,
  // Only our own pages are opened, and root has no sandbox.
  chromiumSandbox: false,
  args: [
    '--disable-dev-shm-usage',
    // No name but our own leads anywhere.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost'
  ]
});
for(const view of job.views ?? scenario.views ?? fewViews) {
  const stage = await Stage.open(browser, view, job, result => tell({view: nameOf(view), ...result}));
  await stage.play(scenario.default);
}
await browser.close();
process.stdout.write(JSON.stringify({done: results}) + '\n');
process.exit(0);
