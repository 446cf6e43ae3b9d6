// A contest gives its badges to a list, somebody receives one, keeps it, shows
// it, and the contest takes it back: the whole way of a badge, by two people.
import assert from 'node:assert/strict';
import {setTimeout as pause} from 'node:timers/promises';

export default async function(stage) {
  const {view, data} = stage;
  const organiser = stage.page;
  const amina = await stage.another();
  const as = (page, action) => {
    stage.page = page;
    return action();
  };
  const field = name => stage.page.locator(`main [name="${name}"]`);
  const choose = (name, value) => stage.page.locator(`main [name="${name}"][value="${value}"]`).check();

  await stage.page.goto('/');
  await stage.check('home');
  await stage.step('the organiser signs in', () => signIn(stage, 'helene@genies.example'));
  await stage.page.goto('/spaces');
  await stage.check('spaces-none');
  await stage.step('an organisation', async () => {
    await stage.page.goto('/spaces/new');
    await field('name').fill('Les Génies de la Construction');
    await choose('lang', view.lang);
    const kind = field('kind').first();
    if(await kind.evaluate(e => e.tagName) === 'SELECT') {
      await kind.selectOption('training');
    } else {
      await choose('kind', 'training');
    }
    await field('locality').fill('Rouen');
    await stage.check('space-new');
    await stage.press('organization.create-do');
    await stage.page.waitForURL(/\/s\/[a-z0-9-]+(\?|$)/);
  });
  const space = new URL(stage.page.url()).pathname;
  await stage.check('space');

  for(const badge of [
    {name: 'Participant', kind: 'participation', assessment: 'participation', text: 'A pris part au concours.'},
    {name: 'Lauréat', kind: 'achievement', assessment: 'jury', text: 'A gagné le concours.'}
  ]) {
    await stage.step(`the badge ${badge.name}`, async () => {
      await stage.page.goto(`${space}/badges/new`);
      await field('name').fill(badge.name);
      await choose('kind', badge.kind);
      if(badge.kind === 'participation') {
        await stage.check('badge-new');
      }
      await stage.press('achievement.new-begin');
      await stage.page.locator('#badge').waitFor();
      await field(`description-${view.lang}`).fill(badge.text);
      await field(`criteria-${view.lang}`).fill('- venir\n- **construire** une maquette');
      await choose('assessment', badge.assessment);
      if(badge.kind === 'participation') {
        await stage.check('badge-edit');
      }
      await stage.page.getByRole('button', {name: stage.t('achievement.save-publish'), exact: true}).last().click();
      await stage.page.waitForURL(/\/publish/);
      if(badge.kind === 'participation') {
        await stage.check('badge-publish');
      }
      await stage.press('achievement.publish');
      await stage.page.waitForURL(/\/badges\/\d+(\?|$)/);
    });
  }
  await stage.check('badge-published');

  await stage.step('the list comes', async () => {
    await stage.page.goto(`${space}/lists/new`);
    await stage.check('list-new');
    await stage.page.locator('main input[type=file]').setInputFiles({
      name: 'concours-2026.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: Buffer.from(data.list, 'base64')
    });
    await stage.press('list.look');
    await stage.page.waitForURL(/\/lists\/(?!new)[a-z0-9]+/);
  });
  const list = new URL(stage.page.url()).pathname;
  await stage.step('the trial shows each bad row', async () => {
    assert.equal(await stage.page.locator('tr.faulty').count(), data.bad);
    for(const line of data.lines) {
      await stage.page.getByRole('rowheader', {name: String(line), exact: true}).waitFor();
    }
    assert.equal((await stage.mail.all()).filter(mail => mail.to !== 'helene@genies.example').length, 0, 'a trial sends nothing');
  });
  await stage.check('list-tried');
  await stage.step('the badges are given', async () => {
    await stage.page.locator(`main form[action$="/start"], main form[action*="/start?"]`).getByRole('button').click();
    await stage.page.waitForURL(url => url.pathname.startsWith(list));
    const report = stage.page.locator('a[href*="/report.csv"]');
    if(view.script) {
      await report.waitFor(); // the page looks by itself how far it is
    } else {
      await until(stage, async () => {
        await stage.page.goto(list);
        return await report.count() > 0;
      });
    }
  });
  await stage.check('list-given');
  await stage.step('the report tells of each row', async () => {
    const {bytes} = await stage.download(() => stage.press('list.report'));
    const lines = bytes.toString('utf8').trim().split('\n');
    assert.equal(lines.length, data.rows + 1, lines.slice(0, 3).join('\n'));
  });
  await stage.page.goto(`${space}/awards`);
  await stage.check('awards');

  // Amina receives her badge.
  const link = await stage.step('a mail brings the badge', () => stage.mail.link(data.winner, /\/b\/[a-z0-9]+\?k=/));
  await as(amina.page, async () => {
    await stage.page.goto(link);
    await stage.check('received', {page: amina.page});
    await stage.step('accept without an account', async () => {
      await stage.press('badge.accept');
      await stage.page.getByRole('heading', {name: stage.t('badge.yours-accepted')}).waitFor();
    });
    await stage.check('accepted', {page: amina.page});
    await stage.step('make a passport', async () => {
      await stage.press('badge.make-passport');
      await stage.page.waitForURL(/\/login/);
      await signIn(stage, data.winner, true);
      await stage.page.waitForURL(/\/passport/);
      if(view.script) {
        const key = await stage.passkey(amina.page);
        await stage.page.goto('/me/passkeys/new');
        await stage.fill('account.passkey-name', 'Téléphone');
        await stage.press('account.passkey-make');
        await stage.page.getByRole('link', {name: 'Téléphone'}).waitFor();
        assert.equal((await key.credentials()).length, 1);
        await amina.context.clearCookies();
        await stage.page.goto('/passport'); // leads to the login, where the browser offers the passkey by itself
        await stage.page.waitForURL(/\/passport/);
      }
    });
    await stage.check('passport', {page: amina.page});
    const mine = stage.page.locator('main article a').first();
    await stage.step('the badge in a collection', async () => {
      await mine.click();
      await stage.page.waitForURL(/\/passport\/badge\//);
      await stage.check('passport-badge', {page: amina.page});
      await stage.press('passport.into-new');
      await field('name').fill('Candidature');
      await choose('visible', 'public');
      await stage.check('collection-new', {page: amina.page});
      await stage.press('passport.collection-make');
      await stage.page.waitForURL(/\/passport\/collections\/\d+/);
    });
    await stage.check('collection', {page: amina.page});
    await stage.step('the badge is public', async () => {
      await stage.page.locator('main ol.tasks a').first().click();
      await choose('visible', 'public');
      await stage.page.getByRole('button', {name: stage.t('account.save'), exact: true}).click();
      await stage.page.waitForURL(/done=/);
    });
    await stage.step('a page of her own', async () => {
      await stage.page.goto('/passport/page');
      await stage.fill('passport.page-name', 'Amina Benali');
      await field('slug').fill('amina-benali');
      await field('open').check();
      await stage.press('account.save');
      await stage.page.getByRole('heading', {name: stage.t('passport.page-is-open')}).waitFor();
    });
    await stage.check('passport-page', {page: amina.page});
    await stage.page.goto('/passport/cv');
    await stage.check('passport-cv', {page: amina.page});
  });

  const public_ = new URL(link).pathname;
  const stranger = await stage.another();
  await as(stranger.page, async () => {
    await stage.page.goto('/p/amina-benali');
    await stage.check('person', {page: stranger.page});
    await stage.page.getByRole('link', {name: 'Candidature'}).click();
    await stage.page.waitForURL(/\/c\//);
    await stage.check('person-collection', {page: stranger.page});
    await stage.page.goto(public_);
    await stage.check('badge', {page: stranger.page});
    await stage.page.goto(`${public_}/share`);
    await stage.check('badge-share', {page: stranger.page});
    await stage.page.goto(public_);
  });
  const png = await stage.step('the picture is downloaded', async () => {
    const {bytes} = await stage.download(() => stranger.page.locator(`main a[href*="${public_}.png"]`).first().click(), stranger.page);
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    return {name: 'badge.png', type: 'image/png', bytes};
  });
  await as(stranger.page, async () => {
    await stage.step('the picture is verified', async () => {
      await verify(stage, png);
      await stage.page.locator('.verdict.valid').waitFor();
    });
    await stage.check('verified', {page: stranger.page});
  });

  // The contest takes it back.
  await as(organiser, async () => {
    await stage.step('the badge is revoked', async () => {
      await stage.page.goto(`${space}/awards?q=${encodeURIComponent(data.winner)}`);
      await stage.page.locator('main table tbody a').first().click();
      await stage.check('award');
      await stage.press('awards.do-revoke');
      await field('reason').fill('Deux personnes ont le même nom.');
      await stage.check('award-revoke');
      await stage.press('awards.do-revoke');
      await stage.page.waitForURL(/done=/);
    });
    await stage.check('award-revoked');
  });
  await as(stranger.page, async () => {
    await stage.step('its page says so', () => until(stage, async () => {
      await stage.page.goto(public_);
      return await stage.page.locator('.verdict.revoked').count() > 0;
    }));
    await stage.check('badge-revoked', {page: stranger.page});
    await stage.step('the verification says so', async () => {
      await until(stage, async () => {
        await verify(stage, png);
        return await stage.page.locator('.verdict.revoked').count() > 0;
      });
    });
    await stage.check('verified-revoked', {page: stranger.page});
  });
  await as(amina.page, async () => {
    await stage.page.goto('/passport');
    await stage.check('passport-revoked', {page: amina.page});
  });
  stage.page = organiser;
}

// signIn signs the stage's page in by a link of a mail; the form may be there
// already.
async function signIn(stage, email, there = false) {
  if(!there) {
    await stage.page.goto('/login');
  }
  await stage.fill('account.email', email);
  await stage.press('account.send-link');
  await stage.page.waitForURL(/\/login\/sent/);
  await stage.page.goto(await stage.mail.link(email, /\/login\/[a-z0-9]+$/));
  await stage.press('account.link-use');
  await stage.page.waitForURL(url => !url.pathname.startsWith('/login'));
}

// verify brings a file to the page of verification: dropped with script, chosen
// without.
async function verify(stage, file) {
  await stage.page.goto('/verify');
  if(stage.view.script) {
    await stage.drop('[data-drop]', file);
  } else {
    await stage.upload(stage.t('verifypage.file'), file);
  }
  await stage.press('verifypage.do');
  await stage.page.locator('.verdict').waitFor();
}

// until does something again until it is true; work goes on in the background.
async function until(stage, action) {
  const end = Date.now() + 30_000;
  while(!await action()) {
    if(Date.now() > end) {
      throw new Error(`it did not come to pass in time, at ${stage.page.url()}`);
    }
    await pause(100);
  }
}
