// Everything that a scenario can do, on pages that are as they should be.
import assert from 'node:assert/strict';

export default async function(stage) {
  const {page, view, mail, data} = stage;
  await page.goto('/good');
  await stage.check('good');

  await stage.step('scripts', async () => {
    assert.equal(await page.locator('html').getAttribute('data-script'), view.script ? 'on' : null);
    assert.equal(await page.locator('noscript').isVisible(), !view.script);
  });
  await stage.step('the view reaches the page', async () => {
    assert.equal(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches), view.scheme === 'dark');
    assert.equal(await page.evaluate(() => innerWidth), view.width);
  });
  await stage.step('download', async () => {
    const {name, bytes} = await stage.download(() => page.getByRole('link').click());
    assert.deepEqual([name, bytes.toString()], ['badge.txt', 'Un badge.\n']);
  });
  await stage.step('upload', async () => {
    await stage.upload('Picture', {name: 'é.txt', type: 'text/plain', bytes: Buffer.from('Zoé')});
    await page.getByRole('button', {name: 'Send'}).click();
    assert.equal(await page.getByRole('paragraph').innerText(), 'é.txt text/plain Zoé');
  });
  await stage.check('uploaded');

  await page.goto('/nothing');
  await stage.check('nothing', {status: 404});

  await stage.step('mail', async () => {
    // Two mails to this address, one of them meanwhile, and one to somebody else.
    const first = await mail.link(data.to, /\/good$/);
    await page.request.post('/mail');
    const second = await mail.wait(data.to, /second/);
    assert.deepEqual([first, second.text], [`${stage.base}/good`, 'Encore']);
    await page.goto(first);
  });

  await stage.step('another person', async () => {
    await page.context().addCookies([{name: 'me', value: 'first', url: stage.base}]);
    const other = await stage.another();
    await other.page.goto('/good');
    assert.deepEqual(await other.context.cookies(), []);
    await stage.check('other', {page: other.page});
  });

  if(view.script) {
    await stage.step('drop', async () => {
      await stage.drop('#zone', {name: 'é.txt', type: 'text/plain', bytes: Buffer.from('Zoé')});
      await page.getByText('dropped é.txt text/plain Zoé').waitFor();
    });
    await stage.step('passkey', async () => {
      const passkey = await stage.passkey();
      await page.getByRole('button', {name: 'Make a passkey'}).click();
      await page.getByText('made', {exact: true}).waitFor();
      await page.getByRole('button', {name: 'Use it'}).click();
      await page.getByText('used', {exact: true}).waitFor();
      const [{rpId, signCount}] = await passkey.credentials();
      assert.deepEqual([rpId, signCount], ['localhost', 2]);
      await passkey.refuse();
      await page.getByRole('button', {name: 'Use it'}).click();
      await page.getByText('NotAllowedError').waitFor();
    });
  }
}
