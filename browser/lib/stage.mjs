// The stage on which a scenario plays: one person's browser in one view, and
// what a scenario does with it.
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {axe, overflow} from './look.mjs';
import {download, drop, upload} from './file.mjs';
import {Mail} from './mail.mjs';
import {passkey} from './passkey.mjs';
import {contextOf, nameOf} from './view.mjs';
import {Watch} from './watch.mjs';
import {words} from './words.mjs';

// plain is text without the colours of a terminal.
const plain = text => String(text).replace(/\x1b\[[0-9;]*m/g, '');

export class Stage {
  // page     the page, of Playwright
  // context  its cookies and windows; others by `another`
  // view     {lang, width, scheme, script}, see view.mjs
  // name     the view's name, good for making addresses that no other view has
  // base     the program's address
  // data     what the Go test hands over
  // mail     the mails that the program sent, see mail.mjs
  #job;
  #tell;
  #names = new Set();
  #watches = new Map();

  static async open(browser, view, job, tell) {
    const stage = new Stage();
    Object.assign(stage, {browser, view, name: nameOf(view), base: job.base, data: job.data});
    stage.#job = job;
    stage.#tell = tell;
    await mkdir(job.shots, {recursive: true});
    ({context: stage.context, page: stage.page} = await stage.another());
    stage.mail = new Mail(stage.context.request);
    return stage;
  }

  // another gives a second person's browser in the same view: {context, page}.
  // Its faults count as the first one's do.
  async another() {
    const context = await this.browser.newContext(contextOf(this.view, this.base));
    context.setDefaultTimeout(15_000);
    context.on('page', page => this.#watches.set(page, new Watch(page, new URL(this.base).origin)));
    return {context, page: await context.newPage()};
  }

  // play plays a scenario to its end and tells how it ended. Faults of pages
  // that nobody checked count there.
  async play(scenario) {
    const faults = [];
    try {
      await scenario(this);
    } catch(error) {
      faults.push(plain(error?.stack ?? error));
      faults.push(`it was at ${this.page.url()}, pictured in ${await this.#picture('broken', this.page)}`);
    }
    if(this.#names.size === 0) {
      faults.push('the scenario checked nothing');
    }
    for(const [page, watch] of this.#watches) {
      faults.push(...watch.take().map(fault => `${page.url()}: ${fault}`));
    }
    this.#tell({name: 'to the end', faults, notes: []});
    for(const context of this.browser.contexts()) {
      await context.close();
    }
  }

  // step does something, tells whether it worked, and goes on only if it did.
  async step(name, action) {
    this.#names.add(name);
    try {
      const value = await action();
      this.#tell({name, faults: [], notes: []});
      return value;
    } catch(error) {
      this.#tell({name, faults: [plain(error?.message ?? error)], notes: []});
      throw new Error(`the step "${name}" failed`);
    }
  }

  // check looks at a page as it stands: its status, its language, its width,
  // what axe says, what went wrong while it loaded and since the last check.
  // It tells all faults at once, and takes a picture. Options:
  //
  //   page      another page than the stage's own
  //   status    of the document, when it is not 200
  //   lang      of the page, when it is not the view's
  //   expected  patterns of faults that must be there and do not count
  //   picture   false where none is wanted
  async check(name, {page = this.page, status = 200, lang = this.view.lang, expected = [], picture = true} = {}) {
    if(!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || this.#names.has(name)) {
      throw new Error(`"${name}" is no name for a check: small letters, digits and hyphens, each name once`);
    }
    this.#names.add(name);
    await page.waitForLoadState('load');
    const watch = this.#watches.get(page);
    const {violations, notes} = await axe(page, this.view.script);
    let faults = [...violations, ...await overflow(page)];
    const is = await page.evaluate(() => document.documentElement.lang);
    if(is !== lang && !is.startsWith(lang + '-')) {
      faults.push(`the page says that it is in "${is}", and "${lang}" is expected`);
    }
    if(watch.status !== status) {
      faults.push(`the document came with status ${watch.status}, and ${status} is expected`);
    }
    if(picture) {
      await this.#picture(name, page);
    }
    // After the rest, so that what comes late is seen too.
    faults.push(...watch.take());
    const missed = expected.filter(pattern => !faults.some(fault => pattern.test(fault)));
    faults = faults.filter(fault => !expected.some(pattern => pattern.test(fault)));
    faults.push(...missed.map(pattern => `expected and not there: ${pattern}`));
    this.#tell({name, faults: faults.map(fault => `${page.url()}: ${fault}`), notes});
  }

  async #picture(name, page) {
    const path = join(this.#job.shots, `${name}-${this.name}.png`);
    await page.screenshot({path, fullPage: true, animations: 'disabled'});
    return path;
  }

  // t is what the program says under a key in the view's language; see words.mjs.
  t(key, facts) { return words(this.view.lang, key, facts); }

  // press presses the only button that says what the key does or, where there
  // is none, follows the only link; the page's main part goes first.
  async press(key, facts) {
    const name = this.t(key, facts);
    for(const part of [this.page.getByRole('main'), this.page]) {
      for(const role of ['button', 'link']) {
        const found = part.getByRole(role, {name, exact: true});
        if(await found.count() > 0) {
          return found.click();
        }
      }
    }
    throw new Error(`${this.page.url()} has neither a button nor a link "${name}"`);
  }

  // fill fills the field whose label begins as the key says: some labels add
  // that the field may stay empty.
  async fill(key, value) {
    const exact = this.page.getByLabel(this.t(key), {exact: true});
    await (await exact.count() > 0 ? exact : this.page.getByLabel(this.t(key))).fill(value);
  }

  // arrive waits until the page is at a path, whatever the query.
  async arrive(path) {
    await this.page.waitForURL(url => url.pathname === path);
  }

  // upload, download, drop and passkey act on the stage's page, or on one that
  // is given last; see their files.
  upload(label, files, page = this.page) { return upload(page, label, files); }
  download(action, page = this.page) { return download(page, action); }
  drop(selector, files, page = this.page) { return drop(page, selector, files); }
  passkey(page = this.page) { return passkey(page); }
}
