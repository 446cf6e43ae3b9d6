// Somebody comes for the first time, signs in by a mail, and looks after their
// account: name, addresses, passkey, recovery codes, data.
import assert from 'node:assert/strict';

export default async function(stage) {
  const {page, view, mail} = stage;
  const email = `zoe-${stage.name}@example.org`;

  await page.goto('/nothing-here');
  await stage.check('nothing', {status: 404});
  await page.goto('/login/help');
  await stage.check('login-help');
  await page.goto('/login/recovery');
  await stage.check('login-recovery');

  await page.goto('/me'); // leads there
  await stage.check('login');
  await stage.step('a link by mail', async () => {
    await stage.fill('account.email', email);
    await stage.press('account.send-link');
    await page.getByText(email).waitFor();
  });
  await stage.check('login-sent');
  await stage.step('the link signs in', async () => {
    await page.goto(await mail.link(email, /\/login\//));
    await page.getByText(email).waitFor();
  });
  await stage.check('login-link');
  await stage.step('the account', async () => {
    await stage.press('account.link-use');
    await stage.arrive('/me');
  });
  await stage.check('account');

  await stage.step('a name', async () => {
    await stage.fill('account.name', 'Zoé Dupré');
    await stage.press('account.save');
    await stage.arrive('/me');
    assert.equal(await page.getByLabel(stage.t('account.name')).inputValue(), 'Zoé Dupré');
  });
  await page.goto('/me/addresses/new');
  await stage.check('address-new');
  await page.goto('/me/passkeys/new');
  await stage.check('passkey-new');
  await page.goto('/me/data');
  await stage.check('data');
  await stage.step('their data', async () => {
    const {bytes} = await stage.download(() => stage.press('account.export-get'));
    assert.ok(bytes.length > 100, `${bytes.length} bytes`);
  });
  await page.goto('/me/erase');
  await stage.check('erase');

  await page.goto('/me/codes');
  await stage.check('codes-new');
  if(!view.script) {
    return;
  }
  await stage.step('a passkey', async () => {
    const passkey = await stage.passkey();
    await page.goto('/me/passkeys/new');
    await stage.fill('account.passkey-name', 'Pixel de Zoé');
    await stage.press('account.passkey-make');
    await page.getByRole('link', {name: 'Pixel de Zoé'}).waitFor();
    const [{rpId}] = await passkey.credentials();
    assert.equal(rpId, 'localhost');
  });
  await stage.check('account-passkey');
  await stage.step('the passkey signs in', async () => {
    await page.context().clearCookies();
    await page.goto('/me'); // leads to the login, where the browser offers the passkey by itself
    await page.getByRole('link', {name: 'Pixel de Zoé'}).waitFor();
  });
}
